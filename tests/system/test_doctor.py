#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The doctor on a machine that ails: each state is made, found by `doctor --json`, and mended by the command it prints.

The install tree is the guest's /share; the argument is calcifer-peripheral, a thermometer of the sun on hci1. What is
printed is typed at a terminal of the wearer, who may use sudo. One look of the doctor's takes an emulated machine
seconds, so ailments that do not hide one another come together.

Where the guest lacks what a command calls, something stands in for that, never for the command: the driver's module is
the virtual controllers, and what asks a time server is a program of this script. Nothing can be installed, as there is
no network: commands that do so are compared, and what they would bring is brought by hand.
"""

import contextlib
import json
import os
import shlex
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "sim"))

from gi.repository import Gio  # noqa: E402

from bus import Control, SIM_NAME, options  # noqa: E402
from guest import account, bluez, desktop, link, system  # noqa: E402
from guest.waiting import Check, until  # noqa: E402

UNIT = "calciferd.service"
ADAPTERS = ("hci0", "hci1")
SUN, STORING = bluez.ADDRESS["hci1"], "C0:FF:EE:00:00:01"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
UV_2_5 = bytes.fromhex("404619")  # version 2, in the clear; UV index 2.5
DAY_S = 86400
ROOM = "64m"
FAR_S = 120.0  # for what a whole stack has to do after a command, on a busy machine
PLUG_S = 30.0
TIME_UNIT, TIME_CLIENT, TIME_SERVER = "calcifer-time.service", "/run/calcifer-time.py", "/run/calcifer-time-server"
# Where the server is there it tells the time, and the kernel is told that the time is right (adjtimex: ADJ_STATUS and
# ADJ_MAXERROR, all zero).
TIME_PROGRAM = f"""
import ctypes, os, struct, time
if os.path.exists("{TIME_SERVER}"):
    time.clock_settime(time.CLOCK_REALTIME, time.monotonic() + %r)
    ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(struct.pack("=I", 0x14), 256))
"""
WITHOUT_ACTIONS = f"""
import dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
class Server(dbus.service.Object):
    @dbus.service.method("{desktop.NOTIFICATIONS}", out_signature="as")
    def GetCapabilities(self):
        return ["body"]
name = dbus.service.BusName("{desktop.NOTIFICATIONS}", dbus.SessionBus())
server = Server(name, "/org/freedesktop/Notifications")
GLib.MainLoop().run()
"""

check = Check()


class Patient:
    """The wearer, and what the doctor tells them."""

    def __init__(self, wearer):
        self.wearer = wearer
        self.screen = desktop.Desktop(wearer)

    def examine(self):
        done = self.wearer.as_user("calciferctl", "doctor", "--json", check=False)
        checks = {one["id"]: one for one in json.loads(done.stdout)}
        wrong = any(one["state"] == "wrong" for one in checks.values())
        if done.returncode != (1 if wrong else 0):
            raise AssertionError(f"doctor ended with {done.returncode}: {done.stdout}{done.stderr}")
        return checks

    def type(self, command):
        """As at a terminal, which some programs end without. Returns what is shown."""
        with open("/artefacts/typed.txt", "a", encoding="utf-8") as out:
            out.write(f"$ {command}\n")
            take, give = os.pipe()  # on which nobody types
            done = self.wearer.as_user("script", "-qec", command, "/dev/null", check=False, timeout_s=180, stdin=take)
            os.close(take)
            os.close(give)
            out.write(done.stdout)
        # That of 5.66 ends with 1 where BlueZ has its experimental features, and has done it: what counts is the next look.
        if done.returncode and not command.startswith("bluetoothctl "):
            raise AssertionError(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def find(self, **ills):
        """Finds all by one look, each by its id and a part of what is said. Returns their commands, in the doctor's order."""
        looks = []

        def found():
            looks[:] = [self.examine()]
            return all(say in looks[0][name]["text"] for name, say in ills.items())
        try:
            until(f"{', '.join(ills)} are found", found, FAR_S)
        finally:
            seen = {name: one for name, one in looks[0].items() if name in ills}
            print(*(f"   {name}: {one['state']}: {one['text']}" for name, one in seen.items()), sep="\n", flush=True)
        check(f"found: {', '.join(ills)}", all(one["state"] in ("wrong", "note") for one in seen.values()), seen)
        return {name: one["command"] for name, one in seen.items()}

    def well(self, *names):
        """By one look; without names: everything."""
        looks, since = [], [time.monotonic()]

        def good():
            looks[:] = [self.examine()]
            # As guest/job.py: the kernel gives a controller two seconds to answer, which a busy host may miss.
            if "adapter" in names and looks[0]["adapter"]["state"] == "wrong" and time.monotonic() - since[0] > PLUG_S:
                run("systemctl", "restart", "calcifer-btvirt.service")
                since[0] = time.monotonic()
            return all(looks[0][name]["state"] == "good" for name in names or looks[0])
        try:
            until("all is good", good, FAR_S)
        except AssertionError as error:
            raise AssertionError(f"{error}; {[one for one in looks[0].values() if one['state'] != 'good']}") from error
        check(f"good: {', '.join(names) or 'all'}", True)

    def cure(self, commands, *more):
        """What is printed for each is typed; then all is gone."""
        for command in commands.values():
            print(f"   $ {command}", flush=True)
            self.type(command)
        self.well(*commands, *more)

    def mend(self, **ills):
        self.cure(self.find(**ills))

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
    write("/etc/modprobe.d/btusb.conf",
          "install btusb /sbin/modprobe hci_vhci && systemctl restart calcifer-btvirt.service\n")
    write(TIME_CLIENT, TIME_PROGRAM % (time.time() - time.monotonic()))
    with open(f"{HERE}/../sim/org.calciferd.Simulator.conf", encoding="utf-8") as policy:
        write("/etc/dbus-1/system.d/org.calciferd.Simulator.conf", policy.read())
    system.reload_bus()
    # An emulated machine takes half a minute to keep this script's links in step with each change of the unit.
    if os.path.exists("/etc/init.d/bluetooth"):
        os.unlink("/etc/init.d/bluetooth")
    # Who lives on the machine that runs the test does not live here.
    with open("/etc/passwd", encoding="utf-8") as passwd:
        lines = [line for line in passwd if not 1000 <= int(line.split(":")[2]) < 60000]
    write("/etc/passwd", "".join(lines))
    for path in ("/usr/share/dbus-1/services/org.xfce.xfce4-notifyd.Notifications.service",
                 "/usr/lib/systemd/user/xfce4-notifyd.service"):
        if os.path.exists(path):
            os.unlink(path)


# -- What comes together -------------------------------------------------------------------------------------------------

def nothing_runs(patient):
    """A new machine: Bluetooth is off, the unit masked, the zone a mistake, and nobody shows bubbles or sets the clock."""
    run("systemctl", "disable", "--now", "bluetooth.service")
    os.unlink("/etc/localtime")
    os.symlink("/usr/share/zoneinfo/Mars/Base", "/etc/localtime")
    # The name of before is still in another file of Debian's, and timedated goes by that one.
    write("/etc/timezone", "Europe/Berlin\n")
    run("systemctl", "stop", "systemd-timedated.service")
    patient.wearer.systemctl("mask", UNIT)
    commands = patient.find(unit="masked", bluetoothd="not running", zone="Mars/Base", notifications="no notification server",
                            clock="not set by a time server")
    check.equal("where one is missing, a program is named that can be installed", [
        commands.pop("notifications"), commands.pop("clock")], ["sudo apt install xfce4-notifyd",
                                                                "sudo apt install systemd-timesyncd"])
    patient.cure(commands)


def new_user(patient):
    """Place unknown, a drop-in in the sandbox's way, somebody else at home, airplane mode, BlueZ as it is delivered, and a
    server without buttons."""
    write(f"{patient.wearer.home}/.config/systemd/user/{UNIT}.d/mine.conf",
          "[Service]\nPrivateNetwork=no\nRestrictAddressFamilies=AF_UNIX AF_INET\n")
    run("chown", "-R", "wearer:", f"{patient.wearer.home}/.config")
    patient.wearer.systemctl("daemon-reload")
    patient.wearer.systemctl("restart", UNIT)
    account.create("ann")
    patient.wearer.adopted(STORING, "tag-event")
    # As one finds it where somebody has tidied it up.
    run("sed", "-i", "/Experimental/d", "/etc/bluetooth/main.conf")
    for adapter in ADAPTERS:
        link.block(True, adapter)
    plain = patient.wearer.spawn("/usr/bin/python3", "-c", WITHOUT_ACTIONS)
    commands = patient.find(sandbox="do not hold: ", place="unknown", rfkill="airplane mode", accounts=": ann.",
                            experimental="experimental features", actions="shows no buttons")
    check.equal("another server is named", commands.pop("actions"), "sudo apt install xfce4-notifyd")
    # By hand, what that command and a new login bring.
    plain.terminate()
    plain.wait(10)
    patient.screen.start()
    patient.screen.start_server("dunst")
    patient.cure(commands, "notifications", "actions", "power")


def strict_bus(patient, program):
    """A policy as distributions had it: only a group may speak with BlueZ. The wearer has moved, and a tag has been silent."""
    policy = "/etc/dbus-1/system.d/calcifer-group.conf"
    write(policy, (
        '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"'
        ' "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd"><busconfig>'
        '<policy context="default"><deny send_destination="org.bluez"/></policy>'
        '<policy group="bluetooth"><allow send_destination="org.bluez"/></policy></busconfig>'))
    system.reload_bus()
    run("timedatectl", "set-timezone", "America/New_York")
    patient.wearer.adopted(SUN, "bthome")
    commands = patient.find(rights="may not speak with BlueZ", zone="America/New_York is not that of the place",
                            tags=f"{SUN} was not heard")
    scan = commands.pop("tags")
    for command in commands.values():
        patient.type(command)
    patient.wearer.log_in_anew()
    patient.screen.start_server("dunst")  # the one of before has ended with its session
    with on_air(program):
        patient.type(scan)
        patient.well("daemon", "rights", "zone", "tags")
    patient.wearer.ctl("tags", "forget", SUN)
    os.unlink(policy)
    system.reload_bus()


def unload(*modules):
    """And what holds them."""
    for module in modules:
        holders = f"/sys/module/{module}/holders"
        if os.path.isdir(holders):
            unload(*os.listdir(holders))
            run("rmmod", module)


@contextlib.contextmanager
def on_air(program):
    """A sun's thermometer on hci1."""
    with subprocess.Popen([program, "--adapter=hci1", f"--name={SIM_NAME}", "--advert-ms=1000"], stdout=subprocess.PIPE,
                          text=True) as process:
        until("the peripheral stands", lambda: process.stdout.readline().strip() == "ready")
        sim = Control(Gio.bus_get_sync(Gio.BusType.SYSTEM, None), SIM_NAME)
        sim.AddBroadcaster(SUN, options(name="Sun"))
        sim.Advertise(SUN, BTHOME_UUID, UV_2_5)
        try:
            yield
        finally:
            sim.SetInRange(SUN, False)
            process.terminate()


def without_sudo(patient):
    """The folder on a disk of its own, which is read-only; no adapter; nothing enabled. This wearer knows root's password,
    which is empty."""
    patient.wearer.ctl("products", "add", "d3", "d3=1000IU")
    patient.wearer.systemctl("disable", "--now", UNIT)
    run("cp", "-a", patient.folder, "/tmp/ledger")
    run("mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=700,uid={patient.wearer.uid},gid={patient.wearer.gid}", "none",
        patient.folder)
    run("cp", "-a", "/tmp/ledger/.", patient.folder)
    run("mount", "-o", "remount,ro", patient.folder)
    run("systemctl", "stop", "calcifer-btvirt.service")
    os.rename("/usr/bin/sudo", "/usr/bin/sudo.away")
    run("passwd", "-d", "root")
    patient.mend(disk="read-only", adapter="no Bluetooth adapter", daemon="not running", unit="not enabled")
    os.rename("/usr/bin/sudo.away", "/usr/bin/sudo")


def not_the_owner(patient):
    """And airplane mode, of which BlueZ tells by itself now."""
    patient.wearer.systemctl("stop", UNIT)
    os.chown(patient.folder, 0, 0)
    for adapter in ADAPTERS:
        link.block(True, adapter)
    patient.mend(disk="may not be written by this account", rfkill="airplane mode", daemon="not running")


def full_disk(patient):
    """And Bluetooth off, and a clock from before."""
    for adapter in ADAPTERS:
        until(f"{adapter} is off", lambda adapter=adapter: link.power(False, adapter) is None)
    write(f"/etc/systemd/system/{TIME_UNIT}", f"[Service]\nType=oneshot\nRemainAfterExit=yes\n"
          f"ExecStart=/usr/bin/python3 {TIME_CLIENT}\n[Install]\nWantedBy=multi-user.target\n")
    write("/usr/lib/systemd/ntp-units.d/10-calcifer.list", f"{TIME_UNIT}\n")
    write(TIME_SERVER, "")
    run("systemctl", "daemon-reload")
    run("systemctl", "restart", "systemd-timedated.service")
    with open(f"{patient.folder}/other", "wb", buffering=0) as other, contextlib.suppress(OSError):
        while other.write(bytes(65536)):
            pass
    refused(patient)
    system.set_clock(time.time() - 8 * 365 * DAY_S)
    commands = patient.find(room="full disk", power="switched off", clock="before this program was made")
    shown = patient.type(commands.pop("room"))
    check("what it prints shows what fills the disk", "calciferd/other" in shown, shown)
    os.unlink(f"{patient.folder}/other")
    patient.cure(commands, "room", "ledger")
    patient.wearer.ctl("log", "take", "d3")
    check.equal("the refused entry did not count, and the next one does", patient.wearer.supplement_iu(), 1000)


def refused(patient):
    done = patient.wearer.as_user("calciferctl", "log", "take", "d3", check=False)
    check("an entry on the full disk is refused, in one line", done.returncode == 1 and done.stderr.count("\n") == 1,
          (done.returncode, done.stderr))


def decayed(patient):
    """One value in the ledger; the kernel knows of no Bluetooth; and the time server does not answer."""
    patient.wearer.systemctl("stop", UNIT)
    with contextlib.closing(sqlite3.connect(f"{patient.folder}/ledger.db")) as ledger, ledger:
        ledger.executescript("DROP TRIGGER entry_stays; UPDATE entry SET value = value || '0'"
                             " WHERE number = (SELECT max(number) FROM entry);")
    run("systemctl", "disable", "--now", "bluetooth.service")
    run("systemctl", "stop", "calcifer-btvirt.service")
    unload("hci_vhci", "bluetooth")
    os.unlink(TIME_SERVER)
    system.set_clock(time.time())  # whoever sets it by hand is believed less than a server
    commands = patient.find(clock="not set by a time server", ledger="", bluetoothd="waits for a Bluetooth adapter",
                            adapter="no Bluetooth adapter", daemon="not running")
    write(TIME_SERVER, "")
    patient.cure(commands)


class Wearer(account.Account):
    """With the words of the command line."""

    def ctl(self, *words):
        return self.as_user("calciferctl", *words).stdout

    def supplement_iu(self):
        return json.loads(self.ctl("status", "--json"))["vitamin_d"]["supplement_iu"]

    def adopted(self, address, kind):
        """Long ago."""
        line = {"kind": "tag", "at": "2026-05-10T10:00:00Z", "name": address, "value": kind}
        self.as_user("sh", "-c", f"echo {shlex.quote(json.dumps(line))} > tag; calciferctl import tag")

    def log_in_anew(self):
        self.stop_manager()
        until("the session has ended", lambda: not os.path.exists(f"{self.runtime_dir}/bus"))
        self.read_groups()
        self.start_manager()


def main(program, *parts):
    """All parts, or those that are named, for who works on one of them."""
    prepare()
    account.create("wearer")
    wearer = Wearer("wearer")
    wearer.start_manager()
    patient = Patient(wearer)
    steps = {"nothing-runs": lambda: nothing_runs(patient), "new-user": lambda: new_user(patient),
             "strict-bus": lambda: strict_bus(patient, program), "without-sudo": lambda: without_sudo(patient),
             "not-the-owner": lambda: not_the_owner(patient), "full-disk": lambda: full_disk(patient),
             "decayed": lambda: decayed(patient), "all": patient.well}
    try:
        if parts and "nothing-runs" not in parts:
            wearer.systemctl("enable", "--now", UNIT)
            wearer.ctl("profile", "set", "place", "52.5,13.4")
        for name, step in steps.items():
            if not parts or name in parts:
                step()
    finally:
        write("/artefacts/calciferd.txt", wearer.journal(UNIT))
        write("/artefacts/doctor.txt", wearer.as_user("calciferctl", "doctor", "--plain", check=False).stdout)
    print(f"{check.passed} checks passed")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
