# SPDX-License-Identifier: GPL-2.0-or-later
"""Records what a client and bluetoothd say to each other, in a normal form that two runs share.

A line is one message: who to whom, its kind, its object, its member, its body. Names of connections are roles
(client, bluez, all), an answer carries its call's member, bytes are hexadecimal, and a dictionary is sorted.
Only hci0 is shown, and what is told of the bus: hci1 is the tag's side of the world.
"""

import json
import subprocess

from .waiting import until

BUS = "org.freedesktop.DBus"


class Recorder:
    """Records the system bus from `start` on; `phase` ends one stretch and begins the next."""

    def __init__(self, client_name, raw_path):
        self.client_name = client_name
        self.raw_path = raw_path
        self.marks = []

    def start(self):
        self._out = open(self.raw_path, "wb")
        self._monitor = subprocess.Popen(["busctl", "--system", "--json=short", "monitor"], stdout=self._out,
                                         stderr=subprocess.DEVNULL)
        until("the monitor hears", self._hears)

    def phase(self, name):
        """What comes from here on belongs to phase `name`. A message of our own marks the place."""
        self.marks.append(name)
        _ping(f"phase.{name}")
        until(f"the monitor hears the mark of {name}", lambda: self._raw().count(f"phase.{name}\""))

    def stop(self):
        """Ends the recording and returns {phase: [line, ...]}."""
        self.phase("end")
        self._monitor.terminate()
        self._monitor.wait(10)
        self._out.close()
        return normal_form(self._raw().splitlines(), self.client_name)

    def _hears(self):
        _ping("phase.begin")
        return "phase.begin\"" in self._raw()

    def _raw(self):
        with open(self.raw_path, encoding="utf-8", errors="replace") as raw:
            return raw.read()


def _ping(word):
    """A call that every monitor sees and nobody answers for: it asks the bus who owns a name that cannot be."""
    subprocess.run(["busctl", "--system", "call", BUS, "/org/freedesktop/DBus", BUS, "NameHasOwner", "s",
                    f"org.calciferd.test.{word}"], check=True, stdout=subprocess.DEVNULL)


def normal_form(raw_lines, client_name):
    """{phase: lines} of a recording by `busctl --json=short monitor`."""
    form = _Form(client_name)
    for raw in raw_lines:
        form.take(json.loads(raw))
    return form.phases


class _Form:
    def __init__(self, client_name):
        self.client = client_name
        self.bluez = None
        self.calls = {}
        self.phases = {}
        self.phase = None

    def take(self, message):
        if self._mark(message) or self.phase is None:
            return
        kind = message["type"]
        line = {"method_call": self._call, "method_return": self._answer, "error": self._answer,
                "signal": self._signal}[kind](message)
        if line:
            self.phases[self.phase].append(line)

    def _mark(self, message):
        words = _data(message)
        if message.get("member") != "NameHasOwner" or not words:
            return False
        name = str(words[0])
        if not name.startswith("org.calciferd.test.phase."):
            return False
        phase = name.rpartition(".")[2]
        if phase != "begin":
            self.phase = None if phase == "end" else phase
            self.phases.setdefault(phase, []) if self.phase else None
        return True

    def _call(self, message):
        ends = (message["sender"], message.get("destination"))
        if self.client not in ends:
            return None
        if ends[1] != self.client and not self._is_bluez(message):
            return None
        who = "client -> bluez" if ends[0] == self.client else "bluez -> client"
        member = _member(message)
        self.calls[(message["sender"], message["cookie"])] = (who, member)
        return f"{who}  call    {message['path']}  {member}{_body(message)}"

    def _is_bluez(self, message):
        return message["interface"].startswith("org.bluez.") or message["path"].startswith("/org/bluez") \
            or message.get("destination") == "org.bluez"

    def _answer(self, message):
        asked = self.calls.pop((message.get("destination"), message.get("reply_cookie")), None)
        if not asked:
            return None
        who, member = asked
        back = " -> ".join(reversed(who.split(" -> ")))
        if message["type"] == "error":
            return f"{back}  error   {member}  {message.get('error_name', '')}{_body(message)}"
        return f"{back}  return  {member}{_body(message)}"

    def _signal(self, message):
        member = _member(message)
        if member == f"{BUS}.NameOwnerChanged":
            name, old, new = _data(message)
            if name != "org.bluez":
                return None
            return f"bus -> all  signal  {member}(org.bluez, {'owned' if old else 'none'} -> {'owned' if new else 'none'})"
        path = message["path"]
        about = str(_data(message)[0]) if member.startswith(f"{BUS}.ObjectManager.") and path == "/" else path
        if not about.startswith("/org/bluez/hci0"):
            return None
        return f"bluez -> all  signal  {path}  {member}{_body(message)}"


def _member(message):
    return f"{message.get('interface', '')}.{message.get('member', '')}"


def _data(message):
    return message.get("payload", {}).get("data", [])


def _body(message):
    payload = message.get("payload", {})
    signature = payload.get("type", "")
    return f"({', '.join(_value(signature, item) for item in payload.get('data', []))})"


def _value(_signature, item):
    """A value of busctl's JSON as text: a variant is {"type", "data"}."""
    if isinstance(item, dict) and set(item) == {"type", "data"}:
        if item["type"] == "ay":
            return "<" + bytes(item["data"]).hex() + ">"
        return _value(item["type"], item["data"])
    if isinstance(item, dict):
        inner = ", ".join(f"{key}: {_value('', value)}" for key, value in sorted(item.items()))
        return "{" + inner + "}"
    if isinstance(item, list):
        return "[" + ", ".join(_value("", value) for value in item) + "]"
    return json.dumps(item, ensure_ascii=False)


def write(phases, folder):
    """Writes FOLDER/PHASE.trace for each phase."""
    for phase, lines in phases.items():
        with open(f"{folder}/{phase}.trace", "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
