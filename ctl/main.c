/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "complete.h"
#include "verb.h"
#include "verbs.h"

#include <locale.h>
#include <stdio.h>

static int help(int argc, char **argv);

static const CtlVerb verbs[] = {
  { "status", "[--date D] [--json] [--plain]", "the day: vitamin D, its helpers, alerts, tags", ctl_status },
  { "setup", "", "a few questions for the first day, and again whenever you like", ctl_setup },
  { "history", "[--from D] [--to D] [--csv] [--json] [--plain]", "days as a plot and a table", ctl_history },
  { "log", "take|food|sun|lab|done ...", "an entry by hand", ctl_log },
  { "plan", "[--date D] [--json] [--plain]", "when the sun closes the vitamin D gap, and which foods do",
    ctl_plan },
  { "wear", "CLOTHING [--spf N]", "today's clothing and sunscreen, from now on", ctl_wear },
  { "undo", "[ID]", "take an entry back", ctl_undo },
  { "amend", "ID [WORD...] [--at TIME]", "put an entry right", ctl_amend },
  { "forget", "ID | --everything", "erase an entry, or ledger, keys and settings, for good", ctl_forget },
  { "alerts", "[snooze|dismiss|answer ID ...]", "what is raised", ctl_alerts },
  { "explain", "CODE|k2|d|magnesium|calcium|vitamin-c|balance|today [--json] [--plain]",
    "how an alert's number, or the day's, came about; what the nutrients do", ctl_explain },
  { "tags", "[scan|adopt|forget|role|map|allow|key ...]", "the tags", ctl_tags },
  { "products", "[add|edit|correct|remove NAME ...]", "the supplements", ctl_products },
  { "foods", "[search|add|recipe|remove ...] [--for N] [--richest N]", "the foods", ctl_foods },
  { "profile", "[set KEY VALUE]", "what the estimates know of you", ctl_profile },
  { "watch", "[--json]", "what happens, as it happens", ctl_watch },
  { "report", "FILE.html [--days N] [--json]", "half a year on one page, to print or to hand on",
    ctl_report },
  { "export", "[--format csv|jsonl|fhir] [FILE]", "all of the ledger, as a file that import reads",
    ctl_export },
  { "import", "FILE [--dry-run] [--json]", "add what such a file holds and the ledger does not", ctl_import },
  { "backup", "FILE", "a copy of the ledger while it is in use", ctl_backup },
  { "restore", "FILE | --salvage", "a backup, or what can be read of a damaged ledger, in the ledger's place",
    ctl_restore },
  { "doctor", "[--json] [--plain]", "what is wrong, and what to type", ctl_doctor },
  { "calc", "sun|ratio|uvi|ozone|synthesis|burn|serum|bthome|record ...", "the arithmetic in the open",
    ctl_calc },
  { "help", "", "this", help },
  { NULL },
};

static int
help(int argc, char **argv)
{
  (void)argc;
  (void)argv;
  printf(
      "Calcifer: vitamin D from sun, food and supplements. A wellness estimate, not a medical device.\n\n");
  for (const CtlVerb *verb = verbs; verb->name != NULL; verb++)
    printf("  calciferctl %s %s\n      %s\n", verb->name, verb->usage, verb->help);
  printf("\nWithout a command: status. Each command knows --help. See calciferctl(1).\n");
  return CTL_EXIT_DONE;
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  if (argc == 1) {
    char name[] = "status";
    char *words[] = { name, NULL };
    return ctl_status(1, words);
  }
  if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h"))
    return help(argc, argv);
  if (g_str_equal(argv[1], "--version")) {
    printf("calciferctl " CALCIFER_VERSION "\n");
    return CTL_EXIT_DONE;
  }
  if (g_str_equal(argv[1], "complete")) /* for the shells, and in no list */
    return ctl_complete(verbs, argc - 1, argv + 1);
  return ctl_verb_run(verbs, "", argc - 1, argv + 1);
}
