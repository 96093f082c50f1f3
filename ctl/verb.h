/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verb of the command line: one file each, one row each in the table of main.c (and, below `calc`, in that
 * of calc.c). A verb prints its result on standard output and complains in one line on standard error.
 */
#ifndef CALCIFERCTL_VERB_H
#define CALCIFERCTL_VERB_H

#include <glib.h>

/* What a verb returns is the exit status. */
enum {
  CTL_EXIT_DONE = 0,
  CTL_EXIT_FAILED = 1, /* refused, or it failed; one line on stderr says what to type next */
  CTL_EXIT_USAGE = 2,  /* the words make no sense, or a value is out of its range */
};

typedef struct CtlVerb {
  const char *name;
  const char *usage; /* what follows the name, as in "[--date D] [--json]" */
  const char *help;  /* one line */
  /* argv[0] is the verb's whole name, with its group: "log take". */
  int (*run)(int argc, char **argv);
} CtlVerb;

/* Finds argv[0] in a table that ends with a row without a name, and runs it; "--help" prints the table.
 * `group` is what stands before these verbs, as "log", or "". For an unknown word says which word was meant,
 * perhaps, and returns CTL_EXIT_USAGE; without a word it says which there are. */
int ctl_verb_run(const CtlVerb *verbs, const char *group, int argc, char **argv);

/* "--help" or "-h". */
gboolean ctl_verb_is_help(const char *word);

/* The usage line and the help of the verb of this name, of all when it is NULL. Free with g_free(). */
char *ctl_verb_describe(const CtlVerb *verbs, const char *group, const char *name);

/* How many slips of the fingers make `meant` into `typed`; G_MAXUINT when one of them is no word. */
guint ctl_verb_slips(const char *typed, const char *meant);

/* One line "calciferctl: ..." on stderr, whatever the texts in it hold, and the status to return. */
int ctl_usage_error(const char *format, ...) G_GNUC_PRINTF(1, 2);
int ctl_failure(const char *format, ...) G_GNUC_PRINTF(1, 2);

#endif
