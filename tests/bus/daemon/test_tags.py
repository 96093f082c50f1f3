#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tags through the whole daemon, on the simulated BlueZ: adopt, backlog, live records, buttons, BTHome."""

import json
import signal
import subprocess
import sys
import time
import unittest

from household import Household, options, programs_of, until

TAG = "C0:FF:EE:00:00:01"
BUTTON = "54:48:E6:8F:80:A5"
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"


class Tags(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS)
        self.addCleanup(self.home.close)
        self.home.start()
        self.sim = self.home.simulator.control

    def adopt(self, records=0):
        now = int(time.time())
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True, name="Sun tag"))
        if records:
            self.sim.Backlog(TAG, records, now - records * 60 - 600, 60, "day")
        self.home.ctl("tags", "adopt", TAG)
        return now

    def adopt_button(self, advertise):
        """Buttons speak only when they are pressed: so it is pressed while the daemon looks for it."""
        adopting = self.home.begin("tags", "adopt", BUTTON)
        until(lambda: advertise() or adopting.poll() is not None, 20, "the adoption")
        self.assertEqual(adopting.wait(), 0)

    def test_scan_finds_it(self):
        self.sim.AddTag(TAG, options(pairing=True))
        self.assertIn(TAG, self.home.ctl("tags", "scan", "--seconds", "3"))

    def test_backlog_once_and_deleted_after_commit(self):
        self.adopt(records=500)
        until(lambda: self.home.tag(TAG)["received"] >= 500, 30, "the backlog")
        until(lambda: self.sim.State(TAG)["stored"] == 0, 30, "the delete on the tag")
        tag = self.home.tag(TAG)
        self.assertEqual(tag["lost"], 0)
        self.assertEqual(tag["conflicts"], 0)
        self.assertEqual(tag["kind"], "tag-event")
        self.assertEqual(tag["role"], "worn")
        self.assertEqual(self.home.rebuilt(), 0)

    def test_what_it_can_do_is_in_the_ledger(self):
        """Whether a tag feels that it is worn decides what counts, so it is an event like all that changes a number."""
        self.sim.AddTag(TAG, options(slots=3, clock_set=True, pairing=True, wear=True))
        self.home.ctl("tags", "adopt", TAG)
        now = int(time.time())
        self.sim.Uv(TAG, now - 600, 60, 5.0, 5.0, 0)  # not worn
        self.sim.Uv(TAG, now - 540, 60, 5.0, 5.0, 2)  # worn
        until(lambda: self.home.tag(TAG)["received"] == 2, 15, "the records")
        self.assertAlmostEqual(self.home.status()["erythema"]["sed"], 5 * 1.5 / 100, places=6)

    def test_button_is_an_intake(self):
        now = self.adopt()
        self.home.ctl("products", "add", "d3k2", "d3=2000IU", "mk7=100ug")
        self.home.ctl("tags", "map", TAG, "1", "d3k2")
        time.sleep(1.1)  # the map holds from its second on
        self.sim.Intake(TAG, 1, 1)
        until(lambda: self.home.status()["vitamin_d"]["supplement_iu"] == 2000, 15, "the intake")
        self.sim.Intake(TAG, 2, 1)
        until(lambda: self.home.tag(TAG)["received"] >= 2, 15, "the second press")
        self.assertEqual(self.home.status()["vitamin_d"]["supplement_iu"], 2000)
        self.assertGreaterEqual(int(time.time()), now)

    def test_watch_tells_what_happens(self):
        self.adopt()
        self.home.ctl("products", "add", "d3k2", "d3=2000IU")
        self.home.ctl("tags", "map", TAG, "1", "d3k2")
        time.sleep(1.1)
        watch = self.home.begin("watch", "--json", stdout=subprocess.PIPE)
        self.addCleanup(watch.stdout.close)
        time.sleep(0.5)
        self.sim.Intake(TAG, 1, 1)
        self.home.ctl("log", "take", "d3k2", "2")
        self.sim.CutLink(TAG)
        seen = {}
        while not {"intake", "take", "balance", "tag"} <= set(seen):
            line = json.loads(watch.stdout.readline())
            self.assertEqual(set(line), {"at", "kind", "text"})
            seen[line["kind"]] = line["text"]
        self.assertIn("button 1 was pressed, d3k2", seen["intake"])
        self.assertIn("took 2 of d3k2", seen["take"])
        watch.send_signal(signal.SIGINT)
        self.assertEqual(watch.wait(timeout=10), 0)

    def test_killed_amid_a_transfer(self):
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True))
        self.sim.Backlog(TAG, 3000, int(time.time()) - 3000 * 60 - 600, 60, "day")
        self.home.ctl("tags", "adopt", TAG)
        until(lambda: self.home.tag(TAG)["received"] > 0, 20, "the first records")
        self.home.kill()
        self.home.start()
        until(lambda: self.home.tag(TAG)["received"] >= 3000, 60, "the rest of the backlog")
        until(lambda: self.sim.State(TAG)["stored"] == 0, 30, "the delete on the tag")
        tag = self.home.tag(TAG)
        self.assertEqual((tag["received"], tag["lost"], tag["conflicts"]), (3000, 0, 0))
        self.assertEqual(self.home.rebuilt(), 0)

    def test_encrypted_press_counts_once(self):
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        self.adopt_button(lambda: self.sim.BthomeEncrypted(BUTTON, KEY, 1000, 0x45, bytes([0x00, 0x01, 0x3a, 0x00])) and 0)
        self.home.ctl("tags", "key", BUTTON, stdin=KEY.hex() + "\n")
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "1", "magnesium")
        time.sleep(1.1)
        for _ in range(3):  # the same packet, heard three times
            self.sim.BthomeEncrypted(BUTTON, KEY, 1001, 0x45, bytes([0x00, 0x02, 0x3a, 0x01]))
            time.sleep(0.1)
        until(lambda: self.home.status()["nutrients"]["magnesium"]["supplement"] == 200, 10, "the press")
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400033a01"))  # plain: a downgrade
        self.home.kill()
        self.home.start()
        self.sim.BthomeEncrypted(BUTTON, KEY, 1001, 0x45, bytes([0x00, 0x02, 0x3a, 0x01]))  # a replay
        time.sleep(1)
        self.assertEqual(self.home.status()["nutrients"]["magnesium"]["supplement"], 200)
        self.sim.BthomeEncrypted(BUTTON, KEY, 1002, 0x45, bytes([0x00, 0x03, 0x3a, 0x01]))
        until(lambda: self.home.status()["nutrients"]["magnesium"]["supplement"] == 400, 10, "the second press")

    def keyed_button(self):
        """An encrypted button whose first press means 200 mg of magnesium."""
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        self.adopt_button(lambda: self.sealed(1000, 1) and 0)
        self.home.ctl("tags", "key", BUTTON, stdin=KEY.hex() + "\n")
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "1", "magnesium")
        time.sleep(1.1)

    def sealed(self, counter, packet_id, event=0):
        self.sim.BthomeEncrypted(BUTTON, KEY, counter, 0x45, bytes([0x00, packet_id, 0x3a, event]))

    def magnesium(self):
        return self.home.status()["nutrients"]["magnesium"]["supplement"]

    def repeat(self, send, condition, what):
        """Sends the same packet until the daemon, which may have begun to listen only now, shows what comes of it."""
        def once():
            send()
            time.sleep(0.2)
            return condition()
        return until(once, 10, what)

    def hear_quietly(self, counter, battery):
        """A packet without a press; its battery tells that it was taken."""
        self.repeat(lambda: self.sim.BthomeEncrypted(BUTTON, KEY, counter, 0x45, bytes([0x01, battery])),
                    lambda: self.home.tag(BUTTON)["battery"] == battery, "the quiet packet")

    def refuse_a_recorded_press(self, counter):
        """Recorded while the daemon did not hear it, sent after a newer packet without a press and a restart."""
        self.home.start()
        self.repeat(lambda: self.sealed(counter, 9, 1), lambda: self.home.tag(BUTTON)["why"], "the refusal")
        self.assertIn("older than what was heard before", self.home.tag(BUTTON)["why"])
        self.assertEqual(self.magnesium(), 0)

    def test_a_recorded_press_is_refused_after_a_restart(self):
        self.keyed_button()
        self.hear_quietly(2000, 20)
        self.hear_quietly(2010, 21)  # its counter waits to be stored, up to a minute
        self.assertEqual(self.home.stop(), 0)
        self.refuse_a_recorded_press(2005)
        self.sealed(2011, 10, 1)
        until(lambda: self.magnesium() == 200, 10, "the press of the tag itself")
        self.assertIsNone(self.home.tag(BUTTON)["why"])

    def test_a_recorded_press_is_refused_after_a_crash(self):
        """Where nothing was stored in the minute before, the counter is stored at once."""
        self.keyed_button()
        self.home.stop()
        self.home.start()
        self.hear_quietly(2010, 21)
        self.home.kill()
        self.refuse_a_recorded_press(2005)

    def test_a_new_battery_is_asked_about(self):
        self.keyed_button()
        self.sealed(1001, 2, 1)
        until(lambda: self.magnesium() == 200, 10, "the press")
        self.assertIn("nothing is asked", self.home.ctl("tags", "counter", BUTTON, expect=1))
        for counter in (1, 2):  # the battery was changed
            self.sealed(counter, counter + 10, 1)
            time.sleep(0.3)
        alert = until(lambda: self.home.alerts().get("tag-counter"), 10, "the question")
        self.assertIn(f"calciferctl tags counter {BUTTON}", alert["text"])
        self.assertIn(f"calciferctl tags counter {BUTTON}", self.home.tag(BUTTON)["why"])
        self.assertIn("new battery", self.home.ctl("explain", "tag-counter"))
        self.assertEqual(self.magnesium(), 200)
        self.home.stop()
        self.home.start()
        until(lambda: "tag-counter" in self.home.alerts(), 10, "the question, after a restart")
        self.home.ctl("tags", "counter", BUTTON)
        until(lambda: "tag-counter" not in self.home.alerts(), 10, "the answer")
        self.assertIn(f"the counter of {BUTTON} began anew: it was 1001 and is 2", self.home.read_log())
        self.home.kill()
        self.home.start()
        self.repeat(lambda: self.sealed(3, 20, 1), lambda: self.magnesium() == 400, "the press with the new battery")
        self.assertIsNone(self.home.tag(BUTTON)["why"])

    def test_without_a_packet_id_a_restart_makes_no_second_press(self):
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("443a00")))
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "1", "magnesium")
        self.home.ctl("tags", "map", BUTTON, "2", "magnesium")
        self.home.ctl("tags", "allow", BUTTON, "yes")
        time.sleep(1.1)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("440160" "3a01"))
        until(lambda: self.magnesium() == 200, 10, "the press")
        self.home.stop()
        self.home.start()
        self.repeat(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44015f" "3a01")),
                    lambda: self.home.tag(BUTTON)["battery"] == 0x5f, "the same event in other bytes")
        self.assertEqual(self.magnesium(), 200)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44015e" "3a003a01"))  # the other button
        until(lambda: self.magnesium() == 400, 10, "the second button")
        self.assertEqual(self.home.rebuilt(), 0)

    def test_plain_press_counts_only_when_allowed(self):
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400013a00")))
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "1", "magnesium")
        time.sleep(1.1)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400023a01"))
        time.sleep(1)
        self.assertEqual(self.home.status()["nutrients"]["magnesium"]["supplement"], 0)
        self.home.ctl("tags", "allow", BUTTON, "yes")
        time.sleep(1.1)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400033a01"))
        until(lambda: self.home.status()["nutrients"]["magnesium"]["supplement"] == 200, 10, "the press")

    def test_an_ambient_tag_tells_what_sun_by_hand_was(self):
        self.sim.AddBroadcaster(BUTTON, options(name="Window"))
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44" "4628")))  # UV index 4.0
        self.home.ctl("log", "sun", "2")
        status = self.home.status()
        self.assertIn("sky", status["assumed"])

        def heard():
            """What was on the air while it was adopted is no reading yet, so it is said again."""
            self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44" "4628"))
            return self.home.tag(BUTTON)["received"] >= 1

        # the minutes before the tag was there had a clear sky; those that follow have what it reads
        until(heard, 10, "the sample")
        for _ in range(12):
            self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44" "4628"))
            time.sleep(0.25)
        self.home.ctl("undo")
        self.assertEqual(self.home.status()["erythema"]["sed"], 0)  # what it reads counts for nobody
        self.home.ctl("log", "sun", "0.05")  # three seconds
        status = self.home.status()
        self.assertNotIn("sky", status["assumed"])
        self.assertAlmostEqual(status["erythema"]["sed"], 4 * 1.5 * 0.05 / 100, places=6)
        self.assertIn("with what an ambient tag read", self.home.ctl("status", "--plain"))
        self.assertEqual(self.home.rebuilt(), 0)

    def test_broadcasts_of_a_tag_that_stores_are_for_the_eye_alone(self):
        self.adopt()
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))  # so that the daemon listens to broadcasts
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400013a00")))
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", TAG, "1", "magnesium")
        self.home.ctl("tags", "allow", TAG, "yes")
        time.sleep(1.1)
        watch = self.home.begin("watch", "--json", stdout=subprocess.PIPE)
        self.addCleanup(watch.stdout.close)
        time.sleep(0.5)
        self.sim.CutLink(TAG)  # a tag that is connected broadcasts nothing
        self.sim.Advertise(TAG, BTHOME_UUID, bytes.fromhex("44" "0001" "3a01" "4628"))
        seen = {}
        while not {"press", "reading"} <= set(seen):
            line = json.loads(watch.stdout.readline())
            seen[line["kind"]] = line["text"]
        self.assertIn("counts nothing", seen["press"])
        self.assertIn("UV index 4.0", seen["reading"])
        watch.send_signal(signal.SIGINT)
        self.assertEqual(watch.wait(timeout=10), 0)
        status = self.home.status()
        self.assertEqual(status["erythema"]["sed"], 0)
        self.assertEqual(status["nutrients"]["magnesium"]["supplement"], 0)
        self.assertEqual(self.home.tag(TAG)["received"], 0)

    def test_forgotten_tag_leaves_its_records(self):
        self.adopt(records=20)
        until(lambda: self.home.tag(TAG)["received"] >= 20, 20, "the backlog")
        self.home.ctl("tags", "forget", TAG)
        self.assertEqual(self.home.status()["tags"], [])
        self.sim.SetPairing(TAG, True)
        self.home.ctl("tags", "adopt", TAG)
        self.assertEqual(self.home.tag(TAG)["received"], 20)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
