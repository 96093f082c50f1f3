#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every C file is as clang-format leaves it, by the .clang-format at the top and Debian 12's clang-format 14.

Another version of the tool lays out some lines otherwise, so another version is a fault.
"""

import re
import subprocess
import sys

from house import Faults, Tree

VERSION = "14"


def main():
    tree, faults = Tree(sys.argv[1]), Faults()
    sources = tree.files(suffixes={".c", ".h"})
    version = subprocess.run(["clang-format", "--version"], check=True, capture_output=True, text=True).stdout
    if not re.search(rf"version {VERSION}\.", version):
        faults.add(".clang-format", 1, f"this is for clang-format {VERSION}, here is: {version.strip()}")
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", "--", *map(str, sources)], cwd=tree.root,
                          capture_output=True, text=True, check=False)
    for path, line in re.findall(r"^(\S+?):(\d+):\d+: error:", done.stderr, re.M):
        faults.add(path, line, "clang-format lays this out otherwise")
    if done.returncode and not faults.lines:
        faults.add(".clang-format", 1, done.stderr.strip())
    faults.end(len(sources))


if __name__ == "__main__":
    main()
