/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `explain`: what stands behind a code, an alert, a nutrient or a day. The daemon words it, in the language
 * that this process has; JSON is English. */
#include "client.h"
#include "explain_day.h"
#include "json.h"
#include "language.h"
#include "options.h"
#include "screen.h"
#include "verb.h"
#include "verbs.h"
#include "when.h"

#include <calcifer/instant.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>

static void
print_words(GVariant *facts, gboolean plain)
{
  CtlScreen screen;
  const char *text = "";
  g_variant_lookup(facts, "text", "&s", &text);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  ctl_screen_init(&screen, plain);
  for (char **line = lines; *line != NULL; line++) {
    g_autofree char *shown = ctl_screen_escape(*line);
    ctl_screen_wrap(&screen, 0, 2, shown);
  }
}

static void
add_text(JsonBuilder *builder, GVariant *facts, const char *name)
{
  const char *value = NULL;
  g_variant_lookup(facts, name, "&s", &value);
  ctl_json_text(builder, name, value);
}

static void
add_number(JsonBuilder *builder, GVariant *facts, const char *name)
{
  double value = NAN;
  g_variant_lookup(facts, name, "d", &value);
  ctl_json_number(builder, name, value);
}

/* Null of a nutrient, which is never raised. */
static void
add_raised(JsonBuilder *builder, GVariant *facts)
{
  gboolean raised = FALSE;
  json_builder_set_member_name(builder, "raised");
  if (g_variant_lookup(facts, "raised", "b", &raised))
    json_builder_add_boolean_value(builder, raised);
  else
    json_builder_add_null_value(builder);
}

static void
add_since(JsonBuilder *builder, GVariant *facts)
{
  gint64 since = 0;
  const gboolean known = g_variant_lookup(facts, "since", "x", &since);
  g_autofree char *iso = known ? ctl_when_iso(since) : NULL;
  ctl_json_text(builder, "since", iso);
}

static void
print_json(GVariant *facts)
{
  static const char *const of_texts[] = {
    "about", "kind", "severity", "id", "unit", "threshold_unit", "text"
  };
  static const char *const of_numbers[] = { "value", "reference", "threshold", "days", "known_days" };
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  for (gsize i = 0; i < G_N_ELEMENTS(of_texts); i++)
    add_text(builder, facts, of_texts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(of_numbers); i++)
    add_number(builder, facts, of_numbers[i]);
  add_raised(builder, facts);
  add_since(builder, facts);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

static int
explain(const char *about, gboolean json, gboolean plain)
{
  GError *error = NULL;
  const char *language = json ? "" : setlocale(LC_MESSAGES, NULL);
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) reply = client != NULL
                                  ? ctl_client_call(client, "Alerts1", "GetExplanation",
                                                    g_variant_new("(ss)", about, language), "(a{sv})", &error)
                                  : NULL;
  if (reply == NULL)
    return ctl_client_complain(error);
  g_autoptr(GVariant) facts = g_variant_get_child_value(reply, 0);
  if (json)
    print_json(facts);
  else
    print_words(facts, plain);
  return CTL_EXIT_DONE;
}

int
ctl_explain(int argc, char **argv)
{
  gboolean json = FALSE, plain = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("one line to a fact, for screen readers"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "CODE|ID|NUTRIENT|balance|today|DATE", entries))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error(
        _("explain what? A code as in 'explain d-low', a nutrient as in 'explain k2', 'explain balance', or "
          "'explain today', which goes from the light to the day's vitamin D."));
  if (g_str_equal(argv[1], "today") || cal_date_parse(argv[1]) != CAL_DATE_NONE)
    return ctl_explain_day(g_str_equal(argv[1], "today") ? "" : argv[1], json, plain);
  return explain(argv[1], json, plain);
}
