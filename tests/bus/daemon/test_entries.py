#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Entries by hand: logged, undone, counted, refused; the same after a restart and equal to a rebuild."""

import json
import os
import sys
import unittest

from household import Household, programs_of


class Entries(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)
        self.home.start()

    def test_a_morning(self):
        ctl = self.home.ctl
        ctl("profile", "set", "birth-year", "1980", "--since", "always")
        ctl("products", "add", "d3k2", "d3=2000IU", "mk7=100ug")
        ctl("log", "take", "d3k2")
        ctl("log", "food", "salmon", "120g")
        ctl("log", "food", "2", "eggs")
        ctl("log", "sun", "20", "--uvi", "5", "--wearing", "tshirt-shorts", "--at", "2026-06-15 12:00")
        status = self.home.status()
        self.assertEqual(status["vitamin_d"]["supplement_iu"], 2000)
        # 120 g of salmon with 526 IU in 100 g, and two eggs of 50 g with 82 IU in 100 g.
        self.assertAlmostEqual(status["vitamin_d"]["food_iu"], 120 * 5.26 + 100 * 0.82, places=6)
        self.assertEqual(status["nutrients"]["k2"]["mk7"], 100)
        self.assertIsNone(status["nutrients"]["k2"]["target"])
        self.assertIn("mk7", status["unknown"])
        self.assertEqual(status["vitamin_d"]["target_iu"], 600)
        summer = self.home.status("--date", "2026-06-15")
        self.assertGreater(summer["vitamin_d"]["sun_iu"], 100)
        self.assertAlmostEqual(summer["vitamin_d"]["sun_iu_high"], 2 * summer["vitamin_d"]["sun_iu"])
        self.assertAlmostEqual(summer["erythema"]["sed"], 20 * 5 * 1.5 / 100)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_undo_and_its_undo(self):
        ctl = self.home.ctl
        ctl("products", "add", "d", "d=1000IU")
        ctl("log", "take", "d")
        ctl("log", "take", "d", "2")
        self.assertEqual(self.home.status()["vitamin_d"]["supplement_iu"], 3000)
        self.assertIn("took 2 of d", ctl("undo"))
        self.assertEqual(self.home.status()["vitamin_d"]["supplement_iu"], 1000)
        undone = self.home.call("Ledger1", "Undo", "(sa{sv})", self.newest_undo(), {})
        self.assertTrue(undone[0])
        self.assertEqual(self.home.status()["vitamin_d"]["supplement_iu"], 3000)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_wear_is_of_today(self):
        """Bare skin and sunscreen count from their time on, a set of one's own too, and undo takes the last back."""
        ctl = self.home.ctl
        day = "2026-06-15"
        for key, value in (("birth-year", "1990"), ("phototype", "3"), ("place", "45,9"), ("clothing", "face-hands"),
                           ("clothing.garden", "head,hands,forearms,lower-legs")):
            ctl("profile", "set", key, value, "--since", "always")
        for date in (day, "2026-06-16"):
            ctl("log", "sun", "10", "--uvi", "3", "--at", date + " 13:00")
        habit = self.home.status("--date", day)
        self.assertIn("wearing garden from then on", ctl("wear", "garden", "--at", day + " 12:00"))
        bare = self.home.status("--date", day)
        morrow = self.home.status("--date", "2026-06-16")
        self.assertAlmostEqual(morrow["vitamin_d"]["sun_iu"] / habit["vitamin_d"]["sun_iu"], 1, places=2)
        ratio = bare["vitamin_d"]["sun_iu"] / habit["vitamin_d"]["sun_iu"]
        self.assertGreater(ratio, 3.1)  # 7 + 5 + 6 + 14 % of the body for 10 %, and a higher ceiling
        self.assertLess(ratio, 3.25)
        self.assertIn("sunscreen of factor 27", ctl("wear", "garden", "--spf", "27", "--at", day + " 12:59"))
        screened = self.home.status("--date", day)
        self.assertLess(screened["vitamin_d"]["sun_iu"], bare["vitamin_d"]["sun_iu"] / 20)
        self.assertAlmostEqual(bare["erythema"]["med_fraction"] / screened["erythema"]["med_fraction"], 3, delta=0.1)
        self.assertIn("wearing garden and sunscreen", ctl("undo"))
        self.assertEqual(self.home.status("--date", day)["vitamin_d"], bare["vitamin_d"])
        for words, status in ((["wear", "armour"], 1), (["wear", "arms", "--spf", "0"], 1), (["wear", "arms", "--spf", "x"], 2),
                              (["wear"], 2)):
            self.assertEqual(self.home.run(*words).returncode, status, words)
        self.assertEqual(self.home.status("--date", day)["vitamin_d"], bare["vitamin_d"])
        self.assertEqual(self.home.rebuilt(), 0)

    def newest_undo(self):
        """The id of the undo is the ledger's newest: one behind the entry before it."""
        uuid, number = self.home.call("Ledger1", "GetNewest", None)[0].rsplit(":", 1)
        return f"{uuid}:{int(number) + 2}"

    def test_what_was_answered_is_there_after_kill(self):
        ctl = self.home.ctl
        ctl("products", "add", "d", "d=1000IU")
        for _ in range(5):
            ctl("log", "take", "d")
        before = self.home.status()
        self.home.kill()
        self.home.start()
        after = self.home.status()
        self.assertEqual(after["vitamin_d"], before["vitamin_d"])
        self.assertEqual(after["nutrients"], before["nutrients"])
        self.assertEqual(self.home.rebuilt(), 0)

    def test_past_days_and_profile_changes(self):
        ctl = self.home.ctl
        ctl("products", "add", "d", "d=1000IU")
        ctl("log", "food", "salmon", "100g", "--at", "2026-05-10 12:00")
        self.assertAlmostEqual(self.home.status("--date", "2026-05-10")["vitamin_d"]["food_iu"], 526)
        self.assertEqual(self.home.status()["vitamin_d"]["food_iu"], 0)
        ctl("log", "lab", "30ng/mL", "--at", "2026-05-01 09:00")
        serum = self.home.status("--date", "2026-05-01")["serum"]
        self.assertAlmostEqual(serum["nmol_l"], 74.88, places=6)
        self.assertLess(serum["low"], serum["nmol_l"])
        self.assertEqual(self.home.rebuilt(), 0)

    def test_what_one_always_was_can_be_said_of_the_past(self):
        ctl = self.home.ctl
        self.assertIn("--since always", ctl("profile", "set", "birth-year", "1980"))
        self.assertNotIn("--since always", ctl("profile", "set", "birth-year", "1980", "--since", "always"))
        self.assertNotIn("--since always", ctl("profile", "set", "spf", "30"))
        json.loads(ctl("profile", "set", "phototype", "2", "--json"))

    def test_the_list_has_what_undo_amend_and_forget_take(self):
        ctl = self.home.ctl
        ctl("products", "add", "d", "d=1000IU")
        self.assertIn("No entry counts", ctl("log"))
        day = ("--at", "2026-05-10 12:00")
        ids = [json.loads(ctl(*words, *day, "--json"))["id"] for words in
               (("log", "take", "d", "2"), ("log", "food", "salmon", "100g"), ("log", "sun", "20"), ("log", "lab", "30ng/mL"))]
        listed = json.loads(ctl("log", "--date", "2026-05-10", "--json"))
        self.assertEqual(sorted(entry["id"] for entry in listed), sorted(ids))
        self.assertIn({"id": ids[1], "at": "2026-05-10T12:00:00+02:00", "kind": "food", "name": "salmon", "value": "100g",
                       "address": None}, listed)
        numbers = [id.rpartition(":")[2] for id in ids]
        for columns in (40, 80):
            lines = self.home.shown(columns, "log", "--date", "2026-05-10").replace("\r", "").splitlines()
            self.assertLessEqual(max(map(len, lines)), columns)
            self.assertEqual(sorted(line.split()[0] for line in lines if line[5:6] == " " and line[3:4].isdigit()), sorted(numbers))
        plain = ctl("log", "--date", "2026-05-10", "--plain").splitlines()
        self.assertIn(f"{numbers[1]}: 10 May 12:00, food salmon 100g", plain)
        self.assertIn("took back: took 2 of d", ctl("undo", numbers[0]))
        self.assertIn("ate 80g of salmon on 2026-05-10 at 12:00", ctl("amend", numbers[1], "80g"))
        ctl("forget", numbers[2])
        left = [(entry["kind"], entry["value"]) for entry in json.loads(ctl("log", "--date", "2026-05-10", "--json"))]
        self.assertEqual(sorted(left), [("food", "80g"), ("lab", "30ng/mL")])
        self.assertIn("There is no entry", ctl("undo", "9" * 18, expect=1))
        ctl("undo", "9" * 30, expect=1)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_a_list_of_many_pages(self):
        """More than one call brings, all at one instant, is there once."""
        with open(os.path.join(self.home.home, "lines"), "w", encoding="utf-8") as file:
            for number in range(1500):
                file.write(json.dumps({"kind": "lab", "at": f"2026-05-10T{number // 100 + 1:02}:00:00Z",
                                       "value": f"{20 + number % 100}nmol/L"}) + "\n")
        self.home.ctl("import", file.name)
        ids = [entry["id"] for entry in json.loads(self.home.ctl("log", "--date", "2026-05-10", "--json"))]
        self.assertEqual((len(ids), len(set(ids))), (1500, 1500))
        # Of another ledger: no number alone.
        self.assertIn(ids[0], self.home.ctl("log", "--date", "2026-05-10"))

    def test_refusals_are_one_line_and_change_nothing(self):
        before = self.home.status()
        cases = [
            (["log", "take", "nothing"], 1), (["log", "food", "salmn"], 1), (["log", "food", "salmon", "12 bananas"], 1),
            (["log", "lab", "30"], 1), (["log", "lab", "30 pounds"], 1), (["log", "sun", "-5"], 1), (["log", "sun", "0"], 1),
            (["log", "sun", "30", "--uvi", "99"], 1), (["log", "take"], 2), (["lgo"], 2),
            (["products", "add", "x"], 2), (["products", "add", "x", "d=2.000IU"], 1),
            (["products", "add", "x", "unobtainium=5"], 1), (["products", "remove", "x"], 1),
            (["profile", "set", "phototype", "9"], 1), (["profile", "set", "shoe-size", "42"], 1),
            (["profile", "set", "place", "95,200"], 1), (["status", "--date", "soon"], 1),
            (["status", "--date", "2999-01-01"], 1), (["undo"], 1), (["undo", "nobody:1"], 1),
            (["tags", "map", "00:11:22:33:44:55", "1", "x"], 1), (["tags", "adopt", "here"], 1),
            (["alerts", "dismiss", "77"], 1), (["explain", "weather"], 1), (["log", "food", "salmon", "--at", "25:00"], 2),
            (["log", "take", "d", "--at", "2999-01-01 08:00"], 1), (["status", "--frobnicate"], 2),
        ]
        for words, status in cases:
            result = self.home.run(*words)
            self.assertEqual(result.returncode, status, (words, result.stderr, result.stdout))
            self.assertEqual(len(result.stderr.strip().splitlines()), 1, (words, result.stderr))
            self.assertNotIn("GDBus.Error", result.stderr)
        self.assertEqual(self.home.status(), before)

    def test_south_and_west_of_zero(self):
        self.home.ctl("profile", "set", "place", "-33.9,-18.4", "--since", "always")
        self.assertIn("-33.9,-18.4", self.home.ctl("profile"))

    def test_limits_are_those_the_bus_documents(self):
        self.home.ctl("products", "add", "d", "d=1IU", "at=08:00", "at=20:00,21:00")
        self.home.ctl("log", "take", "d", "100")
        self.home.ctl("log", "take", "d", "100.5", expect=1)
        self.home.ctl("log", "sun", "720", "--uvi", "0")
        self.home.ctl("log", "sun", "721", "--uvi", "0", expect=1)

    def test_status_has_every_member(self):
        status = self.home.status()
        self.assertEqual(set(status), {"date", "vitamin_d", "erythema", "nutrients", "serum", "sun_lower_bound", "place", "unknown",
                                       "place_service", "computing", "assumed", "alerts", "tags", "whole_foods", "means"})
        for mean in status["means"].values():
            self.assertEqual(set(mean), {"known_7", "known_days_7", "known_14", "known_days_14", "all_7", "all_14", "target",
                                         "limit", "unit"})
        self.assertEqual(set(status["vitamin_d"]), {"sun_iu", "sun_iu_low", "sun_iu_high", "food_iu", "supplement_iu",
                                                    "total_iu", "target_iu"})
        self.assertEqual(set(status["nutrients"]), {"calcium", "magnesium", "k1", "k2", "vitamin_c"})
        for name, nutrient in status["nutrients"].items():
            extra = {"mk4", "mk7", "other", "mk7_carried"} if name == "k2" else set()
            self.assertEqual(set(nutrient), {"food", "supplement", "total", "target", "unit"} | extra)
        self.assertEqual(set(status["serum"]), {"nmol_l", "low", "high"})
        self.assertIsNone(status["nutrients"]["vitamin_c"]["target"])

    def test_what_is_known_can_be_read(self):
        ctl = self.home.ctl
        ctl("products", "add", "d3k2", "d3=2000IU", "mk7=100ug", "at=08:00", "with=food")
        ctl("profile", "set", "phototype", "2")
        products = json.loads(ctl("products", "--json"))
        self.assertEqual([product["name"] for product in products], ["d3k2"])
        self.assertIn("at=08:00", products[0]["value"])
        self.assertEqual(json.loads(ctl("profile", "--json")), {"phototype": "2"})
        foods = {food["name"]: food for food in json.loads(ctl("foods", "--json"))}
        self.assertEqual(len(foods), 108)  # the rows of the installed table
        self.assertEqual(foods["salmon"]["d"], 526)
        self.assertIsNone(foods["salmon"]["mk7"])  # unknown, which is not 0
        self.assertIn("egg-yolk", ctl("foods", "search", "yolk"))
        explained = ctl("explain", "d-low")
        self.assertIn("reference intake", explained)
        self.assertIn("not a medical device", explained)

    def test_words_for_people(self):
        text = self.home.ctl("status", "--plain")
        self.assertIn("Vitamin D", text)
        self.assertNotIn("\033", text)
        self.assertIn("phototype", text)  # assumed, and how to set it


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
