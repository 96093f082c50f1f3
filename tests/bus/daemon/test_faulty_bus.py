#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The n-th call of BlueZ after the daemon's start fails, or its reply is lost, for n = 1, 2, ...: it goes on, what a tag
was told to delete is stored, and everything comes.

    test_faulty_bus.py DAEMON CTL SIM FOODS N     the first N calls"""

import json
import sqlite3
import subprocess
import sys
import time

from household import Household, options, programs_of, until

TAG = "C0:FF:EE:00:00:01"
RECORDS = 30


class Faulty:
    def __init__(self):
        self.home = Household(PROGRAMS)
        self.sim = self.home.simulator.control
        self.sent = 0

    def state(self):
        return self.sim.State(TAG)

    def feed(self):
        self.sim.Backlog(TAG, RECORDS, int(time.time()) - RECORDS * 60 - 600, 60, "mixed")
        self.sent += RECORDS

    def stored_here(self):
        ledger = sqlite3.connect(f"file:{self.home.ledger}?mode=ro", uri=True)
        there, = ledger.execute("SELECT count(*) FROM record WHERE sequence <= ?",
                                (self.state()["deleted-up-to"],)).fetchone()
        ledger.close()
        return there

    def all_came(self):
        return self.state()["stored"] == 0 and self.connected()

    def connected(self):
        return not json.loads(self.home.ctl("tags", "--json"))[0]["why"]

    def live(self, n, reply):
        """A life of the daemon, from its start to the end of a transfer, with a fault in it. How many calls it took."""
        self.home.stop()
        self.feed()
        self.sim.FailCall(n, False, reply)
        self.home.daemon = subprocess.Popen([PROGRAMS["daemon"]], env=self.home.environment, stderr=self.home.log,
                                            stdin=subprocess.DEVNULL)
        until(self.home.owner, 20, "the daemon's name")
        until(self.all_came, 60, f"after the {'reply' if reply else 'call'} {n} failed, what was on the tag")
        deleted, there = self.state()["deleted-up-to"], self.stored_here()
        assert there == deleted, f"told to delete {deleted}, stored {there}"
        return self.sim.FailCall(0, False, False)

    def run(self, last):
        home = self.home.start()
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True))
        self.feed()
        home.ctl("tags", "adopt", TAG)
        until(self.all_came, 60, "the first transfer")
        for n in range(1, last + 1):
            for reply in (False, True):
                calls = self.live(n, reply)
                print(f"{'reply' if reply else 'call'} {n} of {calls} failed", flush=True)
                assert calls > n
        tag = json.loads(home.ctl("tags", "--json"))[0]
        assert (tag["received"], tag["lost"], tag["conflicts"]) == (self.sent, 0, 0), (tag, self.sent)
        assert home.rebuilt() == 0
        assert "CRITICAL" not in home.read_log()


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    faulty = Faulty()
    try:
        faulty.run(int(sys.argv[5]))
    finally:
        faulty.home.close()
