#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs one job of the host as root, once Bluetooth is up, and switches the machine off.

The host wrote /run/calcifer-vm/job/job.json; it reads `status` there, and what the script prints from ttyS1.
"""

import json
import os
import subprocess
import time
import tty
from pathlib import Path

JOB = Path("/run/calcifer-vm/job")
ADAPTERS_S = 15
ATTEMPTS = 4


def main():
    job = json.loads((JOB / "job.json").read_text(encoding="utf-8"))
    console = os.open("/dev/ttyS1", os.O_RDWR | os.O_NOCTTY)
    tty.setraw(console)
    os.set_inheritable(console, True)
    say(console, f"guest: systemd reached the job {uptime():.1f} s after the kernel's start")
    status = run(job, console) if adapters_up(console, job["adapters"]) else 125
    say(console, f"guest: the script ended with {status}, {uptime():.1f} s after the kernel's start")
    keep_journal()
    finish(status)


def adapters_up(console, adapters):
    """Waits until bluetoothd has powered all controllers.

    The kernel gives a controller two seconds to answer its reset and then lets it lie: on a busy host a virtual one
    can miss that, and is plugged in anew.
    """
    for again in range(ATTEMPTS):
        if again:
            say(console, "guest: the controllers did not come up, and are plugged in anew")
            subprocess.run(["systemctl", "restart", "calcifer-btvirt.service"], check=False)
        deadline = time.monotonic() + ADAPTERS_S
        while time.monotonic() < deadline:
            if all(powered(adapter) for adapter in adapters):
                say(console, f"guest: {' and '.join(adapters)} are powered {uptime():.1f} s after the kernel's start")
                return True
            time.sleep(0.2)
    say(console, "guest: bluetoothd did not power all adapters")
    return False


def powered(adapter):
    asked = subprocess.run(
        ["busctl", "get-property", "org.bluez", f"/org/bluez/{adapter}", "org.bluez.Adapter1", "Powered"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return asked.stdout.strip() == "b true"


def run(job, console):
    done = subprocess.run(job["command"], cwd="/", stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                          check=False)
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def keep_journal():
    with open("/artefacts/journal.txt", "wb") as out:
        subprocess.run(["journalctl", "-b", "-o", "short-monotonic", "--no-pager"], stdout=out, check=False)


def finish(status):
    os.sync()
    (JOB / "status.part").write_text(f"{status}\n", encoding="ascii")
    (JOB / "status.part").rename(JOB / "status")
    # Straight off: an orderly stop would take bluetoothd down with links up, which can panic this kernel.
    subprocess.run(["systemctl", "poweroff", "--force", "--force"], check=False)


def say(console, text):
    os.write(console, (text + "\n").encode())


def uptime():
    return float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])


if __name__ == "__main__":
    main()
