#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A session in German: what is on the screen is German, what goes over the bus or into a file is as in any other."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "notify"))

from fake import Server  # noqa: E402
from household import Household, options, programs_of, until  # noqa: E402

WORN = 0x02
TAG = "C0:FF:EE:00:00:01"
ENGLISH = re.compile(r"\b(the|and|with|as|or|of|a|an|is|it|that|there|your|known|lists)\b")
NOON = 1774954800  # 2026-03-31 13:00 in Berlin


def make_locale(folder):
    """de_DE.UTF-8, which a fresh machine does not have, from the sources that the package locales brings."""
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", os.path.join(folder, "de_DE.UTF-8")], check=True)


class Session(unittest.TestCase):
    language = "de_DE.UTF-8"

    @classmethod
    def setUpClass(cls):
        cls.locales = tempfile.TemporaryDirectory(prefix="calcifer-locale-")
        cls.addClassCleanup(cls.locales.cleanup)
        make_locale(cls.locales.name)

    def begin(self, language, simulator=False):
        home = Household(PROGRAMS, simulator=simulator, at=NOON)
        self.addCleanup(home.close)
        home.environment |= {"LANG": language, "LOCPATH": self.locales.name}
        os.symlink(CATALOGUES, os.path.join(home.home, "share", "locale"))
        server = Server(home.session_bus)
        self.addCleanup(lambda: server.connection.is_closed() or server.die())
        home.start()
        home.ctl("profile", "set", "birth-year", "1980", "--since", "always")
        home.ctl("profile", "set", "phototype", "2", "--since", "always")
        return home, server

    @staticmethod
    def bubble(server, word):
        def look():
            return next((bubble for bubble in server.screen.values() if word in bubble.summary + bubble.body), None)
        return until(look, 10, f"a bubble that says '{word}' (there are {server.summaries()})")


class German(Session):
    def overdose(self, language):
        home, server = self.begin(language)
        home.ctl("products", "add", "huge", "d=20000.5IU", "calcium=1200mg")
        home.ctl("log", "take", "huge")
        return home, server

    def test_bubble_and_its_buttons(self):
        _, server = self.overdose(self.language)
        bubble = self.bubble(server, "20000 I.E.")
        self.assertEqual(bubble.summary, "Sehr viel Vitamin D an einem Tag")
        self.assertIn("mehr als 10000 I.E. Prüf den Eintrag; wenn er stimmt, geh zum Arzt.", bubble.body)
        self.assertIn("In 1 Stunde wieder", bubble.actions)
        self.assertIn("Erklären", bubble.actions)

    def test_explanation(self):
        _, server = self.overdose(self.language)
        self.bubble(server, "20000 I.E.")
        number = next(n for n, shown in server.screen.items() if "20000 I.E." in shown.body)
        server.press(number, "default")
        explained = self.bubble(server, "Gefunden:")
        self.assertIn("kein Medizinprodukt", explained.body)
        self.assertIn("Einzelheiten", explained.actions)

    def test_nutrients_and_codes(self):
        home, _ = self.begin(self.language)
        text = home.ctl("explain", "k2", "--plain")
        self.assertIn("Schwach belegt: Knapen 2013 und 2015", text)
        self.assertIn("kein Medizinprodukt", text)
        self.assertIn("Die Schwelle, die für dich gilt, ist 0,50 MED.", home.ctl("explain", "sun-half", "--plain"))
        self.assertIn("Weak evidence: Knapen", json.loads(home.ctl("explain", "k2", "--json"))["text"])
        self.assertIn("Weak evidence", home.run("explain", "k2", "--plain", environment={"LANG": "C.UTF-8"}).stdout)
        facts = home.call("Alerts1", "GetExplanation", "(ss)", "k2", "xx_XX.UTF-8")[0]  # not installed
        self.assertIn("Weak evidence", facts["text"])

    def test_machines_read_the_same(self):
        seen = []
        for language in (self.language, "C"):
            home, server = self.overdose(language)
            self.bubble(server, "20000 I")
            home.ctl("log", "sun", "20", "--uvi", "6.5", "--at", "2026-03-31 12:00")
            home.ctl("log", "food", "salmon", "120,5g")
            alerts = home.alerts()
            self.assertIn("from supplements on 2026-03-31, above 10000 IU", alerts["d-very-high"]["text"])
            status = home.status()
            for alert in status["alerts"]:
                del alert["since"]
            export = [json.loads(line) for line in home.ctl("export").splitlines()]
            told = [{"kind": line.get("kind"), "name": line.get("name"), "value": line.get("value")} for line in export]
            explained = home.call("Alerts1", "Explain", "(s)", "d-very-high")
            sun = home.ctl("calc", "uvi", "--zenith", "30.5", "--ozone", "300")
            seen.append((json.dumps(status), told, explained, sun, home.property("Service1", "Status")))
            home.stop()
        self.assertEqual(seen[0], seen[1])

    def test_without_the_locale(self):
        """A session may name a language that is not installed: then it is English, and no trouble."""
        _, server = self.overdose("xx_XX.UTF-8")
        self.assertEqual(self.bubble(server, "20000 IU").summary, "Very much vitamin D in one day")

    def test_numbers(self):
        """Plural forms, and the decimal mark."""
        home, server = self.begin(self.language, simulator=True)
        home.ctl("profile", "set", "threshold.tag-silent", "1", "--since", "always")
        simulator = home.simulator.control
        simulator.AddTag(TAG, options(slots=2, clock_set=True, pairing=True, name="Sun tag"))
        home.ctl("tags", "adopt", TAG)
        now = int(home.now())
        simulator.Uv(TAG, now - 1200, 1200, 6.5, 6.5, WORN)
        until(lambda: home.status()["erythema"]["med_fraction"] > 0.5, 20, "the dose")
        self.bubble(server, "Sonnenbranddosis")
        number = next(n for n, shown in server.screen.items() if "Sonnenbranddosis" in shown.summary)
        server.press(number, "default")
        self.assertRegex(self.bubble(server, "Gefunden:").body, r"Gefunden: 0,\d\d MED, verglichen mit 0,50 MED\.")
        simulator.SetInRange(TAG, False)
        until(lambda: home.tag(TAG)["why"], 20, "the end of the link")
        home.wait(3600 + 600)
        home.ctl("profile", "set", "spf", "30")
        self.assertIn("1 Stunde lang war nichts von ihm zu hören, gemeldet ab 1.", self.bubble(server, "Stunde").body)
        home.wait(3600)
        home.ctl("profile", "set", "spf", "20")
        self.assertIn("2 Stunden lang war nichts von ihm zu hören, gemeldet ab 1.", self.bubble(server, "2 Stunden").body)


class Client(Session):
    """calciferctl in a session in German, and beside it in one that names no language."""

    def setUp(self):
        self.home, _ = self.begin(self.language)
        self.home.ctl("products", "add", "huge", "d=20000.5IU", "calcium=1200mg")
        self.home.ctl("products", "add", "rare", "d=2000IU", "every=2d", "at=20:00")
        self.home.ctl("log", "take", "huge")
        self.home.ctl("log", "sun", "20", "--uvi", "6,5", "--at", "2026-03-31 12:00")
        self.home.ctl("log", "food", "salmon", "120,5g")

    def say(self, *words, language=None, expect=0, stdin=None):
        """Both outputs, lines that were broken at the terminal's width joined."""
        environment = {"LANG": language or self.language, "LC_ALL": "", "LANGUAGE": ""}
        result = self.home.run(*words, environment=environment, stdin=stdin)
        self.assertEqual(result.returncode, expect, (words, result.stdout, result.stderr))
        return re.sub(r"\n {4,}", " ", result.stdout + result.stderr)

    def english(self, *words, **more):
        return self.say(*words, language="C.UTF-8", **more)

    def assert_speaks(self, german, english, *words, **more):
        self.assertRegex(self.say(*words, **more), german)
        self.assertRegex(self.english(*words, **more), english)

    def test_status(self):
        said = self.say("status")
        self.assertRegex(said, r"Vitamin D +\d+ von 600 I\.E\.")
        self.assertRegex(said, r"Sonne \d+ I\.E\. \(\d+ bis \d+\), Nahrung \d+ I\.E\., Präparate 20000 I\.E\.")
        self.assertRegex(said, r"Sonnenbrand +\d+ % eines Sonnenbrands .*\d,\d SED")
        self.assertRegex(said, r"Vitamin K2 .* µg")
        self.assertRegex(said, r"kritisch d-very-high seit \d\d:\d\d: Sehr viel Vitamin D an einem Tag: 20000 I\.E\. aus ")
        english = self.english("status")
        self.assertRegex(english, r"Vitamin D +\d+ of 600 IU")
        self.assertRegex(english, r"Sunburn +\d+ % of a burn .*\d\.\d SED")
        self.assertRegex(english, r"critical d-very-high since \d\d:\d\d: Very much vitamin D in one day: 20000 IU from ")

    def test_alerts(self):
        self.assert_speaks("Prüf den Eintrag; wenn er stimmt, geh zum Arzt",
                           "Check the entry; if it is true, see a doctor", "alerts")
        self.assert_speaks("Verworfen", "Dismissed", "alerts", "dismiss", self.home.alerts()["d-very-high"]["id"])

    def test_plural_forms(self):
        """One and two, and what stands between them in either language."""
        path = os.path.join(self.home.home, "lines.jsonl")
        for n, german, english in ((1, "1 Zeile blieb weg", "1 line was left out"),
                                   (2, "2 Zeilen blieben weg", "2 lines were left out")):
            with open(path, "w", encoding="utf-8") as file:
                file.write("no event\n" * n)
            self.assert_speaks("Zeile 1: das ist weder JSON noch eine CSV-Kopfzeile", "line 1: that is neither JSON nor",
                               "import", path, expect=1)
            self.assert_speaks(german, english, "import", path, expect=1)
        page = os.path.join(self.home.home, "page.html")
        self.assert_speaks(r"^1 Tag steht in .*page\.html", r"^1 day is in .*page\.html", "report", page, "--days", "1")
        self.home.ctl("log", "done", "--at", "2026-03-30 12:00")
        self.assert_speaks(r"^2 Tage stehen in .*page\.html", r"^2 days are in .*page\.html", "report", page)
        self.assert_speaks("um 20:00; alle 2 Tage ab 2026-03-31", "at 20:00; every 2 days from 2026-03-31", "products")

    def test_numbers(self):
        self.assert_speaks(r"d 20000,5 I\.E\. \(500,012 µg\), calcium", r"d 20000\.5 IU \(500\.012 ug\), calcium",
                           "products")
        self.assert_speaks(r"g enthalten\s+177,6 mg", r"g hold\s+177\.6 mg", "foods", "--richest", "magnesium")
        for typed in ("1.5", "1,5"):
            for language in (self.language, "C.UTF-8"):
                self.say("log", "sun", typed, "--uvi", typed, "--spf", typed, language=language)
                self.say("wear", "arms", "--spf", typed, language=language)
        self.assert_speaks("„1,500“ ist keine Zahl", "'1,500' is not a number", "log", "sun", "1,500", expect=2)

    def test_other_commands(self):
        self.assert_speaks("Nahrung +Präpar. +Sonne", "food +suppl. +sun", "history")
        self.assert_speaks("Plan für 2026-03-31", "Plan for 2026-03-31", "plan")
        self.assert_speaks("Noch keine Tags", "No tags yet", "tags")
        self.assert_speaks("Der Dienst läuft.", "The daemon runs.", "doctor", "--plain", expect=1)
        self.assert_speaks("birth-year +1980", "birth-year +1980", "profile")
        self.assert_speaks(r"Gefunden: 20000 I\.E\.", "Found: 20000 IU", "explain", "d-very-high")
        self.assert_speaks(r"H_E = 1,5 x 15,000 min x UVI 6,5000", r"H_E = 1\.5 x 15\.000 min x UVI 6\.5000", "explain",
                           "today")
        self.assert_speaks("Ein paar Fragen", "A few questions", "setup", stdin="")

    def test_what_the_daemon_says(self):
        """It says it in English; the client knows its sentences."""
        self.assert_speaks(r"^genommen: 1 × huge, um \d\d:\d\d\n", r"^took 1 of huge at \d\d:\d\d\n", "log", "take",
                           "huge")
        self.assert_speaks("^gegessen: 100g natto, am 2026-03-30 um 12:00\n",
                           "^ate 100g of natto on 2026-03-30 at 12:00\n", "log", "food", "natto", "100g", "--at",
                           "2026-03-30 12:00")
        self.assert_speaks("^gegessen: .*\nzurückgenommen: gegessen: 100g natto, am ",
                           "^ate .*\ntook back: ate 100g of natto on ", "undo")
        self.assert_speaks(r"^arms und Sonnencreme mit Faktor 30 getragen von da an, um ",
                           r"^wearing arms and sunscreen of factor 30 from then on, at ", "wear", "arms", "--spf", "30")
        self.assert_speaks("„9“ liegt außerhalb des Bereichs; erwartet: der Hauttyp nach Fitzpatrick, 1 bis 6",
                           '"9" is out of range; expected: Fitzpatrick\'s type, 1 to 6', "profile", "set", "phototype", "9",
                           expect=1)
        self.assert_speaks("kein Lebensmittel heißt wie „xyzzy“; „calciferctl foods“ zählt alle auf",
                           "no food is called like 'xyzzy'; 'calciferctl foods' lists all", "foods", "search", "xyzzy",
                           expect=1)
        self.assert_speaks("die Meldung „99“ gibt es nicht", "there is no alert '99'", "alerts", "dismiss", "99", expect=1)
        self.assertIn('"that was all the food of the day"', self.say("log", "done", "--json"))

    def test_what_was_expected(self):
        """No refusal ends in English. That none is left out, the lint of translations sees."""
        self.home.ctl("foods", "add", "crisp", "per=100g", "calcium=10mg")
        for words in (("log", "take", "nothing"), ("log", "take", "huge", "0"), ("log", "food", "salmon", "12kg"),
                      ("log", "food", "crisp", "2 cups"), ("log", "food", "crisp", "1 slice"), ("log", "lab", "30"),
                      ("log", "lab", "30mg"), ("wear", "nothing"), ("undo", "nothing"), ("forget", "nothing"),
                      ("tags", "role", "C0:FF:EE:00:00:01", "hat"), ("tags", "map", "C0:FF:EE:00:00:01", "1", "nothing"), ("products", "add", "p", "d=2000"),
                      ("products", "add", "p", "calcium=2IU"), ("products", "add", "p", "zinc=10"),
                      ("products", "add", "p", "d=1IU", "every=9y"), ("products", "add", "p", "d=1IU", "at=25:00"),
                      ("products", "add", "p", "d=1IU", "on=today"), ("products", "add", "p", "d=1IU", "often"),
                      ("foods", "add", "f", "per=100g", "calcium=1IU"), ("foods", "add", "f", "per=100g", "portion=2"),
                      ("foods", "add", "f", "per=100g", "whole=perhaps"), ("foods", "recipe", "r", "salmon", "12kg"),
                      ("profile", "set", "birth-year", "80"), ("profile", "set", "sex", "x"),
                      ("profile", "set", "stage", "x"), ("profile", "set", "clothing", "x"),
                      ("profile", "set", "clothing.mine", "hat"), ("profile", "set", "spf", "x"),
                      ("profile", "set", "place", "x"), ("profile", "set", "reference", "x"),
                      ("profile", "set", "calibration", "x"), ("profile", "set", "ozone", "x"),
                      ("profile", "set", "weight-class", "x"), ("profile", "set", "conditions", "x"),
                      ("profile", "set", "medicines", "x"), ("profile", "set", "threshold.d-low", "x"),
                      ("profile", "set", "x", "x")):
            with self.subTest(words=words):
                said = self.say(*words, expect=1)
                english = self.english(*words, expect=1)
                self.assertNotEqual(said, english)
                self.assertIsNone(ENGLISH.search(said.replace("with=food", "")), said)
                self.assertIsNotNone(ENGLISH.search(english), english)
                self.assertEqual("expected: " in english, "erwartet: " in said, said)

    def test_help(self):
        self.assert_speaks("ein Eintrag von Hand", "an entry by hand", "--help")
        self.assert_speaks("ein eingenommenes Präparat", "a supplement swallowed", "log", "--help")
        self.assert_speaks("wann es geschluckt wurde, statt jetzt", "when it was swallowed, instead of now", "log", "take",
                           "--help")

    def test_complaints(self):
        self.assert_speaks("Meinst du „status“", "Did you mean 'status'", "statsu", expect=2)
        self.assert_speaks("log food LEBENSMITTEL", "log food FOOD", "log", "food", expect=2)
        self.assert_speaks("verschlüsselt, und kein Schlüssel angegeben. Ergänze --key", "encrypted, and no key given. Add --key",
                           "calc", "bthome", "41a47266c95f730011223378237214", expect=1)
        self.assert_speaks("ist keine Zeit", "is no time", "log", "done", "--at", "noon", expect=2)

    def test_page(self):
        pages = {}
        for language in (self.language, "C.UTF-8"):
            path = os.path.join(self.home.home, language + ".html")
            self.say("report", path, language=language)
            with open(path, encoding="utf-8") as file:
                pages[language] = file.read()
        german, english = pages.values()
        self.assertIn('<html lang="de">', german)
        self.assertIn("<h2>Nährstoffe heute</h2>", german)
        self.assertIn("<strong>kritisch</strong>: Sehr viel Vitamin D an einem Tag", german)
        self.assertIn('<html lang="en">', english)
        self.assertIn("<h2>Nutrients today</h2>", english)
        self.assertEqual(re.findall(r"<(\w+)", german), re.findall(r"<(\w+)", english))

    def test_json(self):
        """Byte by byte the same."""
        for words in (["status"], ["alerts"], ["tags"], ["products"], ["foods", "search", "salmon"], ["profile"],
                      ["plan", "--date", "2026-04-01"], ["foods", "--richest", "magnesium"], ["history"],
                      ["explain", "today"], ["explain", "d-very-high"], ["doctor"]):
            with self.subTest(words=words):
                said = [self.home.run(*words, "--json", environment=environment).stdout
                        for environment in ({"LANG": self.language}, {"LANG": "C.UTF-8", "LANGUAGE": "de"},
                                            {"LANG": "C.UTF-8"})]
                json.loads(said[0])
                self.assertEqual(said[0], said[2])
                self.assertEqual(said[1], said[2])
        said = [self.home.run("history", "--csv", environment={"LANG": language}).stdout
                for language in (self.language, "C.UTF-8")]
        self.assertEqual(said[0], said[1])
        self.assertIn("20000.5", said[0])


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    CATALOGUES = os.path.abspath(sys.argv[5])
    unittest.main(argv=sys.argv[:1] + sys.argv[6:])
