/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "calc_options.h"
#include "json.h"
#include "language.h"
#include "verb.h"

#include <calcifer/ozone.h>

int
ctl_calc_ozone(int argc, char **argv)
{
  double latitude_deg, longitude_deg;
  const char *text = NULL;
  const CalcOption options[] = {
    { .name = "lat", .required = TRUE, .number = &latitude_deg, .min = -90, .max = 90 },
    { .name = "lon", .required = TRUE, .number = &longitude_deg, .min = -180, .max = 180 },
    { .name = "date", .required = TRUE, .text = &text },
    { NULL },
  };
  if (!calc_options_read(options, argc, argv, NULL))
    return CTL_EXIT_USAGE;
  const CalDate date = cal_date_parse(text);
  if (date == CAL_DATE_NONE)
    return ctl_usage_error(_("ozone: --date takes a date as 2026-06-21, not '%s'"), text);
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_number(builder, "ozone_du", cal_ozone_climatology_du(latitude_deg, date));
  json_builder_end_object(builder);
  ctl_json_print(builder);
  return CTL_EXIT_DONE;
}
