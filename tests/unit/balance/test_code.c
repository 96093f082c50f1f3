/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <math.h>

#include <calcifer/code.h>

static void
test_example(void **state)
{
  (void)state;
  CalCode code;
  assert_true(cal_code_parse("sun-half", &code));
  assert_int_equal(code, CAL_CODE_SUN_HALF);
  assert_int_equal(cal_code_facts(CAL_CODE_SUN_HALF)->severity, CAL_SEVERITY_NOTICE);
}

/* The contract, written down a second time. */
static const struct {
  CalCode code;
  const char *name;
  CalSeverity severity;
  double threshold; /* 0: the person's own reference, or none */
} contract[] = {
  { CAL_CODE_D_LOW, "d-low", CAL_SEVERITY_NOTICE, 0 },
  { CAL_CODE_D_HIGH, "d-high", CAL_SEVERITY_WARNING, 0 },
  { CAL_CODE_D_VERY_HIGH, "d-very-high", CAL_SEVERITY_CRITICAL, 10000 },
  { CAL_CODE_D_WITHOUT_K2, "d-without-k2", CAL_SEVERITY_INFORMATION, 2000 },
  { CAL_CODE_D_WITHOUT_MAGNESIUM, "d-without-magnesium", CAL_SEVERITY_NOTICE, 2000 },
  { CAL_CODE_CA_HIGH, "ca-high", CAL_SEVERITY_WARNING, 0 },
  { CAL_CODE_CA_SUPPLEMENT_HIGH, "ca-supplement-high", CAL_SEVERITY_NOTICE, 1000 },
  { CAL_CODE_CA_MG_RATIO, "ca-mg-ratio", CAL_SEVERITY_NOTICE, 3 },
  { CAL_CODE_MG_LOW, "mg-low", CAL_SEVERITY_NOTICE, 0 },
  { CAL_CODE_MG_SUPPLEMENT_HIGH, "mg-supplement-high", CAL_SEVERITY_WARNING, 0 },
  { CAL_CODE_K_STEADY, "k-steady", CAL_SEVERITY_WARNING, 1.0 / 3 },
  { CAL_CODE_SAME_DOSE, "same-dose", CAL_SEVERITY_NOTICE, 0 },
  { CAL_CODE_SUN_HALF, "sun-half", CAL_SEVERITY_NOTICE, 0.5 },
  { CAL_CODE_SUN_NEAR, "sun-near", CAL_SEVERITY_WARNING, 0.8 },
  { CAL_CODE_SUN_BURN, "sun-burn", CAL_SEVERITY_CRITICAL, 1 },
  { CAL_CODE_SUN_PROTECT, "sun-protect", CAL_SEVERITY_INFORMATION, 3 },
  { CAL_CODE_SUN_WINDOW, "sun-window", CAL_SEVERITY_NOTICE, 120 },
  { CAL_CODE_INTAKE_MISSED, "intake-missed", CAL_SEVERITY_NOTICE, 60 },
  { CAL_CODE_TAG_BATTERY, "tag-battery", CAL_SEVERITY_NOTICE, 20 },
  { CAL_CODE_TAG_SILENT, "tag-silent", CAL_SEVERITY_NOTICE, 24 },
  { CAL_CODE_RECORDS_LOST, "records-lost", CAL_SEVERITY_NOTICE, 0 },
  { CAL_CODE_BLUETOOTH_OFF, "bluetooth-off", CAL_SEVERITY_NOTICE, 0 },
  { CAL_CODE_LEDGER_TROUBLE, "ledger-trouble", CAL_SEVERITY_WARNING, 0 },
  { CAL_CODE_TAG_COUNTER, "tag-counter", CAL_SEVERITY_NOTICE, 0 },
  { CAL_CODE_TAG_PLACE, "tag-place", CAL_SEVERITY_NOTICE, 0 },
  { CAL_CODE_TAG_STUCK, "tag-stuck", CAL_SEVERITY_NOTICE, 3 },
  { CAL_CODE_TAG_BOND, "tag-bond", CAL_SEVERITY_NOTICE, 0 },
  { CAL_CODE_TAG_CLOCK, "tag-clock", CAL_SEVERITY_NOTICE, 0 },
};

static void
test_every_code_keeps_its_contract(void **state)
{
  (void)state;
  assert_int_equal(sizeof contract / sizeof *contract, CAL_CODE_COUNT);
  for (size_t i = 0; i < sizeof contract / sizeof *contract; i++) {
    const CalCodeFacts *const facts = cal_code_facts(contract[i].code);
    CalCode parsed;
    assert_int_equal(facts->code, contract[i].code);
    assert_string_equal(facts->name, contract[i].name);
    assert_string_equal(cal_code_name(contract[i].code), contract[i].name);
    assert_true(cal_code_parse(contract[i].name, &parsed));
    assert_int_equal(parsed, contract[i].code);
    assert_int_equal(facts->severity, contract[i].severity);
    if (contract[i].threshold > 0)
      assert_float_equal(facts->threshold, contract[i].threshold, 1e-12);
    else
      assert_true(isnan(facts->threshold));
    assert_true(facts->quiet_s >= 3600);
  }
}

static void
test_only_burns_and_overdoses_are_critical(void **state)
{
  (void)state;
  for (int code = 0; code < CAL_CODE_COUNT; code++)
    if (cal_code_facts((CalCode)code)->severity == CAL_SEVERITY_CRITICAL)
      assert_true(code == CAL_CODE_SUN_BURN || code == CAL_CODE_D_VERY_HIGH);
}

static void
test_what_is_no_code(void **state)
{
  (void)state;
  static const char *const names[] = { "", "sun", "sun-half ", "SUN-HALF", "sun_half", "d-lowest" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    CalCode code = CAL_CODE_LEDGER_TROUBLE;
    assert_false(cal_code_parse(names[i], &code));
    assert_int_equal(code, CAL_CODE_LEDGER_TROUBLE);
  }
}

static void
test_severities_have_names(void **state)
{
  (void)state;
  assert_string_equal(cal_severity_name(CAL_SEVERITY_INFORMATION), "information");
  assert_string_equal(cal_severity_name(CAL_SEVERITY_NOTICE), "notice");
  assert_string_equal(cal_severity_name(CAL_SEVERITY_WARNING), "warning");
  assert_string_equal(cal_severity_name(CAL_SEVERITY_CRITICAL), "critical");
}

static void
test_measures_have_symbols(void **state)
{
  (void)state;
  assert_string_equal(cal_measure_symbol(CAL_MEASURE_NONE), "");
  assert_string_equal(cal_measure_symbol(CAL_MEASURE_IU), "IU");
  assert_string_equal(cal_measure_symbol(CAL_MEASURE_UG), "ug");
  assert_string_equal(cal_measure_symbol(CAL_MEASURE_PERCENT), "%");
  assert_string_equal(cal_measure_symbol(CAL_MEASURE_COUNT), "");
}

static void
test_thresholds_that_can_be_set(void **state)
{
  (void)state;
  static const struct {
    CalCode code;
    const char *text;
    double threshold;
  } rows[] = {
    { CAL_CODE_D_LOW, "800IU", 800 },        { CAL_CODE_D_LOW, "20ug", 800 },
    { CAL_CODE_D_VERY_HIGH, "0.1mg", 4000 }, { CAL_CODE_CA_HIGH, "1.2g", 1200 },
    { CAL_CODE_MG_LOW, "300mg", 300 },       { CAL_CODE_CA_MG_RATIO, "2.5", 2.5 },
    { CAL_CODE_SUN_HALF, "0.4", 0.4 },       { CAL_CODE_SUN_PROTECT, "2", 2 },
    { CAL_CODE_INTAKE_MISSED, "90", 90 },    { CAL_CODE_TAG_SILENT, "48", 48 },
    { CAL_CODE_TAG_BATTERY, "10", 10 },      { CAL_CODE_K_STEADY, "0.25", 0.25 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    double threshold = 0;
    assert_true(cal_code_threshold_parse(rows[i].code, rows[i].text, &threshold));
    assert_float_equal(threshold, rows[i].threshold, 1e-9);
  }
}

static void
test_thresholds_that_cannot_be_set(void **state)
{
  (void)state;
  static const struct {
    CalCode code;
    const char *text;
  } rows[] = {
    { CAL_CODE_D_LOW, "800" },      { CAL_CODE_D_LOW, "800mL" },      { CAL_CODE_CA_HIGH, "2000IU" },
    { CAL_CODE_MG_LOW, "0mg" },     { CAL_CODE_CA_MG_RATIO, "-1" },   { CAL_CODE_CA_MG_RATIO, "3mg" },
    { CAL_CODE_SUN_HALF, "" },      { CAL_CODE_SUN_HALF, "nan" },     { CAL_CODE_SUN_HALF, "inf" },
    { CAL_CODE_TAG_SILENT, "1e3" }, { CAL_CODE_D_HIGH, "9999999IU" }, { CAL_CODE_SAME_DOSE, "1" },
    { CAL_CODE_RECORDS_LOST, "1" }, { CAL_CODE_LEDGER_TROUBLE, "1" }, { CAL_CODE_D_LOW, "2.000IU" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    double threshold = 42;
    assert_false(cal_code_threshold_parse(rows[i].code, rows[i].text, &threshold));
    assert_float_equal(threshold, 42, 0);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_every_code_keeps_its_contract),
    cmocka_unit_test(test_only_burns_and_overdoses_are_critical),
    cmocka_unit_test(test_what_is_no_code),
    cmocka_unit_test(test_severities_have_names),
    cmocka_unit_test(test_measures_have_symbols),
    cmocka_unit_test(test_thresholds_that_can_be_set),
    cmocka_unit_test(test_thresholds_that_cannot_be_set),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
