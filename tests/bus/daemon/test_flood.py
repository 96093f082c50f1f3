#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One client that calls without an end: others need not wait until it is served, and it is told when it is too much. And
one that never reads what it is answered. How long others wait is bench_flood.py's."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import unittest

from household import Gio, GLib, Household, programs_of, until

CALLS = 40
OURS = ("org.calciferd", "org.calciferd.Balance1", "GetDay")
LENGTHY = ("org.calciferd.Ledger1", "Food"), GLib.Variant("(ssxa{sv})", ("ab " * 5000, "", 0, {}))
LIMIT = "org.calciferd.Error.Limit"


class Flood(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)
        self.home.start()
        self.home.ctl("products", "add", "d", "d=1000IU")
        self.home.ctl("log", "take", "d")
        self.third = self.home.session_bus.connect()
        self.addCleanup(self.third.close_sync, None)

    def start(self, *words, **pipes):
        child = subprocess.Popen([FLOOD, *words], env=self.home.environment, text=True, **pipes)
        self.addCleanup(lambda: child.poll() is None and (child.kill(), child.wait()))
        return child

    def ask(self, target, calls=CALLS):
        """The median of what one waits for an answer, in microseconds."""
        return int(subprocess.run([FLOOD, "ask", *target, str(calls)], env=self.home.environment, capture_output=True,
                                  text=True, check=True, timeout=300).stdout)

    def under_flood(self, target, window, asked=CALLS, ahead_s=0.3):
        """(what one waits, how many calls the flood had answered, how many of them refused)."""
        flood = self.start("flood", *target, str(window), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        time.sleep(ahead_s)
        waited = self.ask(target, asked)
        told, _ = flood.communicate()
        calls, refused = (int(word) for word in told.split())
        return waited, calls, refused

    # -- What the flood is told

    def test_who_calls_too_much_is_told(self):
        _, calls, refused = self.under_flood(OURS, 512)
        self.assertGreater(refused, 0)
        self.assertGreater(calls, refused)
        _, calls, refused = self.under_flood(OURS, 48)
        self.assertEqual(refused, 0)
        self.assertEqual(self.home.rebuilt(), 0)

    def test_refusals_are_told_slowly(self):
        """So that who waits for answers calls no faster; 20 every tenth of a second, whatever the window."""
        start = time.monotonic()
        _, _, refused = self.under_flood(OURS, 4000, ahead_s=3)  # a busy machine is a while at so many calls
        self.assertGreater(refused, 0)
        self.assertLessEqual(refused, 20 * (1 + (time.monotonic() - start) / 0.1))

    def test_who_always_has_calls_waiting_does_not_have_all_the_time(self):
        """64 at once, and then one each 5 ms, and now and then the last of them all."""
        start = time.monotonic()
        _, calls, refused = self.under_flood(OURS, 48)
        self.assertEqual(refused, 0)
        self.assertLessEqual(calls, 64 + 48 + (time.monotonic() - start) / 0.005)

    def test_calls_that_want_no_answer_come_to_an_end_too(self):
        bus = self.home.session_bus.connect()
        self.addCleanup(bus.close_sync, None)
        for _ in range(150):
            call = Gio.DBusMessage.new_method_call("org.calciferd", "/org/calciferd", OURS[1], OURS[2])
            call.set_body(GLib.Variant("(s)", ("",)))
            call.set_flags(Gio.DBusMessageFlags.NO_REPLY_EXPECTED)
            bus.send_message(call, Gio.DBusSendMessageFlags.NONE)
            time.sleep(0.005)
        bus.flush_sync(None)
        until(lambda: self.answers(bus), 20, "an answer after 150 calls that wanted none")
        self.assertNotIn("WARNING", self.home.read_log())

    def answers(self, bus):
        try:
            bus.call_sync(*OURS[:1], "/org/calciferd", *OURS[1:], GLib.Variant("(s)", ("",)), None,
                          Gio.DBusCallFlags.NONE, 5000, None)
        except GLib.Error as error:
            self.assertEqual(Gio.dbus_error_get_remote_error(error), LIMIT)
            return False
        return True

    def call_often(self, connection, n, answers, who, member=OURS[1:], arguments=GLib.Variant("(s)", ("",))):
        """So many calls at once; each answer goes to the list as (who, which, the error's name)."""
        def on_answer(bus, result, number):
            try:
                bus.call_finish(result)
                answers.append((who, number, ""))
            except GLib.Error as error:
                answers.append((who, number, Gio.DBusError.get_remote_error(error)))

        for number in range(n):
            connection.call(OURS[0], "/org/calciferd", *member, arguments, None,
                            Gio.DBusCallFlags.NONE, 60000, None, on_answer, number)
        connection.flush_sync(None)

    def while_it_sleeps(self, *groups):
        """What came of calls that all arrived before the daemon looked at the first of them, in the order of answers. It
        reads them while it is busy with a lengthy one."""
        answers = []
        self.home.daemon.send_signal(signal.SIGSTOP)
        self.call_often(self.third, 1, [], None, *LENGTHY)
        for who, (connection, n, *what) in enumerate(groups):
            self.call_often(connection, n, answers, who, *what)
            time.sleep(0.2)
        self.home.daemon.send_signal(signal.SIGCONT)
        until(lambda: len(answers) == sum(n for _, n, *_ in groups), 60, "all answers")
        return answers

    def assert_served_early(self, other, *what):
        """The last one to call is not the last one to be served. On a busy machine its call may come when most of the
        sixty are served already, so there are a few tries; where it had to wait for them none would do."""
        places = []
        while len(places) < 5 and not (places and places[-1] < 9):
            answers = self.while_it_sleeps((self.home.session, 60, *what), (other, 1, *what))
            self.assertEqual({error for _, _, error in answers}, {""})
            places.append(answers.index((1, 0, "")))
        self.assertLess(places[-1], 9, f"{what}: {places}")

    def test_others_are_served_in_between(self):
        other = self.home.session_bus.connect()
        self.addCleanup(other.close_sync, None)
        self.assert_served_early(other)

    def test_properties_and_objects_stand_in_the_same_line(self):
        other = self.home.session_bus.connect()
        self.addCleanup(other.close_sync, None)
        everything = ("org.freedesktop.DBus.Properties", "GetAll"), GLib.Variant("(s)", (OURS[1],))
        for what in (everything,
                     (("org.freedesktop.DBus.Properties", "Get"), GLib.Variant("(ss)", ("org.calciferd.Service1", "Version"))),
                     (("org.freedesktop.DBus.ObjectManager", "GetManagedObjects"), None)):
            self.assert_served_early(other, *what)
        # What one calls and then reads is read as it is behind that.
        answers = self.while_it_sleeps((self.home.session, 30), (self.home.session, 1, *everything))
        self.assertEqual(answers[-1], (1, 0, ""))

    def test_who_is_refused_too_is_told_in_his_turn(self):
        other = self.home.session_bus.connect()
        self.addCleanup(other.close_sync, None)
        answers = self.while_it_sleeps((self.home.session, 464), (other, 300))
        refused = [who for who, _, error in answers if error]
        self.assertGreater(refused.count(0), 250)
        self.assertLess(refused.index(1), refused.count(0) / 2, "whom a flood came before was told last")

    def test_calls_are_answered_in_their_order(self):
        answers = self.while_it_sleeps((self.home.session, 300))
        done = [number for _, number, error in answers if not error]
        self.assertEqual(done, sorted(done))
        self.assertEqual({error for _, _, error in answers}, {"", LIMIT})
        self.assertGreaterEqual(len(done), 64)
        self.assertEqual(done[:64], list(range(64)))

    # -- Who never reads

    def deaf(self):
        """A connection of the bus that is written to and never read."""
        address = re.search(r"path=([^,]+)", self.home.session_bus.address)[1]
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(line.close)
        line.connect(address)
        line.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        self.assertTrue(line.recv(200).startswith(b"OK "))
        line.sendall(b"BEGIN\r\n")
        line.sendall(self.message(1, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello"))
        line.settimeout(0.5)
        return line

    def message(self, serial, name, path, interface, method, body=None):
        message = Gio.DBusMessage.new_method_call(name, path, interface, method)
        message.set_serial(serial)
        if body is not None:
            message.set_body(body)
        return bytes(message.to_blob(Gio.DBusCapabilityFlags.NONE))

    def resident_kib(self):
        with open(f"/proc/{self.home.daemon.pid}/status", encoding="utf-8") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])

    def test_who_never_reads(self):
        """What it is answered waits at the bus and not in the daemon, and what it calls is refused before it is kept."""
        before, line, sent = self.resident_kib(), self.deaf(), 0
        end = time.monotonic() + 3
        try:
            while time.monotonic() < end:
                line.sendall(b"".join(self.message(2 + sent + i, OURS[0], "/org/calciferd", OURS[1], OURS[2],
                                                   GLib.Variant("(s)", ("",))) for i in range(50)))
                sent += 50
        except (TimeoutError, BrokenPipeError, ConnectionResetError):
            pass
        self.assertGreater(sent, 100)
        self.ask(OURS)
        grown = self.resident_kib() - before
        print(f"{sent} calls sent, no answer read: the daemon grew by {grown} KiB", flush=True)
        self.assertLess(grown, 6 * 1024 * (32 if "ASAN_OPTIONS" in os.environ else 1))


if __name__ == "__main__":
    PROGRAMS, FLOOD = programs_of(sys.argv), sys.argv[5]
    unittest.main(argv=sys.argv[:1] + sys.argv[6:], verbosity=2)
