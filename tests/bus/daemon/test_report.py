#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The report: one page that is valid, small, private, readable in both themes, and holds no markup of others."""

import datetime
import json
import os
import re
import stat
import subprocess
import sys
import unittest
import zoneinfo

from household import Gio, GLib, Household, programs_of, until

BYTES_AT_MOST = 192 * 1024  # of a whole year

NODE = """<node><interface name="org.calciferd.Balance1"><method name="GetDays"><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="a{sv}" direction="out"/>
<arg type="s" direction="out"/></method></interface>
<interface name="org.calciferd.Ledger1"><method name="GetEntries"><arg type="s" direction="in"/>
<arg type="x" direction="in"/><arg type="x" direction="in"/><arg type="s" direction="in"/><arg type="u" direction="in"/>
<arg type="aa{sv}" direction="out"/><arg type="s" direction="out"/></method></interface>
<interface name="org.calciferd.Alerts1"><property name="Alerts" type="aa{sv}" access="read"/></interface></node>"""

FROM_THE_AIR = "<script>alert('x')</script> & \"quoted\" \u202e\x1b[31m"


def contrast(one, other):
    """WCAG 2.1's ratio of two colours like #1c1917."""
    def luminance(colour):
        parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def themes_of(page):
    """The colours of the light theme and of the dark one."""
    light, dark = re.findall(r":root \{(.*?)\}", page, re.S)
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", theme)) for theme in (light, dark)]


class Report(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)
        self.file = os.path.join(self.home.home, "report.html")

    def fill(self):
        self.home.start()
        ctl = self.home.ctl
        ctl("products", "add", "d", "d=1000IU")
        today = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Berlin")).date()
        day = today - datetime.timedelta(days=300)
        ctl("log", "sun", "20", "--uvi", "5", "--wearing", "tshirt-shorts", "--at", f"{day} 12:00")
        ctl("log", "lab", "30ng/mL", "--at", f"{day} 13:00")
        ctl("log", "food", "salmon", "100g")

    def page(self, *words):
        told = json.loads(self.home.ctl("report", self.file, "--json", *words))
        with open(self.file, encoding="utf-8") as file:
            page = file.read()
        self.assertEqual(told["bytes"], os.path.getsize(self.file))
        self.assertEqual(told["file"], self.file)
        return told, page

    def test_of_nothing_and_of_hostile_names(self):
        self.home.start()
        told, page = self.page()
        self.assertEqual(told["days"], 1)
        self.assertIn("there is none yet", page)
        self.assertNotIn("about ?", page)
        hostile = "<script>alert(1)</script>&\"'"
        self.home.ctl("products", "add", hostile, "d=1000IU")
        for _ in range(3):
            self.home.ctl("log", "take", hostile, "100")  # an alert names it, perhaps
        told, page = self.page()
        self.assertNotIn("<script", page)
        self.assertNotIn("there is none yet", page)

    def test_a_year(self):
        self.fill()
        told, page = self.page("--days", "366")
        self.assertEqual(told["days"], 301)  # nothing is said of what is before the oldest event
        self.assertLess(told["bytes"], BYTES_AT_MOST)
        self.assertIn("Laboratory, ", page)
        self.assertIn(": 75 nmol/L", page)
        self.assertEqual(page.count('class="lab"'), 1)
        self.assertEqual(page.count('class="sun"'), 1)
        self.assertEqual(page.count('class="band"'), 1)
        self.assertIn("Calcium, mg", page)
        self.assertEqual(self.page("--days", "30")[0]["days"], 30)

    def test_valid_and_by_itself(self):
        self.fill()
        _, page = self.page()
        checked = subprocess.run(["tidy", "-quiet", "-errors", "--drop-empty-elements", "no", self.file],
                                 capture_output=True, text=True, check=False)
        # tidy takes the title of an SVG for that of HTML, which has no id; nothing else is let through.
        known = re.compile(r'line \d+ column \d+ - Warning: <title> proprietary attribute "id"')
        lines = checked.stderr.splitlines()
        self.assertEqual(([line for line in lines if not known.fullmatch(line)], len(lines)), ([], 2))
        self.assertIsNone(re.search(r"<script|\bsrc=|href=|url\(|@import|https?:", page))
        self.assertEqual(re.findall(r"<h(\d)", page), ["1"] + ["2"] * 6)
        self.assertEqual(page.count("<svg role=\"img\""), 2)
        for ids in re.findall(r'aria-labelledby="([^"]*)"', page):
            for identity in ids.split():
                self.assertEqual(page.count(f'id="{identity}"'), 1)

    def test_contrast_in_both_themes(self):
        self.fill()
        for theme in themes_of(self.page()[1]):
            for name in ("ink", "faint"):
                self.assertGreaterEqual(contrast(theme[name], theme["paper"]), 4.5, name)
            for name in ("sun", "food", "supplement"):
                self.assertGreaterEqual(contrast(theme[name], theme["paper"]), 3, name)
            self.assertGreaterEqual(contrast(theme["supplement"], theme["range"]), 3)  # the estimate upon its range

    def test_private_and_never_half(self):
        self.fill()
        with open(self.file, "w", encoding="utf-8") as file:
            file.write("somebody's own")
        self.assertIn("is no report", self.home.ctl("report", self.file, expect=1))
        self.assertEqual(os.stat(self.file).st_size, len("somebody's own"))
        os.unlink(self.file)
        self.page()
        os.chmod(self.file, 0o644)
        before = os.stat(self.file).st_ino
        self.page()
        self.assertEqual(stat.S_IMODE(os.stat(self.file).st_mode), 0o600)
        self.assertNotEqual(os.stat(self.file).st_ino, before)  # another file came in its place
        self.assertEqual([name for name in os.listdir(self.home.home) if name.startswith("report")], ["report.html"])

    def test_refused(self):
        self.fill()
        for words, status in [([], 2), ([self.file, "--days", "0"], 2), ([self.file, "--days", "367"], 2),
                              ([os.path.join(self.home.home, "no", "where.html")], 1)]:
            result = self.home.run("report", *words)
            self.assertEqual(result.returncode, status, words)
            self.assertEqual(len(result.stderr.strip().splitlines()), 1)

    def test_text_from_the_air(self):
        """A daemon played by the test hands on what a tag calls itself."""
        bus = self.home.session
        bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                      GLib.Variant("(su)", ("org.calciferd", 0)), None, Gio.DBusCallFlags.NONE, -1, None)
        days = {"Date": GLib.Variant("as", ["2026-05-09"])}
        alert = {"severity": GLib.Variant("s", "notice"), "text": GLib.Variant("s", FROM_THE_AIR)}

        def on_call(_bus, _sender, _path, _interface, method, _arguments, invocation):
            invocation.return_value(GLib.Variant("(a{sv}s)", (days, "")) if method == "GetDays"
                                    else GLib.Variant("(aa{sv}s)", ([], "")))

        for interface in Gio.DBusNodeInfo.new_for_xml(NODE).interfaces:
            bus.register_object("/org/calciferd", interface, on_call,
                                lambda *_: GLib.Variant("aa{sv}", [alert]), None)
        with subprocess.Popen([PROGRAMS["ctl"], "report", self.file], env=self.home.environment,
                              stdout=subprocess.DEVNULL) as client:
            until(lambda: client.poll() is not None, 10, "the report")
        self.assertEqual(client.returncode, 0)
        with open(self.file, encoding="utf-8") as file:
            page = file.read()
        self.assertIn("&lt;script&gt;alert(", page)
        self.assertNotIn("<script", page)
        self.assertNotIn("\u202e", page)
        self.assertNotIn("\x1b", page)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1])
