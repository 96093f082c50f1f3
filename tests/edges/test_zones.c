/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../unit/cmocka_prelude.h"

#include "app/zones.h"
#include "city.h"

#include <glib.h>
#include <math.h>

static CalInstant
utc(int year, int month, int day, int hour, int minute)
{
  return (CalInstant)cal_date_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60;
}

static void
test_example(void **state)
{
  (void)state;
  CalDayFrame frame;
  g_autoptr(CalZones) zones = cal_zones_new();
  cal_zones_add(zones, 0, "Europe/Berlin");
  cal_zones_frame(zones, cal_date_from_civil(2026, 6, 15), &frame);
  assert_int_equal(frame.n_pieces, 1);
  assert_int_equal(frame.piece[0].span.start, utc(2026, 6, 14, 22, 0));
  assert_int_equal(frame.piece[0].span.end, utc(2026, 6, 15, 22, 0));
  assert_int_equal(frame.piece[0].utc_offset_s, 7200);
}

static CalInstant
length(const CalDayFrame *frame)
{
  CalInstant sum = 0;
  for (guint32 i = 0; i < frame->n_pieces; i++)
    sum += frame->piece[i].span.end - frame->piece[i].span.start;
  return sum;
}

static void
test_summer_time_makes_days_of_23_and_25_hours(void **state)
{
  (void)state;
  CalDayFrame frame;
  g_autoptr(CalZones) zones = cal_zones_new();
  cal_zones_add(zones, 0, "Europe/Berlin");
  cal_zones_frame(zones, cal_date_from_civil(2026, 3, 29), &frame);
  assert_int_equal(frame.n_pieces, 2);
  assert_int_equal(length(&frame), 23 * 3600);
  assert_int_equal(frame.piece[0].span.end, utc(2026, 3, 29, 1, 0));
  cal_zones_frame(zones, cal_date_from_civil(2026, 10, 25), &frame);
  assert_int_equal(length(&frame), 25 * 3600);
}

/* Somebody who flies about for a month: each instant lies in one day, and it is the one that its date says.
 */
static void
test_any_instant_is_in_one_day(void **state)
{
  (void)state;
  static const char *const names[] = { "Europe/Berlin",       "Asia/Tokyo",
                                       "America/Los_Angeles", "Pacific/Apia",
                                       "Pacific/Kiritimati",  "America/St_Johns",
                                       "Asia/Kathmandu",      "UTC",
                                       "Pacific/Pago_Pago",   "Australia/Lord_Howe" };
  const CalInstant begin = utc(2026, 3, 15, 0, 0);
  for (guint32 round = 0; round < 40; round++) {
    g_autoptr(GRand) random = g_rand_new_with_seed(round);
    g_autoptr(CalZones) zones = cal_zones_new();
    for (CalInstant at = begin; at < begin + 40 * 86400; at += g_rand_int_range(random, 3600 * 6, 86400 * 9))
      cal_zones_add(zones, at, names[g_rand_int_range(random, 0, G_N_ELEMENTS(names))]);
    for (int i = 0; i < 60; i++) {
      const CalInstant at = begin + g_rand_int_range(random, 0, 40 * 86400);
      const CalDate date = cal_zones_date(zones, at);
      for (CalDate day = date - 3; day <= date + 3; day++) {
        CalDayFrame frame;
        cal_zones_frame(zones, day, &frame);
        assert_int_equal(cal_frame_contains(&frame, at), day == date);
      }
    }
  }
}

/* Every instant belongs to exactly one day: all days together are all time. */
static void
test_no_hour_is_lost_or_doubled_by_travel(void **state)
{
  (void)state;
  CalInstant sum = 0;
  g_autoptr(CalZones) zones = cal_zones_new();
  cal_zones_add(zones, 0, "Europe/Berlin");
  cal_zones_add(zones, utc(2026, 5, 2, 11, 30), "Asia/Tokyo");
  cal_zones_add(zones, utc(2026, 5, 4, 3, 17), "America/Los_Angeles");
  cal_zones_add(zones, utc(2026, 5, 9, 20, 0), "Pacific/Apia");
  cal_zones_add(zones, utc(2026, 5, 12, 1, 1), "Europe/Berlin");
  const CalDate first = cal_date_from_civil(2026, 5, 1), last = cal_date_from_civil(2026, 5, 20);
  for (CalDate date = first; date <= last; date++) {
    CalDayFrame frame;
    cal_zones_frame(zones, date, &frame);
    sum += length(&frame);
    for (guint32 i = 0; i < frame.n_pieces; i++) {
      assert_int_equal(cal_zones_date(zones, frame.piece[i].span.start), date);
      assert_int_equal(cal_zones_date(zones, frame.piece[i].span.end - 1), date);
    }
  }
  assert_int_equal(sum, (last - first + 1) * (CalInstant)86400);
}

static void
test_rest_changes_no_day(void **state)
{
  (void)state;
  CalDayFrame before, after;
  g_autoptr(CalZones) zones = cal_zones_new();
  cal_zones_add(zones, 0, "Europe/Berlin");
  cal_zones_add(zones, utc(2026, 6, 15, 12, 0), "Asia/Tokyo");
  cal_zones_rest(zones); /* of zones that nobody asked for, too */
  cal_zones_frame(zones, cal_date_from_civil(2026, 6, 15), &before);
  cal_zones_rest(zones);
  cal_zones_frame(zones, cal_date_from_civil(2026, 6, 15), &after);
  assert_int_equal(before.n_pieces, 2);
  assert_memory_equal(&before, &after, sizeof before);
}

static void
test_unknown_zone_counts_as_utc(void **state)
{
  (void)state;
  CalDayFrame frame;
  g_autoptr(CalZones) zones = cal_zones_new();
  cal_zones_add(zones, 0, "Middle/Earth");
  cal_zones_frame(zones, 0, &frame);
  assert_int_equal(frame.piece[0].span.start, 0);
  assert_string_equal(cal_zones_name(zones, -1), "Middle/Earth");
  cal_zones_add(zones, 1000, "Europe/Berlin");
  assert_string_equal(cal_zones_name(zones, 999), "Middle/Earth");
  assert_string_equal(cal_zones_name(zones, 1000), "Europe/Berlin");
}

/* An import may bring any name. GLib would map the file, and abort. */
static void
test_name_of_another_file_counts_as_utc(void **state)
{
  (void)state;
  static const char *const names[] = {
    "../../../etc/passwd", "/etc/passwd", ":/etc/passwd", "tzdata.zi", "zone.tab", "Europe", "", "..",
    "Europe/../zone.tab",  ".",           "\xff"
  };
  CalDayFrame frame;
  g_log_set_always_fatal(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(CalZones) zones = cal_zones_new();
    cal_zones_add(zones, 0, names[i]);
    cal_zones_frame(zones, 100, &frame);
    assert_int_equal(frame.piece[0].utc_offset_s, 0);
  }
}

static void
test_reference_city(void **state)
{
  (void)state;
  static const char table[] =
      "# words\nDE\t+5230+01322\tEurope/Berlin\tmost of Germany\n"
      "AQ\t-7750+16636\tAntarctica/McMurdo\nUS\t+404251-0740023\tAmerica/New_York\tx\n";
  double latitude, longitude;
  assert_true(cal_city_in_table(table, "Europe/Berlin", &latitude, &longitude));
  assert_true(fabs(latitude - (52.5)) < 1e-9);
  assert_true(fabs(longitude - (13.0 + 22.0 / 60)) < 1e-9);
  assert_true(cal_city_in_table(table, "America/New_York", &latitude, &longitude));
  assert_true(fabs(longitude - (-(74.0 + 23.0 / 3600))) < 1e-9);
  assert_true(cal_city_in_table(table, "Antarctica/McMurdo", &latitude, &longitude));
  assert_true(fabs(latitude - (-(77.0 + 50.0 / 60))) < 1e-9);
  assert_false(cal_city_in_table(table, "UTC", &latitude, &longitude));
}

/* A table that somebody has edited, or that is of another make: no city, rather than one somewhere else. */
static void
test_reference_city_of_a_broken_table(void **state)
{
  (void)state;
  static const char *const coordinates[] = { "",
                                             "+",
                                             "+5230",
                                             "5230+01322",
                                             "+5230+0132",
                                             "+523+01322",
                                             "+52x0+01322",
                                             "+5230+013-2",
                                             "+5230+1322",
                                             "+5230+01322x",
                                             "+5230+013223" };
  double latitude, longitude;
  for (gsize i = 0; i < G_N_ELEMENTS(coordinates); i++) {
    g_autofree char *table = g_strdup_printf("DE\t%s\tEurope/Berlin\n", coordinates[i]);
    assert_false(cal_city_in_table(table, "Europe/Berlin", &latitude, &longitude));
  }
  assert_false(cal_city_in_table("DE\t+5230+01322", "Europe/Berlin", &latitude, &longitude));
  assert_false(cal_city_in_table("#DE\t+5230+01322\tEurope/Berlin", "Europe/Berlin", &latitude, &longitude));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_summer_time_makes_days_of_23_and_25_hours),
    cmocka_unit_test(test_any_instant_is_in_one_day),
    cmocka_unit_test(test_no_hour_is_lost_or_doubled_by_travel),
    cmocka_unit_test(test_rest_changes_no_day),
    cmocka_unit_test(test_unknown_zone_counts_as_utc),
    cmocka_unit_test(test_name_of_another_file_counts_as_utc),
    cmocka_unit_test(test_reference_city),
    cmocka_unit_test(test_reference_city_of_a_broken_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
