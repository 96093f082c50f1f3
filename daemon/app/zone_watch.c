/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zone_watch.h"

#include "commit.h"
#include "lifecycle/city.h"
#include "redate.h"
#include "turn.h"

static char *
zone_value(const char *zone)
{
  double latitude, longitude;
  char north[G_ASCII_DTOSTR_BUF_SIZE], east[G_ASCII_DTOSTR_BUF_SIZE];
  if (!cal_city_of_zone(zone, &latitude, &longitude))
    return g_strdup(zone);
  return g_strdup_printf("%s %s %s", zone, g_ascii_formatd(north, sizeof north, "%.2f", latitude),
                         g_ascii_formatd(east, sizeof east, "%.2f", longitude));
}

/* Held against the zone that the ledger has for now: one that was entered while the clock was ahead holds
 * later. */
static void
on_zone(const char *zone, gpointer data)
{
  CalApp *app = data;
  g_autoptr(GError) error = NULL;
  if (g_str_equal(cal_zones_name(app->zones, cal_app_now()), zone))
    return;
  g_autofree char *value = zone_value(zone);
  CalEntry entry = cal_app_entry(CAL_ENTRY_ZONE, CAL_WAY_DAEMON, 0, "", value);
  if (!cal_app_enter_all(app, &entry, 1, &error))
    g_warning("the time zone could not be entered: %s", error->message);
}

void
cal_app_keep_zone(CalApp *app)
{
  if (app->system != NULL)
    on_zone(cal_system_zone(app->system), app);
}

static void
on_sleep(gboolean going_to_sleep, gpointer data)
{
  CalApp *app = data;
  app->going_to_sleep = going_to_sleep;
  if (going_to_sleep) {
    if (app->link != NULL)
      cal_link_rest(app->link);
    cal_app_allow_sleep(app);
    return;
  }
  if (app->link != NULL)
    cal_link_wake(app->link);
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_TICK });
}

void
cal_app_allow_sleep(CalApp *app)
{
  if (app->going_to_sleep && (app->link == NULL || cal_link_is_at_rest(app->link)))
    cal_system_allow_sleep(app->system);
}

/* Whether it may be given to tags has to be asked anew. */
static void
on_synchronised(gpointer data)
{
  CalApp *app = data;
  if (app->link != NULL)
    cal_link_clock_news(app->link);
  cal_app_redate(app);
}

CalSystem *
cal_app_watch_system(CalApp *app)
{
  static const CalSystemEvents events = { on_sleep, on_zone, on_synchronised };
  return cal_system_new(app->system_bus, &events, app);
}

/* What is due is due at another moment now, the tags' clocks may be off by the step, and at this moment the
 * ledger may have another zone than the machine. */
static void
on_clock_set(gpointer data)
{
  CalApp *app = data;
  g_message("the clock was set");
  cal_app_keep_zone(app);
  cal_system_ask_clock(app->system);
  on_synchronised(app);
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_TICK });
}

CalClock *
cal_app_watch_clock(CalApp *app)
{
  return cal_clock_new(on_clock_set, app);
}
