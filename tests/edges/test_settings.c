/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../unit/cmocka_prelude.h"

#include "error.h"
#include "settings.h"

#include <calcifer/alert.h>

static void
test_example(void **state)
{
  (void)state;
  CalSettings settings;
  g_autoptr(GError) error = NULL;
  assert_true(cal_settings_parse("[Alerts]\nQuietHours=21:30-06:00\nBubblesPerDay=3\n", "calciferd.conf",
                                 &settings, &error));
  assert_true(settings.quiet);
  assert_int_equal(settings.quiet_from, 21 * 60 + 30);
  assert_int_equal(settings.quiet_to, 6 * 60);
  assert_int_equal(settings.bubbles_per_day, 3);
  assert_int_equal(settings.discretion, CAL_DISCRETION_CONDITIONS);
}

static void
test_wrong_line_is_named_and_nothing_is_taken(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    const char *names;
  } rows[] = {
    { "[Alerts]\n\n# words\nBubblesPerDay=lots\n", "calciferd.conf, line 4" },
    { "[Alerts]\nQuietHours=25:00-07:00\n", "calciferd.conf, line 2" },
    { "[Alerts]\nQuietHours=07:00-07:00\n", "calciferd.conf, line 2" },
    { "[Alerts]\nQuiet=1\n", "calciferd.conf, line 2" },
    { "BubblesPerDay=3\n", "calciferd.conf, line 1" },
    { "[Alerts\n", "calciferd.conf, line 1" },
    { "[Log]\nLevel=loud\n", "calciferd.conf, line 2" },
    { "[Alerts]\nDiscreet\n", "calciferd.conf, line 2" },
    { "[Alerts]\n\xff\xfe=1\n", "calciferd.conf" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    CalSettings settings = { .bubbles_per_day = 77 };
    g_autoptr(GError) error = NULL;
    assert_false(cal_settings_parse(rows[i].text, "calciferd.conf", &settings, &error));
    assert_true(g_error_matches(error, CAL_ERROR, CAL_ERROR_INVALID));
    assert_non_null(strstr(error->message, rows[i].names));
    assert_int_equal(settings.bubbles_per_day, 77);
  }
}

static void
test_missing_file_says_nothing(void **state)
{
  (void)state;
  CalSettings settings, defaults;
  cal_settings_default(&defaults);
  assert_true(cal_settings_read("/nonexistent/calciferd.conf", &settings, NULL));
  assert_memory_equal(&settings, &defaults, sizeof settings);
}

/* An empty file means what the core means when nobody sets anything. */
static void
test_the_defaults_are_the_core_s(void **state)
{
  (void)state;
  CalSettings settings;
  const CalAlertSettings core = cal_alert_settings_default();
  cal_settings_default(&settings);
  assert_int_equal((int32_t)settings.bubbles_per_day, core.bubbles_a_day);
  assert_int_equal(settings.quiet_from, core.quiet_from_minute);
  assert_int_equal(settings.quiet_to, core.quiet_to_minute);
}

static void
test_quiet_hours_can_be_none(void **state)
{
  (void)state;
  CalSettings settings;
  assert_true(cal_settings_parse("[Alerts]\nQuietHours=none\n", "x", &settings, NULL));
  assert_false(settings.quiet);
}

/* Half understood, such hours would keep bubbles away that somebody waits for. */
static void
test_quiet_hours_are_two_times(void **state)
{
  (void)state;
  static const char *const wrong[] = {
    "",      "22:00",       "22:00-",        "-07:00",      "22:00-07:00-08:00",
    "22-07", "22:60-07:00", "22:00-07:00pm", "22:00-24:00", "ten-seven"
  };
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    CalSettings settings;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strdup_printf("[Alerts]\nQuietHours=%s\n", wrong[i]);
    assert_false(cal_settings_parse(text, "x", &settings, &error));
    assert_non_null(strstr(error->message, "HH:MM-HH:MM"));
  }
}

static void
test_words_of_discretion(void **state)
{
  (void)state;
  CalSettings settings;
  g_autoptr(GError) error = NULL;
  assert_true(cal_settings_parse("[Alerts]\nDiscreet = never\n", "x", &settings, NULL));
  assert_int_equal(settings.discretion, CAL_DISCRETION_NEVER);
  assert_true(cal_settings_parse("[Alerts]\nDiscreet=always\n", "x", &settings, NULL));
  assert_int_equal(settings.discretion, CAL_DISCRETION_ALWAYS);
  assert_false(cal_settings_parse("[Alerts]\nDiscreet=Never\n", "x", &settings, &error));
  assert_non_null(strstr(error->message, "'Never' is not conditions, always or never"));
}

/* Nothing to read is nothing said; something that cannot be read may have said anything. */
static void
test_a_file_that_cannot_be_read(void **state)
{
  (void)state;
  CalSettings settings = { .bubbles_per_day = 77 };
  g_autoptr(GError) error = NULL;
  assert_false(cal_settings_read("/tmp", &settings, &error));
  assert_true(g_error_matches(error, CAL_ERROR, CAL_ERROR_STORAGE));
  assert_int_equal(settings.bubbles_per_day, 77);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_wrong_line_is_named_and_nothing_is_taken),
    cmocka_unit_test(test_missing_file_says_nothing),
    cmocka_unit_test(test_the_defaults_are_the_core_s),
    cmocka_unit_test(test_quiet_hours_can_be_none),
    cmocka_unit_test(test_quiet_hours_are_two_times),
    cmocka_unit_test(test_words_of_discretion),
    cmocka_unit_test(test_a_file_that_cannot_be_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
