# SPDX-License-Identifier: GPL-2.0-or-later
"""A household for the daemon under test: two private buses, the simulated Bluetooth, directories of its own. The
daemon and the command line are started as they are installed; only their surroundings are the test's."""

import contextlib
import fcntl
import json
import os
import pty
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "sim"))

from bus import Control, PrivateBus, Simulator, faketime_library, options  # noqa: E402,F401
from gi.repository import Gio, GLib  # noqa: E402


class Failed(Exception):
    """calciferctl ended with another status than was expected."""

    def __init__(self, words, result):
        super().__init__(f"calciferctl {' '.join(words)}: status {result.returncode}\n{result.stdout}{result.stderr}")
        self.result = result


def pump():
    """Lets what the test itself serves on a bus answer."""
    context = GLib.MainContext.default()
    while context.pending():
        context.iteration(False)


def clock(file):
    """The environment in which all clocks but the monotonic one are ahead by what the file says, now."""
    sanitizer = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))
    return {"LD_PRELOAD": faketime_library(), "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": sanitizer}


@contextlib.contextmanager
def surroundings(values):
    """Environment variables that the children started meanwhile inherit."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


BUSY = 3  # how much longer all may take on a machine that does other things, too; only what fails waits for it


def until(condition, seconds=10, what="the condition"):
    """Waits until condition() is true, and returns what it gave. Servers that the test plays answer meanwhile."""
    deadline = time.monotonic() + BUSY * seconds
    while True:
        pump()
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {BUSY * seconds} s")
        time.sleep(0.02)


class Household:
    def __init__(self, programs, simulator=True, zone="Europe/Berlin", at=None, session=None):
        """programs: {daemon, ctl, sim, foods}: paths. at: the Unix time that all of it believes to begin at.
        simulator: whether there is a BlueZ; or the simulator's arguments, and there is one.
        session: another session bus than one without services."""
        self.programs = programs
        self.home = tempfile.mkdtemp(prefix="calcifer-home-")
        self.system_bus, self.session_bus = PrivateBus(), session or PrivateBus()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": self.home,
            "TZ": zone,
            "LANG": "C.UTF-8",
            "XDG_DATA_HOME": os.path.join(self.home, "data"),
            "XDG_CONFIG_HOME": os.path.join(self.home, "config"),
            "XDG_DATA_DIRS": os.path.join(self.home, "share"),
            "DBUS_SYSTEM_BUS_ADDRESS": self.system_bus.address,
            "DBUS_SESSION_BUS_ADDRESS": self.session_bus.address,
            "G_DEBUG": "fatal-criticals",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "CALCIFERD_CONFINE"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.ahead_s = 0
        faked = clock(os.path.join(self.home, "faketime")) if at is not None else {}
        self.environment |= faked
        if at is not None:
            self.wait(int(at - time.time()))
        os.makedirs(os.path.join(self.home, "share", "calcifer"))
        shutil.copy(programs["foods"], os.path.join(self.home, "share", "calcifer", "foods.csv"))
        with surroundings(faked):
            arguments = simulator if isinstance(simulator, tuple) else ()
            self.simulator = Simulator(self.system_bus, programs["sim"], *arguments) if simulator else None
        self.session = self.session_bus.connect()
        self.daemon = None
        # Appended to: the daemon writes at the end, wherever we read.
        self.log = open(os.path.join(self.home, "log"), "a+", encoding="utf-8", errors="replace")

    # -- Time

    def now(self):
        return time.time() + self.ahead_s

    def wait(self, seconds):
        """So much time passes for all at once. The daemon's timers do not hear of it: any event makes it look."""
        self.ahead_s += seconds
        with open(os.path.join(self.home, "faketime.new"), "w", encoding="utf-8") as file:
            file.write(f"{self.ahead_s:+d}\n")
        os.rename(file.name, os.path.join(self.home, "faketime"))

    # -- The daemon

    @property
    def ledger(self):
        return os.path.join(self.home, "data", "calciferd", "ledger.db")

    @property
    def settings(self):
        return os.path.join(self.home, "config", "calciferd", "calciferd.conf")

    def begin_daemon(self):
        self.daemon = subprocess.Popen([self.programs["daemon"]], env=self.environment, stderr=self.log,
                                       stdin=subprocess.DEVNULL)

    def wake(self):
        """Only until the name is there, and not a moment longer: who calls then meets a daemon that has just begun."""
        self.begin_daemon()
        while not self.owner():
            if self.daemon.poll() is not None:
                raise AssertionError("the daemon ended at once: " + self.read_log())

    def start(self, seconds=20):
        self.begin_daemon()
        until(lambda: self.owner() or self.daemon.poll() is not None, seconds, "the daemon's name")
        if self.daemon.poll() is not None:
            raise AssertionError("the daemon ended at once: " + self.read_log())
        self.property("Service1", "Version")  # the name comes first, and with the first answer all else is there
        if self.simulator is not None:
            until(lambda: self.property("Service1", "Radio") == "on", 10, "the radio")
        return self

    def property(self, interface, name):
        return self.session.call_sync("org.calciferd", "/org/calciferd", "org.freedesktop.DBus.Properties", "Get",
                                      GLib.Variant("(ss)", ("org.calciferd." + interface, name)), None,
                                      Gio.DBusCallFlags.NONE, -1, None).unpack()[0]

    def properties(self, interface, path="/org/calciferd"):
        return self.session.call_sync("org.calciferd", path, "org.freedesktop.DBus.Properties", "GetAll",
                                      GLib.Variant("(s)", ("org.calciferd." + interface,)), None,
                                      Gio.DBusCallFlags.NONE, -1, None).unpack()[0]

    def managed(self):
        """path -> interface -> properties, of tags and jobs."""
        return self.session.call_sync("org.calciferd", "/org/calciferd", "org.freedesktop.DBus.ObjectManager",
                                      "GetManagedObjects", None, None, Gio.DBusCallFlags.NONE, -1, None).unpack()[0]

    def owner(self):
        reply = self.session.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "NameHasOwner", GLib.Variant("(s)", ("org.calciferd",)), None,
                                       Gio.DBusCallFlags.NONE, -1, None)
        return reply.unpack()[0]

    def stop(self, how=signal.SIGTERM):
        """Ends the daemon and returns its status."""
        self.daemon.send_signal(how)
        status = self.daemon.wait(timeout=20)
        self.daemon = None
        return status

    def kill(self):
        return self.stop(signal.SIGKILL)

    def read_log(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()

    # -- The command line and the bus

    def run(self, *words, stdin=None, environment=None):
        return subprocess.run([self.programs["ctl"], *words], env={**self.environment, **(environment or {})},
                              capture_output=True, text=True, input=stdin if stdin is not None else "", timeout=120)

    def begin(self, *words, stdout=subprocess.DEVNULL):
        """Starts calciferctl and leaves it running."""
        return subprocess.Popen([self.programs["ctl"], *words], env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=stdout, text=True)

    def ctl(self, *words, expect=0, stdin=None):
        """Runs calciferctl; what it printed (with expect=0 on stdout, else on stderr)."""
        result = self.run(*words, stdin=stdin)
        if result.returncode != expect:
            raise Failed(words, result)
        return (result.stdout if expect == 0 else result.stderr).strip()

    def shown(self, columns, *words, statuses=(0,), **environment):
        """What calciferctl sends to a terminal of so many columns."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with subprocess.Popen([self.programs["ctl"], *words], env=self.environment | {"TERM": "xterm"} | environment,
                              stdin=theirs, stdout=theirs, stderr=theirs) as child:
            os.close(theirs)
            sent = b""
            try:
                while part := os.read(ours, 65536):
                    sent += part
            except OSError:  # the other end is closed
                pass
            os.close(ours)
        assert child.returncode in statuses, sent
        return sent.decode()

    def status(self, *words):
        return json.loads(self.ctl("status", "--json", *words))

    def tag(self, address):
        return next(tag for tag in self.status()["tags"] if tag["address"] == address)

    def alerts(self):
        return {alert["code"]: alert for alert in json.loads(self.ctl("alerts", "--json"))}

    def call(self, interface, method, signature, *arguments, path="/org/calciferd"):
        variant = GLib.Variant(signature, arguments) if signature else None
        return self.session.call_sync("org.calciferd", path, "org.calciferd." + interface, method, variant, None,
                                      Gio.DBusCallFlags.NONE, 60000, None).unpack()

    def rebuilt(self):
        """How many days differ from a fold of the ledger: 0 unless there is a bug."""
        job, = self.call("Service1", "Rebuild", None)
        end = until(lambda: (state := self.properties("Job1", job))["Done"] and state, 300, "the rebuild")
        assert end["Error"] == ("", "") and end["Result"]["days"] > 0, end
        return end["Result"]["differing"]

    def settle(self, seconds=120):
        """Until no earlier days are being computed any more."""
        until(lambda: not self.property("Service1", "Computing"), seconds, "the end of the computing")

    def _end_daemon(self):
        if self.daemon.poll() is not None:
            raise AssertionError(f"the daemon ended by itself with {self.daemon.returncode}")
        self.stop()

    def close(self):
        try:
            if self.daemon is not None:
                self._end_daemon()
        except (AssertionError, subprocess.TimeoutExpired):
            print(self.read_log(), file=sys.stderr)
            self.daemon.kill()
            self.daemon.wait()
            raise
        finally:  # its buses and its Bluetooth end whatever became of it
            self.session.close_sync(None)
            if self.simulator is not None:
                self.simulator.close()
            self.system_bus.close()
            self.session_bus.close()
            self.log.close()
            shutil.rmtree(self.home)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def programs_of(arguments):
    """The paths that meson gives to each test: daemon, ctl, sim, foods."""
    daemon, ctl, sim, foods = arguments[1:5]
    return {"daemon": daemon, "ctl": ctl, "sim": sim, "foods": foods}
