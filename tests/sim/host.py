# SPDX-License-Identifier: GPL-2.0-or-later
"""A host of tags in as few lines as the profile allows. It adopts, transfers and deletes over org.bluez, so that
the simulator, the real peripheral and the scenarios can be tried without the daemon that they are made for."""

import struct
import time

from gi.repository import Gio, GLib

BLUEZ = "org.bluez"
ADAPTER = "org.bluez.Adapter1"
DEVICE = "org.bluez.Device1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
BATTERY = "org.bluez.Battery1"
MANAGER = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"

SERVICE_UUID = "d70f0001-e3ca-43ad-af23-0e7767ae209c"
FEATURE_UUID = "d70f0002-e3ca-43ad-af23-0e7767ae209c"
RECORD_UUID = "d70f0003-e3ca-43ad-af23-0e7767ae209c"
CLOCK_UUID = "d70f0004-e3ca-43ad-af23-0e7767ae209c"
RACP_UUID = "00002a52-0000-1000-8000-00805f9b34fb"
BTHOME_UUID = "0000fcd2-0000-1000-8000-00805f9b34fb"

APPLICATION_PATH = "/org/calcifer/host"
APPLICATION_XML = """<node><interface name='org.freedesktop.DBus.ObjectManager'>
<method name='GetManagedObjects'><arg type='a{oa{sa{sv}}}' direction='out'/></method></interface></node>"""
AGENT_XML = """<node><interface name='org.bluez.Agent1'><method name='Release'/>
<method name='RequestConfirmation'><arg type='o' direction='in'/><arg type='u' direction='in'/></method>
<method name='RequestAuthorization'><arg type='o' direction='in'/></method>
<method name='Cancel'/></interface></node>"""


class LinkLost(Exception):
    """The transfer cannot go on in this connection."""


class Signal:
    def __init__(self, kind, path, interface, values, gone=()):
        self.kind, self.path, self.interface, self.values, self.gone = kind, path, interface, values, gone

    def __repr__(self):
        return f"{self.kind} {self.path} {self.interface} {self.values} {list(self.gone)}"


class Tag:
    """What the host knows of one adopted tag."""

    def __init__(self, address):
        self.address = address
        self.records = {}  # (log id, sequence) → bytes
        self.log_id = None
        self.floor = {}  # log id → first sequence that was ever held
        self.done_up_to = {}  # log id → everything up to here is committed or lost
        self.duplicates = self.conflicts = self.junk = self.lost = 0
        self.synced = False

    def take(self, data):
        if len(data) == 0 or len(data) % 20:
            self.junk += 1
            return
        for at in range(0, len(data), 20):
            record = bytes(data[at:at + 20])
            key = (self.log_id, struct.unpack_from("<I", record)[0])
            if key not in self.records:
                self.records[key] = record
            elif self.records[key] == record:
                self.duplicates += 1
            else:
                self.conflicts += 1

    def gaps(self, newest):
        """Inclusive ranges of the present log that are neither here nor settled."""
        held = sorted(s for log, s in self.records if log == self.log_id)
        expected = self.done_up_to.get(self.log_id, self.floor[self.log_id] - 1) + 1
        for sequence in held + [newest + 1]:
            if sequence > expected:
                yield expected, sequence - 1
            expected = max(expected, sequence + 1)


class Host:
    def __init__(self, connection, settle_s=0.3):
        self.connection = connection
        self.settle_s = settle_s
        self.objects = {}
        self.signals = []
        self.notified = []  # (path, bytes) since the last take
        self.tags = {}
        self.agent_asked = []
        self.losses = 0  # links lost so far, of whichever device
        self.context = GLib.MainContext.default()
        for arguments in ((PROPERTIES, "PropertiesChanged", self._changed),
                          (MANAGER, "InterfacesAdded", self._added), (MANAGER, "InterfacesRemoved", self._removed)):
            connection.signal_subscribe(BLUEZ, arguments[0], arguments[1], None, None,
                                        Gio.DBusSignalFlags.NONE, arguments[2])
        connection.signal_subscribe("org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", None, BLUEZ,
                                    Gio.DBusSignalFlags.NONE, self._owner)
        self._export()
        self.refresh()

    # ---- signals

    def _changed(self, _c, _s, path, _i, _m, parameters):
        interface, values, gone = parameters.unpack()
        self.signals.append(Signal("changed", path, interface, values, gone))
        self.losses += interface == DEVICE and values.get("ServicesResolved") is False
        held = self.objects.get(path, {}).get(interface)
        if held is not None:
            held.update(values)
            for name in gone:
                held.pop(name, None)
        if interface == CHARACTERISTIC and "Value" in values:
            self.notified.append((path, bytes(values["Value"])))

    def _added(self, _c, _s, _p, _i, _m, parameters):
        path, interfaces = parameters.unpack()
        self.signals.append(Signal("added", path, None, interfaces))
        self.objects.setdefault(path, {}).update(interfaces)

    def _removed(self, _c, _s, _p, _i, _m, parameters):
        path, names = parameters.unpack()
        self.signals.append(Signal("removed", path, None, names))
        for name in names:
            self.objects.get(path, {}).pop(name, None)
        if not self.objects.get(path):
            self.objects.pop(path, None)

    def _owner(self, _c, _s, _p, _i, _m, parameters):
        _name, _old, new = parameters.unpack()
        self.signals.append(Signal("owner", "", None, bool(new)))
        self.losses += 1
        for tag in self.tags.values():
            tag.synced = False
        self.objects = {}
        if new:
            self.refresh()
            self.arm()

    # ---- our own objects

    def _export(self):
        application = Gio.DBusNodeInfo.new_for_xml(APPLICATION_XML).interfaces[0]
        agent = Gio.DBusNodeInfo.new_for_xml(AGENT_XML).interfaces[0]
        self.connection.register_object(APPLICATION_PATH, application, self._application_call, None, None)
        self.connection.register_object("/org/calcifer/agent", agent, self._agent_call, None, None)

    def _application_call(self, _c, _s, _p, _i, _method, _parameters, invocation):
        profile = {"org.bluez.GattProfile1": {"UUIDs": GLib.Variant("as", [SERVICE_UUID])}}
        invocation.return_value(
            GLib.Variant("(a{oa{sa{sv}}})", ({APPLICATION_PATH + "/profile": profile},)))

    def _agent_call(self, _c, _s, _p, _i, method, _parameters, invocation):
        self.agent_asked.append(method)
        invocation.return_value(None)

    # ---- calls

    def wait(self, done, timeout=5.0):
        """Runs the main loop until done() is true; returns its last answer."""
        deadline = time.monotonic() + timeout
        while not (answer := done()) and time.monotonic() < deadline:
            source = GLib.timeout_add(10, lambda: False)
            self.context.iteration(True)
            if self.context.find_source_by_id(source):
                GLib.source_remove(source)
        return answer

    def sleep(self, seconds):
        self.wait(lambda: False, seconds)

    def call(self, path, interface, method, signature="()", *arguments, timeout=60):
        result = []

        def on_done(connection, outcome):
            try:
                result.append(connection.call_finish(outcome))
            except GLib.Error as error:
                result.append(error)
        self.connection.call(BLUEZ, path, interface, method, GLib.Variant(signature, arguments), None,
                             Gio.DBusCallFlags.NO_AUTO_START, timeout * 1000, None, on_done)
        self.wait(lambda: result, timeout + 1)
        if isinstance(result[0], GLib.Error):
            raise result[0]
        values = result[0].unpack()
        return values[0] if len(values) == 1 else values

    @staticmethod
    def error_name(error):
        return Gio.DBusError.get_remote_error(error)

    def set(self, path, interface, name, value):
        self.call(path, PROPERTIES, "Set", "(ssv)", interface, name, value)

    def refresh(self):
        try:
            self.objects = self.call("/", MANAGER, "GetManagedObjects")
        except GLib.Error:
            self.objects = {}

    # ---- finding things

    def adapters(self):
        return sorted(path for path, interfaces in self.objects.items() if ADAPTER in interfaces)

    def device(self, address):
        for path, interfaces in self.objects.items():
            if interfaces.get(DEVICE, {}).get("Address") == address:
                return path
        return None

    def property(self, address, name, otherwise=None):
        return self.objects.get(self.device(address), {}).get(DEVICE, {}).get(name, otherwise)

    def characteristic(self, address, uuid):
        device = self.device(address)
        for path, interfaces in self.objects.items():
            if device and path.startswith(device + "/") and interfaces.get(CHARACTERISTIC, {}).get("UUID") == uuid:
                return path
        raise LinkLost(f"no characteristic {uuid}")

    # ---- what a host does

    def discover(self, adapter="/org/bluez/hci0", duplicates=True):
        self.call(adapter, ADAPTER, "SetDiscoveryFilter", "(a{sv})",
                  {"Transport": GLib.Variant("s", "le"), "DuplicateData": GLib.Variant("b", duplicates)})
        self.call(adapter, ADAPTER, "StartDiscovery")

    def arm(self):
        """Lets adopted tags come by themselves; again after each restart and each power-on."""
        for adapter in self.adapters():
            try:
                self.call(adapter, "org.bluez.GattManager1", "RegisterApplication", "(oa{sv})", APPLICATION_PATH, {})
            except GLib.Error as error:
                if self.error_name(error) != "org.bluez.Error.AlreadyExists":
                    raise

    def adopt(self, address):
        adapter = self.adapters()[0]
        self.discover(adapter)
        if not self.wait(lambda: self.device(address), 10):
            raise LinkLost("not seen")
        self.call(adapter, ADAPTER, "StopDiscovery")
        self.call(self.device(address), DEVICE, "Pair")
        self.set(self.device(address), DEVICE, "Trusted", GLib.Variant("b", True))
        self.tags[address] = Tag(address)
        self.arm()

    def read(self, address, uuid):
        return bytes(self.call(self.characteristic(address, uuid), CHARACTERISTIC, "ReadValue", "(a{sv})", {}))

    def write(self, address, uuid, data):
        self.call(self.characteristic(address, uuid), CHARACTERISTIC, "WriteValue", "(aya{sv})", data,
                  {"type": GLib.Variant("s", "request")})

    def subscribe(self, address, uuid):
        try:
            self.call(self.characteristic(address, uuid), CHARACTERISTIC, "StartNotify")
        except GLib.Error as error:
            if self.error_name(error) != "org.bluez.Error.InProgress":
                raise

    def take_notified(self, tag):
        """Sorts what came: records into the tag, answers to the caller."""
        records = self.characteristic(tag.address, RECORD_UUID)
        racp = self.characteristic(tag.address, RACP_UUID)
        notified, self.notified = self.notified, []
        answers = []
        for path, data in notified:
            if path == records:
                tag.take(data)
            elif path == racp:
                answers.append(data)
        return answers

    def ask(self, tag, request, quiet_s=30):
        """Writes to the control point; returns its answer once all is quiet."""
        losses = self.losses
        self.write(tag.address, RACP_UUID, request)
        answers, since = [], time.monotonic()
        while not answers:
            before = len(self.notified)
            if self.losses > losses:
                raise LinkLost("services gone")
            self.wait(lambda: len(self.notified) > before or self.losses > losses, 1)
            if self.notified:
                since = time.monotonic()
                answers += self.take_notified(tag)
            if time.monotonic() - since > quiet_s:
                raise LinkLost("no answer")
        while True:  # the answer may overtake the last notifications
            self.sleep(self.settle_s)
            if not self.notified:
                return answers[0]
            self.take_notified(tag)

    def sync(self, address):
        """One connection's work: clock, records, gaps, delete."""
        tag = self.tags[address]
        feature = self.read(address, FEATURE_UUID)
        tag.log_id = struct.unpack_from("<I", feature, 8)[0]
        clock = struct.unpack("<IIH", self.read(address, CLOCK_UUID))
        self.notified = []
        self.subscribe(address, RECORD_UUID)
        self.subscribe(address, RACP_UUID)
        if abs(clock[0] - time.time()) > 2:
            self.write(address, CLOCK_UUID, struct.pack("<I", int(time.time())))
        self.ask(tag, b"\x01\x05")
        if tag.log_id not in tag.floor:
            tag.floor[tag.log_id] = min(s for log, s in tag.records if log == tag.log_id)
        self.fill(tag)
        tag.synced = True

    def fill(self, tag):
        settled = tag.done_up_to.get(tag.log_id, tag.floor[tag.log_id] - 1)
        self.ask(tag, b"\x01\x03\x01" + struct.pack("<I", settled + 1))
        newest = max((s for log, s in tag.records if log == tag.log_id), default=settled)
        while list(tag.gaps(newest)):
            for low, high in list(tag.gaps(newest)):
                answer = self.ask(tag, b"\x01\x04\x01" + struct.pack("<II", low, high))
                if answer == b"\x06\x00\x01\x06":
                    tag.lost += high - low + 1
                    for sequence in range(low, high + 1):
                        tag.records.setdefault((tag.log_id, sequence), None)
        tag.done_up_to[tag.log_id] = newest
        self.ask(tag, b"\x02\x02\x01" + struct.pack("<I", newest))

    def live(self, tag):
        """Records that came unasked are acknowledged by a delete, as soon as there is no gap below them."""
        before = len(tag.records)
        self.take_notified(tag)
        if len(tag.records) == before:
            return
        newest = max(s for log, s in tag.records if log == tag.log_id)
        if not list(tag.gaps(newest)):
            tag.done_up_to[tag.log_id] = newest
            self.ask(tag, b"\x02\x02\x01" + struct.pack("<I", newest))

    def step(self):
        """One round of what a daemon does all day."""
        self.sleep(0.05)
        for tag in self.tags.values():
            ready = self.property(tag.address, "ServicesResolved") and self.property(tag.address, "Bonded")
            if not ready:
                tag.synced = False
                continue
            try:
                if not tag.synced:
                    self.sync(tag.address)
                else:
                    self.live(tag)
            except (LinkLost, GLib.Error):
                tag.synced = False

    def received(self, tag):
        return sum(1 for record in tag.records.values() if record is not None)

    # ---- the few verbs of the command line that scenarios use

    def ctl(self, words):
        if words[:2] == ["tags", "adopt"]:
            self.adopt(words[2])
            return {}
        if words == ["status"]:
            return {"tags": [{"address": tag.address, "connected": bool(self.property(tag.address, "Connected")),
                              "received": self.received(tag), "lost": tag.lost, "conflicts": tag.conflicts,
                              "duplicates": tag.duplicates} for tag in self.tags.values()]}
        raise ValueError("no such verb: " + " ".join(words))
