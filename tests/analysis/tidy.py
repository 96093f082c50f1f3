#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""clang-tidy over the product, by the checks of .clang-tidy, which gives its reasons.

Usage: tidy.py ROOT BUILD [SOURCE ...]
"""

import subprocess
import sys
from pathlib import Path

from analysis import Desk, Finding, findings_of

# Options of gcc that clang does not know, and the warnings that gcc has already given as errors.
OURS = ["--quiet", "--extra-arg=-w", "--extra-arg=-Wno-unknown-warning-option"]


def ask(root, unit):
    command = ["clang-tidy", *OURS, f"--header-filter={root}/(include|lib|daemon|ctl)/.*", root / unit.source,
               "--", *unit.words[1:]]
    done = subprocess.run(command, cwd=unit.directory, capture_output=True, text=True, check=False)
    found = list(findings_of(root, unit.directory, done.stdout))
    if done.returncode and not found:
        found = [Finding(str(unit.source), 1, "failed", (done.stderr or done.stdout).strip()[-400:])]
    return found


def main():
    config = Path(sys.argv[1], ".clang-tidy").read_text(encoding="utf-8")
    Desk("tidy", ["clang-tidy", "--version"], [config, *OURS], ask).run()


if __name__ == "__main__":
    main()
