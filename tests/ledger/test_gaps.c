/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gaps, floors and losses, against a model that keeps a flag to each sequence. */
#include "desk.h"

#include <stdio.h>

#include <error.h>

static void
assert_gap(Desk *desk, guint32 from, guint32 up_to, guint32 expected_first, guint32 expected_last)
{
  GError *error = NULL;
  guint32 first, last;
  const gboolean found =
      cal_ledger_next_gap(desk->ledger, &desk_tag, LOG_ID, from, up_to, &first, &last, &error);
  assert_null(error);
  assert_int_equal(found, expected_first != 0);
  assert_int_equal(first, expected_first);
  assert_int_equal(last, expected_last);
}

static CalLogState
state_of(Desk *desk, guint32 log_id)
{
  CalLogState log;
  assert_true(cal_ledger_log_state(desk->ledger, &desk_tag, log_id, &log, NULL));
  return log;
}

static void
test_a_log_from_first_contact_on(void **state)
{
  Desk *desk = *state;
  assert_int_equal(state_of(desk, LOG_ID).floor, 0);
  assert_int_equal(state_of(desk, LOG_ID).settled, 0);
  assert_int_equal(state_of(desk, LOG_ID).newest, 0);
  assert_gap(desk, 0, 100, 0, 0); /* nothing is ours to have yet */
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 11, NULL));
  assert_int_equal(state_of(desk, LOG_ID).settled, 10);
  assert_gap(desk, 0, 100, 11, 100);
  assert_gap(desk, 50, 100, 50, 100);
  assert_gap(desk, 0, 10, 0, 0);
  desk_append_minutes(desk, 5, 7); /* below the floor: kept, and nothing else */
  assert_int_equal(state_of(desk, LOG_ID).settled, 10);
  assert_int_equal(state_of(desk, LOG_ID).newest, 7);
  desk_append_minutes(desk, 20, 30);
  assert_int_equal(state_of(desk, LOG_ID).settled, 10);
  assert_int_equal(state_of(desk, LOG_ID).newest, 30);
  assert_gap(desk, 0, 100, 11, 19);
  assert_gap(desk, 15, 100, 15, 19);
  assert_gap(desk, 20, 100, 31, 100);
  assert_gap(desk, 20, 30, 0, 0);
  desk_append_minutes(desk, 11, 15);
  assert_int_equal(state_of(desk, LOG_ID).settled, 15);
  assert_true(cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, 16, 19, NULL));
  assert_int_equal(state_of(desk, LOG_ID).settled, 30);
  assert_gap(desk, 0, 30, 0, 0);
  desk_reopen(desk);
  assert_int_equal(state_of(desk, LOG_ID).settled, 30);
}

static void
test_the_floor_is_told_once(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  assert_false(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 0, &error));
  desk_assert_error(&error, CAL_ERROR_INVALID);
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 3, NULL));
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 3, NULL));
  assert_false(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 4, &error));
  desk_assert_error(&error, CAL_ERROR_EXISTS);
  assert_int_equal(state_of(desk, LOG_ID).floor, 3);
}

static gint64
n_lost(Desk *desk)
{
  CalTagCounts counts;
  assert_true(cal_ledger_tag_counts(desk->ledger, &desk_tag, NOON, &counts, NULL));
  return counts.lost;
}

static void
test_a_new_log_closes_the_old(void **state)
{
  Desk *desk = *state;
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 5, NULL));
  desk_append_minutes(desk, 10, 19);
  desk_append_minutes(desk, 30, 39);
  assert_int_equal(n_lost(desk), 0);
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID + 1, 1, NULL));
  assert_int_equal(n_lost(desk), 5 + 10);
  assert_int_equal(state_of(desk, LOG_ID).settled, 39);
  assert_int_equal(state_of(desk, LOG_ID + 1).settled, 0);
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_other_tag, LOG_ID + 2, 1, NULL)); /* another tag's */
  assert_true(cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, 5, 9, NULL));        /* known already */
  assert_int_equal(n_lost(desk), 15);
  desk_append_minutes(desk, 5, 6); /* found again after all */
  assert_int_equal(n_lost(desk), 13);
  desk_reopen(desk);
  assert_int_equal(n_lost(desk), 13);
}

static void
test_an_empty_range_is_none(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  assert_false(cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, 5, 4, &error));
  desk_assert_error(&error, CAL_ERROR_INVALID);
  assert_true(cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, 0, G_MAXUINT32, NULL));
  assert_int_equal(n_lost(desk), INT64_C(4294967296));
}

/* -- The model ------------------------------------------------------------------------------------------ */

#define N_SEQUENCES 400

typedef struct Model {
  guint32 floor;
  gboolean committed[N_SEQUENCES + 1];
  gboolean lost[N_SEQUENCES + 1];
} Model;

static gboolean
is_settled(const Model *model, guint32 sequence)
{
  return model->committed[sequence] || model->lost[sequence];
}

static void
assert_like_model(Desk *desk, const Model *model, guint64 *seed)
{
  const CalLogState log = state_of(desk, LOG_ID);
  guint32 settled = model->floor - 1, newest = 0, first, last;
  gint64 lost = 0;
  while (settled < N_SEQUENCES && is_settled(model, settled + 1))
    settled++;
  for (guint32 i = 1; i <= N_SEQUENCES; i++) {
    newest = model->committed[i] ? i : newest;
    lost += model->lost[i] && !model->committed[i];
  }
  assert_int_equal(log.settled, settled);
  assert_int_equal(log.newest, newest);
  assert_int_equal(n_lost(desk), lost);
  const guint32 from = desk_random(seed, N_SEQUENCES), up_to = desk_random(seed, N_SEQUENCES) + 1;
  for (first = MAX(from, model->floor); first <= up_to && is_settled(model, first); first++)
    ;
  for (last = first; last < up_to && !is_settled(model, last + 1); last++)
    ;
  if (first <= up_to)
    assert_gap(desk, from, up_to, first, last);
  else
    assert_gap(desk, from, up_to, 0, 0);
}

static void
commit_some(Desk *desk, Model *model, guint64 *seed)
{
  CalRecord records[40];
  const guint32 n = 1 + desk_random(seed, G_N_ELEMENTS(records));
  const guint32 start = desk_random(seed, N_SEQUENCES), step = 1 + desk_random(seed, 3);
  const gboolean shuffled = desk_random(seed, 3) == 0;
  gsize fresh = 0;
  for (guint32 i = 0; i < n; i++) {
    const guint32 sequence =
        1 + (shuffled ? desk_random(seed, N_SEQUENCES) : (start + i * step) % N_SEQUENCES);
    records[i] = desk_minute(sequence, NOON + 60 * (gint64)sequence);
    fresh += !model->committed[sequence];
    model->committed[sequence] = TRUE;
  }
  assert_int_equal(desk_append(desk, records, n, NULL).fresh, fresh);
}

static void
lose_some(Desk *desk, Model *model, guint64 *seed)
{
  const guint32 first = 1 + desk_random(seed, N_SEQUENCES);
  const guint32 length = desk_random(seed, 30);
  const guint32 last = MIN(first + length, N_SEQUENCES);
  assert_true(cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, first, last, NULL));
  for (guint32 i = first; i <= last; i++)
    model->lost[i] = TRUE;
}

/* Whatever the order in which records come and losses are told. */
static void
test_any_order_gives_the_same_gaps(void **state)
{
  Desk *desk = *state;
  for (guint64 round = 1; round <= 12; round++) {
    guint64 seed = round * 7919;
    Model model = { .floor = 1 + desk_random(&seed, 60) };
    assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, model.floor, NULL));
    for (int i = 0; i < 60; i++) {
      if (desk_random(&seed, 5) == 0)
        lose_some(desk, &model, &seed);
      else
        commit_some(desk, &model, &seed);
      assert_like_model(desk, &model, &seed);
    }
    assert_true(cal_ledger_check(desk->ledger, NULL)); /* the sums of merged ranges add up */
    g_autofree char *done = g_strdup_printf("%s.%d", desk->path, (int)round);
    desk_close(desk);
    assert_int_equal(rename(desk->path, done), 0);
    desk_open(desk);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_a_log_from_first_contact_on),   TEST(test_the_floor_is_told_once),
    TEST(test_a_new_log_closes_the_old),      TEST(test_an_empty_range_is_none),
    TEST(test_any_order_gives_the_same_gaps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
