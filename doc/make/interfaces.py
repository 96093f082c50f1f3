# SPDX-License-Identifier: GPL-2.0-or-later
"""The D-Bus interfaces with the comments of their XML, and the names of errors with those of the C header."""

import re
from xml.etree import ElementTree

from blocks import Heading, Member, Paragraph, Table
from markdown import Reader

PREFIX = "org.calciferd."


def parse(path):
    """With comments, and with what lies beside the root element left out."""
    builder = ElementTree.TreeBuilder(insert_comments=True)
    return ElementTree.fromstring(path.read_text(encoding="utf-8").encode(), ElementTree.XMLParser(target=builder))


def commented(node):
    """Each child element with the comment right above it, as blocks."""
    blocks = []
    for child in node:
        if child.tag is ElementTree.Comment:
            blocks = Reader("\n".join(line.strip() for line in child.text.splitlines())).read().blocks
            continue
        yield child, blocks
        blocks = []


def member(interface, node, blocks):
    arguments = [(one.get("type"), one.get("name"), one.get("direction")) for one in node.iter("arg")]
    return Member(node.tag, interface, node.get("name"), node.get("type", ""),
                  [(kind, name) for kind, name, direction in arguments if direction != "out"],
                  [(kind, name) for kind, name, direction in arguments if direction == "out"], blocks)


def blocks_of(interface, blocks):
    name = interface.get("name")
    short = name.removeprefix(PREFIX)
    yield Heading(3, name, short)
    said = blocks[0].text.removeprefix(name + ": ")
    yield from [Paragraph(said[0].upper() + said[1:])] + blocks[1:]
    for node, of_member in commented(interface):
        yield member(short, node, of_member)


def interfaces(paths):
    return [block for path in sorted(paths) for node, blocks in commented(parse(path)) for block in blocks_of(node, blocks)]


def errors(header, table):
    """The names that GDBus is told, with what the header says of each code."""
    meanings = dict(re.findall(r"^\s*(CAL_ERROR_\w+),\s*/\* (.*?) \*/", header.read_text(encoding="utf-8"), re.M))
    names = re.findall(r'\{ (CAL_ERROR_\w+), "(org\.calciferd\.Error\.\w+)" \}', table.read_text(encoding="utf-8"))
    if len(names) != len(meanings) or not names:
        raise ValueError(f"{header} tells of {len(meanings)} errors, {table} of {len(names)}")
    return [Table(["error", "when"], [[f"`{name}`", meanings[code]] for code, name in names])]
