# SPDX-License-Identifier: GPL-2.0-or-later
"""A notification server that behaves as a test tells it to. As a program: a plain one, for activation."""

import sys

from gi.repository import Gio, GLib

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
EXPIRED, DISMISSED, CLOSED, UNDEFINED = 1, 2, 3, 4

XML = """<node><interface name="org.freedesktop.Notifications">
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation">
    <arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/><arg type="s" direction="out"/></method>
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <property name="Inhibited" type="b" access="read"/>
</interface></node>"""


class Bubble:
    """One Notify as it came."""

    def __init__(self, parameters):
        (self.app, self.replaces, self.icon, self.summary, self.body, self.actions, _, self.timeout) = \
            parameters.unpack()
        hints = parameters.get_child_value(6)
        pairs = [hints.get_child_value(i) for i in range(hints.n_children())]
        # the types matter as much as the values
        self.hints = {p.get_child_value(0).unpack(): p.get_child_value(1).get_variant().print_(True) for p in pairs}

    def keys(self):
        return self.actions[0::2]


class Server:
    """One server's life, from `Server(bus)` to `die()`."""

    def __init__(self, bus, capabilities=("actions", "body", "body-markup"), inhibited=False, replace=False, xml=XML):
        self.capabilities = capabilities
        self.inhibited = inhibited
        self.hold = False          # keep invocations instead of answering
        self.hold_capabilities = False
        self.hold_closing = False
        self.refuse = 0            # so many Notify calls answer with an error
        self.next_id = 1
        self.screen = {}           # id -> Bubble
        self.notified = []         # every Notify, in order
        self.closed = []           # every id of CloseNotification, in order
        self.asked = 0             # GetCapabilities
        self.held = []
        self.connection = bus.connect()
        node = Gio.DBusNodeInfo.new_for_xml(xml)
        self.connection.register_object(PATH, node.interfaces[0], self._call, lambda *_: self._inhibited(), None)
        self.own(replace)

    def own(self, replace=False):
        flags = 1 | (2 if replace else 0)   # allow replacement, replace
        reply = self.connection.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
                                          GLib.Variant("(su)", (NAME, flags)), None, 0, -1, None)
        assert reply.unpack()[0] == 1

    def _inhibited(self):
        return GLib.Variant("b", self.inhibited)

    def _call(self, _connection, _sender, _path, _interface, method, parameters, invocation):
        getattr(self, "_" + method)(parameters, invocation)

    def _GetCapabilities(self, _parameters, invocation):
        self.asked += 1
        if self.capabilities is None:
            invocation.return_dbus_error("org.freedesktop.DBus.Error.UnknownMethod", "none")
        elif self.hold_capabilities:
            self.held.append(lambda: invocation.return_value(GLib.Variant("(as)", (self.capabilities,))))
        else:
            invocation.return_value(GLib.Variant("(as)", (self.capabilities,)))

    def _Notify(self, parameters, invocation):
        bubble = Bubble(parameters)
        self.notified.append(bubble)
        if self.refuse:
            self.refuse -= 1
            invocation.return_dbus_error("org.freedesktop.Notifications.Error.ExcessNotificationGeneration",
                                         "Created too many similar notifications in quick succession")
            return
        number = bubble.replaces if bubble.replaces in self.screen else self.next_id
        self.next_id = max(self.next_id, number + 1)
        self.screen[number] = bubble
        if self.inhibited:             # straight into the history: closed before the answer
            self.close(number, EXPIRED)
        answer = lambda: invocation.return_value(self.answer(number))
        self.held.append(answer) if self.hold else answer()

    def answer(self, number):
        return GLib.Variant("(u)", (number,))

    def babble(self, member, value):
        """A signal of ours that is none."""
        self._signal(member, value)

    def _CloseNotification(self, parameters, invocation):
        number, = parameters.unpack()
        self.closed.append(number)
        if self.hold_closing:
            self.held.append(lambda: invocation.return_value(None))
            return
        if number in self.screen:
            self.close(number, CLOSED)
            invocation.return_value(None)
        else:
            invocation.return_dbus_error("org.freedesktop.DBus.Error.InvalidArgs", "")

    def _signal(self, member, value, destination=None):
        self.connection.emit_signal(destination, PATH, NAME, member, value)
        self.connection.flush_sync(None)

    def close(self, number, reason):
        del self.screen[number]
        self._signal("NotificationClosed", GLib.Variant("(uu)", (number, reason)))

    def press(self, number, key):
        self._signal("ActionInvoked", GLib.Variant("(us)", (number, key)))

    def release(self):
        """Answer what was held, in order."""
        held, self.held = self.held, []
        self.hold = self.hold_capabilities = False
        for answer in held:
            answer()

    def summaries(self):
        return [b.summary for b in self.screen.values()]

    def die(self):
        self.connection.close_sync(None)


class _Address:
    """The bus of DBUS_SESSION_BUS_ADDRESS."""

    @staticmethod
    def connect():
        return Gio.bus_get_sync(Gio.BusType.SESSION, None)


if __name__ == "__main__":
    server = Server(_Address)
    open(sys.argv[1], "a").write("started\n")
    loop = GLib.MainLoop()

    def report():
        """What is on screen, for the test that had us started."""
        open(sys.argv[1] + ".screen", "w").write("\n".join(server.summaries()))
        return True

    GLib.timeout_add(50, report)
    server.connection.connect("closed", lambda *_: loop.quit())
    server.connection.set_exit_on_close(False)
    loop.run()
