#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every threshold of the findings is held by a row: moved by one per cent, some test turns red.

Each mutant is a copy of the core's sources with one number moved: a figure by a hundredth up or down, what counts whole
days, readings or seconds by one at least. The files that see it are compiled, linked before libcalcifer.a with the test
of the table of findings (for some numbers another one), and the test must fail. A new number in these files is moved
without being asked.

Usage: thresholds.py ROOT BUILD [NAME ...]: only mutants whose description holds one of the names
"""

import ast
import concurrent.futures
import json
import operator
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

BALANCE = Path("lib/balance")
TABLE = "tests/unit/balance/test_findings_table"
FINDERS = [BALANCE / f"{name}.c" for name in ("find_balance", "find_devices", "find_today", "find_window", "finding")]

# file: what is compiled anew when it changes
FILES = {
    BALANCE / "find_balance.c": [BALANCE / "find_balance.c"],
    BALANCE / "find_devices.c": [BALANCE / "find_devices.c"],
    BALANCE / "find_today.c": [BALANCE / "find_today.c"],
    BALANCE / "find_window.c": [BALANCE / "find_window.c"],
    BALANCE / "finding.c": [BALANCE / "finding.c"],
    BALANCE / "finder.h": FINDERS,
    BALANCE / "audience.c": [BALANCE / "audience.c"],
    BALANCE / "day_intake.c": [BALANCE / "day_intake.c"],
    BALANCE / "reference.c": [BALANCE / "reference.c"],
    BALANCE / "sight.h": [BALANCE / "find_devices.c", BALANCE / "sight.c"],
    BALANCE / "sight.c": [BALANCE / "sight.c"],
    Path("include/calcifer/audience.h"): [BALANCE / "audience.c"],
    Path("include/calcifer/plan.h"): [BALANCE / "plan.c"],
    Path("include/calcifer/dose.h"): [BALANCE / "dose.c", BALANCE / "day_intake.c"],
}
CODES, REFERENCE = BALANCE / "code.c", BALANCE / "reference.c"

# What no finding depends on, and what moves nothing but cost.
LEFT_OUT = {
    "CAL_DOSE_MAX_DUE": "room",
    "CAL_DOSE_MAX_WINDOWS": "room",
    "CAL_DOSE_MAX_DOUBTS": "room",
    "CAL_PLAN_MAX_WINDOWS": "room",
    "CAL_PLAN_MINUTES": "room",
    "CAL_PLAN_LEAST_VITD_UVI": "the plan's own choice, which moves its hours by less than a minute",
    "CAL_PLAN_SKY_ZENITH_DEG": "the plan's own choice, which no finding turns on",
    "OLDEST": "nobody is so old",
}
# One more day to look at says nothing else, at 20 the reference intakes are those at 19, and a fourth look at the sky
# is behind the end of the three: only less can be seen.
ONLY_DOWN = {"LEAST_ROWS", "ADULT", "N_LOOKS"}
# These are held by other tests than the table of findings: of the fold, of `explain`, of foods, of the skin.
OTHER_TESTS = {
    "CAL_PLAN_MED_LIMIT": "tests/unit/test_plan",
    "CAL_PLAN_SKY_LOW": "tests/unit/test_plan",
    "CAL_PLAN_SKY_HIGH": "tests/unit/test_plan",
    "CAL_PLAN_SKY_FRESH_S": "tests/unit/test_plan",
    "MOST_OF_CLEAR": "tests/unit/test_sight",
    "DARK_ZENITH_DEG": "tests/unit/test_sight",
    "DARK_UVI": "tests/unit/test_sight",
    "TENTH_HALF_UVI": "tests/unit/test_sight",
    "WHOLE_HALF_UVI": "tests/unit/test_sight",
    "N_LOOKS": "tests/unit/test_sight",
    "SAME_READINGS": "tests/unit/test_sight",
    "SAME_GAP_S": "tests/unit/test_sight",
    "OLD_AGE": "tests/unit/test_audience",
    "CAL_AUDIENCE_K_PORTION_UG": "tests/unit/test_audience",
    "UNKNOWN_AGE_FACTOR": "tests/unit/test_reference",
}

DEFINE = re.compile(r"^#define +(\w+) +([(\d][\d .*()]*?) *(?:/\*.*)?$", re.M)
FACTS = re.compile(r'\{ CAL_CODE_\w+, "(?P<name>[a-z0-9-]+)", CAL_SEVERITY_\w+, CAL_MEASURE_(?P<measure>\w+),'
                   r"\s*(?P<threshold>[^,]+), (?P<quiet>[^}]+) \}")
FIGURES = re.compile(r"static const Row (\w+)\[\] = \{\n(.*?)\n\};", re.S)
CELL = re.compile(r"NONE|OLDEST|[\d.]+")

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def number(text):
    """What "(12 * 3600)" or "1.0 / 3.0" comes to."""
    def value(node):
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        return node.value
    return value(ast.parse(text.replace("DAY", "86400").replace("HOUR", "3600"), mode="eval").body)


class Mutant:
    def __init__(self, path, name, changes, test=TABLE):
        """`changes`: (start, end, text) in the file, from front to back."""
        self.path, self.name, self.changes, self.test = path, name, changes, test

    def text(self, root):
        text = (root / self.path).read_text(encoding="utf-8")
        for start, end, new in reversed(self.changes):
            text = text[:start] + new + text[end:]
        return text


def moved(value, by, whole):
    """The number as C has it, moved by a hundredth up (1) or down (-1)."""
    if whole:
        return str(int(value) + by * max(1, round(value / 100)))
    return repr(float(value) * (1 + by / 100))


def directions(name):
    return (-1,) if name in ONLY_DOWN else (1, -1)


def of_defines(root, path):
    text = (root / path).read_text(encoding="utf-8")
    for match in DEFINE.finditer(text):
        name, old = match.groups()
        if name in LEFT_OUT:
            continue
        value = number(old)
        for by in directions(name):
            new = moved(value, by, isinstance(value, int))
            yield Mutant(path, f"{name}: {old} -> {new}", [(*match.span(2), new)], OTHER_TESTS.get(name, TABLE))


def of_codes(root):
    """Thresholds, and quiet times."""
    text = (root / CODES).read_text(encoding="utf-8")
    for match in FACTS.finditer(text):
        for part in ("threshold", "quiet"):
            old = match[part]
            if old == "NAN":
                continue
            whole = part == "quiet" or match["measure"] == "PERCENT"
            for by in (1, -1):
                new = moved(number(old), by, whole)
                yield Mutant(CODES, f"{part} of {match['name']}: {old} -> {new}", [(*match.span(part), new)])


def rows_of(text):
    """(table, rows): each row the (start, end, text) of its cells."""
    for table in FIGURES.finditer(text):
        yield table[1], [[(table.start(2) + row.start() + cell.start(), table.start(2) + row.start() + cell.end(), cell[0])
                          for cell in CELL.finditer(row[0])] for row in re.finditer(r"[^\n]+", table[2])]


def runs(column):
    """The cells of a column that follow one another with the same figure: a figure of an age that two rows have is
    raised in both, since of the two ages of a birth year the lower figure holds."""
    together = []
    for cell in column:
        if together and together[-1][0][2] == cell[2]:
            together[-1].append(cell)
        else:
            together.append([cell])
    return together


def of_figures(root):
    """Each reference intake, and the ages up to which a row of them holds."""
    for table, rows in rows_of((root / REFERENCE).read_text(encoding="utf-8")):
        columns = list(zip(*rows))
        for start, end, old in columns[0]:
            if old != "OLDEST":
                for by in (1, -1):
                    yield Mutant(REFERENCE, f"{table} to {old} -> {int(old) + by}", [(start, end, str(int(old) + by))])
        for i, column in enumerate(columns[1:], 1):
            lowered, raised = [([cell], -1) for cell in column], [(cells, 1) for cells in runs(column)]
            for cells, by in lowered + raised:
                if cells[0][2] != "NONE":
                    new = moved(float(cells[0][2]), by, False)
                    yield Mutant(REFERENCE, f"{table} column {i}: {cells[0][2]} -> {new}",
                                 [(start, end, new) for start, end, _ in cells])


class Workshop:
    """Compiles and links mutants in a folder of its own."""

    def __init__(self, root, build, folder):
        self.root, self.build, self.folder = root, build, folder
        entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
        self.commands = {}
        for entry in entries:
            source = (Path(entry["directory"]) / entry["file"]).resolve()
            if source.is_relative_to(root) and entry["output"].startswith("lib/libcalcifer.a"):
                self.commands[source.relative_to(root)] = entry["command"]

    def compiler(self, source):
        """The words of its command, without what is of that build alone."""
        words = [word for word in shlex.split(self.commands[source]) if Path(word).name != "ccache"]
        kept = [word for word in words if word not in ("-MD", "-Werror", "-O2", "-g", "-c") and not word.startswith("-I")]
        for option in ("-MQ", "-MF", "-o"):
            at = kept.index(option)
            del kept[at:at + 2]
        return [word for word in kept if not word.endswith(".c")] + ["-O0", "-w"]

    def make(self, mutant, at):
        """The test program with the mutant in it."""
        copy = at / mutant.path
        for folder in (BALANCE, mutant.path.parent):
            (at / folder).mkdir(parents=True, exist_ok=True)
        if mutant.path.suffix == ".h":
            for source in FILES[mutant.path]:
                (at / source).write_text((self.root / source).read_text(encoding="utf-8"), encoding="utf-8")
        copy.write_text(mutant.text(self.root), encoding="utf-8")
        objects = []
        for source in FILES.get(mutant.path, [mutant.path]):
            objects.append(at / f"{source.stem}.o")
            includes = [f"-I{folder}" for folder in (at / "include", self.root / "include")]
            # Beside the copy lie no other headers of its room: those are looked for in the tree.
            subprocess.run([*self.compiler(source), *includes, "-iquote", at / BALANCE, "-iquote", self.root / BALANCE,
                            "-c", at / source, "-o", objects[-1]], check=True)
        test = self.build / mutant.test
        program = at / "test"
        subprocess.run(["cc", "-o", program, *sorted(Path(f"{test}.p").glob("*.o")), *objects,
                        self.build / "lib/libcalcifer.a", "-lcmocka", "-lnettle", "-lm"], check=True)
        return program

    def is_red(self, mutant):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            program = self.make(mutant, Path(folder))
            done = subprocess.run([program], env={**os.environ, "CAL_VECTORS": str(self.root / "tests/vectors")},
                                  capture_output=True, check=False, timeout=60)
            return done.returncode != 0


def all_mutants(root):
    mutants = [mutant for path in FILES for mutant in of_defines(root, path)]
    return mutants + list(of_codes(root)) + list(of_figures(root))


def main():
    root, build = (Path(argument).resolve() for argument in sys.argv[1:3])
    mutants = [mutant for mutant in all_mutants(root)
               if not sys.argv[3:] or any(name in mutant.name for name in sys.argv[3:])]
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(root, build, folder)
        for test in sorted({mutant.test for mutant in mutants}):
            if workshop.is_red(Mutant(CODES, "nothing moved", [], test)):
                print(f"{test} is red without any mutant")
                sys.exit(1)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            red = list(pool.map(workshop.is_red, mutants))
    lived = [mutant for mutant, is_red in zip(mutants, red) if not is_red]
    for mutant in lived:
        print(f"{mutant.path}: {mutant.name}: nothing turned red")
    print(f"{len(mutants)} moved, {len(lived)} of them unseen")
    print(f"figure: constants-moved {len(mutants)} by a hundredth\nfigure: constants-seen {len(mutants) - len(lived)} by a test")
    sys.exit(1 if lived or not mutants else 0)


if __name__ == "__main__":
    main()
