/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The n-th open, write, sync and change of a name fails, once or from then on, for n = 1, 2, ... until none
 * does any more: while a ledger and a file of keys are made, filled, copied, cleaned, replaced and closed.
 *
 *   what failed said so by a named error, and nothing of it was acknowledged
 *   what was acknowledged is there, once, and the file is whole
 *   when the cause is gone, it goes on
 */
#include "desk.h"
#include "disk.h"
#include "golden.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings/keys.h"
#include <beside.h>
#include <error.h>
#include <rescue.h>
#include <schema.h>

#define A_BATCH 20

typedef enum {
  MAKE,
  RECORDS,
  ENTRY,
  MEMORY,
  SAMPLE,
  MORE_RECORDS,
  BARRIER,
  KEY,
  BACKUP,
  SCRUB,
  REPLACE,
  N_DEEDS
} Deed;

typedef struct Run {
  char *directory, *data, *path, *keys_path;
  CalLedger *ledger;
  CalKeys *keys;
  gboolean done[N_DEEDS];
} Run;

static const guint8 key[CAL_KEY_SIZE] = { 1, 2, 3 };

/* -- What is done --------------------------------------------------------------------------------------- */

static gboolean
append(CalLedger *ledger, guint32 first, CalTally *tally, GError **error)
{
  guint8 raw[A_BATCH][CAL_RECORD_SIZE];
  CalSpan touched = { 0 };
  for (guint32 i = 0; i < A_BATCH; i++) {
    const CalRecord record = desk_minute(first + i, NOON + 60 * (gint64)(first + i));
    cal_record_encode(&record, raw[i]);
  }
  return cal_ledger_append_records(ledger, &desk_tag, LOG_ID, (const guint8(*)[CAL_RECORD_SIZE])raw, A_BATCH,
                                   NOON, tally, &touched, error);
}

static gboolean
enter(CalLedger *ledger, GError **error)
{
  CalEntry entry = { .kind = CAL_ENTRY_FOOD, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  g_strlcpy(entry.name, "egg", sizeof entry.name);
  g_strlcpy(entry.value, "60g", sizeof entry.value);
  return cal_ledger_append_entry(ledger, &entry, error);
}

static gboolean
back_up(Run *run, GError **error)
{
  g_autofree char *copy = g_build_filename(run->directory, "copy.db", NULL);
  const int fd = open(copy, O_RDWR | O_CREAT | O_TRUNC, 0600);
  const gboolean done = cal_ledger_backup(run->ledger, fd, error);
  close(fd);
  return done;
}

/* By the copy, as a restore does. */
static gboolean
replace(Run *run, GError **error)
{
  g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE };
  g_autofree char *copy = g_build_filename(run->directory, "copy.db", NULL), *aside = NULL;
  const int fd = open(copy, O_RDONLY);
  const gboolean staged = cal_ledger_stage_backup(run->path, fd, &replacement, error);
  close(fd);
  g_clear_pointer(&run->ledger, cal_ledger_close);
  return staged && cal_ledger_replace(run->path, replacement.staged, NOON, &aside, error);
}

static gboolean
set_key(Run *run, GError **error)
{
  if (run->keys == NULL)
    run->keys = cal_keys_open(run->keys_path, error);
  return run->keys != NULL && cal_keys_set(run->keys, &desk_tag, key, error);
}

static gboolean
open_run(Run *run, GError **error)
{
  if (run->ledger == NULL)
    run->ledger = cal_ledger_open(run->path, error);
  return run->ledger != NULL;
}

static gboolean
do_deed(Run *run, Deed deed, GError **error)
{
  CalTally tally = { 0 };
  if (!open_run(run, error))
    return FALSE;
  switch (deed) {
  case MAKE:
    return TRUE;
  case RECORDS:
    return append(run->ledger, 1, &tally, error);
  case ENTRY:
    return enter(run->ledger, error);
  case MEMORY:
    return cal_ledger_remember(run->ledger, "alert/1", "raised", error);
  case SAMPLE:
    return cal_ledger_append_sample(run->ledger, &desk_other_tag, NOON, 1.5, error) &&
           cal_ledger_flush(run->ledger, error);
  case MORE_RECORDS:
    return append(run->ledger, A_BATCH + 1, &tally, error);
  case BARRIER:
    return cal_ledger_barrier(run->ledger, error);
  case KEY:
    return set_key(run, error);
  case BACKUP:
    return back_up(run, error);
  case SCRUB:
    return cal_ledger_scrub(run->ledger, error);
  case REPLACE:
    return run->done[BACKUP] ? replace(run, error) : enter(run->ledger, error);
  case N_DEEDS:
    break;
  }
  return FALSE;
}

static void
do_all(Run *run)
{
  for (Deed deed = MAKE; deed < N_DEEDS; deed++) {
    GError *error = NULL;
    run->done[deed] = do_deed(run, deed, &error);
    assert_int_equal(run->done[deed], error == NULL);
    if (error != NULL && !g_error_matches(error, CAL_ERROR, CAL_ERROR_STORAGE))
      fail_msg("deed %d: error %d: %s", (int)deed, error->code, error->message);
    g_clear_error(&error);
  }
}

/* -- What is there -------------------------------------------------------------------------------------- */

static void
assert_count(Run *run, const char *sql, gint64 n, gboolean done)
{
  const gint64 found = desk_sql_number(run->path, sql);
  if (done && found != n)
    fail_msg("acknowledged, and there are %d: %s", (int)found, sql);
  if (found != 0 && found != n)
    fail_msg("a half is there, %d: %s", (int)found, sql);
}

static void
assert_there(Run *run)
{
  GError *error = NULL;
  Desk desk = { .path = run->path };
  desk_open(&desk);
  if (!cal_ledger_check(desk.ledger, &error))
    fail_msg("%s", error->message);
  assert_count(run, "SELECT count(*) FROM record WHERE sequence <= 20", A_BATCH, run->done[RECORDS]);
  assert_count(run, "SELECT count(*) FROM record WHERE sequence > 20", A_BATCH, run->done[MORE_RECORDS]);
  assert_count(run, "SELECT count(*) FROM sample", 1, run->done[SAMPLE]);
  assert_count(run, "SELECT count(*) FROM memory", 1, run->done[MEMORY]);
  const gint64 n_entries = desk_sql_number(run->path, "SELECT count(*) FROM entry");
  const gint64 n_done = run->done[ENTRY] + (run->done[REPLACE] && !run->done[BACKUP]);
  assert_in_range(n_entries, n_done, 2);
  g_autoptr(CalKeys) keys = cal_keys_open(run->keys_path, NULL);
  assert_non_null(keys); /* the file is whole, old or new */
  assert_true(!run->done[KEY] || cal_keys_find(keys, &desk_tag) != NULL);
  desk_close(&desk);
}

/* The tag sends all again. */
static void
assert_goes_on(Run *run)
{
  Desk desk = { .path = run->path };
  CalTally tally = { 0 };
  desk_open(&desk);
  assert_true(append(desk.ledger, 1, &tally, NULL));
  assert_true(append(desk.ledger, A_BATCH + 1, &tally, NULL));
  assert_true(enter(desk.ledger, NULL));
  assert_int_equal(tally.fresh + tally.duplicates, 2 * A_BATCH);
  assert_true(cal_ledger_check(desk.ledger, NULL));
  desk_close(&desk);
  assert_int_equal(desk_sql_number(run->path, "SELECT count(*) FROM record"), 2 * A_BATCH);
}

/* Nothing but what a ledger and keys consist of. */
static void
assert_no_litter(Run *run)
{
  g_autoptr(GDir) files = g_dir_open(run->data, 0, NULL);
  for (const char *name; (name = g_dir_read_name(files)) != NULL;)
    if (g_str_has_prefix(name, "ledger.db.") && !g_str_has_prefix(name, "ledger.db.2"))
      fail_msg("%s was left", name);
}

/* -- The loop ------------------------------------------------------------------------------------------- */

static Run
begin_run(void)
{
  Run run = { .directory = g_dir_make_tmp("calcifer-counted-XXXXXX", NULL) };
  run.data = g_build_filename(run.directory, "data", NULL);
  run.path = g_build_filename(run.data, "ledger.db", NULL);
  run.keys_path = g_build_filename(run.data, "keys", NULL);
  assert_int_equal(g_mkdir(run.data, 0700), 0);
  disk_watch(run.data);
  return run;
}

static void
end_run(Run *run)
{
  disk_watch(NULL);
  desk_remove_tree(run->directory);
  g_free(run->directory);
  g_free(run->data);
  g_free(run->path);
  g_free(run->keys_path);
}

static gboolean
fail_once(DiskCall call, guint n, gboolean ever, int error)
{
  Run run = begin_run();
  disk_fail(call, n, ever, error);
  do_all(&run);
  g_clear_pointer(&run.ledger, cal_ledger_close);
  g_clear_pointer(&run.keys, cal_keys_free);
  const gboolean failed = disk_has_failed();
  disk_fail(call, 0, FALSE, 0);
  assert_there(&run);
  assert_goes_on(&run);
  if (call == DISK_NAME)
    assert_true(cal_ledger_sweep(run.path, NULL)); /* as a daemon that starts does */
  assert_no_litter(&run);
  end_run(&run);
  return failed;
}

static void
count_up(DiskCall call, int error)
{
  guint n[2] = { 0, 0 };
  for (int ever = 0; ever <= 1; ever++)
    while (fail_once(call, n[ever] + 1, ever, error))
      n[ever]++;
  print_message("failed %u times once and %u times for ever\n", n[0], n[1]);
  assert_true(n[0] > 3 && n[1] > 3);
}

static void
test_the_nth_open_fails(void **state)
{
  (void)state;
  count_up(DISK_OPEN, EMFILE);
}

static void
test_the_nth_write_fails(void **state)
{
  (void)state;
  count_up(DISK_WRITE, ENOSPC);
}

static void
test_the_nth_sync_fails(void **state)
{
  (void)state;
  count_up(DISK_SYNC, EIO);
}

static void
test_the_nth_change_of_a_name_fails(void **state)
{
  (void)state;
  count_up(DISK_NAME, EIO);
}

/* -- A damaged ledger ----------------------------------------------------------------------------------- */

static void
make_damaged(Run *run)
{
  CalTally tally = { 0 };
  run->ledger = cal_ledger_open(run->path, NULL);
  assert_true(append(run->ledger, 1, &tally, NULL));
  for (int i = 0; i < 3; i++)
    assert_true(enter(run->ledger, NULL));
  g_clear_pointer(&run->ledger, cal_ledger_close);
  desk_sql(run->path, "DROP TRIGGER entry_stays; UPDATE entry SET value = '61g' WHERE number = 2");
}

static gboolean
salvage(Run *run, gint64 *n_entries, GError **error)
{
  CalSalvage salvaged = { 0 };
  g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE };
  g_autofree char *aside = NULL;
  const int held = cal_ledger_hold(run->path, error);
  const gboolean done = held >= 0 &&
                        cal_ledger_stage_salvage(run->path, NOON, &replacement, &salvaged, error) &&
                        cal_ledger_replace(run->path, replacement.staged, NOON, &aside, error);
  if (held >= 0)
    close(held);
  *n_entries = salvaged.n_entries;
  return done;
}

/* Either the old one stands, damaged as it was, or a whole one with what was said to be read. */
static gboolean
salvage_failing(DiskCall call, guint n, gboolean ever, int error_number)
{
  GError *error = NULL;
  gint64 n_entries;
  g_autofree char *sentence = NULL;
  Run run = begin_run();
  make_damaged(&run);
  disk_fail(call, n, ever, error_number);
  const gboolean done = salvage(&run, &n_entries, &error);
  const gboolean failed = disk_has_failed();
  disk_fail(call, 0, FALSE, 0);
  assert_int_equal(done, error == NULL);
  const CalLedgerState state = cal_ledger_examine(run.path, &sentence);
  if (done) {
    assert_int_equal(state, CAL_LEDGER_WHOLE);
    assert_int_equal(desk_sql_number(run.path, "SELECT count(*) FROM entry"), n_entries);
    assert_int_equal(desk_sql_number(run.path, "SELECT count(*) FROM record"), A_BATCH);
  } else if (state == CAL_LEDGER_DAMAGED) {
    assert_int_equal(desk_sql_number(run.path, "SELECT count(*) FROM entry"), 3);
    assert_true(salvage(&run, &n_entries, NULL)); /* when the cause is gone */
  }
  assert_in_range(state, CAL_LEDGER_WHOLE, CAL_LEDGER_DAMAGED);
  g_clear_error(&error);
  end_run(&run);
  return failed;
}

static void
test_the_nth_call_of_a_salvage_fails(void **state)
{
  static const int errors[] = { EMFILE, ENOSPC, EIO, EIO };
  guint n_runs = 0;
  (void)state;
  for (DiskCall call = DISK_OPEN; call < DISK_N_CALLS; call++)
    for (int ever = 0; ever <= 1; ever++)
      for (guint n = 1; salvage_failing(call, n, ever, errors[call]); n++)
        n_runs++;
  print_message("a salvage failed in %u ways\n", n_runs);
  assert_true(n_runs > 100);
}

/* -- An older ledger ------------------------------------------------------------------------------------ */

static char *
golden(guint version, const char *end, gsize *size)
{
  char *content = NULL;
  g_autofree char *path = g_strdup_printf(CAL_GOLDEN_DIRECTORY "/v%u.%s", version, end);
  assert_true(g_file_get_contents(path, &content, size, NULL));
  return content;
}

/* It was brought up to date, or is byte for byte as it was; and then it can be. */
static gboolean
migration_failing(guint version, DiskCall call, guint n, gboolean ever, int error_number)
{
  GError *error = NULL;
  gsize size, size_after, size_told;
  g_autofree char *original = golden(version, "db", &size), *content = NULL, *after = NULL;
  g_autofree char *expected = golden(version, "txt", &size_told);
  Run run = begin_run();
  Desk desk = { .path = run.path };
  assert_true(g_file_set_contents(run.path, original, (gssize)size, NULL));
  desk_sql(run.path, "PRAGMA journal_mode = WAL"); /* as the daemon leaves it */
  assert_true(g_file_get_contents(run.path, &content, &size, NULL));
  disk_fail(call, n, ever, error_number);
  desk.ledger = cal_ledger_open(run.path, &error);
  const gboolean opened = desk.ledger != NULL, failed = disk_has_failed();
  assert_true(opened || g_error_matches(error, CAL_ERROR, CAL_ERROR_STORAGE));
  g_clear_pointer(&desk.ledger, cal_ledger_close);
  disk_fail(call, 0, FALSE, 0);
  const gint64 is = desk_sql_number(run.path, "PRAGMA user_version");
  assert_true(is == version || is == cal_schema_n_steps);
  if (is == version) {
    assert_true(g_file_get_contents(run.path, &after, &size_after, NULL));
    assert_false(opened);
    assert_int_equal(size_after, size);
    assert_memory_equal(after, content, size);
  }
  desk_open(&desk);
  g_autofree char *told = golden_tell(&desk);
  assert_string_equal(told, expected);
  assert_true(cal_ledger_check(desk.ledger, NULL));
  desk_close(&desk);
  g_clear_error(&error);
  end_run(&run);
  return failed;
}

static void
test_the_nth_call_of_a_migration_fails(void **state)
{
  static const int errors[] = { EMFILE, ENOSPC, EIO, EIO };
  guint n_runs = 0;
  (void)state;
  for (guint version = 1; version < cal_schema_n_steps; version++)
    for (DiskCall call = DISK_OPEN; call < DISK_N_CALLS; call++)
      for (int ever = 0; ever <= 1; ever++)
        for (guint n = 1; migration_failing(version, call, n, ever, errors[call]); n++)
          n_runs++;
  print_message("a migration failed in %u ways\n", n_runs);
  assert_true(n_runs > 100);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_the_nth_open_fails),
    cmocka_unit_test(test_the_nth_write_fails),
    cmocka_unit_test(test_the_nth_sync_fails),
    cmocka_unit_test(test_the_nth_change_of_a_name_fails),
    cmocka_unit_test(test_the_nth_call_of_a_salvage_fails),
    cmocka_unit_test(test_the_nth_call_of_a_migration_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
