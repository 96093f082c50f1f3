#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the wearer is and what day it is, told by the real systemd-timedated and the real GeoClue.

The install tree is the guest's /share. A server on the guest's loopback stands in for the one that GeoClue asks, and a
default route into nothing lets GeoClue believe in a network.
"""

import ctypes
import http.server
import json
import os
import subprocess
import sys
import threading
import time

from guest import account, system
from guest.waiting import Check, until
from test_main_job import Calcifer, UNIT, ZONE, install, local_instant

CONF = "/etc/geoclue/geoclue.conf"
GEOCLUE, MANAGER = "org.freedesktop.GeoClue2", "/org/freedesktop/GeoClue2/Manager"
AGENT = "/usr/libexec/geoclue-2.0/demos/agent"  # Debian's; a desktop shell has its own
PORT = 8037
HOUR, DAY = 3600, 86400
# To whom a city is enough GeoClue tells a place some kilometres from the true one: in the middle of a tenth of a degree
# that is the same tenth.
BERLIN, MUNICH = (52.5, 13.4), (48.1, 11.6)
LOGIN_S = 30  # more than the 25 after which D-Bus gives a call up by itself
ZONE_KIND = 27  # entry.kind in the ledger
UVI = 2
SED_AN_HOUR = 0.9 * UVI  # 90 J/m2 for each unit of the index, and 100 J/m2 a SED

check = Check()


# -- Zones -------------------------------------------------------------------------------------------------------------

def zones(calcifer):
    return [value for value, in calcifer.rows(f"SELECT value FROM entry WHERE kind = {ZONE_KIND} ORDER BY number")]


def city(calcifer):
    """Where the sun is reckoned for, in whole degrees, and how that is known."""
    plan = json.loads(calcifer.ctl("plan", "--json"))
    return round(plan["latitude"]), round(plan["longitude"]), plan["place"]


def travel(calcifer, zone):
    known = len(zones(calcifer))
    subprocess.run(["timedatectl", "set-timezone", zone], check=True)
    until(f"{zone} is an entry", lambda: len(zones(calcifer)) > known)
    check.equal(f"timedated's change to {zone} is one entry", [value.split()[0] for value in zones(calcifer)[known:]], [zone])


def shine(calcifer, since, minutes):
    at = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(since))
    calcifer.ctl("log", "sun", str(minutes), "--uvi", str(UVI), "--at", at)


def sed(calcifer, first, last):
    """Date to SED."""
    days = json.loads(calcifer.ctl("history", "--json", "--from", first, "--to", last))
    return {day["date"]: round(day["erythema"]["sed"], 6) for day in days}


def explained(calcifer, date):
    """(from, to, minutes) of each step of a day."""
    return [(row["from"], row["to"], row["minutes"]) for row in json.loads(calcifer.ctl("explain", date, "--json"))["rows"]]


def seal_time_warp():
    """The first zone that a kernel is told of moves its clock by that zone, as if it had been set from a local one."""
    utc = (ctypes.c_int * 2)(0, 0)
    if ctypes.CDLL(None, use_errno=True).settimeofday(None, utc):
        raise OSError(ctypes.get_errno(), "settimeofday")


def wrong_clock(calcifer):
    """The zone changes while the clock is behind; once that is right, the ledger has a later zone than the new one."""
    now, known = time.time(), len(zones(calcifer))
    system.set_clock(now - 20 * HOUR)  # when it was Tokyo
    until("where the machine is holds then, too", lambda: len(zones(calcifer)) == known + 1)
    travel(calcifer, "Europe/Berlin")
    system.set_clock(now)
    until("and is entered anew when the clock is right", lambda: len(zones(calcifer)) == known + 3)
    check.equal("the machine's zone holds, whatever the clock was", [value.split()[0] for value in zones(calcifer)[known:]],
                ["America/Los_Angeles", "Europe/Berlin", "Europe/Berlin"])
    check.equal("and the sun is Berlin's again", city(calcifer), (52, 13, "city"))


def journey(calcifer):
    """Nine in the morning in Berlin, on to Tokyo, and ten hours later to Los Angeles, in the sun all the while."""
    began = local_instant(9)
    before, day, after = (time.strftime("%Y-%m-%d", time.gmtime(began + n * DAY)) for n in (-1, 0, 1))
    system.set_clock(began)
    check.equal("in Berlin the sun is Berlin's", city(calcifer), (52, 13, "city"))
    travel(calcifer, "Asia/Tokyo")  # 16:00 of the same day
    check.equal("in Tokyo it is Tokyo's", city(calcifer), (36, 140, "city"))
    check.equal("by the same date", calcifer.status()["date"], day)
    system.set_clock(began + 10 * HOUR)
    until("it is the next day in Tokyo", lambda: calcifer.status()["date"] == after)
    shine(calcifer, began, 600)
    check.equal("eight hours are that day's, two the next one's", sed(calcifer, before, after),
                {before: 0, day: 8 * SED_AN_HOUR, after: 2 * SED_AN_HOUR})
    travel(calcifer, "America/Los_Angeles")  # noon of the day before
    check.equal("in Los Angeles the sun is there", city(calcifer), (34, -118, "city"))
    until("it is the day before again", lambda: calcifer.status()["date"] == day)
    system.set_clock(began + 24 * HOUR)
    until("and then the next", lambda: calcifer.status()["date"] == after)
    shine(calcifer, began + 10 * HOUR, 420)
    shine(calcifer, began + 17 * HOUR, 420)
    days = sed(calcifer, before, after)
    check.equal("no hour is lost or doubled", round(sum(days.values()), 6), round(24 * SED_AN_HOUR, 6))
    steps = sorted(row for date in (before, day, after) for row in explained(calcifer, date))
    check.equal("and each minute is explained once", round(sum(row[2] for row in steps), 6), 24 * 60)
    check("one piece after the other", all(one[1] == next_one[0] for one, next_one in zip(steps, steps[1:])), steps)
    check.equal("a fold of everything anew is the same", calcifer.rebuilt()[1], 0)
    print(f"   SED: {days}")


# -- The place ---------------------------------------------------------------------------------------------------------

class LocationServer(http.server.ThreadingHTTPServer):
    """Answers as the server that GeoClue asks does, and keeps what it was asked."""

    def __init__(self, latitude, longitude):
        super().__init__(("127.0.0.1", PORT), LocationHandler)
        self.place = (latitude, longitude)
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class LocationHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def do_GET(self):
        self.answer("")

    def answer(self, question):
        self.server.asked.append(question)
        latitude, longitude = self.server.place
        answer = json.dumps({"location": {"lat": latitude, "lng": longitude}, "accuracy": 5000}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words):
        pass


class Questions:
    """What is said to GeoClue on the system bus."""

    def __init__(self):
        self.path = "/artefacts/geoclue.json"
        with open(self.path, "wb") as out:
            self.monitor = subprocess.Popen(
                ["busctl", "--json=short", f"--match=destination='{GEOCLUE}'", "monitor"], stdout=out, stderr=out)
        until("the monitor hears", lambda: "Monitoring bus message stream" in self.heard())

    def heard(self):
        with open(self.path, encoding="utf-8", errors="replace") as text:
            return text.read()

    def of(self, member):
        """The calls of that name so far."""
        lines = [line for line in self.heard().splitlines() if line.startswith("{") and line.endswith("}")]
        return [one for one in map(json.loads, lines) if one.get("member") == member and one["type"] == "method_call"]

    def stop(self):
        self.monitor.terminate()
        self.monitor.wait(20)


class Whereabouts:
    """The daemon, the service it asks, and the days between two questions."""

    def __init__(self, calcifer):
        self.calcifer = calcifer
        with open(CONF, encoding="utf-8") as conf:
            self.conf = conf.read()
        self.server = LocationServer(*BERLIN)
        self.questions = Questions()
        self.agent = None

    def configure(self, section=""):
        """GeoClue's file, with the stand-in as its server; it reads it as it starts."""
        before, line, after = self.conf.partition("[wifi]\n")
        with open(CONF, "w", encoding="utf-8") as out:
            out.write(f"{before}{line}url=http://127.0.0.1:{PORT}/v1/geolocate?key=geoclue\n{after}\n{section}")
        subprocess.run(["systemctl", "stop", "geoclue.service"], check=False)

    def start_agent(self):
        self.agent = self.calcifer.wearer.spawn(AGENT, log="/artefacts/agent.txt")

    def stop_agent(self):
        self.agent.terminate()
        self.agent.wait(20)

    def state(self):
        return self.calcifer.bus("get-property", "Service1", "Place")

    def status(self):
        return self.calcifer.bus("get-property", "Service1", "Status")

    def asked(self):
        """How often the daemon asked for a place."""
        return len(self.questions.of("GetClient"))

    def restart(self, later_s=0):
        self.calcifer.wearer.systemctl("stop", UNIT)
        if later_s:
            system.set_clock(time.time() + later_s)
        self.calcifer.wearer.systemctl("start", UNIT)

    def next_day(self, state, timeout_s=40):
        """Restarts it when a day is over, and waits until the place is in that state."""
        asked = self.asked()
        self.restart(DAY + 60)
        until(f"the place is {state}", lambda: self.state() == state, timeout_s)
        check.equal("a day later it asks once", self.asked(), asked + 1)

    def entered(self):
        return [value for value, in self.calcifer.rows("SELECT value FROM entry WHERE name = 'place' ORDER BY number")]


def believe_in_network():
    """GeoClue asks nobody without a default route."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "route", "add", "default", "dev", "lo"], check=True)


def off_until_asked_for(where):
    where.restart(HOUR)
    check.equal("nothing is followed unless its owner says so", where.state(), "off")
    check("GeoClue was not even started", system.unit_is("inactive", "geoclue.service"))
    check.equal("nobody was asked", (where.questions.of("GetClient"), where.server.asked), ([], []))


def found(where):
    told = where.calcifer.ctl("profile", "set", "place", "follow")
    check("whoever asks for it is told what that means", "names of nearby Wi-Fi" in told, told)
    until("GeoClue tells the place", lambda: where.state() == "found")
    until("it is entered", lambda: len(where.entered()) == 2)
    check.equal("the real GeoClue's place is entered, rounded to a tenth of a degree", where.entered(),
                ["follow", "52.5,13.4"])
    check.equal("the sun is reckoned for it", city(where.calcifer), (52, 13, "known"))
    said = {one["payload"]["data"][1]: one["payload"]["data"][2]["data"] for one in where.questions.of("Set")}
    check.equal("GeoClue was told who asks, and that a city is enough", said,
                {"DesktopId": "org.calciferd", "RequestedAccuracyLevel": 4})
    check.equal("its server was asked once", len(where.server.asked), 1)
    check("and no networks were named to it", "macAddress" not in where.server.asked[0], where.server.asked)
    until("it is let go", lambda: not in_use())
    print(f"   GeoClue asked its server: {where.server.asked[0]!r}")


def in_use():
    shown = subprocess.run(["busctl", "--json=short", "get-property", GEOCLUE, MANAGER, f"{GEOCLUE}.Manager", "InUse"],
                           stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(shown)["data"]


def once_a_day(where):
    where.restart()
    where.restart(20 * HOUR)
    check.equal("the place outlasts a restart", city(where.calcifer), (52, 13, "known"))
    check.equal("and is not asked for twice a day", (where.asked(), len(where.server.asked)), (1, 1))
    where.server.place = MUNICH
    where.next_day("found")
    until("it is entered", lambda: len(where.entered()) == 3)
    check.equal("who moved is elsewhere", where.entered()[-1], "48.1,11.6")
    where.next_day("found")
    check.equal("who stayed makes no entry", len(where.entered()), 3)


def refused(where):
    where.configure("[org.calciferd]\nallowed=false\nsystem=false\nusers=\n")
    where.next_day("refused")
    check("a refusal is told, with what can be done", "refuses to tell the place" in where.status(), where.status())
    check.equal("the place that was known stays", city(where.calcifer), (48, 12, "known"))
    where.configure()


def late_agent(where):
    """GeoClue 2.6 gives no client before the agent of the desktop is there, as after a login that takes its time."""
    where.stop_agent()
    asked = where.asked()
    where.restart(DAY + 60)
    until("it asks again", lambda: where.asked() == asked + 1)
    time.sleep(LOGIN_S)
    check.equal("without the desktop's agent there is no answer", where.state(), "asking")
    where.start_agent()
    until("the answer is heard when the agent has come", lambda: where.state() == "found")
    check.equal("and it was one question", where.asked(), asked + 1)


def absent(where):
    where.stop_agent()
    where.next_day("absent", 100)
    check("a desktop without an agent tells nothing", "tells no place" in where.status(), where.status())
    subprocess.run(["systemctl", "mask", "--runtime", "--now", "geoclue.service"], check=True)
    where.next_day("absent")
    check("that the service may not start is told", "tells no place" in where.status(), where.status())
    os.unlink(f"/usr/share/dbus-1/system-services/{GEOCLUE}.service")
    system.reload_bus()
    where.next_day("absent")
    check("that there is no service is told", "tells no place" in where.status(), where.status())
    check.equal("the place that was known stays", city(where.calcifer), (48, 12, "known"))
    shown = where.calcifer.wearer.as_user("calciferctl", "status").stdout
    check("the status tells it", "location service tells no place" in shown, shown)
    check("the daemon goes on", where.calcifer.is_active())


def by_hand(where):
    where.calcifer.ctl("profile", "set", "place", "45,9")
    until("it is followed no more", lambda: where.state() == "off")
    check.equal("a place by hand holds", city(where.calcifer), (45, 9, "known"))


def main():
    install()
    calcifer = Calcifer(account.create("wearer"))
    try:
        check.equal("timedated knows the zone", subprocess.run(
            ["timedatectl", "show", "--value", "-p", "Timezone"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip(), ZONE)
        system.set_clock(local_instant(7))
        calcifer.wearer.start_manager()
        calcifer.wearer.systemctl("enable", "--now", UNIT)
        seal_time_warp()
        journey(calcifer)
        wrong_clock(calcifer)
        believe_in_network()
        where = Whereabouts(calcifer)
        where.configure()
        off_until_asked_for(where)
        where.start_agent()
        for part in (found, once_a_day, refused, late_agent, absent, by_hand):
            part(where)
        where.questions.stop()
    finally:
        with open("/artefacts/calciferd.txt", "w", encoding="utf-8") as out:
            out.write(calcifer.wearer.journal(UNIT))
    print(f"{check.passed} checks passed")


if __name__ == "__main__":
    sys.exit(main())
