# SPDX-License-Identifier: GPL-2.0-or-later
"""What a real systemd and a real bluetoothd show, in the virtual machine of the system tests."""

import collections
import os
import subprocess

from figure import Figure

TEXT = """The installed project in the virtual machine that the system tests have, which is emulated and so some ten times
slower than this machine: of these figures the ratios say something, and the times little."""
SYSTEM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system")
LIMIT_S = 1500
SUDO = () if os.geteuid() == 0 else ("sudo", "-n", "env", f"PATH={os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE=1")


def pairs(programs, build):
    """{figure: [(ours, floor)]} in seconds"""
    tree = os.path.join(build, "measure-tree")
    command = [*SUDO, os.path.join(SYSTEM, "installed"), build, tree, os.path.join(SYSTEM, "vm"), "run", "--timeout",
               str(LIMIT_S), "--cache", os.path.join(build, "vm-cache"), "--artefacts",
               os.path.join(build, "artefacts", "measure"), "--share", tree, os.path.join(SYSTEM, "measure.py"),
               *(programs[name] for name in ("peripheral", "daemon", "ctl", "service"))]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the virtual machine ended with {done.returncode}:\n{done.stdout[-3000:]}")
    found = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        if line.startswith("pair "):
            _, name, ours, floor = line.split()
            found[name].append((float(ours), float(floor)))
    return found


def measure(page, programs, decade):
    del decade
    found = pairs(programs, programs["build"])
    page.add("On a real systemd and a real bluetoothd", TEXT, [
        Figure("a call to the sandboxed unit, which sleeps", "ms",
               [(ours * 1000, floor * 1000) for ours, floor in found["activation"]],
               "a bare GDBus service with a database, in the same sandbox", most=2,
               note="From the call to its answer, by systemd's D-Bus activation."),
        Figure("30 days of a tag, from its first record to the last on the disk", "s", found["backlog"],
               "to the last on the system bus, as anybody hears it", most=1.2)])
