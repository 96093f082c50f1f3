/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Killed at any moment: what was acknowledged is there, exactly once. */
#include "desk.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_ROUNDS 30
#define N_BATCH  37

/* What the child has been told is committed. */
typedef struct Acknowledgement {
  guint32 records; /* sequences 1 ... records */
  guint32 entries; /* numbers 1 ... entries, of which every third undoes the one before */
} Acknowledgement;

static gboolean
append_batch(CalLedger *ledger, Acknowledgement *done)
{
  guint8 raw[N_BATCH][CAL_RECORD_SIZE];
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  for (guint32 i = 0; i < N_BATCH; i++) {
    const guint32 sequence = done->records + 1 + i;
    const CalRecord record = sequence % 50 == 0
                                 ? desk_clock(sequence, NOON + 60 * (gint64)sequence, sequence * 60,
                                              (guint32)NOON + 60 * sequence - 100)
                                 : desk_minute(sequence, NOON + 60 * (gint64)sequence);
    cal_record_encode(&record, raw[i]);
  }
  done->records += N_BATCH;
  return cal_ledger_append_records(ledger, &desk_tag, LOG_ID, (const guint8(*)[CAL_RECORD_SIZE])raw, N_BATCH,
                                   NOON, &tally, &touched, NULL);
}

static gboolean
append_entry(CalLedger *ledger, Acknowledgement *done)
{
  CalEntry entry = {
    .kind = CAL_ENTRY_TAKE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON, .name = "d3"
  };
  if (++done->entries % 3 == 0) {
    entry.kind = CAL_ENTRY_UNDO;
    g_snprintf(entry.name, sizeof entry.name, "%s:%u", cal_ledger_uuid(ledger), done->entries - 1);
  }
  return cal_ledger_append_sample(ledger, &desk_other_tag, NOON + done->entries, 1.5, NULL) &&
         cal_ledger_append_entry(ledger, &entry, NULL);
}

static void
append_for_ever(const char *path, Acknowledgement done, int acknowledge)
{
  CalLedger *ledger = cal_ledger_open(path, NULL);
  while (ledger != NULL && append_batch(ledger, &done) && append_entry(ledger, &done) &&
         write(acknowledge, &done, sizeof done) == sizeof done)
    ;
  _exit(1);
}

/* Kills the child after so many acknowledgements and a moment more; the last acknowledgement it gave. */
static Acknowledgement
run_and_kill(Desk *desk, Acknowledgement from, guint64 *seed)
{
  int ends[2];
  Acknowledgement last = from, next;
  assert_int_equal(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    append_for_ever(desk->path, from, ends[1]);
  }
  close(ends[1]);
  for (guint32 n = desk_random(seed, 12); n > 0; n--)
    assert_int_equal(read(ends[0], &last, sizeof last), sizeof last);
  g_usleep(desk_random(seed, 2000));
  assert_int_equal(kill(child, SIGKILL), 0);
  while (read(ends[0], &next, sizeof next) == sizeof next)
    last = next;
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status)); /* it had not failed by itself */
  close(ends[0]);
  return last;
}

/* At least what was acknowledged, at most one batch and one entry more, each whole. */
static Acknowledgement
assert_whole(Desk *desk, Acknowledgement least)
{
  g_autoptr(GArray) events = desk_events(desk);
  GError *error = NULL;
  CalLogState log;
  guint32 n_records = 0, n_takes = 0, n_samples = 0;
  if (!cal_ledger_check(desk->ledger, &error))
    fail_msg("%s", error->message);
  assert_true(cal_ledger_log_state(desk->ledger, &desk_tag, LOG_ID, &log, NULL));
  for (guint i = 0; i < events->len; i++) {
    const CalEventKind kind = g_array_index(events, CalEvent, i).kind;
    n_records += kind == CAL_EVENT_RECORD;
    n_takes += kind == CAL_EVENT_ENTRY;
    n_samples += kind == CAL_EVENT_SAMPLE;
  }
  assert_int_equal(log.newest, n_records); /* each once */
  assert_int_equal(n_records % N_BATCH, 0);
  assert_true(n_records == least.records || n_records == least.records + N_BATCH);
  const guint32 n_entries = (guint32)desk_sql_number(desk->path, "SELECT count(*) FROM entry");
  assert_true(n_entries == least.entries || n_entries == least.entries + 1);
  assert_int_equal(n_samples, n_entries);                               /* committed together */
  assert_int_equal(n_takes, n_entries - n_entries / 3 - n_entries / 3); /* the undone ones are undone */
  return (Acknowledgement){ n_records, n_entries };
}

static void
test_nothing_acknowledged_is_lost_or_doubled(void **state)
{
  Desk *desk = *state;
  guint64 seed = 42;
  Acknowledgement done = { 0 };
  for (int round = 0; round < N_ROUNDS; round++) {
    desk_close(desk);
    const Acknowledgement told = run_and_kill(desk, done, &seed);
    desk_open(desk);
    done = assert_whole(desk, told);
  }
  assert_true(done.records > N_ROUNDS * N_BATCH); /* it did get somewhere */
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_nothing_acknowledged_is_lost_or_doubled, desk_set_up,
                                    desk_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
