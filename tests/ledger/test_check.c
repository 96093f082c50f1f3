/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Damage is noticed: in SQLite's structure by SQLite, in what was appended by the sums. */
#include "desk.h"

#include <string.h>

#include <error.h>

static void
fill(Desk *desk)
{
  desk_append_minutes(desk, 1, 3000);
  desk_append_minutes(desk, 4000, 4100);
  for (int i = 0; i < 40; i++)
    desk_enter(desk, CAL_ENTRY_FOOD, NOON + i, "a boiled egg, from the market", "60g");
  for (int i = 0; i < 40; i++)
    assert_true(cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON + i, 1.0 / 3 + i, NULL));
}

static void
assert_damaged(Desk *desk, const char *said)
{
  GError *error = NULL;
  assert_false(cal_ledger_check(desk->ledger, &error));
  if (strstr(error->message, said) == NULL)
    fail_msg("%s", error->message);
  desk_assert_error(&error, CAL_ERROR_DAMAGED);
}

static void
test_a_sound_ledger_is_sound(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  assert_true(cal_ledger_check(desk->ledger, &error));
  fill(desk);
  assert_true(cal_ledger_check(desk->ledger, &error));
  desk_reopen(desk);
  assert_true(cal_ledger_check(desk->ledger, &error));
}

/* Flips one bit of the file where these bytes are, the n-th time that they occur. */
static void
flip_in_file(Desk *desk, const void *bytes, gsize n_bytes, guint n)
{
  g_autofree char *content = NULL;
  gsize size;
  assert_true(g_file_get_contents(desk->path, &content, &size, NULL));
  for (char *at = content; (at = memmem(at, size - (gsize)(at - content), bytes, n_bytes)) != NULL; at++)
    if (n-- == 0) {
      at[n_bytes / 2] ^= 4;
      assert_true(g_file_set_contents(desk->path, content, (gssize)size, NULL));
      return;
    }
  fail_msg("no such bytes in the file");
}

static void
test_a_flipped_bit_in_a_record(void **state)
{
  Desk *desk = *state;
  guint8 raw[CAL_RECORD_SIZE];
  const CalRecord record = desk_minute(1500, NOON);
  cal_record_encode(&record, raw);
  fill(desk);
  desk_close(desk);
  flip_in_file(desk, raw + 12, 6, 1); /* duration, mean and maximum, of one of the records that have these */
  desk_open(desk);
  assert_damaged(desk, "records 1 to 3000");
}

static void
test_a_flipped_bit_in_an_entry(void **state)
{
  Desk *desk = *state;
  fill(desk);
  desk_close(desk);
  flip_in_file(desk, "market60g", 9, 7);
  desk_open(desk);
  assert_damaged(desk, "entry ");
}

static void
test_a_flipped_bit_in_a_sample(void **state)
{
  Desk *desk = *state;
  const double value = 1.0 / 3 + 20;
  guint64 bits;
  memcpy(&bits, &value, sizeof bits);
  bits = GUINT64_TO_BE(bits);
  fill(desk);
  desk_close(desk);
  flip_in_file(desk, &bits, sizeof bits, 0);
  desk_open(desk);
  assert_damaged(desk, "samples of C0:FF:EE:00:00:02");
}

/* A byte in the middle of the file that belongs to SQLite: the header of a page. */
static void
test_a_flipped_byte_in_the_structure(void **state)
{
  Desk *desk = *state;
  g_autofree char *content = NULL;
  gsize size;
  fill(desk);
  desk_close(desk);
  assert_true(g_file_get_contents(desk->path, &content, &size, NULL));
  const gsize middle = size / 4096 / 2 * 4096;
  content[middle + 4] ^= 0x40; /* how many cells it has */
  assert_true(g_file_set_contents(desk->path, content, (gssize)size, NULL));
  desk_open(desk);
  assert_damaged(desk, "");
}

/* Makes all children of a table's inner page the first one (sqlite.org/fileformat2.html, 1.6). */
static void
make_one_of_all_leaves(const char *path, const char *table)
{
  enum { PAGE_SIZE = 4096, AT_CELLS = 3, AT_RIGHT_MOST = 8, AT_POINTERS = 12, CHILD_SIZE = 4 };
  g_autofree char *content = NULL, *sql = g_strdup_printf("SELECT pageno FROM dbstat WHERE name = '%s'"
                                                          "  AND pagetype = 'internal'",
                                                          table);
  gsize size;
  const gint64 number = desk_sql_number(path, sql);
  assert_true(number > 1);
  assert_true(g_file_get_contents(path, &content, &size, NULL));
  char *const page = content + (number - 1) * PAGE_SIZE;
  const guint n_cells = (guint8)page[AT_CELLS] << 8 | (guint8)page[AT_CELLS + 1];
  const guint8 *const pointers = (const guint8 *)page + AT_POINTERS;
  const char *const first = page + (pointers[0] << 8 | pointers[1]);
  assert_in_range(n_cells, 2, 400);
  for (guint i = 1; i < n_cells; i++)
    memcpy(page + (pointers[2 * i] << 8 | pointers[2 * i + 1]), first, CHILD_SIZE);
  memcpy(page + AT_RIGHT_MOST, first, CHILD_SIZE);
  assert_true(g_file_set_contents(path, content, (gssize)size, NULL));
}

/* The same records over and over, of the first day, which three blocks reach: what is read of a block has
 * room for a block. */
static void
test_more_rows_than_numbers(void **state)
{
  Desk *desk = *state;
  desk_append_minutes(desk, 1, 3000);
  desk_close(desk);
  make_one_of_all_leaves(desk->path, "record");
  desk_open(desk);
  g_autoptr(GArray) events = desk_events(desk);
  assert_in_range(events->len, 256, 3 * 256);
  assert_damaged(desk, "");
}

/* What another tool did behind the triggers. */
static void
test_tampering(void **state)
{
  Desk *desk = *state;
  static const struct {
    const char *sql, *said;
  } acts[] = {
    { "DROP TRIGGER record_remains; DELETE FROM record WHERE sequence = 4050", "records 4000 to 4100" },
    { "INSERT INTO record (id, time, rest) SELECT id + 5000, time, rest FROM record LIMIT 1", "never came" },
    { "DROP TRIGGER entry_stays; UPDATE entry SET at = at + 1 WHERE number = 3", "entry " },
    { "DROP TRIGGER sample_remains; DELETE FROM sample WHERE at % 10 = 3", "samples of" },
    { "INSERT INTO lost VALUES (99, 1, 2)", "leads nowhere" },
  };
  g_autofree char *content = NULL;
  gsize size;
  fill(desk);
  desk_close(desk);
  assert_true(g_file_get_contents(desk->path, &content, &size, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
    assert_true(g_file_set_contents(desk->path, content, (gssize)size, NULL));
    desk_sql(desk->path, acts[i].sql);
    desk_open(desk);
    assert_damaged(desk, acts[i].said);
    desk_close(desk);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_a_sound_ledger_is_sound),
    TEST(test_a_flipped_bit_in_a_record),
    TEST(test_a_flipped_bit_in_an_entry),
    TEST(test_a_flipped_bit_in_a_sample),
    TEST(test_a_flipped_byte_in_the_structure),
    TEST(test_more_rows_than_numbers),
    TEST(test_tampering),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
