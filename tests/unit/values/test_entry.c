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

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_numbers_and_names_are_for_ever),
    cmocka_unit_test(test_what_is_no_kind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
