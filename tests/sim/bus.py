# SPDX-License-Identifier: GPL-2.0-or-later
"""A private bus on which anything may own anything, and the simulator on it, for tests in Python. It allows as much as
Debian's session bus does (session.conf)."""

import glob
import os
import subprocess
import tempfile

from gi.repository import Gio, GLib

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir={directory}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_incoming_bytes">1000000000</limit>
  <limit name="max_outgoing_bytes">1000000000</limit>
  <limit name="max_message_size">1000000000</limit>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
"""

SIM_NAME = "org.calciferd.Simulator"
SIM_PATH = "/org/calciferd/Simulator"
SIM_INTERFACE = "org.calciferd.Simulator1"


class PrivateBus:
    """A dbus-daemon of our own; its address is for DBUS_SYSTEM_BUS_ADDRESS or DBUS_SESSION_BUS_ADDRESS."""

    def __init__(self, policy=""):
        """policy: more of dbus-daemon's configuration."""
        self.directory = tempfile.TemporaryDirectory(prefix="calcifer-bus-")
        config = os.path.join(self.directory.name, "bus.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(BUS_CONFIG.format(directory=self.directory.name).replace("</busconfig>", policy + "</busconfig>"))
        log = os.path.join(self.directory.name, "bus.log")
        with open(log, "w", encoding="utf-8") as errors:
            self.process = subprocess.Popen(
                ["dbus-daemon", "--nofork", "--print-address", "--config-file=" + config],
                stdout=subprocess.PIPE, stderr=errors, text=True)
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            with open(log, encoding="utf-8") as errors:
                raise RuntimeError("dbus-daemon did not start: " + errors.read())

    def connect(self):
        return Gio.DBusConnection.new_for_address_sync(
            self.address,
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
            None, None)

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        self.directory.cleanup()


def faketime_library():
    """The one for programs with threads, which every user of GDBus is."""
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not found:
        raise RuntimeError("Debian's libfaketime is not installed")
    return found[0]


class Control:
    """org.calciferd.Simulator1, whoever owns it. Methods take GLib.Variant tuples by signature."""

    SIGNATURES = {
        "AddTag": "(sa{sv})", "AddBroadcaster": "(sa{sv})", "Remove": "(s)", "Uv": "(sxuddu)",
        "Intake": "(suu)", "Wear": "(sb)", "Raw": "(say)", "Backlog": "(suxus)", "Fault": "(ssu)",
        "State": "(s)", "History": "(su)", "Battery": "(su)", "UvIndex": "(su)", "SetPairing": "(sb)",
        "CutLink": "(s)", "SetInRange": "(sb)", "Advertise": "(ssay)", "BthomeEncrypted": "(sayuuay)",
        "Power": "(ub)", "AdapterAdd": "(us)", "AdapterRemove": "(u)", "EndDiscovery": "(u)",
        "Block": "(ub)", "Deaf": "(uu)", "Storm": "(uu)", "Refuse": "(sssu)", "Mute": "(b)", "FailCall": "(ubb)", "Crash": "()", "Stop": "()", "Restart": "()",
    }

    def __init__(self, connection, name=SIM_NAME):
        self.connection = connection
        self.name = name

    def __getattr__(self, method):
        signature = self.SIGNATURES[method]

        def call(*arguments):
            reply = self.connection.call_sync(
                self.name, SIM_PATH, SIM_INTERFACE, method, GLib.Variant(signature, arguments), None,
                Gio.DBusCallFlags.NONE, 30000, None).unpack()
            return reply[0] if len(reply) == 1 else reply
        return call


def options(**values):
    """a{sv} of integers, booleans, strings and bytes; '_' in a name is '-'."""
    result = {}
    for key, value in values.items():
        kind = {bool: "b", int: "u", bytes: "ay"}.get(type(value), "s")
        result[key.replace("_", "-")] = GLib.Variant(kind, value)
    return result


class Simulator:
    """calcifer-sim on a private bus."""

    def __init__(self, bus, program, *arguments, speed=None):
        environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=bus.address)
        if speed:
            environment |= {"LD_PRELOAD": faketime_library(), "FAKETIME": f"+0 x{speed}"}
        self.process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, text=True, env=environment)
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError("calcifer-sim did not start")
        self.connection = bus.connect()
        self.control = Control(self.connection)

    def close(self):
        self.connection.close_sync(None)
        self.process.terminate()
        status = self.process.wait(timeout=10)
        self.process.stdout.close()
        return status
