#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""cppcheck over the product: indices, arithmetic, lifetimes, conditions that are always so.

Each source on its own, with what gcc would see of the project's headers; GLib is known to it by its own library file.
Style is .clang-format's and tests/lint's, so only what may be a mistake is asked for.

Usage: cppcheck.py ROOT BUILD [SOURCE ...]
"""

import os
import subprocess

from analysis import Desk, Finding, findings_of

OPTIONS = ["--enable=warning,performance,portability", "--inconclusive", "--inline-suppr", "--std=c11", "--library=posix,gtk",
           "--quiet", "--max-configs=1", "-DG_GNUC_PRINTF(format,first)=",
           "--template={file}:{line}:{column}: warning: {message} [{id}]", "--template-location="]


def seen(unit):
    """What of the command says what the source is."""
    for word in unit.words:
        if word.startswith("-D"):
            yield word
        elif word.startswith("-I") and not os.path.isabs(word[2:]):
            yield "-I" + os.path.normpath(os.path.join(unit.directory, word[2:]))


def ask(root, unit):
    done = subprocess.run(["cppcheck", *OPTIONS, *seen(unit), root / unit.source], cwd=root, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        return [Finding(str(unit.source), 1, "failed", (done.stdout + done.stderr).strip()[-400:])]
    return list(findings_of(root, root, done.stderr))


def main():
    Desk("cppcheck", ["cppcheck", "--version"], OPTIONS, ask).run()


if __name__ == "__main__":
    main()
