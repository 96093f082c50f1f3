/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "language.h"

#include <locale.h>
#include <math.h>

static const char *const words[] = {
  N_("information"), N_("notice"), N_("warning"), N_("critical"), N_("reading"), N_("transfer"),  N_("alert"),
  N_("balance"),     N_("take"),   N_("food"),    N_("sun"),      N_("lab"),     N_("done"),      N_("press"),
  N_("undo"),        N_("answer"), N_("date"),    N_("profile"),  N_("product"), N_("foodstuff"), N_("map"),
  N_("role"),        N_("allow"),  N_("tag"),     N_("zone"),     N_("recipe"),  N_("tombstone"), N_("uv"),
  N_("intake"),      N_("wear"),   N_("clock"),   N_("records"),  N_("unknown"), N_("good"),      N_("note"),
  N_("wrong"),       N_("IU"),     N_("ug"),      N_("hand"),
};

/* The translations lie beside the foods, as the daemon has it. Free with g_free(). */
static char *
translations(void)
{
  for (const char *const *dirs = g_get_system_data_dirs(); *dirs != NULL; dirs++) {
    g_autofree char *foods = g_build_filename(*dirs, "calcifer", "foods.csv", NULL);
    if (g_file_test(foods, G_FILE_TEST_EXISTS))
      return g_build_filename(*dirs, "locale", NULL);
  }
  return g_build_filename(CALCIFER_DATA, "locale", NULL);
}

void
ctl_language_begin(void)
{
  g_autofree char *folder = translations();
  setlocale(LC_ALL, "");
  cal_message_bind(folder);
}

gboolean
ctl_language_is_english(void)
{
  /* TRANSLATORS: the language of the catalogue, as HTML names it: "de". */
  return g_str_equal(_("en"), "en");
}

const char *
ctl_language_word(const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
    if (g_str_equal(words[i], word))
      return _(words[i]);
  }
  return word;
}

/* No language that is known here has a form of its own for fractions above one; below, they go with many. */
unsigned long
ctl_language_count(double number)
{
  return number == trunc(number) && number >= 0 ? (unsigned long)number : 2;
}

void
ctl_language_of_programs(void)
{
  setlocale(LC_MESSAGES, "C");
  setlocale(LC_NUMERIC, "C");
  setlocale(LC_TIME, "C");
}
