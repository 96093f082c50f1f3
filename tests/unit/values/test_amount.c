/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/amount.h>

#include <math.h>

static void
test_example(void **state)
{
  (void)state;
  CalAmount amount;
  assert_int_equal(cal_amount_parse("2000IU", &amount), CAL_AMOUNT_OK);
  assert_true(amount.value == 2000 && amount.unit == CAL_UNIT_IU);
  assert_int_equal(cal_amount_parse("37,5 mcg", &amount), CAL_AMOUNT_OK);
  assert_true(amount.value == 37.5 && amount.unit == CAL_UNIT_UG);
  assert_int_equal(cal_amount_parse("2000", &amount), CAL_AMOUNT_NO_UNIT);
  assert_int_equal(cal_amount_parse("2.000 IU", &amount), CAL_AMOUNT_AMBIGUOUS_SEPARATOR);
}

static void
test_every_way_to_write_a_unit(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    double value;
    CalUnit unit;
  } rows[] = {
    { "30ng/mL", 30, CAL_UNIT_NG_ML },
    { "30 NG/ML", 30, CAL_UNIT_NG_ML },
    { "75nmol/L", 75, CAL_UNIT_NMOL_L },
    { "75 nmol/l", 75, CAL_UNIT_NMOL_L },
    { "120g", 120, CAL_UNIT_G },
    { "0.12 kg", 0.12, CAL_UNIT_KG },
    { "200ml", 200, CAL_UNIT_ML },
    { "200 mL", 200, CAL_UNIT_ML },
    { "2000iu", 2000, CAL_UNIT_IU },
    { "2000 IE", 2000, CAL_UNIT_IU },
    { "2000 I.E.", 2000, CAL_UNIT_IU },
    { "2000i.e.", 2000, CAL_UNIT_IU },
    { "2000 I.U.", 2000, CAL_UNIT_IU },
    { "50\xc2\xb5g", 50, CAL_UNIT_UG },
    { "50\xce\xbcg", 50, CAL_UNIT_UG },
    { "50ug", 50, CAL_UNIT_UG },
    { "50 UG", 50, CAL_UNIT_UG },
    { "50 MCG", 50, CAL_UNIT_UG },
    { "400mg", 400, CAL_UNIT_MG },
    { "2x", 2, CAL_UNIT_COUNT },
    { "1 piece", 1, CAL_UNIT_COUNT },
    { "2 portions", 2, CAL_UNIT_COUNT },
    { "0.5 servings", 0.5, CAL_UNIT_COUNT },
    { "3 pcs", 3, CAL_UNIT_COUNT },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalAmount amount;
    assert_int_equal(cal_amount_parse(rows[i].text, &amount), CAL_AMOUNT_OK);
    assert_int_equal(amount.unit, rows[i].unit);
    assert_true(amount.value == rows[i].value);
  }
}

static void
test_marks_and_spaces(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    double value;
  } rows[] = {
    { "1.5g", 1.5 },         { "1,5g", 1.5 },        { "0.125g", 0.125 },  { "0,125g", 0.125 },
    { ".125g", 0.125 },      { "1.25g", 1.25 },      { "1.2500g", 1.25 },  { "2.0000 g", 2 },
    { "  7 g  ", 7 },        { "7\xc2\xa0g", 7 },    { "0g", 0 },          { "007g", 7 },
    { "7\xe2\x80\xafg", 7 }, { "7\tg", 7 },          { "00.125g", 0.125 }, { ".5g", 0.5 },
    { "0.000g", 0 },         { "1000000000g", 1e9 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalAmount amount;
    assert_int_equal(cal_amount_parse(rows[i].text, &amount), CAL_AMOUNT_OK);
    assert_int_equal(amount.unit, CAL_UNIT_G);
    assert_true(amount.value == rows[i].value);
  }
}

static void
test_refusals(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    CalAmountResult result;
  } rows[] = {
    { "", CAL_AMOUNT_NO_NUMBER },
    { "  ", CAL_AMOUNT_NO_NUMBER },
    { "g", CAL_AMOUNT_NO_NUMBER },
    { ".", CAL_AMOUNT_NO_NUMBER },
    { "2.g", CAL_AMOUNT_NO_NUMBER },
    { "-5g", CAL_AMOUNT_NO_NUMBER },
    { "+5g", CAL_AMOUNT_NO_NUMBER },
    { "1..2g", CAL_AMOUNT_NO_NUMBER },
    { "two g", CAL_AMOUNT_NO_NUMBER },
    { "5", CAL_AMOUNT_NO_UNIT },
    { "5.5 ", CAL_AMOUNT_NO_UNIT },
    { "5Mg", CAL_AMOUNT_UNKNOWN_UNIT },
    { "5MG", CAL_AMOUNT_UNKNOWN_UNIT },
    { "5ML", CAL_AMOUNT_UNKNOWN_UNIT },
    { "5mm", CAL_AMOUNT_UNKNOWN_UNIT },
    { "5gg", CAL_AMOUNT_UNKNOWN_UNIT },
    { "5g 3", CAL_AMOUNT_UNKNOWN_UNIT },
    { "5 I.E", CAL_AMOUNT_UNKNOWN_UNIT },
    { "1e3g", CAL_AMOUNT_UNKNOWN_UNIT },
    { "5\xc2g", CAL_AMOUNT_UNKNOWN_UNIT },
    { "5\xb5g", CAL_AMOUNT_UNKNOWN_UNIT },
    { "2.000g", CAL_AMOUNT_AMBIGUOUS_SEPARATOR },
    { "2,000g", CAL_AMOUNT_AMBIGUOUS_SEPARATOR },
    { "1.234,5g", CAL_AMOUNT_AMBIGUOUS_SEPARATOR },
    { "1,234.5g", CAL_AMOUNT_AMBIGUOUS_SEPARATOR },
    { "1.000.000g", CAL_AMOUNT_AMBIGUOUS_SEPARATOR },
    { "1.5,5g", CAL_AMOUNT_AMBIGUOUS_SEPARATOR },
    { "2 000 g", CAL_AMOUNT_AMBIGUOUS_SEPARATOR },
    { "2\xe2\x80\xaf"
      "000g",
      CAL_AMOUNT_AMBIGUOUS_SEPARATOR },
    { "2.000", CAL_AMOUNT_AMBIGUOUS_SEPARATOR },
    { "1000000001g", CAL_AMOUNT_OUT_OF_RANGE },
    { "99999999999999999999999g", CAL_AMOUNT_OUT_OF_RANGE },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalAmount amount = { 77, CAL_UNIT_KG };
    assert_int_equal(cal_amount_parse(rows[i].text, &amount), rows[i].result);
    assert_true(amount.value == 77 && amount.unit == CAL_UNIT_KG);
  }
}

static void
test_format(void **state)
{
  (void)state;
  static const struct {
    CalAmount amount;
    const char *text;
  } rows[] = {
    { { 2000, CAL_UNIT_IU }, "2000 IU" },
    { { 37.5, CAL_UNIT_UG }, "37.5 \xc2\xb5g" },
    { { 2.125, CAL_UNIT_MG }, "2.1250 mg" },
    { { 0.125, CAL_UNIT_MG }, "0.125 mg" },
    { { 1e9, CAL_UNIT_KG }, "1000000000 kg" },
    { { 0, CAL_UNIT_ML }, "0 mL" },
    { { 74.88, CAL_UNIT_NMOL_L }, "74.88 nmol/L" },
    { { 30, CAL_UNIT_NG_ML }, "30 ng/mL" },
    { { 2, CAL_UNIT_COUNT }, "2 x" },
    { { NAN, CAL_UNIT_G }, "" },
    { { -1, CAL_UNIT_G }, "" },
    { { 1.1e9, CAL_UNIT_G }, "" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[CAL_AMOUNT_TEXT_SIZE];
    cal_amount_format(&rows[i].amount, text);
    assert_string_equal(text, rows[i].text);
  }
}

/* Millionths from 0 to 1e9, spread by a multiplicative step so that every number of decimals occurs. */
static void
test_what_is_written_is_read_back(void **state)
{
  (void)state;
  for (uint64_t millionths = 1; millionths < UINT64_C(1000000000000000); millionths += 1 + millionths / 997) {
    const CalUnit unit = (CalUnit)(millionths % (CAL_UNIT_COUNT + 1));
    const CalAmount amount = { (double)millionths / 1e6, unit };
    CalAmount back;
    char text[CAL_AMOUNT_TEXT_SIZE];
    cal_amount_format(&amount, text);
    assert_int_equal(cal_amount_parse(text, &back), CAL_AMOUNT_OK);
    assert_true(back.value == amount.value);
    assert_int_equal(back.unit, unit);
  }
}

static void
test_convert(void **state)
{
  (void)state;
  double value = 77;
  assert_true(cal_amount_convert(&(CalAmount){ 2.5, CAL_UNIT_MG }, CAL_UNIT_UG, &value));
  assert_true(value == 2500);
  assert_true(cal_amount_convert(&(CalAmount){ 120, CAL_UNIT_G }, CAL_UNIT_KG, &value));
  assert_true(value == 0.12);
  assert_true(cal_amount_convert(&(CalAmount){ 5, CAL_UNIT_IU }, CAL_UNIT_IU, &value));
  assert_true(value == 5);
  assert_false(cal_amount_convert(&(CalAmount){ 5, CAL_UNIT_IU }, CAL_UNIT_UG, &value));
  assert_false(cal_amount_convert(&(CalAmount){ 5, CAL_UNIT_ML }, CAL_UNIT_G, &value));
  assert_false(cal_amount_convert(&(CalAmount){ 5, CAL_UNIT_G }, CAL_UNIT_COUNT, &value));
  assert_true(value == 5);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),          cmocka_unit_test(test_every_way_to_write_a_unit),
    cmocka_unit_test(test_marks_and_spaces), cmocka_unit_test(test_refusals),
    cmocka_unit_test(test_format),           cmocka_unit_test(test_what_is_written_is_read_back),
    cmocka_unit_test(test_convert),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
