#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The n-th call of the daemon on either bus goes wrong, once or until it is mended, for n = 1, 2, ... until a life has
no such call. A life is a start, an adoption, a transfer, a lost link, a press and an alert. Within twenty minutes of the daemon's own
time all is as if nothing had happened: the tag is connected, all that it had is here, once, what it was told to delete
is stored, and each alert was shown once.

    test_faulty_bus.py DAEMON CTL SIM FOODS MODE once|ever [FIRST [STEP [LAST]]]"""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time

from household import Failed, GLib, Household, Simulator, faketime_library, options, programs_of, until

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "..", "notify"), os.path.join(HERE, "..", "..", "sim")]

from fake import Server  # noqa: E402
from meddler import SILENT, Fault, Meddler  # noqa: E402

TAG = "C0:FF:EE:00:00:01"
RECORDS = 30
SPEED = 20  # of all clocks but ours
MENDED_S = 1200 / SPEED
BROKEN_S = 30 / SPEED
AGAIN = 75  # the status of the daemon with which the unit starts it again
NOON = time.strftime("%Y-%m-%d 12:00:00")  # by day bubbles are shown


class Life:
    def __init__(self, fault):
        self.fault = fault
        self.home = Household(PROGRAMS, simulator=False)
        self.speedy = {"LD_PRELOAD": faketime_library(), "FAKETIME": f"@{NOON} x{SPEED}", "FAKETIME_NO_CACHE": "1",
                       "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        self.home.simulator = Simulator(self.home.system_bus, PROGRAMS["sim"], speed=SPEED)
        self.sim = self.home.simulator.control
        self.server = Server(self.home.session_bus)
        self.meddlers = [Meddler(bus, fault) for bus in (self.home.system_bus, self.home.session_bus)]
        self.began = time.time()
        self.restarts = 0
        self.known = 0
        self.start()

    def start(self):
        addresses = dict(zip(("DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS"),
                             (meddler.address for meddler in self.meddlers)))
        self.home.daemon = subprocess.Popen([PROGRAMS["daemon"]], env=self.home.environment | self.speedy | addresses,
                                            stderr=self.home.log, stdin=subprocess.DEVNULL)

    def lives(self):
        """The unit's part: starts it again when it ended with a status that asks for that."""
        status = self.home.daemon.poll()
        if status is not None:
            assert status == AGAIN, f"the daemon ended with {status}"
            self.restarts += 1
            self.start()
        return self.home.owner()

    def wait(self, condition, what, seconds=MENDED_S):
        def holds():
            with contextlib.suppress(Failed):  # the daemon may end just now, and is started again
                return self.lives() and condition()
            return False
        until(holds, seconds, what)

    def try_to(self, *words):
        """Whether it was done; a refusal is one line."""
        with contextlib.suppress(Failed):
            self.home.ctl(*words)
            return True
        return False

    def tags(self):
        return json.loads(self.home.ctl("tags", "--json"))

    def adopt(self):
        def adopted():
            self.sim.SetPairing(TAG, True)
            return self.tags() or self.try_to("tags", "adopt", TAG)
        self.wait(adopted, "the adoption")

    def all_came(self):
        tag, state = self.tags()[0], self.sim.State(TAG)
        return not tag["why"] and tag["received"] == state["ever"] > self.known and state["stored"] == 0

    def stored_here(self):
        ledger = sqlite3.connect(f"file:{self.home.ledger}?mode=ro", uri=True)
        there, = ledger.execute("SELECT count(*) FROM record WHERE sequence <= ?",
                                (self.sim.State(TAG)["deleted-up-to"],)).fetchone()
        ledger.close()
        return there

    def suffer(self):
        """What is broken for good stays so for a while, and somebody tries all the same."""
        ends = time.monotonic() + BROKEN_S
        while time.monotonic() < ends:
            with contextlib.suppress(AssertionError):
                self.wait(lambda: True, "the name", 0.5)
                self.try_to("tags", "adopt", TAG)
            time.sleep(0.05)
        self.fault.mend()
        self.sim.SetPairing(TAG, True)

    def take(self):
        self.home.ctl("products", "add", "huge", "d3=60000IU")
        self.home.ctl("log", "take", "huge")

    def swallowed(self):
        """How many bubbles the server got and keeps to itself: none is sent twice, since it may be on the screen."""
        fault = self.fault
        return fault.mode == SILENT and "Notify" in fault.calls[fault.begin - 1:fault.begin]

    def alerted(self):
        """The bubbles of what was taken, of both alerts."""
        return [bubble.summary for bubble in self.server.notified if "itamin D" in bubble.summary and not bubble.replaces]

    def run(self, ever):
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True))
        self.sim.Backlog(TAG, RECORDS, int(time.time()) - 86400, 60, "mixed")
        if ever:
            self.suffer()
        self.adopt()
        self.known = RECORDS - 1
        self.wait(self.all_came, "the transfer")
        self.known = self.sim.State(TAG)["ever"]
        self.sim.CutLink(TAG)  # BlueZ brings the tag back by itself
        self.sim.Intake(TAG, 1, 1)
        self.wait(self.all_came, "the press")
        self.take()
        self.wait(lambda: len(self.alerted()) > 1 - self.swallowed(), "the bubbles")
        self.check()

    def check(self):
        state, tag = self.sim.State(TAG), self.tags()[0]
        assert (tag["lost"], tag["conflicts"], tag["undated"]) == (0, 0, 0), tag
        assert self.stored_here() == state["deleted-up-to"] == state["ever"], state
        assert self.home.rebuilt() == 0
        assert "d-very-high" in self.home.alerts()
        assert len(self.alerted()) == len(set(self.alerted())), self.alerted()
        assert "CRITICAL" not in self.home.read_log()

    def close(self):
        self.server.die()
        self.home.close()
        for meddler in self.meddlers:
            meddler.close()


def live(n, mode, ever):
    """A life in which the n-th call goes wrong. What was called."""
    fault = Fault()
    fault.arm(n, mode, ever)
    life = Life(fault)
    try:
        life.run(ever)
    except BaseException:
        print(f"{mode} from {n} on" if ever else f"{mode} {n}", fault.calls[n - 1:n], file=sys.stderr)
        print(life.home.read_log(), life.home.run("tags", "--json").stdout, fault.calls, file=sys.stderr)
        raise
    finally:
        calls = list(fault.calls)
        life.close()
    called = calls[n - 1] if len(calls) >= n else "nothing"
    print(f"{called} ({n} of {len(calls)}) {mode}{' for a while' if ever else ''}: well after "
          f"{(time.time() - life.began) * SPEED:.0f} s, {life.restarts} restarts", flush=True)
    return calls


def main(mode, often, first=1, step=1, last=10000):
    answering = threading.Thread(target=GLib.MainLoop().run, daemon=True)  # for what the test serves
    answering.start()
    n = first
    while n <= last and len(live(n, mode, often == "ever")) >= n:
        n += step
    assert n > first, "no call went wrong"


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    main(*sys.argv[5:7], *map(int, sys.argv[7:]))
