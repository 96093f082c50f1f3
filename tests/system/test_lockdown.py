#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The sandbox layer by layer, each by trying what it forbids; what is stuck is started anew; what cannot start stops.

The install tree is the guest's /share; the arguments are the probe that tries, and the library that makes the daemon
spin. The units of the probe are the installed one with another program in it.
"""

import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import time

from guest import account, system
from guest.waiting import Check, until

UNIT = "calciferd.service"
UNITS = "/usr/lib/systemd/user"
PROBE = "/usr/local/bin/sandbox-probe"
SPIN = "/usr/local/lib/calcifer-spin.so"
# What each layer forbids by itself, and what works under all of them.
WORKS = {"local", "data-write", "settings-read"}
BY_SECCOMP = {"inet", "inet6", "netlink", "bluetooth", "trace", "namespace", "writable-code", "set-id-bit"}
BY_NAMESPACES = {"interfaces", "settings-write", "home-write", "temporary", "device", "environment", "memory-of-others"}
# Whoever is confined may trace nobody outside either, and /sys is no file that is needed.
BY_LANDLOCK = {"settings-write", "home-read", "home-write", "temporary", "device", "environment", "program", "interfaces",
               "trace", "memory-of-others"}
WATCHDOG_S = 12

check = Check()


def read(path):
    with open(path, encoding="utf-8") as text:
        return text.read()


def write(path, text, owner=None):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    if owner:
        os.chown(path, owner.uid, owner.gid)


# -- The sandbox -------------------------------------------------------------------------------------------------------

def results(text):
    """{name: TRUE when it was done}, and the layers that the daemon's code found."""
    lines = dict(line.split(" ", 1) for line in text.splitlines())
    layers = {name: value == "true" for name, value in re.findall(r"'([a-z-]+)': (true|false)", lines.pop("layers"))}
    return {name: answer == "done" for name, answer in lines.items()}, layers


class Prober:
    def __init__(self, wearer):
        self.wearer = wearer
        self.sleeper = wearer.spawn("sleep", "3600")
        self.out = f"{wearer.runtime_dir}/probe.txt"

    def bare(self, **environment):
        """By hand, without a unit."""
        return results(self.wearer.as_user(PROBE, str(self.sleeper.pid), **environment).stdout)

    def unit(self, name, with_namespaces, confine):
        """The installed unit with the probe in the daemon's place."""
        text = read(f"{UNITS}/{UNIT}")
        text = re.sub(r"^ExecStart=.*$", f"ExecStart={PROBE} {self.sleeper.pid}\nStandardOutput=truncate:{self.out}",
                      text, flags=re.M)
        text = text.replace("Type=notify", "Type=oneshot").replace("Restart=on-failure", "Restart=no")
        text = text.replace("CALCIFERD_CONFINE=yes", f"CALCIFERD_CONFINE={'yes' if confine else 'no'}")
        write(f"/etc/systemd/user/{name}.service", text)
        if with_namespaces:
            os.makedirs(f"/etc/systemd/user/{name}.service.d")
            shutil.copy(f"{UNITS}/{UNIT}.d/namespaces.conf", f"/etc/systemd/user/{name}.service.d/")
        self.wearer.systemctl("daemon-reload")
        self.wearer.systemctl("start", f"{name}.service", check=False)
        result = self.wearer.systemctl("show", "-P", "Result", f"{name}.service")
        check(f"{name}: the probe runs to its end", result == "success", self.wearer.journal(f"{name}.service"))
        return results(read(self.out))


def forbidden(done):
    return {name for name, was_done in done.items() if not was_done}


def prepare(wearer):
    """What the tries are about: a secret, another's temporary file, a device that everybody may use, a network."""
    write(f"{wearer.home}/secret", "secret", wearer)
    for folder in (".local/share/calciferd", ".config/calciferd"):
        wearer.as_user("mkdir", "-p", "-m", "0700", f"{wearer.home}/{folder}")
    write("/tmp/of-others", "anything")
    os.chmod("/tmp/of-others", 0o644)
    os.mknod("/dev/calcifer-device", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    os.chmod("/dev/calcifer-device", 0o666)
    subprocess.run(["ip", "link", "add", "probe0", "type", "dummy"], check=True)
    write("/proc/sys/kernel/yama/ptrace_scope", "0")


def layers(wearer):
    prepare(wearer)
    prober = Prober(wearer)
    done, _found = prober.bare()
    check.equal("without a sandbox all of it can be done", forbidden(done), set())
    done, found = prober.bare(CALCIFERD_CONFINE="yes")
    check.equal("Landlock alone", (forbidden(done), found["files"]), (BY_LANDLOCK, True))
    done, found = prober.unit("probe-seccomp", with_namespaces=False, confine=False)
    check.equal("the unit alone", (forbidden(done), found["system-calls"], found["files"], found["users"]),
                (BY_SECCOMP, True, False, False))
    done, found = prober.unit("probe-namespaces", with_namespaces=True, confine=False)
    check.equal("the unit and its drop-in", forbidden(done), BY_SECCOMP | BY_NAMESPACES)
    check.equal("all but Landlock is found to hold", [name for name, holds in found.items() if not holds], ["files"])
    done, found = prober.unit("probe-all", with_namespaces=True, confine=True)
    check.equal("as it is installed", forbidden(done), BY_SECCOMP | BY_NAMESPACES | BY_LANDLOCK)
    check.equal("all that is needed works", WORKS & forbidden(done), set())
    prober.sleeper.kill()


def exposure():
    tree = "/tmp/units"
    os.makedirs(f"{tree}/{UNIT}.d")
    shutil.copy(f"{UNITS}/{UNIT}", tree)
    text = read(f"{UNITS}/{UNIT}") + re.sub(r"^ExecStartPre=.*$", "", read(f"{UNITS}/{UNIT}.d/namespaces.conf"), flags=re.M)
    write(f"{tree}/whole/{UNIT}", text)
    told = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=10", "--no-pager",
                           f"{tree}/whole/{UNIT}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print("  ", told.stdout.strip().splitlines()[-1])
    print("figure: exposure", re.search(r"service: ([\d.]+) ", told.stdout)[1], "of 10")
    check.equal("the exposure of the unit with its drop-in is at most 1.0", told.returncode, 0)


# -- The daemon --------------------------------------------------------------------------------------------------------

class Daemon:
    def __init__(self, wearer):
        self.wearer = wearer
        self.ledger = f"{wearer.home}/.local/share/calciferd/ledger.db"
        self.drop_in = f"{wearer.home}/.config/systemd/user/{UNIT}.d/test.conf"

    def ctl(self, *words, **more):
        return self.wearer.as_user("calciferctl", *words, **more).stdout.strip()

    def show(self, name):
        return self.wearer.systemctl("show", "-P", name, UNIT)

    def is_active(self):
        return self.show("ActiveState") == "active"

    def restarts(self):
        return int(self.show("NRestarts"))

    def entries(self):
        return [json.loads(line) for line in self.ctl("export").splitlines()]

    def bus(self, verb, path, interface, name):
        shown = self.wearer.as_user("busctl", "--user", "--json=short", verb, "org.calciferd", path,
                                    f"org.calciferd.{interface}", name).stdout
        return json.loads(shown)["data"]

    def rebuilt(self):
        job, = self.bus("call", "/org/calciferd", "Service1", "Rebuild")
        until("everything is folded anew", lambda: self.bus("get-property", job, "Job1", "Done"), 300)
        return self.bus("get-property", job, "Job1", "Result")["differing"]["data"]

    def drop(self, text):
        for folder in (".config/systemd", ".config/systemd/user", f".config/systemd/user/{UNIT}.d"):
            self.wearer.as_user("mkdir", "-p", f"{self.wearer.home}/{folder}")
        write(self.drop_in, text, self.wearer)
        self.wearer.systemctl("daemon-reload")


def as_installed(daemon):
    wearer = daemon.wearer
    wearer.systemctl("enable", "--now", UNIT)
    check("the daemon runs", daemon.is_active(), wearer.journal(UNIT))
    shown = json.loads(wearer.as_user("busctl", "--user", "--json=short", "get-property", "org.calciferd", "/org/calciferd",
                                      "org.calciferd.Service1", "Sandbox").stdout)["data"]
    check.equal("and finds that every layer holds", [name for name, holds in shown.items() if not holds], [])
    doctor = {row["id"]: row for row in json.loads(wearer.as_user("calciferctl", "doctor", "--json", check=False).stdout)}
    check.equal("as the doctor says", doctor["sandbox"]["state"], "good")
    check.equal("nobody of the same account may look into it",
                os.stat(f"/proc/{daemon.show('MainPID')}/environ").st_uid, 0)
    check("nor can one of them read its memory", wearer.as_user(
        "sh", "-c", f"head -c 1 /proc/{daemon.show('MainPID')}/mem", check=False).returncode != 0)


def core_dumps(wearer):
    """The daemon's own doing, where no unit forbids them."""
    write("/proc/sys/kernel/core_pattern", "/tmp/core.%e")
    os.chmod("/tmp", 0o1777)
    for name, program, dumps in (("sleep", "sleep 60", True), ("calciferd", "/usr/libexec/calciferd", False)):
        child = wearer.spawn("sh", "-c", f"ulimit -c unlimited; exec {program}", XDG_DATA_HOME="/tmp/core-data")
        until(f"{name} runs", lambda: read(f"/proc/{child.pid}/comm").strip() == name)
        time.sleep(2)
        child.send_signal(11)
        child.wait(20)
        check.equal(f"a crash of {name} leaves {'a' if dumps else 'no'} core dump", os.path.exists(f"/tmp/core.{name}"), dumps)


def without_namespaces(daemon):
    """As on a distribution that lets no ordinary account make a user namespace."""
    wearer = daemon.wearer
    write("/proc/sys/user/max_user_namespaces", "0")
    wearer.systemctl("restart", UNIT, check=False)
    until("the unit gives up", lambda: daemon.show("Result") not in ("success",) and not daemon.is_active(), 90)
    check("where user namespaces are not allowed the unit does not start", daemon.show("ExecMainStatus") in ("217", "226"),
          (daemon.show("ExecMainStatus"), daemon.show("Result")))
    for folder in (".config/systemd", ".config/systemd/user", f".config/systemd/user/{UNIT}.d"):
        wearer.as_user("mkdir", "-p", f"{wearer.home}/{folder}")
    mask = f"{wearer.home}/.config/systemd/user/{UNIT}.d/namespaces.conf"
    wearer.as_user("ln", "-s", "/dev/null", mask)
    wearer.systemctl("daemon-reload")
    wearer.systemctl("reset-failed", UNIT)
    wearer.systemctl("restart", UNIT)
    check("with the drop-in masked, as the manual says, it does", daemon.is_active(), wearer.journal(UNIT))
    doctor = {row["id"]: row for row in json.loads(wearer.as_user("calciferctl", "doctor", "--json", check=False).stdout)}
    open_layers = doctor["sandbox"]["text"].rstrip(".").split(": ")[1].split(", ")
    check.equal("and the doctor names what is open, and no more", sorted(open_layers),
                ["home", "network", "system-files", "users"])
    os.unlink(mask)
    write("/proc/sys/user/max_user_namespaces", "10000")
    wearer.systemctl("daemon-reload")
    wearer.systemctl("restart", UNIT)
    check("allowed again, it runs as installed", daemon.is_active())


# -- What is stuck -----------------------------------------------------------------------------------------------------

def stuck(daemon, what, hold, release):
    """Holds it, waits for systemd to start the daemon anew, lets go, and compares."""
    before, restarts = daemon.entries(), daemon.restarts()
    hold()
    until(f"{what}: systemd starts the daemon anew", lambda: daemon.restarts() > restarts, 6 * WATCHDOG_S)
    release()
    until(f"{what}: and it answers", lambda: daemon.is_active() and daemon.ctl("status", check=False), 150)
    check.equal(f"{what}: it was started anew, and nothing is lost", daemon.entries(), before)
    check.equal(f"{what}: all days are what they were", daemon.rebuilt(), 0)
    daemon.ctl("log", "take", "d3")


def all_that_sticks(daemon):
    wearer = daemon.wearer
    daemon.drop(f"[Unit]\nStartLimitBurst=1000\n[Service]\nWatchdogSec={WATCHDOG_S}\nTimeoutStartSec=30\n"
                f"Environment=LD_PRELOAD={SPIN}\n")
    wearer.systemctl("restart", UNIT)
    daemon.ctl("products", "add", "d3", "d3=1000IU")
    daemon.ctl("log", "food", "salmon", "120g")
    time.sleep(2 * WATCHDOG_S)
    check.equal("a daemon with which all is well is left alone", daemon.restarts(), 0)
    stuck(daemon, "a busy loop", lambda: os.kill(int(daemon.show("MainPID")), 12), lambda: None)
    stuck(daemon, "a daemon that was stopped", lambda: os.kill(int(daemon.show("MainPID")), 19), lambda: None)
    connection = sqlite3.connect(daemon.ledger, isolation_level=None)
    stuck(daemon, "a ledger that another program holds", lambda: connection.execute("BEGIN IMMEDIATE"),
          lambda: connection.execute("ROLLBACK"))
    connection.close()
    check("the journal tells why", "the watchdog is not fed: The ledger" in wearer.journal(UNIT))
    bus = int(wearer.systemctl("show", "-P", "MainPID", "dbus.service"))
    stuck(daemon, "a session bus that does not answer", lambda: os.kill(bus, 19), lambda: os.kill(bus, 18))
    os.unlink(daemon.drop_in)
    wearer.systemctl("daemon-reload")
    wearer.systemctl("restart", UNIT)


# -- What cannot start -------------------------------------------------------------------------------------------------

def in_vain(daemon, what, status, restarts):
    wearer = daemon.wearer
    wearer.systemctl("reset-failed", UNIT, check=False)
    wearer.systemctl("start", UNIT, check=False)
    until(f"{what}: the unit has failed", lambda: daemon.show("ActiveState") == "failed", 240)
    time.sleep(5)
    check.equal(f"{what}: it stays so", (daemon.show("ActiveState"), daemon.show("ExecMainStatus")), ("failed", status))
    check(f"{what}: after as many tries as are worth it", restarts(daemon.restarts()), daemon.restarts())


def never_starts(daemon):
    wearer = daemon.wearer
    keys = os.path.join(os.path.dirname(daemon.ledger), "keys")
    before = daemon.entries()
    wearer.systemctl("stop", UNIT)
    write(keys, "no key\n", wearer)
    in_vain(daemon, "a wrong file of keys", "78", lambda n: n == 0)
    os.unlink(keys)
    content = open(daemon.ledger, "rb").read()
    with open(daemon.ledger, "r+b") as file:
        file.write(b"this is no database")
    in_vain(daemon, "a damaged ledger", "65", lambda n: n == 0)
    with open(daemon.ledger, "r+b") as file:
        file.write(content)
    os.chmod(daemon.ledger, 0o000)
    in_vain(daemon, "a ledger that may not be read", "75", lambda n: 10 <= n <= 15)
    os.chmod(daemon.ledger, 0o600)
    wearer.systemctl("reset-failed", UNIT)
    wearer.systemctl("start", UNIT)
    check.equal("mended, it starts, and nothing is lost", daemon.entries(), before)


def main(probe, spin):
    system.install("/share")
    shutil.copy(probe, PROBE)
    shutil.copy(spin, SPIN)
    exposure()
    wearer = account.create("wearer")
    wearer.start_manager()
    daemon = Daemon(wearer)
    try:
        layers(wearer)
        as_installed(daemon)
        core_dumps(wearer)
        without_namespaces(daemon)
        all_that_sticks(daemon)
        never_starts(daemon)
    finally:
        with open("/artefacts/calciferd.txt", "w", encoding="utf-8") as out:
            out.write(wearer.journal(UNIT))
    print(f"{check.passed} checks passed")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
