# SPDX-License-Identifier: GPL-2.0-or-later
"""Records what a client and bluetoothd say to each other, in a normal form.

A line is one message: who to whom, its kind, its object, its member, its body. Connections and objects have roles
instead of names: client, bluez; ADAPTER (hci0), TAG (the device behind it), AGENT and PROFILE (the client's), and
UUIDs for what GATT numbers. Bytes are hexadecimal, and a dictionary is sorted. Left out: hci1, which is the tag's
side of the world, and the client's reading, which a patient client does as often as it likes. Values that
follow one another on one characteristic are counted. `atoms` is the same in the smallest pieces; see order.py.
"""

import json
import re
import subprocess

from . import order
from .waiting import until

BUS = "org.freedesktop.DBus"
ADAPTER, TAG = "/org/bluez/hci0", re.compile(r"/org/bluez/hci0/dev(_[0-9A-F]{2}){6}")
READING = (f"{BUS}.Properties.Get", f"{BUS}.Properties.GetAll", f"{BUS}.ObjectManager.GetManagedObjects")
GATT = ("org.bluez.GattService1", "org.bluez.GattCharacteristic1", "org.bluez.GattDescriptor1")
OWN_PATHS = {"RegisterAgent": "AGENT", "RegisterApplication": "PROFILE"}
MARK = "org.calciferd.test.phase."
# Told when the adapter's plugins get round to it, and of no use to a client.
DECORATION = ("Alias", "Class", "Modalias", "Name", "Pairable", "UUIDs")


class Recorder:
    """Records the system bus from `start` on; `phase` ends one stretch and begins the next."""

    def __init__(self, client_name, raw_path):
        self.client_name = client_name
        self.raw_path = raw_path

    def start(self):
        self._out = open(self.raw_path, "wb")
        self._monitor = subprocess.Popen(["busctl", "--system", "--json=short", "monitor"], stdout=self._out,
                                         stderr=subprocess.DEVNULL)
        until("the monitor hears", lambda: self._marked("begin"))

    def phase(self, name):
        """What comes from here on belongs to phase `name`."""
        until(f"the monitor hears the mark of {name}", lambda: self._marked(name))

    def pause(self):
        """What comes from here on belongs to no phase."""
        self.phase("none")

    def stop(self):
        """Ends the recording and returns it."""
        self.phase("none")
        self._monitor.terminate()
        self._monitor.wait(10)
        self._out.close()
        with open(self.raw_path, encoding="utf-8") as raw:
            return Recording([json.loads(line) for line in raw], self.client_name)

    def _marked(self, name):
        """Asks the bus for the owner of a name that cannot be, which the monitor sees; true once it has."""
        subprocess.run(["busctl", "--system", "call", BUS, "/org/freedesktop/DBus", BUS, "NameHasOwner", "s",
                        MARK + name], check=True, stdout=subprocess.DEVNULL)
        with open(self.raw_path, encoding="utf-8", errors="replace") as raw:
            return f'"{MARK}{name}"' in raw.read()


class Recording:
    """Messages, phase by phase. `lines` and `atoms` are {phase: [text, ...]}."""

    def __init__(self, messages, client_name):
        self.client = client_name
        self.roles = _roles(messages, client_name)
        self.calls = {}
        self.lines, self.atoms = {}, {}
        phase = "none"
        for message in messages:
            mark = _mark(message)
            phase = mark or phase
            if mark or not self._ours(message):
                continue
            told = self._tell(message)
            if told and phase != "none":
                _append(self.lines.setdefault(phase, []), self._named(told[0]))
                self.atoms.setdefault(phase, []).extend(self._named(atom) for atom in told[1])
        self.atoms = {name: order.numbered(_once(atoms)) for name, atoms in self.atoms.items()}

    def write(self, folder):
        """Writes PHASE.trace and PHASE.order into a folder."""
        for phase, lines in self.lines.items():
            with open(f"{folder}/{phase}.trace", "w", encoding="utf-8") as out:
                out.write("\n".join(lines) + "\n")
            order.write(f"{folder}/{phase}.order", [self.atoms[phase]])

    def _ours(self, message):
        """Whether it is the client's talk with bluetoothd, or what bluetoothd tells all of ADAPTER."""
        if message["type"] == "signal":
            return True
        return self.client in (message["sender"], message.get("destination"))

    def _tell(self, message):
        """(line, atoms) of a message, or None where it is left out."""
        return {"method_call": self._call, "method_return": self._answer, "error": self._answer,
                "signal": self._signal}[message["type"]](message)

    def _call(self, message):
        outward = message["sender"] == self.client
        member = f"{message['interface']}.{message['member']}"
        if outward and (member in READING or not _to_bluez(message)):
            return None
        who, whom = ("client", "bluez") if outward else ("bluez", "client")
        self.calls[(message["sender"], message["cookie"])] = (whom, who, member)
        atom = f"{who} calls {message['path']} {_short(member)}"
        return f"{who} -> {whom}  call    {message['path']}  {member}{_body(message)}", [atom]

    def _answer(self, message):
        asked = self.calls.pop((message.get("destination"), message.get("reply_cookie")), None)
        if not asked:
            return None
        who, whom, member = asked
        if message["type"] == "method_return":
            return f"{who} -> {whom}  return  {member}{_body(message)}", [f"{who} answers {_short(member)}"]
        name = message["error_name"]
        # The bus names connections in its refusals, and those are different each time.
        text = "" if name.startswith(BUS) else _body(message)
        return f"{who} -> {whom}  error   {member}  {name}{text}", [f"{who} refuses {_short(member)} by {name}"]

    def _signal(self, message):
        member = f"{message['interface']}.{message['member']}"
        data = _data(message)
        if member == f"{BUS}.NameOwnerChanged":
            return _owner_changed(data)
        tell = {f"{BUS}.Properties.PropertiesChanged": _changed, f"{BUS}.ObjectManager.InterfacesAdded": _added,
                f"{BUS}.ObjectManager.InterfacesRemoved": _removed}.get(member)
        about = message["path"] if tell is _changed else data[0] if tell else ""
        if not str(about).startswith(ADAPTER):
            return None
        return f"bluez -> all  signal  {message['path']}  {member}{_body(message)}", tell(about, data)

    def _named(self, text):
        for path, role in self.roles:
            text = text.replace(path, role)
        return TAG.sub("TAG", text).replace(ADAPTER, "ADAPTER")


def _roles(messages, client_name):
    """[(path, role), ...], the longest path first, of GATT's numbered objects and of the client's own."""
    roles = {}
    for message in messages:
        member, data = message.get("member"), _data(message)
        if member == "InterfacesAdded" and data[0].startswith(ADAPTER):
            for interface in GATT:
                if interface in data[1]:
                    parent = data[0].rpartition("/")[0]
                    roles[data[0]] = f"{roles.get(parent, 'TAG')}/{data[1][interface]['UUID']['data'][:8]}"
        elif member in OWN_PATHS and message["sender"] == client_name:
            roles[data[0]] = OWN_PATHS[member]
    return sorted(roles.items(), key=lambda pair: -len(pair[0]))


def _mark(message):
    data = _data(message)
    if message.get("member") == "NameHasOwner" and data and str(data[0]).startswith(MARK):
        return data[0].removeprefix(MARK)
    return None


def _to_bluez(message):
    return message["interface"].startswith("org.bluez.") or message["path"].startswith("/org/bluez") \
        or message.get("destination") == "org.bluez"


def _owner_changed(data):
    if data[0] != "org.bluez":
        return None
    now = "comes" if data[2] else "goes"
    return f"bus -> all  signal  NameOwnerChanged: org.bluez {now}", [f"org.bluez {now}"]


def _changed(path, data):
    interface = data[0].rpartition(".")[2]
    skipped = DECORATION if interface in ("Adapter1", "Device1") else ()
    told = [f"{path} {interface}.{name} = {'<...>' if name == 'Value' else _value(value)}"
            for name, value in sorted(data[1].items()) if name not in skipped]
    return told + [f"{path} {interface}.{name} is gone" for name in data[2]]


def _added(path, data):
    """The interfaces, and what is true of them from the start: a quick bluetoothd tells later changes at once."""
    ours = {name: shown for name, shown in sorted(data[1].items()) if name.startswith("org.bluez.")}
    told = [f"{path} has {name}" for name in ours]
    return told + [f"{path} {name.rpartition('.')[2]}.{key} = true" for name, shown in ours.items()
                   for key, value in sorted(shown.items()) if value["data"] is True and key not in DECORATION]


def _removed(path, data):
    return [f"{path} loses {name}" for name in sorted(data[1]) if name.startswith("org.bluez.")]


def _once(atoms):
    """The atoms with rows of one and the same joined: how many values a burst has is the scenario's affair."""
    return [atom for at, atom in enumerate(atoms) if at == 0 or atoms[at - 1] != atom]


def _append(lines, line):
    """Adds a line; of a row of values only their number is kept."""
    row = re.sub(r"\{Value: <[0-9a-f]*>\}", "{Value: ...}", line)
    if row == line:
        lines.append(line)
    elif lines and lines[-1].startswith(row):
        lines[-1] = f"{row} x {int(lines[-1].rpartition(' x ')[2]) + 1}"
    else:
        lines.append(f"{row} x 1")


def _short(member):
    return ".".join(member.split(".")[-2:])


def _data(message):
    return message.get("payload", {}).get("data", [])


def _body(message):
    return f"({', '.join(_value(item) for item in _data(message))})"


def _value(item):
    """A value of busctl's JSON as text: a variant is {"type", "data"}."""
    if isinstance(item, dict) and set(item) == {"type", "data"}:
        return "<" + bytes(item["data"]).hex() + ">" if item["type"] == "ay" else _value(item["data"])
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in sorted(item.items())) + "}"
    if isinstance(item, list):
        return "[" + ", ".join(_value(value) for value in item) + "]"
    return json.dumps(item, ensure_ascii=False)
