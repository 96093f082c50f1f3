#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Stands as org.freedesktop.Notifications on the demonstration's private bus. Every bubble is printed, and handed on
to the desktop's own server where there is one; what is clicked there comes back. Usage: relay.py PRIVATE-BUS."""

import itertools
import os
import sys

from gi.repository import Gio, GLib

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
XML = """<node><interface name='org.freedesktop.Notifications'>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>
<arg type='s' direction='out'/><arg type='s' direction='out'/></method>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>
<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>
<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>
</interface></node>"""
URGENCY = {0: "information", 1: "notice", 2: "critical"}


def connect(address):
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    return Gio.DBusConnection.new_for_address_sync(address, flags, None, None)


def desktop_bus():
    """The session's own bus, when it has a notification server or can start one."""
    try:
        bus = connect(os.environ["DESKTOP_BUS"])
        bus.call_sync(NAME, PATH, NAME, "GetCapabilities", None, None, Gio.DBusCallFlags.NONE, 2000, None)
        return bus
    except (KeyError, GLib.Error):
        return None


class Relay:
    def __init__(self, private, desktop):
        self.private, self.desktop = private, desktop
        self.numbers = itertools.count(1)
        self.shown = {}  # our id → the desktop's
        node = Gio.DBusNodeInfo.new_for_xml(XML)
        private.register_object(PATH, node.interfaces[0], self.on_call, None, None)
        Gio.bus_own_name_on_connection(private, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
        if desktop is not None:
            desktop.signal_subscribe(None, NAME, None, PATH, None, Gio.DBusSignalFlags.NONE, self.on_desktop)

    def on_call(self, _bus, _sender, _path, _interface, method, arguments, invocation):
        invocation.return_value(getattr(self, method)(arguments))

    def GetCapabilities(self, _arguments):
        if self.desktop is None:
            return GLib.Variant("(as)", (["body", "actions"],))
        return self.desktop.call_sync(NAME, PATH, NAME, "GetCapabilities", None, None, Gio.DBusCallFlags.NONE, -1, None)

    def GetServerInformation(self, _arguments):
        return GLib.Variant("(ssss)", ("relay", "calcifer", "1", "1.2"))

    def Notify(self, arguments):
        app, replaces, icon, summary, body, actions, hints, timeout = arguments.unpack()
        number = replaces or next(self.numbers)
        labels = ", ".join(f"[{label}]" for label in actions[1::2])
        print(f"   ┌ bubble, {URGENCY[hints.get('urgency', 1)]}: {summary}\n   │ {body}\n   └ {labels}", flush=True)
        if self.desktop is not None:
            self.hand_on(number, arguments)
        del app, icon, timeout
        return GLib.Variant("(u)", (number,))

    def hand_on(self, number, arguments):
        children = [arguments.get_child_value(i) for i in range(8)]
        children[1] = GLib.Variant("u", self.shown.get(number, 0))
        self.desktop.call(NAME, PATH, NAME, "Notify", GLib.Variant.new_tuple(*children), None, Gio.DBusCallFlags.NONE,
                          -1, None, self.on_shown, number)

    def on_shown(self, bus, result, number):
        try:
            self.shown[number] = bus.call_finish(result).unpack()[0]
        except GLib.Error as error:
            print(f"   (the desktop refused it: {error.message})", flush=True)

    def CloseNotification(self, arguments):
        number = arguments.unpack()[0]
        if self.desktop is not None and number in self.shown:
            self.desktop.call(NAME, PATH, NAME, "CloseNotification", GLib.Variant("(u)", (self.shown[number],)), None,
                              Gio.DBusCallFlags.NONE, -1, None, None)
        self.private.emit_signal(None, PATH, NAME, "NotificationClosed", GLib.Variant("(uu)", (number, 3)))
        print("   (the bubble is taken down: its cause has gone)", flush=True)
        return None

    def on_desktop(self, _bus, _sender, _path, _interface, signal, arguments):
        theirs, what = arguments.unpack()[:2]
        for number, shown in self.shown.items():
            if shown == theirs and signal in ("ActionInvoked", "NotificationClosed"):
                kind = "(us)" if signal == "ActionInvoked" else "(uu)"
                self.private.emit_signal(None, PATH, NAME, signal, GLib.Variant(kind, (number, what)))


if __name__ == "__main__":
    desktop = desktop_bus()
    relay = Relay(connect(sys.argv[1]), desktop)
    print("ready with the desktop's server" if desktop is not None else "ready", flush=True)
    GLib.MainLoop().run()
