#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which ways the tests went: branch coverage of each room, and what it must be at least.

Builds with gcc --coverage in BUILD-coverage, runs the suites core, ledger, ctl and bus there, and lets gcovr count. A few
tests that fail beside others are tried once more, alone, which is told: only who fails there too has failed. Not counted
are branches that no test of ours can take:

  - a line that asserts (g_assert, g_return_*): its other way is a mistake of ours, and ends the program
  - macros of GLib that branch inside themselves (g_clear_*, g_string_append_c, G_DEFINE_*): GLib's to test
  - the cleanups of g_autoptr: they stand in GLib's headers. Where a scope has several ways out, gcc asks behind each
    cleanup which of them it was, and counts that at the declaration; each way out is counted at its own line. A
    declaration that decides something itself (?, && or ||) is counted
  - the way past all enumerators of a switch that names each (-Wswitch-enum) and so has no `default`
  - lines that compilers make up (gcovr --exclude-unreachable-branches)

Usage: coverage.py ROOT BUILD [--build | --tests NAME ... | --no-tests] [--missed [PART]]

  --build   only builds
  --tests   runs only these, on top of what the runs before have counted
  --no-tests  counts what the last run left
  --missed  each line that has a way not taken; of files with PART in their path

To see what one new test adds: coverage.py . build, once, then coverage.py . build --tests daemon-limits --missed bus/
"""

import argparse
import collections
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lint"))
from house import Tree, line_of  # noqa: E402  pylint: disable=wrong-import-position

CORE, REST = 95.0, 85.0
SUITES = {"core", "ledger", "ctl", "bus"}
OTHER_SUITES = {"soak", "mill"}  # what only repeats the others, for longer
# Not run, since they add nothing to what is counted here.
LEFT_OUT = {
    "daemon-kill": "what SIGKILL ends leaves no counts",
    "daemon-failing-disk": "the disk that fails takes no counts either, of which each program complains",
    "ledger-kill": "what SIGKILL ends leaves no counts",
    "ledger-power": "the ledger is opened after a loss as ledger-ledger and ledger-counted open it, some thousand times",
    "sim": "the simulator alone",
    "sim-recorded": "the simulator alone",
    "sim-tag": "the simulator alone",
    "scenarios": "the simulator alone; scenarios-daemon has the same with the daemon",
    **dict.fromkeys(("notify-dunst", "notify-xfce", "notify-notificationdaemon", "notify-trouble-dunst",
                     "notify-trouble-xfce", "notify-trouble-critical"),
                    "a real server asks nothing of the notifier that the false ones do not ask of it"),
}
AT_ONCE = 6  # most of them wait most of the time
PATIENCE = 3  # what the time of each is multiplied with
MOST_AGAIN = 6  # where more have failed, it was not the others beside them
NOT_COUNTED = "|".join((
    r"\bg_assert\w*\s*\(", r"\bg_return_(val_)?if_fail\s*\(", r"\bg_return_(val_)?if_reached\s*\(",
    r"^\s*assert\s*\(", r"\bg_clear_\w+\s*\(", r"\bg_string_append_c\s*\(",
    r"^\s*G_DEFINE_", r"^\s*g_auto(ptr|free|list|slist|queue)?\b(?!.*(\?|&&|\|\|))",
))
# Of what is drawn at random every seventh: each draw walks the same code. And this build is slow, since each process adds
# its counts to a hundred files when it ends: by this name tests know it, and allow it the time that they allow sanitizers.
SURROUNDINGS = {"CAL_TEST_STRIDE": "7", "ASAN_OPTIONS": "detect_leaks=0"}
SWITCH = re.compile(r"\bswitch\s*\((?:[^(){};]|\([^(){};]*\))*\)\s*\{")
SETUP = ["-Db_coverage=true", "-Dbuildtype=debug", "-Dwerror=false"]
# The programs' own end, and what confines them: dump.c stands in between.
WRAPPED = ["-Wl,--wrap=syscall", "-Wl,--wrap=_exit"]


def set_up(root, folder):
    """Anew where dump.c has changed, since Meson does not know that all programs are linked with it."""
    source, dump = root / "tests/analysis/dump.c", folder / "dump.o"
    if (folder / "build.ninja").exists() and dump.stat().st_mtime > source.stat().st_mtime:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    subprocess.run(["gcc", "-O1", "-fPIC", f'-DCOUNTS="{folder}"', "-c", source, "-o", dump], check=True)
    links = ",".join(f"'{word}'" for word in (dump, "--coverage", *WRAPPED))
    subprocess.run(["meson", "setup", folder, root, *SETUP, f"-Dc_link_args=[{links}]"], check=True,
                   stdout=subprocess.DEVNULL)


def introspect(folder, what):
    told = subprocess.run(["meson", "introspect", f"--{what}", folder], capture_output=True, text=True, check=True).stdout
    return json.loads(told)


def chosen(folder, names):
    """The tests of these names, or all that count."""
    tests = introspect(folder, "tests")
    unknown = {*(names or ()), *LEFT_OUT} - {test["name"] for test in tests}
    if unknown:
        sys.exit(f"no such test: {' '.join(sorted(unknown))}")
    if names:
        return [test for test in tests if test["name"] in names]
    suites = {test["name"]: {suite.split(":")[-1] for suite in test["suite"]} for test in tests}
    return [test for test in tests if suites[test["name"]] & SUITES and not suites[test["name"]] & OTHER_SUITES
            and test["name"] not in LEFT_OUT]


def make(folder, tests):
    """What these tests need; and translations, which they use without saying so."""
    needed = {target for test in tests for target in test["depends"]}
    files = [Path(file).relative_to(folder) for target in introspect(folder, "targets")
             if target["id"] in needed or target["name"].endswith(".mo") for file in target["filename"]]
    done = subprocess.run(["ninja", "-C", folder, "--quiet", *files], check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{done.stdout[-4000:]}{folder} cannot be built")


def failures(folder, names, at_once):
    """Runs them. name: what it said, of those that failed."""
    command = ["meson", "test", "-C", folder, "--no-rebuild", "--num-processes", str(at_once), "--timeout-multiplier",
               str(PATIENCE)]
    subprocess.run([*command, *names], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False,
                   env={**os.environ, **SURROUNDINGS})
    rows = [json.loads(line) for line in (folder / "meson-logs/testlog.json").read_text(encoding="utf-8").splitlines()]
    results = {row["name"].split(" / ")[-1]: row for row in rows}
    failed = {name: "never ran" for name in names if name not in results}
    for name, row in results.items():
        if row["result"] != "OK":
            failed[name] = f"{row['result']}\n{row.get('stdout', '')[-2000:]}{row.get('stderr', '')[-2000:]}"
    return failed


def run_tests(folder, tests):
    """How many failed; which, is told."""
    failed = failures(folder, [test["name"] for test in tests], AT_ONCE)
    if 0 < len(failed) <= MOST_AGAIN:
        beside, failed = failed, failures(folder, list(failed), 1)
        for name in sorted(beside.keys() - failed.keys()):
            print(f"{name}: failed beside others and passed alone: {beside[name]}")
    for name, said in sorted(failed.items()):
        print(f"{name}: {said}")
    return len(failed)


def drop_old(folder):
    """Counts of sources that are not any more what was compiled; what no test of this run needs was not built anew."""
    for entry in json.loads((folder / "compile_commands.json").read_text(encoding="utf-8")):
        notes, source = folder / Path(entry["output"]).with_suffix(".gcno"), folder / entry["file"]
        if notes.exists() and source.stat().st_mtime > notes.stat().st_mtime:
            notes.with_suffix(".gcda").unlink(missing_ok=True)
            notes.unlink()


def measure(root, folder):
    """file: [branches taken, branches]."""
    drop_old(folder)
    told = folder / "coverage.json"
    command = ["gcovr", "--root", root, "--object-directory", folder, "--filter", f"{root}/(lib|daemon|ctl)/",
               "--exclude-unreachable-branches", "--exclude-throw-branches",
               "--exclude-branches-by-pattern", f".*({NOT_COUNTED}).*", "--gcov-ignore-parse-errors",
               "-j", "2", "--json", told, *(folder / room for room in ("lib", "daemon", "ctl", "tests"))]
    subprocess.run(command, check=True, cwd=folder)
    return {entry["file"]: entry["lines"] for entry in json.loads(told.read_text(encoding="utf-8"))["files"]}


def complete_switches(code):
    """The lines of switches without `default`: of the ways out of each, one is past all its cases."""
    found = set()
    for match in SWITCH.finditer(code):
        depth = 1
        for token in re.finditer(r"[{}]|\bdefault\s*:", code[match.end():]):
            depth += {"{": 1, "}": -1}.get(token[0], 0)
            if depth == 0 or (depth == 1 and token[0].startswith("default")):
                break
        if depth == 0:
            found.add(line_of(code, match.start()))
    return found


def deciding_lines(lines, complete):
    """(line, ways taken, ways there are) of each line that decides."""
    for line in lines:
        taken, ways = sum(branch["count"] > 0 for branch in line["branches"]), len(line["branches"])
        if ways and not line["gcovr/noncode"]:
            yield line["line_number"], taken, max(taken, ways - (line["line_number"] in complete))


def room_of(path):
    parts = Path(path).parts
    return "/".join(parts[:2]) if parts[0] != "ctl" and len(parts) > 2 else parts[0]


def percent(pair):
    return 100 * pair[0] / pair[1] if pair[1] else 100.0


def down(share):
    """To a tenth; never up to what is asked for."""
    return math.floor(10 * share) / 10


def add(sums, key, pair):
    sums[key] = [sums[key][0] + pair[0], sums[key][1] + pair[1]]


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("build", type=Path)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--build", action="store_true", dest="only_build")
    what.add_argument("--tests", nargs="+")
    what.add_argument("--no-tests", action="store_true")
    parser.add_argument("--missed", nargs="?", const="")
    return parser.parse_args()


def build_and_run(asked, root, folder):
    """How many tests failed."""
    if asked.no_tests:
        return 0
    set_up(root, folder)
    tests = chosen(folder, asked.tests)
    make(folder, tests)
    if asked.only_build:
        sys.exit(0)
    if not asked.tests:
        for data in folder.rglob("*.gcda"):
            data.unlink()
    return run_tests(folder, tests)


def tell_missed(path, shown, deciding):
    for line, taken, ways in deciding:
        if taken < ways:
            print(f"{path}:{line}: {ways - taken} of {ways} ways not taken: {shown[line - 1].strip()}")


def count(root, files, missed):
    """file: (ways taken, ways there are); prints those not taken of files with `missed` in their path."""
    tree, pairs = Tree(root), {}
    for path, lines in sorted(files.items()):
        deciding = list(deciding_lines(lines, complete_switches(tree.code(Path(path)))))
        pairs[path] = sum(row[1] for row in deciding), sum(row[2] for row in deciding)
        if missed is not None and missed in path:
            tell_missed(path, tree.text(Path(path)).splitlines(), deciding)
    return pairs


def tell(pairs):
    """By file and by room; part: [ways taken, ways there are] of core and rest."""
    rooms, parts = collections.defaultdict(lambda: [0, 0]), collections.defaultdict(lambda: [0, 0])
    for path, pair in pairs.items():
        add(rooms, room_of(path), pair)
        add(parts, "core" if path.startswith("lib/") else "rest", pair)
    for path, pair in sorted(pairs.items(), key=lambda item: item[1][0] - item[1][1]):
        if pair[0] < pair[1]:
            print(f"{path}: {pair[0]} of {pair[1]} branches, {percent(pair):.1f} %")
    for room, pair in sorted(rooms.items()):
        print(f"{room:20} {pair[0]:6} of {pair[1]:6} branches  {percent(pair):5.1f} %")
    return parts


def main():
    asked = parse_arguments()
    root = asked.root.resolve()
    build = asked.build.resolve()
    folder = build.with_name(build.name + "-coverage")
    failed = build_and_run(asked, root, folder)
    files = measure(root, folder)
    parts = tell(count(root, files, asked.missed))
    below = [part for part, least in (("core", CORE), ("rest", REST)) if percent(parts[part]) < least]
    for part in below:
        print(f"{part}: {percent(parts[part]):.2f} % of its branches are taken, too few")
    if failed:
        print(f"{failed} tests failed")
    for part, pair in sorted(parts.items()):
        print(f"figure: branches-of-{part} {down(percent(pair)):.1f} % of {pair[1]} taken")
    print(json.dumps({"tool": "coverage", "files": len(files), "findings": len(below) + failed, "suppressed": 0,
                      **{f"{part}_percent": down(percent(parts[part])) for part in ("core", "rest")}}))
    sys.exit(1 if below or failed or not files else 0)


if __name__ == "__main__":
    main()
