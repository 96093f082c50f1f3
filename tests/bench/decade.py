# SPDX-License-Identifier: GPL-2.0-or-later
"""The ledger of ten years: made once by bench-decade, and kept outside of the tree."""

import hashlib
import os
import shutil
import subprocess
import time

from bus import faketime_library
from household import Household

DAYS = 3652
SHORT_DAYS = 3  # the least that holds all of yesterday, and what reaches into it
NOW = 1893420000  # as in decade.c
UNIT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "systemd", "calciferd.service.in")


def memory_of_unit():
    """What the unit's environment says of memory: the daemon and its floors have it here, too."""
    with open(UNIT, encoding="utf-8") as file:
        lines = [line.removeprefix("Environment=").strip() for line in file if line.startswith("Environment=G_SLICE=")]
    return dict(line.split("=", 1) for line in lines)


class Decade:
    def __init__(self, programs):
        self.programs = programs
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "decade.c"), "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()[:12]
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self.folder = os.path.join(cache, "calcifer-bench", digest)

    def _made(self, name, days):
        path = os.path.join(self.folder, name, "ledger.db")
        if not os.path.exists(path):
            os.makedirs(self.folder, exist_ok=True)
            unfinished = os.path.join(self.folder, name + ".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            subprocess.run([self.programs["decade"], os.path.join(unfinished, "ledger.db"), str(days)], check=True)
            os.rename(unfinished, os.path.dirname(path))
        return path

    def long(self):
        return self._made("long", DAYS)

    def short(self):
        return self._made("short", SHORT_DAYS)

    def household(self, ledger=None, **options):
        """A household at the end of the ten years, whose past days have been reckoned before."""
        path = ledger or self.long()
        home = Household(self.programs, **options)
        home.environment |= {"LD_PRELOAD": faketime_library(), "FAKETIME": f"+{NOW - int(time.time())}s",
                             "FAKETIME_DONT_FAKE_MONOTONIC": "1"} | memory_of_unit()
        os.makedirs(os.path.dirname(home.ledger))
        shutil.copy(path, home.ledger)
        home.start(60)
        home.settle(600)  # the first time after another model it reckons all of it
        home.stop()
        shutil.copy(home.ledger, path)
        return home
