#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Long lists come in pages: whatever their size, together they are the whole, nothing twice, and a page is no longer than
was asked for. Every method that answers with rows has an end, and is named here."""

import json
import os
import pathlib
import re
import struct
import sys
import time
import unittest
import xml.etree.ElementTree

from household import GLib, Household, options, programs_of, until

TAG = "C0:FF:EE:00:00:01"
INVALID = "org.calciferd.Error.Invalid"
FIRST = 1770000000
MANY = 2500  # of one instant: more than any page holds

# What answers with rows (a...{...}, as), and does not take a cursor: why it cannot grow.
HAVE_AN_END = {
    "Balance1.GetDay": "the members of a day",
    "Balance1.GetDays": "pages by the date",
    "Catalog1.FoodsFor": "a dozen at most",
    "Catalog1.RichestFoods": "20 at most",
    "Model1.Plan": "the windows of a day and a few foods",
    "Model1.Explain": "quarters of an hour of a day; see include/calcifer/trace.h",
    "Alerts1.GetExplanation": "members of one alert",
}


class Pages(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS)
        self.addCleanup(self.home.close)
        self.home.start()

    def all(self, member, signature, *arguments, limit):
        """Page by page; each checked."""
        rows, after, pages = [], "", 0
        while True:
            page, after = self.home.call(*member.split("."), signature, *arguments, after, limit)
            self.assertLessEqual(len(page), limit)
            rows += page
            pages += 1
            if after == "":
                return rows
            self.assertEqual(len(page), limit)  # nothing but the last is shorter
            self.assertLess(pages, 10000)

    def the_same_in_any_size(self, limits, member, signature, *arguments):
        whole = self.all(member, signature, *arguments, limit=1000)
        for limit in limits:
            self.assertEqual(self.all(member, signature, *arguments, limit=limit), whole, f"{member} by {limit}")
        for wrong in (("", 0), ("", 1001), ("x", 5), ("5", 5), ("0:x", 5), ("0:-1", 5), ("99999999999999999999:1", 5)):
            with self.assertRaisesRegex(GLib.Error, INVALID, msg=f"{member} {wrong}"):
                self.home.call(*member.split("."), signature, *arguments, *wrong)
        return whole

    def test_foods(self):
        foods = self.the_same_in_any_size([1, 7, 100], "Catalog1.SearchFoods", "(ssu)", "")
        self.assertEqual([food["name"] for food in foods],
                         [food["name"] for food in json.loads(self.home.ctl("foods", "--json"))])
        self.assertGreater(len(foods), 100)
        self.the_same_in_any_size([1, 3], "Catalog1.SearchFoods", "(ssu)", "milk")
        with self.assertRaisesRegex(GLib.Error, "NotFound"):
            self.home.call("Catalog1", "SearchFoods", "(ssu)", "xyzzy", "", 5)

    def test_events_of_one_instant(self):
        """More of them than a page holds."""
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(FIRST))
        file = os.path.join(self.home.home, "many")
        with open(file, "w", encoding="utf-8") as whole:
            for number in range(MANY):
                whole.write(json.dumps({"kind": "lab", "at": at, "value": f"{number % 90 + 10}nmol/L"}) + "\n")
            whole.write(json.dumps({"kind": "food", "at": at, "name": "salmon", "value": "1g"}) + "\n")
        self.home.ctl("import", file)
        whole = self.the_same_in_any_size([300, 999], "Ledger1.GetEvents", "(xxsu)", FIRST - 9, FIRST + 9)
        self.assertEqual((len(whole), len({row["id"] for row in whole})), (MANY + 1, MANY + 1))
        labs = self.the_same_in_any_size([300, 999], "Ledger1.GetEntries", "(sxxsu)", "lab", FIRST - 9, FIRST + 9)
        self.assertEqual([row["id"] for row in labs], [row["id"] for row in whole if row["kind"] == "lab"])

    def test_events_of_many_instants(self):
        for number in range(7):
            self.home.ctl("log", "food", "salmon", f"{number + 1}g", "--at", f"2026-05-10 12:0{number // 3}")
        start = int(time.mktime(time.strptime("2026-05-01", "%Y-%m-%d")))
        whole = self.the_same_in_any_size([1, 2, 3, 4, 7, 8], "Ledger1.GetEvents", "(xxsu)", start, start + 20 * 86400)
        self.assertEqual([row["value"] for row in whole], [f"{number + 1}g" for number in range(7)])

    def test_undated_runs(self):
        sim = self.home.simulator.control
        sim.AddTag(TAG, options(slots=2, clock_set=False, pairing=True))
        for boot in range(5):
            sim.Raw(TAG, struct.pack("<IIHBB8s", 0, 100, 7 + boot, 1, 0, struct.pack("<HHH", 600, 500, 500)))
        self.home.ctl("tags", "adopt", TAG)
        until(lambda: self.home.tag(TAG)["undated"] >= 5, 30, "the records")
        runs = self.the_same_in_any_size([1, 2, 5], "Tags1.GetUndatedRuns", "(ssu)", TAG)
        self.assertGreaterEqual(len(runs), 5)
        self.assertEqual(len(json.loads(self.home.ctl("tags", "date", TAG, "--json"))), len(runs))

    def test_every_list_has_an_end(self):
        """Of all methods in the XML that answer with an array, those with a cursor or with a reason above."""
        folder = pathlib.Path(__file__).resolve().parents[3] / "dbus"
        with_cursor, without = set(), set()
        for file in folder.glob("org.calciferd.*.xml"):
            for interface in xml.etree.ElementTree.parse(file).getroot():
                for method in interface.iter("method"):
                    name = interface.get("name").removeprefix("org.calciferd.") + "." + method.get("name")
                    arguments = [(one.get("direction"), one.get("name"), one.get("type")) for one in method.iter("arg")]
                    if any(way == "out" and re.search("^a", kind) for way, _, kind in arguments):
                        has_cursor = {("in", "after", "s"), ("in", "limit", "u"), ("out", "next", "s")} <= set(arguments)
                        (with_cursor if has_cursor else without).add(name)
        self.assertEqual(without, set(HAVE_AN_END))
        self.assertEqual(with_cursor, {"Catalog1.SearchFoods", "Ledger1.GetEvents", "Ledger1.GetEntries",
                                       "Tags1.GetUndatedRuns"})


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
