# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for fish: the program itself knows what may follow.
function __calciferctl_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l begun (commandline --current-token --cut-at-cursor)
    $words[1] complete $words[2..-1] "$begun" 2>/dev/null
end
complete --command calciferctl --arguments '(__calciferctl_complete)'
