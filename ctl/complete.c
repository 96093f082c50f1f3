/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `complete WORD...`: what may stand in place of the last word, one a line. The shells' completions ask it,
 * so that what they offer is what the program knows: its verbs from its own table, values as
 * complete_value.h has them. It says nothing at all when something is wrong: nobody wants an error between
 * two letters.
 */
#include "complete.h"
#include "calc.h"
#include "complete_value.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

static void
offer(const char *candidate, const char *begun)
{
  if (g_str_has_prefix(candidate, begun))
    printf("%s\n", candidate);
}

/* The words of a usage line such as "take|food|sun ... [--date D]": the options, or the verbs it begins with.
 */
static void
offer_usage(const char *usage, const char *begun, gboolean options)
{
  g_auto(GStrv) words = g_strsplit_set(usage, " []|.", -1);
  for (char **word = words; *word != NULL; word++) {
    const gboolean is_option = g_str_has_prefix(*word, "--");
    const gboolean is_verb = g_ascii_islower((*word)[0]);
    if (options ? is_option : is_verb)
      offer(*word, begun);
  }
}

static const CtlVerb *
verb_of(const CtlVerb *verbs, const char *name)
{
  for (; verbs->name != NULL; verbs++) {
    if (g_str_equal(verbs->name, name))
      return verbs;
  }
  return NULL;
}

/* The table below a verb, NULL when it has none. */
static const CtlVerb *
verbs_below(const char *name)
{
  static const struct {
    const char *name;
    const CtlVerb *(*verbs)(void);
  } groups[] = {
    { "alerts", ctl_alerts_verbs }, { "calc", ctl_calc_verbs },         { "foods", ctl_foods_verbs },
    { "log", ctl_log_verbs },       { "products", ctl_products_verbs }, { "profile", ctl_profile_verbs },
    { "tags", ctl_tags_verbs },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
    if (g_str_equal(name, groups[i].name))
      return groups[i].verbs();
  }
  return NULL;
}

/* Whose options may follow these words: below a group each verb has its own. */
static const CtlVerb *
verb_behind(const CtlVerb *verbs, int n, char **words)
{
  const CtlVerb *verb = n > 0 ? verb_of(verbs, words[0]) : NULL;
  const CtlVerb *table = n > 1 ? verbs_below(words[0]) : NULL;
  const CtlVerb *below = table != NULL ? verb_of(table, words[1]) : NULL;
  return below != NULL ? below : verb;
}

int
ctl_complete(const CtlVerb *verbs, int argc, char **argv)
{
  const int n = argc - 2; /* words before the one that is begun */
  if (n < 0)
    return CTL_EXIT_DONE;
  char **words = argv + 1;
  const char *begun = words[n];
  const CtlVerb *verb = verb_behind(verbs, n, words);
  if (n == 0) {
    for (const CtlVerb *each = verbs; each->name != NULL; each++)
      offer(each->name, begun);
  } else if (verb != NULL && begun[0] == '-') {
    offer_usage(verb->usage, begun, TRUE);
    if (n > 1 && strstr(verb->usage, "--json") == NULL && !g_str_equal(words[0], "calc"))
      offer("--json", begun);
    offer("--help", begun);
  } else if (verb != NULL && n == 1) {
    offer_usage(verb->usage, begun, FALSE);
    ctl_complete_value(n, words);
  } else if (verb != NULL) {
    ctl_complete_value(n, words);
  }
  return CTL_EXIT_DONE;
}
