#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""calciferctl calc bthome and calc record: what they print, and with which status they leave."""

import json
import subprocess
import sys
import unittest

KEY = "231d39c1d7cc1ab1aee224cd096db932"
MAC = "54:48:E6:8F:80:A5"
SEALED = "41a47266c95f730011223378237214"
CLIENT = None


def calc(*words):
    done = subprocess.run([CLIENT, "calc", *words], capture_output=True, text=True, timeout=10)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


class Bthome(unittest.TestCase):
    def test_the_published_example(self):
        status, printed, complaint = calc("bthome", "4002c40903BF13")
        self.assertEqual((status, complaint), (0, ""))
        self.assertEqual(printed, {
            "encrypted": False, "trigger": False, "complete": True,
            "objects": [{"id": 2, "name": "temperature", "value": 25, "unit": "Cel"},
                        {"id": 3, "name": "humidity", "value": 50.55, "unit": "%"}]})

    def test_the_published_encrypted_example(self):
        for words in (["--key", KEY, "--mac", MAC, SEALED], [SEALED, "--key=" + KEY.upper(), "--mac=" + MAC.lower()]):
            status, printed, _ = calc("bthome", *words)
            self.assertEqual(status, 0)
            self.assertTrue(printed["encrypted"])
            self.assertEqual([o["value"] for o in printed["objects"]], [25.06, 50.55])

    def test_each_kind_of_value(self):
        status, printed, _ = calc("bthome", "443a013a003a80" "3a99" "4632" "540a00ff0102030405060708" "530468c3a921"
                                  "3c0103" "3c0000" "3b010203" "f100010204" "1f01")
        self.assertEqual(status, 0)
        self.assertTrue(printed["trigger"] and printed["complete"])
        self.assertEqual([(o["name"], o["value"]) for o in printed["objects"]], [
            ("button", "press"), ("button", "none"), ("button", "hold_press"), ("button", 0x99), ("uv_index", 5),
            ("raw", "00ff0102030405060708"), ("text", "h\u00e9!"), ("dimmer", "rotate_left"), ("dimmer", "none"),
            ("command", 2), ("firmware_version", "4.2.1.0"), ("lock", 1)])
        self.assertEqual([o["steps"] for o in printed["objects"] if o["name"] == "dimmer"], [3, 0])
        self.assertEqual([o["arguments"] for o in printed["objects"] if o["name"] == "command"], ["03"])
        self.assertTrue(all({"id", "name", "value", "unit"} <= set(o) for o in printed["objects"]))

    def test_text_that_is_none_stays_json(self):
        status, printed, _ = calc("bthome", "405304c3280041")
        self.assertEqual((status, printed["objects"][0]["value"]), (0, "\ufffd(\ufffdA"))

    def test_what_came_before_a_break_stays(self):
        for rest in ("ff00", "02c4", "02"):
            status, printed, _ = calc("bthome", "404632" + rest)
            self.assertEqual(status, 0)
            self.assertFalse(printed["complete"])
            self.assertEqual([o["value"] for o in printed["objects"]], [5])

    def test_errors(self):
        for words in (["203a01"], [SEALED], [SEALED, "--key", KEY], [SEALED, "--mac", MAC], [""], ["40"],
                      [SEALED[:-1] + "5", "--key", KEY, "--mac", MAC], ["40" + "4632" * 200]):
            status, printed, complaint = calc("bthome", *words)
            self.assertEqual((status, list(printed)), (1, ["error"]))
            self.assertEqual(complaint.count("\n"), 1)

    def test_usage(self):
        for words in ([], ["4"], ["4g"], ["0x40"], ["40 46 32"], ["40", "46"], ["40", "--key", "12"],
                      ["40", "--key", KEY + "00"], ["40", "--mac", "5448E68F80A5"], ["40", "--key"], ["--foo", "40"]):
            status, printed, complaint = calc("bthome", *words)
            self.assertEqual((status, printed), (2, None))
            self.assertEqual(complaint.count("\n"), 1)


class Record(unittest.TestCase):
    HEAD = "0700000080CDda680100"

    def test_each_type(self):
        common = {"sequence": 7, "time": 1759169920, "time_is_unix": True, "boot": 1,
                  "flags": {"worn": True, "saturated": False}, "rejected": None}
        for payload, fields in (
                ("01033c002c0190010000", {"type": "uv", "duration_s": 60, "mean_uvi": 3, "max_uvi": 4}),
                ("02030201000000000000", {"type": "intake", "slot": 2, "presses": 1}),
                ("03030100000000000000", {"type": "wear", "on": True}),
                ("03030000000000000000", {"type": "wear", "on": False}),
                ("04031027000000cdda68", {"type": "clock", "uptime_s": 10000, "previous_time": 1759169792}),
                ("04031027000000000000", {"type": "clock", "uptime_s": 10000, "previous_time": None})):
            self.assertEqual(calc("record", self.HEAD + payload), (0, {**common, **fields}, ""))

    def test_flags(self):
        _, printed, _ = calc("record", self.HEAD + "01043c002c0190010000")
        self.assertEqual((printed["time_is_unix"], printed["flags"]), (False, {"worn": False, "saturated": True}))

    def test_rejected_is_no_failure(self):
        for payload, reason in (("010300002c0190010000", "no-duration"), ("02030001000000000000", "no-such-slot"),
                                ("03030200000000000000", "neither-on-nor-off"), ("09030200000000000000", "unknown-type")):
            status, printed, _ = calc("record", self.HEAD + payload)
            self.assertEqual((status, printed["rejected"]), (0, reason))
        self.assertEqual(printed["type"], 9)

    def test_not_20_bytes(self):
        for words in ("", "07", self.HEAD, self.HEAD * 2 + "00"):
            status, printed, complaint = calc("record", words)
            self.assertEqual((status, list(printed), complaint.count("\n")), (1, ["error"], 1))

    def test_usage(self):
        for words in ([], ["7"], ["zz"], [self.HEAD, self.HEAD]):
            status, printed, complaint = calc("record", *words)
            self.assertEqual((status, printed, complaint.count("\n")), (2, None, 1))


if __name__ == "__main__":
    CLIENT = sys.argv.pop(1)
    unittest.main()
