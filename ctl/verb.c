/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verb.h"

#include "language.h"
#include "screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A word is a slip of a verb when so few letters are wrong, or when it is the verb's beginning. */
#define SLIPS_MAX 2

/* Longer words are nobody's slip. */
#define WORD_MAX 24

static void
complain(const char *format, va_list arguments)
{
  g_autofree char *sentence = g_strdup_vprintf(format, arguments);
  g_autofree char *line = ctl_screen_escape(sentence);
  fprintf(stderr, "calciferctl: %s\n", line);
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

static guint
least(guint a, guint b, guint c)
{
  return MIN(MIN(a, b), c);
}

/* Letters put in, left out or changed, and neighbours that changed places, count one each. */
guint
ctl_verb_slips(const char *typed, const char *meant)
{
  guint slips[WORD_MAX + 1][WORD_MAX + 1];
  const size_t rows = strlen(typed), columns = strlen(meant);
  if (rows > WORD_MAX || columns > WORD_MAX)
    return G_MAXUINT;
  for (size_t i = 0; i <= rows; i++) {
    for (size_t j = 0; j <= columns; j++) {
      if (i == 0 || j == 0) {
        slips[i][j] = (guint)(i + j);
        continue;
      }
      const guint changed = slips[i - 1][j - 1] + (typed[i - 1] != meant[j - 1]);
      slips[i][j] = least(changed, slips[i - 1][j] + 1, slips[i][j - 1] + 1);
      if (i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1])
        slips[i][j] = MIN(slips[i][j], slips[i - 2][j - 2] + 1);
    }
  }
  return slips[rows][columns];
}

/* The verb that was meant, likely; NULL when the word is like none. */
static const CtlVerb *
nearest_verb(const CtlVerb *verbs, const char *typed)
{
  const CtlVerb *nearest = NULL;
  guint fewest = SLIPS_MAX + 1;
  for (const CtlVerb *verb = verbs; verb->name != NULL; verb++) {
    const gboolean begins = typed[0] != '\0' && g_str_has_prefix(verb->name, typed);
    const guint slips = begins ? 0 : ctl_verb_slips(typed, verb->name);
    if (slips < fewest && slips < strlen(verb->name)) {
      nearest = verb;
      fewest = slips;
    }
  }
  return nearest;
}

gboolean
ctl_verb_is_help(const char *word)
{
  return g_str_equal(word, "--help") || g_str_equal(word, "-h");
}

char *
ctl_verb_describe(const CtlVerb *verbs, const char *group, const char *name)
{
  GString *text = g_string_new(NULL);
  for (const CtlVerb *verb = verbs; verb->name != NULL; verb++) {
    if (name == NULL || g_str_equal(verb->name, name))
      g_string_append_printf(text, "calciferctl %s %s%s%s\n    %s\n", group, verb->name,
                             verb->usage[0] != '\0' ? " " : "", verb->usage, _(verb->help));
  }
  return g_string_free(text, FALSE);
}

static int
complain_missing(const CtlVerb *verbs, const char *group)
{
  g_autoptr(GString) names = g_string_new(NULL);
  for (const CtlVerb *verb = verbs; verb->name != NULL; verb++)
    g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", verb->name);
  return ctl_usage_error(_("%s what? It knows %s; 'calciferctl %s --help' tells more."), group, names->str,
                         group);
}

static int
complain_unknown(const CtlVerb *verbs, const char *group, const char *typed)
{
  const CtlVerb *meant = nearest_verb(verbs, typed);
  const char *space = group[0] != '\0' ? " " : "";
  if (meant == NULL)
    return ctl_usage_error(_("there is no command '%s%s%s'. 'calciferctl %s%s--help' lists them."), group,
                           space, typed, group, space);
  return ctl_usage_error(
      _("there is no command '%s%s%s'. Did you mean '%s%s%s'? 'calciferctl %s%s--help' lists them."), group,
      space, typed, group, space, meant->name, group, space);
}

int
ctl_verb_run(const CtlVerb *verbs, const char *group, int argc, char **argv)
{
  if (argc < 1)
    return complain_missing(verbs, group);
  if (ctl_verb_is_help(argv[0])) {
    g_autofree char *text = ctl_verb_describe(verbs, group, NULL);
    printf("%s", text);
    return CTL_EXIT_DONE;
  }
  const CtlVerb *verb = find_verb(verbs, argv[0]);
  if (verb == NULL)
    return complain_unknown(verbs, group, argv[0]);
  g_autofree char *whole = g_strconcat(group, group[0] != '\0' ? " " : "", verb->name, NULL);
  argv[0] = whole; /* only the verb looks at it */
  return verb->run(argc, argv);
}
