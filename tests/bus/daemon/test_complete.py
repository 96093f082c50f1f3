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

    def test_values(self):
        """What the core knows."""
        self.assertEqual(self.offered("profile", "set", "b"), ["birth-year"])
        self.assertIn("threshold.sun-burn", self.offered("profile", "set", "threshold."))
        self.assertEqual(self.offered("profile", "set", "stage", ""), ["none", "pregnant", "may-become", "lactating"])
        self.assertEqual(self.offered("profile", "set", "medicines", "lithium,warf"), ["lithium,warfarin"])
        self.assertEqual(self.offered("wear", "sw"), ["swimwear"])
        self.assertEqual(self.offered("log", "sun", "20", "--sky", "b"), ["broken"])
        self.assertEqual(self.offered("export", "--format", ""), ["csv", "jsonl", "fhir"])
        self.assertEqual(self.offered("tags", "role", "C0:FF:EE:00:00:01", "w"), ["worn"])

    def test_what_is_in_the_ledger(self):
        self.home.start()
        self.home.ctl("products", "add", "strong", "d=20000IU") # at any hour too much, which sun is not behind midnight
        entry = json.loads(self.home.ctl("log", "take", "strong", "--json"))["id"]
        self.home.ctl("foods", "add", "bread", "per=100g", "calcium=20mg")
        alerts = [alert["id"] for alert in self.home.alerts().values()]
        self.assertTrue(alerts)
        for verb in ("dismiss", "snooze"):
            self.assertEqual(self.offered("alerts", verb, ""), alerts)
        self.assertLessEqual(set(alerts) | {"k-steady", "balance"}, set(self.offered("explain", "")))
        for verb in ("undo", "amend", "forget"):
            self.assertEqual(self.offered(verb, ""), [entry])
        self.assertEqual(self.offered("foods", "remove", ""), ["bread"])
        self.assertEqual(self.offered("foods", "recipe", "lunch", "bre"), ["bread"])
        self.assertEqual(self.offered("foods", "recipe", "lunch", "bread", ""), [])
        self.assertEqual(self.offered("foods", "recipe", "lunch", "bread", "50g", "salmon-c"), ["salmon-canned"])
        half = entry[:30]
        for line, expected in ((f"calciferctl alerts dismiss {alerts[0][:3]}", alerts[0]), (f"calciferctl undo {half}", entry),
                               ("calciferctl foods recipe lunch bread 50g salmo", "salmon"),
                               ("calciferctl profile set birth", "birth-year")):
            for shell in ("bash", "zsh", "fish"):
                self.assertIn(expected, self.shells(shell, line), f"{shell}: {line}")

    def test_a_name_that_bash_would_run(self):
        """A product may be called anything; what completion puts on the line is quoted."""
        self.home.start()
        self.home.ctl("products", "add", "$(reboot)", "d3=2000IU")
        self.assertEqual(self.shells("bash", "calciferctl log take "), ["\\$\\(reboot\\)"])

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

    def shells(self, shell, line):
        """What a shell offers behind what was typed. In bash it is what comes behind the last colon."""
        words = line.split(" ")
        if shell == "bash":
            return self.typed("bash", "-euc",
                              f"source {SCRIPTS}/calciferctl.bash; COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}};"
                              " _calciferctl; printf '%s\\n' \"${COMPREPLY[@]}\"")
        if shell == "zsh":
            quoted = " ".join(f"'{word}'" for word in words)
            return self.typed("zsh", "-fc", f"compadd() {{ shift; print -l -- $@ }}; words=({quoted});"
                              f" CURRENT={len(words)}; source {SCRIPTS}/_calciferctl")
        return self.typed("fish", "--no-config", "-c", f"source {SCRIPTS}/calciferctl.fish; complete -C'{line}'")

    def test_in_each_shell(self):
        for shell in ("bash", "zsh"):
            self.assertEqual(self.shells(shell, "calciferctl log "), LOG)
        self.assertLessEqual(set(LOG), set(self.shells("fish", "calciferctl log ")))


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
