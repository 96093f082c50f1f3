/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "complete.h"
#include "language.h"
#include "verb.h"
#include "verbs.h"

#include <errno.h>
#include <stdio.h>

static int help(int argc, char **argv);

static const CtlVerb verbs[] = {
  { "status", "[--date D] [--json] [--plain]", N_("the day: vitamin D, its helpers, alerts, tags"),
    ctl_status },
  { "setup", "", N_("a few questions for the first day, and again whenever you like"), ctl_setup },
  { "history", "[--from D] [--to D] [--csv] [--json] [--plain]", N_("days as a plot and a table"),
    ctl_history },
  { "log", "[take|food|sun|lab|done ...] [--date D]",
    N_("an entry by hand; alone, the day's entries with their ids"), ctl_log },
  { "plan", "[--date D] [--json] [--plain]", N_("when the sun closes the vitamin D gap, and which foods do"),
    ctl_plan },
  { "wear", "CLOTHING [--spf N]", N_("today's clothing and sunscreen, from now on"), ctl_wear },
  { "undo", "[ID]", N_("take an entry back"), ctl_undo },
  { "amend", "ID [WORD...] [--at TIME]", N_("put an entry right"), ctl_amend },
  { "forget", "ID | --everything", N_("erase an entry, or ledger, keys and settings, for good"), ctl_forget },
  { "alerts", "[snooze|dismiss|answer ID ...]", N_("what is raised"), ctl_alerts },
  { "explain", "CODE|k2|d|magnesium|calcium|vitamin-c|balance|today [--json] [--plain]",
    N_("how an alert's number, or the day's, came about; what the nutrients do"), ctl_explain },
  { "tags", "[scan|adopt|forget|role|map|allow|key ...]", N_("the tags"), ctl_tags },
  { "products", "[add|edit|correct|remove NAME ...]", N_("the supplements"), ctl_products },
  { "foods", "[search|add|recipe|remove ...] [--for N] [--richest N]", N_("the foods"), ctl_foods },
  { "profile", "[keys | set KEY VALUE]", N_("what the estimates know of you"), ctl_profile },
  { "watch", "[--json]", N_("what happens, as it happens"), ctl_watch },
  { "report", "FILE.html [--days N] [--json]", N_("half a year on one page, to print or to hand on"),
    ctl_report },
  { "export", "[--format csv|jsonl|fhir] [FILE] [--json]" /* VERBATIM */,
    N_("all of the ledger, as a file that import reads"), ctl_export },
  { "import", "FILE [--foods] [--dry-run] [--json]", N_("add what such a file holds and the ledger does not"),
    ctl_import },
  { "backup", "FILE [--json]", N_("a copy of the ledger while it is in use"), ctl_backup },
  { "restore", "FILE | --salvage [--json]",
    N_("a backup, or what can be read of a damaged ledger, in the ledger's place"), ctl_restore },
  { "doctor", "[--json] [--plain]", N_("what is wrong, and what to type"), ctl_doctor },
  { "calc", "sun|ratio|uvi|ozone|synthesis|burn|serum|bthome|record ...", N_("the arithmetic in the open"),
    ctl_calc },
  { "help", "[COMMAND]", N_("this, or what a command takes"), help },
  { NULL },
};

static int
run_verb(int argc, char **argv)
{
  return ctl_verb_run(verbs, "", argc, argv);
}

/* "help log food" is "log food --help". */
static int
help_of(int argc, char **argv)
{
  char last[] = "--help";
  g_autofree char **words = g_new0(char *, (gsize)argc + 1);
  for (int i = 1; i < argc; i++)
    words[i - 1] = argv[i];
  words[argc - 1] = last;
  return run_verb(argc, words);
}

static int
help(int argc, char **argv)
{
  if (argc > 1 && argv[1][0] != '-')
    return help_of(argc, argv);
  printf(_(
      "Calcifer: vitamin D from sun, food and supplements. A wellness estimate, not a medical device.\n\n"));
  for (const CtlVerb *verb = verbs; verb->name != NULL; verb++)
    printf("  calciferctl %s%s%s\n      %s\n", verb->name, verb->usage[0] != '\0' ? " " : "", verb->usage,
           _(verb->help));
  printf(_("\nWithout a command: status. Each command knows --help. See calciferctl(1).\n"));
  return CTL_EXIT_DONE;
}

/* The bus and JSON carry nothing else, and a file of such a name can be given by "<". */
static gboolean
are_utf8(int argc, char **argv)
{
  for (int i = 0; i < argc; i++) {
    if (!g_utf8_validate(argv[i], -1, NULL)) {
      ctl_usage_error(_("'%s' is no UTF-8 text; type it as UTF-8, as LANG=C.UTF-8 has it."), argv[i]);
      return FALSE;
    }
  }
  return TRUE;
}

static int
run(int argc, char **argv)
{
  char status[] = "status";
  if (!are_utf8(argc, argv))
    return CTL_EXIT_USAGE;
  if (argc == 1) {
    char *words[] = { status, NULL };
    return ctl_status(1, words);
  }
  if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h"))
    return help(1, argv);
  if (g_str_equal(argv[1], "--version")) {
    printf("calciferctl " CALCIFER_VERSION "\n");
    return CTL_EXIT_DONE;
  }
  if (argv[1][0] == '-') { /* "calciferctl --json" */
    argv[0] = status;
    return ctl_status(argc, argv);
  }
  if (g_str_equal(argv[1], "complete")) /* for the shells, and in no list */
    return ctl_complete(verbs, argc - 1, argv + 1);
  return run_verb(argc - 1, argv + 1);
}

/* What was printed may not have got out, as into a file on a full disk. */
static int
close_output(int status)
{
  if (fflush(stdout) == 0 && !ferror(stdout))
    return status;
  return errno == EPIPE ? CTL_EXIT_FAILED : ctl_failure(_("standard output: %s."), g_strerror(errno));
}

int
main(int argc, char **argv)
{
  ctl_language_begin();
  return close_output(run(argc, argv));
}
