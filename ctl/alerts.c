/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `alerts` and what can be said to one. */
#include "alert.h"
#include "client.h"
#include "language.h"
#include "options.h"
#include "screen.h"
#include "verb.h"
#include "verbs.h"

#include <stdio.h>

static int
list(gboolean json, gboolean plain)
{
  GError *error = NULL;
  CtlScreen screen;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) alerts = client != NULL ? ctl_client_get(client, "Alerts1", "Alerts", &error) : NULL;
  if (alerts == NULL)
    return ctl_client_complain(error);
  ctl_screen_init(&screen, plain);
  if (json) {
    g_autoptr(JsonBuilder) builder = json_builder_new();
    ctl_alert_add_all(builder, alerts);
    ctl_json_print(builder);
  } else if (g_variant_n_children(alerts) == 0) {
    printf(_("No alerts.\n"));
  } else {
    ctl_alert_print_all(&screen, alerts, TRUE);
  }
  return CTL_EXIT_DONE;
}

/* "30m", "1h", "2d", or a number of minutes; 0 when it is none of them. */
static guint
parse_seconds(const char *text)
{
  char *unit;
  const guint64 number = g_ascii_strtoull(text, &unit, 10);
  if (unit == text || number > 10080)
    return 0;
  if (g_str_equal(unit, "h"))
    return (guint)number * 3600;
  if (g_str_equal(unit, "d"))
    return (guint)number * 86400;
  return unit[0] == '\0' || g_str_equal(unit, "m") || g_str_equal(unit, "min") ? (guint)number * 60 : 0;
}

static int
snooze(int argc, char **argv)
{
  gboolean json;
  if (!ctl_options_parse_json(&argc, &argv, "ID [1h]", &json))
    return CTL_EXIT_USAGE;
  const guint seconds = argc == 3 ? parse_seconds(argv[2]) : 3600;
  if (argc < 2)
    return ctl_usage_error(_("alerts snooze ID [1h]: which? 'calciferctl alerts' lists them."));
  if (argc > 3 || seconds == 0)
    return ctl_usage_error(_("alerts snooze ID [1h]: for how long? Type 30m, 1h or 2d."));
  return ctl_client_act("Alerts1", "Snooze", g_variant_new("(su)", argv[1], seconds), _("Snoozed."), json);
}

static int
dismiss(int argc, char **argv)
{
  gboolean json;
  if (!ctl_options_parse_json(&argc, &argv, "ID", &json))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error(_("alerts dismiss ID: which? 'calciferctl alerts' lists them."));
  return ctl_client_act("Alerts1", "Dismiss", g_variant_new("(s)", argv[1]), _("Dismissed."), json);
}

static int
answer(int argc, char **argv)
{
  gboolean json;
  if (!ctl_options_parse_json(&argc, &argv, "ID same|second" /* VERBATIM */, &json))
    return CTL_EXIT_USAGE;
  if (argc != 3)
    return ctl_usage_error(_("alerts answer ID same|second: was it the same dose, or a second one?"));
  return ctl_client_act("Alerts1", "Answer", g_variant_new("(ss)", argv[1], argv[2]), _("Answered."), json);
}

static const CtlVerb verbs[] = {
  { "snooze", "ID [1h]", N_("no bubble of it for a while"), snooze },
  { "dismiss", "ID", N_("no bubble of it until its cause comes anew"), dismiss },
  { "answer", "ID same|second" /* VERBATIM */, N_("the same dose, or a second one"), answer },
  { NULL },
};

const CtlVerb *
ctl_alerts_verbs(void)
{
  return verbs;
}

int
ctl_alerts(int argc, char **argv)
{
  gboolean json = FALSE, plain = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("one line to a fact, for screen readers"), NULL },
    { NULL },
  };
  if (argc > 1 && argv[1][0] != '-')
    return ctl_verb_run(verbs, "alerts", argc - 1, argv + 1);
  if (!ctl_options_parse_group(&argc, &argv, verbs, entries))
    return CTL_EXIT_USAGE;
  return list(json, plain);
}
