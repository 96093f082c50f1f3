# SPDX-License-Identifier: GPL-2.0-or-later
"""As much of Markdown as the project's own texts are written in. What it does not know stops it."""

import re

from blocks import Heading, Items, Listing, Paragraph, Table, anchor

ITEM = re.compile(r"(?:-|(\d+)\.) (?:\[ \] )?(.*)")
PAGE = re.compile(r"page: (?P<name>[\w.-]+)\((?P<section>\d)\), (?P<about>[^;]+); (?P<date>\w+ \d+, \d{4})")


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


class Reader:
    """Goes through the lines; each take_...() eats one block that begins at the present one."""

    def __init__(self, text):
        self.lines = text.splitlines()
        self.at = 0
        self.page = None  # the match of PAGE
        self.title = None
        self.blocks = []

    def line(self):
        return self.lines[self.at] if self.at < len(self.lines) else None

    def next(self):
        self.at += 1
        return self.lines[self.at - 1]

    def read(self):
        while self.line() is not None:
            self.take_block()
        return self

    def take_block(self):
        line = self.line()
        if not line.strip():
            self.next()
        elif line.startswith("<!--"):
            self.take_comment()
        elif line.startswith("#"):
            self.take_heading()
        elif line.startswith("```"):
            self.take_listing()
        elif line.startswith("|"):
            self.take_table()
        elif ITEM.match(line):
            self.take_items()
        elif line.startswith((" ", "\t", ">", "!")):
            raise ValueError(f"line {self.at + 1}: no such thing is known here: {line}")
        else:
            self.blocks.append(Paragraph(" ".join(self.running())))

    def take_comment(self):
        """One that says where something is to be put is kept by its word."""
        word = self.next().removeprefix("<!--").removesuffix("-->").strip()
        self.page = self.page or PAGE.fullmatch(word)
        if re.fullmatch(r"insert \w+", word):
            self.blocks.append(word.split()[1])

    def take_heading(self):
        marks, text = self.next().split(" ", 1)
        if len(marks) == 1:
            self.title = text
        else:
            self.blocks.append(Heading(len(marks), text, anchor(text)))

    def take_listing(self):
        kind, lines = self.next()[3:], []
        while self.line() != "```":
            lines.append(self.next())
        self.next()
        self.blocks.append(Listing(kind, lines))

    def take_table(self):
        head, rule = cells(self.next()), self.next()
        assert set(rule) <= set("|-: "), f"line {self.at}: a table's second line is a rule"
        rows = []
        while (self.line() or "").startswith("|"):
            rows.append(cells(self.next()))
        self.blocks.append(Table(head, rows))

    def running(self):
        """The lines of a paragraph."""
        found = [self.next().strip()]
        while (self.line() or "").strip() and not re.match(r"#|```|\||<!--", self.line()) and not ITEM.match(self.line()):
            found.append(self.next().strip())
        return found

    def take_items(self):
        numbered, texts = bool(ITEM.match(self.line())[1]), []
        while self.line() is not None and ITEM.match(self.line()):
            texts.append(ITEM.match(" ".join(self.running()))[2])
        self.blocks.append(Items(texts, numbered))


def read(path):
    """The page's match of PAGE, its title and its blocks, among them words that stand for what is inserted."""
    reader = Reader(path.read_text(encoding="utf-8")).read()
    if reader.page is None or reader.title is None:
        raise ValueError(f"{path}: it has no title, or no comment that names its page")
    return reader.page, reader.title, reader.blocks
