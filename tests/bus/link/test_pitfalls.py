# SPDX-License-Identifier: GPL-2.0-or-later
"""What BlueZ and its controllers are known for, one test to a number; the link against the fake org.bluez.
Usage: test_pitfalls.py CALCIFER-SIM LINK-PROBE [test names]

 nr  pitfall                                          held by
  1  AcquireNotify drops what a slow reader leaves    Pitfalls.test_pitfall_01
  2  notifications before StartNotify is answered     Pitfalls.test_pitfall_02
  3  a read looks like a notification                 Pitfalls.test_pitfall_03
  4  stale attributes after a firmware update         Pitfalls.test_pitfall_04
  5  InProgress on Connect                            Pitfalls.test_pitfall_05 (two), test_life.c
  6  a controller that says it discovers and is deaf  Deaf.test_pitfall_06 (five), test_pulse.c, test_habit.c
  7  le-connection-abort-by-local                     Patience.test_pitfall_07 (two), test_life.c
  8  connecting while discovery runs                  Patience.test_pitfall_08
  9  objects vanish half a minute after discovery     Deaf.test_pitfall_09
 10  the same payload is told once                    Pitfalls.test_pitfall_10
 11  ServiceData holds other keys, and old ones       Pitfalls.test_pitfall_11 (two)
 12  power off, rfkill                                Pitfalls.test_pitfall_12 (two), PowerState.test_pitfall_12 (two)
 13  an adapter comes back under another number       Pitfalls.test_pitfall_13 (two)
 14  bluetoothd ends, politely or not                 Pitfalls.test_pitfall_14 (five)
 15  suspend and resume                               Pitfalls.test_pitfall_15 (four)
 16  several adapters                                 TwoAdapters.test_pitfall_16 (two); that a press heard by both
                                                      counts once: tests/bus/daemon/test_tags.py
 17  other clients of BlueZ                           Pitfalls.test_pitfall_17 (three)
 18  private addresses                                Pitfalls.test_pitfall_18
 18b notified values are heard by other accounts      nothing to hold: SECURITY.md says so
 19  the link outlives its program                    Pitfalls.test_pitfall_19 (two)
 20  a storm of refused reconnections                 Patience.test_pitfall_20, test_life.c
 21  a battery notification for each percent          tests/unit/balance/test_finding.c, test_alert.c: one alert to
                                                      a crossing; the link tells levels
 22  records of a clock that was never set            Pitfalls.test_pitfall_22
 23  several centrals on a server made with BlueZ     does not concern a client; each simulated tag has one
 24  a kernel 6.1 that stops with both ends on it     does not concern a client; tests/system/harness tells it apart
 25  connected, and the services never resolve        Patience.test_pitfall_25, test_life.c
 26  connected, and no signal says so                 Pitfalls.test_pitfall_26 (two)
"""

import signal
import time

from gi.repository import GLib

from bus import options
from case import (BLOCKED, BTHOME_UUID, BUTTON, DEAF, NEVER, NO_ADAPTER, NO_BLUEZ, OFF, ON, OTHER, PRESS, PROBE,
                  START, TAG, UNAVAILABLE, LinkCase, main)
from host import Host
from probe import Probe

OTHER_UUID = "0000feaa-0000-1000-8000-00805f9b34fb"
HCI0, HCI1 = "/org/bluez/hci0", "/org/bluez/hci1"
ADAPTER, DEVICE = "org.bluez.Adapter1", "org.bluez.Device1"


def path_of(address, adapter=HCI0):
    return adapter + "/dev_" + address.replace(":", "_")


class Case(LinkCase):
    traced = True

    def setUp(self):
        super().setUp()
        self.hosts = []

    def tearDown(self):
        for host in self.hosts:
            host.connection.close_sync(None)
        super().tearDown()

    def host(self):
        """Another client of BlueZ."""
        self.hosts.append(Host(self.bus.connect()))
        return self.hosts[-1]

    def rest(self):
        self.probe.say("rest")
        self.assertTrue(self.probe.wait(lambda: not self.state()["connected"]))

    def wake(self):
        mark = self.probe.mark()
        self.probe.say("wake")
        return mark


class Pitfalls(Case):
    def test_pitfall_01_a_reader_that_sleeps_loses_nothing(self):
        self.tag(3000, clock_set=True)
        self.adopt()
        self.assertTrue(self.probe.wait(lambda: self.probe.all("records", TAG)))
        self.probe.process.send_signal(signal.SIGSTOP)
        time.sleep(3)
        self.probe.process.send_signal(signal.SIGCONT)
        self.wait_all(3000)
        self.assertEqual(sorted(self.probe.sequences(TAG)), list(range(1, 3001)))
        self.assertEqual(self.calls("GattCharacteristic1.AcquireNotify"), [])

    def test_pitfall_02_what_comes_while_it_subscribes(self):
        self.connected(5)
        for newest in range(6, 9): # after more of them it waits longer and longer
            self.sim.CutLink(TAG)
            self.sim.Uv(TAG, START + 60 * newest, 60, 3.0, 4.0, 3)
            self.assertTrue(self.probe.wait(lambda: newest in self.probe.sequences(TAG)), newest)
        self.assertEqual(self.probe.all("lost", TAG), [])

    def test_pitfall_03_what_is_read_is_not_subscribed_to(self):
        self.connected(10)
        before = len(self.calls("GattCharacteristic1.ReadValue")) # the feature twice, adopted and connected; the clock
        self.assertEqual(before, 3)
        self.probe.say("clock")
        self.assertTrue(self.probe.wait(lambda: len(self.calls("GattCharacteristic1.ReadValue")) == before + 1))
        read, notified = (set(self.calls("GattCharacteristic1." + what)) for what in ("ReadValue", "StartNotify"))
        self.assertEqual((len(read), len(notified)), (2, 3))
        self.assertEqual(read & notified, set())
        self.assertEqual(sorted(self.probe.sequences(TAG)), list(range(1, 11)))

    def test_pitfall_04_attributes_that_have_moved(self):
        mark = self.connected()
        self.sim.Fault(TAG, "handles", 0x100)
        self.sim.CutLink(TAG)
        self.more(mark)
        old, new = "/service0040/char0043", "/service0140/char0143"
        host = self.host()
        self.assertIn(path_of(TAG) + new, host.objects)
        self.assertNotIn(path_of(TAG) + old, host.objects)

    def test_pitfall_05_somebody_else_is_connecting(self):
        self.connected()
        self.rest()
        self.sim.Refuse("Connect", "org.bluez.Error.InProgress", "Operation already in progress", 1)
        mark = self.wake()
        self.assertTrue(self.probe.wait(lambda: len(self.calls("Device1.Connect")) == 1))
        time.sleep(0.5)
        self.assertFalse(self.state()["connected"])
        self.host().call(path_of(TAG), DEVICE, "Connect")
        self.more(mark)
        self.assertEqual(len(self.calls("Device1.Connect")), 2) # the other's is the second

    def test_pitfall_05_a_read_that_is_in_progress(self):
        self.tag(10, clock_set=True)
        self.sim.Refuse("ReadValue", "org.bluez.Error.InProgress", "In Progress", 5)
        self.adopt()
        self.wait_all(10)
        self.assertGreater(len(self.calls("GattCharacteristic1.ReadValue")), 5)

    def test_pitfall_10_the_same_payload_is_told_each_time(self):
        self.button()
        for _ in range(4):
            self.sim.Advertise(BUTTON, BTHOME_UUID, PRESS)
            time.sleep(0.1)
        self.assertTrue(self.probe.wait(lambda: len(self.heard()) == 4), self.heard())

    def test_pitfall_11_another_key_is_no_packet(self):
        self.button()
        self.sim.Advertise(BUTTON, BTHOME_UUID, PRESS)
        self.assertTrue(self.probe.wait(lambda: len(self.heard()) == 1))
        for _ in range(3):
            self.sim.Advertise(BUTTON, OTHER_UUID, b"\x01\x02")
        self.sim.Advertise(BUTTON, BTHOME_UUID, b"\x44\x00\x08\x3a\x01")
        self.assertTrue(self.probe.wait(lambda: len(self.heard()) == 2))
        time.sleep(0.3)
        self.assertEqual(self.heard(), [(PRESS, False), (b"\x44\x00\x08\x3a\x01", False)])

    def test_pitfall_11_the_first_press_counts(self):
        """It comes in InterfacesAdded."""
        self.button()
        self.sim.Advertise(BUTTON, BTHOME_UUID, PRESS)
        self.assertTrue(self.probe.wait(lambda: self.heard()))
        self.assertEqual(self.heard(), [(PRESS, False)])

    def test_pitfall_12_power_off_and_on(self):
        mark = self.connected()
        self.sim.Power(0, False)
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=OFF))
        self.assertTrue(self.probe.wait(lambda: "switched off" in self.why()))
        mark = self.probe.mark()
        self.sim.Power(0, True)
        self.more(mark)

    def test_pitfall_12_blocked_where_bluez_does_not_tell(self):
        mark = self.connected()
        self.sim.Block(0, True)
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=OFF))
        self.assertTrue(self.probe.wait(lambda: "`rfkill list`" in self.why()))
        mark = self.probe.mark()
        self.sim.Block(0, False)
        self.more(mark)

    def test_pitfall_13_another_number(self):
        mark = self.connected()
        self.sim.AdapterRemove(0)
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=NO_ADAPTER))
        mark = self.probe.mark()
        self.sim.AdapterAdd(2, self.address)
        self.more(mark)

    def test_pitfall_13_no_adapter(self):
        mark = self.connected()
        self.sim.AdapterRemove(0)
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=NO_ADAPTER))
        self.assertTrue(self.probe.wait(lambda: "no Bluetooth adapter" in self.why()))

    def test_pitfall_14_bluetoothd_crashes_and_comes_back(self):
        mark = self.connected()
        self.sim.Crash()
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=NO_BLUEZ))
        self.assertTrue(self.probe.wait(lambda: "BlueZ is not running" in self.why()))
        self.sim.Restart()
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=ON))
        self.more(self.probe.mark() - 1)

    def test_pitfall_14_bluetoothd_stops_politely(self):
        mark = self.connected()
        self.sim.Stop()
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=NO_BLUEZ))
        self.sim.Restart()
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=ON))
        self.more(self.probe.mark() - 1)

    def test_pitfall_14_it_crashes_in_mid_transfer(self):
        self.tag(4000, clock_set=True)
        self.adopt()
        self.assertTrue(self.probe.wait(lambda: self.probe.all("records", TAG)))
        self.sim.Crash()
        self.sim.Restart()
        self.wait_all(4000, seconds=60)

    def test_pitfall_14_it_crashes_while_it_discovers(self):
        self.button()
        self.sim.Crash()
        self.sim.Restart()
        self.assertTrue(self.probe.wait(self.discovering))
        self.sim.Advertise(BUTTON, BTHOME_UUID, PRESS)
        self.assertTrue(self.probe.wait(lambda: self.heard() == [(PRESS, False)]))

    def test_pitfall_14_no_bluez_at_the_start(self):
        self.connected()
        self.assertEqual(self.probe.quit(), 0)
        self.sim.Stop()
        self.probe = Probe(self.bus, PROBE)
        self.probe.say("add", TAG, "event")
        self.probe.say("adopt", OTHER)
        adopted = self.probe.wait_for("adopted")
        self.assertEqual((adopted["code"], "BlueZ" in adopted["error"]), (UNAVAILABLE, True))
        self.sim.Restart()
        self.more(0)

    def test_pitfall_15_the_link_is_let_go_and_taken_up(self):
        self.connected()
        self.rest()
        self.assertFalse(self.device("Trusted"))
        time.sleep(1)
        self.assertFalse(self.state()["connected"])
        self.probe.say("rested")
        self.assertIsNotNone(self.probe.wait_for("rested", yes=True))
        mark = self.wake()
        time.sleep(1.5) # the machine comes to itself first
        self.assertFalse(self.state()["connected"])
        self.more(mark)

    def test_pitfall_15_the_adapter_is_another_after_sleep(self):
        self.connected()
        self.rest()
        self.sim.AdapterRemove(0)
        mark = self.wake()
        self.sim.AdapterAdd(1, self.address)
        self.more(mark)

    def test_pitfall_15_what_was_told_meanwhile_is_lost(self):
        self.connected()
        self.rest()
        self.sim.Mute(True)
        self.host().call(HCI0, ADAPTER, "RemoveDevice", "(o)", path_of(TAG))
        self.sim.SetInRange(TAG, False)
        self.sim.Mute(False)
        self.wake()
        self.assertTrue(self.probe.wait(lambda: "BlueZ does not know this tag" in self.why()), self.why())

    def test_pitfall_15_discovery_rests_with_the_machine(self):
        self.button()
        self.probe.say("rest")
        self.assertTrue(self.probe.wait(lambda: not self.discovering()))
        self.probe.say("wake")
        self.probe.say("rest") # asleep again before it came to itself
        time.sleep(2.5)
        self.assertFalse(self.discovering())
        self.probe.say("wake")
        self.assertTrue(self.probe.wait(self.discovering))

    def test_pitfall_17_others_end_discovery(self):
        self.button()
        self.sim.EndDiscovery(0)
        self.assertTrue(self.probe.wait(lambda: not self.discovering()))
        self.assertTrue(self.probe.wait(self.discovering))
        mark = self.probe.mark()
        self.sim.Advertise(BUTTON, BTHOME_UUID, PRESS)
        self.assertTrue(self.probe.wait(lambda: self.heard(mark)))

    def test_pitfall_17_another_filter_hides_nothing(self):
        other = self.host()
        narrow = {"UUIDs": GLib.Variant("as", [OTHER_UUID]), "RSSI": GLib.Variant("n", -20)}
        other.call(HCI0, ADAPTER, "SetDiscoveryFilter", "(a{sv})", narrow)
        other.call(HCI0, ADAPTER, "StartDiscovery")
        self.assertTrue(self.probe.wait(self.discovering))
        self.button()
        self.assertTrue(self.probe.wait(lambda: len(self.calls("Adapter1.StartDiscovery")) == 2))
        self.sim.Advertise(BUTTON, BTHOME_UUID, PRESS)
        self.assertTrue(self.probe.wait(lambda: len(self.heard()) == 1))
        other.call(HCI0, ADAPTER, "StopDiscovery")
        time.sleep(0.3)
        self.sim.Advertise(BUTTON, BTHOME_UUID, PRESS)
        self.assertTrue(self.probe.wait(lambda: len(self.heard()) == 2))

    def test_pitfall_17_start_discovery_is_in_progress(self):
        self.sim.Refuse("StartDiscovery", "org.bluez.Error.InProgress", "Operation already in progress", 1)
        self.sim.AddBroadcaster(BUTTON, options())
        self.probe.say("add", BUTTON, "bthome")
        self.assertTrue(self.probe.wait(self.discovering), "Discovering stayed false, and nobody looked again")
        self.assertEqual(len(self.calls("Adapter1.StartDiscovery")), 2)

    def test_pitfall_18_a_private_address_is_resolved(self):
        """It is adopted by the address that was heard, and kept by the one behind it."""
        self.tag(10, identity=OTHER, random=True, clock_set=True)
        self.probe.say("adopt", TAG)
        adopted = self.probe.wait_for("adopted", seconds=20)
        self.assertEqual((adopted["tag"], adopted["error"]), (OTHER, None))
        self.ready(OTHER)
        self.assertTrue(self.probe.wait(lambda: set(self.probe.sequences(OTHER)) == set(range(1, 11))))
        mark = self.probe.mark()
        self.sim.CutLink(TAG)
        self.ready(OTHER, since=mark)

    def test_pitfall_19_a_clean_exit_lets_go(self):
        self.connected()
        self.assertEqual(self.probe.quit(), 0)
        self.probe = None
        end = time.monotonic() + 5
        while self.state()["connected"] and time.monotonic() < end:
            time.sleep(0.05)
        self.assertFalse(self.state()["connected"])
        self.probe = self.start()
        self.probe.say("add", TAG, "event")
        self.more(0)

    def test_pitfall_19_killed_in_mid_transfer(self):
        """The link that was left is taken up by the next."""
        self.tag(3000)
        self.adopt()
        self.assertTrue(self.probe.wait(lambda: self.probe.all("records", TAG)))
        self.probe.kill()
        self.assertTrue(self.state()["connected"])
        self.probe = self.start()
        self.probe.say("add", TAG, "event")
        self.wait_all(3001, oldest=self.state()["oldest"] or 1)

    def test_pitfall_22_the_clock_is_set_before_the_report(self):
        self.tag(10)
        self.assertEqual(self.state()["clock"], 0)
        self.adopt()
        self.wait_all(11)
        self.assertAlmostEqual(self.state()["clock"], time.time(), delta=3)

    def test_pitfall_26_connect_is_answered_and_connected_untold(self):
        """BlueZ 5.66, seen in tests/system: "Device … is already connected", says its log, and nothing the bus."""
        self.connected()
        self.rest()
        self.sim.Fault(TAG, "resolve-ms", NEVER)
        self.sim.Fault(TAG, "untold", 1)
        self.wake()
        self.assertTrue(self.probe.wait(lambda: len(self.calls("Device1.Connect")) == 1))
        self.assertTrue(self.probe.wait(lambda: self.probe.all("status", TAG)[-1]["connected"]))

    def test_pitfall_26_taken_up_by_itself_and_connected_untold(self):
        """What tells of the link is that its services are known."""
        mark = self.connected()
        self.sim.Fault(TAG, "untold", 1)
        self.sim.CutLink(TAG)
        self.more(mark)

    def test_a_flap_within_one_signal(self):
        """Lost and back, told as one change: the session is begun anew."""
        mark = self.connected()
        self.sim.Fault(TAG, "flap", 1)
        self.more(mark)
        self.assertGreaterEqual(len(self.calls("GattCharacteristic1.ReadValue")), 5) # Feature and clock, again

    def test_a_path_that_is_stale(self):
        self.connected()
        self.rest()
        objects = len(self.calls("ObjectManager.GetManagedObjects"))
        self.sim.Refuse("Connect", "org.freedesktop.DBus.Error.UnknownObject", "No such object", 1)
        self.wake()
        self.assertTrue(self.probe.wait(lambda: len(self.calls("Device1.Connect")) == 1))
        # asked for anew: once upon waking, and once since the path was not known
        self.assertTrue(self.probe.wait(
            lambda: len(self.calls("ObjectManager.GetManagedObjects")) == objects + 2))


class PowerState(Case):
    """BlueZ from 5.73 on."""
    arguments = LinkCase.arguments + ["--power-state"]

    def test_pitfall_12_blocked(self):
        mark = self.connected()
        self.sim.Block(0, True)
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=BLOCKED))
        self.assertTrue(self.probe.wait(lambda: "rfkill unblock bluetooth" in self.why()))
        calls = len(self.calls("Adapter1.StartDiscovery"))
        time.sleep(1)
        self.assertEqual(len(self.calls("Adapter1.StartDiscovery")), calls)
        mark = self.probe.mark()
        self.sim.Block(0, False)
        self.more(mark)

    def test_pitfall_12_off_is_not_blocked(self):
        mark = self.probe.mark()
        self.sim.Power(0, False)
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=OFF))
        self.assertEqual(self.probe.all("radio", since=mark)[-1]["radio"], OFF)


class TwoAdapters(Case):
    arguments = LinkCase.arguments + ["--adapters=2"]

    def both_discover(self):
        return all(self.bluez(path, "Get", "(ss)", ADAPTER, "Discovering") for path in (HCI0, HCI1))

    def test_pitfall_16_both_listen(self):
        self.button()
        self.assertTrue(self.probe.wait(self.both_discover))
        self.sim.Advertise(BUTTON, BTHOME_UUID, PRESS)
        self.assertTrue(self.probe.wait(lambda: len(self.heard()) == 2))
        self.sim.Power(0, False)
        mark = self.probe.mark()
        self.sim.Advertise(BUTTON, BTHOME_UUID, PRESS)
        self.assertTrue(self.probe.wait(lambda: len(self.heard(mark)) == 1))
        self.assertEqual([t for t in self.probe.all("radio", since=mark) if t["radio"] != ON], [])
        self.sim.Power(0, True)
        self.assertTrue(self.probe.wait(self.both_discover))

    def test_pitfall_16_the_bond_is_with_one(self):
        """The tag goes on by the adapter that it is bonded with, whichever else hears it."""
        mark = self.connected()
        self.button()
        self.assertTrue(self.probe.wait(self.both_discover))
        self.sim.CutLink(TAG)
        self.more(mark)
        connected = [p for p in (HCI0, HCI1) if path_of(TAG, p) in self.host().objects and
                     self.bluez(path_of(TAG, p), "Get", "(ss)", DEVICE, "Connected")]
        paired = [p for p in (HCI0, HCI1) if path_of(TAG, p) in self.host().objects and
                  self.bluez(path_of(TAG, p), "Get", "(ss)", DEVICE, "Paired")]
        self.assertEqual(connected, paired)
        self.assertEqual(len(connected), 1)


class Patience(Case):
    """The link's clocks run forty times as fast as those of the tag."""
    speed = 40

    def test_pitfall_07_refused_and_tried_again(self):
        self.connected()
        self.rest()
        self.sim.Fault(TAG, "refuse", 3)
        mark = self.wake()
        self.more(mark)
        self.assertGreaterEqual(len(self.calls("Device1.Connect")), 4)

    def test_pitfall_07_a_bond_that_the_tag_forgot(self):
        """Another host took the tag over: it is said, with what to do, and our half of the bond stays."""
        self.tag(clock_set=True)
        self.adopt()
        self.ready()
        self.sim.AdapterAdd(1, "00:AA:01:01:00:77")
        self.rest()
        other = self.host()
        self.assertTrue(other.wait(lambda: len(other.adapters()) == 2))
        other.discover(HCI1)
        path = path_of(TAG, HCI1)
        self.assertTrue(other.wait(lambda: path in other.objects))
        other.call(path, DEVICE, "Pair")
        other.call(path, DEVICE, "Disconnect")
        other.call(HCI1, ADAPTER, "RemoveDevice", "(o)", path)
        self.wake()
        self.assertTrue(self.probe.wait(lambda: "forgotten the bond" in self.why(), 20), self.why())
        self.assertIn("forget and adopt it again", self.why())
        self.assertTrue(self.device("Paired"))
        self.assertEqual(len(self.calls("Adapter1.RemoveDevice")), 1) # the other host's own

    def test_pitfall_08_discovery_is_out_of_the_way(self):
        """Of a connection that failed once; and runs again behind it."""
        self.connected()
        self.button()
        self.rest()
        self.assertTrue(self.probe.wait(lambda: not self.discovering()))
        host = self.host()
        self.sim.Fault(TAG, "refuse", 2)
        self.sim.Fault(TAG, "connect-ms", 60) # two seconds for the link: a quick refusal also on a busy machine
        self.more(self.wake())
        self.assertTrue(self.probe.wait(self.discovering))
        host.sleep(0.2)
        told = [(name, value) for seen in host.signals if seen.kind == "changed" and seen.path in (HCI0, path_of(TAG))
                for name, value in seen.values.items() if name in ("Discovering", "Connected")]
        self.assertIn(("Discovering", False), told[:told.index(("Connected", True))])
        self.assertEqual([value for name, value in told[told.index(("Connected", True)):] if name == "Discovering"][:1],
                         [True])

    def test_pitfall_20_a_storm_becomes_a_breeze(self):
        """A tag that forgot the bond and breaks every link is tried less and less often, and the bond stays."""
        self.connected()
        self.sim.Fault(TAG, "forget-bond", 1)
        host = self.host()
        self.sim.CutLink(TAG)
        host.sleep(20) # 800 s for the link: 1, 2, 4 ... 256 s are 511
        links = [seen for seen in host.signals if seen.path == path_of(TAG) and seen.kind == "changed" and
                 seen.values.get("Connected") is True]
        self.assertGreaterEqual(len(links), 6)
        self.assertLessEqual(len(links), 14)
        self.assertIn("forgotten the bond", self.why())
        self.assertTrue(self.device("Paired"))

    def test_pitfall_25_services_that_never_resolve(self):
        mark = self.connected()
        self.sim.Fault(TAG, "resolve-ms", NEVER)
        self.sim.CutLink(TAG)
        self.assertTrue(self.probe.wait(lambda: len(self.calls("Device1.Disconnect")) == 1))
        self.sim.Fault(TAG, "resolve-ms", 50)
        self.more(mark)

    def test_a_path_that_was_stale_is_tried_again(self):
        self.connected()
        self.rest()
        self.sim.Refuse("Connect", "org.freedesktop.DBus.Error.UnknownObject", "No such object", 1)
        self.more(self.wake())
        self.assertEqual(len(self.calls("Device1.Connect")), 2)


class Deaf(Case):
    """All clocks run forty times as fast."""
    speed = air_speed = 40
    arguments = ["--advert-ms=8000", "--disconnect-ms=2000"]
    SPEAKS_EVERY_S = 0.25 # ten seconds of theirs

    def speak(self, times, info=0x40, address=BUTTON):
        for i in range(times):
            self.packet = (getattr(self, "packet", 0) + 1) % 256
            self.sim.Advertise(address, BTHOME_UUID, bytes([info, 0x00, self.packet, 0x46, 0x10]))
            time.sleep(self.SPEAKS_EVERY_S)

    def speak_until(self, condition, seconds, **how):
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            self.speak(1, **how)
        return condition()

    def starts(self):
        return len(self.calls("Adapter1.StartDiscovery"))

    def test_pitfall_06_a_deaf_adapter_is_woken(self):
        self.button()
        self.speak(12)
        self.assertEqual(self.starts(), 1)
        self.sim.Deaf(0, 1)
        mark = self.probe.mark()
        self.assertTrue(self.speak_until(lambda: self.heard(mark), 15))
        self.assertEqual(self.starts(), 2)
        self.assertEqual(len(self.calls("Adapter1.StopDiscovery")), 1)

    def test_pitfall_06_and_if_it_stays_deaf_it_is_said(self):
        self.button()
        self.speak(12)
        self.sim.Deaf(0, NEVER)
        mark = self.probe.mark()
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=DEAF, seconds=30))
        self.assertTrue(self.probe.wait(lambda: "switch it off and on" in self.why(BUTTON)))
        self.assertEqual(self.starts(), 1 + 2) # the third pause tells, and is not over yet
        self.sim.Power(0, False)
        self.sim.Power(0, True)
        mark = self.probe.mark()
        self.assertTrue(self.speak_until(lambda: self.heard(mark), 10))
        self.assertTrue(self.probe.wait(lambda: self.why(BUTTON) == ""))
        self.assertEqual(self.probe.all("radio")[-1]["radio"], ON)

    def test_pitfall_06_a_tag_that_went_away_wakes_nobody(self):
        """Others are heard: discovery goes on, and is looked at once."""
        self.button()
        self.sim.AddBroadcaster(OTHER, options())
        for _ in range(12):
            self.speak(1)
            self.sim.Advertise(OTHER, BTHOME_UUID, PRESS)
        objects = len(self.calls("ObjectManager.GetManagedObjects"))
        self.speak_until(lambda: len(self.calls("ObjectManager.GetManagedObjects")) > objects + 1, 10, address=OTHER)
        self.assertEqual(len(self.calls("ObjectManager.GetManagedObjects")), objects + 2)
        self.speak(20, address=OTHER) # 200 s
        self.assertEqual(len(self.calls("ObjectManager.GetManagedObjects")), objects + 2)
        self.assertEqual((self.starts(), self.calls("Adapter1.StopDiscovery")), (1, []))

    def test_pitfall_06_an_old_signal_is_no_sign_of_life(self):
        """A device with a bond keeps the strength that it was heard with last."""
        self.button()
        self.connected()
        self.assertTrue(self.probe.wait(self.discovering))
        self.sim.CutLink(TAG)
        self.assertTrue(self.probe.wait(lambda: self.state()["connected"]))
        self.speak(12)
        self.assertEqual(self.device("RSSI"), -60)
        begun = self.starts()
        self.sim.Deaf(0, 1)
        mark = self.probe.mark()
        self.assertTrue(self.speak_until(lambda: self.heard(mark), 15))
        self.assertEqual(self.starts(), begun + 1)

    def test_pitfall_06_silence_is_normal_for_a_button(self):
        self.button()
        self.speak(12, info=0x44)
        objects = len(self.calls("ObjectManager.GetManagedObjects"))
        self.sim.Deaf(0, NEVER)
        time.sleep(6) # 240 s
        self.assertEqual(len(self.calls("ObjectManager.GetManagedObjects")), objects)
        self.assertEqual((self.starts(), self.calls("Adapter1.StopDiscovery")), (1, []))

    def test_pitfall_09_an_object_that_expired_is_found_again(self):
        self.tag(10, clock_set=True)
        self.probe.say("scan", 40)
        self.assertIsNotNone(self.probe.wait_for("found", TAG))
        self.sim.SetInRange(TAG, False)
        self.assertIsNotNone(self.probe.wait_for("scanned", error=None))
        host = self.host()
        self.assertTrue(host.wait(lambda: path_of(TAG) not in host.objects))
        self.sim.SetInRange(TAG, True)
        self.adopt()
        self.assertTrue(self.probe.wait(lambda: set(self.probe.sequences(TAG)) >= set(range(1, 11))))


if __name__ == "__main__":
    main()
