# SPDX-License-Identifier: GPL-2.0-or-later
"""What a mode of ./check runs, and in which lane."""

import json
import os
import re
import subprocess

from job import ALONE, BUILD, HOUSE, MACHINE, MILL, Job

ORDINARY, SANITIZED, VALGRIND, FUZZERS = "ordinary", "sanitized", "valgrind", "fuzzers"

# The suites that a mode leaves out. A test of several suites is left out when any of them is.
LEFT_OUT = {
    "quick": "slow|system.*|soak|mill|bench|package|analysis",
    "default": "system-harness|system-soak|soak|mill|bench|package|analysis",
    "all": "bench",
}
# With everything, a short form is not run beside the long one.
LONG_FORMS = {
    "daemon-kill": "daemon-kill-thousand",
    "daemon-fuzz": "daemon-fuzz-long",
    "daemon-union": "daemon-union-many",
    "ledger-power": "ledger-power-long",
    "link-storm": "link-storm-long",
}
NOT_SANITIZED = "lint|install|package|system.*|soak|mill|bench|analysis|fuzz"

SANITIZERS = {
    # libfaketime is preloaded by some tests, and then comes before the sanitizer's own library.
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1:verify_asan_link_order=0",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}
# The default run looks for leaks in what lives long. Each command's own search takes a third of such a run, since it
# stops the process and reads all of its memory; --all does it.
UNSEARCHED = "calciferctl"
# Warnings are errors in the ordinary build. With sanitizers the compiler sees other code, and warns of what is not there.
SETUP = {
    SANITIZED: ["-Dwerror=false", "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=1"],
    FUZZERS: ["-Dfuzz=true", "-Ddaemon=false"],
}
UNDER_VALGRIND = ("valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full")
# Of what is drawn at random every seventh: each draw walks the same code, and valgrind looks at the code.
STRIDE = {"CAL_TEST_STRIDE": "7"}
MEMORY_FILLED_WITH = {"MALLOC_PERTURB_": "165"}
BUILD_S = 1800
FIRST = 1000


def introspect(folder, what):
    told = subprocess.run(["meson", "introspect", f"--{what}", folder], capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


def suites_of(test):
    return tuple(suite.split(":")[-1] for suite in test["suite"])


def has(test, pattern):
    return any(re.fullmatch(pattern, suite) for suite in suites_of(test))


def lane_of(test):
    if has(test, "system.*"):
        return MACHINE
    if has(test, "mill") or (has(test, "analysis") and test["is_parallel"]):
        return MILL
    return HOUSE if test["is_parallel"] else ALONE


def selected(tests, mode):
    chosen = [test for test in tests if not has(test, LEFT_OUT[mode])]
    if mode == "all":
        names = {test["name"] for test in chosen}
        chosen = [test for test in chosen if LONG_FORMS.get(test["name"]) not in names]
    return chosen


def is_once(test, mode):
    """In the default run a test of the bus runs once, with sanitizers where it can: that sees what the other does, too."""
    return mode == "default" and has(test, "bus") and can_be_sanitized(test, mode)


def job_of(test, part, folder, patience, **others):
    """A Job for a test of Meson's. `patience`: what its time is multiplied with."""
    values = {"lane": lane_of(test), "suites": suites_of(test), "priority": test["priority"],
              "environment": MEMORY_FILLED_WITH | test["env"], "command": tuple(test["cmd"])}
    return Job(part=part, name=test["name"], folder=test["workdir"] or folder, timeout_s=test["timeout"] * patience,
               **(values | others))


def as_root(job):
    """The virtual machine needs root: its guest lives on this machine's own files."""
    words = ("sudo", "-n", "env", f"PATH={os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE=1", *job.command)
    return Job(**{**vars(job), "command": words})


def ordinary(tests, mode, folder):
    patience = 3 if mode == "all" else 2
    jobs = [job_of(test, ORDINARY, folder, patience) for test in selected(tests, mode) if not is_once(test, mode)]
    if os.geteuid() != 0:
        jobs = [as_root(job) if job.lane == MACHINE else job for job in jobs]
    return jobs


def build_job(part, folder, targets):
    return Job(part, "build", ("ninja", "-C", folder, *targets), folder, lane=BUILD, timeout_s=BUILD_S, priority=FIRST)


def targets_of(tests, folder):
    """The files that these tests need built."""
    files = {target["id"]: target["filename"] for target in introspect(folder, "targets")}
    needed = {file for test in tests for target in test["depends"] for file in files.get(target, [])}
    return sorted(os.path.relpath(file, folder) for file in needed)


def can_be_sanitized(test, mode):
    """The default run has of the daemon what is not slow."""
    return not has(test, NOT_SANITIZED) and (mode == "all" or (has(test, "core|bus") and not has(test, "slow")))


def options_file(folder, program):
    return os.path.join(os.path.abspath(folder), f"asan.{program}")


def sanitizers(mode, folder):
    """The environment of what is sanitized. AddressSanitizer itself puts a program's name in place of %b."""
    if mode == "all":
        return SANITIZERS
    options = f"{SANITIZERS['ASAN_OPTIONS']}:include_if_exists='{options_file(folder, '%b')}'"
    return SANITIZERS | {"ASAN_OPTIONS": options}


def leave_unsearched(folder):
    """Writes what tells AddressSanitizer so, in a default run."""
    with open(options_file(folder, UNSEARCHED), "w", encoding="utf-8") as file:
        file.write("detect_leaks=0")


def sanitized(tests, mode, folder):
    # All of it: some tests use what is built without saying so, as translations are.
    build = build_job(SANITIZED, folder, ())
    return [build] + [job_of(test, SANITIZED, folder, 4, needs=build.key,
                              environment=test["env"] | sanitizers(mode, folder))
                      for test in tests if can_be_sanitized(test, mode)]


def is_program_of_core(test):
    """An interpreter under valgrind tells nothing of ours."""
    return has(test, "core") and "python" not in test["cmd"][0] and not test["cmd"][0].endswith(".py")


def under_valgrind(tests, folder):
    return [job_of(test, VALGRIND, folder, 20, command=(*UNDER_VALGRIND, *test["cmd"]), lane=MILL,
                   environment=test["env"] | STRIDE) for test in tests if is_program_of_core(test)]


def fuzzers(tests, folder):
    chosen = [test for test in tests if has(test, "fuzz")]
    build = build_job(FUZZERS, folder, targets_of(chosen, folder))
    # Early: a minute is a minute, also of what the others leave of a processor, and then costs them the least.
    return [build] + [job_of(test, FUZZERS, folder, 3, needs=build.key, lane=MILL, priority=10) for test in chosen]
