#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a manual page and an HTML page of one text.

    pages.py TEXT.md MANUAL HTML [--errors HEADER TABLE] [--interfaces XML...]

A text names its page in a comment, "page: NAME(SECTION), WHAT IT IS ABOUT; MONTH DAY, YEAR", and says with "insert
interfaces" and "insert errors" where those go that are read from the source.
"""

import argparse
from pathlib import Path

import interfaces
import markdown
import mdoc
import webpage


def inserted(blocks, parts):
    for block in blocks:
        if isinstance(block, str):
            yield from parts[block]
        else:
            yield block


def main():
    options = argparse.ArgumentParser()
    for name in ("text", "manual", "html"):
        options.add_argument(name, type=Path)
    options.add_argument("--errors", nargs=2, type=Path)
    options.add_argument("--interfaces", nargs="+", type=Path)
    given = options.parse_args()
    match, title, blocks = markdown.read(given.text)
    parts = {}
    if given.errors:
        parts["errors"] = interfaces.errors(*given.errors)
    if given.interfaces:
        parts["interfaces"] = interfaces.interfaces(given.interfaces)
    blocks = list(inserted(blocks, parts))
    given.manual.write_text(mdoc.page(match, blocks, given.text.name), encoding="utf-8")
    given.html.write_text(webpage.Page(match, title, blocks, given.text.name).html(), encoding="utf-8")


if __name__ == "__main__":
    main()
