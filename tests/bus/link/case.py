# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of the link share: the fake org.bluez on a bus of its own, and link-probe on it. A test program
that uses it is called TEST.py CALCIFER-SIM LINK-PROBE [test names]."""

import os
import sys
import unittest

from gi.repository import Gio, GLib

from bus import PrivateBus, Simulator, faketime_library, options
from probe import Probe

SIM, PROBE = sys.argv[1:3]
TAG = "C0:00:00:00:00:01"
OTHER = "C0:00:00:00:00:03"
BUTTON = "C0:00:00:00:00:02"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
START = 1750000000
EVENT, BTHOME, ESS = 1, 2, 3
NO_BLUEZ, NO_ADAPTER, OFF, ON, BLOCKED, DEAF = range(6)
REFUSED, UNAVAILABLE = 3, 6
NEVER = 0xffffffff
PRESS = b"\x44\x00\x07\x3a\x01"


def faster(speed):
    """The environment in which all clocks run so many times as fast."""
    if not speed:
        return {}
    return {"LD_PRELOAD": faketime_library(), "FAKETIME": f"+0 x{speed}", "FAKETIME_NO_CACHE": "1"}


class LinkCase(unittest.TestCase):
    arguments = ["--advert-ms=200", "--disconnect-ms=200"]
    speed = None # so many times as fast do the clocks of the link run
    air_speed = None # and those of BlueZ and the tags

    traced = False # what BlueZ is called and says is written down

    def setUp(self):
        self.bus = PrivateBus()
        self.trace = os.path.join(self.bus.directory.name, "bluez.trace")
        arguments = self.arguments + (["--trace=" + self.trace] if self.traced else [])
        self.simulator = Simulator(self.bus, SIM, *arguments, speed=self.air_speed)
        self.sim = self.simulator.control
        self.probe = self.start()

    def start(self):
        probe = Probe(self.bus, PROBE, **faster(self.speed))
        self.assertIsNotNone(probe.wait_for("radio", radio=ON), "the link did not see the adapter")
        return probe

    def tearDown(self):
        self.assertEqual(self.probe.quit(), 0)
        self.assertEqual(self.simulator.close(), 0)
        self.bus.close()

    def calls(self, method):
        """The paths on which BlueZ was called so, in order: "Adapter1.StartDiscovery"."""
        with open(self.trace, encoding="utf-8") as file:
            words = [line.split(" ", 3) for line in file if line.startswith("call ")]
        return [word[1] for word in words if word[2] == method]

    def why(self, tag=TAG):
        told = self.probe.all("status", tag)
        return told and told[-1]["why"] or ""

    def discovering(self):
        return self.bluez("/org/bluez/hci0", "Get", "(ss)", "org.bluez.Adapter1", "Discovering")

    def state(self, tag=TAG):
        return self.sim.State(tag)

    def adopt(self, tag=TAG, kind=EVENT):
        mark = self.probe.mark()
        self.probe.say("adopt", tag)
        adopted = self.probe.wait_for("adopted", since=mark, seconds=20)
        self.assertIsNotNone(adopted, "adopting did not end")
        self.assertIsNone(adopted["error"])
        self.assertEqual((adopted["tag"], adopted["kind"]), (tag, kind))

    def refused(self, code, text, tag=TAG, seconds=20):
        mark = self.probe.mark()
        self.probe.say("adopt", tag)
        adopted = self.probe.wait_for("adopted", since=mark, seconds=seconds)
        self.assertIsNotNone(adopted, "adopting did not end")
        self.assertIn(text, adopted["error"] or "")
        self.assertEqual(adopted["code"], code)

    def ready(self, tag=TAG, since=0, seconds=10):
        self.assertIsNotNone(self.probe.wait_for("status", tag, since, seconds, connected=True, why=None),
                             "%s did not become ready: %s" % (tag, self.probe.all("status", tag)[-3:]))

    def wait_all(self, newest, tag=TAG, oldest=1, seconds=30):
        """Until all is committed and the tag was told to delete it."""
        done = self.probe.wait(lambda: self.state(tag)["deleted-up-to"] == newest, seconds)
        got = set(self.probe.sequences(tag))
        missing = sorted(set(range(oldest, newest + 1)) - got)
        self.assertEqual(missing[:5], [], "%d of %d are missing" % (len(missing), newest))
        self.assertTrue(done, "told to delete up to %d of %d" % (self.state(tag)["deleted-up-to"], newest))

    def call_bluez(self, path, interface, method, arguments=None):
        connection = self.bus.connect()
        try:
            return connection.call_sync("org.bluez", path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 5000,
                                        None).unpack()[0]
        finally:
            connection.close_sync(None)

    def bluez(self, path, method, signature, *arguments):
        return self.call_bluez(path, "org.freedesktop.DBus.Properties", method, GLib.Variant(signature, arguments))

    def linked(self):
        """The addresses of those that have a link, at one time: asked one by one, one could go and the next come
        between two answers."""
        objects = self.call_bluez("/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
        devices = [interfaces["org.bluez.Device1"] for interfaces in objects.values() if "org.bluez.Device1" in interfaces]
        return {device["Address"] for device in devices if device["Connected"]}

    def device(self, name, tag=TAG, adapter=0):
        path = "/org/bluez/hci%d/dev_%s" % (adapter, tag.replace(":", "_"))
        return self.bluez(path, "Get", "(ss)", "org.bluez.Device1", name)

    def paired_by_somebody(self, tag):
        connection = self.bus.connect()
        try:
            connection.call_sync("org.bluez", "/org/bluez/hci0/dev_" + tag.replace(":", "_"), "org.bluez.Device1", "Pair",
                                 None, None, 0, 20000, None)
        except GLib.Error:
            return False
        finally:
            connection.close_sync(None)
        return self.device("Paired", tag)

    def more(self, since, seconds=20):
        """The tag is ready anew, and what it makes now arrives."""
        self.ready(since=since, seconds=seconds)
        newest = self.sim.Uv(TAG, START + 90000, 60, 3.0, 4.0, 3)
        self.assertTrue(self.probe.wait(lambda: newest in self.probe.sequences(TAG)))

    def tag(self, records=0, address=TAG, **more):
        self.sim.AddTag(address, options(pairing=True, capacity=30000, **more))
        if records:
            self.sim.Backlog(address, records, START, 60, "day")

    def connected(self, records=10):
        """An adopted tag, its records here. Returns what was told until then."""
        self.address = self.bluez("/org/bluez/hci0", "Get", "(ss)", "org.bluez.Adapter1", "Address")
        self.tag(records, clock_set=True)
        self.adopt()
        if self.speed: # then the tag's clock is always off, and each setting of it is a record more
            self.assertTrue(self.probe.wait(lambda: set(self.probe.sequences(TAG)) >= set(range(1, records + 1))))
        else:
            self.wait_all(records)
        return self.probe.mark()

    def button(self):
        self.sim.AddBroadcaster(BUTTON, options())
        self.probe.say("add", BUTTON, "bthome")
        self.assertTrue(self.probe.wait(self.discovering))

    def heard(self, since=0):
        return [(bytes.fromhex(t["hex"]), t["snapshot"]) for t in self.probe.all("broadcast", BUTTON, since)]


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
