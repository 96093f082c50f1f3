# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a source of the core can be wrong by one sign: its comparisons and its numbers, as clang reads them.

A comparison is moved at its edge (< for <=) and turned round (< for >=); a whole number is one more or less, any other
a hundredth more or less. Not moved: what a macro's expansion brings (the macro's own number is), the members of enums,
sizes of arrays, what only says how much room there is, the 0 of { 0 }, which says that all is nought, and the edge of a
choice of the lesser or greater: where both are the same, it is the same which of them is taken.

Each place has a lot of its own, made of its file and line: what is drawn changes only where the source does.
"""

import hashlib
import json
import re
import subprocess

EDGE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
ROUND = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
DEFINE = re.compile(r"^#define +(\w+) +\(?(\d+(?:\.\d*)?(?:e[-+]?\d+)?)(?=[\s)*/])", re.M | re.I)
ROOM = re.compile(r"_(SIZE|ROOM|BYTES|CAPACITY|TEXT_MAX)$")
NOUGHT = re.compile(r"\{ 0 \}")
NUMBER = re.compile(r"(?:0x[0-9a-f]+|\d+(?:\.\d*)?(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?)", re.I)


class Mutant:
    """One place of a file, and what stands there instead."""

    def __init__(self, path, text, start, end, new, kind):
        self.path, self.start, self.end, self.new, self.kind = path, start, end, new, kind
        self.line = text.count("\n", 0, start) + 1
        self.old, self.column = text[start:end], start - (text.rfind("\n", 0, start) + 1)
        self.whole_line = text.split("\n")[self.line - 1]
        self.lot = lot(path, text, start, kind)

    def stands_in(self, words):
        """Whether it changes a place within these words of its line."""
        at = self.whole_line.find(words)
        while at >= 0 and not at <= self.column < at + len(words):
            at = self.whole_line.find(words, at + 1)
        return at >= 0

    def __str__(self):
        return f"{self.path}:{self.line}: {self.old} -> {self.new} ({self.kind}) in: {self.whole_line.strip()}"


class Reader:
    """Walks clang's tree, which names a file only where it changes."""

    def __init__(self, path):
        self.path, self.file, self.found = str(path), None, []

    def note_file(self, place):
        for part in (place, place.get("spellingLoc"), place.get("expansionLoc")):
            if part and "file" in part:
                self.file = part["file"]

    def walk(self, node, within_enum=False):
        for place in (node.get("loc", {}), node.get("range", {}).get("begin", {})):
            self.note_file(place)
        begin_file = self.file
        self.note_file(node.get("range", {}).get("end", {}))
        kind = node.get("kind")
        plain = "offset" in node.get("range", {}).get("begin", {}) and "offset" in node["range"]["end"]
        if begin_file == self.path and plain and not within_enum:
            self.found.append(node)
        for child in node.get("inner", ()):
            self.walk(child, within_enum or kind in ("EnumDecl", "StaticAssertDecl"))


def nodes(root, words, path):
    """The nodes of the file itself that no macro wrote."""
    command = ["clang", *words, "-w", "-Xclang", "-ast-dump=json", "-fsyntax-only", str(root / path)]
    tree = json.loads(subprocess.run(command, cwd=root, capture_output=True, check=True).stdout)
    reader = Reader(root / path)
    reader.walk(tree)
    return reader.found


def operator(text, node):
    """(start, end) of the sign between both sides."""
    left, right = node["inner"]
    if "offset" not in left["range"]["end"] or "offset" not in right["range"]["begin"]:
        return None
    start = left["range"]["end"]["offset"] + left["range"]["end"]["tokLen"]
    found = re.compile(re.escape(node["opcode"])).search(text, start, right["range"]["begin"]["offset"])
    return found.span() if found else None


def of_comparison(path, text, node, choices):
    span = operator(text, node)
    if span is None:
        return
    sign = node["opcode"]
    if sign in EDGE and node["id"] not in choices:
        yield Mutant(path, text, *span, EDGE[sign], "edge")
    yield Mutant(path, text, *span, ROUND[sign], "round")


def lot(path, text, start, kind):
    """Of two lines that are the same it counts which one it is."""
    before, line = text[:start].split("\n"), text[text.rfind("\n", 0, start) + 1:].split("\n", 1)[0]
    words = f"{path} {kind} {len(before[-1].lstrip())} {line.strip()} {before[:-1].count(line)}"
    return hashlib.sha256(words.encode()).digest()


def source_of(text, node):
    begin, end = node["range"]["begin"], node["range"]["end"]
    return text[begin["offset"]:end["offset"] + end["tokLen"]] if "offset" in begin and "offset" in end else None


def chooses(text, node):
    """The comparison of `a < b ? a : b`, whatever its sign and order; None for any other."""
    asked, *ways = node["inner"]
    if asked["kind"] != "BinaryOperator" or asked["opcode"] not in EDGE:
        return None
    sides, chosen = ({source_of(text, part) for part in parts} for parts in (asked["inner"], ways))
    return asked["id"] if sides == chosen and None not in sides else None


def moved(token):
    """(more, less) of a number as C writes it; whole ones by one."""
    number = NUMBER.match(token)
    if not number:
        return None
    digits, suffix = number[0], token[number.end():]
    if re.search(r"[.e]", digits, re.I) and not digits.lower().startswith("0x"):
        value = float(digits)
        return (repr(value * 1.01) if value else "0.01", repr(value * 0.99) if value else "-0.01", suffix)
    value = int(digits, 0) if digits.lower().startswith("0x") or not digits.startswith("0") else int(digits, 8)
    return (str(value + 1), f"({value - 1})" if value < 1 else str(value - 1), suffix)


def of_number(path, text, start, end):
    """One of both ways, by lot."""
    ways = moved(text[start:end])
    if ways:
        yield Mutant(path, text, start, end, ways[lot(path, text, start, "way")[0] % 2] + ways[2], "number")


def of_source(root, words, path):
    text = (root / path).read_text(encoding="utf-8")
    raw = text.encode()
    if len(raw) != len(text):  # clang counts bytes
        text = raw.decode("latin-1")
    seen, choices = set(), set()
    for node in nodes(root, words, path):
        begin = node["range"]["begin"]
        if node["kind"] == "ConditionalOperator":
            choices.add(chooses(text, node))
        elif node["kind"] == "BinaryOperator" and node["opcode"] in ROUND:
            yield from of_comparison(path, text, node, choices)
        elif node["kind"] in ("IntegerLiteral", "FloatingLiteral") and begin["offset"] not in seen:
            seen.add(begin["offset"])
            if not NOUGHT.match(text, begin["offset"] - 2):
                yield from of_number(path, text, begin["offset"], begin["offset"] + begin["tokLen"])
    yield from of_defines(root, path)


def of_defines(root, path):
    text = (root / path).read_bytes().decode("latin-1")
    for match in DEFINE.finditer(text):
        if not ROOM.search(match[1]):
            yield from of_number(path, text, *match.span(2))
