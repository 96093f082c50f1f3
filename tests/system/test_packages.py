#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The Debian packages, from their installation to their purge, on a machine with a person who uses them.

The packages are the guest's /share, and the guest's dpkg has the packages of the machine that runs the test.
"""

import glob
import json
import os
import sqlite3
import subprocess
import sys

from guest import account, system
from guest.waiting import Check, until

UNIT = "calciferd.service"
NAMES = ["calcifer", "libcalcifer-dev"]
PAGES = [("1", "calciferctl"), ("8", "calciferd"), ("5", "calciferd.conf"), ("7", "org.calciferd"), ("7", "calcifer-tag-profile")]
READY_ID = "ca6e5ec09f4d41e8b6b4555ac8e75b58"  # daemon/lifecycle/journal.c
# Where a package, its scripts or its triggers may leave something. The whole system would take minutes to walk.
PLACES = ["/etc", "/usr/bin", "/usr/include", "/usr/lib/systemd", "/usr/libexec", "/usr/share/applications",
          "/usr/share/bash-completion", "/usr/share/dbus-1", "/usr/share/doc-base", "/usr/share/fish",
          "/usr/share/icons/hicolor", "/usr/share/metainfo", "/usr/share/zsh", "/var/lib/dpkg/alternatives",
          "/var/lib/systemd"]
KEEPS = "each person's own ledger, keys and settings stay in their home"

check = Check()


def run(*command, status=0):
    """What a command says on both outputs. It is kept, as it comes."""
    with open("/artefacts/said.txt", "a+", encoding="utf-8") as out:
        out.write(f"$ {' '.join(command)}\n")
        out.flush()
        at = out.tell()
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False)
        out.seek(at)
        said = out.read()
    if done.returncode != status:
        raise AssertionError(f"{' '.join(command)}: status {done.returncode}\n{said}")
    return said


def dpkg_i():
    return run("dpkg", "-i", *[path for name in NAMES for path in glob.glob(f"/share/{name}_*.deb")])


def state_of(name):
    """dpkg's word: "install ok installed", or nothing when it does not know the package."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Status}", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=False)
    return done.stdout


def owned():
    """Files of both packages, without the folders."""
    listed = {line for line in run("dpkg", "-L", *NAMES).splitlines() if line}
    return sorted(path for path in listed if not os.path.isdir(path))


def traces():
    """All that bears our name in PLACES."""
    return run("find", *[place for place in PLACES if os.path.isdir(place)], "-name", "*calcifer*").split()


def entries(path):
    """What a person entered, without a daemon."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT number, kind, at, name, value FROM entry ORDER BY number").fetchall()
    finally:
        connection.close()


class Person:
    """An account that uses what is installed."""

    def __init__(self, name):
        self.account = account.create(name)
        self.account.start_manager()

    def ctl(self, *words):
        return self.account.as_user("calciferctl", *words).stdout

    def supplement_iu(self):
        return json.loads(self.ctl("status", "--json"))["vitamin_d"]["supplement_iu"]

    def unit(self, what):
        return self.account.systemctl("show", "-P", what, UNIT)

    @property
    def folder(self):
        return f"{self.account.home}/.local/share/calciferd"


# -- Installed -----------------------------------------------------------------------------------------------------------

def install(person):
    check.equal("nothing of it is there before", [state_of(name) for name in NAMES] + traces(), ["", ""])
    said = dpkg_i()
    check.equal("dpkg -i installs both packages", [state_of(name) for name in NAMES], ["install ok installed"] * 2)
    check("without a complaint", "warning" not in said and "error" not in said, said)
    check.equal("their files are as packed", run("dpkg", "--verify", *NAMES), "")
    system.notice_install(person.account)


def asks_nobody(person):
    check.equal("it runs unasked for nobody", (person.unit("UnitFileState"), person.unit("ActiveState")),
                ("disabled", "inactive"))
    person.account.systemctl("enable", "--now", UNIT)
    check.equal("enabled, it runs as a service of the user", (person.unit("UnitFileState"), person.unit("ActiveState")),
                ("enabled", "active"))
    check.equal("from the package's files", (person.unit("FragmentPath"), os.readlink(f"/proc/{person.unit('MainPID')}/exe")),
                ("/usr/lib/systemd/user/calciferd.service", "/usr/libexec/calciferd"))
    check("status answers", "Vitamin D" in person.ctl("status"))
    person.ctl("products", "add", "d3", "d3=2000IU")
    person.ctl("log", "take", "d3")
    check.equal("and counts what is entered", person.supplement_iu(), 2000)


def papers(person):
    """What a desktop, a shell and an administrator look for."""
    for section, page in PAGES:
        text = person.account.as_user("man", "-P", "cat", section, page, MANWIDTH="80").stdout
        check(f"{page}({section}) is read", page.upper() in text.upper() and len(text) > 1000, text[:200])
    check("the shell completes its commands", "doctor" in completed(person, "calciferctl do").split(), completed(person, "calciferctl do"))
    entry = person.account.as_user("/usr/bin/python3", "-c", (
        "from gi.repository import Gio; entry = Gio.DesktopAppInfo.new('org.calciferd.desktop');"
        " print(entry.get_name(), entry.get_icon().to_string(), entry.get_executable())")).stdout
    check.equal("the desktop finds its entry", entry.split(), ["Calcifer", "org.calciferd", "calciferctl"])
    icons = "/usr/share/icons/hicolor"
    check.equal("and its icons", [os.path.exists(f"{icons}/{name}") for name in (
        "scalable/apps/org.calciferd.svg", "symbolic/apps/org.calciferd-symbolic.svg")], [True, True])
    if os.path.exists(f"{icons}/icon-theme.cache"):
        with open(f"{icons}/icon-theme.cache", "rb") as cache:
            check("which are in the theme's cache", b"org.calciferd" in cache.read())
    # The catalogue was indexed by systemd's trigger, not by us.
    told = until("the journal tells what the catalogue says", lambda: run(
        "journalctl", "-b", "-x", "--no-pager", f"_UID={person.account.uid}", f"MESSAGE_ID={READY_ID}"))
    check("the journal's catalogue explains its messages", "Calcifer is ready" in told and "man:calciferd(8)" in told, told)
    run("localedef", "-i", "de_DE", "-f", "UTF-8", "/tmp/de_DE.UTF-8")
    german = person.account.as_user("calciferctl", "--help", LC_ALL="de_DE.UTF-8", LOCPATH="/tmp").stdout
    check("its words are there in German", "der Tag: Vitamin D" in german, german[:300])
    check.equal("programs find the library", run("pkg-config", "--modversion", "calcifer").strip(),
                person.ctl("--version").split()[1])


def completed(person, line):
    """What bash offers for a line, in an interactive shell's way of loading."""
    words = line.split(" ")
    script = (". /usr/share/bash-completion/bash_completion; _completion_loader calciferctl;"
              f" COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; COMP_LINE='{line}'; COMP_POINT={len(line)};"
              " function=$(complete -p calciferctl | sed -n 's/.*-F \\([^ ]*\\).*/\\1/p');"
              f" $function calciferctl '{words[-1]}' '{words[-2]}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    return person.account.as_user("bash", "--norc", "-c", script).stdout


# -- Upgraded, removed ---------------------------------------------------------------------------------------------------

def upgrade(person):
    pid = person.unit("MainPID")
    dpkg_i()
    check.equal("installed over itself, all is as packed", run("dpkg", "--verify", *NAMES), "")
    person.account.systemctl("daemon-reload")
    check.equal("a daemon that runs goes on, and stays enabled", (person.unit("MainPID"), person.unit("UnitFileState")),
                (pid, "enabled"))
    check.equal("and answers the client that came", person.supplement_iu(), 2000)
    person.account.systemctl("restart", UNIT)
    check.equal("started anew it has what it had", (person.supplement_iu(), person.unit("MainPID") != pid), (2000, True))


def remove(person):
    files = owned()
    print(f"   {len(files)} files are the packages'")
    said = run("dpkg", "-r", *NAMES)
    check("the removal says what stays", KEEPS in said, said)
    check("and has no complaint", "warning" not in said and "error" not in said, said)
    check.equal("no file of the packages is left", [path for path in files if os.path.lexists(path)], [])
    check.equal("and none that bears their name, but for Debian's own note of the unit",
                [path for path in traces() if not path.startswith("/var/lib/systemd/deb-systemd-user-helper-")], [])
    until("the daemon that ran has ended", lambda: not os.path.exists(f"/proc/{person.pid}"))
    check("the daemon that ran was stopped", not os.path.exists(f"/proc/{person.pid}"))
    system.notice_install(person.account)
    check.equal("the user's manager knows no unit any more", person.unit("LoadState"), "not-found")
    check("nor does the bus start one", "org.calciferd" not in person.account.as_user(
        "busctl", "--user", "--no-legend", "--activatable", "list").stdout)


def purge(person):
    run("dpkg", "-P", *NAMES)
    check.equal("purged, dpkg does not know it", [state_of(name) for name in NAMES], ["", ""])
    check.equal("nothing bears its name", traces(), [])
    check.equal("what its user entered is kept", entries(f"{person.folder}/ledger.db"), person.entered)


def again(person):
    """The ledger that stayed is not only a file: it is taken up."""
    dpkg_i()
    system.notice_install(person.account)
    check.equal("installed anew it counts what was entered before", person.supplement_iu(), 2000)


def main():
    # This machine may be a container, whose policy keeps dpkg from touching services; the guest is none. And the index
    # of all manual pages takes an emulated machine minutes: this file is Debian's own switch for it.
    for path in ("/usr/sbin/policy-rc.d", "/var/lib/man-db/auto-update"):
        if os.path.exists(path):
            os.unlink(path)
    person = Person("wearer")
    try:
        install(person)
        asks_nobody(person)
        papers(person)
        upgrade(person)
        person.pid, person.entered = person.unit("MainPID"), entries(f"{person.folder}/ledger.db")
        remove(person)
        purge(person)
        again(person)
    finally:
        with open("/artefacts/calciferd.txt", "w", encoding="utf-8") as out:
            out.write(person.account.journal(UNIT))
    print(f"{check.passed} checks passed")


if __name__ == "__main__":
    sys.exit(main())
