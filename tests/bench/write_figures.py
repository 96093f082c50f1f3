# SPDX-License-Identifier: GPL-2.0-or-later
"""What reaches the disk while a tag is heard."""

import functools
import os
import sqlite3
import tempfile
import time

from air_figures import TAG, WEATHER, adopt, weather
from bus import options
from figure import Figure
from measure import written_bytes

TEXT = """Bytes an hour that the daemon has written to the disk, by the kernel's write_bytes of the process, in a ledger of
three days. A record is what a tag stores until it is told that it is kept; a reading is what a tag without a store
broadcasts. The floor is SQLite alone, in WAL mode, with the same values in a table without an index and a commit for each.

How it is cut: a commit takes what came within 200 ms of records (64 of them at most), and of readings what came within
the ten seconds after which the balance is told; a reading that comes alone waits a second. So a tag that streams costs
five commits a second at most, and one for each 64 records of a backlog. A commit costs the pages that it changes, once to
the WAL, where each lies across two of the file system's: of a record they are the row's and that of the list of what is
there without a gap. A record's number is its row's key, and days are looked up by blocks of 256, so no index is written
with it. To the file itself a page goes once in a thousand pages of WAL. A day's result is stored when the day is over."""

HOUR_S = 3600
ALONE_S = 11  # apart by more than the ten seconds, as those of each minute are
CASES = (
    # (what, whether a tag stores it, how many an hour, how many of them, seconds from one to the next)
    ("a record a minute", True, 60, 6, ALONE_S),
    ("a record a second", True, HOUR_S, 30, 1),
    ("20 records a second", True, 20 * HOUR_S, 600, 1 / 20),
    ("a reading a minute", False, 60, 6, ALONE_S),
    ("a reading a second", False, HOUR_S, 30, 1),
    ("20 readings a second", False, 20 * HOUR_S, 600, 1 / 20),
)
NOTES = {
    "a record a minute": "Apart by 11 s here, which is as good as a minute: what follows of each is over before the next.",
    "a reading a minute": "The same.",
}


def record(home, ahead_s, number):
    del number
    home.simulator.control.Uv(TAG, int(time.time() + ahead_s), 1, 3.0, 4.0, 0)


def reading(home, ahead_s, number):
    del ahead_s
    weather(home, number)


def heard(home, send, count, period_s):
    """Bytes with all that follows, and how many seconds it took to send as many."""
    ahead_s = int(home.environment["FAKETIME"].strip("+s"))
    time.sleep(ALONE_S)
    before, began_s = written_bytes(home.daemon.pid)[1], time.monotonic()
    for number in range(count):
        send(home, ahead_s, number)
        time.sleep(max(0, began_s + (number + 1) * period_s - time.monotonic()))
    took_s = time.monotonic() - began_s
    time.sleep(ALONE_S)
    return written_bytes(home.daemon.pid)[1] - before, took_s


@functools.cache
def committed_singly():
    """Bytes for a row of a record's size, committed by itself."""
    rows, own = 2000, os.getpid()
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(os.path.join(folder, "floor.db"), isolation_level=None)
        db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 1048576;"
                         "CREATE TABLE record (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, rest BLOB NOT NULL)")
        before = written_bytes(own)[1]
        for number in range(rows):
            db.execute("INSERT INTO record VALUES (?, ?, ?)", (1 << 32 | number, 1893420000 + number, bytes(range(10))))
        written = written_bytes(own)[1] - before
        db.close()
    return written / rows


def measure(page, programs, decade):
    del programs
    figures = []
    with decade.household(decade.short()) as home:
        home.simulator.control.AddBroadcaster(WEATHER, options(name="Weather"))
        home.simulator.control.AddTag(TAG, options(pairing=True, clock_set=True))
        home.start(60)
        adopt(home, TAG)
        for what, stored, an_hour, count, period_s in CASES:
            who, send = (TAG, record) if stored else (WEATHER, reading)
            received = home.tag(who)["received"]
            written, took_s = heard(home, send, count, period_s)
            assert home.tag(who)["received"] >= received + count, what
            ours = written * an_hour * period_s / took_s
            figures.append(Figure(what, "KiB", [(ours / 1024, committed_singly() * an_hour / 1024)],
                                  "SQLite alone, a commit for each", note=NOTES.get(what, "")))
    page.add("Written while a tag is heard", TEXT, figures)
