#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual pages say what the tables of the programs say, and mandoc has no complaint.

    test_manual.py SOURCE-ROOT
"""

import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = None
PAGES = ["calciferctl.1", "calciferd.8", "calciferd.conf.5"]


def read(*parts):
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def c_strings(text):
    """The string literals of a C initialiser, adjacent ones joined."""
    literal = r'"(?:[^"\\]|\\.)*"'
    return ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', run)) for run in
            re.findall(r"%s(?:\s*%s)*" % (literal, literal), text)]


# -- calciferd.conf(5) ------------------------------------------------------------------------------------------

def settings():
    table = re.search(r"static const Row rows\[\] = \{(.*?)\n\};", read("daemon", "settings", "settings.c"), re.S)[1]
    return [c_strings(row)[:4] for row in re.findall(r"\{(.*?)\},?\n", table + "\n", re.S)]


def documented_settings():
    """Section and name to the lines of the entry."""
    entries, section, name = {}, None, None
    for line in read("doc", "calciferd.conf.5").splitlines():
        if line.startswith(".Ss "):
            section, name = line[len(".Ss ["):-1], None
        elif line.startswith(".Sh "):
            section = name = None
        elif section and line.startswith(".It Cm "):
            name = line[len(".It Cm "):]
            entries[section, name] = []
        elif name:
            entries[section, name].append(line)
    return entries


class Settings(unittest.TestCase):
    def test_the_table_is_found(self):
        self.assertGreaterEqual(len(settings()), 4)
        self.assertTrue(all(len(row) == 4 for row in settings()), settings())

    def test_each_setting_and_no_other_is_documented(self):
        self.assertEqual(sorted(documented_settings()), sorted((row[0], row[1]) for row in settings()))

    def test_default_and_expected_are_those_of_the_table(self):
        for section, name, default, expected in settings():
            with self.subTest(name):
                entry = documented_settings()[section, name]
                self.assertIn("Expected: %s." % expected, entry)
                self.assertEqual(entry[entry.index("Default:") + 1], ".Ql " + default)


# -- calciferctl(1) ---------------------------------------------------------------------------------------------

def sources():
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "ctl").glob("*.c"))}


def verbs():
    """Every command as it is typed: a table's rows behind the words that lead to the table."""
    found = set()
    for text in sources().values():
        tables = re.findall(r"static const CtlVerb verbs\[\] = \{(.*?)\{ NULL \},?\s*\};", text, re.S)
        prefixes = re.findall(r'ctl_verb_run\(verbs, "([a-z ]*)"', text)
        assert len(tables) == len(prefixes) <= 1, "a table of verbs is written in a way that this test cannot read"
        for table, prefix in zip(tables, prefixes):
            found |= {f"{prefix} {name}".strip() for name in re.findall(r'\{ "([a-z-]+)"', table)}
    return found


def options():
    text = "\n".join(sources().values())
    entries = re.findall(r'\{ "([a-z-]+)", 0, 0, G_OPTION', text)
    calc = re.findall(r'\.name = "([a-z-]+)"', text)
    return set(entries) | set(calc)


def headings():
    """The commands that stand at the head of an entry; bare words behind .Ic, up to the next macro or argument."""
    lines = re.findall(r"^\.It Ic ((?:[a-z-]+ ?)+)(.*)$", read("doc", "calciferctl.1"), re.M)
    return {words.strip(): words + rest for words, rest in lines}


class Commands(unittest.TestCase):
    def test_the_tables_are_found(self):
        self.assertGreaterEqual(len(verbs()), 35)
        self.assertTrue({"status", "log take", "tags key", "calc record"} <= verbs())
        self.assertTrue({"json", "at", "spf", "altitude-m", "key"} <= options())

    def test_every_command_has_an_entry(self):
        groups = {verb.split()[0] for verb in verbs() if " " in verb}
        alone = {"products", "foods", "profile", "alerts", "tags"}
        self.assertEqual(verbs() - set(headings()) - (groups - alone), set())

    def test_no_entry_is_of_a_command_that_does_not_exist(self):
        self.assertEqual(set(headings()) - verbs(), set())

    def test_every_option_stands_at_the_head_of_an_entry(self):
        for option in sorted(options()):
            with self.subTest(option):
                self.assertTrue(any("Fl -%s " % option in head + " " for head in headings().values()))

    def test_every_json_member_is_named(self):
        page = read("doc", "calciferctl.1")
        text = "\n".join(sources().values())
        members = set(re.findall(r'ctl_json_(?:text|number)\(builder, "([a-z_0-9]+)"', text))
        members |= set(re.findall(r'json_builder_set_member_name\(builder, "([a-z_0-9]+)"', text))
        members |= set(re.findall(r'add_(?:count|flag)\(builder, "([a-z_0-9]+)"', text))
        for group in re.findall(r"const char \*const of_\w+\[\] = \{(.*?)\};", text, re.S):
            members |= set(c_strings(group))
        self.assertGreaterEqual(len(members), 60)
        for member in sorted(members):
            with self.subTest(member):
                self.assertRegex(page, r"(?<![a-z_])%s(?![a-z_])" % member)


# -- Codes ------------------------------------------------------------------------------------------------------

def codes():
    """Name and tone of each code, in the order of the table."""
    rows = re.findall(r'\{ CAL_CODE_\w+,\s*"([a-z0-9-]+)",\s*CAL_SEVERITY_([A-Z]+),', read("lib", "balance", "code.c"))
    return [(name, tone.lower()) for name, tone in rows]


class Codes(unittest.TestCase):
    def test_the_table_is_found(self):
        count = re.search(r"#define CAL_CODE_COUNT (\d+)", read("include", "calcifer", "code.h"))
        self.assertEqual(len(codes()), int(count[1]))

    def test_each_code_and_no_other_is_documented_with_its_tone(self):
        section = re.search(r"^\.Ss Codes$(.*?)^\.El$", read("doc", "calciferctl.1"), re.M | re.S)[1]
        rows = re.findall(r"^\.It ([a-z0-9-]+) Ta ([a-z]+) Ta \S.*$", section, re.M)
        self.assertEqual(rows, codes())


# -- All pages --------------------------------------------------------------------------------------------------

class Pages(unittest.TestCase):
    def test_mandoc_has_no_complaint(self):
        for page in PAGES:
            with self.subTest(page):
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", ROOT / "doc" / page],
                                      capture_output=True, text=True, timeout=30)
                self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


if __name__ == "__main__":
    ROOT = Path(sys.argv[1])
    unittest.main(argv=sys.argv[:1])
