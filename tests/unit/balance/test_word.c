/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <string.h>

#include "../../../lib/balance/refuse.h"
#include "../../../lib/balance/word.h"

static const char *
folded(const char *text)
{
  static char to[64];
  return cal_word_fold(cal_word_of(text), to, sizeof to) ? to : NULL;
}

static void
test_example(void **state)
{
  (void)state;
  const char *cursor = "d=2000IU at=08:00,20:00";
  CalWord word, key, value, time;
  assert_true(cal_word_next(&cursor, &word));
  assert_true(cal_word_next(&cursor, &word));
  assert_true(cal_word_split(word, '=', &key, &value));
  assert_true(cal_word_is(key, "at"));
  assert_true(cal_word_next_part(&value, ',', &time));
  assert_true(cal_word_is(time, "08:00"));
  assert_true(cal_word_next_part(&value, ',', &time));
  assert_true(cal_word_is(time, "20:00"));
  assert_false(cal_word_next_part(&value, ',', &time));
  assert_false(cal_word_next(&cursor, &word));
}

/* ASCII and the Latin letters from U+00C0 to U+00DE, without the sign of multiplication among them; their
 * neighbours stay as they are. */
static void
test_lower_case(void **state)
{
  (void)state;
  static const char *const rows[][2] = {
    { "AZ", "az" },
    { "@[", "@[" },
    { "`{az", "`{az" },
    { "a b_c-d", "a-b-c-d" },
    { "  \tx y\t ", "x-y" },
    { "", "" },
    { " \t", "" },
    { "\u00c0", "\u00e0" },
    { "\u00de", "\u00fe" },
    { "\u00c4pfel", "\u00e4pfel" },
    { "\u00d6L", "\u00f6l" },
    { "\u00d6", "\u00f6" },
    { "\u00d8", "\u00f8" },
    { "\u00d7", "\u00d7" },
    { "\u00df", "\u00df" },
    { "\u00bf", "\u00bf" },
    { "\u0100", "\u0100" },
    { "\u00b5", "\u00b5" },
    { "\u0391", "\u0391" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_string_equal(folded(rows[i][0]), rows[i][1]);
}

/* The NUL has its place, too. */
static void
test_what_does_not_fit_is_not_copied(void **state)
{
  (void)state;
  char to[4] = "xyz";
  assert_true(cal_word_copy(cal_word_of("abc"), to, sizeof to));
  assert_string_equal(to, "abc");
  assert_false(cal_word_copy(cal_word_of("abcd"), to, sizeof to));
  assert_string_equal(to, "");
  assert_true(cal_word_fold(cal_word_of(" ABC "), to, sizeof to));
  assert_string_equal(to, "abc");
  assert_false(cal_word_fold(cal_word_of("ABCD"), to, sizeof to));
}

static void
test_items_lose_the_spaces_around_them(void **state)
{
  (void)state;
  static const char *const items[] = { "a", "b c", "", "", "d" };
  CalWord rest = cal_word_of(" a ,b c,   ,,d  "), item;
  for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
    assert_true(cal_word_next_item(&rest, ',', &item));
    assert_true(cal_word_is(item, items[i]));
  }
  assert_false(cal_word_next_item(&rest, ',', &item));
}

static void
test_what_is_the_same_word(void **state)
{
  (void)state;
  assert_false(cal_word_is(cal_word_of("at"), "ax"));
  assert_false(cal_word_is(cal_word_of("at"), "att"));
  assert_false(cal_word_is(cal_word_of("at"), "a"));
  assert_true(cal_word_is(cal_word_of(""), ""));
}

static void
test_distance(void **state)
{
  (void)state;
  static const struct {
    const char *a, *b;
    int distance;
  } rows[] = {
    { "", "", 0 },
    { "", "abc", 3 },
    { "a", "b", 1 },
    { "ab", "ba", 2 },
    { "abc", "bc", 1 },
    { "kitten", "sitting", 3 },
    { "magnesium", "magnesum", 1 },
    { "intention", "execution", 5 },
    { "01234567890123456789012345678901", "0123456789012345678901234567890x", 1 },
    { "01234567890123456789012345678901y", "01234567890123456789012345678901xx",
      0 }, /* the 33rd is not seen */
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_int_equal(cal_refuse_distance(rows[i].a, rows[i].b), rows[i].distance);
    assert_int_equal(cal_refuse_distance(rows[i].b, rows[i].a), rows[i].distance);
  }
}

static CalRefusal
refused(const char *word)
{
  CalRefusal refusal;
  assert_false(cal_refuse(&refusal, CAL_REFUSAL_UNKNOWN_NAME, word, cal_word_of(word), NULL));
  return refusal;
}

/* One letter and a third of the word may differ; two letters that begin a name are as near as the name. */
static void
test_what_resembles_a_word(void **state)
{
  (void)state;
  static const struct {
    const char *word, *name;
    bool resembles;
  } rows[] = {
    { "ab", "ax", true },        { "ab", "xy", false },        { "abc", "axy", true },
    { "abc", "xyz", false },     { "abcdef", "abcxyz", true }, { "abcdef", "abwxyz", false },
    { "ma", "magnesium", true }, { "m", "magnesium", false },  { "m", "x", true },
    { "", "x", true },           { "", "xy", false },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalRefusal refusal = refused(rows[i].word);
    cal_refuse_offer(&refusal, rows[i].name);
    if ((refusal.nearest[0][0] != '\0') != rows[i].resembles)
      fail_msg("%s, %s", rows[i].word, rows[i].name);
  }
  cal_refuse_offer(NULL, "x");
}

/* The nearest three, in the order of their likeness; of those that are as near, what came first. */
static void
test_the_nearest_three(void **state)
{
  (void)state;
  CalRefusal refusal = refused("abcdef");
  static const char *const offers[] = { "abcxyz", "abcdyz", "abcdez", "abcdey", "abcdef", "abcdxx" };
  for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
    cal_refuse_offer(&refusal, offers[i]);
  assert_string_equal(refusal.nearest[0], "abcdef");
  assert_string_equal(refusal.nearest[1], "abcdez");
  assert_string_equal(refusal.nearest[2], "abcdey");
}

/* A name has to fit to be offered. */
static void
test_names_that_are_too_long_to_be_offered(void **state)
{
  (void)state;
  char name[CAL_REFUSAL_WORD_SIZE + 1];
  memset(name, 'x', sizeof name);
  name[CAL_REFUSAL_WORD_SIZE] = '\0';
  CalRefusal refusal = refused("xx");
  cal_refuse_offer(&refusal, name);
  assert_string_equal(refusal.nearest[0], "");
  name[CAL_REFUSAL_WORD_SIZE - 1] = '\0';
  cal_refuse_offer(&refusal, name);
  assert_string_equal(refusal.nearest[0], name);
}

static void
test_each_fault_of_an_amount_has_its_reason(void **state)
{
  (void)state;
  static const struct {
    CalAmountResult result;
    CalRefusalReason reason;
  } rows[] = { { CAL_AMOUNT_OK, CAL_REFUSAL_NONE },
               { CAL_AMOUNT_NO_NUMBER, CAL_REFUSAL_NO_NUMBER },
               { CAL_AMOUNT_NO_UNIT, CAL_REFUSAL_NO_UNIT },
               { CAL_AMOUNT_UNKNOWN_UNIT, CAL_REFUSAL_UNKNOWN_UNIT },
               { CAL_AMOUNT_AMBIGUOUS_SEPARATOR, CAL_REFUSAL_AMBIGUOUS_SEPARATOR },
               { CAL_AMOUNT_OUT_OF_RANGE, CAL_REFUSAL_OUT_OF_RANGE } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_int_equal(cal_refusal_of_amount(rows[i].result), rows[i].reason);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_lower_case),
    cmocka_unit_test(test_what_does_not_fit_is_not_copied),
    cmocka_unit_test(test_items_lose_the_spaces_around_them),
    cmocka_unit_test(test_what_is_the_same_word),
    cmocka_unit_test(test_distance),
    cmocka_unit_test(test_what_resembles_a_word),
    cmocka_unit_test(test_the_nearest_three),
    cmocka_unit_test(test_names_that_are_too_long_to_be_offered),
    cmocka_unit_test(test_each_fault_of_an_amount_has_its_reason),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
