# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lints share: the files of a tree, its code without comments, and one way to complain.

Each lint is a program: LINT ROOT [BUILD]. It prints one line a fault, FILE:LINE: what is wrong, and exits 1
when there was any. What a lint knows of the tree it reads off its folders.
"""

import functools
import json
import os
import re
import sys
from pathlib import Path

PRODUCT = ("include", "lib", "daemon", "ctl")
FUNCTION = re.compile(r"\bcal_[a-z0-9_]+\s*\(")
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


class Tree:
    """A source tree as it lies on disk, without build directories and what git keeps for itself."""

    def __init__(self, root):
        self.root = Path(root).resolve()

    def files(self, *folders, suffixes=None):
        """Paths relative to the root, sorted."""
        found = []
        for folder in folders or (".",):
            for path, folders_below, names in os.walk(self.root / folder):
                folders_below[:] = [name for name in folders_below if not left_out(Path(path) / name)]
                found += [Path(path, name).relative_to(self.root) for name in names if name != ".git"]
        return sorted(path for path in found if suffixes is None or path.suffix in suffixes)

    @functools.lru_cache(maxsize=None)
    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    @functools.lru_cache(maxsize=None)
    def code(self, path):
        """The text with comments and the insides of strings blanked out; lines and columns stay."""
        return TOKEN.sub(blank, self.text(path))


def left_out(folder):
    return folder.name in (".git", "__pycache__", "artifacts") or (folder / "meson-private").is_dir()


def blank(match):
    token = match.group()
    if token[0] in "\"'":
        return token[0] + " " * (len(token) - 2) + token[0]
    return re.sub(r"[^\n]", " ", token)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def compiled(tree, build):
    """Each of the tree's sources that BUILD compiles, with its objects and command lines."""
    commands = {}
    for entry in json.loads(Path(build, "compile_commands.json").read_text(encoding="utf-8")):
        source = Path(entry["directory"], entry["file"]).resolve()
        if source.is_relative_to(tree.root):
            item = (Path(entry["directory"], entry["output"]), entry["command"])
            commands.setdefault(source.relative_to(tree.root), []).append(item)
    return commands


class Faults:
    def __init__(self):
        self.lines = []

    def add(self, path, line, what):
        self.lines.append(f"{path}:{line}: {what}")

    def end(self, looked_at):
        """Prints the faults and leaves the program. A lint that looked at nothing has not passed."""
        if not looked_at:
            self.lines.append("nothing to look at: is this the root of the source tree?")
        for line in self.lines:
            print(line)
        print(f"{looked_at} looked at, {len(self.lines)} at fault")
        sys.exit(1 if self.lines else 0)
