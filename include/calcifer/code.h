/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The codes of what Calcifer may say: one table is the enum, the name on the bus, on the command line and in
 * the ledger, the tone, the threshold and the quiet time. What has no row here is never said.
 *
 *   CalCode code;
 *   cal_code_parse("sun-half", &code)            true; CAL_CODE_SUN_HALF
 *   cal_code_facts(CAL_CODE_SUN_HALF)->severity  CAL_SEVERITY_NOTICE
 */
#ifndef CALCIFER_CODE_H
#define CALCIFER_CODE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalCode {
  CAL_CODE_D_LOW,
  CAL_CODE_D_HIGH,
  CAL_CODE_D_VERY_HIGH,
  CAL_CODE_D_WITHOUT_K2,
  CAL_CODE_D_WITHOUT_MAGNESIUM,
  CAL_CODE_CA_HIGH,
  CAL_CODE_CA_SUPPLEMENT_HIGH,
  CAL_CODE_CA_MG_RATIO,
  CAL_CODE_MG_LOW,
  CAL_CODE_MG_SUPPLEMENT_HIGH,
  CAL_CODE_K_STEADY,
  CAL_CODE_SAME_DOSE,
  CAL_CODE_SUN_HALF,
  CAL_CODE_SUN_NEAR,
  CAL_CODE_SUN_BURN,
  CAL_CODE_SUN_PROTECT,
  CAL_CODE_SUN_WINDOW,
  CAL_CODE_INTAKE_MISSED,
  CAL_CODE_TAG_BATTERY,
  CAL_CODE_TAG_SILENT,
  CAL_CODE_RECORDS_LOST,
  CAL_CODE_BLUETOOTH_OFF,
  CAL_CODE_LEDGER_TROUBLE,
  CAL_CODE_TAG_COUNTER,
  CAL_CODE_TAG_PLACE,
  CAL_CODE_TAG_STUCK,
  CAL_CODE_TAG_BOND,
  CAL_CODE_TAG_CLOCK,
} CalCode;

#define CAL_CODE_COUNT 28

typedef enum CalSeverity {
  CAL_SEVERITY_INFORMATION,
  CAL_SEVERITY_NOTICE,
  CAL_SEVERITY_WARNING,
  CAL_SEVERITY_CRITICAL,
} CalSeverity;

/* What a finding's value, its reference and the threshold of its code are measured in. */
typedef enum CalMeasure {
  CAL_MEASURE_NONE,
  CAL_MEASURE_IU,    /* vitamin D in a day */
  CAL_MEASURE_MG,    /* a mineral in a day */
  CAL_MEASURE_UG,    /* vitamin K in a day */
  CAL_MEASURE_RATIO, /* of two masses; or the share by which something moved */
  CAL_MEASURE_MED,   /* share of a minimal erythemal dose, 1 being the whole */
  CAL_MEASURE_UVI,   /* UV index */
  CAL_MEASURE_MINUTES,
  CAL_MEASURE_HOURS,
  CAL_MEASURE_PERCENT, /* of a battery */
  CAL_MEASURE_COUNT,
} CalMeasure;

typedef struct CalCodeFacts {
  CalCode code;
  const char *name;     /* "d-low" */
  CalSeverity severity; /* the ordinary tone; a finding may be softer */
  CalMeasure measure;
  double threshold; /* the default; NAN: it is the reference intake of the person's age and sex */
  int32_t quiet_s;  /* no second bubble for the same cause within this time */
} CalCodeFacts;

/* The row of a code; the code must be one. */
const CalCodeFacts *cal_code_facts(CalCode code);

const char *cal_code_name(CalCode code);
bool cal_code_parse(const char *name, CalCode *code);

/* "information", "notice", "warning", "critical". */
const char *cal_severity_name(CalSeverity severity);

/* "IU", "mg", "ug", "MED", "UVI", "min", "h", "%"; "" for a ratio, a count and none. */
const char *cal_measure_symbol(CalMeasure measure);

/* Parses what `threshold.CODE` may be set to: an amount with its unit where the measure is one of mass or IU,
 * else a plain number above 0. The value comes in the code's measure. False: not a threshold of this code. */
bool cal_code_threshold_parse(CalCode code, const char *text, double *threshold);

#ifdef __cplusplus
}
#endif

#endif
