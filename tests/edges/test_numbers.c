/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as GLib itself would write them, byte for byte. */
#include "../unit/cmocka_prelude.h"

#include "numbers.h"

#include <math.h>
#include <stdio.h>

static CalNumbers numbers;
static GVariantBuilder plain;

static void
begin(void)
{
  numbers = (CalNumbers){ 0 };
  g_variant_builder_init(&plain, G_VARIANT_TYPE("a{sd}"));
}

static void
put(const char *name, double value)
{
  cal_numbers_put(&numbers, name, value);
  g_variant_builder_add(&plain, "{sd}", name, value);
}

static void
assert_as_glib(void)
{
  g_autoptr(GVariant) ours = g_variant_ref_sink(cal_numbers_end(&numbers));
  g_autoptr(GVariant) theirs = g_variant_ref_sink(g_variant_builder_end(&plain));
  assert_int_equal(g_variant_get_size(ours), g_variant_get_size(theirs));
  if (g_variant_get_size(ours) > 0)
    assert_memory_equal(g_variant_get_data(ours), g_variant_get_data(theirs), g_variant_get_size(theirs));
  assert_true(g_variant_is_normal_form(ours));
}

static void
test_example(void **state)
{
  (void)state;
  begin();
  put("iu", 120);
  assert_as_glib();
}

/* From none to the most, with names of every length: ends of one byte and of two. */
static void
test_as_glib_writes_them(void **state)
{
  (void)state;
  for (int n = 0; n <= CAL_NUMBERS_MAX; n++) {
    for (int longest = 1; longest <= CAL_NUMBERS_NAME_MAX; longest++) {
      begin();
      for (int i = 0; i < n; i++) {
        char name[CAL_NUMBERS_NAME_MAX + 1];
        snprintf(name, sizeof name, "%.*s%c", 1 + (i * 7 + longest - 1) % longest - 1,
                 "abcdefghijklmnopqrstuvwxyzabcdefg", 'A' + i);
        put(name, i * 0.1 - 1);
      }
      assert_as_glib();
    }
  }
}

static void
test_what_is_not_known_is_left_out(void **state)
{
  (void)state;
  begin();
  cal_numbers_put(&numbers, "unknown", NAN);
  put("known", INFINITY);
  assert_as_glib();
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_as_glib_writes_them),
    cmocka_unit_test(test_what_is_not_known_is_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
