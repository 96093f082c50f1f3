/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `status`: the day, what is raised, and the tags. */
#include "alert.h"
#include "balance.h"
#include "client.h"
#include "computing.h"
#include "json.h"
#include "language.h"
#include "options.h"
#include "tag.h"
#include "verb.h"
#include "verbs.h"

#include <stdio.h>

typedef struct {
  GVariant *day;    /* a{sv} */
  GVariant *alerts; /* aa{sv} */
  GVariant *tags;   /* a{oa{sv}} */
  GVariant *place;  /* s: what the location service says now; NULL of another day than today */
  gboolean computing;
} Status;

static void
status_clear(Status *status)
{
  g_clear_pointer(&status->day, g_variant_unref);
  g_clear_pointer(&status->alerts, g_variant_unref);
  g_clear_pointer(&status->tags, g_variant_unref);
  g_clear_pointer(&status->place, g_variant_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Status, status_clear)

/* What is asked for at once. Of another day no place is told, and a daemon that cannot say whether it is
 * computing is an older one that never is behind. */
enum { DAY, ALERTS, TAGS, PLACE, COMPUTING, N_CALLS };

/* The first n; else the first error. */
static gboolean
have_come(CtlCall *calls, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++) {
    if (calls[i].error != NULL) {
      g_propagate_error(error, g_steal_pointer(&calls[i].error));
      return FALSE;
    }
  }
  return TRUE;
}

static void
take(Status *status, const CtlCall *calls, gboolean is_today)
{
  g_autoptr(GVariant) computing = ctl_call_value(&calls[COMPUTING]);
  status->day = g_variant_get_child_value(calls[DAY].reply, 0);
  status->alerts = ctl_call_value(&calls[ALERTS]);
  status->tags = ctl_client_tags_of(calls[TAGS].reply);
  status->place = is_today ? ctl_call_value(&calls[PLACE]) : NULL;
  status->computing = ctl_computing_is(computing);
}

static gboolean
fetch(CtlClient *client, const char *date, Status *status, GError **error)
{
  const gboolean is_today = date[0] == '\0';
  CtlCall calls[N_CALLS] = {
    [DAY] = { "org.calciferd.Balance1", "GetDay", g_variant_new("(s)", date), "(a{sv})", NULL, NULL, NULL },
    [ALERTS] = ctl_call_get("Alerts1", "Alerts"),
    [TAGS] = ctl_call_tags(),
    [PLACE] = ctl_call_get("Service1", "Place"),
    [COMPUTING] = ctl_call_get("Service1", "Computing"),
  };
  ctl_client_call_all(client, calls, N_CALLS);
  const gboolean done = have_come(calls, is_today ? COMPUTING : PLACE, error);
  if (done)
    take(status, calls, is_today);
  for (gsize i = 0; i < N_CALLS; i++)
    ctl_call_clear(&calls[i]);
  return done;
}

static const char *
place_state(const Status *status)
{
  return status->place != NULL ? g_variant_get_string(status->place, NULL) : NULL;
}

/* Of a place that follows the desktop's location service. */
static void
print_place(const char *state)
{
  static const char *const sentences[] = {
    "found",
    N_("Place: as the desktop's location service tells it"),
    "asking",
    N_("The desktop's location service was asked for the place and has not answered yet"),
    "refused",
    N_("The desktop's location service refuses to tell the place: allow it in the desktop's settings, or "
       "type "
       "'calciferctl profile set place LATITUDE,LONGITUDE'"),
    "absent",
    N_("The desktop's location service tells no place: type 'calciferctl profile set place "
       "LATITUDE,LONGITUDE'"),
  };
  for (gsize i = 0; i < G_N_ELEMENTS(sentences); i += 2) {
    if (g_strcmp0(state, sentences[i]) == 0)
      printf("%s\n", _(sentences[i + 1]));
  }
}

static void
print_json(const Status *status)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_balance_add(builder, status->day);
  ctl_json_text(builder, "place_service", place_state(status));
  json_builder_set_member_name(builder, "computing");
  json_builder_add_boolean_value(builder, status->computing);
  json_builder_set_member_name(builder, "alerts");
  ctl_alert_add_all(builder, status->alerts);
  json_builder_set_member_name(builder, "tags");
  ctl_tag_add_all(builder, status->tags);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

static void
print_words(const Status *status, gboolean plain)
{
  CtlScreen screen;
  ctl_screen_init(&screen, plain);
  ctl_balance_print(&screen, status->day);
  print_place(place_state(status));
  if (status->computing)
    ctl_computing_tell(stdout);
  if (g_variant_n_children(status->alerts) > 0)
    printf("\n");
  ctl_alert_print_all(&screen, status->alerts, FALSE);
  if (g_variant_n_children(status->tags) > 0)
    printf("\n");
  ctl_tag_print_all(&screen, status->tags);
}

int
ctl_status(int argc, char **argv)
{
  g_autofree char *date = NULL;
  gboolean json = FALSE, plain = FALSE;
  GError *error = NULL;
  g_auto(Status) status = { NULL, NULL, NULL, NULL, FALSE };
  const GOptionEntry entries[] = {
    { "date", 0, 0, G_OPTION_ARG_STRING, &date, N_("another day, YYYY-MM-DD"), "D" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("one line to a fact, for screen readers"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "", entries))
    return CTL_EXIT_USAGE;
  if (argc != 1)
    return ctl_usage_error(_("status takes no words; for another day type --date YYYY-MM-DD."));
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  if (client == NULL || !fetch(client, date != NULL ? date : "", &status, &error))
    return ctl_client_complain(error);
  if (json)
    print_json(&status);
  else
    print_words(&status, plain);
  return CTL_EXIT_DONE;
}
