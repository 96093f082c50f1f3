#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon is killed at random moments, over and over, while a tag transfers, buttons press, a person enters and
alerts change. What it had acknowledged is written down on the other side: what a method replied, and what a tag was
told to delete. After each kill the file, as the daemon left it, holds all of that, once; and balances are what a
rebuild gives.

    test_kill.py DAEMON CTL SIM FOODS [KILLS [SEED]]"""

import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

from gi.repository import Gio, GLib

from household import Household, options, programs_of, until

OURS = "org.calciferd."
TAG = "C0:FF:EE:00:00:01"
BUTTON = "54:48:E6:8F:80:A5"
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
TAKE, FOOD, PRESS, UNDO = 1, 2, 6, 7
DISMISSED = "4"  # CAL_ALERT_DISMISSED, in what is remembered of an alert
REBUILD_EVERY = 20


class Client(threading.Thread):
    """Somebody who enters something all the time, each thing at an instant of its own."""

    def __init__(self, home, seed):
        super().__init__(daemon=True)
        self.bus = home.session_bus.connect()
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.begins = int(time.time()) - 7 * 86400
        self.entered = {}  # id → (kind, instant)
        self.undone = {}  # id of what was undone → id of the undo
        self.settings = {}  # id → value
        self.dismissed = None  # the id of the alert that was dismissed last, as long as it stands
        self.n = self.refused = self.unanswered = self.n_dismissed = 0
        self.error = None
        self.ends = False

    def call(self, interface, method, signature, *arguments):
        """The answer; None when there was none, and nobody knows."""
        try:
            return self.bus.call_sync("org.calciferd", "/org/calciferd", interface, method,
                                      GLib.Variant(signature, arguments), None, Gio.DBusCallFlags.NO_AUTO_START, 20000,
                                      None).unpack()
        except GLib.Error as error:
            name = Gio.dbus_error_get_remote_error(error) or ""
            if name.startswith("org.calciferd.Error."):
                raise
            if "ServiceUnknown" in name or "NameHasNoOwner" in name:
                time.sleep(0.005)
            else:
                self.unanswered += 1
            return None

    def enter(self):
        at = self.begins + 3 * self.n
        self.n += 1
        assert at < self.begins + 6 * 86400
        if self.random.random() < 0.5:
            kind, reply = TAKE, self.call(OURS + "Ledger1", "Take", "(sdxa{sv})", "d3k2", 1.0, at, {})
        else:
            kind, reply = FOOD, self.call(OURS + "Ledger1", "Food", "(ssxa{sv})", "salmon", "10g", at, {})
        if reply is not None:
            with self.lock:
                self.entered[reply[0]] = (kind, at)
        return reply

    def take_back(self):
        with self.lock:
            standing = [name for name in list(self.entered)[-20:] if name not in self.undone]
        if not standing:
            return
        target = self.random.choice(standing)
        try:
            reply = self.call(OURS + "Ledger1", "Undo", "(sa{sv})", target, {})
        except GLib.Error as error:
            if "Exists" not in (Gio.dbus_error_get_remote_error(error) or ""):
                raise
            return  # it was done, and the answer was lost
        if reply is not None:
            with self.lock:
                self.undone[target] = reply[0]

    def set_profile(self):
        value = str(self.random.randint(12, 48))
        reply = self.call(OURS + "Profile1", "Set", "(ssx)", "threshold.tag-silent", value, 0)
        if reply is not None:
            with self.lock:
                self.settings[reply[0]] = value

    def alarm(self):
        """Raises an alert by far too much, dismisses it, and takes all back, as far as the daemon lives."""
        taken = self.call(OURS + "Ledger1", "Take", "(sdxa{sv})", "huge", 1.0, 0, {})
        alerts = self.call("org.freedesktop.DBus.Properties", "Get", "(ss)", OURS + "Alerts1", "Alerts")
        if taken is None:
            return
        try:
            for alert in alerts[0] if alerts is not None else []:
                if alert["code"] == "d-very-high":
                    with self.lock:
                        self.dismissed = None
                    if self.call(OURS + "Alerts1", "Dismiss", "(s)", alert["id"]) is not None:
                        with self.lock:
                            self.dismissed = alert["id"]
                            self.n_dismissed += 1
        finally:
            if self.random.random() < 0.5:
                with self.lock:
                    self.dismissed = None
                self.call(OURS + "Ledger1", "Undo", "(sa{sv})", taken[0], {})

    def step(self):
        lot = self.random.random()
        if lot < 0.75:
            self.enter()
        elif lot < 0.87:
            self.take_back()
        elif lot < 0.95:
            self.set_profile()
        else:
            self.alarm()

    def run(self):
        while not self.ends:
            try:
                self.step()
            except GLib.Error as error:  # a named refusal: nothing was entered
                self.refused += 1
                self.error = error.message

    def end(self):
        self.ends = True
        self.join(60)
        self.bus.close_sync(None)


class Torment:
    def __init__(self, kills, seed):
        self.kills, self.random = kills, random.Random(seed)
        self.home = Household(PROGRAMS)
        self.copy = os.path.join(self.home.home, "copy.db")
        self.sim = self.home.simulator.control
        self.records = self.presses = 0
        self.at = int(time.time()) - 7 * 86400
        self.looked_at = set()
        self.start_ms = []

    def set_up(self):
        home = self.home.start()
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True))
        home.ctl("tags", "adopt", TAG)
        home.ctl("products", "add", "d3k2", "d3=2000IU", "mk7=100ug")
        home.ctl("products", "add", "huge", "d=20000IU")
        home.ctl("tags", "map", TAG, "1", "d3k2")
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        adopting = home.begin("tags", "adopt", BUTTON)
        until(lambda: self.press() or adopting.poll() is not None, 30, "the adoption")
        home.ctl("tags", "key", BUTTON, stdin=KEY.hex() + "\n")
        home.ctl("tags", "map", BUTTON, "1", "d3k2")

    def press(self):
        self.presses += 1
        self.sim.BthomeEncrypted(BUTTON, KEY, self.presses, 0x45, bytes([0x00, self.presses % 256, 0x3a, 0x01]))

    def feed(self):
        """Something new on the tag, and a button."""
        n = self.random.randint(0, 60)
        self.sim.Backlog(TAG, n, self.at, 60, "mixed")
        self.at += n * 30
        self.sim.Intake(TAG, 1, 1)
        self.press()

    def live(self):
        """One life of the daemon, as short as it happens to be."""
        began = time.monotonic()
        self.home.daemon = subprocess.Popen([PROGRAMS["daemon"]], env=self.home.environment, stderr=self.home.log,
                                            stdin=subprocess.DEVNULL)
        life_s = self.random.choices([self.random.uniform(0, 0.3), self.random.uniform(0.3, 1),
                                      self.random.uniform(2, 3.5)], [50, 42, 8])[0]
        if life_s > 0.3:
            until(self.home.owner, 30, "the daemon's name")
            self.start_ms.append(1000 * (time.monotonic() - began))
            self.feed()
        time.sleep(life_s)
        assert self.home.daemon.poll() is None, "the daemon ended by itself: " + self.home.read_log()[-2000:]
        self.home.kill()

    # -- What it left

    def open_copy(self):
        """The file and its WAL as they are, so that looking at them changes nothing."""
        for end in ("", "-wal"):
            if os.path.exists(self.copy + end):
                os.unlink(self.copy + end)
            if os.path.exists(self.home.ledger + end):
                shutil.copyfile(self.home.ledger + end, self.copy + end)
        return sqlite3.connect(self.copy)

    def look(self, client):
        with client.lock:
            entered, undone, settings = dict(client.entered), dict(client.undone), dict(client.settings)
            dismissed = client.dismissed
        deleted = self.sim.State(TAG)["deleted-up-to"]
        ledger = self.open_copy()

        def ask(sql, *arguments):
            return ledger.execute(sql, arguments).fetchall()

        assert ask("PRAGMA integrity_check") == [("ok",)], ask("PRAGMA integrity_check")
        rows = {number: row for number, *row in ask("SELECT number, kind, at, value, stands FROM entry")}
        assert len(rows) == max(rows), "entries are numbered without a gap"
        for name, (kind, at) in entered.items():
            row = rows.get(int(name.split(":")[1]))
            assert row is not None and row[:2] == [kind, at], f"{name} was acknowledged and is {row}"
        for target, undo in undone.items():
            assert rows[int(undo.split(":")[1])][0] == UNDO, f"the undo {undo} was acknowledged"
            assert not rows[int(target.split(":")[1])][3], f"{target} stands and is undone"
        for name, value in settings.items():
            assert rows[int(name.split(":")[1])][2] == value, f"{name} was acknowledged"
        twice = ask("SELECT at FROM entry WHERE kind IN (?, ?) AND at < ? GROUP BY at HAVING count(*) > 1", TAKE, FOOD,
                    client.begins + 6 * 86400)
        assert twice == [], f"something was entered twice: {twice}"
        assert ask("SELECT name FROM entry WHERE kind = ? GROUP BY name HAVING count(*) > 1", UNDO) == []
        there, = ask("SELECT count(*) FROM record WHERE sequence <= ?", deleted)
        assert there[0] == deleted, f"the tag was told to delete {deleted} records, and {there[0]} are there"
        pressed, = ask("SELECT count(*) FROM entry WHERE kind = ?", PRESS)
        assert pressed[0] <= self.presses, f"{pressed[0]} presses are there of {self.presses}"
        if dismissed is not None:
            alerts = [value.split() for value, in ask("SELECT value FROM memory WHERE key LIKE 'alert%'")]
            assert any(alert[1] == dismissed and alert[4] == DISMISSED for alert in alerts), (dismissed, alerts)
        ledger.close()

    def rebuild(self):
        self.home.start()
        differing = self.home.rebuilt()
        assert differing == 0, f"{differing} days are not what a rebuild gives"
        self.home.kill()

    def conclude(self, client):
        """Left in peace, the tag brings the rest, and all is there byte for byte."""
        home = self.home.start()
        try:
            until(lambda: self.sim.State(TAG)["stored"] == 0, 120, "the end of the transfer")
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.sim.State(TAG)}\n{home.read_log()[-3000:]}") from None
        held = [bytes(raw) for _, raw in self.sim.History(TAG, 0)]
        lines = [json.loads(line) for line in home.ctl("export", "--format", "jsonl").splitlines()]
        exported = [bytes.fromhex(line["raw"]) for line in lines if line["kind"] == "record"]
        assert len(exported) == len(held) and set(exported) == set(held), (len(exported), len(held))
        assert home.rebuilt() == 0
        assert home.stop() == 0
        self.look(client)

    def run(self):
        try:
            self.torment()
        finally:
            with contextlib.suppress(AssertionError):
                self.home.close()

    def torment(self):
        began = time.monotonic()
        self.set_up()
        self.home.stop()
        client = Client(self.home, self.random.random())
        client.start()
        for n in range(1, self.kills + 1):
            self.live()
            self.look(client)
            if n % REBUILD_EVERY == 0 or n == self.kills:
                self.rebuild()
                print(f"{n} kills after {time.monotonic() - began:.0f} s", flush=True)
        client.end()
        self.conclude(client)
        assert len(client.entered) > self.kills, "the client got somewhere"
        assert client.refused == 0, client.error
        assert not [line for line in self.home.read_log().splitlines() if "CRITICAL" in line]
        state = self.sim.State(TAG)
        median = sorted(self.start_ms)[len(self.start_ms) // 2]
        print(f"{self.kills} kills in {time.monotonic() - began:.0f} s: {len(client.entered)} entries, "
              f"{len(client.undone)} undos, {len(client.settings)} settings, {client.n_dismissed} dismissals "
              f"acknowledged, {client.unanswered} calls without an answer; {state['ever']} records of a tag in "
              f"{state['deletes']} deletes; {self.presses} presses of a button; the name is there after {median:.0f} ms")
        print(f"figure: kills {self.kills} times, nothing lost and nothing twice")
        print(f"figure: entries {len(client.entered)} acknowledged meanwhile\nfigure: records {state['ever']} of a tag\n"
              f"figure: presses {self.presses} of a button")


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    KILLS = int(sys.argv[5]) if len(sys.argv) > 5 else 20
    SEED = int(sys.argv[6]) if len(sys.argv) > 6 else random.SystemRandom().randrange(1 << 32)
    print(f"{KILLS} kills, seed {SEED}", flush=True)
    Torment(KILLS, SEED).run()
