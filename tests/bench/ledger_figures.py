# SPDX-License-Identifier: GPL-2.0-or-later
"""The ledger: what comes in, what it takes on the disk, and the days that are folded from it."""

import tempfile

from figure import Figure
from measure import pairs_of

TEXT = """A tag's 30 days of minutes as they come (43 200 records in batches of 512, each batch on the disk), and a
ledger of ten years (5.3 million events, made by `bench-decade`). Seconds are of the process, whatever else the machine
does, except where it says "by the wall"."""


def measure(page, programs, decade):
    with tempfile.TemporaryDirectory(prefix="calcifer-bench-") as folder:
        came = pairs_of(programs["ingest"], folder, "7")
    path = decade.long()
    day = pairs_of(programs["day"], "one", path, decade.short(), "9")
    everything = pairs_of(programs["day"], "all", path, "5")
    page.add("The ledger", TEXT, [
        Figure("30 days of a tag", "s", came["backlog"], "SQLite alone, the same rows in the same batches", most=1.5),
        Figure("30 days of a tag, by the wall", "s", came["backlog-wall"], "the same", most=1.5),
        Figure("a press until it is on the disk, p99", "ms", came["press"], "write and fdatasync of three pages", most=2),
        Figure("a UV sample on the disk", "bytes", [(ours, None) for ours, _ in came["sample-bytes"]], most=40,
               note="Whole file, every index included; without the cache of past days, see below."),
        Figure("one day's balance", "µs", day["day"], "the same day in a ledger of three days", most=1.1),
        Figure("all days of ten years", "s", everything["rebuild"], "stepping the same rows in SQLite alone", most=3),
        Figure("memory at the end of that", "KiB", everything["rebuild-memory"], "the same program behind its first "
               "year", most=1.1),
    ])
