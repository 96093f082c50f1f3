# SPDX-License-Identifier: GPL-2.0-or-later
"""Adopting, transferring and its faults, against the fake org.bluez. What BlueZ is known for is in
test_pitfalls.py. Usage: test_link.py CALCIFER-SIM LINK-PROBE [test names]"""

import struct
import time

from gi.repository import GLib

from bus import options
from case import (BTHOME, BTHOME_UUID, BUTTON, ESS, EVENT, OTHER, PRESS, REFUSED, START, TAG, LinkCase, main)


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


class Broadcasts(LinkCase):
    def test_discovery_runs_only_while_needed(self):
        self.assertFalse(self.discovering())
        self.button()
        self.assertTrue(self.probe.wait(self.discovering))
        self.probe.say("remove", BUTTON)
        self.assertTrue(self.probe.wait(lambda: not self.discovering()))

    def test_strangers_are_not_told(self):
        self.button()
        self.assertTrue(self.probe.wait(self.discovering))
        self.sim.AddBroadcaster(OTHER, options())
        self.sim.Advertise(OTHER, BTHOME_UUID, PRESS)
        self.sim.Advertise(BUTTON, BTHOME_UUID, PRESS)
        self.assertTrue(self.probe.wait(lambda: self.heard()))
        self.assertEqual(self.probe.all("broadcast", OTHER), [])


class Patience(LinkCase):
    """The link's clocks run forty times as fast as those of the tag."""
    speed = 40

    def test_a_tag_that_never_answers_delays_no_other(self):
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

    def test_a_tag_that_is_not_heard(self):
        self.refused(1, "within 30 seconds")


if __name__ == "__main__":
    main()
