#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A clock that is wrong, and is set later: what was dated by it is dated anew, and nothing stays wrong in silence. And
the time after 2038."""

import datetime
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
import unittest

from household import Gio, GLib, Household, options, programs_of, until

XML = """<node><interface name="org.freedesktop.timedate1"><property name="Timezone" type="s" access="read"/>
<property name="NTPSynchronized" type="b" access="read"/></interface></node>"""
PATH = "/org/freedesktop/timedate1"
TAG = "C0:FF:EE:00:00:01"
BUTTON = "54:48:E6:8F:80:A5"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
REAL = 1781604000  # 2026-06-16 12:00 in Berlin
WRONG = 946684800  # 2000-01-01T00:00:00Z, as a clock without a battery has it
LATE = 2192270400  # 2039-06-21T12:00:00Z


class Timedate:
    def __init__(self, home):
        self.home, self.synchronised = home, False
        self.bus = home.system_bus.connect()
        self.bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], None, self.on_get, None)
        self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                           GLib.Variant("(su)", ("org.freedesktop.timedate1", 4)), None, Gio.DBusCallFlags.NONE, -1, None)

    def on_get(self, _bus, _sender, _path, _interface, name):
        return GLib.Variant("s", "Europe/Berlin") if name == "Timezone" else GLib.Variant("b", self.synchronised)

    def vouch(self):
        self.synchronised = True
        self.bus.emit_signal(None, PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                             GLib.Variant("(sa{sv}as)", ("org.freedesktop.timedate1",
                                                         {"NTPSynchronized": GLib.Variant("b", True)}, [])))


class Clock(unittest.TestCase):
    def begin(self, at):
        self.home = Household(PROGRAMS, at=at)
        self.addCleanup(self.home.close)
        self.timedate = Timedate(self.home)
        self.addCleanup(self.timedate.bus.close_sync, None)
        self.home.start()
        self.sim = self.home.simulator.control

    def set_clock(self, at):
        self.home.wait(int(at - self.home.now()))
        self.timedate.vouch()

    def entries(self):
        return [row for row in map(json.loads, self.home.ctl("export").splitlines())
                if row["kind"] in ("take", "food", "sun", "press")]

    def standing(self):
        undone = {row["name"] for row in map(json.loads, self.home.ctl("export").splitlines()) if row["kind"] == "undo"}
        return [row for row in self.entries() if row["id"] not in undone]

    def test_what_was_entered_before_the_clock_was_set(self):
        """The clock is an hour behind, as one that was set to local time by another system."""
        self.begin(REAL)
        ctl = self.home.ctl
        ctl("products", "add", "d3", "d3=1000IU")
        ctl("log", "take", "d3")
        ctl("log", "take", "d3", "3")
        ctl("undo")
        ctl("log", "sun", "30", "--uvi", "5")
        ctl("log", "food", "salmon", "120g", "--at", "2026-06-15 12:00")
        before = self.standing()
        self.set_clock(self.home.now() + 5 * 86400 + 3600)
        until(lambda: len(self.entries()) > len(before) + 1, 10, "the entries of a right date")
        after = self.standing()
        self.assertEqual(sorted(row["kind"] for row in after), sorted(row["kind"] for row in before))
        told = {row["kind"]: row["at"] for row in before}
        for row in after:
            moved = self.instant(row["at"]) - self.instant(told[row["kind"]])
            self.assertAlmostEqual(moved, 0 if row["kind"] == "food" else 5 * 86400 + 3600, delta=3)
        status = self.home.status()
        self.assertEqual(status["vitamin_d"]["supplement_iu"], 1000)
        self.assertEqual(self.home.rebuilt(), 0)
        self.assertIn("the clock was wrong; 3 entries have the right date now", self.home.read_log())
        ctl("log", "take", "d3")
        self.set_clock(self.home.now() + 86400)
        self.home.status()
        self.assertEqual(len(self.standing()), len(after) + 1)  # by a clock that was right

    @staticmethod
    def instant(text):
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()

    def test_a_clock_without_a_battery(self):
        self.begin(WRONG)
        ctl = self.home.ctl
        ctl("products", "add", "d3", "d3=1000IU")
        self.assertIn("clock stands before 2020", ctl("log", "take", "d3", expect=1))
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        adopting = self.home.begin("tags", "adopt", BUTTON)
        until(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400013a00")) or adopting.poll() is not None,
              20, "the adoption")
        ctl("tags", "allow", BUTTON, "yes")
        ctl("tags", "map", BUTTON, "1", "d3")
        time.sleep(1.1)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400023a01"))
        until(self.entries, 10, "the press")
        self.set_clock(REAL)
        until(lambda: [row["at"][:10] for row in self.standing()] == ["2026-06-16"], 10, "the press of a right date")
        self.assertEqual(self.home.status()["vitamin_d"]["supplement_iu"], 1000)
        self.assertIn("took", ctl("log", "take", "d3"))

    def test_a_daemon_that_ended_before_the_clock_was_set(self):
        """What is doubtful is remembered for as long as the machine runs."""
        self.begin(REAL)
        ctl = self.home.ctl
        ctl("products", "add", "d3", "d3=1000IU")
        ctl("log", "take", "d3")
        self.home.kill()
        self.home.start()
        ctl("log", "food", "salmon", "120g")
        self.home.stop()
        self.home.start()
        self.set_clock(self.home.now() + 3 * 86400)
        until(lambda: {row["at"][:10] for row in self.standing()} == {"2026-06-19"}, 10, "the entries of a right date")
        self.assertEqual(len(self.standing()), 2)
        self.assertEqual(self.home.rebuilt(), 0)
        self.home.stop()
        self.home.start()
        self.set_clock(self.home.now() + 86400)  # nothing is doubtful any more
        ctl("log", "done")
        self.assertEqual({row["at"][:10] for row in self.standing()}, {"2026-06-19"})

    def doubt_of_another_boot(self):
        """As it is after the machine was started anew."""
        with sqlite3.connect(self.home.ledger) as ledger:
            old, = ledger.execute("SELECT value FROM memory WHERE key = 'doubts'").fetchone()
            ledger.execute("UPDATE memory SET value = ? WHERE key = 'doubts'", ("0" * 36 + old[36:],))

    def test_a_machine_that_was_started_anew_before_the_clock_was_set(self):
        """Nobody knows then by how much it was wrong, and it is said."""
        self.begin(WRONG)
        self.home.ctl("products", "add", "d3", "d3=1000IU")
        self.press()
        self.home.stop()
        self.doubt_of_another_boot()
        self.home.start()
        until(lambda: "entries have the date of a clock that was wrong" in self.home.read_log(), 10, "the sentence")
        self.set_clock(REAL)
        self.home.status()
        self.assertEqual([row["at"][:10] for row in self.standing()], ["2000-01-01"])
        self.home.stop()
        self.home.start()
        self.assertEqual(self.home.read_log().count("entries have the date of a clock that was wrong"), 1)

    def test_a_clock_that_is_set_back(self):
        """It was five days ahead: entries come back to today, and nothing waits for a day that is not there yet."""
        self.begin(REAL + 5 * 86400)
        ctl = self.home.ctl
        ctl("products", "add", "d3", "d3=60000IU")
        ctl("log", "take", "d3")
        until(lambda: "d-very-high" in self.home.alerts(), 10, "the alert")
        self.set_clock(REAL)
        until(lambda: [row["at"][:10] for row in self.standing()] == ["2026-06-16"], 10, "the entry of a right date")
        until(lambda: self.home.status()["vitamin_d"]["supplement_iu"] == 60000, 10, "the balance of today")
        status = self.home.status()
        self.assertEqual(status["date"], "2026-06-16")
        until(lambda: "d-very-high" in self.home.alerts(), 10, "the alert of today")
        since = self.instant(self.home.alerts()["d-very-high"]["since"])
        self.assertLessEqual(since, self.home.now() + 60)
        self.home.wait(60)
        ctl("products", "edit", "d3", "d3=1000IU")  # what was told of the days to come does not come back with them
        self.home.wait(6 * 86400)
        ctl("log", "take", "d3")
        self.assertEqual(self.home.status()["vitamin_d"]["supplement_iu"], 1000)
        self.assertEqual(self.home.status("--date", "2026-06-21")["vitamin_d"]["supplement_iu"] or 0, 0)
        self.assertEqual(self.home.rebuilt(), 0)
        self.home.kill()
        self.home.start()
        self.assertEqual(self.home.status("--date", "2026-06-16")["vitamin_d"], status["vitamin_d"])

    def hear(self, packet):
        self.sim.Advertise(BUTTON, BTHOME_UUID, packet)

    def adopt_by_air(self):
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        adopting = self.home.begin("tags", "adopt", BUTTON)
        until(lambda: self.hear(bytes.fromhex("4400013a00")) or adopting.poll() is not None, 20, "the adoption")

    def press(self):
        self.adopt_by_air()
        self.home.ctl("tags", "allow", BUTTON, "yes")
        self.home.ctl("tags", "map", BUTTON, "1", "d3")
        time.sleep(1.1)
        self.hear(bytes.fromhex("4400023a01"))
        until(self.entries, 10, "the press")

    def samples(self):
        return [row for row in map(json.loads, self.home.ctl("export").splitlines()) if row["kind"] == "sample"]

    def sun(self, packet_id):
        """UV index 5.0, off the air."""
        self.hear(bytes([0x44, 0x00, packet_id, 0x46, 50]))

    def test_live_samples_wait_for_a_clock_that_cannot_be_right(self):
        self.begin(WRONG)
        self.adopt_by_air()
        self.home.ctl("tags", "role", BUTTON, "worn")
        time.sleep(1.1)
        heard = self.home.now()
        self.sun(3)
        until(lambda: "UV samples wait until it is set" in self.home.read_log(), 10, "the wait")
        self.assertEqual(self.samples(), [])
        since = self.home.now() - heard
        self.set_clock(REAL)
        until(self.samples, 10, "the sample")
        self.assertEqual([row["at"][:10] for row in self.samples()], ["2026-06-16"])
        self.assertAlmostEqual(self.instant(self.samples()[0]["at"]), REAL - since, delta=5)

    def test_live_samples_of_a_clock_that_proves_wrong(self):
        """They cannot be changed, and it is said that they are wrong."""
        self.begin(REAL)
        self.adopt_by_air()
        self.home.ctl("tags", "role", BUTTON, "worn")
        time.sleep(1.1)
        self.sun(3)
        until(self.samples, 10, "the sample")
        self.set_clock(self.home.now() + 7200)
        until(lambda: "1 UV samples of tags without a clock of their own" in self.home.read_log(), 10, "the sentence")

    def test_sleep_is_no_step(self):
        """Eight hours of it pass on the clock and on the one that counts sleep, and not on the one that timers go by."""
        asleep = os.path.join(tempfile.mkdtemp(prefix="calcifer-asleep-"), "seconds")
        self.addCleanup(shutil.rmtree, os.path.dirname(asleep))
        self.home = Household(PROGRAMS, at=REAL)
        self.addCleanup(self.home.close)
        self.home.environment["CALCIFER_ASLEEP"] = asleep
        self.home.environment["LD_PRELOAD"] = ASLEEP + ":" + self.home.environment["LD_PRELOAD"]
        self.timedate = Timedate(self.home)
        self.addCleanup(self.timedate.bus.close_sync, None)
        self.home.start()
        self.home.ctl("products", "add", "d3", "d3=1000IU")
        self.home.ctl("log", "take", "d3")
        before = self.standing()
        with open(asleep, "w", encoding="utf-8") as file:
            file.write(str(8 * 3600))
        self.home.wait(8 * 3600)
        self.home.ctl("log", "food", "salmon", "120g")
        self.timedate.vouch()
        self.home.ctl("log", "done")
        time.sleep(0.5)
        after = self.standing()
        self.assertEqual(after[:1], before)
        self.assertAlmostEqual(self.instant(after[1]["at"]) - self.instant(before[0]["at"]), 8 * 3600, delta=5)
        self.assertEqual(len(after), 2)
        self.assertNotIn("the clock was wrong", self.home.read_log())

    def test_after_2038(self):
        self.begin(LATE)
        ctl = self.home.ctl
        ctl("products", "add", "d3", "d3=1000IU")
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True, wear=True))
        self.sim.Backlog(TAG, 120, LATE - 120 * 60 - 600, 60, "day")
        ctl("tags", "adopt", TAG)
        ctl("tags", "map", TAG, "1", "d3")
        time.sleep(1.1)
        self.sim.Intake(TAG, 1, 1)
        until(lambda: self.home.tag(TAG)["received"] == 121 and self.sim.State(TAG)["stored"] == 0, 30, "the records")
        tag = self.home.tag(TAG)
        self.assertEqual((tag["lost"], tag["rejected"], tag["undated"], tag["held"]), (0, 0, 0, 0))
        ctl("log", "take", "d3", "--at", "2039-06-20 08:00")
        ctl("log", "food", "salmon", "100g")
        status = self.home.status()
        self.assertEqual(status["date"], "2039-06-21")
        self.assertEqual(status["vitamin_d"]["supplement_iu"], 1000)
        self.assertGreater(status["erythema"]["sed"], 0)
        self.assertEqual([(row["kind"], row["at"][:10]) for row in self.entries()],
                         [("take", "2039-06-20"), ("food", "2039-06-21")])
        self.assertEqual(self.home.rebuilt(), 0)
        self.home.kill()
        self.home.start()
        self.assertEqual(self.home.status()["vitamin_d"], status["vitamin_d"])


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    ASLEEP = sys.argv[5]
    unittest.main(argv=sys.argv[:1] + sys.argv[6:], verbosity=2)
