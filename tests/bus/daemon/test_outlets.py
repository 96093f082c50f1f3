#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One corpus of nasty names, brought by each way in and looked for at each way out: terminal, JSON, CSV, HTML, the bus,
the journal, a bubble, a shell's line. Nowhere is one more than a name, and where it is to come back it does as it was."""

import csv
import fcntl
import html.parser
import io
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
import unicodedata
import unittest
import xml.etree.ElementTree

from household import GLib, Household, options, programs_of, until
from nasty import corpus, harm, texts
from test_answers import SHOWS

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "notify"))

from fake import Server  # noqa: E402

BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
TAG = "C0:FF:EE:00:00:01"
SCRIPTS = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "data",
                                        "completions"))
ERROR = re.compile(r"org\.calciferd\.Error\.[A-Z][A-Za-z]+")


class Names(unittest.TestCase):
    simulator = False

    def setUp(self):
        noon = int(time.time()) // 86400 * 86400 + 35 * 3600  # tomorrow's in Berlin: bubbles wait for nothing
        self.home = Household(PROGRAMS, simulator=self.simulator, at=noon if self.simulator else None)
        self.addCleanup(self.home.close)
        self.home.start()
        if self.simulator:
            self.home.ctl("profile", "set", "birth-year", "1980", "--since", "always")

    def assert_harmless(self, text, what, lines=True):
        found = harm(text, lines)
        self.assertEqual(found, "", what)

    def taken(self, what, *arguments):
        """Whether the daemon took it. When it did not, it says so in one harmless line, under a name of ours."""
        try:
            self.home.call(*arguments)
            return True
        except GLib.Error as error:
            name = error.message.removeprefix("GDBus.Error:").partition(":")[0]
            self.assertRegex(name, ERROR, what)
            sentence = error.message.partition(": ")[2]
            self.assertLess(len(sentence), 1000, what)
            return False

    def file(self, name, content):
        path = os.path.join(self.home.home, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def bring(self, *lines):
        return self.home.ctl("import", self.file("lines", "".join(json.dumps(line) + "\n" for line in lines)))

    def named(self, name):
        """What can carry this name does: (what carries it, how it is called)."""
        given = set()
        if self.taken(name, "Catalog1", "AddProduct", "(sas)", name, ["d=1IU"]):
            given.add("product")
            self.assertTrue(self.taken(name, "Ledger1", "Take", "(sdxa{sv})", name, 1, 0, {}))
        if self.taken(name, "Catalog1", "AddFood", "(sas)", name + "f", ["per=100g", "calcium=20mg"]):
            given.add("food")
            self.taken(name, "Ledger1", "Food", "(ssxa{sv})", name + "f", "1g", 0, {})
        if self.taken(name, "Catalog1", "AddRecipe", "(sas)", name + "r", ["salmon", "50g"]):
            given.add("recipe")
        return given

    def fill(self):
        """Gives each name to all that can have it; what some other machine's file brings is more than a person may."""
        self.bring({"kind": "tag", "at": "2026-05-10T10:00:00Z", "name": TAG, "value": "bthome"})
        products, foods, slots = [], [], 0
        for what, name in texts().items():
            given = self.named(name)
            products += [name] if "product" in given else []
            foods += [name + "f"] if "food" in given else []
            if "product" in given:
                slots += 1
                self.assertTrue(self.taken(what, "Tags1", "Map", "(sss)", TAG, str(slots), name))
        self.bring(*({"kind": kind, "at": "2026-05-10T10:00:00Z", "name": name, "value": value}
                     for name in texts().values() for kind, value in (("take", "1"), ("food", "10g"))
                     if len(name.encode()) < 128))
        self.assertGreater(len(products), 30)
        return products, foods

    def complain(self, lines, contents):
        """Has the daemon read each as its settings: which it refuses it says on the bus to who asks, and to the log when it was
        a signal; as many as these were. lines() counts the log's."""
        os.makedirs(os.path.dirname(self.home.settings), exist_ok=True)
        wrong = 0
        for name in corpus().values():
            for content in (b"[" + name + b"]\nkey=1\n", b"[Alerts]\n" + name + b"=1\n", b"[Alerts]\nQuietHours=" + name + b"\n",
                            name)[contents.start:contents.stop]:
                with open(self.home.settings, "wb") as file:
                    file.write(content)
                try:
                    self.home.call("Service1", "Reload", None)
                except GLib.Error as error:
                    self.assertRegex(error.message, ERROR)
                    before = lines()
                    self.home.daemon.send_signal(signal.SIGHUP)
                    until(lambda: lines() > before, 20, "a complaint")
                    wrong += 1
        return wrong

    def assert_log_is_whole(self):
        log = self.home.read_log()
        self.assert_harmless(log, "the journal")
        self.assertEqual([line for line in log.splitlines() if not line.startswith("calciferd: ")], [])
        self.assertEqual([line for line in log.splitlines() if line.startswith("calciferd: CRITICAL: ")], [])


class Outlets(Names):

    # -- A person's eyes

    def test_terminal_and_json(self):
        products, foods = self.fill()
        for words in SHOWS:
            for more in ([], ["--plain"]):
                self.assert_harmless(self.home.shown(80, *words, *more, statuses=(0, 1)).replace("\r\n", "\n"), words + more)
            told = self.home.run(*words, "--json")
            json.loads(told.stdout)
            self.assert_harmless(told.stdout, words + ["--json"])
        listed = [row["name"] for row in json.loads(self.home.ctl("products", "--json"))]
        self.assertEqual(sorted(listed), sorted(products))
        named = {row["name"] for row in json.loads(self.home.ctl("foods", "--json"))}
        self.assertEqual(set(foods) - named, set())

    def test_sentences_of_what_is_entered(self):
        self.fill()
        for _ in range(40):
            undone = self.home.run("undo")
            self.assertEqual((undone.returncode, undone.stderr), (0, ""))
            self.assert_harmless(undone.stdout, "undo")
            self.assertEqual(len(undone.stdout.splitlines()), 2)  # what it was, and that it is taken back

    def test_what_is_watched(self):
        with self.home.begin("watch", stdout=subprocess.PIPE) as watch:
            self.addCleanup(lambda: watch.poll() is None and watch.kill())
            time.sleep(0.5)
            for name in texts().values():
                self.named(name)
            self.home.call("Ledger1", "Done", "(xa{sv})", 0, {})
            lines = []
            while not lines or " done " not in lines[-1]:
                lines.append(watch.stdout.readline())
            watch.send_signal(2)
        self.assert_harmless("".join(lines), "watch")
        self.assertEqual([line for line in lines if not re.match(r"(\d+ \w+ )?\d\d:\d\d  ", line)], [])

    def test_complaints(self):
        """What is typed and is wrong: one harmless line, whatever it was, and no complaint of a library."""
        for what, name in corpus().items():
            if b"\0" in name:
                continue
            for words in (["products", "remove", name], ["log", "take", name], ["log", "food", name], ["log", "lab", name],
                          ["foods", "search", name], ["explain", name], ["tags", "forget", name], [name],
                          ["profile", "set", name, name], ["profile", "set", "place", name], ["undo", name],
                          ["alerts", "dismiss", name], ["status", "--date", name], ["export", "--format", name],
                          ["calc", "bthome", name], ["log", "sun", "20", "--wearing", name], ["amend", name, name]):
                result = subprocess.run([PROGRAMS["ctl"], *words], env=self.home.environment, capture_output=True,
                                        check=False, stdin=subprocess.DEVNULL)
                self.assertIn(result.returncode, (0, 1, 2), (what, words))
                said = (result.stdout + result.stderr).decode()
                self.assert_harmless(said, (what, words))
                self.assertNotIn("-CRITICAL", said, (what, words))
                if result.returncode:
                    self.assertEqual(len(result.stderr.decode().splitlines()), 1, (what, words, result.stderr))

    # -- Files

    def test_there_and_back(self):
        """What goes out comes in elsewhere as it was, and no cell of it is a formula."""
        self.fill()
        there = Household(PROGRAMS, simulator=False)
        self.addCleanup(there.close)
        there.start()
        for form in ("jsonl", "csv"):
            path = os.path.join(self.home.home, "export." + form)
            self.home.ctl("export", "--format", form, path)
            there.ctl("import", path)
            with open(path, encoding="utf-8", newline="") as file:
                written = file.read()
            again = os.path.join(self.home.home, "again." + form)
            there.ctl("export", "--format", form, again)
            with open(again, encoding="utf-8", newline="") as file:
                came = file.read()
            if form == "jsonl":
                self.assertEqual({json.loads(line)["id"] for line in written.split("\n")[:-1]} -
                                 {json.loads(line)["id"] for line in came.split("\n")[:-1]}, set())
                self.assertEqual(set(written.split("\n")[:-1]) - set(came.split("\n")[:-1]), set())
            else:
                rows = list(csv.reader(io.StringIO(written)))
                self.assertEqual({len(row) for row in rows}, {12})
                self.assertEqual({tuple(row) for row in rows} - {tuple(row) for row in csv.reader(io.StringIO(came))},
                                 set())
                for cell in (cell for row in rows for cell in row):
                    self.assertNotIn(cell[:1], ("=", "+", "-", "@", "\t", "\r"))
        self.assertEqual(there.rebuilt(), 0)

    def test_fhir_and_report(self):
        self.fill()
        bundle = self.home.ctl("export", "--format", "fhir")
        json.loads(bundle)
        path = os.path.join(self.home.home, "report.html")
        self.home.ctl("report", path)
        with open(path, encoding="utf-8") as file:
            page = file.read()
        self.assert_harmless(page, "the report")
        self.assertEqual(Elements(page).strange, set())

    def test_a_table_of_foods(self):
        for what, name in corpus().items():
            cell = name.replace(b'"', b'""')
            table = self.file("foods.csv", b'name,calcium_mg\n"' + cell + b'",10\n')
            result = self.home.run("import", table, "--foods")
            self.assertIn(result.returncode, (0, 1), what)
            self.assert_harmless(result.stdout + result.stderr, what)
        self.assert_harmless(self.home.ctl("foods"), "names made of a table's")

    def test_lines_of_a_file(self):
        """Each as the kind, the id, the name and the value of a line: what is wrong is named in a harmless line."""
        for what, name in corpus().items():
            text = name.decode("latin-1") if what not in texts() else texts()[what]
            lines = [{"kind": text, "at": "2026-05-10T10:00:00Z"}, {"kind": "take", "id": text, "at": "2026-05-10T10:00:00Z"},
                     {"kind": "lab", "at": text, "value": "30ng/mL"}, {"kind": "lab", "at": "2026-05-10T10:00:00Z", "value": text},
                     {"kind": "zone", "at": "2026-05-10T10:00:00Z", "value": text + " 52.50 13.37"},
                     {"kind": "record", "address": text, "log": text, "raw": text}]
            whole = b"".join(json.dumps(line).encode() + b"\n" for line in lines) + b'{"kind": "take", "name": "' + name + b'"}\n'
            result = self.home.run("import", self.file("lines", whole))
            self.assertIn(result.returncode, (0, 1), what)
            self.assert_harmless(result.stdout + result.stderr, what)

    def test_settings(self):
        """In the place of a key, a value and a group. What is wrong with it is said in one line of the journal."""
        wrong = self.complain(lambda: self.home.read_log().count("\n"), range(4))
        self.assertGreater(wrong, 300)
        self.assert_log_is_whole()

    # -- The bus, the journal, a shell

    def test_journal(self):
        self.fill()
        self.assert_log_is_whole()

    def test_completion(self):
        """What a shell puts on its line is one word, and nothing is done by it."""
        products, _ = self.fill()
        folder = os.path.join(self.home.home, "bin")
        os.makedirs(folder)
        os.symlink(os.path.abspath(PROGRAMS["ctl"]), os.path.join(folder, "calciferctl"))
        environment = self.home.environment | {"PATH": folder + ":/usr/bin:/bin"}
        typed = (f"source {SCRIPTS}/calciferctl.bash; COMP_LINE='calciferctl log take '; COMP_POINT=${{#COMP_LINE}};"
                 " _calciferctl; for one in \"${COMPREPLY[@]}\"; do eval \"set -- $one\" || echo broken;"
                 " printf '%s:%s\\0' $# \"$1\"; done")
        said = subprocess.run(["bash", "--norc", "-c", typed], env=environment, capture_output=True, text=True, check=True,
                              cwd=self.home.home, timeout=60).stdout
        offered = said.split("\0")[:-1]
        self.assertFalse(os.path.exists(os.path.join(self.home.home, "PWNED")))
        self.assertEqual({one.partition(":")[0] for one in offered}, {"1"})
        names = [one.partition(":")[2] for one in offered]
        self.assertEqual(sorted(names), sorted(name for name in products if can_be_offered(name)))
        for words in (["log", "take", ""], ["products", "remove", ""], ["log", "food", ""]):
            self.assert_harmless(self.home.ctl("complete", *words), words)


class Shells(Names):
    """Each name alone behind the tabulator, and then Enter: the program is to be given the name, whatever it looks like, and
    the shell is to do nothing else. Names that cannot be shown are not offered."""

    shells = {"bash": ("--norc", "--noprofile", "-i"), "zsh": ("-f", "-i"), "fish": ("--no-config", "-i")}
    set_ups = {"bash": f"source {SCRIPTS}/calciferctl.bash",
               "zsh": f"autoload -Uz compinit; compinit -u -D; compdef _calciferctl calciferctl; fpath+=({SCRIPTS});"
                      f" autoload -Uz _calciferctl",
               "fish": f"source {SCRIPTS}/calciferctl.fish"}

    def program(self):
        """Completes as the program does, and of all else tells what it was given."""
        folder = os.path.join(self.home.home, "bin")
        os.makedirs(folder)
        with open(os.path.join(folder, "calciferctl"), "w", encoding="utf-8") as script:
            script.write('#!/bin/sh\nif [ "$1" = complete ]; then exec ' + os.path.abspath(PROGRAMS["ctl"]) + ' "$@"; fi\n'
                         f"printf '%s\\0' \"$@\" > {self.home.home}/given.new\nmv {self.home.home}/given.new {self.home.home}/given\n")
        os.chmod(script.name, 0o700)
        return folder

    def begin(self, shell):
        """A shell at a terminal of its own, in an empty folder; what is read of it is forgotten."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(f"/usr/bin/{shell}", [shell, *self.shells[shell]], self.home.environment | {
                "PATH": self.path + ":/usr/bin:/bin", "TERM": "dumb", "PS1": "", "HISTFILE": "", "HOME": self.folder})
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 2000, 0, 0))
        reader = threading.Thread(target=self.read, args=(terminal,), daemon=True)
        reader.start()

        def end():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            reader.join()
            os.close(terminal)
        self.addCleanup(end)
        os.write(terminal, (self.set_ups[shell] + "\r").encode())
        return terminal

    def read(self, terminal):
        try:
            while part := os.read(terminal, 65536):
                self.shown.append(part)
        except OSError:
            pass

    def given(self, terminal, line):
        """What the program was given when this was typed, the tabulator, and Enter."""
        path = os.path.join(self.home.home, "given")
        os.write(terminal, line.encode() + b"\t\r")
        until(lambda: os.path.exists(path), 30, f"the end of {line!r}: {b''.join(self.shown)[-300:]}")
        with open(path, encoding="utf-8") as file:
            words = file.read().split("\0")[:-1]
        os.remove(path)
        return words

    def offer(self, name):
        """Has a product of this name, or a food where products may not be called so, and no other; what is typed to get it."""
        for remove, before in self.offered:
            self.home.call("Catalog1", remove, "(s)", before)
        self.offered = []
        if self.taken(name, "Catalog1", "AddProduct", "(sas)", name, ["d=1IU"]):
            self.offered = [("RemoveProduct", name)]
            return ["log", "take"]
        if self.taken(name, "Catalog1", "AddFood", "(sas)", name, ["per=100g", "calcium=20mg"]):
            self.offered = [("RemoveFood", name)]
            return ["foods", "remove"]
        return []

    def test_what_the_shell_runs(self):
        self.shown, self.offered, self.path = [], [], self.program()
        self.folder = os.path.join(self.home.home, "empty")
        os.makedirs(self.folder)
        terminals = {shell: self.begin(shell) for shell in self.shells}
        tried = 0
        for what, name in texts().items():
            verb = self.offer(name)
            expected = [name] if can_be_offered(name) else []
            for shell, terminal in terminals.items() if verb else ():
                given = self.given(terminal, f"calciferctl {' '.join(verb)} ")
                if shell == "fish" and what in ("tilde", "path"):  # these are left to be typed
                    expected = []
                self.assertEqual(given, verb + expected, shell)
            tried += bool(verb) and expected != []
        self.assertGreater(tried, 35)
        self.assertEqual(os.listdir(self.folder), [])


def can_be_offered(name):
    """zsh would cut off a name at a character of private use."""
    return not harm(name, lines=False) and not any(unicodedata.category(c) == "Co" for c in name)


class Elements(html.parser.HTMLParser):
    """What a browser would make of a page beyond what our pages are made of."""

    known = set("html head meta title style body main h1 h2 p strong section table thead tbody tr th td svg g text rect line "
                "path polyline polygon circle span desc".split())

    def __init__(self, page):
        super().__init__()
        self.strange = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in self.known:
            self.strange.add(tag)
        self.strange |= {name for name, value in attrs if name.startswith("on") or name in ("src", "href")}


class FromTheAir(Names):
    """What a neighbour's radio calls itself."""

    simulator = True

    def test_scan_and_tags(self):
        names = {f"C0:FF:EE:00:01:{number:02X}": name for number, name in enumerate(texts().values())
                 if len(name.encode()) <= 248 and "\0" not in name}
        control = self.home.simulator.control
        for address, name in names.items():
            control.AddBroadcaster(address, options(name=name))
        for words in (["--json"], []):
            with self.home.begin("tags", "scan", "--seconds", "4", *words, stdout=subprocess.PIPE) as scan:
                time.sleep(1)
                for address in names:
                    control.Advertise(address, BTHOME_UUID, bytes.fromhex("44002a01643a01"))
                told = scan.stdout.read()
            self.assert_harmless(told, words)
            if words:
                found = {row["address"]: row["name"] for row in json.loads(told)}
                self.assertEqual({address: found.get(address) for address in names}, names)
        self.assert_log_is_whole()

    def test_bubbles(self):
        """Of tags whose batteries are low; each name is cut where a bubble's text has no room for it."""
        server = Server(self.home.session_bus)
        self.addCleanup(lambda: server.connection.is_closed() or server.die())
        control, names = self.home.simulator.control, texts()
        tags = {f"C0:FF:EE:00:02:{number:02X}": names[what] for number, what in
                enumerate(("script", "attribute", "clear", "csi-c1", "override", "cut-at-entry-odd", "newline", "percent"))}
        for address, name in tags.items():
            control.AddTag(address, options(clock_set=True, pairing=True, name=name, battery=5))
            self.home.ctl("tags", "adopt", address)
        until(lambda: len([alert for alert in self.home.properties("Alerts1")["Alerts"]
                           if alert["code"] == "tag-battery"]) == len(tags), 20, "an alert of each battery")
        until(lambda: len(server.screen) > 0, 20, "a bubble")
        self.assert_harmless(self.home.shown(80, "alerts").replace("\r\n", "\n"), "alerts")
        for bubble in server.notified:
            self.assert_harmless(bubble.summary, "a bubble's summary", lines=False)
            self.assert_harmless(bubble.body, "a bubble's body")
            self.assertEqual(list(xml.etree.ElementTree.fromstring(f"<body>{bubble.body}</body>")), [])
        self.assert_log_is_whole()


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
