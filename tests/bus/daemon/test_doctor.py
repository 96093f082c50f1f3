#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""doctor and restore: what is wrong is found with and without a daemon, and a ledger is put in another's place."""

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

from gi.repository import Gio, GLib

from household import Household, options, programs_of, pump, until

BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
NOTIFICATIONS = ("<node><interface name='org.freedesktop.Notifications'><method name='GetCapabilities'>"
                 "<arg type='as' direction='out'/></method></interface></node>")
MANAGER = ("<node><interface name='org.freedesktop.systemd1.Manager'><method name='GetUnitFileState'>"
           "<arg type='s' direction='in'/><arg type='s' direction='out'/></method></interface></node>")
TIMEDATE = ("<node><interface name='org.freedesktop.timedate1'><property name='NTPSynchronized' type='b' access='read'/>"
            "</interface></node>")
# A program in mounts of its own, as the user who runs the test.
APART = ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "sh", "-euc"]
OBJECTS = ("<node><interface name='org.freedesktop.DBus.ObjectManager'><method name='GetManagedObjects'>"
           "<arg type='a{oa{sa{sv}}}' direction='out'/></method></interface></node>")


def bare(check):
    """Its command without the word by which somebody other than root becomes root."""
    return check["command"].replace("sudo ", "")


class Doctor(unittest.TestCase):
    def make(self, simulator=False, at=None):
        home = Household(PROGRAMS, simulator=simulator, at=at)
        self.addCleanup(home.close)
        services = os.path.join(home.home, "share", "dbus-1", "services")
        os.makedirs(services)
        with open(os.path.join(services, "org.calciferd.service"), "w", encoding="utf-8") as file:
            file.write(f"[D-BUS Service]\nName=org.calciferd\nExec={os.path.abspath(PROGRAMS['daemon'])}\n")
        return home

    def serve(self, bus, name, path, xml, answer):
        """Answers every call of an interface on a connection of its own, until the function that it returns is called."""
        connection = bus.connect()
        interface = Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0]
        connection.register_object(path, interface, lambda *call: answer(call[-1]), None, None)
        connection.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
                             GLib.Variant("(su)", (name, 0)), None, 0, -1, None)

        def end():
            if not connection.is_closed():
                connection.close_sync(None)
        self.addCleanup(end)
        return end

    def examine(self, home, *words, mounts=None):
        """The checks by their ids. What the test serves answers meanwhile. mounts: shell, done before for it alone."""
        apart = [*APART, mounts + '\nexec "$@"', "sh"] if mounts is not None else []
        launcher = Gio.SubprocessLauncher.new(Gio.SubprocessFlags.STDOUT_PIPE)
        launcher.set_environ([f"{name}={value}" for name, value in home.environment.items()])
        child = launcher.spawnv([*apart, PROGRAMS["ctl"], "doctor", "--json", *words])
        done = []
        child.communicate_utf8_async(None, None, lambda source, result: done.append(
            source.communicate_utf8_finish(result)[1]))
        until(lambda: done, 60, "the doctor's answer")
        checks = {check["id"]: check for check in json.loads(done[0])}
        wrong = any(check["state"] == "wrong" for check in checks.values())
        self.assertEqual(child.get_exit_status(), 1 if wrong else 0)
        for check in checks.values():
            self.assertEqual(check["command"] is None, check["state"] in ("good", "unknown"), check)
            if os.geteuid() == 0:
                self.assertNotIn("sudo", check["command"] or "")
        return checks

    def states(self, home):
        return {name: check["state"] for name, check in self.examine(home).items()}

    def test_without_daemon_and_bluez(self):
        checks = self.examine(self.make())
        self.assertEqual(checks["daemon"]["command"], "systemctl --user start calciferd")
        self.assertEqual(checks["bluetoothd"]["state"], "wrong")
        # Where the kernel knows of no Bluetooth, that is why nothing answers.
        self.assertEqual(checks["adapter"]["state"], "unknown" if os.path.isdir("/sys/class/bluetooth") else "wrong")
        self.assertEqual(checks["notifications"]["state"], "wrong")
        self.assertEqual([checks[name]["state"] for name in ("disk", "room", "ledger")], ["good"] * 3)

    def test_words_and_plain(self):
        home = self.make()
        result = home.run("doctor")
        self.assertEqual(result.returncode, 1)
        self.assertIn("$ systemctl --user start calciferd\n", result.stdout)
        plain = home.run("doctor", "--plain").stdout.splitlines()
        self.assertEqual(len(plain), len(self.examine(home)))
        ids = list(self.examine(home))
        self.assertIn("Type: systemctl --user start calciferd", plain[ids.index("daemon")])
        self.assertLess(ids.index("ledger"), ids.index("daemon"))  # what hinders it is mended first
        home.ctl("doctor", "me", expect=2)

    def test_the_radio(self):
        home = self.make(simulator=True).start()
        control = home.simulator.control
        states = self.states(home)
        self.assertEqual([states[name] for name in ("bluetoothd", "adapter", "power", "rfkill", "daemon")], ["good"] * 5)
        self.assertEqual(states["experimental"], "note")  # 5.66 without them
        control.Power(0, False)
        until(lambda: self.states(home)["power"] == "wrong", 10, "off")
        control.AdapterRemove(0)
        until(lambda: self.states(home)["adapter"] == "wrong", 10, "no adapter")

    def test_refused_by_bluez(self):
        home = self.make()
        self.serve(home.system_bus, "org.bluez", "/", OBJECTS, lambda invocation: invocation.return_dbus_error(
            "org.freedesktop.DBus.Error.AccessDenied", "no"))
        self.assertEqual(self.states(home)["rights"], "wrong")

    def test_notifications(self):
        home = self.make()
        for capabilities, state in ((["body"], "note"), (["body", "actions"], "good")):
            end = self.serve(home.session_bus, "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                             NOTIFICATIONS, lambda call, has=capabilities: call.return_value(
                                 GLib.Variant("(as)", (has,))))
            states = self.states(home)
            end()
            self.assertEqual((states["notifications"], states["actions"]), ("good", state))

    def test_the_unit(self):
        home = self.make()
        self.assertEqual(self.states(home)["unit"], "unknown")
        for told, state in (("disabled", "wrong"), ("enabled", "good")):
            end = self.serve(home.session_bus, "org.freedesktop.systemd1", "/org/freedesktop/systemd1", MANAGER,
                             lambda call, word=told: call.return_value(GLib.Variant("(s)", (word,))))
            self.assertEqual(self.states(home)["unit"], state)
            end()

    def test_place_zone_and_sandbox(self):
        home = self.make().start()
        states = self.states(home)
        self.assertEqual((states["place"], states["zone"]), ("wrong", "good"))
        self.assertEqual(states["sandbox"], "wrong")  # this daemon was started without one
        home.ctl("profile", "set", "place", "40.7,-74")
        states = self.states(home)
        self.assertEqual((states["place"], states["zone"]), ("good", "wrong"))
        home.ctl("profile", "set", "place", "52.5,13.4")
        self.assertEqual(self.states(home)["zone"], "good")
        home.environment["TZ"] = "Mars/Base"
        check = self.examine(home)["zone"]
        self.assertEqual((check["state"], check["command"]), ("wrong", "unset TZ"))

    def test_a_place_that_cannot_be_followed(self):
        home = self.make().start()
        home.ctl("profile", "set", "place", "follow")
        until(lambda: home.property("Service1", "Place") == "absent", 20, "nobody who tells the place")
        self.assertIn("does not tell it", self.examine(home)["place"]["text"])

    def test_the_clock(self):
        home = self.make()
        connection = home.system_bus.connect()
        synchronised = []
        connection.register_object("/org/freedesktop/timedate1", Gio.DBusNodeInfo.new_for_xml(TIMEDATE).interfaces[0],
                                   None, lambda *_: GLib.Variant("b", synchronised[0]), None)
        Gio.bus_own_name_on_connection(connection, "org.freedesktop.timedate1", 0, None, None)
        pump()
        for is_set, state in ((False, "wrong"), (True, "good")):
            synchronised[:] = [is_set]
            self.assertEqual(self.states(home)["clock"], state)
        check = self.examine(self.make(at=1577880000))["clock"]  # 2020, as a machine without a battery believes
        self.assertIn("before this program was made", check["text"])
        self.assertEqual(bare(check), "timedatectl set-ntp true")

    def test_a_tag_out_of_date(self):
        """Out of date is what was heard once; a daemon that has just started cannot know."""
        address = "C0:FF:EE:00:00:02"
        home = self.make(simulator=True, at=1781611200).start()
        self.assertEqual(self.states(home)["tags"], "good")
        file = os.path.join(home.home, "tag")
        with open(file, "w", encoding="utf-8") as line:
            json.dump({"kind": "tag", "at": "2026-05-10T10:00:00Z", "name": address, "value": "bthome"}, line)
        home.ctl("import", file)
        check = self.examine(home)["tags"]
        self.assertEqual((check["state"], check["command"]), ("note", "calciferctl tags scan"))
        self.assertIn(f"{address} was not heard since the daemon started", check["text"])
        control, packets = home.simulator.control, iter(range(256))
        control.AddBroadcaster(address, options(name="Sun"))

        def heard():
            control.Advertise(address, BTHOME_UUID, bytes([0x40, 0x46, next(packets)]))
            return self.states(home)["tags"] == "good"
        until(heard, 30, "the tag")
        home.wait(4 * 86400)
        check = self.examine(home)["tags"]
        self.assertEqual((check["state"], check["command"]), ("wrong", "calciferctl tags scan"))
        self.assertIn(f"{address} is out of date", check["text"])
        until(heard, 30, "the tag again")

    # -- What the kernel says: in mounts of the test's own, so that the program looks where it always looks

    def test_a_blocked_adapter(self):
        home = self.make(simulator=True)
        kill = "/sys/class/rfkill/rfkill0"
        put = f"mount -t tmpfs none /sys/class; mkdir -p {kill}; echo bluetooth >{kill}/type; echo %d >{kill}/soft; " \
              f"echo %d >{kill}/hard"

        def wrong(soft, hard):
            """What is found, and what mends it. The simulated adapter is switched on again by and by."""
            home.simulator.control.Power(0, False)
            checks = self.examine(home, mounts=put % (soft, hard))
            return [(name, bare(checks[name])) for name in ("power", "rfkill") if checks[name]["state"] == "wrong"]

        for soft, hard, found in ((0, 0, ("power", "bluetoothctl power on")),
                                  (1, 0, ("rfkill", "rfkill unblock bluetooth")), (1, 1, ("rfkill", "rfkill list bluetooth"))):
            until(lambda soft=soft, hard=hard, found=found: wrong(soft, hard) == [found], 20, found[1])

    def test_who_else_may_log_in(self):
        home = self.make()
        file = os.path.join(home.home, "passwd")
        with open(f"{home.home}/tag", "w", encoding="utf-8") as line:
            json.dump({"kind": "tag", "at": "2026-05-10T10:00:00Z", "name": "C0:FF:EE:00:00:01", "value": "tag-event"}, line)

        def examine():
            return self.examine(home, mounts=f"mount --bind {file} /etc/passwd")["accounts"]
        lines = ["root:x:0:0::/root:/bin/bash", "gdm:x:59998:59998::/:/usr/sbin/nologin"]
        for also, state in (([], "good"), (["ann:x:59999:59999::/h/ann:/bin/bash"], "note")):
            with open(file, "w", encoding="utf-8") as passwd:
                passwd.write("".join(line + "\n" for line in lines + also))
            check = examine()
            self.assertEqual(check["state"], state)
        self.assertIn(": ann.", check["text"])
        self.assertEqual(check["command"], "calciferctl tags")  # nobody tells which
        home.start()
        self.assertEqual(examine()["state"], "good")
        home.ctl("import", f"{home.home}/tag")
        self.assertEqual(examine()["command"], "calciferctl tags forget C0:FF:EE:00:00:01")
        home.ctl("tags", "forget", "C0:FF:EE:00:00:01")
        self.assertEqual(examine()["state"], "good")

    def test_a_disk_that_is_read_only(self):
        home = self.make()
        self.fill(home)
        home.stop()
        folder = os.path.dirname(home.ledger)
        checks = self.examine(home, mounts=f"mount --bind {folder} {folder}; mount -o remount,bind,ro {folder}")
        self.assertEqual((checks["disk"]["state"], checks["room"]["state"]), ("wrong", "good"))
        self.assertIn("remount,rw", checks["disk"]["command"])
        self.assertIn(folder, checks["disk"]["command"])
        self.assertEqual(checks["ledger"]["state"], "good")  # it can be read, and is whole

    def test_a_disk_that_is_full(self):
        home = self.make()
        self.fill(home)
        home.stop()
        folder = os.path.dirname(home.ledger)
        for size, state in (("64m", "good"), ("18m", "wrong")):
            checks = self.examine(home, mounts=f"cp -a {folder} {folder}.copy; mount -t tmpfs -o size={size} none {folder}; "
                                  f"cp -a {folder}.copy/. {folder}; rm -r {folder}.copy; head -c 3M /dev/zero >{folder}/other")
            self.assertEqual((checks["room"]["state"], checks["disk"]["state"], checks["ledger"]["state"]),
                             (state, "good", "good"))
        self.assertEqual(bare(checks["room"]), f'du -axh "$(findmnt -n -o TARGET -T {folder})" | sort -h | tail')

    # -- Ledgers

    def fill(self, home):
        home.start()
        record = {"kind": "record", "address": "C0:FF:EE:00:00:01", "log": "00AB12CD",
                  "raw": "0700000080d2da680100010" + "33c002c0190010000"}
        file = os.path.join(home.home, "records")
        with open(file, "w", encoding="utf-8") as lines:
            lines.write(json.dumps(record) + "\n")
        home.ctl("log", "food", "salmon", "120g")
        home.ctl("backup", os.path.join(home.home, "copy.db"))
        home.ctl("log", "food", "salmon", "80g")
        home.ctl("import", file)

    def aside(self, home):
        folder = os.path.dirname(home.ledger)
        return [os.path.join(folder, name) for name in os.listdir(folder)
                if name.startswith("ledger.db.2") and name.endswith(("Z", "Z-2"))]

    def foods(self, home):
        return [line["value"] for line in map(json.loads, home.ctl("export").splitlines()) if line["kind"] == "food"]

    def test_restore(self):
        home = self.make()
        self.fill(home)
        said = home.ctl("restore", os.path.join(home.home, "copy.db"))
        self.assertEqual(home.daemon.wait(timeout=20), 0)
        self.assertIn("1 newer entry is not in it", said)
        self.assertIn("1 record of tags is not in it, from 2025-09-29", said)
        with sqlite3.connect(self.aside(home)[0]) as before:
            self.assertEqual(before.execute("SELECT count(*) FROM record").fetchone(), (1,))
        home.start()
        self.assertEqual(self.foods(home), ["120g"])
        self.assertEqual(home.rebuilt(), 0)

    def test_restore_of_what_is_none(self):
        home = self.make()
        self.fill(home)
        for path, text in ((home.settings + "x", "nothing was changed"), ("/nowhere", "No such file")):
            if path != "/nowhere":
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write("no ledger" * 200)
            self.assertIn(text, home.ctl("restore", path, expect=1))
        self.assertIn("whole", home.ctl("restore", "--salvage", expect=1))
        self.assertEqual(self.aside(home), [])
        home.ctl("log", "food", "salmon", "1g")  # and it goes on
        self.assertEqual(self.foods(home), ["120g", "80g", "1g"])
        home.ctl("restore", expect=2)
        home.ctl("restore", "--salvage", "x", expect=2)

    def test_a_damaged_ledger(self):
        home = self.make()
        self.fill(home)
        home.stop()
        with sqlite3.connect(home.ledger) as ledger:  # one value decays
            ledger.executescript("DROP TRIGGER entry_stays; UPDATE entry SET value = '121g' WHERE value = '120g';")
        checks = self.examine(home)
        self.assertEqual((checks["ledger"]["state"], checks["ledger"]["command"]),
                         ("wrong", "calciferctl restore --salvage"))
        said = home.ctl("restore", "--salvage")  # no daemon runs
        self.assertRegex(said, r"Read \d+ entries, 1 records and 0 samples; 1 entries and 0 records could not be read")
        self.assertEqual(len(self.aside(home)), 1)
        self.assertEqual(self.examine(home)["ledger"]["state"], "good")
        home.start()
        self.assertEqual(self.foods(home), ["80g"])

    def test_a_newer_ledger(self):
        home = self.make()
        self.fill(home)
        home.stop()
        with sqlite3.connect(home.ledger) as ledger:
            ledger.execute("PRAGMA user_version = 99")
        self.assertIn("newer", self.examine(home)["ledger"]["text"])
        self.assertIn("newer", home.ctl("restore", "--salvage", expect=1))
        home.ctl("restore", os.path.join(home.home, "copy.db"))  # that is the way back
        with sqlite3.connect(self.aside(home)[0]) as before:
            self.assertEqual(before.execute("PRAGMA user_version").fetchone(), (99,))
        home.start()
        self.assertEqual(self.foods(home), ["120g"])

    def test_a_changed_model(self):
        home = self.make()
        self.fill(home)
        self.assertNotIn("recomputed", home.ctl("history"))
        home.stop()
        with sqlite3.connect(home.ledger) as ledger:
            ledger.execute("UPDATE memory SET value = 'model 0' WHERE key = 'model'")
        for _ in range(2):  # it is said from then on
            home.start()
            self.assertIn("past estimates were recomputed", home.ctl("history"))
            self.assertIn("past estimates were recomputed", home.ctl("history", "--plain").splitlines()[0])
            home.stop()

    # -- The first run

    def set_up(self, home, *lines, interrupt=False):
        """Types the lines at a terminal; what was shown there."""
        ours, theirs = pty.openpty()
        child = subprocess.Popen([PROGRAMS["ctl"], "setup"], env=home.environment, stdin=theirs, stdout=theirs,
                                 stderr=theirs)
        os.close(theirs)
        shown, left = "", list(lines)
        try:
            while True:
                shown += os.read(ours, 4096).decode()
                if shown.endswith("> ") and left:
                    os.write(ours, left.pop(0).encode())
                    if interrupt and not left:
                        time.sleep(1)
                        child.send_signal(signal.SIGINT)
        except OSError:  # the other end is closed
            os.close(ours)
        self.assertEqual(child.wait(timeout=20), 0, shown)
        self.assertEqual(left, [], shown)
        return shown

    def profile(self, home):
        return json.loads(home.ctl("profile", "--json"))

    def test_setup(self):
        home = self.make().start()
        shown = self.set_up(home, "52.5,13.4\n", "3000\n", "1980\n", "\n", "none\n", "warfarin\n", "\n")
        self.assertIn("Now: not set.", shown)
        self.assertLess(shown.index("with the names of nearby Wi-Fi"), shown.index("Age lowers"))
        profile = self.profile(home)
        self.assertEqual((profile["place"], profile["birth-year"]), ("52.5,13.4", "1980"))  # 3000 was asked again
        self.assertNotIn("phototype", profile)
        self.assertIn("medicines", profile)
        shown = self.set_up(home, "\n", "\n", "2\n", "\x04")  # again, and left at the fourth question
        self.assertIn("Now: 1980.", shown)
        self.assertIn("The rest stays as it is", shown)
        self.assertEqual(self.profile(home), profile | {"phototype": "2"})

    def test_setup_looks_for_a_tag(self):
        home = self.make(simulator=True).start()
        shown = self.set_up(home, *["\n"] * 5, "y\n", interrupt=True)  # as Ctrl-C ends a scan
        self.assertIn("No tag was heard", shown)

    # -- An upgrade

    def complaint(self, home, *words):
        """What a command that fails says, while the test serves what it asks."""
        launcher = Gio.SubprocessLauncher.new(Gio.SubprocessFlags.STDERR_PIPE)
        launcher.set_environ([f"{name}={value}" for name, value in home.environment.items()])
        child, done = launcher.spawnv([PROGRAMS["ctl"], *words]), []
        child.communicate_utf8_async(None, None, lambda source, result: done.append(
            source.communicate_utf8_finish(result)[2]))
        until(lambda: done, 20, "the client")
        self.assertEqual(child.get_exit_status(), 1, done[0])
        return done[0]

    def test_an_older_daemon(self):
        """One that lacks a method or a property, or takes other arguments: GDBus says so for it, in ways of its own."""
        for word, interface, member in (
                ("plan", "Model1", "<method name='Other'/>"),
                ("plan", "Model1", "<method name='Plan'><arg type='ai' direction='in'/></method>"),
                ("profile", "Profile1", "<property name='Other' type='s' access='read'/>"),
                ("profile", "Other1", "<property name='Profile' type='a{sv}' access='read'/>")):
            home = self.make()
            self.serve(home.session_bus, "org.calciferd", "/org/calciferd",
                       f"<node><interface name='org.calciferd.{interface}'>{member}</interface></node>", None)
            said = self.complaint(home, word)
            self.assertIn("older than this program. Type 'systemctl --user restart calciferd'", said)
            self.assertEqual(said.count("\n"), 1)

    def test_another_version(self):
        """The real daemon, which calls itself by another version, goes on under the new client, and is found."""
        home = self.make()
        version = home.ctl("--version").split()[1]
        other = "9" + version[1:]
        older = os.path.join(home.home, "calciferd")
        with open(PROGRAMS["daemon"], "rb") as file:
            program = file.read()
        self.assertEqual(program.count(f"\0{version}\0".encode()), 1)
        with open(older, "wb") as file:
            file.write(program.replace(f"\0{version}\0".encode(), f"\0{other}\0".encode()))
        os.chmod(older, 0o755)
        home.programs = home.programs | {"daemon": older}
        home.start()
        check = self.examine(home)["daemon"]
        self.assertEqual((check["state"], check["command"]), ("wrong", "systemctl --user restart calciferd"))
        self.assertIn(f"version {other}, and this is {version}", check["text"])
        home.ctl("log", "food", "salmon", "120g")
        home.stop()
        home.programs = home.programs | {"daemon": PROGRAMS["daemon"]}
        home.start()
        self.assertEqual(self.states(home)["daemon"], "good")
        self.assertEqual(self.foods(home), ["120g"])


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
