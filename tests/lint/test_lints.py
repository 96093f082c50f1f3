#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each lint sees what it is there to see: a copy of the tree, one fault planted in it, and the line it must print.

Usage: test_lints.py ROOT
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from house import left_out

LINTS = Path(__file__).resolve().parent
ROOT = None
SPDX_LIB = "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n"
SPDX = "/* SPDX-License-Identifier: GPL-2.0-or-later */\n"


class Lint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """One copy of the tree for all. A test has links to it: whoever plants something takes the link away first."""
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.copy = Path(folder.name, "copy")
        shutil.copytree(ROOT, cls.copy, ignore=lambda at, names: [
            name for name in names if name == ".git" or left_out(Path(at, name))])

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.tree = Path(self.folder.name, "tree")
        shutil.copytree(self.copy, self.tree, copy_function=os.link)
        self.build = Path(self.folder.name, "build")
        self.build.mkdir()
        self.commands([])

    def tearDown(self):
        self.folder.cleanup()

    def plant(self, path, text):
        target = self.tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_text(text, encoding="utf-8")

    def append(self, path, text):
        self.plant(path, (self.tree / path).read_text(encoding="utf-8") + text)

    def replace(self, path, old, new):
        text = (self.tree / path).read_text(encoding="utf-8")
        self.assertIn(old, text)
        self.plant(path, text.replace(old, new, 1))

    def commands(self, entries):
        (self.build / "compile_commands.json").write_text(json.dumps(entries), encoding="utf-8")

    def sees(self, lint, *expected):
        """The lint fails and prints a line that holds all of `expected`."""
        arguments = [self.tree, self.build, self.build / "libcalcifer.a"]
        done = subprocess.run([sys.executable, LINTS / f"{lint}.py", *arguments], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertTrue(any(all(word in line for word in expected) for line in done.stdout.splitlines()),
                        f"{expected} not in:\n{done.stdout}{done.stderr}")


class Layers(Lint):
    def sees_include(self, path, include, why):
        self.plant(path, f"{SPDX}#include {include}\n")
        self.sees("layers", path, "includes " + include.strip('<>"'), why)

    def test_values_above_themselves(self):
        self.sees_include("lib/values/planted.c", "<calcifer/bthome.h>", "values may not see decode")

    def test_decode_at_model(self):
        self.sees_include("lib/decode/planted.c", "<calcifer/sun.h>", "decode may not see model")

    def test_model_at_a_private_header_of_decode(self):
        self.sees_include("lib/model/planted.c", '"../decode/cursor.h"', "model may not see decode")

    def test_core_at_glib(self):
        self.sees_include("lib/model/planted.c", "<glib.h>", "glib is not for core")

    def test_core_at_time(self):
        self.sees_include("lib/values/planted.c", "<time.h>", "libc is not for core")

    def test_public_header_at_glib(self):
        self.sees_include("include/calcifer/planted.h", "<gio/gio.h>", "glib is not for public")

    def test_public_header_through_another(self):
        self.plant("include/calcifer/planted.h", SPDX_LIB + "#include <calcifer/sun.h>\n")
        self.sees_include("lib/decode/another.c", "<calcifer/planted.h>", "decode may not see model")

    def test_core_at_the_daemon(self):
        self.sees_include("lib/values/planted.c", '"error.h"', "the core sees nothing but itself")

    def test_edge_at_edge(self):
        self.sees_include("daemon/bus/planted.c", '"ledger.h"', "bus may not see ledger")

    def test_edge_at_edge_by_the_name_of_another_header(self):
        self.plant("daemon/settings/innocent.c", SPDX + "#include <link.h>\n")
        self.sees_include("daemon/settings/planted.c", '"link.h"', "settings may not see link")

    def test_edge_at_the_root(self):
        self.sees_include("daemon/settings/planted.c", '"../app/app.h"', "settings may not see app")

    def test_edge_at_anothers_library(self):
        self.sees_include("daemon/bus/planted.c", "<sqlite3.h>", "sqlite is not for edge bus")

    def test_client_at_the_daemon(self):
        self.sees_include("ctl/planted.c", '"bus.h"', "the client knows the bus and the public core only")

    def test_client_at_sqlite(self):
        self.sees_include("ctl/planted.c", "<sqlite3.h>", "sqlite is not for client")

    def test_client_at_bluez(self):
        self.plant("ctl/planted.c", SPDX + 'static const char name[] = "org.bluez.Device1";\n')
        self.sees("layers", "ctl/planted.c", "org.bluez")

    def test_library_that_nobody_knows(self):
        self.sees_include("daemon/link/planted.c", "<bluetooth/bluetooth.h>", "nobody may")

    def test_folder_without_a_layer(self):
        self.plant("daemon/helpers/planted.c", SPDX)
        self.sees("layers", "daemon/helpers", "no layer")


class Purity(Lint):
    def built(self, source, flags="-Wswitch-enum -Werror"):
        """Compiles `source` as lib/values/planted.c, alone in the archive."""
        path = self.tree / "lib/values/planted.c"
        self.plant("lib/values/planted.c", SPDX_LIB + source)
        subprocess.run(["cc", "-O0", "-fPIC", "-c", path, "-o", self.build / "planted.o"], check=True)
        subprocess.run(["ar", "rcs", self.build / "libcalcifer.a", self.build / "planted.o"], check=True)
        self.commands([{"directory": str(self.build), "file": str(path), "output": "planted.o",
                        "command": f"cc {flags}"}])

    def test_allocator(self):
        self.built("#include <stdlib.h>\nvoid *f(void);\nvoid *f(void)\n{\n  return malloc(1);\n}\n")
        self.sees("purity", "planted.o", "may not use malloc")

    def test_clock_errno_and_streams(self):
        self.built("#include <errno.h>\n#include <stdio.h>\n#include <time.h>\n"
                   "int f(void)\n{\n  puts(\"a\");\n  return errno + (int)time(NULL);\n}\n")
        for name in ("puts", "__errno_location", "time"):
            self.sees("purity", "planted.o", "may not use " + name)

    def test_mutable_globals(self):
        self.built("int one = 1;\nstatic int none;\nint *f(void)\n{\n  static int kept;\n  none++;\n  return &kept;\n}\n")
        for name in ("one is", "none is", "kept.0 is"):
            self.sees("purity", "planted.c", name, "a mutable global")

    def test_constant_tables_are_none(self):
        self.built("const char *const names[] = { \"a\", \"b\" };\n")
        done = subprocess.run([sys.executable, LINTS / "purity.py", self.tree, self.build,
                               self.build / "libcalcifer.a"], capture_output=True, text=True, check=False)
        self.assertNotIn("mutable", done.stdout)

    def test_source_that_nothing_compiles(self):
        self.built("int f(void)\n{\n  return 1;\n}\n")
        self.plant("lib/values/forgotten.c", SPDX_LIB)
        self.sees("purity", "lib/values/forgotten.c", "nothing compiles this file")

    def test_warnings_switched_off(self):
        self.built("int f(void)\n{\n  return 1;\n}\n", flags="-Wall")
        self.sees("purity", "planted.c", "without -Wswitch-enum")


class Headers(Lint):
    def test_header_that_leans_on_another(self):
        self.plant("include/calcifer/planted.h", SPDX_LIB + "extern uint8_t planted;\n")
        self.sees("headers", "error: unknown type name", "uint8_t")

    def test_header_that_cxx_refuses(self):
        self.plant("include/calcifer/planted.h", SPDX_LIB + "extern int class;\n")
        self.sees("headers", "not clean C++")

    def test_linkage(self):
        self.plant("include/calcifer/planted.h", SPDX_LIB + "int cal_planted(void);\n")
        self.sees("headers", "planted.h", 'outside extern "C"')

    def test_not_listed(self):
        self.plant("include/calcifer/planted.h", SPDX_LIB)
        self.sees("headers", "planted.h lies there and is not installed")

    def test_listed_in_vain(self):
        (self.tree / "include/calcifer/hex.h").unlink()
        self.sees("headers", "hex.h is listed and does not exist")

    def test_without_a_test(self):
        (self.tree / "tests/unit/values/test_hex.c").unlink()
        self.sees("headers", "hex.h", "has no tests/unit/ROOM/test_hex.c")

    def test_example_is_not_first(self):
        self.replace("tests/unit/values/test_hex.c", "cmocka_unit_test(test_example),",
                     "cmocka_unit_test(test_what_is_no_hex),")
        self.sees("headers", "test_hex.c", "first test is not test_example")

    def test_test_that_is_not_built(self):
        self.sees("headers", "test_hex.c", "no meson.build builds this test")


class Surface(Lint):
    LEDGER = "dbus/org.calciferd.Ledger1.xml"

    def test_not_well_formed(self):
        self.replace(self.LEDGER, "</interface>", "")
        self.sees("surface", self.LEDGER, "not well formed")

    def test_member_without_a_word(self):
        self.replace(self.LEDGER, "</interface>", '  <property name="Planted" type="s" access="read"/>\n</interface>')
        self.sees("surface", "property Ledger1.Planted has no comment")
        self.sees("surface", "nothing there names the property Ledger1.Planted")

    def test_argument_that_no_comment_names(self):
        self.replace(self.LEDGER, "@servings: over 0", "The servings are over 0")
        self.sees("surface", "no comment says what @servings of Take is")

    def test_interface_without_a_word(self):
        self.replace(self.LEDGER, "org.calciferd.Ledger1: entries", "entries")
        self.sees("surface", "no comment above org.calciferd.Ledger1 begins with its name")

    def test_error_that_does_not_exist(self):
        self.replace(self.LEDGER, "Error: Exists when", "Error: Undone when")
        self.sees("surface", "there is no error Undone")

    def test_error_that_nobody_documents(self):
        self.replace("daemon/error.c", '"org.calciferd.Error.Failed"', '"org.calciferd.Error.Planted"')
        self.sees("surface", "no interface says when Planted is answered")

    def test_method_without_a_handler(self):
        self.replace(self.LEDGER, "</interface>", '<!-- A word. -->\n<method name="Planted"/>\n</interface>')
        self.sees("surface", "no handler for Ledger1.Planted")

    def test_handler_without_a_method(self):
        self.replace("daemon/app/surface.c", '{ "Ledger1", "Take"', '{ "Ledger1", "Planted"')
        self.sees("surface", "Ledger1.Planted is in no interface XML")

    def test_method_that_cannot_fail(self):
        self.replace("dbus/org.calciferd.Service1.xml", "a bug). Errors: Limit; of @job Storage, Cancelled.", "a bug).")
        self.sees("surface", "no comment says with which error Rebuild fails")

    def test_command_without_a_row(self):
        self.replace("doc/org.calciferd.md", "| `log food` | Ledger1.Food |", "| `log feed` | Ledger1.Feed |")
        self.sees("surface", "no row says with which members 'log food' is done")
        self.sees("surface", "there is no command 'log feed'")
        self.sees("surface", "'log feed' is done with Ledger1.Feed, which there is not")

    def test_interface_that_is_not_carried(self):
        self.replace("daemon/bus/interfaces.c", "&org_calciferd_ledger1_interface,", "")
        self.sees("surface", "does not carry org.calciferd.Ledger1")


class Functions(Lint):
    LONG = "void\nplanted(int *n)\n{\n" + "  ++*n;\n" * 60 + "}\n"

    def test_too_long(self):
        self.plant("lib/values/planted.c", SPDX_LIB + "/* Adds. */\n" + self.LONG)
        self.sees("functions", "lib/values/planted.c", "planted() has 6", "no reason")

    def test_long_with_a_reason(self):
        self.plant("lib/values/planted.c", SPDX_LIB + "/* Adds. Long: a table in disguise. */\n" + self.LONG)
        done = subprocess.run([sys.executable, LINTS / "functions.py", self.tree], capture_output=True, text=True,
                              check=False)
        self.assertNotIn("planted() has", done.stdout)

    def test_goto(self):
        self.plant("daemon/bus/planted.c", SPDX + "void\nf(void)\n{\n  goto end;\nend:\n  return;\n}\n")
        self.sees("functions", "daemon/bus/planted.c", "goto")

    def switch(self, labels, default):
        self.plant("ctl/planted.c", f"{SPDX}int\nf(int x)\n{{\n  switch (x) {{\n{labels}  {default}\n    return 0;\n"
                                    "  }\n}\n")

    def test_default_beside_our_own(self):
        self.switch("  case CAL_ROLE_WORN:\n    return 1;\n", "default:")
        self.sees("functions", "ctl/planted.c", "default beside our own enumerators")

    def test_default_where_it_may_stand(self):
        for labels, default in (("  case 'a':\n    return 1;\n", "default:"),
                                ("  case CAL_ROLE_WORN:\n    return 1;\n", "default: /* any byte from the air */")):
            self.switch(labels, default)
            done = subprocess.run([sys.executable, LINTS / "functions.py", self.tree], capture_output=True, text=True,
                                  check=False)
            self.assertNotIn("ctl/planted.c", done.stdout)


class Text(Lint):
    def test_no_licence(self):
        self.plant("tests/planted.py", "print(1)\n")
        self.sees("text", "tests/planted.py", "belongs here, found none")

    def test_the_other_licence(self):
        self.plant("lib/values/planted.c", SPDX)
        self.sees("text", "lib/values/planted.c", "LGPL-2.1-or-later", "belongs here")

    def test_the_licence_of_catalogues(self):
        self.plant("data/planted.metainfo.xml", "<!-- SPDX-License-Identifier: GPL-2.0-or-later -->\n<component/>\n")
        self.sees("text", "data/planted.metainfo.xml", "FSFAP", "belongs here")

    def test_unfinished(self):
        self.append("lib/values/hex.c", "/* TO" "DO */\n")
        self.sees("text", "lib/values/hex.c", "unfinished")

    def test_own_machine(self):
        self.append("lib/values/hex.c", "/* /ho" "me/somebody/calcifer */\n")
        self.sees("text", "lib/values/hex.c", "a path of one machine")

    def test_ends(self):
        self.append("lib/values/hex.c", "/* a */ \n/* b */")
        self.sees("text", "lib/values/hex.c", "a blank at the line's end")
        self.sees("text", "lib/values/hex.c", "no newline at the end")


class Format(Lint):
    def test_layout(self):
        self.append("lib/values/hex.c", "int   planted ;\n")
        self.sees("format", "lib/values/hex.c", "lays this out otherwise")


class Catalogue(Lint):
    TABLE, CATALOGUE = "daemon/lifecycle/journal.c", "systemd/calciferd.catalog"

    def an_id(self):
        text = (self.tree / self.CATALOGUE).read_text(encoding="utf-8")
        return next(line[len("-- "):] for line in text.splitlines() if line.startswith("-- "))

    def test_an_entry_of_no_message(self):
        self.append(self.CATALOGUE, f"\n-- {'0' * 32}\nSubject: x\nDefined-By: Calcifer\nDocumentation: man:x(8)\n\nx\n")
        self.sees("catalogue", self.CATALOGUE, "is no message's id")

    def test_a_message_without_an_entry(self):
        self.replace(self.CATALOGUE, f"-- {self.an_id()}\n", "")
        self.sees("catalogue", self.TABLE, "has 0 whole entries")

    def test_an_entry_without_a_subject(self):
        self.replace(self.CATALOGUE, "Subject: Calcifer is ready\n", "")
        self.sees("catalogue", self.TABLE, "has 0 whole entries")

    def test_a_message_without_an_id(self):
        self.replace("daemon/lifecycle/journal.h", "  CAL_JOURNAL_READY,", "  CAL_JOURNAL_PLANTED,\n  CAL_JOURNAL_READY,")
        self.sees("catalogue", "CAL_JOURNAL_PLANTED", "one of table and header only")

    def test_an_id_in_capitals(self):
        self.replace(self.TABLE, self.an_id(), self.an_id().upper())
        self.sees("catalogue", self.TABLE, "32 lower-case")


class Nothing(Lint):
    def test_an_empty_tree_is_no_success(self):
        shutil.rmtree(self.tree)
        self.tree.mkdir()
        for lint in ("layers", "text", "functions"):
            self.sees(lint, "nothing to look at")


class Findings(Lint):
    TABLE, CODES, AUDIENCE = "tests/vectors/findings.txt", "lib/balance/code.c", "lib/balance/audience.c"

    def test_a_code_that_the_table_does_not_know(self):
        self.replace(self.CODES, "  { CAL_CODE_D_HIGH,", '  { CAL_CODE_PLANTED, "planted", CAL_SEVERITY_NOTICE, '
                     "CAL_MEASURE_MG, 7, DAY },\n  { CAL_CODE_D_HIGH,")
        for case in ("under", "over", "unknown", "held", "gone"):
            self.sees("findings", self.CODES, f'planted has no row "{case}"')
        self.sees("findings", self.CODES, "planted has no row within half a per cent")
        self.sees("findings", self.CODES, "planted has no quiet time")
        self.sees("findings", self.AUDIENCE, "CAL_CODE_PLANTED has no row of audiences")

    def test_a_row_of_a_code_that_is_no_more(self):
        self.replace(self.CODES, '"tag-stuck"', '"tag-planted"')
        self.sees("findings", self.TABLE, "tag-stuck is no code")

    def test_a_side_that_is_left_out(self):
        self.replace(self.TABLE, "tag-battery unknown |", "tag-battery under |")
        self.sees("findings", self.CODES, 'tag-battery has no row "unknown"')

    def test_a_row_far_over_its_threshold(self):
        self.replace(self.TABLE, "warning 351.75 of 350", "warning 355 of 350")
        self.sees("findings", self.CODES, "mg-supplement-high has no row within half a per cent")

    def test_a_row_on_the_other_side(self):
        self.replace(self.TABLE, "uvi=2.985 | - | silent", "uvi=2.985 | - | notice")
        self.sees("findings", self.TABLE, 'a row "under" that is notice')

    def test_somebody_without_a_row(self):
        self.replace(self.AUDIENCE, "CAL_CONDITION_DIABETES, CALCIFICATION", "CAL_CONDITION_DIABETES, NO_SUN | ASK_DOCTOR")
        for code, how in (("sun-burn", "halved by no-sun"), ("sun-window", "silenced by no-sun"),
                          ("d-low", "reworded by no-sun"), ("mg-low", "reworded by ask-doctor")):
            self.sees("findings", f'{code} has no row "who" for "conditions diabetes"', how)
        self.replace(self.TABLE, "phototype unset / birth-year unset | silent", "birth-year unset | silent")
        self.sees("findings", 'sun-window has no row "who" for "phototype unset"')

    def test_a_row_without_its_paragraph(self):
        self.replace(self.TABLE, "tag-battery under | 5 tags", "tag-battery under | 7 tags")
        self.sees("findings", self.TABLE, '"7 tags" is no paragraph')

    def test_what_is_no_row(self):
        self.append(self.TABLE, "d-low over food.d=1\n")
        self.sees("findings", self.TABLE, "no row of this table")

    def test_a_quiet_time_that_is_left_out(self):
        self.replace(self.TABLE, "quiet d-low |", "quiet d-planted |")
        self.sees("findings", self.CODES, "d-low has no quiet time")
        self.sees("findings", self.TABLE, "d-planted is no code")


class Translations(Lint):
    def test_a_sentence_that_is_not_marked(self):
        self.append("lib/message/bubble.c", 'const char *said = "A sentence that nobody marked.";\n')
        self.sees("translations", "lib/message/bubble.c", "not marked")

    def test_a_new_file_of_the_client_that_speaks(self):
        self.plant("ctl/parrot.c", SPDX + 'const char *said = "A sentence that nobody marked.";\n')
        self.sees("translations", "ctl/parrot.c", "not marked")

    def test_a_file_that_is_not_listed(self):
        self.replace("po/POTFILES", "lib/message/bubble.c\n", "")
        self.sees("translations", "lib/message/bubble.c", "does not name it")

    def test_a_sentence_without_its_german(self):
        self.replace("po/de.po", 'msgstr "Genommen"', 'msgstr ""')
        self.sees("translations", "po/de.po")

    def test_a_guess(self):
        self.replace("po/de.po", 'msgid "Taken"', '#, fuzzy\nmsgid "Taken"')
        self.sees("translations", "po/de.po", "a guess")

    def test_a_sentence_within_markup(self):
        self.append("ctl/report_page.c", 'const char *said = "<p>A sentence that nobody marked.</p>\\n";\n')
        self.sees("translations", "ctl/report_page.c", "not marked")

    def test_what_the_daemon_says_no_more(self):
        self.replace("daemon/link/why.c", "The tag is out of reach.", "The tag is far away.")
        self.sees("translations", "ctl/daemon_sentences.c", "does not say 'The tag is out of reach'")

    def test_what_a_refusal_says_and_the_client_does_not_know(self):
        self.append("lib/balance/word.c", 'const char *expected = "a word that nobody translates";\n')
        self.sees("translations", "lib/balance/word.c", "has no row")
        self.replace("daemon/app/requests_tags.c", "%s is adopted already", "%s was adopted long ago")
        self.sees("translations", "daemon/app/requests_tags.c", "has no row")

    def test_a_food_that_is_called_in_english_alone(self):
        self.replace("data/foods.csv", ",sauerkraut,fermented-cabbage", ",sour cabbage,fermented-cabbage")
        self.sees("translations", "data/foods.csv", "sour cabbage has no row")

    def test_a_sentence_about_a_command(self):
        self.append("ctl/doctor_checks.c", 'const char *typed = "calciferctl tags scan";\n')
        self.append("ctl/doctor_checks.c", 'const char *said = "calciferctl tags says nothing.";\n')
        self.sees("translations", "ctl/doctor_checks.c", '"calciferctl tags says', "not marked")


if __name__ == "__main__":
    ROOT = Path(sys.argv.pop(1)).resolve()
    unittest.main()
