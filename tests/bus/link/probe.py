# SPDX-License-Identifier: GPL-2.0-or-later
"""link-probe as Python sees it: commands in, what the link told out, in order."""

import json
import os
import subprocess
import threading
import time


class Probe:
    def __init__(self, bus, program, *prefix, **environment):
        environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=bus.address, **environment)
        self.told = []
        self.changed = threading.Condition()
        self.process = subprocess.Popen([*prefix, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment, bufsize=1)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.told.append(json.loads(line))
                self.changed.notify_all()

    def say(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")

    def all(self, what, tag=None, since=0):
        with self.changed:
            return [t for t in self.told[since:] if t["what"] == what and tag in (None, t["tag"])]

    def mark(self):
        with self.changed:
            return len(self.told)

    def wait(self, condition, seconds=10):
        """Until condition() holds, looked at whenever the link tells something, and ten times a second."""
        end = time.monotonic() + seconds
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                return False
            with self.changed:
                self.changed.wait(min(left, 0.1))
        return True

    def wait_for(self, what, tag=None, since=0, seconds=10, **values):
        """The first thing told since then that has these values; None when there is none in time."""
        def find():
            return next((t for t in self.all(what, tag, since)
                         if all(t.get(key) == value for key, value in values.items())), None)
        self.wait(find, seconds)
        return find()

    def sequences(self, tag, log=None):
        """Every sequence as it was committed, doubles too, in order."""
        return [s for t in self.all("records", tag) if log in (None, t["log"]) for s in t["sequences"]]

    def quit(self):
        if self.process.poll() is None:
            self.say("quit")
        self.process.stdin.close()
        status = self.process.wait(timeout=20)
        self.reader.join(timeout=5)
        self.process.stdout.close()
        return status

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join(timeout=5)
        self.process.stdin.close()
        self.process.stdout.close()
