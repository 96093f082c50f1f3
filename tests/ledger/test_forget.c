/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Forgotten for good: gone from every byte of every file, known by identity, and nothing else can be deleted.
 */
#include "desk.h"

#include <sqlite3.h>
#include <string.h>

#include <error.h>

#define SCATTERED       1500
#define SCATTERED_STEP  10
#define SCATTERING_SEED 15

/* How often these bytes are in the ledger's files. */
static guint
count_bytes(Desk *desk, const void *bytes, gsize n_bytes)
{
  static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
  guint n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
    g_autofree char *path = g_strconcat(desk->path, ends[i], NULL);
    g_autofree char *content = NULL;
    gsize size;
    if (!g_file_get_contents(path, &content, &size, NULL))
      continue;
    const char *at = content;
    while ((at = memmem(at, size - (gsize)(at - content), bytes, n_bytes)) != NULL) {
      at++;
      n++;
    }
  }
  return n;
}

static guint
count_text(Desk *desk, const char *text)
{
  return count_bytes(desk, text, strlen(text));
}

static void
scrub(Desk *desk)
{
  GError *error = NULL;
  if (!cal_ledger_scrub(desk->ledger, &error))
    fail_msg("%s", error->message);
}

static void
assert_refused(Desk *desk, const char *id, int code)
{
  GError *error = NULL;
  CalEntry tombstone = { .kind = CAL_ENTRY_TOMBSTONE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  g_strlcpy(tombstone.name, id, sizeof tombstone.name);
  assert_false(cal_ledger_forget(desk->ledger, &tombstone, &error));
  desk_assert_error(&error, code);
}

static void
test_an_entry_is_gone_from_every_byte(void **state)
{
  Desk *desk = *state;
  desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  const CalEntry secret = desk_enter(desk, CAL_ENTRY_FOOD, NOON + 1, "unspeakable", "120g");
  desk_enter(desk, CAL_ENTRY_TAKE, NOON + 2, "d3", "2");
  assert_true(count_text(desk, "unspeakable") > 0);
  const CalEntry tombstone = desk_forget(desk, NOON + 100, secret.id);
  assert_true(count_text(desk, "unspeakable") > 0); /* in the WAL */
  scrub(desk);
  assert_int_equal(count_text(desk, "unspeakable"), 0);
  g_autoptr(GArray) events = desk_events(desk);
  assert_int_equal(events->len, 2); /* the tombstone counts for nothing, and is not told */
  CalEntry read;
  GError *error = NULL;
  assert_true(cal_ledger_get_entry(desk->ledger, tombstone.id, &read, NULL, NULL));
  assert_string_equal(read.name, secret.id);
  assert_int_equal(read.at, NOON + 100);
  assert_false(cal_ledger_get_entry(desk->ledger, secret.id, &read, NULL, &error));
  desk_assert_error(&error, CAL_ERROR_NOT_FOUND);
  desk_reopen(desk);
  assert_int_equal(count_text(desk, "unspeakable"), 0);
  assert_true(cal_ledger_check(desk->ledger, NULL));
}

/* Wherever in its pages it lies: thousands of entries, a fifth of them forgotten in any order. */
static void
test_any_entry_among_many(void **state)
{
  Desk *desk = *state;
  guint64 seed = 20;
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < 2000; i++) {
    g_autofree char *name = g_strdup_printf("%s-%u-%0*u", i % 5 == 0 ? "unspeakable" : "salmon", i,
                                            (int)desk_random(&seed, 70) + 1, 7u);
    const CalEntry entry = desk_enter(desk, CAL_ENTRY_FOOD, NOON + desk_random(&seed, 90000), name, "120g");
    if (i % 5 == 0)
      g_ptr_array_add(ids, g_strdup(entry.id));
  }
  while (ids->len > 0) {
    const guint i = desk_random(&seed, ids->len);
    desk_forget(desk, NOON, g_ptr_array_index(ids, i));
    g_ptr_array_remove_index_fast(ids, i);
  }
  scrub(desk);
  assert_int_equal(count_text(desk, "unspeakable"), 0);
  assert_true(count_text(desk, "salmon") >= 1600);
  assert_true(cal_ledger_check(desk->ledger, NULL));
}

/* Four digits, of one that is forgotten. Less of a mark is none: each entry has a sum of eight bytes, of its
 * random id among others, and in those of 1500 three certain letters stand once in some hundred runs. */
static gboolean
is_of_forgotten(const char *digits, const gboolean *forgotten)
{
  guint number = 0;
  for (guint i = 0; i < 4; i++) {
    if (!g_ascii_isdigit(digits[i]))
      return FALSE;
    number = 10 * number + (guint)g_ascii_digit_value(digits[i]);
  }
  return forgotten[number % SCATTERED];
}

/* The marks "no-NUMBER" and "NUMBER-on", one at each end of a name, that are in the file and should not be.
 */
static guint
count_marks_of_forgotten(Desk *desk, const gboolean *forgotten)
{
  g_autofree char *content = NULL;
  gsize size;
  guint n = 0;
  assert_true(g_file_get_contents(desk->path, &content, &size, NULL));
  const char *const end = content + size;
  for (const char *at = content; (at = memmem(at, (gsize)(end - at), "no-", 3)) != NULL; at++)
    n += end - at >= 7 && is_of_forgotten(at + 3, forgotten) ? 1 : 0;
  for (const char *at = content; (at = memmem(at, (gsize)(end - at), "-on", 3)) != NULL; at++)
    n += at - content >= 4 && is_of_forgotten(at - 4, forgotten) ? 1 : 0;
  return n;
}

static CalEntry
make_marked(guint number, guint64 *seed)
{
  CalEntry entry = { .kind = CAL_ENTRY_FOOD, .way = CAL_WAY_HAND, .recorded = NOON, .value = "120g" };
  const int filling = (int)desk_random(seed, 95) + 1;
  g_snprintf(entry.name, sizeof entry.name, "no-%04u-%0*u-%04u-on", number, filling, 7u, number);
  entry.at = NOON + desk_random(seed, 90000);
  return entry;
}

/* One after another until none is left: pages run empty, and what stays moves from one to the other. This
 * seed is one with which copies stay behind when nothing but rows is deleted. */
static void
test_each_of_many_one_after_another(void **state)
{
  Desk *desk = *state;
  guint64 seed = SCATTERING_SEED;
  gboolean forgotten[SCATTERED] = { FALSE };
  CalEntry entries[SCATTERED];
  guint order[SCATTERED];
  for (guint i = 0; i < SCATTERED; i++) {
    entries[i] = make_marked(i, &seed);
    order[i] = i;
  }
  assert_true(cal_ledger_append_entries(desk->ledger, entries, SCATTERED, NULL));
  for (guint left = SCATTERED; left > 0; left--) {
    const guint at = desk_random(&seed, left), i = order[at];
    order[at] = order[left - 1];
    desk_forget(desk, NOON, entries[i].id);
    forgotten[i] = TRUE;
    if (left % SCATTERED_STEP != 1)
      continue;
    scrub(desk);
    assert_int_equal(count_marks_of_forgotten(desk, forgotten), 0);
  }
  assert_true(cal_ledger_check(desk->ledger, NULL));
}

static void
test_a_setting_is_forgotten_too(void **state)
{
  Desk *desk = *state;
  const CalEntry secret = desk_enter(desk, CAL_ENTRY_PROFILE, NOON, "conditions", "kidney-disease");
  desk_forget(desk, NOON + 1, secret.id);
  scrub(desk);
  assert_int_equal(count_text(desk, "kidney-disease"), 0);
  g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM entry WHERE kind = %d", CAL_ENTRY_TOMBSTONE);
  assert_int_equal(desk_sql_number(desk->path, sql), 1);
}

static void
test_a_record_stays_known_by_identity(void **state)
{
  Desk *desk = *state;
  const char *id = "tag:C0:FF:EE:00:00:01:00AB12CD:2";
  CalRecord records[] = { desk_minute(1, NOON), desk_minute(2, NOON + 60), desk_minute(3, NOON + 120) };
  CalRecord other = desk_minute(2, NOON + 61);
  CalLogState log;
  guint8 raw[CAL_RECORD_SIZE];
  gboolean forgotten;
  records[1].uv.mean = other.uv.mean = 0x1234;
  cal_record_encode(&records[1], raw);
  desk_append(desk, records, 3, NULL);
  desk_append(desk, &other, 1, NULL); /* a conflict: kept beside it, and as much of a secret */
  assert_true(count_bytes(desk, raw + 8, 8) > 0);
  desk_forget(desk, NOON + 200, id);
  scrub(desk);
  assert_int_equal(count_bytes(desk, raw + 8, 8), 0);
  const CalTally tally = desk_append(desk, records, 3, NULL);
  assert_int_equal(tally.fresh, 0);
  assert_int_equal(tally.duplicates, 3);
  assert_int_equal(tally.conflicts, 0);
  g_autoptr(GArray) events = desk_events(desk);
  assert_int_equal(events->len, 2);
  assert_true(cal_ledger_log_state(desk->ledger, &desk_tag, LOG_ID, &log, NULL));
  assert_int_equal(log.newest, 3);
  assert_true(cal_ledger_is_forgotten(desk->ledger, id, &forgotten, NULL));
  assert_true(forgotten);
  assert_true(cal_ledger_check(desk->ledger, NULL));
  desk_reopen(desk);
  assert_int_equal(desk_append(desk, records, 3, NULL).fresh, 0);
  assert_refused(desk, id, CAL_ERROR_EXISTS);
}

static void
test_what_cannot_be_forgotten(void **state)
{
  Desk *desk = *state;
  const CalEntry take = desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  const CalEntry undo = desk_enter(desk, CAL_ENTRY_UNDO, NOON, take.id, "");
  const CalRecord clock = desk_clock(7, NOON, 400, 0);
  desk_append(desk, &clock, 1, NULL);
  assert_refused(desk, undo.id, CAL_ERROR_INVALID);
  assert_refused(desk, "tag:C0:FF:EE:00:00:01:00AB12CD:7", CAL_ERROR_INVALID);
  assert_refused(desk, "tag:C0:FF:EE:00:00:01:00AB12CD:8", CAL_ERROR_NOT_FOUND);
  assert_refused(desk, "nobody:1", CAL_ERROR_NOT_FOUND);
  const CalEntry tombstone = desk_forget(desk, NOON + 1, take.id); /* one that is undone may be */
  assert_refused(desk, tombstone.id, CAL_ERROR_INVALID);
  assert_refused(desk, take.id, CAL_ERROR_EXISTS);
}

static void
test_it_cannot_be_undone(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  const CalEntry take = desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  const CalEntry tombstone = desk_forget(desk, NOON + 1, take.id);
  const char *const ids[] = { take.id, tombstone.id };
  const int codes[] = { CAL_ERROR_NOT_FOUND, CAL_ERROR_INVALID };
  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
    CalEntry undo = { .kind = CAL_ENTRY_UNDO, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
    g_strlcpy(undo.name, ids[i], sizeof undo.name);
    assert_false(cal_ledger_append_entry(desk->ledger, &undo, &error));
    desk_assert_error(&error, codes[i]);
  }
}

/* As another tool would, with the triggers in force. */
static void
assert_sql_refused(const char *path, const char *sql)
{
  sqlite3 *db;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_CONSTRAINT);
  sqlite3_close(db);
}

static void
test_the_way_is_narrow(void **state)
{
  Desk *desk = *state;
  const CalRecord records[] = { desk_minute(1, NOON), desk_minute(2, NOON + 60) };
  desk_append(desk, records, 2, NULL);
  const CalEntry take = desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  desk_enter(desk, CAL_ENTRY_TAKE, NOON + 1, "d3", "1");
  desk_forget(desk, NOON + 2, take.id);
  desk_forget(desk, NOON + 3, "tag:C0:FF:EE:00:00:01:00AB12CD:1");
  desk_close(desk);
  static const char *const sqls[] = { "DELETE FROM entry WHERE kind = 1",
                                      "DELETE FROM entry WHERE kind = 31",
                                      "UPDATE entry SET name = '' WHERE kind = 31",
                                      "DELETE FROM record",
                                      "DELETE FROM record_forgotten",
                                      "UPDATE record_forgotten SET id = id + 1" };
  for (gsize i = 0; i < G_N_ELEMENTS(sqls); i++)
    assert_sql_refused(desk->path, sqls[i]);
  desk_open(desk);
  assert_true(cal_ledger_check(desk->ledger, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_an_entry_is_gone_from_every_byte),
    TEST(test_any_entry_among_many),
    TEST(test_each_of_many_one_after_another),
    TEST(test_a_setting_is_forgotten_too),
    TEST(test_a_record_stays_known_by_identity),
    TEST(test_what_cannot_be_forgotten),
    TEST(test_it_cannot_be_undone),
    TEST(test_the_way_is_narrow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
