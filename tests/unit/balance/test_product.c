/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/product.h>
#include <stdio.h>
#include <string.h>

static void
test_example(void **state)
{
  (void)state;
  CalProduct product;
  assert_true(cal_product_parse("d=2000IU mk7=100ug at=08:00 with=food", &product, NULL));
  assert_float_equal(product.serving.amount[CAL_NUTRIENT_VITAMIN_D], 2000, 0);
  assert_float_equal(product.serving.amount[CAL_NUTRIENT_MK7], 100, 0);
  assert_int_equal(product.minute[0], 480);
  assert_true(product.with_food);
}

static void
test_micrograms_of_vitamin_d_are_iu(void **state)
{
  (void)state;
  CalProduct product;
  assert_true(cal_product_parse("D3=50µg", &product, NULL));
  assert_float_equal(product.serving.amount[CAL_NUTRIENT_VITAMIN_D], 2000, 1e-9);
  assert_true(cal_product_parse("D3=50 µg mk7=100 ug", &product, NULL));
  assert_float_equal(product.serving.amount[CAL_NUTRIENT_MK7], 100, 0);
  assert_float_equal(product.serving.amount[CAL_NUTRIENT_VITAMIN_D], 2000, 1e-9);
}

static void
test_what_is_written_reads_back(void **state)
{
  (void)state;
  static const char *const values[] = {
    "d=2000IU mk7=100ug",
    "d=20000IU every=7d at=08:00 from=2026-11-23",
    "calcium=500mg at=08:00,20:00 with=food",
    "magnesium=2.1250mg",
    "d=1000IU mk7=?",
    "zinc=10mg",
    "d=1000IU b12=2.5ug vitamin-e=30IU iodine=? on=mon,thu at=08:00",
  };
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    CalProduct product, again;
    char text[CAL_ENTRY_VALUE_SIZE];
    assert_true(cal_product_parse(values[i], &product, NULL));
    assert_true(cal_product_format(&product, text));
    assert_string_equal(text, values[i]);
    assert_true(cal_product_parse(text, &again, NULL));
    assert_memory_equal(&product, &again, sizeof product);
  }
}

static void
test_refusals_name_the_word(void **state)
{
  (void)state;
  static const struct {
    const char *value;
    CalRefusalReason reason;
    size_t offset;
    const char *word;
  } rows[] = {
    { "", CAL_REFUSAL_MISSING, 0, "" },
    { "at=08:00", CAL_REFUSAL_MISSING, 0, "at=08:00" },
    { "d=2000", CAL_REFUSAL_NO_UNIT, 2, "2000" },
    { "d=2.000IU", CAL_REFUSAL_AMBIGUOUS_SEPARATOR, 2, "2.000IU" },
    { "calcium=500IU", CAL_REFUSAL_WRONG_UNIT, 8, "500IU" },
    { "d=2000IU zink!=5mg", CAL_REFUSAL_UNKNOWN_NAME, 9, "zink!" },
    { "d=2000IU zinc=5", CAL_REFUSAL_NO_UNIT, 14, "5" },
    { "d=2000IU zinc=5ml", CAL_REFUSAL_WRONG_UNIT, 14, "5ml" },
    { "zinc=5mg Zinc=6mg", CAL_REFUSAL_TWICE, 9, "Zinc" },
    { "calcum=500mg", CAL_REFUSAL_UNKNOWN_NAME, 0, "calcum" },
    { "x=500mg", CAL_REFUSAL_UNKNOWN_NAME, 0, "x" },
    { "d=2000IU on=mon,someday", CAL_REFUSAL_UNKNOWN_NAME, 16, "someday" },
    { "d=2000IU on=mon every=7d", CAL_REFUSAL_UNEXPECTED, 0, "d=2000IU on=mon every=7d" },
    { "d=2000IU d3=5ug", CAL_REFUSAL_TWICE, 9, "d3" },
    { "d=2000IU at=25:00", CAL_REFUSAL_OUT_OF_RANGE, 12, "25:00" },
    { "d=2000IU frOm=50ug", CAL_REFUSAL_UNKNOWN_NAME, 9, "frOm" },
    { "d=2000IU at=8:0", CAL_REFUSAL_OUT_OF_RANGE, 12, "8:0" },
    { "d=2000IU every=0d", CAL_REFUSAL_OUT_OF_RANGE, 15, "0d" },
    { "d=2000IU every=7", CAL_REFUSAL_NO_NUMBER, 15, "7" },
    { "d=2000IU every=93d", CAL_REFUSAL_OUT_OF_RANGE, 15, "93d" },
    { "d=2000IU with=water", CAL_REFUSAL_UNKNOWN_NAME, 14, "water" },
    { "d=2000IU from=2026-02-30", CAL_REFUSAL_OUT_OF_RANGE, 14, "2026-02-30" },
    { "d=2000IU daily", CAL_REFUSAL_UNEXPECTED, 9, "daily" },
    { "d=2000000IU", CAL_REFUSAL_OUT_OF_RANGE, 2, "2000000IU" },
    { "d=2000IU at=00000008:00", CAL_REFUSAL_OUT_OF_RANGE, 12, "00000008:00" },
    { "d=2000IU at=8:00,08:00", CAL_REFUSAL_TWICE, 17, "08:00" },
    { "d=2000IU at=1:00,2:00,3:00,4:00,5:00,6:00,7:00,8:00,9:00", CAL_REFUSAL_TOO_MANY, 52, "9:00" },
    { "d=2000IU every=d", CAL_REFUSAL_NO_NUMBER, 15, "d" },
    { "d=2000IU every=7x", CAL_REFUSAL_NO_NUMBER, 15, "7x" },
    { "d=2000IU every=/d", CAL_REFUSAL_NO_NUMBER, 15, "/d" },
    { "d=2000IU every=1000d", CAL_REFUSAL_NO_NUMBER, 15, "1000d" },
    { "d=2000IU on=mo", CAL_REFUSAL_UNKNOWN_NAME, 12, "mo" },
    { "d=2000IU on=mondaymonday", CAL_REFUSAL_UNKNOWN_NAME, 12, "mondaymonday" },
    { "d=2000IU from=2026-02-0300", CAL_REFUSAL_OUT_OF_RANGE, 14, "2026-02-0300" },
    { "a-1=1mg b-2=1mg c-3=1mg d-4=1mg e-5=1mg f-6=1mg g-7=1mg h-8=1mg i-9=1mg j-10=1mg k-11=1mg l-12=1mg "
      "m-13=1mg",
      CAL_REFUSAL_TOO_MANY, 99, "m-13" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalProduct product;
    CalRefusal refusal;
    assert_false(cal_product_parse(rows[i].value, &product, &refusal));
    assert_int_equal(refusal.reason, rows[i].reason);
    assert_int_equal(refusal.offset, rows[i].offset);
    assert_string_equal(refusal.word, rows[i].word);
    assert_non_null(refusal.expected);
  }
}

static void
test_a_slip_of_the_hand_is_answered_with_the_nearest(void **state)
{
  (void)state;
  CalProduct product;
  CalRefusal refusal;
  assert_false(cal_product_parse("magnesum=200mg", &product, &refusal));
  assert_string_equal(refusal.nearest[0], "magnesium");
}

static void
test_a_change_leaves_what_it_does_not_name(void **state)
{
  (void)state;
  static const struct {
    const char *words, *becomes;
  } rows[] = {
    { "d3=4000IU", "d=4000IU mk7=100ug zinc=10mg every=7d at=08:00 with=food from=2026-11-23" },
    { "mk7= zinc= at=", "d=2000IU every=7d with=food from=2026-11-23" },
    { "k2=? zinc=5mg iron=9mg at=20:00 with=",
      "d=2000IU mk7=? zinc=5mg iron=9mg every=7d at=20:00 from=2026-11-23" },
    { "every=14d", "d=2000IU mk7=100ug zinc=10mg every=14d at=08:00 with=food" },
    { "every=", "d=2000IU mk7=100ug zinc=10mg at=08:00 with=food" },
    { "on=sun", "d=2000IU mk7=100ug zinc=10mg on=sun at=08:00 with=food" },
    { "from=", "d=2000IU mk7=100ug zinc=10mg every=7d at=08:00 with=food" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalProduct product;
    char text[CAL_ENTRY_VALUE_SIZE];
    assert_true(cal_product_parse("d=2000IU mk7=100ug zinc=10mg every=7d at=08:00 with=food from=2026-11-23",
                                  &product, NULL));
    assert_true(cal_product_change(rows[i].words, &product, NULL));
    assert_true(cal_product_format(&product, text));
    assert_string_equal(text, rows[i].becomes);
  }
}

static void
test_a_change_that_is_refused_changes_nothing(void **state)
{
  (void)state;
  static const char *const bad[] = { "d= mk7=", "mk7=5", "d3=1IU d=2IU", "at=8", "mk7" };
  CalProduct product, before;
  assert_true(cal_product_parse("d=2000IU mk7=100ug", &product, NULL));
  before = product;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    CalRefusal refusal;
    assert_false(cal_product_change(bad[i], &product, &refusal));
    assert_non_null(refusal.expected);
    assert_memory_equal(&product, &before, sizeof product);
  }
}

/* 23 November 2026 is a Monday. */
static void
test_days_of_the_week(void **state)
{
  (void)state;
  CalProduct product;
  const CalDate monday = cal_date_parse("2026-11-23");
  assert_true(cal_product_parse("d=2000IU on=Monday,thu at=08:00", &product, NULL));
  assert_true(product.has_interval);
  for (int day = 0; day < 14; day++)
    assert_int_equal(cal_product_is_due_on(&product, monday + day), day % 7 == 0 || day % 7 == 3);
  assert_true(cal_product_is_due_on(&product, monday - 7 * 3000));
  product.from = monday;
  assert_false(cal_product_is_due_on(&product, monday - 7));
}

static void
test_names(void **state)
{
  (void)state;
  assert_true(cal_product_name_valid("d3k2", CAL_PRODUCT_NAME_SIZE));
  assert_true(cal_product_name_valid("Vigantol Öl", CAL_PRODUCT_NAME_SIZE));
  assert_false(cal_product_name_valid("", CAL_PRODUCT_NAME_SIZE));
  assert_false(cal_product_name_valid(" d3", CAL_PRODUCT_NAME_SIZE));
  assert_false(cal_product_name_valid("d=3", CAL_PRODUCT_NAME_SIZE));
  assert_false(cal_product_name_valid("d\n3", CAL_PRODUCT_NAME_SIZE));
  assert_false(
      cal_product_name_valid("012345678901234567890123456789012345678901234567", CAL_PRODUCT_NAME_SIZE));
}

static void
test_letters_that_no_name_has(void **state)
{
  (void)state;
  assert_false(cal_product_name_valid("d3 ", CAL_PRODUCT_NAME_SIZE));
  assert_false(cal_product_name_valid("d\x7f"
                                      "3",
                                      CAL_PRODUCT_NAME_SIZE));
}

/* Of the twelve nutrients that are not known here some are changed, taken out and added. */
static void
test_others_change_within_their_number(void **state)
{
  (void)state;
  CalProduct product;
  CalRefusal refusal;
  assert_true(
      cal_product_parse("a-1=1mg b-2=1mg c-3=1mg d-4=1mg e-5=1mg f-6=1mg g-7=1mg h-8=1mg i-9=1mg j-10=1mg "
                        "k-11=1mg l-12=1mg",
                        &product, NULL));
  assert_int_equal(product.n_others, CAL_PRODUCT_MAX_OTHERS);
  CalProduct changed = product;
  assert_true(cal_product_change("a-1=2mg b-2=", &changed, NULL));
  assert_int_equal(changed.n_others, CAL_PRODUCT_MAX_OTHERS - 1);
  assert_string_equal(changed.other[0].name, "a-1");
  assert_false(cal_product_change("m-13=1mg", &product, &refusal));
  assert_int_equal(refusal.reason, CAL_REFUSAL_TOO_MANY);
  assert_false(cal_product_change("a= b= c= e= f= g= h= i= j= k= l= m= n= o=", &product, &refusal));
  assert_int_equal(refusal.reason, CAL_REFUSAL_TOO_LONG);
}

static void
test_minutes(void **state)
{
  (void)state;
  char text[6];
  assert_int_equal(cal_minute_parse("23:59"), 1439);
  assert_int_equal(cal_minute_parse("24:00"), -1);
  assert_int_equal(cal_minute_parse("8:05"), 485);
  assert_int_equal(cal_minute_parse("0800"), -1);
  assert_int_equal(cal_minute_parse(":800"), -1);
  assert_int_equal(cal_minute_parse("8:5"), -1);
  static const char *const bad[] = { "a8:00",  "0a:00", "/8:00", "0/:00", ":8:00", "08:a0",
                                     "08:0a",  "08:/0", "08:0/", "08:60", "08:0:", "123",
                                     "008:00", "1/:00", "1::00", "08:1/", "08:1:" };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(cal_minute_parse(bad[i]), -1);
  cal_minute_format(485, text);
  assert_string_equal(text, "08:05");
}

/* A product whose names take `extra` bytes more than the shortest. */
static CalProduct
long_product(size_t extra, bool on_weekdays)
{
  CalProduct product = { .n_others = CAL_PRODUCT_MAX_OTHERS,
                         .every_days = on_weekdays ? 1 : 28,
                         .from = 20601 };
  product.has_interval = product.with_food = true;
  product.weekdays = on_weekdays ? 0x7f : 0;
  product.listed = product.serving.unknown = (1u << CAL_NUTRIENT_COUNT) - 1;
  for (size_t i = 0; i < product.n_others; i++) {
    CalOther *const other = &product.other[i];
    const size_t more = extra < 18 ? extra : 18;
    extra -= more;
    *other = (CalOther){ .amount = 123.4567, .unit = CAL_UNIT_MG, .is_known = true };
    memset(other->name, 'x', 5 + more);
    other->name[0] = (char)('a' + i);
  }
  product.n_times = CAL_PRODUCT_MAX_TIMES;
  for (uint32_t i = 0; i < product.n_times; i++)
    product.minute[i] = (int16_t)(480 + 60 * i);
  return product;
}

/* Longer and longer, the room ends behind each of its words: what fits reads back, what does not is refused
 * from there on. */
static void
test_no_more_is_written_than_there_is_room_for(void **state)
{
  (void)state;
  for (int on_weekdays = 0; on_weekdays < 2; on_weekdays++) {
    bool fitted = true;
    for (size_t extra = 0; extra <= 18 * CAL_PRODUCT_MAX_OTHERS; extra++) {
      const CalProduct product = long_product(extra, on_weekdays == 1);
      char value[CAL_ENTRY_VALUE_SIZE], again[CAL_ENTRY_VALUE_SIZE];
      CalProduct read;
      const bool fits = cal_product_format(&product, value);
      assert_true(strlen(value) < sizeof value);
      assert_true(fitted || !fits);
      fitted = fits;
      if (!fits)
        continue;
      assert_true(cal_product_parse(value, &read, NULL));
      assert_true(cal_product_format(&read, again));
      assert_string_equal(again, value);
    }
    assert_false(fitted);
  }
}

static CalRefusalReason
reason_of(const char *value)
{
  CalProduct product;
  CalRefusal refusal = { .reason = CAL_REFUSAL_NONE };
  const bool taken = cal_product_parse(value, &product, &refusal);
  assert_int_equal(taken, refusal.reason == CAL_REFUSAL_NONE);
  return refusal.reason;
}

/* What a label lists besides: names that are none of ours, amounts with a unit that can be one. */
static void
test_what_else_a_label_lists(void **state)
{
  (void)state;
  static const struct {
    const char *value;
    CalRefusalReason reason;
  } rows[] = {
    { "zn=10mg", CAL_REFUSAL_NONE },
    { "zinc=10mg", CAL_REFUSAL_NONE },
    { "zinc=10ug", CAL_REFUSAL_NONE },
    { "zinc=10g", CAL_REFUSAL_NONE },
    { "zinc=10IU", CAL_REFUSAL_NONE },
    { "zinc=?", CAL_REFUSAL_NONE },
    { "zinc=10kg", CAL_REFUSAL_WRONG_UNIT },
    { "zinc=10mL", CAL_REFUSAL_WRONG_UNIT },
    { "zinc=10ng/mL", CAL_REFUSAL_WRONG_UNIT },
    { "zinc=10nmol/L", CAL_REFUSAL_WRONG_UNIT },
    { "zinc=10", CAL_REFUSAL_NO_UNIT },
    { "zinc=mg", CAL_REFUSAL_NO_NUMBER },
    { "zinc=1.0000000000000000000000000000000000000000000mg", CAL_REFUSAL_TOO_LONG },
    { "zinc=10mg zinc=5mg", CAL_REFUSAL_TWICE },
    { "b12=4ug", CAL_REFUSAL_NONE },
    { "vitamin-b17=4ug", CAL_REFUSAL_NONE },
    { "xy=4ug", CAL_REFUSAL_UNKNOWN_NAME },
    { "xyz=4ug", CAL_REFUSAL_NONE },
    { "=4ug", CAL_REFUSAL_UNKNOWN_NAME },
    { "Per=4ug", CAL_REFUSAL_UNKNOWN_NAME },
    { "Whole=4ug", CAL_REFUSAL_UNKNOWN_NAME },
    { "wholes=4ug", CAL_REFUSAL_NONE },
    { "magnesum=4mg", CAL_REFUSAL_UNKNOWN_NAME },
    { "a-name-of-23-letters---=4ug", CAL_REFUSAL_NONE },
    { "a-name-of-24-letters----=4ug", CAL_REFUSAL_UNKNOWN_NAME },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (reason_of(rows[i].value) != rows[i].reason)
      fail_msg("%s: %d", rows[i].value, (int)reason_of(rows[i].value));
}

/* Letters, digits, hyphens and what is beyond ASCII; their neighbours there are none. */
static void
test_letters_of_another_name(void **state)
{
  (void)state;
  char value[] = "xx?x=4ug";
  for (const char *c = "azAZ09-_\xc3"; *c != '\0'; c++) {
    value[2] = *c;
    assert_int_equal(reason_of(value), CAL_REFUSAL_NONE);
  }
  assert_int_equal(reason_of("xx\xc4\x80=4ug"), CAL_REFUSAL_NONE); /* U+0100 */
  for (const char *c = "`{@[/:.,+"; *c != '\0'; c++) {
    value[2] = *c;
    assert_int_not_equal(reason_of(value), CAL_REFUSAL_NONE);
  }
}

static void
test_words_of_a_schedule_at_their_bounds(void **state)
{
  (void)state;
  static const struct {
    const char *in, *out;
  } rows[] = {
    { "d=1IU every=92d", "d=1IU every=93d" },
    { "d=1IU every=1d", "d=1IU every=0d" },
    { "d=1IU on=mon,thu", "d=1IU on=mo,thu" },
    { "d=1IU on=monday", "d=1IU on=a-day-of-a-long-name" },
    { "d=1IU on=mon every=1d", "d=1IU on=mon every=2d" },
    { "d=1IU with=food", "d=1IU with=water" },
    { "d=1IU from=2026-02-28", "d=1IU from=2026-02-29" },
    { "d=1IU from=2026-02-27", "d=1IU from=2026-02-271" },
    { "d=1IU from=2026-02-26", "d=1IU from=2026-02-26x" },
    { "d=1 IU", "d=1 every=2d" },
    { "d=1IU at=00:00,01:00,02:00,03:00,04:00,05:00,06:00,07:00",
      "d=1IU at=00:00,01:00,02:00,03:00,04:00,05:00,06:00,07:00,08:00" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (reason_of(rows[i].in) != CAL_REFUSAL_NONE)
      fail_msg("%s", rows[i].in);
    if (reason_of(rows[i].out) == CAL_REFUSAL_NONE)
      fail_msg("%s", rows[i].out);
  }
}

/* As many may be taken out at once as there can be, and a name that nothing can have is refused. */
static void
test_what_is_taken_out(void **state)
{
  (void)state;
  CalProduct product;
  char words[256] = "";
  assert_true(cal_product_parse("d=1IU mk7=2ug zinc=3mg", &product, NULL));
  assert_false(cal_product_change("a-name-of-24-letters----=", &product, NULL));
  for (int i = 0; i < CAL_PRODUCT_MAX_OTHERS; i++)
    snprintf(words + strlen(words), sizeof words - strlen(words), "x%c=  ", 'a' + i);
  assert_true(cal_product_change(words, &product, NULL));
  strcat(words, "zinc=");
  assert_false(cal_product_change(words, &product, NULL));
  assert_int_equal(product.n_others, 1);
  assert_true(cal_product_change("zinc= mk7=", &product, NULL));
  assert_int_equal(product.n_others, 0);
  assert_int_equal(product.listed, 1u << CAL_NUTRIENT_VITAMIN_D);
}

static void
test_every_interval_reads_back(void **state)
{
  (void)state;
  for (int days = 2; days <= CAL_PRODUCT_MAX_EVERY; days++) {
    char text[32], value[CAL_ENTRY_VALUE_SIZE];
    CalProduct product;
    snprintf(text, sizeof text, "d=1IU every=%dd", days);
    assert_true(cal_product_parse(text, &product, NULL));
    assert_int_equal(product.every_days, days);
    assert_true(cal_product_format(&product, value));
    assert_string_equal(value, text);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_micrograms_of_vitamin_d_are_iu),
    cmocka_unit_test(test_what_is_written_reads_back),
    cmocka_unit_test(test_refusals_name_the_word),
    cmocka_unit_test(test_a_slip_of_the_hand_is_answered_with_the_nearest),
    cmocka_unit_test(test_a_change_leaves_what_it_does_not_name),
    cmocka_unit_test(test_a_change_that_is_refused_changes_nothing),
    cmocka_unit_test(test_days_of_the_week),
    cmocka_unit_test(test_names),
    cmocka_unit_test(test_letters_that_no_name_has),
    cmocka_unit_test(test_others_change_within_their_number),
    cmocka_unit_test(test_minutes),
    cmocka_unit_test(test_no_more_is_written_than_there_is_room_for),
    cmocka_unit_test(test_what_else_a_label_lists),
    cmocka_unit_test(test_letters_of_another_name),
    cmocka_unit_test(test_words_of_a_schedule_at_their_bounds),
    cmocka_unit_test(test_what_is_taken_out),
    cmocka_unit_test(test_every_interval_reads_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
