# SPDX-License-Identifier: GPL-2.0-or-later
"""Daemons of the same shape, in the same run: GDBus, C, one of them with SQLite."""

import subprocess
import time

from figure import Figure
from measure import memory_mib, pairs_of
from service_figures import REST_S, begin_ours, end, wait_for_name

TEXT = """upower and colord as Debian ships them, on a private bus that they take for the system's, beside ours with ten
years of ledger. They are no floor, so there is no aim; a ratio below 1 is ours being less."""

NEIGHBOURS = {
    "upower": ("/usr/libexec/upowerd", "org.freedesktop.UPower", "/org/freedesktop/UPower"),
    "colord": ("/usr/libexec/colord", "org.freedesktop.ColorManager", "/org/freedesktop/ColorManager"),
}
N_STARTS = 9


def begin(home, program):
    environment = {**home.environment, "LD_PRELOAD": ""}
    return subprocess.Popen([program], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def start_pair(home, system, program, name):
    row = []
    for bus, who, how in ((home.session, "org.calciferd", lambda: begin_ours(home)),
                          (system, name, lambda: begin(home, program))):
        taken_s, process = wait_for_name(bus, who, how)
        time.sleep(REST_S)
        row.append((taken_s * 1000, *memory_mib(process.pid)))
        end(process)
    return row


def figures(home, system, title, program, name, path):
    rows = [start_pair(home, system, program, name) for _ in range(N_STARTS)]
    units = ("from exec to the bus name", "ms"), ("memory, resident", "MiB"), ("memory, private", "MiB")
    found = [Figure(f"{what}, {title}", unit, [(ours[i], other[i]) for ours, other in rows], title)
             for i, (what, unit) in enumerate(units)]
    _, other = wait_for_name(system, name, lambda: begin(home, program))
    _, ours = wait_for_name(home.session, "org.calciferd", lambda: begin_ours(home))
    session, bus = (home.environment[f"DBUS_{which}_BUS_ADDRESS"] for which in ("SESSION", "SYSTEM"))
    asked = pairs_of(home.programs["latency"], "7", "500",
                     f"{session}|org.calciferd|/org/calciferd|org.calciferd.Service1", f"{bus}|{name}|{path}|{name}")
    end(ours)
    end(other)
    return found + [Figure(f"GetAll, p50, {title}", "µs", asked["p50"], title,
                           note="Ours is Service1, with six properties.")]


def measure(page, programs, decade):
    with decade.household(simulator=False) as home:
        system = home.system_bus.connect()
        for title, (program, name, path) in NEIGHBOURS.items():
            page.add(f"Beside {title}", TEXT, figures(home, system, title, program, name, path))
        system.close_sync(None)
