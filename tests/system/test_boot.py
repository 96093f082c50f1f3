#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest is what the other tests take it for, and how bluetoothd speaks to a client is on record.

Real systemd with a user manager for a new user, a sandboxed user unit, two powered controllers, and a tag on
hci1 that hci0 finds, pairs, resolves and hears 500 notifications from; then a lost link, a power cycle and a
restart of bluetoothd. Each stretch leaves NAME.trace and NAME.order in the artefacts: what happened, in full and in
the smallest pieces. recorded/NAME.order keeps the runs that the simulator is held to; see guest/order.py.
"""

import contextlib
import os
import subprocess
import sys

import dbus
import dbus.service

from guest import account, bluez, order, peripheral, system, trace
from guest.bluez import ADAPTER, DEVICE
from guest.waiting import Check, until

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorded")
NOTIFICATIONS = 500
HCI0 = bluez.adapter_path("hci0")
TAG = bluez.device_path("hci0", bluez.ADDRESS["hci1"])
PROFILE_ROOT = "/calcifer/test/profile"
PROBE = """
[Service]
Type=oneshot
ExecStartPre=+/bin/mkdir -p -m 0700 %h/.local/share/probe
ExecStart=/bin/sh -c 'touch %h/.local/share/probe/written && ! touch %h/elsewhere && ! touch /usr/elsewhere \
&& ! grep probe0 /proc/net/dev && busctl --system get-property org.bluez /org/bluez/hci0 org.bluez.Adapter1 Powered'
PrivateUsers=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=%h/.local/share/probe
PrivateTmp=yes
PrivateDevices=yes
PrivateNetwork=yes
PrivateIPC=yes
ProtectHostname=yes
ProtectKernelTunables=yes
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
MemoryDenyWriteExecute=yes
SystemCallFilter=@system-service
CapabilityBoundingSet=
"""

check = Check()


class Profile(dbus.service.Object):
    """What makes BlueZ connect a known tag by itself."""

    def __init__(self, client):
        super().__init__(client.bus, PROFILE_ROOT)

    @dbus.service.method(bluez.MANAGER, out_signature="a{oa{sa{sv}}}")
    def GetManagedObjects(self):
        shown = {"UUIDs": dbus.Array([peripheral.SERVICE_UUID], "s")}
        return {dbus.ObjectPath(PROFILE_ROOT + "/tag"): {"org.bluez.GattProfile1": shown}}


class Listener:
    """Sequences of the notifications that came, in the order they came."""

    def __init__(self, client, path):
        self.sequences = []
        self.torn = 0
        client.on_change(path, bluez.CHARACTERISTIC, self.take)

    def take(self, changed):
        if "Value" in changed:
            value = bytes(changed["Value"])
            sequence = int.from_bytes(value[:4], "little")
            self.torn += value != peripheral.record(sequence)
            self.sequences.append(sequence)


def user_manager():
    check("systemd is the guest's first process", os.readlink("/proc/1/exe").endswith("/systemd"))
    wearer = account.create("wearer")
    check("the new account has an empty home", os.listdir(wearer.home) == [], os.listdir(wearer.home))
    wearer.start_manager()
    check.equal("the user manager runs", wearer.systemctl("is-active", "default.target", check=False), "active")
    # A network that the sandbox has to hide.
    subprocess.run(["ip", "link", "add", "probe0", "type", "dummy"], check=True)
    with open("/proc/net/dev", encoding="ascii") as devices:
        check("the guest has a network interface", "probe0" in devices.read())
    unit = "/tmp/tree/usr/lib/systemd/user/probe.service"
    os.makedirs(os.path.dirname(unit))
    with open(unit, "w", encoding="ascii") as out:
        out.write(PROBE)
    system.install("/tmp/tree")
    system.notice_install(wearer)
    wearer.systemctl("start", "probe.service", check=False)
    check("a user unit starts in its sandbox, writes only where it may, and reaches bluetoothd",
          wearer.systemctl("show", "-P", "Result", "probe.service") == "success", wearer.journal("probe.service"))
    until("its journal is written", lambda: "b true" in wearer.journal("probe.service"))
    check("and its journal is read", "b true" in wearer.journal("probe.service"), wearer.journal("probe.service"))
    return wearer


def own_name(wearer, client):
    """A test's own service on the system bus, as the project's tag has one."""
    name = "org.calciferd.Test1"
    system.allow_bus_name(name)
    client.bus.request_name(name)
    asked = wearer.as_user("busctl", "--system", "status", name)
    check("a test can own a name on the system bus, and the user sees it", f"PID={os.getpid()}" in asked.stdout,
          asked.stdout)


def adopt(client, tag):
    client.call(HCI0, ADAPTER, "SetDiscoveryFilter",
                dbus.Dictionary({"Transport": "le", "DuplicateData": True}, "sv"))
    client.call(HCI0, ADAPTER, "StartDiscovery")
    tag.tell("advertise")
    client.until("the tag is found", lambda: client.get(TAG, DEVICE, "Address"))
    data = client.get(TAG, DEVICE, "ServiceData")
    check("hci0 finds the tag by its service data", list(data) == [peripheral.SERVICE_UUID], data)
    client.call(HCI0, ADAPTER, "StopDiscovery")
    client.call(TAG, DEVICE, "Pair")
    check("the tag is paired and bonded by Just Works",
          client.get(TAG, DEVICE, "Paired") and client.get(TAG, DEVICE, "Bonded"))
    client.until_property(TAG, DEVICE, "ServicesResolved", True)
    client.set(TAG, DEVICE, "Trusted", True)
    record = client.characteristic(TAG, peripheral.RECORD_UUID)
    check("its services are resolved, the record characteristic among them", record)
    return record


def transfer(client, tag, record, listener):
    client.call(record, bluez.CHARACTERISTIC, "StartNotify")
    tag.tell(f"notify {NOTIFICATIONS}")
    client.until("all notifications", lambda: len(listener.sequences) >= NOTIFICATIONS, 60)
    check.equal(f"{NOTIFICATIONS} notifications came, each once", sorted(listener.sequences),
                list(range(1, NOTIFICATIONS + 1)))
    check.equal("none is torn", listener.torn, 0)
    late = sum(1 for one, next_ in zip(listener.sequences, listener.sequences[1:]) if next_ != one + 1)
    print(f"   of them out of order: {late}")


def register_profile(client):
    client.call(HCI0, "org.bluez.GattManager1", "RegisterApplication", dbus.ObjectPath(PROFILE_ROOT),
                dbus.Dictionary({}, "sv"))


def link_loss(client, tag, listener):
    register_profile(client)
    drop_link(client, tag)
    check.equal("the tag's leaving is seen", client.get(TAG, DEVICE, "ServicesResolved"), False)
    tag.tell("advertise")
    client.until_property(TAG, DEVICE, "Connected", True)
    client.until_property(TAG, DEVICE, "ServicesResolved", True)
    check("with a profile registered the link comes back by itself", client.get(TAG, DEVICE, "Connected"))
    before = len(listener.sequences)
    tag.tell("notify 1")
    client.until("a notification", lambda: len(listener.sequences) > before)
    check("the notify session went on by itself", listener.sequences[-1] == NOTIFICATIONS + 1)


def drop_link(client, tag):
    """The tag leaves, and its objects on this side are asked until they say so."""
    tag.tell("quiet")
    tag.tell("disconnect")
    client.until_property(TAG, DEVICE, "Connected", False)


def power_cycle(client, tag):
    client.power("hci0", False)
    for path, interface, method, wanted in ((HCI0, ADAPTER, "StartDiscovery", "org.bluez.Error.NotReady"),
                                            (TAG, DEVICE, "Connect", "org.bluez.Error.Failed")):
        check.equal(f"without power {method} is refused", refusal(client, path, interface, method), wanted)
    client.power("hci0", True)
    check.equal("no discovery comes back with the power", client.get(HCI0, ADAPTER, "Discovering"), False)
    tag.tell("advertise")
    client.until_property(TAG, DEVICE, "Connected", True)
    client.until_property(TAG, DEVICE, "ServicesResolved", True)
    check("the link comes back after a power cycle", client.get(TAG, DEVICE, "Connected"))


def refusal(client, path, interface, method):
    try:
        client.call(path, interface, method)
    except dbus.DBusException as error:
        return error.get_dbus_name()
    return None


def restart(client, agent):
    """bluetoothd starts anew, with one GATT channel. Returns a tag that is registered with the new one."""
    system.set_gatt_channels(1)
    system.restart_bluetoothd()
    for adapter in ("hci0", "hci1"):
        client.until_property(bluez.adapter_path(adapter), ADAPTER, "Powered", True)
    check("the tag is still known, and bonded", client.get(TAG, DEVICE, "Bonded"))
    tag = peripheral.Peripheral()
    agent.register()
    register_profile(client)
    tag.tell("advertise")
    client.until_property(TAG, DEVICE, "Connected", True)
    client.until_property(TAG, DEVICE, "ServicesResolved", True)
    check("the new bluetoothd connects the tag once the profile is registered, and resolves its services",
          client.get(TAG, DEVICE, "Connected"))
    check("and encrypts the link again", client.get(TAG, DEVICE, "Paired"))
    return tag


def in_order(client, tag, record):
    """Notifications with one GATT channel: more than one may overtake each other."""
    listener = Listener(client, record)
    client.call(record, bluez.CHARACTERISTIC, "StartNotify")
    tag.tell(f"notify {NOTIFICATIONS}")
    client.until("all notifications", lambda: len(listener.sequences) >= NOTIFICATIONS, 60)
    check.equal("with one channel notifications come in order", listener.sequences, list(range(1, NOTIFICATIONS + 1)))


@contextlib.contextmanager
def stretch(recorder, client, name):
    """One phase of the record, with all that bluetoothd has yet to say of it: properties change before it tells."""
    recorder.phase(name)
    yield
    client.settle(1.0)
    recorder.pause()


def held_to_record(recording):
    """Fails where an atom of the record is missing. A new order is no failure, but news: it is printed."""
    check.equal("all stretches are on record", sorted(recording.atoms),
                ["adopt", "link-loss", "power-cycle", "restart", "transfer"])
    for phase, atoms in recording.atoms.items():
        runs = order.read(f"{RECORDED}/{phase}.order")
        check.equal(f"{phase}: bluetoothd says all that is on record", order.missing(atoms, runs), [])
        for line in order.differences(atoms, runs):
            print(f"   {phase}: not as on record: {line}")


def main():
    wearer = user_manager()
    client = bluez.Client()
    own_name(wearer, client)
    for adapter, address in bluez.ADDRESS.items():
        check.equal(f"{adapter} is powered and has its address",
                    [client.get(bluez.adapter_path(adapter), ADAPTER, name) for name in ("Powered", "Address")],
                    [True, address])
    tag = peripheral.Peripheral()
    agent = bluez.Agent(client)
    Profile(client)
    recorder = trace.Recorder(client.name, "/artefacts/bus.json")
    recorder.start()
    with stretch(recorder, client, "adopt"):
        agent.register()
        record = adopt(client, tag)
    with stretch(recorder, client, "transfer"):
        listener = Listener(client, record)
        transfer(client, tag, record, listener)
    with stretch(recorder, client, "link-loss"):
        link_loss(client, tag, listener)
    drop_link(client, tag)
    with stretch(recorder, client, "power-cycle"):
        power_cycle(client, tag)
    drop_link(client, tag)
    tag.end()
    with stretch(recorder, client, "restart"):
        tag = restart(client, agent)
    in_order(client, tag, client.characteristic(TAG, peripheral.RECORD_UUID))
    drop_link(client, tag)
    recording = recorder.stop()
    recording.write("/artefacts")
    held_to_record(recording)
    print(f"{check.passed} checks passed")


if __name__ == "__main__":
    sys.exit(main())
