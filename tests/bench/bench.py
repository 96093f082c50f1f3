#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures everything and prints it, each figure beside its floor.

    bench.py BUILD [--page FILE] [--only GROUP[,GROUP...]]

GROUP: core, ledger, service, air, writes, neighbours, guest, growth; the last takes half an hour. A ledger of ten years
is made once and kept in the user's cache.
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "bus", "daemon"), os.path.join(HERE, "..", "sim")]

import air_figures  # noqa: E402
import core_figures  # noqa: E402
import growth_figures  # noqa: E402
import guest_figures  # noqa: E402
import ledger_figures  # noqa: E402
import neighbour_figures  # noqa: E402
import service_figures  # noqa: E402
import write_figures  # noqa: E402
from decade import Decade  # noqa: E402
from page import Page  # noqa: E402

GROUPS = {"core": core_figures, "ledger": ledger_figures, "service": service_figures,
          "air": air_figures, "writes": write_figures, "neighbours": neighbour_figures, "guest": guest_figures,
          "growth": growth_figures}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--page")
    parser.add_argument("--only", default=",".join(GROUPS))
    arguments = parser.parse_args()
    with open(os.path.join(arguments.build, "tests", "bench", "programs"), encoding="utf-8") as file:
        programs = dict(line.rstrip("\n").split(" ", 1) for line in file if not line.startswith("#"))
    page = Page(os.path.join(HERE, "..", ".."))
    decade = Decade(programs)
    for name in arguments.only.split(","):
        GROUPS[name].measure(page, programs, decade)
        if arguments.page:  # what was measured is not lost with what comes behind it
            with open(arguments.page, "w", encoding="utf-8") as file:
                file.write(page.markdown())
    print("\n" + page.tally())


if __name__ == "__main__":
    main()
