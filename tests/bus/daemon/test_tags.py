#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tags through the whole daemon, on the simulated BlueZ: adopt, backlog, live records, buttons, BTHome."""

import contextlib
import datetime
import json
import os
import pty
import queue
import re
import signal
import struct
import subprocess
import sys
import threading
import time
import unittest
import zoneinfo

from household import Gio, GLib, Household, options, programs_of, until

TAG = "C0:FF:EE:00:00:01"
BUTTON = "54:48:E6:8F:80:A5"
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"


def local(at, form="%Y-%m-%d %H:%M:%S"):
    """As the household's clock shows it."""
    return datetime.datetime.fromtimestamp(at, zoneinfo.ZoneInfo("Europe/Berlin")).strftime(form)


def stir(home):
    """Something happens that changes no number, for who does not know yet whether somebody listens."""
    home.ctl("profile", "set", "threshold.tag-silent", "24")


class Listener:
    """What `calciferctl watch` writes, line by line, while it runs."""

    def __init__(self, home, *words):
        self.process = home.begin("watch", *words, stdout=subprocess.PIPE)
        self.lines = queue.SimpleQueue()
        self.told = []
        threading.Thread(target=self.read, daemon=True).start()
        until(lambda: self.hears(home), 20, "the watch")

    def hears(self, home):
        stir(home)
        with contextlib.suppress(queue.Empty):
            self.told.append(self.lines.get(timeout=0.2))
        return self.told

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def until(self, wanted, seconds=20):
        """The first line, of those told already or to come, of which wanted(line) is true."""
        deadline = time.monotonic() + seconds
        for line in self.told:
            if wanted(line):
                return line
        while True:
            try:
                self.told.append(self.lines.get(timeout=max(deadline - time.monotonic(), 0.01)))
            except queue.Empty:
                raise AssertionError(f"watch did not tell it within {seconds} s, but {self.told}") from None
            if wanted(self.told[-1]):
                return self.told[-1]

    def event(self, kind):
        """The text of the next --json line of that kind."""
        return json.loads(self.until(lambda line: json.loads(line)["kind"] == kind))["text"]

    def end(self):
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=10)
        self.process.stdout.close()
        return status


class Terminal:
    """A command on a terminal of its own, and all that it wrote there."""

    def __init__(self, home, *words):
        ours, theirs = pty.openpty()
        self.process = subprocess.Popen([home.programs["ctl"], *words], env=home.environment, stdin=subprocess.DEVNULL,
                                        stdout=theirs)
        os.close(theirs)
        self.ours, self.text = ours, b""
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        with contextlib.suppress(OSError):  # the end of a terminal
            while True:
                self.text += os.read(self.ours, 65536)

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=10)
        self.thread.join(timeout=10)
        os.close(self.ours)
        return self.text.decode()


class Tags(unittest.TestCase):
    def setUp(self):
        self.home = Household(PROGRAMS)
        self.addCleanup(self.home.close)
        self.home.start()
        self.sim = self.home.simulator.control

    def adopt(self, records=0):
        now = int(time.time())
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True, name="Sun tag"))
        if records:
            self.sim.Backlog(TAG, records, now - records * 60 - 600, 60, "day")
        self.home.ctl("tags", "adopt", TAG)
        return now

    def adopt_button(self, advertise):
        """Buttons speak only when they are pressed: so it is pressed while the daemon looks for it."""
        adopting = self.home.begin("tags", "adopt", BUTTON)
        until(lambda: advertise() or adopting.poll() is not None, 20, "the adoption")
        self.assertEqual(adopting.wait(), 0)

    def test_scan_finds_it(self):
        self.sim.AddTag(TAG, options(pairing=True))
        self.assertIn(TAG, self.home.ctl("tags", "scan", "--seconds", "3"))

    def test_backlog_once_and_deleted_after_commit(self):
        self.adopt(records=500)
        until(lambda: self.home.tag(TAG)["received"] >= 500, 30, "the backlog")
        until(lambda: self.sim.State(TAG)["stored"] == 0, 30, "the delete on the tag")
        tag = self.home.tag(TAG)
        self.assertEqual(tag["lost"], 0)
        self.assertEqual(tag["conflicts"], 0)
        self.assertEqual(tag["kind"], "tag-event")
        self.assertEqual(tag["role"], "worn")
        self.assertEqual(self.home.rebuilt(), 0)

    def test_a_backlog_is_reckoned_few_times(self):
        """Not with each batch of it, which touches a day that the next one touches again; and when it is over, at once.
        Who asks for a day meanwhile is told what is in the ledger."""
        records, balances = 20000, []
        self.sim.AddTag(TAG, options(clock_set=True, pairing=True, capacity=2 * records, per_notification=12))
        self.home.ctl("tags", "adopt", TAG)
        self.sim.SetInRange(TAG, False)
        until(lambda: self.home.tag(TAG)["why"], 20, "the link's end")
        self.sim.Backlog(TAG, records, int(time.time()) - records, 1, "constant")
        listening = self.home.session.signal_subscribe(
            "org.calciferd", "org.freedesktop.DBus.Properties", "PropertiesChanged", "/org/calciferd",
            "org.calciferd.Balance1", Gio.DBusSignalFlags.NONE, lambda *signal: balances.append(signal))
        began = time.monotonic()
        self.sim.SetInRange(TAG, True)
        until(lambda: self.home.tag(TAG)["received"] >= records, 60, "the backlog")
        today = self.home.call("Balance1", "GetDay", "(s)", "")[0]
        until(lambda: self.home.property("Balance1", "Erythema") == today["Erythema"], 3, "the balance of all of it")
        self.assertGreater(today["Erythema"]["sed"], 0)
        while GLib.MainContext.default().iteration(False):
            pass
        self.home.session.signal_unsubscribe(listening)
        self.assertGreater(len(balances), 0)
        self.assertLessEqual(len(balances), 3 + (time.monotonic() - began) / 5, "each batch is reckoned")
        self.assertEqual(self.home.rebuilt(), 0)

    def test_what_it_can_do_is_in_the_ledger(self):
        """Whether a tag feels that it is worn decides what counts, so it is an event like all that changes a number."""
        self.sim.AddTag(TAG, options(slots=3, clock_set=True, pairing=True, wear=True))
        self.home.ctl("tags", "adopt", TAG)
        at = int(time.time()) // 60 * 60 - 540  # a whole minute is of one day
        self.sim.Uv(TAG, at - 60, 60, 5.0, 5.0, 0)  # not worn
        self.sim.Uv(TAG, at, 60, 5.0, 5.0, 2)  # worn
        until(lambda: self.home.tag(TAG)["received"] == 2, 15, "the records")
        day = json.loads(self.home.ctl("status", "--date", local(at, "%Y-%m-%d"), "--json"))
        self.assertAlmostEqual(day["erythema"]["sed"], 5 * 1.5 / 100, places=6)

    def test_button_is_an_intake(self):
        now = self.adopt()
        self.home.ctl("products", "add", "d3k2", "d3=2000IU", "mk7=100ug")
        self.home.ctl("tags", "map", TAG, "1", "d3k2")
        time.sleep(1.1)  # the map holds from its second on
        self.sim.Intake(TAG, 1, 1)
        until(lambda: self.home.status()["vitamin_d"]["supplement_iu"] == 2000, 15, "the intake")
        self.sim.Intake(TAG, 2, 1)
        until(lambda: self.home.tag(TAG)["received"] >= 2, 15, "the second press")
        self.assertEqual(self.home.status()["vitamin_d"]["supplement_iu"], 2000)
        self.assertGreaterEqual(int(time.time()), now)

    def test_watch_tells_what_happens(self):
        self.adopt()
        self.home.ctl("products", "add", "d3k2", "d3=2000IU")
        self.home.ctl("tags", "map", TAG, "1", "d3k2")
        time.sleep(1.1)
        watch = Listener(self.home, "--json")
        self.sim.Intake(TAG, 1, 1)
        self.home.ctl("log", "take", "d3k2", "2")
        self.assertIn("button 1 was pressed, d3k2", watch.event("intake"))
        self.assertIn("took 2 of d3k2", watch.event("take"))
        self.assertIn("vitamin D today", watch.event("balance"))
        self.sim.SetInRange(TAG, False)
        self.assertRegex(watch.event("tag"), f"^{TAG} is not connected: .+")
        self.sim.SetInRange(TAG, True)
        watch.until(lambda line: f"{TAG} is connected" in line)
        for line in watch.told:
            self.assertEqual(set(json.loads(line)), {"at", "kind", "text"})
        self.assertEqual(watch.end(), 0)

    def test_watch_tells_a_long_transfer_in_few_lines(self):
        self.sim.AddTag(TAG, options(clock_set=True, pairing=True))
        self.home.ctl("tags", "adopt", TAG)
        self.sim.SetInRange(TAG, False)
        until(lambda: self.home.tag(TAG)["why"], 20, "the link's end")
        self.sim.Backlog(TAG, 2000, int(time.time()) - 2000 * 60 - 600, 60, "day")
        screen, watch = Terminal(self.home, "watch"), Listener(self.home, "--plain")
        until(lambda: stir(self.home) or screen.text, 20, "the terminal's first line")
        self.sim.SetInRange(TAG, True)
        watch.until(lambda line: "the transfer is over" in line, 60)
        steps = [line for line in watch.told if " transfer " in line]
        until(lambda: "the transfer is over" in screen.text.decode(), 10, "the same on the terminal")
        self.assertTrue(3 <= len(steps) <= 13, steps)
        self.assertTrue(any(re.search(r"[0-9]+ of [0-9]+ records$", line) for line in steps), steps)
        self.assertEqual(watch.end(), 0)
        text = screen.end()
        self.assertGreater(text.count("\r\x1b[K" + TAG), 2)  # one line, rewritten
        self.assertNotRegex(text, r"of [0-9]+ records\r?\n")  # and never left behind
        self.assertIn("the transfer is over", text)

    def test_tags_in_order_and_in_words(self):
        second = "C0:FF:EE:00:00:02"
        self.sim.AddTag(second, options(pairing=True, clock_set=True))
        self.home.ctl("tags", "adopt", second)
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44013c3a00")))
        self.adopt(records=2)
        until(lambda: self.home.tag(TAG)["received"] >= 2, 20, "the backlog")
        addresses = [BUTTON, TAG, second]
        for _ in range(2):
            self.assertEqual([tag["address"] for tag in json.loads(self.home.ctl("tags", "--json"))], addresses)
            self.assertEqual([tag["address"] for tag in self.home.status()["tags"]], addresses)
            self.home.stop()
            self.home.start()
        until(lambda: self.home.ctl("tags").count("  connected\n") == 2, 20, "the links")
        self.repeat(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44013c3a00")),
                    lambda: self.home.tag(BUTTON)["battery"] == 60, "the battery")
        words = self.home.ctl("tags")
        received = self.home.tag(TAG)["received"]
        self.assertEqual([line.split(" ")[0] for line in words.splitlines() if not line.startswith(" ")], addresses)
        self.assertIn(f"{BUTTON} Button (bthome, buttons), battery 60 %, last contact", words)
        self.assertIn("only heard, which is all that it needs", words)
        self.assertIn(f"{TAG} Sun tag (tag-event, worn), battery 90 %, last contact", words)
        self.assertIn(f"received {received}, lost 0, rejected 0, conflicts 0, undated 0, held 0, duplicates", words)
        self.sim.SetInRange(TAG, False)
        until(lambda: self.home.tag(TAG)["why"], 20, "the reason")
        self.assertRegex(self.home.ctl("tags"), r"  not connected: The (tag|link) \w+")
        facts = self.home.ctl("tags", "--plain").splitlines()
        self.assertRegex("\n".join(facts), rf"\n{TAG} connection: not connected: The (tag|link) .*\.\n")
        for fact in ("name: Sun tag", "kind: tag-event", "role: worn",
                     "battery: 90 %", f"received: {received}", "lost: 0", "rejected: 0", "conflicts: 0", "undated: 0",
                     "held: 0"):
            self.assertIn(f"{TAG} {fact}", facts)
        self.assertTrue(all(line[:17] in addresses for line in facts), facts)

    def test_killed_amid_a_transfer(self):
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True))
        self.sim.Backlog(TAG, 3000, int(time.time()) - 3000 * 60 - 600, 60, "day")
        self.home.ctl("tags", "adopt", TAG)
        until(lambda: self.home.tag(TAG)["received"] > 0, 20, "the first records")
        self.home.kill()
        self.home.start()
        until(lambda: self.home.tag(TAG)["received"] >= 3000, 60, "the rest of the backlog")
        until(lambda: self.sim.State(TAG)["stored"] == 0, 30, "the delete on the tag")
        tag = self.home.tag(TAG)
        self.assertEqual((tag["received"], tag["lost"], tag["conflicts"]), (3000, 0, 0))
        self.assertEqual(self.home.rebuilt(), 0)

    def test_an_omron_sensor_is_ambient_and_counts_once(self):
        """Its log is of a place, and no sun of the wearer's before they say so; read again, it is the same."""
        self.sim.AddTag(TAG, options(omron=True, name="Env", company=0x02d5))
        self.sim.Fault(TAG, "omron-interval", 60)
        self.sim.Fault(TAG, "omron-start", 60 * 31)
        self.sim.Fault(TAG, "omron-uv", 500)
        self.sim.Fault(TAG, "omron-rows", 30)
        self.home.ctl("tags", "adopt", TAG)
        until(lambda: self.home.tag(TAG)["received"] == 29, 30, "the rows")
        tag = self.home.tag(TAG)
        self.assertEqual((tag["kind"], tag["role"], tag["name"]), ("other", "ambient", "OMRON 2JCIE-BL01"))
        self.assertEqual(self.home.status()["erythema"]["sed"], 0)
        self.home.stop()
        self.home.start()
        self.sim.Fault(TAG, "omron-rows", 1)
        until(lambda: self.home.tag(TAG)["received"] == 30, 30, "the row that was the newest")
        tag = self.home.tag(TAG)
        self.assertEqual((tag["lost"], tag["conflicts"], tag["duplicates"]), (0, 0, 0))
        self.assertEqual(self.home.rebuilt(), 0)

    def test_encrypted_press_counts_once(self):
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        self.adopt_button(lambda: self.sim.BthomeEncrypted(BUTTON, KEY, 1000, 0x45, bytes([0x00, 0x01, 0x3a, 0x00])) and 0)
        self.home.ctl("tags", "key", BUTTON, stdin=KEY.hex() + "\n")
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "1", "magnesium")
        time.sleep(1.1)
        for _ in range(3):  # the same packet, heard three times
            self.sim.BthomeEncrypted(BUTTON, KEY, 1001, 0x45, bytes([0x00, 0x02, 0x3a, 0x01]))
            time.sleep(0.1)
        until(lambda: self.home.status()["nutrients"]["magnesium"]["supplement"] == 200, 10, "the press")
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400033a01"))  # plain: a downgrade
        self.home.kill()
        self.home.start()
        self.sim.BthomeEncrypted(BUTTON, KEY, 1001, 0x45, bytes([0x00, 0x02, 0x3a, 0x01]))  # a replay
        time.sleep(1)
        self.assertEqual(self.home.status()["nutrients"]["magnesium"]["supplement"], 200)
        self.sim.BthomeEncrypted(BUTTON, KEY, 1002, 0x45, bytes([0x00, 0x03, 0x3a, 0x01]))
        until(lambda: self.home.status()["nutrients"]["magnesium"]["supplement"] == 400, 10, "the second press")

    def keyed_button(self):
        """An encrypted button whose first press means 200 mg of magnesium."""
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        self.adopt_button(lambda: self.sealed(1000, 1) and 0)
        self.home.ctl("tags", "key", BUTTON, stdin=KEY.hex() + "\n")
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "1", "magnesium")
        time.sleep(1.1)

    def sealed(self, counter, packet_id, event=0):
        self.sim.BthomeEncrypted(BUTTON, KEY, counter, 0x45, bytes([0x00, packet_id, 0x3a, event]))

    def magnesium(self):
        return self.home.status()["nutrients"]["magnesium"]["supplement"]

    def repeat(self, send, condition, what):
        """Sends the same packet until the daemon, which may have begun to listen only now, shows what comes of it."""
        def once():
            send()
            time.sleep(0.2)
            return condition()
        return until(once, 10, what)

    def hear_quietly(self, counter, battery):
        """A packet without a press; its battery tells that it was taken."""
        self.repeat(lambda: self.sim.BthomeEncrypted(BUTTON, KEY, counter, 0x45, bytes([0x01, battery])),
                    lambda: self.home.tag(BUTTON)["battery"] == battery, "the quiet packet")

    def refuse_a_recorded_press(self, counter):
        """Recorded while the daemon did not hear it, sent after a newer packet without a press and a restart."""
        self.home.start()
        self.repeat(lambda: self.sealed(counter, 9, 1), lambda: self.home.tag(BUTTON)["why"], "the refusal")
        self.assertIn("older than what was heard before", self.home.tag(BUTTON)["why"])
        self.assertEqual(self.magnesium(), 0)

    def test_a_recorded_press_is_refused_after_a_restart(self):
        self.keyed_button()
        self.hear_quietly(2000, 20)
        self.hear_quietly(2010, 21)  # its counter waits to be stored, up to a minute
        self.assertEqual(self.home.stop(), 0)
        self.refuse_a_recorded_press(2005)
        self.sealed(2011, 10, 1)
        until(lambda: self.magnesium() == 200, 10, "the press of the tag itself")
        self.assertIsNone(self.home.tag(BUTTON)["why"])

    def test_a_recorded_press_is_refused_after_a_crash(self):
        """Where nothing was stored in the minute before, the counter is stored at once."""
        self.keyed_button()
        self.home.stop()
        self.home.start()
        self.hear_quietly(2010, 21)
        self.home.kill()
        self.refuse_a_recorded_press(2005)

    def test_a_new_battery_is_asked_about(self):
        self.keyed_button()
        self.sealed(1001, 2, 1)
        until(lambda: self.magnesium() == 200, 10, "the press")
        self.assertIn("nothing is asked", self.home.ctl("tags", "counter", BUTTON, expect=1))
        for counter in (1, 2):  # the battery was changed
            self.sealed(counter, counter + 10, 1)
            time.sleep(0.3)
        alert = until(lambda: self.home.alerts().get("tag-counter"), 10, "the question")
        self.assertIn(f"calciferctl tags counter {BUTTON}", alert["text"])
        self.assertIn(f"calciferctl tags counter {BUTTON}", self.home.tag(BUTTON)["why"])
        self.assertIn("new battery", self.home.ctl("explain", "tag-counter"))
        self.assertEqual(self.magnesium(), 200)
        self.home.stop()
        self.home.start()
        until(lambda: "tag-counter" in self.home.alerts(), 10, "the question, after a restart")
        self.home.ctl("tags", "counter", BUTTON)
        until(lambda: "tag-counter" not in self.home.alerts(), 10, "the answer")
        self.assertIn(f"the counter of {BUTTON} began anew: it was 1001 and is 2", self.home.read_log())
        self.home.kill()
        self.home.start()
        self.repeat(lambda: self.sealed(3, 20, 1), lambda: self.magnesium() == 400, "the press with the new battery")
        self.assertIsNone(self.home.tag(BUTTON)["why"])

    def test_without_a_packet_id_a_restart_makes_no_second_press(self):
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("443a00")))
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "1", "magnesium")
        self.home.ctl("tags", "map", BUTTON, "2", "magnesium")
        self.home.ctl("tags", "allow", BUTTON, "yes")
        time.sleep(1.1)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("440160" "3a01"))
        until(lambda: self.magnesium() == 200, 10, "the press")
        self.home.stop()
        self.home.start()
        self.repeat(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44015f" "3a01")),
                    lambda: self.home.tag(BUTTON)["battery"] == 0x5f, "the same event in other bytes")
        self.assertEqual(self.magnesium(), 200)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44015e" "3a003a01"))  # the other button
        until(lambda: self.magnesium() == 400, 10, "the second button")
        self.assertEqual(self.home.rebuilt(), 0)

    def test_one_press_on_two_adapters(self):
        self.keyed_button()
        self.sim.AdapterAdd(1, "02:00:00:00:00:01")
        self.repeat(lambda: self.sealed(1001, 2, 1), lambda: self.home.tag(BUTTON)["duplicates"] > 0, "the second hearing")
        self.assertEqual(self.magnesium(), 200)
        self.sealed(1002, 3, 1)
        until(lambda: self.magnesium() == 400, 10, "the next press")
        time.sleep(0.5)
        self.assertEqual(self.magnesium(), 400)

    def test_plain_press_counts_only_when_allowed(self):
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400013a00")))
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "1", "magnesium")
        time.sleep(1.1)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400023a01"))
        time.sleep(1)
        self.assertEqual(self.home.status()["nutrients"]["magnesium"]["supplement"], 0)
        self.home.ctl("tags", "allow", BUTTON, "yes")
        time.sleep(1.1)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400033a01"))
        until(lambda: self.home.status()["nutrients"]["magnesium"]["supplement"] == 200, 10, "the press")

    def undated(self, uptime_s, kind, payload):
        """A record of the tag's seventh start, in which nobody set its clock."""
        self.sim.Raw(TAG, struct.pack("<IIHBB8s", 0, uptime_s, 7, kind, 0, payload))

    def test_the_owner_dates_a_run(self):
        """A run that never met a clock counts nothing; dated by its owner it does, and an undo takes that back."""
        began = int(time.time()) // 86400 * 86400 - 12 * 3600  # yesterday, towards noon
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True))
        self.sim.Uv(TAG, began - 7200, 600, 0, 0, 0)  # the run before
        self.undated(100, 1, struct.pack("<HHH", 600, 500, 500))
        self.undated(900, 2, bytes([1, 1]))
        self.home.ctl("products", "add", "d3k2", "d3=2000IU")
        self.home.ctl("tags", "adopt", TAG)
        until(lambda: self.home.tag(TAG)["undated"] == 2, 15, "the run")
        self.home.ctl("tags", "map", TAG, "1", "d3k2")
        runs = json.loads(self.home.ctl("tags", "date", TAG, "--json"))
        self.assertEqual(len(runs), 1)
        run = runs[0]
        self.assertEqual((run["records"], run["length_s"]), (2, 800))
        bounds = [int(datetime.datetime.fromisoformat(run[bound]).timestamp()) for bound in ("after", "before")]
        self.assertEqual(bounds[0], began - 6600)
        self.assertTrue(time.time() - 860 <= bounds[1] <= time.time() - 800)
        self.assertIn(run["run"], self.home.ctl("tags", "date", TAG))
        for outside in (bounds[0] - 1, bounds[1] + 1):
            complaint = self.home.ctl("tags", "date", TAG, run["run"], local(outside), expect=1)
            for bound in bounds:
                self.assertIn(local(bound), complaint)
        self.assertIn("no run", self.home.ctl("tags", "date", TAG, "00000001:1", local(began), expect=1))
        day = local(began, "%Y-%m-%d")
        self.assertEqual(self.home.status("--date", day)["erythema"]["sed"], 0)
        said = self.home.ctl("tags", "date", TAG, run["run"], *local(began).split(" "))
        self.assertIn(TAG, said)
        until(lambda: self.home.tag(TAG)["undated"] == 0, 10, "the dates")
        self.assertAlmostEqual(self.home.status("--date", day)["erythema"]["sed"], 5 * 1.5 * 10 / 100, places=6)
        self.assertIn("Every record", self.home.ctl("tags", "date", TAG))
        self.assertEqual(self.home.rebuilt(), 0)
        self.home.kill()
        self.home.start()
        self.assertEqual(self.home.tag(TAG)["undated"], 0)
        self.home.ctl("undo")
        until(lambda: self.home.tag(TAG)["undated"] == 2, 10, "the undo")
        self.assertEqual(self.home.status("--date", day)["erythema"]["sed"], 0)
        self.assertEqual(json.loads(self.home.ctl("tags", "date", TAG, "--json"))[0]["run"], run["run"])
        self.assertEqual(self.home.rebuilt(), 0)

    def test_an_ambient_tag_tells_what_sun_by_hand_was(self):
        self.sim.AddBroadcaster(BUTTON, options(name="Window"))
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44" "4628")))  # UV index 4.0
        self.home.ctl("log", "sun", "2")
        status = self.home.status()
        self.assertIn("sky", status["assumed"])
        # the minutes before the tag was there had a clear sky; those that follow have what it reads
        self.repeat(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("44" "4628")),
                    lambda: self.home.tag(BUTTON)["received"] >= 1, "the sample")
        time.sleep(4)  # it holds, for five minutes
        self.home.ctl("undo")
        self.assertEqual(self.home.status()["erythema"]["sed"], 0)  # what it reads counts for nobody
        self.home.ctl("log", "sun", "0.05")  # three seconds
        status = self.home.status()
        self.assertNotIn("sky", status["assumed"])
        self.assertAlmostEqual(status["erythema"]["sed"], 4 * 1.5 * 0.05 / 100, places=6)
        self.assertIn("with what an ambient tag read", self.home.ctl("status", "--plain"))
        self.assertEqual(self.home.rebuilt(), 0)

    def test_broadcasts_of_a_tag_that_stores_are_for_the_eye_alone(self):
        self.adopt()
        self.sim.AddBroadcaster(BUTTON, options(name="Button"))  # so that the daemon listens to broadcasts
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400013a00")))
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", TAG, "1", "magnesium")
        self.home.ctl("tags", "allow", TAG, "yes")
        time.sleep(1.1)
        watch = Listener(self.home, "--json")
        self.sim.CutLink(TAG)  # a tag that is connected broadcasts nothing
        self.sim.Advertise(TAG, BTHOME_UUID, bytes.fromhex("44" "0001" "3a01" "4628"))
        self.assertIn("counts nothing", watch.event("press"))
        self.assertIn("UV index 4.0", watch.event("reading"))
        self.assertEqual(watch.end(), 0)
        status = self.home.status()
        self.assertEqual(status["erythema"]["sed"], 0)
        self.assertEqual(status["nutrients"]["magnesium"]["supplement"], 0)
        self.assertEqual(self.home.tag(TAG)["received"], 0)

    def test_forgotten_tag_leaves_its_records(self):
        self.adopt(records=20)
        until(lambda: self.home.tag(TAG)["received"] >= 20, 20, "the backlog")
        self.home.ctl("tags", "forget", TAG)
        self.assertEqual(self.home.status()["tags"], [])
        self.sim.SetPairing(TAG, True)
        self.home.ctl("tags", "adopt", TAG)
        self.assertEqual(self.home.tag(TAG)["received"], 20)

    # -- Devices that people can buy

    def shelly(self, key=KEY, **more):
        """A button like Shelly's: it broadcasts, and tells its key to whom it is bonded with."""
        self.sim.AddTag(BUTTON, options(**{"name": "SBBT-002C", "key": key, "pairing": True, **more}))
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400013a00"))
        self.home.ctl("tags", "adopt", BUTTON)

    def test_a_shelly_button_brings_its_key(self):
        self.shelly()
        self.assertIn("Shelly BLU Button1", self.home.ctl("tags", "scan", "--seconds", "2"))
        self.assertIn("(bthome, buttons), Shelly BLU Button1", self.home.ctl("tags"))
        self.assertEqual(self.home.tag(BUTTON)["role"], "buttons")
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "1", "magnesium")
        result = self.home.run("tags", "key", BUTTON, "--fetch")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("Hold the button", result.stderr)
        self.assertIn("is set", result.stdout)
        until(lambda: not self.sim.State(BUTTON)["connected"], 10, "the end of the link")
        objects = self.home.session.call_sync("org.calciferd", "/org/calciferd", "org.freedesktop.DBus.ObjectManager",
                                              "GetManagedObjects", None, None, 0, -1, None).print_(False)
        for shown in (objects, self.home.read_log(), result.stdout, result.stderr):
            self.assertNotIn(KEY.hex(), shown)
            self.assertNotIn(", ".join("0x%02x" % byte for byte in KEY), shown)
        with open(os.path.join(self.home.home, "data", "calciferd", "keys"), encoding="utf-8") as file:
            self.assertIn(KEY.hex(), file.read().lower())
        self.repeat(lambda: self.sealed(1000, 1, 1), lambda: self.magnesium() == 200, "the sealed press")

    def test_a_key_that_cannot_be_fetched(self):
        self.shelly(key=bytes(16))
        self.assertIn("encryption of %s is off" % BUTTON, self.home.ctl("tags", "key", BUTTON, "--fetch", expect=1))
        self.sim.SetPairing(BUTTON, False)
        self.assertIn("more than 10 seconds", self.home.ctl("tags", "key", BUTTON, "--fetch", expect=1))
        self.assertIn("is not adopted", self.home.ctl("tags", "key", TAG, "--fetch", expect=1))
        self.adopt()
        self.assertIn("needs no key", self.home.ctl("tags", "key", TAG, "--fetch", expect=1))

    def test_four_buttons_of_a_remote(self):
        self.sim.AddBroadcaster(BUTTON, options(name="SBBT-004CUS"))
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("440001" + "3a00" * 4)))
        self.home.ctl("products", "add", "magnesium", "magnesium=200mg")
        self.home.ctl("tags", "map", BUTTON, "3", "magnesium")
        self.home.ctl("tags", "map", BUTTON, "4:hold_press", "magnesium")
        self.home.ctl("tags", "allow", BUTTON, "yes")
        time.sleep(1.1)
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("440002" "3a013a003a013a00"))
        until(lambda: self.magnesium() == 200, 10, "the third button")
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("440003" "3a003a003a003afe"))
        until(lambda: self.magnesium() == 400, 10, "the fourth, held")
        self.assertEqual(self.home.tag(BUTTON)["role"], "buttons")
        self.assertEqual(self.home.rebuilt(), 0)

    def test_a_tag_that_measures_after_all(self):
        """It was heard by its button first. What its owner says of it is not mended."""
        self.sim.AddBroadcaster(BUTTON, options(name="Home-made"))
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400013a00")))
        self.assertEqual(self.home.tag(BUTTON)["role"], "buttons")
        self.repeat(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4000024628")),
                    lambda: self.home.tag(BUTTON)["role"] == "ambient", "the role")
        until(lambda: self.home.tag(BUTTON)["received"] >= 1, 10, "the sample")
        self.home.ctl("tags", "role", BUTTON, "buttons")
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4000034629" "0132"))
        until(lambda: self.home.tag(BUTTON)["battery"] == 0x32, 10, "the next packet")
        self.assertEqual(self.home.tag(BUTTON)["role"], "buttons")
        self.assertEqual(self.home.rebuilt(), 0)

    def test_a_weather_station_is_ambient(self):
        """Its two packets come in turn; the one without UV index, which is heard first, does not hide the other."""
        self.sim.AddBroadcaster(BUTTON, options(name="SBWS-90CM"))
        self.adopt_button(lambda: self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("400155" "3a00")))
        self.assertEqual(self.home.tag(BUTTON)["role"], "ambient")

        def in_turn():
            for packet in ("4005e09304200044640044680046235e1027", "40015504138a0108ca060cd2092e374511015f0000"):
                self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex(packet))
                time.sleep(0.2)

        self.repeat(in_turn, lambda: self.home.tag(BUTTON)["received"] >= 1, "the sample")
        until(lambda: self.home.tag(BUTTON)["battery"] == 0x55, 10, "the battery")


class LongGoodbye(unittest.TestCase):
    """A Disconnect takes two seconds, and who starts meanwhile finds the tag connected; here it takes so long that a busy
    machine starts the daemon meanwhile, too."""

    def setUp(self):
        self.home = Household(PROGRAMS, simulator=("--disconnect-ms=12000",))
        self.addCleanup(self.home.close)
        self.home.start()
        self.sim = self.home.simulator.control

    def test_killed_while_bluez_still_says_goodbye(self):
        """Trusted in that life, the tag would look to the next one as if BlueZ connected it by itself."""
        self.sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True))
        self.home.ctl("tags", "adopt", TAG)
        until(lambda: "  connected\n" in self.home.ctl("tags"), 20, "the link")
        self.home.stop()
        self.home.start()
        self.assertTrue(self.sim.State(TAG)["connected"])
        time.sleep(0.5)  # it has told BlueZ by then what it has to tell
        self.home.kill()
        until(lambda: not self.sim.State(TAG)["connected"], 30, "the end of the link")
        self.home.start()
        until(lambda: self.sim.State(TAG)["connected"], 30, "the tag")


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
