#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What desktop authors are shown: the panel of doc/examples, what it shows and that it follows every change; and the
commands in org.calciferd(7)."""

import pathlib
import re
import shlex
import subprocess
import sys
import threading
import time
import unittest

from household import Household, options, programs_of, until

TAG = "C0:FF:EE:00:00:01"
HOSTILE = "Sun\u202e\x1b[31m<b>tag"
NOBODY = "calciferd is not there"


class Panel:
    """Runs the example; `picture` is what it shows now, as lines."""

    def __init__(self, home):
        self.process = subprocess.Popen([sys.executable, PANEL], env=home.environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.pictures = []
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        lines = []
        for line in self.process.stdout:
            if line != "\n":
                lines.append(line.rstrip("\n"))
            else:
                self.pictures.append(lines)
                lines = []

    @property
    def picture(self):
        return self.pictures[-1] if self.pictures else []

    def until(self, *patterns):
        """The panel comes to show these lines and no others, and stays with them."""
        def shown():
            picture = self.picture
            return len(picture) == len(patterns) and all(map(re.fullmatch, patterns, picture))
        try:
            until(shown, 20, "the picture")
        except AssertionError:
            raise AssertionError(f"{patterns} is not shown, but {self.picture}") from None

    def end(self):
        """What it complained of."""
        self.process.terminate()
        self.thread.join(10)
        complaints = self.process.stderr.read()
        self.process.wait(10)
        self.process.stdout.close()
        self.process.stderr.close()
        return complaints


def day(total, supplements, food=0):
    return rf"vitamin D: {total} of 600 IU; sun 0 \(0 to 0\), food {food}, supplements {supplements}"


class Example(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS)
        self.addCleanup(self.home.close)
        self.sim = self.home.simulator.control

    def panel(self):
        panel = Panel(self.home)
        self.addCleanup(lambda: self.assertEqual(panel.end(), ""))
        return panel

    def start(self):
        self.home.start()
        self.home.ctl("profile", "set", "birth-year", "1980", "--since", "always")
        self.home.ctl("products", "add", "d3", "d3=2000IU")

    def test_the_day_and_its_alerts(self):
        self.start()
        panel = self.panel()
        panel.until(day(0, 0))
        self.home.ctl("log", "take", "d3")
        panel.until(day(2000, 2000))
        self.home.ctl("log", "food", "salmon", "100g")
        panel.until(day(2526, 2000, 526))
        self.home.ctl("log", "take", "d3", "10")
        panel.until(day(22526, 22000, 526), "critical: .*22000 IU.*")
        self.home.ctl("undo")
        panel.until(day(2526, 2000, 526))

    def test_tags_come_change_and_go(self):
        self.start()
        panel = self.panel()
        panel.until(day(0, 0))
        self.sim.AddTag(TAG, options(clock_set=True, pairing=True, name=HOSTILE, battery=80))
        self.home.ctl("tags", "adopt", TAG)
        tag = r"tag Sun\?\?\[31m<b>tag: {}, battery {} %, heard at \d\d:\d\d"
        panel.until(day(0, 0), tag.format("worn", 80))
        self.sim.Battery(TAG, 15)
        panel.until(day(0, 0), "notice: .*15 %.*", tag.format("worn", 15))
        self.home.ctl("tags", "role", TAG, "ambient")
        panel.until(day(0, 0), "notice: .*", tag.format("ambient", 15))
        self.home.ctl("tags", "scan", "--seconds", "1")  # a job is an object below the root, too, and no tag
        self.home.ctl("tags", "forget", TAG)
        panel.until(day(0, 0))

    def test_the_daemon_leaves_and_comes_back(self):
        panel = self.panel()
        panel.until(NOBODY)
        self.start()
        panel.until(day(0, 0))
        self.sim.AddTag(TAG, options(clock_set=True, pairing=True, name="Sun tag"))
        self.home.ctl("tags", "adopt", TAG)
        panel.until(day(0, 0), "tag Sun tag: worn, .*")
        self.home.stop()
        panel.until(NOBODY)
        self.home.start()
        panel.until(day(0, 0), "tag Sun tag: worn, .*")

    def test_it_is_quiet_when_nothing_changes(self):
        self.start()
        panel = self.panel()
        panel.until(day(0, 0))
        time.sleep(0.5)
        shown = len(panel.pictures)
        time.sleep(1.5)
        self.assertEqual(len(panel.pictures), shown)

    def test_the_commands_of_the_manual_page(self):
        self.home.start()
        self.home.ctl("products", "add", "d3k2", "d3=1000IU", "mk7=100ug")
        page = (pathlib.Path(PANEL).parents[1] / "org.calciferd.md").read_text(encoding="utf-8")
        lines = [line for block in re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S) for line in block.splitlines()]
        said = {}
        for line in lines:
            words = shlex.split(line)
            if words[2] != "monitor":
                said[words[-1] if words[2] == "get-property" else words[6]] = subprocess.run(
                    words, env=self.home.environment, capture_output=True, text=True, check=True, timeout=30).stdout
        self.assertEqual(sorted(said), ["Alerts", "GetManagedObjects", "Take", "VitaminD"])
        self.assertRegex(said["VitaminD"], r'^a\{sd\} \d+ .*"total_iu" 0')
        self.assertRegex(said["Alerts"], r"^aa\{sv\} ")
        self.assertRegex(said["Take"], r'^ss "\S+:\d+" "took 1 of d3k2 at .*"$')
        self.assertEqual(self.home.status()["vitamin_d"]["supplement_iu"], 1000)


if __name__ == "__main__":
    PROGRAMS, PANEL = programs_of(sys.argv), sys.argv[5]
    unittest.main(argv=sys.argv[:1])
