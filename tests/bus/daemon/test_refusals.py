#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever is typed wrong, to each command: the status of the contract, nothing on standard output, and one line that
says what to type. So it is without a daemon, with an older one, and on a bus that does not let one speak with it."""

import os
import re
import sys
import unittest

from household import Gio, GLib, Household, programs_of
from bus import PrivateBus

TAG = "C0:FF:EE:00:00:01"
NOBODY = "AA:BB:CC:DD:EE:FF"
ID = "00000000-0000-4000-8000-000000000000:1"
REFUSED, USAGE = 1, 2

# Each command: what it takes that makes no sense (USAGE), and what makes sense and is refused.
# In the latter FILE is a file of nonsense, FOLDER a folder, NOWHERE a path in no folder.
TABLE = {
    "status": (["x"], ["--date"], ["--date", "x", REFUSED], ["--date", "2099-01-01", REFUSED]),
    "setup": (["x"], ["--nonsense"]),
    "history": (["x"], ["--csv", "--json"], ["--from", "x", REFUSED], ["--from", "2026-01-02", "--to", "2026-01-01"],
                ["--from", "2099-01-01", REFUSED]),
    "log": (["x"], ["--date", "x"], ["--nonsense"], ["foood"]),
    "log take": ([], ["a", "1", "2"], ["a", "two"], ["a", REFUSED], ["d3", "200", REFUSED], ["d3", "--at", "x"],
                 ["d3", "--at", "2099-01-01T00:00Z", REFUSED], ["", REFUSED]),
    "log food": ([], ["zzzz", REFUSED], ["salmn", REFUSED], ["salmon", "120", REFUSED], ["salmon", "2.000g", REFUSED],
                 ["salmon", "3IU", REFUSED], ["salmon", "1 glass", REFUSED], ["salmon", "100kg", REFUSED],
                 ["salmon", "--at", "25:00"], ["salmon", "--at", "1800-01-01T00:00Z", REFUSED]),
    "log sun": ([], ["1", "2"], ["x"], ["0", REFUSED], ["1000", REFUSED], ["9", "--uvi", "x"], ["9", "--uvi", "99", REFUSED],
                ["9", "--sky", "grey", REFUSED], ["9", "--uvi", "1", "--sky", "clear"], ["9", "--spf", "0", REFUSED],
                ["9", "--wearing", "hats", REFUSED]),
    "log lab": ([], ["30", REFUSED], ["30g", REFUSED], ["x", REFUSED], ["9000ng/mL", REFUSED]),
    "log done": (["x"], ["--at", "x"], ["--at", "2099-01-01T00:00Z", REFUSED]),
    "plan": (["x"], ["--date", "x", REFUSED]),
    "wear": ([], ["arms", "arms"], ["hats", REFUSED], ["arms", "--spf", "x"], ["arms", "--spf", "500", REFUSED]),
    "undo": (["a", "b"], ["a", REFUSED], ["99999", REFUSED], [ID, REFUSED]),
    "amend": ([], ["a"], ["a", "80g", REFUSED], ["99999", "80g", REFUSED], [ID, "80g", REFUSED]),
    "forget": ([], ["a", "b"], ["a", REFUSED], ["99999", REFUSED], [ID, REFUSED], ["--everything", "x"]),
    "alerts": (["x"], ["--nonsense"]),
    "alerts snooze": ([], ["a", "b"], ["a", "1h", "x"], ["a", REFUSED]),
    "alerts dismiss": ([], ["a", "b"], ["a", REFUSED]),
    "alerts answer": ([], ["a"], ["a", "same", "x"], ["a", "same", REFUSED]),
    "explain": ([], ["k2", "d"], ["k3", REFUSED], ["2026-13-13", REFUSED], ["2099-01-01", REFUSED]),
    "tags": (["x"], ["--nonsense"]),
    "tags scan": (["x"], ["--seconds", "x"], ["--seconds", "0"], ["--seconds", "1", REFUSED]),
    "tags adopt": ([], ["a", "b"], ["a", REFUSED], [NOBODY, REFUSED]),
    "tags forget": ([], ["a", "b"], ["a", REFUSED], [NOBODY, REFUSED]),
    "tags role": ([], [TAG], [TAG, "worn", "x"], ["a", "worn", REFUSED], [NOBODY, "worn", REFUSED], [TAG, "hat", REFUSED]),
    "tags map": ([], [TAG], [TAG, "1", "d3", "x"], ["a", "1", "d3", REFUSED], [NOBODY, "1", "d3", REFUSED],
                 [TAG, "1", "zzz", REFUSED]),
    "tags allow": ([], [TAG], [TAG, "maybe"], [TAG, "yes", "x"], ["a", "yes", REFUSED], [NOBODY, "yes", REFUSED]),
    "tags key": ([], [TAG], [TAG, "x"]),
    "tags counter": ([], ["a", "b"], ["a", REFUSED], [NOBODY, REFUSED], [TAG, REFUSED]),
    "tags date": ([], [TAG, "1"], ["a", REFUSED], [TAG, "1", "x"], [TAG, "1", "2026-01-01T08:00Z", REFUSED]),
    "products": (["x"], ["--nonsense"]),
    "products add": ([], ["a"], ["a", "x", REFUSED], ["a", "d=2000", REFUSED], ["a", "d=2.000IU", REFUSED],
                     ["a", "zinc=2", REFUSED], ["a", "d=1IU", "d=2IU", REFUSED], ["d3", "d=1IU", REFUSED],
                     ["a", "d=1IU", "at=25:00", REFUSED], ["a=b", "d=1IU", REFUSED], ["a" * 60, "d=1IU", REFUSED]),
    "products edit": ([], ["a"], ["a", "d=1IU", REFUSED], ["d3", "x", REFUSED]),
    "products correct": ([], ["a"], ["a", "d=1IU", REFUSED], ["d3", "x", REFUSED]),
    "products remove": ([], ["a", "b"], ["a", REFUSED]),
    "foods": (["x"], ["--for", "d", "--richest", "d"], ["--for", "zinc", REFUSED], ["--for", "k2", REFUSED],
              ["--richest", "zinc", REFUSED]),
    "foods search": ([], ["zzzz", REFUSED]),
    "foods add": ([], ["a"], ["a", "per=100g", REFUSED], ["a", "calcium=2mg", REFUSED], ["a", "per=100g", "calcium=2", REFUSED]),
    "foods recipe": ([], ["a"], ["a", "zzzz", "1g", REFUSED], ["a", "salmon", "1IU", REFUSED], ["oats", "salmon", "1g", REFUSED]),
    "foods remove": ([], ["a", "b"], ["a", REFUSED], ["oats", REFUSED]),
    "profile": (["x"], ["--nonsense"]),
    "profile keys": (["x"],),
    "profile set": ([], ["a"], ["a", "b", REFUSED], ["sex"], ["sex", "x", REFUSED], ["phototype", "7", REFUSED],
                    ["birth-year", "1800", REFUSED], ["birth-year", "x", REFUSED], ["place", "95,0", REFUSED],
                    ["conditions", "zzzz", REFUSED], ["medicines", "warfrin", REFUSED], ["threshold.x", "1", REFUSED],
                    ["threshold.d-low", "x", REFUSED], ["clothing.mine", "x", REFUSED], ["spf", "1", "--since", "x"],
                    ["spf", "1", "--since", "2099-01-01T00:00Z", REFUSED]),
    "watch": (["x"], ["--nonsense"]),
    "report": ([], ["a", "b"], ["NOWHERE", REFUSED], ["FILE", REFUSED], ["a", "--days", "0"], ["a", "--days", "x"]),
    "export": (["a", "b"], ["--format", "xml", REFUSED], ["NOWHERE", REFUSED], ["FILE", REFUSED], ["--json"]),
    "import": ([], ["a", "b"], ["NOWHERE", REFUSED], ["FOLDER", REFUSED]),
    "backup": ([], ["a", "b"], ["NOWHERE", REFUSED], ["FILE", REFUSED]),
    "restore": ([], ["a", "b"], ["NOWHERE", REFUSED], ["FOLDER", REFUSED], ["FILE", REFUSED], ["--salvage", "a"],
                ["--salvage", REFUSED]),
    "doctor": (["x"], ["--nonsense"]),
    "calc": ([], ["x"]),
    "calc sun": ([], ["x"], ["--lat", "100", "--lon", "1", "--time", "2026-01-01T00:00Z"]),
    "calc ratio": ([], ["--zenith", "x", "--ozone", "300"]),
    "calc uvi": ([], ["x"]),
    "calc ozone": ([], ["--lat", "1", "--lon", "1", "--date", "x"]),
    "calc synthesis": ([], ["x"]),
    "calc burn": ([], ["--uvi", "3", "--phototype", "9"]),
    "calc serum": ([], ["NOWHERE", REFUSED], ["FILE"]),
    "calc bthome": ([], ["zz"]),
    "calc record": ([], ["zz"]),
    "help": (["x"],),
}
# What explains, and takes anything.
FREE = {"calc help"}

TYPES = re.compile(r"calciferctl [a-z-]|systemctl |expected: |\b[Tt]ype |\b[Aa]s in |is written |try again"
                   r"|^[a-z ]*[a-z] (?:\[?[A-Z-]|takes)|--\w+ takes |was expected")


class Refusals(unittest.TestCase):
    maxDiff = None

    def begin(self, session=None):
        home = Household(PROGRAMS, simulator=False, session=session)
        self.addCleanup(home.close)
        return home

    def words_of(self, home, words):
        named = {"FILE": os.path.join(home.home, "nonsense"), "FOLDER": home.home,
                 "NOWHERE": os.path.join(home.home, "no", "where")}
        with open(named["FILE"], "w", encoding="utf-8") as file:
            file.write("nonsense\n")
        return [named.get(word, word) for word in words if isinstance(word, str)]

    def wrong_with(self, result, expected):
        """What of the contract a refusal breaks; "" when nothing."""
        lines = result.stderr.splitlines()
        if result.returncode != expected:
            return f"status {result.returncode}: {result.stderr}{result.stdout}"
        if result.stdout != "":
            return "it printed " + result.stdout
        if len(lines) != 1 or not lines[0].startswith("calciferctl: "):
            return f"{len(lines)} lines: {result.stderr}"
        line = lines[0].removeprefix("calciferctl: ")
        return "" if TYPES.search(line) else "nothing to type: " + line

    def listed(self, home):
        """Each command, as --help tells of them, and whether others stand below it."""
        def below(group):
            text = home.ctl(*group, "--help")
            prefix = re.escape(" ".join(["calciferctl", *group]))
            return re.findall(rf"^ *{prefix} ([a-z]+)(?: |$)", text, re.MULTILINE)
        groups = ("log", "alerts", "tags", "products", "foods", "profile", "calc")
        return {verb for verb in below([])} | {f"{group} {verb}" for group in groups for verb in below([group])}

    def test_table(self):
        home = self.begin().start()
        home.ctl("products", "add", "d3", "d3=2000IU")
        with open(os.path.join(home.home, "tag"), "w", encoding="utf-8") as file:
            file.write(f'{{"kind":"tag","at":"2026-05-10T10:00:00Z","name":"{TAG}","value":"tag-event"}}\n')
        home.ctl("import", file.name)
        self.assertEqual(self.listed(home) - FREE, set(TABLE))
        broken = {}
        for verb, rows in TABLE.items():
            for row in rows:
                words = [*verb.split(), *self.words_of(home, row)]
                fault = self.wrong_with(home.run(*words), REFUSED if REFUSED in row else USAGE)
                if fault:
                    broken[" ".join(words)] = fault
        self.assertEqual(broken, {})

    def every_verb_that_asks(self, home):
        """A call of each verb that needs the daemon, as it should be."""
        file = os.path.join(home.home, "new")
        return [["status"], ["history"], ["log"], ["log", "take", "d3"], ["log", "food", "salmon"], ["log", "sun", "9"],
                ["log", "lab", "30ng/mL"], ["log", "done"], ["plan"], ["wear", "arms"], ["undo"], ["undo", ID],
                ["amend", ID, "80g"], ["forget", ID], ["alerts"], ["alerts", "dismiss", "1"], ["explain", "k2"], ["tags"],
                ["tags", "scan"], ["tags", "adopt", TAG], ["products"], ["products", "remove", "d3"], ["foods"],
                ["foods", "--for", "d"], ["profile"], ["profile", "set", "spf", "2"], ["report", file], ["export"],
                ["export", file], ["backup", file], ["setup"], ["watch"]]

    def assert_all_say(self, home, sentence):
        broken = {}
        for words in self.every_verb_that_asks(home):
            result = home.run(*words)
            fault = self.wrong_with(result, REFUSED)
            if fault or sentence not in result.stderr:
                broken[" ".join(words)] = fault or result.stderr
        self.assertEqual(broken, {})
        self.assertFalse(os.path.exists(os.path.join(home.home, "new")))

    def test_not_installed(self):
        self.assert_all_say(self.begin(), "is not installed")

    def test_not_running(self):
        home = self.begin()
        services = os.path.join(home.home, "share", "dbus-1", "services")
        os.makedirs(services)
        with open(os.path.join(services, "org.calciferd.service"), "w", encoding="utf-8") as file:
            file.write(f"[D-BUS Service]\nName=org.calciferd\nExec={PROGRAMS['daemon']}\n")
        self.assert_all_say(home, "is not running. Type 'systemctl --user enable --now calciferd'")

    def test_older_daemon(self):
        """One that has none of what is asked for."""
        home = self.begin()
        self.addCleanup(Gio.bus_unown_name, Gio.bus_own_name_on_connection(home.session, "org.calciferd", 0, None, None))
        self.assert_all_say(home, "Type 'systemctl --user restart calciferd'")

    def test_denied(self):
        home = self.begin(PrivateBus('<policy context="mandatory"><deny send_destination="org.calciferd"/></policy>'))
        self.addCleanup(Gio.bus_unown_name, Gio.bus_own_name_on_connection(home.session, "org.calciferd", 0, None, None))
        self.assert_all_say(home, "'calciferctl doctor' looks for the cause")

    def test_no_bus(self):
        home = self.begin()
        home.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent/bus"
        self.assert_all_say(home, "there is no session bus")

    def test_export_is_not_for_a_terminal(self):
        home = self.begin().start()
        shown = " ".join(home.shown(80, "export", statuses=(2,)).split())
        self.assertIn("type 'calciferctl export FILE'", shown)
        self.assertNotIn('"kind"', shown)
        self.assertIn('"kind"', home.ctl("export"))


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
