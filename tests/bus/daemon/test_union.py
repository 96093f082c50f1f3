#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Properties of export and import over ledgers drawn by lot, with every kind of entry, records and samples, and undo,
amend and forget among them: there and back without loss, a union in any order, a dry run that keeps its word, and bad
lines that stop nothing. --many draws more of them, and larger ones."""

import json
import os
import random
import sys
import time
import unittest
import uuid

from household import GLib, Household, programs_of

DAY_S = 86400
SPAN_DAYS = 20
SHARED = "00000000-0000-4000-8000-00000000000a"  # a third ledger, of which both machines have entries
TAG = "C0:FF:EE:00:00:01"
OPTIONS = {}


def iso(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


class Draw:
    """A machine's life by lot: some of it through the bus, some as if it came from a tag or another machine."""

    def __init__(self, lot, home, number):
        self.lot, self.home, self.number = lot, home, number
        self.ids, self.forgotten = [], set()
        self.now = int(time.time()) - 120
        self.products = []

    def at(self):
        return self.now - self.lot.randrange(SPAN_DAYS * DAY_S)

    def enter(self, interface, method, signature, *arguments):
        entry = self.home.call(interface, method, signature, *arguments)[0]
        self.ids.append(entry)

    def product(self):
        name = self.lot.choice(["d3", "k2 forte", "=cmd", "söl, \"x\"", "'quoted"]) + str(self.number) + str(len(self.products))
        self.enter("Catalog1", "AddProduct", "(sas)", name, [f"d3={self.lot.randrange(100, 4000)}IU", "mk7=50ug"])
        self.products.append(name)

    def take(self):
        if not self.products:
            self.product()
        self.enter("Ledger1", "Take", "(sdxa{sv})", self.lot.choice(self.products), float(self.lot.randrange(1, 4)),
                   self.now - self.lot.randrange(60), OPTIONS)

    def food(self):
        self.enter("Ledger1", "Food", "(ssxa{sv})", self.lot.choice(["salmon", "milk", "oats", "herring"]),
                   f"{self.lot.randrange(10, 300)}g", self.at(), OPTIONS)

    def sun(self):
        self.enter("Ledger1", "Sun", "(dxa{sv})", float(self.lot.randrange(5, 90)), self.at(),
                   {"uvi": GLib.Variant("d", self.lot.uniform(0, 9))})

    def lab(self):
        self.enter("Ledger1", "Lab", "(sxa{sv})", f"{self.lot.randrange(15, 60)}ng/mL", self.at(), OPTIONS)

    def done(self):
        self.enter("Ledger1", "Done", "(xa{sv})", self.at(), OPTIONS)

    def profile(self):
        key, value = self.lot.choice([("phototype", "3"), ("birth-year", "1970"), ("clothing", "arms"), ("spf", "15"),
                                      ("wear", "swimwear spf=30"), ("place", "48.1,11.6"), ("threshold.d-low", "40"),
                                      ("clothing.bike", "head,hands"), ("conditions", "diabetes"), ("sex", "female")])
        self.enter("Profile1", "Set", "(ssx)", key, value, self.at())

    def own_food(self):
        self.enter("Catalog1", "AddFood", "(sas)", f"bread-{self.number}-{len(self.ids)}", ["per=100g", "calcium=20mg"])

    def recipe(self):
        self.enter("Catalog1", "AddRecipe", "(sas)", f"lunch-{self.number}-{len(self.ids)}", ["oats", "40g", "milk", "200g"])

    def undo(self):
        self.enter("Ledger1", "Undo", "(sa{sv})", self.lot.choice(self.ids), OPTIONS)

    def amend(self):
        self.enter("Ledger1", "Amend", "(sasxa{sv})", self.lot.choice(self.ids), ["30"], 0, OPTIONS)

    def forget(self):
        self.home.call("Ledger1", "Forget", "(sa{sv})", self.lot.choice(self.ids), OPTIONS)

    def live(self, count):
        deeds = [self.take, self.food, self.food, self.sun, self.sun, self.lab, self.done, self.profile, self.own_food,
                 self.recipe, self.product, self.undo, self.undo, self.amend, self.forget]
        for _ in range(count):
            try:
                self.lot.choice(deeds)()
            except (GLib.Error, IndexError):  # what cannot be undone, amended or forgotten, or that twice
                continue

    def lines(self, shared):
        """What came by other ways; of `shared`, the life of one tag and of a third ledger, each machine knows a part."""
        yield from (line for line in shared if self.lot.random() < 0.7)
        own = str(uuid.UUID(int=self.lot.getrandbits(128), version=4))
        for n, line in enumerate(self.devices(), 1):
            yield line | {"id": f"{own}:{n}"}

    def devices(self):
        address = f"C0:FF:EE:00:01:0{self.number}"
        at = iso(self.at())
        yield {"kind": "tag", "at": at, "name": address, "value": "bthome"}
        yield {"kind": "role", "at": at, "name": address, "value": self.lot.choice(["worn", "ambient", "buttons"])}
        yield {"kind": "allow", "at": at, "name": address, "value": "yes"}
        yield {"kind": "map", "at": at, "name": f"{address} 1", "value": "d3"}
        for n in range(5):
            yield {"kind": "press", "at": iso(self.at()), "name": f"{address} 1", "value": str(n + 1), "way": "button"}


def shared_life(lot):
    now = int(time.time())
    lines = [{"kind": "food", "id": f"{SHARED}:{n}", "at": iso(now - lot.randrange(SPAN_DAYS * DAY_S)), "name": "milk",
              "value": f"{lot.randrange(50, 250)}g"} for n in range(1, 9)]
    lines.append({"kind": "undo", "id": f"{SHARED}:20", "at": iso(now - 100), "name": f"{SHARED}:1"})
    lines.append({"kind": "tombstone", "id": f"{SHARED}:21", "at": iso(now - 90), "name": f"{SHARED}:2"})
    begun = now - SPAN_DAYS * DAY_S
    for n in range(20):
        raw = (n.to_bytes(4, "little") + (begun + 600 * n).to_bytes(4, "little") + bytes.fromhex("01000101") +
               (300).to_bytes(2, "little") + lot.randrange(600).to_bytes(2, "little") * 2 + bytes(2))
        lines.append({"kind": "record", "address": TAG, "log": "00AB12CD", "raw": raw.hex(), "received": iso(now - 300)})
    lines += [{"kind": "sample", "address": "C0:FF:EE:00:00:02", "at": iso(begun + 60 * n), "uv_index": f"{n / 4}"}
              for n in range(12)]
    return lines


# What no entry can have as its id, and no counter-entry as what it names.
BAD_IDS = ["", "x", SHARED, SHARED + ":", SHARED + ":-1", SHARED + ":1x", SHARED + ":99999999999999999999999", ":1",
           "x" * 300, "g" + SHARED[1:] + ":1", SHARED + ":1\u0000", "tag:C0:FF:EE:00:00:01:00AB12CD:1 ", "..", "\u202e", 7]


class Union(unittest.TestCase):
    def home(self):
        home = Household(PROGRAMS, simulator=False)
        self.addCleanup(home.close)
        return home.start()

    def write(self, home, lines):
        file = os.path.join(home.home, "file")
        with open(file, "w", encoding="utf-8") as whole:
            whole.write("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n")
        return file

    def bring(self, home, lines, status=0):
        """Imports, after a dry run that has to foretell it and to leave everything as it was."""
        file = self.write(home, lines)
        before = self.export(home)
        told = home.run("import", "--dry-run", "--json", file)
        self.assertEqual(self.export(home), before)
        brought = home.run("import", "--json", file)
        self.assertEqual((told.returncode, brought.returncode), (status, status), brought.stderr)
        foretold, counts = json.loads(told.stdout), json.loads(brought.stdout)
        return foretold, counts

    def export(self, home, form="jsonl"):
        return home.ctl("export", "--format", form).splitlines()

    def balance(self, home):
        """All days of the span, with all that is reckoned of them."""
        first = time.strftime("%Y-%m-%d", time.gmtime(time.time() - (SPAN_DAYS + 2) * DAY_S))
        home.ctl("status")
        home.settle()
        return json.loads(home.ctl("history", "--json", "--from", first))

    def machines(self, lot):
        shared = shared_life(lot)
        homes = [self.home(), self.home()]
        for number, home in enumerate(homes, 1):
            draw = Draw(lot, home, number)
            draw.live(EVENTS // 2)
            self.bring(home, list(draw.lines(shared)))
            draw.live(EVENTS // 2)
        return homes

    def test_there_and_back(self):
        for seed in SEEDS:
            lot = random.Random(seed)
            here, _ = self.machines(lot)
            for form in ("csv", "jsonl"):
                with self.subTest(seed=seed, form=form):
                    empty = self.home()
                    own = set(self.export(empty, form))
                    written = self.export(here, form)
                    foretold, counts = self.bring(empty, written)
                    self.assertEqual(foretold, counts)
                    self.assertEqual(counts["fresh"], len(written) - (form == "csv"))
                    heads = own & set(written)
                    self.assertEqual([line for line in self.export(empty, form) if line not in own or line in heads], written)
                    self.assertEqual(self.balance(empty), self.balance(here))
                    self.assertEqual(empty.rebuilt(), 0)

    def test_in_any_order(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                lot = random.Random(1000 + seed)
                homes = self.machines(lot)
                written = [self.export(home, lot.choice(["csv", "jsonl"])) for home in homes]
                self.bring(homes[0], written[1])
                self.bring(homes[1], written[0])
                after = [self.export(home) for home in homes]
                self.assertEqual(sorted(after[0]), sorted(after[1]))
                for order in ((0, 1), (1, 0)):
                    empty = self.home()
                    own = set(self.export(empty))
                    for one in order:
                        self.bring(empty, written[one])
                    self.assertEqual(sorted(set(self.export(empty)) - own), sorted(after[0]))
                    homes.append(empty)
                balances = [self.balance(home) for home in homes]
                for balance in balances[1:]:
                    self.assertEqual(balance, balances[0])
                self.assertEqual([home.rebuilt() for home in homes], [0] * len(homes))

    def test_conflicts_are_the_only_difference(self):
        lot = random.Random(SEEDS[0])
        homes = self.machines(lot)
        at = iso(int(time.time()) - 3600)
        for home, grams in zip(homes, (100, 200)):
            self.bring(home, [{"kind": "food", "id": f"{SHARED}:500", "at": at, "name": "milk", "value": f"{grams}g"}])
        written = [self.export(home) for home in homes]
        for home, other in zip(homes, reversed(written)):
            _, counts = self.bring(home, other)
            self.assertEqual(counts["conflicts"], 1)
        first, second = [set(self.export(home)) for home in homes]
        self.assertEqual({json.loads(line)["id"] for line in first ^ second}, {f"{SHARED}:500"})
        self.assertEqual(len(first ^ second), 2)

    def spoilt(self, lot, line, bad_id):
        """A line that is an entry's, made bad: by its id, or by what it names."""
        entry = json.loads(line)
        if lot.random() < 0.5:
            return entry | {"id": bad_id}
        kind = lot.choice(["undo", "tombstone", "answer"])
        return {"kind": kind, "id": f"{SHARED}:{lot.randrange(600, 10 ** 6)}", "at": entry["at"], "name": bad_id,
                "value": "same" if kind == "answer" else ""}

    def test_a_bad_line_stops_nothing(self):
        lot = random.Random(SEEDS[-1])
        here, there = self.machines(lot)[0], self.home()
        good = self.export(here)
        entries = [line for line in good if json.loads(line)["kind"] not in ("record", "sample")]
        bad = [self.spoilt(lot, lot.choice(entries), bad_id) for bad_id in BAD_IDS for _ in range(2)]
        bad = lot.sample(bad, 20)  # as many as are told
        lines = [(line, False) for line in good]
        for line in bad:
            lines.insert(lot.randrange(len(lines) + 1), (line, True))
        foretold, counts = self.bring(there, [line for line, _ in lines], status=1)
        where = [number for number, (_, is_bad) in enumerate(lines, 1) if is_bad]
        for told in (foretold, counts):
            self.assertEqual(told["bad"], len(bad), told)
            self.assertEqual([int(problem.split()[1].rstrip(":")) for problem in told["problems"]], where)
        self.assertEqual(set(good) - set(self.export(there)), set())
        self.assertEqual(there.rebuilt(), 0)


if __name__ == "__main__":
    MANY = "--many" in sys.argv
    SEEDS, EVENTS = (range(1, 13), 120) if MANY else (range(1, 2), 40)
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
