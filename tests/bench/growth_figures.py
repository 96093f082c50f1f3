# SPDX-License-Identifier: GPL-2.0-or-later
"""What a day leaves in the daemon's memory."""

import itertools
import time

from air_figures import WEATHER, weather
from bus import options
from decade import NOW
from figure import Figure
from measure import anonymous_mib, memory_mib

TEXT = """A day at a hundred times its pace, timers and clocks as fast, in a ledger of three days: a weather tag is heard
each minute. The day before it, its two midnights included, is not counted: until then the allocator asks for room that
nothing had needed yet."""

SPEED = 100
DAY_MIN = 24 * 60
EVENING_S = 6 * 3600  # behind NOW: three hours before midnight, of which the filling takes two
BEFORE_MIN = 26 * 60  # from there until behind the next midnight
FILL = 2400  # advertisements until SQLite's cache of pages is full
FILL_PERIOD_S = 0.03


def hear(home, numbers, advertisements, period_s):
    for number in itertools.islice(numbers, advertisements):
        weather(home, number)
        time.sleep(period_s)


def look(home):
    """(resident, anonymous) MiB"""
    return memory_mib(home.daemon.pid)[0], anonymous_mib(home.daemon.pid)


def grow(decade):
    """looks before the day and behind it; advertisements that were received"""
    with decade.household(decade.short()) as home:
        home.environment["FAKETIME"] = f"+{NOW + EVENING_S - int(time.time())}s x{SPEED}"
        home.environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "0"
        home.simulator.control.AddBroadcaster(WEATHER, options(name="Weather"))
        home.start(60)
        numbers = itertools.count()
        hear(home, numbers, FILL, FILL_PERIOD_S)
        hear(home, numbers, BEFORE_MIN, 60 / SPEED)
        before_mib = look(home)
        hear(home, numbers, DAY_MIN, 60 / SPEED)
        return before_mib, look(home), home.tag(WEATHER)["received"]


def measure(page, programs, decade):
    del programs
    before_mib, then_mib, received = grow(decade)
    resident_kib, anonymous_kib = ((then - before) * 1024 for then, before in zip(then_mib, before_mib))
    page.add("A day's growth", TEXT, [
        Figure("resident memory that a day adds", "KiB", [(resident_kib, None)], most=64,
               note=f"{anonymous_kib:.0f} KiB of it anonymous. Behind {FILL} advertisements, which fill SQLite's cache of "
               f"pages to its bound of 256 KiB, and a day; {received} were received in all. Up to 16 pages come and go "
               f"with whatever the kernel maps. At the end {then_mib[0]:.1f} MiB are resident and {then_mib[1]:.1f} "
               "anonymous, libfaketime's included: a daemon that hears a tag each minute is not the one at rest above.")])
