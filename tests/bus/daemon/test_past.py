#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What changes years: today is told at once, what depends on the past is said to be computed and comes by itself, with the
same numbers as if nobody had asked meanwhile, said something else, or ended the daemon."""

import contextlib
import datetime
import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import unittest

from household import Gio, GLib, Household, programs_of, until

ALWAYS = -2 ** 63
DAYS = 1150
NAME = "org.calciferd"
GET_TODAY = ("Balance1", "GetDay", "(s)", "")


def line(number, kind, at, name, value):
    return json.dumps({"id": f"00000000-0000-4000-8000-000000000000:{number}", "kind": kind, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                       "name": name, "value": value})


def years(today):
    first = today - datetime.timedelta(days=DAYS)
    yield line(1, "product", first, "d3k2", "d=5000IU mk7=50ug")
    for day in range(DAYS):
        yield line(2 + day, "take", first + datetime.timedelta(days=day, hours=9), "d3k2", str(1 + day % 3))


class Past(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A ledger of years, of which all is known."""
        cls.today = datetime.datetime.fromtimestamp(time.time(), datetime.timezone.utc).replace(hour=0, minute=0, second=5,
                                                                                                microsecond=0)
        cls.ledger = tempfile.mkdtemp(prefix="calcifer-years-")
        cls.addClassCleanup(shutil.rmtree, cls.ledger)
        path = os.path.join(cls.ledger, "years.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            print("\n".join(years(cls.today)), file=file)
        with Household(PROGRAMS, simulator=False) as home:
            home.start()
            home.ctl("import", path)
            home.settle()
            home.stop()
            shutil.copy(home.ledger, cls.ledger)

    def setUp(self):
        self.home = Household(PROGRAMS, simulator=False)
        self.addCleanup(self.home.close)
        os.makedirs(os.path.dirname(self.home.ledger), mode=0o700)
        shutil.copy(os.path.join(self.ledger, "ledger.db"), self.home.ledger)
        self.home.start()

    def balance(self):
        """The balance when all is known."""
        self.home.settle()
        return until(lambda: (balance := self.home.properties("Balance1"))["Serum"] and balance, 10, "the serum")

    def at_once(self, *calls):
        """The answers to calls that all wait when the daemon comes to the first."""
        replies = [None] * len(calls)

        def replied(bus, result, index):
            replies[index] = bus.call_finish(result).unpack()

        self.home.daemon.send_signal(signal.SIGSTOP)
        for index, (interface, method, signature, *arguments) in enumerate(calls):
            whole = interface if "." in interface else f"{NAME}.{interface}"
            self.home.session.call(NAME, "/org/calciferd", whole, method, GLib.Variant(signature, tuple(arguments)), None,
                                   Gio.DBusCallFlags.NONE, 60000, None, replied, index)
        self.home.session.flush_sync(None)
        self.home.daemon.send_signal(signal.SIGCONT)
        until(lambda: None not in replies, 60, "the replies")
        return replies

    def changed(self, spf, *more):
        """The answers to a change of all days, to the question for today, and to more."""
        return self.at_once(("Profile1", "Set", "(ssx)", "spf", spf, ALWAYS), GET_TODAY, *more)[1:]

    def assert_told(self, day, before):
        """Today is, and the rest is not 0: it is not there."""
        self.assertEqual(day["Serum"], {})
        k2 = dict(before["Nutrients"]["k2"])
        del k2["mk7_carried"]
        self.assertEqual(day["Nutrients"]["k2"], k2)
        self.assertEqual({**day, "Serum": 0, "Nutrients": 0, "Assumed": 0}, {**before, "Serum": 0, "Nutrients": 0, "Assumed": 0})

    def assert_as_anew(self, balance):
        """As of a daemon that finds nothing cached, to the last bit."""
        self.assertEqual(self.home.rebuilt(), 0)
        self.start_without_cache()
        self.assertEqual(self.balance(), balance)

    def start_without_cache(self):
        """As for the first time with another model."""
        self.home.stop()
        with contextlib.closing(sqlite3.connect(self.home.ledger)) as ledger, ledger:
            ledger.execute("DELETE FROM day")
        self.home.start()

    def test_told_and_come_by_itself(self):
        alerts = []
        before = self.balance()
        raised = {alert["id"]: alert["code"] for alert in self.home.property("Alerts1", "Alerts")}
        self.assertTrue(raised)
        self.home.session.signal_subscribe(
            NAME, None, "PropertiesChanged", "/org/calciferd", NAME + ".Alerts1", Gio.DBusSignalFlags.NONE,
            lambda *told: alerts.append({alert["id"]: alert["code"] for alert in told[5].unpack()[1]["Alerts"]}))
        for spf in range(20, 70):  # until this program is faster than the daemon
            day, = self.changed(str(spf))
            self.assert_told(day[0], before)
            balance, service = self.home.properties("Balance1"), self.home.properties("Service1")
            if service["Computing"]:
                break
            self.home.settle()
        self.assertTrue(service["Computing"])
        self.assertIn("being computed", service["Status"])
        self.assert_told(balance, before)
        after = self.balance()
        self.assertEqual(after["Serum"], before["Serum"])  # nobody was in the sun
        self.assertNotIn("being computed", self.home.property("Service1", "Status"))
        self.assertEqual([told for told in alerts if told != raised], [])
        self.assertEqual({alert["id"]: alert["code"] for alert in self.home.property("Alerts1", "Alerts")}, raised)
        self.assert_as_anew(after)

    def test_a_change_meanwhile(self):
        """On a day that was folded before today was told, and on one that is still to come."""
        before = self.balance()
        taken = [("Ledger1", "Take", "(sdxa{sv})", "d3k2", 4, int((self.today - datetime.timedelta(days=ago)).timestamp()) + 3600, {})
                 for ago in (DAYS - 10, 30)]
        days = self.changed("30", *taken, GET_TODAY)
        self.assert_told(days[0][0], before)
        self.assertEqual(days[-1][0]["Serum"], {})
        after = self.balance()
        self.assertGreater(after["Serum"]["nmol_l"], before["Serum"]["nmol_l"])
        self.assert_as_anew(after)

    def folded(self):
        with contextlib.closing(sqlite3.connect(self.home.ledger)) as ledger:
            return ledger.execute("SELECT count(*) FROM day WHERE date > -1000000").fetchone()[0]

    def test_an_end_meanwhile(self):
        before = self.balance()
        for how in (signal.SIGKILL, signal.SIGTERM):
            for _ in range(20):  # until this program is faster than the daemon
                self.start_without_cache()
                self.home.stop(how)
                folded = self.folded()
                self.home.start()
                if folded < DAYS - 100:
                    break
            self.assertLess(folded, DAYS - 100)
            self.assertEqual(self.balance(), before)

    def test_many_days(self):
        """Pages of days that wait to be folded are short, and together all of them."""
        first, last = (f"{self.today - datetime.timedelta(days=ago):%Y-%m-%d}" for ago in (300, 200))
        _, (page, following) = self.changed("30", ("Balance1", "GetDays", "(ssu)", first, last, 100))
        n_days = len(page["Date"])
        self.assertIn(n_days, range(1, 17))
        self.assertEqual(following, f"{self.today - datetime.timedelta(days=300 - n_days):%Y-%m-%d}")
        self.home.settle()
        self.home.call("Profile1", "Set", "(ssx)", "spf", "20", ALWAYS)
        dates = [day["date"] for day in json.loads(self.home.ctl("history", "--from", first, "--to", last, "--json"))]
        self.assertEqual(dates, [f"{self.today - datetime.timedelta(days=ago):%Y-%m-%d}" for ago in range(300, 199, -1)])

    def test_a_person_reads_of_it(self):
        for spf in range(20, 70):  # until calciferctl is faster than the daemon
            self.home.call("Profile1", "Set", "(ssx)", "spf", str(spf), ALWAYS)
            if "Earlier days are being computed" in self.home.ctl("status"):
                break
        else:
            self.fail("calciferctl status never said it")
        for spf in range(20, 70):
            self.home.call("Profile1", "Set", "(ssx)", "spf", str(spf), ALWAYS)
            status = self.home.status()
            if status["computing"] and status["serum"] == {"nmol_l": None, "low": None, "high": None}:
                break
        else:
            self.fail("status --json never had it")
        self.home.settle()
        status = self.home.status()
        self.assertFalse(status["computing"])
        self.assertIsNotNone(status["serum"]["nmol_l"])
        self.assertNotIn("being computed", self.home.ctl("status"))


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
