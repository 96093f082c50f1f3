#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Everything that calciferctl does, without it: the table of commands and members in org.calciferd(7), row by row, each
with plain calls of those members and of no others; and each error by its name."""

import os
import pathlib
import re
import struct
import sys
import time
import unittest

from household import Gio, GLib, Household, options, programs_of, until

NAME, ROOT = "org.calciferd", "/org/calciferd"
ERROR = NAME + ".Error."
TREE = pathlib.Path(__file__).resolve().parents[3]
TAG, BUTTON, STATION = "C0:FF:EE:00:00:01", "54:48:E6:8F:80:A5", "C0:FF:EE:00:00:03"
KEY = bytes(range(16))
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"
ALWAYS = -2 ** 63


def rows():
    """command -> the members in its row"""
    page = (TREE / "doc" / "org.calciferd.md").read_text(encoding="utf-8")
    section = page[page.index("## What calciferctl does"):page.index("## Examples")]
    return {command: set(re.findall(r"\b[A-Z][a-z]+1\.[A-Z]\w+", said)) | ({"Tag1"} if re.search(r"\bTag1\b", said) else set())
            for command, said in re.findall(r"^\| `([a-z ]+)` \| (.*) \|$", section, re.M)}


class Panel:
    """Plain calls, and what was called."""

    def __init__(self, home):
        self.home, self.used, self.heard = home, set(), []
        self.bus = home.session
        self.bus.signal_subscribe(NAME, None, None, None, None, Gio.DBusSignalFlags.NONE, self.on_signal)

    def on_signal(self, _bus, _sender, _path, interface, name, arguments):
        self.heard.append((interface.removeprefix(NAME + "."), name, arguments.unpack()))

    def call(self, member, signature=None, *arguments, files=()):
        self.used.add(member)
        interface, method = member.split(".")
        descriptors = Gio.UnixFDList.new()
        for file in files:
            descriptors.append(file)
        path = ROOT if interface != "Job1" else arguments[0]
        values = GLib.Variant(signature, arguments) if signature else None
        reply, _ = self.bus.call_with_unix_fd_list_sync(NAME, path, f"{NAME}.{interface}", method, values, None,
                                                        Gio.DBusCallFlags.NONE, 60000, descriptors, None)
        return reply.unpack()

    def get(self, member):
        self.used.add(member)
        return self.home.property(*member.split("."))

    def tags(self):
        self.used.add("Tag1")
        return {path[-17:].replace("_", ":"): interfaces[NAME + ".Tag1"] for path, interfaces in self.home.managed().items()
                if NAME + ".Tag1" in interfaces}

    def done(self, job, meanwhile=lambda: None, seconds=60):
        """The job's result, or its error raised by name."""
        def state():
            meanwhile()
            properties = self.home.properties("Job1", job)
            return properties["Done"] and properties
        properties = until(state, seconds, "the job")
        return properties["Result"], properties["Error"][0]

    def work(self, *call, **more):
        result, error = self.done(self.call(*call, **more)[0])
        assert error == "", error
        return result

    def file(self, name, flags=os.O_RDWR | os.O_CREAT):
        return os.open(os.path.join(self.home.home, name), flags, 0o600)


class Members(unittest.TestCase):
    """A method for each row: `do_tags_role` does what `calciferctl tags role` does."""

    def setUp(self):
        self.home = Household(PROGRAMS)
        self.addCleanup(self.home.close)
        self.home.start()
        self.sim = self.home.simulator.control
        self.panel = Panel(self.home)
        self.call, self.get, self.tags, self.work = self.panel.call, self.panel.get, self.panel.tags, self.panel.work

    def names(self, member, key="name"):
        return {one[key] for one in self.get(member)}

    def test_each_row(self):
        table = rows()
        functions = {name.removeprefix("do_").replace("_", " ") for name in dir(self) if name.startswith("do_")}
        self.assertEqual(functions, set(table))
        # In an order in which each finds what it needs.
        first = ["setup", "doctor", "tags scan", "tags adopt", "products add", "products edit", "products correct", "tags map",
                 "tags allow", "tags key", "tags date", "tags counter", "tags role", "watch", "log take", "log food",
                 "log sun", "log lab", "log done", "log", "undo", "amend", "forget", "foods add", "foods recipe", "foods search",
                 "foods remove", "profile set", "wear", "alerts", "alerts snooze", "alerts answer", "alerts dismiss", "explain",
                 "plan", "history", "status", "report", "export", "import", "backup"]
        last = ["products remove", "tags forget", "restore"]
        rest = sorted(set(table) - set(first) - set(last))
        for command in first + rest + last:
            self.panel.used.clear()
            with self.subTest(command):
                getattr(self, "do_" + command.replace(" ", "_"))()
                lacking, more = table[command] - self.panel.used, self.panel.used - table[command]
                self.assertEqual((lacking, more), (set(), set()))

    def test_each_verb_has_a_row(self):
        verbs = set(re.findall(r"^int ctl_(\w+)\(", (TREE / "ctl" / "verbs.h").read_text(encoding="utf-8"), re.M))
        self.assertGreater(len(verbs), 20)
        self.assertEqual(verbs - {command.split(" ")[0] for command in rows()}, set())

    # -- The first day

    def do_setup(self):
        self.call("Profile1.Set", "(ssx)", "birth-year", "1980", ALWAYS)
        self.call("Profile1.Set", "(ssx)", "phototype", "2", ALWAYS)
        self.assertEqual(self.get("Profile1.Profile")["birth-year"], "1980")
        self.work("Tags1.Scan", "(u)", 1)

    def do_doctor(self):
        self.assertRegex(self.get("Service1.Version"), r"^\d+\.\d+")
        self.assertIn("sockets", self.get("Service1.Sandbox"))
        self.assertEqual(self.get("Service1.Place"), "off")
        self.assertIn("birth-year", self.get("Profile1.Profile"))
        self.assertEqual(self.tags(), {})

    def do_profile(self):
        self.assertEqual(self.get("Profile1.Profile")["spf"], "15")

    def do_profile_set(self):
        self.call("Profile1.Set", "(ssx)", "spf", "15", ALWAYS)

    def do_wear(self):
        self.assertIn("swimwear", self.call("Profile1.Set", "(ssx)", "wear", "swimwear spf=30", 0)[1])

    # -- Tags

    def do_tags_scan(self):
        self.sim.AddTag(BUTTON, options(name="SBBT-002C", key=KEY, pairing=True))
        self.sim.AddTag(TAG, options(slots=2, clock_set=False, pairing=True, name="Sun tag"))
        self.sim.Raw(TAG, struct.pack("<IIHBB8s", 0, 100, 7, 1, 0, struct.pack("<HHH", 600, 500, 500)))
        self.sim.Advertise(BUTTON, BTHOME_UUID, bytes.fromhex("4400013a00"))
        found = self.work("Tags1.Scan", "(u)", 2)["found"]
        self.assertEqual({one["address"] for one in found}, {TAG, BUTTON})

    def do_tags_adopt(self):
        for address in (TAG, BUTTON):
            self.assertEqual(self.work("Tags1.Adopt", "(s)", address)["address"], address)

    def do_tags(self):
        self.assertLessEqual({TAG, BUTTON}, set(self.tags()))

    def do_tags_role(self):
        self.call("Tags1.SetRole", "(ss)", TAG, "ambient")
        until(lambda: self.home.properties("Tag1", self.path(TAG))["Role"] == "ambient", 10, "the role")

    def path(self, address):
        return f"{ROOT}/tag/" + address.replace(":", "_")

    def do_tags_map(self):
        self.call("Tags1.Map", "(sss)", BUTTON, "1", "d3")
        until(lambda: self.home.properties("Tag1", self.path(BUTTON))["Slots"] == {"1": "d3"}, 10, "the map")

    def do_tags_allow(self):
        self.call("Tags1.Allow", "(sb)", BUTTON, True)

    def do_tags_key(self):
        self.call("Tags1.SetKey", "(say)", BUTTON, bytes(16))
        self.work("Tags1.FetchKey", "(s)", BUTTON)
        with open(os.path.join(self.home.home, "data", "calciferd", "keys"), encoding="utf-8") as file:
            self.assertIn(KEY.hex(), file.read().lower())

    def do_tags_date(self):
        until(lambda: self.home.properties("Tag1", self.path(TAG))["Undated"] > 0, 20, "the record")
        run = self.call("Tags1.GetUndatedRuns", "(ssu)", TAG, "", 10)[0][0]
        self.call("Tags1.DateRun", "(ssxa{sv})", TAG, run["run"], int(time.time()) - 7200, {})
        until(lambda: self.home.properties("Tag1", self.path(TAG))["Undated"] == 0, 20, "the date")

    def do_tags_counter(self):
        def seal(counter, packet):
            self.sim.BthomeEncrypted(BUTTON, KEY, counter, 0x45, bytes([0x00, packet, 0x3a, 0x01]))
        seal(1000, 1)
        until(lambda: self.home.property("Balance1", "VitaminD")["supplement_iu"] > 0, 20, "the press")
        def asked():
            for counter in (1, 2):
                seal(counter, counter + 10)
                time.sleep(0.3)
            return any(alert["code"] == "tag-counter" for alert in self.home.property("Alerts1", "Alerts"))
        until(asked, 20, "the question")
        self.call("Tags1.AcceptCounter", "(s)", BUTTON)

    def do_tags_forget(self):
        self.call("Tags1.Forget", "(s)", TAG)
        until(lambda: self.path(TAG) not in self.home.managed(), 10, "the tag to go")

    # -- Products and foods

    def do_products_add(self):
        self.call("Catalog1.AddProduct", "(sas)", "d3", ["d3=2000IU", "at=08:00"])

    def do_products_edit(self):
        self.call("Catalog1.EditProduct", "(sas)", "d3", ["mk7=100ug"])

    def do_products_correct(self):
        self.call("Catalog1.CorrectProduct", "(sas)", "d3", ["d3=1000IU"])

    def do_products_remove(self):
        self.call("Catalog1.RemoveProduct", "(s)", "d3")
        until(lambda: "d3" not in {one["name"] for one in self.home.property("Catalog1", "Products")}, 10, "the product to go")

    def do_products(self):
        self.assertIn("mk7=100ug", self.get("Catalog1.Products")[0]["value"])

    def do_foods_add(self):
        self.call("Catalog1.AddFood", "(sas)", "bread", ["per=100g", "calcium=20mg"])

    def do_foods_recipe(self):
        self.call("Catalog1.AddRecipe", "(sas)", "toast", ["bread", "50g", "milk", "1", "cup"])

    def do_foods_search(self):
        self.assertEqual([one["name"] for one in self.call("Catalog1.SearchFoods", "(ssu)", "toast", "", 5)[0]], ["toast"])

    def do_foods_remove(self):
        self.call("Catalog1.RemoveFood", "(s)", "toast")

    def do_foods(self):
        self.assertTrue(self.call("Catalog1.SearchFoods", "(ssu)", "", "", 5)[0])
        self.assertGreater(self.call("Catalog1.FoodsFor", "(s)", "calcium")[0], 0)
        self.assertTrue(self.call("Catalog1.RichestFoods", "(s)", "k2")[1])

    # -- Entries

    def do_log(self):
        """What was entered can be listed, by number as well as by id."""
        now = int(self.home.now())
        listed, _ = self.call("Ledger1.GetEvents", "(xxsu)", now - 86400, now + 60, "", 100)
        eaten = next(row for row in listed if row.get("id") == self.eaten)
        self.assertEqual(str(eaten["number"]), self.eaten.rpartition(":")[2])

    def do_profile_keys(self):
        """No member."""

    def do_log_take(self):
        self.taken = self.call("Ledger1.Take", "(sdxa{sv})", "d3", 1, 0, {})[0]

    def do_log_food(self):
        self.eaten = self.call("Ledger1.Food", "(ssxa{sv})", "salmon", "100g", 0, {})[0]

    def do_log_sun(self):
        self.call("Ledger1.Sun", "(dxa{sv})", 240, 0, {"uvi": GLib.Variant("d", 9)})

    def do_log_lab(self):
        self.call("Ledger1.Lab", "(sxa{sv})", "30ng/mL", 0, {})

    def do_log_done(self):
        self.call("Ledger1.Done", "(xa{sv})", 0, {})

    def do_undo(self):
        newest, _ = self.call("Ledger1.GetNewest")
        self.assertIn("took back", self.call("Ledger1.Undo", "(sa{sv})", newest, {})[1])

    def do_amend(self):
        self.eaten = self.call("Ledger1.Amend", "(sasxa{sv})", self.eaten, ["50g"], 0, {})[0]

    def do_forget(self):
        self.call("Ledger1.Forget", "(sa{sv})", self.eaten, {})
        with self.assertRaisesRegex(GLib.Error, ERROR + "Refused"):  # what does it is in a test of its own
            self.call("Service1.ForgetEverything", "(s)", "do so")

    def do_watch(self):
        self.panel.heard.clear()
        self.call("Tags1.StartReadings")
        self.home.call("Ledger1", "Food", "(ssxa{sv})", "salmon", "300g", 0, {})
        self.home.call("Ledger1", "Take", "(sdxa{sv})", "d3", 1, 0, {})  # of which it is asked whether it was the press
        self.sim.AddBroadcaster(STATION, options(name="Station"))
        job = self.home.call("Tags1", "Adopt", "(s)", STATION)[0]
        packets = iter(range(1, 250))
        def shine():
            number = next(packets)
            self.sim.Advertise(STATION, BTHOME_UUID, bytes([0x44, 0x00, number, 0x46, number]))
        self.panel.done(job, shine)
        def heard():
            shine()
            time.sleep(0.2)
            changed = {told[0].removeprefix(NAME + ".") for _, name, told in self.panel.heard if name == "PropertiesChanged"}
            signals = {f"{interface}.{name}" for interface, name, _ in self.panel.heard}
            return {"Alerts1", "Balance1", "Tag1"} <= changed and {"Ledger1.Entered", "Tags1.Reading"} <= signals
        until(heard, 20, "all signals")
        self.home.call("Tags1", "StopReadings", None)
        self.panel.used |= {"Ledger1.Entered", "Tags1.Reading", "Tag1"}

    # -- Alerts and answers

    def do_alerts(self):
        self.assertTrue(self.get("Alerts1.Alerts"))

    def standing(self, *codes):
        return [one["id"] for one in self.home.property("Alerts1", "Alerts") if not codes or one["code"] in codes]

    def do_alerts_snooze(self):
        self.call("Alerts1.Snooze", "(su)", self.standing()[0], 3600)
        until(lambda: "snoozed" in [one["state"] for one in self.home.property("Alerts1", "Alerts")], 10, "the state")

    def do_alerts_dismiss(self):
        self.call("Alerts1.Dismiss", "(s)", self.standing()[0])
        until(lambda: "dismissed" in [one["state"] for one in self.home.property("Alerts1", "Alerts")], 10, "the state")

    def do_alerts_answer(self):
        """A press just now and the same product by hand ask whether it was one dose."""
        asked = until(lambda: self.standing("same-dose"), 20, "the question")
        self.call("Alerts1.Answer", "(ss)", asked[0], "same")
        until(lambda: asked[0] not in self.standing("same-dose"), 10, "the answer")

    def do_explain(self):
        self.assertEqual(self.call("Alerts1.GetExplanation", "(ss)", "k2", "")[0]["kind"], "topic")
        self.assertIn("rows", self.call("Model1.Explain", "(s)", "")[0])

    def do_plan(self):
        self.assertIn("advice", self.call("Model1.Plan", "(s)", "")[0])

    # -- Days

    def do_status(self):
        day = self.call("Balance1.GetDay", "(s)", "")[0]
        self.assertEqual(day, self.home.properties("Balance1"))
        self.get("Alerts1.Alerts")
        self.tags()

    def do_history(self):
        self.assertEqual(len(self.call("Balance1.GetDays", "(ssu)", "", "", 366)[0]["Date"]), 14)
        self.assertEqual(self.get("Model1.Changed"), 0)

    def do_report(self):
        self.assertTrue(self.call("Balance1.GetDays", "(ssu)", "", "", 366)[0]["Date"])
        self.assertIsInstance(self.call("Ledger1.GetEntries", "(sxxsu)", "lab", 0, 2 ** 40, "", 1000)[0], list)
        self.get("Alerts1.Alerts")

    # -- Files

    def do_export(self):
        for form in ("csv", "jsonl", "fhir"):
            self.work("Ledger1.Export", "(sh)", form, 0, files=[self.panel.file("export." + form)])
        self.cancel(self.call("Ledger1.Export", "(sh)", "csv", 0, files=[self.panel.file("cancelled")])[0])

    def cancel(self, job):
        """What was done before it came is no failure."""
        self.panel.used.add("Job1.Cancel")
        self.panel.bus.call_sync(NAME, job, NAME + ".Job1", "Cancel", None, None, Gio.DBusCallFlags.NONE, -1, None)
        self.assertIn(self.panel.done(job)[1], ("", ERROR + "Cancelled"))

    def do_import(self):
        file = self.panel.file("export.jsonl", os.O_RDONLY)
        result = self.work("Ledger1.Import", "(hb)", 0, True, files=[file])
        self.assertEqual((result["fresh"], result["bad"]), (0, 0))
        self.cancel(self.call("Ledger1.Import", "(hb)", 0, False, files=[self.panel.file("export.csv", os.O_RDONLY)])[0])

    def do_backup(self):
        self.work("Service1.Backup", "(h)", 0, files=[self.panel.file("copy.db")])

    def do_restore(self):
        with self.assertRaisesRegex(AssertionError, ERROR + "Refused"):  # it is whole
            self.work("Service1.Salvage")
        result = self.work("Service1.Restore", "(h)", 0, files=[self.panel.file("copy.db", os.O_RDONLY)])
        self.assertTrue(result["compared"])
        self.assertEqual(self.home.daemon.wait(20), 0)
        self.home.daemon = None


class Errors(unittest.TestCase):
    """Each name in the daemon's one table is answered to somebody; that each is told of on the page is a lint."""

    def start(self, **more):
        home = Household(PROGRAMS, **more)
        self.addCleanup(home.close)
        home.start()
        return home, Panel(home)

    def name_of(self, panel, *call, **more):
        """Of the call's error, or of its job's."""
        try:
            reply = panel.call(*call, **more)
        except GLib.Error as error:
            return Gio.DBusError.get_remote_error(error)
        return panel.done(reply[0], seconds=90)[1]

    def met(self):
        home, panel = self.start()
        control = home.simulator.control
        def name_of(*call, **more):
            return self.name_of(panel, *call, **more)
        slow = panel.call("Tags1.Adopt", "(s)", self.never_served(home, panel))[0]
        panel.call("Catalog1.AddProduct", "(sas)", "d", ["d=1IU"])
        yield "Invalid", name_of("Ledger1.Lab", "(sxa{sv})", "much", 0, {})
        yield "NotFound", name_of("Ledger1.Take", "(sdxa{sv})", "nothing", 1, 0, {})
        yield "Exists", name_of("Catalog1.AddProduct", "(sas)", "d", ["d=1IU"])
        yield "Refused", name_of("Service1.ForgetEverything", "(s)", "please")
        yield "Limit", name_of("Catalog1.SearchFoods", "(ssu)", "a " * 9000, "", 5)
        yield "Damaged", name_of("Service1.Restore", "(h)", 0, files=[os.open("/dev/null", os.O_RDONLY)])
        yield "Failed", name_of("Ledger1.Export", "(sh)", "csv", 0, files=[os.open("/dev/full", os.O_WRONLY)])
        panel.call("Tags1.Scan", "(u)", 3)
        yield "Busy", name_of("Tags1.Scan", "(u)", 3)
        inside, outside = os.pipe()
        self.addCleanup(os.close, outside)
        job = panel.call("Ledger1.Import", "(hb)", 0, False, files=[inside])[0]
        home.session.call_sync(NAME, job, NAME + ".Job1", "Cancel", None, None, Gio.DBusCallFlags.NONE, -1, None)
        yield "Cancelled", panel.done(job)[1]
        os.rename(home.ledger, home.ledger + "-away")
        yield "Storage", name_of("Ledger1.Take", "(sdxa{sv})", "d", 1, 0, {})
        os.rename(home.ledger + "-away", home.ledger)
        yield "TimedOut", panel.done(slow, seconds=120)[1]
        control.AddTag(TAG, options(slots=2, clock_set=True, pairing=True))
        control.Refuse("ReadValue", "org.bluez.Error.NotSupported", "Operation is not supported", 9)
        yield "Protocol", name_of("Tags1.Adopt", "(s)", TAG)
        _, alone = self.start(simulator=False)
        yield "Unavailable", self.name_of(alone, "Tags1.Scan", "(u)", 1)

    def never_served(self, home, panel):
        """A tag that somebody else paired with, and whose services do not come any more."""
        control, other = home.simulator.control, home.system_bus.connect()
        self.addCleanup(other.close_sync, None)
        control.AddTag(STATION, options(slots=2, clock_set=True, pairing=True))
        panel.work("Tags1.Scan", "(u)", 1)
        for method in ("Pair", "Disconnect"):
            other.call_sync("org.bluez", "/org/bluez/hci0/dev_" + STATION.replace(":", "_"), "org.bluez.Device1", method, None,
                            None, Gio.DBusCallFlags.NONE, 20000, None)
        control.Fault(STATION, "resolve-ms", 2 ** 32 - 1)
        return STATION

    def test_each_is_met(self):
        table = (TREE / "daemon" / "error.c").read_text(encoding="utf-8")
        names = set(re.findall(r'"org\.calciferd\.Error\.(\w+)"', table))
        met = {}
        for wanted, name in self.met():
            with self.subTest(wanted):
                self.assertEqual(name, ERROR + wanted)
            met[wanted] = name
        self.assertEqual(set(met), names)


if __name__ == "__main__":
    PROGRAMS = programs_of(sys.argv)
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
