/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "calc_options.h"
#include "json.h"
#include "language.h"
#include "verb.h"

#include <calcifer/sun.h>

#include <string.h>

#define MINUTES_END 16 /* of "2026-06-21T12:00" */

/* ISO 8601 with Z or an offset; seconds may be left out. */
static CalInstant
read_instant(const char *text)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);
  if (time == NULL && strlen(text) > MINUTES_END && text[MINUTES_END] != ':') {
    g_autofree char *whole = g_strdup_printf("%.*s:00%s", MINUTES_END, text, text + MINUTES_END);
    time = g_date_time_new_from_iso8601(whole, NULL);
  }
  return time != NULL ? g_date_time_to_unix(time) : CAL_INSTANT_NONE;
}

static void
add_instant(JsonBuilder *builder, const char *name, CalInstant instant)
{
  g_autoptr(GDateTime) time = instant != CAL_INSTANT_NONE ? g_date_time_new_from_unix_utc(instant) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;
  ctl_json_text(builder, name, text);
}

static void
print_sun(const CalSunPosition *sun, const CalSunDay *day)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_number(builder, "zenith_deg", sun->zenith_deg);
  ctl_json_number(builder, "azimuth_deg", sun->azimuth_deg);
  add_instant(builder, "sunrise", day->sunrise);
  add_instant(builder, "noon", day->noon);
  add_instant(builder, "sunset", day->sunset);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

int
ctl_calc_sun(int argc, char **argv)
{
  double latitude_deg, longitude_deg;
  const char *text = NULL;
  const CalcOption options[] = {
    { .name = "lat", .required = TRUE, .number = &latitude_deg, .min = -90, .max = 90 },
    { .name = "lon", .required = TRUE, .number = &longitude_deg, .min = -180, .max = 180 },
    { .name = "time", .required = TRUE, .text = &text },
    { NULL },
  };
  if (!calc_options_read(options, argc, argv, NULL))
    return CTL_EXIT_USAGE;
  const CalInstant instant = read_instant(text);
  if (instant == CAL_INSTANT_NONE)
    return ctl_usage_error(
        _("calc sun: --time takes ISO 8601 with Z or an offset, as 2026-06-21T12:00:00Z, not '%s'"), text);
  const CalSunPosition sun = cal_sun_position(instant, latitude_deg, longitude_deg);
  const CalSunDay day = cal_sun_day(instant, latitude_deg, longitude_deg);
  print_sun(&sun, &day);
  return CTL_EXIT_DONE;
}
