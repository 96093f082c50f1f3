#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job whole, on the real stack: what the installed project does for a new user, from adoption to recovery.

The install tree is the guest's /share; the argument is calcifer-peripheral, a tag on hci1 and a button on hci2. It is
a June day in Berlin: the clock of the guest is put there, and put forward where a person would wait.
"""

import datetime
import json
import os
import sqlite3
import subprocess
import sys
import time
import zoneinfo

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "sim"))

from gi.repository import Gio  # noqa: E402

from bus import Control, SIM_NAME, options  # noqa: E402
from guest import account, bluez, desktop, system  # noqa: E402
from guest.waiting import Check, until  # noqa: E402

ZONE = "Europe/Berlin"
TAG, BUTTON = bluez.ADDRESS["hci1"], bluez.THIRD
UNIT = "calciferd.service"
NAME, ROOT = "org.calciferd", "/org/calciferd"
RECORDS = 2000
DUE = "11:30"
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
OTHER_KEY = bytes(16)
BTHOME_ENCRYPTED = 0x45  # version 2, sent when something happens, encrypted
WORN = 0x02
# Seconds, mean UV index, flags: one after the other, the last ends now. What is not worn is nobody's dose.
LIGHT = [(900, 8.0, 0), (600, 2.55, WORN), (900, 3.1, WORN), (300, 5.2, WORN)]
J_M2_PER_UVI_MINUTE = 1.5  # WHO: an index is 0.025 W/m2
J_M2_PER_SED = 100.0  # CIE S 013
# Of a tag in `status --json`: what a crash must not touch.
COUNTS = ("kind", "role", "received", "lost", "rejected", "conflicts", "undated", "held", "duplicates")
READY_ID = "ca6e5ec09f4d41e8b6b4555ac8e75b58"  # daemon/lifecycle/journal.c
BY_BUBBLE = 3  # entry.way in the ledger
EXPIRED = 1  # reason of NotificationClosed

check = Check()


def local_instant(hour, minute=0):
    """A time of the June day, as Unix seconds."""
    year = datetime.date.today().year + (0 if datetime.date.today().year > 2026 else 1)
    return int(datetime.datetime(year, 6, 21, hour, minute, tzinfo=zoneinfo.ZoneInfo(ZONE)).timestamp())


class Calcifer:
    """The installed daemon and command line, as their user has them."""

    def __init__(self, wearer):
        self.wearer = wearer

    def ctl(self, *words, **more):
        return self.wearer.as_user("calciferctl", *words, **more).stdout.strip()

    def status(self):
        return json.loads(self.ctl("status", "--json"))

    def tag(self, address=TAG):
        return next((tag for tag in self.status()["tags"] if tag["address"] == address), None)

    def supplement_iu(self):
        return self.status()["vitamin_d"]["supplement_iu"]

    def codes(self):
        return [alert["code"] for alert in self.status()["alerts"]]

    def bus(self, verb, interface, *words, path=ROOT):
        """What busctl says of a call or a property, as values."""
        shown = self.wearer.as_user("busctl", "--user", "--json=short", verb, NAME, path, f"{NAME}.{interface}",
                                    *words).stdout
        return json.loads(shown)["data"]

    def rebuilt(self):
        """(days, those that a fold of everything anew makes otherwise)"""
        job, = self.bus("call", "Service1", "Rebuild")
        until("everything is folded anew", lambda: self.bus("get-property", "Job1", "Done", path=job), 300)
        result = self.bus("get-property", "Job1", "Result", path=job)
        return result["days"]["data"], result["differing"]["data"]

    def pid(self):
        return int(self.wearer.systemctl("show", "-P", "MainPID", UNIT))

    def is_active(self):
        return self.wearer.systemctl("is-active", UNIT, check=False) == "active"

    @property
    def ledger(self):
        return f"{self.wearer.home}/.local/share/calciferd/ledger.db"

    def rows(self, query):
        """Reads the ledger beside the daemon."""
        connection = sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def plain(value):
    """busctl's JSON without its types."""
    if isinstance(value, dict) and set(value) == {"type", "data"}:
        return plain(value["data"])
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


# -- The installed unit ------------------------------------------------------------------------------------------------

def install():
    os.unlink("/etc/localtime")
    os.symlink(f"/usr/share/zoneinfo/{ZONE}", "/etc/localtime")
    system.set_clock(local_instant(11))
    with open(f"{HERE}/../sim/org.calciferd.Simulator.conf", encoding="utf-8") as policy:
        with open("/etc/dbus-1/system.d/org.calciferd.Simulator.conf", "w", encoding="utf-8") as out:
            out.write(policy.read())
    system.install("/share")


def enable(calcifer):
    wearer = calcifer.wearer
    check("the user is new: no files at all", os.listdir(wearer.home) == [], os.listdir(wearer.home))
    wearer.start_manager()
    wearer.systemctl("enable", "--now", UNIT)
    check("enable --now: the unit is active", calcifer.is_active(), wearer.journal(UNIT))
    sandbox(calcifer)
    check.equal("the ledger is its owner's alone", oct(os.stat(calcifer.ledger).st_mode & 0o777), "0o600")
    check.equal("and so is its folder", oct(os.stat(os.path.dirname(calcifer.ledger)).st_mode & 0o777), "0o700")
    check.equal("its owner is the user", os.stat(calcifer.ledger).st_uid, wearer.uid)
    wearer.systemctl("stop", UNIT)
    check("stopped, it is gone", not calcifer.is_active())
    calcifer.status()
    check("a question on the bus starts it again", calcifer.is_active(), wearer.journal(UNIT))
    until("the radio is on", lambda: calcifer.bus("get-property", "Service1", "Radio") == "on")


def journal(calcifer):
    """The journal has the message with its fields, and tells what the catalogue says beside it."""
    subprocess.run(["journalctl", "--update-catalog"], check=True)

    def entries(*words):
        return subprocess.run(["journalctl", "-b", "--no-pager", f"_UID={calcifer.wearer.uid}",
                               f"_SYSTEMD_USER_UNIT={UNIT}", f"MESSAGE_ID={READY_ID}", *words],
                              stdout=subprocess.PIPE, text=True, check=True).stdout

    until("the journal has it that the daemon is ready", lambda: entries("-o", "json"))
    ready = json.loads(entries("-o", "json").splitlines()[-1])
    check.equal("it says so once, under its name, as a notice", [ready[name] for name in (
        "MESSAGE", "SYSLOG_IDENTIFIER", "PRIORITY", "_PID")], ["ready, with 0 tags", "calciferd", "5", str(calcifer.pid())])
    told = entries("-x", "-o", "short")
    check("the catalogue explains it", "Calcifer is ready" in told and "man:calciferd(8)" in told, told)


def read(path):
    with open(path, encoding="utf-8") as text:
        return text.read()


def sandbox(calcifer):
    manager = subprocess.run(["systemctl", "show", "-P", "MainPID", f"user@{calcifer.wearer.uid}.service"],
                             stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    pid = calcifer.pid()
    facts = dict(line.split(":\t", 1) for line in read(f"/proc/{pid}/status").splitlines() if ":\t" in line)
    check.equal("no new privileges, and a filter of system calls", (facts["NoNewPrivs"], facts["Seccomp"]), ("1", "2"))
    check.equal("no capabilities", [int(facts[name], 16) for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")], [0] * 4)
    check.equal("it runs as the user", facts["Uid"].split(), [str(calcifer.wearer.uid)] * 4)
    same = [name for name in ("user", "mnt", "net", "ipc", "uts")
            if os.readlink(f"/proc/{pid}/ns/{name}") == os.readlink(f"/proc/{manager}/ns/{name}")]
    check.equal("it has namespaces of its own", same, [])
    check("its users are mapped", read(f"/proc/{pid}/uid_map") != read(f"/proc/{manager}/uid_map"))
    devices = [line.split(":")[0].strip() for line in read(f"/proc/{pid}/net/dev").splitlines() if ":" in line]
    check.equal("it sees no network", devices, ["lo"])
    mounts = {line.split()[4]: line.split()[5].split(",") for line in read(f"/proc/{pid}/mountinfo").splitlines()}
    check("it may write into its own folder, and nowhere else in the system or the home",
          "ro" in mounts["/"] and "rw" in mounts[os.path.dirname(calcifer.ledger)], mounts)


# -- The tag -----------------------------------------------------------------------------------------------------------

def start_peripheral(program, adapter, name):
    """Its advertisement is registered anew each five seconds, so that a pairing seldom falls into the gap."""
    process = subprocess.Popen([program, f"--adapter={adapter}", f"--name={name}", "--advert-ms=5000"],
                               stdout=subprocess.PIPE, text=True)
    check.equal(f"a peripheral stands on {adapter}", process.stdout.readline().strip(), "ready")
    return Control(Gio.bus_get_sync(Gio.BusType.SYSTEM, None), name)


def adopt(calcifer, address, log):
    """One bluetoothd serves both ends here: what falls into the gap of an advertisement ends after a minute at most, and
    its owner tries again."""
    return calcifer.wearer.spawn("sh", "-c", f"for i in 1 2 3; do calciferctl tags adopt {address} && exit; done; exit 1",
                                 log=log)


def backlog(calcifer, sim):
    sim.AddTag(TAG, options(pairing=True, clock_set=True, wear=True, slots=2, per_notification=12, battery=80))
    # Of days before today, so that today's light is what the test sends later.
    sim.Backlog(TAG, RECORDS, local_instant(0) - 3600 - RECORDS * 60, 60, "mixed")
    until("its services are registered", lambda: sim.State(TAG)["registered"])
    found = {one["address"]: one for one in json.loads(calcifer.ctl("tags", "scan", "--seconds", "12", "--json"))}
    check.equal("a scan finds the tag, and knows it for one", found.get(TAG, {}).get("kind"), "tag-event")
    began = time.monotonic()
    adopting = adopt(calcifer, TAG, "/artefacts/adopt.txt")
    course = until(f"all {RECORDS} records are received and deleted", lambda: all_deleted(calcifer, sim), 240, 0.02)
    check.equal("it is adopted", adopting.wait(60), 0)
    check("by a bond on both sides", sim.State(TAG)["bonded"] and paired(), read("/artefacts/adopt.txt"))
    print(f"   {time.monotonic() - began:.1f} s after the adoption began; (deleted, committed) went {course}")
    check("no record was deleted on the tag that was not committed before", len(course) > 1, course)
    state, tag = sim.State(TAG), calcifer.tag()
    check.equal("received once, none lost, none twice with other contents, none refused",
                {key: tag[key] for key in ("received", "lost", "conflicts", "rejected", "undated", "held")},
                {"received": RECORDS, "lost": 0, "conflicts": 0, "rejected": 0, "undated": 0, "held": 0})
    check.equal("deleted on the tag up to the newest", (state["stored"], state["deleted-up-to"]), (0, state["newest"]))
    check.equal("which is as many as it ever had", (state["ever"], state["newest"]), (RECORDS, RECORDS))
    check("its clock is right", abs(sim.State(TAG)["clock"] - time.time()) <= 2, sim.State(TAG)["clock"])
    check.equal("its battery is known", tag["battery"], 80)
    matches_history(calcifer, sim)


def all_deleted(calcifer, sim, course=[]):
    """True once all are deleted. What is deleted when the tag is asked must be in the ledger, which is asked after."""
    deleted = sim.State(TAG)["deleted-up-to"]
    ((committed,),) = calcifer.rows("SELECT count(*) FROM record")
    if deleted > committed:
        raise AssertionError(f"deleted up to {deleted}, and only {committed} are committed")
    if not course or course[-1] != (deleted, committed):
        course.append((deleted, committed))
    return course if deleted == RECORDS else None


def paired():
    shown = subprocess.run(["busctl", "--json=short", "call", "org.bluez", "/", bluez.MANAGER, "GetManagedObjects"],
                           stdout=subprocess.PIPE, text=True, check=True).stdout
    devices = [plain(interfaces[bluez.DEVICE]) for interfaces in json.loads(shown)["data"][0].values()
               if bluez.DEVICE in interfaces]
    return [device for device in devices if device["Address"] == TAG and device["Bonded"] and device["Trusted"]]


def matches_history(calcifer, sim):
    """Every record the tag ever had lies in the ledger, byte for byte, and nothing else does."""
    history = sorted(bytes(record) for _log, record in sim.History(TAG, 0))
    ledger = sorted(sequence.to_bytes(4, "little") + at.to_bytes(4, "little") + rest.ljust(12, b"\0")
                    for sequence, at, rest in calcifer.rows("SELECT sequence, time, rest FROM record"))
    check(f"the ledger holds the tag's {len(history)} records, byte for byte", ledger == history,
          (len(ledger), len(history)))


def press(calcifer, sim):
    calcifer.ctl("products", "add", "d3k2", "d3=2000IU", "mk7=100ug")
    calcifer.ctl("products", "add", "evening", "d3=400IU", f"at={DUE}")
    calcifer.ctl("tags", "map", TAG, "1", "d3k2")
    check.equal("nothing was taken today so far", calcifer.supplement_iu(), 0)
    time.sleep(1.1)  # what a button means holds from its second on
    sim.Intake(TAG, 1, 1)
    until("a press on the tag counts", lambda: calcifer.supplement_iu() == 2000)
    check.equal("a press on the tag is an intake, with all that is in the product", calcifer.status()["nutrients"]["k2"]["supplement"], 100)


def encrypted_press(calcifer, program):
    """A BTHome button on hci2. A virtual controller is heard when an advertisement is registered: it says all anew."""
    sim = start_peripheral(program, "hci2", f"{SIM_NAME}.Button")
    sim.AddBroadcaster(BUTTON, options(name="Button"))

    def say(counter, packet_id, event, key=KEY):
        sim.BthomeEncrypted(BUTTON, key, counter, BTHOME_ENCRYPTED, bytes([0x00, packet_id, 0x3a, event]))
        return True

    say(1000, 1, 0)
    adopting = adopt(calcifer, BUTTON, "/artefacts/adopt-button.txt")
    until("the button is adopted", lambda: say(1000, 1, 0) and adopting.poll() is not None, 120, pause_s=1)
    check("the button's adoption ends well", adopting.returncode == 0, read("/artefacts/adopt-button.txt"))
    check.equal("a button of BTHome is adopted", calcifer.tag(BUTTON)["kind"], "bthome")
    calcifer.ctl("tags", "key", BUTTON, text_in=KEY.hex() + "\n")
    calcifer.ctl("products", "add", "d1000", "d3=1000IU")
    calcifer.ctl("tags", "map", BUTTON, "1", "d1000")
    time.sleep(1.1)
    until("the press is heard again and again",
          lambda: say(1001, 2, 1) and (calcifer.tag(BUTTON)["duplicates"] or 0) >= 2, pause_s=1)
    check.equal("an encrypted press is an intake, and counts once", calcifer.supplement_iu(), 3000)
    until("a forged one is told", lambda: say(1002, 3, 1, OTHER_KEY) and calcifer.tag(BUTTON)["why"], pause_s=1)
    check("a forged one is told", "not sealed with the key" in calcifer.tag(BUTTON)["why"], calcifer.tag(BUTTON)["why"])
    check.equal("and does not count", calcifer.supplement_iu(), 3000)
    sim.SetInRange(BUTTON, False)


# -- Light and bubbles -------------------------------------------------------------------------------------------------

def light(calcifer, sim, screen):
    screen.start_server("dunst")
    bus = desktop.SessionMonitor(calcifer.wearer, "/artefacts/session.json", "interface='org.freedesktop.Notifications'")
    until("the daemon sees the server", lambda: calcifer.bus("get-property", "Service1", "Notifications"))
    before = calcifer.tag()["received"]
    at = int(time.time()) - sum(seconds for seconds, _uvi, _flags in LIGHT)
    for seconds, uvi, flags in LIGHT:
        sim.Uv(TAG, at, seconds, uvi, uvi * 1.2, flags)
        at += seconds
    until("the light is received", lambda: calcifer.tag()["received"] == before + len(LIGHT))
    day = calcifer.status()
    dose = sum(J_M2_PER_UVI_MINUTE * uvi * seconds / 60 for seconds, uvi, flags in LIGHT if flags & WORN)
    check("the erythemal dose is the sum of what was worn",
          abs(day["erythema"]["sed"] - dose / J_M2_PER_SED) < 0.01 * dose / J_M2_PER_SED, (day["erythema"], dose))
    d = day["vitamin_d"]
    check("and it made vitamin D, within its range", 0 < d["sun_iu_low"] < d["sun_iu"] < d["sun_iu_high"], d)
    check("which is in the total", abs(d["total_iu"] - d["sun_iu"] - d["food_iu"] - d["supplement_iu"]) < 1e-6, d)
    print(f"   {dose:.1f} J/m2 on the skin: {d['sun_iu']:.0f} IU ({d['sun_iu_low']:.0f} to {d['sun_iu_high']:.0f})")
    check("half of a sunburn dose is an alert", "sun-half" in calcifer.codes(), calcifer.codes())
    until("and asks for a bubble", lambda: any("sunburn" in notice(one)[1].lower() for one in notices(bus)))
    x, y, width, height = screen.picture_of_bubble("/artefacts/sun-half-dunst.png")
    check("which dunst draws: its picture is kept", width > 100 and height > 20, (x, y, width, height))
    screen.stop_server()
    return bus


def notices(bus):
    """All Notify calls so far."""
    return [message for message in bus.messages("Notify") if message["type"] == "method_call"]


def notice(message):
    """(summary, body, keys of the actions) of one Notify call."""
    _app, _replaces, _icon, summary, body, actions, _hints, _timeout = message["payload"]["data"]
    return summary, body, actions[::2]


def missed(calcifer, sim, screen, bus):
    shown = len(notices(bus))
    system.set_clock(local_instant(12, 45))
    until("the clock is noticed to be set, and the dose that is due since an hour is missed", lambda: "intake-missed" in calcifer.codes())
    screen.start_server("notification-daemon")
    until("and asks for a bubble", lambda: len(notices(bus)) > shown)
    check("the missed dose asks for a bubble with a button Taken", "taken" in notice(notices(bus)[-1])[2], notices(bus)[-1])
    drawn = screen.click_action(0, "/artefacts/missed-notification-daemon.png", lambda: bus.messages("ActionInvoked"),
                                again=lambda: screen.start_server("notification-daemon"))
    check.equal("notification-daemon draws two buttons, and the left one is clicked",
                (drawn, [message["payload"]["data"][1] for message in bus.messages("ActionInvoked")]), (2, ["taken"]))
    confirmed(screen, bus)
    until("the click is an intake", lambda: calcifer.supplement_iu() == 3400)
    check.equal("the click is an intake, entered by way of the bubble",
                calcifer.rows("SELECT name, value FROM entry WHERE way = %d AND stands" % BY_BUBBLE), [("evening", "1")])
    until("nothing is missed any more", lambda: "intake-missed" not in calcifer.codes())


def confirmed(screen, bus):
    """Looked at before anything is asked of the daemon: notification-daemon takes the bubble down after some seconds,
    and says so, which is as good as having seen it."""
    until("the entry is confirmed", lambda: notice(notices(bus)[-1])[2][-1:] == ["undo"])
    check("the entry is confirmed in a bubble that could undo it", until(
        "a bubble shows it, or has shown it", lambda: screen.bubbles() or expired_since_asked(bus)))
    screen.screenshot("/artefacts/confirmed-notification-daemon.png")


def expired_since_asked(bus):
    """What expired since the last bubble was asked for."""
    heard = bus.all()
    asked = max(n for n, message in enumerate(heard) if message.get("member") == "Notify")
    return [message for message in heard[asked:]
            if message.get("member") == "NotificationClosed" and message["payload"]["data"][1] == EXPIRED]


# -- On the bus, and after a crash -------------------------------------------------------------------------------------

def same_on_bus(calcifer):
    day = plain(calcifer.bus("call", "Balance1", "GetDay", "s", ""))[0]
    shown = calcifer.status()
    check.equal("GetDay and status --json tell the same day", day["Date"], shown["date"])
    for group, name in (("VitaminD", "vitamin_d"), ("Erythema", "erythema"), ("Serum", "serum")):
        check.equal(f"the same {name}", {key: value for key, value in shown[name].items() if value is not None},
                    day[group])
    for name, numbers in day["Nutrients"].items():
        seen = {key: value for key, value in shown["nutrients"][name].items() if value is not None and key != "unit"}
        check.equal(f"the same {name}", seen, numbers)
    check.equal("the same unknown and assumed", (shown["unknown"], shown["assumed"]), (day["Unknown"], day["Assumed"]))
    for name in ("VitaminD", "Erythema", "Nutrients"):
        check.equal(f"and {name} is a property", plain(calcifer.bus("get-property", "Balance1", name)), day[name])


def counted(status):
    """What a crash must neither lose nor double. The tags have no order."""
    return {"vitamin_d": status["vitamin_d"], "erythema": status["erythema"], "nutrients": status["nutrients"],
            "tags": {tag["address"]: {key: tag[key] for key in COUNTS} for tag in status["tags"]}}


def killed(calcifer, sim):
    before, pid = counted(calcifer.status()), calcifer.pid()
    entries = calcifer.rows("SELECT number, kind, way, at, name, value FROM entry ORDER BY number")
    calcifer.wearer.systemctl("kill", "-s", "KILL", UNIT)
    until("systemd starts it again by itself", lambda: calcifer.pid() not in (0, pid) and calcifer.is_active())
    check.equal("systemd starts it again by itself, once", calcifer.wearer.systemctl("show", "-P", "NRestarts", UNIT), "1")
    check.equal("nothing is lost or doubled", counted(calcifer.status()), before)
    after = calcifer.rows("SELECT number, kind, way, at, name, value FROM entry ORDER BY number")
    check.equal("and all entries stand as they were", after[:len(entries)], entries)
    days, differing = calcifer.rebuilt()
    check("a fold of everything anew is the same", days > 1 and differing == 0, (days, differing))
    path = f"{ROOT}/tag/{TAG.replace(':', '_')}"
    check("the tag is connected again", until(
        "the tag is connected", lambda: calcifer.bus("get-property", "Tag1", "Connected", path=path)))
    received = before["tags"][TAG]["received"]
    sim.Intake(TAG, 1, 1)
    check("and a new record of it comes", until(
        "a new record", lambda: calcifer.tag()["received"] == received + 1, 60))
    until("and counts", lambda: calcifer.supplement_iu() == before["vitamin_d"]["supplement_iu"] + 2000)
    until("and is deleted on the tag", lambda: sim.State(TAG)["stored"] == 0)
    matches_history(calcifer, sim)


def main(program):
    install()
    calcifer = Calcifer(account.create("wearer"))
    try:
        enable(calcifer)
        journal(calcifer)
        sim = start_peripheral(program, "hci1", SIM_NAME)
        backlog(calcifer, sim)
        press(calcifer, sim)
        encrypted_press(calcifer, program)
        screen = desktop.Desktop(calcifer.wearer)
        screen.start()
        bus = light(calcifer, sim, screen)
        missed(calcifer, sim, screen, bus)
        same_on_bus(calcifer)
        killed(calcifer, sim)
        bus.stop()
        screen.stop()
    finally:
        with open("/artefacts/calciferd.txt", "w", encoding="utf-8") as out:
            out.write(calcifer.wearer.journal(UNIT))
    print(f"{check.passed} checks passed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
