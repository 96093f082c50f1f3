#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls all that the daemon says it has, with all kinds of arguments, for a given time: it answers each call, with a
reply or an error that is documented; it stays, and stays small; and what its ledger holds stays whole.

    fuzz_bus.py DAEMON CTL SIM FOODS SECONDS [SEED]

The seed is printed, and says what the calls were; in what order they arrived it does not."""

import collections
import os
import random
import re
import sqlite3
import sys
import time

from household import Gio, GLib, Household, programs_of, until
from nasty import texts
from surface import NAME, PROPERTIES, ROOT, Method, Surface, Values

IN_FLIGHT = 8
ANSWER_WITHIN_S = 60
# Idle priority, sanitizers: what is measured is growth, and a ledger in memory is none.
GROWTH_MIB = 64
TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "daemon", "error.c")
OF_THE_BUS = {"org.freedesktop.DBus.Error." + name for name in (
    "InvalidArgs", "UnknownMethod", "UnknownInterface", "UnknownObject", "UnknownProperty", "PropertyReadOnly")}
STANDARD = [Method(ROOT, PROPERTIES, "Get", "ss"), Method(ROOT, PROPERTIES, "GetAll", "s"),
            Method(ROOT, PROPERTIES, "Set", "ssv")]


def documented():
    with open(TABLE, encoding="utf-8") as file:
        return set(re.findall(r'"(org\.calciferd\.Error\.\w+)"', file.read())) | OF_THE_BUS


class Fuzz:
    def __init__(self, home, seed):
        self.home, self.random = home, random.Random(seed)
        self.connection = home.session
        self.allowed = documented()
        self.surface = Surface(self.connection)
        self.values = Values(self.random)
        self.waiting, self.counts, self.faults = 0, collections.Counter(), []
        self.errors = collections.Counter()

    # -- Calls

    def choose(self):
        """(path, interface, name, arguments, descriptors)"""
        pick = self.random.random()
        if pick < 0.06:
            path, interface, name, kind = self.random.choice(self.surface.properties)
            return path, PROPERTIES, "Set", GLib.Variant("(ssv)", (interface, name, self.values.of(
                kind if kind in "sbxiud" else "s"))), []
        method = self.random.choice(STANDARD if pick < 0.12 else self.surface.methods)
        arguments, descriptors = self.values.arguments(method.signature)
        path, interface, name = method.path, method.interface, method.name
        if self.random.random() < 0.05:
            path = self.values.path()
        if self.random.random() < 0.03:
            interface = self.random.choice(["org.calciferd.Nothing1", "org.calciferd.Ledger1", "a.b"])
        if self.random.random() < 0.03:
            name = self.random.choice(["Nothing", "Take", "Cancel", "A" * 255])
        return path, interface, name, arguments, descriptors

    def call(self):
        path, interface, name, arguments, descriptors = self.choose()
        shown = arguments.print_(False)[:300] if arguments.get_size() < 4000 else f"of {arguments.get_size()} bytes"
        what = f"{interface}.{name} on {path} with {arguments.get_type_string()[:100]} {shown}"
        files = Gio.UnixFDList.new()
        for descriptor in descriptors:
            files.append(descriptor)
            os.close(descriptor)
        self.waiting += 1
        self.counts[interface.rpartition(".")[2] + "." + name[:20]] += 1
        self.connection.call_with_unix_fd_list(NAME, path, interface, name, arguments, None, Gio.DBusCallFlags.NONE,
                                               ANSWER_WITHIN_S * 1000, files, None, self.answered, what)

    def answered(self, connection, result, what):
        self.waiting -= 1
        try:
            reply, _ = connection.call_with_unix_fd_list_finish(result)
            self.learn(reply)
        except GLib.Error as error:
            name = Gio.DBusError.get_remote_error(error) if Gio.DBusError.is_remote_error(error) else f"none: {error.message}"
            self.errors[name] += 1
            if name not in self.allowed:
                self.faults.append(f"{name} ({error.message[:300]}) for {what}")

    def learn(self, reply):
        """Ids and paths that it says are asked for again."""
        said = reply.print_(False)[:4000] if reply.get_size() < 10000 else ""
        for text in re.findall(r"'([^']{1,80})'", said):
            if len(self.values.seen) < 200:
                self.values.seen.append(text)
            else:
                self.values.seen[self.random.randrange(200)] = text

    # -- The run

    def run(self, seconds):
        context, end = GLib.MainContext.default(), time.monotonic() + seconds
        while time.monotonic() < end and not self.faults and self.home.daemon.poll() is None:
            while self.waiting < IN_FLIGHT:
                self.call()
            context.iteration(True)
        while self.waiting and self.home.daemon.poll() is None:
            context.iteration(True)
        return sum(self.counts.values())

    def cancel_jobs(self):
        for path, interfaces in self.home.managed().items():
            if NAME + ".Job1" in interfaces and not interfaces[NAME + ".Job1"]["Done"]:
                self.home.call("Job1", "Cancel", None, path=path)


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"VmRSS:\s+(\d+) kB", file.read())[1]) / 1024


def prepare(home):
    """So that there is something to take, to map and to undo."""
    home.ctl("products", "add", "d3k2", "d3=2000IU", "mk7=100ug", "at=08:00")
    home.ctl("log", "take", "d3k2")
    home.ctl("log", "food", "salmon", "120g")
    lines = os.path.join(home.home, "lines")
    with open(lines, "w", encoding="utf-8") as file:
        file.write('{"kind":"tag","at":"2026-05-10T10:00:00Z","name":"C0:FF:EE:00:00:01","value":"bthome"}\n'
                   '{"kind":"record","address":"C0:FF:EE:00:00:01","log":"00AB12CD",'
                   '"raw":"0500000064000000010001023c00050037000000"}\n')
    home.ctl("import", lines)


def check_after(home):
    assert home.daemon.poll() is None, f"the daemon ended with {home.daemon.poll()}:\n{home.read_log()}"
    assert home.rebuilt() == 0, "a day differs from its fold"
    before = home.status()
    home.kill()
    with sqlite3.connect(home.ledger) as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    ledger.close()
    home.start()
    after = home.status()
    for part in ("vitamin_d", "nutrients", "date"):
        assert after[part] == before[part], f"another balance after a restart: {before[part]}, then {after[part]}"
    log = home.read_log()
    assert "CRITICAL" not in [line[11:19] for line in log.splitlines()], log


def main():
    seconds, seed = float(sys.argv[5]), int(sys.argv[6]) if len(sys.argv) > 6 else random.randrange(2 ** 32)
    print(f"seed {seed}, {seconds:.0f} s", flush=True)
    with Household(programs_of(sys.argv)) as home:
        home.start()
        prepare(home)
        fuzz = Fuzz(home, seed)
        fuzz.run(seconds / 3)
        small = resident_mib(home.daemon.pid) if home.daemon.poll() is None else 0
        calls = fuzz.run(seconds * 2 / 3)
        print(f"{calls} calls of {len(fuzz.counts)} methods; errors: {dict(fuzz.errors.most_common())}")
        print(f"figure: bus-fuzz-seconds {seconds:.0f} s\nfigure: calls {calls} of {len(fuzz.counts)} methods")
        if fuzz.faults or home.daemon.poll() is not None:
            sys.exit("\n".join(fuzz.faults) + "\n" + home.read_log()[-4000:])
        large = resident_mib(home.daemon.pid)
        print(f"{small:.0f} MiB after a third of it, {large:.0f} MiB at the end")
        assert "ASAN_OPTIONS" in os.environ or large - small < GROWTH_MIB, "it grows without an end"
        fuzz.cancel_jobs()
        until(lambda: len(os.listdir(f"/proc/{home.daemon.pid}/fd")) < 64, 20, "the end of all open files")
        check_after(home)


if __name__ == "__main__":
    main()
