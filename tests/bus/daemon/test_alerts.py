#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Alerts through the whole daemon to the bubbles of a notification server, and what is clicked on them."""

import json
import os
import struct
import sys
import tempfile
import time
import unittest
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

NOTIFY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "notify")
sys.path.insert(0, NOTIFY)

from fake import DISMISSED, EXPIRED, NAME, Server  # noqa: E402
from harness import Bus  # noqa: E402
from household import Household, options, programs_of, pump, until  # noqa: E402

TAG = "C0:FF:EE:00:00:01"
WORN = 2
LOW, NORMAL, CRITICAL = "byte 0x00", "byte 0x01", "byte 0x02"
DAY_S = 86400


def local(hour, minute=0, month=None, day=1):
    """The next such wall clock reading in Berlin, tomorrow at the earliest; or of that day of the year."""
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    if month is None:
        at = now + timedelta(days=1)
    else:
        at = now.replace(year=now.year + 1, month=month, day=day)
    return at.replace(hour=hour, minute=minute, second=0, microsecond=0).timestamp()


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Alerts(unittest.TestCase):
    """Ten in the morning: no quiet hours, and a day before and behind us."""

    at = (10, 0)
    simulator = False

    def now(self):
        return local(*self.at)

    def setUp(self):
        self.home = Household(PROGRAMS, simulator=self.simulator, at=self.now())
        self.addCleanup(self.home.close)
        self.server = None
        self.serve()
        self.home.start()
        self.ctl = self.home.ctl
        self.ctl("profile", "set", "birth-year", "1980", "--since", "always")

    def serve(self):
        self.server = Server(self.home.session_bus)
        self.addCleanup(lambda server=self.server: server.connection.is_closed() or server.die())

    def bubble(self, word, what=None):
        """Waits for a bubble on the screen whose summary or body holds the word: (id, bubble)."""
        def look():
            return next(((number, bubble) for number, bubble in self.server.screen.items()
                         if word in bubble.summary + "\n" + bubble.body), None)
        return until(look, 10, what or f"a bubble that says '{word}' (there are {self.server.summaries()})")

    def settled(self, seconds=0.7):
        """What is on the screen when nothing more comes: an answer was had, and a moment passed."""
        self.home.status()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pump()
            time.sleep(0.02)
        return self.server.summaries()

    def later(self, wait):
        """Time passes, and something happens by which the daemon notices."""
        self.home.wait(wait)
        self.ctl("log", "food", "salmon", "1g")

    def restart(self, wait=0):
        self.home.kill()
        self.server.screen.clear()  # as servers do, or not: nobody withdraws what a dead process showed
        self.home.wait(wait)
        self.home.start()

    def supplement(self):
        return self.home.status()["vitamin_d"]["supplement_iu"]


class BubblesADay(Alerts):
    def test_a_restart_begins_no_new_count(self):
        os.makedirs(os.path.dirname(self.home.settings), exist_ok=True)
        with open(self.home.settings, "w", encoding="utf-8") as file:
            file.write("[Alerts]\nBubblesPerDay=1\n")
        self.home.call("Service1", "Reload", None)
        self.ctl("products", "add", "mg", "magnesium=1000mg")
        self.ctl("products", "add", "ca", "calcium=1900mg")
        self.ctl("log", "take", "mg", "3")
        self.bubble("agnesium")
        self.restart()
        self.ctl("log", "take", "ca", "10")
        until(lambda: "ca-high" in self.home.alerts(), what="the second warning")
        self.assertEqual([text for text in self.settled() if "alcium" in text], [])
        self.later(DAY_S)
        self.bubble("alcium")


class Overdose(Alerts):
    def overdose(self):
        self.ctl("products", "add", "huge", "d=20000IU")
        self.ctl("log", "take", "huge")
        return self.bubble("20000 IU")

    def test_one_bubble_of_the_right_urgency(self):
        _, bubble = self.overdose()
        self.assertEqual(bubble.hints["urgency"], CRITICAL)
        self.assertIn("default", bubble.keys())
        self.assertIn("snooze", bubble.keys())
        self.assertNotIn("taken", bubble.keys())
        alert = self.home.alerts()["d-very-high"]
        self.assertEqual(alert["severity"], "critical")
        self.settled()
        self.assertEqual([shown.summary for shown in self.server.notified], [bubble.summary])

    def test_undo_withdraws_it(self):
        number, _ = self.overdose()
        self.ctl("undo")
        until(lambda: number not in self.server.screen, what="the withdrawal")
        self.assertIn(number, self.server.closed)
        self.assertNotIn("d-very-high", self.home.alerts())

    def test_dismissed_is_remembered_after_kill(self):
        number, _ = self.overdose()
        self.server.close(number, DISMISSED)
        self.assertEqual(self.settled(), [])
        self.restart(wait=DAY_S + 3600)  # the quiet time of what was only shown is over
        self.assertIn("d-very-high", self.home.alerts())
        self.assertEqual(self.settled(), [])

    def test_dismissed_after_it_was_snoozed(self):
        number, _ = self.overdose()
        self.server.press(number, "snooze")
        until(lambda: number not in self.server.screen, what="the withdrawal")
        self.later(3700)
        number, _ = self.bubble("20000 IU")
        self.server.close(number, DISMISSED)
        self.assertEqual(self.settled(), [])
        self.restart(wait=DAY_S + 3600)
        self.assertIn("d-very-high", self.home.alerts())
        self.assertEqual(self.settled(), [])

    def test_expired_is_not_dismissed(self):
        """It left the screen by itself: shown again when its quiet time is over, not sooner."""
        number, _ = self.overdose()
        self.server.close(number, EXPIRED)
        self.assertEqual(self.settled(), [])
        self.restart(wait=DAY_S - 3600)
        self.assertIn("d-very-high", self.home.alerts())
        self.assertEqual(self.settled(), [])
        self.restart(wait=2 * 3600)
        self.bubble("20000 IU")

    def test_snoozed_comes_back(self):
        number, _ = self.overdose()
        self.server.press(number, "snooze")
        until(lambda: number not in self.server.screen, what="the withdrawal")
        self.later(3000)
        self.assertEqual(self.settled(), [])
        self.later(700)
        self.bubble("20000 IU")

    def test_snoozed_comes_back_after_kill(self):
        number, _ = self.overdose()
        self.server.press(number, "snooze")
        until(lambda: number not in self.server.screen, what="the withdrawal")
        self.restart(wait=3000)
        self.assertEqual(self.settled(), [])
        self.restart(wait=700)
        self.bubble("20000 IU")

    def said_of_overdose(self):
        alert = self.home.alerts()["d-very-high"]
        return alert["state"], alert["until"] is not None

    def test_snooze_and_dismiss_from_the_command_line(self):
        number, _ = self.overdose()
        self.assertEqual(self.said_of_overdose(), ("shown", False))
        self.ctl("alerts", "snooze", self.home.alerts()["d-very-high"]["id"], "30m")
        self.assertEqual(self.said_of_overdose(), ("snoozed", True))
        self.assertRegex(self.home.ctl("alerts"), r"\bd-very-high since \S+, snoozed until \d\d:\d\d: ")
        until(lambda: number not in self.server.screen, what="the withdrawal")
        self.restart(wait=1900)
        number, _ = self.bubble("20000 IU")
        self.ctl("alerts", "dismiss", self.home.alerts()["d-very-high"]["id"])
        self.assertEqual(self.said_of_overdose(), ("dismissed", False))
        self.assertRegex(self.home.ctl("alerts"), r"\bd-very-high since \S+, dismissed: ")
        until(lambda: number not in self.server.screen, what="the withdrawal")
        self.restart(wait=1900)
        self.assertEqual(self.settled(), [])

    def test_the_click_on_it_explains_and_never_writes(self):
        number, _ = self.overdose()
        newest = self.home.call("Ledger1", "GetNewest", None)[0]
        self.server.press(number, "default")
        until(lambda: len(self.server.notified) > 1, what="the explanation")
        self.assertEqual(self.server.notified[-1].hints["urgency"], LOW)
        self.assertIn("20000", self.server.notified[-1].body)
        self.settled()
        self.assertEqual(self.home.call("Ledger1", "GetNewest", None)[0], newest)
        self.assertEqual(self.supplement(), 20000)
        self.assertIn("d-very-high", self.home.alerts())

    def test_server_comes_later(self):
        self.server.die()
        self.ctl("products", "add", "huge", "d=20000IU")
        self.ctl("log", "take", "huge")
        self.assertIn("d-very-high", self.home.alerts())
        self.serve()
        _, bubble = self.bubble("20000 IU")
        self.assertEqual(bubble.hints["urgency"], CRITICAL)

    def test_server_goes_and_another_comes(self):
        self.overdose()
        self.server.die()
        self.serve()
        self.bubble("20000 IU")
        self.assertEqual(len(self.settled()), 1)


class Activation(unittest.TestCase):
    """A server that the bus can start, and that nobody started yet."""

    def test_a_server_is_started_for_the_first_alert(self):
        with tempfile.TemporaryDirectory() as folder:
            started, program = os.path.join(folder, "started"), os.path.join(NOTIFY, "fake.py")
            session = Bus(services={NAME: f"{sys.executable} {program} {started}"})
            with Household(PROGRAMS, simulator=False, at=local(10), session=session) as home:
                home.start()
                home.ctl("products", "add", "huge", "d=20000IU")
                self.assertFalse(os.path.exists(started))
                home.ctl("log", "take", "huge")
                until(lambda: os.path.exists(started), what="the start of the server")
                until(lambda: os.path.exists(started + ".screen") and "vitamin D" in read(started + ".screen"),
                      what="the bubble")


class Missed(Alerts):
    at = (8, 0)

    def setUp(self):
        super().setUp()
        self.ctl("products", "add", "d3k2", "d3=2000IU", "mk7=100ug", "at=08:30")
        self.restart()
        self.assertEqual(self.settled(), [])

    def missed(self, wait=2 * 3600):
        self.restart(wait)
        return self.bubble("d3k2")

    def test_not_before_an_hour(self):
        self.restart(wait=80 * 60)
        self.assertEqual(self.settled(), [])
        self.restart(wait=15 * 60)
        self.bubble("d3k2")

    def test_taken_counts_once_and_can_be_undone(self):
        number, bubble = self.missed()
        self.assertEqual(bubble.hints["urgency"], NORMAL)
        self.assertEqual(self.supplement(), 0)
        self.server.press(number, "taken")
        self.server.close(number, DISMISSED)  # as servers do, after an action
        confirmation, shown = until(lambda: next(((number, bubble) for number, bubble in self.server.screen.items()
                                                  if "undo" in bubble.keys()), None), 10, "the confirmation")
        self.assertIn("d3k2", shown.summary + shown.body)
        self.assertEqual(shown.hints["urgency"], LOW)
        self.assertEqual(self.supplement(), 2000)
        self.assertNotIn("intake-missed", self.home.alerts())
        self.assertEqual([event["kind"] for event in self.events() if event["kind"] == "take"], ["take"])
        self.server.press(confirmation, "undo")
        self.server.close(confirmation, DISMISSED)
        until(lambda: self.supplement() == 0, what="the undo")
        self.assertIn("intake-missed", self.home.alerts())

    def events(self):
        now = int(self.home.now())
        return self.home.call("Ledger1", "GetEvents", "(xxsu)", now - DAY_S, now + 60, "", 1000)[0]

    def test_taken_twice_counts_once(self):
        number, _ = self.missed()
        self.server.press(number, "taken")
        self.server.press(number, "taken")
        until(lambda: self.supplement() > 0, what="the intake")
        self.settled()
        self.assertEqual(self.supplement(), 2000)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_the_click_on_it_is_no_intake(self):
        number, _ = self.missed()
        self.server.press(number, "default")
        self.settled()
        self.assertEqual(self.supplement(), 0)
        self.assertIn("intake-missed", self.home.alerts())

    def test_what_was_not_offered_is_no_intake(self):
        number, _ = self.missed()
        self.server.press(number, "second")
        self.settled()
        self.assertEqual(self.supplement(), 0)

    def test_taken_by_hand_withdraws_it(self):
        number, _ = self.missed()
        self.ctl("log", "take", "d3k2", "--at", datetime.fromtimestamp(self.home.now() - 3600).astimezone()
                 .isoformat(timespec="minutes"))
        until(lambda: number not in self.server.screen, what="the withdrawal")
        self.assertNotIn("intake-missed", self.home.alerts())


class QuietHours(Alerts):
    at = (21, 0)

    def test_a_missed_dose_waits_for_the_morning(self):
        self.ctl("products", "add", "d3k2", "d3=2000IU", "at=21:30")
        self.restart(wait=2 * 3600)
        self.assertIn("intake-missed", self.home.alerts())
        self.assertEqual(self.settled(), [])
        self.restart(wait=8 * 3600 + 300)
        self.bubble("d3k2")


class Sun(Alerts):
    """Noon in June in Berlin."""

    at = (13, 0, 6, 20)
    simulator = True

    def setUp(self):
        super().setUp()
        self.ctl("profile", "set", "phototype", "2", "--since", "always")
        self.ctl("profile", "set", "place", "52.5,13.4", "--since", "always")
        self.sim = self.home.simulator.control
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True, name="Sun tag"))
        self.ctl("tags", "adopt", TAG)
        self.until_end = int(self.home.now()) - 1700

    def shine(self, minutes, index):
        self.sim.Uv(TAG, self.until_end, 60 * minutes, index, index, WORN)
        self.until_end += 60 * minutes

    def fraction(self):
        return self.home.status()["erythema"]["med_fraction"]

    def test_half_near_burn(self):
        said = []
        for code, floor, urgency in (("sun-half", 0.5, NORMAL), ("sun-near", 0.8, NORMAL), ("sun-burn", 1.0, CRITICAL)):
            for _ in range(12):
                if self.fraction() >= floor:
                    break
                before = self.fraction()
                self.shine(2, 8)
                until(lambda: self.fraction() > before, 20, "the record")
            until(lambda: code in self.home.alerts(), 10, code)
            alert = self.home.alerts()[code]
            bubble = until(lambda: next((bubble for bubble in self.server.screen.values()
                                         if alert["text"].startswith(bubble.summary)), None), 10, f"a bubble of {code}")
            self.assertEqual(bubble.hints["urgency"], urgency, (code, alert))
            said.append(bubble.summary)
            self.assertEqual({other for other in self.home.alerts() if other in ("sun-half", "sun-near", "sun-burn")},
                             {code})
            until(lambda: not set(said[:-1]) & set(self.server.summaries()), 5, "the end of the milder bubble")
        self.assertEqual(len(set(said)), 3)

    def test_no_bubble_for_what_is_past(self):
        self.until_end -= 3 * 3600
        self.shine(60, 8)
        until(lambda: "sun-burn" in self.home.alerts(), 20, "the alert")
        self.assertEqual(self.home.alerts()["sun-burn"]["severity"], "information")
        self.assertEqual(self.settled(), [])

    def test_a_late_record_corrects_its_day_and_raises_nothing(self):
        self.until_end -= 3 * 86400
        date = time.strftime("%Y-%m-%d", time.gmtime(self.until_end))
        before, screen, alerts = self.home.status("--date", date), self.settled(), set(self.home.alerts())
        self.shine(60, 8)
        until(lambda: self.home.status("--date", date)["erythema"]["med_fraction"] > 1, 20, "the record")
        after = self.home.status("--date", date)
        self.assertGreater(after["vitamin_d"]["sun_iu"], before["vitamin_d"]["sun_iu"] + 500)
        self.assertGreater(after["serum"]["nmol_l"], before["serum"]["nmol_l"] or 50)
        self.assertEqual((self.settled(), set(self.home.alerts())), (screen, alerts))
        self.assertEqual(self.home.rebuilt(), 0)

    def test_battery(self):
        self.sim.Battery(TAG, 50)
        until(lambda: self.home.tag(TAG)["battery"] == 50, 15, "the battery")
        self.assertNotIn("tag-battery", self.home.alerts())
        self.sim.Battery(TAG, 5)
        _, bubble = self.bubble("Sun tag")
        self.assertEqual(bubble.hints["urgency"], NORMAL)
        self.assertIn("5 %", bubble.summary + bubble.body)
        self.assertEqual(self.home.alerts()["tag-battery"]["severity"], "notice")


class WithATag(Alerts):
    simulator = True

    def setUp(self):
        super().setUp()
        self.sim = self.home.simulator.control

    def look_again(self, seconds):
        """Time passes, and the daemon is made to look without anything having happened."""
        self.home.wait(seconds)
        self.ctl("profile", "set", "threshold.tag-silent", "24")

    def adopt(self):
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True, name="Sun tag"))
        self.ctl("tags", "adopt", TAG)


class Mended(WithATag):
    """What a tag needs of its owner: pairing anew, or a clock."""

    def test_a_bond_that_the_tag_forgot(self):
        self.adopt()
        until(lambda: not self.home.tag(TAG)["why"], 20, "the link")
        self.sim.Fault(TAG, "forget-bond", 1)
        self.sim.CutLink(TAG)
        until(lambda: "forgotten the bond" in (self.home.tag(TAG)["why"] or ""), 60, "the complaint")
        self.assertNotIn("tag-bond", self.home.alerts())
        self.look_again(61)
        _, bubble = self.bubble("The bond with Sun tag is lost")
        self.assertEqual(bubble.hints["urgency"], NORMAL)
        self.assertIn(f"calciferctl tags adopt {TAG}", bubble.body)
        alert = self.home.alerts()["tag-bond"]
        self.assertEqual(alert["severity"], "notice")
        self.assertIn("breaks each connection", self.ctl("explain", alert["id"]).replace("\n", " "))
        self.assertEqual(self.home.read_log().count("the bond is lost"), 1)
        self.sim.SetInRange(TAG, False)  # nobody can tell now: it stands
        self.look_again(600)
        self.assertIn("tag-bond", self.home.alerts())
        self.ctl("tags", "forget", TAG)
        self.sim.SetInRange(TAG, True)
        until(lambda: "tag-bond" not in self.home.alerts(), 10, "the end of the alert")
        until(lambda: not self.server.screen, 10, "the withdrawal")
        self.sim.SetPairing(TAG, True)
        self.ctl("tags", "adopt", TAG)
        self.look_again(120)
        self.assertNotIn("tag-bond", self.home.alerts())

    def test_records_without_a_date(self):
        self.adopt()
        self.sim.Raw(TAG, struct.pack("<IIHBB8s", 0, 100, 7, 2, 0, bytes([1, 1])))  # a start in which nobody set its clock
        until(lambda: self.home.tag(TAG)["undated"] == 1, 15, "the record")
        self.look_again(3500)
        self.assertNotIn("tag-clock", self.home.alerts())
        self.look_again(200)
        _, bubble = self.bubble("The clock of Sun tag")
        self.assertIn("1 record of it has no date and counts nothing", bubble.body)
        self.assertIn(f"calciferctl tags date {TAG}", bubble.body)
        self.assertIn("Records without a date: 1.", self.ctl("explain", "tag-clock"))
        run = json.loads(self.ctl("tags", "date", TAG, "--json"))[0]
        self.ctl("tags", "date", TAG, run["run"], run["before"])
        until(lambda: "tag-clock" not in self.home.alerts(), 10, "the end of the alert")
        until(lambda: not self.server.screen, 10, "the withdrawal")


class Unbelievable(WithATag):
    """The machine believes that it is 2020, before this program was."""

    def now(self):
        return 1591000000  # 2020-06-01 10:26 in Berlin

    def test_a_clock_that_is_left_alone(self):
        self.adopt()
        until(lambda: "left alone" in (self.home.tag(TAG)["why"] or ""), 20, "the complaint")
        self.assertNotIn("tag-clock", self.home.alerts())
        self.look_again(3700)
        _, bubble = self.bubble("The clock of Sun tag")
        self.assertIn("timedatectl set-ntp true", bubble.body)
        self.assertNotIn("no date", bubble.body)


class Night(Alerts):
    """A tag that was out all day comes home after sunset, and before the quiet hours would keep anything back."""

    at = (21, 45, 6, 20)
    simulator = True

    def test_a_backlog_raises_an_information_and_no_bubble(self):
        sim = self.home.simulator.control
        self.ctl("profile", "set", "phototype", "2", "--since", "always")
        self.ctl("profile", "set", "place", "52.5,13.4", "--since", "always")
        sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True, name="Sun tag"))
        noon = int(self.home.now()) - 9 * 3600
        for minute in range(0, 120, 2):
            sim.Uv(TAG, noon + 60 * minute, 120, 7, 7, WORN)
        self.ctl("tags", "adopt", TAG)
        until(lambda: self.home.tag(TAG)["received"] >= 60, 30, "the backlog")
        alert = until(lambda: self.home.alerts().get("sun-burn"), 20, "the alert")
        self.assertEqual(alert["severity"], "information")
        self.assertIn("Today's sun came to", alert["text"])
        self.assertGreater(self.home.status()["erythema"]["med_fraction"], 1)
        self.assertEqual(self.settled(), [])
        self.assertEqual([bubble.summary for bubble in self.server.notified], [])
        self.restart(wait=300)  # nor when the daemon begins anew
        self.assertEqual(self.settled(), [])
        self.assertEqual(self.home.alerts()["sun-burn"]["severity"], "information")


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
