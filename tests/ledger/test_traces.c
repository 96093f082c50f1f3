/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What past days leave behind comes out as a fold over all of them, however it is asked for and cached. */
#include "desk.h"

#include "app/days.h"
#include "app/packed.h"

#include <calcifer/product.h>

#include <math.h>

#define N_DAYS 100
#define DAY_S  86400
#define FIRST  (NOON - NOON % DAY_S + 12 * 3600)
#define NOW    (FIRST + N_DAYS * (gint64)DAY_S)

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

static void
assert_as_plainly(Book *book, int day)
{
  End end = { .carried_ug = 0 };
  const End expected = plainly(book, day);
  assert_true(cal_days_serum(book->days, date_of(day), NOW, &end.serum));
  assert_true(cal_days_mk7_carried(book->days, date_of(day), NOW, &end.carried_ug));
  assert_float_equal(end.serum.nmol_l, expected.serum.nmol_l, 1e-12);
  assert_float_equal(end.serum.low, expected.serum.low, 1e-12);
  assert_float_equal(end.carried_ug, expected.carried_ug, 1e-12);
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
    cmocka_unit_test_setup_teardown(test_something_late, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_something_late_yesterday, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_something_older_than_all, desk_set_up, desk_tear_down),
    cmocka_unit_test(test_packed),
  };
  return cmocka_run_group_tests_name("traces", tests, NULL, NULL);
}
