#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How much longer one waits while another client calls without an end, beside what the same flood does to the least of
services, an echo. Rounds of four, right behind one another: each service alone and under the flood, in an order that turns
around from round to round, so that what else the machine does meets all alike. Who runs where is said: left alone it is
luck, and two rounds differ by ten times. Once all share one core, so that a flood takes from others what it does itself,
too; and once services and bus have one and flood and who waits another, so that it calls as fast as it can. It prints the
median of the rounds, and with --judge fails when that is above LIMIT three times out of three.

    bench_flood.py DAEMON CTL SIM FOODS FLOOD [--judge]"""

import itertools
import os
import statistics
import sys

from household import Gio, GLib, programs_of, until
import test_flood

ROUNDS, TRIES, WINDOWS = 9, 3, (32, 512)
ALONE, FLOODED = 200, 15  # calls of who waits
LIMIT = 1.3
ONE, TWO = "on one core", "on two cores"
OURS, ECHO = test_flood.OURS, ("org.calciferd.Echo", "org.calciferd.Echo1", "Echo")


def pin(pid, core):
    for thread in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(thread), {core})


class Bench(test_flood.Flood):
    def runTest(self):
        echo = self.start("echo")
        until(lambda: self.home.session.call_sync(
            "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", GLib.Variant("(s)", (ECHO[0],)), None,
            Gio.DBusCallFlags.NONE, -1, None).unpack()[0], 10, "the echo")
        self.services = (echo.pid, self.home.daemon.pid, self.home.session_bus.process.pid)
        self.cores = sorted(os.sched_getaffinity(0))

    def place(self, setup):
        for pid in self.services:
            pin(pid, self.cores[0])
        pin(os.getpid(), self.cores[0] if setup == ONE else self.cores[1])  # children have it from this one

    def slower(self, target, window):
        """How many times as long one waits as alone."""
        alone = self.ask(target, ALONE)
        return self.under_flood(target, window, FLOODED)[0] / alone

    def measure(self, setup, window):
        """The median of the rounds' ratios, and where half of them lie."""
        ratios = []
        self.place(setup)
        for number in range(ROUNDS):
            order = (OURS, ECHO) if number % 2 == 0 else (ECHO, OURS)
            slower = {target: self.slower(target, window) for target in order}
            ratios.append(slower[OURS] / slower[ECHO])
        low, median, high = statistics.quantiles(ratios, n=4)
        print(f"{setup}, {window} calls at a time: {median:.2f} x what an echo's others wait"
              f" (half of {ROUNDS} rounds {low:.2f} to {high:.2f})", flush=True)
        return median


def setups():
    """A machine with one core has only one of them."""
    return (ONE, TWO)[:len(os.sched_getaffinity(0))]


def main():
    judges = "--judge" in sys.argv
    test_flood.PROGRAMS, test_flood.FLOOD = programs_of(sys.argv), sys.argv[5]
    bench = Bench()
    bench.setUp()
    try:
        bench.runTest()
        for setup, window in itertools.product(setups(), WINDOWS):
            medians = []
            while not medians or judges and medians[-1] > LIMIT and len(medians) < TRIES:
                medians.append(bench.measure(setup, window))
            if judges and min(medians) > LIMIT:
                sys.exit(f"{setup}, with {window} calls at a time, others wait {min(medians):.2f} x as much as an echo's,"
                         f" and not {LIMIT}")
    finally:
        bench.doCleanups()


if __name__ == "__main__":
    main()
