#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A session in German: what is on the screen is German, what goes over the bus or into a file is as in any other."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "notify"))

from fake import Server  # noqa: E402
from household import Household, programs_of, until  # noqa: E402

NOON = 1774954800  # 2026-03-31 13:00 in Berlin


def make_locale(folder):
    """de_DE.UTF-8, which a fresh machine does not have, from the sources that the package locales brings."""
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", os.path.join(folder, "de_DE.UTF-8")], check=True)


class German(unittest.TestCase):
    language = "de_DE.UTF-8"

    @classmethod
    def setUpClass(cls):
        cls.locales = tempfile.TemporaryDirectory(prefix="calcifer-locale-")
        cls.addClassCleanup(cls.locales.cleanup)
        make_locale(cls.locales.name)

    def begin(self, language):
        home = Household(PROGRAMS, simulator=False, at=NOON)
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


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    CATALOGUES = os.path.abspath(sys.argv[5])
    unittest.main(argv=sys.argv[:1] + sys.argv[6:])
