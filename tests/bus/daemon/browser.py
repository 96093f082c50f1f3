# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's Chromium without a screen, asked over a pipe in its DevTools protocol: no port, no profile but its own."""

import base64
import fcntl
import json
import os
import select
import subprocess
import tempfile
import time


class Browser:
    """One page in it. `events` is all that it told about the page so far."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="calcifer-browser-")
        near, self.requests = os.pipe()
        self.answers, far = os.pipe()
        # Out of the way of 3 and 4, which they are to be; a plain sh knows no number of two digits.
        there, back = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (near, far))
        os.close(near)
        os.close(far)
        words = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--hide-scrollbars", "--remote-debugging-pipe", f"--user-data-dir={self.profile.name}", "about:blank"]
        environment = {"PATH": os.environ["PATH"], "HOME": self.profile.name, "LANG": "C.UTF-8", "TZ": "UTC",
                       "DBUS_SESSION_BUS_ADDRESS": "disabled:", "DBUS_SYSTEM_BUS_ADDRESS": "disabled:"}
        self.process = subprocess.Popen(["bash", "-c", f'exec "$@" 3<&{there} 4>&{back}', "bash", *words], env=environment,
                                        pass_fds=(there, back), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        os.close(there)
        os.close(back)
        self.number, self.buffer, self.session, self.events = 0, b"", None, []
        page = next(one for one in self.call("Target.getTargets")["targetInfos"] if one["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime", "Accessibility"):
            self.call(domain + ".enable")

    def receive(self, deadline):
        while b"\0" not in self.buffer:
            if not select.select([self.answers], [], [], max(deadline - time.monotonic(), 0))[0]:
                raise AssertionError("Chromium does not answer")
            piece = os.read(self.answers, 1 << 16)
            if not piece:
                raise AssertionError(f"Chromium ended: {self.process.wait(10)}")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, seconds=60, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session is not None:
            request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.requests, data):]
        deadline = time.monotonic() + seconds
        while True:
            message = self.receive(deadline)
            if message.get("id") == self.number:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def told(self, method):
        return [event["params"] for event in self.events if event.get("method") == method]

    def open(self, path, width=1000, height=1000):
        """Loads a file, and forgets what was told of the one before."""
        self.resize(width, height)
        self.events = []
        self.call("Page.navigate", url="file://" + path)
        deadline = time.monotonic() + 60
        while not self.told("Page.loadEventFired"):
            self.events.append(self.receive(deadline))

    def resize(self, width, height=1000):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dress(self, scheme):
        """light or dark, as the desktop would ask for."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def ask(self, expression):
        """The value of an expression in JavaScript."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def picture(self, clip=None):
        """PNG of the whole page, or of a part of it."""
        more = {"clip": dict(clip, scale=1)} if clip else {}
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True, **more)["data"])

    def pdf(self, **paper):
        return base64.b64decode(self.call("Page.printToPDF", **paper)["data"])

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait(30)
        os.close(self.requests)
        os.close(self.answers)
        self.profile.cleanup()
