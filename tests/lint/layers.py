#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers by include: every #include of the product runs along an arrow, and no other.

                  main.c ── app ──┬─▶ link ledger notify bus settings lifecycle ──┐     ctl
                                  └─▶ error ◀─────────────────────────────────────┤      │
                                                                                  ▼      ▼
   lib:   message ─▶ balance ─▶ model, decode ─▶ values        machine ─▶ balance, decode

The ledger keeps a tag's record as it came, and the fold is what reads it: so balance stands on decode too.

The room of a file is its folder. A public header of functions lies in the room of the source, else the unit test, of
its name; one without functions, or without either, is where the headers that it includes are.
"""

import functools
import os
import re
import sys
from pathlib import Path

from house import FUNCTION, PRODUCT, Faults, Tree, line_of

# What each room of the core stands on; what those stand on is allowed too.
CORE = {
    "values": (),
    "decode": ("values",),
    "model": ("values",),
    "balance": ("model", "decode", "values"),
    "machine": ("balance", "decode", "values"),
    "message": ("balance", "values"),
}
EDGES = ("link", "ledger", "notify", "bus", "settings", "lifecycle")

# Whose header an <include> is: the longest beginning that fits. Pure: computes, and does nothing else.
LIBRARIES = {
    "pure": "assert.h ctype.h float.h inttypes.h limits.h math.h stdarg.h stdbool.h stddef.h stdint.h stdio.h"
            " string.h tgmath.h",
    "libc": "errno.h fcntl.h getopt.h link.h locale.h malloc.h poll.h pwd.h signal.h stdlib.h sys/ sysexits.h termios.h time.h unistd.h",
    "gettext": "libintl.h",
    "nettle": "nettle/",
    "glib": "glib.h glib/ glib-unix.h glib-object.h gobject/ gio/",
    "json": "json-glib/",
    "sqlite": "sqlite3.h",
    "systemd": "systemd/",
    "landlock": "linux/landlock.h",
}
CORE_LIBRARIES = {"pure", "nettle"}
EDGE_LIBRARIES = {"pure", "libc", "glib"}
OWN_LIBRARY = {"ledger": {"sqlite"}, "lifecycle": {"systemd", "landlock"}, "message": {"gettext"}}
ROOT_LIBRARIES = EDGE_LIBRARIES | {"json", "gettext"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)


def below(room):
    """The room and all that it stands on."""
    return {room}.union(*(below(other) for other in CORE[room]))


def room_of(path):
    """Where a file lives: ("core", "decode"), ("edge", "bus"), ("root", "app"), ("client", "ctl"), ..."""
    top, *rest = path.parts
    if top == "lib":
        return ("core", rest[0]) if rest[0] in CORE else ("unknown", str(path.parent))
    if top == "daemon":
        if path.stem == "error" and len(rest) == 1:
            return ("error", "error")
        if rest[0] in EDGES:
            return ("edge", rest[0])
        return ("root", "app") if rest[0] in ("app", "main.c") else ("unknown", str(path.parent))
    return {"ctl": ("client", "ctl"), "include": ("public", path.stem)}[top]


def library_of(name):
    fits = [(len(start), library) for library, starts in LIBRARIES.items() for start in starts.split()
            if name == start or (start.endswith("/") and name.startswith(start))]
    return max(fits)[1] if fits else None


class Layers:
    def __init__(self, tree, faults):
        self.tree, self.faults = tree, faults
        self.sources = tree.files(*PRODUCT, suffixes={".c", ".h"})
        self.there = set(self.sources)
        self.homes = {path.stem: room for room in CORE for path in tree.files(f"lib/{room}", suffixes={".c"})}
        for room in CORE:
            for path in tree.files(f"tests/unit/{room}", suffixes={".c"}):
                if path.stem.startswith("test_"):
                    self.homes.setdefault(path.stem[len("test_"):], room)

    @functools.lru_cache(maxsize=None)
    def includes(self, path):
        """(line, name, whether of the system alone) of each #include that no comment hides. Ours are in quotes, or in a
        folder: <link.h> is the loader's, and "link.h" the room's."""
        text, code = self.tree.text(path), self.tree.code(path)
        return [(line_of(text, match.start()), match.group(2), match.group(1) == "<" and "/" not in match.group(2))
                for match in INCLUDE.finditer(text) if code[match.start():match.end()].lstrip().startswith("#")]

    def resolve(self, path, name):
        """The tree's file that `#include name` in `path` means, or None when it is not the tree's."""
        folders = (path.parent, "include", "lib", "daemon", "ctl", *(f"daemon/{edge}" for edge in EDGES))
        targets = (Path(os.path.normpath(Path(folder, name))) for folder in folders)
        return next((target for target in targets if target in self.there), None)

    def core_rooms(self, path, seen=()):
        """The rooms of the core that a file of it belongs to: one, but for headers that are only declarations."""
        kind, room = room_of(path)
        if kind == "core":
            return {room}
        if path.stem in self.homes and FUNCTION.search(self.tree.code(path)):
            return {self.homes[path.stem]}
        targets = (self.resolve(path, name) for _, name, foreign in self.includes(path) if not foreign)
        headers = [target for target in targets if target and target.parts[0] == "include"]
        return set().union(*(self.core_rooms(header, (*seen, path)) for header in headers if header not in seen))

    def check(self):
        for path in self.sources:
            if room_of(path)[0] == "unknown":
                self.faults.add(path, 1, "a folder that has no layer: tests/lint/layers.py says which there are")
                continue
            for line, name, foreign in self.includes(path):
                wrong = self.wrong_library(path, name) if foreign else self.wrong(path, name)
                if wrong:
                    self.faults.add(path, line, f"includes {name}: {wrong}")
        return len(self.sources)

    def wrong(self, path, name):
        """Why `path` may not include `name`, or None."""
        target = self.resolve(path, name)
        if target is None:
            return self.wrong_library(path, name)
        kind, _ = room_of(path)
        if kind in ("core", "public"):
            return self.wrong_in_core(path, target)
        return self.wrong_at_edge(path, target)

    def wrong_library(self, path, name):
        kind, room = room_of(path)
        if name.startswith("calciferd-interfaces"):
            return None if room == "bus" else "what is made of the XML is the bus's"
        library = library_of(name)
        if library is None:
            return "nobody may: add it to a library in tests/lint/layers.py if it is needed"
        rooms = self.core_rooms(path) if kind == "public" else {room}
        allowed = {"core": CORE_LIBRARIES, "public": CORE_LIBRARIES, "edge": EDGE_LIBRARIES, "error": EDGE_LIBRARIES,
                   "root": ROOT_LIBRARIES, "client": ROOT_LIBRARIES}[kind]
        allowed = allowed.union(*(OWN_LIBRARY.get(each, set()) for each in rooms))
        return None if library in allowed else f"{library} is not for {kind} {room}"

    def wrong_in_core(self, path, target):
        if target.parts[0] not in ("include", "lib"):
            return "the core sees nothing but itself"
        if target.parts[0] == "lib" and path.parts[0] == "include":
            return "a public header needs public headers only"
        rooms = self.core_rooms(path)
        allowed = set().union(*(below(room) for room in rooms))
        beyond = self.core_rooms(target) - allowed
        if rooms and beyond:
            return f"{'/'.join(sorted(rooms))} may not see {'/'.join(sorted(beyond))}"
        return None

    @staticmethod
    def wrong_at_edge(path, target):
        kind, room = room_of(path)
        other_kind, other = room_of(target)
        if kind == "client":
            return None if other_kind in ("client", "public") else "the client knows the bus and the public core only"
        if other_kind in ("core", "public", "error"):
            return None
        if other_kind == "client":
            return "the daemon does not see its client"
        if kind == "root":
            return None
        if kind == "error":
            return "error.h stands below the edges"
        return None if (kind, room) == (other_kind, other) else f"{room} may not see {other}"


def check_words(tree, faults):
    """The client reaches neither BlueZ nor the ledger's file."""
    for path in tree.files("ctl", suffixes={".c", ".h"}):
        for match in re.finditer(r"org\.bluez|ledger\.db|sqlite", tree.text(path)):
            faults.add(path, line_of(tree.text(path), match.start()), f"the client never touches {match.group()}")


def main():
    tree, faults = Tree(sys.argv[1]), Faults()
    check_words(tree, faults)
    faults.end(Layers(tree, faults).check())


if __name__ == "__main__":
    main()
