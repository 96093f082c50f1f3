# SPDX-License-Identifier: GPL-2.0-or-later
"""What a running daemon says that it is, by introspection, and values for its arguments: of the right type and of any
other, small and large, sensible and not. The same seed makes the same values."""

import math
import os
import tempfile

from gi.repository import Gio, GLib

from nasty import texts

NAME, ROOT = "org.calciferd", "/org/calciferd"
INTROSPECTABLE, PROPERTIES = "org.freedesktop.DBus.Introspectable", "org.freedesktop.DBus.Properties"
WIDE = {"y": (0, 8), "n": (1, 16), "q": (0, 16), "i": (1, 32), "u": (0, 32), "x": (1, 64), "t": (0, 64)}
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, 20.0, 1e-320, 2.2e-308, 1e300, -1e300, 1e15, 9.3e18, -9.3e18, math.nan, math.inf,
          -math.inf]
# What the methods want to read, so that what lies behind a first check is reached, too.
SENSIBLE = ["salmon", "d3k2", "egg", "2 eggs", "salmon 120g", "120g", "1/2 cup", "30ng/mL", "75nmol/L", "d3=2000IU",
            "mk7=100ug", "calcium=20mg", "per=100g", "at=08:00", "every=7d", "on=mon,thu", "with=food", "milk", "200g",
            "2026-05-10", "1900-01-01", "2100-12-31", "calcium", "d", "k2", "today", "d-low", "same", "second", "worn",
            "ambient", "C0:FF:EE:00:00:01", "1", "2:double_press", "csv", "jsonl", "fhir", "de_DE.UTF-8", "phototype",
            "birth-year", "place", "52.5,13.4", "follow", "clothing.mine", "threshold.d-low", "wear", "forearms spf=30",
            "uvi", "sky", "wearing", "spf", "way", "bubble", "clear", "00AB12CD:12", "pregnant", "conditions",
            "tag:C0:FF:EE:00:00:01:00AB12CD:5", "00000000-0000-4000-8000-000000000000:1", "0", "-1", "1e9", "2.000"]


def complete_types(signature):
    """"sa{sv}as" as ["s", "a{sv}", "as"]."""
    kinds = []
    while signature:
        end = 0
        while signature[end] == "a":
            end += 1
        depth = 0
        while True:
            depth += (signature[end] in "({") - (signature[end] in ")}")
            end += 1
            if depth == 0:
                break
        kinds.append(signature[:end])
        signature = signature[end:]
    return kinds


class Method:
    def __init__(self, path, interface, name, signature):
        self.path, self.interface, self.name, self.signature = path, interface, name, signature

    def __str__(self):
        return f"{self.interface}.{self.name}({self.signature}) on {self.path}"


class Surface:
    """All methods and properties below a path, found by asking."""

    def __init__(self, connection):
        self.connection, self.methods, self.properties = connection, [], []
        self.walk("/")

    def introspect(self, path):
        reply = self.connection.call_sync(NAME, path, INTROSPECTABLE, "Introspect", None, None, Gio.DBusCallFlags.NONE,
                                          30000, None)
        return Gio.DBusNodeInfo.new_for_xml(reply.unpack()[0])

    def walk(self, path):
        node = self.introspect(path)
        for interface in node.interfaces:
            for method in interface.methods:
                signature = "".join(argument.signature for argument in method.in_args)
                self.methods.append(Method(path, interface.name, method.name, signature))
            self.properties += [(path, interface.name, prop.name, prop.signature) for prop in interface.properties]
        for child in node.nodes:
            self.walk(path.rstrip("/") + "/" + child.path)


class Values:
    def __init__(self, random, seen=()):
        self.random = random
        self.nasty = list(texts().values())
        self.seen = list(seen)  # what the daemon itself said: ids above all
        self.descriptors = []   # of the call that is being made

    # -- One value of a type

    def text(self):
        pick = self.random.random()
        if pick < 0.45:
            return self.random.choice(SENSIBLE)
        if pick < 0.65 and self.seen:
            return self.random.choice(self.seen)
        if pick < 0.75:
            return " ".join(self.random.choice(SENSIBLE) for _ in range(self.random.randint(2, 6)))
        if pick < 0.97:
            return self.random.choice(self.nasty).replace("\0", "")
        if pick < 0.99:
            return self.random.choice("a ä€😀") * self.random.choice([0, 47, 48, 127, 511, 512, 4000, 20000])
        return self.random.choice(["a", "ab ", "=", "(", "%s", "€"]) * (2 ** 20)

    def number(self, kind):
        signed, bits = WIDE[kind]
        low, high = (-2 ** (bits - 1), 2 ** (bits - 1) - 1) if signed else (0, 2 ** bits - 1)
        edges = [low, low + 1, 0, 1, 2, high - 1, high, high // 2, 60, 3600, 86400, 1780000000, -2208988800, 10 ** 12]
        value = self.random.choice(edges) if self.random.random() < 0.8 else self.random.randint(low, high)
        return min(max(value, low), high)

    def path(self):
        return self.random.choice(["/", ROOT, ROOT + "/job/1", ROOT + "/tag/C0_FF_EE_00_00_01", "/a" * 1000, "/_"])

    def signature(self):
        return self.random.choice(["", "s", "a{sv}", "(" * 30 + "s" + ")" * 30, "a" * 32 + "y", "sxdh"])

    def descriptor(self):
        """One of a pipe's ends, a folder, a socket, a file of somebody, nothing, or no descriptor at all."""
        kind = self.random.choice(["file", "file", "null", "pipe-in", "pipe-out", "folder", "garbage", "closed", "none"])
        if kind == "none":
            return self.random.choice([0, 1, -1, 2 ** 31 - 1, -2 ** 31])
        if kind in ("pipe-in", "pipe-out", "closed"):
            inside, outside = os.pipe()
            keep, other = (outside, inside) if kind == "pipe-out" else (inside, outside)
            os.close(other)
            self.descriptors.append(keep)
        elif kind in ("file", "garbage"):
            file, name = tempfile.mkstemp(prefix="calcifer-fuzz-")
            os.unlink(name)
            if kind == "garbage":
                os.pwrite(file, self.garbage(), 0)
            self.descriptors.append(file)
        else:
            self.descriptors.append(os.open("/dev/null" if kind == "null" else "/", os.O_RDONLY))
        return len(self.descriptors) - 1

    def garbage(self):
        line = self.random.choice(["{", '{"kind":"lab","at":"2026-05-10T10:00:00Z","value":"30ng/mL"}',
                                   "kind,at,value\nlab,2026-05-10T10:00:00Z,30ng/mL", "name,calcium_mg\n\"", "SQLite format 3\0"])
        return (line + "\n").encode() + self.random.randbytes(self.random.choice([0, 10, 1000, 100000]))

    def variant(self, depth=0):
        pick = self.random.random()
        if depth < 40 and pick < 0.3:
            return GLib.Variant("v", self.variant(depth + 1))
        return self.of(self.random.choice(["s", "d", "x", "u", "b", "y", "as", "ay", "a{sv}", "(sd)", "i"]), depth + 1)

    def length(self):
        pick = self.random.random()
        return 0 if pick < 0.2 else self.random.randint(1, 6) if pick < 0.97 else self.random.choice([100, 3000])

    def container(self, kind, depth):
        if kind == "ay":
            size = self.random.choice([0, 1, 15, 16, 17, 32, 1000, 2 ** 20])
            return GLib.Variant.new_from_bytes(GLib.VariantType("ay"), GLib.Bytes.new(self.random.randbytes(size)), True)
        if kind == "as":
            return GLib.Variant("as", [self.text()[:2000] for _ in range(self.length())])
        if kind == "a{sv}":
            return GLib.Variant("a{sv}", {self.text()[:100]: self.variant(depth + 1) for _ in range(self.length() >> depth)})
        assert kind == "(sd)", kind
        return GLib.Variant("(sd)", (self.text(), self.random.choice(FLOATS)))

    def of(self, kind, depth=0):
        """A GLib.Variant of a complete type."""
        if kind in WIDE:
            return GLib.Variant(kind, self.number(kind))
        if kind == "d":
            value = self.random.choice(FLOATS) if self.random.random() < 0.7 else self.random.uniform(0, 200)
            return GLib.Variant("d", value)
        plain = {"s": self.text, "b": lambda: self.random.random() < 0.5, "o": self.path, "g": self.signature,
                 "h": self.descriptor}
        if kind in plain:
            return GLib.Variant(kind, plain[kind]())
        return GLib.Variant("v", self.variant(depth + 1)) if kind == "v" else self.container(kind, depth)

    # -- All arguments of a call

    def arguments(self, signature):
        """(a tuple, its descriptors): of the right type four times out of five."""
        self.descriptors = []
        kinds = complete_types(signature)
        if self.random.random() < 0.2:
            kinds = self.other(kinds)
        members = [self.of(kind) for kind in kinds]
        return GLib.Variant.new_tuple(*members), self.descriptors

    def other(self, kinds):
        change = self.random.randrange(4)
        any_kind = self.random.choice(["s", "x", "d", "v", "as", "a{sv}", "o", "g", "b", "h", "ay", "y"])
        if change == 0 or not kinds:
            return kinds + [any_kind]
        at = self.random.randrange(len(kinds))
        if change == 1:
            return kinds[:at] + kinds[at + 1:]
        return kinds[:at] + [any_kind] + kinds[at + 1:] if change == 2 else []
