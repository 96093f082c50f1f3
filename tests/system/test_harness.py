#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What `vm` promises to those who call it: each end has its own status, and nothing stays behind.

Runs on the host: test_harness.py CACHE. Boots small guests that succeed, hang, panic, end early and are killed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from guest.waiting import Check, until  # noqa: E402
from harness import packages  # noqa: E402
from harness.errors import CannotRun  # noqa: E402

check = Check()


class Bench:
    """A folder, with a comma and a blank in its name, where scripts and what comes of them lie."""

    def __init__(self, folder, cache):
        self.folder = Path(folder) / "a folder, with 100% of traps"
        self.folder.mkdir()
        self.cache = cache

    def script(self, body):
        path = self.folder / "script.sh"
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def command(self, body, timeout_s, *arguments):
        return [str(HERE / "vm"), "run", "--cache", self.cache, "--timeout", str(timeout_s),
                "--artefacts", str(self.folder / "out"), "--share", str(self.folder), str(self.script(body)),
                *arguments]

    def run(self, body, timeout_s, *arguments):
        """(status, printed, seconds)"""
        began = time.monotonic()
        done = subprocess.run(self.command(body, timeout_s, *arguments), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout, time.monotonic() - began


def machines(bench):
    """Processes of QEMU whose guests write into this bench."""
    marked = str(bench.folder / "out").replace(",", ",,").encode()
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if words.startswith(b"qemu-system") and marked in words:
            found.append(process.parent.name)
    return found


def succeeds(bench):
    (bench.folder / "shared").write_text("from the host", encoding="ascii")
    body = """
    echo "arguments: $1 and $2"; cat /share/shared; echo
    touch /share/no 2>/dev/null && echo the share was written
    touch /etc/calcifer-probe "$(dirname "$0")/from-the-guest" && echo the overlay takes what is written
    touch /artefacts/brought; exit 7"""
    status, printed, _ = bench.run(body, 120, "one two", "three")
    check.equal("the script's status is the program's", status, 7)
    check("its arguments reach it", "arguments: one two and three" in printed, printed)
    check("the share is read, and not written", "from the host" in printed and "was written" not in printed, printed)
    check("what it writes to /artefacts is here", (bench.folder / "out/brought").exists())
    check("what it writes elsewhere is not", "overlay takes" in printed and not os.path.exists("/etc/calcifer-probe")
          and not (bench.folder / "from-the-guest").exists(), printed)
    journal = (bench.folder / "out/journal.txt").read_text(encoding="utf-8", errors="replace")
    check("the journal is kept", "Bluetooth daemon" in journal, journal)


def hangs(bench):
    status, _, took_s = bench.run("sleep 1000", 25)
    check.equal("a script that hangs has a status of its own", status, 124)
    check("and is ended in time", took_s < 40, took_s)


def panics(bench):
    status, printed, _ = bench.run("echo c > /proc/sysrq-trigger; sleep 1000", 120)
    check.equal("a panic is told apart", status, 126)
    check("after it was tried again", "second boot panicked" in printed, printed)
    check("the kernel's last words are kept", "Kernel panic" in (bench.folder / "out/panic-first.txt").read_text(encoding="utf-8"))


def panics_once(bench):
    body = "[ -e /artefacts/tried ] && exit 0; touch /artefacts/tried; sync; echo c > /proc/sysrq-trigger; sleep 1000"
    status, printed, _ = bench.run(body, 120)
    check("one panic alone is no failure", status == 0 and "second boot finished" in printed, printed)


def ends_early(bench):
    status, _, _ = bench.run("systemctl poweroff --force --force; sleep 1000", 120)
    check.equal("a guest that ends and tells nothing has a status of its own", status, 123)


def is_killed(bench):
    vm = subprocess.Popen(bench.command("sleep 1000", 120), stdout=subprocess.DEVNULL)
    until("the machine runs", lambda: machines(bench))
    vm.send_signal(signal.SIGKILL)
    vm.wait()
    until("its machine ends with it", lambda: not machines(bench))
    check("a machine does not outlive the harness, however that ends", not machines(bench))


def cannot_run(bench):
    status, printed, _ = bench.run("exit 0", 120)
    check.equal("a good script is good", (status, machines(bench)), (0, []))
    done = subprocess.run([str(HERE / "vm"), "run", "--cache", bench.cache, "/nowhere/script"], stderr=subprocess.PIPE,
                          text=True, check=False)
    check("a script that is not there is named", done.returncode == 125 and "/nowhere/script" in done.stderr, done)
    packages.names = lambda _list: ["dpkg", "calcifer-no-such-package"]
    try:
        packages.require_installed()
    except CannotRun as error:
        printed = str(error)
    check("a missing package is named, and only that",
          "apt-get install --no-install-recommends calcifer-no-such-package" in printed and "dpkg " not in printed, printed)


def main(cache):
    for part in (succeeds, hangs, panics, panics_once, ends_early, is_killed, cannot_run):
        with tempfile.TemporaryDirectory() as folder:
            part(Bench(folder, cache))
    print(f"{check.passed} checks passed")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
