#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Completion: what the program offers, and what bash makes of it."""

import json
import os
import subprocess
import sys
import unittest

from household import Household, programs_of

SCRIPTS = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "data",
                                        "completions"))
LOG = ["take", "food", "sun", "lab", "done"]


class Complete(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)

    def offered(self, *words):
        return self.home.ctl("complete", *words).splitlines()

    def test_verbs_and_options(self):
        self.home.start()
        self.assertEqual(self.offered("his"), ["history"])
        listed = [line.split()[1] for line in self.home.ctl("help").splitlines() if line.startswith("  calciferctl")]
        self.assertEqual(self.offered(""), listed)
        self.assertEqual(self.offered("log", "t"), ["take"])
        self.assertIn("--csv", self.offered("history", "--"))
        self.assertEqual(self.offered("nonsense", ""), [])
        self.assertEqual(self.offered("calc", "serum", "days.csv", "--p"), ["--plot", "--plain"])
        self.assertEqual(self.offered("calc", "burn", "--p"), ["--phototype"])
        self.assertEqual(self.offered("log", "sun", "20", "--"),
                         ["--uvi", "--sky", "--wearing", "--spf", "--at", "--json", "--help"])
        self.assertEqual(self.offered("profile", "set", "spf", "15", "--s"), ["--since"])
        self.assertEqual(self.offered("tags", "key", "--f"), ["--fetch"])
        self.assertEqual(self.offered("import", "x.csv", "--f"), ["--foods"])

    def test_names_from_the_daemon(self):
        self.home.start()
        self.home.ctl("products", "add", "d3k2", "d3=2000IU")
        self.assertEqual(self.offered("log", "take", "d"), ["d3k2"])
        self.assertEqual(self.offered("products", "remove", ""), ["d3k2"])
        self.assertIn("salmon", self.offered("log", "food", "sal"))

    def test_addresses_of_tags(self):
        home = Household(PROGRAMS)
        self.addCleanup(home.close)
        home.start()
        self.assertEqual(home.ctl("complete", "tags", "forget", ""), "")
        address = "C0:FF:EE:00:00:02"
        line = json.dumps({"kind": "tag", "at": "2026-05-10T10:00:00Z", "name": address, "value": "bthome"})
        file = os.path.join(home.home, "tag")
        with open(file, "w", encoding="utf-8") as whole:
            whole.write(line)
        home.ctl("import", file)
        self.assertEqual(home.ctl("complete", "tags", "forget", "C0:"), address)

    def test_without_a_daemon(self):
        self.assertEqual(self.offered("log", "take", ""), [])
        self.assertEqual(self.offered("sta"), ["status"])

    def typed(self, shell, *options):
        """What a shell offers."""
        said = subprocess.run([shell, *options], env=self.home.environment | {"PATH": self.path() + ":/usr/bin:/bin"},
                              capture_output=True, text=True, check=True, timeout=60)
        return said.stdout.split()

    def path(self):
        """A folder in which the program has the name that people type."""
        folder = os.path.join(self.home.home, "bin")
        os.makedirs(folder, exist_ok=True)
        if not os.path.exists(os.path.join(folder, "calciferctl")):
            os.symlink(os.path.abspath(PROGRAMS["ctl"]), os.path.join(folder, "calciferctl"))
        return folder

    def test_in_bash(self):
        text = (f"source {SCRIPTS}/calciferctl.bash; COMP_LINE='calciferctl log '; COMP_POINT=${{#COMP_LINE}};"
                " _calciferctl; printf '%s\\n' \"${COMPREPLY[@]}\"")
        self.assertEqual(self.typed("bash", "-euc", text), LOG)

    def test_in_zsh(self):
        text = ("compadd() { shift; print -l -- $@ }; words=(calciferctl log ''); CURRENT=3;"
                f" source {SCRIPTS}/_calciferctl")
        self.assertEqual(self.typed("zsh", "-fc", text), LOG)

    def test_in_fish(self):
        text = f"source {SCRIPTS}/calciferctl.fish; complete -C'calciferctl log '"
        self.assertLessEqual(set(LOG), set(self.typed("fish", "--no-config", "-c", text)))


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
