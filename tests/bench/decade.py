# SPDX-License-Identifier: GPL-2.0-or-later
"""The ledger of ten years: made once by bench-decade, and kept outside of the tree."""

import hashlib
import os
import shutil
import subprocess

from household import Household

DAYS = 3652
SHORT_DAYS = 3  # the least that holds all of yesterday, and what reaches into it


class Decade:
    def __init__(self, programs):
        self.programs = programs
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "decade.c"), "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()[:12]
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self.folder = os.path.join(cache, "calcifer-bench", digest)

    def _made(self, name, days):
        """Up to now, whenever it was begun."""
        path = os.path.join(self.folder, name, "ledger.db")
        os.makedirs(self.folder, exist_ok=True)
        subprocess.run([self.programs["decade"], path, str(days)], check=True)
        return path

    def long(self):
        return self._made("long", DAYS)

    def short(self):
        shutil.rmtree(os.path.join(self.folder, "short"), ignore_errors=True)
        return self._made("short", SHORT_DAYS)

    def household(self, **options):
        """A household in which the ten years are, whose past days have been reckoned before."""
        path = self.long()
        home = Household(self.programs, **options)
        os.makedirs(os.path.dirname(home.ledger))
        shutil.copy(path, home.ledger)
        home.start()
        home.stop()
        shutil.copy(home.ledger, path)
        return home
