#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Installs the build into a folder of its own, uses what lies there, uninstalls, and looks for what stayed.

Usage: test_install.py ROOT BUILD
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
ROOT = BUILD = None


def run(*command, **options):
    """Runs a command that must succeed; what it says is in the failure."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, **options)
    if done.returncode:
        raise AssertionError(f"{shlex.join(str(word) for word in command)}: {done.returncode}\n{done.stdout}")
    return done.stdout


def folders():
    """The manifest's words: where this build installs to, without the leading slash."""
    options = {option["name"]: option["value"] for option in json.loads(run("meson", "introspect", "--buildoptions",
                                                                            BUILD))}
    prefix = Path(options["prefix"])
    names = {"BIN": "bindir", "LIBEXEC": "libexecdir", "LIB": "libdir", "INCLUDE": "includedir", "DATA": "datadir",
             "MAN": "mandir"}
    found = {word: prefix / options[name] for word, name in names.items()}
    found["CATALOG"] = prefix / "lib/systemd/catalog"
    found["USERUNITS"] = prefix / "lib/systemd/user"
    return {word: str(path).lstrip("/") for word, path in found.items()}


def manifest():
    lines = [line for line in (HERE / "manifest.txt").read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#")]
    headers = sorted(path.name for path in (ROOT / "include/calcifer").glob("*.h"))
    at = lines.index("HEADERS")
    return lines[:at] + [f"INCLUDE/calcifer/{name}" for name in headers] + lines[at + 1:]


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.root = Path(cls.folder.name, "root")
        cls.root.mkdir()
        cls.where = folders()
        cls.keep(BUILD / "meson-logs/install-log.txt")
        run("meson", "install", "--no-rebuild", "--destdir", cls.root, "-C", BUILD)

    @classmethod
    def keep(cls, log):
        """What `ninja uninstall` goes by belongs to whoever installed from this build directory before."""
        if log.exists():
            text = log.read_text(encoding="utf-8")
            cls.addClassCleanup(log.write_text, text, encoding="utf-8")
        else:
            cls.addClassCleanup(log.unlink)

    def at(self, word, *rest):
        return self.root.joinpath(self.where[word], *rest)

    def expected(self):
        return {str(Path(self.where[line.split("/")[0]], *line.split("/")[1:])) for line in manifest()}

    def test_1_the_manifest_is_what_is_installed(self):
        there = {str(path.relative_to(self.root)) for path in self.root.rglob("*") if not path.is_dir()}
        self.assertEqual(sorted(there - self.expected()), [], "installed, and not in the manifest")
        self.assertEqual(sorted(self.expected() - there), [], "in the manifest, and not installed")

    def test_1_who_may_what(self):
        for path in self.root.rglob("*"):
            wanted = 0o755 if path.is_dir() or path.parent in (self.at("BIN"), self.at("LIBEXEC")) else 0o644
            self.assertEqual(oct(path.stat().st_mode & 0o7777), oct(wanted), path)

    def test_2_library_by_pkg_config(self):
        environment = dict(os.environ, PKG_CONFIG_SYSROOT_DIR=str(self.root),
                           PKG_CONFIG_PATH=str(self.at("LIB", "pkgconfig")))
        flags = [shlex.split(run("pkg-config", *words, "calcifer", env=environment))
                 for words in (["--cflags"], ["--static", "--libs"])]
        self.assertIn(f"-I{self.at('INCLUDE')}", flags[0])
        program = Path(self.folder.name, "hello")
        run("cc", "-std=c11", "-Wall", "-Werror", *flags[0], HERE / "hello.c", "-o", program, *flags[1])
        self.assertEqual(run(program), "25.06 Cel, zenith 50.13\n")

    def test_2_unit(self):
        """As installed; only the programs' own folder is put before their names."""
        units = Path(self.folder.name, "units")
        for path in self.at("USERUNITS").rglob("*"):
            if path.is_file():
                target = units / path.relative_to(self.at("USERUNITS"))
                target.parent.mkdir(parents=True, exist_ok=True)
                libexec = "/" + self.where["LIBEXEC"]
                target.write_text(path.read_text(encoding="utf-8").replace(libexec, f"{self.root}{libexec}"),
                                  encoding="utf-8")
        said = run("systemd-analyze", "--user", "--man=no", "--recursive-errors=no", "verify",
                   units / "calciferd.service", env=dict(os.environ, XDG_RUNTIME_DIR=self.folder.name))
        self.assertEqual(said, "")

    def test_2_names_agree(self):
        """The activation file and the unit start the daemon where it was put."""
        daemon = "/" + self.where["LIBEXEC"] + "/calciferd"
        activation = self.at("DATA", "dbus-1/services/org.calciferd.service").read_text(encoding="utf-8")
        unit = self.at("USERUNITS", "calciferd.service").read_text(encoding="utf-8")
        self.assertIn(f"\nExec={daemon}\n", activation)
        self.assertIn(f"\nExecStart={daemon}\n", unit)
        self.assertIn("\nSystemdService=calciferd.service\n", activation)

    def test_2_desktop_entry(self):
        run("desktop-file-validate", self.at("DATA", "applications/org.calciferd.desktop"))

    def test_2_metainfo(self):
        """Catalogues take it, and it speaks of this version, of what is installed and of an icon that is there."""
        path = self.at("DATA", "metainfo/org.calciferd.calcifer.metainfo.xml")
        run("appstreamcli", "validate", "--no-net", "--pedantic", "--strict", path)
        node = ElementTree.parse(path).getroot()
        version = run(self.at("BIN", "calciferctl"), "--version").split()[1]
        self.assertEqual(node.find("releases/release").get("version"), version)
        self.assertTrue(self.at("BIN", node.findtext("provides/binary")).exists())
        service = node.findtext("provides/dbus")
        self.assertTrue(self.at("DATA", "dbus-1/services", f"{service}.service").exists())
        entry = self.at("DATA", "applications/org.calciferd.desktop").read_text(encoding="utf-8")
        for icon in (node.findtext("icon"), re.search(r"^Icon=(.*)$", entry, re.M)[1]):
            self.assertTrue(self.at("DATA", "icons/hicolor/scalable/apps", f"{icon}.svg").exists())

    def test_2_entry_and_metainfo_speak_all_languages(self):
        """What a person reads of them is there in each language that the programs speak."""
        languages = (ROOT / "po/LINGUAS").read_text(encoding="utf-8").split("\n")
        entry = self.at("DATA", "applications/org.calciferd.desktop").read_text(encoding="utf-8")
        node = ElementTree.parse(self.at("DATA", "metainfo/org.calciferd.calcifer.metainfo.xml")).getroot()
        for language in [line for line in languages if line and not line.startswith("#")]:
            self.assertRegex(entry, rf"(?m)^Comment\[{language}\]=.+")
            for tag in ("summary", "p", "developer_name", "keyword"):
                spoken = [one.get("{http://www.w3.org/XML/1998/namespace}lang") for one in node.iter(tag)]
                self.assertEqual(spoken.count(language), spoken.count(None), f"{tag} in {language}")

    def test_2_icons(self):
        """The symbolic one is of 16 by 16 filled shapes in one colour, so that a desktop can give it another."""
        scalable = ElementTree.parse(self.at("DATA", "icons/hicolor/scalable/apps/org.calciferd.svg")).getroot()
        self.assertEqual(scalable.get("width"), scalable.get("height"))
        node = ElementTree.parse(self.at("DATA", "icons/hicolor/symbolic/apps/org.calciferd-symbolic.svg")).getroot()
        self.assertEqual((node.get("width"), node.get("height"), node.get("viewBox")), ("16", "16", "0 0 16 16"))
        self.assertEqual(len({one.get("fill") for one in node.iter() if one.get("fill")}), 1)
        self.assertEqual([one.tag for one in node.iter() if one.get("stroke") or one.get("style")], [])

    def test_2_manual_pages(self):
        for path in (self.root / self.where["MAN"]).rglob("*.[1-8]"):
            done = subprocess.run(["man", "--warnings", "-l", "-Tutf8", path], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=dict(os.environ, MANROFFSEQ=""), check=True)
            self.assertEqual(done.stderr.decode(), "", path)
            self.assertGreater(len(done.stdout), 1000, path)

    def test_2_client_runs(self):
        said = run(self.at("BIN", "calciferctl"), "--version")
        self.assertTrue(said.startswith("calciferctl "), said)

    def test_3_uninstall_leaves_nothing(self):
        run("ninja", "-C", BUILD, "uninstall")
        self.assertEqual([str(path.relative_to(self.root)) for path in self.root.rglob("*")], [])


if __name__ == "__main__":
    ROOT, BUILD = (Path(word).resolve() for word in sys.argv[1:3])
    del sys.argv[1:3]
    unittest.main()
