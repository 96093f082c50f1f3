#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A daemon to which nothing happens has given back what its start and its work took, and answers as before."""

import json
import os
import re
import sys
import time
import unittest

from household import Household, programs_of, until

AT_REST_KIB = 4096  # of files, the libraries' text among them; behind a start it is twice as much


class Rest(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)
        self.home.start()

    def of_status(self, name):
        with open(f"/proc/{self.home.daemon.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"^{name}:\s+(\d+)", file.read(), re.M).group(1))

    def rest(self):
        until(lambda: self.of_status("RssFile") < AT_REST_KIB, 20, "the rest")

    def test_behind_the_start_and_behind_work(self):
        self.rest()
        self.home.ctl("log", "take", "d3k2", expect=1)
        self.home.ctl("products", "add", "d3k2", "d=2000IU")
        self.home.ctl("log", "take", "d3k2")
        self.home.ctl("export", os.path.join(self.home.home, "all.json"))
        self.rest()
        self.assertEqual(self.home.status()["vitamin_d"]["supplement_iu"], 2000)

    def sleeps(self, seconds):
        woken = self.of_status("voluntary_ctxt_switches")
        time.sleep(seconds)
        return self.of_status("voluntary_ctxt_switches") == woken

    def test_it_sleeps_behind_it(self):
        self.rest()
        until(lambda: self.sleeps(1), 9, "the end of what the rest itself does, which a busy machine draws out")
        self.assertTrue(self.sleeps(4))

    def test_the_table_of_foods_is_read_anew(self):
        def names():
            return {food["name"] for food in json.loads(self.home.ctl("foods", "--json"))}
        self.rest()
        before = names()
        self.assertIn("salmon", before)
        path = os.path.join(self.home.home, "share", "calcifer", "foods.csv")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text.replace("\nsalmon,", "\nsalmon-of-wisdom,"))
        os.rename(path + ".new", path)
        until(lambda: "salmon-of-wisdom" in names() or time.sleep(2), 20, "a table that was read anew")
        self.assertEqual(names(), before - {"salmon"} | {"salmon-of-wisdom"})


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1])
