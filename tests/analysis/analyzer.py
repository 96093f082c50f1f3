#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""gcc -fanalyzer over the product: leaks, double frees, use of what was freed or never set, NULL.

Usage: analyzer.py ROOT BUILD [SOURCE ...]
"""

import subprocess

from analysis import Desk, Finding, findings_of

OPTIONS = ["-fanalyzer", "-fdiagnostics-color=never", "-fdiagnostics-path-format=none", "-o", "/dev/null", "-c"]


def ask(root, unit):
    done = subprocess.run([*unit.words, *OPTIONS], cwd=unit.directory, capture_output=True, text=True, check=False)
    if done.returncode:
        return [Finding(str(unit.source), 1, "failed", done.stderr.strip()[-400:])]
    return list(findings_of(root, unit.directory, done.stderr))


def main():
    Desk("analyzer", ["gcc", "--version"], OPTIONS, ask).run()


if __name__ == "__main__":
    main()
