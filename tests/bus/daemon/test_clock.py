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
TYPE_AT, UV = 10, 1  # in a record
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

    def light(self):
        """What was measured off the air while the clock was in doubt."""
        return [row for row in map(json.loads, self.home.ctl("export").splitlines())
                if row["kind"] == "record" and bytes.fromhex(row["raw"])[TYPE_AT] == UV]

    def light_at(self):
        return [self.instant(row["at"]) if row.get("at") else None for row in self.light()]

    def wear(self):
        self.adopt_by_air()
        self.home.ctl("tags", "role", BUTTON, "worn")
        time.sleep(1.1)

    def measure(self, packet_id):
        """Returns when."""
        before = len(self.light())
        self.sun(packet_id)
        until(lambda: len(self.light()) > before, 10, "the sample")
        return self.home.now()

    def test_live_samples_of_a_clock_that_cannot_be_right(self):
        """They wait in the ledger, whatever ends the daemon, and are dated when the clock is set in the same start."""
        self.begin(WRONG)
        self.wear()
        heard = [self.measure(3)]
        self.home.kill()
        self.home.start()
        time.sleep(1.1)
        heard.append(self.measure(4))
        self.home.stop()
        self.home.start()
        self.assertEqual(self.light_at(), [None, None])
        self.assertEqual(self.home.tag(BUTTON)["undated"], 2)
        set_at = self.home.now()
        self.set_clock(REAL)
        until(lambda: None not in self.light_at(), 10, "the dates")
        for at, was in zip(self.light_at(), heard):
            self.assertAlmostEqual(at, REAL - (set_at - was), delta=5)
        self.assertEqual((self.samples(), self.home.tag(BUTTON)["undated"]), ([], 0))
        self.assertGreater(self.home.status()["erythema"]["sed"], 0)
        self.assertEqual(self.home.rebuilt(), 0)
        time.sleep(1.1)
        self.sun(5)
        until(self.samples, 10, "the sample of a clock that is right")

    def test_a_clock_that_was_set_while_no_daemon_ran(self):
        self.begin(WRONG)
        self.wear()
        self.measure(3)
        self.home.stop()
        self.home.wait(int(REAL - self.home.now()))
        self.home.start()
        until(lambda: None not in self.light_at(), 10, "the date")
        self.assertAlmostEqual(self.light_at()[0], self.home.now(), delta=60)

    def test_a_clock_that_is_set_twice(self):
        """From 2000 to what nobody vouches for, and from there to what is right."""
        self.begin(WRONG)
        self.wear()
        heard = [self.measure(3), self.measure(4)]
        self.home.stop()
        self.home.wait(int(REAL - 86400 - self.home.now()))
        self.home.start()
        until(lambda: None not in self.light_at(), 10, "the dates")
        guessed = self.light_at()
        self.assertAlmostEqual(guessed[0], REAL - 86400, delta=60)
        time.sleep(1.1)
        self.measure(5)
        guessed = self.light_at()
        self.set_clock(REAL)
        until(lambda: self.light_at() != guessed, 10, "other dates")
        for at, then in zip(self.light_at(), guessed):
            self.assertAlmostEqual(at - then, self.light_at()[2] - guessed[2], delta=3)
        self.assertAlmostEqual(self.light_at()[1] - self.light_at()[0], heard[1] - heard[0], delta=3)
        self.assertAlmostEqual(self.light_at()[2], REAL, delta=60)
        self.assertEqual(self.home.rebuilt(), 0)

    def forget_the_boot(self):
        """As it is after the machine was started anew."""
        with sqlite3.connect(self.home.ledger) as ledger:
            old, = ledger.execute("SELECT value FROM memory WHERE key = 'eras'").fetchone()
            ledger.execute("UPDATE memory SET value = ? WHERE key = 'eras'", ("0" * 36 + old[36:],))

    def test_live_samples_of_a_machine_that_was_started_anew(self):
        """Nobody knows when they were: they are kept, it is said, and their owner can date them."""
        self.begin(WRONG)
        self.wear()
        self.measure(3)
        self.home.stop()
        self.forget_the_boot()
        self.set_clock(REAL)
        self.home.start()
        until(lambda: self.home.tag(BUTTON)["undated"] == 1, 10, "the count")
        self.assertEqual(self.light_at(), [None])
        self.home.wait(3700)
        self.home.ctl("products", "add", "d3", "d3=1000IU")  # any event makes it look
        until(lambda: "tag-clock" in self.home.alerts(), 10, "the alert")
        run = json.loads(self.home.ctl("tags", "date", BUTTON, "--json"))[0]
        self.home.ctl("tags", "date", BUTTON, run["run"], "2026-06-16 11:30")
        until(lambda: self.light_at() == [REAL - 1800], 10, "the date")
        self.assertEqual(self.home.tag(BUTTON)["undated"], 0)

    def test_live_samples_of_the_start_before(self):
        """The clock of this start was wrong. That says nothing of what the one before dated, in the same log."""
        self.begin(REAL - 86400)
        self.wear()
        self.measure(3)
        self.home.stop()
        self.forget_the_boot()
        self.home.start()
        time.sleep(1.1)
        self.measure(4)
        before = self.light_at()
        self.set_clock(REAL)
        until(lambda: self.light_at() != before, 10, "another date")
        self.assertEqual(self.light_at()[0], before[0])
        self.assertAlmostEqual(self.light_at()[1] - before[1], 86400, delta=120)

    def test_live_samples_of_a_clock_that_proves_wrong(self):
        """Two days behind, stepped twice; each sample moves with what dated it, and what came before stays."""
        self.begin(REAL - 2 * 86400)
        self.timedate.vouch()
        self.wear()
        self.sun(3)
        until(self.samples, 10, "a sample of a clock that was right")
        self.home.stop()
        self.timedate.synchronised = False
        self.home.start()
        time.sleep(1.1)
        self.measure(4)
        self.home.kill()
        self.home.start()
        time.sleep(1.1)
        self.measure(5)
        self.home.wait(3600)  # somebody sets it, and it is wrong still
        time.sleep(1.1)
        self.measure(6)
        before, samples = self.light_at(), self.samples()
        self.assertGreater(before[2] - before[1], 3500)
        self.assertEqual(self.home.status()["date"], "2026-06-14")
        self.set_clock(self.home.now() + 2 * 86400)
        until(lambda: self.light_at() != before, 10, "other dates")
        moved = [after - then for after, then in zip(self.light_at(), before)]
        for step, wanted in zip(moved, (2 * 86400 + 3600, 2 * 86400 + 3600, 2 * 86400)):
            self.assertAlmostEqual(step, wanted, delta=3)
        self.assertEqual(self.samples(), samples)
        self.assertEqual(self.home.rebuilt(), 0)
        self.set_clock(self.home.now() + 86400)  # nothing is in doubt any more
        self.home.status()
        self.assertEqual([after - then for after, then in zip(self.light_at(), before)], moved)

    def test_what_is_in_doubt_is_remembered_by_a_daemon_that_is_confined(self):
        """As it is installed: it may not look into /proc."""
        self.home = Household(PROGRAMS)
        self.addCleanup(self.home.close)
        self.timedate = Timedate(self.home)
        self.addCleanup(self.timedate.bus.close_sync, None)
        self.home.environment["CALCIFERD_CONFINE"] = "yes"
        self.home.environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        self.home.start()
        self.sim = self.home.simulator.control
        self.home.ctl("products", "add", "d3", "d3=1000IU")
        self.home.ctl("log", "take", "d3")
        self.wear()
        self.measure(3)
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot_id = file.read().strip()
        with sqlite3.connect(self.home.ledger) as ledger:
            values = dict(ledger.execute("SELECT key, value FROM memory WHERE key IN ('doubts', 'eras')"))
        self.assertEqual({key: value.split("\n")[0] for key, value in values.items()},
                         {"doubts": boot_id, "eras": boot_id})

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
