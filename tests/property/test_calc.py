#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The contract of `calciferctl calc`: members, exit statuses, what is refused. Usage: test_calc.py CALCIFERCTL"""

import datetime
import fcntl
import json
import math
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

CTL = "calciferctl"
SYNTHESIS = ["synthesis", "--uvi", "8", "--minutes", "10", "--zenith", "30", "--ozone", "300",
             "--phototype", "2", "--area", "0.25"]


def run(*words, locale="C"):
    environment = dict(os.environ, LC_ALL=locale)
    return subprocess.run([CTL, "calc", *words], capture_output=True, text=True, env=environment, timeout=20)


def on_terminal(columns, *words):
    """The same on a terminal of so many columns, without colour."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = dict(os.environ, LC_ALL="C.UTF-8", NO_COLOR="1")
    with subprocess.Popen([CTL, "calc", *words], stdout=theirs, stderr=subprocess.PIPE, text=True, env=environment) as child:
        os.close(theirs)
        said = b""
        while True:
            try:
                said += os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
        os.close(ours)
        return subprocess.CompletedProcess(words, child.wait(20), said.decode().replace("\r\n", "\n"), child.stderr.read())


class Calc(unittest.TestCase):
    def value(self, *words):
        done = run(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        return json.loads(done.stdout)

    def refused(self, *words, status=2, naming=""):
        done = run(*words)
        self.assertEqual(done.returncode, status, words)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn(naming, done.stderr)

    def serum(self, text, *words):
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
            file.write(text)
            file.flush()
            return self.value("serum", file.name, *words)

    def serum_refused(self, text, naming=""):
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
            file.write(text)
            file.flush()
            self.refused("serum", file.name, naming=naming)

    def test_sun(self):
        sun = self.value("sun", "--lat", "52.5", "--lon=13.4", "--time", "2026-06-21T12:00:00+02:00")
        self.assertEqual(list(sun), ["zenith_deg", "azimuth_deg", "sunrise", "noon", "sunset"])
        self.assertAlmostEqual(sun["zenith_deg"], 31.839, 2)
        self.assertEqual(sun["noon"], "2026-06-21T11:08:12Z")
        same = self.value("sun", "--time=2026-06-21T10:00Z", "--lon", "13.4", "--lat", "52.5")
        self.assertEqual(sun, same)

    def test_sun_of_the_south(self):
        sun = self.value("sun", "--lat", "-33.9", "--lon", "-70.5", "--time", "2026-12-21T16:00:00Z")
        self.assertLess(sun["sunrise"], sun["noon"])
        self.assertLess(sun["noon"], sun["sunset"])

    def test_polar_day_has_no_sunrise(self):
        for date in ("2026-06-21", "2026-12-21"):
            sun = self.value("sun", "--lat", "78", "--lon", "15", "--time", date + "T12:00:00Z")
            self.assertIsNone(sun["sunrise"])
            self.assertIsNone(sun["sunset"])
            self.assertTrue(sun["noon"].startswith(date))

    def test_ratio(self):
        ratio = self.value("ratio", "--zenith", "30", "--ozone", "300")
        self.assertEqual(list(ratio), ["ratio", "clamped"])
        self.assertAlmostEqual(ratio["ratio"], 1.955, 5)
        self.assertIs(ratio["clamped"], False)
        self.assertIs(self.value("ratio", "--zenith", "-1", "--ozone", "300")["clamped"], True)
        self.assertIs(self.value("ratio", "--zenith", "30", "--ozone", "501")["clamped"], True)

    def test_uvi(self):
        plain = self.value("uvi", "--zenith", "30", "--ozone", "300")
        self.assertAlmostEqual(plain["uvi"], 8.521, 4)
        self.assertIs(plain["clamped"], False)
        for cloud, factor in (("clear", 1), ("scattered", .89), ("broken", .73), ("overcast", .31), ("0.5", .5)):
            cloudy = self.value("uvi", "--zenith", "30", "--ozone", "300", "--cloud", cloud)["uvi"]
            self.assertAlmostEqual(cloudy / plain["uvi"], factor, 9)
        high = self.value("uvi", "--zenith", "30", "--ozone", "300", "--altitude-m", "2000")["uvi"]
        self.assertAlmostEqual(high / plain["uvi"], 1.11, 9)
        january = self.value("uvi", "--zenith", "30", "--ozone", "300", "--date", "2026-01-03")["uvi"]
        self.assertAlmostEqual(january / plain["uvi"], 1.0343, 3)
        night = self.value("uvi", "--zenith", "100", "--ozone", "300")
        self.assertEqual(night["uvi"], 0)
        self.assertIs(night["clamped"], True)

    def test_ozone(self):
        ozone = self.value("ozone", "--lat", "55", "--lon", "-3", "--date", "2026-03-16")
        self.assertEqual(list(ozone), ["ozone_du"])
        self.assertAlmostEqual(ozone["ozone_du"], 405, 0)

    def test_synthesis(self):
        made = self.value(*SYNTHESIS)
        self.assertEqual(set(made), {"iu", "iu_low", "iu_high", "erythemal_j_m2", "vitd_j_m2", "med_fraction", "clamped"})
        self.assertAlmostEqual(made["erythemal_j_m2"], 120)
        self.assertAlmostEqual(made["vitd_j_m2"], 234.6, 3)
        self.assertAlmostEqual(made["iu"], 2208.65, 1)
        self.assertAlmostEqual(made["iu_low"] * 2, made["iu"])
        self.assertAlmostEqual(made["iu_high"] / 2, made["iu"])
        self.assertAlmostEqual(made["med_fraction"], 0.48)

    def test_synthesis_with_sunscreen_age_and_calibration(self):
        plain = self.value(*SYNTHESIS)
        screened = self.value(*SYNTHESIS, "--spf", "27")
        self.assertEqual(screened["vitd_j_m2"], plain["vitd_j_m2"])
        self.assertAlmostEqual(screened["med_fraction"] * 3, plain["med_fraction"])
        self.assertLess(screened["iu"], plain["iu"] / 10)
        self.assertAlmostEqual(self.value(*SYNTHESIS, "--age", "60")["iu"] / plain["iu"], 0.49)
        self.assertLess(self.value(*SYNTHESIS, "--calibration", "webb-engelsen")["iu"], plain["iu"])
        self.assertEqual(self.value(*SYNTHESIS, "--calibration", "dowdy"), plain)

    def test_nothing_bare_makes_nothing(self):
        self.assertEqual(self.value(*SYNTHESIS, "--area", "0")["iu"], 0)

    def test_burn(self):
        burn = self.value("burn", "--uvi", "8", "--phototype", "3", "--spf", "27")
        self.assertAlmostEqual(burn["minutes"], 25 * 27)
        self.assertAlmostEqual(burn["minutes_as_applied"], 75)
        self.assertEqual(self.value("burn", "--uvi", "0", "--phototype", "3"),
                         {"minutes": None, "minutes_as_applied": None})

    def test_serum(self):
        days = self.serum("date,iu\n2026-02-27,1000\n2026-03-02,1000\n2026-03-02,lab=30ng/mL\n")
        self.assertEqual([day["date"] for day in days], ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"])
        self.assertEqual(list(days[0]), ["date", "nmol_l", "low", "high"])
        self.assertAlmostEqual(days[3]["nmol_l"], 74.88)
        self.assertAlmostEqual(days[3]["low"], 74.88 * 0.9)

    def test_serum_in_any_order_and_with_windows_line_ends(self):
        rows = ["2026-01-01,500", "2026-01-02,700", "2026-01-04,lab=60", "2026-01-02,300"]
        ordered = self.serum("date,iu\n" + "\n".join(rows) + "\n")
        self.assertEqual(ordered, self.serum("date,iu\r\n" + "\r\n".join(reversed(rows))))

    def test_serum_baseline(self):
        for baseline in ("80", "80nmol/L", "32.05128205128205ng/mL"):
            days = self.serum("date,iu\n2026-01-01,0\n", "--baseline", baseline)
            self.assertAlmostEqual(days[0]["nmol_l"], 80)
        self.assertEqual(self.serum("date,iu\n"), [])

    def test_serum_refusals(self):
        self.refused("serum", naming="FILE")
        self.refused("serum", "/nonexistent.csv", status=1, naming="/nonexistent.csv")
        for text, naming in (("", ":1:"), ("2026-01-01,5\n", ":1:"), ("date,iu\n2026-01-01\n", ":2:"),
                             ("date,iu\n2026-01-01,-5\n", ":2:"), ("date,iu\n2026-02-30,5\n", ":2:"),
                             ("date,iu\n2026-01-01,5\n2026-01-02,lab=x\n", ":3:"),
                             ("date,iu\n2026-01-01,lab=5mg\n", ":2:"), ("date,iu\n2026-01-01,1,2\n", ":2:"),
                             ("date,iu\n1900-01-01,5\n2026-01-02,5\n", "century")):
            self.serum_refused(text, naming)

    def drawn(self, text, *words, columns=None):
        """What serum prints of such a file when it is not JSON: lines; on a terminal, when it is so wide."""
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write(text)
            file.flush()
            done = run("serum", file.name, *words) if columns is None else on_terminal(columns, "serum", file.name, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def test_serum_plot(self):
        text = "date,iu\n" + "".join(f"2026-01-{day:02},2000\n" for day in range(1, 31)) + "2026-01-20,lab=90\n"
        lines = self.drawn(text, "--plot")
        days = self.serum(text)
        self.assertEqual(len(lines), 20, lines)
        self.assertIn("nmol/L", lines[0])
        top = float(lines[1].split("\u2502")[0])
        self.assertEqual(top, 120)  # over the highest of all ranges
        self.assertLess(top - 20, max(day["high"] for day in days))
        plot = [line.split("\u2502")[1].ljust(60) for line in lines[1:17]]
        for i, day in enumerate(days):
            column = [row[2 * i] for row in plot][::-1]  # two columns to a day
            self.assertEqual(column, [row[2 * i + 1] for row in plot][::-1])
            mark = "L" if i == 19 else "\u2593"
            self.assertEqual(column.index(mark), int(day["nmol_l"] / top * 16))
            shown = [row for row, glyph in enumerate(column) if glyph != " "]
            self.assertEqual(shown, list(range(int(day["low"] / top * 16), math.ceil(day["high"] / top * 16))))
        self.assertEqual("".join(plot).count("L"), 2)
        self.assertEqual(lines[18].strip(), "2026-01-01 to 2026-01-30")
        self.assertIn("L a laboratory value", lines[19])
        self.assertNotIn("\033", "".join(lines))

    def test_serum_plot_fits_the_terminal(self):
        first = datetime.date(2024, 1, 1)
        text = "date,iu\n" + "".join(f"{first + datetime.timedelta(day)},{40 * (day % 100)}\n" for day in range(700))
        for columns in (40, 80, 132):
            lines = self.drawn(text, "--plot", columns=columns)
            self.assertLessEqual(max(map(len, lines)), columns)
            self.assertEqual(len(lines[17]), columns)
            self.assertIn(f"; 700 days in {columns - 8} columns", " ".join(lines[19:]))
            days = self.serum(text)
            plot, top = [line.split("\u2502")[1].ljust(columns) for line in lines[1:17]], float(lines[1].split("\u2502")[0])
            for last, column in ((699, columns - 9), (700 // (columns - 8) - 1, 0)):
                self.assertEqual([row[column] for row in plot][::-1].index("\u2593"), int(days[last]["nmol_l"] / top * 16))

    def test_serum_in_a_line_to_a_date(self):
        text = "date,iu\n2026-01-01,1000\n2026-01-03,lab=60\n"
        days = self.serum(text)
        said = [f"{day['date']}: {day['nmol_l']:.0f} nmol/L, {day['low']:.0f} to {day['high']:.0f}" for day in days]
        said[2] += "; a laboratory value of 60"
        self.assertEqual(self.drawn(text, "--plain"), said)
        self.assertEqual(self.drawn(text, "--plot", "--plain", columns=80), said)
        self.assertEqual(self.drawn("date,iu\n", "--plot"), ["There is no date in the file."])

    def test_serum_has_no_labels(self):
        text = "date,iu\n" + "".join(f"2026-{month:02}-01,lab={n}\n" for month, n in ((1, 5), (2, 40), (3, 70), (4, 400)))
        for option in ("--plot", "--plain"):
            said = " ".join(self.drawn(text, option)).lower()
            for label in ("defici", "suffici", "optim", "toxic", "normal", "low", "high"):
                self.assertNotIn(label, said)

    def test_a_flag_takes_no_value(self):
        self.refused("serum", "x.csv", "--plot=yes", naming="--plot")
        self.refused("serum", "x.csv", "--plot", "yes", naming="yes")

    def test_refusals_name_the_word(self):
        sun = ["sun", "--lat", "1", "--lon", "2", "--time", "2026-06-21T12:00:00Z"]
        for words, naming in (
                (["sun"], "--lat"), (sun[:5], "--time"), (sun + ["--lat", "90.1"], "--lat"),
                (sun + ["--lon", "181"], "--lon"), (sun + ["--time", "2026-06-21T12:00:00"], "--time"),
                (sun + ["--time", "2026-06-21"], "--time"), (sun + ["--tilt", "3"], "--tilt"), (sun + ["--lat"], "--lat"),
                (["ratio", "--zenith", "x", "--ozone", "300"], "--zenith"),
                (["ratio", "--zenith", "nan", "--ozone", "300"], "--zenith"),
                (["ratio", "--zenith", "1,5", "--ozone", "300"], "--zenith"),
                (["ratio", "--zenith", "1", "--ozone", "300", "more"], "more"),
                (["uvi", "--zenith", "1", "--ozone", "300", "--cloud", "1.1"], "--cloud"),
                (["uvi", "--zenith", "1", "--ozone", "300", "--date", "2026-13-01"], "--date"),
                (SYNTHESIS + ["--uvi", "-1"], "--uvi"), (SYNTHESIS + ["--area", "1.01"], "--area"),
                (SYNTHESIS + ["--phototype", "0"], "--phototype"), (SYNTHESIS + ["--phototype", "2.5"], "--phototype"),
                (SYNTHESIS + ["--spf", "0.5"], "--spf"), (SYNTHESIS + ["--calibration", "other"], "--calibration"),
                (["burn", "--uvi", "5", "--phototype", "7"], "--phototype"), (["sunn"], "sunn")):
            with self.subTest(words=words):
                self.refused(*words, naming=naming)

    def test_numbers_do_not_follow_the_locale(self):
        for locale in ("C", "C.UTF-8", "de_DE.UTF-8"):
            done = run("ratio", "--zenith", "30.5", "--ozone", "300", locale=locale)
            self.assertEqual(done.returncode, 0)
            self.assertAlmostEqual(json.loads(done.stdout)["ratio"], 1.9526, 3)

    def test_help_lists_each_verb(self):
        done = run("help")
        self.assertEqual(done.returncode, 0)
        for verb in ("sun", "ratio", "uvi", "ozone", "synthesis", "burn", "serum", "bthome", "record"):
            self.assertIn("calc " + verb + " ", done.stdout)


if __name__ == "__main__":
    CTL = sys.argv.pop(1)
    unittest.main()
