#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of findings (tests/vectors/findings.txt) leaves out no code, no side of a threshold and nobody.

Held against the codes (lib/balance/code.c) and the people (lib/balance/audience.c):

  - each code has a row just under, one just over and one with data unknown, and a quiet time; where it has hysteresis
    also one of what still stands and one of what stands no more
  - just over is just over: within half a per cent of the reference that the row names
  - each condition, medicine, phototype, age and stage that silences or rewords a code, halves its threshold or is
    its only audience has a row "who" of that code, with that answer
  - each row names a paragraph of the specification

What the rows say is true, the test findings_table knows.

Usage: findings.py ROOT
"""

import re
import sys
from pathlib import Path

from house import Faults, Tree, line_of

TABLE = Path("tests/vectors/findings.txt")
CODES = Path("lib/balance/code.c")
AUDIENCE = Path("lib/balance/audience.c")

CASES = {"under", "over", "unknown", "held", "gone", "who"}
# What a code is told by is always known: the daemon itself refused to write.
ALWAYS_KNOWN = {"ledger-trouble"}
# Told or not told by an event or by time that goes one way, so there is nothing to hold.
NO_HYSTERESIS = {"same-dose", "intake-missed", "tag-silent", "tag-place", "tag-stuck"}
# The number beside the value is no threshold: half a MED's minutes, the week before.
OTHER_REFERENCE = {"sun-window", "k-steady"}
WITHOUT_NUMBER = {"NONE", "COUNT"}

# Beside conditions and medicines: who has an audience by age, phototype or stage.
OTHERS = {
    "no-sun": {"phototype 1", "birth-year 2008"},
    "sun-unset": {"phototype unset", "birth-year unset"},
    "pregnant": {"stage pregnant", "stage may-become"},
}
SETS = {"no-more": {"ask-kidney", "ask-doctor"}}

RULES = {"too much", "too little", "hysteresis", "no sun", "no more", "antagonists", "pregnant", "apart", "age", "unset",
         "tags", "quiet"}
PARAGRAPHS = {"reference": {"4 iom", "4 efsa"}, "quiet": {"5 quiet"}}

FACTS = re.compile(r'\{ CAL_CODE_(\w+), "([a-z0-9-]+)", CAL_SEVERITY_\w+, CAL_MEASURE_(\w+),\s*([^,]+),')
GIVES = re.compile(r"\{ CAL_(CONDITION|MEDICINE)_(\w+), ([\w |]+) \}")
MEANS = re.compile(r"\{ CAL_CODE_(\w+),\s*\{ ([^}]*) \} \}")
MEANING = re.compile(r"\.(only|silenced|reworded|halved) = ([\w |]+)")
ANSWER = re.compile(r"(silent|information|notice|warning|critical)(?: ([\d.e+-]+) of ([\d.e+-]+))?"
                    r"(?: says ([\w,-]+))?(?: flags ([\w,-]+))?")


def words(enumerator):
    """CAL_AUDIENCE_NO_SUN, or NO_SUN, as the table has it."""
    return enumerator.removeprefix("CAL_AUDIENCE_").lower().replace("_", "-")


def audiences(expression):
    names = {words(name.strip()) for name in expression.split("|")} - {"0"}
    return set().union(*(SETS.get(name, {name}) for name in names))


class Row:
    """CODE[/SUBJECT] CASE | PARAGRAPH | DAYS | PEOPLE | ANSWER"""

    def __init__(self, line, fields):
        self.line = line
        code, self.case = fields[0].split(" ")
        self.code = code.split("/")[0]
        self.paragraph = fields[1]
        self.people = set(fields[3].split(" / "))
        match = ANSWER.fullmatch(fields[4])
        if not match:
            raise ValueError("no answer")
        self.tone = match.group(1)
        self.value, self.reference = (float(text) if text else None for text in match.group(2, 3))
        self.says = set((match.group(4) or "").split(","))


def read(tree, faults):
    """(rows, codes that have a quiet time)"""
    rows, quiet = [], {}
    for line, text in enumerate(tree.text(TABLE).splitlines(), 1):
        if not text or text.startswith("#"):
            continue
        fields = text.split(" | ")
        kind = fields[0].split(" ")[0]
        try:
            if kind in PARAGRAPHS:
                check_paragraph(fields[1], PARAGRAPHS[kind], line, faults)
                if kind == "quiet":
                    quiet[fields[0].split(" ")[1]] = line
            else:
                row = Row(line, fields)
                rows.append(row)
                check_paragraph(row.paragraph, {f"5 {rule}" for rule in RULES} | {f"5 {row.code}", "4 iom"}, line, faults)
        except (ValueError, IndexError):
            faults.add(TABLE, line, "no row of this table")
    return rows, quiet


def check_paragraph(paragraph, allowed, line, faults):
    if paragraph not in allowed:
        faults.add(TABLE, line, f"\"{paragraph}\" is no paragraph for this row")


def figure(text):
    """"0.8", "1.0 / 3.0"; None where the reference intake of a person is the threshold."""
    if text == "NAN":
        return None
    value, *divisor = map(float, text.split("/"))
    return value / divisor[0] if divisor else value


def read_codes(tree):
    """name: (line, enumerator, measure, threshold or None)"""
    text, codes = tree.text(CODES), {}
    for match in FACTS.finditer(text):
        enumerator, name, measure, threshold = match.groups()
        codes[name] = (line_of(text, match.start()), enumerator, measure, figure(threshold))
    return codes


def read_people(tree):
    """audience: the settings that give it"""
    people = {audience: set(settings) for audience, settings in OTHERS.items()}
    for kind, name, expression in GIVES.findall(tree.code(AUDIENCE)):
        for audience in audiences(expression):
            people.setdefault(audience, set()).add(f"{kind.lower()}s {words(name)}")
    return people


def read_meanings(tree):
    """enumerator of a code: {only, silenced, reworded, halved: audiences}"""
    return {enumerator: {how: audiences(who) for how, who in MEANING.findall(meanings)}
            for enumerator, meanings in MEANS.findall(tree.code(AUDIENCE))}


def check_sides(name, line, measure, rows, faults):
    wanted = {"under", "over"} | (set() if name in ALWAYS_KNOWN else {"unknown"})
    if measure not in WITHOUT_NUMBER and name not in NO_HYSTERESIS:
        wanted |= {"held", "gone"}
    for case in sorted(wanted - {row.case for row in rows}):
        faults.add(CODES, line, f"{name} has no row \"{case}\" in {TABLE}")
    for row in rows:
        if row.case not in CASES:
            faults.add(TABLE, row.line, f"\"{row.case}\" is no case")
        if row.case in ("under", "gone") and row.tone != "silent" or row.case in ("over", "held") and row.tone == "silent":
            faults.add(TABLE, row.line, f"a row \"{row.case}\" that is {row.tone}")


def check_nearness(name, line, measure, rows, faults):
    if measure in WITHOUT_NUMBER or name in OTHER_REFERENCE:
        return
    if not any(row.case == "over" and row.reference and abs(row.value / row.reference - 1) <= 0.005001 for row in rows):
        faults.add(CODES, line, f"{name} has no row within half a per cent over its threshold in {TABLE}")


def answers(how, audience, row, threshold):
    """Whether a row shows what an audience does to its code."""
    if how == "silenced":
        return row.tone == "silent"
    if how == "halved":
        return row.reference == threshold / 2 and audience in row.says
    return row.tone != "silent" and audience in row.says


def check_people(name, line, threshold, meanings, people, rows, faults):
    for how, who in meanings.items():
        for audience in sorted(who):
            for setting in sorted(people.get(audience, ())):
                if not any(row.case == "who" and setting in row.people and answers(how, audience, row, threshold)
                           for row in rows):
                    faults.add(AUDIENCE, line, f"{name} has no row \"who\" for \"{setting}\", {how} by {audience}")


def check(tree, faults):
    """How many codes there are."""
    rows, quiet = read(tree, faults)
    codes, people, meanings = read_codes(tree), read_people(tree), read_meanings(tree)
    for row in rows:
        if row.code not in codes:
            faults.add(TABLE, row.line, f"{row.code} is no code")
    for name, (line, enumerator, measure, threshold) in codes.items():
        own = [row for row in rows if row.code == name]
        check_sides(name, line, measure, own, faults)
        check_nearness(name, line, measure, own, faults)
        if name not in quiet:
            faults.add(CODES, line, f"{name} has no quiet time in {TABLE}")
        if enumerator not in meanings:
            faults.add(AUDIENCE, 1, f"CAL_CODE_{enumerator} has no row of audiences")
        check_people(name, 1, threshold, meanings.get(enumerator, {}), people, own, faults)
    for name in set(quiet) - set(codes):
        faults.add(TABLE, quiet[name], f"{name} is no code")
    return len(codes)


def main():
    tree, faults = Tree(sys.argv[1]), Faults()
    faults.end(check(tree, faults))


if __name__ == "__main__":
    main()
