#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Products and foods as a person keeps them: added, changed from now on, corrected for always, listed, logged."""

import json
import sys
import unittest

from household import Household, programs_of


class Catalog(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False, at=1780000000)  # 28 May 2026, 22:26 in Berlin
        self.addCleanup(self.home.close)
        self.home.start()
        self.ctl = self.home.ctl

    def supplement(self, *words):
        return self.home.status(*words)["vitamin_d"]["supplement_iu"]

    def product(self, name):
        return next(row for row in json.loads(self.ctl("products", "--json")) if row["name"] == name)


class Products(Catalog):
    def test_all_that_a_label_may_list(self):
        self.ctl("products", "add", "all", "d3=50µg", "k1=75mcg", "mk4=0.5mg", "mk7=100 µg", "magnesium=200mg",
                 "calcium=0,5g", "c=80mg", "zinc=10mg", "b12=2.5ug", "vitamin-e=12mg", "iodine=?", "on=mon,thu",
                 "at=08:00,20:00", "with=food")
        product = self.product("all")
        contents = {row["name"]: (row["amount"], row["unit"], row["ug"]) for row in product["contents"]}
        self.assertEqual(contents, {
            "d": (2000, "IU", 50), "calcium": (500, "mg", 500000), "magnesium": (200, "mg", 200000),
            "k1": (75, "ug", 75), "mk4": (500, "ug", 500), "mk7": (100, "ug", 100), "vitamin-c": (80, "mg", 80000),
            "zinc": (10, "mg", 10000), "b12": (2.5, "ug", 2.5), "vitamin-e": (12, "mg", 12000),
            "iodine": (None, None, None)})
        self.assertEqual((product["at"], product["on"], product["every_days"], product["with_food"], product["from"]),
                         (["08:00", "20:00"], ["mon", "thu"], 1, True, None))
        plain = self.ctl("products", "--plain")
        self.assertEqual(len(plain.splitlines()), 1)
        self.assertIn("d 2000 IU (50 ug)", plain)
        self.assertIn("zinc 10 mg", plain)
        self.assertIn("; at 08:00, 20:00; on mon, thu; with food", plain)

    def test_an_edit_holds_from_now_on(self):
        self.ctl("products", "add", "d", "d=1000IU", "mk7=100ug", "zinc=10mg")
        self.ctl("log", "take", "d")
        self.home.wait(60)
        sentence = self.ctl("products", "edit", "d", "d3=4000IU", "mk7=", "at=20:00")
        self.assertEqual(sentence, "product d: d=4000IU zinc=10mg at=20:00")
        self.assertEqual(self.supplement(), 1000)
        self.home.wait(3600 * 24)
        self.ctl("log", "take", "d")
        self.assertEqual(self.supplement(), 4000)
        self.assertEqual(self.supplement("--date", "2026-05-28"), 1000)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_a_correction_was_always_so(self):
        self.ctl("log", "food", "salmon", "100g", "--at", "2026-05-20 12:00")
        self.ctl("products", "add", "d", "d=1000IU", "mk7=10ug")
        self.ctl("log", "take", "d", "--at", "2026-05-20 12:00")  # before it was added: nobody knows what it held
        self.ctl("log", "take", "d")
        self.home.wait(24 * 3600)
        self.ctl("products", "edit", "d", "d=3000IU")
        self.home.wait(60)
        self.ctl("log", "take", "d")
        self.assertEqual([self.supplement("--date", day) for day in ("2026-05-20", "2026-05-28", "2026-05-29")],
                         [0, 1000, 3000])
        self.assertIn("calcium", self.home.status("--date", "2026-05-20")["unknown"])
        self.ctl("products", "correct", "d", "mk7=100ug", "at=08:00")
        k2 = [self.home.status("--date", day)["nutrients"]["k2"]["mk7"]
              for day in ("2026-05-20", "2026-05-28", "2026-05-29")]
        self.assertEqual(k2, [100, 100, 100])
        # What was not said stays: it held 1000 IU before it was changed.
        self.assertEqual([self.supplement("--date", day) for day in ("2026-05-20", "2026-05-28", "2026-05-29")],
                         [1000, 1000, 3000])
        self.assertEqual(self.product("d")["at"], ["08:00"])
        self.assertEqual(self.home.rebuilt(), 0)
        before = self.home.status("--date", "2026-05-28")
        self.home.kill()
        self.home.start()
        self.assertEqual(self.home.status("--date", "2026-05-28"), before)

    def test_refusals(self):
        self.ctl("products", "add", "d", "d=1000IU")
        before = self.product("d")
        for words, expected in [
                (["add", "d", "d=2000IU"], "products edit d"), (["edit", "x", "d=1IU"], "no product 'x'"),
                (["edit", "d", "d="], "serving holds"), (["add", "m", "magnesum=200mg"], "magnesium"),
                (["add", "z", "zinc=10"], "unit"), (["add", "z", "zinc=10ml"], "zinc=10mg"),
                (["add", "z", "zinc=10mg", "zinc=5mg"], "once"), (["correct", "d", "d=2.000IU"], "three digits"),
                (["add", "z", "d=1IU", "every=7d", "on=mon"], "either"), (["edit", "d", "on=someday"], "on=mon,thu")]:
            with self.subTest(words):
                self.assertIn(expected, self.ctl("products", *words, expect=1))
        self.assertEqual(self.product("d"), before)

    def test_json_of_what_is_entered(self):
        entered = json.loads(self.ctl("products", "add", "d", "d=1000IU", "--json"))
        self.assertEqual(set(entered), {"id", "sentence"})
        self.ctl("products", "edit", "d", "d=2000IU", "--json")
        json.loads(self.ctl("products", "remove", "d", "--json"))
        self.assertEqual(json.loads(self.ctl("products", "--json")), [])


class Foods(Catalog):
    def food(self):
        return self.home.status()["nutrients"]

    def test_as_people_say_it(self):
        for words, sentence in [(["salmon", "120g"], "ate 120g of salmon"), (["salmon 120g"], "ate 120g of salmon"),
                                (["2", "eggs"], "ate 100g of egg"), (["2 eggs"], "ate 100g of egg"),
                                (["natto", "1", "pack"], "ate 45g of natto"), (["natto 1 pack"], "ate 45g of natto"),
                                (["oats", "1", "cup"], "ate 156g of oats"), (["oats", "1 cup"], "ate 156g of oats"),
                                (["1", "handful", "of", "almonds"], "ate 28g of almonds"),
                                (["pepitas", "30g"], "ate 30g of pumpkin-seeds")]:
            with self.subTest(words):
                self.assertIn(sentence, self.ctl("log", "food", *words))
        self.assertAlmostEqual(self.food()["calcium"]["food"],
                               240 * .15 + 200 * .56 + 90 * 2.17 + 312 * .54 + 28 * 2.69 + 30 * .46, places=6)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_what_is_eaten_stays_what_it_was(self):
        """A food keeps its measures once its contents are in the ledger."""
        self.ctl("log", "food", "oats", "1", "cup")
        self.assertIn("ate 78g of oats", self.ctl("log", "food", "oats", "1/2", "cup"))
        oats = json.loads(self.ctl("foods", "search", "oats", "--json"))
        self.assertEqual([(food["own"], food["measures"]["cup"]) for food in oats if food["name"] == "oats"], [(True, 156)])

    def test_vitamin_c_counts_where_it_is_known(self):
        self.ctl("log", "food", "broccoli-raw", "100g")
        self.assertAlmostEqual(self.food()["vitamin_c"]["food"], 89.2)
        self.assertNotIn("vitamin-c", self.home.status()["unknown"])
        self.ctl("log", "food", "salmon", "100g")
        self.assertIn("vitamin-c", self.home.status()["unknown"])

    def test_did_you_mean(self):
        for words, expected in [(["log", "food", "salmn"], "did you mean salmon"),
                                (["log", "food", "brocoly", "100g"], "broccoli"),
                                (["log", "food", "spinach", "1", "can"], "cup"),
                                (["foods", "search", "almnods"], "almonds"),
                                (["foods", "search", "xyzzy"], "'calciferctl foods' lists all")]:
            with self.subTest(words):
                self.assertIn(expected, self.ctl(*words, expect=1))

    def test_lists(self):
        found = json.loads(self.ctl("foods", "search", "yolk", "--json"))
        self.assertEqual([food["name"] for food in found], ["egg-yolk"])
        self.assertEqual((found[0]["whole"], found[0]["own"], found[0]["vitamin_c"], found[0]["measures"]["piece"]),
                         (True, False, 0, 17))
        self.assertIn("yolk", found[0]["aliases"])
        plain = self.ctl("foods", "search", "pepitas", "--plain").splitlines()
        self.assertEqual(len(plain), 2)
        self.assertIn("pumpkin-seeds: portion 30 g", plain[0])


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
