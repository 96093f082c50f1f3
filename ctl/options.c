/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include "language.h"
#include "screen.h"
#include "when.h"

#include <calcifer/number.h>

#include <string.h>

#define DIGITS_OF_THOUSANDS 3

/* "-33.9,18.4" and "-5": no option of ours is a digit. A lone '-' is a word too. */
static gboolean
is_option(const char *word)
{
  return word[0] == '-' && word[1] != '\0' && !g_ascii_isdigit(word[1]) && word[1] != '.';
}

/* "--at" and its like, whose value is the next word. */
static gboolean
takes_next_word(const char *word, const GOptionEntry *entries)
{
  for (; entries->long_name != NULL; entries++) {
    if (entries->arg != G_OPTION_ARG_NONE && g_str_has_prefix(word, "--") &&
        g_str_equal(word + strlen("--"), entries->long_name))
      return TRUE;
  }
  return FALSE;
}

/* Options and what they take go to `options`; the rest stays in argv, behind its first. */
static void
part_words(int *argc, char **argv, const GOptionEntry *entries, GPtrArray *options)
{
  int words = 1;
  gboolean ended = FALSE;
  for (int i = 1; i < *argc; i++) {
    if (ended || !is_option(argv[i])) {
      argv[words++] = argv[i];
    } else if (g_str_equal(argv[i], "--")) {
      ended = TRUE;
    } else {
      g_ptr_array_add(options, argv[i]);
      if (takes_next_word(argv[i], entries) && i + 1 < *argc)
        g_ptr_array_add(options, argv[++i]);
    }
  }
  argv[words] = NULL;
  *argc = words;
}

static const GOptionEntry *
entry_of(const GOptionEntry *entries, const char *long_name)
{
  for (; entries->long_name != NULL; entries++) {
    if (g_str_equal(entries->long_name, long_name))
      return entries;
  }
  return NULL;
}

static gboolean
is_given(const GOptionEntry *entries, const char *long_name)
{
  const GOptionEntry *entry = entry_of(entries, long_name);
  return entry != NULL && *(const gboolean *)entry->arg_data;
}

static gboolean
parse(int *argc, char **argv, const char *usage, const char *description, const GOptionEntry *entries)
{
  gboolean is_plain_anyway = FALSE;
  const GOptionEntry everywhere[] = {
    { "plain", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &is_plain_anyway, NULL, NULL },
    { NULL },
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) context = g_option_context_new(usage);
  g_autofree char *name = g_strconcat("calciferctl ", argv[0], NULL);
  g_autoptr(GPtrArray) options = g_ptr_array_new();
  g_ptr_array_add(options, argv[0]);
  part_words(argc, argv, entries, options);
  int n_options = (int)options->len;
  g_ptr_array_add(options, NULL);
  char **typed = (char **)options->pdata;
  g_set_prgname(name);
  g_option_context_set_description(context, description);
  g_option_context_add_main_entries(context, entries, CAL_MESSAGE_DOMAIN);
  if (entry_of(entries, "plain") == NULL)
    g_option_context_add_main_entries(context, everywhere, CAL_MESSAGE_DOMAIN);
  if (g_option_context_parse(context, &n_options, &typed, &error)) {
    if (is_given(entries, "json"))
      ctl_language_of_programs();
    if (is_plain_anyway || is_given(entries, "plain"))
      ctl_screen_be_plain();
    return TRUE;
  }
  ctl_usage_error(_("%s. '%s --help' tells the options."), error->message, name);
  return FALSE;
}

gboolean
ctl_options_parse(int *argc, char ***argv, const char *usage, const GOptionEntry *entries)
{
  return parse(argc, *argv, usage, NULL, entries);
}

gboolean
ctl_options_parse_json(int *argc, char ***argv, const char *usage, gboolean *json)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, json, N_("as JSON"), NULL },
    { NULL },
  };
  *json = FALSE;
  return parse(argc, *argv, usage, NULL, entries);
}

gboolean
ctl_options_parse_group(int *argc, char ***argv, const CtlVerb *verbs, const GOptionEntry *entries)
{
  g_autofree char *description = ctl_verb_describe(verbs, (*argv)[0], NULL);
  return parse(argc, *argv, "", description, entries);
}

gboolean
ctl_options_at(const char *text, gint64 *at)
{
  g_autofree char *problem = NULL;
  *at = 0;
  if (text == NULL || ctl_when_parse(text, g_get_real_time() / G_USEC_PER_SEC, at, &problem))
    return TRUE;
  ctl_usage_error("%s.", problem);
  return FALSE;
}

/* "1,5" as "1.5". In "1,500" the comma may part thousands: it stays, and is no number. */
static char *
with_point(const char *text)
{
  const char *comma = strchr(text, ',');
  char *pointed = g_strdup(text);
  if (comma != NULL && strlen(comma + 1) != DIGITS_OF_THOUSANDS)
    pointed[comma - text] = '.';
  return pointed;
}

gboolean
ctl_options_number(const char *text, const char *what, double *number)
{
  g_autofree char *pointed = with_point(text);
  if (cal_number_parse(pointed, number))
    return TRUE;
  ctl_usage_error(_("%s: '%s' is not a number; type it in digits, as 2 or 0.5."), what, text);
  return FALSE;
}
