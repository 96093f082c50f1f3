# SPDX-License-Identifier: GPL-2.0-or-later
"""The fake org.bluez says what the real one was recorded to say, in an order that no recorded run contradicts.

The same conversation as in the virtual machine (tests/system/test_boot.py) is held with the simulator, broken into
the same atoms, and compared with tests/system/recorded. Usage: test_recorded.py CALCIFER-SIM
"""

import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SYSTEM = os.path.join(HERE, "..", "system")
sys.path.insert(0, SYSTEM)
sys.dont_write_bytecode = True

from bus import PrivateBus, Simulator, options  # noqa: E402

PHASES = ("adopt", "transfer", "link-loss", "power-cycle", "restart")
ADDRESS = "00:AA:01:01:00:01"
NOTIFICATIONS = 50


class Conversation:
    """What test_boot.py says to org.bluez, phase by phase."""

    def __init__(self, sim):
        import dbus
        from guest import bluez
        self.dbus, self.bluez, self.sim = dbus, bluez, sim
        self.client = bluez.Client()
        self.hci0 = bluez.adapter_path("hci0")
        self.tag = bluez.device_path("hci0", ADDRESS)
        self.agent = bluez.Agent(self.client)
        self.values = []

        class Profile(dbus.service.Object):
            @dbus.service.method(bluez.MANAGER, out_signature="a{oa{sa{sv}}}")
            def GetManagedObjects(self):
                uuids = dbus.Array(["d70f0001-e3ca-43ad-af23-0e7767ae209c"], "s")
                return {dbus.ObjectPath("/calcifer/test/profile/tag"): {"org.bluez.GattProfile1": {"UUIDs": uuids}}}
        self.profile = Profile(self.client.bus, "/calcifer/test/profile")
        self.client.until_property(self.hci0, bluez.ADAPTER, "Powered", True)

    def linked(self):
        self.client.until_property(self.tag, self.bluez.DEVICE, "Connected", True)
        self.client.until_property(self.tag, self.bluez.DEVICE, "ServicesResolved", True)

    def leave(self):
        self.sim.SetInRange(ADDRESS, False)
        self.client.until_property(self.tag, self.bluez.DEVICE, "Connected", False)

    def register_profile(self):
        self.client.call(self.hci0, "org.bluez.GattManager1", "RegisterApplication",
                         self.dbus.ObjectPath("/calcifer/test/profile"), self.dbus.Dictionary({}, "sv"))

    def adopt(self):
        self.agent.register()
        wanted = self.dbus.Dictionary({"Transport": "le", "DuplicateData": True}, "sv")
        self.client.call(self.hci0, self.bluez.ADAPTER, "SetDiscoveryFilter", wanted)
        self.client.call(self.hci0, self.bluez.ADAPTER, "StartDiscovery")
        self.client.until_property(self.hci0, self.bluez.ADAPTER, "Discovering", True)
        self.sim.AddTag(ADDRESS, options(pairing=True))
        self.client.until("the tag is found", lambda: self.client.get(self.tag, self.bluez.DEVICE, "Address"))
        self.client.call(self.hci0, self.bluez.ADAPTER, "StopDiscovery")
        # Told behind the answer: in an emulated machine a client never calls again before, here it can.
        self.client.until_property(self.tag, self.bluez.DEVICE, "RSSI", None)
        self.client.call(self.tag, self.bluez.DEVICE, "Pair")
        self.linked()
        self.client.set(self.tag, self.bluez.DEVICE, "Trusted", True)

    def transfer(self):
        record = self.client.characteristic(self.tag, "d70f0003-e3ca-43ad-af23-0e7767ae209c")
        self.client.on_change(record, self.bluez.CHARACTERISTIC,
                              lambda changed: self.values.append(changed.get("Value")))
        self.client.call(record, self.bluez.CHARACTERISTIC, "StartNotify")
        for _ in range(NOTIFICATIONS):
            self.sim.Intake(ADDRESS, 1, 1)
        self.client.until("the values", lambda: len([v for v in self.values if v]) >= NOTIFICATIONS)

    def link_loss(self):
        self.register_profile()
        self.leave()
        self.sim.SetInRange(ADDRESS, True)
        self.linked()
        self.client.settle(0.1)
        before = len(self.values)
        self.sim.Intake(ADDRESS, 1, 1)
        self.client.until("a value", lambda: len(self.values) > before)

    def power_cycle(self):
        self.client.power("hci0", False)
        for path, interface, method in ((self.hci0, self.bluez.ADAPTER, "StartDiscovery"),
                                        (self.tag, self.bluez.DEVICE, "Connect")):
            try:
                self.client.call(path, interface, method)
                raise AssertionError(f"{method} was not refused")
            except self.dbus.DBusException:
                pass
        self.client.power("hci0", True)
        self.sim.SetInRange(ADDRESS, True)
        self.linked()

    def restart(self):
        self.sim.Stop()
        self.client.settle(0.3)
        self.sim.Restart()
        self.client.until_property(self.hci0, self.bluez.ADAPTER, "Powered", True)
        self.agent.register()
        self.register_profile()
        self.sim.SetInRange(ADDRESS, True)
        self.linked()


def converse(sim, folder):
    from guest import trace
    talk = Conversation(sim)
    recorder = trace.Recorder(talk.client.name, folder + "/bus.json")
    recorder.start()
    for phase, act in zip(PHASES, (talk.adopt, talk.transfer, talk.link_loss, talk.power_cycle, talk.restart)):
        if phase == "power-cycle":
            # what discovery is there to end is the client's, as in the machine
            talk.leave()
        if phase == "restart":
            talk.leave()
        recorder.phase(phase)
        act()
        talk.client.settle(0.5)
        recorder.pause()
    return recorder.stop()


def compare(recording):
    from guest import order
    failures = 0
    for phase in PHASES:
        runs = order.read(f"{SYSTEM}/recorded/{phase}.order")
        found = order.differences(recording.atoms.get(phase, []), runs)
        print(f"{phase}: {len(order.common(runs))} atoms of {len(runs)} recorded runs, {len(found)} contradicted")
        for line in found:
            print("   " + line)
        failures += len(found)
    return failures


def main(program):
    bus = PrivateBus()
    os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = bus.address
    simulator = Simulator(bus, program, "--disconnect-ms=200")
    try:
        with tempfile.TemporaryDirectory(prefix="calcifer-trace-") as folder:
            recording = converse(simulator.control, folder)
        if "--show" in sys.argv:
            for phase, atoms in recording.atoms.items():
                print("==", phase, *atoms, sep="\n")
        return 1 if compare(recording) else 0
    finally:
        simulator.close()
        bus.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
