# SPDX-License-Identifier: GPL-2.0-or-later
"""The wearer's desktop: an X server, a notification server, a pointer, and a camera."""

import json
import os
import subprocess

from .waiting import Timeout, until

# This wearer has dunst keep bubbles until they are closed; notification-daemon cannot be told to.
SERVERS = {
    "dunst": ["/usr/bin/dunst", "-config", os.path.join(os.path.dirname(os.path.abspath(__file__)), "dunstrc")],
    "notification-daemon": ["/usr/lib/notification-daemon/notification-daemon"],
}
NOTIFICATIONS = "org.freedesktop.Notifications"
# A window without text has its ground and perhaps its frame; smooth letters have many shades.
DRAWN_COLOURS = 10
EDGE = 16  # pixels of a bubble's frame, with its round corners
BUTTON_GAP = 12  # pixels
CLICKS, CLICK_S = 5, 8
# Where a bubble can be shown anew: so long one is waited for before that, and so often as long in all.
SHOWN_S, OFTEN = 15, 3


class Desktop:
    """Xvfb as `account`'s display, with at most one notification server on the account's session bus."""

    def __init__(self, account, size="1024x768", log_folder="/artefacts"):
        self.account = account
        self.size = size
        self.logs = log_folder
        self._x = self._server = None

    def start(self):
        """Starts the X server; account.display is set from then on."""
        take, give = os.pipe()
        command = ["Xvfb", "-displayfd", str(give), "-screen", "0", f"{self.size}x24", "-nolisten", "tcp"]
        self._x = self._spawn(command, "xvfb", give)
        os.close(give)
        with os.fdopen(take) as answer:
            number = answer.readline().strip()
        if not number:
            raise AssertionError("Xvfb did not start; see xvfb.txt")
        self.account.display = f":{number}"
        self.account.as_user("xdotool", "mousemove", "1", "1")

    def stop(self):
        self.stop_server()
        _end(self._x)
        self.account.display = None

    def start_server(self, name):
        """Starts "dunst" or "notification-daemon" and waits until it owns the notifications' name."""
        self.stop_server()
        # Nobody reads the screen aloud: the bridge to accessibility costs seconds, and can hold a server up.
        self._server = self.account.spawn(*SERVERS[name], log=f"{self.logs}/{name}.txt", NO_AT_BRIDGE="1")
        until(f"{name} serves notifications", self.served)

    def stop_server(self):
        """Ends the notification server and waits until nobody owns the name."""
        if self._server:
            _end(self._server)
            self._server = None
            until("notifications are served no more", lambda: not self.served())

    def served(self):
        asked = self.account.as_user("busctl", "--user", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                     "org.freedesktop.DBus", "NameHasOwner", "s", NOTIFICATIONS)
        return asked.stdout.strip() == "b true"

    def screenshot(self, path):
        """Writes the whole screen to a PNG file."""
        subprocess.run(["import", "-display", self.account.display, "-window", "root", path], check=True, timeout=60)

    def picture_of_bubble(self, path, timeout_s=40, again=None):
        """Waits until a bubble is drawn, text and all; keeps the screen in a PNG file and returns the place.

        It is whole when two looks, one after the other, see the same: on a busy machine a server can show a window
        that still grows to hold its buttons. One that has expired before is shown anew by again().
        """
        looks = [None]

        def whole():
            if again and not self.bubbles():
                again()
            try:
                place = self.until_bubble(SHOWN_S if again else timeout_s)
            except Timeout:  # it came and went between two looks
                if again:
                    return False
                raise
            self.screenshot(path)
            looks.append((place, _ink(path, place)))
            return looks[-1] == looks[-2] and _colours(path, place) >= DRAWN_COLOURS
        until("the bubble is drawn", whole, OFTEN * timeout_s if again else timeout_s)
        return looks[-1][0]

    def bubbles(self):
        """Places (x, y, width, height) of the windows that show, but the root: there is nothing here but bubbles."""
        found = self.account.as_user("xdotool", "search", "--onlyvisible", "--maxdepth", "1", "--name", "", check=False)
        places = [self._geometry(window) for window in found.stdout.split()]
        return [place for place in places if place and place[2] > 50 and place[3] > 20 and place[:2] != (0, 0)]

    def until_bubble(self, timeout_s=40):
        """Waits for a bubble and returns its place."""
        return until("a bubble shows", self.bubbles, timeout_s)[0]

    def until_no_bubble(self, timeout_s=40):
        until("the bubbles are gone", lambda: not self.bubbles(), timeout_s)

    def click(self, x, y, button=1):
        """Moves the pointer there and presses a button of it: 1 left, 2 middle, 3 right."""
        self.account.as_user("xdotool", "mousemove", str(x), str(y), "sleep", "0.3", "click", str(button))

    def click_action(self, number, picture, heard=None, again=None):
        """Clicks the bubble's action button `number`, 0 being the first, as notification-daemon draws them.

        `picture` is where the screen with the bubble is kept. Returns how many buttons there are. With `heard` it is
        clicked until heard() is true: notification-daemon takes a bubble that may expire off the screen after 5 s,
        whatever the pointer does, and a slow machine needs as long for the picture. So again() has the bubble shown
        anew, at the same place, and it is clicked as soon as it is there.
        """
        place = self.picture_of_bubble(picture, again=again)
        centres = buttons(_ink(picture, place), place[2])
        x, y = place[0] + centres[number][0], place[1] + centres[number][1]
        self.click(x, y)
        for attempt in range(CLICKS if heard else 0):
            try:
                until("the click is heard", heard, CLICK_S)
                break
            except Timeout:
                if attempt + 1 == CLICKS:
                    self.screenshot(picture.replace(".png", "-deaf.png"))
                    raise
                again()
                self.until_bubble()
                if heard():  # it was only slow to be heard: what is shown now may be another bubble
                    break
                self.click(x, y)
        return len(centres)

    def _geometry(self, window):
        shown = self.account.as_user("xdotool", "getwindowgeometry", "--shell", window, check=False)
        if shown.returncode:
            return None  # it closed meanwhile
        values = dict(line.split("=") for line in shown.stdout.split())
        return tuple(int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))

    def _spawn(self, command, name, *fds):
        account = self.account
        with open(f"{self.logs}/{name}.txt", "wb") as out:
            return subprocess.Popen(command, user=account.uid, group=account.gid, extra_groups=[], cwd=account.home,
                                    env=account.environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                    pass_fds=fds)


def _colours(path, place):
    """How many colours a part of a picture has."""
    x, y, width, height = place
    shown = subprocess.run(["convert", path, "-crop", f"{width}x{height}+{x}+{y}", "-format", "%k", "info:"],
                           stdout=subprocess.PIPE, text=True, check=True)
    return int(shown.stdout)


def _ink(path, place):
    """Rows of a part of a picture, a byte a pixel, 0 where it is dark."""
    x, y, width, height = place
    raw = subprocess.run(["convert", path, "-crop", f"{width}x{height}+{x}+{y}", "+repage", "-colorspace", "Gray",
                          "-threshold", "50%", "-depth", "8", "gray:-"], stdout=subprocess.PIPE, check=True).stdout
    return [raw[row * width:(row + 1) * width] for row in range(height)]


def buttons(rows, width):
    """Centres (x, y), from the left, of the words in the lowest line of text: that is where the buttons are.

    Letters of a label stand closer to one another than BUTTON_GAP, and labels of two buttons do not.
    """
    inner = [row[EDGE:width - EDGE] for row in rows]
    marked = [y for y, row in enumerate(inner) if EDGE <= y < len(inner) - EDGE and 0 in row]
    bottom = top = marked[-1]
    while top - 1 in marked:
        top -= 1
    columns = [x for x in range(width - 2 * EDGE) if any(not inner[y][x] for y in range(top, bottom + 1))]
    spans = [[columns[0], columns[0]]]
    for x in columns[1:]:
        if x - spans[-1][1] > BUTTON_GAP:
            spans.append([x, x])
        spans[-1][1] = x
    return [(EDGE + (left + right) // 2, (top + bottom) // 2) for left, right in spans]


def _end(process):
    process.terminate()
    process.wait(20)


class SessionMonitor:
    """Hears the account's session bus, in busctl's JSON, a message a line, in the file `path`."""

    def __init__(self, account, path, *match):
        rules = [f"--match={rule}" for rule in match]
        self.path = path
        self._monitor = account.spawn("busctl", "--user", "--json=short", *rules, "monitor", log=path)
        until("the session's monitor hears", self._hears)

    def _hears(self):
        with open(self.path, encoding="utf-8", errors="replace") as heard:
            return "Monitoring bus message stream" in heard.read()

    def all(self):
        """All messages so far, as dictionaries."""
        with open(self.path, encoding="utf-8", errors="replace") as heard:
            return [json.loads(line) for line in heard if line.endswith("}\n")]

    def messages(self, member):
        """The messages of that member so far, as dictionaries."""
        return [message for message in self.all() if message.get("member") == member]

    def stop(self):
        _end(self._monitor)
