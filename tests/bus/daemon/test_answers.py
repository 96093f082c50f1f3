#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What all commands have in common: JSON, plain lines, one line of complaint, colour, width, and how long one waits."""

import json
import os
import struct
import sys
import time
import unittest

from household import Household, programs_of

TAG = "C0:FF:EE:00:00:01"
MS_AT_MOST = 50
DAYS, MINUTES_A_DAY = 60, 300

# Each command that shows something.
SHOWS = [["status"], ["log"], ["log", "--date", "2026-05-10"], ["profile", "keys"],
         ["status", "--date", "2026-05-10"], ["history"], ["plan"], ["alerts"], ["explain", "k2"],
         ["explain", "d-low"], ["explain", "today"], ["explain", "balance"], ["tags"], ["tags", "date", TAG], ["products"],
         ["foods"], ["foods", "search", "salmon"], ["foods", "--for", "calcium"], ["foods", "--richest", "calcium"], ["profile"],
         ["doctor"]]
# Each that does something, in an order in which all of it can be done. FILE is a name that is free.
DOES = [["profile", "set", "phototype", "2"], ["products", "add", "d3", "d3=2000IU"], ["products", "edit", "d3", "d3=1000IU"],
        ["products", "correct", "d3", "d3=1500IU"], ["log", "take", "d3"], ["log", "food", "salmon", "120g"],
        ["log", "sun", "20", "--uvi", "3"], ["log", "lab", "30ng/mL"], ["log", "done"], ["wear", "forearms"], ["undo"],
        ["foods", "add", "bread", "per=100g", "calcium=20mg"], ["foods", "recipe", "toast", "bread", "50g"],
        ["foods", "remove", "toast"], ["tags", "role", TAG, "worn"], ["tags", "map", TAG, "1", "d3"],
        ["tags", "allow", TAG, "yes"], ["tags", "forget", TAG], ["products", "remove", "d3"], ["export", "FILE"],
        ["export", "--format", "fhir", "FILE"], ["backup", "FILE"], ["report", "FILE"]]
# What asks, goes on for ever, or is data or help anyway.
NEITHER = {"setup", "watch", "calc", "help"}
# Read from what the others wrote.
WITH_ARGUMENTS = {"amend", "forget", "import", "restore"}


class Answers(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)
        self.home.start()
        self.files = 0

    def bring(self, *lines):
        file = os.path.join(self.home.home, "lines")
        with open(file, "w", encoding="utf-8") as whole:
            whole.writelines(json.dumps(line) + "\n" for line in lines)
        self.home.ctl("import", file)

    def adopt(self):
        self.bring({"kind": "tag", "at": "2026-05-10T10:00:00Z", "name": TAG, "value": "tag-event"})

    def named(self, words):
        """The words with a new name in place of FILE."""
        self.files += "FILE" in words
        return [os.path.join(self.home.home, f"file-{self.files}") if word == "FILE" else word for word in words]

    def test_json_everywhere(self):
        self.adopt()
        done = []
        for words in SHOWS + DOES:
            result = self.home.run(*self.named(words), "--json")
            self.assertIn(result.returncode, (0, 1) if words == ["doctor"] else (0,), (words, result.stderr))
            done.append((words, json.loads(result.stdout)))
        self.assertEqual([words for words, value in done if not isinstance(value, (dict, list))], [])
        sentences = {value["sentence"] for _, value in done if "sentence" in value}
        self.assertIn("That holds from now on.", sentences)
        food = json.loads(self.home.ctl("log", "food", "salmon", "--json"))["id"]
        amended = json.loads(self.home.ctl("amend", food, "80g", "--json"))["id"]
        self.assertIn("sentence", json.loads(self.home.ctl("forget", amended, "--json")))
        exported, _, backup = [value["file"] for _, value in done if "file" in value and "bytes" not in value]
        self.assertEqual(json.loads(self.home.ctl("import", exported, "--json"))["fresh"], 0)
        restored = json.loads(self.home.ctl("restore", backup, "--json"))
        self.assertEqual((restored["records_gone"], restored["from"]), (0, None))
        self.assertGreater(restored["entries_gone"], 0)
        self.assertEqual(self.home.daemon.wait(timeout=20), 0)
        self.home.start()
        known = {words[0] for words in DOES + SHOWS} | NEITHER | WITH_ARGUMENTS
        listed = {line.split()[1] for line in self.home.ctl("help").splitlines() if line.startswith("  calciferctl")}
        self.assertEqual(listed, known)

    def test_plain_everywhere(self):
        self.adopt()
        for words in SHOWS + DOES:
            result = self.home.run(*self.named(words), "--plain")
            self.assertIn(result.returncode, (0, 1) if words == ["doctor"] else (0,), (words, result.stderr))
            self.assertTrue(result.stdout.strip(), words)
            for mark in ("\033", "\r", "\u2588", "\u2591"):
                self.assertNotIn(mark, result.stdout, words)

    def test_status_needs_no_name(self):
        self.assertEqual(json.loads(self.home.ctl("--json")), self.home.status())
        self.assertEqual(json.loads(self.home.ctl("--date", "2026-05-10", "--json"))["date"], "2026-05-10")

    def test_one_line_of_complaint(self):
        self.adopt()
        for words in [words[:1] for words in DOES + SHOWS] + [[name] for name in NEITHER - {"help", "calc"}]:
            result = self.home.run(*words, "--nonsense")
            self.assertEqual(result.returncode, 2, words)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
            self.assertTrue(result.stderr.startswith("calciferctl: "), result.stderr)

    # -- At a terminal

    def shown(self, columns, *words, **environment):
        return self.home.shown(columns, *words, **environment)

    def fill(self):
        self.home.ctl("products", "add", "d3", "d3=2000IU")
        self.home.ctl("log", "take", "d3")
        self.home.ctl("log", "food", "salmon", "120g")
        self.home.ctl("log", "sun", "20", "--uvi", "5", "--at", "2026-05-11 12:00")

    def test_colour(self):
        self.fill()
        for words in (["status"], ["history"]):
            self.assertIn("\033[", self.shown(80, *words))
            self.assertNotIn("\033", self.shown(80, *words, NO_COLOR="1"))
            self.assertNotIn("\033", self.shown(80, *words, "--plain"))
            # Without its colour it says the same.
            bare = self.shown(80, *words, NO_COLOR="1")
            coloured = self.shown(80, *words)
            while "\033[" in coloured:
                before, _, after = coloured.partition("\033[")
                coloured = before + after.partition("m")[2]
            self.assertEqual(coloured, bare)

    def test_plots_fit(self):
        self.fill()
        longest = []
        for columns in (50, 80, 160):
            lines = self.shown(columns, "history", "--from", "2026-05-11", NO_COLOR="1").replace("\r", "").split("\n\n")[0]
            longest.append(max(len(line) for line in lines.splitlines()))
            self.assertLessEqual(longest[-1], columns)
        self.assertLess(longest[0], longest[1])  # and what room there is is used
        self.assertLess(longest[1], longest[2])

    def test_lines_fit(self):
        """Nothing is wider than the terminal. (A doctor's commands are, which are to be copied.)"""
        self.fill()
        self.adopt()
        shows = [words for words in SHOWS if words != ["doctor"]]
        for columns, commands in ((40, [["status"], ["status", "--date", "2026-05-11"], ["log"], ["tags"],
                                        ["foods", "--for", "calcium"]]),
                                  (60, [["status"], ["history"], ["plan"], ["alerts"], ["explain", "2026-05-11"]]),
                                  (80, shows), (200, shows)):
            for words in commands:
                lines = self.shown(columns, *words, NO_COLOR="1").replace("\r", "").splitlines()
                wide = [line for line in lines if len(line) > columns]
                self.assertEqual(wide, [], f"{words} at {columns}")

    def test_questions_fit(self):
        asked = self.home.run("setup", stdin="\n" * 9)
        self.assertIn("6 black skin", asked.stdout)
        self.assertEqual([line for line in asked.stdout.splitlines() if len(line) > 80], [])

    # -- Waiting

    def raw(self, sequence, at):
        """A minute with a UV index of 3, at most 4, worn."""
        return struct.pack("<IIHBBHHHH", sequence, at, 1, 1, 3, 60, 300, 400, 0).hex()

    def test_quick(self):
        """With two months of a tag's minutes. The best of several: how busy the machine is says nothing of us."""
        midday = int(time.time()) // 86400 * 86400 - DAYS * 86400 + 9 * 3600
        self.bring({"kind": "tag", "at": "2026-05-10T10:00:00Z", "name": TAG, "value": "tag-event"},
                   {"kind": "role", "at": "2026-05-10T10:00:00Z", "name": TAG, "value": "worn"},
                   *({"kind": "record", "address": TAG, "log": "00AB12CD",
                      "raw": self.raw(day * MINUTES_A_DAY + minute + 1, midday + day * 86400 + minute * 60)}
                     for day in range(DAYS - 1) for minute in range(MINUTES_A_DAY)))
        self.fill()
        slow = {}
        for words in SHOWS + [["log", "done"], ["complete", "log", "food", "sal"], ["complete", "tags", "forget", ""],
                              ["--version"]]:
            times = []
            while len(times) < 40 and min(times, default=1e9) > MS_AT_MOST:
                start = time.monotonic()
                self.home.run(*words)
                times.append((time.monotonic() - start) * 1000)
            slow[" ".join(words[:2])] = round(min(times), 1)
        allowed = MS_AT_MOST * (8 if "ASAN_OPTIONS" in os.environ else 1)
        self.assertEqual({words: ms for words, ms in slow.items() if ms > allowed}, {})
        start = time.monotonic()  # no answer, but a file
        self.home.ctl("report", os.path.join(self.home.home, "report.html"))
        self.assertLess(time.monotonic() - start, 5)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
