# SPDX-License-Identifier: GPL-2.0-or-later
"""Calcifer's link on the guest's real bluetoothd: the daemon on hci0, the project's own tags on the other controllers,
and what befalls them.

A link is broken from the tag's side, and before bluetoothd or hci0 is taken away: with both ends on one host this
kernel can panic when the other end lets go (l2cap_chan_put ends in hci_chan_del).
"""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SIM = os.path.join(HERE, "..", "..", "sim")
sys.path.insert(0, SIM)

from gi.repository import Gio, GLib  # noqa: E402

from bus import Control, PrivateBus, SIM_INTERFACE, SIM_NAME, SIM_PATH, options  # noqa: E402
from . import bluez, management, system  # noqa: E402
from .waiting import Timeout, until  # noqa: E402

# Where a tag may stand: its address, and the adapter that carries it. Each has a controller of the daemon's own, as on one
# that has a link already a second tag could not be paired in the virtual air.
PLACES = {"hci1": (bluez.ADDRESS["hci1"], "hci0"), "hci3": ("00:AA:01:03:00:03", "hci2")}
LOG = "/artefacts/calciferd.txt"
# Of a tag in `status --json`.
COUNTS = ("received", "lost", "rejected", "conflicts", "undated", "held", "duplicates")
# Between two registrations of an advertisement. One bluetoothd serves both ends, and sends the kernel nothing else while
# a Pair Device is under way: a Pair that falls into the gap of a new registration waits a minute for a silent tag.
ADVERT_MS = 5000
RFKILL_CHANGE = 2  # linux/rfkill.h: RFKILL_OP_CHANGE


class Daemon:
    """calciferd as one starts it from the build, on a session bus and in a home of its own."""

    def __init__(self, calciferd, calciferctl):
        self.programs = calciferd, calciferctl
        self.session = PrivateBus()
        self.home = tempfile.mkdtemp(prefix="calcifer-link-")
        self.environment = dict(os.environ, HOME=self.home, XDG_DATA_HOME=f"{self.home}/data",
                                XDG_CONFIG_HOME=f"{self.home}/config", DBUS_SESSION_BUS_ADDRESS=self.session.address)
        self.process = None
        self.start()

    def start(self):
        with open(LOG, "ab") as log:
            self.process = subprocess.Popen([self.programs[0]], env=self.environment | {"G_MESSAGES_DEBUG": "all"},
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(30)

    def close(self):
        self.end()
        self.session.close()
        shutil.rmtree(self.home)

    def ctl(self, *words, timeout_s=90):
        done = subprocess.run([self.programs[1], *words], env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=timeout_s, check=False)
        if done.returncode:
            raise AssertionError(f"calciferctl {' '.join(words)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def tag(self, address):
        """What `status --json` tells of a tag, {} where it is not told."""
        tags = json.loads(self.ctl("status", "--json"))["tags"]
        return next((tag for tag in tags if tag["address"] == address), {})

    def counts(self, address):
        tag = self.tag(address)
        return {key: tag[key] for key in COUNTS}

    def rows(self, query, *values):
        """Reads the ledger beside the daemon: what is seen is committed."""
        path = f"{self.home}/data/calciferd/ledger.db"
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as ledger:
            return ledger.execute(query, values).fetchall()

    def records(self, address):
        """The tag's records in the ledger as (log id, all 20 bytes), in order."""
        rows = self.rows("SELECT l.log_id, r.sequence, r.time, r.rest FROM tag t CROSS JOIN log l ON l.tag = t.tag CROSS"
                         " JOIN record r ON r.id BETWEEN l.log << 32 AND (l.log << 32) + 4294967295 WHERE t.address = ?",
                         address)
        return sorted((log_id, sequence.to_bytes(4, "little") + at.to_bytes(4, "little") + rest.ljust(12, b"\0"))
                      for log_id, sequence, at, rest in rows)

    def committed_up_to(self, address, log_id, sequence):
        """How many of the records 1 … sequence of a log are committed or lost."""
        ((count,),) = self.rows(
            "SELECT coalesce(sum(min(s.last, ?) - s.first + 1), 0) FROM tag t JOIN log l ON l.tag = t.tag"
            " JOIN stretch s ON s.log = l.log AND s.with_lost = 1 AND s.first <= ? WHERE t.address = ? AND l.log_id = ?",
            sequence, sequence, address, log_id)
        return count


class Tag:
    """calcifer-peripheral on a controller, and the control of it."""

    def __init__(self, program, adapter):
        self.adapter, self.index = adapter, int(adapter[3:])
        self.address, self.partner = PLACES[adapter]
        name = f"{SIM_NAME}.{adapter.capitalize()}"
        self.process = subprocess.Popen([program, f"--adapter={adapter}", f"--name={name}", f"--advert-ms={ADVERT_MS}"],
                                        stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise AssertionError(f"no peripheral stands on {adapter}")
        self.control = Control(Gio.bus_get_sync(Gio.BusType.SYSTEM, None), name)

    def add(self, **what):
        self.control.AddTag(self.address, options(**(dict(pairing=True, clock_set=True, slots=2) | what)))
        until("its services are registered", lambda: self.state("registered"))

    def state(self, key):
        return self.control.State(self.address)[key]

    def history(self):
        """All records that it ever stored, as Daemon.records() has them."""
        # Not unpacked byte by byte, which takes minutes in an emulated machine.
        reply = self.control.connection.call_sync(
            self.control.name, SIM_PATH, SIM_INTERFACE, "History", GLib.Variant("(su)", (self.address, 0)), None,
            Gio.DBusCallFlags.NONE, 60000, None).get_child_value(0)
        records = (reply.get_child_value(index) for index in range(reply.n_children()))
        return sorted((one.get_child_value(0).get_uint32(), one.get_child_value(1).get_data_as_bytes().get_data())
                      for one in records)

    def backlog(self, count, pattern="mixed", step_s=60):
        """Records that end now."""
        self.control.Backlog(self.address, count, int(time.time()) - count * step_s, step_s, pattern)

    def press(self, slot=1):
        self.control.Intake(self.address, slot, 1)

    def raw(self, at, kind, payload, flags=1, boot=1):
        """A record with these fields; flags' bit 0: the clock was set."""
        self.control.Raw(self.address, struct.pack("<IIHBB", 0, at, boot, kind, flags) + payload.ljust(8, b"\0"))

    def fault(self, name, value=1):
        self.control.Fault(self.address, name, value)

    def cut(self):
        """The link breaks at once: the controller is told, and bluetoothd hears of it afterwards. False when there was none."""
        broken = management.break_all(self.index)
        until("the link is down", lambda: not management.connections(self.index), 10, 0.02)
        return broken > 0

    def leave(self):
        """Out of range, until `back`."""
        self.control.SetInRange(self.address, False)
        until("the link is down", lambda: not self.state("connected"))

    def back(self):
        self.control.SetInRange(self.address, True)

    def close(self):
        self.leave()
        self.process.terminate()
        self.process.wait(10)


class World:
    """A daemon, and tags where it is asked for them."""

    def __init__(self, peripheral, calciferd, calciferctl):
        self.peripheral = peripheral
        shutil.copy(f"{SIM}/org.calciferd.Simulator.conf", "/etc/dbus-1/system.d/")
        system.reload_bus()
        self.daemon = Daemon(calciferd, calciferctl)
        self.tags = []

    def tag(self, adapter="hci1"):
        self.tags.append(Tag(self.peripheral, adapter))
        return self.tags[-1]

    def adopt(self, tag, attempts=3):
        """As its owner would, who tries again; see ADVERT_MS."""
        discover_with(tag.partner)
        for attempt in range(1, attempts + 1):
            try:
                return self.daemon.ctl("tags", "adopt", tag.address)
            except AssertionError as error:
                if attempt == attempts:
                    raise
                print(f"   {error}", flush=True)

    def close(self):
        for tag in self.tags:
            tag.close()
        self.daemon.close()

    def safe(self, tag):
        """Raises when the tag forgot what is not committed. It is asked first, and the ledger after."""
        log_id, deleted = tag.state("log-id"), tag.state("deleted-up-to")
        committed = self.daemon.committed_up_to(tag.address, log_id, deleted) if deleted else 0
        if committed != deleted:
            raise AssertionError(f"deleted up to {deleted}, of which {committed} are committed")

    def committed(self, tag):
        """How many records of the tag's log are committed, or lost."""
        return self.daemon.committed_up_to(tag.address, tag.state("log-id"), 0xffffffff)

    def emptied(self, tag):
        """Whether all is taken and deleted, and rightly so."""
        self.safe(tag)
        return tag.state("stored") == 0 and tag.state("connected")

    def until_emptied(self, tag, timeout_s=150):
        self.until(tag, "all is received and deleted", lambda: self.emptied(tag), timeout_s)

    def until(self, tag, what, condition, timeout_s=150):
        """As waiting.until, and tells what the daemon and the tag say when it does not come."""
        try:
            until(what, condition, timeout_s, 0.3)
        except Timeout as late:
            raise Timeout(f"{late}; {self.daemon.tag(tag.address)}; {tag.control.State(tag.address)}") from late

    def differences(self, tag):
        """What the ledger lacks of the tag's history, and has that never was in it, as (log id, sequence)."""
        ledger, history = self.daemon.records(tag.address), tag.history()

        def named(records):
            return [(log_id, int.from_bytes(record[:4], "little")) for log_id, record in records][:20]
        return named(sorted(set(history) - set(ledger))), named(sorted(set(ledger) - set(history)))


def discover_with(adapter):
    """Only this one may listen: the daemon takes every adapter, and would carry a tag from the controller of another."""
    others = (f"hci{index}" for index in range(8) if f"hci{index}" != adapter)
    denied = "".join(f'<deny send_destination="org.bluez" send_path="{bluez.adapter_path(other)}"'
                     f' send_member="StartDiscovery"/>' for other in others)
    with open("/etc/dbus-1/system.d/calcifer-link.conf", "w", encoding="ascii") as out:
        out.write('<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"'
                  ' "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">'
                  f'<busconfig><policy context="mandatory">{denied}</policy></busconfig>')
    system.reload_bus()


def kill_bluetoothd():
    """Without a word, and started anew. Its links should be down."""
    subprocess.run(["systemctl", "kill", "-s", "KILL", "bluetooth.service"], check=True)
    until("bluetoothd is dead", lambda: not system.unit_is("active", "bluetooth.service"), 10, 0.02)
    start_bluetoothd()


def is_bluetoothd_there():
    bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
    there, = bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                           GLib.Variant("(s)", (bluez.BLUEZ,)), None, Gio.DBusCallFlags.NONE, 30000, None).unpack()
    return there


def start_bluetoothd():
    """Behind whatever ended it."""
    subprocess.run(["systemctl", "reset-failed", "bluetooth.service"], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["systemctl", "start", "bluetooth.service"], check=True)


def power(on, adapter):
    bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
    bus.call_sync(bluez.BLUEZ, bluez.adapter_path(adapter), bluez.PROPERTIES, "Set",
                  GLib.Variant("(ssv)", (bluez.ADAPTER, "Powered", GLib.Variant("b", on))), None,
                  Gio.DBusCallFlags.NONE, 30000, None)


def block(on, adapter):
    """rfkill, as the switch of a laptop does it."""
    root = "/sys/class/rfkill"
    for entry in os.listdir(root):
        with open(f"{root}/{entry}/name", encoding="ascii") as name:
            if name.read().strip() != adapter:
                continue
        with open("/dev/rfkill", "wb", buffering=0) as switch:
            switch.write(struct.pack("=IBBBB", int(entry[6:]), 0, RFKILL_CHANGE, int(on), 0))
        return
    raise AssertionError(f"rfkill knows no {adapter}")
