/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/code.h>

#include <math.h>
#include <string.h>

#include <calcifer/amount.h>
#include <calcifer/number.h>
#include <calcifer/units.h>

#define HOUR 3600
#define DAY  (24 * HOUR)

/* Thresholds and tones: doc/model.md, "What sets off which notice". Quiet times are ours: what moves in weeks
 * is said once a week, what moves in a day once a day. The share of the battery and the hours of silence are
 * ours too: a coin cell below a fifth has some weeks left, and who takes the tag along meets it every day. So
 * are the hours of one and the same reading: in three of daylight the clear sky's own index moves by a tenth
 * and more. So is the longest stay of which a sun window speaks: nobody is called out for more than two
 * hours. */
static const CalCodeFacts facts[CAL_CODE_COUNT] = {
  { CAL_CODE_D_LOW, "d-low", CAL_SEVERITY_NOTICE, CAL_MEASURE_IU, NAN, 7 * DAY },
  { CAL_CODE_D_HIGH, "d-high", CAL_SEVERITY_WARNING, CAL_MEASURE_IU, NAN, 3 * DAY },
  { CAL_CODE_D_VERY_HIGH, "d-very-high", CAL_SEVERITY_CRITICAL, CAL_MEASURE_IU, 10000, DAY },
  { CAL_CODE_D_WITHOUT_K2, "d-without-k2", CAL_SEVERITY_INFORMATION, CAL_MEASURE_IU, 2000, 14 * DAY },
  { CAL_CODE_D_WITHOUT_MAGNESIUM, "d-without-magnesium", CAL_SEVERITY_NOTICE, CAL_MEASURE_IU, 2000,
    14 * DAY },
  { CAL_CODE_CA_HIGH, "ca-high", CAL_SEVERITY_WARNING, CAL_MEASURE_MG, NAN, 3 * DAY },
  { CAL_CODE_CA_SUPPLEMENT_HIGH, "ca-supplement-high", CAL_SEVERITY_NOTICE, CAL_MEASURE_MG, 1000, 3 * DAY },
  { CAL_CODE_CA_MG_RATIO, "ca-mg-ratio", CAL_SEVERITY_NOTICE, CAL_MEASURE_RATIO, 3, 7 * DAY },
  { CAL_CODE_MG_LOW, "mg-low", CAL_SEVERITY_NOTICE, CAL_MEASURE_MG, NAN, 7 * DAY },
  { CAL_CODE_MG_SUPPLEMENT_HIGH, "mg-supplement-high", CAL_SEVERITY_WARNING, CAL_MEASURE_MG, NAN, 3 * DAY },
  { CAL_CODE_K_STEADY, "k-steady", CAL_SEVERITY_WARNING, CAL_MEASURE_RATIO, 1.0 / 3.0, 7 * DAY },
  { CAL_CODE_SAME_DOSE, "same-dose", CAL_SEVERITY_NOTICE, CAL_MEASURE_NONE, NAN, DAY },
  { CAL_CODE_SUN_HALF, "sun-half", CAL_SEVERITY_NOTICE, CAL_MEASURE_MED, 0.5, DAY },
  { CAL_CODE_SUN_NEAR, "sun-near", CAL_SEVERITY_WARNING, CAL_MEASURE_MED, 0.8, DAY },
  { CAL_CODE_SUN_BURN, "sun-burn", CAL_SEVERITY_CRITICAL, CAL_MEASURE_MED, 1.0, DAY },
  { CAL_CODE_SUN_PROTECT, "sun-protect", CAL_SEVERITY_INFORMATION, CAL_MEASURE_UVI, 3, DAY },
  { CAL_CODE_SUN_WINDOW, "sun-window", CAL_SEVERITY_NOTICE, CAL_MEASURE_MINUTES, 120, DAY },
  { CAL_CODE_INTAKE_MISSED, "intake-missed", CAL_SEVERITY_NOTICE, CAL_MEASURE_MINUTES, 60, DAY },
  { CAL_CODE_TAG_BATTERY, "tag-battery", CAL_SEVERITY_NOTICE, CAL_MEASURE_PERCENT, 20, 7 * DAY },
  { CAL_CODE_TAG_SILENT, "tag-silent", CAL_SEVERITY_NOTICE, CAL_MEASURE_HOURS, 24, 2 * DAY },
  { CAL_CODE_RECORDS_LOST, "records-lost", CAL_SEVERITY_NOTICE, CAL_MEASURE_COUNT, NAN, DAY },
  { CAL_CODE_BLUETOOTH_OFF, "bluetooth-off", CAL_SEVERITY_NOTICE, CAL_MEASURE_NONE, NAN, 6 * HOUR },
  { CAL_CODE_LEDGER_TROUBLE, "ledger-trouble", CAL_SEVERITY_WARNING, CAL_MEASURE_NONE, NAN, HOUR },
  { CAL_CODE_TAG_COUNTER, "tag-counter", CAL_SEVERITY_NOTICE, CAL_MEASURE_NONE, NAN, DAY },
  { CAL_CODE_TAG_PLACE, "tag-place", CAL_SEVERITY_NOTICE, CAL_MEASURE_COUNT, NAN, DAY },
  { CAL_CODE_TAG_STUCK, "tag-stuck", CAL_SEVERITY_NOTICE, CAL_MEASURE_HOURS, 3, DAY },
  { CAL_CODE_TAG_BOND, "tag-bond", CAL_SEVERITY_NOTICE, CAL_MEASURE_NONE, NAN, DAY },
  { CAL_CODE_TAG_CLOCK, "tag-clock", CAL_SEVERITY_NOTICE, CAL_MEASURE_NONE, NAN, 7 * DAY },
};

const CalCodeFacts *
cal_code_facts(CalCode code)
{
  return &facts[code];
}

const char *
cal_code_name(CalCode code)
{
  return facts[code].name;
}

bool
cal_code_parse(const char *name, CalCode *code)
{
  for (int i = 0; i < CAL_CODE_COUNT; i++)
    if (strcmp(facts[i].name, name) == 0) {
      *code = (CalCode)i;
      return true;
    }
  return false;
}

const char *
cal_severity_name(CalSeverity severity)
{
  static const char *const names[] = { "information", "notice", "warning", "critical" };
  return names[severity];
}

const char *
cal_measure_symbol(CalMeasure measure)
{
  static const char *const symbols[] = {
    [CAL_MEASURE_NONE] = "",     [CAL_MEASURE_IU] = "IU",       [CAL_MEASURE_MG] = "mg",
    [CAL_MEASURE_UG] = "ug",     [CAL_MEASURE_RATIO] = "",      [CAL_MEASURE_MED] = "MED",
    [CAL_MEASURE_UVI] = "UVI",   [CAL_MEASURE_MINUTES] = "min", [CAL_MEASURE_HOURS] = "h",
    [CAL_MEASURE_PERCENT] = "%", [CAL_MEASURE_COUNT] = "",
  };
  return symbols[measure];
}

static bool
parse_iu(const char *text, double *threshold)
{
  CalAmount amount;
  double ug;
  if (cal_amount_parse(text, &amount) != CAL_AMOUNT_OK)
    return false;
  if (amount.unit == CAL_UNIT_IU)
    *threshold = amount.value;
  else if (cal_amount_convert(&amount, CAL_UNIT_UG, &ug))
    *threshold = cal_iu_from_ug(ug);
  else
    return false;
  return true;
}

static bool
parse_mass(const char *text, CalUnit unit, double *threshold)
{
  CalAmount amount;
  return cal_amount_parse(text, &amount) == CAL_AMOUNT_OK && cal_amount_convert(&amount, unit, threshold);
}

static bool
parse_by_measure(CalMeasure measure, const char *text, double *threshold)
{
  switch (measure) {
  case CAL_MEASURE_IU:
    return parse_iu(text, threshold);
  case CAL_MEASURE_MG:
    return parse_mass(text, CAL_UNIT_MG, threshold);
  case CAL_MEASURE_UG:
    return parse_mass(text, CAL_UNIT_UG, threshold);
  case CAL_MEASURE_RATIO:
  case CAL_MEASURE_MED:
  case CAL_MEASURE_UVI:
  case CAL_MEASURE_MINUTES:
  case CAL_MEASURE_HOURS:
  case CAL_MEASURE_PERCENT:
    return cal_number_parse(text, threshold);
  case CAL_MEASURE_NONE:
  case CAL_MEASURE_COUNT:
    return false;
  }
  return false;
}

bool
cal_code_threshold_parse(CalCode code, const char *text, double *threshold)
{
  double value;
  if (!parse_by_measure(facts[code].measure, text, &value) || !(value > 0) || value > 1e6)
    return false;
  *threshold = value;
  return true;
}
