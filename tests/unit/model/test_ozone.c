/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "near.h"

#include <calcifer/ozone.h>

static void
test_example(void **state)
{
  (void)state;
  assert_near(cal_ozone_climatology_du(55.0, cal_date_parse("2026-03-16")), 405.0, 0.5);
}

/* At mid-month and the middle of a band the published mean itself. */
static void
test_means_are_met(void **state)
{
  (void)state;
  static const struct {
    double latitude_deg;
    const char *date;
    double ozone_du;
  } means[] = {
    { 85, "2026-04-16", 425 },  { 75, "2026-10-16", 292 },  { 65, "2026-01-16", 391 },
    { 55, "2026-12-16", 348 },  { 45, "2026-10-16", 290 },  { 35, "2026-04-16", 328 },
    { 25, "2026-01-16", 258 },  { 15, "2026-06-16", 278 },  { 5, "2026-08-16", 270 },
    { -5, "2026-09-16", 267 },  { -15, "2026-10-16", 271 }, { -25, "2026-03-16", 257 },
    { -35, "2026-12-16", 285 }, { -45, "2026-09-16", 343 }, { -55, "2026-03-16", 285 },
    { -65, "2026-09-16", 253 }, { -75, "2026-09-16", 183 }, { -85, "2026-11-16", 195 },
  };
  for (size_t i = 0; i < sizeof means / sizeof *means; i++)
    assert_near_share(cal_ozone_climatology_du(means[i].latitude_deg, cal_date_parse(means[i].date)),
                      means[i].ozone_du, 0.01);
}

static void
test_smooth_over_the_year_and_its_end(void **state)
{
  (void)state;
  const CalDate begin = cal_date_parse("2026-01-01");
  for (double latitude = -90.0; latitude <= 90.0; latitude += 1.0) {
    for (CalDate date = begin; date < begin + 1461; date++) {
      const double today = cal_ozone_climatology_du(latitude, date);
      assert_near(cal_ozone_climatology_du(latitude, date + 1), today, 3.1);
    }
  }
}

static void
test_smooth_in_latitude(void **state)
{
  (void)state;
  for (CalDate date = cal_date_parse("2026-01-01"); date < cal_date_parse("2027-01-01"); date += 7) {
    for (double latitude = -90.0; latitude < 90.0; latitude += 0.1) {
      const double here = cal_ozone_climatology_du(latitude, date);
      assert_near(cal_ozone_climatology_du(latitude + 0.1, date), here, 1.2);
      assert_true(here > 175.0 && here < 431.0);
    }
  }
}

static void
test_beyond_the_last_band_nothing_changes(void **state)
{
  (void)state;
  const CalDate date = cal_date_parse("2026-05-01");
  assert_near(cal_ozone_climatology_du(90.0, date), cal_ozone_climatology_du(85.0, date), 1e-9);
  assert_near(cal_ozone_climatology_du(-90.0, date), cal_ozone_climatology_du(-85.0, date), 1e-9);
}

static void
test_every_year_alike(void **state)
{
  (void)state;
  assert_near(cal_ozone_climatology_du(60.0, cal_date_parse("1950-07-01")),
              cal_ozone_climatology_du(60.0, cal_date_parse("2099-07-01")), 1e-9);
  assert_near(cal_ozone_climatology_du(60.0, cal_date_parse("2024-02-29")),
              cal_ozone_climatology_du(60.0, cal_date_parse("2023-02-28")), 1.0);
}

/* The year's mean of each band and the mean of all bands in each month, as this module computed them from the
 * table when it was read against the paper: a digit that slips moves one of each. */
static void
test_no_digit_of_the_table_slips(void **state)
{
  (void)state;
  static const double band_du[] = {
    229.680779, 242.750620, 289.505171, 313.198411, 305.405519, 288.776280,
    270.557598, 258.271379, 256.274778, 258.297084, 264.972939, 276.948403,
    301.773992, 334.399911, 353.764816, 357.644685, 355.254061, 352.287674,
  };
  static const double month_du[] = {
    301.557201, 306.129055, 309.265617, 309.579143, 303.479891, 295.350732,
    287.965726, 283.846116, 279.315027, 281.104864, 286.951049, 296.219745,
  };
  const CalDate first = cal_date_from_civil(2026, 1, 1);
  for (int band = 0; band < 18; band++) {
    double sum = 0;
    for (CalDate date = first; date < first + 365; date++)
      sum += cal_ozone_climatology_du(10 * band - 85, date);
    assert_near(sum / 365, band_du[band], 2e-6);
  }
  for (int month = 1; month <= 12; month++) {
    double sum = 0;
    for (int band = 0; band < 18; band++)
      sum += cal_ozone_climatology_du(10 * band - 85, cal_date_from_civil(2026, month, 16));
    assert_near(sum / 18, month_du[month - 1], 2e-6);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_means_are_met),
    cmocka_unit_test(test_smooth_over_the_year_and_its_end),
    cmocka_unit_test(test_smooth_in_latitude),
    cmocka_unit_test(test_beyond_the_last_band_nothing_changes),
    cmocka_unit_test(test_every_year_alike),
    cmocka_unit_test(test_no_digit_of_the_table_slips),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
