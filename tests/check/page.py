# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/trust.md: what was tried on one commit, and what came of it."""

import collections
import os
import platform
import re
import time

from plan import FUZZERS, ORDINARY

# Without these the page would not say what it is for: name → what it has to come to, at least or at most.
AT_LEAST = {"kills": 1000, "bus-fuzz-seconds": 600}
AT_MOST = {"exposure": 1.0}
LONGEST = 12


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)$", file.read(), re.M)
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory_gb = int(re.search(r"MemTotal:\s+(\d+)", file.read())[1]) / 1e6
    return (f"{os.cpu_count()} cores of {model[1] if model else platform.machine()}, {memory_gb:.0f} GB, "
            f"Linux {platform.release()}")


def in_minutes(seconds):
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def told(results):
    """name → (value, unit): what tests told of themselves. Of what several tell under one name it is the sum."""
    sums = {}
    for result in results:
        for name, value, unit in result.figures:
            sums[name] = (sums.get(name, (0,))[0] + value, unit)
    return sums


def lacking(results):
    """What the page cannot say, or not well enough."""
    figures = told([result for result in results if result.part == ORDINARY])
    faults = [f"no test told of {name}" for name in (*AT_LEAST, *AT_MOST) if name not in figures]
    faults += [f"{name} is {figures[name][0]}, and should be {least} at least" for name, least in AT_LEAST.items()
               if name in figures and figures[name][0] < least]
    faults += [f"{name} is {figures[name][0]}, and should be {most} at most" for name, most in AT_MOST.items()
               if name in figures and figures[name][0] > most]
    faults += [f"{result.name} ended without a summary" for result in results
               if "analysis" in result.suites and not result.summary]
    return faults + [f"{result.key}: {result.outcome}" for result in results if not result.passed]


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    return "\n".join(lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows])


def grouped(number):
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def of_tests(results):
    counts, seconds, cpu = collections.Counter(), collections.Counter(), collections.Counter()
    for result in results:
        suite = re.sub(r"^system.*", "virtual machine", result.suites[0]) if result.suites else ""
        counts[result.part, suite] += 1
        seconds[result.part, suite] += result.seconds
        cpu[result.part, suite] += result.cpu_s
    rows = [(part, suite, counts[part, suite], in_minutes(seconds[part, suite]), in_minutes(cpu[part, suite]))
            for part, suite in counts]
    return table(("part", "suite", "tests passed", "time of all, one after the other", "of a processor"), rows)


def of_figures(results):
    rows = [(f"`{result.name}`", name, grouped(value), unit) for result in results
            if result.part == ORDINARY for name, value, unit in result.figures]
    return table(("test", "what", "how much", ""), rows)


def of_fuzzers(results):
    rows = [(result.name.removeprefix("fuzz-"), grouped(value)) for result in results if result.part == FUZZERS
            for name, value, _ in result.figures if name == "executions"]
    total = sum(value for result in results if result.part == FUZZERS for _, value, _ in result.figures)
    return table(("target", "executions"), rows + [("all", grouped(total))])


def of_analysis(results):
    rows = []
    for result in results:
        if result.summary:
            more = ", ".join(f"{name} {value}" for name, value in result.summary.items() if name not in ("tool", "findings"))
            rows.append((result.summary["tool"], result.summary.get("findings", ""), more))
    return table(("tool", "findings", "figures"), rows)


def of_longest(results):
    longest = sorted(results, key=lambda result: -result.seconds)[:LONGEST]
    return table(("what", "time", "of a processor"),
                 [(result.key, in_minutes(result.seconds), in_minutes(result.cpu_s)) for result in longest])


def text(commit, runs, took_s, results):
    """`runs`: when each began, as Unix times. `results`: all of them passed."""
    results = [result for result in results if result.name != "build"]
    several = f"gathered over {len(runs)} runs" if len(runs) > 1 else "one run"
    head = table(("what", ""), [
        ("commit", f"`{commit}`"), ("date", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(runs[-1]))),
        ("machine", machine()), ("time", f"{in_minutes(took_s)}, {several}"),
        ("passed", f"{len(results)} of {len(results)}")])
    results = sorted(results, key=lambda result: (result.part, result.suites, result.name))
    return f"""# What was tried

Written by `./check --all`, not by hand, when all of it had passed. `./check` says how many commits have touched the
code since. Parts: *ordinary* is the program as it is built for use; *sanitized* is the same under AddressSanitizer and
UndefinedBehaviorSanitizer; *valgrind* has the programs of the core, with every seventh of their random draws; *fuzzers* are
libFuzzer's, a minute each. Where a test has a long form, the short one is run under the sanitizers alone.

{head}

## Tests

{of_tests(results)}

## What they counted

{of_figures(results)}

## Fuzzers

{of_fuzzers(results)}

## Analysis

{of_analysis(results)}

## What takes long

{of_longest(results)}
"""
