#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts what tests did: "PASSED FAILED", from what Meson wrote down.

    tally.py LOG EXPECTED      LOG is a testlog.json, EXPECTED how many tests were to run

A test that was skipped, timed out, or never came to run has failed; each of these is named on standard error.
"""

import json
import sys
from pathlib import Path


def main():
    log, expected = Path(sys.argv[1]), int(sys.argv[2])
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    results = {test["name"]: test["result"] for test in map(json.loads, lines)}
    passed = 0
    for name, result in results.items():
        if result in ("OK", "EXPECTEDFAIL"):
            passed += 1
        else:
            print(f"  {result}: {name}", file=sys.stderr)
    if expected > len(results):
        print(f"  never ran: {expected - len(results)}", file=sys.stderr)
    print(passed, max(expected, len(results)) - passed)


if __name__ == "__main__":
    main()
