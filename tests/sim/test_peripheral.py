#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The real peripheral, in the virtual machine: tests/system/vm run tests/sim/test_peripheral.py CALCIFER-PERIPHERAL
A host adopts it, takes its backlog over the real bluetoothd, loses it and goes on."""

import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from gi.repository import Gio, GLib  # noqa: E402

from bus import Control, options  # noqa: E402
from host import BATTERY, BTHOME_UUID, DEVICE, Host, LinkLost, RACP_UUID, RECORD_UUID  # noqa: E402

TAG = "00:AA:01:01:00:01"
HCI0 = "/org/bluez/hci0"
START = 1750000000
RECORDS = 2000


def check(what, holds, told=""):
    print(f"{'ok' if holds else 'NOT OK'}  {what} {told if not holds else ''}", flush=True)
    if not holds:
        sys.exit(1)


def allow_names():
    with open(HERE + "/org.calciferd.Simulator.conf", encoding="utf-8") as policy:
        with open("/etc/dbus-1/system.d/org.calciferd.Simulator.conf", "w", encoding="utf-8") as out:
            out.write(policy.read())
    subprocess.run(["busctl", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
                    "org.freedesktop.DBus", "ReloadConfig"],
                   check=True)


def start(program, *arguments):
    environment = dict(os.environ, G_MESSAGES_DEBUG="all")
    process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, text=True, env=environment)
    check("the peripheral starts", process.stdout.readline().strip() == "ready")
    return process


def matches_history(sim, tag):
    history = {}
    for log, record in sim.History(TAG, 0):
        history[(log, int.from_bytes(bytes(record[:4]), "little"))] = bytes(record)
    held = {key: record for key, record in tag.records.items() if record is not None}
    return held == history


def adopt(host, attempts=3):
    """A Pair that falls into the gap between two registrations of the advertisement ends after a minute: again."""
    for attempt in range(1, attempts + 1):
        try:
            return host.adopt(TAG)
        except (GLib.Error, LinkLost) as error:
            if attempt == attempts:
                raise
            print(f"   once more: {error}", flush=True)


def main(program):
    allow_names()
    process = start(program, "--adapter=hci1", "--advert-ms=5000")
    connection = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
    sim = Control(connection)
    host = Host(connection, settle_s=0.5)
    sim.AddTag(TAG, options(pairing=True, per_notification=12, slots=2, battery=80))
    sim.Backlog(TAG, RECORDS, START, 60, "mixed")
    check("the application is registered", host.wait(lambda: sim.State(TAG)["registered"], 10))
    adopt(host)
    check("it is bonded on both sides", host.property(TAG, "Bonded") and sim.State(TAG)["bonded"])
    began = time.monotonic()
    host.sync(TAG)
    tag = host.tags[TAG]
    print(f"   {len(tag.records)} records in {time.monotonic() - began:.1f} s, {tag.duplicates} twice", flush=True)
    check("every record came, and is what was stored", matches_history(sim, tag), str(sim.State(TAG)))
    check("and was deleted", sim.State(TAG)["stored"] == 0)
    check("the clock is set", abs(sim.State(TAG)["clock"] - time.time()) <= 2)
    check("the battery is seen", host.objects[host.device(TAG)].get(BATTERY, {}).get("Percentage") == 80,
          str(host.objects[host.device(TAG)].get(BATTERY)))
    sim.Battery(TAG, 15)
    check("and its change", host.wait(lambda: host.objects[host.device(TAG)][BATTERY]["Percentage"] == 15))
    sim.Intake(TAG, 1, 1)
    host.step()
    check("a live record comes", host.wait(lambda: host.step() or sim.State(TAG)["stored"] == 0, 10))
    sim.Fault(TAG, "never-answer", 1)
    sim.Backlog(TAG, 3, START, 60, "day")
    host.write(TAG, RACP_UUID, b"\x01\x01")
    try:
        host.write(TAG, RACP_UUID, b"\x01\x01")
        check("a second procedure is refused", False)
    except GLib.Error as error:
        check("a second procedure is refused with 0xfe", "0xfe" in error.message, error.message)
    sim.Fault(TAG, "never-answer", 0)
    check("an abort ends it", host.ask(tag, b"\x03\x00") == b"\x06\x00\x03\x01")
    sim.Backlog(TAG, 500, START, 60, "day")
    losses = host.losses
    sim.CutLink(TAG)
    check("the link is lost", host.wait(lambda: host.losses > losses, 20))
    sim.Backlog(TAG, 500, START + 30000, 60, "day")
    check("and comes back by itself",
          host.wait(lambda: host.property(TAG, "ServicesResolved"), 30), str(sim.State(TAG)))
    check("the rest is taken and deleted",
          host.wait(lambda: host.step() or tag.synced and sim.State(TAG)["stored"] == 0, 60), str(sim.State(TAG)))
    check("every record came", matches_history(sim, tag))
    sim.SetInRange(TAG, False)
    check("out of range", host.wait(lambda: host.property(TAG, "Connected") is False, 20))
    process.terminate()
    check("it ends well", process.wait(10) == 0)
    print("done", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
