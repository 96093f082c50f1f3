# SPDX-License-Identifier: GPL-2.0-or-later
"""The corpus of nasty strings, tests/vectors/nasty.txt, and what may be seen of them at an outlet."""

import os
import re
import unicodedata

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "vectors", "nasty.txt")
# What the client itself sends to a terminal: a colour and its end, and the beginning of a line to be rewritten.
OWN_SEQUENCE = re.compile(r"\x1b\[(?:0|2|32|33|36|1;31)m|\r\x1b\[K")


def unescape(text):
    return re.sub(rb"\\(x[0-9a-f]{2}|\\)", lambda match: b"\\" if match[1] == b"\\" else bytes([int(match[1][1:], 16)]),
                  text.encode())


def corpus():
    """name -> bytes."""
    strings = {}
    with open(VECTORS, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line and not line.startswith("#"):
                name, count, text = line.split(" ", 2)
                assert name not in strings, name
                strings[name] = unescape(text) * int(count)
    return strings


def texts():
    """name -> str, of those that are UTF-8: nothing else can stand on a bus."""
    decoded = {}
    for name, string in corpus().items():
        try:
            decoded[name] = string.decode()
        except UnicodeDecodeError:
            pass
    return decoded


def harm(text, lines=True):
    """The first character of a text that a terminal, or a reader, must not be shown; "" when there is none."""
    for c in OWN_SEQUENCE.sub("", text):
        if not (c == "\n" and lines) and unicodedata.category(c) in ("Cc", "Cf", "Cn", "Cs", "Zl", "Zp"):
            return f"U+{ord(c):04X} in {text[max(text.index(c) - 40, 0):text.index(c) + 40]!r}"
    return ""
