#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What ./check does once everything is built.

    main.py quick|default|all BUILD SECONDS [--continue]       after so many seconds of building
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import git
import page
import plan
import vouch
from job import NEVER
from memory import Memory
from schedule import Schedule

ROOT = str(Path(__file__).resolve().parents[2])
TAIL_LINES = 60
END_LINES = 15  # said again at the very end, where a long run is looked at first


def say(text):
    print(text, flush=True)


def set_up(part, build):
    """The folder of a further build, configured."""
    folder = f"{build}-{part}"
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        environment = {**os.environ, "CC": "clang"} if part == plan.FUZZERS else None
        done = subprocess.run(["meson", "setup", folder, ROOT, *plan.SETUP[part]], capture_output=True, text=True,
                              env=environment, check=False)
        if done.returncode != 0:
            sys.exit(f"{done.stdout}{done.stderr}check: {folder} cannot be configured")
    return folder


def jobs_of(mode, build):
    tests = plan.introspect(build, "tests")
    jobs = plan.ordinary(tests, mode, build)
    if mode != "quick":
        folder = set_up(plan.SANITIZED, build)
        plan.leave_unsearched(folder)
        jobs += plan.sanitized(plan.introspect(folder, "tests"), mode, folder)
    if mode == "all":
        jobs += plan.under_valgrind(tests, build)
        folder = set_up(plan.FUZZERS, build)
        jobs += plan.fuzzers(plan.introspect(folder, "tests"), folder)
    return jobs


def tail(path, lines):
    with open(path, encoding="utf-8", errors="replace") as file:
        return "".join(file.readlines()[-lines:])


def tell(result, n, of):
    took = f"{result.seconds:.1f} s" if result.outcome != NEVER else ""
    say(f"{n:4}/{of} {result.key:46} {result.outcome if result.passed else result.outcome.upper()} {took}")
    if not result.passed and result.log:
        say(tail(result.log, TAIL_LINES))
        say(f"     {result.log}")


def tell_failed(results):
    for result in results:
        say(f"FAILED: {result.key}: {result.outcome}")
        if result.log:
            say(tail(result.log, END_LINES))


def tell_left_out(tests, mode, jobs):
    ours = {job.name for job in jobs if job.part == plan.ORDINARY}
    sanitized = {job.name for job in jobs if job.part == plan.SANITIZED}
    by_suite = {}
    for test in tests:
        if test["name"] not in ours | sanitized:
            by_suite.setdefault(plan.suites_of(test)[-1], []).append(test["name"])
    for suite, names in sorted(by_suite.items()):
        say(f"left out: suite {suite}: {' '.join(sorted(names))}")
    if mode != "all":
        once = [test["name"] for test in tests if test["name"] in sanitized - ours]
        if once:
            say(f"left out: without sanitizers: {' '.join(sorted(once))}")
        names = [test["name"] for test in tests if plan.can_be_sanitized(test, "all") and test["name"] not in sanitized]
        say(f"left out: under AddressSanitizer and UndefinedBehaviorSanitizer: {' '.join(sorted(names))}")
        say(f"left out: leaks of {plan.UNSEARCHED}")
        say("left out: core under valgrind")
        say("left out: the fuzzers (only their seeds were replayed)")


def refuse_unless_known():
    """Everything is tried on a commit, or the page could not say on what."""
    if git.head(ROOT) is None:
        sys.exit("check: there is no git history here, and the page of trust names a commit")
    if git.changes(ROOT):
        sys.exit(f"check: the page of trust names a commit, and this tree differs from it:\n{git.changes(ROOT)}")


def recall(build, goes_on):
    """What is known of this commit already."""
    memory = Memory(os.path.join(build, "trust.jsonl"))
    commit = git.head(ROOT)
    if not goes_on:
        memory.forget(commit)
    elif memory.commit != commit:
        sys.exit(f"check: nothing to continue: the last run was of {memory.commit[:7] or 'no commit'}, this is {commit[:7]}")
    return memory


def left_to_run(jobs, passed):
    """Builds are done again, which costs nothing where nothing has changed."""
    return [job for job in jobs if job.key not in passed or job.name == "build"]


def run(jobs, build, passed=(), number=1, heard=lambda result: None):
    results = []
    schedule = Schedule(jobs, os.path.join(build, "check-logs"), passed, number).results()
    try:
        for result in schedule:
            results.append(result)
            heard(result)
            tell(result, len(results), len(jobs))
    finally:
        schedule.close()
    return results


def write_page(memory):
    """The faults for which it was not written."""
    faults = page.lacking(memory.results())
    if git.head(ROOT) != memory.commit or git.changes(ROOT):
        faults.append("the tree is not what it was at the beginning")
    if not faults:
        text = page.text(memory.commit, memory.runs, memory.took_s(), memory.results())
        Path(ROOT, git.PAGE).write_text(text, encoding="utf-8")
        say(f"wrote {git.PAGE}")
    return faults


def conclude(mode, build, jobs, results):
    say("\nthe house, counted")
    counted = subprocess.run([sys.executable, os.path.join(ROOT, "tests/lint/functions.py"), ROOT], capture_output=True,
                             text=True, check=False).stdout
    say("\n".join(line for line in counted.splitlines() if "functions, median" in line))
    tell_left_out(plan.introspect(build, "tests"), mode, jobs)
    failed = [result for result in results if not result.passed]
    tell_failed(failed)
    return len(failed)


def try_everything(build, goes_on):
    refuse_unless_known()
    memory = recall(build, goes_on)
    number = memory.begin(time.time())
    jobs, passed = jobs_of("all", build), memory.passed()
    results = run(left_to_run(jobs, passed), build, passed, number, memory.add)
    failed = conclude("all", build, jobs, results)
    if number > 1:
        say(f"this was run {number} of this commit; {len(passed)} tests had passed before")
    faults = write_page(memory)
    for fault in faults:
        say(f"{git.PAGE} was not written: {fault}")
    return len(memory.passed()), failed or len(faults)


def main():
    mode, build = sys.argv[1], os.path.abspath(sys.argv[2])
    began = time.monotonic() - float(sys.argv[3])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if mode == "all":
        passed, failed = try_everything(build, "--continue" in sys.argv[4:])
    else:
        jobs = jobs_of(mode, build)
        results = run(jobs, build)
        failed = conclude(mode, build, jobs, results)
        passed = len(results) - failed
    say(vouch.line(ROOT))
    say(f"took {page.in_minutes(time.monotonic() - began)}")
    say(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
