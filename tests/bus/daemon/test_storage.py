#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The disk is full, cannot be written, loses the ledger, or holds one that is newer or damaged: the daemon says so, a
tag is never told to delete what is not stored, and all goes on when the cause is gone."""

import json
import os
import sqlite3
import subprocess
import sys
import time
import unittest

from gi.repository import Gio, GLib

from household import Household, options, programs_of, until

TAG = "C0:FF:EE:00:00:01"
APART = ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "sh", "-euc"]


class Apart:
    """A shell in a mount namespace of its own, in which the daemon runs too, so that its disk can be changed under it."""

    def __init__(self, home, mounts):
        script = f'{mounts}\n"$@" & echo $!\nwhile read -r line; do eval "$line"; echo done; done'
        self.shell = subprocess.Popen([*APART, script, "sh", home.programs["daemon"]], env=home.environment, text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=home.log)
        self.pid = int(self.shell.stdout.readline())
        self.home = home
        until(home.owner, 20, "the daemon's name")

    def do(self, command):
        self.shell.stdin.write(command + "\n")
        self.shell.stdin.flush()
        assert self.shell.stdout.readline() == "done\n"

    def end(self):
        os.kill(self.pid, 15)
        until(lambda: not self.home.owner(), 20, "the end")
        self.shell.stdin.close()
        self.shell.wait(timeout=20)
        self.shell.stdout.close()


class Storage(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS)
        self.addCleanup(self.home.close)
        self.sim = self.home.simulator.control
        self.folder = os.path.dirname(self.home.ledger)

    def adopt(self, records=0):
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True))
        self.backlog(records)
        self.home.ctl("tags", "adopt", TAG)

    def backlog(self, records):
        now = int(time.time())
        self.sim.Backlog(TAG, records, now - records * 60 - 600, 60, "day")

    def state(self):
        return self.sim.State(TAG)

    def all_came(self, records):
        until(lambda: self.state()["stored"] == 0, 90, "the delete on the tag")
        self.assertEqual(self.home.tag(TAG)["received"], records)
        self.assertEqual(self.home.tag(TAG)["lost"], 0)
        self.assertEqual(self.home.rebuilt(), 0)

    def refused(self, interface, method, signature, *arguments):
        """The name of the error with which the daemon refuses."""
        with self.assertRaises(GLib.Error) as caught:
            self.home.call(interface, method, signature, *arguments)
        return Gio.dbus_error_get_remote_error(caught.exception)

    def raise_alert(self):
        self.home.ctl("products", "add", "huge", "d=20000IU")
        self.home.ctl("log", "take", "huge")
        return self.home.alerts()["d-very-high"]["id"]

    def test_a_full_disk_and_back(self):
        os.makedirs(self.folder)
        apart = Apart(self.home, f"mount -t tmpfs -o size=4m none {self.folder}")
        until(lambda: self.home.property("Service1", "Radio") == "on", 20, "the radio")
        self.adopt(records=50)
        until(lambda: self.state()["stored"] == 0, 60, "the first delete")
        apart.do(f"head -c 8M /dev/zero >{self.folder}/other 2>/dev/null || true")
        deletes = self.state()["deletes"]
        self.backlog(3000)
        self.sim.CutLink(TAG)
        food = ("Ledger1", "Food", "(ssxa{sv})", "salmon", "10g", 0, {})
        until(lambda: self.full(food), 30, "no room")
        time.sleep(3)
        self.assertEqual(self.state()["deletes"], deletes)
        self.assertGreater(self.state()["stored"], 0)
        self.assertIn("ledger-trouble", self.home.alerts())
        self.assertEqual(self.home.status()["tags"][0]["address"], TAG)  # it still answers
        apart.do(f"rm {self.folder}/other")
        until(lambda: not self.full(food), 10, "room")
        self.sim.CutLink(TAG)
        self.all_came(3050)
        apart.end()

    def full(self, call):
        try:
            self.home.call(*call)
            return False
        except GLib.Error as error:
            self.assertEqual(Gio.dbus_error_get_remote_error(error), "org.calciferd.Error.Storage")
            return True

    def test_a_disk_that_is_read_only(self):
        self.home.start()
        self.home.ctl("log", "food", "salmon")
        self.home.stop()
        before = self.content()
        daemon = subprocess.run([*APART, f'mount --bind {self.folder} {self.folder}; mount -o remount,bind,ro {self.folder}\n'
                                 'exec "$@"', "sh", PROGRAMS["daemon"]], env=self.home.environment, capture_output=True,
                                text=True, timeout=30)
        self.assertEqual(daemon.returncode, 75)  # it may help to try again
        self.assertIn(self.home.ledger, daemon.stderr)
        self.assertIn("Read-only", daemon.stderr)
        self.assertEqual(self.content(), before)

    def content(self):
        content = {}
        for name in os.listdir(self.folder):
            with open(os.path.join(self.folder, name), "rb") as file:
                content[name] = file.read()
        return content

    def test_deleted_under_it(self):
        self.home.start()
        self.adopt(records=20)
        until(lambda: self.state()["stored"] == 0, 60, "the first delete")
        alert = self.raise_alert()
        for end in ("", "-wal", "-shm"):
            os.unlink(self.home.ledger + end)
        deletes = self.state()["deletes"]
        storage = "org.calciferd.Error.Storage"
        self.assertEqual(self.refused("Ledger1", "Food", "(ssxa{sv})", "salmon", "10g", 0, {}), storage)
        self.assertEqual(self.refused("Alerts1", "Dismiss", "(s)", alert), storage)
        self.assertEqual(self.refused("Alerts1", "Snooze", "(su)", alert, 600), storage)
        self.sim.Intake(TAG, 1, 1)
        self.backlog(30)
        time.sleep(3)
        self.assertEqual((self.state()["deletes"], self.state()["stored"]), (deletes, 31))
        self.assertNotIn("CRITICAL", self.home.read_log())
        self.home.stop()
        self.home.start()  # begins a new one, and the tag has what the old one never got
        self.sim.SetPairing(TAG, True)
        self.home.ctl("tags", "adopt", TAG)
        until(lambda: self.home.tag(TAG)["received"] == 31, 60, "what was not stored")

    def test_a_newer_one_is_untouched(self):
        self.home.start()
        self.home.ctl("log", "food", "salmon")
        self.home.stop()
        with sqlite3.connect(self.home.ledger) as ledger:
            ledger.execute("PRAGMA user_version = 99")
        ledger.close()
        before = self.content()
        result = subprocess.run([PROGRAMS["daemon"]], env=self.home.environment, capture_output=True, text=True, timeout=30)
        self.assertEqual(result.returncode, 65)  # it does not help to try again
        self.assertIn("newer version", result.stderr)
        self.assertEqual(self.content(), before)

    def received(self):
        return json.loads(self.home.ctl("tags", "--json"))[0]["received"]

    def damage(self):
        """Zeroes a page in the middle of what the tag sent."""
        ledger = sqlite3.connect(self.home.ledger)
        page, = ledger.execute("SELECT pageno FROM dbstat WHERE name = 'record' AND pagetype = 'leaf'"
                               " ORDER BY path DESC LIMIT 1 OFFSET 1").fetchone()
        size, = ledger.execute("PRAGMA page_size").fetchone()
        ledger.close()
        with open(self.home.ledger, "r+b") as file:
            file.seek((page - 1) * size)
            file.write(bytes(size))

    def test_damaged_under_it(self):
        """It goes on as far as it can, but nothing is deleted anywhere until it is salvaged, which is one command."""
        self.home.start()
        self.adopt(records=2000)
        until(lambda: self.state()["stored"] == 0, 90, "the first delete")
        self.sim.SetInRange(TAG, False)
        self.home.stop()
        self.damage()
        deletes = self.state()["deletes"]
        self.backlog(40)
        self.home.start()
        self.sim.SetInRange(TAG, True)
        until(lambda: self.received() >= 2040, 60, "the new records")
        self.home.ctl("log", "food", "salmon")  # what can be written is
        self.assertIn("malformed", self.home.ctl("status", expect=1))
        self.assertIn("ledger-trouble", self.home.alerts())
        self.sim.Intake(TAG, 1, 1)
        until(lambda: self.received() >= 2041, 60, "the press")
        self.home.ctl("alerts", "snooze", self.home.alerts()["ledger-trouble"]["id"], "30m")  # which is stored
        self.sim.CutLink(TAG)
        time.sleep(4)
        self.assertEqual((self.state()["deletes"], self.state()["stored"]), (deletes, 41))
        self.assertIn("could not be", self.home.ctl("restore", "--salvage"))
        self.assertEqual(self.home.daemon.wait(timeout=20), 0)
        self.assertEqual(len([name for name in os.listdir(self.folder) if name.startswith("ledger.db.2")]), 1)
        self.home.start()
        until(lambda: self.state()["stored"] == 0, 60, "the delete on the tag")
        self.assertGreater(self.state()["deletes"], deletes)
        self.assertEqual(self.home.rebuilt(), 0)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
