#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is made in HTML, as a browser shows it, reads it aloud and prints it: the report of a year in which something
happened on every day, and the pages for authors.

Its pictures are kept in $ARTEFACTS, to be looked at.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import html5lib

from browser import Browser
from household import GLib, Household, programs_of
from test_german import make_locale
from test_report import contrast

DAYS = 366
DAY_S = 86400
BYTES_AT_MOST = 192 * 1024

# Each text that is seen: its colour, what is painted behind it, and how large it is.
TEXTS = """(() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const of = node.parentElement;
    if (!node.data.trim() || of.closest('title, desc, style')) continue;
    const style = getComputedStyle(of), svg = of.namespaceURI.endsWith('svg');
    let behind = of;
    while (behind && getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
    found.push({text: node.data.trim(), ink: svg ? style.fill : style.color, size: parseFloat(style.fontSize),
                paper: behind ? getComputedStyle(behind).backgroundColor : 'none'});
  }
  return found;
})()"""

PLOTS = """Array.from(document.querySelectorAll('svg'), one => {
  const at = one.getBoundingClientRect();
  return {x: at.x + scrollX, y: at.y + scrollY, width: at.width, height: at.height};
})"""


def hexadecimal(colour):
    """'rgb(1, 2, 3)' as '#010203'; anything else is not opaque."""
    return "#" + "".join(f"{int(part):02x}" for part in re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour).groups())


def measured(png, what):
    """A figure of a picture, by ImageMagick."""
    done = subprocess.run(["convert", "png:-", "-format", what, "info:"], input=png, capture_output=True, check=True)
    return float(done.stdout)


def keep(name, data):
    folder = pathlib.Path(os.environ.get("ARTEFACTS", "artefacts"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def fill(home):
    """A person's year: a supplement and sun on every day, food, two laboratory values, and an overdose today."""
    for key, value in (("birth-year", "1980"), ("phototype", "2"), ("place", "52.5,13.4")):
        home.ctl("profile", "set", key, value, "--since", "always")
    home.ctl("products", "add", "d", "d=1000IU", "mk7=100ug")
    home.ctl("products", "correct", "d", "d=1000IU")
    now, options = int(time.time()), {"uvi": GLib.Variant("d", 3.0), "wearing": GLib.Variant("s", "tshirt-shorts")}
    for day in range(1, DAYS):
        at = now - day * DAY_S
        home.call("Ledger1", "Take", "(sdxa{sv})", "d", 1.0 + day % 3, at, {})
        home.call("Ledger1", "Sun", "(dxa{sv})", float(5 + day % 20), at, options)
    for day, value in ((300, "48nmol/L"), (30, "31ng/mL")):
        home.call("Ledger1", "Lab", "(sxa{sv})", value, now - day * DAY_S, {})
    home.ctl("log", "food", "salmon", "100g")
    home.ctl("log", "take", "d", "11")


class Case(unittest.TestCase):
    """Something in the browser; `browser` is one for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def check_contrast(self, texts_at_least):
        for scheme in ("light", "dark"):
            self.browser.dress(scheme)
            texts = self.browser.ask(TEXTS)
            self.assertGreater(len(texts), texts_at_least)
            for one in texts:
                ratio = contrast(hexadecimal(one["ink"]), hexadecimal(one["paper"]))
                self.assertGreaterEqual(ratio, 4.5, f"{scheme}: {one}")

    def check_width(self):
        for width in (360, 800, 1920):
            self.browser.resize(width)
            self.assertLessEqual(self.browser.ask("document.documentElement.scrollWidth"), width)

    def check_alone(self, file):
        """Nothing is fetched, and nothing complained of."""
        asked = [told["request"]["url"] for told in self.browser.told("Network.requestWillBeSent")]
        self.assertEqual(asked, ["file://" + str(file)])
        self.assertEqual(self.browser.ask("performance.getEntriesByType('resource').length"), 0)
        self.assertEqual(self.browser.ask("document.scripts.length"), 0)
        self.assertEqual(self.browser.told("Log.entryAdded") + self.browser.told("Runtime.exceptionThrown"), [])
        self.assertEqual(self.browser.ask("document.compatMode"), "CSS1Compat")


class Pages(Case):
    def test_pages_for_authors(self):
        pages = sorted(pathlib.Path(PAGES).glob("*.html"))
        self.assertEqual([page.stem for page in pages], ["calcifer-tag-profile", "org.calciferd"])
        for page in pages:
            with self.subTest(page.stem):
                html5lib.HTMLParser(strict=True).parse(page.read_bytes())
                self.browser.dress("light")
                self.browser.open(str(page))
                keep(f"{page.stem}.png", self.browser.picture())
                self.check_alone(page)
                self.check_width()
                self.check_contrast(300)


class Report(Case):
    name, locale, language = "report", "C.UTF-8", "en"
    headings = ["Today", "Months", "Vitamin D by source", "In the blood", "Nutrients today", "Alerts"]
    laboratory, disclaimer = "Laboratory, ", "Not a medical device"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.TemporaryDirectory(prefix="calcifer-report-")
        cls.addClassCleanup(cls.folder.cleanup)
        with Household(PROGRAMS, simulator=False) as home:
            home.start()
            fill(home)
            cls.file = os.path.join(cls.folder.name, "report.html")
            make_locale(cls.folder.name)
            home.environment |= {"LANG": cls.locale, "LOCPATH": cls.folder.name}
            os.symlink(CATALOGUES, os.path.join(home.home, "share", "locale"))
            home.ctl("report", cls.file, "--days", str(DAYS))

    def setUp(self):
        self.browser.dress("light")
        self.browser.open(self.file)

    def test_valid_and_bounded(self):
        data = pathlib.Path(self.file).read_bytes()
        self.assertLess(len(data), BYTES_AT_MOST)
        html5lib.HTMLParser(strict=True).parse(data)
        with self.assertRaises(html5lib.html5parser.ParseError):  # it would say so
            html5lib.HTMLParser(strict=True).parse(data.replace(b"</table>", b"</tabel>", 1))

    def test_nothing_is_fetched_and_nothing_complained_of(self):
        self.check_alone(self.file)

    def test_light_and_dark(self):
        brightness = {}
        for scheme in ("light", "dark"):
            self.browser.dress(scheme)
            whole = self.browser.picture()
            keep(f"{self.name}-{scheme}.png", whole)
            brightness[scheme] = measured(whole, "%[fx:mean]")
            plots = self.browser.ask(PLOTS)
            self.assertEqual(len(plots), 2)
            for clip in plots:
                self.assertGreater(clip["height"], 150)
                picture = self.browser.picture(clip)
                self.assertGreater(measured(picture, "%k"), 20, "a plot has hardly a colour")
                self.assertGreater(measured(picture, "%[fx:standard_deviation]"), 0.05, "a plot is all but blank")
        self.assertGreater(brightness["light"], 0.75)
        self.assertLess(brightness["dark"], 0.35)

    def test_every_text_can_be_read(self):
        self.check_contrast(100)

    def test_it_fits_a_telephone_and_a_wide_screen(self):
        self.check_width()

    def test_read_aloud(self):
        nodes = [node for node in self.browser.call("Accessibility.getFullAXTree")["nodes"] if not node.get("ignored")]

        def of(*roles):
            return [node for node in nodes if node["role"]["value"] in roles]

        def name(node):
            return node.get("name", {}).get("value", "")

        levels = [(one["value"]["value"], name(node)) for node in of("heading") for one in node["properties"]
                  if one["name"] == "level"]
        self.assertEqual(levels[1:], [(2, text) for text in self.headings])
        self.assertEqual(levels[0][0], 1)
        pictures = of("image", "img", "graphics-document")
        self.assertEqual(len(pictures), 2)
        for picture in pictures:
            self.assertGreater(len(name(picture)), 10)
            self.assertGreater(len(picture.get("description", {}).get("value", "")), 20)
        self.assertEqual(len(of("main")), 1)
        self.assertGreaterEqual(len(of("columnheader")), 8 + 5)
        self.assertGreaterEqual(len(of("rowheader")), 12 + 5)
        self.assertTrue(all(map(name, of("rowheader", "columnheader"))))
        self.assertEqual(self.browser.ask("document.documentElement.lang"), self.language)
        self.assertTrue(self.browser.ask("document.title"))

    def test_two_pages_of_paper(self):
        """Also when the desktop is dark, with backgrounds and without, and on the other continent's paper."""
        self.browser.dress("dark")
        for kind, paper in (("a4", {"preferCSSPageSize": True, "printBackground": True}),
                            ("plain", {"preferCSSPageSize": True, "printBackground": False}),
                            ("letter", {"paperWidth": 8.5, "paperHeight": 11, "printBackground": True})):
            path = keep(f"{self.name}-{kind}.pdf", self.browser.pdf(**paper))
            told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
            with self.subTest(kind):
                self.assertLessEqual(int(re.search(r"^Pages: +(\d+)$", told, re.M)[1]), 2)
                self.check_words(path)
                if kind == "a4":
                    self.assertIn("(A4)", told)
                    self.check_paper(path)

    def check_words(self, path):
        words = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
        places = [words.find(heading) for heading in self.headings]
        self.assertNotIn(-1, places)
        self.assertEqual(places, sorted(places))
        self.assertIn(self.disclaimer, " ".join(words.split()))
        self.assertEqual(words.count(self.laboratory), 2)

    def check_paper(self, path):
        """Paper is light whatever the screen is, and both pages have something on them."""
        for page in (1, 2):
            png = subprocess.run(["pdftoppm", "-png", "-r", "50", "-f", str(page), "-l", str(page), path],
                                 capture_output=True, check=True).stdout
            self.assertGreater(measured(png, "%[fx:mean]"), 0.75)
            self.assertGreater(measured(png, "%[fx:standard_deviation]"), 0.05)


class ReportInGerman(Report):
    """Whose words are longer."""
    name, locale, language = "report-de", "de_DE.UTF-8", "de"
    headings = ["Heute", "Monate", "Vitamin D nach Quelle", "Im Blut", "Nährstoffe heute", "Meldungen"]
    laboratory, disclaimer = "Labor, ", "Kein Medizinprodukt"


if __name__ == "__main__":
    PROGRAMS, PAGES, CATALOGUES = programs_of(sys.argv), sys.argv[5], sys.argv[6]
    unittest.main(argv=sys.argv[:1])
