#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Products and foods as a person keeps them: added, changed from now on, corrected for always, listed, logged."""

import json
import os
import sqlite3
import struct
import sys
import unittest

from gi.repository import GLib
from household import Household, programs_of, until


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
        self.ctl("log", "take", "d", "--at", "2026-05-20 12:00")  # before it was added: it held the same
        self.ctl("log", "take", "d")
        self.home.wait(24 * 3600)
        self.ctl("products", "edit", "d", "d=3000IU")
        self.home.wait(60)
        self.ctl("log", "take", "d")
        self.assertEqual([self.supplement("--date", day) for day in ("2026-05-20", "2026-05-28", "2026-05-29")],
                         [1000, 1000, 3000])
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
        self.ctl("log", "food", "shiitake", "100g")
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


class OwnFoods(Catalog):
    def test_a_food_of_ones_own(self):
        self.ctl("foods", "add", "my bread", "per=50g", "magnesium=40mg", "calcium=10mg", "portion=25g")
        self.assertIn("ate 50g of my bread", self.ctl("log", "food", "2", "slices", "of", "my", "bread"))
        nutrients = self.home.status()["nutrients"]
        self.assertEqual((nutrients["magnesium"]["food"], nutrients["calcium"]["food"]), (40, 10))
        self.assertIn("k1", self.home.status()["unknown"])
        self.home.wait(60)
        self.ctl("foods", "add", "my bread", "per=100g", "magnesium=0mg")  # from now on
        self.assertEqual(self.home.status()["nutrients"]["magnesium"]["food"], 40)
        self.home.wait(60)
        self.ctl("foods", "remove", "my bread")
        self.assertIn("no food", self.ctl("log", "food", "my bread", expect=1))
        self.assertEqual(self.home.status()["nutrients"]["magnesium"]["food"], 40)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_a_recipe(self):
        self.assertIn("recipe porridge: oats 40g; milk 244g",
                      self.ctl("foods", "recipe", "porridge", "oats", "40g", "milk", "1", "cup"))
        self.assertIn("ate 284g of porridge", self.ctl("log", "food", "porridge"))
        calcium = .40 * 54 + 2.44 * 113
        self.assertAlmostEqual(self.home.status()["nutrients"]["calcium"]["food"], calcium, places=6)
        self.assertIn("k1", self.home.status()["unknown"])  # nobody knows that of the oats
        self.ctl("log", "food", "porridge", "142g")
        self.assertAlmostEqual(self.home.status()["nutrients"]["calcium"]["food"], 1.5 * calcium, places=6)
        self.home.wait(60)
        self.ctl("foods", "recipe", "porridge", "oats", "40g")  # from now on
        self.assertAlmostEqual(self.home.status()["nutrients"]["calcium"]["food"], 1.5 * calcium, places=6)
        listed = json.loads(self.ctl("foods", "search", "porridge", "--json"))
        self.assertEqual([(food["name"], food["recipe"], food["portion_g"]) for food in listed if food["recipe"]],
                         [("porridge", True, 40)])
        before = self.home.status()["nutrients"]
        self.assertEqual(self.home.rebuilt(), 0)
        self.home.kill()
        self.home.start()
        self.assertEqual(self.home.status()["nutrients"], before)

    def test_refusals(self):
        self.ctl("foods", "recipe", "porridge", "oats", "40g")
        for words, status, expected in [
                (["add", "x", "magnesium=4mg"], 1, "per=100g"), (["add", "x", "per=100g"], 1, "100 g hold"),
                (["add", "x", "per=0g", "d=1IU"], 1, "per=100g"), (["add", "a;b", "per=100g", "d=1IU"], 1, "';'"),
                (["add", "porridge", "per=100g", "d=1IU"], 1, "recipe"), (["recipe", "oat", "milk", "1g"], 1, "food already"),
                (["recipe", "double", "porridge", "40g"], 1, "none of them a recipe"),
                (["recipe", "x", "unobtainium", "40g"], 1, "no food"), (["remove", "salmon"], 1, "no food that you added"),
                (["recipe", "x"], 2, "porridge"), (["frobnicate"], 2, "no command"),
                (["--for", "d", "--richest", "d"], 2, "two questions")]:
            with self.subTest(words):
                self.assertIn(expected, self.ctl("foods", *words, expect=status))

    def advice(self, *words):
        return json.loads(self.ctl("foods", *words, "--json"))

    def test_what_would_close_the_gap(self):
        self.ctl("profile", "set", "birth-year", "1980", "--since", "always")
        self.ctl("profile", "set", "sex", "male", "--since", "always")
        self.ctl("log", "food", "chia", "30g", "--at", "2026-05-20 12:00")
        advice = self.advice("--for", "magnesium")
        self.assertEqual((advice["nutrient"], advice["gap"], advice["unit"]), ("magnesium", 420, "mg"))
        self.ctl("log", "food", "pumpkin-seeds", "50g")
        advice = self.advice("--for", "magnesium")
        self.assertAlmostEqual(advice["gap"], 420 - 296)
        self.assertEqual({food["name"] for food in advice["foods"][:2]}, {"chia", "pumpkin-seeds"})  # eaten of late
        self.assertTrue(all(food["amount"] >= advice["gap"] for food in advice["foods"]))
        self.assertIn("are missing", self.ctl("foods", "--for", "magnesium"))
        self.assertIn("--richest mk7", self.ctl("foods", "--for", "mk7", expect=1))
        self.assertIn("no nutrient", self.ctl("foods", "--for", "unobtainium", expect=1))
        self.ctl("log", "food", "chia", "100g")
        self.assertEqual((self.advice("--for", "magnesium")["gap"], self.advice("--for", "magnesium")["foods"]), (0, []))
        self.assertIn("is reached", self.ctl("foods", "--for", "magnesium"))

    def test_who_is_told_to_ask(self):
        self.ctl("profile", "set", "medicines", "warfarin")
        self.assertIn("INR", self.ctl("foods", "--for", "k1", expect=1))
        self.assertNotIn("kale", [food["name"] for food in self.advice("--for", "magnesium")["foods"]])
        self.ctl("profile", "set", "conditions", "kidney-disease")
        self.assertIn("kidney team", self.ctl("foods", "--for", "magnesium", expect=1))
        self.ctl("profile", "set", "conditions", "none")
        self.ctl("profile", "set", "medicines", "lithium")
        self.assertIn("doctor", self.ctl("foods", "--for", "calcium", expect=1))

    def names(self, *words):
        return [food["name"] for food in self.advice(*words)["foods"]]

    def test_a_list_leaves_out_what_is_never_suggested(self):
        self.assertIn("cod-liver-oil", self.names("--richest", "d"))
        self.ctl("profile", "set", "stage", "may-become")
        for name in ("cod-liver-oil", "eel", "salmon-sockeye-raw", "trout-raw", "egg-yolk"):
            self.assertNotIn(name, self.names("--richest", "d") + self.names("--for", "d"))
        self.assertIn("trout", self.names("--richest", "d"))
        self.ctl("profile", "set", "stage", "none")
        self.ctl("profile", "set", "medicines", "warfarin")
        for nutrient in ("k1", "k2", "mk7"):
            self.assertIn("INR", self.ctl("foods", "--richest", nutrient, expect=1))
        self.assertNotIn("kale", self.names("--richest", "calcium"))
        self.ctl("profile", "set", "medicines", "apixaban")
        self.assertEqual(self.names("--richest", "k2")[0], "natto")
        self.ctl("profile", "set", "conditions", "kidney-disease")
        self.assertIn("sesame", self.names("--richest", "calcium"))  # what is in a food is no secret

    def test_the_richest(self):
        richest = self.advice("--richest", "k2")
        self.assertEqual((richest["foods"][0]["name"], richest["gap"], richest["unit"]), ("natto", None, "ug"))
        self.assertAlmostEqual(richest["foods"][0]["per_100g"], 1103.4)
        self.assertIn("sesame", self.ctl("foods", "--richest", "calcium"))
        amounts = [food["per_100g"] for food in self.advice("--richest", "vitamin-c")["foods"]]
        self.assertEqual(amounts, sorted(amounts, reverse=True))
        self.assertEqual(amounts[0], 207)


class Day(Catalog):
    def k2(self, *words):
        return self.home.status(*words)["nutrients"]["k2"]

    def test_mk7_stays_for_days_and_mk4_does_not(self):
        self.assertIsNone(self.k2("--date", "2026-05-20")["mk7_carried"])  # nobody knows what was before
        self.ctl("products", "add", "k", "mk7=100ug", "mk4=500ug")
        self.ctl("log", "take", "k")
        today = self.k2()
        self.assertEqual((today["mk7"], today["mk4"], today["mk7_carried"], today["total"]), (100, 500, 0, 600))
        self.assertNotIn("of the days before", self.ctl("status", "--plain"))
        self.home.wait(24 * 3600)
        self.ctl("log", "take", "k", "2")
        self.assertAlmostEqual(self.k2()["mk7_carried"], 100 * 2 ** (-24 / 68), places=9)
        self.assertEqual(self.k2()["total"], 1200)  # the day's own
        self.home.wait(2 * 24 * 3600)
        self.assertAlmostEqual(self.k2()["mk7_carried"], 100 * 2 ** (-72 / 68) + 200 * 2 ** (-48 / 68), places=9)
        self.assertIn("and about 171 ug of the MK-7 of the days before", self.ctl("status", "--plain"))
        self.ctl("log", "take", "k", "--at", "2026-05-30 12:00")  # told late
        self.assertAlmostEqual(self.k2()["mk7_carried"],
                               100 * 2 ** (-72 / 68) + 200 * 2 ** (-48 / 68) + 100 * 2 ** (-24 / 68), places=9)

    def test_k2_has_no_reference(self):
        self.assertIn("no reference intake of k2, and so no gap; 'calciferctl foods --richest k2'",
                      self.home.ctl("foods", "--for", "k2", expect=1))

    def test_foods_as_a_person_calls_them(self):
        """And what is typed, where it is another word; one of a thing is no plural."""
        listed = json.loads(self.home.ctl("foods", "--for", "magnesium", "--json"))["foods"]
        labels = {food["name"]: food["label"] for food in listed}
        self.assertEqual(labels["spinach"], "spinach (boiled)")
        said = self.home.ctl("foods", "--for", "magnesium")
        self.assertRegex(said, r"(?m)^spinach \(boiled\) \[spinach\] +\d+ g hold ")
        self.assertRegex(said, r"(?m)^pumpkin-seeds +\d+ g hold ")
        self.assertRegex(self.home.ctl("foods", "--richest", "mk7"), r"(?m)^gouda +1\.3 ug in 100 g")
        plan = json.loads(self.home.ctl("plan", "--json"))["foods"]
        self.assertIn("eel (weighed raw)", [food["label"] for food in plan])
        self.assertIn("of eel (weighed raw) [eel] (", " ".join(self.home.ctl("plan", "--plain").split()))
        self.home.ctl("log", "food", "pumpkin", "seeds", "30g")
        self.assertIn("Whole foods: 1 of 1 food\n", self.home.ctl("status", "--plain"))

    def test_an_amount_is_said_as_typed_and_as_grams(self):
        self.assertRegex(self.ctl("log", "food", "milk", "250ml"), "^ate 258g of milk at .*, typed as 'milk 250ml'$")
        self.assertRegex(self.ctl("log", "food", "2 slices of gouda"), "^ate 56g of gouda at .*, typed as '2 slices of gouda'$")
        for words in (["egg"], ["salmon", "120g"], ["salmon", "120 g"]):
            self.assertNotIn("typed as", self.ctl("log", "food", *words))
        self.assertIn('"120" needs its unit', self.ctl("log", "food", "salmon", "120", expect=1))
        self.assertIn("glass 244 g", self.ctl("foods", "search", "milk"))
        self.assertNotIn("glass", self.ctl("foods", "search", "sardines"))

    def test_a_food_of_the_table_comes_back(self):
        def d():
            return json.loads(self.ctl("foods", "search", "salmon", "--json"))[0]["d"]
        self.ctl("log", "food", "salmon", "100g")
        self.assertIn("is no food that you added", self.ctl("foods", "remove", "salmon", expect=1))
        self.home.wait(60)
        self.ctl("foods", "add", "salmon", "per=100g", "d=10IU")
        self.assertEqual(d(), 10)
        self.home.wait(60)
        self.ctl("foods", "remove", "salmon")
        self.assertEqual(d(), 526)
        self.ctl("log", "food", "salmon", "100g")
        self.assertAlmostEqual(self.home.status()["vitamin_d"]["food_iu"], 2 * 526)
        self.assertIn("is no food that you added", self.ctl("foods", "remove", "salmon", expect=1))
        self.assertEqual(self.home.rebuilt(), 0)

    def test_the_share_of_whole_foods(self):
        def whole():
            return tuple(self.home.status()["whole_foods"].values())
        self.assertEqual(whole(), (None, None))
        self.ctl("foods", "add", "my bread", "per=100g", "magnesium=40mg")
        self.ctl("log", "food", "my bread", "50g")  # nobody said what that is
        self.assertEqual(whole(), (None, None))
        self.ctl("log", "food", "2", "eggs")
        self.ctl("log", "food", "cod-liver-oil", "10g")
        self.assertEqual(whole(), (1, 2))
        self.ctl("foods", "recipe", "omelette", "egg", "100g")
        self.ctl("log", "food", "omelette")
        self.assertEqual(whole(), (2, 3))
        self.assertIn("Whole foods: 2 of 3 foods", self.ctl("status", "--plain"))
        self.home.wait(60)
        self.ctl("foods", "add", "my bread", "per=100g", "magnesium=40mg", "whole=yes")
        self.assertEqual(whole(), (2, 3))  # from now on
        self.ctl("log", "food", "my bread", "50g")
        self.assertEqual(whole(), (3, 4))
        self.assertIn("whole=yes or whole=no",
                      self.ctl("foods", "add", "soup", "per=100g", "magnesium=4mg", "whole=maybe", expect=1))
        self.ctl("undo")
        self.assertEqual(whole(), (2, 3))
        self.assertEqual(self.home.rebuilt(), 0)


class Amend(Catalog):
    def entered(self, *words):
        return json.loads(self.ctl(*words, "--json"))["id"]

    def food(self):
        return self.home.status()["vitamin_d"]["food_iu"]

    def test_food(self):
        entry = self.entered("log", "food", "salmon", "120g")
        entry = self.entered("amend", entry, "80g")
        self.assertAlmostEqual(self.food(), 80 * 5.26)
        entry = self.entered("amend", entry, "2", "eggs")
        self.assertAlmostEqual(self.food(), 82)
        self.assertIn("ate 100g of egg", self.ctl("amend", entry, "--at", "2026-05-20 12:00"))
        self.assertEqual(self.food(), 0)
        self.assertAlmostEqual(self.home.status("--date", "2026-05-20")["vitamin_d"]["food_iu"], 82)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_a_dose_and_its_undo(self):
        self.ctl("products", "add", "d", "d=1000IU")
        self.ctl("products", "add", "k", "mk7=100ug")
        first = self.entered("log", "take", "d")
        second = self.entered("amend", first, "3")
        self.assertEqual(self.supplement(), 3000)
        third = self.entered("amend", second, "k", "2")
        self.assertEqual((self.supplement(), self.home.status()["nutrients"]["k2"]["mk7"]), (0, 200))
        self.assertIn("took back: took 2 of k", self.ctl("undo"))
        self.assertEqual(self.home.status()["nutrients"]["k2"]["mk7"], 0)
        self.assertIn("undone already", self.ctl("amend", first, "1", expect=1))
        self.ctl("log", "take", "d")
        self.home.wait(3590)
        self.assertIn("took 1 of d", self.ctl("undo"))
        self.ctl("log", "take", "d")
        self.home.wait(3610)
        self.assertIn("within the last hour", self.ctl("undo", expect=1))
        self.ctl("amend", third, "nothing", expect=1)
        self.ctl("log", "take", "d")
        self.assertEqual(self.home.rebuilt(), 0)

    def test_sun_and_blood(self):
        sun = self.entered("log", "sun", "20", "--uvi", "5", "--at", "2026-05-28 12:00")
        sed = self.home.status()["erythema"]["sed"]
        sun = self.entered("amend", sun, "40")
        self.assertAlmostEqual(self.home.status()["erythema"]["sed"], 2 * sed)
        sun = self.entered("amend", sun, "uvi=2.5", "spf=30")
        self.assertAlmostEqual(self.home.status()["erythema"]["sed"], sed)
        self.assertIn("min sky=clear", self.ctl("amend", sun, "sky=clear", "spf=20").replace(" spf=20", ""))
        lab = self.entered("log", "lab", "30ng/mL")
        self.assertIn("75nmol/L", self.ctl("amend", lab, "75nmol/L"))
        self.assertIn("with its unit", self.ctl("amend", self.entered("log", "lab", "70nmol/L"), "70", expect=1))

    PRESS = "C0:FF:EE:00:00:01"

    def bring(self, *lines):
        """Imports lines, as a tag's records and presses come out of an export."""
        file = os.path.join(self.home.home, "lines.jsonl")
        with open(file, "w", encoding="utf-8") as whole:
            whole.write("\n".join(json.dumps(line) for line in lines))
        self.ctl("import", file)

    def record(self, sequence, slot, presses):
        """An intake at noon of the day, by a tag's clock."""
        at = int(self.home.now()) // 86400 * 86400 + 36000 + sequence
        raw = struct.pack("<IIHBB8s", sequence, at, 1, 2, 1, bytes([slot, presses]))
        return {"kind": "record", "address": self.PRESS, "log": "00AB12CD", "raw": raw.hex()}

    def test_a_press_of_a_button(self):
        self.ctl("products", "add", "d", "d=1000IU")
        self.ctl("products", "add", "k", "mk7=100ug")
        self.ctl("products", "correct", "d", "d=1000IU")
        self.ctl("products", "correct", "k", "mk7=100ug")
        map_line = {"kind": "map", "at": "2026-05-01T10:00:00Z", "name": self.PRESS + " 1", "value": "d"}
        press = {"kind": "press", "at": "2026-05-20T10:00:00Z", "name": self.PRESS + " 1", "value": "1"}
        self.bring(map_line, self.record(7, 1, 2), self.record(8, 2, 1), press)
        self.assertEqual((self.supplement(), self.supplement("--date", "2026-05-20")), (2000, 1000))
        tag = f"tag:{self.PRESS}:00AB12CD:"
        once = self.entered("amend", (tag + "7").lower().replace("00ab12cd", "00AB12CD"), "1")
        self.assertEqual(self.supplement(), 1000)
        self.assertIn("which was it", self.ctl("amend", tag + "8", "1", expect=1))
        self.ctl("amend", tag + "8", "k")
        self.assertEqual(self.home.status()["nutrients"]["k2"]["mk7"], 100)
        self.ctl("undo", once)
        self.assertEqual(self.supplement(), 0)
        self.ctl("amend", tag + "7", "3", expect=1)  # it was taken back
        self.ctl("amend", self.press_id(), "3")
        self.assertEqual(self.supplement("--date", "2026-05-20"), 3000)
        self.assertEqual(self.home.rebuilt(), 0)

    def press_id(self):
        file = os.path.join(self.home.home, "all.jsonl")
        self.ctl("export", file)
        with open(file, encoding="utf-8") as lines:
            return next(line["id"] for line in map(json.loads, lines) if line.get("kind") == "press")

    def test_what_cannot_be_amended(self):
        product = self.entered("products", "add", "d", "d=1000IU")
        for words, status, expected in [((product, "d=2IU"), 1, "logged or pressed"), (("nobody:1", "5"), 1, "no entry"),
                                        ((product,), 2, "otherwise"), ((self.entered("log", "done"), "5"), 1, "--at")]:
            with self.subTest(words):
                self.assertIn(expected, self.ctl("amend", *words, expect=status))


class Forget(Catalog):
    def bytes_of(self, text):
        """How often the text is in any file of the ledger."""
        directory = os.path.dirname(self.home.ledger)
        count = 0
        for name in os.listdir(directory):
            with open(os.path.join(directory, name), "rb") as file:
                count += file.read().count(text.encode())
        return count

    def test_it_is_gone_and_its_day_is_folded_anew(self):
        self.ctl("products", "add", "unspeakable", "d=1000IU", "zinc=1mg")
        self.ctl("products", "add", "d", "d=500IU")
        ids = [json.loads(self.ctl("log", "take", name, "--json"))["id"] for name in ("d", "unspeakable")]
        self.assertEqual(self.supplement(), 1500)
        self.home.wait(3 * 24 * 3600)
        self.assertEqual(self.supplement("--date", "2026-05-28"), 1500)  # cached by now
        self.assertIn("for good", self.ctl("forget", ids[1]))
        self.assertEqual(self.supplement("--date", "2026-05-28"), 500)
        self.assertEqual(self.home.rebuilt(), 0)
        self.assertGreater(self.bytes_of("unspeakable"), 0)  # the product
        for product in [row for row in self.events_of_products() if row["name"] == "unspeakable"]:
            self.ctl("forget", product["id"])
        self.assertEqual(self.bytes_of("unspeakable"), 0)
        self.assertEqual([row["name"] for row in json.loads(self.ctl("products", "--json"))], ["d"])
        self.home.kill()
        self.home.start()
        self.assertEqual(self.supplement("--date", "2026-05-28"), 500)

    def events_of_products(self):
        with sqlite3.connect("file:" + self.home.ledger + "?mode=ro", uri=True) as ledger:
            uuid = ledger.execute("SELECT uuid FROM ledger").fetchone()[0]
            rows = ledger.execute("SELECT number, name FROM entry WHERE kind = 21").fetchall()
        ledger.close()
        return [{"id": f"{uuid}:{number}", "name": name} for number, name in rows]

    def test_refusals(self):
        self.ctl("products", "add", "d", "d=500IU")
        entry = json.loads(self.ctl("log", "take", "d", "--json"))["id"]
        undo = json.loads(self.ctl("undo", entry, "--json"))["id"]
        self.assertIn("undo it instead", self.ctl("forget", undo, expect=1))
        tombstone = json.loads(self.ctl("forget", entry, "--json"))["id"]
        self.assertIn("forgotten already", self.ctl("forget", entry, expect=1))
        self.assertIn("cannot be", self.ctl("undo", tombstone, expect=1))
        self.assertIn("cannot be undone", self.ctl("undo", entry, expect=1))
        self.assertIn("no entry", self.ctl("forget", "nobody:1", expect=1))
        self.assertIn("which?", self.ctl("forget", expect=2))


class OnePill(Catalog):
    def take(self, way):
        return self.home.call("Ledger1", "Take", "(sdxa{sv})", "d", 1.0, 0, {"way": GLib.Variant("s", way)} if way else {})[0]

    def test_another_way_is_kept_counts_nothing_and_asks_once(self):
        self.ctl("products", "add", "d", "d=1000IU")
        self.take("")
        self.home.wait(60)
        self.take("bubble")
        self.assertEqual(self.supplement(), 1000)
        alert = until(lambda: self.home.alerts().get("same-dose"), what="the question")
        self.ctl("alerts", "answer", alert["id"], "second")
        until(lambda: "same-dose" not in self.home.alerts(), what="the end of the question")
        self.assertEqual(self.supplement(), 2000)
        self.home.wait(60)
        self.take("")  # within ten minutes of the bubble's: asked about by itself
        until(lambda: self.home.alerts().get("same-dose"), what="a question of its own")
        self.assertEqual(self.supplement(), 2000)
        self.assertEqual(self.home.rebuilt(), 0)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
