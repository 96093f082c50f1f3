#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures that only a real systemd and a real bluetoothd can tell; ./check --bench has it run. No test.

    measure.py CALCIFER-PERIPHERAL CALCIFERD CALCIFERCTL FLOOR-SERVICE [RECORDS]

The install tree is the guest's /share. Each line "pair NAME OURS FLOOR" is one measurement, in seconds:

    activation  from the call that wakes the sandboxed unit to its answer; of a bare GDBus service in the same sandbox
    backlog     from a tag's first record on the system bus to the last in the ledger; to the last on the bus
"""

import os
import shutil
import subprocess
import sys
import time

from gi.repository import Gio, GLib

from guest import account, link, system

NAME, UNIT = "org.calciferd", "calciferd.service"
FLOOR_NAME, FLOOR_UNIT, FLOOR_PROGRAM = "org.calciferd.Floor", "calcifer-floor.service", "/usr/libexec/calcifer-floor"
PATH = "/org/calciferd"
UNITS, SERVICES = "/usr/lib/systemd/user", "/usr/share/dbus-1/services"
PROPERTIES = 12
ROUNDS = 11
RECORDS = 43200  # thirty days of minutes
SIZE, PER_NOTIFICATION = 20, 12
PATIENCE_S = 900


def tell(name, ours, floor):
    print(f"pair {name} {ours:.6f} {floor:.6f}", flush=True)


# -- Activation --------------------------------------------------------------------------------------------------------

def floor_unit():
    """The daemon's own unit, with the bare service in its place; it owns a name, and tells systemd nothing."""
    replaced = {"ExecStart": f"{FLOOR_PROGRAM} {FLOOR_NAME} %h/.local/share/calciferd/floor.db {PROPERTIES}",
                "Type": f"dbus\nBusName={FLOOR_NAME}"}
    with open(f"{UNITS}/{UNIT}", encoding="utf-8") as unit:
        for line in unit:
            key = line.partition("=")[0]
            if key != "WatchdogSec":
                yield f"{key}={replaced[key]}\n" if key in replaced else line


def install_floor(program):
    shutil.copy(program, FLOOR_PROGRAM)
    with open(f"{UNITS}/{FLOOR_UNIT}", "w", encoding="utf-8") as out:
        out.writelines(floor_unit())
    shutil.copytree(f"{UNITS}/{UNIT}.d", f"{UNITS}/{FLOOR_UNIT}.d")
    with open(f"{SERVICES}/{FLOOR_NAME}.service", "w", encoding="utf-8") as out:
        out.write(f"[D-BUS Service]\nName={FLOOR_NAME}\nExec=/bin/false\nSystemdService={FLOOR_UNIT}\n")


def wake_s(bus, name, unit):
    """Seconds until who sleeps answers."""
    subprocess.run(["systemctl", "--user", "stop", unit], check=True)
    subprocess.run(["systemctl", "--user", "reset-failed", unit], check=False, stderr=subprocess.DEVNULL)
    began = time.monotonic()
    bus.call_sync(name, PATH, "org.freedesktop.DBus.Peer", "Ping", None, None, Gio.DBusCallFlags.NONE, 60000, None)
    return time.monotonic() - began


def activations():
    """As the user; the first of each is not told, since it finds nothing in the page cache."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    for round_ in range(ROUNDS + 1):
        ours, floor = wake_s(bus, NAME, UNIT), wake_s(bus, FLOOR_NAME, FLOOR_UNIT)
        if round_:
            tell("activation", ours, floor)


def measure_activation(floor_service):
    system.install("/share")
    install_floor(floor_service)
    wearer = account.create()
    wearer.start_manager()
    print(wearer.as_user("/usr/bin/python3", "-B", os.path.abspath(__file__), "--activations", timeout_s=600).stdout, end="",
          flush=True)
    wearer.stop_manager()


# -- A backlog ---------------------------------------------------------------------------------------------------------

class Listener:
    """When the first and the last record of a tag were on the system bus."""

    def __init__(self, address):
        self.device = address.replace(":", "_")
        self.count, self.first_s, self.last_s = 0, None, None
        self.bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
        self.bus.signal_subscribe("org.bluez", "org.freedesktop.DBus.Properties", "PropertiesChanged", None,
                                  "org.bluez.GattCharacteristic1", Gio.DBusSignalFlags.NONE, self.on_changed)

    def on_changed(self, _bus, _sender, path, _interface, _signal, arguments):
        value = arguments.get_child_value(1).lookup_value("Value", GLib.VariantType("ay"))
        if value is None or f"dev_{self.device}/" not in path:
            return
        size = value.get_size()
        if size and size % SIZE == 0:
            self.last_s = time.monotonic()
            self.first_s = self.first_s or self.last_s
            self.count += size // SIZE


def until_committed(world, tag, listener, records):
    """The moment at which all of them are in the ledger."""
    context, late, looked = GLib.MainContext.default(), time.monotonic() + PATIENCE_S, 0.0
    while True:
        now = time.monotonic()
        if now > late:
            raise AssertionError(f"{world.committed(tag)} of {records} after {PATIENCE_S} s, {listener.count} heard")
        if listener.count >= records or now > looked + 5:
            looked = now
            if world.committed(tag) >= records:
                return time.monotonic()
        if not context.iteration(False):
            time.sleep(0.02)


def measure_backlog(programs, records):
    world = link.World(*programs)
    tag = world.tag()
    tag.add(capacity=2 * records, per_notification=PER_NOTIFICATION)
    world.adopt(tag)
    tag.leave()
    tag.backlog(records, "day")
    listener, before = Listener(tag.address), world.committed(tag)
    tag.back()
    committed_s = until_committed(world, tag, listener, before + records)
    tell("backlog", committed_s - listener.first_s, listener.last_s - listener.first_s)
    world.close()


def main(words):
    if words == ["--activations"]:
        return activations()
    *programs, floor_service = words[:4]
    measure_activation(floor_service)
    return measure_backlog(programs, int(words[4]) if len(words) > 4 else RECORDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
