#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of the core its unit tests hold: the share of its comparisons and numbers that, moved, turn a test red.

Each mutant is one source compiled anew and linked with the others' objects into a shared library, in whose place the
unit tests of tests/unit run that reach the line. What no test reaches lives without being tried. A mutant that reads
behind an array of known length traps (-fsanitize=bounds), as the suite does under UBSan; one that reads what nobody
wrote finds a pattern there, as valgrind tells the suite of it; one that does not come to an end is seen. Which mutants
are tried is drawn by lots that the lines of the source bring with them: two runs of a tree try the same, and a change
of one file leaves those of the others.

A mutant that does what the original does cannot be seen, and is not counted: equivalent.txt beside this has them, each
with its reason. One that is listed there and seen all the same is a fault of the list, as is a row that is of no mutant.

Usage: core.py ROOT BUILD [FILE ...] [--sample N] [--least PERCENT] [--list]

N 0, or none: all of them, some fifteen processor minutes for each thousand. FILE: part of a path, `balance/food.c`.
--list: only says which they are.
"""

import argparse
import collections
import concurrent.futures
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sites import of_source

AT_ONCE = 2
LEAST = 90.0
PLAIN = ["-std=c11", "-O0", "-w", "-fPIC", "-fno-math-errno", "-D_FILE_OFFSET_BITS=64"]
TRAPS = ["-fsanitize=undefined,bounds-strict", "-fsanitize-undefined-trap-on-error", "-ftrivial-auto-var-init=pattern"]
LIBRARY = "libcalcifer-mutant.so"
# FILE :: OLD -> NEW :: words of the line, with OLD among them :: reason
EQUIVALENT = Path(__file__).resolve().with_name("equivalent.txt")


def spent_s():
    """Of the processor, by what this program started: other work on the machine does not count."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


class Test:
    def __init__(self, name, program, arguments, env):
        self.name, self.program, self.arguments, self.env, self.took_s = name, program, arguments, env, 0.0

    def run(self, library, more=None, limit_s=120):
        """Whether it is green with that library."""
        env = {**os.environ, **self.env, "LD_LIBRARY_PATH": str(library), **(more or {})}
        command = ["prlimit", f"--cpu={limit_s}", "--core=0", self.program, *self.arguments]
        done = subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0


class Workshop:
    def __init__(self, root, build, folder):
        self.root, self.build, self.folder = root, build, folder
        self.objects = {}
        for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
            source = Path(entry["directory"], entry["file"]).resolve()
            if source.is_relative_to(root / "lib") and entry["output"].startswith("lib/"):
                self.objects[source.relative_to(root)] = build / entry["output"]
        self.tests = []

    def compile(self, source, target, text=None, options=()):
        """`text`: what stands in the source's place."""
        at = self.root / source
        if text is not None:
            at = target.with_suffix(".c")
            at.write_bytes(text.encode("latin-1"))
        folders = [f"-I{folder}" for folder in (self.root / source.parent, self.root / "lib", self.root / "include")]
        done = subprocess.run(["gcc", *PLAIN, *options, *folders, "-c", at, "-o", target], capture_output=True, check=False)
        return done.returncode == 0

    def link(self, objects, folder):
        subprocess.run(["gcc", "-shared", "-o", folder / LIBRARY, *objects, "-lnettle", "-lm"],
                       check=True)

    def plain(self, source):
        target = self.folder / (str(source).replace("/", "-") + ".o")
        if not self.compile(source, target, options=["-O1", *TRAPS]):
            sys.exit(f"{source} does not compile")
        return target

    def take_tests(self):
        """The unit tests in C, each linked once with the library that changes."""
        told = subprocess.run(["meson", "introspect", "--tests", self.build], capture_output=True, text=True, check=True)
        tests = [test for test in json.loads(told.stdout) if "calcifer:core" in test["suite"]
                 and Path(test["cmd"][0]).is_relative_to(self.build / "tests/unit")]
        subprocess.run(["ninja", "-C", self.build, "--quiet",
                        *(Path(test["cmd"][0]).relative_to(self.build) for test in tests)], check=True,
                       stdout=subprocess.DEVNULL)
        at = self.folder / "tests"
        at.mkdir()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            self.objects = dict(zip(self.objects, pool.map(self.plain, self.objects)))
        self.link(self.objects.values(), self.folder)
        for test in tests:
            program = Path(test["cmd"][0])
            made = at / program.name
            subprocess.run(["gcc", "-o", made, *sorted(Path(f"{program}.p").glob("*.o")), f"-L{self.folder}",
                            f"-l:{LIBRARY}", "-lcmocka", "-lnettle", "-lm"], check=True)
            self.tests.append(Test(test["name"], made, test["cmd"][1:], test["env"]))

    def time_tests(self):
        for test in self.tests:
            began_s = spent_s()
            if not test.run(self.folder):
                sys.exit(f"{test.name} is red without any mutant")
            test.took_s = spent_s() - began_s

    def reached(self):
        """(source, line): the tests that run it, quickest first; (source, None): those that run any line of it."""
        at = self.folder / "reached"
        at.mkdir()

        def instrument(source):
            target = at / (str(source).replace("/", "-") + ".o")
            if not self.compile(source, target, options=["--coverage"]):
                sys.exit(f"{source} does not compile")
            return target
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            objects = list(pool.map(instrument, self.objects))
        library = at / "library"
        library.mkdir()
        subprocess.run(["gcc", "-shared", "--coverage", "-o", library / LIBRARY, *objects, "-lnettle", "-lm"], check=True)
        lines = collections.defaultdict(list)  # a line of a statement has an entry, though no test may run it
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            tests = sorted(self.tests, key=lambda test: test.took_s)
            for test, counts in zip(tests, pool.map(lambda test: self.lines_of(test, at, library), tests)):
                for key, count in counts.items():
                    lines[key] += [test] * (count > 0)
        return lines

    def lines_of(self, test, at, library):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            test.run(library, {"GCOV_PREFIX": folder, "GCOV_PREFIX_STRIP": str(len(at.parts) - 1)})
            data = sorted(Path(folder).glob("*.gcda"))
            if not data:  # it calls nothing of the library
                return {}
            for one in data:
                shutil.copy(at / f"{one.stem}.gcno", folder)
            told = subprocess.run(["gcov", "--json-format", "--stdout", *(one.name for one in data)], cwd=folder,
                                  capture_output=True, text=True, check=True).stdout
        counts = {}
        for document in told.splitlines():
            for entry in json.loads(document)["files"]:
                path = Path(entry["file"])
                if path.is_relative_to(self.root):
                    source = path.relative_to(self.root)
                    for line in entry["lines"]:
                        counts[source, line["line_number"]] = line["count"]
                        counts[source, None] = counts.get((source, None), 0) + line["count"]
        return counts

    def is_seen(self, mutant, tests):
        """Whether a test turns red; None: it is no C any more."""
        text = (self.root / mutant.path).read_bytes().decode("latin-1")
        text = text[:mutant.start] + mutant.new + text[mutant.end:]
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            folder = Path(name)
            changed = folder / "mutant.o"
            if not self.compile(mutant.path, changed, text, TRAPS):
                return None
            self.link([changed if source == mutant.path else made for source, made in self.objects.items()], folder)
            return any(not test.run(folder, limit_s=1 + math.ceil(3 * test.took_s)) for test in tests)


def all_mutants(workshop, names):
    """Of the sources that have one of the names in their path, or of all."""
    root = workshop.root
    for source in sorted(workshop.objects):
        if not names or any(name in str(source) for name in names):
            words = ["-std=c11", *(f"-I{folder}" for folder in (root / source.parent, root / "lib", root / "include"))]
            yield from of_source(root, words, source)


class Equivalents:
    def __init__(self, root, mutants):
        self.rows, self.faults = [], 0
        for line, text in enumerate(EQUIVALENT.read_text(encoding="utf-8").splitlines(), 1):
            if not text or text.startswith("#"):
                continue
            words = [word.strip() for word in text.split("::")]
            if len(words) != 4 or not all(words) or not (root / words[0]).exists():
                sys.exit(f"{EQUIVALENT.name}:{line}: not FILE :: OLD -> NEW :: words of the line :: reason")
            self.rows.append(words)
            of_file = [mutant for mutant in mutants if str(mutant.path) == words[0]]
            if of_file and not any(self.fits(words, mutant) for mutant in of_file):
                print(f"{EQUIVALENT.name}:{line}: is of no mutant any more")
                self.faults += 1

    @staticmethod
    def fits(words, mutant):
        path, change, part, _ = words
        return str(mutant.path) == path and f"{mutant.old} -> {mutant.new}" == change and mutant.stands_in(part)

    def has(self, mutant):
        return any(self.fits(words, mutant) for words in self.rows)

    def without(self, tried):
        """What counts of it."""
        for mutant, seen in tried:
            if not self.has(mutant):
                yield mutant, seen
            elif seen:
                print(f"not equivalent: {mutant}")
                self.faults += 1


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--least", type=float, default=LEAST)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("files", nargs="*")
    return parser.parse_intermixed_args()


def try_all(workshop, mutants, reached):
    """(mutant, whether it was seen) of each that is C."""
    def try_one(mutant):
        by_file = reached.get((mutant.path, None), ())  # of a line of a table, or the second of a statement
        return workshop.is_seen(mutant, reached.get((mutant.path, mutant.line), by_file))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return [(mutant, seen) for mutant, seen in zip(mutants, pool.map(try_one, mutants)) if seen is not None]


def tell(tried, n_mutants):
    """The share that was seen, by kind and of all."""
    for mutant, seen in sorted(tried, key=lambda pair: (pair[0].path, pair[0].line)):
        if not seen:
            print(f"unseen: {mutant}")
    for kind in ("edge", "round", "number"):
        of_kind = [seen for mutant, seen in tried if mutant.kind == kind]
        if of_kind:
            print(f"{kind}: {sum(of_kind)} of {len(of_kind)} seen, {100 * sum(of_kind) / len(of_kind):.1f} %")
    percent = 100 * sum(seen for _, seen in tried) / len(tried) if tried else 0.0
    print(f"{len(tried)} tried of {n_mutants}, {percent:.1f} % seen")
    print(f"figure: core-mutants-tried {len(tried)} of {n_mutants} by lot")
    print(f"figure: core-mutants-seen {percent:.1f} % by a unit test")
    return percent


def main():
    asked = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(asked.root.resolve(), asked.build.resolve(), Path(folder))
        mutants = every = list(all_mutants(workshop, asked.files))
        if 0 < asked.sample < len(every):
            mutants = sorted(every, key=lambda mutant: mutant.lot)[:asked.sample]
        equivalents = Equivalents(workshop.root, every)
        if asked.list:
            print(*mutants, sep="\n")
            sys.exit(0)
        workshop.take_tests()
        workshop.time_tests()
        tried = try_all(workshop, mutants, workshop.reached())
        percent = tell(list(equivalents.without(tried)), len(every))
    sys.exit(0 if percent >= asked.least and not equivalents.faults else 1)


if __name__ == "__main__":
    main()
