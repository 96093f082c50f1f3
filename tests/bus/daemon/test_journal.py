#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the real journal keeps of what the daemon says of nasty names: a journald of this test's own, in a mount namespace
with a /run of its own, and the daemon's standard error connected to it as systemd would. No name makes a field, a second
entry, or a severity; nor does it where the daemon's words go by lines, through the journal's other door."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import test_outlets
from household import programs_of, until
from nasty import harm

# Of these GLib's and the daemon's; each that journald adds by itself begins with a line.
OURS = {"MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER", "SYSLOG_FACILITY", "GLIB_DOMAIN", "GLIB_OLD_LOG_API",
        "CODE_FILE", "CODE_LINE", "CODE_FUNC"}
JOURNAL = "/run/log/journal"


def enter():
    """Into a namespace in which /run and /var/log are empty; this program begins anew there."""
    mapped = [] if os.geteuid() == 0 else ["--map-root-user"]
    os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", *mapped, sys.executable, *sys.argv, "inside"])


def start_journald():
    for folder in ("/run", "/var/log"):
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
    os.makedirs("/run/systemd/journal")
    journald = subprocess.Popen(["/lib/systemd/systemd-journald"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: os.path.exists("/run/systemd/journal/stdout"), 20, "the journal's socket")
    return journald


class Journal(test_outlets.Names):
    def connect(self, *words):
        """A program that is started as this, with what it writes going to the journal."""
        script = os.path.join(tempfile.mkdtemp(), "connected")
        with open(script, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + " ".join(words) + ' "$@"\n')
        os.chmod(script, 0o700)
        self.addCleanup(lambda: (os.remove(script), os.rmdir(os.path.dirname(script))))
        return script

    def setUp(self):
        daemon = os.path.abspath(PROGRAMS["daemon"])
        test_outlets.PROGRAMS = PROGRAMS | {"daemon": self.connect(*self.way, daemon)}
        super().setUp()

    def entries(self):
        """Of this daemon, in their order: what each field holds, as the journal gives it out."""
        told = subprocess.run(["journalctl", "-D", JOURNAL, "--all", "-o", "json", f"_PID={self.home.daemon.pid}"],
                              capture_output=True, text=True, check=True).stdout
        return [json.loads(line) for line in told.splitlines()]

    def assert_nothing_but_messages(self, entries, wrong):
        for entry in entries:
            strange = {name for name in entry if not name.startswith("_")} - OURS
            self.assertEqual(strange, set(), entry)
            message = entry["MESSAGE"]
            self.assertIsInstance(message, str, "bytes that the journal does not take for a text")
            self.assertEqual(harm(message, lines=False), "", message)
            self.assertFalse(message.startswith(("from nowhere", "touch ", "calciferd: CRITICAL: from")), message)
        complaints = [entry for entry in entries if re.search(r"calciferd\.conf", entry["MESSAGE"])]
        self.assertEqual(len(complaints), wrong)
        self.assertGreater(wrong, 70)


class Fields(Journal):
    """The native protocol, which the daemon speaks when it finds its standard error connected to the journal."""

    way = ("exec", "systemd-cat", "--identifier=calciferd")

    def test_fields(self):
        self.fill()
        wrong = self.complain(lambda: len(self.entries()), range(2, 3))
        entries = self.entries()
        self.assert_nothing_but_messages(entries, wrong)
        self.assertLessEqual({entry["PRIORITY"] for entry in entries}, {"3", "4", "5", "6"})
        self.assertIn("MESSAGE_ID", entries[0])
        self.assertEqual({entry["SYSLOG_IDENTIFIER"] for entry in entries}, {"calciferd"})
        self.assertEqual({entry["_TRANSPORT"] for entry in entries}, {"journal"})


class Lines(Journal):
    """Standard error through a pipe to the journal's door for lines, as under a supervisor other than systemd."""

    way = ("exec", "2>", "/run/pipe;", "exec")

    def setUp(self):
        os.mkfifo("/run/pipe")
        self.addCleanup(os.remove, "/run/pipe")
        pipe = os.open("/run/pipe", os.O_RDWR)
        cat = subprocess.Popen(["systemd-cat", "--identifier=calciferd", "cat"], stdin=pipe)
        os.close(pipe)
        self.addCleanup(lambda: (cat.kill(), cat.wait()))
        self.cat = cat
        super().setUp()

    def entries(self):
        told = subprocess.run(["journalctl", "-D", JOURNAL, "--all", "-o", "json", f"_PID={self.cat.pid}"],
                              capture_output=True, text=True, check=True).stdout
        return [json.loads(line) for line in told.splitlines()]

    def test_lines(self):
        self.fill()
        wrong = self.complain(lambda: len(self.entries()), range(2, 3))
        entries = self.entries()
        self.assert_nothing_but_messages(entries, wrong)
        self.assertEqual({entry["PRIORITY"] for entry in entries}, {"6"})
        self.assertEqual([entry for entry in entries if not entry["MESSAGE"].startswith("calciferd: ")], [])


if __name__ == "__main__":
    if sys.argv[-1] != "inside":
        enter()
    PROGRAMS = programs_of(sys.argv)
    JOURNALD = start_journald()
    try:
        unittest.main(argv=sys.argv[:1] + sys.argv[5:-1], verbosity=2)
    finally:
        JOURNALD.terminate()
        JOURNALD.wait()
