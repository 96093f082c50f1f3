#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/model.md tells of the codes, thresholds and audiences what the tables of the program say.

    test_model.py SOURCE-ROOT
"""

import re
import sys
import unittest
from pathlib import Path

ROOT = None
UNITS = {"IU": "IU", "MG": "mg", "MINUTES": "min", "PERCENT": "%", "HOURS": "h", "RATIO": "", "MED": "", "UVI": ""}
OF_THE_PERSON = r"(RDA|AI|EAR|UL)\b"


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def section(heading):
    """What stands below a heading, up to the next one of its kind or above."""
    level = len(heading.split(" ")[0])
    text = read("doc/model.md")
    behind = text[text.index("\n" + heading + "\n") + len(heading) + 2:]
    return re.split(r"^#{1,%d} " % level, behind, flags=re.M)[0]


def rows(text):
    """The cells of each row of the tables in a text, without their heads."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    heads = {i - 1 for i, row in enumerate(cells) if set("".join(row)) == {"-"}}
    return [row for i, row in enumerate(cells) if i not in heads and i - 1 not in heads]


def told():
    """Code to its row: when, days, threshold, tone, quiet."""
    return {row[0].strip("`"): row[1:] for row in rows(section("## 10. What sets off which notice"))
            if len(row) == 6}


def facts():
    """Of lib/balance/code.c: name, severity, measure, threshold, quiet time in seconds."""
    table = re.search(r"facts\[CAL_CODE_COUNT\] = \{(.*?)\n\};", read("lib/balance/code.c"), re.S)[1]
    for row in re.findall(r"\{\s*CAL_CODE_(.*?)\}", table, re.S):
        cells = [cell.strip() for cell in row.replace("\n", " ").split(",")]
        quiet = eval(cells[5], {}, {"HOUR": 3600, "DAY": 86400})  # "7 * DAY"
        yield (cells[1].strip('"'), cells[2].removeprefix("CAL_SEVERITY_").lower(),
               cells[3].removeprefix("CAL_MEASURE_"), cells[4], quiet)


class Codes(unittest.TestCase):
    def test_each_code_once_and_no_other(self):
        listed = [row[0] for row in rows(section("## 10. What sets off which notice")) if len(row) == 6]
        self.assertEqual(listed, [f"`{name}`" for name in re.findall(r'"([a-z0-9-]+)", CAL_SEVERITY', read("lib/balance/code.c"))])
        self.assertEqual(len(listed), len(list(facts())))

    def test_tone_and_quiet_time(self):
        for name, severity, _, _, quiet in facts():
            with self.subTest(name):
                number, unit = told()[name][4].split()
                self.assertEqual(told()[name][3], severity)
                self.assertEqual(int(number) * {"h": 3600, "d": 86400}[unit], quiet)

    def test_threshold(self):
        for name, _, measure, threshold, _ in facts():
            said = told()[name][2]
            with self.subTest(name):
                if threshold == "NAN" and measure in ("NONE", "COUNT"):
                    self.assertEqual(said, "none")
                elif threshold == "NAN":
                    self.assertRegex(said, OF_THE_PERSON)
                else:
                    number = "1/3" if threshold == "1.0 / 3.0" else f"{float(threshold):g}"
                    self.assertEqual(said.split(";")[0].replace(" ", ""), number + UNITS[measure])

    def test_numbers_that_other_files_hold(self):
        text = section("## 10. What sets off which notice")
        for path, line, words in (
                ("lib/balance/find_balance.c", "#define KNOWN_OF_WEEK      5", "5 of 7"),
                ("lib/balance/find_balance.c", "#define KNOWN_OF_FORTNIGHT 10", "10 of 14"),
                ("lib/balance/find_balance.c", "#define BURST_MG 500.0", "over 500 mg"),
                ("lib/balance/day_intake.c", "#define BURST_S 1800", "within half an hour"),
                ("lib/balance/day_intake.c", "#define K2_FOOD_UG 5.0", "over 5 µg"),
                ("lib/balance/finding.c", "#define HYSTERESIS 0.10", "by a tenth"),
                ("lib/balance/finder.h", "#define CAL_FINDER_FRESH_S (30 * 60)", "half an hour ago"),
                ("lib/balance/finder.h", "#define CAL_FINDER_MISSED_UNTIL_S (12 * 3600)", "up to 12 h"),
                ("lib/balance/finder.h", "#define CAL_FINDER_RADIO_S 60", "for a minute"),
                ("lib/balance/sight.h", "#define CAL_SIGHT_RUN 3", "three doubtful readings"),
                ("include/calcifer/audience.h", "#define CAL_AUDIENCE_K_PORTION_UG 20.0", "over 20 µg")):
            with self.subTest(line):
                self.assertIn(line, read(path))
                self.assertIn(words, text)


class Audiences(unittest.TestCase):
    def test_everybody_has_a_row(self):
        text = section("### Who is spoken to differently")
        found = re.findall(r"\{ CAL_(?:CONDITION|MEDICINE)_(\w+), ", read("lib/balance/audience.c"))
        self.assertGreater(len(found), 20)
        for name in found:
            with self.subTest(name):
                self.assertIn("`%s`" % name.lower().replace("_", "-"), text)

    def test_whom_no_sun_is_advised(self):
        """In the first two rows are those and no others."""
        first = " ".join(row[0] for row in rows(section("### Who is spoken to differently"))[:2])
        table = re.findall(r"\{ CAL_(?:CONDITION|MEDICINE)_(\w+), ([^}]*) \}", read("lib/balance/audience.c"))
        self.assertEqual(sorted(re.findall(r"`([a-z-]+)`", first)),
                         sorted(name.lower().replace("_", "-") for name, bits in table if "NO_SUN" in bits))

    def test_who_is_told_to_ask(self):
        third, fourth = (row[0] for row in rows(section("### Who is spoken to differently"))[2:4])
        table = re.findall(r"\{ CAL_(?:CONDITION|MEDICINE)_(\w+), ([^}]*) \}", read("lib/balance/audience.c"))
        for cell, bit in ((third, "ASK_DOCTOR"), (fourth, "ASK_KIDNEY")):
            self.assertEqual(sorted(re.findall(r"`([a-z-]+)`", cell)),
                             sorted(name.lower().replace("_", "-") for name, bits in table if bit in bits))


if __name__ == "__main__":
    ROOT = Path(sys.argv[1])
    unittest.main(argv=sys.argv[:1])
