#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon does all its work while it may use none but its own files. Where the kernel cannot confine it, it works
all the same, and says so."""

import ctypes
import json
import os
import signal
import sys
import time
import unittest

from household import Household, options, programs_of, until

TAG = "C0:FF:EE:00:00:01"
LANDLOCK_CREATE_RULESET = 444
VERSION_WANTED = 1


def kernel_has_landlock():
    return ctypes.CDLL(None).syscall(LANDLOCK_CREATE_RULESET, None, 0, VERSION_WANTED) > 0


class Confined(unittest.TestCase):
    def household(self, simulator=True):
        home = Household(PROGRAMS, simulator=simulator)
        self.addCleanup(home.close)
        home.environment["CALCIFERD_CONFINE"] = "yes"
        # The leak sanitizer stops its own process from outside, which Landlock does not let it do.
        home.environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        return home

    def test_it_says_whether_it_holds(self):
        home = self.household(simulator=False)
        home.start()
        self.assertEqual(home.property("Service1", "Sandbox")["files"], kernel_has_landlock())
        found = {check["id"]: check for check in json.loads(home.run("doctor", "--json").stdout)}
        open_layers = found["sandbox"]["text"].rstrip(".").split(": ")[1].split(", ")
        self.assertEqual("files" in open_layers, not kernel_has_landlock())
        self.assertEqual("no Landlock" in home.read_log(), not kernel_has_landlock())
        home.stop()
        del home.environment["CALCIFERD_CONFINE"]
        home.start()
        self.assertFalse(home.property("Service1", "Sandbox")["files"])

    def test_all_work_is_done(self):
        home = self.household()
        home.start()
        ctl, sim = home.ctl, home.simulator.control
        sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True))
        sim.Backlog(TAG, 200, int(time.time()) - 200 * 60 - 600, 60, "day")
        ctl("tags", "adopt", TAG)
        until(lambda: sim.State(TAG)["stored"] == 0 and home.tag(TAG)["received"] >= 200, 30, "the backlog")
        ctl("tags", "key", TAG, stdin="00112233445566778899aabbccddeeff\n")
        ctl("log", "food", "salmon", "120g")
        self.settings(home)
        copy, page, all_of_it = (os.path.join(home.home, name) for name in ("copy.db", "page.html", "all.jsonl"))
        for verb, file in (("backup", copy), ("report", page), ("export", all_of_it)):
            ctl(verb, file)
        entry = next(json.loads(line)["id"] for line in ctl("export").splitlines() if "salmon" in line)
        ctl("forget", entry)
        ctl("restore", copy)
        self.assertEqual(home.daemon.wait(timeout=20), 0)
        home.start()
        self.assertIn("salmon", ctl("export"))
        self.assertEqual(home.rebuilt(), 0)
        ctl("forget", "--everything", stdin="forget everything\n")
        self.assertEqual(home.daemon.wait(timeout=20), 0)
        self.assertEqual(os.listdir(os.path.dirname(home.ledger)), [])
        home.daemon = None
        self.assertNotIn("denied", home.read_log())

    def settings(self, home):
        """A file that is not there when the daemon starts, on an account that has never had one."""
        with open(home.settings, "w", encoding="utf-8") as file:
            file.write("[Log]\nLevel=info\n")
        home.call("Service1", "Reload", None)
        with open(home.settings, "w", encoding="utf-8") as file:
            file.write("[Log]\nLevel=loud\n")
        home.daemon.send_signal(signal.SIGHUP)
        until(lambda: "'loud'" in home.read_log(), what="the line in the log")
        os.unlink(home.settings)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
