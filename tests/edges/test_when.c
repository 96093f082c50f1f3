/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../unit/cmocka_prelude.h"

#include "when.h"

#include <stdlib.h>
#include <time.h>

#define NOON_IN_BERLIN G_GINT64_CONSTANT(1781517600) /* 2026-06-15T12:00:00+02:00 */

static int
live_in_berlin(void **state)
{
  (void)state;
  setenv("TZ", "Europe/Berlin", 1);
  tzset();
  return 0;
}

static void
test_example(void **state)
{
  (void)state;
  gint64 at;
  g_autofree char *problem = NULL;
  assert_true(ctl_when_parse("08:30", NOON_IN_BERLIN, &at, &problem));
  assert_int_equal(at, NOON_IN_BERLIN - 3 * 3600 - 1800);
}

static void
test_every_form(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    gint64 before_noon_s;
  } rows[] = {
    { "yesterday 08:30", 24 * 3600 + 12600 }, { "2026-06-15 08:30", 12600 },
    { "2026-06-15T08:30:00", 12600 },         { "2026-06-15T06:30Z", 12600 },
    { "2026-06-15 08:30+02:00", 12600 },      { "2026-06-15T08:30:00+02:00", 12600 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    gint64 at = 0;
    g_autofree char *problem = NULL;
    assert_true(ctl_when_parse(rows[i].text, NOON_IN_BERLIN, &at, &problem));
    assert_int_equal(at, NOON_IN_BERLIN - rows[i].before_noon_s);
  }
}

static void
test_hour_that_exists_twice_or_never(void **state)
{
  (void)state;
  gint64 at;
  g_autofree char *twice = NULL, *never = NULL;
  assert_false(ctl_when_parse("2026-10-25 02:30", NOON_IN_BERLIN, &at, &twice));
  assert_non_null(strstr(twice, "2026-10-25T02:30:00+02:00"));
  assert_non_null(strstr(twice, "2026-10-25T02:30:00+01:00"));
  assert_false(ctl_when_parse("2026-03-29 02:30", NOON_IN_BERLIN, &at, &never));
  assert_non_null(strstr(never, "never"));
}

static void
test_what_is_no_time(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "", "8:30", "25:00", "noon", "2026-06-15", "2026-06-15 8:30", "tomorrow 08:30"
  };
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    gint64 at;
    g_autofree char *problem = NULL;
    assert_false(ctl_when_parse(bad[i], NOON_IN_BERLIN, &at, &problem));
    assert_non_null(problem);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_every_form),
    cmocka_unit_test(test_hour_that_exists_twice_or_never),
    cmocka_unit_test(test_what_is_no_time),
  };
  return cmocka_run_group_tests(tests, live_in_berlin, NULL);
}
