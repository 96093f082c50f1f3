#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The messages with an id (daemon/lifecycle/journal.c) and the installed catalogue tell of the same ones, once each.

Usage: catalogue.py ROOT
"""

import re
import sys
from collections import Counter
from pathlib import Path

from house import Faults, Tree, line_of

TABLE = Path("daemon/lifecycle/journal.c")
HEADER = Path("daemon/lifecycle/journal.h")
CATALOGUE = Path("systemd/calciferd.catalog")
ROW = re.compile(r'\[(CAL_JOURNAL_\w+)\] = "([^"]*)"')
ENTRY = re.compile(r"^-- (\S+)\nSubject: \S.*\nDefined-By: Calcifer\nDocumentation: \S.*\n\n\S", re.M)


def check(tree, faults):
    """How many ids there are."""
    table, catalogue = tree.text(TABLE), tree.text(CATALOGUE)
    rows = {match.group(1): (match.group(2), line_of(table, match.start())) for match in ROW.finditer(table)}
    header = tree.text(HEADER)
    names = re.findall(r"^  (CAL_JOURNAL_\w+),", header[:header.index("} CalJournalMessage")], re.M)
    for name in set(names) ^ set(rows):
        faults.add(TABLE, 1, f"{name} stands in one of table and header only")
    for name, (identity, line) in rows.items():
        if not re.fullmatch("[0-9a-f]{32}", identity):
            faults.add(TABLE, line, f"{name}: an id is 32 lower-case hexadecimal digits")
    for identity, times in Counter(identity for identity, _ in rows.values()).items():
        if times > 1:
            faults.add(TABLE, 1, f"{identity} is the id of {times} messages")
    entries = Counter(match.group(1) for match in ENTRY.finditer(catalogue))
    for identity, line in rows.values():
        if entries[identity] != 1:
            faults.add(TABLE, line, f"{identity} has {entries[identity]} whole entries in {CATALOGUE}")
    for match in re.finditer(r"^-- (.*)$", catalogue, re.M):
        if match.group(1) not in {identity for identity, _ in rows.values()}:
            faults.add(CATALOGUE, line_of(catalogue, match.start()), f"{match.group(1)} is no message's id")
    return len(names)


def main():
    tree, faults = Tree(sys.argv[1]), Faults()
    faults.end(check(tree, faults))


if __name__ == "__main__":
    main()
