#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The bus surface: the interface XML is well formed, says a word on every interface, member, argument and error, and is
what the daemon serves; and its page says of each command of calciferctl with which members it is done.

The daemon asserts the same when it starts; here it shows without starting it.
"""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

from house import Faults, Tree, line_of

PREFIX = "org.calciferd."
TABLE = Path("daemon/app/surface.c")
CARRIED = Path("daemon/bus/interfaces.c")
ERRORS = Path("daemon/error.c")
PAGE = Path("doc/org.calciferd.md")
WITHOUT_DAEMON = {"calc", "help"}
ROW = re.compile(r'\{\s*"(\w+)",\s*"(\w+)",\s*(\w+)\s*\}')


def parse(text):
    return ElementTree.fromstring(text, ElementTree.XMLParser(
        target=ElementTree.TreeBuilder(insert_comments=True)))


def members(interface):
    """Each member with the comment right above it, or None."""
    before = None
    for child in interface:
        if child.tag is ElementTree.Comment:
            before = child.text.strip()
            continue
        yield child, before
        before = None


def check_arguments(path, interface, said, faults):
    """Each argument is named with an @ by the comment of its member, or of its interface."""
    for member, comment in members(interface):
        for argument in member.iter("arg"):
            name = argument.get("name")
            if not re.search(rf"@{name}\b", f"{comment} {said}"):
                faults.add(path, 0, f"no comment says what @{name} of {member.get('name')} is")


def check_failures(path, interface, said, faults):
    """What a method may answer instead is told by its comment, or by its interface's."""
    for member, comment in members(interface):
        if member.tag == "method" and not errors_named(f"{comment} {said} -->"):
            faults.add(path, 0, f"no comment says with which error {member.get('name')} fails")


def errors_named(text):
    """The capitalised words of the sentences that begin "Error: " or "Errors: ", brackets left out."""
    plain = re.sub(r"\([^()]*\)", "", text)
    return {word for said in re.findall(r"\bErrors?: (.*?)(?:\.\s|\.?\s*-->)", plain, re.S)
            for word in re.findall(r"(?<!\w)[A-Z][A-Za-z]+\b(?!\.)", re.sub(r"as of \w+", "", said))}


def check_errors(tree, files, faults):
    """Each error that a comment names is one of the daemon's, and each of those is named somewhere."""
    known = set(re.findall(r'"org\.calciferd\.Error\.(\w+)"', tree.text(ERRORS)))
    named = {word: path for path in files for word in errors_named(tree.text(path))}
    for word in sorted(set(named) - known):
        faults.add(named[word], 0, f"there is no error {word}")
    for word in sorted(known - set(named)):
        faults.add(ERRORS, 0, f"no interface says when {word} is answered")


def read(tree, path, faults):
    """{(interface, kind, name)} of one file."""
    text, found = tree.text(path), []
    try:
        node = parse(text.encode())
    except ElementTree.ParseError as error:
        faults.add(path, error.position[0], f"not well formed: {error}")
        return found
    for interface, said in members(node):
        if not (said or "").startswith(interface.get("name") + ": "):
            faults.add(path, 0, f"no comment above {interface.get('name')} begins with its name")
        check_arguments(path, interface, said, faults)
        check_failures(path, interface, said, faults)
        short = interface.get("name").removeprefix(PREFIX)
        for member, comment in members(interface):
            name = member.get("name")
            found.append((short, member.tag, name))
            if not comment:
                line = line_of(text, text.index(f'<{member.tag} name="{name}"', text.index(interface.get("name") + '"')))
                faults.add(path, line, f"{member.tag} {short}.{name} has no comment above it")
    return found


def check_table(tree, documented, faults):
    """Methods of the XML and rows of the table are the same, each once."""
    text = tree.text(TABLE)
    rows = [(interface, method) for interface, method, _ in ROW.findall(text)]
    methods = [(interface, name) for interface, kind, name in documented if kind == "method"]
    for twice in sorted({row for row in rows if rows.count(row) > 1}):
        faults.add(TABLE, 1, f"{'.'.join(twice)} stands there twice")
    for lost in sorted(set(methods) - set(rows)):
        faults.add(TABLE, 1, f"no handler for {'.'.join(lost)}")
    for extra in sorted(set(rows) - set(methods)):
        faults.add(TABLE, 1, f"{'.'.join(extra)} is in no interface XML")
    return len(rows)


def check_told(tree, documented, faults):
    """Each property and signal is named by the code that publishes."""
    code = "".join(tree.text(path) for path in tree.files("daemon/app", suffixes={".c"}))
    for interface, kind, name in documented:
        if kind in ("property", "signal") and f'"{name}"' not in code:
            faults.add("daemon/app", 0, f"nothing there names the {kind} {interface}.{name}")


def verbs(tree):
    """Each command: "status", "log take", by the tables that calciferctl has of them."""
    for path in tree.files("ctl", suffixes={".c"}):
        table = re.search(r"CtlVerb verbs\[\] = \{\n(.*?)\n\};", tree.text(path), re.S)
        if table and path.stem not in WITHOUT_DAEMON:
            group = "" if path.stem == "main" else path.stem + " "
            yield from (group + name for name in re.findall(r'^  \{ "(\w+)",', table.group(1), re.M))


def check_commands(tree, documented, faults):
    """The page has a row for each command, and the members in it exist."""
    rows = dict(re.findall(r"^\| `([a-z ]+)` \| (.*) \|$", tree.text(PAGE), re.M))
    members = {f"{interface}.{name}" for interface, _, name in documented}
    known = set(verbs(tree)) - WITHOUT_DAEMON
    if not known:
        faults.add("ctl/main.c", 1, "holds no table of commands that this lint can read")
    for lost in sorted(known - set(rows)):
        faults.add(PAGE, 1, f"no row says with which members '{lost}' is done")
    for extra in sorted(set(rows) - known):
        faults.add(PAGE, 1, f"there is no command '{extra}'")
    for command, said in sorted(rows.items()):
        for member in re.findall(r"\b[A-Z][a-z]+1\.[A-Z]\w+", said):
            if member not in members:
                faults.add(PAGE, 1, f"'{command}' is done with {member}, which there is not")


def check_carried(tree, files, faults):
    """The XML is installed, and what is made of it is served."""
    build, carried = tree.text("dbus/meson.build"), tree.text(CARRIED)
    for path in files:
        if f"'{path.stem.removeprefix(PREFIX)}'" not in build:
            faults.add("dbus/meson.build", 1, f"does not install {path.name}")
        for name in re.findall(r'<interface name="([\w.]+)"', tree.text(path)):
            if f"&{name.replace('.', '_').lower()}_interface," not in carried:
                faults.add(CARRIED, 1, f"does not carry {name}")


def main():
    tree, faults = Tree(sys.argv[1]), Faults()
    files = [path for path in tree.files("dbus", suffixes={".xml"}) if path.name.startswith(PREFIX)]
    documented = [member for path in files for member in read(tree, path, faults)]
    if not check_table(tree, documented, faults):
        faults.add(TABLE, 1, "holds no row that this lint can read")
    check_told(tree, documented, faults)
    check_errors(tree, files, faults)
    check_commands(tree, documented, faults)
    check_carried(tree, files, faults)
    faults.end(len(documented))


if __name__ == "__main__":
    main()
