# SPDX-License-Identifier: GPL-2.0-or-later
"""One boot of the virtual machine, from QEMU's start to its end, and what became of it.

    boot ──▶ running ──▶ status told ──▶ FINISHED    the script's status is known
                │  ├───▶ "Kernel panic" on the console ──▶ PANICKED
                │  ├───▶ QEMU ends and told nothing ─────▶ DIED
                │  └───▶ out of time ────────────────────▶ TIMED_OUT
"""

import ctypes
import enum
import os
import selectors
import signal
import socket
import subprocess
import time
from dataclasses import dataclass

POWER_OFF_S = 10  # from the told status to QEMU's own end
PR_SET_PDEATHSIG = 1
AUTOGROUP_NICE = -5


class End(enum.Enum):
    """What became of a boot."""

    FINISHED = "finished"
    PANICKED = "panicked"
    DIED = "died"
    TIMED_OUT = "timed out"


@dataclass
class Verdict:
    """An end, the script's status where it finished, and how long the boot took."""

    end: End
    status: int | None
    wall_s: float


@dataclass
class Shares:
    """Folders of the host that the guest mounts; see guest/init. `extra` may be None."""

    job: str
    out: str
    extra: str | None


class Machine:
    """A virtual machine that runs one Job. `sink(kind, line)` gets each line: kind "script" or "kernel"."""

    def __init__(self, cache, job, shares, timeout_s, sink):
        self.cache = cache
        self.job = job
        self.timeout_s = timeout_s
        self.shares = shares
        self.sink = sink
        self.panicked = False

    def boot(self):
        """Boots, waits for the end at most timeout_s, and leaves no process behind."""
        began = time.monotonic()
        streams = {"kernel": _Lines(), "script": _Lines()}
        qemu = self._start(streams)
        try:
            timed_out = not self._attend(qemu, streams, began + self.timeout_s)
        finally:
            _end(qemu)
            for stream in streams.values():
                stream.close()
        return self._verdict(timed_out, time.monotonic() - began)

    def _verdict(self, timed_out, wall_s):
        status = self.job.status()
        if status is not None:
            return Verdict(End.FINISHED, status, wall_s)
        if self.panicked:
            return Verdict(End.PANICKED, None, wall_s)
        return Verdict(End.TIMED_OUT if timed_out else End.DIED, None, wall_s)

    def _start(self, streams):
        fds = {kind: stream.theirs.fileno() for kind, stream in streams.items()}
        # The group of its own keeps a terminal's ^C away from QEMU: the harness ends it, in order.
        qemu = subprocess.Popen(self._command(fds), stdin=subprocess.DEVNULL, pass_fds=fds.values(),
                                start_new_session=True, preexec_fn=_die_with_parent)
        _before_others(qemu.pid)
        for stream in streams.values():
            stream.theirs.close()
        return qemu

    def _command(self, fds):
        append = ["console=ttyS0", "loglevel=4", "oops=panic", "panic=-1", "mitigations=off", "nokaslr",
                  "nowatchdog", "rcupdate.rcu_cpu_stall_suppress=1", "audit=0", "selinux=0", "apparmor=0"]
        if self.shares.extra:
            append.append("calcifer.share")
        command = ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max,la57=off", "-smp", "2",
                   "-m", "2048", "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-rtc", "base=utc",
                   "-kernel", str(self.cache.kernel), "-initrd", str(self.cache.initrd), "-append", " ".join(append)]
        for kind in ("kernel", "script"):
            command += ["-chardev", f"socket,id={kind},fd={fds[kind]}", "-serial", f"chardev:{kind}"]
        for tag, path, more in self._mounts():
            # A comma is doubled in QEMU's option lists.
            command += ["-virtfs", f"local,path={path.replace(',', ',,')},mount_tag={tag},security_model=none{more}"]
        return command

    def _mounts(self):
        yield "host", "/", ",readonly=on,multidevs=remap"
        yield "job", str(self.shares.job), ",multidevs=remap"
        yield "out", str(self.shares.out), ",multidevs=remap"
        if self.shares.extra:
            yield "share", str(self.shares.extra), ",readonly=on,multidevs=remap"

    def _attend(self, qemu, streams, deadline):
        """Passes lines on until QEMU ends, or has told its status and not ended. False when out of time."""
        with selectors.DefaultSelector() as selector:
            for kind, stream in streams.items():
                selector.register(stream.ours, selectors.EVENT_READ, kind)
            while qemu.poll() is None:
                now = time.monotonic()
                if now >= deadline:
                    return self.job.status() is not None
                if self.job.status() is not None:
                    deadline = min(deadline, now + POWER_OFF_S)
                self._pass_on(selector, streams, min(0.5, deadline - now))
            self._pass_on(selector, streams, 0)
        return True

    def _pass_on(self, selector, streams, wait_s):
        for key, _ in selector.select(wait_s):
            stream = streams[key.data]
            if not stream.read():
                selector.unregister(stream.ours)
            for line in stream.lines():
                self._line(key.data, line)

    def _line(self, kind, line):
        if kind == "kernel" and "Kernel panic" in line:
            self.panicked = True
        self.sink(kind, line)


class _Lines:
    """A pair of sockets, one QEMU's, and the lines that came through."""

    def __init__(self):
        self.ours, self.theirs = socket.socketpair()
        self.rest = b""

    def read(self):
        """False at the stream's end."""
        try:
            data = self.ours.recv(65536)
        except ConnectionResetError:
            data = b""
        self.rest += data if data else b"\n"
        return bool(data)

    def lines(self):
        *whole, self.rest = self.rest.split(b"\n")
        return [line.rstrip(b"\r").decode(errors="replace") for line in whole if line.strip()]

    def close(self):
        self.ours.close()


def _die_with_parent():
    """In the child, before QEMU: a harness that is killed takes its machine along."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _before_others(pid):
    """Where the kernel shares processors out by session, the guest's has the larger share: its clocks are to be believed."""
    try:
        with open(f"/proc/{pid}/autogroup", "w", encoding="ascii") as group:
            group.write(f"{AUTOGROUP_NICE}")
    except OSError:
        pass


def _end(qemu):
    if qemu.poll() is None:
        os.kill(qemu.pid, signal.SIGKILL)
    qemu.wait()
