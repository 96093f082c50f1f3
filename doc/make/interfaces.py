# SPDX-License-Identifier: GPL-2.0-or-later
"""The D-Bus interfaces with the comments of their XML, and the names of errors with those of the C header."""

import re
from xml.etree import ElementTree

from blocks import Heading, Member, Paragraph, Table

PREFIX = "org.calciferd."


def parse(path):
    """With comments, and with what lies beside the root element left out."""
    builder = ElementTree.TreeBuilder(insert_comments=True)
    return ElementTree.fromstring(path.read_text(encoding="utf-8").encode(), ElementTree.XMLParser(target=builder))


def commented(node):
    """Each child element with the paragraphs of the comment right above it."""
    texts = []
    for child in node:
        if child.tag is ElementTree.Comment:
            texts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", child.text.strip())]
            continue
        yield child, texts
        texts = []


def member(interface, node, texts):
    arguments = [(one.get("type"), one.get("name"), one.get("direction")) for one in node.iter("arg")]
    return Member(node.tag, interface, node.get("name"), node.get("type", ""),
                  [(kind, name) for kind, name, direction in arguments if direction != "out"],
                  [(kind, name) for kind, name, direction in arguments if direction == "out"], texts)


def blocks_of(interface, texts):
    name = interface.get("name")
    short = name.removeprefix(PREFIX)
    yield Heading(3, name, short)
    for text in texts:
        said = text.removeprefix(name + ": ")
        yield Paragraph(said[0].upper() + said[1:])
    for node, words in commented(interface):
        yield member(short, node, words)


def interfaces(paths):
    return [block for path in sorted(paths) for node, texts in commented(parse(path)) for block in blocks_of(node, texts)]


def errors(header, table):
    """The names that GDBus is told, with what the header says of each code."""
    meanings = dict(re.findall(r"^\s*(CAL_ERROR_\w+),\s*/\* (.*?) \*/", header.read_text(encoding="utf-8"), re.M))
    names = re.findall(r'\{ (CAL_ERROR_\w+), "(org\.calciferd\.Error\.\w+)" \}', table.read_text(encoding="utf-8"))
    if len(names) != len(meanings) or not names:
        raise ValueError(f"{header} tells of {len(meanings)} errors, {table} of {len(names)}")
    return [Table(["error", "when"], [[f"`{name}`", meanings[code]] for code, name in names])]
