/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/dose.h>

#include <string.h>

/* So long after its due time a dose may still be recorded as taken late: a choice. */
#define LATE_S (12 * 3600)

/* -- Schedules -- */

size_t
cal_dose_schedule(const CalProduct *product, const CalDayFrame *frame, CalInstant since, CalDueDose *due,
                  size_t n_due, size_t max)
{
  if (!cal_product_is_due_on(product, frame->date))
    return n_due;
  for (uint32_t i = 0; i < product->n_times && n_due < max; i++) {
    const CalInstant at = cal_frame_instant(frame, product->minute[i]);
    if (at == CAL_INSTANT_NONE || at < since)
      continue;
    due[n_due] = (CalDueDose){ .due = at, .minute = product->minute[i], .filled = CAL_INSTANT_NONE };
    memcpy(due[n_due].product, product->name, sizeof product->name);
    n_due++;
  }
  return n_due;
}

static int
compare(const CalDueDose *a, const CalDueDose *b)
{
  if (a->due != b->due)
    return a->due < b->due ? -1 : 1;
  return strcmp(a->product, b->product);
}

void
cal_dose_sort(CalDueDose *due, size_t n_due)
{
  for (size_t i = 1; i < n_due; i++) {
    const CalDueDose moved = due[i];
    size_t at = i;
    for (; at > 0 && compare(&due[at - 1], &moved) > 0; at--)
      due[at] = due[at - 1];
    due[at] = moved;
  }
}

/* -- Windows -- */

static CalInstant
middle(CalInstant a, CalInstant b)
{
  return a + (b - a) / 2;
}

CalSpan
cal_dose_window(const CalDueDose *due, size_t n_due, size_t i)
{
  CalSpan window = { due[i].due - CAL_DOSE_WINDOW_S, due[i].due + CAL_DOSE_WINDOW_S + 1 };
  for (size_t j = i; j-- > 0;)
    if (strcmp(due[j].product, due[i].product) == 0) {
      const CalInstant meet = middle(due[j].due, due[i].due);
      window.start = meet > window.start ? meet : window.start;
      break;
    }
  for (size_t j = i + 1; j < n_due; j++)
    if (strcmp(due[j].product, due[i].product) == 0) {
      const CalInstant meet = middle(due[i].due, due[j].due);
      window.end = meet < window.end ? meet : window.end;
      break;
    }
  return window;
}

/* The due dose in whose window the instant lies; -1 when in none. */
static int
dose_at(const CalDueDose *due, size_t n_due, const char *product, CalInstant at)
{
  for (size_t i = 0; i < n_due; i++) {
    if (strcmp(due[i].product, product) != 0)
      continue;
    const CalSpan window = cal_dose_window(due, n_due, i);
    if (at >= window.start && at < window.end)
      return (int)i;
  }
  return -1;
}

/* -- Verdicts -- */

/* The latest of the same product before `i` that counts, came by another way, and is no older than the twins
 * of a dose are; -1 for none. */
static int32_t
twin_outside(const CalIntake *intake, size_t i)
{
  for (size_t j = i; j-- > 0;) {
    if (intake[i].at - intake[j].at > CAL_DOSE_TWIN_S)
      return -1;
    if (intake[j].verdict == CAL_INTAKE_COUNTS && intake[j].way != intake[i].way &&
        strcmp(intake[j].product, intake[i].product) == 0)
      return (int32_t)j;
  }
  return -1;
}

static CalIntakeVerdict
doubt(int answer)
{
  return answer == 1 ? CAL_INTAKE_SAME : answer == 2 ? CAL_INTAKE_COUNTS : CAL_INTAKE_DOUBT;
}

static void
settle_outside(CalIntake *intake, size_t i, CalDoseAnswer answer, const void *data)
{
  const int32_t twin = twin_outside(intake, i);
  intake[i].twin = twin;
  intake[i].verdict = twin < 0 ? CAL_INTAKE_COUNTS : doubt(answer(data, intake[i].id));
}

/* The twin of an intake that would fill a dose, when it was told just before any window began; -1 for none.
 * In a neighbouring window it is another dose. */
static int32_t
twin_before(const CalIntake *intake, size_t i, const CalDueDose *due, size_t n_due)
{
  const int32_t twin = twin_outside(intake, i);
  return twin < 0 || dose_at(due, n_due, intake[twin].product, intake[twin].at) >= 0 ? -1 : twin;
}

/* `filler`: the intake that filled this dose; -1 while it is open. `before`: its twin before the window. */
static void
settle_in_window(CalIntake *intake, size_t i, CalDueDose *due, int32_t *filler, int32_t before,
                 CalDoseAnswer answer, const void *data)
{
  intake[i].verdict = CAL_INTAKE_COUNTS;
  if (*filler < 0 && before >= 0) {
    intake[i].twin = before;
    intake[i].verdict = doubt(answer(data, intake[i].id));
  }
  if (intake[i].verdict != CAL_INTAKE_COUNTS) {
    due->filled = intake[i].at; /* not missed, whatever is answered; what counts still may fill it */
    due->way = intake[i].way;
    return;
  }
  if (*filler < 0) {
    *filler = (int32_t)i;
    due->filled = intake[i].at;
    due->way = intake[i].way;
  } else if (due->way != intake[i].way) {
    intake[i].twin = *filler;
    intake[i].verdict = doubt(answer(data, intake[i].id));
  }
}

/* A dose that was recorded late, outside of its window, is not missed: it takes the first that counts, is not
 * in another dose's window and comes before the next dose of its product. */
static void
fill_late(const CalIntake *intake, size_t n_intakes, CalDueDose *due, size_t n_due, size_t i)
{
  CalInstant until = due[i].due + LATE_S;
  for (size_t j = n_due; j-- > i + 1;)
    if (strcmp(due[j].product, due[i].product) == 0 && due[j].due < until)
      until = due[j].due;
  for (size_t j = 0; j < n_intakes; j++) {
    const CalIntake *const one = &intake[j];
    if (one->verdict != CAL_INTAKE_COUNTS || one->at < due[i].due || one->at >= until ||
        strcmp(one->product, due[i].product) != 0 || dose_at(due, n_due, one->product, one->at) >= 0)
      continue;
    due[i].filled = one->at;
    due[i].way = one->way;
    return;
  }
}

void
cal_dose_settle(CalIntake *intake, size_t n_intakes, CalDueDose *due, size_t n_due, CalDoseAnswer answer,
                const void *data)
{
  int32_t filler[CAL_DOSE_MAX_WINDOWS];
  const size_t n = n_due < CAL_DOSE_MAX_WINDOWS ? n_due : CAL_DOSE_MAX_WINDOWS;
  for (size_t i = 0; i < n; i++)
    filler[i] = -1;
  for (size_t i = 0; i < n_intakes; i++) {
    intake[i].twin = -1;
    const int dose = dose_at(due, n, intake[i].product, intake[i].at);
    if (dose < 0)
      settle_outside(intake, i, answer, data);
    else
      settle_in_window(intake, i, &due[dose], &filler[dose], twin_before(intake, i, due, n), answer, data);
  }
  for (size_t i = 0; i < n; i++)
    if (due[i].filled == CAL_INSTANT_NONE)
      fill_late(intake, n_intakes, due, n, i);
}
