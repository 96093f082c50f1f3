#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the model says of a day when it is asked: the plan, and the way from light to vitamin D."""

import datetime
import json
import sys
import unittest

from household import Household, programs_of

MORNING = int(datetime.datetime(2026, 6, 15, 6, 0, tzinfo=datetime.timezone.utc).timestamp())  # 08:00 in Berlin


class Model(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False, at=MORNING)
        self.addCleanup(self.home.close)
        self.home.start()

    def profile(self, **keys):
        for key, value in keys.items():
            self.home.ctl("profile", "set", key.replace("_", "-"), value, "--since", "always")

    def somebody(self):
        self.profile(birth_year="1985", phototype="2", place="52.5,13.4", clothing="arms")

    def plan(self, *words):
        return json.loads(self.home.ctl("plan", "--json", *words))

    def log_stay(self, begin, minutes):
        self.home.ctl("log", "sun", str(minutes), "--sky", "clear", "--at", begin)


class Plan(Model):
    def test_who_does_as_it_says_has_enough(self):
        self.somebody()
        plan = self.plan()
        self.assertEqual((plan["date"], plan["advice"], plan["place"]), ("2026-06-15", "given", "known"))
        self.assertEqual(plan["gap_iu"], 600)
        window = plan["windows"][0]
        self.assertGreaterEqual(window["from"], "2026-06-15T08:00")
        self.assertLess(window["gap_minutes"], window["half_med_minutes"])
        self.home.wait(11 * 3600)
        self.home.ctl("log", "done")  # any event makes the daemon look at the clock
        self.log_stay(window["best"], round(window["gap_minutes"], 2))
        status = self.home.status()
        self.assertAlmostEqual(status["vitamin_d"]["sun_iu"], 600, delta=6)
        self.assertLess(status["erythema"]["med_fraction"], 0.5)
        later = self.plan()
        self.assertLess(later["gap_iu"], 6)
        self.assertAlmostEqual(later["med_fraction"], status["erythema"]["med_fraction"])

    def test_a_day_of_winter_and_another_month(self):
        self.somebody()
        winter = self.plan("--date", "2026-12-21")
        self.assertEqual(winter["windows"], [])
        self.assertLess(winter["vitd_uvi"], winter["least_vitd_uvi"])
        self.assertIsNone(winter["makes_from"])
        self.assertIn("makes no vitamin D here", self.home.ctl("plan", "--plain", "--date", "2026-12-21"))
        self.assertIsNotNone(self.plan("--date", "2026-07-01")["makes_from"])
        self.assertEqual(self.home.run("plan", "--date", "1492-10-12").returncode, 1)
        self.assertEqual(self.home.run("plan", "--date", "soon").returncode, 1)
        self.assertEqual(self.home.run("plan", "now").returncode, 2)

    def test_no_minutes_before_skin_and_age_are_known(self):
        plan = self.plan()
        self.assertEqual((plan["advice"], plan["windows"], plan["most_minutes"]), ("unset", [], None))
        self.assertEqual(plan["place"], "city")
        self.assertIn("phototype", plan["assumed"])
        text = self.home.ctl("plan", "--plain")
        self.assertIn("profile set phototype", text)
        self.assertIn("time zone's city", text)
        self.assertNotIn(" min ", text)
        self.assertGreater(len(plan["foods"]), 0)

    def test_who_is_spoken_to_differently(self):
        self.somebody()
        self.profile(conditions="lupus")
        self.assertEqual(self.plan()["advice"], "no-sun")
        self.assertNotIn(" min ", self.home.ctl("plan", "--plain"))
        self.profile(conditions="kidney-disease")
        plan = self.plan()
        self.assertEqual((plan["advice"], plan["windows"], plan["foods"]), ("ask-kidney-team", [], []))
        self.assertIn("kidney team", self.home.ctl("plan"))

    def test_foods_of_habit_come_first(self):
        self.somebody()
        self.home.ctl("products", "add", "d", "d=500IU")
        self.home.ctl("log", "take", "d")
        self.home.ctl("log", "food", "egg", "1g")
        foods = self.plan()["foods"]
        self.assertEqual((foods[0]["name"], foods[0]["habit"]), ("egg", True))
        self.assertTrue(any(not food["habit"] for food in foods))
        self.assertIn("You eat it", self.home.ctl("plan", "--plain"))

    def test_words(self):
        self.somebody()
        lines = self.home.ctl("plan", "--plain").splitlines()
        self.assertTrue(any(line.startswith("Sun window: begin from") for line in lines), lines)
        self.assertTrue(all(line and "\033" not in line for line in lines))


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
