#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How much longer one waits while another client calls without an end, beside what the same flood does to the least of
services, an echo: in pairs, one after the other. It prints and does not judge: on a machine that does other things, too,
single pairs are far apart.

    bench_flood.py DAEMON CTL SIM FOODS FLOOD"""

import statistics
import sys

from household import Gio, GLib, programs_of, until
import test_flood

PAIRS, WINDOWS = 15, (32, 512)
OURS, ECHO = test_flood.OURS, ("org.calciferd.Echo", "org.calciferd.Echo1", "Echo")


class Bench(test_flood.Flood):
    def runTest(self):
        self.start("echo")
        until(lambda: self.home.session.call_sync(
            "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", GLib.Variant("(s)", (ECHO[0],)), None,
            Gio.DBusCallFlags.NONE, -1, None).unpack()[0], 10, "the echo")
        for window in WINDOWS:
            ratios = []
            for _ in range(PAIRS):
                slower = {}
                for target in (OURS, ECHO):
                    alone = self.ask(target)
                    slower[target] = self.under_flood(target, window)[0] / alone
                ratios.append(slower[OURS] / slower[ECHO])
            quarters = statistics.quantiles(ratios, n=4)
            print(f"{window} calls at a time: {quarters[1]:.2f} x what an echo's others wait"
                  f" (half of the pairs {quarters[0]:.2f} to {quarters[2]:.2f})", flush=True)


if __name__ == "__main__":
    test_flood.PROGRAMS, test_flood.FLOOD = programs_of(sys.argv), sys.argv[5]
    bench = Bench()
    bench.setUp()
    try:
        bench.runTest()
    finally:
        bench.doCleanups()
