# SPDX-License-Identifier: GPL-2.0-or-later
"""Stands before a real notification server on another bus, and takes from it what a test says that it cannot do."""

import time
from xml.sax.saxutils import escape

from gi.repository import Gio, GLib

from fake import NAME, PATH, XML

EXCESS_S = 1.0  # what Plasma takes for too soon


class Veil:
    """Everything is handed on, and what the server says comes back, but for

    without   capabilities that are not told; without body-markup a body is plain text, and shown as such
    plasma    the same words within a second are an error, as Plasma has it
    """

    def __init__(self, front, behind, without=(), plasma=False):
        self.without, self.plasma = without, plasma
        self.refused = 0
        self.last = (None, -EXCESS_S)
        self.front, self.behind = front.connect(), behind.connect()
        node = Gio.DBusNodeInfo.new_for_xml(XML)
        self.front.register_object(PATH, node.interfaces[0], self._call, None, None)
        self.behind.signal_subscribe(None, NAME, None, PATH, None, 0, self._signal)
        self.front.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
                             GLib.Variant("(su)", (NAME, 0)), None, 0, -1, None)

    def _call(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        if method == "Notify":
            if self._excess(parameters):
                self.refused += 1
                invocation.return_dbus_error("org.freedesktop.Notifications.Error.ExcessNotificationGeneration",
                                             "Created too many similar notifications in quick succession")
                return
            parameters = self._as_told(parameters)
        self.behind.call(NAME, PATH, NAME, method, parameters, None, 0, -1, None, self._answered, (method, invocation))

    def _excess(self, parameters):
        """Only what was let through counts as the one before."""
        words, now = parameters.unpack()[3:5], time.monotonic()
        if self.plasma and words == self.last[0] and now - self.last[1] < EXCESS_S:
            return True
        self.last = (words, now)
        return False

    def _as_told(self, parameters):
        """A body that is no markup is made such for the server, which shows it letter by letter."""
        if "body-markup" not in self.without:
            return parameters
        children = [parameters.get_child_value(at) for at in range(parameters.n_children())]
        children[4] = GLib.Variant("s", escape(children[4].get_string()))
        return GLib.Variant.new_tuple(*children)

    def _answered(self, bus, result, how):
        method, invocation = how
        try:
            reply = bus.call_finish(result)
        except GLib.Error as error:
            invocation.return_gerror(error)
            return
        if method == "GetCapabilities":
            told = [word for word in reply.unpack()[0] if word not in self.without]
            reply = GLib.Variant("(as)", (told,))
        invocation.return_value(reply)

    def _signal(self, _bus, _sender, _path, _interface, member, parameters):
        self.front.emit_signal(None, PATH, NAME, member, parameters)
