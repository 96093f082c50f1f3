#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What calciferctl makes of the words typed, before it asks anybody: it runs here without a session bus.

Usage: test_words.py CALCIFERCTL
"""

import subprocess
import sys
import unittest

PROGRAM = None
NOBODY = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus", "LANG": "C.UTF-8", "TZ": "UTC"}


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False, env=NOBODY,
                          stdin=subprocess.DEVNULL, timeout=60)


class Words(unittest.TestCase):
    def refused(self, status, *words):
        """What it said, in one line."""
        done = run(*words)
        self.assertEqual(done.returncode, status, (words, done.stdout, done.stderr))
        self.assertEqual(done.stdout, "", words)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("calciferctl: "), done.stderr)
        return done.stderr.strip()

    def printed(self, *words):
        done = run(*words)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        return done.stdout

    def understood(self, *words):
        """The words made sense: it went as far as to miss the bus."""
        self.assertIn("no session bus", self.refused(1, *words))

    def test_a_number_below_zero_is_a_word(self):
        self.understood("profile", "set", "place", "-33.9,18.4")
        self.understood("profile", "set", "place", "-33.9,18.4", "--since", "always")
        self.understood("profile", "set", "--since", "always", "place", "-33.9", "-18.4")
        self.understood("log", "sun", "-5")
        self.understood("log", "take", "d", "-0.5")
        self.understood("log", "sun", "20", "--uvi", "-3")
        self.assertIn("Unknown option -x", self.refused(2, "log", "take", "d", "-x"))

    def test_two_dashes_end_the_options(self):
        self.understood("profile", "set", "--", "place", "-33.9,18.4")
        self.understood("log", "food", "--", "--at")
        self.assertIn("is not a number", self.refused(2, "log", "take", "d", "--", "--json"))
        self.assertIn('"ratio"', self.printed("calc", "ratio", "--zenith=30", "--ozone=300", "--"))
        self.assertIn("one word too many", self.refused(2, "calc", "ratio", "--", "--zenith"))
        self.assertIn('"boot"', self.printed("calc", "record", "--", "00" * 20))

    def test_options_with_a_value_take_the_next_word(self):
        self.assertIn("'-5' is no time", self.refused(2, "log", "food", "eggs", "--at", "-5"))
        self.assertIn("from 1 to 120", self.refused(2, "tags", "scan", "--seconds", "-5"))
        self.assertIn("--at", self.refused(2, "log", "food", "eggs", "--at"))

    def test_a_group_says_which_verbs_it_has(self):
        line = self.refused(2, "calc")
        for verb in ("sun", "ratio", "bthome"):
            self.assertIn(verb, line)
        self.assertIn("'calciferctl calc --help'", line)

    def test_help_of_a_group(self):
        self.assertIn("calciferctl log take PRODUCT [N] [--at TIME]\n", self.printed("log", "--help"))
        self.assertIn("calciferctl calc sun --lat DEG", self.printed("calc", "--help"))
        self.assertEqual(self.printed("calc", "--help"), self.printed("calc", "help"))
        for group, line in (("tags", "tags map ADDRESS SLOT PRODUCT"), ("alerts", "alerts snooze ID [1h]"),
                            ("products", "products remove NAME"), ("profile", "profile set KEY VALUE")):
            said = self.printed(group, "--help")
            self.assertIn(f"calciferctl {line}", said)
            self.assertIn("--json", said)

    def test_help_of_a_verb(self):
        said = self.printed("calc", "sun", "--help")
        self.assertTrue(said.startswith("calciferctl calc sun --lat DEG"), said)
        self.assertNotIn("ratio", said)
        self.assertEqual(said, self.printed("calc", "sun", "--lat", "5", "-h"))
        self.assertIn("calciferctl log take [OPTION…] PRODUCT [N]", self.printed("log", "take", "--help"))
        self.assertIn("calciferctl tags map [OPTION…] ADDRESS SLOT PRODUCT", self.printed("tags", "map", "--help"))
        self.assertIn("calciferctl status", self.printed("status", "--help"))

    def test_errors_name_the_whole_verb(self):
        self.assertIn("'calciferctl log take --help'", self.refused(2, "log", "take", "d", "--bogus"))
        self.assertIn("calc sun: ", self.refused(2, "calc", "sun", "--lat", "91"))
        self.assertIn("'calciferctl calc sun --help'", self.refused(2, "calc", "sun", "--lat", "9"))
        self.assertIn("'calciferctl calc bthome --help'", self.refused(2, "calc", "bthome", "--bogus", "1"))

    def test_a_slip_is_guessed(self):
        for typed, meant in (("lgo", "log"), ("stauts", "status"), ("prodcts", "products"), ("wtach", "watch"),
                             ("explian", "explain"), ("prof", "profile"), ("tag", "tags"), ("food", "foods")):
            self.assertIn(f"Did you mean '{meant}'?", self.refused(2, typed))
        self.assertIn("Did you mean 'log take'?", self.refused(2, "log", "tkae"))
        self.assertIn("Did you mean 'calc bthome'?", self.refused(2, "calc", "btome", "00"))

    def test_no_guess_where_none_is_near(self):
        for typed in ("weather", "sleep", "", "x" * 300):
            line = self.refused(2, typed)
            self.assertNotIn("Did you mean", line)
            self.assertIn("'calciferctl --help'", line)

    def test_one_line_whatever_was_typed(self):
        self.refused(2, "lo\ng\033[31m")
        self.refused(2, "log", "sun", "ten\nminutes")
        self.refused(2, "calc", "bthome", "no\nhex")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
