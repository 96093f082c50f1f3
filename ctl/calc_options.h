/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words after a verb: `--name value` or `--name=value` in any order, and what is left over. */
#ifndef CALCIFERCTL_CALC_OPTIONS_H
#define CALCIFERCTL_CALC_OPTIONS_H

#include <glib.h>

/*
 * One option a row; a table ends with a row without a name. Either number or text says where the value goes,
 * or flag, which takes none; an option that was not given leaves it untouched, so set it to its default
 * first. Texts point into argv.
 */
typedef struct CalcOption {
  const char *name; /* without the dashes */
  gboolean required;
  double *number;
  double min; /* of number, both ends allowed */
  double max;
  gboolean whole; /* no fraction */
  const char **text;
  gboolean *flag; /* set when the option is there */
} CalcOption;

/*
 * Reads argv[1] on (argv[0] is the verb). A word without dashes goes to *operand, where only one may go; with
 * operand NULL there may be none. After "--" there are no options. FALSE after one line on stderr that names
 * the word that is wrong or missing.
 */
gboolean calc_options_read(const CalcOption *options, int argc, char **argv, const char **operand);

/* A decimal number with '.', whatever the locale; FALSE for anything else, infinity and hexadecimal too. When
 * end is NULL nothing may follow it. */
gboolean calc_number_read(const char *text, const char **end, double *number);

#endif
