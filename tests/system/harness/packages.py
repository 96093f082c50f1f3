# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists of names, and which Debian packages of a list this machine lacks."""

import subprocess
from pathlib import Path

from .errors import CannotRun

HERE = Path(__file__).resolve().parent.parent


def names(list_name):
    """The names in tests/system/LIST_NAME, in order: one a line, `#` begins a comment."""
    lines = (HERE / list_name).read_text(encoding="utf-8").splitlines()
    return [name for line in lines if (name := line.partition("#")[0].strip())]


def missing(wanted):
    """Those of `wanted` that dpkg does not hold installed."""
    try:
        shown = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Abbrev}\t${Package}\n", *wanted],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout
    except FileNotFoundError as error:
        raise CannotRun("this is no Debian: dpkg-query is not here") from error
    here = {line.split("\t")[1] for line in shown.splitlines() if line.startswith("ii")}
    return [name for name in wanted if name not in here]


def require_installed():
    """Raises CannotRun, with the command that helps, unless all of packages.txt is installed."""
    lacking = missing(names("packages.txt"))
    if lacking:
        raise CannotRun("these packages are missing: " + " ".join(lacking)
                        + "\n  apt-get install --no-install-recommends " + " ".join(lacking))
