#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Export, import and backup: both ways without loss, a union in any order, bad lines named and no more."""

import contextlib
import csv
import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
import unittest

from fhir import check_bundle
from household import GLib, Household, programs_of

MANY = 10000  # lines: enough to be interrupted among them


class Archive(unittest.TestCase):
    def setUp(self):
        self.homes = [Household(PROGRAMS, simulator=False), Household(PROGRAMS, simulator=False)]
        for home in self.homes:
            self.addCleanup(home.close)
            home.start()
        self.here, self.there = self.homes

    def fill(self, home, name):
        ctl = home.ctl
        ctl("products", "add", name, "d3=2000IU", "mk7=100ug")
        ctl("log", "take", name)
        ctl("log", "take", name, "2")
        ctl("undo")
        ctl("log", "food", "salmon", "120g", "--at", "2026-05-10 12:00")
        ctl("log", "lab", "30ng/mL", "--at", "2026-05-01 09:00")
        ctl("profile", "set", "place", "-33.9,-18.4", "--since", "always")

    def path(self, name):
        return os.path.join(self.here.home, name)

    def lines(self, home, form="jsonl"):
        return home.ctl("export", "--format", form).splitlines()

    def test_there_and_back(self):
        self.fill(self.here, "@SUM(1+9)*cmd|' /C")
        for form in ("jsonl", "csv"):
            file = self.path("export." + form)
            self.assertIn("events are in", self.here.ctl("export", "--format", form, file))
            self.assertEqual(os.stat(file).st_mode & 0o777, 0o600)
            self.there.ctl("import", file)
            with open(file, encoding="utf-8") as whole:
                written = whole.read().splitlines()
            self.assertEqual(written, self.lines(self.here, form))
            ours = [line for line in self.lines(self.there, form) if line in written]
            self.assertEqual(ours, written)  # all of it, in its order
        self.here.ctl("import", self.path("export.csv"))
        self.assertEqual(self.lines(self.here, "csv"), written)  # nothing new
        for cell in (cell for row in csv.reader(written) for cell in row):
            self.assertNotIn(cell[:1], ("=", "+", "-", "@"))
        self.assertEqual(*[home.status("--date", "2026-05-10") for home in self.homes])
        status = [home.status() for home in self.homes]
        self.assertEqual(status[0]["vitamin_d"], status[1]["vitamin_d"])
        self.assertEqual(status[1]["vitamin_d"]["supplement_iu"], 2000)
        self.assertEqual(self.there.rebuilt(), 0)

    def test_two_machines_in_any_order(self):
        self.fill(self.here, "morning")
        self.fill(self.there, "evening")
        first, second = self.path("here"), self.path("there")
        self.here.ctl("export", first)
        self.there.ctl("export", "--format", "csv", second)
        self.here.ctl("import", second)
        self.there.ctl("import", first)
        self.assertEqual(*[home.status("--date", "2026-05-10") for home in self.homes])
        both = [home.status() for home in self.homes]
        self.assertEqual(both[0], both[1])
        self.assertEqual(both[0]["vitamin_d"]["supplement_iu"], 4000)
        self.assertEqual(sorted(self.lines(self.here)), sorted(self.lines(self.there)))
        self.assertEqual([home.rebuilt() for home in self.homes], [0, 0])

    def test_every_kind_there_and_back(self):
        """Recipes, tombstones of entries and records, and an owner's date, which dates the run there too."""
        ctl = self.here.ctl
        self.fill(self.here, "d")
        ctl("foods", "recipe", "porridge", "oats", "40g", "milk", "200g")
        secret = json.loads(ctl("log", "food", "herring", "77g", "--json"))["id"]
        record = {"kind": "record", "address": "C0:FF:EE:00:00:01", "log": "00AB12CD",
                  "received": "2026-05-13T00:00:00Z"}
        ctl("import", self.write(json.dumps(record | {"raw": "0500000064000000010001023c00050037000000"}),
                                 json.dumps(record | {"raw": "06000000a0000000010001023c00060038000000"}),
                                 json.dumps({"kind": "date", "at": "2026-05-13T08:00:00Z",
                                             "name": "tag:C0:FF:EE:00:00:01:00AB12CD:5",
                                             "value": "2026-05-12T09:00:00Z uptime=100 boot=1 from=0 to=4294967295"})))
        self.there.ctl("import", self.write(*self.lines(self.here)))  # what is forgotten below, too
        self.assertGreater(self.bytes_there(b"77g"), 0)
        ctl("forget", secret)
        ctl("forget", "tag:C0:FF:EE:00:00:01:00AB12CD:6")
        for form in ("csv", "jsonl"):
            written = self.lines(self.here, form)
            self.there.ctl("import", self.write(*written))
            self.assertEqual([line for line in self.lines(self.there, form) if line in written], written)
        parsed = [json.loads(line) for line in self.lines(self.there)]
        self.assertEqual({"date", "recipe", "tombstone"} - {line["kind"] for line in parsed}, set())
        self.assertEqual([(line["raw"][:2], line.get("at")) for line in parsed if line["kind"] == "record"],
                         [("05", "2026-05-12T09:00:00Z")])
        self.assertNotIn("77g", "".join(self.lines(self.there)))
        self.assertEqual(self.bytes_there(b"77g"), 0)
        self.assertEqual(*[home.status("--date", "2026-05-12")["vitamin_d"] for home in self.homes])
        self.assertEqual(*[home.status()["vitamin_d"] for home in self.homes])
        self.assertEqual(self.there.rebuilt(), 0)
        self.there.ctl("import", self.write(json.dumps({"id": secret, "kind": "food", "at": "2026-05-12T09:00:00Z",
                                                        "name": "herring", "value": "77g"})))
        self.assertNotIn("77g", "".join(self.lines(self.there)))  # it comes in no more

    def test_what_was_forgotten_elsewhere_is_erased_to_the_last_byte(self):
        """Few commits, so that nothing but the cutting of the WAL takes its older pages away."""
        line = {"id": "00000000-0000-4000-8000-000000000000:1", "kind": "lab", "at": "2026-05-01T09:00:00Z",
                "value": "43.21ng/mL"}
        self.there.ctl("import", self.write(json.dumps(line)))
        self.assertGreater(self.bytes_there(b"43.21"), 0)
        tombstone = {"id": line["id"][:-1] + "2", "kind": "tombstone", "at": "2026-05-01T10:00:00Z", "name": line["id"]}
        self.there.ctl("import", self.write(json.dumps(tombstone)))
        self.assertEqual(self.bytes_there(b"43.21"), 0)

    def bytes_there(self, text):
        count = 0
        for end in ("", "-wal"):
            with open(self.there.ledger + end, "rb") as whole:
                count += whole.read().count(text)
        return count

    def write(self, *lines):
        file = self.path("by-hand")
        with open(file, "w", encoding="utf-8") as whole:
            whole.write("\n".join(lines))
        return file

    def result(self, *lines, words=(), status=0):
        result = self.here.run("import", self.write(*lines), "--json", *words)
        self.assertEqual(result.returncode, status, result.stderr)
        return json.loads(result.stdout)

    def on_terminal(self, words, interrupt_at=None, environment=None):
        """Runs calciferctl on a terminal, and presses Ctrl-C there when it has told that text; status and what it told."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(PROGRAMS["ctl"], ["calciferctl", *words], self.here.environment | (environment or {}))
        told = b""
        with contextlib.suppress(OSError):  # how a terminal says that nobody is left
            while piece := os.read(terminal, 65536):
                told += piece
                if interrupt_at and interrupt_at in told:
                    os.write(terminal, b"\x03")
                    interrupt_at = None
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(terminal)
        return status, told.decode()

    def many(self, count=MANY):
        return self.write(*(json.dumps({"id": f"00000000-0000-4000-8000-000000000000:{n + 1}", "kind": "food",
                                        "at": f"2026-11-0{1 + n // 1440}T{n // 60 % 24:02}:{n % 60:02}:00Z",
                                        "name": "salmon", "value": "120g"})
                            for n in range(count)))

    def test_an_import_that_is_interrupted_goes_on(self):
        file = self.many()
        status, told = self.on_terminal(["import", file], b"new, ")
        self.assertEqual(status, 1, told)
        found = re.search(r"interrupted: (\d+) new are in, 0 were known. Type 'calciferctl import", told)
        self.assertTrue(found, told)
        brought = int(found[1])
        self.assertIn("%", told)
        self.assertEqual(len([line for line in self.lines(self.here) if '"salmon"' in line]), brought)
        self.assertLess(brought, MANY)
        again = json.loads(self.here.ctl("import", file, "--json"))
        self.assertEqual((again["known"], again["fresh"]), (brought, MANY - brought))
        copy = self.path("copy.jsonl")
        status, told = self.on_terminal(["export", copy], b"written")
        self.assertEqual(status, 1, told)
        self.assertIn(f"interrupted; {copy} was not whole and is removed", told)
        self.assertFalse(os.path.exists(copy))
        self.assertIn("events are in", self.here.ctl("export", copy))  # and the daemon goes on
        self.on_plain_terminal(copy)

    def on_plain_terminal(self, file):
        """No cursor moves: a line at each tenth, and piped not even that."""
        for words, environment in ((["--plain"], {}), ([], {"TERM": "dumb"})):
            status, told = self.on_terminal(["import", file, "--dry-run", *words], environment=environment)
            self.assertEqual(status, 0, told)
            self.assertNotIn("\33", told)
            self.assertNotIn("\r\r", told)
            self.assertLessEqual(told.count("\n"), 13)
            self.assertGreater(told.count("\n"), 1)  # told ten times a second at most
        result = self.here.run("import", file, "--dry-run")
        self.assertEqual((result.stdout.count("\n"), result.stderr), (1, ""))

    def test_output_that_cannot_be_written(self):
        for words in (["status"], ["export"], ["history", "--csv"]):
            with open("/dev/full", "w", encoding="utf-8") as full:
                result = subprocess.run([PROGRAMS["ctl"], *words], env=self.here.environment, stdout=full,
                                        stderr=subprocess.PIPE, text=True, check=False, timeout=60)
            self.assertEqual(result.returncode, 1, words)
            self.assertIn("No space left", result.stderr)
        reader = subprocess.run(["sh", "-c", '"$0" export | head -c 1', PROGRAMS["ctl"]], env=self.here.environment,
                                capture_output=True, text=True, check=True, timeout=60)
        self.assertEqual((reader.stdout, reader.stderr), ("{", ""))

    def test_lines_by_hand(self):
        """A food of the table counts, though nobody ever entered it before."""
        line = '{"kind":"food","at":"2026-05-10T10:00:00Z","name":"salmon","value":"100g"}'
        self.assertEqual(self.result(line, line, words=["--dry-run"])["fresh"], 2)
        self.assertEqual(self.here.status("--date", "2026-05-10")["vitamin_d"]["food_iu"], 0)
        self.assertEqual(self.result(line, line)["fresh"], 2)
        self.assertAlmostEqual(self.here.status("--date", "2026-05-10")["vitamin_d"]["food_iu"], 1052)
        self.assertEqual(self.result(line, line)["known"], 2)
        again = self.result("value,name,at,kind", "100g,salmon,2026-05-10T10:00:00Z,food")
        self.assertEqual((again["fresh"], again["known"]), (0, 1))  # the same, whatever the format
        self.assertAlmostEqual(self.here.status("--date", "2026-05-10")["vitamin_d"]["food_iu"], 1052)

    def test_records_and_conflicts(self):
        raw = "0700000080d2da680100010" + "33c002c0190010000"
        record = {"kind": "record", "address": "C0:FF:EE:00:00:01", "log": "00AB12CD", "raw": raw}
        self.assertEqual(self.result(json.dumps(record))["fresh"], 1)
        self.assertEqual(self.result(json.dumps(record))["known"], 1)
        changed = json.dumps(record | {"raw": raw.replace("2c01", "2d01")})
        self.assertEqual(self.result(changed)["conflicts"], 1)
        kept = [json.loads(line)["raw"] for line in self.lines(self.here) if '"record"' in line]
        self.assertEqual(kept[0], raw)  # the first copy, then the one beside it
        self.assertEqual(len(kept), 2)
        sample = '{"kind":"sample","at":"2026-05-10T10:00:00Z","address":"C0:FF:EE:00:00:02","uv_index":"2.5"}'
        self.assertEqual(self.result(sample)["fresh"], 1)
        self.assertIn(sample, self.lines(self.here))

    def test_a_bad_line_is_named_and_stops_nothing(self):
        good = '{"kind":"done","at":"2026-05-10T10:00:00Z"}'
        bad = ['{"kind":"done"', "[]", '{"kind":"dance","at":"2026-05-10T10:00:00Z"}', '{"kind":"done","at":"soon"}',
               '{"kind":"done","at":"2999-01-01T10:00:00Z"}', '{"kind":"lab","at":"2026-05-10T10:00:00Z","value":"30"}',
               '{"kind":"record","address":"C0:FF:EE:00:00:01","log":"1","raw":"00"}', '{"kind":"done","at":7}',
               '{"kind":"done","at":"2026-05-10T10:00:00Z","name":"' + "x" * 200 + '"}', "{" + "x" * 20000,
               '{"id":"x","kind":"done","at":"2026-05-10T10:00:00Z"}',
               '{"kind":"undo","at":"2026-05-10T10:00:00Z","name":"the last one"}',
               '{"kind":"tombstone","at":"2026-05-10T10:00:00Z","name":"x"}',
               '{"kind":"answer","at":"2026-05-10T10:00:00Z","name":"x","value":"same"}',
               '{"kind":"sample","at":"2026-05-10T10:00:00Z","address":"C0:FF:EE:00:00:02","uv_index":"nan"}']
        told = self.result(good, *bad, '{"kind":"done","at":"2026-05-11T10:00:00Z"}', status=1)
        self.assertEqual(told["fresh"], 2)
        self.assertEqual([int(problem.split()[1].rstrip(":")) for problem in told["problems"]],
                         list(range(2, 2 + len(bad))))
        result = self.here.run("import", self.write("nonsense", "more"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("line 1", result.stderr)

    def test_a_table_of_foods(self):
        """As USDA's tables are: a head for each column, and cells that are empty where nobody measured."""
        head = '"NDB_No","Shrt_Desc","Water_(g)","Calcium_(mg)","Magnesium_(mg)","Vit_C_(mg)","Vit_D_\u00b5g","Vit_D_IU",' \
               '"Vit_K_(\u00b5g)","GmWt_1"'
        rows = ['"01009","CHEESE,CHEDDAR","37","710","27","0","0.6","24","2.4","132"',
                '"11116","BORECOLE, VERY CRMD (NEW)","89","254",,"93.4",,,"389.6",""']
        self.assertEqual(self.result("\ufeff" + head, *rows, words=["--foods", "--dry-run"])["fresh"], 2)
        known = {food["name"] for food in json.loads(self.here.ctl("foods", "--json"))}
        self.assertNotIn("cheese-cheddar", known)
        self.assertEqual(self.result("\ufeff" + head, *rows, words=["--foods"])["fresh"], 2)
        foods = {food["name"]: food for food in json.loads(self.here.ctl("foods", "--json"))}
        cheese, kale = foods["cheese-cheddar"], foods["borecole-very-crmd-new"]
        self.assertEqual([cheese[key] for key in ("d", "calcium", "magnesium", "vitamin_c", "k1", "portion_g", "mk7", "own")],
                         [24, 710, 27, 0, 2.4, 132, None, True])
        self.assertEqual([kale[key] for key in ("d", "calcium", "magnesium", "k1")], [None, 254, None, 389.6])
        self.here.ctl("log", "food", "cheese-cheddar", "50g")
        self.assertAlmostEqual(self.here.status()["nutrients"]["calcium"]["food"], 355)
        self.assertEqual(self.result(head, *rows)["known"], 2)  # again, and without the option
        self.assertEqual(self.result(head, rows[0].replace("710", "800"))["conflicts"], 1)
        self.here.ctl("log", "food", "cheese-cheddar", "50g")
        self.assertAlmostEqual(self.here.status()["nutrients"]["calcium"]["food"], 710)  # what was here stays
        self.there.ctl("import", self.write(*self.lines(self.here)))
        self.assertEqual(*[home.status()["nutrients"] for home in self.homes])
        self.assertEqual([home.rebuilt() for home in self.homes], [0, 0])

    def test_bad_lines_of_a_table_of_foods(self):
        head = 'description,"Calcium, Ca (mg)","Vitamin D (D2 + D3) (\u00b5g)","Vitamin K (Menaquinone-4) (mcg)"'
        bad = ["tofu,minus,,", "tofu,-1,,", "tofu,1,1", ",1,2,3", "tofu,,,", "first,9,9,9", "tofu,1e3,,"]
        told = self.result(head, "first,1,2,3", *bad, '"Second, the",4,5,6', words=["--foods"], status=1)
        self.assertEqual((told["fresh"], told["bad"]), (2, len(bad)))
        self.assertEqual([int(problem.split()[1].rstrip(":")) for problem in told["problems"]],
                         list(range(3, 3 + len(bad))))
        foods = {food["name"]: food for food in json.loads(self.here.ctl("foods", "--json"))}
        self.assertEqual([foods["second-the"][key] for key in ("calcium", "d", "mk4")], [4, 5 * 40, 6])
        self.assertEqual(foods["first"]["calcium"], 1)

    def test_the_most_foods(self):
        rows = [f"plant {n},{n}" for n in range(1, 301)]
        told = self.result("food,calcium (mg)", *rows, status=1)
        self.assertEqual((told["fresh"], told["bad"]), (256, 44))
        self.assertIn("line 258: there are 256 foods", told["problems"][0])
        self.assertEqual(len([food for food in json.loads(self.here.ctl("foods", "--json")) if food["own"]]), 256)

    def test_foods_that_are_none(self):
        written = self.lines(self.here) + ['{"kind":"done","at":"2026-05-10T10:00:00Z"}']
        self.assertIn("leave --foods out", self.here.ctl("import", self.write(*written), "--foods", expect=1))
        self.assertIn("neither JSON", self.here.ctl("import", self.write("a,b", "1,2"), "--foods", expect=1))

    def test_fhir(self):
        ctl = self.here.ctl
        ctl("log", "lab", "75nmol/L", "--at", "2026-05-01 09:00")
        ctl("log", "food", "salmon", "100g", "--at", "2026-05-10 12:00")
        ctl("log", "sun", "20", "--uvi", "5", "--at", "2026-05-11 12:00")
        ctl("log", "food", "salmon", "50g")
        bundle = json.loads(ctl("export", "--format", "fhir"))
        check_bundle(bundle)
        found, status = {}, {}
        for entry in bundle["entry"]:
            observation = entry["resource"]
            code, quantity = observation["code"]["coding"][0]["code"], observation["valueQuantity"]
            status.setdefault(code, []).append(observation["status"])
            found.setdefault(code, (observation["effectiveDateTime"], quantity["value"], quantity["code"]))
        self.assertEqual(status, {"62292-8": ["final"], "timeInDaylight": ["final"], "uvExposure": ["final"],
                                  "dietaryVitaminD": ["final", "preliminary"]})
        again = json.loads(ctl("export", "--format", "fhir"))
        self.assertEqual(*[[entry["fullUrl"] for entry in each["entry"]] for each in (bundle, again)])
        self.assertEqual(len(bundle["entry"]), 5)
        self.assertEqual(found["62292-8"][::2], ("2026-05-01T07:00:00Z", "ng/mL"))
        self.assertAlmostEqual(found["62292-8"][1], 75 / 2.496, places=3)
        self.assertEqual(found["dietaryVitaminD"], ("2026-05-10", 526 * 0.025, "ug"))
        self.assertEqual(found["timeInDaylight"], ("2026-05-11", 20, "min"))
        self.assertAlmostEqual(found["uvExposure"][1], 5)
        empty = json.loads(self.there.ctl("export", "--format", "fhir"))
        check_bundle(empty)
        self.assertNotIn("entry", empty)  # an array of FHIR is never empty

    def test_forget_everything(self):
        home = self.here
        self.fill(home, "d")
        folder = os.path.dirname(home.ledger)
        with open(os.path.join(folder, "keys"), "w", encoding="utf-8") as keys:
            keys.write("C0:FF:EE:00:00:02 00112233445566778899aabbccddeeff\n")
        os.makedirs(os.path.dirname(home.settings), exist_ok=True)
        with open(home.settings, "w", encoding="utf-8") as settings:
            settings.write("")
        for name in ("ledger.db.2026-01-02T030405Z", "ledger.db.2026-01-02T030405Z-wal", "ledger.db.backup-aB12cD",
                     "ledger.db.restore-aB12cD-wal", "keys.aB12cD"):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as older:
                older.write("salmon")
        home.ctl("forget", expect=2)
        home.ctl("forget", "--everything", "nobody:1", expect=2)
        home.ctl("forget", "--everything", "--json", expect=2)
        self.assertIn("nothing was removed", home.ctl("forget", "--everything", expect=1, stdin="yes\n"))
        with self.assertRaises(GLib.Error):
            home.call("Service1", "ForgetEverything", "(s)", "please")
        self.assertIn("salmon", "".join(self.lines(home)))  # it is all there still
        home.ctl("forget", "--everything", stdin="forget everything\n")
        self.assertEqual(home.daemon.wait(timeout=20), 0)
        self.assertEqual(os.listdir(folder), [])
        self.assertFalse(os.path.exists(home.settings))
        home.start()
        self.assertNotIn("salmon", "".join(self.lines(home)))

    def test_backup(self):
        self.fill(self.here, "d")
        file = self.path("copy.db")
        self.here.ctl("backup", file)
        with sqlite3.connect(file) as copy:
            self.assertEqual(copy.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            self.assertEqual(copy.execute("SELECT count(*) FROM entry").fetchone()[0], len(self.lines(self.here)))
        self.assertIn("already", self.here.ctl("backup", file, expect=1))
        self.assertIn("already", self.here.ctl("export", file, expect=1))
        self.here.ctl("backup", "/nowhere/copy", expect=1)
        self.here.ctl("export", "--format", "xml", self.path("x"), expect=1)
        self.assertFalse(os.path.exists(self.path("x")))
        self.here.ctl("import", self.path("none"), expect=1)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
