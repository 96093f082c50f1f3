# SPDX-License-Identifier: GPL-2.0-or-later
"""A panel for Calcifer, in a terminal: the day's vitamin D, the alerts and the tags, printed anew when any of it changes.

    python3 panel.py
"""

import time

from gi.repository import Gio, GLib

NAME, ROOT = "org.calciferd", "/org/calciferd"
DAY = ("vitamin D: {total_iu} of {target_iu} IU; sun {sun_iu} ({sun_iu_low} to {sun_iu_high}), food {food_iu}, "
       "supplements {supplement_iu}")


class Known(dict):
    """A member that is missing is not known, which is not 0."""
    def __missing__(self, name):
        return "?"


def harmless(text):
    """A tag's name is text from the air, and others hold what somebody typed: no control character gets through."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def cached(proxy, name, otherwise=None):
    value = proxy.get_cached_property(name)
    return value.unpack() if value is not None else otherwise


class Panel:
    def __init__(self):
        self.due = 0
        self.balance, self.alerts = self.follow("Balance1"), self.follow("Alerts1")
        self.objects = Gio.DBusObjectManagerClient.new_for_bus_sync(
            Gio.BusType.SESSION, Gio.DBusObjectManagerClientFlags.NONE, NAME, ROOT, None, None, None)
        for signal in ("object-added", "object-removed", "interface-proxy-properties-changed"):
            self.objects.connect(signal, self.changed)
        self.changed()

    def follow(self, interface):
        """A proxy keeps the properties up to date, also when the daemon leaves and comes back."""
        proxy = Gio.DBusProxy.new_for_bus_sync(Gio.BusType.SESSION, Gio.DBusProxyFlags.NONE, None, NAME, ROOT,
                                               f"{NAME}.{interface}", None)
        proxy.connect("g-properties-changed", self.changed)
        return proxy

    def changed(self, *_):
        """What one change of state brings about may come as several signals: they are shown together."""
        self.due = self.due or GLib.timeout_add(50, self.show)

    def show(self):
        self.due = 0
        day = cached(self.balance, "VitaminD")
        lines = [DAY.format_map(Known((name, round(iu)) for name, iu in day.items())) if day else "calciferd is not there"]
        lines += [f"{alert['severity']}: {harmless(alert['text'])}" for alert in cached(self.alerts, "Alerts", [])]
        tags = filter(None, (found.get_interface(f"{NAME}.Tag1") for found in self.objects.get_objects()))
        for tag in sorted(tags, key=lambda tag: cached(tag, "Address")):
            seen, percent = cached(tag, "LastSeen"), cached(tag, "Battery")
            lines.append(f"tag {harmless(cached(tag, 'Name') or cached(tag, 'Address'))}: {cached(tag, 'Role')}, battery "
                         f"{percent if percent >= 0 else '?'} %, heard "
                         f"{time.strftime('at %H:%M', time.localtime(seen)) if seen else 'never'}")
        print("\n".join(lines), end="\n\n", flush=True)
        return GLib.SOURCE_REMOVE


if __name__ == "__main__":
    panel = Panel()
    GLib.MainLoop().run()
