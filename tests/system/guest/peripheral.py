#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A small GATT peripheral on hci1: one service, one notifying characteristic that asks for encryption.

As a program it is led by lines on stdin (advertise, quiet, notify N, disconnect, end), each answered by one line.
`Peripheral` is the driving end for tests.
"""

import subprocess
import sys

SERVICE_UUID = "d70f0001-e3ca-43ad-af23-0e7767ae209c"
RECORD_UUID = "d70f0003-e3ca-43ad-af23-0e7767ae209c"
ADAPTER_NAME = "hci1"
ROOT, ADVERT = "/calcifer/test/tag", "/calcifer/test/advert"


class Peripheral:
    """Starts the program and speaks to it."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-m", "guest.peripheral"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, cwd=sys.path[0])
        self.bus_name = self._answer()

    def tell(self, line):
        """Sends a command and waits until it is done; returns the answer."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self._answer()

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)

    def _answer(self):
        line = self.process.stdout.readline().strip()
        if not line or line.startswith("failed"):
            raise AssertionError(f"the peripheral: {line or 'has gone'}")
        return line


def record(sequence):
    """A notification's value: the sequence, and what tells a torn one."""
    return sequence.to_bytes(4, "little") + bytes((sequence * k) & 0xFF for k in range(16))


def main():
    # Imported here: the driving end needs neither.
    import dbus
    import dbus.service
    from gi.repository import GLib
    from .bluez import ADAPTER, CHARACTERISTIC, DEVICE, MANAGER, PROPERTIES, SERVICE, Agent, Client, adapter_path

    client = Client()
    adapter = adapter_path(ADAPTER_NAME)

    class Application(dbus.service.Object):
        """The root, the service and its characteristic, and the advertisement: told as one tree of properties."""

        def __init__(self):
            super().__init__(client.bus, ROOT)
            self.sent = 0

        @dbus.service.method(MANAGER, out_signature="a{oa{sa{sv}}}")
        def GetManagedObjects(self):
            service = {"UUID": SERVICE_UUID, "Primary": True}
            record_shown = {"UUID": RECORD_UUID, "Service": dbus.ObjectPath(ROOT + "/service"),
                            "Flags": dbus.Array(["encrypt-read", "encrypt-notify", "notify"], "s")}
            return {dbus.ObjectPath(ROOT + "/service"): {SERVICE: service},
                    dbus.ObjectPath(ROOT + "/service/record"): {CHARACTERISTIC: record_shown}}

    class Record(dbus.service.Object):
        def __init__(self):
            super().__init__(client.bus, ROOT + "/service/record")
            self.notifying = False

        @dbus.service.method(CHARACTERISTIC)
        def StartNotify(self):
            self.notifying = True

        @dbus.service.method(CHARACTERISTIC)
        def StopNotify(self):
            self.notifying = False

        @dbus.service.signal(PROPERTIES, signature="sa{sv}as")
        def PropertiesChanged(self, interface, changed, gone):
            pass

        def notify(self, sequence):
            value = dbus.Array(record(sequence), "y")
            self.PropertiesChanged(CHARACTERISTIC, {"Value": value}, dbus.Array([], "s"))

    class Advertisement(dbus.service.Object):
        @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
        def GetAll(self, _interface):
            data = dbus.Dictionary({SERVICE_UUID: dbus.Array(bytes(8), "y")}, "sv")
            return {"Type": "peripheral", "ServiceData": data, "Discoverable": True}

        @dbus.service.method("org.bluez.LEAdvertisement1")
        def Release(self):
            pass

    application, notifier, _advert = Application(), Record(), Advertisement(client.bus, ADVERT)
    empty = dbus.Dictionary({}, "sv")
    Agent(client).register(default=True)
    client.call(adapter, "org.bluez.GattManager1", "RegisterApplication", dbus.ObjectPath(ROOT), empty)

    def advertise():
        client.call(adapter, "org.bluez.LEAdvertisingManager1", "RegisterAdvertisement", dbus.ObjectPath(ADVERT), empty)

    def quiet():
        client.call(adapter, "org.bluez.LEAdvertisingManager1", "UnregisterAdvertisement", dbus.ObjectPath(ADVERT))

    def notify(count):
        client.until("a subscriber", lambda: notifier.notifying)
        for _ in range(int(count)):
            application.sent += 1
            notifier.notify(application.sent)
        client.bus.flush()

    def disconnect():
        for path, interfaces in client.objects().items():
            if path.startswith(adapter + "/") and interfaces.get(DEVICE, {}).get("Connected"):
                client.call(path, DEVICE, "Disconnect")

    verbs = {"advertise": advertise, "quiet": quiet, "notify": notify, "disconnect": disconnect}
    loop = GLib.MainLoop()

    def take(source, _condition):
        line = source.readline()
        if not line:
            loop.quit()
            return False
        verb, *rest = line.split()
        try:
            verbs[verb](*rest)
            print("done", verb, flush=True)
        except Exception as error:  # whatever it was, the other end must hear it
            print("failed", verb, error, flush=True)
        return True

    GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, take)
    print(client.name, flush=True)
    loop.run()


if __name__ == "__main__":
    main()
