#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Many days: the plot, the table, CSV and JSON, in pages where there are many."""

import csv
import io
import json
import math
import os
import sys
import unittest

from household import GLib, Household, programs_of


def element_of(column, day):
    """What a column of GetDays holds of a day, as GetDay has it."""
    if isinstance(column, list):
        return column[day]
    if column and all(isinstance(days, list) and isinstance(days[0], int) for days in column.values()):
        return [name for name, days in column.items() if day in days]
    found = {name: element_of(inner, day) for name, inner in column.items()}
    return {name: value for name, value in found.items() if value == value}  # NaN: left out


class History(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)
        self.home.start()
        ctl = self.home.ctl
        ctl("products", "add", "d", "d=1000IU")
        ctl("log", "food", "salmon", "100g", "--at", "2026-05-10 12:00")
        ctl("log", "sun", "20", "--uvi", "5", "--wearing", "tshirt-shorts", "--at", "2026-05-11 12:00")

    def history(self, *words):
        return self.home.ctl("history", "--from", "2026-05-09", "--to", "2026-05-12", *words)

    def test_as_data(self):
        days = json.loads(self.history("--json"))
        self.assertEqual([day["date"] for day in days], ["2026-05-09", "2026-05-10", "2026-05-11", "2026-05-12"])
        self.assertAlmostEqual(days[1]["vitamin_d"]["food_iu"], 526)
        self.assertEqual(set(days[0]), {"date", "vitamin_d", "erythema", "nutrients", "serum", "sun_lower_bound", "place",
                                        "whole_foods", "means", "unknown", "assumed"})
        rows = list(csv.DictReader(io.StringIO(self.history("--csv"))))
        self.assertEqual(len(rows), 4)
        for row, day in zip(rows, days):
            self.assertEqual(row["date"], day["date"])
            self.assertAlmostEqual(float(row["sun_iu_high"]), day["vitamin_d"]["sun_iu_high"], places=4)
        self.assertEqual(rows[0]["serum_nmol_l"], "")  # before the oldest event: not known, which is not 0
        self.assertNotEqual(rows[3]["serum_nmol_l"], "")

    def test_means(self):
        """Of the known days, with their number, and of all days what counts against a limit."""
        ctl = self.home.ctl
        ctl("products", "add", "m", "magnesium=100mg", "d=1000IU")
        ctl("log", "take", "m", "--at", "2026-05-11 09:00")
        ctl("log", "food", "eel", "100g", "--at", "2026-05-12 09:00")
        mean = self.home.status("--date", "2026-05-11")["means"]
        self.assertEqual((mean["vitamin_d"]["known_days_7"], mean["vitamin_d"]["known_7"]), (1, 526))
        self.assertEqual((mean["magnesium"]["known_7"], mean["magnesium"]["unit"]), (30, "mg"))
        self.assertAlmostEqual(mean["vitamin_d"]["all_7"], 1526 / 7)  # the sun of the 11th counts against no limit
        self.assertAlmostEqual(mean["magnesium"]["all_14"], 100 / 14)
        self.assertEqual((mean["magnesium"]["limit"], mean["k2"]["target"]), (350, None))
        ctl("log", "done", "--at", "2026-05-11 23:00")
        mean = self.home.status("--date", "2026-05-11")["means"]
        self.assertEqual(mean["magnesium"]["known_days_14"], 2)
        self.assertEqual(mean["magnesium"]["known_14"], (30 + 100) / 2)
        self.assertEqual(self.home.status("--date", "2026-05-12")["means"]["magnesium"]["known_14"], (30 + 100 + 20) / 3)
        self.assertEqual(self.home.call("Balance1", "GetDay", "(s)", "2026-05-11")[0]["Means"]["magnesium"]["known_14"], 65)
        self.assertEqual(self.home.status("--date", "2026-05-09")["means"]["magnesium"]["known_days_7"], None)  # before all
        said = ctl("status", "--plain", "--date", "2026-05-11")
        self.assertRegex(said, r"Magnesium, means in mg a day: 65 \(known days: 2 of 7\), 65 \(2 of 14\), target \d+; "
                               r"counted over all days: 14 \(7\), 7 \(14\), limit 350")
        self.assertIn("65 (2)", ctl("status", "--date", "2026-05-11"))

    def test_for_people(self):
        lines = self.history().splitlines()
        bars = {line[:10]: line[21:] for line in lines[:4]}
        self.assertIn("f", bars["2026-05-10"])
        self.assertNotIn("\u2588", bars["2026-05-10"])
        sun = bars["2026-05-11"]
        self.assertLess(sun.index("\u2588"), sun.index("\u2593"))  # at least, as estimated, at most
        self.assertLess(sun.index("\u2593"), sun.index("\u2591"))
        self.assertTrue(all(len(line) <= 80 for line in lines[:4]))
        self.assertNotIn("\033", "".join(lines))
        self.assertIn("food", self.history("--plain"))
        self.assertEqual(len(self.history("--plain").splitlines()), 4)
        self.assertEqual(len(json.loads(self.home.ctl("history", "--json"))), 14)

    def test_pages_come_together(self):
        whole = json.loads(self.home.ctl("history", "--from", "2026-01-01", "--to", "2026-08-01", "--json"))
        self.assertEqual(len(whole), 213)
        self.assertEqual(len({day["date"] for day in whole}), 213)
        days, following = self.home.call("Balance1", "GetDays", "(ssu)", "2026-05-09", "2026-05-12", 3)
        self.assertEqual((days["Date"][-1], following), ("2026-05-11", "2026-05-12"))
        self.assertEqual(self.home.call("Balance1", "GetDays", "(ssu)", "2026-05-12", "2026-05-12", 1)[1], "")

    def test_columns_hold_each_day(self):
        """Beside each other the days are what each is by itself, and calciferctl makes the same of both."""
        ctl = self.home.ctl
        ctl("profile", "set", "phototype", "3", "--since", "2026-05-11 00:00")
        ctl("products", "add", "odd", "magnesium=100mg")
        ctl("log", "sun", "20", "--at", "2026-05-12 12:00")
        columns, following = self.home.call("Balance1", "GetDays", "(ssu)", "2026-05-09", "2026-05-12", 366)
        self.assertEqual((following, len(columns["Date"])), ("", 4))
        told = json.loads(self.history("--json"))
        for number, date in enumerate(columns["Date"]):
            day = self.home.call("Balance1", "GetDay", "(s)", date)[0]
            self.assertEqual({name: element_of(columns[name], number) for name in columns}, day)
            status = self.home.status("--date", date)
            self.assertEqual(told[number], {name: status[name] for name in told[number]})
        self.assertEqual(columns["Assumed"]["sky"], [3])
        self.assertEqual(columns["Assumed"]["phototype"], [0, 1])
        self.assertTrue(math.isnan(columns["Serum"]["nmol_l"][0]))  # before the oldest event

    def test_a_name_that_no_day_knows(self):
        self.assertEqual(self.home.call("Balance1", "GetDays", "(ssu)", "2026-05-09", "2026-05-09", 1)[0]["Serum"], {})

    def test_how_many_at_once(self):
        dates = self.home.call("Balance1", "GetDays", "(ssu)", "2020-01-01", "2026-05-12", 366)[0]["Date"]
        self.assertLessEqual(len(dates), 366)
        for limit in (0, 367):
            with self.assertRaisesRegex(GLib.Error, "org.calciferd.Error.Invalid: .*from 1 to 366"):
                self.home.call("Balance1", "GetDays", "(ssu)", "2026-05-09", "2026-05-12", limit)

    def test_entries_of_one_kind(self):
        """In pages, without what is undone; records and other entries do not fill them."""
        for value in (11, 12, 13, 14):
            self.home.ctl("log", "lab", f"{value}ng/mL", "--at", f"2026-05-{value} 09:00")
        self.home.ctl("undo")
        start, end = 1777500000, 1780000000
        def page(after="", kind="lab", limit=2):
            return self.home.call("Ledger1", "GetEntries", "(sxxsu)", kind, start, end, after, limit)
        first, following = page()
        self.assertEqual([(row["kind"], row["value"]) for row in first], [("lab", "11ng/mL"), ("lab", "12ng/mL")])
        second, following = page(following)  # the fourth is undone
        self.assertEqual(([row["value"] for row in second], following), (["13ng/mL"], ""))
        self.assertEqual([row["name"] for row in page(kind="food")[0]], ["salmon"])
        for kind, limit in (("dance", 2), ("product", 2), ("undo", 2), ("lab", 0), ("lab", 1001)):
            with self.assertRaisesRegex(GLib.Error, "org.calciferd.Error.Invalid"):
                page("", kind, limit)

    def test_refused(self):
        for words, status in [(["--from", "soon"], 1), (["--to", "2999-01-01"], 1), (["x"], 2), (["--csv", "--json"], 2),
                              (["--from", "2026-05-02", "--to", "2026-05-01"], 2)]:
            result = self.home.run("history", *words)
            self.assertEqual(result.returncode, status, words)
            self.assertEqual(len(result.stderr.strip().splitlines()), 1)

    def test_a_slip_in_the_year(self):
        """A century in which nothing happened is not folded day by day while everybody waits."""
        self.home.ctl("log", "lab", "30ng/mL", "--at", "1900-01-02 12:00")
        self.assertIsNotNone(self.home.status()["serum"]["nmol_l"])
        self.assertEqual(self.home.rebuilt(), 0)
        self.assertIn("before the year 1900", self.home.ctl("log", "lab", "30ng/mL", "--at", "1899-12-01 12:00", expect=1))
        line = {"kind": "lab", "at": "-62000000000000", "value": "30ng/mL"}
        file = os.path.join(self.home.home, "lines")
        with open(file, "w", encoding="utf-8") as whole:
            whole.write(json.dumps(line) + "\n")
        self.assertIn("before the year 1900", self.home.ctl("import", file, expect=1))


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
