#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The house's shape: functions that fit on a screen, no goto, no default that hides a forgotten enumerator.

  - none above 60 lines, unless the comment right above it has a sentence that begins "Long: "
  - `default:` beside labels of our own (CAL_, CTL_, CALCIFER) only with a comment on its line that says what else
    may come, as when the value is a byte from the air

Then the figures of the house are printed, which nobody judges.
"""

import json
import re
import statistics
import subprocess
import sys

from house import PRODUCT, Faults, Tree, line_of

LIMIT = 60
GROUPS = ("lib", "daemon", "ctl", "tests")
LABEL = re.compile(r"\bcase\b([^:?]*):|\bdefault\s*:|\bswitch\b|[{}]")


def functions(tree):
    """(path, name, first line, last line) of each function, by Universal Ctags."""
    sources = [str(path) for path in tree.files(*PRODUCT, "tests", suffixes={".c", ".h"})]
    done = subprocess.run(["ctags", "--options=NONE", "--output-format=json", "--languages=C", "--langmap=C:.c.h",
                           "--kinds-C=f", "--fields=+ne", "-f", "-", "-L", "-"], cwd=tree.root, check=True,
                          input="\n".join(sources), capture_output=True, text=True)
    for line in done.stdout.splitlines():
        tag = json.loads(line)
        if "end" in tag:
            yield tag["path"], tag["name"], tag["line"], tag["end"]


def says_why(tree, path, line):
    """Whether the comment that ends right above the function's first line gives the reason."""
    above = "\n".join(tree.text(path).splitlines()[:line - 1])
    comment = re.search(r"/\*((?:(?!\*/).)*)\*/\s*(?:[\w\s\*]+\n)?[\w\s\*]*\Z", above, re.S)
    return bool(comment and re.search(r"\bLong: \w", comment.group(1)))


def check_length(tree, found, faults):
    for path, name, first, last in found:
        length = last - first + 1
        if length > LIMIT and not says_why(tree, path, first):
            faults.add(path, first, f"{name}() has {length} lines and no reason (\"Long: ...\") above it")


def check_goto(tree, path, faults):
    code = tree.code(path)
    for match in re.finditer(r"\bgoto\b", code):
        faults.add(path, line_of(code, match.start()), "goto")


def check_default(tree, path, faults):
    """Walks the switches of a file as a stack of their own labels."""
    code, lines = tree.code(path), tree.text(path).splitlines()
    stack, opening = [], None
    for match in LABEL.finditer(code):
        word = match.group()
        if word == "switch":
            opening = []
        elif word == "{":
            stack.append(opening)
            opening = None
        elif word == "}":
            if stack:
                stack.pop()
        elif word.startswith("case"):
            switch = next((labels for labels in reversed(stack) if labels is not None), [])
            switch.append(match.group(1).strip())
        else:
            switch = next((labels for labels in reversed(stack) if labels is not None), [])
            line = line_of(code, match.start())
            ours = any(re.match(r"CAL_|CTL_|CALCIFER", label) for label in switch)
            if ours and not re.search(r"default\s*:.*/\*", lines[line - 1]):
                faults.add(path, line, "default beside our own enumerators, and no comment that says what else comes")


def print_figures(tree, found):
    for group in GROUPS:
        sizes = sorted((last - first + 1, path, name) for path, name, first, last in found
                       if path.split("/")[0] == group)
        lines = sum(tree.text(path).count("\n") for path in tree.files(group, suffixes={".c", ".h", ".py"}))
        if sizes:
            lengths = [length for length, _, _ in sizes]
            ninth = lengths[int(0.9 * (len(lengths) - 1))]
            length, path, name = sizes[-1]
            print(f"{group + ':':8}{lines:6} lines, {len(sizes):5} functions, median {statistics.median(lengths):g}, "
                  f"ninth decile {ninth}, longest {length} ({name} in {path})")


def main():
    tree, faults = Tree(sys.argv[1]), Faults()
    found = sorted(functions(tree))
    check_length(tree, found, faults)
    for path in tree.files(*PRODUCT, suffixes={".c", ".h"}):
        check_goto(tree, path, faults)
        check_default(tree, path, faults)
    print_figures(tree, found)
    faults.end(len(found))


if __name__ == "__main__":
    main()
