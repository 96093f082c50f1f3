#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the texts refer to exists: paths, links, commands, bus names, options of the build, and the example runs.

    test_references.py SOURCE-ROOT
"""

import re
import sys
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = None
TEXTS = ["README.md", "SECURITY.md", "doc/decisions.md", "doc/model.md", "doc/org.calciferd.md", "doc/tag-profile.md"]
FOLDERS = ["ctl", "daemon", "data", "dbus", "doc", "include", "lib", "systemd", "tests"]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def fenced(text, language):
    blocks = re.findall(r"^```([a-z]*)[^\n]*\n(.*?)^```$", text, re.M | re.S)
    return [body for word, body in blocks if word == language]


def anchors(text):
    """As forges make them of headings."""
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def interfaces():
    found = {}
    for path in (ROOT / "dbus").glob("org.calciferd.*.xml"):
        for interface in ElementTree.parse(path).getroot().iter("interface"):
            found[interface.get("name")] = {one.get("name") for one in interface.iter("property")}
    return found


class References(unittest.TestCase):
    def test_paths_of_the_tree(self):
        pattern = r"`((?:%s)/[A-Za-z0-9_./-]*)`" % "|".join(FOLDERS)
        for text in TEXTS:
            paths = re.findall(pattern, read(text))
            for path in paths:
                with self.subTest(text=text, path=path):
                    self.assertTrue((ROOT / path).exists())
        self.assertGreater(len(re.findall(pattern, read("README.md"))), 10)

    def test_links(self):
        for text in TEXTS:
            for picture, target in re.findall(r"(!?)\[[^\]]*\]\(([^)]+)\)", read(text)):
                with self.subTest(text=text, target=target):
                    if target.startswith("#"):
                        self.assertIn(target[1:], anchors(read(text)))
                    else:  # the pictures are made by a run of the program
                        self.assertTrue((ROOT / text).parent.joinpath(target).exists())

    def test_the_drawing_has_the_folders_of_the_tree(self):
        (drawing,) = [block for block in fenced(read("README.md"), "") if "daemon/app" in block]
        for room in sorted(path.name for path in (ROOT / "daemon").iterdir() if path.is_dir()):
            with self.subTest(room):
                self.assertIn("daemon/" + room, drawing)
        for room in sorted(path.name for path in (ROOT / "lib").iterdir() if path.is_dir()):
            with self.subTest(room):
                self.assertRegex(drawing, r"\b%s\b" % room)
        for folder in FOLDERS:
            with self.subTest(folder):
                self.assertIn(folder + "/", drawing)

    def test_bus_names(self):
        known = interfaces()
        self.assertIn("org.calciferd.Tag1", known)
        named = set(re.findall(r"\borg\.calciferd\.[A-Z]\w*\d\b", read("README.md")))
        self.assertEqual(named, set(known))

    def test_the_bus_example_compiles_and_reads_a_property_that_exists(self):
        (example,) = fenced(read("README.md"), "python")
        compile(example, "README.md", "exec")
        (interface,) = set(re.findall(r'"(org\.calciferd\.\w+)"', example))
        for name in re.findall(r'get_cached_property\("(\w+)"\)', example):
            self.assertIn(name, interfaces()[interface])

    def test_commands_that_are_shown_exist(self):
        manual = read("doc/calciferctl.1")
        known = set(re.findall(r"^\.It Ic ((?:[a-z]+ ?)+)", manual, re.M))
        known = {words.strip() for words in known}
        shown = set()
        for text in ["README.md", "SECURITY.md", "doc/tag-profile.md"]:
            shown |= set(re.findall(r"calciferctl ((?:[a-z]+ ?)+)", "\n".join(
                fenced(read(text), "sh") + re.findall(r"`(calciferctl [^`]*)`", read(text)))))
        self.assertGreater(len(shown), 10)
        for words in sorted(words.strip() for words in shown):
            with self.subTest(words):
                self.assertTrue(any((words + " ").startswith(command + " ") for command in known))

    def test_build_options(self):
        declared = set(re.findall(r"^option\('(\w+)'", read("meson_options.txt"), re.M))
        told = set(re.findall(r"`-D(\w+)=", read("README.md")))
        self.assertEqual(told, declared)


if __name__ == "__main__":
    ROOT = Path(sys.argv[1])
    unittest.main(argv=sys.argv[:1])
