#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plays a scenario: one text for the simulator and for the real bluetoothd, for the daemon and for a stand-in.

    scenario.py (--sim CALCIFER-SIM | --peripheral CALCIFER-PERIPHERAL) [--ctl CALCIFERCTL] FILE...

--sim        on a private system bus with the fake org.bluez, one for each file
--peripheral on the machine's own system bus, with a real tag on hci1 (the virtual machine's way)
--ctl        the daemon's command line, and --daemon the command that starts its daemon for each file, on a session
             bus and in a home of its own. Without --ctl the small host of host.py stands in.

A line is a step; # begins a comment. $TAG is the tag's address; tag.KEY as a value is the tag's own State.

    tag add KEY=NUMBER…            AddTag with these options
    tag backlog N [PATTERN [STEP]] N records that end now: constant, day, mixed; STEP seconds each (60)
    tag intake SLOT [PRESSES]      tag uv MINUTES INDEX       tag wear on|off       tag raw HEX
    tag battery PERCENT            tag pairing open|closed    tag fault NAME [N]
    tag cut                        the link breaks            tag away, tag back    out of range and in again
    bluez crash|stop|start         the fate of bluetoothd     power off|on          of hci0
    ctl WORD…                      runs calciferctl
    wait SECONDS
    expect tag KEY OP VALUE [within SECONDS]
    expect ctl WORD… .PATH OP VALUE [within SECONDS]          OP is == != < <= > >=
"""

import argparse
import json
import operator
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from gi.repository import Gio, GLib  # noqa: E402

from bus import Control, PrivateBus, Simulator, options  # noqa: E402
from host import ADAPTER, BLUEZ, PROPERTIES  # noqa: E402

OPERATORS = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
             ">=": operator.ge}
HCI0 = "/org/bluez/hci0"


class Failed(Exception):
    """A step did not do what the scenario says."""


# ---- worlds: where the tag lives ---------------------------------------------------------------------

class Daemon:
    """With a session bus and directories of its own."""

    def __init__(self, command, system_bus):
        self.session = PrivateBus()
        self.home = tempfile.TemporaryDirectory(prefix="calcifer-scenario-")
        self.environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=system_bus, HOME=self.home.name,
                                DBUS_SESSION_BUS_ADDRESS=self.session.address,
                                XDG_DATA_HOME=self.home.name + "/data", XDG_CONFIG_HOME=self.home.name + "/config")
        self.process = subprocess.Popen(shlex.split(command), env=self.environment)

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.session.close()
        self.home.cleanup()


class FakeWorld:
    """The simulator on a bus of its own."""
    address = "C0:00:00:00:00:01"
    adoptions = 1

    def __init__(self, program):
        self.bus = PrivateBus()
        self.simulator = Simulator(self.bus, program, "--advert-ms=200")
        self.sim = self.simulator.control
        while not self.powered():
            time.sleep(0.01)  # as after a boot: whoever asks for a tag now is told that the adapter is off

    def powered(self):
        return self.simulator.connection.call_sync(
            BLUEZ, HCI0, PROPERTIES, "Get", GLib.Variant("(ss)", (ADAPTER, "Powered")), None, Gio.DBusCallFlags.NONE,
            30000, None).unpack()[0]

    def leave(self):
        """Here nothing can come of it that a tag is near until the end."""

    def bus_address(self):
        return self.bus.address

    def bluez(self, what):
        {"crash": self.sim.Crash, "stop": self.sim.Stop, "start": self.sim.Restart}[what]()

    def close(self):
        self.simulator.close()
        self.bus.close()


class RealWorld:
    """The machine's bluetoothd, with the tag on its second adapter."""
    address = "00:AA:01:01:00:01"
    # A Pair that falls into the gap between two registrations of the advertisement waits a minute for a silent tag, as
    # one bluetoothd serves both ends and does nothing else meanwhile: an owner would try again.
    adoptions = 3

    def __init__(self, program):
        with open(HERE + "/org.calciferd.Simulator.conf", encoding="utf-8") as policy:
            with open("/etc/dbus-1/system.d/org.calciferd.Simulator.conf", "w", encoding="utf-8") as out:
                out.write(policy.read())
        subprocess.run(["busctl", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                        "ReloadConfig"], check=True)
        # Seldom, for the gaps' sake; see above.
        self.process = subprocess.Popen([program, "--adapter=hci1", "--advert-ms=5000"], stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise Failed("the peripheral did not start")
        self.sim = Control(self.connect())

    def bus_address(self):
        return Gio.dbus_address_get_for_bus_sync(Gio.BusType.SYSTEM, None)

    def connect(self):
        return Gio.DBusConnection.new_for_address_sync(
            self.bus_address(), Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
            None, None)

    def bluez(self, what):
        words = ["kill", "-s", "KILL"] if what == "crash" else [what]
        subprocess.run(["systemctl", *words, "bluetooth.service"], check=True)

    def leave(self):
        """The tag leaves first: with a link between two adapters of one kernel, its end can panic."""
        self.sim.SetInRange(self.address, False)
        deadline = time.monotonic() + 20
        while self.sim.State(self.address)["connected"] and time.monotonic() < deadline:
            time.sleep(0.2)

    def close(self):
        self.sim.Fault(self.address, "forget-bond", 1)
        time.sleep(0.5)
        self.process.terminate()
        self.process.wait(10)
        connection = self.connect()
        for path, interfaces in connection.call_sync(
                BLUEZ, "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", None, None, 0, -1,
                None).unpack()[0].items():
            if path.startswith(HCI0 + "/dev_") and "org.bluez.Device1" in interfaces:
                connection.call_sync(BLUEZ, HCI0, ADAPTER, "RemoveDevice", GLib.Variant("(o)", (path,)), None, 0,
                                     -1, None)


# ---- who is told: the daemon, or the stand-in --------------------------------------------------------

class Command:
    """calciferctl as a program."""

    def __init__(self, program, environment):
        self.program, self.environment = program, environment
        deadline = time.monotonic() + 20
        while self.run(["status"]).returncode and time.monotonic() < deadline:
            time.sleep(0.1)  # the daemon is still coming

    def run(self, words):
        return subprocess.run([self.program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False, env=self.environment)

    def __call__(self, words):
        asks = words[0] == "status"
        done = self.run([*words, "--json"] if asks else words)
        if done.returncode:
            raise Failed(f"calciferctl {' '.join(words)}: {done.stderr.strip()}")
        answer = json.loads(done.stdout) if asks else {}
        for tag in answer.get("tags", []):
            tag["connected"] = tag["why"] is None  # the contract says why not, and nothing when it is
        return answer

    def idle(self):
        time.sleep(0.1)

    def close(self):
        pass


class StandIn:
    """host.py as a process of its own, so that it goes on while the scenario does."""

    def __init__(self, bus_address):
        self.process = subprocess.Popen([sys.executable, HERE + "/host.py"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True,
                                        env=dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=bus_address))

    def __call__(self, words):
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def idle(self):
        time.sleep(0.1)

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


# ---- the player --------------------------------------------------------------------------------------

def number(text):
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return {"true": True, "false": False}.get(text, text)


def follow(value, path):
    """.tags[0].received in a JSON value."""
    for key, index in re.findall(r"\.(\w[\w-]*)|\[(\d+)\]", path):
        value = value[key] if key else value[int(index)]
    return value


class Player:
    def __init__(self, world, ctl):
        self.world, self.ctl = world, ctl
        self.sim, self.address = world.sim, world.address

    def play(self, path):
        with open(path, encoding="utf-8") as lines:
            for count, line in enumerate(lines, 1):
                words = shlex.split(line, comments=True)
                if not words:
                    continue
                try:
                    self.step([word.replace("$TAG", self.address) for word in words])
                except (Failed, GLib.Error, KeyError, IndexError) as error:
                    raise Failed(f"{os.path.basename(path)}:{count}: {line.strip()}: {error}") from error

    def step(self, words):
        handlers = {"tag": self.tag, "bluez": lambda rest: self.world.bluez(rest[0]), "power": self.power,
                    "ctl": self.command, "wait": self.wait, "expect": self.expect}
        if words[0] not in handlers:
            raise Failed("no such step")
        handlers[words[0]](words[1:])

    def command(self, words):
        attempts = self.world.adoptions if words[:2] == ["tags", "adopt"] else 1
        for attempt in range(1, attempts + 1):
            try:
                return self.ctl(words)
            except Failed as error:
                if attempt == attempts:
                    raise
                print(f"        once more: {error}", flush=True)

    def tag(self, words):
        verb, rest = words[0], words[1:]
        verbs = {
            "add": lambda: self.sim.AddTag(self.address, options(**{k.replace("-", "_"): number(v) for k, v in
                                                                    (word.split("=") for word in rest)})),
            "backlog": lambda: self.backlog(*rest),
            "intake": lambda: self.sim.Intake(self.address, int(rest[0]), int(rest[1]) if rest[1:] else 1),
            "uv": lambda: self.uv(int(rest[0]), float(rest[1])),
            "wear": lambda: self.sim.Wear(self.address, rest[0] == "on"),
            "raw": lambda: self.sim.Raw(self.address, bytes.fromhex(rest[0])),
            "battery": lambda: self.sim.Battery(self.address, int(rest[0])),
            "pairing": lambda: self.sim.SetPairing(self.address, rest[0] == "open"),
            "fault": lambda: self.sim.Fault(self.address, rest[0], int(rest[1]) if rest[1:] else 1),
            "cut": lambda: self.sim.CutLink(self.address),
            "away": lambda: self.sim.SetInRange(self.address, False),
            "back": lambda: self.sim.SetInRange(self.address, True),
        }
        if verb not in verbs:
            raise Failed("a tag does no such thing")
        verbs[verb]()

    def backlog(self, count, pattern="constant", step="60"):
        start = int(time.time()) - int(count) * int(step)
        self.sim.Backlog(self.address, int(count), start, int(step), pattern)

    def uv(self, minutes, index):
        self.sim.Uv(self.address, int(time.time()) - 60 * minutes, 60 * minutes, index, index, 2)

    def power(self, words):
        self.sim.connection.call_sync(
            BLUEZ, HCI0, PROPERTIES, "Set",
            GLib.Variant("(ssv)", (ADAPTER, "Powered", GLib.Variant("b", words[0] == "on"))), None,
            Gio.DBusCallFlags.NONE, 30000, None)

    def wait(self, words):
        deadline = time.monotonic() + float(words[0])
        while time.monotonic() < deadline:
            self.ctl.idle()

    def expect(self, words):
        within = 0.0
        if words[-2] == "within":
            within, words = float(words[-1]), words[:-2]
        *subject, sign, wanted = words
        deadline = time.monotonic() + within
        while True:
            found, value = self.look(subject), self.value(wanted)
            if found is not None and OPERATORS[sign](found, value):
                return
            if time.monotonic() >= deadline:
                raise Failed(f"it is {found!r}, not {sign} {value!r}")
            self.ctl.idle()

    def look(self, subject):
        if subject[0] == "tag":
            return self.sim.State(self.address)[subject[1]]
        try:
            return follow(self.ctl(subject[1:-1]), subject[-1])
        except (KeyError, IndexError):
            return None  # not there yet

    def value(self, text):
        return self.sim.State(self.address)[text[4:]] if text.startswith("tag.") else number(text)


def play(path, arguments):
    world = FakeWorld(arguments.sim) if arguments.sim else RealWorld(arguments.peripheral)
    daemon = Daemon(arguments.daemon, world.bus_address()) if arguments.daemon else None
    ctl = Command(arguments.ctl, daemon.environment) if daemon else StandIn(world.bus_address())
    try:
        began = time.monotonic()
        Player(world, ctl).play(path)
        print(f"ok      {os.path.basename(path)} ({time.monotonic() - began:.1f} s)", flush=True)
    except Failed:
        print(f"        {json.dumps(ctl(['status']))}", flush=True)
        raise
    finally:
        world.leave()
        ctl.close()
        if daemon:
            daemon.close()
        world.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--sim", metavar="CALCIFER-SIM")
    where.add_argument("--peripheral", metavar="CALCIFER-PERIPHERAL")
    parser.add_argument("--ctl", metavar="CALCIFERCTL")
    parser.add_argument("--daemon", metavar="COMMAND")
    parser.add_argument("files", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    if bool(arguments.ctl) != bool(arguments.daemon):
        parser.error("--ctl and --daemon are given together")
    failures = 0
    for path in arguments.files:
        try:
            play(path, arguments)
        except Failed as error:
            failures += 1
            print(f"NOT OK  {error}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
