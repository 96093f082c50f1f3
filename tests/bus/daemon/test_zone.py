#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Time zones as the desktop's timedate1 tells of them, played by the test: each is an entry, and a traveller loses
no hour of sun and has none twice."""

import datetime
import json
import os
import sqlite3
import sys
import unittest

from household import Gio, GLib, Household, programs_of, until

XML = """<node><interface name="org.freedesktop.timedate1"><property name="Timezone" type="s" access="read"/>
<property name="NTPSynchronized" type="b" access="read"/></interface></node>"""
PATH = "/org/freedesktop/timedate1"
BEGIN = datetime.datetime(2026, 6, 15, 6, tzinfo=datetime.timezone.utc)  # 08:00 in Berlin
HOUR = 3600
UVI = 2
SED_AN_HOUR = 0.9 * UVI  # 90 J/m2 for each unit of the index


class Timedate:
    def __init__(self, bus, zone):
        self.bus, self.zone = bus, zone
        bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], None, self.on_get, None)
        bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                      GLib.Variant("(su)", ("org.freedesktop.timedate1", 4)), None, Gio.DBusCallFlags.NONE, -1, None)

    def on_get(self, _bus, _sender, _path, _interface, name):
        return GLib.Variant("s", self.zone) if name == "Timezone" else GLib.Variant("b", True)

    def travel(self, zone):
        self.zone = zone
        self.bus.emit_signal(None, PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                             GLib.Variant("(sa{sv}as)", ("org.freedesktop.timedate1",
                                                         {"Timezone": GLib.Variant("s", zone)}, [])))


class Zone(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False, at=int(BEGIN.timestamp()))
        self.addCleanup(self.home.close)
        self.system = self.home.system_bus.connect()
        self.addCleanup(self.system.close_sync, None)

    def zones(self):
        with sqlite3.connect(f"file:{self.home.ledger}?mode=ro", uri=True) as ledger:
            return [value.split()[0] for value, in ledger.execute(
                "SELECT value FROM entry WHERE kind = 27 ORDER BY number")]

    def begin(self, zone):
        """After a first start in Berlin, so that it has always been there; then the machine's own zone is asked for."""
        self.home.start()
        self.home.stop()
        del self.home.environment["TZ"]
        self.timedate = Timedate(self.system, zone)
        self.home.start()
        until(lambda: self.zones()[-1:] == [zone], 10, "the zone of the start")

    def travel(self, zone):
        self.timedate.travel(zone)
        until(lambda: self.zones()[-1] == zone, 10, "the entry of " + zone)

    def shine(self, since, until_):
        """Sun by hand from one hour after the beginning to another, both told with an offset."""
        at = BEGIN + datetime.timedelta(hours=since)
        self.home.ctl("log", "sun", str(60 * (until_ - since)), "--uvi", str(UVI), "--at", f"{at:%Y-%m-%dT%H:%M}+00:00")

    def days(self):
        """Date to SED."""
        days = json.loads(self.home.ctl("history", "--json", "--from", "2026-06-10", "--to", self.home.status()["date"]))
        return {day["date"]: day["erythema"]["sed"] for day in days}

    def test_each_zone_is_one_entry(self):
        self.begin("Europe/Berlin")
        known = len(self.zones())
        self.timedate.travel("Europe/Berlin")
        self.travel("Asia/Tokyo")
        self.assertEqual(self.zones()[known:], ["Asia/Tokyo"])
        self.assertAlmostEqual(json.loads(self.home.ctl("plan", "--json"))["longitude"], 139.7, delta=0.1)
        self.travel("America/Los_Angeles")
        self.assertEqual(self.zones()[known:], ["Asia/Tokyo", "America/Los_Angeles"])

    def test_the_sessions_own_zone_stands_above_it(self):
        self.timedate = Timedate(self.system, "Asia/Tokyo")
        self.home.start()
        self.timedate.travel("America/Los_Angeles")
        self.home.stop()
        self.home.start()
        self.home.ctl("log", "done")
        self.assertEqual(self.zones(), ["Europe/Berlin"])

    def test_the_first_zone_held_before_it_was_told(self):
        """The half hour that ends with the very first start is looked for in the city of the zone."""
        self.home.start()
        self.home.ctl("log", "sun", "30", "--sky", "clear", "--at", f"{BEGIN - datetime.timedelta(hours=1):%Y-%m-%dT%H:%M}Z")
        by_city = self.days()["2026-06-15"]
        self.assertEqual(self.home.status()["place"], "city")
        self.home.ctl("profile", "set", "place", "52.50,13.37", "--since", "always")
        self.assertGreater(by_city, 0.1)
        self.assertEqual(self.days()["2026-06-15"], by_city)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_the_zone_for_now_is_the_machines(self):
        """Whoever takes it back, or brings another from elsewhere, changes what was: a restart changes no number."""
        self.home.start()
        self.home.ctl("log", "sun", "30", "--sky", "clear", "--at", f"{BEGIN - datetime.timedelta(hours=1):%Y-%m-%dT%H:%M}Z")
        before = self.home.status()
        self.assertEqual(before["place"], "city")
        self.home.ctl("undo", "1")
        self.assertEqual(self.zones(), ["Europe/Berlin"] * 2)
        self.assertEqual(self.home.status()["vitamin_d"], before["vitamin_d"])
        self.home.wait(HOUR)
        lines = os.path.join(self.home.home, "lines")
        with open(lines, "w", encoding="utf-8") as file:
            file.write('{"kind":"zone","at":"%s","value":"Asia/Tokyo 35.65 139.74"}\n'
                       % f"{BEGIN + datetime.timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}")
        self.home.ctl("import", lines)
        self.assertEqual(self.zones()[2:], ["Asia/Tokyo", "Europe/Berlin"])
        before = self.home.status()
        self.home.stop()
        self.home.start()
        self.assertEqual(self.home.status()["vitamin_d"], before["vitamin_d"])
        self.assertEqual(len(self.zones()), 4)

    def test_no_hour_of_sun_is_lost_or_doubled(self):
        self.begin("Europe/Berlin")
        self.shine(-12, 0)
        self.assertAlmostEqual(self.days()["2026-06-14"], 4 * SED_AN_HOUR)  # 20:00 to midnight in Berlin
        self.assertAlmostEqual(self.days()["2026-06-15"], 8 * SED_AN_HOUR)
        self.travel("Asia/Tokyo")  # 15:00, the same date
        self.home.wait(10 * HOUR)
        self.home.ctl("log", "done")  # any event makes the daemon look at the clock
        self.shine(0, 10)
        self.assertAlmostEqual(self.days()["2026-06-16"], 1 * SED_AN_HOUR)  # it is one in the morning
        self.travel("America/Los_Angeles")  # 09:00 of the day before
        self.home.wait(20 * HOUR)
        self.home.ctl("log", "done")
        self.shine(10, 20)
        self.shine(20, 30)
        days = self.days()
        self.assertAlmostEqual(sum(days.values()), 42 * SED_AN_HOUR)
        self.assertEqual(self.home.status()["date"], "2026-06-16")
        self.assertAlmostEqual(days["2026-06-14"], 4 * SED_AN_HOUR)
        self.assertEqual(self.home.rebuilt(), 0)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
