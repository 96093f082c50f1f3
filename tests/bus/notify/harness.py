# SPDX-License-Identifier: GPL-2.0-or-later
"""A private session bus, the probe on it, and waiting that ends."""

import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from gi.repository import Gio, GLib

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={directory}/bus</listen>
  <servicedir>{directory}/services</servicedir>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def need(program):
    """The path of a program; a missing one fails the test, it does not skip it."""
    path = program if os.path.isabs(program) else shutil.which(program)
    if not path or not os.access(path, os.X_OK):
        raise AssertionError(f"this test needs {program}, which is not installed")
    return path


_libc = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def start(command, **how):
    """A child that does not outlive us, not even when we are killed at a test's time limit."""
    return subprocess.Popen(command, preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM), **how)


def turn(seconds=0.01):
    """Let the main loop work for about so long."""
    context = GLib.MainContext.default()
    end = time.monotonic() + seconds
    while True:
        while context.pending():
            context.iteration(False)
        if time.monotonic() >= end:
            return
        time.sleep(0.005)


def wait_for(condition, seconds=5.0, what="condition"):
    """Turns the loop until the condition gives something, which is returned; fails after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        turn()


def stop(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()


class Bus:
    """A dbus-daemon of our own that can start only what a test allows it to."""

    def __init__(self, environment=None, services=None):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="calcifer-bus-"))
        (self.directory / "services").mkdir()
        for name, command in (services or {}).items():
            text = f"[D-BUS Service]\nName={name}\nExec={command}\n"
            (self.directory / "services" / f"{name}.service").write_text(text)
        config = self.directory / "bus.conf"
        config.write_text(BUS_CONFIG.format(directory=self.directory))
        self.address = f"unix:path={self.directory}/bus"
        self.environment = {**os.environ, **(environment or {}), "DBUS_SESSION_BUS_ADDRESS": self.address}
        self.process = start(
            [need("dbus-daemon"), f"--config-file={config}", "--nofork"], env=self.environment)
        wait_for(self.listens, what="the bus")

    def listens(self):
        """The socket's file is there a moment before anybody listens on it."""
        with socket.socket(socket.AF_UNIX) as caller:
            return caller.connect_ex(str(self.directory / "bus")) == 0

    def connect(self):
        flags = Gio.DBusConnectionFlags
        return Gio.DBusConnection.new_for_address_sync(
            self.address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)

    def close(self):
        stop(self.process)
        shutil.rmtree(self.directory, ignore_errors=True)


def escape(word):
    """As notify-probe reads it: C escapes, byte by byte."""
    raw = word if isinstance(word, bytes) else word.encode()
    return "".join(chr(b) if 32 <= b < 127 and b != 92 else f"\\{b:03o}" for b in raw)


class Probe:
    """notify-probe, its events collected as they come."""

    def __init__(self, bus):
        environment = {**bus.environment, "G_DEBUG": "fatal-criticals"}
        self.process = start(
            [os.environ["NOTIFY_PROBE"]], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.text = b""
        self.done = 0
        self.events = []

    def _read(self):
        self.text += self.process.stdout.read() or b""
        *lines, self.text = self.text.split(b"\n")
        for line in lines:
            if line == b"done":
                self.done += 1
            else:
                self.events.append(line.decode())

    def _obey(self, *words):
        before = self.done
        self.process.stdin.write("\t".join(escape(w) for w in words).encode() + b"\n")
        self.process.stdin.flush()
        wait_for(lambda: self._read() or self.done > before, what="the probe")

    def show(self, topic, *actions, **words):
        pairs = [k.encode() + b"=" + (v if isinstance(v, bytes) else str(v).encode()) for k, v in words.items()]
        self._obey("show", topic, *pairs, *[f"action={a}" for a in actions])

    def withdraw(self, topic):
        self._obey("withdraw", topic)

    def heard(self, event):
        self._read()
        return event in self.events

    def expect(self, event, seconds=5.0):
        wait_for(lambda: self.heard(event), seconds, f"'{event}', heard were {self.events}")

    def told(self):
        """All events so far, without the coming and going of servers."""
        self._read()
        return [e for e in self.events if not e.startswith("available")]

    def quit(self):
        self.process.stdin.write(b"quit\n")
        self.process.stdin.flush()
        wait_for(lambda: self.process.poll() is not None, what="the probe's end")
        return self.process.returncode

    def close(self):
        stop(self.process)
