#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks SQLite how it would carry out each statement that is in the daemon.

    plans.py CALCIFERD GOLDEN_DIRECTORY

Each index of the ledger costs a page or more with each row that it holds, so that one which no statement goes by is at
fault; so is a statement that reads a table that grows from one end to the other, unless it is named here with its reason.
"""

import glob
import re
import sqlite3
import sys

STATEMENT = re.compile(rb"(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH) [\x20-\x7e]+")
GROWING = {"entry", "record", "record_day", "sample", "stretch", "conflict", "day"}
ALIAS = re.compile(rf"\b({'|'.join(GROWING)}) ([a-z]\w*)")
OF_REPLACING = "present."  # of a ledger that another one replaces, attached just then
CHECK, EXPORT = "cal_ledger_check()", "cal_ledger_count_all(), of an export"
WHOLE = {
    # (how the statement begins, the table): what for
    ("SELECT number, kind, way, at, recorded, name, value, sum FROM entry", "entry"): CHECK,
    ("SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM record_forgotten)", "record"): CHECK,
    ("SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM record_forgotten)", "stretch"): CHECK,
    ("SELECT log, first, last, sum FROM stretch", "stretch"): CHECK,
    ("SELECT at, uv_index FROM sample WHERE tag", "sample"): CHECK,
    ("SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM record)", "entry"): EXPORT,
    ("SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM record)", "record"): EXPORT,
    ("SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM record)", "sample"): EXPORT,
    ("SELECT name, value FROM entry e LEFT JOIN origin o", "entry"): "what the owner dated, once for each opening",
}


def statements(program):
    with open(program, "rb") as file:
        strings = file.read().split(b"\0")
    return sorted({" ".join(text.decode("ascii").split()) for text in strings if STATEMENT.fullmatch(text)})


def plan(db, sql):
    """What SQLite says of each of its steps."""
    numbers = [int(number) for number in re.findall(r"\?(\d+)", sql)]
    count = max(numbers) if numbers else sql.count("?")
    return [row[3] for row in db.execute("EXPLAIN QUERY PLAN " + sql, [None] * count)]


def is_whole(step, partial):
    """Whether it goes from one end to the other; that of an index of some rows alone is what the index is for."""
    by = re.search(r"INDEX (\w+)", step)
    return step.startswith("SCAN ") and not (by and by[1] in partial)


def users(plans, index, partial):
    return [sql for sql, steps in plans.items()
            if any(re.search(rf"INDEX {index}\b", step) and not is_whole(step, partial) for step in steps)]


def read_whole(plans, partial):
    """The growing tables that each statement reads whole: [(statement, table)]."""
    found = []
    for sql, steps in plans.items():
        names = {alias: table for table, alias in ALIAS.findall(sql)}
        scanned = {step.split()[1] for step in steps if is_whole(step, partial)}
        found += [(sql, table) for table in {names.get(name, name) for name in scanned} & GROWING]
    return found


def why_whole(sql, table):
    return next((key for key in WHOLE if key[1] == table and sql.startswith(key[0])), None)


def main():
    golden = max(glob.glob(sys.argv[2] + "/v*.db"), key=lambda path: int(re.search(r"v(\d+)\.db", path)[1]))
    db = sqlite3.connect(f"file:{golden}?mode=ro&immutable=1", uri=True)
    indexes = dict(db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"))
    partial = {name for name, sql in indexes.items() if " WHERE " in sql}
    plans = {sql: plan(db, sql) for sql in statements(sys.argv[1]) if OF_REPLACING not in sql}
    whole = {(sql, table): why_whole(sql, table) for sql, table in read_whole(plans, partial)}
    faults = [f"no statement goes by {index}" for index in indexes if not users(plans, index, partial)]
    faults += [f"reads all of {table}: {sql}" for (sql, table), key in whole.items() if key is None]
    faults += [f"no statement does this any more: {key[0]}" for key in WHOLE if key not in whole.values()]
    print(*(f"{index}: {len(users(plans, index, partial))} statements" for index in indexes), sep="\n")
    print(f"{len(plans)} statements, {len(faults)} faults", *faults, sep="\n")
    sys.exit(bool(faults) or len(plans) < 100)


if __name__ == "__main__":
    main()
