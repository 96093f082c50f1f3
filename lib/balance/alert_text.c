/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An alert's life as one line of text, which the ledger keeps over the daemon's end. */
#include <calcifer/alert.h>

#include <math.h>
#include <string.h>

#include <calcifer/number.h>

#include "alert_slot.h"
#include "contents.h"
#include "fold.h"
#include "word.h"

/* "1 ID CODE SEVERITY STATE SINCE SHOWN UNTIL DISMISSED VALUE SEVERITY SUBJECT": numbers, "-" for what is
 * not; the subject to the end of the line. */
#define MEMORY_VERSION "1"

/* Behind a space. The longest line fits: the version, an id, a code's name, two enumerators, four instants, a
 * value, one more enumerator and a full subject are under 220 bytes. */
static void
append_word(char *text, const char *word)
{
  (void)cal_text_append(text, CAL_ALERT_TEXT_SIZE, " ");
  (void)cal_text_append(text, CAL_ALERT_TEXT_SIZE, word);
}

static void
append_number(char *text, double value)
{
  char number[CAL_NUMBER_TEXT_SIZE];
  append_word(text, cal_number_format(value, 6, number) ? number : "-");
}

static void
append_instant(char *text, CalInstant instant)
{
  if (instant == CAL_INSTANT_NONE)
    append_word(text, "-");
  else
    append_number(text, (double)instant);
}

void
cal_alert_format(const CalAlert *alert, char text[CAL_ALERT_TEXT_SIZE])
{
  text[0] = '\0';
  if (alert->state == CAL_ALERT_NONE)
    return;
  (void)cal_text_append(text, CAL_ALERT_TEXT_SIZE, MEMORY_VERSION);
  append_number(text, alert->id);
  append_word(text, cal_code_name(alert->finding.code));
  append_number(text, alert->finding.severity);
  append_number(text, alert->state);
  append_instant(text, alert->since);
  append_instant(text, alert->shown);
  append_instant(text, alert->until);
  append_instant(text, alert->dismissed);
  append_number(text, alert->shown_value);
  append_number(text, alert->shown_severity);
  append_word(text, alert->finding.subject);
}

/* One number or "-", which is NAN. */
static bool
read_number(const char **cursor, double low, double high, double *value)
{
  char copy[CAL_NUMBER_TEXT_SIZE];
  CalWord word;
  if (!cal_word_next(cursor, &word) || !cal_word_copy(word, copy, sizeof copy))
    return false;
  *value = NAN;
  return strcmp(copy, "-") == 0 || (cal_number_parse(copy, value) && *value >= low && *value <= high);
}

static bool
read_instant(const char **cursor, CalInstant *instant)
{
  double value;
  if (!read_number(cursor, -1e12, 1e12, &value))
    return false;
  *instant = isnan(value) ? CAL_INSTANT_NONE : (CalInstant)value;
  return true;
}

static bool
read_enum(const char **cursor, int most, int *value)
{
  double number;
  if (!read_number(cursor, 0, most, &number) || isnan(number))
    return false;
  *value = (int)number;
  return true;
}

static bool
read_code(const char **cursor, CalCode *code)
{
  char name[32];
  CalWord word;
  return cal_word_next(cursor, &word) && cal_word_copy(word, name, sizeof name) && cal_code_parse(name, code);
}

static bool
read_alert(const char *text, CalAlert *alert)
{
  double id;
  int severity, state, shown_severity;
  CalWord version;
  const char *cursor = text;
  cal_alert_clear(alert);
  if (!cal_word_next(&cursor, &version) || !cal_word_is(version, MEMORY_VERSION) ||
      !read_number(&cursor, 1, UINT32_MAX - 1.0, &id) || isnan(id) ||
      !read_code(&cursor, &alert->finding.code) || !read_enum(&cursor, CAL_SEVERITY_CRITICAL, &severity) ||
      !read_enum(&cursor, CAL_ALERT_OVER, &state) || !read_instant(&cursor, &alert->since) ||
      !read_instant(&cursor, &alert->shown) || !read_instant(&cursor, &alert->until) ||
      !read_instant(&cursor, &alert->dismissed) ||
      !read_number(&cursor, -CAL_NUMBER_FORMAT_MAX, CAL_NUMBER_FORMAT_MAX, &alert->shown_value) ||
      !read_enum(&cursor, CAL_SEVERITY_CRITICAL, &shown_severity))
    return false;
  cursor += *cursor == ' ';
  alert->id = (uint32_t)id;
  alert->state = (CalAlertState)state;
  alert->shown_severity = (CalSeverity)shown_severity;
  alert->finding.severity = (CalSeverity)severity;
  alert->finding.measure = cal_code_facts(alert->finding.code)->measure;
  cal_day_copy_text(alert->finding.subject, sizeof alert->finding.subject, cursor);
  return state != CAL_ALERT_NONE;
}

bool
cal_alerts_restore(CalAlerts *alerts, uint32_t slot, const char *text)
{
  CalAlert alert;
  if (slot >= CAL_ALERT_MAX || !read_alert(text, &alert))
    return false;
  alerts->alert[slot] = alert;
  if (alert.id >= alerts->next_id)
    alerts->next_id = alert.id + 1;
  return true;
}
