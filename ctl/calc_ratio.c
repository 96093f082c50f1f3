/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "calc_options.h"
#include "json.h"
#include "verb.h"

#include <calcifer/atmosphere.h>

#include <math.h>

int
ctl_calc_ratio(int argc, char **argv)
{
  double zenith_deg, ozone_du;
  const CalcOption options[] = {
    { .name = "zenith", .required = TRUE, .number = &zenith_deg, .min = -INFINITY, .max = INFINITY },
    { .name = "ozone", .required = TRUE, .number = &ozone_du, .min = -INFINITY, .max = INFINITY },
    { NULL },
  };
  if (!calc_options_read(options, argc, argv, NULL))
    return CTL_EXIT_USAGE;
  bool clamped = false;
  const double ratio = cal_atmosphere_ratio(zenith_deg, ozone_du, &clamped);
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_number(builder, "ratio", ratio);
  json_builder_set_member_name(builder, "clamped");
  json_builder_add_boolean_value(builder, clamped);
  json_builder_end_object(builder);
  ctl_json_print(builder);
  return CTL_EXIT_DONE;
}
