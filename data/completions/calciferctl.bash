# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for bash: the program itself knows what may follow. An address holds colons, at which bash parts words.
# A name may hold anything, and bash puts it upon the line as it is: quoted, it stays one word and does nothing.
_calciferctl() {
  local line=${COMP_LINE:0:COMP_POINT} words candidate
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local begun=${words[-1]} cut=""
  [[ $begun == *:* && $COMP_WORDBREAKS == *:* ]] && cut=${begun%"${begun##*:}"}
  COMPREPLY=()
  while IFS= read -r candidate; do
    candidate=${candidate#"$cut"}
    [[ $candidate == *[!A-Za-z0-9_.,:/+=-]* ]] && printf -v candidate %q "$candidate"
    COMPREPLY+=("$candidate")
  done < <("${words[0]}" complete "${words[@]:1}" 2> /dev/null)
}
complete -o default -F _calciferctl calciferctl
