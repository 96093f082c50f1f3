/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "calc_options.h"
#include "json.h"
#include "language.h"
#include "verb.h"

#include <calcifer/atmosphere.h>
#include <calcifer/cloud.h>
#include <calcifer/sun.h>

#include <math.h>

#define DAY_S 86400

/* A word for the sky, or the factor itself. */
static gboolean
read_cloud_factor(const char *text, double *factor)
{
  CalCloud cloud;
  if (cal_cloud_parse(text, &cloud)) {
    *factor = cal_cloud_factor(cloud);
    return TRUE;
  }
  return calc_number_read(text, NULL, factor) && *factor >= 0.0 && *factor <= 1.0;
}

/* The sun's distance at noon UTC; at 1 au without a date. */
static gboolean
read_distance_factor(const char *text, double *factor)
{
  const CalDate date = cal_date_parse(text);
  if (date == CAL_DATE_NONE)
    return FALSE;
  *factor = cal_sun_distance_factor((CalInstant)date * DAY_S + DAY_S / 2);
  return TRUE;
}

static void
print_uvi(double uvi, bool clamped)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_number(builder, "uvi", uvi);
  json_builder_set_member_name(builder, "clamped");
  json_builder_add_boolean_value(builder, clamped);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

int
ctl_calc_uvi(int argc, char **argv)
{
  double zenith_deg, ozone_du, altitude_m = 0.0, cloud_factor = 1.0, distance_factor = 1.0;
  const char *cloud = NULL, *date = NULL;
  const CalcOption options[] = {
    { .name = "zenith", .required = TRUE, .number = &zenith_deg, .min = -INFINITY, .max = INFINITY },
    { .name = "ozone", .required = TRUE, .number = &ozone_du, .min = -INFINITY, .max = INFINITY },
    { .name = "altitude-m", .number = &altitude_m, .min = -500, .max = 9000 },
    { .name = "cloud", .text = &cloud },
    { .name = "date", .text = &date },
    { NULL },
  };
  if (!calc_options_read(options, argc, argv, NULL))
    return CTL_EXIT_USAGE;
  if (cloud != NULL && !read_cloud_factor(cloud, &cloud_factor))
    return ctl_usage_error(
        _("uvi: --cloud takes clear, scattered, broken, overcast or a factor from 0 to 1, not '%s'"), cloud);
  if (date != NULL && !read_distance_factor(date, &distance_factor))
    return ctl_usage_error(_("uvi: --date takes a date as 2026-06-21, not '%s'"), date);
  bool clamped = false;
  const double clear = cal_atmosphere_clear_uvi(zenith_deg, ozone_du, &clamped);
  print_uvi(clear * cal_atmosphere_altitude_factor(altitude_m) * cloud_factor * distance_factor, clamped);
  return CTL_EXIT_DONE;
}
