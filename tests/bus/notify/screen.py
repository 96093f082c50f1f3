# SPDX-License-Identifier: GPL-2.0-or-later
"""A screen of our own (Xvfb): what is on it, and a finger on it."""

import os
import pathlib
import subprocess

from harness import need, start, stop, wait_for

WIDTH, HEIGHT = 800, 600


class Box:
    """A rectangle of pixels, its edges included."""

    def __init__(self, left, top, right, bottom):
        self.left, self.top, self.right, self.bottom = left, top, right, bottom

    def __repr__(self):
        return f"{self.left},{self.top}-{self.right},{self.bottom}"

    @property
    def width(self):
        return self.right - self.left + 1

    @property
    def height(self):
        return self.bottom - self.top + 1

    @property
    def middle(self):
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2


class Picture:
    """The screen at one moment, 24 bits a pixel."""

    def __init__(self, pixels):
        assert len(pixels) == WIDTH * HEIGHT * 3, "not a picture of the whole screen"
        self.pixels = pixels

    def __eq__(self, other):
        return other is not None and self.pixels == other.pixels

    def _row(self, y):
        return self.pixels[y * WIDTH * 3:(y + 1) * WIDTH * 3]

    def box(self):
        """Around everything that is not the bare (black) screen; None when there is nothing."""
        bare = bytes(WIDTH * 3)
        rows = [y for y in range(HEIGHT) if self._row(y) != bare]
        if not rows:
            return None
        left = min(self._first(self._row(y)) for y in rows)
        right = max(WIDTH - 1 - self._first(self._row(y)[::-1]) for y in rows)
        return Box(left, rows[0], right, rows[-1])

    @staticmethod
    def _first(row):
        return (len(row) - len(row.lstrip(b"\0"))) // 3

    def patches(self, colour, at_least=20):
        """Boxes of this exact colour, from the left: how a button is found whatever its theme's measures. Letters
        tear a row into pieces, but each piece lies under the button's upper edge and so belongs to its box."""
        boxes = []
        for y in range(HEIGHT):
            for left, right in self._runs(self._row(y), bytes(colour), 4):
                box = next((b for b in boxes if b.bottom >= y - 2 and b.left <= right and left <= b.right), None)
                if box is None:
                    boxes.append(Box(left, y, right, y))
                else:
                    box.left, box.right, box.bottom = min(box.left, left), max(box.right, right), y
        return sorted((b for b in boxes if b.width >= at_least and b.height >= 10), key=lambda b: b.left)

    @staticmethod
    def _runs(row, wanted, at_least):
        runs, start = [], None
        for x in range(WIDTH + 1):
            same = x < WIDTH and row[x * 3:x * 3 + 3] == wanted
            if same and start is None:
                start = x
            elif not same and start is not None:
                if x - start >= at_least:
                    runs.append((start, x - 1))
                start = None
        return runs


class Screen:
    def __init__(self):
        read, write = os.pipe()
        self.process = start(
            [need("Xvfb"), "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp",
             "-noreset"], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            self.display = ":" + numbers.readline().strip()
        assert self.display != ":", "Xvfb did not start"
        self.environment = {**os.environ, "DISPLAY": self.display}
        self.tools = {name: need(name) for name in ("import", "xdotool")}

    def picture(self):
        done = subprocess.run([self.tools["import"], "-window", "root", "-depth", "8", "rgb:-"],
                              env=self.environment, stdout=subprocess.PIPE, check=True, timeout=5)
        return Picture(done.stdout)

    def keep(self, name):
        """The screen as a test artefact."""
        directory = pathlib.Path(os.environ.get("ARTEFACTS", "artefacts"))
        directory.mkdir(parents=True, exist_ok=True)
        subprocess.run([self.tools["import"], "-window", "root", str(directory / f"{name}.png")],
                       env=self.environment, check=True, timeout=5)

    def still(self, seconds=8.0, what="the screen", wanted=lambda picture: True):
        """A picture as wanted that is the same as the one before: fades are over."""
        last = [None]

        def settled():
            picture = self.picture()
            before, last[0] = last[0], picture
            return picture if before == picture and wanted(picture) else None
        return wait_for(settled, seconds, what)

    def click(self, x, y, button=1):
        """A person's click: there first, so that the window knows of the pointer, then down and up."""
        self._tool("xdotool", "mousemove", x - 1, y - 1)
        self._tool("xdotool", "mousemove", x, y, "sleep", "0.1", "mousedown", button, "sleep", "0.05", "mouseup", button)

    def _tool(self, name, *words):
        subprocess.run([self.tools[name], *map(str, words)], env=self.environment, check=True, timeout=5)

    def close(self):
        stop(self.process)
