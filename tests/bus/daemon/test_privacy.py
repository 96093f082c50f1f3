#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is private stays so: keys and what was forgotten are in no file, health values in no log, and all that is made
is its owner's alone from the moment when it is made."""

import base64
import fcntl
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import termios
import unittest

from household import GLib, Household, options, programs_of, until
from surface import Surface

TAG = "C0:FF:EE:00:00:01"
BUTTON = "54:48:E6:8F:80:A5"
KEY = bytes.fromhex("9ae1d3c75b2f40868d1e6a0cf4b72853")
JUNE = 1781604000  # 2026-06-16T10:00:00Z
# Words and numbers that are only in what a day below enters and receives, and words that are only said of health.
SECRETS = ["zyprexolin", "brassicade", "salmon", "117.7", "83.4", "208.2", "kidney", "warfarin", "vitamin-k", "1957",
           "47.37", "8.54", "7.31", "731", "1234"]
WORDS = ["vitamin", " IU", "nmol", "sunburn", "dose", "UV index", "magnesium", "erythem", "J/m2", "SED"]


def contents(folder):
    """Path and bytes of all files below."""
    for where, _folders, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            if not os.path.islink(path) and os.path.isfile(path):
                with open(path, "rb") as file:
                    yield path, file.read()


def unread(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


class Privacy(unittest.TestCase):
    def household(self, **more):
        home = Household(PROGRAMS, **more)
        self.addCleanup(home.close)
        return home

    def listen(self, home):
        """The socket on which the daemon tells systemd how it is."""
        path = os.path.join(home.home, "notify")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(path)
        listener.setblocking(False)
        self.addCleanup(listener.close)
        home.environment["NOTIFY_SOCKET"] = path
        return listener

    @staticmethod
    def heard(listener):
        told = []
        while True:
            try:
                told.append(listener.recv(8192).decode())
            except BlockingIOError:
                return "\n".join(told)

    def keyed_button(self, home):
        sim = home.simulator.control
        sim.AddBroadcaster(BUTTON, options(name="Button"))
        adopting = home.begin("tags", "adopt", BUTTON)
        until(lambda: sim.BthomeEncrypted(BUTTON, KEY, 1000, 0x45, bytes([0, 1, 0x3a, 0])) and 0 or
              adopting.poll() is not None, 20, "the adoption")
        self.assertEqual(adopting.wait(), 0)
        home.ctl("tags", "key", BUTTON, stdin=KEY.hex() + "\n")

    def live(self, home):
        """A day with all that is entered, received and said."""
        ctl, sim = home.ctl, home.simulator.control
        self.keyed_button(home)
        ctl("profile", "set", "birth-year", "1957")
        ctl("profile", "set", "place", "47.3769,8.5417")
        ctl("profile", "set", "conditions", "kidney-disease")
        ctl("profile", "set", "medicines", "warfarin")
        ctl("products", "add", "zyprexolin", "d3=1234IU", "magnesium=731mg", "at=09:00")
        ctl("foods", "add", "brassicade", "per=100g", "k1=208.2ug", "d3=3.1ug")
        for words in (("take", "zyprexolin"), ("food", "salmon", "117.7g"), ("food", "brassicade", "50g"),
                      ("lab", "83.4nmol/L"), ("take", "zyprexolin", "20")):
            ctl("log", *words)
        home.run("log", "food", "no-such-salmon", "117.7g")
        home.run("log", "lab", "83.4bananas")
        home.run("undo", "zyprexolin")
        sim.AddTag(TAG, options(slots=2, clock_set=True, pairing=True, wear=True, name="Sun tag"))
        ctl("tags", "adopt", TAG)
        ctl("tags", "map", TAG, "1", "zyprexolin")
        for minute in range(40):
            sim.Uv(TAG, int(home.now()) - 2400 + 60 * minute, 60, 7.31, 9.0, 2)
        until(lambda: home.tag(TAG)["received"] >= 40, 20, "the light")
        sim.Intake(TAG, 1, 1)
        until(lambda: home.tag(TAG)["received"] >= 41, 20, "the press")
        sim.Raw(TAG, bytes(range(20)))  # nonsense, dated 1973
        home.wait(5 * 3600)
        self.assertNotEqual(home.alerts(), {})
        home.wait(12 * 3600)
        ctl("log", "take", "zyprexolin")
        file = os.path.join(home.home, "bad.jsonl")
        with open(file, "w", encoding="utf-8") as bad:
            bad.write('{"kind":"food","name":"salmon","value":"117.7g"}\nzyprexolin 1234 IU\n')
        home.run("import", file)
        with open(os.path.join(home.home, "data", "calciferd", "ledger.db"), "rb") as ledger:
            first_page = ledger.read()[:4096]
        with open(file, "wb") as bad:
            bad.write(first_page)
        ctl("restore", file, expect=1)

    def a_day_in_the_log(self, level):
        home = self.household(at=JUNE)
        listener = self.listen(home)
        os.makedirs(os.path.dirname(home.settings))
        with open(home.settings, "w", encoding="utf-8") as settings:
            settings.write("[Log]\nLevel=%s\n" % level if level else "[Alerts]\nBubblesPerDay=many\n")
        home.start()
        self.live(home)
        home.daemon.send_signal(signal.SIGHUP)
        home.kill()
        home.start()
        home.status()
        home.ctl("forget", home.call("Ledger1", "GetEntries", "(sxxsu)", "food", 0, JUNE * 2, "", 9)[0][0]["id"])
        self.assertEqual(home.stop(), 0)
        # The folder's name is drawn by lot, and may hold any number.
        return home.read_log().replace(home.home, "HOME"), self.heard(listener).replace(home.home, "HOME")

    def assert_silent(self, text, words):
        self.assertEqual([line for line in text.splitlines() for word in words if word.lower() in line.lower()], [])

    def test_a_day_at_the_default_level(self):
        log, told = self.a_day_in_the_log(None)
        self.assertIn("calciferd: ready", log)
        self.assertIn("line 2: 'many' is not a number", log)
        self.assertIn("STATUS=", told)
        self.assert_silent(log + told, SECRETS + WORDS + [KEY.hex()])

    def test_a_day_with_all_that_can_be_logged(self):
        log, told = self.a_day_in_the_log("debug")
        self.assertIn("calciferd: ready", log)
        self.assert_silent(log + told, SECRETS + [KEY.hex()])

    def test_a_key_is_in_its_file_alone(self):
        home = self.household()
        home.start()
        self.keyed_button(home)
        home.run("tags", "key", BUTTON, KEY.hex(), stdin="")  # an argument is no key
        for form in ("jsonl", "csv", "fhir"):
            home.ctl("export", "--format", form, os.path.join(home.home, form))
        home.ctl("backup", os.path.join(home.home, "copy.db"))
        home.ctl("report", os.path.join(home.home, "page.html"))
        objects = home.session.call_sync("org.calciferd", "/org/calciferd", "org.freedesktop.DBus.ObjectManager",
                                         "GetManagedObjects", None, None, 0, -1, None).print_(True)
        spellings = [KEY, KEY.hex().encode(), KEY.hex().upper().encode(), base64.b64encode(KEY),
                     ", ".join(f"0x{byte:02x}" for byte in KEY).encode()]
        home.log.flush()
        where = {path for path, content in contents(home.home) for one in spellings if one in content}
        keys = os.path.join(os.path.dirname(home.ledger), "keys")
        self.assertEqual(where, {keys})
        self.assertEqual(os.stat(keys).st_mode & 0o777, 0o600)
        self.assertFalse(any(one.decode("latin-1") in objects for one in spellings))

    def test_no_answer_has_a_key(self):
        """Whatever can be asked without an argument, and each property there is, of a tag that has one."""
        home = self.household()
        home.start()
        self.keyed_button(home)
        surface, said = Surface(home.session), []
        for path, interface in sorted({(path, interface) for path, interface, _name, _kind in surface.properties}):
            said.append(home.properties(interface.removeprefix("org.calciferd."), path))
        for method in surface.methods:
            if method.signature in ("", "s") and method.name.startswith(("Get", "List", "Describe")):
                arguments = GLib.Variant("(s)", (BUTTON,)) if method.signature else None
                try:
                    said.append(home.session.call_sync("org.calciferd", method.path, method.interface, method.name, arguments,
                                                       None, 0, -1, None).unpack())
                except GLib.Error as error:
                    said.append(error.message)
        self.assertIn(BUTTON, str(said))
        for form in (str(list(KEY)), KEY.hex(), str(KEY)[2:-1], base64.b64encode(KEY).decode()):
            self.assertNotIn(form.lower().strip("[]"), str(said).lower())

    def aborted(self, child):
        """Whether a core was dumped of what was made to crash."""
        resource.prlimit(child.pid, resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        os.kill(child.pid, signal.SIGABRT)
        status = os.waitpid(child.pid, 0)[1]
        child.returncode = -signal.SIGABRT
        return os.WCOREDUMP(status)

    def test_a_core_dump_holds_no_key(self):
        """There is none, of neither program that sees one; of one that sees none there is."""
        home = self.household()
        folder = os.path.join(home.home, "cores")
        os.makedirs(folder)
        self.addCleanup(os.chdir, os.getcwd())
        programs = {name: os.path.abspath(path) for name, path in PROGRAMS.items()}
        os.chdir(folder)
        home.programs = programs
        home.start()
        self.keyed_button(home)
        typed = subprocess.Popen([programs["ctl"], "tags", "key", BUTTON], env=home.environment, stdin=subprocess.PIPE,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(typed.stdin.close)
        typed.stdin.write(KEY.hex()[:8].encode())
        typed.stdin.flush()
        until(lambda: unread(typed.stdin) == 0, 20, "that it reads the key")
        other = subprocess.Popen(["sleep", "60"])
        self.assertTrue(self.aborted(other), "nothing on this machine dumps a core, so this shows nothing")
        self.assertFalse(self.aborted(typed))
        self.assertFalse(self.aborted(home.daemon))
        home.daemon = None

    def test_what_is_forgotten_is_in_no_file(self):
        home = self.household(simulator=False)
        home.start()
        home.ctl("log", "food", "salmon", "150g")
        for number in range(60):
            home.ctl("foods", "add", f"unspeakable-{number}", "per=100g", "d3=1ug")
            home.ctl("log", "food", f"unspeakable-{number}", f"{1000 + number}g")
        ids = [json.loads(line)["id"] for line in home.ctl("export").splitlines() if "unspeakable" in line]
        self.assertEqual(len(ids), 120)
        for one in ids:
            home.ctl("forget", one)
        home.status()
        home.ctl("backup", os.path.join(home.home, "copy.db"))
        home.ctl("export", os.path.join(home.home, "all.jsonl"))
        home.log.flush()
        self.assertEqual([path for path, content in contents(home.home) if b"unspeakable" in content], [])
        self.assertIn("salmon", home.ctl("export"))
        self.assertEqual(home.rebuilt(), 0)

    def test_all_is_private_from_the_moment_it_is_made(self):
        home = self.household(simulator=False)
        made = os.path.join(home.home, "made")
        self.addCleanup(os.umask, os.umask(0))
        home.environment |= {"LD_PRELOAD": MODES, "CALCIFER_MODES": made, "ASAN_OPTIONS": ":".join(filter(None, (
            home.environment.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))}
        home.start()
        home.ctl("log", "food", "salmon")
        files = [os.path.join(home.home, name) for name in ("all.jsonl", "copy.db", "page.html")]
        for verb, file in zip(("export", "backup", "report"), files):
            home.ctl(verb, file)
        home.ctl("restore", files[1])
        self.assertEqual(home.daemon.wait(timeout=20), 0)
        home.daemon = None
        with open(made, encoding="utf-8") as lines:
            asked = [line.rstrip("\n").split(" ", 1) for line in lines]
        ours = [(mode, path) for mode, path in asked if path.startswith(home.home) and path != made]
        self.assertEqual([(mode, path) for mode, path in ours if int(mode, 8) & 0o077], [])
        names = " ".join(path for _mode, path in ours)
        for part in ("calciferd/ledger.db ", "ledger.db-wal", "ledger.db.backup-", "ledger.db.restore-", "all.jsonl",
                     "copy.db", "page.html", "/data/calciferd "):
            self.assertIn(part, names + " ")
        for path, _content in contents(os.path.join(home.home, "data")):
            self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)

    def test_what_a_crash_left_behind_goes_at_the_next_start(self):
        home = self.household(simulator=False)
        home.start()
        home.kill()
        folder = os.path.dirname(home.ledger)
        left = ["ledger.db.backup-aB12cD", "ledger.db.restore-aB12cD", "ledger.db.restore-aB12cD-wal",
                "ledger.db.salvage-aB12cD-shm", "keys.aB12cD"]
        stay = ["ledger.db.2026-01-02T030405Z", "ledger.db.backup-mine-of-may", "keys-of-mine"]
        for name in left + stay:
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write("salmon")
        home.start()
        there = os.listdir(folder)
        self.assertEqual([name for name in left if name in there], [])
        self.assertEqual([name for name in stay if name not in there], [])


if __name__ == "__main__":
    PROGRAMS, MODES = programs_of(sys.argv), sys.argv[5]
    unittest.main(argv=sys.argv[:1] + sys.argv[6:], verbosity=2)
