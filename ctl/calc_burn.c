/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "calc_options.h"
#include "json.h"
#include "verb.h"

#include <calcifer/sunscreen.h>
#include <calcifer/synthesis.h>

#include <math.h>

/* Without UV nobody burns: no number, which JSON calls null. */
static double
minutes_or_nan(double minutes)
{
  return isinf(minutes) ? NAN : minutes;
}

int
ctl_calc_burn(int argc, char **argv)
{
  double uvi, phototype, spf = 1.0;
  const CalcOption options[] = {
    { .name = "uvi", .required = TRUE, .number = &uvi, .min = 0, .max = 1000 },
    { .name = "phototype", .required = TRUE, .number = &phototype, .min = 1, .max = 6, .whole = TRUE },
    { .name = "spf", .number = &spf, .min = 1, .max = 1000 },
    { NULL },
  };
  if (!calc_options_read(options, argc, argv, NULL))
    return CTL_EXIT_USAGE;
  const double labelled = cal_synthesis_burn_minutes(uvi, (int)phototype, spf);
  const double applied = cal_synthesis_burn_minutes(uvi, (int)phototype, cal_sunscreen_spf_as_applied(spf));
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_number(builder, "minutes", minutes_or_nan(labelled));
  ctl_json_number(builder, "minutes_as_applied", minutes_or_nan(applied));
  json_builder_end_object(builder);
  ctl_json_print(builder);
  return CTL_EXIT_DONE;
}
