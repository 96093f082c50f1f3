#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Exports, a backup, a report and keys, while the n-th open, write, sync or rename of daemon or command line fails, once
or for as long as the command runs, for n = 1, 2, ... until none is left to fail. Each command ends with what it was
asked for, whole, or with one line and no file under the name that was wanted; an older file of that name stays. The
ledger is sound throughout, and afterwards everything works.

    test_failing_disk.py DAEMON CTL SIM FOODS MODULE"""

import itertools
import json
import os
import sqlite3
import sys
import unittest

from household import Household, options, programs_of, until

KINDS = ("open", "write", "sync", "name")
BUTTON = "54:48:E6:8F:80:A5"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
KEY = "231d39c1d7cc1ab1aee224cd096db932"


class FailingDisk(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS)
        self.addCleanup(self.home.close)
        self.lot = 0
        self.order_file = os.path.join(self.home.home, "failing")
        sanitizer = ":".join(filter(None, (self.home.environment.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))
        self.home.environment |= {"LD_PRELOAD": MODULE, "CALCIFER_FAILING": self.order_file, "ASAN_OPTIONS": sanitizer}
        self.home.start()
        self.home.ctl("products", "add", "d3", "d3=1000IU")
        for hour in range(8, 12):
            self.home.ctl("log", "take", "d3", "--at", f"2026-06-16 {hour:02}:00")
        self.path = os.path.join(self.home.home, "wanted")
        self.n_failed = 0

    def order(self, kind, n, often):
        self.lot += 1
        with open(self.order_file + ".new", "w", encoding="utf-8") as file:
            file.write(f"{self.lot} {kind} {n} {often}\n")
        os.rename(file.name, self.order_file)

    def failed(self):
        """Whether something of this lot did; from now on nothing does."""
        os.unlink(self.order_file)
        with open(self.order_file + ".failed", "a+", encoding="utf-8") as file:
            file.seek(0)
            return file.read() == str(self.lot)

    def is_sound(self):
        ledger = sqlite3.connect(f"file:{self.home.ledger}?mode=ro", uri=True)
        answer, = ledger.execute("PRAGMA integrity_check").fetchone()
        ledger.close()
        return answer == "ok"

    def assert_one_line(self, words, result):
        said = result.stderr.strip().splitlines()
        self.assertEqual((result.returncode, len(said)), (1, 1), (words, result))

    def attempt(self, words, is_whole, before):
        """One command while the order holds. FALSE: nothing was left to fail."""
        result = self.home.run(*words)
        failed = self.failed()
        now = self.read()
        if result.returncode == 0:
            self.assertTrue(is_whole(now), (words, now))
        else:
            self.assert_one_line(words, result)
            self.assertEqual(now, before, words)
        self.assertEqual([name for name in os.listdir(self.home.home) if name.startswith("wanted.")], [])
        self.assertTrue(self.is_sound())
        self.n_failed += failed
        return failed

    def read(self):
        if not os.path.exists(self.path):
            return None
        with open(self.path, "rb") as file:
            return file.read()

    def suffer(self, words, is_whole, before=None):
        for kind, often in itertools.product(KINDS, ("once", "ever")):
            for n in itertools.count(1):
                if os.path.exists(self.path):
                    os.unlink(self.path)
                if before is not None:
                    with open(self.path, "wb") as file:
                        file.write(before)
                self.order(kind, n, often)
                if not self.attempt(words, is_whole, before):
                    break
        self.assertEqual(self.home.status()["alerts"], [])
        self.assertEqual(self.home.rebuilt(), 0)

    def assert_folder_is_clean(self):
        left = set(os.listdir(os.path.dirname(self.home.ledger))) - {"ledger.db", "ledger.db-wal", "ledger.db-shm", "keys"}
        self.assertEqual({name for name in left if "lock" not in name}, set())

    def test_exports(self):
        for form, last in (("jsonl", b"}\n"), ("csv", b"\n"), ("fhir", b"}\n")):
            with self.subTest(form):
                whole = self.home.ctl("export", "--format", form).strip().encode()
                self.suffer(("export", "--format", form, self.path),
                            lambda text: text is not None and text.strip().endswith(whole[-20:]) and text.endswith(last))
        self.assertGreater(self.n_failed, 10)

    def test_a_backup(self):
        def is_whole(content):
            with open(self.path + "-copy", "wb") as file:
                file.write(content)
            copy = sqlite3.connect(self.path + "-copy")
            n, = copy.execute("SELECT count(*) FROM entry WHERE kind = 1").fetchone()
            copy.close()
            return n == 4
        self.suffer(("backup", self.path), is_whole)
        self.assert_folder_is_clean()
        self.assertGreater(self.n_failed, 10)

    def test_a_report(self):
        for before in (None, b"the page of last month"):
            self.suffer(("report", self.path), lambda page: page.rstrip().endswith(b"</html>"), before)
        self.assertGreater(self.n_failed, 6)

    def keys(self):
        path = os.path.join(os.path.dirname(self.home.ledger), "keys")
        with open(path, encoding="utf-8") as file:
            return file.read()

    def test_keys(self):
        """A key that could not be stored is not used, and those that were there stay."""
        sim = self.home.simulator.control
        sim.AddBroadcaster(BUTTON, options(name="Button"))
        adopting = self.home.begin("tags", "adopt", BUTTON)
        until(lambda: sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400013a00")) or adopting.poll() is not None,
              20, "the adoption")
        self.home.ctl("tags", "key", BUTTON, stdin=KEY)
        for kind, often in itertools.product(KINDS, ("once", "ever")):
            for n in itertools.count(1):
                before, other = self.keys(), f"{n:032x}"
                self.order(kind, n, often)
                result = self.home.run("tags", "key", BUTTON, stdin=other)
                failed = self.failed()
                self.n_failed += failed
                if result.returncode != 0:
                    self.assert_one_line("key", result)
                    self.assertEqual(self.keys(), before)
                else:
                    self.assertIn(other, self.keys().lower())
                if not failed:
                    break
        self.assertGreater(self.n_failed, 2)
        self.assert_folder_is_clean()
        self.home.stop()
        self.home.start()
        self.assertEqual(json.loads(self.home.ctl("tags", "--json"))[0]["address"], BUTTON)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    MODULE = sys.argv[5]
    unittest.main(argv=sys.argv[:1] + sys.argv[6:], verbosity=2)
