/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verb.h"

#include <stdarg.h>
#include <stdio.h>

static void
complain(const char *format, va_list arguments)
{
  g_autofree char *sentence = g_strdup_vprintf(format, arguments);
  fprintf(stderr, "calciferctl: %s\n", sentence);
}

int
ctl_usage_error(const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  complain(format, arguments);
  va_end(arguments);
  return CTL_EXIT_USAGE;
}

int
ctl_failure(const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  complain(format, arguments);
  va_end(arguments);
  return CTL_EXIT_FAILED;
}

static const CtlVerb *
find_verb(const CtlVerb *verbs, const char *name)
{
  for (const CtlVerb *verb = verbs; verb->name != NULL; verb++) {
    if (g_str_equal(verb->name, name))
      return verb;
  }
  return NULL;
}

/* The first verb that begins as the word does, the likeliest slip of the fingers. */
static const CtlVerb *
nearest_verb(const CtlVerb *verbs, const char *name)
{
  for (const CtlVerb *verb = verbs; verb->name != NULL; verb++) {
    if (name[0] != '\0' && verb->name[0] == name[0])
      return verb;
  }
  return verbs;
}

int
ctl_verb_run(const CtlVerb *verbs, const char *prefix, int argc, char **argv)
{
  if (argc < 1)
    return ctl_usage_error("which of %s? Type 'calciferctl %shelp'.", prefix, prefix);
  const CtlVerb *verb = find_verb(verbs, argv[0]);
  if (verb == NULL)
    return ctl_usage_error("there is no command '%s%s'. Did you mean '%s%s'? 'calciferctl help' lists them.",
                           prefix, argv[0], prefix, nearest_verb(verbs, argv[0])->name);
  return verb->run(argc, argv);
}
