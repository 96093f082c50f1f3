# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocks as one HTML page that needs nothing beside itself."""

import re
from html import escape

from blocks import Heading, Items, Listing, Member, Paragraph, Table, spans

HEAD = """<!DOCTYPE html>
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!-- Made from {source}. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --paper: #ffffff; --ink: #1c1917; --faint: #57534e; --grid: #d6d3d1; --link: #1d4ed8; }}
@media screen and (prefers-color-scheme: dark) {{
  :root {{ --paper: #1c1917; --ink: #fafaf9; --faint: #d6d3d1; --grid: #57534e; --link: #93c5fd; }} }}
body {{ background: var(--paper); color: var(--ink); font: 16px/1.5 sans-serif; max-width: 52rem; margin: 0 auto; padding: 1rem; }}
h2 {{ margin-top: 2.5rem; border-bottom: 1px solid var(--grid); }} h3 {{ margin-top: 2rem; }} h4 {{ margin: 1.4rem 0 .3rem; }}
a {{ color: var(--link); }} .kind {{ color: var(--faint); font-weight: normal; }}
p, li, td {{ overflow-wrap: break-word; }} pre {{ overflow-x: auto; border: 1px solid var(--grid); padding: .5rem; }}
.wide {{ overflow-x: auto; }} table {{ border-collapse: collapse; }} th, td {{ text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--grid); }}
nav ul {{ list-style: none; padding-left: 0; }} .level3 {{ padding-left: 1.5rem; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
"""
TAIL = "</main>\n</body>\n</html>\n"
TAG = {"strong": "strong", "emphasis": "em", "argument": "var"}


class Page:
    def __init__(self, match, title, blocks, source):
        self.match, self.title, self.blocks, self.source = match, title, blocks, source
        self.anchors = {block.anchor for block in blocks if isinstance(block, Heading)}
        self.members = {f"{block.interface}.{block.name}" for block in blocks if isinstance(block, Member)}

    def running(self, text):
        return "".join(self.span(span) for span in spans(text))

    def span(self, span):
        if span.style == "plain":
            return self.linked(span.text)
        if span.style == "link":
            if span.target.removeprefix("#") not in self.anchors:
                raise ValueError(f"{self.source}: there is no heading {span.target}")
            return f'<a href="{escape(span.target)}">{self.running(span.text)}</a>'
        if span.style == "code":
            return f"<code>{self.linked(span.text)}</code>"
        tag = TAG.get(span.style)
        return f"<{tag}>{escape(span.text)}</{tag}>" if tag else escape(span.text)

    def linked(self, text):
        """What names a member or an interface of this page leads to it."""
        def link(match):
            name = match[0].removeprefix("org.calciferd.")
            known = name in self.members or name in self.anchors
            return f'<a href="#{name}">{match[0]}</a>' if known else match[0]
        return re.sub(r"\b(?:org\.calciferd\.)?[A-Z]\w*1(?:\.[A-Z]\w+)?\b", link, escape(text, quote=False))

    # -- Blocks

    def heading(self, block):
        text = escape(block.text) if block.text.endswith("." + block.anchor) else self.running(block.text)
        return f'<h{block.level} id="{block.anchor}">{text}</h{block.level}>'

    def items(self, block):
        tag = "ol" if block.numbered else "ul"
        return f"<{tag}>\n" + "".join(f"<li>{self.running(text)}</li>\n" for text in block.texts) + f"</{tag}>"

    def table(self, block):
        head = "".join(f'<th scope="col">{self.running(text)}</th>' if text else "<td></td>" for text in block.head)
        rows = ["<tr>" + "".join(f"<td>{self.running(text)}</td>" for text in row) + "</tr>\n" for row in block.rows]
        thead = f"<thead><tr>{head}</tr></thead>\n" if any(block.head) else ""
        return f'<div class="wide">\n<table>\n{thead}<tbody>\n{"".join(rows)}</tbody>\n</table>\n</div>'

    @staticmethod
    def listing(block):
        return "<pre><code>" + escape("\n".join(block.lines), quote=False) + "</code></pre>"

    def member(self, block):
        def listed(pairs):
            return "(" + ", ".join(f"{kind} <var>{escape(name)}</var>" for kind, name in pairs) + ")"
        head = f'<h4 id="{block.interface}.{block.name}"><span class="kind">{block.kind}</span> {block.name}</h4>\n'
        if block.kind == "property":
            shape = f"{block.type} {block.name}"
        else:
            shape = f"{block.name} {listed(block.takes)}" + (f" → {listed(block.gives)}" if block.gives else "")
        return (head + f'<p class="shape"><code>{shape}</code></p>\n' +
                "\n".join(map(self.block, block.blocks)))

    def block(self, block):
        if isinstance(block, Paragraph):
            return f"<p>{self.running(block.text)}</p>"
        of = {Heading: self.heading, Items: self.items, Table: self.table, Listing: self.listing, Member: self.member}
        return of[type(block)](block)

    # -- The page

    def contents(self):
        links = [f'<li class="level{block.level}"><a href="#{block.anchor}">{escape(block.text)}</a></li>\n'
                 for block in self.blocks if isinstance(block, Heading) and block.level <= 3]
        return f'<nav aria-label="Contents">\n<ul>\n{"".join(links)}</ul>\n</nav>\n'

    def html(self):
        blocks = [block for block in self.blocks
                  if not (isinstance(block, Paragraph) and block.text.startswith("Contents: "))]
        return (HEAD.format(title=escape(self.title), source=escape(self.source)) + self.contents() +
                "\n".join(self.block(block) for block in blocks) + "\n" + TAIL)
