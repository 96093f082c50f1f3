/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zone_watch.h"

#include "city.h"
#include "commit.h"
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

static void
on_zone(const char *zone, gpointer data)
{
  CalApp *app = data;
  g_autoptr(GError) error = NULL;
  if (g_str_equal(cal_zones_last(app->zones), zone))
    return;
  g_autofree char *value = zone_value(zone);
  CalEntry entry = cal_app_entry(CAL_ENTRY_ZONE, CAL_WAY_DAEMON, 0, "", value);
  if (!cal_app_enter_all(app, &entry, 1, &error))
    g_warning("the time zone could not be entered: %s", error->message);
}

static void
on_sleep(gboolean going_to_sleep, gpointer data)
{
  CalApp *app = data;
  if (app->link != NULL)
    cal_link_sleep(app->link, going_to_sleep);
  if (going_to_sleep)
    cal_system_allow_sleep(app->system);
  else
    cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_TICK });
}

CalSystem *
cal_app_watch_system(CalApp *app)
{
  static const CalSystemEvents events = { on_sleep, on_zone };
  return cal_system_new(app->system_bus, &events, app);
}
