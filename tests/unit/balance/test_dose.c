/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/dose.h>
#include <stdio.h>
#include <string.h>

#define DATE 20601
#define MAX  16

/* A day in UTC+0, its due doses and what was taken. */
typedef struct Table {
  CalDueDose due[MAX];
  size_t n_due;
  CalIntake intake[MAX];
  size_t n_intakes;
  const char *answered; /* id */
  int answer;
} Table;

static CalInstant
at(int hour, int minute)
{
  return (CalInstant)DATE * 86400 + hour * 3600 + minute * 60;
}

static CalDayFrame
frame_of(int days)
{
  return (CalDayFrame){ DATE + days, 1, { { { at(24 * days, 0), at(24 * days + 24, 0) }, 0 } } };
}

static CalProduct
product_of(const char *value, const char *name)
{
  CalProduct product;
  assert_true(cal_product_parse(value, &product, NULL));
  memset(product.name, 0, sizeof product.name);
  memcpy(product.name, name, strlen(name));
  return product;
}

static void
due(Table *table, const char *name, int hour, int minute)
{
  CalDueDose *const one = &table->due[table->n_due++];
  *one = (CalDueDose){ .due = at(hour, minute), .minute = hour * 60 + minute, .filled = CAL_INSTANT_NONE };
  memcpy(one->product, name, strlen(name));
}

static void
took_at(Table *table, const char *name, CalWay way, CalInstant when)
{
  CalIntake *const one = &table->intake[table->n_intakes];
  *one = (CalIntake){ .at = when, .way = way, .servings = 1, .twin = 99 };
  snprintf(one->id, sizeof one->id, "u:%zu", table->n_intakes++);
  memcpy(one->product, name, strlen(name));
}

static void
took(Table *table, const char *name, CalWay way, int hour, int minute)
{
  took_at(table, name, way, at(hour, minute));
}

static int
answer_of(const void *data, const char *id)
{
  const Table *const table = data;
  return table->answered != NULL && strcmp(table->answered, id) == 0 ? table->answer : 0;
}

/* What stands behind the last is not touched. */
static void
settle(Table *table)
{
  const Table before = *table;
  assert_true(table->n_due < MAX && table->n_intakes < MAX);
  cal_dose_sort(table->due, table->n_due);
  cal_dose_settle(table->intake, table->n_intakes, table->due, table->n_due, answer_of, table);
  assert_memory_equal(&table->due[table->n_due], &before.due[table->n_due], sizeof before.due[0]);
  assert_memory_equal(&table->intake[table->n_intakes], &before.intake[table->n_intakes],
                      sizeof before.intake[0]);
}

static void
assert_verdict(const Table *table, size_t i, CalIntakeVerdict verdict, int twin)
{
  assert_int_equal(table->intake[i].verdict, verdict);
  assert_int_equal(table->intake[i].twin, twin);
}

/* The header's drawing: the first fills, another way is in doubt, the same way is a second dose. */
static void
test_example(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 8, 0);
  took(&table, "d3", CAL_WAY_BUTTON, 8, 5);
  took(&table, "d3", CAL_WAY_HAND, 8, 50);
  took(&table, "d3", CAL_WAY_BUTTON, 9, 0);
  settle(&table);
  assert_verdict(&table, 0, CAL_INTAKE_COUNTS, -1);
  assert_verdict(&table, 1, CAL_INTAKE_DOUBT, 0);
  assert_verdict(&table, 2, CAL_INTAKE_COUNTS, -1);
  assert_int_equal(table.due[0].filled, at(8, 5));
  assert_int_equal(table.due[0].way, CAL_WAY_BUTTON);
}

static void
test_a_window_is_three_hours_either_way(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 8, 0);
  const CalSpan window = cal_dose_window(table.due, 1, 0);
  assert_int_equal(window.start, at(5, 0));
  assert_int_equal(window.end, at(11, 0) + 1);
}

static void
test_neighbours_meet_in_the_middle(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 8, 0);
  due(&table, "other", 9, 0);
  due(&table, "d3", 12, 0);
  due(&table, "d3", 13, 0);
  due(&table, "d3", 23, 0);
  static const struct {
    size_t i;
    int from_hour, from_minute, to_hour, to_minute, more_s;
  } rows[] = { { 0, 5, 0, 10, 0, 0 },
               { 1, 6, 0, 12, 0, 1 },
               { 2, 10, 0, 12, 30, 0 },
               { 3, 12, 30, 16, 0, 1 },
               { 4, 20, 0, 26, 0, 1 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const CalSpan window = cal_dose_window(table.due, table.n_due, rows[i].i);
    assert_int_equal(window.start, at(rows[i].from_hour, rows[i].from_minute));
    assert_int_equal(window.end, at(rows[i].to_hour, rows[i].to_minute) + rows[i].more_s);
  }
}

static void
test_each_dose_is_filled_in_its_own_window(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 12, 0);
  due(&table, "d3", 8, 0);
  took(&table, "d3", CAL_WAY_HAND, 9, 59);
  took(&table, "d3", CAL_WAY_BUTTON, 10, 30);
  took(&table, "d3", CAL_WAY_HAND, 13, 0);
  settle(&table);
  assert_verdict(&table, 0, CAL_INTAKE_COUNTS, -1);
  assert_verdict(&table, 1, CAL_INTAKE_COUNTS, -1);
  assert_verdict(&table, 2, CAL_INTAKE_DOUBT, 1);
  assert_int_equal(table.due[0].filled, at(9, 59));
  assert_int_equal(table.due[1].filled, at(10, 30));
  assert_int_equal(table.due[1].way, CAL_WAY_BUTTON);
}

static void
test_the_edges_of_a_window(void **state)
{
  (void)state;
  static const struct {
    int from_due_s;
    bool fills;
  } rows[] = { { -10801, false }, { -10800, true }, { 0, true }, { 10800, true } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    Table table = { .n_due = 0 };
    due(&table, "d3", 8, 0);
    took_at(&table, "d3", CAL_WAY_HAND, at(8, 0) + rows[i].from_due_s);
    settle(&table);
    assert_verdict(&table, 0, CAL_INTAKE_COUNTS, -1);
    assert_int_equal(table.due[0].filled != CAL_INSTANT_NONE, rows[i].fills);
  }
}

static void
test_answers(void **state)
{
  (void)state;
  static const CalIntakeVerdict verdicts[] = { CAL_INTAKE_DOUBT, CAL_INTAKE_SAME, CAL_INTAKE_COUNTS };
  for (int answer = 0; answer <= 2; answer++) {
    Table table = { .answered = "u:1", .answer = answer };
    due(&table, "d3", 8, 0);
    took(&table, "d3", CAL_WAY_HAND, 8, 0);
    took(&table, "d3", CAL_WAY_BUBBLE, 8, 30);
    took(&table, "k2", CAL_WAY_HAND, 9, 0);
    settle(&table);
    assert_verdict(&table, 0, CAL_INTAKE_COUNTS, -1);
    assert_verdict(&table, 1, verdicts[answer], 0);
    assert_verdict(&table, 2, CAL_INTAKE_COUNTS, -1);
    assert_int_equal(table.due[0].filled, at(8, 0));
  }
}

static void
test_an_answer_to_what_was_no_question_changes_nothing(void **state)
{
  (void)state;
  Table table = { .answered = "u:0", .answer = 1 };
  due(&table, "d3", 8, 0);
  took(&table, "d3", CAL_WAY_HAND, 8, 0);
  took(&table, "d3", CAL_WAY_HAND, 8, 1);
  settle(&table);
  assert_verdict(&table, 0, CAL_INTAKE_COUNTS, -1);
  assert_verdict(&table, 1, CAL_INTAKE_COUNTS, -1);
}

/* Without a schedule: the same product, another way, within ten minutes of one that counts. */
static void
test_twins_of_what_has_no_schedule(void **state)
{
  (void)state;
  static const struct {
    CalWay way;
    int after_s;
    const char *product;
    CalIntakeVerdict verdict;
  } rows[] = {
    { CAL_WAY_BUTTON, 0, "d3", CAL_INTAKE_DOUBT },    { CAL_WAY_BUTTON, 600, "d3", CAL_INTAKE_DOUBT },
    { CAL_WAY_BUTTON, 601, "d3", CAL_INTAKE_COUNTS }, { CAL_WAY_HAND, 1, "d3", CAL_INTAKE_COUNTS },
    { CAL_WAY_BUTTON, 60, "k2", CAL_INTAKE_COUNTS },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    Table table = { .n_due = 0 };
    took(&table, "d3", CAL_WAY_HAND, 10, 0);
    took_at(&table, rows[i].product, rows[i].way, at(10, 0) + rows[i].after_s);
    settle(&table);
    assert_verdict(&table, 0, CAL_INTAKE_COUNTS, -1);
    assert_verdict(&table, 1, rows[i].verdict, rows[i].verdict == CAL_INTAKE_DOUBT ? 0 : -1);
  }
}

/* Three ways for one pill: each other way is asked about by itself, and none of them counts. */
static void
test_each_other_way_is_asked_about(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 8, 0);
  took(&table, "d3", CAL_WAY_BUBBLE, 8, 0);
  took(&table, "d3", CAL_WAY_BUTTON, 8, 10);
  took(&table, "d3", CAL_WAY_HAND, 8, 20);
  settle(&table);
  assert_verdict(&table, 0, CAL_INTAKE_COUNTS, -1);
  assert_verdict(&table, 1, CAL_INTAKE_DOUBT, 0);
  assert_verdict(&table, 2, CAL_INTAKE_DOUBT, 0);
}

/* A press that arrives late is compared at its own time: it was first, and what was typed meanwhile is asked
 * about. */
static void
test_the_time_of_the_press_decides(void **state)
{
  (void)state;
  Table typed = { .n_due = 0 }, late = { .n_due = 0 };
  due(&typed, "d3", 8, 0);
  took(&typed, "d3", CAL_WAY_HAND, 9, 0);
  settle(&typed);
  assert_verdict(&typed, 0, CAL_INTAKE_COUNTS, -1);
  due(&late, "d3", 8, 0);
  took(&late, "d3", CAL_WAY_BUTTON, 8, 30); /* it came at noon */
  took(&late, "d3", CAL_WAY_HAND, 9, 0);
  settle(&late);
  assert_verdict(&late, 0, CAL_INTAKE_COUNTS, -1);
  assert_verdict(&late, 1, CAL_INTAKE_DOUBT, 0);
  assert_int_equal(late.due[0].way, CAL_WAY_BUTTON);
}

/* The same pill by two ways, told just before the window and in it: the dose is filled by what counts. */
static void
test_a_twin_before_the_window(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 8, 0);
  took(&table, "d3", CAL_WAY_HAND, 4, 58);
  took(&table, "d3", CAL_WAY_BUTTON, 5, 2);
  settle(&table);
  assert_verdict(&table, 1, CAL_INTAKE_DOUBT, 0);
  assert_int_equal(table.due[0].filled, at(5, 2)); /* not missed */
  table.due[0].filled = CAL_INSTANT_NONE;
  took(&table, "d3", CAL_WAY_BUTTON, 8, 0);
  settle(&table);
  assert_verdict(&table, 0, CAL_INTAKE_COUNTS, -1);
  assert_verdict(&table, 1, CAL_INTAKE_DOUBT, 0);
  assert_verdict(&table, 2, CAL_INTAKE_COUNTS, -1);
  assert_int_equal(table.due[0].filled, at(8, 0));
}

/* Two that are two in their own windows, however near: each dose has its own. */
static void
test_neighbouring_windows_keep_their_own(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 8, 0);
  due(&table, "d3", 12, 0);
  took(&table, "d3", CAL_WAY_HAND, 9, 59);
  took(&table, "d3", CAL_WAY_BUTTON, 10, 1);
  settle(&table);
  assert_verdict(&table, 1, CAL_INTAKE_COUNTS, -1);
  assert_int_equal(table.due[1].filled, at(10, 1));
}

/* What is in doubt is nobody's twin: only a dose that counts can be recorded twice. */
static void
test_doubts_do_not_chain(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  took(&table, "d3", CAL_WAY_HAND, 10, 0);
  took(&table, "d3", CAL_WAY_BUTTON, 10, 6);
  took(&table, "d3", CAL_WAY_HAND, 10, 12);
  settle(&table);
  assert_verdict(&table, 1, CAL_INTAKE_DOUBT, 0);
  assert_verdict(&table, 2, CAL_INTAKE_COUNTS, -1);
}

/* One product's window says nothing of another's. */
static void
test_windows_are_of_one_product(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 8, 0);
  took(&table, "k2", CAL_WAY_HAND, 8, 0);
  took(&table, "k2", CAL_WAY_BUTTON, 8, 30);
  settle(&table);
  assert_verdict(&table, 0, CAL_INTAKE_COUNTS, -1);
  assert_verdict(&table, 1, CAL_INTAKE_COUNTS, -1);
  assert_true(table.due[0].filled == CAL_INSTANT_NONE);
}

/* Just behind a window the twin of what filled it is still asked about. */
static void
test_a_twin_behind_the_window(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 8, 0);
  took(&table, "d3", CAL_WAY_HAND, 10, 58);
  took(&table, "d3", CAL_WAY_BUTTON, 11, 2);
  settle(&table);
  assert_verdict(&table, 1, CAL_INTAKE_DOUBT, 0);
}

static void
test_a_late_dose_fills(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 8, 0);
  due(&table, "d3", 19, 30);
  took(&table, "d3", CAL_WAY_HAND, 15, 0);
  settle(&table);
  assert_verdict(&table, 0, CAL_INTAKE_COUNTS, -1);
  assert_int_equal(table.due[0].filled, at(15, 0));
  assert_true(table.due[1].filled == CAL_INSTANT_NONE);
}

static void
test_the_next_dose_is_not_the_last_one_late(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "d3", 8, 0);
  due(&table, "d3", 18, 0);
  took(&table, "d3", CAL_WAY_HAND, 15, 0); /* the window of 18:00 begins */
  settle(&table);
  assert_true(table.due[0].filled == CAL_INSTANT_NONE);
  assert_int_equal(table.due[1].filled, at(15, 0));
}

static void
test_a_schedule(void **state)
{
  (void)state;
  const CalProduct product = product_of("d=2000IU at=20:00,08:00", "d3");
  const CalDayFrame frame = frame_of(0);
  CalDueDose doses[4];
  assert_int_equal(cal_dose_schedule(&product, &frame, CAL_INSTANT_NONE, doses, 0, 4), 2);
  assert_string_equal(doses[0].product, "d3");
  assert_int_equal(doses[0].due, at(8, 0));
  assert_int_equal(doses[0].minute, 480);
  assert_int_equal(doses[1].due, at(20, 0));
  assert_true(doses[1].filled == CAL_INSTANT_NONE);
  assert_int_equal(cal_dose_schedule(&product, &frame, at(8, 0), doses, 0, 4), 2);
  assert_int_equal(cal_dose_schedule(&product, &frame, at(8, 0) + 1, doses, 0, 4), 1);
  assert_int_equal(doses[0].due, at(20, 0));
  assert_int_equal(cal_dose_schedule(&product, &frame, CAL_INSTANT_NONE, doses, 3, 4), 4);
  assert_int_equal(cal_dose_schedule(&product, &frame, CAL_INSTANT_NONE, doses, 4, 4), 4);
}

static void
test_a_product_without_times_is_never_due(void **state)
{
  (void)state;
  const CalProduct product = product_of("d=2000IU every=7d", "d3");
  const CalDayFrame frame = frame_of(0);
  CalDueDose doses[4];
  assert_int_equal(cal_dose_schedule(&product, &frame, CAL_INSTANT_NONE, doses, 0, 4), 0);
}

static void
test_every_seventh_day_from_the_first(void **state)
{
  (void)state;
  CalProduct product = product_of("d=20000IU every=7d at=08:00", "weekly");
  product.from = DATE;
  for (int days = -8; days <= 21; days++) {
    const CalDayFrame frame = frame_of(days);
    CalDueDose doses[4];
    const size_t n = cal_dose_schedule(&product, &frame, CAL_INSTANT_NONE, doses, 0, 4);
    assert_int_equal(n, days >= 0 && days % 7 == 0 ? 1 : 0);
  }
}

static void
test_a_dose_that_the_clock_jumps_over_is_due_after_the_jump(void **state)
{
  (void)state;
  const CalProduct product = product_of("d=2000IU at=02:30", "d3");
  const CalDayFrame frame = { DATE,
                              2,
                              { { { at(-1, 0), at(1, 0) }, 3600 }, { { at(1, 0), at(22, 0) }, 7200 } } };
  CalDueDose doses[4];
  assert_int_equal(cal_dose_schedule(&product, &frame, CAL_INSTANT_NONE, doses, 0, 4), 1);
  assert_int_equal(doses[0].due, at(1, 0));
}

static void
test_sorted_by_instant_and_product(void **state)
{
  (void)state;
  Table table = { .n_due = 0 };
  due(&table, "b", 8, 0);
  due(&table, "c", 7, 0);
  due(&table, "a", 8, 0);
  due(&table, "a", 6, 0);
  cal_dose_sort(table.due, table.n_due);
  assert_int_equal(table.due[0].due, at(6, 0));
  assert_string_equal(table.due[1].product, "c");
  assert_string_equal(table.due[2].product, "a");
  assert_string_equal(table.due[3].product, "b");
}

/* Twelve hours after it was due a dose is missed, and not a second before. */
static void
test_the_last_second_of_being_late(void **state)
{
  (void)state;
  for (int late = 0; late < 2; late++) {
    Table table = { .n_due = 0 };
    due(&table, "d3", 8, 0);
    took_at(&table, "d3", CAL_WAY_HAND, at(20, 0) - 1 + late);
    cal_dose_settle(table.intake, table.n_intakes, table.due, table.n_due, answer_of, &table);
    assert_int_equal(table.due[0].filled != CAL_INSTANT_NONE, !late);
  }
}

/* No more doses are made than there is room for, and none that was due before. */
static void
test_the_room_of_a_schedule(void **state)
{
  (void)state;
  const CalProduct product = product_of("d=1IU at=08:00,12:00,20:00", "d3");
  const CalDayFrame frame = frame_of(0);
  CalDueDose doses[4] = { { .due = 7 }, { .due = 7 }, { .due = 7 }, { .due = 7 } };
  assert_int_equal(cal_dose_schedule(&product, &frame, at(0, 0), doses, 0, 2), 2);
  assert_int_equal(doses[2].due, 7);
  assert_int_equal(cal_dose_schedule(&product, &frame, at(12, 0), doses, 1, 4), 3);
  assert_int_equal(doses[1].due, at(12, 0));
  assert_int_equal(cal_dose_schedule(&product, &frame, at(12, 0) + 1, doses, 0, 4), 1);
  assert_int_equal(doses[0].due, at(20, 0));
  assert_int_equal(cal_dose_schedule(&product, &frame, at(0, 0), doses, 4, 4), 4);
}

/* A twin is ten minutes old at most, to the second; the same way never is one. */
static void
test_how_old_a_twin_may_be(void **state)
{
  (void)state;
  for (int older = 0; older < 2; older++)
    for (int same_way = 0; same_way < 2; same_way++) {
      Table table = { .n_due = 0 };
      took_at(&table, "d3", CAL_WAY_HAND, at(9, 0));
      took_at(&table, "d3", same_way ? CAL_WAY_HAND : CAL_WAY_BUBBLE, at(9, 10) + older);
      cal_dose_settle(table.intake, table.n_intakes, table.due, table.n_due, answer_of, &table);
      assert_int_equal(table.intake[1].verdict, older || same_way ? CAL_INTAKE_COUNTS : CAL_INTAKE_DOUBT);
      assert_int_equal(table.intake[1].twin, older || same_way ? -1 : 0);
      assert_int_equal(table.intake[0].twin, -1);
    }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_a_window_is_three_hours_either_way),
    cmocka_unit_test(test_neighbours_meet_in_the_middle),
    cmocka_unit_test(test_each_dose_is_filled_in_its_own_window),
    cmocka_unit_test(test_the_edges_of_a_window),
    cmocka_unit_test(test_answers),
    cmocka_unit_test(test_an_answer_to_what_was_no_question_changes_nothing),
    cmocka_unit_test(test_twins_of_what_has_no_schedule),
    cmocka_unit_test(test_each_other_way_is_asked_about),
    cmocka_unit_test(test_the_time_of_the_press_decides),
    cmocka_unit_test(test_a_twin_before_the_window),
    cmocka_unit_test(test_neighbouring_windows_keep_their_own),
    cmocka_unit_test(test_doubts_do_not_chain),
    cmocka_unit_test(test_windows_are_of_one_product),
    cmocka_unit_test(test_a_twin_behind_the_window),
    cmocka_unit_test(test_a_late_dose_fills),
    cmocka_unit_test(test_the_next_dose_is_not_the_last_one_late),
    cmocka_unit_test(test_a_schedule),
    cmocka_unit_test(test_a_product_without_times_is_never_due),
    cmocka_unit_test(test_every_seventh_day_from_the_first),
    cmocka_unit_test(test_a_dose_that_the_clock_jumps_over_is_due_after_the_jump),
    cmocka_unit_test(test_sorted_by_instant_and_product),
    cmocka_unit_test(test_the_last_second_of_being_late),
    cmocka_unit_test(test_the_room_of_a_schedule),
    cmocka_unit_test(test_how_old_a_twin_may_be),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
