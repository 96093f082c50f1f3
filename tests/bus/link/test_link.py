# SPDX-License-Identifier: GPL-2.0-or-later
"""The link against the fake org.bluez. Usage: test_link.py CALCIFER-SIM LINK-PROBE [test names]"""

import os
import struct
import sys
import time
import unittest

from gi.repository import Gio, GLib

from bus import PrivateBus, Simulator, options
from host import Host
from probe import Probe

SIM, PROBE = sys.argv[1:3]
TAG = "C0:00:00:00:00:01"
OTHER = "C0:00:00:00:00:03"
BUTTON = "C0:00:00:00:00:02"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
START = 1750000000
EVENT, BTHOME, ESS = 1, 2, 3
NO_BLUEZ, NO_ADAPTER, OFF, ON = 0, 1, 2, 3
REFUSED, UNAVAILABLE = 3, 6
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


class LinkCase(unittest.TestCase):
    arguments = ["--advert-ms=200", "--disconnect-ms=200"]
    environment = {}

    def setUp(self):
        self.bus = PrivateBus()
        self.simulator = Simulator(self.bus, SIM, *self.arguments)
        self.sim = self.simulator.control
        self.probe = self.start()

    def start(self):
        probe = Probe(self.bus, PROBE, **self.environment)
        self.assertIsNotNone(probe.wait_for("radio", radio=ON), "the link did not see the adapter")
        return probe

    def tearDown(self):
        self.assertEqual(self.probe.quit(), 0)
        self.assertEqual(self.simulator.close(), 0)
        self.bus.close()

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

    def bluez(self, path, method, signature, *arguments):
        connection = self.bus.connect()
        try:
            return connection.call_sync("org.bluez", path, "org.freedesktop.DBus.Properties", method,
                                        GLib.Variant(signature, arguments), None, Gio.DBusCallFlags.NONE, 5000,
                                        None).unpack()[0]
        finally:
            connection.close_sync(None)

    def device(self, name, tag=TAG, adapter=0):
        path = "/org/bluez/hci%d/dev_%s" % (adapter, tag.replace(":", "_"))
        return self.bluez(path, "Get", "(ss)", "org.bluez.Device1", name)


class Adopt(LinkCase):
    def test_a_tag_event_tag(self):
        self.sim.AddTag(TAG, options(pairing=True, name="Sun tag", battery=77))
        self.adopt()
        self.ready()
        self.assertTrue(self.state()["bonded"])
        self.assertTrue(self.device("Trusted"))
        self.assertIsNotNone(self.probe.wait_for("status", TAG, battery=77, name="Sun tag"))

    def test_a_tag_that_takes_no_bond(self):
        self.sim.AddTag(TAG, options(pairing=False))
        self.refused(REFUSED, "hold its button for 5 seconds")
        self.sim.SetPairing(TAG, True)
        self.adopt()

    def test_a_newer_version_is_refused_and_the_bond_undone(self):
        self.sim.AddTag(TAG, options(pairing=True, version=2))
        self.refused(REFUSED, "version 2")
        with self.assertRaises(GLib.Error):
            self.probe.wait(lambda: not self.device("Paired"), 3)

    def test_a_bthome_tag_needs_no_bond(self):
        self.sim.AddBroadcaster(BUTTON, options())
        self.probe.say("adopt", BUTTON)
        self.assertTrue(self.probe.wait(self.discovering))
        self.sim.Advertise(BUTTON, BTHOME_UUID, b"\x44\x00\x01\x3a\x00")
        self.assertIsNotNone(self.probe.wait_for("adopted", BUTTON, kind=BTHOME))

    def test_an_environmental_sensing_tag(self):
        self.sim.AddTag(TAG, options(events=False))
        self.adopt(TAG, ESS)
        self.ready()
        self.sim.UvIndex(TAG, 6)
        self.assertIsNotNone(self.probe.wait_for("uv", TAG, hundredths=600, kind=ESS))

    def test_one_at_a_time(self):
        self.probe.say("adopt", OTHER)
        self.refused(5, "wait for its end")

    def test_cancelled(self):
        self.probe.say("adopt", OTHER)
        self.probe.say("cancel")
        adopted = self.probe.wait_for("adopted")
        self.assertIn("cancelled", adopted["error"])

    def test_scan(self):
        self.sim.AddTag(TAG, options(name="Sun tag"))
        self.sim.AddBroadcaster(BUTTON, options())
        self.probe.say("scan", 3)
        self.assertTrue(self.probe.wait(self.discovering))
        self.sim.BthomeEncrypted(BUTTON, b"k" * 16, 1, 0x45, b"\x3a\x01")
        self.assertIsNotNone(self.probe.wait_for("found", TAG, kind=EVENT))
        self.assertIsNotNone(self.probe.wait_for("found", BUTTON, kind=BTHOME, encrypted=True))
        self.assertIsNotNone(self.probe.wait_for("scanned", error=None))

    def test_forgetting_removes_the_bond(self):
        self.sim.AddTag(TAG, options(pairing=True))
        self.adopt()
        self.ready()
        self.probe.say("remove", TAG)
        def gone():
            try:
                self.device("Paired")
            except GLib.Error:
                return True
            return False
        self.assertTrue(self.probe.wait(gone, 5))


class Transfer(LinkCase):
    def tag(self, records=0, **more):
        self.sim.AddTag(TAG, options(pairing=True, capacity=30000, **more))
        if records:
            self.sim.Backlog(TAG, records, START, 60, "day")

    def test_a_backlog_comes_once_and_is_deleted_after_it_is_committed(self):
        self.tag(2000)
        self.adopt()
        newest = 2001 # the clock's record is the last
        self.wait_all(newest)
        got = self.probe.sequences(TAG)
        self.assertEqual(sorted(got), list(range(1, newest + 1)))
        barriers = [i for i, t in enumerate(self.probe.told) if t["what"] == "barrier"]
        last_records = max(i for i, t in enumerate(self.probe.told) if t["what"] == "records")
        self.assertEqual(len(barriers), self.state()["deletes"])
        self.assertGreater(barriers[0], last_records)
        self.assertEqual(self.state()["stored"], 0)
        progress = [t for t in self.probe.all("status", TAG) if t["of"]]
        self.assertTrue(progress and progress[-1]["of"] == newest - 1)

    def test_the_clock_is_set_before_the_report(self):
        self.tag(10)
        self.assertEqual(self.state()["clock"], 0)
        self.adopt()
        self.wait_all(11)
        self.assertAlmostEqual(self.state()["clock"], time.time(), delta=3)

    def test_a_clock_that_is_not_believable_is_not_given_on(self):
        self.tag(10)
        self.probe.say("believe", "no")
        self.adopt()
        self.wait_all(10)
        self.assertEqual(self.state()["clock"], 0)
        self.assertTrue(self.probe.wait(lambda: "clock" in self.why()))
        self.probe.say("believe", "yes")
        self.probe.say("clock")
        self.assertTrue(self.probe.wait(lambda: abs(self.state()["clock"] - time.time()) < 3))

    def test_live_records(self):
        self.tag(5, clock_set=True)
        self.adopt()
        self.wait_all(5)
        mark = self.probe.mark()
        sequence = self.sim.Intake(TAG, 1, 1)
        told = self.probe.wait_for("records", TAG, mark, 2)
        self.assertEqual(told["sequences"], [sequence])

    def test_a_link_cut_in_mid_transfer_resumes(self):
        self.tag(5000)
        self.adopt()
        for _ in range(3):
            mark = self.probe.mark()
            self.assertTrue(self.probe.wait(lambda: self.probe.all("records", TAG, mark), 10))
            self.sim.CutLink(TAG)
        self.wait_all(5001, seconds=60)
        got = self.probe.sequences(TAG)
        self.assertLess(len(got) - len(set(got)), 600) # what was under way when it was cut comes again

    def test_the_daemon_killed_in_mid_transfer(self):
        self.tag(3000)
        self.adopt()
        self.assertTrue(self.probe.wait(lambda: self.probe.all("records", TAG)))
        self.probe.kill()
        self.probe = self.start()
        self.probe.say("add", TAG, "event")
        self.wait_all(3001, oldest=self.state()["oldest"] or 1)

    def storage_fails(self, how):
        self.tag(300)
        self.probe.say("fail", how)
        self.adopt()
        self.assertTrue(self.probe.wait(lambda: "stored here" in self.why()))
        time.sleep(0.5)
        self.assertEqual(self.state()["deletes"], 0)
        self.assertEqual(self.state()["stored"], 301)

    def test_storage_that_fails_deletes_nothing(self):
        self.storage_fails("yes")

    def test_records_that_cannot_be_committed_are_not_deleted(self):
        self.storage_fails("records")

    def test_a_new_log(self):
        self.tag(20, log_id=77)
        self.adopt()
        self.wait_all(21)
        self.sim.Remove(TAG)
        self.assertEqual(self.probe.all("floor", TAG)[-1]["log"], 77)

    def test_a_full_tag_has_lost_its_oldest(self):
        self.sim.AddTag(TAG, options(pairing=True, capacity=100, clock_set=True))
        self.sim.Backlog(TAG, 250, START, 60, "day")
        self.adopt()
        self.wait_all(250, oldest=151)
        self.assertEqual(self.probe.all("floor", TAG)[-1]["floor"], 151)
        self.assertEqual(self.probe.all("lost", TAG), [])

    def test_lost_while_away(self):
        """It overwrote what was never fetched: one range, lost, and the rest arrives."""
        self.sim.AddTag(TAG, options(pairing=True, capacity=100, clock_set=True))
        self.sim.Backlog(TAG, 10, START, 60, "day")
        self.adopt()
        self.wait_all(10)
        self.sim.SetInRange(TAG, False)
        self.assertTrue(self.probe.wait(lambda: not self.state()["connected"]))
        self.sim.Backlog(TAG, 150, START + 600, 60, "day")
        self.sim.SetInRange(TAG, True)
        self.wait_all(160, oldest=61, seconds=40)
        self.assertEqual([(t["first"], t["last"]) for t in self.probe.all("lost", TAG)], [(11, 60)])

    def test_two_tags_at_once(self):
        self.tag(500)
        self.sim.AddTag(OTHER, options(pairing=True, capacity=30000))
        self.sim.Backlog(OTHER, 700, START, 60, "day")
        self.adopt()
        self.adopt(OTHER)
        self.wait_all(501)
        self.wait_all(701, OTHER)


class Faults(LinkCase):
    def begin(self, records=400, **faults):
        self.sim.AddTag(TAG, options(pairing=True, capacity=30000, clock_set=True))
        self.sim.Backlog(TAG, records, START, 60, "day")
        for name, value in faults.items():
            self.sim.Fault(TAG, name.replace("_", "-"), value)
        self.adopt()

    def move(self, records=400, seconds=60, **faults):
        self.begin(records, **faults)
        self.wait_all(records, seconds=seconds)

    def test_dropped_notifications(self):
        self.move(drop=9)
        self.assertEqual(self.probe.all("lost", TAG), [])

    def test_doubled_notifications(self):
        self.move(duplicate=3)

    def test_shuffled_notifications(self):
        self.move(shuffle=30)
        self.assertNotEqual(self.probe.sequences(TAG), sorted(self.probe.sequences(TAG)))

    def test_an_answer_before_the_last_notifications(self):
        self.move(early_answer=10)
        self.assertEqual(self.probe.all("lost", TAG), [])

    def test_junk(self):
        self.move(junk=5)
        self.assertEqual(len(self.probe.sequences(TAG)), 400)

    def test_all_at_once(self):
        self.move(drop=13, duplicate=7, shuffle=12, early_answer=5, junk=11, seconds=90)

    def test_a_delete_that_is_a_lie(self):
        """What the tag still holds is not asked for again."""
        self.begin(lie_delete=1)
        self.assertIsNotNone(self.probe.wait_for("barrier"))
        for _ in range(2):
            mark = self.probe.mark()
            self.sim.CutLink(TAG)
            self.assertIsNotNone(self.probe.wait_for("barrier", since=mark))
        self.assertEqual(self.state()["stored"], 400)
        self.assertEqual(sorted(self.probe.sequences(TAG)), list(range(1, 401)))

    def test_altered_copies_reach_the_ledger(self):
        self.move(alter=50)
        got = self.probe.sequences(TAG)
        self.assertGreater(len(got), len(set(got)))

    def test_a_live_notification_that_was_lost(self):
        self.move(records=10)
        self.sim.Fault(TAG, "drop", 1)
        self.sim.SetInRange(TAG, False)
        self.assertTrue(self.probe.wait(lambda: not self.state()["connected"]))
        for i in range(3):
            self.sim.Uv(TAG, START + 6000 + 60 * i, 60, 3.0, 4.0, 3)
        self.sim.Fault(TAG, "drop", 2)
        self.sim.SetInRange(TAG, True)
        self.wait_all(13)


class Radio(LinkCase):
    def connected(self, records=10):
        self.address = self.bluez("/org/bluez/hci0", "Get", "(ss)", "org.bluez.Adapter1", "Address")
        self.sim.AddTag(TAG, options(pairing=True, clock_set=True, capacity=30000))
        self.sim.Backlog(TAG, records, START, 60, "day")
        self.adopt()
        self.wait_all(records)
        return self.probe.mark()

    def more(self, since, newest):
        self.ready(since=since, seconds=20)
        self.sim.Uv(TAG, START + 90000, 60, 3.0, 4.0, 3)
        self.assertTrue(self.probe.wait(lambda: newest in self.probe.sequences(TAG)))

    def test_bluetoothd_crashes_and_comes_back(self):
        mark = self.connected()
        self.sim.Crash()
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=NO_BLUEZ))
        self.assertTrue(self.probe.wait(lambda: "BlueZ is not running" in
                                        self.why()))
        self.sim.Restart()
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=ON))
        self.more(self.probe.mark() - 1, 11)

    def test_bluetoothd_stops_politely(self):
        mark = self.connected()
        self.sim.Stop()
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=NO_BLUEZ))
        self.sim.Restart()
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=ON))
        self.more(self.probe.mark() - 1, 11)

    def test_crash_in_mid_transfer(self):
        self.sim.AddTag(TAG, options(pairing=True, clock_set=True, capacity=30000))
        self.sim.Backlog(TAG, 4000, START, 60, "day")
        self.adopt()
        self.assertTrue(self.probe.wait(lambda: self.probe.all("records", TAG)))
        self.sim.Crash()
        self.sim.Restart()
        self.wait_all(4000, seconds=60)

    def test_power_off_and_on(self):
        mark = self.connected()
        self.sim.Power(0, False)
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=OFF))
        self.assertTrue(self.probe.wait(lambda: "switched off" in self.why()))
        mark = self.probe.mark()
        self.sim.Power(0, True)
        self.more(mark, 11)

    def test_no_adapter(self):
        mark = self.connected()
        self.sim.AdapterRemove(0)
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=NO_ADAPTER))

    def test_an_adapter_comes_back_under_another_number(self):
        mark = self.connected()
        self.sim.AdapterRemove(0)
        self.assertIsNotNone(self.probe.wait_for("radio", since=mark, radio=NO_ADAPTER))
        mark = self.probe.mark()
        self.sim.AdapterAdd(2, self.address)
        self.more(mark, 11)

    def test_the_link_is_let_go_and_taken_up(self):
        self.connected()
        self.probe.say("rest")
        self.assertTrue(self.probe.wait(lambda: not self.state()["connected"]))
        self.assertFalse(self.device("Trusted"))
        time.sleep(1)
        self.assertFalse(self.state()["connected"])
        self.probe.say("rested")
        self.assertIsNotNone(self.probe.wait_for("rested", yes=True))
        mark = self.probe.mark()
        self.probe.say("wake")
        self.more(mark, 11)

    def test_a_clean_exit_lets_go_and_a_new_start_takes_up(self):
        self.connected()
        self.assertEqual(self.probe.quit(), 0)
        self.probe = None
        end = time.monotonic() + 5
        while self.state()["connected"] and time.monotonic() < end:
            time.sleep(0.05)
        self.assertFalse(self.state()["connected"])
        self.probe = self.start()
        self.probe.say("add", TAG, "event")
        self.more(0, 11)

    def test_no_bluez_at_the_start(self):
        self.connected()
        self.assertEqual(self.probe.quit(), 0)
        self.sim.Stop()
        self.probe = Probe(self.bus, PROBE)
        self.probe.say("add", TAG, "event")
        self.probe.say("adopt", OTHER)
        adopted = self.probe.wait_for("adopted")
        self.assertEqual((adopted["code"], "BlueZ" in adopted["error"]), (UNAVAILABLE, True))
        self.sim.Restart()
        self.more(0, 11)


class Broadcasts(LinkCase):
    PRESS = b"\x44\x00\x07\x3a\x01"

    def button(self):
        self.sim.AddBroadcaster(BUTTON, options())
        self.probe.say("add", BUTTON, "bthome")

    def heard(self, since=0):
        return [(bytes.fromhex(t["hex"]), t["snapshot"]) for t in self.probe.all("broadcast", BUTTON, since)]

    def test_the_first_press_counts(self):
        """It comes in InterfacesAdded."""
        self.button()
        self.assertTrue(self.probe.wait(self.discovering))
        self.sim.Advertise(BUTTON, BTHOME_UUID, self.PRESS)
        self.assertTrue(self.probe.wait(lambda: self.heard()))
        self.assertEqual(self.heard(), [(self.PRESS, False)])

    def test_the_same_payload_is_told_each_time(self):
        self.button()
        self.assertTrue(self.probe.wait(self.discovering))
        for _ in range(4):
            self.sim.Advertise(BUTTON, BTHOME_UUID, self.PRESS)
            time.sleep(0.1)
        self.assertTrue(self.probe.wait(lambda: len(self.heard()) == 4), self.heard())

    def test_discovery_runs_only_while_needed(self):
        self.assertFalse(self.discovering())
        self.button()
        self.assertTrue(self.probe.wait(self.discovering))
        self.probe.say("remove", BUTTON)
        self.assertTrue(self.probe.wait(lambda: not self.discovering()))

    def test_discovery_is_begun_again(self):
        self.button()
        self.assertTrue(self.probe.wait(self.discovering))
        self.sim.EndDiscovery(0)
        self.assertTrue(self.probe.wait(self.discovering, 10))
        self.sim.Power(0, False)
        self.sim.Power(0, True)
        self.assertTrue(self.probe.wait(self.discovering, 10))
        self.sim.Crash()
        self.sim.Restart()
        self.assertTrue(self.probe.wait(self.discovering, 10))
        mark = self.probe.mark()
        self.sim.Advertise(BUTTON, BTHOME_UUID, self.PRESS)
        self.assertTrue(self.probe.wait(lambda: self.heard(mark)))

    def test_strangers_are_not_told(self):
        self.button()
        self.assertTrue(self.probe.wait(self.discovering))
        self.sim.AddBroadcaster(OTHER, options())
        self.sim.Advertise(OTHER, BTHOME_UUID, self.PRESS)
        self.sim.Advertise(BUTTON, BTHOME_UUID, self.PRESS)
        self.assertTrue(self.probe.wait(lambda: self.heard()))
        self.assertEqual(self.probe.all("broadcast", OTHER), [])


class Patience(LinkCase):
    """The link's clocks run forty times as fast as those of the tag."""
    environment = {"LD_PRELOAD": FAKETIME, "FAKETIME": "+0 x40", "FAKETIME_NO_CACHE": "1"}

    def test_a_tag_that_never_answers_delays_no_other(self):
        self.assertTrue(os.path.exists(FAKETIME), "install libfaketime")
        self.sim.AddTag(TAG, options(pairing=True, clock_set=True))
        self.sim.AddTag(OTHER, options(pairing=True, clock_set=True, capacity=30000))
        self.sim.Backlog(TAG, 100, START, 60, "day")
        self.sim.Backlog(OTHER, 1000, START, 60, "day")
        self.sim.Fault(TAG, "never-answer", 1)
        self.adopt()
        self.adopt(OTHER)
        self.assertTrue(self.probe.wait(lambda: set(self.probe.sequences(OTHER)) >= set(range(1, 1001))))
        self.assertTrue(self.probe.wait(lambda: "does not answer" in
                                        self.why(), 30))
        self.sim.Fault(TAG, "never-answer", 0)
        self.assertTrue(self.probe.wait(lambda: set(self.probe.sequences(TAG)) >= set(range(1, 101)), 60))

    def test_a_bond_that_the_tag_forgot(self):
        """Another host took the tag over: it is said, with what to do, and our half of the bond stays."""
        self.sim.AddTag(TAG, options(pairing=True, clock_set=True))
        self.adopt()
        self.ready()
        self.sim.AdapterAdd(1, "00:AA:01:01:00:77")
        self.probe.say("rest")
        self.assertTrue(self.probe.wait(lambda: not self.state()["connected"]))
        other = Host(self.bus.connect())
        self.assertTrue(other.wait(lambda: len(other.adapters()) == 2))
        other.discover("/org/bluez/hci1")
        path = "/org/bluez/hci1/dev_" + TAG.replace(":", "_")
        self.assertTrue(other.wait(lambda: path in other.objects))
        other.call(path, "org.bluez.Device1", "Pair")
        other.call(path, "org.bluez.Device1", "Disconnect")
        other.call("/org/bluez/hci1", "org.bluez.Adapter1", "RemoveDevice", "(o)", path)
        other.connection.close_sync(None)
        self.probe.say("wake")
        self.assertTrue(self.probe.wait(lambda: "forgotten the bond" in self.why(), 20), self.why())
        self.assertTrue(self.device("Paired"))

    def test_a_tag_that_is_not_heard(self):
        self.refused(1, "within 30 seconds")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
