#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What every file says at its head, and what none says.

  - one SPDX line within the first three: LGPL-2.1-or-later in include/ and lib/, GPL-2.0-or-later elsewhere; FSFAP in
    what catalogues copy.
    Files that are data (DATA below) carry none, and COPYING tells of them.
  - no note of unfinished work, and no path into somebody's own machine
  - a text ends with a newline, and no line ends with a blank
"""

import re
import sys

from house import Faults, Tree, line_of

LIBRARY, PROGRAMS, CATALOGUES = "LGPL-2.1-or-later", "GPL-2.0-or-later", "FSFAP"
SPDX = re.compile(r"SPDX-License-Identifier: (\S+)")
# Tables, texts to be read as they are, and what a tool reads that knows no comment.
DATA = re.compile(r"""
    (^|/)\.[^/]+$ | ^\.(git|github)/ | ^LICENSES/ | ^COPYING | \.(md|csv|desktop|svg|json|png|jsonl|db|sql)$
  | ^tests/(vectors|fuzz/corpus|migrate|system/recorded|install/manifest)\b | \.order$
  | /recorded/ | /golden/ | /po/
  | ^debian/(changelog|control|copyright|source/|.*\.install$|.*\.doc-base\.)
    """, re.X)
LIBRARY_FOLDERS = ("include", "lib")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
# Somebody's home; /root stays possible where a guest machine's own is meant.
OWN_MACHINE = re.compile(r"(?<![\w.$%}*-])/(?:home/(?!wearer\b)[a-z][\w-]*|Users/[A-Za-z]\w*|work/\w+|root/\w+)")


def check_head(path, text, faults):
    found = SPDX.findall("\n".join(text.splitlines()[:3]))
    wanted = LIBRARY if path.parts[0] in LIBRARY_FOLDERS else PROGRAMS
    if path.name.endswith(".metainfo.xml"):
        wanted = CATALOGUES
    if DATA.search(str(path)):
        return
    if found != [wanted]:
        faults.add(path, 1, f"one line \"SPDX-License-Identifier: {wanted}\" belongs here, found {found or 'none'}")


def check_words(path, text, faults):
    for pattern, what in ((UNFINISHED, "unfinished work is told of in an issue, not in the source"),
                          (OWN_MACHINE, "a path of one machine")):
        for match in pattern.finditer(text):
            faults.add(path, line_of(text, match.start()), f"{match.group()}: {what}")


def check_ends(path, text, faults):
    if text and not text.endswith("\n"):
        faults.add(path, text.count("\n") + 1, "no newline at the end")
    for match in re.finditer(r"[ \t]+$", text, re.M):
        faults.add(path, line_of(text, match.start()), "a blank at the line's end")


def main():
    tree, faults, looked_at = Tree(sys.argv[1]), Faults(), 0
    for path in tree.files():
        if path.parts[:2] == ("tests", "fuzz") and "corpus" in path.parts:
            continue
        try:
            text = tree.text(path)
        except UnicodeDecodeError:
            continue
        looked_at += 1
        if text:
            check_head(path, text, faults)
        check_words(path, text, faults)
        if path.suffix not in (".md", ".svg", ".txt") and path.parts[0] != "LICENSES":
            check_ends(path, text, faults)
    faults.end(looked_at)


if __name__ == "__main__":
    main()
