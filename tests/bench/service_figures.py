# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon as its clients meet it: start, memory, answers."""

import os
import statistics
import subprocess
import time

from bus import options
from decade import memory_of_unit
from figure import Figure
from gi.repository import Gio, GLib
from household import until
from measure import libraries, memory_mib, pairs_of

TEXT = """The daemon with ten years of ledger on two private buses, without Bluetooth. The ten years end in 2029, since
nothing before 2020 counts: libfaketime moves the clock, of the daemon and of its floors alike. Both have the
environment of the unit as far as it concerns memory."""
FLOOR_NAME = "org.calciferd.Floor"
N_STARTS = 15
REST_S = 1.5  # behind the name: a daemon at rest, which has given back what its start took
N_RUNS = 25
PAGE_DAYS = 100
WEATHER, TAG = "54:48:E6:8F:80:A5", "C0:FF:EE:00:00:02"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
OWN_PER_S = 200
BACKLOG = 43200  # thirty days of minutes


def wait_for_name(connection, name, begin):
    """Seconds from begin() until the name has an owner; and what begin() gave."""
    context, owned = GLib.MainContext.default(), []
    watch = connection.signal_subscribe(
        "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", "/org/freedesktop/DBus", name,
        Gio.DBusSignalFlags.NONE, lambda *signal: signal[5].unpack()[2] and owned.append(time.monotonic()))
    start = time.monotonic()
    process = begin()
    while not owned and process.poll() is None:
        context.iteration(True)
    connection.signal_unsubscribe(watch)
    if not owned:
        raise RuntimeError(f"{name} did not appear")
    return owned[0] - start, process


def begin_ours(home):
    return subprocess.Popen([home.programs["daemon"]], env=home.environment, stdin=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def count_properties(home):
    reply = home.session.call_sync("org.calciferd", "/org/calciferd", "org.freedesktop.DBus.Properties", "GetAll",
                                   GLib.Variant("(s)", ("org.calciferd.Balance1",)), None, Gio.DBusCallFlags.NONE, -1,
                                   None)
    return len(reply.unpack()[0])


def begin_floor(home, n_properties=12):
    command = [home.programs["service"], FLOOR_NAME, os.path.join(home.home, "floor.db"), str(n_properties)]
    return subprocess.Popen(command, env=home.environment, stdin=subprocess.DEVNULL)


def end(process):
    process.terminate()
    process.wait(20)


def ask(home, name, interface):
    home.session.call_sync(name, "/org/calciferd", "org.freedesktop.DBus.Properties", "GetAll",
                           GLib.Variant("(s)", (interface,)), None, Gio.DBusCallFlags.NONE, -1, None)


def starts(home):
    """Pairs of milliseconds to the name, of milliseconds to the first answer, of MiB resident, of MiB private, and of
    the same two when it was asked once more."""
    figures = [], [], [], [], [], []
    for _ in range(N_STARTS):
        row = []
        for name, interface, begin in (("org.calciferd", "org.calciferd.Balance1", begin_ours),
                                       (FLOOR_NAME, "org.calciferd.Floor1", begin_floor)):
            began_s = time.monotonic()
            taken_s, process = wait_for_name(home.session, name, lambda: begin(home))
            ask(home, name, interface)
            answered_s = time.monotonic() - began_s
            time.sleep(REST_S)
            at_rest = memory_mib(process.pid)
            ask(home, name, interface)
            row.append((taken_s * 1000, answered_s * 1000, *at_rest, *memory_mib(process.pid)))
            end(process)
        for into, ours, floor in zip(figures, *row):
            into.append((ours, floor))
    return figures


def of_bare(pairs):
    return f"The bare service: {statistics.median(floor for _, floor in pairs):.1f} MiB."


def asked_once_more(pairs):
    return f"When it is asked once more: {statistics.median(ours for ours, _ in pairs):.1f} MiB."


def cpu_of(command, environment):
    """(milliseconds by the wall, of the program)"""
    start = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command}: status {process.returncode}")
    return (time.monotonic() - start) * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def commands(home):
    """`calciferctl status` beside busctl, which asks for the same interface: pairs of milliseconds by the wall."""
    ours = [home.programs["ctl"], "status"]
    other = ["busctl", "--address=" + home.environment["DBUS_SESSION_BUS_ADDRESS"], "--no-pager", "call",
             "org.calciferd", "/org/calciferd", "org.freedesktop.DBus.Properties", "GetAll", "s",
             "org.calciferd.Balance1"]
    environment = {name: value for name, value in home.environment.items() if name not in memory_of_unit()}
    cpu_of(ours, environment), cpu_of(other, environment)
    return [(cpu_of(ours, environment)[0], cpu_of(other, environment)[0]) for _ in range(N_RUNS)]


def answer_bytes(home, name, interface, method, arguments):
    start = time.monotonic()
    reply = home.session.call_sync(name, "/org/calciferd", interface, method, arguments, None,
                                   Gio.DBusCallFlags.NONE, 60000, None)
    return time.monotonic() - start, reply


def history(home):
    """Ten years by day, in pages of a hundred, beside replies of as many bytes: milliseconds."""
    ours_s = floor_s = 0
    first, last = "2000-01-01", ""
    reply = answer_bytes(home, "org.calciferd", "org.calciferd.Balance1", "GetDay", GLib.Variant("(s)", ("",)))[1]
    last = reply.unpack()[0]["Date"]
    year, rest = int(last[:4]), last[4:]
    first = f"{year - 10}{rest if rest != '-02-29' else '-02-28'}"
    while first:
        taken_s, reply = answer_bytes(home, "org.calciferd", "org.calciferd.Balance1", "GetDays",
                                      GLib.Variant("(ssu)", (first, last, PAGE_DAYS)))
        ours_s += taken_s
        first = reply.unpack()[1]
        taken_s, _ = answer_bytes(home, FLOOR_NAME, "org.calciferd.Floor1", "Bytes",
                                  GLib.Variant("(u)", (reply.get_size(),)))
        floor_s += taken_s
    return ours_s * 1000, floor_s * 1000


def latency_command(home, rounds, calls):
    bus = home.environment["DBUS_SESSION_BUS_ADDRESS"]
    return [home.programs["latency"], str(rounds), str(calls), f"{bus}|org.calciferd|/org/calciferd|org.calciferd.Balance1",
            f"{bus}|{FLOOR_NAME}|/org/calciferd|org.calciferd.Floor1"]


def latency(home):
    return pairs_of(*latency_command(home, 10, 1000))


def advertise(home, number):
    home.simulator.control.Advertise(WEATHER, BTHOME_UUID, bytes([0x40, 0x00, number % 256, 0x46, 10 + number % 50]))


def adopt(home, address):
    if any(tag["address"] == address for tag in home.status()["tags"]):
        return
    adopting, numbers = home.begin("tags", "adopt", address), iter(range(10000))
    until(lambda: advertise(home, next(numbers)) or adopting.poll() is not None, 60, "the adoption")


def busy_latency(home):
    """The same while a sensor of one's own is heard many times a second and a tag tells of thirty days. Also how many
    records of those came meanwhile: some, and not all, or nothing was measured of a transfer."""
    begun = int(time.time() + int(home.environment["FAKETIME"].strip("+s"))) - BACKLOG * 60
    received = home.tag(TAG)["received"]
    home.simulator.control.Backlog(TAG, BACKLOG, begun, 60, "day")
    until(lambda: home.tag(TAG)["received"] > received, 60, "the transfer")
    asking = subprocess.Popen(latency_command(home, 5, 400), stdout=subprocess.PIPE, text=True)
    start, number = time.monotonic(), 0
    while asking.poll() is None:
        advertise(home, number)
        number += 1
        time.sleep(max(0, start + number / OWN_PER_S - time.monotonic()))
    came = home.tag(TAG)["received"] - received
    rows = [line.split() for line in asking.stdout.read().splitlines()]
    asking.stdout.close()
    told = {name: [(float(ours), float(floor)) for row, ours, floor in rows if row == name] for name in ("p50", "p99")}
    return told, number / (time.monotonic() - start), came


def measure_busy(decade):
    with decade.household() as home:
        home.simulator.control.AddBroadcaster(WEATHER, options(name="Weather"))
        home.simulator.control.AddTag(TAG, options(pairing=True, clock_set=True, capacity=2 * BACKLOG))
        home.start(60)
        for address in (WEATHER, TAG):
            adopt(home, address)
        home.settle(600)  # a tag holds since always, so that the ten years are reckoned anew: that is no part of a transfer
        _, floor = wait_for_name(home.session, FLOOR_NAME, lambda: begin_floor(home, count_properties(home)))
        busy, per_s, came = busy_latency(home)
        end(floor)
    note = f"{per_s:.0f} of them a second, and {came} of {BACKLOG} records of a tag's backlog meanwhile."
    return [Figure(f"GetAll of the balance among own advertisements, {name}", "µs", busy[name], "the same", most=most,
                   note=note) for name, most in (("p50", 1.5), ("p99", 2))]


def measure(page, programs, decade):
    with decade.household(simulator=False) as home:
        times, answers, resident, private, resident_asked, private_asked = starts(home)
        home.start()
        n_properties = count_properties(home)
        _, floor = wait_for_name(home.session, FLOOR_NAME, lambda: begin_floor(home, n_properties))
        asked, told, years = latency(home), commands(home), [history(home) for _ in range(5)]
        end(floor)
        bare = "a GDBus service on two buses with a SQLite database open"
        busy = measure_busy(decade)
        page.add("The daemon", TEXT, [
            Figure("from exec to the bus name", "ms", times, bare, most=2,
                   note=f"Fastest of {N_STARTS}: {min(ours for ours, _ in times):.1f} ms and "
                   f"{min(floor for _, floor in times):.1f} ms."),
            Figure("from exec to the first answer", "ms", answers, bare,
                   note="GetAll, asked as soon as the name is there: the daemon knows the balance a while later."),
            Figure("memory, resident", "MiB", [(ours, None) for ours, _ in resident], most=9,
                   note=f"{REST_S:g} s behind the first answer, when what only the start needed is given back. "
                   f"{asked_once_more(resident_asked)} {of_bare(resident)}"),
            Figure("memory, private", "MiB", [(ours, None) for ours, _ in private], most=1.5,
                   note=f"{asked_once_more(private_asked)} {of_bare(private)} Of a library that no other program uses just "
                   "then, SQLite among them, each page counts as private."),
            Figure("shared libraries", "", [(libraries(programs["daemon"]), None)], most=25),
            Figure("GetAll of the balance, p50", "µs", asked["p50"], "a bare service with as many properties, each a number "
                   "or a date", most=1.5, note=f"{n_properties} properties, most of ours dictionaries."),
            Figure("GetAll of the balance, p99", "µs", asked["p99"], "the same", most=2), *busy,
            Figure("ten years by day over D-Bus", "ms", years, "a bare service's replies of as many bytes", most=3),
            Figure("calciferctl status", "ms", told, "busctl, one call for the balance's properties", most=1.5),
        ])
