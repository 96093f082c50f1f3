#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who is told each reading of a tag as it comes: who asked, for as long as it wants."""

import itertools
import sys
import unittest

from household import Gio, GLib, Household, options, programs_of, pump, until

NAME, ROOT, TAGS = "org.calciferd", "/org/calciferd", "org.calciferd.Tags1"
TAG = "C0:FF:EE:00:00:01"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
MOST = 16  # CAL_BUS_LISTENERS_MAX


class Client:
    def __init__(self, home):
        self.bus, self.heard = home.session_bus.connect(), []
        self.bus.signal_subscribe(NAME, TAGS, "Reading", None, None, Gio.DBusSignalFlags.NONE,
                                  lambda *signal: self.heard.append(signal[5].unpack()))
        self.call("org.freedesktop.DBus", "/", "org.freedesktop.DBus.Peer", "Ping")  # the subscription is in force

    def call(self, name, path, interface, method):
        return self.bus.call_sync(name, path, interface, method, None, None, Gio.DBusCallFlags.NONE, 60000, None)

    def ask(self, method):
        """The error's name; "" when there is none."""
        try:
            self.call(NAME, ROOT, TAGS, method)
            return ""
        except GLib.Error as error:
            return Gio.DBusError.get_remote_error(error)

    def leave(self):
        self.bus.close_sync(None)


class Readings(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS)
        self.addCleanup(self.home.close)
        self.home.start()
        self.home.simulator.control.AddBroadcaster(TAG, options(name="tag"))
        self.numbers = itertools.count(1)
        adopting = self.home.begin("tags", "adopt", TAG)
        until(lambda: self.shine() and adopting.poll() is not None, 30, "the adoption")

    def client(self):
        client = Client(self.home)
        self.addCleanup(lambda: client.bus.is_closed() or client.leave())
        return client

    def shine(self):
        """The next packet, of which no two are alike; returns the UV index in it."""
        number = next(self.numbers)
        self.home.simulator.control.Advertise(TAG, BTHOME_UUID, bytes([0x44, 0x00, number % 256, 0x46, number % 90]))
        pump()
        return number % 90 / 10 or 9.9

    def until_heard(self, client):
        before = len(client.heard)
        until(lambda: self.shine() and len(client.heard) > before, 20, "a reading")

    def test_who_asked_alone(self):
        one, other, deaf = self.client(), self.client(), self.client()
        self.assertEqual((one.ask("StartReadings"), other.ask("StartReadings"), other.ask("StartReadings")), ("", "", ""))
        self.until_heard(one)
        self.until_heard(other)
        self.assertEqual({address for address, _ in one.heard}, {TAG})
        self.assertEqual((one.ask("StopReadings"), one.ask("StopReadings")), ("", ""))
        pump()
        told = len(one.heard)
        self.until_heard(other)
        self.until_heard(other)
        self.assertEqual(len(one.heard), told)
        self.assertEqual(len(other.heard), len({index for _, index in other.heard}))  # asking twice tells once
        self.assertEqual(deaf.heard, [])
        self.assertEqual(one.ask("StartReadings"), "")
        self.until_heard(one)

    def test_an_end_to_how_many(self):
        clients = [self.client() for _ in range(MOST)]
        self.assertEqual({client.ask("StartReadings") for client in clients}, {""})
        late = self.client()
        self.assertEqual(late.ask("StartReadings"), "org.calciferd.Error.Limit")
        self.assertEqual(clients[1].ask("StartReadings"), "")  # it is among them
        self.until_heard(clients[1])
        self.assertEqual(late.heard, [])
        clients[0].leave()
        until(lambda: late.ask("StartReadings") == "", 10, "the place of who left")
        self.until_heard(late)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
