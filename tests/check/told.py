# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test tells in what it prints.

    figure: NAME VALUE UNIT        a line of any test, as in "figure: kills 1000 times"
    {"tool": "...", ...}           the last line of a program of the suite `analysis`
"""

import json
import re

FIGURE = re.compile(r"^\s*figure: ([\w-]+) (-?\d+(?:\.\d+)?)(?: +(\S.*?))?\s*$", re.M)


def figures(text):
    """(name, value, unit) of each; whole numbers stay whole."""
    return [(name, float(value) if "." in value else int(value), unit) for name, value, unit in FIGURE.findall(text)]


def summary(text):
    """{} where the last line is none."""
    lines = text.rstrip().splitlines()
    try:
        told = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) and "tool" in told else {}
