# SPDX-License-Identifier: GPL-2.0-or-later
"""The fake org.bluez shows what bluez.md measured of the real one, and a host can move its records over it.
Usage: test_sim.py CALCIFER-SIM [test names]"""

import os
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from gi.repository import GLib

from bus import PrivateBus, Simulator, options
from host import (ADAPTER, BATTERY, BLUEZ, BTHOME_UUID, CHARACTERISTIC, CLOCK_UUID, DEVICE, FEATURE_UUID, Host,
                  LinkLost, MANAGER, RACP_UUID, RECORD_UUID, SERVICE_UUID, Tag)

PROGRAM = sys.argv[1]
TAG = "C0:00:00:00:00:01"
BUTTON = "C0:00:00:00:00:02"
HCI0 = "/org/bluez/hci0"
START = 1750000000


class SimCase(unittest.TestCase):
    arguments = ["--advert-ms=200", "--disconnect-ms=200"]
    speed = None

    def setUp(self):
        self.bus = PrivateBus()
        self.addCleanup(self.bus.close)
        self.simulator = Simulator(self.bus, PROGRAM, *self.arguments, speed=self.speed)
        self.addCleanup(lambda: self.assertEqual(self.simulator.close(), 0))
        self.sim = self.simulator.control
        self.host = Host(self.bus.connect(), settle_s=0.05)
        self.addCleanup(lambda: self.host.connection.close_sync(None))
        self.assertTrue(self.host.wait(self.powered))

    def powered(self):
        """Asked anew each time: with a fast clock the adapter may come up between the host's answer and its signals."""
        self.host.refresh()
        return self.host.objects.get(HCI0, {}).get(ADAPTER, {}).get("Powered")

    def tag(self, **more):
        self.sim.AddTag(TAG, options(pairing=True, **more))

    def ready(self):
        self.assertTrue(self.host.wait(lambda: self.host.property(TAG, "ServicesResolved"), 5))

    def gone(self):
        self.assertTrue(self.host.wait(lambda: self.host.property(TAG, "Connected") is False, 5))

    def assert_fails(self, name, message, path, interface, method, *rest):
        with self.assertRaises(GLib.Error) as caught:
            self.host.call(path, interface, method, *rest)
        self.assertEqual(Host.error_name(caught.exception), name)
        self.assertIn(message, caught.exception.message)

    def changes(self, path, name, interface=None):
        return [s for s in self.host.signals if s.kind == "changed" and s.path == path and name in s.values
                and interface in (None, s.interface)]


class TestDiscovery(SimCase):
    def data(self, packet):
        self.host.sleep(0.05)  # Discovering begins after StartDiscovery was answered
        self.sim.Advertise(BUTTON, BTHOME_UUID, packet)
        self.host.sleep(0.05)

    def path(self):
        return HCI0 + "/dev_" + BUTTON.replace(":", "_")

    def test_first_advert_is_in_interfaces_added(self):
        self.sim.AddBroadcaster(BUTTON, options())
        self.host.discover()
        self.data(b"\x44\x00\x01\x3a\x01")
        added = [s for s in self.host.signals if s.kind == "added" and s.path == self.path()]
        self.assertEqual(bytes(added[0].values[DEVICE]["ServiceData"][BTHOME_UUID]), b"\x44\x00\x01\x3a\x01")
        self.assertEqual(self.changes(self.path(), "ServiceData"), [])

    def test_same_payload_is_told_only_with_duplicates(self):
        self.sim.AddBroadcaster(BUTTON, options())
        self.host.discover(duplicates=False)
        for _ in range(4):
            self.data(b"\x40\x46\x14")
        self.assertEqual(len(self.changes(self.path(), "ServiceData")), 0)
        self.data(b"\x40\x46\x15")
        self.assertEqual(len(self.changes(self.path(), "ServiceData")), 1)
        self.host.call(HCI0, ADAPTER, "StopDiscovery")
        self.host.discover(duplicates=True)
        self.host.signals.clear()
        for _ in range(4):
            self.data(b"\x40\x46\x15")
        told = [s for s in self.host.signals if s.path == self.path()
                and (s.kind == "added" or "ServiceData" in s.values)]
        self.assertEqual(len(told), 4)

    def test_uuids_filter_hides_service_data(self):
        self.sim.AddBroadcaster(BUTTON, options())
        self.host.call(HCI0, ADAPTER, "SetDiscoveryFilter", "(a{sv})",
                       {"UUIDs": GLib.Variant("as", ["fcd2"]), "Transport": GLib.Variant("s", "le")})
        self.host.call(HCI0, ADAPTER, "StartDiscovery")
        for _ in range(3):
            self.data(b"\x40\x46\x14")
        self.assertIsNone(self.host.device(BUTTON))

    def test_undiscoverable_beacon_needs_some_filter(self):
        self.sim.AddBroadcaster(BUTTON, options(discoverable=False))
        self.host.call(HCI0, ADAPTER, "StartDiscovery")
        self.data(b"\x40\x46\x14")
        self.assertIsNone(self.host.device(BUTTON))
        self.host.call(HCI0, ADAPTER, "StopDiscovery")
        self.host.discover()
        self.data(b"\x40\x46\x14")
        self.assertIsNotNone(self.host.device(BUTTON))

    def test_rssi_goes_with_discovery_and_service_data_stays(self):
        self.tag()
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.property(TAG, "RSSI")))
        self.host.call(HCI0, ADAPTER, "StopDiscovery")
        self.host.sleep(0.1)
        self.assertIsNone(self.host.property(TAG, "RSSI"))
        self.assertEqual(len(self.host.property(TAG, "ServiceData")[SERVICE_UUID]), 8)
        self.assertFalse(self.host.objects[HCI0][ADAPTER]["Discovering"])

    def test_two_sessions_and_their_errors(self):
        self.host.discover()
        self.assert_fails("org.bluez.Error.InProgress", "Operation already in progress", HCI0, ADAPTER,
                          "StartDiscovery")
        other = Host(self.bus.connect())
        other.call(HCI0, ADAPTER, "StartDiscovery")
        self.host.call(HCI0, ADAPTER, "StopDiscovery")
        self.host.sleep(0.1)
        self.assertTrue(self.host.objects[HCI0][ADAPTER]["Discovering"])
        self.assert_fails("org.bluez.Error.Failed", "No discovery started", HCI0, ADAPTER, "StopDiscovery")
        other.connection.close_sync(None)  # whoever leaves the bus lets go
        self.assertTrue(self.host.wait(lambda: not self.host.objects[HCI0][ADAPTER]["Discovering"]))

    def test_encrypted_bthome_packet(self):
        """The example of the format's own documentation."""
        address = "54:48:E6:8F:80:A5"
        self.sim.AddBroadcaster(address, options())
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.objects[HCI0][ADAPTER]["Discovering"]))
        packet = self.sim.BthomeEncrypted(address, bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932"), 0x33221100,
                                          0x41, bytes.fromhex("02ca0903bf13"))
        self.assertEqual(bytes(packet).hex(), "41a47266c95f730011223378237214")
        self.assertTrue(self.host.wait(lambda: self.host.device(address)))
        self.assertEqual(bytes(self.host.property(address, "ServiceData")[BTHOME_UUID]), bytes(packet))


class TestFasterClock(SimCase):
    """The simulator under libfaketime, at twenty times the speed: what takes 30 s takes one and a half."""
    speed = 20

    def test_temporary_device_vanishes_after_thirty_seconds(self):
        self.tag()
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.device(TAG)))
        path = self.host.device(TAG)
        self.host.call(HCI0, ADAPTER, "StopDiscovery")
        self.sim.SetInRange(TAG, False)
        self.host.sleep(1.2)
        self.assertIsNotNone(self.host.device(TAG))
        self.assertTrue(self.host.wait(lambda: not self.host.device(TAG), 2))
        self.assert_fails("org.freedesktop.DBus.Error.UnknownObject", "", path, DEVICE, "Connect")

    def test_the_tags_clock_runs_as_fast(self):
        self.tag(clock_set=True)
        before = self.sim.State(TAG)["clock"]
        self.host.sleep(2)
        self.assertAlmostEqual(self.sim.State(TAG)["clock"] - before, 40, delta=6)


class TestDevice(SimCase):
    def test_connect_returns_before_services_are_resolved(self):
        self.tag()
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.device(TAG)))
        self.host.call(self.host.device(TAG), DEVICE, "Connect")
        self.assertTrue(self.host.property(TAG, "Connected"))
        self.assertFalse(self.host.property(TAG, "ServicesResolved"))
        self.ready()
        self.assertIn(SERVICE_UUID, self.host.property(TAG, "UUIDs"))

    def test_protected_characteristics_demand_a_bond(self):
        self.tag()
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.device(TAG)))
        self.host.call(self.host.device(TAG), DEVICE, "Connect")
        self.ready()
        for uuid in (FEATURE_UUID, CLOCK_UUID):
            self.assert_fails("org.bluez.Error.NotPermitted", "Not paired",
                              self.host.characteristic(TAG, uuid), CHARACTERISTIC, "ReadValue", "(a{sv})", {})
        self.assert_fails("org.bluez.Error.NotPermitted", "Not paired",
                          self.host.characteristic(TAG, RECORD_UUID), CHARACTERISTIC, "StartNotify")
        self.host.call(self.host.device(TAG), DEVICE, "Pair")
        self.assertEqual(self.host.read(TAG, FEATURE_UUID)[0], 1)

    def test_pairing_connects_bonds_and_resolves(self):
        self.tag()
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.device(TAG)))
        self.host.call(self.host.device(TAG), DEVICE, "Pair")
        for name in ("Connected", "Paired", "Bonded", "ServicesResolved"):
            self.assertTrue(self.host.property(TAG, name), name)
        self.assertFalse(self.host.property(TAG, "Trusted"))
        self.assertEqual(self.host.agent_asked, [])
        self.assertTrue(self.sim.State(TAG)["bonded"])
        self.assert_fails("org.bluez.Error.AlreadyExists", "Already Exists", self.host.device(TAG), DEVICE, "Pair")

    def test_pairing_needs_the_tags_window(self):
        self.sim.AddTag(TAG, options())
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.device(TAG)))
        self.assert_fails("org.bluez.Error.AuthenticationFailed", "Authentication Failed",
                          self.host.device(TAG), DEVICE, "Pair")
        self.assertFalse(self.sim.State(TAG)["bonded"])
        self.sim.SetPairing(TAG, True)
        self.host.call(self.host.device(TAG), DEVICE, "Pair")

    def test_agent_is_asked_when_the_tag_wants_it(self):
        self.tag()
        self.sim.Fault(TAG, "confirm", 1)
        self.host.call("/org/bluez", "org.bluez.AgentManager1", "RegisterAgent", "(os)", "/org/calcifer/agent",
                       "DisplayYesNo")
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.device(TAG)))
        self.host.call(self.host.device(TAG), DEVICE, "Pair")
        self.assertEqual(self.host.agent_asked, ["RequestConfirmation"])

    def test_no_agent_refuses_what_needs_one(self):
        self.tag()
        self.sim.Fault(TAG, "confirm", 2)
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.device(TAG)))
        self.assert_fails("org.bluez.Error.AuthenticationRejected", "", self.host.device(TAG), DEVICE, "Pair")

    def test_gatt_objects_outlive_the_link(self):
        self.tag()
        self.host.adopt(TAG)
        feature = self.host.characteristic(TAG, FEATURE_UUID)
        self.sim.SetInRange(TAG, False)
        self.gone()
        self.assert_fails("org.bluez.Error.Failed", "Not connected", feature, CHARACTERISTIC, "ReadValue",
                          "(a{sv})", {})
        self.host.call(self.host.characteristic(TAG, RECORD_UUID), CHARACTERISTIC, "StartNotify")
        self.assert_fails("org.bluez.Error.InProgress", "In Progress", self.host.characteristic(TAG, RECORD_UUID),
                          CHARACTERISTIC, "StartNotify")

    def test_notify_session_survives_a_reconnection(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        self.host.subscribe(TAG, RECORD_UUID)
        self.sim.CutLink(TAG)
        self.gone()
        self.ready()
        self.host.notified.clear()
        sequence = self.sim.Intake(TAG, 1, 1)
        self.assertTrue(self.host.wait(lambda: self.host.notified))
        self.assertEqual(struct.unpack_from("<I", self.host.notified[0][1])[0], sequence)

    def test_read_looks_like_a_notification(self):
        self.tag()
        self.host.adopt(TAG)
        self.host.notified.clear()
        value = self.host.read(TAG, FEATURE_UUID)
        self.assertEqual(self.host.notified, [(self.host.characteristic(TAG, FEATURE_UUID), value)])

    def test_profile_brings_the_tag_back_by_itself(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        began = time.monotonic()
        self.sim.CutLink(TAG)
        self.gone()
        self.assertTrue(self.host.wait(lambda: self.host.property(TAG, "Connected")))
        self.assertLess(time.monotonic() - began, 1)

    def test_without_a_profile_it_stays_away(self):
        self.tag()
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.device(TAG)))
        self.host.call(self.host.device(TAG), DEVICE, "Pair")
        self.host.set(self.host.device(TAG), DEVICE, "Trusted", GLib.Variant("b", True))
        self.sim.CutLink(TAG)
        self.gone()
        self.host.sleep(0.5)
        self.assertFalse(self.host.property(TAG, "Connected"))

    def test_disconnect_holds_only_when_untrusted(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        began = time.monotonic()
        self.host.call(self.host.device(TAG), DEVICE, "Disconnect")
        self.assertGreater(time.monotonic() - began, 0.19)
        self.assertTrue(self.host.wait(lambda: self.host.property(TAG, "Connected")))
        self.ready()
        self.host.set(self.host.device(TAG), DEVICE, "Trusted", GLib.Variant("b", False))
        self.host.call(self.host.device(TAG), DEVICE, "Disconnect")
        self.host.sleep(0.5)
        self.assertFalse(self.host.property(TAG, "Connected"))
        self.host.call(self.host.device(TAG), DEVICE, "Connect")
        self.assertTrue(self.host.property(TAG, "Connected"))

    def test_a_flap_is_one_signal(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        self.host.signals.clear()
        self.sim.Fault(TAG, "flap", 1)
        self.assertTrue(self.host.wait(lambda: self.changes(self.host.device(TAG), "Connected", DEVICE)))
        first = self.changes(self.host.device(TAG), "Connected", DEVICE)
        self.assertEqual(first[0].values, {"Connected": True, "ServicesResolved": False})

    def test_refused_connections(self):
        self.tag()
        self.sim.Fault(TAG, "refuse", 2)
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.device(TAG)))
        for _ in range(2):
            self.assert_fails("org.bluez.Error.Failed", "le-connection-abort-by-local", self.host.device(TAG),
                              DEVICE, "Connect")
        self.host.call(self.host.device(TAG), DEVICE, "Connect")

    def test_services_that_never_resolve(self):
        self.tag()
        self.sim.Fault(TAG, "resolve-ms", 0xffffffff)
        self.host.discover()
        self.assertTrue(self.host.wait(lambda: self.host.device(TAG)))
        self.host.call(self.host.device(TAG), DEVICE, "Connect")
        self.host.sleep(1)
        self.assertTrue(self.host.property(TAG, "Connected"))
        self.assertFalse(self.host.property(TAG, "ServicesResolved"))

    def test_a_tag_that_forgot_the_bond_drops_the_link(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        self.host.set(self.host.device(TAG), DEVICE, "Trusted", GLib.Variant("b", False))
        self.sim.Fault(TAG, "forget-bond", 1)
        self.host.call(self.host.device(TAG), DEVICE, "Disconnect")
        self.gone()
        self.host.signals.clear()
        self.assert_fails("org.bluez.Error.Failed", "le-connection-abort-by-local", self.host.device(TAG), DEVICE,
                          "Connect")
        self.assertTrue(self.host.property(TAG, "Bonded"))
        self.host.wait(lambda: len(self.changes(self.host.device(TAG), "Connected")) >= 2)
        values = [s.values["Connected"] for s in self.changes(self.host.device(TAG), "Connected")]
        self.assertEqual(values[:2], [True, False])

    def test_battery(self):
        self.tag(battery=77)
        self.host.adopt(TAG)
        self.ready()
        self.assertEqual(self.host.objects[self.host.device(TAG)][BATTERY]["Percentage"], 77)
        self.sim.Battery(TAG, 15)
        self.assertTrue(self.host.wait(
            lambda: self.host.objects[self.host.device(TAG)][BATTERY]["Percentage"] == 15))
        self.sim.SetInRange(TAG, False)
        self.gone()
        self.assertNotIn(BATTERY, self.host.objects[self.host.device(TAG)])

    def test_remove_device(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        path = self.host.device(TAG)
        self.host.call(HCI0, ADAPTER, "RemoveDevice", "(o)", path)
        self.assertTrue(self.host.wait(lambda: not self.host.device(TAG)))
        self.assertEqual([p for p in self.host.objects if p.startswith(path)], [])
        self.assert_fails("org.bluez.Error.DoesNotExist", "Does Not Exist", HCI0, ADAPTER, "RemoveDevice", "(o)",
                          path)


class TestAdapter(SimCase):
    def test_powered_off(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        self.host.discover()
        self.host.set(HCI0, ADAPTER, "Powered", GLib.Variant("b", False))
        self.assertTrue(self.host.wait(lambda: not self.host.objects[HCI0][ADAPTER]["Powered"]))
        self.assertFalse(self.host.property(TAG, "Connected"))
        self.assertFalse(self.host.objects[HCI0][ADAPTER]["Discovering"])
        self.assert_fails("org.bluez.Error.NotReady", "Resource Not Ready", HCI0, ADAPTER, "StartDiscovery")
        self.assert_fails("org.bluez.Error.NotReady", "Resource Not Ready", HCI0, ADAPTER, "SetDiscoveryFilter",
                          "(a{sv})", {})
        self.assert_fails("org.bluez.Error.Failed", "Input/output error", self.host.device(TAG), DEVICE, "Connect")
        self.host.set(HCI0, ADAPTER, "Powered", GLib.Variant("b", True))
        self.host.sleep(0.1)
        self.assertFalse(self.host.objects[HCI0][ADAPTER]["Discovering"])
        self.ready()

    def test_crash_says_nothing_and_bonds_outlive_it(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        self.host.signals.clear()
        self.sim.Crash()
        self.assertTrue(self.host.wait(lambda: any(s.kind == "owner" for s in self.host.signals)))
        self.assertEqual([s for s in self.host.signals if s.kind != "owner"], [])
        self.assertFalse(self.sim.State(TAG)["connected"])
        self.sim.Restart()
        self.assertTrue(self.host.wait(self.host.adapters))
        self.host.arm()
        self.ready()
        self.assertTrue(self.host.property(TAG, "Bonded"))
        self.assertTrue(self.host.property(TAG, "Trusted"))
        self.assertEqual(self.host.read(TAG, FEATURE_UUID)[0], 1)

    def test_graceful_stop_takes_its_leave(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        device = self.host.device(TAG)
        self.host.signals.clear()
        self.sim.Stop()
        self.assertTrue(self.host.wait(lambda: any(s.kind == "owner" for s in self.host.signals)))
        self.assertEqual([s.values["Powered"] for s in self.changes(HCI0, "Powered")], [False])
        removed = [s.path for s in self.host.signals if s.kind == "removed" and DEVICE in s.values]
        self.assertEqual(removed, [device])
        self.assertEqual(self.host.signals[-1].kind, "owner")

    def test_adapters_interfaces_arrive_in_turns(self):
        self.sim.AdapterAdd(1, "00:AA:01:01:00:01")
        self.assertTrue(self.host.wait(lambda: len(
            [s for s in self.host.signals if s.kind == "added" and s.path == "/org/bluez/hci1"]) == 2))
        first, second = [s for s in self.host.signals if s.kind == "added" and s.path == "/org/bluez/hci1"]
        self.assertIn(ADAPTER, first.values)
        self.assertIn("org.bluez.LEAdvertisingManager1", second.values)

    def test_adapter_comes_back_with_another_index(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        self.sim.AdapterRemove(0)
        self.assertTrue(self.host.wait(lambda: not self.host.adapters()))
        self.sim.AdapterAdd(2, "00:AA:01:00:00:00")
        self.assertTrue(self.host.wait(lambda: self.host.adapters() == ["/org/bluez/hci2"]))
        self.host.arm()
        self.ready()
        self.assertTrue(self.host.device(TAG).startswith("/org/bluez/hci2/"))
        self.assertTrue(self.host.property(TAG, "Bonded"))


class TestTrace(SimCase):
    """What the simulator writes of itself is what a watcher of any bus writes of any org.bluez."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="calcifer-trace-")
        self.own = os.path.join(self.folder.name, "own.trace")
        self.seen = os.path.join(self.folder.name, "seen.trace")
        self.arguments = [*self.arguments, "--trace=" + self.own]
        super().setUp()

    def tearDown(self):
        super().tearDown()
        self.folder.cleanup()

    def test_both_traces_tell_the_same(self):
        watcher = subprocess.Popen([os.path.join(os.path.dirname(PROGRAM), "calcifer-trace"), self.seen],
                                   stdout=subprocess.PIPE, text=True,
                                   env=dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.bus.address))
        self.assertEqual(watcher.stdout.readline().strip(), "ready")
        self.tag()
        self.host.adopt(TAG)
        self.host.sync(TAG)
        self.sim.SetInRange(TAG, False)
        self.gone()
        self.host.sleep(0.2)
        watcher.terminate()
        self.assertEqual(watcher.wait(5), 0)
        watcher.stdout.close()
        with open(self.seen, encoding="utf-8") as file:
            seen = [line for line in file.read().splitlines() if not line.startswith("#")]
        with open(self.own, encoding="utf-8") as file:
            own = file.read().splitlines()
        self.assertGreater(len(seen), 60)
        own = own[-len(seen):]
        # A call on its way in and a signal on its way out may cross between the simulator and the bus.
        for word in sorted({line.split()[0] for line in seen + own}):
            self.assertEqual(*([line for line in lines if line.split()[0] == word] for lines in (own, seen)))
        device = HCI0 + "/dev_" + TAG.replace(":", "_")
        self.assertIn(f"call {device} Device1.Pair ()", seen)
        self.assertTrue([line for line in seen if line.startswith(f"changed {device}/<00002a52> ")])


class TestTransfer(SimCase):
    def all_there(self, tag):
        history = [bytes(record) for _log, record in self.sim.History(TAG, 0)]
        held = [record for _key, record in sorted(tag.records.items()) if record is not None]
        self.assertEqual(held, history)

    def run_until(self, done, timeout=30):
        deadline = time.monotonic() + timeout
        while not done() and time.monotonic() < deadline:
            self.host.step()
        self.assertTrue(done())

    def test_backlog_is_received_once_and_deleted(self):
        self.tag(per_notification=12)
        self.sim.Backlog(TAG, 2000, START, 60, "mixed")
        self.host.adopt(TAG)
        self.host.sync(TAG)
        self.all_there(self.host.tags[TAG])
        self.assertEqual(len(self.host.tags[TAG].records), 2001)  # and the clock record
        state = self.sim.State(TAG)
        self.assertEqual(state["stored"], 0)
        self.assertEqual(state["deleted-up-to"], 2001)
        self.assertLess(abs(state["clock"] - time.time()), 2)

    def test_live_records(self):
        self.tag()
        self.host.adopt(TAG)
        self.run_until(lambda: self.host.tags[TAG].synced)
        sequence = self.sim.Intake(TAG, 2, 1)
        self.run_until(lambda: (self.host.tags[TAG].log_id, sequence) in self.host.tags[TAG].records, 3)
        self.run_until(lambda: self.sim.State(TAG)["stored"] == 0, 3)

    def test_transfer_resumes_after_cuts(self):
        self.tag()
        self.sim.Backlog(TAG, 1500, START, 60, "day")
        self.host.adopt(TAG)
        tag = self.host.tags[TAG]
        for share in (300, 700):
            cut = GLib.timeout_add(5, lambda share=share: len(tag.records) < share or
                                   bool(self.sim.CutLink(TAG)))
            with self.assertRaises((LinkLost, GLib.Error)):
                self.host.wait(lambda: self.host.property(TAG, "ServicesResolved"))
                self.host.sync(TAG)
            self.assertFalse(GLib.MainContext.default().find_source_by_id(cut))
        self.assertGreater(len(tag.records), 300)
        self.run_until(lambda: tag.synced)
        self.all_there(tag)
        self.assertEqual(self.sim.State(TAG)["stored"], 0)

    def test_transfer_resumes_after_a_crash(self):
        self.tag()
        self.sim.Backlog(TAG, 1000, START, 60, "day")
        self.host.adopt(TAG)
        crash = GLib.timeout_add(5, lambda: len(self.host.tags[TAG].records) < 200 or bool(self.sim.Crash()))
        with self.assertRaises((LinkLost, GLib.Error)):
            self.host.sync(TAG)
        self.assertFalse(GLib.MainContext.default().find_source_by_id(crash))
        self.sim.Restart()
        self.run_until(lambda: self.host.tags[TAG].synced)
        self.all_there(self.host.tags[TAG])

    def faulty(self, **faults):
        self.tag()
        self.sim.Backlog(TAG, 300, START, 60, "day")
        self.host.adopt(TAG)
        for name, value in faults.items():
            self.sim.Fault(TAG, name.replace("_", "-"), value)
        self.run_until(lambda: self.host.tags[TAG].synced)
        self.all_there(self.host.tags[TAG])
        return self.host.tags[TAG]

    def test_dropped_notifications_are_asked_for_again(self):
        self.faulty(drop=10)

    def test_shuffled_and_doubled(self):
        self.assertGreater(self.faulty(shuffle=16, duplicate=4).duplicates, 70)

    def test_early_answer(self):
        self.faulty(early_answer=20)

    def test_junk_and_altered_copies(self):
        tag = self.faulty(junk=10, alter=10)
        self.assertGreater(tag.junk, 25)
        self.assertGreater(tag.conflicts, 25)

    def test_jump_is_lost_and_blocks_nothing(self):
        self.tag()
        self.sim.Backlog(TAG, 10, START, 60, "day")
        self.sim.Fault(TAG, "jump", 500)
        self.sim.Backlog(TAG, 10, START + 600, 60, "day")
        self.host.adopt(TAG)
        self.run_until(lambda: self.host.tags[TAG].synced)
        self.all_there(self.host.tags[TAG])
        self.assertEqual(self.host.tags[TAG].lost, 500)

    def test_control_point_errors(self):
        self.tag()
        self.host.adopt(TAG)
        self.ready()
        racp = self.host.characteristic(TAG, RACP_UUID)
        request = (b"\x01\x01", {})
        self.assert_fails("org.bluez.Error.Failed", "Operation failed with ATT error: 0xfd", racp, CHARACTERISTIC,
                          "WriteValue", "(aya{sv})", *request)
        self.host.subscribe(TAG, RECORD_UUID)
        self.host.subscribe(TAG, RACP_UUID)
        self.sim.Fault(TAG, "never-answer", 1)
        self.sim.Backlog(TAG, 10, START, 60, "day")
        self.host.write(TAG, RACP_UUID, b"\x01\x01")
        self.assert_fails("org.bluez.Error.Failed", "Operation failed with ATT error: 0xfe", racp, CHARACTERISTIC,
                          "WriteValue", "(aya{sv})", *request)
        self.host.tags[TAG].log_id = 1
        self.assertEqual(self.host.ask(self.host.tags[TAG], b"\x03\x00"), b"\x06\x00\x03\x01")

    def test_one_owner_of_a_record_is_a_bond(self):
        """A second host takes the tag over; the first one's key no longer opens it."""
        self.tag()
        self.sim.AdapterAdd(1, "00:AA:01:01:00:01")
        self.host.adopt(TAG)
        self.ready()
        self.host.call(HCI0, "org.bluez.GattManager1", "UnregisterApplication", "(o)", "/org/calcifer/host")
        self.sim.CutLink(TAG)
        self.gone()
        other = Host(self.bus.connect())
        self.assertTrue(other.wait(lambda: len(other.adapters()) == 2 and
                                   other.objects["/org/bluez/hci1"][ADAPTER]["Powered"]))
        other.discover("/org/bluez/hci1")
        path = "/org/bluez/hci1/dev_" + TAG.replace(":", "_")
        self.assertTrue(other.wait(lambda: path in other.objects))
        other.call(path, DEVICE, "Pair")
        other.call(path, DEVICE, "Disconnect")
        self.assert_fails("org.bluez.Error.Failed", "le-connection-abort-by-local",
                          HCI0 + "/dev_" + TAG.replace(":", "_"), DEVICE, "Connect")
        other.connection.close_sync(None)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
