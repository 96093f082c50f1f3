# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocks as a manual page in mdoc(7). Tables are for tbl(1), where fonts stand for macros, and long cells are wrapped
here: no two programs wrap them alike."""

import itertools
import re
import textwrap

from blocks import Heading, Items, Listing, Member, Paragraph, Table, spans

MACRO = {"code": "Ql", "strong": "Sy", "emphasis": "Em", "argument": "Fa"}
FONT = {"code": "B", "strong": "B", "emphasis": "I", "argument": "I"}
CLOSING = ".,:;?!)]"
WIDTH = 68  # of a table, in characters
GAP = 3     # that tbl leaves between two columns
NAME = re.compile(r"(?<!\S)(?:[A-Za-z]*[a-z][A-Z]\w*|[a-z]\w*_\w+|/?\w+(?:[./]\w+)+)")  # what is never hyphenated


def escape(text):
    return text.replace("\\", "\\e")


def prose(text):
    return NAME.sub(r"\\%\g<0>", escape(text))


def word(text):
    """One argument of a macro: quoted, and never taken for a macro or a delimiter."""
    quoted = escape(text).replace('"', "\\(dq") + ("\\&" if text[-1] in CLOSING else "")
    return f'"\\&{quoted}"' if re.search(r"\s", quoted) else f"\\&\\%{quoted}"


def begun(line):
    """A line of text that is no request, whatever it begins with."""
    return "\\&" + line if line.startswith((".", "'")) else line


def is_macro(line):
    return line.startswith(".") and line[1:2].isupper()


def sentences(text):
    """Each begins a line, as mdoc wants it, and none is wider than a terminal."""
    for sentence in re.split(r'(?<=[.!?]) +(?=["(]?[A-Z])', text):
        for line in textwrap.wrap(sentence, 76, break_long_words=False, break_on_hyphens=False):
            yield begun(line)


class Line:
    """Collects running text; a macro begins a line, and takes the punctuation around it along."""

    def __init__(self):
        self.lines = [""]

    def plain(self, text):
        text = prose(text)
        if is_macro(self.lines[-1]):
            text = self.behind_macro(text)
        if text:
            self.lines[-1] += text

    def behind_macro(self, text):
        closing = re.match(r"[%s]+(?=\s|$)" % re.escape(CLOSING), text)
        glued = re.match(r"\S+", text)
        if closing:
            self.lines[-1] += "".join(" " + mark for mark in closing[0])
            text = text[closing.end():]
        elif glued:
            self.lines[-1] += " Ns " + word(glued[0])
            text = text[glued.end():]
        self.lines.append("")
        return text.lstrip()

    def macro(self, name, *arguments):
        before = self.lines[-1]
        opening = ""
        if is_macro(before):
            self.lines.append("")
        elif before.endswith(("(", "[")) and (len(before) == 1 or before[-2].isspace()):
            opening = before[-1] + " "
            self.lines[-1] = before[:-1].rstrip()
            self.lines.append("")
        elif before and not before[-1].isspace():
            self.lines[-1] += "\\c"
            self.lines.append("")
        else:
            self.lines[-1] = before.rstrip()
            self.lines.append("")
        self.lines[-1] = f".{name} {opening}" + " ".join(arguments)

    def done(self):
        text = "\n".join(line.strip() for line in self.lines if line.strip())
        for line in text.split("\n"):
            yield from [line] if is_macro(line) else sentences(line)


def running(text):
    line = Line()
    for span in spans(text):
        if span.style == "manual":
            name, section = re.fullmatch(r"(.*)\((\d)\)", span.text).groups()
            line.macro("Xr", name, section)
        elif span.style in MACRO:
            line.macro(MACRO[span.style], word(span.text))
        else:
            line.plain(span.text)
    return line.done()


# -- Tables

def bare(text):
    return "".join(span.text for span in spans(text))


def widths(rows):
    """Of each column: its longest text where there is room, else a share of it by what it holds; never less than a word."""
    columns = [[bare(row[i]) for row in rows] for i in range(len(rows[0]))]
    room, held, found = WIDTH - GAP * (len(columns) - 1), sum(len(text) for column in columns for text in column), {}
    for i, column in sorted(enumerate(columns), key=lambda pair: max(map(len, pair[1]))):
        longest, holds = max(map(len, column)), sum(map(len, column))
        word = max((len(one) for text in column for one in text.split()), default=1)
        found[i] = longest if longest <= 12 else max(word, min(longest, room * holds // held))
        room, held = room - found[i], max(held - holds, 1)
    return [found[i] for i in range(len(columns))]


def words(text):
    """Each with how it is to be written: [bare, made]."""
    found, glued = [], False
    for span in spans(text):
        for part in re.findall(r" +|[^ ]+", span.text):
            made = f"\\f{FONT[span.style]}{escape(part)}\\fR" if span.style in FONT else escape(part)
            if part.isspace():
                glued = False
            elif glued:
                found[-1] = [found[-1][0] + part, found[-1][1] + made]
            else:
                found.append([part, made])
                glued = True
    return found


def wrapped(text, width):
    """A cell as lines."""
    lines, used = [[]], 0
    for bare_word, made in words(text):
        if lines[-1] and used + 1 + len(bare_word) > width:
            lines.append([])
            used = 0
        used += len(bare_word) + (1 if lines[-1] else 0)
        lines[-1].append(made)
    return [" ".join(line) for line in lines]


def table_row(row, wide):
    columns = [wrapped(text, width) for text, width in zip(row, wide)]
    for line in itertools.zip_longest(*columns, fillvalue=""):
        yield begun("\t".join(line))


def table(block):
    rows = [block.head] + [row + [""] * (len(block.head) - len(row)) for row in block.rows]
    wide, named = widths(rows), any(block.head)
    yield ".TS"
    yield from [" ".join("lb" for _ in wide)] * len(list(table_row(block.head, wide))) if named else []
    yield " ".join("l" for _ in wide) + "."
    for row in rows if named else rows[1:]:
        yield from table_row(row, wide)
    yield ".TE"


# -- Blocks

def listing(block):
    yield ".Bd -literal -offset indent"
    yield from (begun(escape(line)) for line in block.lines)
    yield ".Ed"


def items(block, form=""):
    yield f".Bl -{'enum' if block.numbered else 'bullet'}{form}"
    for text in block.texts:
        yield ".It"
        yield from running(text)
    yield ".El"


def arguments(pairs):
    """As they stand behind a name: \\&(s Fa id Ns No , ...)"""
    if not pairs:
        return "No \\&()"
    inner = " Ns No \\&, ".join(f"{'' if n else 'No '}{'' if n else chr(92) + '&('}{kind} Fa {word(name)}"
                                for n, (kind, name) in enumerate(pairs))
    return inner + " Ns No \\&)"


def signature(member):
    if member.kind == "property":
        return f"No property {member.type} Ic {member.name}"
    head = f"No {member.kind} Ic {member.name} {arguments(member.takes)}"
    return head + (f" \\(-> {arguments(member.gives).removeprefix('No ')}" if member.gives else "")


def item(member):
    yield ".It " + signature(member)
    for n, block in enumerate(member.blocks):
        if isinstance(block, Items):
            yield from items(block, " -compact")
        elif isinstance(block, Paragraph):
            yield from [".Pp"] if n else []
            yield from running(block.text)


def heading(block):
    yield f".Sh {block.text.upper()}" if block.level == 2 else f".Ss {block.text}"


def bodies(blocks):
    """The lines of all blocks: members that follow one another make one list, and paragraphs are kept apart."""
    before = None
    for block in blocks:
        if isinstance(before, Member) and not isinstance(block, Member):
            yield ".El"
        if isinstance(block, Heading):
            yield from heading(block)
        elif isinstance(block, (Paragraph, Table)) and not isinstance(before, (Heading, type(None))):
            yield ".Pp"
        if isinstance(block, Paragraph):
            yield from running(block.text)
        elif isinstance(block, Items):
            yield from items(block)
        elif isinstance(block, Table):
            yield from table(block)
        elif isinstance(block, Listing):
            yield from listing(block)
        elif isinstance(block, Member):
            if not isinstance(before, Member):
                yield ".Bl -tag -width Ds"
            yield from item(block)
        before = block
    if isinstance(before, Member):
        yield ".El"


def page(match, blocks, source):
    """The whole page. What stands before the first heading is its description."""
    blocks = [block for block in blocks if not (isinstance(block, Paragraph) and block.text.startswith("Contents: "))]
    head = ["'\\\" t", ".\\\" SPDX-License-Identifier: GPL-2.0-or-later", f".\\\" Made from {source}.",
            f".Dd {match['date']}", f".Dt {match['name'].upper()} {match['section']}", ".Os", ".Sh NAME",
            f".Nm {match['name']}", f".Nd {match['about']}", ".Sh DESCRIPTION"]
    return "\n".join(head + list(bodies(blocks))) + "\n"
