# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for fish: the program itself knows what may follow. fish quotes all of a name but a tilde at its beginning,
# which would become somebody's home: such a name is left to be typed.
function __calciferctl_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l begun (commandline --current-token --cut-at-cursor)
    $words[1] complete $words[2..-1] "$begun" 2>/dev/null | string match --invert -- '~*'
end
complete --command calciferctl --arguments '(__calciferctl_complete)'
