#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The byte examples of doc/tag-profile.md, as they stand in the document.

A block has a kind behind its fence, hexadecimal bytes in its first line and `name = value` below; a block of
kind `dating` has `HEX = instant` in each line. Every example is decoded by the project and by the layouts
below, which know nothing of the project's code, and both must say what the document says.

    test_tag_profile.py DOC-DECODE CALCIFERCTL SOURCE-ROOT
"""

import datetime
import json
import re
import struct
import subprocess
import sys
import unittest
from pathlib import Path

DECODE = CLIENT = ROOT = None

OPCODES = {1: "report", 2: "delete", 3: "abort", 4: "number"}
OPERATORS = ["null", "all", "less-or-equal", "greater-or-equal", "range", "first", "last"]
CODES = {1: "success", 3: "operator invalid", 6: "no records", 8: "not completed"}


def unpack(layout, names, data):
    return dict(zip(names.split(), struct.unpack(layout, data)))


def hexadecimal(number):
    return "0x%08x" % number


# -- The layouts, written from the tables of the document -------------------------------------------------------

def advertisement(data):
    fields = unpack("<II", "log_id newest", data)
    return {**fields, "log_id": hexadecimal(fields["log_id"])}


def feature(data):
    fields = unpack("<BHBII", "version features slots capacity log_id", data)
    bits = [word for bit, word in enumerate(["uv", "intake", "wear"]) if fields["features"] >> bit & 1]
    return {**fields, "features": " ".join(bits), "log_id": hexadecimal(fields["log_id"])}


def clock(data):
    return unpack("<IIH", "time uptime_s boot", data)


def clock_setting(data):
    return unpack("<I", "time", data)


def uv_index(data):
    (value,) = struct.unpack("<B", data)
    return {"uv_index": "none" if value == 255 else value}


def request(data):
    opcode, operator = struct.unpack_from("<BB", data)
    fields = {"opcode": OPCODES[opcode], "operator": OPERATORS[operator]}
    bounds = {2: ["sequence"], 3: ["sequence"], 4: ["sequence", "last"]}.get(operator, [])
    if bounds:
        filter_type, *numbers = struct.unpack("<B%dI" % len(bounds), data[2:])
        assert filter_type == 1
        fields.update(zip(bounds, numbers))
    else:
        assert len(data) == 2
    return fields


def answer(data):
    if data[0] == 5:
        return unpack("<xxI", "number", data)
    six, null, opcode, code = struct.unpack("<BBBB", data)
    assert (six, null) == (6, 0)
    return {"request": OPCODES[opcode], "code": CODES[code]}


def payload(kind, data):
    if kind == 1:
        duration, mean, maximum, zero = struct.unpack("<HHHH", data)
        assert zero == 0
        return {"duration_s": duration, "mean_uvi": mean / 100, "max_uvi": maximum / 100}
    if kind == 2:
        return unpack("<BB6x", "slot presses", data)
    if kind == 3:
        return {"on": struct.unpack("<B7x", data)[0] == 1}
    uptime, previous = struct.unpack("<II", data)
    return {"uptime_s": uptime, "previous_time": previous or None}


def record(data):
    fields = unpack("<IIHBB", "sequence time boot type flags", data[:12])
    kind, flags = fields.pop("type"), fields.pop("flags")
    own = payload(kind, data[12:])
    return {**fields, **own, "type": {1: "uv", 2: "intake", 3: "wear", 4: "clock"}[kind],
            "time_is_unix": bool(flags & 1), "flags.worn": bool(flags & 2), "flags.saturated": bool(flags & 4),
            "rejected": "mean-above-maximum" if own.get("mean_uvi", 0) > own.get("max_uvi", 0) else None}


LAYOUTS = {"advertisement": advertisement, "feature": feature, "clock": clock, "clock-setting": clock_setting,
           "uv-index": uv_index, "request": request, "answer": answer, "record": record}


# -- The document -----------------------------------------------------------------------------------------------

class Block:
    def __init__(self, header, body, line):
        self.kind, *options = header.split()
        self.options = dict(option.split("=", 1) for option in options)
        self.lines = body.splitlines()
        self.where = "doc/tag-profile.md:%d (%s)" % (line, self.kind)

    def data(self):
        return bytes.fromhex(self.lines[0])

    def values(self):
        return [(name.strip(), value.strip()) for name, value in
                (line.split("=", 1) for line in self.lines[1:])]


def document():
    return (ROOT / "doc" / "tag-profile.md").read_text(encoding="utf-8")


def blocks():
    text = document()
    return [Block(found[1], found[2], text[:found.start()].count("\n") + 1)
            for found in re.finditer(r"^```([a-z][^\n]*)\n(.*?)\n```$", text, re.M | re.S)]


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=10)
    if done.returncode != 0:
        raise AssertionError("%s ended with %d: %s" % (" ".join(map(str, words)), done.returncode, done.stderr))
    return done.stdout


def written(value):
    """A value as the document writes it."""
    return json.dumps(value) if isinstance(value, (bool, float)) or value is None else str(value)


def flat(printed):
    flags = printed.pop("flags")
    return {**printed, **{"flags." + name: value for name, value in flags.items()}}


def decoded_by_project(block):
    if block.kind == "record":
        return {name: written(value) for name, value in
                flat(json.loads(run(CLIENT, "calc", "record", block.data().hex()))).items()}
    return dict(line.split(" = ", 1) for line in run(DECODE, block.kind, block.data().hex()).splitlines())


class Examples(unittest.TestCase):
    def of(self, *kinds):
        found = [block for block in blocks() if block.kind in kinds]
        self.assertTrue(found, "the document has no example of " + " or ".join(kinds))
        return found

    def test_every_block_is_of_a_known_kind(self):
        self.assertEqual({block.kind for block in blocks()} - set(LAYOUTS) - {"dating", "bthome"}, set())

    def test_each_kind_has_an_example(self):
        self.assertEqual(set(LAYOUTS) | {"dating", "bthome"}, {block.kind for block in blocks()})

    def test_project_and_layout_say_what_the_document_says(self):
        for block in self.of(*LAYOUTS):
            with self.subTest(block.where):
                stated = dict(block.values())
                self.assertEqual(len(stated), len(block.values()), "a name stands twice")
                self.assertEqual(stated, {n: written(v) for n, v in LAYOUTS[block.kind](block.data()).items()})
                self.assertEqual(stated, decoded_by_project(block))

    def test_each_type_of_record_has_an_example(self):
        self.assertEqual({dict(block.values())["type"] for block in self.of("record")},
                         {"uv", "intake", "wear", "clock"})

    def test_beacons(self):
        for block in self.of("bthome"):
            with self.subTest(block.where):
                options = [word for name, value in block.options.items() for word in ("--" + name, value)]
                printed = json.loads(run(CLIENT, "calc", "bthome", block.data().hex(), *options))
                self.assertTrue(printed["complete"])
                self.assertEqual(block.values(), [(o["name"], written(o["value"])) for o in printed["objects"]])

    def test_the_plain_beacon_byte_for_byte(self):
        plain = next(block for block in self.of("bthome") if not block.options)
        info, packet_id, battery, uv, button = struct.unpack("<BxBxBxBxB", plain.data())
        self.assertEqual(plain.data()[1::2], bytes([0x00, 0x01, 0x46, 0x3A]))
        self.assertEqual((info, button), (0x40, 1))
        self.assertEqual(plain.values(), [("packet_id", str(packet_id)), ("battery", str(battery)),
                                          ("uv_index", str(uv / 10)), ("button", "press")])


class Dating(unittest.TestCase):
    def examples(self):
        found = [block for block in blocks() if block.kind == "dating"]
        self.assertGreaterEqual(len(found), 2)
        for block in found:
            rows = [line.rsplit(" = ", 1) for line in block.lines]
            yield block, [bytes.fromhex(row[0]) for row in rows], [row[1].strip() for row in rows]

    @staticmethod
    def iso(instant):
        return datetime.datetime.fromtimestamp(instant, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    @classmethod
    def reckon(cls, raw):
        """The rules of the document's section on dating, for a log without missing sequences."""
        decoded = [record(data) for data in raw]
        for at, one in enumerate(decoded):
            clocks = [later for later in decoded[at + 1:] if later["type"] == "clock" and later["time_is_unix"]]
            if one["type"] == "clock":
                yield cls.iso(one["time"])
            elif one["time_is_unix"]:
                moved = clocks[0]["time"] - (clocks[0]["previous_time"] or clocks[0]["time"]) if clocks else 0
                yield cls.iso(one["time"] + (moved if abs(moved) > 60 else 0))
            elif clocks and clocks[0]["boot"] == one["boot"]:
                yield cls.iso(clocks[0]["time"] - (clocks[0]["uptime_s"] - one["time"]))
            else:
                yield "undated"

    def test_library_and_rules_say_what_the_document_says(self):
        for block, raw, stated in self.examples():
            with self.subTest(block.where):
                printed = run(DECODE, "dating", *[data.hex() for data in raw]).split()
                self.assertEqual([word if word == "undated" else self.iso(int(word)) for word in printed], stated)
                self.assertEqual(list(self.reckon(raw)), stated)

    def test_records_are_those_of_the_examples(self):
        shown = {block.data() for block in blocks() if block.kind == "record"}
        dated = {data for _, raw, _ in self.examples() for data in raw}
        self.assertEqual(shown - dated, set(), "a record example that no dating example uses")


class Tables(unittest.TestCase):
    def test_uuids_are_those_of_the_library(self):
        header = (ROOT / "include" / "calcifer" / "tag_profile.h").read_text(encoding="utf-8")
        uuids = re.findall(r'#define CAL_UUID_\w+\s+"([0-9a-f-]+)"', header)
        self.assertEqual(len(uuids), 10)
        table = document().split("## The log id")[0]
        (base,) = set(re.findall(r"`d70fNNNN(-[0-9a-f-]+)`", table))
        for uuid in uuids:
            with self.subTest(uuid):
                own = uuid.endswith(base)
                digits = uuid[4:8]
                self.assertIn("`%s`" % digits if own else " %s |" % digits.upper(), table)

    def test_verdicts_are_those_of_the_library(self):
        source = (ROOT / "lib" / "decode" / "record.c").read_text(encoding="utf-8")
        known = set(re.findall(r'case CAL_RECORD_\w+:\n    return "([a-z-]+-[a-z-]+)"', source))
        self.assertGreaterEqual(len(known), 9)
        listed = re.findall(r"^\| `([a-z-]+)` \|", document().split("| `rejected` |")[1], re.M)
        self.assertEqual(sorted(listed), sorted(known))


if __name__ == "__main__":
    DECODE, CLIENT, ROOT = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    unittest.main(argv=sys.argv[:1])
