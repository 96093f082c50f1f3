#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the model says of a day when it is asked: the plan, and the way from light to vitamin D."""

import datetime
import json
import math
import os
import re
import struct
import sys
import unittest

from household import Household, programs_of

ROOT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "..")
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

    def bring(self, *lines):
        """By an import."""
        file = os.path.join(self.home.home, "lines")
        with open(file, "w", encoding="utf-8") as text:
            text.write("".join(json.dumps(line) + "\n" for line in lines))
        self.home.ctl("import", file)

    def record(self, flags=3, uvi=6):
        """An hour at noon of the day before, from a tag."""
        at = MORNING - 19 * 3600
        raw = struct.pack("<IIHBBHHHH", 7, at, 1, 1, flags, 3600, 100 * uvi, 100 * uvi, 0)
        self.bring({"kind": "record", "address": "C0:FF:EE:00:00:01", "log": "00AB12CD", "raw": raw.hex()})

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
        self.assertAlmostEqual(winter["noon_vitd_uvi"], winter["vitd_uvi"], places=5)
        self.assertIn("makes no vitamin D here on this day", self.home.ctl("plan", "--plain", "--date", "2026-12-21"))
        self.home.wait(14 * 3600)
        self.home.ctl("log", "done")
        evening = self.plan()
        self.assertGreater(evening["noon_vitd_uvi"], evening["least_vitd_uvi"])
        self.assertIn("makes no vitamin D here for the rest of this day", self.home.ctl("plan", "--plain"))
        self.assertIsNotNone(self.plan("--date", "2026-07-01")["makes_from"])
        self.assertEqual(self.home.run("plan", "--date", "1492-10-12").returncode, 1)
        self.assertEqual(self.home.run("plan", "--date", "soon").returncode, 1)
        self.assertEqual(self.home.run("plan", "now").returncode, 2)

    def test_an_ambient_tag_scales_today(self):
        self.somebody()
        clear, address = self.plan(), "C0:FF:EE:00:00:02"
        self.assertIsNone(clear["sky_ratio"])
        self.bring({"kind": "tag", "at": "2026-06-01T10:00:00Z", "name": address, "value": "bthome"},
                   {"kind": "role", "at": "2026-06-01T10:00:00Z", "name": address, "value": "ambient"},
                   {"kind": "sample", "at": "2026-06-15T05:55:00Z", "address": address, "uv_index": "1.1"})
        cloudy = self.plan()
        self.assertGreater(cloudy["sky_ratio"], 0.3)
        self.assertLess(cloudy["sky_ratio"], 0.95)
        self.assertAlmostEqual(cloudy["noon_uvi"], clear["noon_uvi"] * cloudy["sky_ratio"])
        self.assertGreater(cloudy["windows"][0]["gap_minutes"], clear["windows"][0]["gap_minutes"])
        self.assertIn("the sky that the ambient tag sees", self.home.ctl("plan", "--plain"))
        self.assertIsNone(self.plan("--date", "2026-06-16")["sky_ratio"])

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


class Status(Model):
    """What the day's own page says of how it was reckoned."""

    DAY = "2026-06-14"

    def told(self):
        return self.home.status("--date", self.DAY), self.home.ctl("status", "--plain", "--date", self.DAY)

    def test_a_saturated_sensor_makes_a_lower_bound(self):
        self.somebody()
        self.record(flags=3)
        day, text = self.told()
        self.assertGreater(day["vitamin_d"]["sun_iu"], 0)
        self.assertIs(day["sun_lower_bound"], False)
        self.assertNotIn("at least", text)

    def test_and_says_so(self):
        self.somebody()
        self.record(flags=7)
        day, text = self.told()
        self.assertIs(day["sun_lower_bound"], True)
        self.assertIn("the sun brought at least that", text)
        self.assertRegex(text, r"Sunburn: at least \d+ % of a burn")
        plan, words = self.plan("--date", self.DAY), self.home.ctl("plan", "--plain", "--date", self.DAY)
        self.assertEqual((plan["sun_lower_bound"], plan["advice"]), (True, "saturated"))
        self.assertEqual((plan["windows"], plan["most_minutes"]), ([], None))
        self.assertRegex(words, r"Sunburn: at least \d+ %")
        self.assertIn("half a burn may be reached already", words)
        self.assertNotIn(" min ", words)
        self.assertEqual(self.plan()["advice"], "given")  # of the day after
        self.assertIn("the sun was at least that", self.home.ctl("explain", self.DAY))
        self.assertIs(json.loads(self.home.ctl("explain", self.DAY, "--json"))["sun_lower_bound"], True)

    def blood(self, *words):
        serum = self.home.status(*words)["serum"]
        return [round(serum[name], 1) for name in ("low", "nmol_l", "high")]

    def test_blood(self):
        """Without any data a stated default; by weight class; and from a laboratory value on."""
        self.home.ctl("log", "done")
        self.assertEqual(self.blood(), [25, 50, 75])
        self.profile(weight_class="obese")
        self.assertEqual(self.blood(), [5, 30, 55])
        self.home.ctl("log", "lab", "80nmol/L", "--at", self.DAY + " 09:00")
        self.assertEqual(self.blood("--date", self.DAY), [72, 80, 88])
        low, best, high = self.blood()
        self.assertAlmostEqual(best, 80, delta=0.1)
        self.assertGreater(high - low, 16.1)
        self.assertLess(high - low, 18)

    def test_which_place(self):
        self.assertEqual(self.home.status()["place"], "city")
        self.assertIn("the time zone's city", self.home.ctl("status"))
        self.somebody()
        self.assertEqual(self.home.status()["place"], "known")
        self.assertNotIn("Place:", self.home.ctl("status"))

    def test_a_zone_without_a_city(self):
        with Household(PROGRAMS, simulator=False, zone="Etc/GMT-3", at=MORNING) as home:
            home.start()
            self.assertEqual(home.status()["place"], "guess")
            self.assertIn("is a guess", home.ctl("status", "--plain"))
            self.assertEqual(json.loads(home.ctl("plan", "--json"))["place"], "guess")


class Explain(Model):
    DAY = "2026-06-14"

    def a_day(self):
        """By hand, some under sunscreen, some on other skin, with food."""
        self.somebody()
        ctl = self.home.ctl
        ctl("wear", "tshirt-shorts", "--spf", "20", "--at", self.DAY + " 12:50")
        ctl("log", "sun", "20", "--uvi", "4.5", "--at", self.DAY + " 10:00")
        ctl("log", "sun", "50", "--sky", "scattered", "--at", self.DAY + " 12:40")
        ctl("log", "sun", "12", "--sky", "0.5", "--wearing", "swimwear", "--at", self.DAY + " 16:00")
        ctl("log", "food", "egg", "50g", "--at", self.DAY + " 08:00")

    def test_the_numbers_printed_come_to_the_status(self):
        self.a_day()
        day = self.home.status("--date", self.DAY)["vitamin_d"]
        linear = minutes = erythemal = 0
        text = self.home.ctl("explain", self.DAY, "--plain")
        rows = re.findall(r"H_E = 1\.5 x (\S+) min x UVI (\S+) = (\S+) J/m2\n"
                          r"  H_D = 1\.5 x (\S+) min x UVI (\S+) x R (\S+) x 0\.45 \(an upright body\) = (\S+) J/m2\n"
                          r"  IU = 1000 x (\S+) / (\S+) \(SDD\) x bare (\S+) / 0\.25 x age (\S+) x sunscreen (\S+) = (\S+)",
                          text)
        self.assertGreaterEqual(len(rows), 8, text)
        for row in rows:
            (min_e, uvi, h_e, min_d, believed, ratio, h_d, of, sdd, area, age, through, iu) = map(float, row)
            self.assertAlmostEqual(1.5 * min_e * uvi, h_e, delta=2e-3 + 1e-4 * h_e)
            self.assertAlmostEqual(1.5 * min_d * believed * ratio * 0.45, h_d, delta=2e-3 + 1e-4 * h_d)
            self.assertAlmostEqual(1000 * of / sdd * area / 0.25 * age * through, iu, delta=2e-2 + 3e-4 * iu)
            linear += 1000 * 1.5 * min_d * believed * ratio * 0.45 / sdd * area / 0.25 * age * through
            minutes += min_e
            erythemal += h_e
        self.assertAlmostEqual(minutes, 82, places=2)
        ceiling = float(re.search(r"Saturation: (\S+) x", text)[1])
        self.assertAlmostEqual(ceiling, 20000 * 0.85 * 0.66, places=1)
        sun = ceiling * (1 - math.exp(-linear / ceiling))
        self.assertAlmostEqual(sun, day["sun_iu"], delta=1e-3 * sun)
        self.assertAlmostEqual(sun + 41, day["total_iu"], delta=1e-3 * day["total_iu"])
        self.assertAlmostEqual(erythemal, 100 * self.home.status("--date", self.DAY)["erythema"]["sed"], delta=0.05)

    def test_a_reading_that_is_not_believed(self):
        """A tag's: it says that less is believed for vitamin D, and burns as it was read."""
        self.somebody()
        self.record(uvi=12)
        text = self.home.ctl("explain", self.DAY, "--plain")
        rows = re.findall(r"H_E = 1\.5 x (\S+) min x UVI 12\.0000 = (\S+) J/m2\n"
                          r"  more than a clear sky can give there: for vitamin D UVI (\S+) is believed\n"
                          r"  H_D = 1\.5 x \S+ min x UVI (\S+) x R (\S+) = (\S+) J/m2\n", text)
        self.assertEqual(len(rows), 4, text)
        for minutes, h_e, said, believed, ratio, h_d in (map(float, row) for row in rows):
            self.assertAlmostEqual(1.5 * minutes * 12, h_e, places=2)
            self.assertEqual(said, believed)
            self.assertLess(believed, 10.5)
            self.assertAlmostEqual(1.5 * minutes * believed * ratio, h_d, delta=2e-3 + 1e-4 * h_d)

    def test_json_is_exact(self):
        self.a_day()
        day = self.home.status("--date", self.DAY)["vitamin_d"]
        steps = json.loads(self.home.ctl("explain", self.DAY, "--json"))
        for row in steps["rows"]:
            self.assertAlmostEqual(1.5 * row["minutes"] * row["uvi"], row["erythemal_j_m2"], places=9)
            self.assertAlmostEqual(1.5 * row["minutes"] * row["believed_uvi"] * row["ratio"] * row["plane"], row["vitd_j_m2"],
                                   places=9)
            self.assertAlmostEqual(1000 * row["vitd_j_m2"] / row["sdd_j_m2"] * row["area"] / 0.25 * row["age_factor"]
                                   * row["transmission"], row["iu_linear"], places=9)
        for name in ("erythemal_j_m2", "vitd_j_m2", "iu_linear"):
            self.assertAlmostEqual(sum(row[name] for row in steps["rows"]), steps[name], places=9)
        self.assertAlmostEqual(steps["ceiling_iu"] * (1 - math.exp(-steps["iu_linear"] / steps["ceiling_iu"])),
                               steps["sun_iu"], places=9)
        for name in ("sun_iu", "sun_iu_low", "sun_iu_high", "food_iu", "supplement_iu", "total_iu"):
            self.assertEqual(steps[name], day[name])

    def test_days_without_sun_and_words_that_are_none(self):
        self.assertIn("No sun is on record", self.home.ctl("explain", "today"))
        self.assertEqual(json.loads(self.home.ctl("explain", "today", "--json"))["rows"], [])
        self.assertEqual(self.home.run("explain", "2026-06-16").returncode, 1)
        self.assertEqual(self.home.run("explain").returncode, 2)


class Codes(Model):
    """What stands behind a code and a nutrient, whatever is raised."""

    MEMBERS = {"about", "kind", "severity", "raised", "id", "since", "value", "reference", "unit", "days", "known_days",
               "threshold", "threshold_unit", "text"}

    def explained(self, about):
        facts = json.loads(self.home.ctl("explain", about, "--json"))
        self.assertEqual(set(facts), self.MEMBERS)
        return facts

    def test_a_code_that_is_not_raised(self):
        self.home.ctl("profile", "set", "birth-year", "1940", "--since", "always")
        facts = self.explained("d-low")
        self.assertEqual((facts["about"], facts["kind"], facts["raised"], facts["severity"]),
                         ("d-low", "code", False, "notice"))
        self.assertEqual((facts["threshold"], facts["threshold_unit"]), (800, "IU"))
        for member in ("id", "since", "value", "reference", "unit", "days", "known_days"):
            self.assertIsNone(facts[member], member)
        self.assertIn("The threshold in force for you is 800 IU.", facts["text"])
        self.home.ctl("profile", "set", "threshold.d-low", "900IU")
        self.assertEqual(self.explained("d-low")["threshold"], 900)
        self.assertIsNone(self.explained("tag-bond")["threshold"])

    def test_a_code_that_is_raised(self):
        self.home.ctl("products", "add", "huge", "d=20000IU")
        self.home.ctl("log", "take", "huge")
        alert = self.home.alerts()["d-very-high"]
        facts = self.explained("d-very-high")
        self.assertEqual((facts["raised"], facts["severity"], facts["id"], facts["since"]),
                         (True, "critical", alert["id"], alert["since"]))
        self.assertEqual((facts["value"], facts["reference"], facts["unit"], facts["days"]), (20000, 10000, "IU", 1))
        self.assertIn("Found: 20000 IU, held against 10000 IU.", facts["text"])
        self.assertEqual(self.explained(alert["id"]), facts)
        self.assertEqual(self.home.call("Alerts1", "Explain", "(s)", "d-very-high")[0], facts["text"])

    def test_every_code_explains_itself(self):
        with open(os.path.join(ROOT, "lib", "balance", "code.c"), encoding="utf-8") as file:
            codes = re.findall(r'\{ CAL_CODE_\w+,\s*"([a-z0-9-]+)"', file.read())
        self.assertGreaterEqual(len(codes), 28)
        offered = self.home.ctl("complete", "explain", "").split()
        for code in codes:
            text = self.explained(code)["text"]
            self.assertRegex(text, "It is not raised now.|It is never said to you.")
            self.assertIn("Source: ", text)
            self.assertIn(code, offered)

    def test_nutrients_are_told_line_by_line(self):
        for about in ("k2", "d", "magnesium", "calcium", "vitamin-c", "balance"):
            facts = self.explained(about)
            self.assertEqual((facts["kind"], facts["about"], facts["raised"]), ("topic", about, None))
            self.assertEqual(self.home.ctl("explain", about, "--plain"), facts["text"])
            self.assertIn("eak evidence" if about != "d" else "Well founded", facts["text"])
            self.assertTrue(all(len(line) <= 80 for line in self.home.ctl("explain", about).splitlines()))
        self.assertEqual(self.explained("vitamin-d3")["about"], "d")
        self.assertEqual(self.home.run("explain", "zinc").returncode, 1)

    def test_nobody_on_warfarin_is_told_of_k2(self):
        self.assertIn("natto", self.home.ctl("explain", "k2"))
        self.home.ctl("profile", "set", "medicines", "warfarin")
        for about in ("k2", "balance", "calcium", "d-without-k2"):
            text = self.home.ctl("explain", about, "--plain")
            self.assertIn("ask the clinic that checks your INR", text)
            for word in ("natto", "cheese", "Knapen", "arteries and"):
                self.assertNotIn(word, text)
        self.home.ctl("profile", "set", "medicines", "apixaban")
        self.assertIn("none of its rules concern you", self.home.ctl("explain", "k2", "--plain"))


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
