# SPDX-License-Identifier: GPL-2.0-or-later
"""What a day leaves in the daemon's memory."""

import itertools
import time

from air_figures import WEATHER, weather
from bus import options
from figure import Figure
from measure import memory_mib

TEXT = """A day at a hundred times its pace, timers and clocks as fast, in a ledger of three days: a weather tag is heard
each minute."""

SPEED = 100
DAY_MIN = 24 * 60
FILL = 2400  # advertisements until SQLite's cache of pages is full
FILL_PERIOD_S = 0.03


def hear(home, numbers, advertisements, period_s):
    for number in itertools.islice(numbers, advertisements):
        weather(home, number)
        time.sleep(period_s)


def grow(decade):
    """(KiB of resident memory that a day adds, from its first quarter on; advertisements that were received)"""
    with decade.household(decade.short()) as home:
        home.environment["FAKETIME"] += f" x{SPEED}"
        home.environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "0"
        home.simulator.control.AddBroadcaster(WEATHER, options(name="Weather"))
        home.start(60)
        numbers = itertools.count()
        hear(home, numbers, FILL, FILL_PERIOD_S)
        hear(home, numbers, DAY_MIN // 4, 60 / SPEED)
        early_mib = memory_mib(home.daemon.pid)[0]
        hear(home, numbers, DAY_MIN - DAY_MIN // 4, 60 / SPEED)
        return (memory_mib(home.daemon.pid)[0] - early_mib) * 1024, home.tag(WEATHER)["received"]


def measure(page, programs, decade):
    del programs
    grown_kib, received = grow(decade)
    page.add("A day's growth", TEXT, [
        Figure("resident memory that a day adds", "KiB", [(grown_kib, None)], most=64,
               note=f"Behind {FILL} advertisements, which fill SQLite's cache of pages to its bound of 256 KiB, and from "
               f"a quarter of the day on; {received} were received in all. Up to 16 pages come and go with whatever the "
               "kernel maps.")])
