#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job in a minute: a tag brings a fortnight and then a live morning. Everything is private: two buses, the
simulated Bluetooth, a home of its own, and a clock that runs fast. Usage: demo.py BUILD-FOLDER."""

import datetime
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "sim"))

from bus import Control, PrivateBus, faketime_library, options  # noqa: E402
from gi.repository import GLib  # noqa: E402

SPEED = 150
ZONE = "Europe/Berlin"
BEGIN = "2027-06-14 09:55:00"  # a fine Monday in Berlin
SHADE_S = 37 * 60  # when she has had enough of it
MORNING_S = 76 * 60
TAG = "C0:FF:EE:C0:FF:EE"
# What somebody eats who does not think of vitamin D.
MEALS = [("08:00", "oats", "60g"), ("13:00", "whole-wheat-bread", "100g"), ("13:01", "cheddar", "40g"),
         ("19:00", "lentils", "250g"), ("19:01", "pumpkin-seeds", "30g")]


class Stage:
    """The private surroundings, and the programs in them."""

    def __init__(self, build):
        self.build = build
        self.home = tempfile.mkdtemp(prefix="calcifer-demo-")
        self.buses = [PrivateBus(), PrivateBus()]
        self.started = time.monotonic()
        self.zone = GLib.TimeZone.new_identifier(ZONE)
        begin = datetime.datetime.strptime(BEGIN, "%Y-%m-%d %H:%M:%S")
        self.begin = GLib.DateTime.new(self.zone, begin.year, begin.month, begin.day, begin.hour, begin.minute,
                                       0).to_unix()
        share = os.path.join(self.home, "share", "calcifer")
        os.makedirs(share)
        shutil.copy(os.path.join(HERE, "..", "data", "foods.csv"), share)
        self.processes = []

    def now(self):
        return self.begin + (time.monotonic() - self.started) * SPEED

    def clock(self, at=None):
        return GLib.DateTime.new_from_unix_utc(int(at or self.now())).to_timezone(self.zone)

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": self.home, "TZ": ZONE, "LANG": "C.UTF-8",
                "XDG_DATA_HOME": os.path.join(self.home, "data"),
                "XDG_CONFIG_HOME": os.path.join(self.home, "config"),
                "XDG_DATA_DIRS": os.path.join(self.home, "share"),
                "DBUS_SYSTEM_BUS_ADDRESS": self.buses[0].address,
                "DBUS_SESSION_BUS_ADDRESS": self.buses[1].address,
                "LD_PRELOAD": faketime_library(),
                "FAKETIME": f"@{self.clock().format('%Y-%m-%d %H:%M:%S')} x{SPEED}"}

    def start(self, *words, **more):
        process = subprocess.Popen(words, text=True, **{"stdin": subprocess.DEVNULL, "env": self.environment(), **more})
        self.processes.append(process)
        return process

    def run(self, *words):
        return subprocess.run([os.path.join(self.build, "ctl", "calciferctl"), *words], env=self.environment(),
                              text=True, capture_output=True, stdin=subprocess.DEVNULL)

    def ctl(self, *words, quiet=False):
        if not quiet:
            print(f"{self.clock().format('%H:%M')} $ calciferctl {' '.join(words)}", flush=True)
        result = self.run(*words)
        if result.returncode != 0:
            raise SystemExit(f"calciferctl {' '.join(words)}: {result.stderr.strip()}")
        if not quiet and result.stdout:
            print("      " + result.stdout.rstrip().replace("\n", "\n      "), flush=True)
        return result.stdout

    def close(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)
        for bus in self.buses:
            bus.close()
        shutil.rmtree(self.home)


def raise_curtain(stage):
    """Starts everything; returns the control of the simulated tag."""
    relay = stage.start("/usr/bin/python3", os.path.join(HERE, "relay.py"), stage.buses[1].address,
                        stdout=subprocess.PIPE, env=dict(os.environ, DESKTOP_BUS=os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")))
    bubbles = relay.stdout.readline().strip()
    stage.start("/bin/sed", "-u", "s/^/ /", stdin=relay.stdout, env=dict(os.environ))
    sim = stage.start(os.path.join(stage.build, "tests", "sim", "calcifer-sim"), stdout=subprocess.PIPE)
    sim.stdout.readline()
    stage.start(os.path.join(stage.build, "daemon", "app", "calciferd"))
    print(f"Bubbles appear here{' and on your desktop' if 'desktop' in bubbles else ''}. The clock runs at × {SPEED}.\n")
    return Control(stage.buses[0].connect())


def describe_wearer(stage):
    for key, value in (("birth-year", "1984"), ("sex", "female"), ("phototype", "2"), ("place", "52.5,13.4"),
                       ("clothing", "tshirt-shorts")):
        stage.ctl("profile", "set", key, value, "--since", "always", quiet=key != "phototype")
    stage.ctl("products", "add", "d3k2", "d3=1000IU", "mk7=90ug")
    stage.ctl("products", "add", "magnesium", "magnesium=200mg", "at=10:00", "with=food")


def eat_for_a_fortnight(stage):
    print("\nA fortnight's meals are entered after the fact:")
    for day in range(14, 0, -1):
        date = stage.clock(stage.begin - day * 86400).format("%Y-%m-%d")
        for hour, food, amount in MEALS:
            stage.ctl("log", "food", food, amount, "--at", f"{date} {hour}", quiet=day != 1)


def bring_backlog(stage, tag):
    print("\nThe tag was worn for a fortnight of cloudy lunch hours before it was adopted:")
    tag.AddTag(TAG, options(slots=2, clock_set=True, pairing=True, name="Sun tag"))
    records = 0
    for day in range(14, 0, -1):
        noon = int(stage.begin) - day * 86400 + 2 * 3600
        for minute in range(0, 30, 5):
            tag.Uv(TAG, noon + minute * 60, 300, 1.2, 1.6, 2)
            records += 1
    stage.ctl("tags", "scan", "--seconds", "20")
    stage.ctl("tags", "adopt", TAG)
    stage.ctl("tags", "map", TAG, "1", "d3k2")
    # On a busy machine the tag's fast clock drifts, the daemon sets it, and the tag keeps a record of that.
    wait_for(stage, lambda: json.loads(stage.ctl("status", "--json", quiet=True))["tags"][0]["received"] >= records)
    stage.ctl("tags")


def wait_for(stage, condition, seconds=40):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("what was expected did not come; the log above may say why")
        time.sleep(0.05)


def live_morning(stage, tag):
    print("\nAnd now live: a sunny morning, a record every two minutes, a button at twenty past.\n", flush=True)
    stage.ctl("log", "food", "yogurt", "170g")
    watch = stage.start(os.path.join(stage.build, "ctl", "calciferctl"), "watch", stdout=subprocess.PIPE)
    stage.start("/bin/grep", "--line-buffered", "-E", " (balance|intake|take|alert)", stdin=watch.stdout,
                env=dict(os.environ))
    pressed = shaded = False
    at = int(stage.now())
    while stage.now() < stage.begin + MORNING_S:
        uvi = 3 + 3.4 * (at - stage.begin) / MORNING_S
        if at > stage.begin + SHADE_S:
            uvi *= 0.05
        if at > stage.begin + SHADE_S and not shaded:
            print(f"{stage.clock().format('%H:%M')}            (she goes into the shade)", flush=True)
            shaded = True
        while stage.now() < at + 120:
            time.sleep(0.02)
        tag.Uv(TAG, at, 120, uvi, uvi * 1.1, 2)
        if not pressed and at > stage.begin + 25 * 60:
            tag.Intake(TAG, 1, 1)
            pressed = True
        at += 120
    time.sleep(0.5)


def main():
    stage = Stage(sys.argv[1])
    try:
        print("This is the demonstration: simulated Bluetooth, private buses, nothing of yours is touched.")
        tag = raise_curtain(stage)
        wait_for(stage, lambda: stage.run("status").returncode == 0)
        describe_wearer(stage)
        eat_for_a_fortnight(stage)
        bring_backlog(stage, tag)
        live_morning(stage, tag)
        print()
        stage.ctl("log", "take", "magnesium")
        stage.ctl("status")
        print("\nThat was the main job. './run --real' starts it on your own buses with your own ledger.")
    except KeyboardInterrupt:
        print()
    finally:
        stage.close()


if __name__ == "__main__":
    main()
