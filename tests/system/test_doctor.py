#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The doctor on a machine that ails: each state is made, found by `doctor --json`, and mended by the command it prints.

The install tree is the guest's /share. What is printed is typed at a terminal of the wearer, who may use sudo.
"""

import contextlib
import json
import os
import pwd
import re
import subprocess
import sys

from guest import account, desktop, system
from guest.waiting import Check, until

UNIT = "calciferd.service"
ROOM = "64m"

check = Check()


class Patient:
    """The wearer, and what the doctor tells them."""

    def __init__(self, wearer):
        self.wearer = wearer

    def examine(self):
        done = self.wearer.as_user("calciferctl", "doctor", "--json", check=False)
        checks = {one["id"]: one for one in json.loads(done.stdout)}
        wrong = any(one["state"] == "wrong" for one in checks.values())
        if done.returncode != (1 if wrong else 0):
            raise AssertionError(f"doctor ended with {done.returncode}: {done.stdout}{done.stderr}")
        return checks

    def state(self, name):
        return self.examine()[name]["state"]

    def states(self, *names):
        """By one examination, which takes an emulated machine seconds."""
        checks = self.examine()
        return [checks[name]["state"] for name in names]

    def type(self, command):
        """As at a terminal, which some programs end without. Returns what is shown."""
        with open("/artefacts/typed.txt", "a", encoding="utf-8") as out:
            out.write(f"$ {command}\n")
            # A list on a terminal would be shown page by page, and wait for a key.
            done = self.wearer.as_user("script", "-qec", command, "/dev/null", check=False, timeout_s=120,
                                       SYSTEMD_PAGER="cat")
            out.write(done.stdout)
        if done.returncode:
            raise AssertionError(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def found(self, name, state="wrong", say=""):
        """The check finds it. Returns the command."""
        seen = until(f"{name} is {state}", lambda: (one := self.examine()[name])["state"] == state and one)
        check(f"{name}: {seen['text']}", say in seen["text"], seen)
        return seen["command"]

    def mend(self, name, state="wrong", say=""):
        """Found, and gone once the printed command was typed."""
        command = self.found(name, state, say)
        self.type(command)
        until(f"{name} is good after: {command}", lambda: self.state(name) == "good")
        check(f"{name}: gone after: {command}", True)

    @property
    def folder(self):
        return f"{self.wearer.home}/.local/share/calciferd"


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


# -- The machine ---------------------------------------------------------------------------------------------------------

def prepare():
    system.install("/share")
    write("/etc/sudoers.d/wearer", "wearer ALL=(ALL) NOPASSWD: ALL\n")
    os.chmod("/etc/sudoers.d/wearer", 0o440)
    # Who lives on the machine that runs the test does not live here.
    for entry in pwd.getpwall():
        if 1000 <= entry.pw_uid < 60000:
            run("userdel", entry.pw_name)


def daemon(patient):
    patient.mend("daemon", say="not running")
    patient.mend("unit", say="not enabled")
    patient.mend("place", say="unknown")
    check.equal("every layer of the sandbox holds", patient.state("sandbox"), "good")
    write(f"{patient.wearer.home}/.config/systemd/user/{UNIT}.d/mine.conf",
          "[Service]\nPrivateNetwork=no\nRestrictAddressFamilies=AF_UNIX AF_INET\n")
    run("chown", "-R", "wearer:", f"{patient.wearer.home}/.config")
    patient.wearer.systemctl("daemon-reload")
    patient.wearer.systemctl("restart", UNIT)
    patient.mend("sandbox", say="do not hold: ")


# -- Disk, zone, desktop -------------------------------------------------------------------------------------------------

def disk(patient):
    """The folder on a disk of its own, which is read-only, then full."""
    patient.wearer.ctl("products", "add", "d3", "d3=1000IU")
    patient.wearer.systemctl("stop", UNIT)
    run("cp", "-a", patient.folder, "/tmp/ledger")
    run("mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=700,uid={patient.wearer.uid},gid={patient.wearer.gid}", "none",
        patient.folder)
    run("cp", "-a", "/tmp/ledger/.", patient.folder)
    check.equal("on a disk with room nothing is said", patient.states("room", "disk"), ["good"] * 2)
    run("mount", "-o", "remount,ro", patient.folder)
    patient.mend("disk", say="read-only")
    patient.wearer.systemctl("start", UNIT)
    check.equal("and the daemon starts on it", patient.state("daemon"), "good")
    full(patient)
    patient.wearer.systemctl("stop", UNIT)
    os.chown(patient.folder, 0, 0)
    patient.mend("disk", say="may not be written by this account")
    patient.wearer.systemctl("start", UNIT)


def full(patient):
    with open(f"{patient.folder}/other", "wb", buffering=0) as other, contextlib.suppress(OSError):
        while other.write(bytes(65536)):
            pass
    command = patient.found("room", say="full disk")
    check(f"what it prints shows the disk: {command}", "100%" in patient.type(command))
    before = patient.wearer.status()["vitamin_d"]["supplement_iu"]
    done = patient.wearer.as_user("calciferctl", "log", "take", "d3", check=False)
    check("an entry on the full disk is refused, in one line", done.returncode == 1 and done.stderr.count("\n") == 1,
          (done.returncode, done.stderr))
    print(f"   {done.stderr.strip()}")
    os.unlink(f"{patient.folder}/other")
    check.equal("room: gone with room", patient.state("room"), "good")
    check.equal("the refused entry did not count", patient.wearer.status()["vitamin_d"]["supplement_iu"], before)
    patient.wearer.ctl("log", "take", "d3")
    check.equal("and the next one does", patient.wearer.status()["vitamin_d"]["supplement_iu"], before + 1000)
    check.equal("the ledger is whole", patient.state("ledger"), "good")


def zone(patient):
    run("timedatectl", "set-timezone", "America/New_York")
    patient.mend("zone", say="America/New_York is not that of the place")


def notifications(patient):
    """Without a server, and without one that the bus could start. What is printed needs a network, which is not here."""
    for path in ("/usr/share/dbus-1/services/org.xfce.xfce4-notifyd.Notifications.service",
                 "/usr/lib/systemd/user/xfce4-notifyd.service"):
        if os.path.exists(path):
            os.unlink(path)
    system.notice_install(patient.wearer)
    command = patient.found("notifications", say="no notification server")
    package = re.fullmatch(r"sudo apt install (\S+)", command)[1]
    run("apt-cache", "show", package)
    check(f"the package that it names is in the archive: {package}", True)
    screen = desktop.Desktop(patient.wearer)
    screen.start()
    screen.start_server("dunst")
    check.equal("notifications: gone with a server, which has buttons", patient.states(
        "notifications", "actions"), ["good"] * 2)
    screen.stop()


def accounts(patient):
    check.equal("nobody else has an account", patient.state("accounts"), "good")
    account.create("ann")
    patient.found("accounts", "note", ": ann.")
    run("userdel", "ann")
    check.equal("accounts: gone with the account", patient.state("accounts"), "good")


class Wearer(account.Account):
    """With the words of the command line."""

    def ctl(self, *words):
        return self.as_user("calciferctl", *words).stdout

    def status(self):
        return json.loads(self.ctl("status", "--json"))


PARTS = {"notifications": notifications, "daemon": daemon, "accounts": accounts, "disk": disk, "zone": zone}


def main(*parts):
    """All parts, or those that are named, for who works on one of them."""
    prepare()
    account.create("wearer")
    wearer = Wearer("wearer")
    wearer.start_manager()
    patient = Patient(wearer)
    try:
        if parts and "daemon" not in parts:
            wearer.systemctl("enable", "--now", UNIT)
            wearer.ctl("profile", "set", "place", "52.5,13.4")
        for name, part in PARTS.items():
            if not parts or name in parts:
                part(patient)
    finally:
        write("/artefacts/calciferd.txt", wearer.journal(UNIT))
        write("/artefacts/doctor.txt", wearer.as_user("calciferctl", "doctor", "--plain", check=False).stdout)
    print(f"{check.passed} checks passed")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
