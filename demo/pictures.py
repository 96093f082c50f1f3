#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the README's pictures anew: terminal.png, bubble.png and report.png, of the demonstration's wearer, who has a
winter and a spring behind her here. Needs the packages of packages/pictures.txt. Usage: pictures.py BUILD FOLDER."""

import datetime
import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
for room in ("bus/daemon", "bus/notify", "sim"):
    sys.path.insert(0, os.path.join(HERE, "..", "tests", room))

import demo  # noqa: E402
from browser import Browser  # noqa: E402
from bus import Control  # noqa: E402
from screen import Screen  # noqa: E402

COLUMNS = 90
REPORT_WIDTH = 900
DAYS = 183
XFCE = "/usr/lib/x86_64-linux-gnu/xfce4"
SPEED = 40  # of her clock: slower than in the demonstration, as there is half a year to reckon
PILLS_UNTIL, WARM_FROM = datetime.date(2027, 4, 20), datetime.date(2027, 4, 5)
FISH = ("13:02", "salmon", "120g")  # on Fridays
# Day of the week (0 is Monday): how long she is outside at noon, and under which sky.
WALKS = {2: "20min sky=scattered", 5: "40min sky=clear", 6: "30min sky=broken"}


class Stage(demo.Stage):
    """The demonstration's, but for the client's clock, which goes at its own pace: half a year is soon longer in the
    reckoning than it waits for on a clock that runs."""

    def run(self, *words):
        environment = self.environment()
        environment["FAKETIME"] = environment["FAKETIME"].rpartition(" x")[0]
        return subprocess.run([os.path.join(self.build, "ctl", "calciferctl"), *words], env=environment, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL)


def story(stage):
    """What she entered in half a year, line by line as an import has it."""
    begin = int(stage.begin)
    for ago in range(DAYS, 0, -1):
        yield from of_day(begin - ago * 86400)
    for ago, value in ((150, "41nmol/L"), (58, "67nmol/L")):
        yield begin - ago * 86400, "lab", "", value


def of_day(at):
    date = datetime.date.fromtimestamp(at)
    if date < PILLS_UNTIL and date.day % 7:
        yield at, "take", "d3k2", "1"
    for _hour, food, amount in demo.MEALS + ([FISH] if date.weekday() == 4 else []):
        yield at + 3600, "food", food, amount
    if date >= WARM_FROM and date.weekday() in WALKS:
        yield at + 7200, "sun", "", WALKS[date.weekday()] + " wearing=forearms"


def tell(stage):
    """In one import, which is one change of the past."""
    stage.ctl("products", "correct", "d3k2", "d3=1000IU", "mk7=90ug", quiet=True)
    path = os.path.join(stage.home, "story.jsonl")
    with open(path, "w", encoding="utf-8") as out:
        for at, kind, name, value in story(stage):
            moment = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            out.write(json.dumps({"kind": kind, "at": moment, "name": name, "value": value}) + "\n")
    stage.ctl("import", path)
    demo.wait_for(stage, lambda: stage.run("status").returncode == 0)


def of_bubble(stage, screen, path):
    """The server comes late, and is told all that stands: so there is time for the picture."""
    environment = dict(os.environ, DISPLAY=screen.display, DBUS_SESSION_BUS_ADDRESS=stage.buses[1].address, GTK_THEME="Adwaita",
                       GSETTINGS_BACKEND="memory", NO_AT_BRIDGE="1", HOME=stage.home, XDG_CONFIG_HOME=stage.home,
                       XDG_DATA_DIRS=f"{HERE}/../data:/usr/share")
    for program in ("xfconf/xfconfd", "notifyd/xfce4-notifyd"):
        stage.start(f"{XFCE}/{program}", env=environment, stderr=subprocess.DEVNULL)
        time.sleep(1)
    box = screen.still(20, "a bubble", lambda picture: picture.box() is not None).box()
    subprocess.run(["import", "-display", screen.display, "-window", "root", "-crop",
                    f"{box.width}x{box.height}+{box.left}+{box.top}", "+repage", path], check=True)


def as_shown(stage, *words):
    """What calciferctl writes to a terminal of this width, colours and all."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 25, COLUMNS, 0, 0))
    child = subprocess.Popen([os.path.join(stage.build, "ctl", "calciferctl"), *words], stdin=theirs, stdout=theirs,
                             stderr=theirs, env=stage.environment() | {"TERM": "xterm-256color"})
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    if child.wait() != 0:
        raise SystemExit(f"calciferctl {words}: {shown.decode()}")
    return shown


def of_terminal(stage, screen, path):
    with tempfile.NamedTemporaryFile(dir=stage.home) as text:
        shown = b"$ calciferctl\r\n" + as_shown(stage, "status").rstrip()
        text.write(shown + b"\x1b[?25l")  # without a cursor
        text.flush()
        stage.start("xterm", "-fa", "DejaVu Sans Mono", "-fs", "9", "-geometry", f"{COLUMNS + 1}x{shown.count(bytes([10])) + 1}+0+0", "-b", "10",
                    "-bw", "0", "-bg", "#11131a", "-fg", "#d8dbe2", "-e", "sh", "-c", f"cat {text.name}; exec sleep 600",
                    env=dict(os.environ, DISPLAY=screen.display))
        box = screen.still(20, "a terminal with its text",
                           lambda picture: (at := picture.box()) is not None and at.height > 300).box()
    subprocess.run(["import", "-display", screen.display, "-window", "root", "-crop",
                    f"{box.width}x{box.height}+{box.left}+{box.top}", "+repage", path], check=True)


def of_report(stage, path):
    page = os.path.join(stage.home, "report.html")
    stage.ctl("report", page, quiet=True)
    browser = Browser()
    try:
        browser.dress("light")
        browser.open(page, REPORT_WIDTH)
        # Of few colours, and so a third as large.
        subprocess.run(["convert", "png:-", "-colors", "128", path], input=browser.picture(), check=True)
    finally:
        browser.close()


def main(build, folder):
    os.makedirs(folder, exist_ok=True)
    demo.SPEED = SPEED
    stage = Stage(os.path.abspath(build))
    screens = []
    try:
        sim = stage.start(os.path.join(stage.build, "tests", "sim", "calcifer-sim"), stdout=subprocess.PIPE)
        sim.stdout.readline()
        stage.start(os.path.join(stage.build, "daemon", "app", "calciferd"))
        tag = Control(stage.buses[0].connect())
        demo.wait_for(stage, lambda: stage.run("status").returncode == 0)
        demo.describe_wearer(stage)
        tell(stage)
        demo.bring_backlog(stage, tag)
        demo.live_morning(stage, tag)
        stage.ctl("log", "take", "magnesium")
        for name, take in (("bubble", of_bubble), ("terminal", of_terminal)):
            screens.append(Screen())
            take(stage, screens[-1], os.path.join(folder, f"{name}.png"))
        of_report(stage, os.path.join(folder, "report.png"))
    finally:
        stage.close()
        for screen in screens:
            screen.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
