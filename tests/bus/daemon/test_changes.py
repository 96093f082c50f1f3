#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How changes of properties are told: of many at once a few signals, the last with what holds then, and none missed."""

import itertools
import json
import os
import sys
import time
import unittest

from household import Gio, GLib, Household, options, programs_of, pump, until

NAME, ROOT, PROPERTIES = "org.calciferd", "/org/calciferd", "org.freedesktop.DBus.Properties"
MANY, WINDOW = 200, 50
EVERY_S = 0.1  # CAL_BUS_TELL_EVERY_MS
MEASURED_EVERY_S = 10  # TELL_EVERY_MS of daemon/app/measured.c
STORM = 200
STREAM_S = 14
BUTTON, TAG = "54:48:E6:8F:80:A5", "C0:FF:EE:00:00:01"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"


class Follower:
    """A panel that reads everything once, and from then on believes signals alone."""

    def __init__(self, home):
        self.home, self.signals, self.repeated = home, [], []
        self.bus = home.session
        self.bus.signal_subscribe(NAME, None, None, None, None, Gio.DBusSignalFlags.NONE, self.on_signal)
        self.known = {(path, interface): properties for path, interface, properties in self.all()}

    def all(self):
        """What the daemon answers to who asks."""
        root = self.bus.call_sync(NAME, ROOT, "org.freedesktop.DBus.Introspectable", "Introspect", None, None,
                                  Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
        for interface in Gio.DBusNodeInfo.new_for_xml(root).interfaces:
            if interface.name.startswith(NAME) and interface.properties:
                yield ROOT, interface.name, self.home.properties(interface.name.removeprefix(NAME + "."))
        for path, interfaces in self.home.managed().items():
            for interface, properties in interfaces.items():
                yield path, interface, properties

    def on_signal(self, _bus, _sender, path, interface, name, arguments):
        told = arguments.unpack()
        if interface == PROPERTIES:
            before = self.known.get((path, told[0]), {})
            self.repeated += [(told[0], one) for one, value in told[1].items() if before.get(one) == value]
            self.known.setdefault((path, told[0]), {}).update(told[1])
            self.signals.append((path, told[0].removeprefix(NAME + ".")))
        elif name == "InterfacesAdded":
            self.known |= {(told[0], one): properties for one, properties in told[1].items()}
        elif name == "InterfacesRemoved":
            for one in told[1]:
                self.known.pop((told[0], one), None)

    def wrong(self):
        """What it takes for true and is not so, as (path, interface, property, known, so)."""
        so = {(*at, name): value for *at, properties in self.all() for name, value in properties.items()}
        known = {(*at, name): value for at, properties in self.known.items() for name, value in properties.items()}
        return [(*at, known.get(at), so.get(at)) for at in sorted(known.keys() | so.keys()) if known.get(at) != so.get(at)]

    def is_right(self):
        return not self.wrong()

    def count(self, interface):
        return sum(one == interface for _, one in self.signals)


class Changes(unittest.TestCase):
    def start(self, **more):
        self.home = Household(PROGRAMS, **more)
        self.addCleanup(self.home.close)
        self.home.start()

    def burst(self, member, signature, arguments):
        """Calls many times, with as many on their way at once as one caller may have; returns how long it took."""
        under_way, failed = [0], []

        def on_answer(bus, result):
            under_way[0] -= 1
            try:
                bus.call_finish(result)
            except GLib.Error as error:
                failed.append(error.message)
        start = time.monotonic()
        interface, method = member.split(".")
        for number in range(MANY):
            until(lambda: under_way[0] < WINDOW, 60, "an answer")
            under_way[0] += 1
            self.home.session.call(NAME, ROOT, f"{NAME}.{interface}", method, GLib.Variant(signature, arguments(number)),
                                   None, Gio.DBusCallFlags.NONE, 60000, None, on_answer)
        until(lambda: under_way[0] == 0, 60, "the answers")
        self.assertEqual(failed, [])
        return time.monotonic() - start

    def hold(self, follower, took_s, *interfaces):
        """No more signals than fit, and after them the follower knows what is so."""
        time.sleep(4 * EVERY_S)
        pump()
        most = took_s / EVERY_S + 5
        for interface in interfaces:
            self.assertGreater(follower.count(interface), 0, interface)
            self.assertLess(follower.count(interface), most, f"{interface} in {took_s:.2f} s")
        try:
            until(follower.is_right, 10, "what the panel knows")
        except AssertionError as late:
            raise AssertionError(f"it knows otherwise: {follower.wrong()}") from late

    def test_many_entries_at_once(self):
        self.start(simulator=False)
        self.home.ctl("products", "add", "d", "d=1000IU")
        follower = Follower(self.home)
        took_s = self.burst("Ledger1.Take", "(sdxa{sv})", lambda _: ("d", 1, 0, {}))
        self.hold(follower, took_s, "Balance1", "Alerts1")
        self.assertEqual(follower.known[ROOT, NAME + ".Balance1"]["VitaminD"]["supplement_iu"], 1000 * MANY)
        print(f"{MANY} entries in {took_s:.2f} s: {follower.count('Balance1')} signals of Balance1")

    def test_only_what_changed_is_told(self):
        """A pill moves some of the day's numbers; the others are not told again, and nor are alerts and tags."""
        self.start(simulator=False)
        self.home.ctl("products", "add", "d", "d=1000IU")
        time.sleep(4 * EVERY_S)  # what that changed is told
        follower = Follower(self.home)
        self.home.ctl("log", "take", "d")
        until(lambda: follower.count("Balance1") > 0, 10, "the balance")
        self.hold(follower, 1, "Balance1")
        self.assertEqual(follower.repeated, [])

    def test_what_is_read_between_two_values(self):
        """One that goes back at once to what it was is told when somebody has seen the other meanwhile."""
        self.start(simulator=False)
        self.home.ctl("profile", "set", "threshold.tag-silent", "24")
        time.sleep(4 * EVERY_S)
        follower, answers = Follower(self.home), []

        def ask(interface, method, arguments, on_answer):
            self.home.session.call(NAME, ROOT, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 60000, None,
                                   lambda bus, result: answers.append(on_answer(bus.call_finish(result))))

        def note(reply):
            follower.known[ROOT, NAME + ".Profile1"] = reply.unpack()[0]
            return follower.known[ROOT, NAME + ".Profile1"]["Profile"]["threshold.tag-silent"]
        for hours in ("30", None, "24"):
            if hours:
                ask(NAME + ".Profile1", "Set", GLib.Variant("(ssx)", ("threshold.tag-silent", hours, 0)), lambda _: hours)
            else:
                ask(PROPERTIES, "GetAll", GLib.Variant("(s)", (NAME + ".Profile1",)), note)
        until(lambda: len(answers) == 3, 10, "the answers")
        self.assertIn("30", str(answers[1]))
        time.sleep(4 * EVERY_S)
        pump()
        self.assertEqual(follower.wrong(), [])

    def test_many_products_at_once(self):
        self.start(simulator=False)
        self.home.ctl("products", "add", "d", "d=1IU")
        follower = Follower(self.home)
        took_s = self.burst("Catalog1.EditProduct", "(sas)", lambda number: ("d", [f"d={number + 1}IU"]))
        self.hold(follower, took_s, "Catalog1")
        self.assertEqual(follower.known[ROOT, NAME + ".Catalog1"]["Products"][0]["contents"][0]["amount"], MANY)

    def test_many_presses_and_readings_at_once(self):
        """Of a button and of a sensor, as fast as BlueZ passes them on, which leaves some out."""
        self.start()
        sim = self.home.simulator.control
        self.home.ctl("products", "add", "d", "d=10IU")
        for address in (BUTTON, TAG):
            sim.AddBroadcaster(address, options(name="tag"))
            adopting = self.home.begin("tags", "adopt", address)
            until(lambda: sim.Advertise(address, BTHOME_UUID, bytes.fromhex("4400ff3a00")) or adopting.poll() is not None,
                  30, "the adoption")
        self.home.ctl("tags", "allow", BUTTON, "yes")
        self.home.ctl("tags", "map", BUTTON, "1", "d")
        follower = Follower(self.home)
        start = time.monotonic()
        for number in range(MANY):
            sim.Advertise(BUTTON, BTHOME_UUID, bytes([0x44, 0x00, number, 0x3a, 0x01]))
            sim.Advertise(TAG, BTHOME_UUID, bytes([0x44, 0x01, 100 - number % 50, 0x46, number % 90]))
        until(lambda: self.home.property("Balance1", "VitaminD")["supplement_iu"] > 0, 30, "a press")
        self.hold(follower, time.monotonic() - start, "Balance1")
        tags = sum(interface == "Tag1" for _, interface in follower.signals)
        self.assertLess(tags, 2 * ((time.monotonic() - start) / EVERY_S + 5))
        button = follower.known[ROOT + "/tag/" + BUTTON.replace(":", "_"), NAME + ".Tag1"]
        self.assertEqual(follower.known[ROOT, NAME + ".Balance1"]["VitaminD"]["supplement_iu"], 10 * button["Received"])

    def test_who_asks_as_soon_as_the_name_is_there(self):
        """Finds an object for each tag, with all that is so, and is told none of it again."""
        self.start()
        self.home.simulator.control.AddBroadcaster(BUTTON, options(name="tag"))
        adopting = self.home.begin("tags", "adopt", BUTTON)
        until(lambda: self.home.simulator.control.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400ff3a00"))
              or adopting.poll() is not None, 30, "the adoption")
        self.home.ctl("products", "add", "d", "d=10IU")
        self.home.ctl("log", "take", "d")
        self.home.stop()
        told = []
        self.home.session.signal_subscribe(None, PROPERTIES, "PropertiesChanged", ROOT, None, Gio.DBusSignalFlags.NONE,
                                           lambda *signal: told.append(signal[5].unpack()[0].removeprefix(NAME + ".")))
        self.home.wake()
        tag = self.home.properties("Tag1", ROOT + "/tag/" + BUTTON.replace(":", "_"))
        self.assertEqual((tag["Address"], tag["Role"]), (BUTTON, "buttons"))
        follower = Follower(self.home)
        self.assertEqual(follower.known[ROOT, NAME + ".Balance1"]["VitaminD"]["supplement_iu"], 10)
        time.sleep(4 * EVERY_S)
        until(follower.is_right, 10, "what the panel knows")
        self.assertNotIn("Catalog1", told)
        self.home.simulator.control.Block(0, True)
        until(lambda: "Service1" in told, 10, "what is told from then on")

    def readings(self):
        """Of all tags from here on, in a list that grows."""
        told = []
        self.home.session.signal_subscribe(NAME, NAME + ".Tags1", "Reading", None, None, Gio.DBusSignalFlags.NONE,
                                           lambda *signal: told.append(signal[5].unpack()[1]))
        self.home.call("Tags1", "StartReadings", None)
        return told

    def test_a_stream_of_readings(self):
        """What follows of them is told now and then, and in the end all of it; each of them by itself at once."""
        self.start()
        sim = self.home.simulator.control
        sim.AddBroadcaster(TAG, options(name="tag"))
        adopting = self.home.begin("tags", "adopt", TAG)
        packet = iter(range(1, 1000))

        def shine():
            number = next(packet)
            sim.Advertise(TAG, BTHOME_UUID, bytes([0x44, 0x00, number % 256, 0x46, number % 90]))
        until(lambda: shine() or adopting.poll() is not None, 30, "the adoption")
        until(lambda: shine() or self.home.tag(TAG)["received"] > 0, 30, "a first sample")
        follower, readings = Follower(self.home), self.readings()
        start = time.monotonic()
        while time.monotonic() < start + STREAM_S:
            shine()
            time.sleep(0.1)
            pump()
        for interface in ("Tag1", "Balance1"):
            self.assertGreater(follower.count(interface), 0, interface)
            self.assertLess(follower.count(interface), (time.monotonic() - start) / MEASURED_EVERY_S + 3, interface)
        self.assertGreater(len(readings), 4 * follower.count("Tag1"))
        until(follower.is_right, 20, "what the panel knows")

    def test_a_storm_in_the_name_of_a_tag(self):
        """Whoever sends more readings than anybody sees does not flood the session bus. What BlueZ passes on is received."""
        self.start()
        sim = self.home.simulator.control
        sim.AddBroadcaster(TAG, options(name="tag"))
        adopting = self.home.begin("tags", "adopt", TAG)

        def shine(number):
            sim.Advertise(TAG, BTHOME_UUID, bytes([0x44, 0x00, number % 256, 0x46, number % 90]))
            return True
        numbers = itertools.count(1)  # what was said before the tag was ours is nothing new when it is said again
        until(lambda: shine(next(numbers)) and adopting.poll() is not None, 30, "the adoption")
        until(lambda: shine(next(numbers)) and self.home.tag(TAG)["received"] > 0, 30, "a first sample")
        readings, start = self.readings(), time.monotonic()
        before = self.home.tag(TAG)["received"]
        for number in itertools.islice(numbers, STORM):
            shine(number)
            time.sleep(0.005)
            pump()
        took_s = time.monotonic() - start
        until(lambda: self.home.tag(TAG)["received"] >= before + STORM / 2, 30, "what was sent")
        pump()
        self.assertGreater(len(readings), 2)
        self.assertLess(len(readings), 10 * took_s + 2)
        self.assertLess(len(readings), STORM / 4)

    def test_work_in_many_steps(self):
        """A job's progress is told no more often, and its end at once."""
        self.start(simulator=False)
        file = os.path.join(self.home.home, "many")
        at = int(time.time()) - 86400
        with open(file, "w", encoding="utf-8") as whole:
            for number in range(5000):
                stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at + number))
                whole.write(json.dumps({"kind": "take", "at": stamp, "name": "d", "value": "1"}) + "\n")
        follower = Follower(self.home)
        start = time.monotonic()
        files = Gio.UnixFDList.new()
        with open(file, "rb") as whole:
            files.append(whole.fileno())
        job = self.home.session.call_with_unix_fd_list_sync(
            NAME, ROOT, NAME + ".Ledger1", "Import", GLib.Variant("(hb)", (0, False)), None, Gio.DBusCallFlags.NONE, -1,
            files, None)[0].unpack()[0]
        until(lambda: follower.known.get((job, NAME + ".Job1"), {}).get("Done"), 60, "the import")
        self.hold(follower, time.monotonic() - start, "Job1")
        self.assertEqual(follower.known[job, NAME + ".Job1"]["Result"]["fresh"], 5000)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
