#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two tags at once, with several GATT channels and with one, an adapter that is switched off and on, and a sleep.

    test_link_radio.py CALCIFER-PERIPHERAL CALCIFERD CALCIFERCTL [RECORDS]

With several channels (EATT, what bluetoothd 5.66 does by itself) notifications overtake one another; with one they
come in order. Both must do.

The sleep is logind's and the kernel's own, up to where all processes are frozen (/sys/power/pm_test): the guest's root is
on virtio-9p, which does not come back from a suspended device.
"""

import json
import subprocess
import sys
import time

from guest import link, system
from guest.waiting import Check, until

RECORDS = 1500
SIZE = 20
MANY, ONE = 3, 1
LOGIND = "org.freedesktop.login1"
# A kernel that slept before BlueZ's Disconnect was over links the tag again as it wakes, and BlueZ then ends that link.
WAKINGS = (["wakes", "linked"], ["wakes", "linked", "let go", "linked"], ["linked", "wakes", "let go", "linked"])

check = Check()


class Overheard:
    """The notified records as bluetoothd tells them to everyone, by device."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as out:
            self.process = subprocess.Popen(
                ["busctl", "--system", "--json=short", "--match", "type='signal',sender='org.bluez',"
                 "member='PropertiesChanged',path_namespace='/org/bluez'", "monitor"], stdout=out,
                stderr=subprocess.DEVNULL)

    def sequences(self, address):
        """In the order in which they came, of one tag."""
        self.process.terminate()
        self.process.wait(10)
        found = []
        with open(self.path, encoding="utf-8") as lines:
            for line in lines:
                found += sequences_in(line, address.replace(":", "_"))
        return found


class Night:
    """What the system bus tells of the sleep and of one tag's link, in its order."""

    def __init__(self, path, device):
        self.path, self.device = path, device.replace(":", "_")
        with open(path, "wb") as out:
            self.process = subprocess.Popen(
                ["busctl", "--system", "--json=short", "--match", "type='signal',member='PrepareForSleep'", "--match",
                 "type='signal',sender='org.bluez',member='PropertiesChanged'", "monitor"], stdout=out, stderr=out)
        until("the monitor hears", lambda: "Monitoring bus message stream" in self.text())

    def text(self):
        with open(self.path, encoding="utf-8", errors="replace") as text:
            return text.read()

    def told(self):
        """Of "sleeps", "wakes", "linked" and "let go" what was told so far; of the link, when it is another than before."""
        words, link = [], None
        for word in filter(None, map(self.word, self.text().splitlines())):
            if word != link:
                words.append(word)
            link = word if word in ("linked", "let go") else link
        return words

    def word(self, line):
        message = json.loads(line) if line.startswith("{") and line.endswith("}") else {}
        data = message.get("payload", {}).get("data", [])
        if message.get("member") == "PrepareForSleep":
            return "sleeps" if data[0] else "wakes"
        of_device = message.get("path", "").endswith(f"dev_{self.device}")
        # Seen behind a sleep: bluetoothd 5.66 did not tell that it is Connected, but what comes next.
        link = [data[1][name]["data"] for name in ("Connected", "ServicesResolved") if of_device and name in data[1]]
        return {True: "linked", False: "let go"}[link[0]] if link else None

    def end(self):
        self.process.terminate()
        self.process.wait(10)


def sequences_in(line, device):
    message = json.loads(line)
    if message.get("member") != "PropertiesChanged" or f"dev_{device}/" not in message["path"]:
        return []
    interface, changed, _gone = message["payload"]["data"]
    value = bytes(changed.get("Value", {"data": []})["data"]) if interface.endswith("GattCharacteristic1") else b""
    if not value or len(value) % SIZE:
        return []
    return [int.from_bytes(value[at:at + 4], "little") for at in range(0, len(value), SIZE)]


def begin(channels):
    """bluetoothd anew, with so many GATT channels."""
    system.set_gatt_channels(channels)
    system.restart_bluetoothd()


def both_empty(world, what):
    began = time.monotonic()
    for tag in world.tags:
        world.until_emptied(tag, 200)
    print(f"   {time.monotonic() - began:.1f} s", flush=True)
    for tag in world.tags:
        check(f"{what}: all of {tag.adapter} is in the ledger once, byte for byte, and nothing else",
              world.daemon.records(tag.address) == tag.history(), world.differences(tag))
        counts = world.daemon.counts(tag.address)
        check(f"{what}: and nothing is lost or rejected", counts | {"duplicates": 0} == dict.fromkeys(link.COUNTS, 0) | {
            "received": tag.state("ever")}, counts)


def many_channels(world, records):
    heard = Overheard("/artefacts/many-channels.json")
    for tag in world.tags:
        tag.add(capacity=5 * records)
        tag.backlog(records)
        world.adopt(tag)
    both_empty(world, f"two tags with {records} records each and {MANY} channels")
    sequences = heard.sequences(world.tags[0].address)
    late = sum(1 for one, next_ in zip(sequences, sequences[1:]) if next_ < one)
    check(f"all were heard, {late} times one after a later one", set(sequences) >= set(range(1, records + 1)), len(sequences))


def one_channel(world, records):
    for tag in world.tags:
        tag.leave()
    begin(ONE)
    for tag in world.tags:
        until("it is registered with the new bluetoothd", lambda one=tag: one.state("registered"))
        tag.backlog(records)
    heard = Overheard("/artefacts/one-channel.json")
    for tag in world.tags:
        tag.back()
    both_empty(world, f"two tags with {records} records each and one channel")
    sequences = heard.sequences(world.tags[0].address)
    check(f"the {len(sequences)} of one came in order", len(sequences) >= records and sequences == sorted(sequences))


def radio_fails(world, what, off, on, told, records=300):
    """The link breaks under way, and the adapter goes at once. Its end on this side can make the kernel panic."""
    tag, other = world.tags
    other.leave()
    tag.leave()
    tag.backlog(records)
    tag.fault("interval-ms", 30)
    before = world.committed(tag)
    tag.back()
    until("it is under way", lambda: world.committed(tag) > before, 90)
    broken = tag.cut()
    off(tag.partner)
    check(f"{what} under way", broken and world.committed(tag) < before + records, (broken, before, world.committed(tag)))
    until("which is told", lambda: told in (world.daemon.tag(tag.address)["why"] or ""), 30)
    tag.press()
    on(tag.partner)
    other.back()
    both_empty(world, what)
    tag.fault("interval-ms", 5)


def delays_sleep():
    """Whether the daemon is among those whom logind waits for."""
    shown = subprocess.run(["busctl", "--json=short", "call", LOGIND, "/org/freedesktop/login1", f"{LOGIND}.Manager",
                            "ListInhibitors"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return ["sleep", "Calcifer", "delay"] in [[row[0], row[1], row[3]] for row in json.loads(shown)["data"][0]]


def slept():
    """How often the machine has."""
    with open("/sys/power/suspend_stats/success", encoding="ascii") as count:
        return int(count.read())


def sleeps(world, records=1200):
    """In the middle of a transfer, which takes longer than a busy machine does until it sleeps."""
    tag = world.tags[0]
    with open("/sys/power/pm_test", "w", encoding="ascii") as how:
        how.write("freezer")
    until("logind waits for the daemon", delays_sleep)
    tag.leave()
    tag.backlog(records)
    tag.fault("interval-ms", 30)
    night, before, nights = Night("/artefacts/sleep.json", tag.address), world.committed(tag), slept()
    tag.back()
    until("it is under way", lambda: world.committed(tag) > before, 90)
    subprocess.run(["systemctl", "suspend"], check=True)
    until("the machine slept and woke", lambda: slept() == nights + 1 and "wakes" in night.told(), 60)
    check("before all was received", world.committed(tag) < before + records)
    tag.press()
    tag.fault("interval-ms", 5)
    both_empty(world, "put to sleep under way")
    night.end()
    told = night.told()
    check.equal("the tag was let go before the machine slept", told[:3], ["linked", "sleeps", "let go"])
    check("and is linked again when it has woken", told[3:] in WAKINGS, told)
    until("and logind waits for the daemon the next time, too", delays_sleep)


def main(peripheral, calciferd, calciferctl, records=RECORDS):
    begin(MANY)
    subprocess.run(["systemctl", "start", "systemd-logind.service"], check=True)
    world = link.World(peripheral, calciferd, calciferctl)
    for adapter in ("hci1", "hci3"):
        world.tag(adapter)
    many_channels(world, int(records))
    one_channel(world, int(records))
    radio_fails(world, "switched off and on", lambda adapter: link.power(False, adapter),
                lambda adapter: link.power(True, adapter), "switched off")
    radio_fails(world, "blocked and unblocked", lambda adapter: link.block(True, adapter),
                lambda adapter: link.block(False, adapter), "switched off")
    sleeps(world)
    world.close()
    print(f"{check.passed} checks passed in {time.monotonic() - check.began:.0f} s")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
