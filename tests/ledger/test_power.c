/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power is lost behind each step that the disk is asked for while a tag transfers, buttons press, a person
 * enters and alerts change. What was acknowledged before is there, once; of what was under way all is there
 * or nothing; and the cached days are what a fold gives.
 *
 *   test_power             a short transfer, a few kinds of loss
 *   test_power SEEDS       a long one, torn by so many seeds
 */
#include "desk.h"
#include "disk.h"
#include "golden.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/days.h"
#include <error.h>
#include <rescue.h>
#include <store.h>

#define TODAY (NOON + 5 * 86400)

typedef enum { RECORDS, ENTRY, UNDO, SAMPLE, MEMORY, FORGOTTEN, SCRUBBED, FLOOR, LOST } Kind;

/* What was asked of the ledger, and between which steps of the disk. */
typedef struct Deed {
  Kind kind;
  guint32 first, last; /* RECORDS, FLOOR, LOST */
  char text[48];       /* the name of an entry, the key of MEMORY */
  char value[24];
  char id[CAL_ENTRY_ID_SIZE];
  CalInstant at;
  guint begun, done;
} Deed;

typedef struct Home {
  Desk desk;
  CalZones *zones;
  CalDays *days;
  GArray *deeds;
  guint n_seeds;
  gboolean is_long;
  char *wreck; /* the directory */
} Home;

/* -- A life --------------------------------------------------------------------------------------------- */

static void
open_home(Home *home)
{
  home->desk.ledger = NULL;
  desk_open(&home->desk);
  home->zones = cal_zones_new();
  home->days = cal_days_new(home->desk.ledger, home->zones, NULL);
  assert_non_null(home->days);
}

static void
close_home(Home *home)
{
  g_clear_pointer(&home->days, cal_days_free);
  g_clear_pointer(&home->zones, cal_zones_free);
  desk_close(&home->desk);
}

static void
begin(Home *home, Deed deed)
{
  deed.begun = disk_n_steps();
  deed.done = G_MAXUINT;
  g_array_append_val(home->deeds, deed);
}

static Deed *
newest(Home *home)
{
  return &g_array_index(home->deeds, Deed, home->deeds->len - 1);
}

static void
acknowledge(Home *home, gboolean done)
{
  assert_true(done);
  newest(home)->done = disk_n_steps();
}

/* As the daemon does when an event has come: what is kept of the days that it touches is void. */
static void
touch(Home *home, CalSpan span)
{
  CalDate first, last;
  if (span.end <= span.start)
    return;
  cal_days_touched(home->days, span, &first, &last);
  cal_days_drop(home->days, first, last);
  cal_days_forget(home->days, first, last);
}

static void
fold_all(Home *home)
{
  CalDayResult result;
  const CalDate today = cal_zones_date(home->zones, TODAY);
  for (CalDate date = cal_days_oldest(home->days); date <= today && date != CAL_DATE_NONE; date++)
    assert_true(cal_days_result(home->days, date, TODAY, &result, NULL));
}

static gboolean
append(CalLedger *ledger, guint32 first, guint32 last, CalTally *tally, CalSpan *touched)
{
  const gsize n = last - first + 1;
  g_autofree guint8(*raw)[CAL_RECORD_SIZE] = g_malloc(n * CAL_RECORD_SIZE);
  for (guint32 i = 0; i < n; i++) {
    const CalRecord record = first + i == 1 ? desk_clock(1, NOON, 100, 0)
                                            : desk_minute(first + i, NOON + 60 * (gint64)(first + i - 1));
    cal_record_encode(&record, raw[i]);
  }
  return cal_ledger_append_records(ledger, &desk_tag, LOG_ID, (const guint8(*)[CAL_RECORD_SIZE])raw, n, TODAY,
                                   tally, touched, NULL);
}

static void
transfer(Home *home, guint32 first, guint32 last)
{
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  begin(home, (Deed){ .kind = RECORDS, .first = first, .last = last });
  acknowledge(home, append(home->desk.ledger, first, last, &tally, &touched));
  touch(home, touched);
}

static void
enter(Home *home, CalEntryKind kind, const char *name)
{
  CalEntry entry = { .kind = kind, .way = CAL_WAY_HAND, .at = NOON + (gint64)home->deeds->len };
  Deed deed = { .kind = kind == CAL_ENTRY_UNDO ? UNDO : ENTRY, .at = entry.at };
  entry.recorded = entry.at;
  g_strlcpy(entry.name, name, sizeof entry.name);
  g_strlcpy(entry.value, kind == CAL_ENTRY_UNDO ? "" : "30min uvi=5.5", sizeof entry.value);
  g_strlcpy(deed.text, name, sizeof deed.text);
  begin(home, deed);
  acknowledge(home, cal_ledger_append_entry(home->desk.ledger, &entry, NULL));
  g_strlcpy(newest(home)->id, entry.id, sizeof entry.id);
  touch(home, (CalSpan){ entry.at, entry.at + 1 });
}

static void
remember(Home *home, const char *key, const char *value)
{
  Deed deed = { .kind = MEMORY };
  g_strlcpy(deed.text, key, sizeof deed.text);
  g_strlcpy(deed.value, value, sizeof deed.value);
  begin(home, deed);
  acknowledge(home, cal_ledger_remember(home->desk.ledger, key, value, NULL));
}

static void
hear(Home *home)
{
  const Deed deed = { .kind = SAMPLE, .at = NOON + 7200 + (gint64)home->deeds->len };
  begin(home, deed);
  assert_true(cal_ledger_append_sample(home->desk.ledger, &desk_other_tag, deed.at, 2.5, NULL));
  acknowledge(home, cal_ledger_flush(home->desk.ledger, NULL));
  touch(home, (CalSpan){ deed.at, deed.at + 1 });
}

static void
forget(Home *home, const char *id, const char *name)
{
  CalEntry tombstone = { .kind = CAL_ENTRY_TOMBSTONE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  Deed deed = { .kind = FORGOTTEN };
  g_strlcpy(tombstone.name, id, sizeof tombstone.name);
  g_strlcpy(deed.text, name, sizeof deed.text);
  begin(home, deed);
  acknowledge(home, cal_ledger_forget(home->desk.ledger, &tombstone, NULL));
  touch(home, (CalSpan){ NOON, NOON + 3600 });
  deed.kind = SCRUBBED;
  begin(home, deed);
  acknowledge(home, cal_ledger_scrub(home->desk.ledger, NULL));
}

static void
settle(Home *home, Kind kind, guint32 first, guint32 last)
{
  begin(home, (Deed){ .kind = kind, .first = first, .last = last });
  acknowledge(home, kind == FLOOR
                        ? cal_ledger_set_floor(home->desk.ledger, &desk_tag, LOG_ID, first, NULL)
                        : cal_ledger_mark_lost(home->desk.ledger, &desk_tag, LOG_ID, first, last, NULL));
}

/* A tag's records come, and around them all else that may. */
static void
live(Home *home)
{
  const guint32 n_batches = home->is_long ? 30 : 4, a_batch = home->is_long ? 60 : 20;
  char name[24], value[24];
  open_home(home);
  enter(home, CAL_ENTRY_SUN, "secret-food-of-mine");
  char secret[CAL_ENTRY_ID_SIZE];
  g_strlcpy(secret, newest(home)->id, sizeof secret);
  for (guint32 i = 0; i < n_batches; i++) {
    fold_all(home);
    transfer(home, i * a_batch + 1, (i + 1) * a_batch);
    if (i == 0)
      settle(home, FLOOR, 1, 0);
    g_snprintf(name, sizeof name, "sun-%u", i);
    g_snprintf(value, sizeof value, "%u", i);
    fold_all(home);
    remember(home, "press/C0:FF:EE:00:00:02", value);
    enter(home, CAL_ENTRY_SUN, name);
    remember(home, "alert/d-low", value);
    if (i % 3 == 1)
      enter(home, CAL_ENTRY_UNDO, g_array_index(home->deeds, Deed, home->deeds->len - 2).id);
    if (i % 2 == 1)
      hear(home);
    assert_true(cal_ledger_barrier(home->desk.ledger, NULL)); /* and now the tag deletes */
    if (i == n_batches / 2) {
      close_home(home);
      open_home(home);
    }
  }
  settle(home, LOST, n_batches * a_batch + 1, n_batches * a_batch + 5);
  fold_all(home);
  forget(home, secret, "secret-food-of-mine");
  fold_all(home);
  close_home(home);
}

/* -- The wreck ------------------------------------------------------------------------------------------ */

/* Over the ledger's own connection, since opening another takes longer than all the rest. */
static gint64
count(Desk *desk, const char *from, const char *text, const char *end)
{
  g_autofree char *sql = g_strconcat("SELECT count(*) FROM ", from, text, end, NULL);
  sqlite3_stmt *stmt = NULL;
  assert_int_equal(sqlite3_prepare_v2(desk->ledger->db, sql, -1, &stmt, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
  const gint64 n = sqlite3_column_int64(stmt, 0);
  sqlite3_finalize(stmt);
  return n;
}

static gint64
count_of(Desk *desk, const Deed *deed)
{
  g_autofree char *range = g_strdup_printf("BETWEEN %u AND %u", deed->first, deed->last);
  g_autofree char *at = g_strdup_printf("%" G_GINT64_FORMAT, deed->at);
  switch (deed->kind) {
  case RECORDS:
    return count(desk, "record WHERE sequence ", range, "");
  case ENTRY:
    return count(desk, "entry WHERE kind <> 7 AND name = '", deed->text, "'");
  case UNDO:
    return count(desk, "entry WHERE kind = 7 AND name = '", deed->text, "'");
  case SAMPLE:
    return count(desk, "sample WHERE at = ", at, "");
  case FLOOR:
    return count(desk, "log WHERE floor IS NOT NULL", "", "");
  case LOST:
    return count(desk, "lost", "", "");
  case FORGOTTEN:
    return count(desk, "entry WHERE kind = 31", "", "");
  case MEMORY:
  case SCRUBBED:
    return 0;
  }
  return 0;
}

static gint64
whole(const Deed *deed)
{
  return deed->kind == RECORDS ? deed->last - deed->first + 1 : 1;
}

/* Whether something that was done takes an entry away again. */
static gboolean
may_be_forgotten(Home *home, const Deed *deed, guint n)
{
  for (guint i = 0; i < home->deeds->len; i++) {
    const Deed *other = &g_array_index(home->deeds, Deed, i);
    if (other->kind == FORGOTTEN && other->begun < n && g_str_equal(other->text, deed->text))
      return TRUE;
  }
  return FALSE;
}

static void
assert_deed(Home *home, Desk *desk, const Deed *deed, guint n)
{
  gint64 found = count_of(desk, deed);
  if (deed->kind == SCRUBBED || deed->kind == MEMORY)
    return; /* they have checks of their own */
  if (deed->kind == ENTRY && may_be_forgotten(home, deed, n))
    found += count(desk, "entry WHERE kind = 31", "", "");
  if (deed->done <= n && found != whole(deed))
    fail_msg("step %u: of what was acknowledged (kind %d, %u, %s) there is %d", n, (int)deed->kind,
             deed->first, deed->text, (int)found);
  if (deed->begun >= n && found != 0)
    fail_msg("step %u: there is what nobody had asked for (kind %d, %s)", n, (int)deed->kind, deed->text);
  if (found != 0 && found != whole(deed))
    fail_msg("step %u: a half of something is there (kind %d, %u)", n, (int)deed->kind, deed->first);
  if (deed->kind == UNDO) {
    const char *number = strchr(deed->text, ':') + 1;
    const char *wrong =
        found != 0 ? "entry WHERE stands AND number = " : "entry WHERE NOT stands AND number = ";
    assert_int_equal(count(desk, wrong, number, ""), 0);
  }
}

/* The last value that was acknowledged, or the one that was being stored. */
static void
assert_memory(Home *home, Desk *desk, const char *key, guint n)
{
  const char *last = NULL, *next = NULL;
  g_autofree char *value = cal_ledger_recall(desk->ledger, key, NULL);
  for (guint i = 0; i < home->deeds->len; i++) {
    const Deed *deed = &g_array_index(home->deeds, Deed, i);
    if (deed->kind != MEMORY || !g_str_equal(deed->text, key))
      continue;
    if (deed->done <= n)
      last = deed->value;
    else if (deed->begun < n)
      next = deed->value;
  }
  if (g_strcmp0(value, last) != 0 && (next == NULL || g_strcmp0(value, next) != 0))
    fail_msg("step %u: %s is %s and not %s", n, key, value, last);
}

static void
assert_days(Desk *desk, guint n)
{
  CalDayResult kept, folded;
  g_autoptr(CalZones) zones = cal_zones_new();
  g_autoptr(CalDays) days = cal_days_new(desk->ledger, zones, NULL);
  const CalDate oldest = cal_days_oldest(days), today = cal_zones_date(zones, TODAY);
  for (CalDate date = oldest; date != CAL_DATE_NONE && date <= today; date++) {
    assert_true(cal_days_result(days, date, TODAY, &kept, NULL));
    assert_true(cal_days_fold(days, date, TODAY, &folded, NULL));
    if (memcmp(&kept, &folded, sizeof kept) != 0)
      fail_msg("step %u: day %d is not what a fold gives", n, (int)date);
  }
}

/* In no file, SQLite's free pages and the WAL among them. */
static void
assert_no_trace(Home *home, const char *text, guint n)
{
  g_autoptr(GDir) files = g_dir_open(home->wreck, 0, NULL);
  for (const char *name; (name = g_dir_read_name(files)) != NULL;) {
    g_autofree char *path = g_build_filename(home->wreck, name, NULL), *content = NULL;
    gsize size;
    assert_true(g_file_get_contents(path, &content, &size, NULL));
    if (memmem(content, size, text, strlen(text)) != NULL)
      fail_msg("step %u: what was forgotten is in %s", n, name);
  }
}

static void
assert_all(Home *home, Desk *desk, guint n)
{
  GError *error = NULL;
  if (!cal_ledger_check(desk->ledger, &error))
    fail_msg("step %u: %s", n, error->message);
  for (guint i = 0; i < home->deeds->len; i++)
    assert_deed(home, desk, &g_array_index(home->deeds, Deed, i), n);
  assert_memory(home, desk, "press/C0:FF:EE:00:00:02", n);
  assert_memory(home, desk, "alert/d-low", n);
  assert_days(desk, n);
}

/* The tag still has what was not acknowledged, and sends it again. */
static void
assert_goes_on(Home *home, Desk *desk, guint n)
{
  for (guint i = 0; i < home->deeds->len; i++) {
    const Deed *deed = &g_array_index(home->deeds, Deed, i);
    CalTally tally = { 0 };
    CalSpan touched = { 0 };
    if (deed->kind != RECORDS || deed->begun > n || deed->done <= n)
      continue;
    assert_true(append(desk->ledger, deed->first, deed->last, &tally, &touched));
    assert_true(tally.fresh == 0 || tally.duplicates == 0);
    assert_int_equal(tally.fresh + tally.duplicates, whole(deed));
    assert_true(cal_ledger_check(desk->ledger, NULL));
  }
}

static void
assert_wreck(Home *home, guint n, DiskLoss loss, guint64 seed)
{
  Desk desk = { .directory = home->wreck };
  disk_leave(n, loss, seed, home->wreck);
  for (guint i = 0; i < home->deeds->len; i++) {
    const Deed *deed = &g_array_index(home->deeds, Deed, i);
    if (deed->kind == SCRUBBED && deed->done <= n)
      assert_no_trace(home, deed->text, n);
  }
  desk.path = g_build_filename(home->wreck, "ledger.db", NULL);
  desk_open(&desk);
  assert_all(home, &desk, n);
  assert_goes_on(home, &desk, n);
  desk_close(&desk);
  g_free(desk.path);
}

/* -- The tests ------------------------------------------------------------------------------------------ */

static void
try_all(Home *home, DiskLoss loss, guint64 seed, guint *n_wrecks)
{
  for (guint n = 0; n <= disk_n_steps(); n++) {
    if (!disk_step_matters(n, loss))
      continue;
    assert_wreck(home, n, loss, seed);
    ++*n_wrecks;
  }
}

static void
test_power_is_lost_behind_every_step(void **state)
{
  Home *home = *state;
  guint n_wrecks = 0;
  live(home);
  try_all(home, DISK_KEEPS_SYNCED, 0, &n_wrecks);
  try_all(home, DISK_KEEPS_ALL, 0, &n_wrecks);
  for (guint seed = 1; seed <= home->n_seeds; seed++)
    try_all(home, DISK_TEARS, seed, &n_wrecks);
  print_message("power lost %u times, behind each of %u steps\n", n_wrecks, disk_n_steps());
  print_message("figure: power-losses %u behind each of %u steps of the disk\n", n_wrecks, disk_n_steps());
  assert_true(disk_n_steps() > 200);
}

/* -- Another file in the ledger's place ----------------------------------------------------------------- */

/* Puts a file among those that are watched, to stay. */
static void
place(Home *home, const char *name, const char *content, gsize size)
{
  g_autofree char *directory = g_path_get_dirname(home->desk.path);
  g_autofree char *path = g_build_filename(directory, name, NULL);
  assert_true(g_file_set_contents_full(
      path, content, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, NULL));
}

static void
place_file(Home *home, const char *name, const char *from)
{
  g_autofree char *content = NULL;
  gsize size;
  assert_true(g_file_get_contents(from, &content, &size, NULL));
  place(home, name, content, size);
}

typedef void (*Look)(Home *home, guint n);

/* Loses power behind each step from `from` on, and looks at what is left in home->wreck. */
static void
look_at_wrecks(Home *home, guint from, Look look)
{
  for (guint n = from; n <= disk_n_steps(); n++)
    for (guint seed = 0; seed < 12; seed++) {
      disk_leave(n,
                 seed == 0   ? DISK_KEEPS_SYNCED
                 : seed == 1 ? DISK_KEEPS_ALL
                             : DISK_TEARS,
                 seed, home->wreck);
      look(home, n);
    }
}

/* The old version as it was, or the new one, and the old one kept beside it. */
static void
look_at_migration(Home *home, guint n)
{
  Desk desk = { .directory = home->wreck };
  g_autofree char *kept = g_build_filename(home->wreck, "ledger.db.version-1", NULL), *expected = NULL;
  desk.path = g_build_filename(home->wreck, "ledger.db", NULL);
  const gboolean is_new = desk_sql_number(desk.path, "PRAGMA user_version") != 1;
  if (is_new && !g_file_test(kept, G_FILE_TEST_EXISTS))
    fail_msg("step %u: brought up to date, and the old one is not kept", n);
  desk_open(&desk);
  g_autofree char *told = golden_tell(&desk);
  assert_true(g_file_get_contents(CAL_GOLDEN_DIRECTORY "/v1.txt", &expected, NULL, NULL));
  assert_string_equal(told, expected);
  assert_true(cal_ledger_check(desk.ledger, NULL));
  desk_close(&desk);
  assert_int_equal(desk_sql_number(kept, "PRAGMA user_version"), 1);
  assert_int_equal(
      desk_sql_number(kept, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
  g_free(desk.path);
}

static void
test_power_is_lost_amid_a_migration(void **state)
{
  Home *home = *state;
  place_file(home, "ledger.db", CAL_GOLDEN_DIRECTORY "/v1.db");
  const guint from = disk_n_steps();
  desk_open(&home->desk);
  desk_close(&home->desk);
  assert_true(disk_n_steps() > from + 50);
  look_at_wrecks(home, from, look_at_migration);
}

/* One of the two ledgers, and all of it. */
static void
look_at_replacement(Home *home, guint n)
{
  Desk desk = { .directory = home->wreck };
  GError *error = NULL;
  desk.path = g_build_filename(home->wreck, "ledger.db", NULL);
  desk_open(&desk);
  if (!cal_ledger_check(desk.ledger, &error))
    fail_msg("step %u: %s", n, error->message);
  g_autoptr(GArray) events = desk_events(&desk);
  if (events->len != 100 && events->len != 140)
    fail_msg("step %u: there are %u events", n, events->len);
  desk_close(&desk);
  g_free(desk.path);
}

/* The present ledger's newest are in its WAL alone, since the daemon was killed. A copy of before replaces
 * it. */
static void
test_power_is_lost_amid_a_replacement(void **state)
{
  Home *home = *state;
  Desk before = { .directory = home->desk.directory };
  g_autofree char *copy = g_build_filename(before.directory, "copy.db", NULL), *aside = NULL;
  g_autofree char *staged = g_strconcat(home->desk.path, ".restore-a1B2c3", NULL);
  before.path = g_build_filename(before.directory, "before.db", NULL);
  g_autofree char *wal = g_strconcat(before.path, "-wal", NULL);
  desk_open(&before);
  desk_append_minutes(&before, 1, 100);
  const int fd = open(copy, O_RDWR | O_CREAT, 0600);
  assert_true(cal_ledger_backup(before.ledger, fd, NULL));
  close(fd);
  desk_append_minutes(&before, 101, 140);
  place_file(home, "ledger.db", before.path);
  place_file(home, "ledger.db-wal", wal);
  place_file(home, "ledger.db.restore-a1B2c3", copy);
  desk_close(&before);
  g_free(before.path);
  const guint from = disk_n_steps();
  assert_true(cal_ledger_replace(home->desk.path, staged, TODAY, &aside, NULL));
  assert_true(disk_n_steps() >= from + 5);
  look_at_wrecks(home, from, look_at_replacement);
}

static int
set_up(void **state)
{
  Home *home = *state;
  home->desk.directory = g_dir_make_tmp("calcifer-power-XXXXXX", NULL);
  g_autofree char *data = g_build_filename(home->desk.directory, "data", NULL);
  home->desk.path = g_build_filename(data, "ledger.db", NULL);
  home->wreck = g_build_filename(home->desk.directory, "wreck", NULL);
  assert_int_equal(g_mkdir(data, 0700), 0);
  home->deeds = g_array_new(FALSE, TRUE, sizeof(Deed));
  disk_watch(data);
  return 0;
}

static int
tear_down(void **state)
{
  Home *home = *state;
  close_home(home);
  disk_watch(NULL);
  g_array_unref(home->deeds);
  desk_remove_tree(home->desk.directory);
  g_free(home->desk.directory);
  g_free(home->desk.path);
  g_free(home->wreck);
  return 0;
}

int
main(int argc, char **argv)
{
  Home home = { .is_long = argc > 1, .n_seeds = argc > 1 ? (guint)atoi(argv[1]) : 2 };
  const struct CMUnitTest tests[] = {
    { "power is lost behind every step", test_power_is_lost_behind_every_step, set_up, tear_down, &home },
    { "power is lost amid a migration", test_power_is_lost_amid_a_migration, set_up, tear_down, &home },
    { "power is lost amid a replacement", test_power_is_lost_amid_a_replacement, set_up, tear_down, &home },
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
