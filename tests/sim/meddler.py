# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody between a program and its buses, who lets the n-th of its calls go wrong.

What GDBus asks of the bus for itself (Hello, AddMatch, GetNameOwner) is let through: a bus that refuses that has no
memory left, and no program of it is told."""

import contextlib
import os
import socket
import tempfile
import threading

from gi.repository import Gio, GLib

REFUSED = "refused"  # it is not carried out, and answered with an error that nobody has heard of
SILENT = "silent"    # it is not carried out, and not answered
LOST = "lost"        # it is carried out, and not answered
WRONG = "wrong"      # it is carried out, and answered with something else
MODES = (REFUSED, SILENT, LOST, WRONG)

BUS = "org.freedesktop.DBus"
COUNTED_OF_THE_BUS = ("RequestName", "StartServiceByName")
CAPABILITIES = Gio.DBusCapabilityFlags.UNIX_FD_PASSING
FDS_MOST = 16
OURS = 0xF0000000  # serials of the answers that we make


class Fault:
    """What goes wrong; counted over all buses of a program."""

    def __init__(self):
        self.lock = threading.Lock()
        self.calls = []  # what was called since it was armed
        self.begin, self.mode, self.ever = 0, None, False

    def arm(self, n, mode, ever=False):
        """The n-th call from now on, counted from 1, and with `ever` all after it. 0: none."""
        with self.lock:
            self.calls, self.begin, self.mode, self.ever = [], n, mode, ever

    def mend(self):
        with self.lock:
            self.begin = 0

    def take(self, call):
        """What is to go wrong with this call; None: nothing."""
        member, to = call.get_member(), call.get_destination()
        if to == BUS and member not in COUNTED_OF_THE_BUS:
            return None
        with self.lock:
            self.calls.append(member)
            n = len(self.calls)
            fails = self.begin != 0 and (n == self.begin or (n > self.begin and self.ever))
            return self.mode if fails else None


class Stream:
    """One direction: bytes and descriptors as they came."""

    def __init__(self, source):
        self.source, self.bytes, self.descriptors = source, b"", []

    def fill(self):
        data, descriptors, _, _ = socket.recv_fds(self.source, 65536, FDS_MOST)
        if not data:
            raise EOFError
        self.bytes += data
        self.descriptors += descriptors

    def take(self, size):
        while len(self.bytes) < size:
            self.fill()
        taken, self.bytes = self.bytes[:size], self.bytes[size:]
        return taken

    def line(self):
        while b"\r\n" not in self.bytes:
            self.fill()
        return self.take(self.bytes.index(b"\r\n") + 2)

    def first(self):
        if not self.bytes:
            self.fill()
        return self.bytes[:1]

    def message(self):
        """One message: its bytes, and what they say."""
        head = self.take(16)
        blob = head + self.take(Gio.DBusMessage.bytes_needed(head) - 16)
        return blob, Gio.DBusMessage.new_from_blob(blob, CAPABILITIES)

    def pass_on(self, blob, message, to, lock):
        n = message.get_num_unix_fds()
        descriptors, self.descriptors = self.descriptors[:n], self.descriptors[n:]
        with lock:
            socket.send_fds(to, [blob[:1]], descriptors)
            to.sendall(blob[1:])
        for descriptor in descriptors:
            os.close(descriptor)


class Line:
    """One connection of the program."""

    def __init__(self, program, bus, fault):
        self.program, self.bus, self.fault = program, bus, fault
        self.to_program = threading.Lock()
        self.to_bus = threading.Lock()
        self.marked = {}  # serial of a call whose reply goes wrong -> how
        self.made = 0
        for run in (self.carry_up, self.carry_down):
            threading.Thread(target=self.live, args=(run,), daemon=True).start()

    def live(self, run):
        with contextlib.suppress(EOFError, OSError):
            run()
        for end in (self.program, self.bus):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def carry_up(self):
        stream = Stream(self.program)
        while True:
            line = stream.line()
            self.bus.sendall(line)
            if line.endswith(b"BEGIN\r\n"):
                break
        while True:
            blob, message = stream.message()
            if message.get_message_type() != Gio.DBusMessageType.METHOD_CALL or self.let_through(message):
                stream.pass_on(blob, message, self.bus, self.to_bus)

    def let_through(self, call):
        mode = self.fault.take(call)
        if mode == REFUSED:
            self.refuse(call)
        elif mode in (LOST, WRONG):
            self.marked[call.get_serial()] = mode
        return mode not in (REFUSED, SILENT)

    def refuse(self, call):
        if call.get_flags() & Gio.DBusMessageFlags.NO_REPLY_EXPECTED:
            return
        error = Gio.DBusMessage.new_method_error_literal(call, "org.example.Meddler.Error.Unheard", "as it pleases")
        self.answer(error)

    def answer(self, message):
        self.made += 1
        message.set_serial(OURS + self.made)
        blob = message.to_blob(CAPABILITIES)
        with self.to_program:
            self.program.sendall(blob)

    def carry_down(self):
        stream = Stream(self.bus)
        while stream.first() != b"l":
            self.program.sendall(stream.line())
        while True:
            blob, message = stream.message()
            mode = self.marked.pop(message.get_reply_serial(), None)
            if mode is None:
                stream.pass_on(blob, message, self.program, self.to_program)
            elif mode == WRONG:
                self.answer_wrongly(message)

    def answer_wrongly(self, reply):
        wrong = Gio.DBusMessage.new()
        wrong.set_message_type(Gio.DBusMessageType.METHOD_RETURN)
        wrong.set_reply_serial(reply.get_reply_serial())
        wrong.set_body(GLib.Variant("(xs)", (-7, "no such thing")))
        self.answer(wrong)


class Meddler:
    """Listens at an address of its own, for who is to be meddled with."""

    def __init__(self, bus, fault):
        self.behind = dict(part.split("=", 1) for part in bus.address.split(":", 1)[1].split(","))
        self.fault = fault
        self.folder = tempfile.TemporaryDirectory(prefix="calcifer-meddler-")
        path = os.path.join(self.folder.name, "bus")
        self.address = "unix:path=" + path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(path)
        self.socket.listen()
        self.lines = []
        threading.Thread(target=self.serve, daemon=True).start()

    def reach(self):
        bus = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        bus.connect(self.behind["path"] if "path" in self.behind else "\0" + self.behind["abstract"])
        return bus

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                program, _ = self.socket.accept()
                self.lines.append(Line(program, self.reach(), self.fault))

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for line in self.lines:
            for end in (line.program, line.bus):
                end.close()
        self.folder.cleanup()
