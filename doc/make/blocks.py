# SPDX-License-Identifier: GPL-2.0-or-later
"""What a page is made of, whichever way it is written: blocks that hold text, and text that is cut into spans."""

import re
from dataclasses import dataclass, field


@dataclass
class Heading:
    level: int
    text: str
    anchor: str


@dataclass
class Paragraph:
    text: str


@dataclass
class Items:
    texts: list
    numbered: bool = False


@dataclass
class Table:
    head: list
    rows: list


@dataclass
class Listing:
    kind: str
    lines: list


@dataclass
class Member:
    """One of an interface: kind is method, signal or property; arguments are (type, name)."""
    kind: str
    interface: str
    name: str
    type: str = ""
    takes: list = field(default_factory=list)
    gives: list = field(default_factory=list)
    blocks: list = field(default_factory=list)


@dataclass
class Span:
    """style: plain, code, strong, emphasis, argument, manual (of another page), link (within this page)."""
    style: str
    text: str
    target: str = ""


SPAN = re.compile(r"""
    `(?P<code>[^`]+)`
  | \*\*(?P<strong>[^*]+)\*\*
  | \*(?=\S)(?P<emphasis>[^*]+)(?<=\S)\*
  | \[(?P<link>[^\]]+)\]\((?P<target>[^)]+)\)
  | @(?P<argument>\w+)
  | \b(?P<manual>[a-z][\w.-]*\(\d\))
""", re.X)


def spans(text):
    found, at = [], 0
    for match in SPAN.finditer(text):
        if match.start() > at:
            found.append(Span("plain", text[at:match.start()]))
        style = "link" if match["link"] else match.lastgroup
        found.append(Span(style, match[style], match["target"] or ""))
        at = match.end()
    if at < len(text):
        found.append(Span("plain", text[at:]))
    return found


def anchor(text):
    """As forges make it of a heading."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
