/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "calc_options.h"
#include "json.h"
#include "language.h"
#include "verb.h"

#include <calcifer/atmosphere.h>
#include <calcifer/sunscreen.h>
#include <calcifer/synthesis.h>

#include <math.h>

/* One exposure, as if it were the day's only one. */
typedef struct Exposure {
  double uvi;
  double minutes;
  double zenith_deg;
  double ozone_du;
  double bare_fraction;
  double spf;
  CalSkin skin;
} Exposure;

static gboolean
read_exposure(int argc, char **argv, Exposure *exposure)
{
  double phototype = 0, age = -1;
  const char *calibration = NULL;
  const CalcOption options[] = {
    { .name = "uvi", .required = TRUE, .number = &exposure->uvi, .min = 0, .max = 1000 },
    { .name = "minutes", .required = TRUE, .number = &exposure->minutes, .min = 0, .max = 1e6 },
    { .name = "zenith",
      .required = TRUE,
      .number = &exposure->zenith_deg,
      .min = -INFINITY,
      .max = INFINITY },
    { .name = "ozone", .required = TRUE, .number = &exposure->ozone_du, .min = -INFINITY, .max = INFINITY },
    { .name = "phototype", .required = TRUE, .number = &phototype, .min = 1, .max = 6, .whole = TRUE },
    { .name = "area", .required = TRUE, .number = &exposure->bare_fraction, .min = 0, .max = 1 },
    { .name = "age", .number = &age, .min = 0, .max = 150, .whole = TRUE },
    { .name = "spf", .number = &exposure->spf, .min = 1, .max = 1000 },
    { .name = "calibration", .text = &calibration },
    { NULL },
  };
  if (!calc_options_read(options, argc, argv, NULL))
    return FALSE;
  exposure->skin.phototype = (int)phototype;
  exposure->skin.age_factor = age < 0 ? 1.0 : cal_skin_age_factor((int)age);
  if (calibration != NULL && !cal_calibration_parse(calibration, &exposure->skin.calibration)) {
    ctl_usage_error(_("synthesis: --calibration takes dowdy or webb-engelsen, not '%s'"), calibration);
    return FALSE;
  }
  return TRUE;
}

static void
print_synthesis(const Exposure *exposure)
{
  bool clamped = false;
  cal_atmosphere_ratio(exposure->zenith_deg, exposure->ozone_du, &clamped);
  const double erythemal = cal_synthesis_erythemal_j_m2(exposure->uvi, exposure->minutes);
  const double vitd =
      cal_synthesis_vitd_j_m2(exposure->uvi, exposure->minutes, exposure->zenith_deg, exposure->ozone_du);
  const double linear = cal_synthesis_linear_iu(vitd, &exposure->skin, exposure->bare_fraction,
                                                cal_sunscreen_transmission(exposure->spf));
  const CalIuRange iu = cal_synthesis_range(
      cal_synthesis_saturate_iu(linear, exposure->bare_fraction, exposure->skin.age_factor));
  const double burning = erythemal / cal_sunscreen_spf_as_applied(exposure->spf);
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_number(builder, "iu", iu.best);
  ctl_json_number(builder, "iu_low", iu.low);
  ctl_json_number(builder, "iu_high", iu.high);
  ctl_json_number(builder, "erythemal_j_m2", erythemal);
  ctl_json_number(builder, "vitd_j_m2", vitd);
  ctl_json_number(builder, "med_fraction", cal_synthesis_med_fraction(burning, exposure->skin.phototype));
  json_builder_set_member_name(builder, "clamped");
  json_builder_add_boolean_value(builder, clamped);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

int
ctl_calc_synthesis(int argc, char **argv)
{
  Exposure exposure = { .spf = 1.0, .skin = { .calibration = CAL_CALIBRATION_DOWDY } };
  if (!read_exposure(argc, argv, &exposure))
    return CTL_EXIT_USAGE;
  print_synthesis(&exposure);
  return CTL_EXIT_DONE;
}
