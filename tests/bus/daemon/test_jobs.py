#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lengthy work goes on in slices: it tells how far it is, others are served meanwhile, and it can be cut short without
harm, by Cancel and by Ctrl-C. A file has its name when it is whole, and never before."""

import contextlib
import json
import os
import pty
import shutil
import sqlite3
import sys
import tempfile
import unittest

from household import Gio, GLib, Household, programs_of, pump, until

NAME, ROOT = "org.calciferd", "/org/calciferd"
CANCELLED = "org.calciferd.Error.Cancelled"
MANY = 3000
WIDE, ROWS = 10000, 4000  # of what is remembered beside: a file of some size, made at once


def make_ledger(file):
    with Household(PROGRAMS, simulator=False) as home:
        lines = os.path.join(home.home, "many")
        with open(lines, "w", encoding="utf-8") as whole:
            for number in range(MANY):
                date = f"{2025 - number // 336}-{1 + number % 12:02}-{1 + number // 12 % 28:02}"
                whole.write(json.dumps({"kind": "food", "name": "salmon", "value": "120g", "at": date + "T12:00:00Z"}) + "\n")
        home.start().ctl("import", lines)
        home.stop()
        with contextlib.closing(sqlite3.connect(home.ledger)) as ledger:
            ledger.executemany("INSERT INTO memory VALUES (?, ?)", ((f"wide-{row}", "x" * WIDE) for row in range(ROWS)))
            ledger.commit()
        shutil.copy(home.ledger, file)


class Jobs(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)
        self.home.start()
        self.steps = {}  # of each job: what was told, in order
        self.home.session.signal_subscribe(NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged", None,
                                           NAME + ".Job1", Gio.DBusSignalFlags.NONE, self.on_changed)

    def on_changed(self, _bus, _sender, path, _interface, _name, arguments):
        self.steps.setdefault(path, []).append(arguments.unpack()[1])

    def path(self, name):
        return os.path.join(self.home.home, name)

    def fill(self):
        """The daemon has the ledger with many entries."""
        self.home.stop()
        shutil.copy(LEDGER, self.home.ledger)
        self.home.start()

    def begin(self, method, file=None):
        """The path of a job of Service1."""
        files = Gio.UnixFDList.new()
        if file is not None:
            files.append(file)
        reply, _ = self.home.session.call_with_unix_fd_list_sync(
            NAME, ROOT, NAME + ".Service1", method, GLib.Variant("(h)", (0,)) if file is not None else None, None,
            Gio.DBusCallFlags.NONE, -1, files, None)
        return reply.unpack()[0]

    def end(self, job, seconds=60):
        """Its properties when it is done."""
        return until(lambda: (now := self.home.properties("Job1", job))["Done"] and now, seconds, "the end of the job")

    def cancel(self, job):
        self.home.session.call_sync(NAME, job, NAME + ".Job1", "Cancel", None, None, Gio.DBusCallFlags.NONE, -1, None)

    def amid(self, job):
        """Until it has told how far it is; whether it is under way still."""
        until(lambda: job in self.steps, 60, "a step")
        return not self.home.properties("Job1", job)["Done"]

    def beside(self):
        """What lies beside the ledger, and what the client left."""
        return {name for folder in (os.path.dirname(self.home.ledger), self.home.home) for name in os.listdir(folder)
                if ".backup-" in name or ".part-" in name}

    def interrupt(self, words, at):
        """Runs calciferctl on a terminal with Ctrl-C there when it has told `at`."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(PROGRAMS["ctl"], ["calciferctl", *words], self.home.environment)
        told, pressed = b"", False
        with contextlib.suppress(OSError):
            while piece := os.read(terminal, 65536):
                told += piece
                if at in told and not pressed:
                    os.write(terminal, b"\x03")
                    pressed = True
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(terminal)
        return status, told.decode()

    def test_a_backup_is_cut_short(self):
        self.fill()
        cut = 0
        for _ in range(8):
            with open(self.path("copy.db"), "wb") as file:
                job = self.begin("Backup", file.fileno())
            self.amid(job)
            self.cancel(job)
            name, sentence = self.end(job)["Error"]
            if name == CANCELLED:
                self.assertEqual(sentence, "it was interrupted")
                cut += 1
            self.assertEqual(self.beside(), set())
            self.home.ctl("log", "food", "salmon", "1g")  # and all goes on
        self.assertGreater(cut, 0)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_ctrl_c_leaves_no_file(self):
        self.fill()
        file, cut = self.path("copy.db"), 0
        for _ in range(20):
            status, told = self.interrupt(["backup", file], b"Copying")
            self.assertEqual(os.path.exists(file), status == 0, told)
            self.assertEqual(self.beside(), set())
            if status == 0:
                os.unlink(file)
                continue
            cut += 1
            self.assertEqual(status, 1)
            self.assertIn(f"interrupted; {file} was not whole and is removed", told)
            if cut >= 3:
                break
        self.assertGreater(cut, 0)
        self.home.ctl("backup", file)
        self.assertIn("is there already", self.home.ctl("backup", file, expect=1))

    def test_what_comes_meanwhile(self):
        """A copy holds all that was there when it began, is one file, and whole."""
        self.fill()
        with open(self.path("copy.db"), "wb") as file:
            job = self.begin("Backup", file.fileno())
        entries = 0
        while self.amid(job) and entries < 50:
            self.home.ctl("log", "food", "salmon", "1g")
            entries += 1
        state = self.end(job)
        self.assertEqual((state["Error"], state["Progress"]), (("", ""), 1))
        told = [step["Progress"] for step in self.steps[job] if "Progress" in step]
        self.assertEqual(told, sorted(told))
        with contextlib.closing(sqlite3.connect(f"file:{self.path('copy.db')}?mode=ro&immutable=1", uri=True)) as copy:
            self.assertEqual(copy.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            self.assertEqual(copy.execute("PRAGMA journal_mode").fetchone(), ("delete",))
            self.assertGreaterEqual(copy.execute("SELECT count(*) FROM entry").fetchone()[0], MANY)
        self.assertIn("is that of", self.home.ctl("restore", self.path("copy.db")))
        self.assertEqual(self.home.daemon.wait(20), 0)
        self.home.daemon = None

    def test_the_daemon_ends_amid_a_backup(self):
        self.fill()
        with open(self.path("copy.db"), "wb") as file:
            self.begin("Backup", file.fileno())
        self.assertEqual(self.home.stop(), 0)
        self.assertEqual(self.beside(), set())
        self.home.start()

    def is_cut_short(self):
        """A day is folded in no time, and who is slower comes too late."""
        job = self.begin("Rebuild")
        if not self.amid(job):
            return False
        self.assertLess(self.steps[job][0]["Progress"], 1)
        self.cancel(job)
        return self.end(job)["Error"][0] == CANCELLED

    def test_a_rebuild_tells_how_far_it_is_and_is_cut_short(self):
        self.fill()
        self.assertTrue(any(self.is_cut_short() for _ in range(10)), "it was over before each Cancel")
        job = self.begin("Rebuild")
        state = self.end(job)
        self.assertEqual((state["Error"][0], state["Result"]["differing"]), ("", 0))
        self.assertGreater(state["Result"]["days"], 365)

    def test_cancelled_before_it_began(self):
        """Both calls on their way at once."""
        with open(self.path("copy.db"), "wb") as file:
            files = Gio.UnixFDList.new()
            files.append(file.fileno())
            self.home.session.call_with_unix_fd_list(NAME, ROOT, NAME + ".Service1", "Backup", GLib.Variant("(h)", (0,)), None,
                                                     Gio.DBusCallFlags.NONE, -1, files, None)
            self.home.session.call(NAME, ROOT + "/job/1", NAME + ".Job1", "Cancel", None, None, Gio.DBusCallFlags.NONE, -1, None)
            pump()
            until(lambda: ROOT + "/job/1" in self.home.managed(), 10, "the job")
            state = self.end(ROOT + "/job/1")
        self.assertIn(state["Error"][0], (CANCELLED, ""))  # the object is made by the first of the two
        self.assertEqual(self.beside(), set())
        self.assertEqual(os.path.getsize(self.path("copy.db")) == 0, state["Error"][0] == CANCELLED)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    with tempfile.NamedTemporaryFile() as LEDGER_FILE:
        LEDGER = LEDGER_FILE.name
        make_ledger(LEDGER)
        unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
