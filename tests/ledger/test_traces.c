/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What past days leave behind comes out as a fold over all of them, however it is asked for and cached. */
#include "desk.h"

#include "app/days.h"
#include "app/packed.h"

#include <calcifer/product.h>

#include <math.h>

#define N_DAYS   100
#define DAY_S    86400
#define FIRST    (NOON - NOON % DAY_S + 12 * 3600)
#define N_BLOCKS 2 /* whole ones that are long over at NOW */
#define NOW      (FIRST + N_DAYS * (gint64)DAY_S)

typedef struct Book {
  Desk *desk;
  CalZones *zones;
  CalDays *days;
} Book;

static void
open_days(Book *book)
{
  book->zones = cal_zones_new();
  book->days = cal_days_new(book->desk->ledger, book->zones, NULL);
  assert_non_null(book->days);
}

static void
close_days(Book *book)
{
  cal_days_free(book->days);
  cal_zones_free(book->zones);
}

static CalDate
date_of(int day)
{
  return (CalDate)(FIRST / DAY_S) + day;
}

/* A day, or none in seven, with a pill of its own strength, and a laboratory value now and then. */
static void
fill(Desk *desk)
{
  desk_enter(desk, CAL_ENTRY_PRODUCT, FIRST - DAY_S, "d3k2", "d=1000IU mk7=50ug");
  for (int day = 0; day < N_DAYS; day++) {
    g_autofree char *servings = g_strdup_printf("%d", 1 + day % 5);
    if (day == 0 || day % 7 != 0)
      desk_enter(desk, CAL_ENTRY_TAKE, FIRST + day * DAY_S, "d3k2", servings);
    if (day % 33 == 20)
      desk_enter(desk, CAL_ENTRY_LAB, FIRST + day * DAY_S, "", "70nmol/L");
  }
}

typedef struct End {
  CalSerumEstimate serum;
  double carried_ug;
} End;

/* All days folded, one after another. */
static End
plainly(Book *book, int to)
{
  End end = { .carried_ug = 0 };
  double mk7_ug = 0;
  CalSerum serum = cal_serum_begin(cal_serum_default_nmol_l(CAL_WEIGHT_NORMAL));
  for (int day = 0; day <= to; day++) {
    CalDayResult result;
    assert_true(cal_days_fold(book->days, date_of(day), NOW, &result, NULL));
    if (day > 0)
      end.carried_ug = cal_nutrients_mk7_carried_ug(end.carried_ug, mk7_ug);
    mk7_ug = cal_day_total(&result, CAL_NUTRIENT_MK7);
    end.serum = cal_serum_step(&serum, cal_day_total(&result, CAL_NUTRIENT_VITAMIN_D),
                               result.n_labs > 0 ? result.lab[result.n_labs - 1].nmol_l : NAN);
  }
  return end;
}

/* FALSE when it is not known yet. */
static gboolean
ask(Book *book, int day, End *end)
{
  *end = (End){ .carried_ug = 0 };
  const gboolean known = cal_days_past(book->days, date_of(day), NOW, &end->serum, &end->carried_ug);
  assert_true(known || cal_days_are_behind(book->days));
  return known;
}

/* A slice as short as there is one. */
static gboolean
go_on(Book *book)
{
  return cal_days_go_on(book->days, NOW, 0);
}

static void
go_on_to_the_end(Book *book)
{
  while (!go_on(book))
    assert_true(cal_days_are_behind(book->days));
  assert_false(cal_days_are_behind(book->days));
}

static void
assert_as_plainly(Book *book, int day)
{
  End end;
  const End expected = plainly(book, day);
  if (!ask(book, day, &end)) {
    go_on_to_the_end(book);
    assert_true(ask(book, day, &end));
  }
  assert_float_equal(end.serum.nmol_l, expected.serum.nmol_l, 0);
  assert_float_equal(end.serum.low, expected.serum.low, 0);
  assert_float_equal(end.serum.high, expected.serum.high, 0);
  assert_float_equal(end.carried_ug, expected.carried_ug, 0);
}

static void
test_any_day_in_any_order(void **state)
{
  static const int asked[] = { 99, 5, 6, 40, 39, 99, 0, 98, 64, 63, 100 };
  Book book = { .desk = *state };
  fill(book.desk);
  for (int again = 0; again < 2; again++) { /* from days, then from what is cached of them */
    open_days(&book);
    for (gsize i = 0; i < G_N_ELEMENTS(asked); i++)
      assert_as_plainly(&book, asked[i]);
    close_days(&book);
  }
}

/* All days are known, and rest. */
static void
open_and_rest(Book *book)
{
  fill(book->desk);
  open_days(book);
  assert_as_plainly(book, 100);
  cal_days_rest(book->days);
}

/* Whatever is asked behind a rest, and behind a rest and something else. */
static void
test_rests_between(void **state)
{
  static const int asked[] = { 99, 100, 5, 6, 98, 95, 94, 93, 99, 0, 64, 100 };
  Book book = { .desk = *state };
  fill(book.desk);
  open_days(&book);
  assert_as_plainly(&book, 100);
  assert_as_plainly(&book, 5);
  cal_days_rest(book.days);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS(asked); i++) {
    assert_as_plainly(&book, asked[i % G_N_ELEMENTS(asked)]);
    if (i < G_N_ELEMENTS(asked) || i % 3 == 0)
      cal_days_rest(book.days);
  }
  close_days(&book);
}

/* All days changed, also those before any: nothing is good that could be let go of. */
static void
test_a_rest_behind_a_change_of_everything(void **state)
{
  Book book = { .desk = *state };
  fill(book.desk);
  open_days(&book);
  for (int rested = 0; rested < 2; rested++) {
    assert_as_plainly(&book, 100);
    if (rested)
      cal_days_rest(book.days);
    cal_days_drop(book.days, CAL_DATE_NONE + 1, INT32_MAX);
    cal_days_rest(book.days);
    assert_as_plainly(&book, 100);
    assert_as_plainly(&book, 3);
  }
  close_days(&book);
}

/* Days that were let go of, those that were kept, and the first of these; each is changed behind a rest. */
static void
test_something_late_behind_a_rest(void **state)
{
  static const int changed[] = { 50, 98, 95, 93, 92, 91, 99, 0 };
  Book book = { .desk = *state };
  fill(book.desk);
  open_days(&book);
  for (gsize i = 0; i < G_N_ELEMENTS(changed); i++) {
    assert_as_plainly(&book, 100);
    cal_days_rest(book.days);
    desk_enter(book.desk, CAL_ENTRY_TAKE, FIRST + changed[i] * (gint64)DAY_S + 60, "d3k2", "20");
    cal_days_forget(book.days, date_of(changed[i]), date_of(changed[i]));
    assert_as_plainly(&book, 100);
    assert_as_plainly(&book, changed[i]);
  }
  close_days(&book);
  open_days(&book); /* and what was cached is as good */
  assert_as_plainly(&book, 100);
  close_days(&book);
}

/* An old day brings back the row, whole and from what is cached of it: the next days take no fold and no
 * commit. */
static void
test_the_past_behind_a_rest(void **state)
{
  End end;
  Book book = { .desk = *state };
  open_and_rest(&book);
  assert_true(ask(&book, 1, &end));
  desk_sql(book.desk->path, "DELETE FROM day");
  const guint64 folds = cal_days_n_folded(book.days);
  assert_true(ask(&book, 2, &end));
  assert_true(ask(&book, 97, &end));
  assert_int_equal(cal_days_n_folded(book.days), folds);
  assert_int_equal(desk_sql_number(book.desk->path, "SELECT count(*) FROM day"), 0);
  close_days(&book);
}

/* Who asks for the newest days alone has nothing of the old ones read. */
static void
test_today_behind_a_rest(void **state)
{
  End end;
  Book book = { .desk = *state };
  open_and_rest(&book);
  desk_sql(book.desk->path, "DELETE FROM day");
  const guint64 folds = cal_days_n_folded(book.days);
  assert_true(ask(&book, 100, &end));
  assert_true(ask(&book, 94, &end));
  assert_in_range(cal_days_n_folded(book.days) - folds, 0, 2);
  ask(&book, 93 - 1, &end);
  assert_in_range(cal_days_n_folded(book.days) - folds, 20, N_DAYS);
  close_days(&book);
}

/* The fold in memory is gone with the rest: what comes then is counted all the same. */
static void
test_something_new_behind_a_rest(void **state)
{
  CalDayResult result;
  Book book = { .desk = *state };
  fill(book.desk);
  open_days(&book);
  for (int servings = 1; servings <= 3; servings++) {
    CalEvent event = { .kind = CAL_EVENT_ENTRY, .at = NOW - 60 + servings };
    event.of.entry = desk_enter(book.desk, CAL_ENTRY_TAKE, event.at, "d3k2", "1");
    cal_days_rest(book.days);
    cal_days_take(book.days, &event, NOW);
    assert_true(cal_days_result(book.days, date_of(N_DAYS), NOW, &result, NULL));
    assert_float_equal(cal_day_total(&result, CAL_NUTRIENT_VITAMIN_D), 1000 * servings, 0);
  }
  close_days(&book);
}

/* What comes late, by how the daemon tells it, and by the ledger alone when it ended before it could. */
static void
test_something_late(void **state)
{
  Book book = { .desk = *state };
  fill(book.desk);
  open_days(&book);
  assert_as_plainly(&book, 100);
  desk_enter(book.desk, CAL_ENTRY_TAKE, FIRST + 50 * DAY_S + 60, "d3k2", "20");
  cal_days_forget(book.days, date_of(50), date_of(50));
  assert_as_plainly(&book, 100);
  assert_as_plainly(&book, 49);
  desk_enter(book.desk, CAL_ENTRY_TAKE, FIRST + 30 * DAY_S + 60, "d3k2", "30");
  close_days(&book);
  open_days(&book);
  assert_as_plainly(&book, 100);
  assert_as_plainly(&book, 31);
  close_days(&book);
}

/* It is kept in memory and not in the ledger, since a late dose still reaches it. */
static void
test_something_late_yesterday(void **state)
{
  Book book = { .desk = *state };
  fill(book.desk);
  open_days(&book);
  assert_as_plainly(&book, 100);
  CalEvent late = { .kind = CAL_EVENT_ENTRY, .at = FIRST + 99 * DAY_S + 60 };
  late.of.entry = desk_enter(book.desk, CAL_ENTRY_TAKE, late.at, "d3k2", "9");
  cal_days_take(book.days, &late, NOW);
  assert_as_plainly(&book, 99);
  assert_as_plainly(&book, 100);
  close_days(&book);
}

static void
test_something_older_than_all(void **state)
{
  CalSerumEstimate before, after;
  Book book = { .desk = *state };
  fill(book.desk);
  open_days(&book);
  assert_as_plainly(&book, 99);
  assert_true(cal_days_serum(book.days, date_of(99), NOW, &before));
  CalEntry older = desk_enter(book.desk, CAL_ENTRY_TAKE, FIRST - 40 * DAY_S, "d3k2", "1");
  cal_days_forget(book.days, date_of(-40), date_of(-40));
  assert_int_equal(cal_days_oldest(book.days), date_of(-40));
  desk_enter(book.desk, CAL_ENTRY_UNDO, NOW, older.id, "");
  cal_days_forget(book.days, date_of(-40), date_of(-40));
  assert_int_equal(cal_days_oldest(book.days), date_of(0));
  assert_true(cal_days_serum(book.days, date_of(99), NOW, &after));
  assert_float_equal(before.nmol_l, after.nmol_l, 1e-12);
  close_days(&book);
}

/* -- More than can be folded at once ----------------------------------------------------------------------
 */

/* The first day that is not known; all before it are, and as a fold over all of them has them. */
static int
first_unknown(Book *book)
{
  End end;
  int day = 0;
  while (day <= N_DAYS && ask(book, day, &end))
    day++;
  for (int later = day; later <= N_DAYS; later++)
    assert_false(ask(book, later, &end));
  if (day > 0)
    assert_as_plainly(book, day - 1);
  return day;
}

/* Days that are asked for meanwhile have their own numbers, and their means. */
static void
assert_today_is_told(Book *book)
{
  CalDayResult result;
  CalMeanDay mean[CAL_DAYS_OF_MEANS];
  assert_int_equal(cal_days_of_means(book->days, date_of(N_DAYS), NOW, mean), CAL_DAYS_OF_MEANS);
  assert_float_equal(mean[CAL_DAYS_OF_MEANS - 1].total[CAL_MEAN_VITAMIN_D], 0, 0);
  desk_enter(book->desk, CAL_ENTRY_TAKE, NOW - 60, "d3k2", "3");
  cal_days_drop(book->days, date_of(N_DAYS), date_of(N_DAYS));
  assert_true(cal_days_result(book->days, date_of(N_DAYS), NOW, &result, NULL));
  assert_float_equal(cal_day_total(&result, CAL_NUTRIENT_VITAMIN_D), 3000, 0);
  assert_int_equal(cal_days_of_means(book->days, date_of(N_DAYS), NOW, mean), CAL_DAYS_OF_MEANS);
  assert_float_equal(mean[CAL_DAYS_OF_MEANS - 1].total[CAL_MEAN_VITAMIN_D], 3000, 0);
  assert_float_equal(mean[CAL_DAYS_OF_MEANS - 2].total[CAL_MEAN_VITAMIN_D], 5000, 0);
}

static void
test_slices(void **state)
{
  End end;
  Book book = { .desk = *state };
  fill(book.desk);
  open_days(&book);
  assert_false(ask(&book, N_DAYS, &end));
  const guint64 folds = cal_days_n_folded(book.days);
  for (int again = 0; again < 9; again++)
    assert_false(ask(&book, N_DAYS, &end)); /* which folds nothing more */
  assert_int_equal(cal_days_n_folded(book.days), folds);
  cal_days_rest(book.days); /* which does not begin amid of it */
  const int before = first_unknown(&book);
  assert_in_range(before, 1, N_DAYS - 1);
  assert_today_is_told(&book);
  assert_false(go_on(&book));
  assert_int_equal(first_unknown(&book), before + 1);
  go_on_to_the_end(&book);
  for (int day = 0; day <= N_DAYS; day++)
    assert_as_plainly(&book, day);
  close_days(&book);
}

/* What is said while it goes on: of days that were folded, of the next one, and of one still to come. */
static void
test_changes_between_slices(void **state)
{
  End end;
  Book book = { .desk = *state };
  fill(book.desk);
  open_days(&book);
  assert_false(ask(&book, N_DAYS, &end));
  const int reached = first_unknown(&book);
  const int changed[] = { reached - 5, reached, reached + 30, 2 };
  for (gsize i = 0; i < G_N_ELEMENTS(changed); i++) {
    desk_enter(book.desk, CAL_ENTRY_TAKE, FIRST + changed[i] * (gint64)DAY_S + 60, "d3k2", "7");
    cal_days_forget(book.days, date_of(changed[i]), date_of(changed[i]));
    assert_int_equal(first_unknown(&book), MIN(reached - 5, changed[i]));
  }
  go_on_to_the_end(&book);
  assert_as_plainly(&book, N_DAYS);
  close_days(&book);
  open_days(&book); /* and what was cached is as good */
  assert_as_plainly(&book, N_DAYS);
  close_days(&book);
}

/* What ends between two slices goes on where it was, and in the end a start is short. */
static void
test_an_end_between_slices(void **state)
{
  End end;
  Book book = { .desk = *state };
  fill(book.desk);
  open_days(&book);
  assert_false(ask(&book, N_DAYS, &end));
  close_days(&book);
  open_days(&book);
  assert_false(ask(&book, N_DAYS - 1, &end));
  assert_in_range(first_unknown(&book), 60, N_DAYS - 2); /* not again what was folded before */
  go_on_to_the_end(&book);
  close_days(&book);
  open_days(&book);
  assert_true(ask(&book, N_DAYS, &end));
  assert_in_range(cal_days_n_folded(book.days), 1, 2);
  assert_as_plainly(&book, N_DAYS);
  assert_int_equal(desk_sql_number(book.desk->path, "SELECT count(*) FROM day WHERE date < -1000000"),
                   N_BLOCKS);
  close_days(&book);
}

static void
test_packed(void **state)
{
  guint64 seed = 7;
  (void)state;
  for (int round = 0; round < 200; round++) {
    guint8 bytes[3000] = { 0 }, opened[3000];
    const gsize size = desk_random(&seed, sizeof bytes + 1);
    for (gsize i = 0; i < size; i += 1 + desk_random(&seed, round < 100 ? 9 : 400))
      bytes[i] = (guint8)desk_random(&seed, 256);
    g_autoptr(GBytes) packed = cal_packed_new(bytes, size);
    assert_true(cal_packed_open(packed, opened, size));
    assert_memory_equal(bytes, opened, size);
    if (size > 0)
      assert_false(cal_packed_open(packed, opened, size - 1));
    for (gsize cut = 1; cut < 9 && cut < g_bytes_get_size(packed); cut++) {
      g_autoptr(GBytes) torn = g_bytes_new_from_bytes(packed, 0, g_bytes_get_size(packed) - cut);
      assert_false(cal_packed_open(torn, opened, size));
    }
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_any_day_in_any_order, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_rests_between, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_a_rest_behind_a_change_of_everything, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_something_late_behind_a_rest, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_the_past_behind_a_rest, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_today_behind_a_rest, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_something_new_behind_a_rest, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_something_late, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_something_late_yesterday, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_something_older_than_all, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_slices, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_changes_between_slices, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_an_end_between_slices, desk_set_up, desk_tear_down),
    cmocka_unit_test(test_packed),
  };
  return cmocka_run_group_tests_name("traces", tests, NULL, NULL);
}
