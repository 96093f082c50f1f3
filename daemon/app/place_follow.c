/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "place_follow.h"

#include "commit.h"
#include "publish.h"

#include <math.h>

/* When GeoClue was asked last: not twice a day, whatever restarts. */
#define KEY "place-asked"

static void
on_asked(gpointer data)
{
  CalApp *app = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *now = g_strdup_printf("%" G_GINT64_FORMAT, cal_app_now());
  if (!cal_ledger_remember(app->ledger, KEY, now, &error))
    g_debug("when the place was asked for could not be kept: %s", error->message);
}

static guint
wait_s(CalApp *app)
{
  g_autofree char *text = cal_ledger_recall(app->ledger, KEY, NULL);
  const gint64 asked = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0, since = cal_app_now() - asked;
  return since >= 0 && since < CAL_PLACE_SOURCE_EVERY_S ? (guint)(CAL_PLACE_SOURCE_EVERY_S - since) : 0;
}

static void
on_state(CalPlaceState state, gpointer data)
{
  CalApp *app = data;
  app->place_state = state;
  cal_app_publish_service(app);
}

static void
on_found(double latitude_deg, double longitude_deg, gpointer data)
{
  CalApp *app = data;
  char north[G_ASCII_DTOSTR_BUF_SIZE], east[G_ASCII_DTOSTR_BUF_SIZE];
  const CalPlace *known = &app->context->profile.place;
  g_autoptr(GError) error = NULL;
  if (cal_profile_knows(&app->context->profile, CAL_PROFILE_PLACE) &&
      fabs(known->latitude_deg - latitude_deg) < 0.05 && fabs(known->longitude_deg - longitude_deg) < 0.05)
    return;
  g_autofree char *value =
      g_strdup_printf("%s,%s", g_ascii_formatd(north, sizeof north, "%.1f", latitude_deg),
                      g_ascii_formatd(east, sizeof east, "%.1f", longitude_deg));
  CalEntry entry = cal_app_entry(CAL_ENTRY_PROFILE, CAL_WAY_DAEMON, 0, "place", value);
  if (!cal_app_enter(app, &entry, &error))
    g_warning("the place could not be entered: %s", cal_app_loggable(error));
}

static void
let_go(CalApp *app)
{
  if (app->place == NULL)
    return;
  g_clear_pointer(&app->place, cal_place_source_free);
  cal_ledger_remember(app->ledger, KEY, NULL, NULL);
  cal_app_publish_service(app);
}

void
cal_app_follow_place(CalApp *app)
{
  static const CalPlaceEvents events = { on_asked, on_found, on_state };
  if (!app->context->profile.place_follows) {
    let_go(app);
    return;
  }
  if (app->place != NULL)
    return;
  app->place_state = CAL_PLACE_ASKING;
  app->place = cal_place_source_new(app->system_bus, wait_s(app), &events, app);
  cal_app_publish_service(app);
}

const char *
cal_app_place_state(const CalApp *app)
{
  static const char *const names[] = { "asking", "found", "refused", "absent" };
  return app->place == NULL ? "off" : names[app->place_state];
}
