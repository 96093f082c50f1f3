#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A ledger that an older version began, damaged anywhere: what can be read of it becomes a good present ledger, which the
daemon goes on with; and where nothing can be read, all stays as it was."""

import contextlib
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import unittest

from household import Household, programs_of

PAGE = 4096
GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "migrate"
VERSIONS = sorted(GOLDEN.glob("v*.db"))


def ids_of(path):
    """number -> (kind, at, name, value) of each entry under the id that it bears, and the identities of records."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as ledger:
        uuid, = ledger.execute("SELECT uuid FROM ledger").fetchone()
        origins = {}
        with contextlib.suppress(sqlite3.OperationalError):  # the first version had none
            origins = {entry: (other, number) for entry, other, number in ledger.execute("SELECT entry, uuid, number FROM origin")}
        entries = {origins.get(number, (uuid, number)): tuple(rest) for number, *rest in
                   ledger.execute("SELECT number, kind, at, name, value FROM entry")}
        records = set(ledger.execute("SELECT address, log_id, id & 4294967295 FROM record JOIN log ON log.log = id >> 32"
                                     " JOIN tag USING (tag)"))
        return entries, records, ledger.execute("PRAGMA user_version").fetchone()[0]


def roots_of(path):
    """table -> its first page"""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as ledger:
        return dict(ledger.execute("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'"))


class OldLedgers(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)
        self.folder = os.path.dirname(self.home.ledger)

    def put(self, golden, page):
        """The golden ledger with a page of zeros; its bytes."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        content = bytearray(golden.read_bytes())
        content[page * PAGE:(page + 1) * PAGE] = bytes(PAGE)
        pathlib.Path(self.home.ledger).write_bytes(content)
        return bytes(content)

    def program(self, word):
        return subprocess.run([PROGRAMS["daemon"], word], env=self.home.environment, capture_output=True, text=True, timeout=60)

    def salvage(self, golden, page, before):
        """Whether something could be read; checked either way."""
        content = self.put(golden, page)
        result = self.program("--salvage")
        if result.returncode != 0:
            self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
            self.assertEqual(pathlib.Path(self.home.ledger).read_bytes(), content)
            self.assertEqual(os.listdir(self.folder), ["ledger.db"])
            return False
        self.assertIn("'ledger': <'whole'>", self.program("--examine").stdout)
        entries, records, version = ids_of(self.home.ledger)
        self.assertEqual(version, self.present)
        self.assertLessEqual(set(entries.values()), set(before[0].values()))
        if page + 1 != self.roots.get("origin"):  # without it nobody knows which are another ledger's
            self.assertLessEqual(entries.items(), before[0].items())
        self.assertLessEqual(records, before[1])
        if page + 1 != self.roots["entry"]:  # without its first page nobody knows how many there were
            lost = int(re.search(r"'entries_lost': <(?:int64 )?(\d+)>", result.stdout)[1])
            self.assertEqual(len(before[0]) - len(entries), lost)
        self.assertIn(content, [path.read_bytes() for path in pathlib.Path(self.folder).glob("ledger.db.*Z")])
        return True

    def test_any_page(self):
        """Of the first version each, of the others those that matter most."""
        self.home.start()
        self.home.stop()
        self.present = ids_of(self.home.ledger)[2]
        self.assertGreaterEqual(len(VERSIONS), 3)
        for golden in VERSIONS:
            before, self.roots = ids_of(golden), roots_of(golden)
            pages = range(golden.stat().st_size // PAGE) if golden == VERSIONS[0] else \
                [self.roots[table] - 1 for table in ("ledger", "entry", "record", "origin") if table in self.roots]
            read = [page for page in pages if self.with_page(golden, page, before)]
            self.assertGreater(len(read), len(pages) // 2)

    def with_page(self, golden, page, before):
        with self.subTest(f"{golden.name}, page {page + 1}"):
            return self.salvage(golden, page, before)

    def test_the_daemon_goes_on_with_it(self):
        """Of the first version, without its name, its entries or its records."""
        roots = roots_of(VERSIONS[0])
        for page in (roots["ledger"], roots["entry"], roots["record"]):
            self.put(VERSIONS[0], page - 1)
            self.assertEqual(self.program("--salvage").returncode, 0)
            self.home.start()
            self.assertEqual(self.home.rebuilt(), 0)
            self.home.ctl("log", "food", "salmon")
            self.assertIn('"salmon"', self.home.ctl("export"))
            self.home.stop()


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
