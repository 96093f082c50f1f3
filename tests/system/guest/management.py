# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's own word on a controller's links, and the breaking of them, beside bluetoothd: its management socket.

Not btmgmt: that of 5.66 ends with its standard input, before the answer is printed.
"""

import ctypes
import os
import socket
import struct

# bluez doc/mgmt-api.txt
AF_BLUETOOTH, PROTOCOL_HCI, NO_DEVICE, CHANNEL_CONTROL = 31, 1, 0xffff, 3
DISCONNECT, GET_CONNECTIONS = 0x0014, 0x0015
COMPLETE, STATUS = 0x0001, 0x0002
ENTRY = 7  # six bytes of address, one of its type
ANSWER_S = 10


def connections(index):
    """The other ends of a controller's links, each as mgmt has it."""
    status, answer = _ask(GET_CONNECTIONS, index)
    if status:
        raise AssertionError(f"hci{index} does not tell its links: {status}")
    return [answer[at:at + ENTRY] for at in range(2, len(answer), ENTRY)]


def break_all(index):
    """Breaks the links of a controller, and returns how many there were."""
    return sum(_ask(DISCONNECT, index, end)[0] == 0 for end in connections(index))


def _ask(opcode, index, parameters=b""):
    """The status and what else is answered."""
    with socket.socket(AF_BLUETOOTH, socket.SOCK_RAW, PROTOCOL_HCI) as control:
        control.settimeout(ANSWER_S)
        _bind(control)
        control.send(struct.pack("<HHH", opcode, index, len(parameters)) + parameters)
        while True:
            event = control.recv(4096)
            kind, of, _length = struct.unpack_from("<HHH", event)
            if kind in (COMPLETE, STATUS) and of == index and struct.unpack_from("<H", event, 6) == (opcode,):
                return event[8], event[9:]


def _bind(control):
    # Python binds such a socket to a device only, not to a channel.
    address = struct.pack("=HHH", AF_BLUETOOTH, NO_DEVICE, CHANNEL_CONTROL)
    if ctypes.CDLL(None, use_errno=True).bind(control.fileno(), address, len(address)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
