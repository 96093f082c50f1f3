#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""There is an end to what one may ask for, and it is said: how many things, how much work, how long a text."""

import json
import os
import sys
import time
import unittest

from household import Gio, GLib, Household, programs_of

MANY = 1000
LIMIT = "org.calciferd.Error.Limit"


class Limits(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)
        self.home.start()

    def refused(self, *arguments, **more):
        """The error's name; "" when it was done."""
        try:
            self.home.call(*arguments, **more)
            return ""
        except GLib.Error as error:
            return Gio.DBusError.get_remote_error(error)

    def outcomes(self, make):
        """How often what came of a thousand tries."""
        seen = {}
        for number in range(MANY):
            outcome = make(number)
            seen[outcome] = seen.get(outcome, 0) + 1
        return seen

    def test_things(self):
        self.home.ctl("log", "food", "salmon", "1g")
        for method, words, most in (("AddProduct", ["d=1IU"], 64), ("AddRecipe", ["salmon", "50g"], 32),
                                    ("AddFood", ["per=100g", "calcium=20mg"], 255)):  # salmon is one
            made = self.outcomes(lambda number: self.refused("Catalog1", method, "(sas)", f"{method}-{number}", words))
            self.assertEqual(made, {"": most, LIMIT: MANY - most}, method)
        made = self.outcomes(lambda number: self.refused("Profile1", "Set", "(ssx)", f"clothing.of-{number}", "0.5", 0))
        self.assertEqual(made, {"": 16, LIMIT: MANY - 16})
        self.assertIn("64 products", self.home.ctl("products", "add", "one", "d=1IU", expect=1))
        self.assertEqual(len(json.loads(self.home.ctl("products", "--json"))), 64)
        self.assertEqual(self.home.rebuilt(), 0)

    def hand(self, interface, method, signature, descriptor, *more):
        """Calls a method with a descriptor: (the error's name, what it answered)."""
        files = Gio.UnixFDList.new()
        files.append(descriptor)
        try:
            reply, _ = self.home.session.call_with_unix_fd_list_sync(
                "org.calciferd", "/org/calciferd", "org.calciferd." + interface, method, GLib.Variant(signature, (*more,)),
                None, Gio.DBusCallFlags.NONE, -1, files, None)
            return "", reply.unpack()[0]
        except GLib.Error as error:
            return Gio.DBusError.get_remote_error(error), ""

    def test_work(self):
        """Files that somebody opens and never writes: the daemon keeps a few of them open, and is asked for more."""
        inside, outside = os.pipe()
        self.addCleanup(os.close, inside)
        made = self.outcomes(lambda _: self.hand("Ledger1", "Import", "(hb)", inside, 0, False)[0])
        self.assertEqual(made, {"": 16, LIMIT: MANY - 16})
        self.assertLess(len(os.listdir(f"/proc/{self.home.daemon.pid}/fd")), 64)
        self.assertIn("under way", self.home.ctl("export", os.path.join(self.home.home, "file"), expect=1))
        os.close(outside)
        deadline = time.monotonic() + 20
        while self.hand("Ledger1", "Import", "(hb)", os.open("/dev/null", os.O_RDONLY), 0, False)[0] == LIMIT:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_work_that_is_done(self):
        null = os.open("/dev/null", os.O_RDONLY)
        self.addCleanup(os.close, null)
        for _ in range(200):
            while self.hand("Ledger1", "Import", "(hb)", null, 0, False)[0] == LIMIT:
                time.sleep(0.01)
        self.assertLessEqual(len(self.home.managed()), 64 + 16)

    def test_long_texts(self):
        self.assertEqual(self.refused("Ledger1", "Food", "(ssxa{sv})", "abc " * 250000, "", 0, {}), LIMIT)
        self.assertEqual(self.refused("Catalog1", "SearchFoods", "(ssu)", "a " * 9000, "", 9), LIMIT)
        # What is longer than an entry is not taken in part.
        self.assertEqual(self.refused("Catalog1", "AddProduct", "(sas)", "d", ["d=1IU", " " * 500, "mk7=100ug", "at=08:00"]),
                         "org.calciferd.Error.Invalid")
        self.assertEqual(self.refused("Ledger1", "Lab", "(sxa{sv})", "30ng/mL" + " " * 505 + "or more", 0, {}),
                         "org.calciferd.Error.Invalid")
        self.assertEqual(json.loads(self.home.ctl("products", "--json")), [])
        # And what would be written as nothing is not taken at all.
        self.assertEqual(self.refused("Catalog1", "AddRecipe", "(sas)", "soup", ["salmon", "3mg"]),
                         "org.calciferd.Error.Invalid")
        self.assertEqual(self.refused("Ledger1", "Take", "(sdxa{sv})", "d" * 500, 1.0, 0, {}), "org.calciferd.Error.Invalid")
        start = time.monotonic()
        self.refused("Ledger1", "Food", "(ssxa{sv})", "ab " * 5000, "", 0, {})
        self.assertLess(time.monotonic() - start, 20)

    def test_no_letter_is_cut_through(self):
        """Every length before a place ends, so that each ends somewhere within a letter."""
        for before in ("", "a", "ab", "abc"):
            name = before + "\U0001f600" * 200
            for method, signature, rest in (("Forget", "(sa{sv})", ({},)), ("Undo", "(sa{sv})", ({},)),
                                            ("Amend", "(sasxa{sv})", ([], 0, {})), ("Take", "(sdxa{sv})", (1.0, 0, {})),
                                            ("Food", "(ssxa{sv})", ("1g", 0, {}))):
                self.assertTrue(self.refused("Ledger1", method, signature, name, *rest).startswith("org.calciferd.Error."))


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
