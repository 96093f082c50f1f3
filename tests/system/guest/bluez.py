# SPDX-License-Identifier: GPL-2.0-or-later
"""A plain client of org.bluez, for tests. It keeps no state but its connection and what it is told to collect."""

import time

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

from .waiting import Timeout

BLUEZ = "org.bluez"
ADAPTER, DEVICE = "org.bluez.Adapter1", "org.bluez.Device1"
SERVICE, CHARACTERISTIC = "org.bluez.GattService1", "org.bluez.GattCharacteristic1"
PROPERTIES, MANAGER = "org.freedesktop.DBus.Properties", "org.freedesktop.DBus.ObjectManager"
# What btvirt gives its controllers; a third one is there where `vm run` was asked for it.
ADDRESS = {"hci0": "00:AA:01:00:00:00", "hci1": "00:AA:01:01:00:01"}
THIRD = "00:AA:01:02:00:02"


class Client:
    """A connection of its own to the system bus, and calls that last as long as bluetoothd needs."""

    def __init__(self, bus=None):
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        self.bus = bus or dbus.SystemBus(private=True)
        self.name = self.bus.get_unique_name()

    def call(self, path, interface, method, *arguments, timeout_s=60):
        """Calls org.bluez and runs the main loop until the answer is here, so signals and agents are served."""
        answer = []
        self.start(path, interface, method, *arguments, done=answer.append, timeout_s=timeout_s)
        self.until(f"{interface}.{method} answers", lambda: answer, timeout_s + 5)
        if isinstance(answer[0], Exception):
            raise answer[0]
        return answer[0]

    def start(self, path, interface, method, *arguments, done, timeout_s=60):
        """Calls org.bluez; done(value) or done(exception) comes from the main loop."""
        proxy = self.bus.get_object(BLUEZ, path, introspect=False)
        proxy.get_dbus_method(method, interface)(
            *arguments, reply_handler=lambda *values: done(values[0] if values else True), error_handler=done,
            timeout=timeout_s)

    def until(self, what, condition, timeout_s=40.0):
        """Runs the main loop until condition() is true and returns its value; raises Timeout."""
        context = GLib.MainContext.default()
        deadline = time.monotonic() + timeout_s
        while not (value := condition()):
            if time.monotonic() >= deadline:
                raise Timeout(f"not within {timeout_s:g} s: {what}")
            if not context.iteration(False):
                time.sleep(0.005)
        return value

    def settle(self, seconds):
        """Runs the main loop for a while, for what must *not* happen."""
        end = time.monotonic() + seconds
        self.until("time passes", lambda: time.monotonic() >= end, seconds + 5)

    def objects(self):
        """GetManagedObjects as {path: {interface: {property: value}}}."""
        return self.call("/", MANAGER, "GetManagedObjects")

    def get(self, path, interface, name):
        """A property, or None where the object or the property is not there."""
        try:
            return self.call(path, PROPERTIES, "Get", interface, name)
        except dbus.DBusException:
            return None

    def set(self, path, interface, name, value):
        """Sets a boolean property; org.bluez has few others that can be set."""
        self.call(path, PROPERTIES, "Set", interface, name, dbus.Boolean(value, variant_level=1))

    def until_property(self, path, interface, name, value, timeout_s=40.0):
        # Asked again and again: a cached answer could not tell that the object went away.
        def holds():
            return self.get(path, interface, name) == value
        self.until(f"{path} {name} is {value}", holds, timeout_s)

    def power(self, adapter, on):
        """Powers an adapter and waits until it is so."""
        self.set(adapter_path(adapter), ADAPTER, "Powered", on)
        self.until_property(adapter_path(adapter), ADAPTER, "Powered", on)

    def characteristic(self, device, uuid):
        """Path of the device's characteristic, or None."""
        for path, interfaces in self.objects().items():
            shown = interfaces.get(CHARACTERISTIC)
            if path.startswith(device + "/") and shown and shown["UUID"] == uuid:
                return path
        return None

    def on_change(self, path, interface, handler):
        """handler(changed) for each PropertiesChanged of one interface of one object."""
        def take(_interface, changed, _gone):
            handler(changed)
        return self.bus.add_signal_receiver(take, "PropertiesChanged", PROPERTIES, BLUEZ, path, arg0=interface)


class Agent(dbus.service.Object):
    """A NoInputNoOutput agent: Just Works, and yes to every question.

    A client that calls Pair is asked through its own agent. Pairing that comes in from the other side is asked of
    the default one, which the tag's side of the guest should be.
    """

    PATH = "/calcifer/test/agent"

    def __init__(self, client):
        super().__init__(client.bus, self.PATH)
        self.client = client
        self.asked = []

    def register(self, default=False):
        """Once for each life of bluetoothd."""
        for method, arguments in (("RegisterAgent", ("NoInputNoOutput",)), ("RequestDefaultAgent", ()))[:1 + default]:
            self.client.call("/org/bluez", "org.bluez.AgentManager1", method, dbus.ObjectPath(self.PATH), *arguments)

    @dbus.service.method("org.bluez.Agent1", in_signature="o")
    def RequestAuthorization(self, device):
        self.asked.append(("RequestAuthorization", str(device)))

    @dbus.service.method("org.bluez.Agent1", in_signature="ou")
    def RequestConfirmation(self, device, _passkey):
        self.asked.append(("RequestConfirmation", str(device)))

    @dbus.service.method("org.bluez.Agent1", in_signature="os")
    def AuthorizeService(self, device, _uuid):
        self.asked.append(("AuthorizeService", str(device)))

    @dbus.service.method("org.bluez.Agent1")
    def Cancel(self):
        self.asked.append(("Cancel", ""))

    @dbus.service.method("org.bluez.Agent1")
    def Release(self):
        self.asked.append(("Release", ""))


def adapter_path(adapter):
    return f"/org/bluez/{adapter}"


def device_path(adapter, address):
    return f"/org/bluez/{adapter}/dev_{address.replace(':', '_')}"
