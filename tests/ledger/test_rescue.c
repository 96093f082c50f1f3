/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A backup in the place of the ledger, and what can be read of a damaged one. */
#include "desk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <beside.h>
#include <error.h>
#include <rescue.h>

#define LATER (NOON + 86400)

static int
back_up(Desk *desk)
{
  g_autofree char *path = g_build_filename(desk->directory, "copy.db", NULL);
  const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  assert_true(cal_ledger_backup(desk->ledger, fd, NULL));
  assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
  return fd;
}

static guint
count_events(Desk *desk)
{
  g_autoptr(GArray) events = desk_events(desk);
  return events->len;
}

static void
test_example(void **state)
{
  Desk *desk = *state;
  g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE };
  g_autofree char *aside = NULL;
  desk_append_minutes(desk, 1, 100);
  desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "60g");
  assert_true(cal_ledger_remember(desk->ledger, "press/C0:FF:EE:00:00:02", "old", NULL));
  const int fd = back_up(desk);
  desk_append_minutes(desk, 101, 160);
  desk_enter(desk, CAL_ENTRY_FOOD, NOON + 60, "egg", "60g");
  assert_true(cal_ledger_remember(desk->ledger, "press/C0:FF:EE:00:00:02", "new", NULL));
  cal_ledger_seal(desk->ledger, TRUE);
  assert_true(cal_ledger_stage_backup(desk->path, fd, &replacement, NULL));
  close(fd);
  assert_true(replacement.compared);
  assert_int_equal(replacement.n_records_gone, 60);
  assert_int_equal(replacement.n_entries_gone, 1);
  assert_int_equal(replacement.from, NOON + 100 * 60);
  assert_int_equal(replacement.to, NOON + 159 * 60);
  desk_close(desk);
  assert_true(cal_ledger_replace(desk->path, replacement.staged, LATER, &aside, NULL));
  assert_non_null(strstr(aside, "ledger.db.2025-09-30T120000Z"));
  desk_open(desk);
  assert_int_equal(count_events(desk), 101);
  g_autofree char *gate = cal_ledger_recall(desk->ledger, "press/C0:FF:EE:00:00:02", NULL);
  assert_string_equal(gate, "new"); /* a recorded packet does not count again */
  assert_int_equal(desk_sql_number(aside, "SELECT count(*) FROM record"), 160);
}

static void
test_sealed_takes_nothing(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  CalEntry entry = { .kind = CAL_ENTRY_FOOD, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  g_strlcpy(entry.name, "egg", sizeof entry.name);
  g_strlcpy(entry.value, "60g", sizeof entry.value);
  cal_ledger_seal(desk->ledger, TRUE);
  assert_false(cal_ledger_append_entry(desk->ledger, &entry, &error));
  desk_assert_error(&error, CAL_ERROR_BUSY);
  assert_false(cal_ledger_barrier(desk->ledger, &error)); /* no tag is told to delete */
  desk_assert_error(&error, CAL_ERROR_BUSY);
  cal_ledger_seal(desk->ledger, FALSE);
  assert_true(cal_ledger_append_entry(desk->ledger, &entry, NULL));
  assert_true(cal_ledger_barrier(desk->ledger, NULL));
}

/* Nothing but a whole ledger of a version that is known is taken, and nothing is left beside. */
static void
test_backups_that_are_none(void **state)
{
  Desk *desk = *state;
  g_autofree char *path = g_build_filename(desk->directory, "copy.db", NULL);
  static const char *const harm[] = { "PRAGMA user_version = 99", "PRAGMA application_id = 7",
                                      "DROP TRIGGER entry_stays; UPDATE entry SET value = '61g'" };
  desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "60g");
  for (gsize i = 0; i <= G_N_ELEMENTS(harm) + 1; i++) {
    GError *error = NULL;
    g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE };
    const int fd = back_up(desk);
    if (i < G_N_ELEMENTS(harm))
      desk_sql(path, harm[i]);
    else
      assert_int_equal(ftruncate(fd, 0), 0);
    if (i > G_N_ELEMENTS(harm))
      desk_sql(path, "CREATE TABLE t (a); DROP TABLE t");
    assert_false(cal_ledger_stage_backup(desk->path, fd, &replacement, &error));
    assert_null(strstr(error->message, ".restore-")); /* it speaks of the backup */
    desk_assert_error(&error, CAL_ERROR_DAMAGED);
    close(fd);
  }
  g_autoptr(GDir) files = g_dir_open(desk->directory, 0, NULL);
  for (const char *name; (name = g_dir_read_name(files)) != NULL;)
    assert_null(strstr(name, ".restore-"));
}

/* -- Killed amid --------------------------------------------------------------------------------------- */

/* The WAL had gone aside, and the new ledger was not there yet. */
static void
test_killed_before_the_new_one_stood(void **state)
{
  Desk *desk = *state;
  g_autofree char *aside = g_strconcat(desk->path, ".2025-09-30T120000Z", NULL);
  g_autofree char *wal = g_strconcat(desk->path, "-wal", NULL), *wal_aside = g_strconcat(aside, "-wal", NULL);
  g_autofree char *content = NULL, *in_wal = NULL;
  gsize size, wal_size;
  desk_append_minutes(desk, 1, 50);
  assert_true(g_file_get_contents(desk->path, &content, &size, NULL));
  assert_true(g_file_get_contents(wal, &in_wal, &wal_size, NULL));
  desk_close(desk);
  assert_true(g_file_set_contents(desk->path, content, (gssize)size, NULL));
  assert_true(g_file_set_contents(wal_aside, in_wal, (gssize)wal_size, NULL));
  assert_int_equal(link(desk->path, aside), 0);
  desk_open(desk);
  assert_int_equal(count_events(desk), 50);
  assert_false(g_file_test(aside, G_FILE_TEST_EXISTS));
  assert_false(g_file_test(wal_aside, G_FILE_TEST_EXISTS));
}

static void
test_what_was_in_the_making_goes(void **state)
{
  Desk *desk = *state;
  static const char *const ends[] = { ".backup-a1B2c3",  ".restore-a1B2c3", ".restore-a1B2c3-wal",
                                      ".salvage-a1B2c3", ".keep-a1B2c3",    ".new-a1B2c3",
                                      ".reading-a1B2c3" };
  g_autofree char *set_aside = g_strconcat(desk->path, ".2025-09-30T120000Z", NULL);
  g_autofree char *kept = g_strconcat(desk->path, ".version-1", NULL);
  assert_true(g_file_set_contents(set_aside, "x", 1, NULL));
  assert_true(g_file_set_contents(kept, "x", 1, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
    g_autofree char *path = g_strconcat(desk->path, ends[i], NULL);
    assert_true(g_file_set_contents(path, "x", 1, NULL));
  }
  assert_true(cal_ledger_sweep(desk->path, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
    g_autofree char *path = g_strconcat(desk->path, ends[i], NULL);
    assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
  }
  assert_true(g_file_test(set_aside, G_FILE_TEST_EXISTS));
  assert_true(g_file_test(kept, G_FILE_TEST_EXISTS));
}

/* -- Damage --------------------------------------------------------------------------------------------- */

static void
damage_page(const char *path, gint64 page)
{
  enum { PAGE_SIZE = 4096 };
  static const guint8 zeros[PAGE_SIZE];
  const int fd = open(path, O_WRONLY);
  assert_int_equal(pwrite(fd, zeros, PAGE_SIZE, (page - 1) * PAGE_SIZE), PAGE_SIZE);
  close(fd);
}

/* Zeroes a page in the middle of a table's leaves. */
static void
damage(const char *path, const char *table)
{
  g_autofree char *sql = g_strdup_printf("SELECT pageno FROM dbstat WHERE name = '%s' AND pagetype = 'leaf'"
                                         "  ORDER BY path LIMIT 1 OFFSET 1",
                                         table);
  const gint64 page = desk_sql_number(path, sql);
  assert_true(page > 1);
  damage_page(path, page);
}

static void
fill(Desk *desk)
{
  desk_append_minutes(desk, 1, 900);
  for (guint i = 0; i < 300; i++)
    desk_enter(desk, CAL_ENTRY_FOOD, NOON + i, "egg", "60g");
  const CalEntry last = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "oats", "1g");
  desk_enter(desk, CAL_ENTRY_UNDO, NOON, last.id, "");
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 1, NULL));
  assert_true(cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, 901, 950, NULL));
  assert_true(cal_ledger_remember(desk->ledger, "k", "v", NULL));
  assert_true(cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON, 2.5, NULL));
  assert_true(cal_ledger_flush(desk->ledger, NULL));
}

static void
test_salvage(void **state)
{
  Desk *desk = *state;
  CalSalvage salvage = { 0 };
  g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE };
  g_autofree char *sentence = NULL, *aside = NULL;
  guint32 first, last;
  fill(desk);
  desk_close(desk);
  assert_int_equal(cal_ledger_examine(desk->path, &sentence), CAL_LEDGER_WHOLE);
  assert_null(sentence);
  damage(desk->path, "record");
  damage(desk->path, "entry");
  assert_int_equal(cal_ledger_examine(desk->path, &sentence), CAL_LEDGER_DAMAGED);
  assert_non_null(sentence);
  const int held = cal_ledger_hold(desk->path, NULL);
  assert_true(held >= 0);
  assert_true(cal_ledger_stage_salvage(desk->path, LATER, &replacement, &salvage, NULL));
  assert_true(cal_ledger_replace(desk->path, replacement.staged, LATER, &aside, NULL));
  close(held);
  assert_in_range(salvage.n_records_lost, 1, 300); /* a page of them */
  assert_int_equal(salvage.n_records + salvage.n_records_lost, 900);
  assert_in_range(salvage.n_entries_lost, 1, 150);
  assert_int_equal(salvage.n_entries + salvage.n_entries_lost, 302);
  assert_int_equal(salvage.n_samples, 1);
  desk_open(desk);
  assert_true(cal_ledger_check(desk->ledger, NULL));
  assert_int_equal(desk_sql_number(desk->path, "SELECT count(*) FROM record"), salvage.n_records);
  assert_int_equal(desk_sql_number(desk->path, "SELECT count(*) FROM entry WHERE name = 'oats' AND stands"),
                   0);
  g_autofree char *value = cal_ledger_recall(desk->ledger, "k", NULL);
  assert_string_equal(value, "v");
  /* What is gone is a gap, and is asked for again. */
  assert_true(cal_ledger_next_gap(desk->ledger, &desk_tag, LOG_ID, 1, 950, &first, &last, NULL));
  assert_int_equal(last - first + 1, salvage.n_records_lost);
  assert_true(g_file_test(aside, G_FILE_TEST_EXISTS));
}

/* The page that says where each table begins is gone; all the others are there. */
static void
test_salvage_without_the_first_page(void **state)
{
  Desk *desk = *state;
  CalSalvage salvage = { 0 };
  g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE };
  g_autofree char *sentence = NULL, *aside = NULL;
  fill(desk);
  desk_close(desk);
  damage_page(desk->path, 1);
  assert_int_equal(cal_ledger_examine(desk->path, &sentence), CAL_LEDGER_DAMAGED);
  assert_true(cal_ledger_stage_salvage(desk->path, LATER, &replacement, &salvage, NULL));
  assert_true(cal_ledger_replace(desk->path, replacement.staged, LATER, &aside, NULL));
  assert_int_equal(salvage.n_records, 900);
  assert_int_equal(salvage.n_entries, 302);
  assert_int_equal(salvage.n_samples, 1);
  assert_int_equal(salvage.n_entries_lost + salvage.n_records_lost, 0);
  desk_open(desk);
  assert_true(cal_ledger_check(desk->ledger, NULL));
  assert_int_equal(desk_sql_number(desk->path, "SELECT count(*) FROM entry WHERE name = 'oats' AND stands"),
                   0);
  g_autoptr(GDir) files = g_dir_open(desk->directory, 0, NULL);
  for (const char *name; (name = g_dir_read_name(files)) != NULL;)
    assert_null(strstr(name, "ing-")); /* no copy is left */
}

/* Without an entry that bears its sum nobody knows whether these are the right pages, and nothing is
 * believed. */
static void
test_salvage_without_the_first_page_and_entries(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  CalSalvage salvage = { 0 };
  g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE };
  fill(desk);
  desk_close(desk);
  const gint64 root = desk_sql_number(desk->path, "SELECT rootpage FROM sqlite_schema WHERE name = 'entry'");
  damage_page(desk->path, root);
  damage_page(desk->path, 1);
  assert_false(cal_ledger_stage_salvage(desk->path, LATER, &replacement, &salvage, &error));
  desk_assert_error(&error, CAL_ERROR_DAMAGED);
}

static void
test_salvage_of_a_whole_or_hopeless_one(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  CalSalvage salvage = { 0 };
  g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE };
  fill(desk);
  assert_false(cal_ledger_stage_salvage(desk->path, LATER, &replacement, &salvage, &error));
  desk_assert_error(&error, CAL_ERROR_REFUSED);
  assert_int_equal(cal_ledger_hold(desk->path, &error), -1); /* a daemon has it */
  desk_assert_error(&error, CAL_ERROR_BUSY);
  desk_close(desk);
  assert_true(g_file_set_contents(desk->path, "this is no database", -1, NULL));
  assert_false(cal_ledger_stage_salvage(desk->path, LATER, &replacement, &salvage, &error));
  desk_assert_error(&error, CAL_ERROR_DAMAGED);
  g_autofree char *text = NULL;
  assert_true(g_file_get_contents(desk->path, &text, NULL, NULL));
  assert_string_equal(text, "this is no database");
}

static void
test_a_newer_one_is_left_alone(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  CalSalvage salvage = { 0 };
  g_autofree char *sentence = NULL, *before = NULL, *after = NULL;
  g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE };
  gsize size, size_after;
  fill(desk);
  desk_close(desk);
  desk_sql(desk->path, "PRAGMA user_version = 99");
  assert_true(g_file_get_contents(desk->path, &before, &size, NULL));
  assert_int_equal(cal_ledger_examine(desk->path, &sentence), CAL_LEDGER_NEWER);
  desk_assert_refused(desk->path, CAL_ERROR_DAMAGED);
  assert_false(cal_ledger_stage_salvage(desk->path, LATER, &replacement, &salvage, &error));
  desk_assert_error(&error, CAL_ERROR_DAMAGED);
  assert_true(g_file_get_contents(desk->path, &after, &size_after, NULL));
  assert_int_equal(size, size_after);
  assert_memory_equal(before, after, size);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_example),
    TEST(test_sealed_takes_nothing),
    TEST(test_backups_that_are_none),
    TEST(test_killed_before_the_new_one_stood),
    TEST(test_what_was_in_the_making_goes),
    TEST(test_salvage),
    TEST(test_salvage_without_the_first_page),
    TEST(test_salvage_without_the_first_page_and_entries),
    TEST(test_salvage_of_a_whole_or_hopeless_one),
    TEST(test_a_newer_one_is_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
