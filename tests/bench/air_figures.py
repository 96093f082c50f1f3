# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon beside its radio: at rest, among strangers, and with a tag of its own."""

import subprocess
import time

from bus import options
from figure import Figure
from household import until
from measure import cpu_s, wakeups

TEXT = """The daemon with ten years of ledger and two adopted tags, behind the simulated BlueZ on private buses. Wakeups are
the kernel's count of how often a thread went to sleep; there is no watchdog here. A foreign advertisement is a tag that
nobody adopted; it changes an object on the bus as BlueZ does."""

TAG = "C0:FF:EE:00:00:02"
WEATHER = "54:48:E6:8F:80:A5"
WEATHER_PATH = "/org/bluez/hci0/dev_54_48_E6_8F_80_A5"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
REST_S = 60
ONCE_S = 90  # within which it has said, once, that a tag without a bond has none
FOREIGN_PER_S = 200
OWN_ROUNDS = 9  # on a busy host some of them are several times as dear, of either program
OWN_ROUND_S = 10  # so that each has its share of what is told each ten seconds
OWN_PER_S = 1, 200  # as many as a tag ever sends, and as many as no tag does: from cold caches and from warm ones


def adopt(home, address):
    adopting = home.begin("tags", "adopt", address)
    until(lambda: adopting.poll() is not None, 60, "the adoption")
    assert adopting.returncode == 0, address


def count(home, seconds=REST_S):
    """(wakeups, microseconds of processor) in so many seconds."""
    woken, used_s = wakeups(home.daemon.pid), cpu_s(home.daemon.pid)
    time.sleep(seconds)
    return wakeups(home.daemon.pid) - woken, (cpu_s(home.daemon.pid) - used_s) * 1e6


def weather(home, number):
    """The packet id, the UV index in tenths: each packet says something new."""
    data = bytes([0x40, 0x00, number % 256, 0x46, 10 + number % 50])
    home.simulator.control.Advertise(WEATHER, BTHOME_UUID, data)


def settle(home):
    """Until what was told before is dealt with."""
    until(lambda: count(home, 1.5)[0] == 0, 60, "rest")


def own_advertisements(home, per_s):
    """Microseconds of processor to an advertisement of an adopted tag, ours and of who only hears it."""
    listener = subprocess.Popen([home.programs["subscriber"], WEATHER_PATH], env=home.environment,
                                stdout=subprocess.PIPE, text=True)
    assert listener.stdout.readline() == "ready\n"
    pairs, of_a_round = [], OWN_ROUND_S * per_s
    for round_ in range(OWN_ROUNDS):
        before, began_s = (cpu_s(home.daemon.pid), cpu_s(listener.pid)), time.monotonic()
        for number in range(of_a_round):
            weather(home, round_ * of_a_round + number)
            time.sleep(max(0, began_s + (number + 1) / per_s - time.monotonic()))
        after = cpu_s(home.daemon.pid), cpu_s(listener.pid)
        pairs.append(tuple((late - early) / of_a_round * 1e6 for early, late in zip(before, after)))
    listener.terminate()
    listener.wait()
    listener.stdout.close()
    return pairs


def measure(page, programs, decade):
    del programs
    with decade.household() as home:
        home.simulator.control.AddBroadcaster(WEATHER, options(name="Weather"))
        home.start(60)
        time.sleep(ONCE_S)
        settle(home)
        rest = count(home)
        home.simulator.control.Storm(0, FOREIGN_PER_S)
        time.sleep(2)
        storm = count(home)
        home.simulator.control.Storm(0, 0)
        slow, fast = (own_advertisements(home, per_s) for per_s in OWN_PER_S)
    page.add("At rest and on the air", TEXT, [
        Figure(f"wakeups in {REST_S} s of silence", "", [(rest[0], None)], most=1,
               note=f"{rest[1]:.0f} µs of processor time."),
        Figure(f"wakeups in {REST_S} s among {FOREIGN_PER_S} foreign advertisements a second", "", [(storm[0], None)],
               most=1, note=f"{storm[1]:.0f} µs of processor time."),
        Figure("an own advertisement, one a second, processor time", "µs", slow, "a GDBus subscriber that does nothing with "
               "the same signal", most=2, note="From the signal to the ledger and the session bus, where a stream is told each "
               "ten seconds, as it is written; nobody has asked for readings as they come. Who wakes once a second finds "
               "the processor's caches cold, and pays for each line of code that it touches."),
        Figure("an own advertisement, 200 a second, processor time", "µs", fast, "the same", most=2,
               note="The same from warm caches."),
    ])
