#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages that are made hold all that they are made of, and no program that reads such pages complains.

    test_pages.py SOURCE-ROOT DIRECTORY-OF-THE-PAGES
"""

import re
import subprocess
import sys
import unittest
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

ROOT = BUILT = None
PAGES = ["org.calciferd", "calcifer-tag-profile"]
EMPTY = {"meta", "br", "link", "hr", "img"}


def squeezed(text):
    return " ".join(text.split())


class Web(HTMLParser):
    """What an HTML page says: its text, its headings, what stands behind each id, and where its links lead."""

    def __init__(self, text):
        super().__init__()
        self.text, self.headings, self.ids, self.links, self.tags = "", [], [], [], []
        self.open, self.unclosed = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in EMPTY:
            self.open.append(tag)
        if "id" in given:
            self.ids.append((given["id"], len(self.text)))
        if tag == "a":
            self.links.append(given["href"])
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        if tag in ("p", "pre", "td", "th", "li", "h2", "h3", "h4"):
            self.text += "\n"

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            self.unclosed.append(tag)

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data

    def behind(self, identity):
        """The text from an id to the next one."""
        starts = dict(self.ids)
        later = [at for _, at in self.ids if at > starts[identity]]
        return self.text[starts[identity]:min(later, default=None)]


def web(page):
    return Web((BUILT / f"{page}.html").read_text(encoding="utf-8"))


def manual(page):
    """As on a terminal that is wide enough, without fonts."""
    done = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=400", BUILT / f"{page}.7"], capture_output=True, check=True)
    return re.sub(".\b", "", done.stdout.decode())


def interfaces():
    """Name of each interface, its comment, and its members with theirs."""
    for path in sorted((ROOT / "dbus").glob("org.calciferd.*.xml")):
        builder = ElementTree.TreeBuilder(insert_comments=True)
        node = ElementTree.fromstring(path.read_text(encoding="utf-8").encode(), ElementTree.XMLParser(target=builder))
        for comment, interface in commented(node):
            yield interface.get("name"), comment, list(commented(interface))


def commented(node):
    before = None
    for child in node:
        if child.tag is ElementTree.Comment:
            before = child.text
        else:
            yield before, child
            before = None


def arguments(member, direction):
    found = [f"{one.get('type')} {one.get('name')}" for one in member.iter("arg")
             if (one.get("direction") or "in") == direction]
    return f"({', '.join(found)})"


def signature(member):
    """Without the word what kind of member it is."""
    if member.tag == "property":
        return f"{member.get('type')} {member.get('name')}"
    gives = arguments(member, "out")
    return f"{member.get('name')} {arguments(member, 'in')}" + (f" → {gives}" if gives != "()" else "")


def sentences(comment, name=None):
    """What of a comment must be on the page, paragraph by paragraph."""
    for paragraph in re.split(r"\n\s*\n\s*(?:- )?|\n\s*- ", comment):
        said = squeezed(re.sub(r"@(\w+)", r"\1", paragraph))
        yield said.removeprefix(f"{name}: ")[1:]  # the first letter may become a capital


class Api(unittest.TestCase):
    def test_the_interfaces_are_found(self):
        members = [member for _, _, found in interfaces() for _, member in found]
        self.assertGreaterEqual(len(members), 80)

    def test_the_manual_page_says_all(self):
        page = manual("org.calciferd")
        for name, comment, members in interfaces():
            part = page.split(f"\n   {name}\n")[1].split("\n   org.calciferd.")[0]
            for said in sentences(comment, name):
                self.assertIn(said, squeezed(part), name)
            for comment_of, member in members:
                with self.subTest(f"{name}.{member.get('name')}"):
                    head = f"\n     {member.tag} {signature(member)}\n"
                    self.assertIn(head, part)
                    text = squeezed(re.split(r"\n {5}\S", part.split(head)[1])[0])
                    for said in sentences(re.sub(r"`([^`]*)`", r"‘\1’", comment_of)):
                        self.assertIn(said, text)

    def test_the_web_page_says_all(self):
        page = web("org.calciferd")
        for name, comment, members in interfaces():
            short = name.removeprefix("org.calciferd.")
            for said in sentences(comment, name):
                self.assertIn(said, squeezed(page.behind(short)))
            for comment_of, member in members:
                with self.subTest(f"{name}.{member.get('name')}"):
                    text = squeezed(page.behind(f"{short}.{member.get('name')}"))
                    self.assertTrue(text.startswith(f"{member.tag} {member.get('name')} {signature(member)} "), text)
                    for said in sentences(comment_of.replace("`", "")):
                        self.assertIn(said, text)

    def test_each_error_has_its_row(self):
        names = re.findall(r'"(org\.calciferd\.Error\.\w+)"', (ROOT / "daemon" / "error.c").read_text(encoding="utf-8"))
        self.assertGreaterEqual(len(names), 12)
        for text in (manual("org.calciferd"), web("org.calciferd").text):
            for name in names:
                self.assertRegex(text, re.escape(name) + r"\s+\w+")


class Profile(unittest.TestCase):
    def test_every_word_is_there(self):
        """As often as in the document, whatever the layout; but for the list of contents."""
        source = (ROOT / "doc" / "tag-profile.md").read_text(encoding="utf-8")
        source = re.sub(r"<!--.*?-->|^# [^\n]*|^Contents: .*?\n\n|^```[^\n]*|^\|[-| ]+\|$", "", source, flags=re.M | re.S)
        source = re.sub(r"\]\([^)]*\)|^#+ |^- \[ \] |^- |^\d+\. ", "", source, flags=re.M)
        wanted = re.findall(r"\w+", source.lower())
        self.assertGreater(len(wanted), 2500)
        page = web("calcifer-tag-profile")
        self.assertEqual(self.lost(wanted, page.text), [])
        self.assertEqual(self.lost(wanted, manual("calcifer-tag-profile")), [])

    @staticmethod
    def lost(wanted, text):
        there = re.findall(r"\w+", text.lower())
        counts = {word: there.count(word) for word in set(wanted)}
        return sorted(word for word in set(wanted) if wanted.count(word) > counts[word])

    def test_examples_are_as_they_stand(self):
        source = (ROOT / "doc" / "tag-profile.md").read_text(encoding="utf-8")
        blocks = re.findall(r"^```[^\n]+\n(.*?)^```$", source, re.M | re.S)
        self.assertGreaterEqual(len(blocks), 25)
        page, text = web("calcifer-tag-profile"), manual("calcifer-tag-profile")
        for block in blocks:
            self.assertIn(block, page.text + "\n")
            self.assertIn("\n".join(" " * 11 + line for line in block.splitlines()), text)


class AllPages(unittest.TestCase):
    def test_mandoc_has_no_complaint(self):
        for page in PAGES:
            with self.subTest(page):
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", BUILT / f"{page}.7"], capture_output=True,
                                      text=True, timeout=30)
                self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_tidy_has_no_complaint(self):
        for page in PAGES:
            with self.subTest(page):
                done = subprocess.run(["tidy", "-quiet", "-errors", BUILT / f"{page}.html"], capture_output=True, text=True,
                                      timeout=30)
                self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_web_pages_stand_alone(self):
        for page in map(web, PAGES):
            self.assertEqual((page.open, page.unclosed), ([], []))
            loading = [tag for tag, given in page.tags if tag in ("script", "link", "img", "iframe") or "src" in given]
            self.assertEqual(loading, [])
            ids = [identity for identity, _ in page.ids]
            self.assertEqual(len(ids), len(set(ids)))
            self.assertGreater(len(page.links), 10)
            self.assertEqual({link for link in page.links if link.removeprefix("#") not in ids}, set())

    def test_headings_are_in_order(self):
        for page in map(web, PAGES):
            self.assertEqual(page.headings[0], 1)
            self.assertEqual(page.headings.count(1), 1)
            steps = [after - before for before, after in zip(page.headings, page.headings[1:])]
            self.assertLessEqual(max(steps), 1)


if __name__ == "__main__":
    ROOT, BUILT = (Path(word).resolve() for word in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])
