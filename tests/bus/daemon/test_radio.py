#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The radio's life through the whole daemon: a storm of neighbours, two adapters, sleep, and as many tags as there
may be."""

import os
import re
import sys
import time
import unittest

from gi.repository import Gio, GLib

from household import Household, options, programs_of, pump, until

TAG = "C0:FF:EE:00:00:01"
BUTTON = "54:48:E6:8F:80:A5"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
MANAGER = "org.freedesktop.DBus.ObjectManager"

STORM_PER_S = 500
WARM_UP_S, MEASURED_S = 5, 20
CPU_SHARE = 0.01 # of one core
RSS_GROWTH_KIB = 256

LOGIND_XML = """<node><interface name='org.freedesktop.login1.Manager'>
<method name='Inhibit'><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='h' direction='out'/></method>
<signal name='PrepareForSleep'><arg type='b'/></signal></interface></node>"""


class Logind:
    """As much of logind as announces sleep and waits for those who asked for a delay."""

    def __init__(self, bus):
        self.connection = bus.connect()
        self.waiting = [] # our ends of pipes: closed by the other side, it lets us sleep
        interface = Gio.DBusNodeInfo.new_for_xml(LOGIND_XML).interfaces[0]
        self.connection.register_object("/org/freedesktop/login1", interface, self.on_call, None, None)
        self.connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                  "RequestName", GLib.Variant("(su)", ("org.freedesktop.login1", 4)), None,
                                  Gio.DBusCallFlags.NONE, -1, None)

    def on_call(self, _connection, _sender, _path, _interface, _method, _arguments, invocation):
        ours, theirs = os.pipe()
        descriptors = Gio.UnixFDList.new()
        descriptors.append(theirs)
        os.close(theirs)
        os.set_blocking(ours, False)
        self.waiting.append(ours)
        invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (0,)), descriptors)

    def may_sleep(self):
        """Whether the last who asked for a delay has let go."""
        try:
            return os.read(self.waiting[-1], 1) == b""
        except BlockingIOError:
            return False

    def prepare(self, going):
        self.connection.emit_signal(None, "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
                                    "PrepareForSleep", GLib.Variant("(b)", (going,)))

    def close(self):
        for descriptor in self.waiting:
            os.close(descriptor)
        self.connection.close_sync(None)


class Radio(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS)
        self.addCleanup(self.home.close)
        self.sim = self.home.simulator.control

    def test_what_bluez_does_not_take_is_offered_again(self):
        """The wish that tags are connected by themselves: until it is taken, status says so."""
        self.sim.AddTag(TAG, options(pairing=True))
        self.sim.Refuse("RegisterApplication", "org.bluez.Error.Failed", "Failed", 1000)
        self.home.start()
        self.home.ctl("tags", "adopt", TAG)
        until(lambda: self.home.tag(TAG)["why"] is None, 20, "the link of the adoption")
        self.sim.CutLink(TAG)
        until(lambda: "asked again within a minute" in (self.home.tag(TAG)["why"] or ""), 20, "the sentence")
        self.sim.Refuse("RegisterApplication", "org.bluez.Error.Failed", "Failed", 0)
        until(lambda: self.home.tag(TAG)["why"] is None, 60, "the tag")
        self.assertEqual(self.home.read_log().count("will not connect tags"), 1)
        self.assertIn("BlueZ connects tags on /org/bluez/hci0 by itself now", self.home.read_log())

    def adopt_button(self, address=BUTTON):
        self.sim.AddBroadcaster(address, options(name="Button"))
        adopting = self.home.begin("tags", "adopt", address)
        until(lambda: self.sim.Advertise(address, BTHOME_UUID, bytes.fromhex("4400013a00")) or
              adopting.poll() is not None, 20, "the adoption")
        self.assertEqual(adopting.wait(), 0)

    def press_counts(self):
        """Lets plain presses of the button count, and returns how much was taken by it."""
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "1", "magnesium")
        self.home.ctl("tags", "allow", BUTTON, "yes")
        time.sleep(1.1)
        return lambda: self.home.status()["nutrients"]["magnesium"]["supplement"]

    def bluez(self, path, interface, name):
        return self.home.simulator.connection.call_sync(
            "org.bluez", path, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (interface, name)), None,
            Gio.DBusCallFlags.NONE, -1, None).unpack()[0]

    # -- What the daemon costs

    def cpu_s(self):
        with open(f"/proc/{self.home.daemon.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_kib(self):
        with open(f"/proc/{self.home.daemon.pid}/status", encoding="utf-8") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def count_neighbours(self, seconds):
        """How many devices BlueZ tells of, to whoever listens to all of them."""
        count = [0]

        def on_added(*_):
            count[0] += 1
        listener = self.home.system_bus.connect()
        listener.signal_subscribe("org.bluez", MANAGER, "InterfacesAdded", None, None, Gio.DBusSignalFlags.NONE,
                                  on_added)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pump()
            time.sleep(0.01)
        listener.close_sync(None)
        return count[0] / seconds

    def test_a_storm_of_neighbours_costs_nothing(self):
        self.home.start()
        self.adopt_button()
        taken = self.press_counts()
        self.sim.Storm(0, STORM_PER_S)
        self.assertTrue(self.bluez("/org/bluez/hci0", "org.bluez.Adapter1", "Discovering"))
        told = self.count_neighbours(2)
        self.assertGreater(told, 0.8 * STORM_PER_S)
        time.sleep(WARM_UP_S)
        cpu, rss, begun = self.cpu_s(), self.rss_kib(), time.monotonic()
        time.sleep(MEASURED_S)
        elapsed = time.monotonic() - begun
        share, growth = (self.cpu_s() - cpu) / elapsed, self.rss_kib() - rss
        print(f"{told:.0f} neighbours a second: {share:.2%} of a core over {elapsed:.0f} s, "
              f"RSS {rss} KiB {growth:+d} KiB")
        self.assertLess(share, CPU_SHARE)
        self.assertLess(growth, RSS_GROWTH_KIB)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400023a01"))
        until(lambda: taken() == 200, 10, "the press amid the storm")

    def test_a_press_heard_by_two_adapters_counts_once(self):
        self.home.start()
        self.adopt_button()
        taken = self.press_counts()
        self.sim.AdapterAdd(1, "00:AA:01:00:00:01")
        until(lambda: self.bluez("/org/bluez/hci1", "org.bluez.Adapter1", "Discovering"), 10, "both adapters")
        for packet in (2, 3):
            self.sim.Advertise(BUTTON, BTHOME_UUID, bytes([0x44, 0x00, packet, 0x3a, 0x01]))
            until(lambda: taken() == 200 * (packet - 1), 10, "the press")
            time.sleep(0.5)
            self.assertEqual(taken(), 200 * (packet - 1))
        heard = [self.bluez(f"/org/bluez/hci{i}/dev_{BUTTON.replace(':', '_')}", "org.bluez.Device1", "RSSI")
                 for i in (0, 1)]
        self.assertEqual(len(heard), 2)

    def test_a_block_is_told(self):
        self.home.start()
        self.sim.Block(0, True)
        until(lambda: self.home.property("Service1", "Radio") == "off", 10, "the radio's end")
        self.assertIn("switched off", self.home.property("Service1", "Status"))
        self.sim.Block(0, False)
        until(lambda: self.home.property("Service1", "Radio") == "on", 10, "the radio")

    def test_sleep_waits_until_the_tag_is_let_go(self):
        logind = Logind(self.home.system_bus)
        self.addCleanup(logind.close)
        self.home.start()
        until(lambda: logind.waiting, 10, "the wish for a delay")
        self.sim.AddTag(TAG, options(clock_set=True, pairing=True))
        self.adopt_button()
        self.home.ctl("tags", "adopt", TAG)
        until(lambda: self.sim.State(TAG)["connected"], 10, "the link")
        self.assertFalse(logind.may_sleep())
        logind.prepare(True)
        until(logind.may_sleep, 10, "the leave to sleep")
        self.assertFalse(self.sim.State(TAG)["connected"])
        self.assertFalse(self.bluez("/org/bluez/hci0", "org.bluez.Adapter1", "Discovering"))
        logind.prepare(False)
        until(lambda: self.sim.State(TAG)["connected"], 10, "the link after sleep")
        until(lambda: self.bluez("/org/bluez/hci0", "org.bluez.Adapter1", "Discovering"), 10, "discovery after sleep")
        until(lambda: len(logind.waiting) == 2, 10, "the wish for the next delay")

    def test_who_wakes_it_is_told_of_the_radio(self):
        """The first answer is the truth: the daemon may have been started by the question."""
        home = self.home
        home.start()
        for _ in range(3):
            home.stop()
            home.wake()
            self.assertEqual(home.property("Service1", "Radio"), "on")
            home.stop()
            home.wake()
            job, = home.call("Tags1", "Scan", "(u)", 1)
            end = until(lambda: (state := home.properties("Job1", job))["Done"] and state, 20, "the scan")
            self.assertEqual(end["Error"], ("", ""))

    def test_the_most_tags(self):
        self.home.start()
        addresses = [f"C0:FF:EE:00:01:{i:02X}" for i in range(33)]
        for address in addresses[:32]:
            self.adopt_button(address)
        self.assertEqual(len(self.home.status()["tags"]), 32)
        refusal = self.home.ctl("tags", "adopt", addresses[32], expect=1)
        self.assertEqual(len(refusal.splitlines()), 1)
        self.assertIn("32 tags are adopted, which is the most", refusal)
        self.assertEqual(len(self.home.status()["tags"]), 32)
        self.home.ctl("tags", "forget", addresses[0])
        self.adopt_button(addresses[32])
        self.assertEqual({tag["address"] for tag in self.home.status()["tags"]}, set(addresses[1:]))


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
