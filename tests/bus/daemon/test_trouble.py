#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is missing, locked, damaged or wrong is said in one line, and nothing that was accepted is lost."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import unittest

from gi.repository import Gio, GLib

from household import Household, programs_of, until


class Trouble(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)

    def start_in_vain(self, **environment):
        result = subprocess.run([PROGRAMS["daemon"]], env={**self.home.environment, **environment}, text=True,
                                capture_output=True, timeout=30)
        self.assertNotEqual(result.returncode, 0)
        return result.stderr

    def test_no_session_bus(self):
        line = self.start_in_vain(DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus")
        self.assertIn("no session bus", line)
        result = self.home.run("status", environment={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"})
        self.assertEqual(result.returncode, 1)
        self.assertIn("no session bus", result.stderr)

    def test_no_daemon(self):
        result = self.home.run("status")
        self.assertEqual(result.returncode, 1)
        self.assertIn("systemctl --user enable --now calciferd", result.stderr)

    def test_a_word_starts_no_daemon(self):
        for word, status in (("--version", 0), ("--help", 0), ("start", 2)):
            with self.subTest(word):
                result = subprocess.run([PROGRAMS["daemon"], word], env=self.home.environment, text=True, capture_output=True,
                                        timeout=30)
                self.assertEqual(result.returncode, status)
                self.assertIn("takes no arguments", result.stdout)
        self.assertFalse(os.path.exists(self.home.ledger))

    def test_no_system_bus_and_no_bluez(self):
        self.home.environment["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent/bus"
        self.home.start()
        result = self.home.run("tags", "scan")
        self.assertEqual(result.returncode, 1)
        self.assertIn("system bus", result.stderr)
        self.assertEqual(self.home.status()["tags"], [])

    def test_bluez_absent(self):
        self.home.start()
        result = self.home.run("tags", "scan", "--seconds", "1")
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("BlueZ", result.stderr)

    def test_the_notification_server_comes_and_goes(self):
        home = self.home.start()
        self.assertFalse(home.property("Service1", "Notifications"))
        server = home.session_bus.connect()
        interface = Gio.DBusNodeInfo.new_for_xml(
            "<node><interface name='org.freedesktop.Notifications'><method name='GetCapabilities'>"
            "<arg type='as' direction='out'/></method></interface></node>").interfaces[0]
        server.register_object("/org/freedesktop/Notifications", interface,
                               lambda *call: call[-1].return_value(GLib.Variant("(as)", ([],))), None, None)
        owner = Gio.bus_own_name_on_connection(server, "org.freedesktop.Notifications", 0, None, None)
        self.seen(home, True)
        Gio.bus_unown_name(owner)
        self.seen(home, False)

    def seen(self, home, wanted):
        def holds():
            while GLib.MainContext.default().iteration(False):
                pass
            return home.property("Service1", "Notifications") == wanted
        until(holds, 10, f"Notifications is {wanted}")

    def test_two_daemons(self):
        self.home.start()
        line = self.start_in_vain()
        self.assertEqual(len(line.strip().splitlines()), 1, line)
        self.assertIsNotNone(self.home.status())

    def test_damaged_ledger_is_left_alone(self):
        os.makedirs(os.path.dirname(self.home.ledger))
        with open(self.home.ledger, "wb") as file:
            file.write(b"this is no database, and somebody may want it back\n" * 40)
        with open(self.home.ledger, "rb") as file:
            before = file.read()
        line = self.start_in_vain()
        self.assertIn(self.home.ledger, line)
        with open(self.home.ledger, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_wrong_settings_keep_the_last_good(self):
        self.home.start()
        os.makedirs(os.path.dirname(self.home.settings))
        with open(self.home.settings, "w", encoding="utf-8") as file:
            file.write("[Alerts]\nBubblesPerDay=many\n")
        self.home.daemon.send_signal(signal.SIGHUP)
        until(lambda: "line 2" in self.home.read_log(), what="the line in the log")
        self.assertIn(self.home.settings, self.home.read_log())
        self.assertIsNotNone(self.home.status())

    def write_settings(self, text):
        os.makedirs(os.path.dirname(self.home.settings), exist_ok=True)
        with open(self.home.settings, "w", encoding="utf-8") as file:
            file.write(text)

    def listen(self):
        """The socket on which the daemon tells systemd how it is."""
        path = os.path.join(self.home.home, "notify")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(path)
        listener.settimeout(20)
        self.addCleanup(listener.close)
        self.home.environment["NOTIFY_SOCKET"] = path
        return listener

    @staticmethod
    def heard(listener, word):
        while word not in listener.recv(4096).decode().splitlines():
            pass

    @staticmethod
    def drain(listener):
        listener.setblocking(False)
        try:
            while True:
                listener.recv(4096)
        except BlockingIOError:
            listener.settimeout(20)

    def assert_starved(self, listener, until_it_is):
        """After what is under way has come, two intervals pass without a sign of life."""
        until_it_is()
        self.drain(listener)
        listener.settimeout(2.5)
        with self.assertRaises(TimeoutError):
            self.heard(listener, "WATCHDOG=1")
        listener.settimeout(20)

    def test_the_watchdog_is_earned(self):
        listener = self.listen()
        self.home.environment["WATCHDOG_USEC"] = "2000000"
        self.home.start()
        self.heard(listener, "WATCHDOG=1")
        ledger = sqlite3.connect(self.home.ledger, isolation_level=None)
        self.addCleanup(ledger.close)
        ledger.execute("BEGIN IMMEDIATE")
        self.assert_starved(listener, lambda: until(lambda: "the watchdog is not fed: The ledger" in self.home.read_log(),
                                                    what="the reason"))
        ledger.execute("ROLLBACK")
        self.heard(listener, "WATCHDOG=1")
        self.assertEqual(ledger.execute("SELECT count(*) FROM memory WHERE key = 'probe'").fetchone(), (0,))
        bus = self.home.session_bus.process
        self.assert_starved(listener, lambda: (bus.send_signal(signal.SIGSTOP), time.sleep(1)))
        bus.send_signal(signal.SIGCONT)
        self.heard(listener, "WATCHDOG=1")

    def test_statuses_tell_what_may_pass_from_what_does_not(self):
        def status(**environment):
            result = subprocess.run([PROGRAMS["daemon"]], env={**self.home.environment, **environment},
                                    capture_output=True, timeout=30)
            return result.returncode
        self.assertEqual(status(DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus"), 75)
        folder = os.path.dirname(self.home.ledger)
        keys = os.path.join(folder, "keys")
        with open(keys, "w", encoding="utf-8") as file:
            file.write("no key\n")
        self.assertEqual(status(), 78)
        os.unlink(keys)
        with open(self.home.ledger, "r+b") as file:
            file.write(b"no database")
        self.assertEqual(status(), 65)
        os.unlink(self.home.ledger)
        self.home.start()
        self.assertEqual(status(), 75)  # the ledger is in use
        self.assertEqual(status(XDG_DATA_HOME=os.path.join(self.home.home, "elsewhere")), 69)  # the name is taken

    def test_log_level_holds_from_the_start_and_after_a_reload(self):
        listener = self.listen()
        self.write_settings("[Log]\nLevel=warning\n")
        self.home.start()
        self.heard(listener, "READY=1")
        self.write_settings("[Log]\nLevel=message\n")
        self.home.daemon.send_signal(signal.SIGHUP)
        self.heard(listener, "RELOADING=1")
        self.heard(listener, "READY=1")
        self.assertEqual(self.home.stop(), 0)
        log = self.home.read_log()
        self.assertNotIn("calciferd: ready", log)
        self.assertIn("calciferd: stopping\n", log)

    def test_files_are_for_their_owner_alone(self):
        self.home.start()
        self.home.ctl("log", "food", "salmon")
        folder = os.path.dirname(self.home.ledger)
        self.assertEqual(os.stat(folder).st_mode & 0o777, 0o700)
        for name in os.listdir(folder):
            self.assertEqual(os.stat(os.path.join(folder, name)).st_mode & 0o077, 0, name)

    def test_clean_exit(self):
        self.home.start()
        self.assertEqual(self.home.stop(), 0)
        self.assertNotIn("CRITICAL", self.home.read_log())


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
