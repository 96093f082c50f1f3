#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Following the desktop's position, with a GeoClue that the test plays on the private system bus."""

import json
import sqlite3
import sys
import time
import unittest

from household import Gio, GLib, Household, programs_of, pump, until

XML = """<node>
<interface name="org.freedesktop.GeoClue2.Manager"><method name="GetClient"><arg type="o" direction="out"/></method></interface>
<interface name="org.freedesktop.GeoClue2.Client"><method name="Start"/><method name="Stop"/>
<property name="DesktopId" type="s" access="readwrite"/>
<property name="RequestedAccuracyLevel" type="u" access="readwrite"/>
<signal name="LocationUpdated"><arg type="o"/><arg type="o"/></signal></interface>
<interface name="org.freedesktop.GeoClue2.Location"><property name="Latitude" type="d" access="read"/>
<property name="Longitude" type="d" access="read"/></interface></node>"""
ROOT = "/org/freedesktop/GeoClue2"


class GeoClue:
    def __init__(self, bus, latitude, longitude, refuses=False, babbles=False):
        self.bus, self.place, self.refuses = bus, {"Latitude": latitude, "Longitude": longitude}, refuses
        self.babbles = babbles
        self.said, self.calls = {}, []
        node = Gio.DBusNodeInfo.new_for_xml(XML)
        for path, interface in (("/Manager", node.interfaces[0]), ("/Client/1", node.interfaces[1]),
                                ("/Client/1/Location/0", node.interfaces[2])):
            bus.register_object(ROOT + path, interface, self.on_call, self.on_get, self.on_set)
        bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                      GLib.Variant("(su)", ("org.freedesktop.GeoClue2", 4)), None, Gio.DBusCallFlags.NONE, -1, None)

    def on_call(self, _bus, _sender, _path, _interface, method, _arguments, invocation):
        self.calls.append(method)
        if method == "GetClient":
            invocation.return_value(GLib.Variant("(o)", (ROOT + "/Client/1",)))
        elif method == "Start" and self.refuses:
            invocation.return_dbus_error("org.freedesktop.DBus.Error.AccessDenied", "not to you")
        else:
            invocation.return_value(None)
        if method == "Start" and self.babbles:
            self.bus.emit_signal(None, ROOT + "/Client/1", "org.freedesktop.GeoClue2.Client", "LocationUpdated",
                                 GLib.Variant("(s)", ("here",)))
        if method == "Start" and not self.refuses:
            self.bus.emit_signal(None, ROOT + "/Client/1", "org.freedesktop.GeoClue2.Client", "LocationUpdated",
                                 GLib.Variant("(oo)", ("/", ROOT + "/Client/1/Location/0")))

    def on_get(self, _bus, _sender, _path, _interface, name):
        return GLib.Variant("d", self.place[name])

    def on_set(self, _bus, _sender, _path, _interface, name, value):
        self.said[name] = value.unpack()
        return True


class Place(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False, at=int(time.time()))
        self.addCleanup(self.home.close)
        self.system = self.home.system_bus.connect()
        self.addCleanup(self.system.close_sync, None)

    def state(self):
        return self.home.property("Service1", "Place")

    def told(self):
        status = self.home.status()
        return status["place"], status["place_service"]

    def follow(self):
        text = self.home.ctl("profile", "set", "place", "follow")
        self.assertIn("names of nearby Wi-Fi", text)

    def restart_after(self, seconds):
        self.home.stop()
        self.home.wait(seconds)
        self.home.start()

    def questions(self, geoclue):
        """How often it was asked, when whoever is about to ask has done so."""
        end = time.monotonic() + 2
        while time.monotonic() < end:
            pump()
            time.sleep(0.02)
        return geoclue.calls.count("GetClient")

    def test_off_until_asked_for_then_rounded_and_coarse(self):
        geoclue = GeoClue(self.system, 52.5217, 13.4132)
        self.home.start()
        self.assertEqual(self.state(), "off")
        self.assertIn("place", self.home.status()["assumed"])
        self.assertEqual(self.told(), ("city", "off"))
        self.assertEqual(geoclue.calls, [])
        self.follow()
        until(lambda: self.state() == "found", 10, "the place")
        until(lambda: "place" not in self.home.status()["assumed"], 10, "the entry")
        self.assertEqual(self.told(), ("known", "found"))
        self.assertIn("as the desktop's location service tells it", self.home.ctl("status"))
        self.assertIsNone(self.home.status("--date", self.home.status()["date"])["place_service"])
        self.assertEqual(geoclue.said, {"DesktopId": "org.calciferd", "RequestedAccuracyLevel": 4})
        until(lambda: "Stop" in geoclue.calls, 10, "the rest")
        self.assertEqual(self.entered(), ["follow", "52.5,13.4"])
        self.home.stop()
        self.home.start()
        until(lambda: self.state() == "found", 10, "the state after a restart")
        self.assertEqual(self.questions(geoclue), 1)  # at most daily, whatever restarts
        self.restart_after(20 * 3600)
        self.assertEqual(self.questions(geoclue), 1)
        self.restart_after(5 * 3600)
        self.assertEqual(self.questions(geoclue), 2)
        self.home.ctl("profile", "set", "place", "45,9")
        until(lambda: self.state() == "off", 10, "that it lets go")

    def entered(self):
        with sqlite3.connect(f"file:{self.home.ledger}?mode=ro", uri=True) as ledger:
            return [value for value, in ledger.execute("SELECT value FROM entry WHERE name = 'place' ORDER BY number")]

    def test_who_stays_at_home_does_not_move_each_day(self):
        geoclue = GeoClue(self.system, 52.5449, 13.4132)
        self.home.start()
        self.follow()
        until(lambda: "place" not in self.home.status()["assumed"], 10, "the entry")
        for place, entered in (({"Latitude": 52.58, "Longitude": 13.46}, ["follow", "52.5,13.4"]),
                               ({"Latitude": 52.58, "Longitude": 13.56}, ["follow", "52.5,13.4", "52.6,13.6"])):
            geoclue.place = place
            asked = geoclue.calls.count("Stop")
            self.restart_after(25 * 3600)
            until(lambda: geoclue.calls.count("Stop") > asked, 10, "the answer of the next day")
            until(lambda: self.state() == "found", 10, "the state")
            self.assertEqual(self.entered(), entered)

    def longitude(self):
        return json.loads(self.home.ctl("plan", "--json"))["longitude"]

    def test_whoever_changes_their_mind_asks_nobody_twice_a_day(self):
        geoclue = GeoClue(self.system, 52.5217, 13.4132)
        self.home.start()
        self.follow()
        until(lambda: self.longitude() == 13.4, 10, "the place")
        self.home.ctl("profile", "set", "place", "45,9")
        self.assertEqual((self.state(), self.longitude()), ("off", 9))
        self.home.stop()
        self.home.start()
        geoclue.place["Longitude"] = 11.5
        self.follow()
        until(lambda: self.state() == "found", 10, "what was answered today")
        until(lambda: self.longitude() == 13.4, 10, "that it counts again")
        self.assertEqual(self.questions(geoclue), 1)
        self.home.ctl("profile", "set", "place", "45,9")
        self.restart_after(25 * 3600)
        self.assertEqual((self.state(), self.questions(geoclue)), ("off", 1))
        self.follow()
        until(lambda: self.longitude() == 11.5, 10, "the place of the next day")
        self.assertEqual(self.questions(geoclue), 2)

    def test_refusal_is_an_answer(self):
        geoclue = GeoClue(self.system, 1, 1, refuses=True)
        self.home.start()
        self.follow()
        until(lambda: self.state() == "refused", 10, "the refusal")
        self.assertIn("place", self.home.status()["assumed"])
        self.assertIn("refuses", self.home.property("Service1", "Status"))
        self.assertEqual(self.told(), ("city", "refused"))
        self.assertIn("location service refuses to tell the place", self.home.ctl("status"))
        self.home.stop()
        self.home.start()
        until(lambda: self.state() == "refused", 10, "that it is told also after a restart")
        self.assertIn("refuses", self.home.property("Service1", "Status"))
        self.assertEqual(self.questions(geoclue), 1)

    def test_what_is_no_signal_of_it_is_passed_over(self):
        GeoClue(self.system, 52.5217, 13.4132, babbles=True)
        self.home.start()
        self.follow()
        until(lambda: self.state() == "found", 10, "the place")

    def test_a_place_that_is_none(self):
        GeoClue(self.system, 91, 13)
        self.home.start()
        self.follow()
        until(lambda: self.state() == "absent", 10, "the absence")
        self.assertIn("place", self.home.status()["assumed"])

    def test_absence_is_an_answer(self):
        self.home.start()
        self.follow()
        until(lambda: self.state() == "absent", 10, "the absence")
        self.assertIn("place", self.home.status()["assumed"])
        self.assertIn("no place", self.home.property("Service1", "Status"))
        self.assertEqual(self.told(), ("city", "absent"))
        self.assertIn("location service tells no place", self.home.ctl("status"))


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
