/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/entry.h>

static void
test_example(void **state)
{
  (void)state;
  CalEntryKind kind;
  assert_true(cal_entry_kind_parse("product", &kind));
  assert_int_equal(kind, CAL_ENTRY_PRODUCT);
  assert_string_equal(cal_entry_kind_name(kind), "product");
  assert_true(cal_entry_kind_is_setting(kind));
}

/* The numbers are in people's ledgers: this table may grow and may not change. */
static void
test_numbers_and_names_are_for_ever(void **state)
{
  (void)state;
  static const struct {
    int number;
    const char *name;
    bool setting;
  } table[] = {
    { 1, "take", false },  { 2, "food", false },    { 3, "sun", false },        { 4, "lab", false },
    { 5, "done", false },  { 6, "press", false },   { 7, "undo", false },       { 8, "answer", false },
    { 12, "date", false }, { 20, "profile", true }, { 21, "product", true },    { 22, "foodstuff", true },
    { 23, "map", true },   { 24, "role", true },    { 25, "allow", true },      { 26, "tag", true },
    { 27, "zone", true },  { 30, "recipe", true },  { 31, "tombstone", false },
  };
  int known = 0;
  for (int number = -1; number < 256; number++)
    known += cal_entry_kind_name((CalEntryKind)number) != NULL;
  assert_int_equal(known, sizeof table / sizeof *table);
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    CalEntryKind kind;
    assert_true(cal_entry_kind_parse(table[i].name, &kind));
    assert_int_equal(kind, table[i].number);
    assert_string_equal(cal_entry_kind_name(kind), table[i].name);
    assert_int_equal(cal_entry_kind_is_setting(kind), table[i].setting);
  }
}

static void
test_what_is_no_kind(void **state)
{
  (void)state;
  CalEntryKind kind = CAL_ENTRY_LAB;
  assert_false(cal_entry_kind_parse("", &kind));
  assert_false(cal_entry_kind_parse("Take", &kind));
  assert_false(cal_entry_kind_parse("take ", &kind));
  assert_int_equal(kind, CAL_ENTRY_LAB);
  assert_null(cal_entry_kind_name((CalEntryKind)9));
  assert_false(cal_entry_kind_is_setting((CalEntryKind)28));
}

static void
test_ids(void **state)
{
  (void)state;
  static const char *const right[] = {
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab:1",
    "0B5C9F6E-1A2B-8C3D-A4E5-0123456789AB:42",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab:9223372036854775807",
  };
  static const char *const wrong[] = {
    "",
    "x",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab:",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab:0",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab:01",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab:+1",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab:1 ",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab:9223372036854775808",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab:10000000000000000000",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789a:1",
    "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ag:1",
    "0b5c9f6e01a2b-8c3d-a4e5-0123456789ab:1",
    "tag:C0:FF:EE:00:00:01:00AB12CD:7",
  };
  for (size_t i = 0; i < sizeof right / sizeof *right; i++)
    assert_true(cal_entry_id_is_valid(right[i]));
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_false(cal_entry_id_is_valid(wrong[i]));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_numbers_and_names_are_for_ever),
    cmocka_unit_test(test_what_is_no_kind),
    cmocka_unit_test(test_ids),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
