# SPDX-License-Identifier: GPL-2.0-or-later
"""Running the measuring programs, and what the kernel tells of a process."""

import collections
import os
import re
import subprocess


def pairs_of(*command):
    """{figure: [(ours, floor)]} of a program that tells pairs."""
    found = collections.defaultdict(list)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        name, ours, floor = line.split()
        found[name].append((float(ours), float(floor)))
    return found


def cpu_s(pid):
    """Seconds on a core so far, all threads together; by the scheduler's own count, in nanoseconds."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def wakeups(pid):
    """How often a thread of it has gone to sleep so far: as often it was woken."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as file:
            total += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M).group(1))
    return total


def _rollup_kib(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return {name: int(value) for name, value in re.findall(r"^(\w+):\s+(\d+) kB", file.read(), re.M)}


def memory_mib(pid):
    """(resident, private)"""
    kib = _rollup_kib(pid)
    return kib["Rss"] / 1024, (kib["Private_Clean"] + kib["Private_Dirty"]) / 1024


def anonymous_mib(pid):
    """What it wrote itself: nobody else's, whoever else has the same libraries."""
    return _rollup_kib(pid)["Anonymous"] / 1024


def written_bytes(pid):
    """What it has written, and what of it was bound for a disk."""
    with open(f"/proc/{pid}/io", encoding="ascii") as file:
        values = dict(line.split(": ") for line in file.read().splitlines())
    return int(values["wchar"]), int(values["write_bytes"])


def libraries(program):
    """Shared libraries that its start loads; the kernel's own page is none."""
    listed = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    return sum(1 for line in listed.splitlines() if "vdso" not in line)
