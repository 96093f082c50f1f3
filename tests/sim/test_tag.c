/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../unit/cmocka_prelude.h"

#include <string.h>

#include "packing.h"
#include "tag.h"

#define NOW   1750000000
#define START 1749990000

/* A tag, a clock that stands still unless told otherwise, and all that the tag ever sent. */
typedef struct Bench {
  SimTag *tag;
  gint64 now;
  GPtrArray *notified; /* GBytes */
  GPtrArray *answers;  /* GBytes */
  GString *order;      /* 'n' and 'a' as they came */
} Bench;

static gint64
bench_now(gpointer user)
{
  return ((Bench *)user)->now;
}

static void
bench_notify(const guint8 *bytes, gsize size, gpointer user)
{
  Bench *bench = user;
  g_ptr_array_add(bench->notified, g_bytes_new(bytes, size));
  g_string_append_c(bench->order, 'n');
}

static void
bench_indicate(const guint8 *bytes, gsize size, gpointer user)
{
  Bench *bench = user;
  g_ptr_array_add(bench->answers, g_bytes_new(bytes, size));
  g_string_append_c(bench->order, 'a');
}

static void
bench_ignore(gpointer user)
{
  (void)user;
}

static void
bench_open(Bench *bench, SimTagOptions options)
{
  *bench = (Bench){ .now = NOW,
                    .notified = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
                    .answers = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
                    .order = g_string_new(NULL) };
  SimTagHooks hooks = { .now = bench_now,
                        .notify = bench_notify,
                        .indicate = bench_indicate,
                        .advert = bench_ignore,
                        .busy = bench_ignore,
                        .user = bench };
  bench->tag = sim_tag_new(&options, &hooks);
}

static void
bench_close(Bench *bench)
{
  sim_tag_free(bench->tag);
  g_ptr_array_unref(bench->notified);
  g_ptr_array_unref(bench->answers);
  g_string_free(bench->order, TRUE);
}

static void
connect_host(Bench *bench)
{
  sim_tag_link_up(bench->tag, 517);
  sim_tag_subscribe_records(bench->tag, TRUE);
  sim_tag_subscribe_racp(bench->tag, TRUE);
}

static void
run(Bench *bench)
{
  while (sim_tag_step(bench->tag))
    ;
}

static void
store_uv(Bench *bench, guint n)
{
  for (guint i = 0; i < n; i++)
    sim_tag_uv(bench->tag, START + 60 * (gint64)i, 60, 300, 400, 0);
}

static guint8
ask(Bench *bench, const char *bytes, gsize size)
{
  return sim_tag_write_racp(bench->tag, (const guint8 *)bytes, size);
}
#define ASK(bench, literal) ask(bench, literal, sizeof(literal) - 1)

static void
assert_answer(const Bench *bench, guint index, const char *bytes, gsize size)
{
  assert_true(index < bench->answers->len);
  gsize length;
  const void *data = g_bytes_get_data(bench->answers->pdata[index], &length);
  assert_int_equal(length, size);
  assert_memory_equal(data, bytes, size);
}
#define ASSERT_ANSWER(bench, index, literal) assert_answer(bench, index, literal, sizeof(literal) - 1)

static guint32
sequence_of(const Bench *bench, guint index)
{
  return sim_get_u32(g_bytes_get_data(bench->notified->pdata[index], NULL));
}

static void
test_example(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  store_uv(&bench, 3);
  connect_host(&bench);
  assert_int_equal(ASK(&bench, "\x01\x01"), 0); /* report, all */
  run(&bench);
  assert_string_equal(bench.order->str, "nnna");
  assert_int_equal(sequence_of(&bench, 0), 1);
  ASSERT_ANSWER(&bench, 0, "\x06\x00\x01\x01");
  bench_close(&bench);
}

static void
test_record_bytes(void **state)
{
  (void)state;
  Bench bench;
  SimTagOptions options = SIM_TAG_OPTIONS_DEFAULT;
  options.clock_set = TRUE;
  bench_open(&bench, options);
  sim_tag_uv(bench.tag, 0x684ea000, 0x1234, 0x0102, 0x0304, SIM_FLAG_WORN);
  static const guint8 uv[] = { 1, 0, 0, 0, 0x00, 0xa0, 0x4e, 0x68, 1, 0, 1, 3, 0x34, 0x12, 2, 1, 4, 3, 0, 0 };
  assert_memory_equal(sim_store_at(sim_tag_store(bench.tag), 0)->bytes, uv, sizeof uv);
  sim_tag_intake(bench.tag, 2, 3);
  static const guint8 intake[] = { 2, 3, 0, 0, 0, 0, 0, 0 };
  assert_memory_equal(sim_store_at(sim_tag_store(bench.tag), 1)->bytes + 12, intake, sizeof intake);
  bench_close(&bench);
}

static void
test_clock_record(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  bench.now += 500;
  sim_tag_intake(bench.tag, 1, 1);
  const SimRecord *record = sim_store_at(sim_tag_store(bench.tag), 0);
  assert_int_equal(sim_get_u32(record->bytes + 4), 500); /* undated: seconds since the start */
  assert_int_equal(record->bytes[11], 0);
  guint8 clock[SIM_TAG_CLOCK_SIZE];
  sim_tag_read_clock(bench.tag, clock);
  assert_int_equal(sim_get_u32(clock), 0);
  assert_int_equal(sim_get_u32(clock + 4), 500);
  guint8 time[4];
  sim_put_u32(time, NOW + 600);
  assert_int_equal(sim_tag_write_clock(bench.tag, time, 4), 0);
  assert_int_equal(sim_tag_write_clock(bench.tag, time, 3), SIM_ATT_INVALID_LENGTH);
  record = sim_store_at(sim_tag_store(bench.tag), 1);
  assert_int_equal(record->bytes[10], 4);
  assert_int_equal(sim_get_u32(record->bytes + 4), NOW + 600);
  assert_int_equal(sim_get_u32(record->bytes + 12), 500);
  assert_int_equal(sim_get_u32(record->bytes + 16), 0);
  assert_int_equal(sim_tag_write_clock(bench.tag, time, 4), 0);
  record = sim_store_at(sim_tag_store(bench.tag), 2);
  assert_int_equal(sim_get_u32(record->bytes + 16), NOW + 600); /* what it showed before */
  bench_close(&bench);
}

static void
test_reboot_loses_the_clock_alone(void **state)
{
  (void)state;
  Bench bench;
  SimTagOptions options = SIM_TAG_OPTIONS_DEFAULT;
  options.clock_set = TRUE;
  bench_open(&bench, options);
  store_uv(&bench, 2);
  sim_tag_reboot(bench.tag);
  guint8 clock[SIM_TAG_CLOCK_SIZE];
  sim_tag_read_clock(bench.tag, clock);
  assert_int_equal(sim_get_u32(clock), 0);
  assert_int_equal(sim_get_u16(clock + 8), 2);
  assert_int_equal(sim_tag_intake(bench.tag, 1, 1), 3);
  assert_int_equal(sim_get_u16(sim_store_at(sim_tag_store(bench.tag), 2)->bytes + 8), 2);
  bench_close(&bench);
}

static void
test_selections(void **state)
{
  (void)state;
  static const struct {
    const char *request;
    gsize size;
    guint32 count;
  } rows[] = {
    { "\x01", 1, 10 },
    { "\x05", 1, 1 },
    { "\x06", 1, 1 },
    { "\x02\x01\x04\x00\x00\x00", 6, 4 },
    { "\x03\x01\x04\x00\x00\x00", 6, 7 },
    { "\x04\x01\x03\x00\x00\x00\x05\x00\x00\x00", 10, 3 },
    { "\x04\x01\x0b\x00\x00\x00\x14\x00\x00\x00", 10, 0 },
    { "\x03\x01\xff\xff\xff\xff", 6, 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Bench bench;
    bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
    store_uv(&bench, 10);
    connect_host(&bench);
    guint8 request[16] = { 4 };
    memcpy(request + 1, rows[i].request, rows[i].size);
    assert_int_equal(sim_tag_write_racp(bench.tag, request, rows[i].size + 1), 0);
    run(&bench);
    guint8 number[6] = { 5, 0 };
    sim_put_u32(number + 2, rows[i].count);
    assert_answer(&bench, 0, (const char *)number, sizeof number);
    request[0] = 1;
    assert_int_equal(sim_tag_write_racp(bench.tag, request, rows[i].size + 1), 0);
    run(&bench);
    assert_int_equal(bench.notified->len, rows[i].count);
    guint8 code[4] = { 6, 0, 1, rows[i].count ? 1 : 6 };
    assert_answer(&bench, 1, (const char *)code, sizeof code);
    bench_close(&bench);
  }
}

static void
test_first_and_last(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  store_uv(&bench, 10);
  connect_host(&bench);
  ASK(&bench, "\x01\x05");
  run(&bench);
  ASK(&bench, "\x01\x06");
  run(&bench);
  assert_int_equal(sequence_of(&bench, 0), 1);
  assert_int_equal(sequence_of(&bench, 1), 10);
  bench_close(&bench);
}

static void
test_refusals(void **state)
{
  (void)state;
  static const struct {
    const char *request;
    gsize size;
    guint8 code;
  } rows[] = {
    { "\x07\x01", 2, 2 },                          /* opcode */
    { "\x01\x00", 2, 3 },                          /* report, null */
    { "\x02\x00", 2, 3 },                          /* delete, null */
    { "\x03\x01", 2, 3 },                          /* abort, all */
    { "\x01\x07", 2, 4 },                          /* no such operator */
    { "\x02\x01", 2, 4 },                          /* delete, all: never */
    { "\x02\x05", 2, 4 },                          /* delete, first */
    { "\x01\x02\x01\x00", 4, 5 },                  /* operand cut short */
    { "\x01\x01\x01", 3, 5 },                      /* operand where none belongs */
    { "\x01\x04\x01\x05\0\0\0\x04\0\0\0", 11, 5 }, /* from above to */
    { "\x01\x02\x02\x00\x00\x00\x00", 7, 9 },      /* filter by time */
    { "\x02\x02\x01\x05\0\0\0", 7, 6 },            /* delete in an empty store */
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Bench bench;
    bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
    connect_host(&bench);
    assert_int_equal(ask(&bench, rows[i].request, rows[i].size), 0);
    run(&bench);
    guint8 code[4] = { 6, 0, (guint8)rows[i].request[0], rows[i].code };
    assert_answer(&bench, 0, (const char *)code, sizeof code);
    assert_false(sim_tag_is_busy(bench.tag));
    bench_close(&bench);
  }
}

static void
test_write_needs_both_subscriptions(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  sim_tag_link_up(bench.tag, 517);
  assert_int_equal(ASK(&bench, "\x01\x01"), SIM_ATT_CCC_IMPROPER);
  sim_tag_subscribe_records(bench.tag, TRUE);
  assert_int_equal(ASK(&bench, "\x01\x01"), SIM_ATT_CCC_IMPROPER);
  sim_tag_subscribe_racp(bench.tag, TRUE);
  assert_int_equal(ASK(&bench, "\x01\x01"), 0);
  assert_int_equal(ask(&bench, "", 0), SIM_ATT_INVALID_LENGTH);
  bench_close(&bench);
}

static void
test_one_procedure_at_a_time_and_abort(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  store_uv(&bench, 5);
  connect_host(&bench);
  ASK(&bench, "\x01\x01");
  assert_true(sim_tag_step(bench.tag));
  assert_true(sim_tag_step(bench.tag));
  assert_int_equal(ASK(&bench, "\x04\x01"), SIM_ATT_PROCEDURE_ACTIVE);
  assert_int_equal(ASK(&bench, "\x03\x00"), 0);
  run(&bench);
  assert_string_equal(bench.order->str, "nna"); /* the aborted report has no answer of its own */
  ASSERT_ANSWER(&bench, 0, "\x06\x00\x03\x01");
  assert_int_equal(ASK(&bench, "\x04\x01"), 0);
  bench_close(&bench);
}

static void
test_refused_abort_stops_nothing(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  store_uv(&bench, 5);
  connect_host(&bench);
  ASK(&bench, "\x01\x01");
  sim_tag_step(bench.tag);
  assert_int_equal(ASK(&bench, "\x03\x01"), 0);
  sim_tag_step(bench.tag);
  assert_int_equal(ASK(&bench, "\x04\x01"), SIM_ATT_PROCEDURE_ACTIVE);
  run(&bench);
  assert_int_equal(bench.notified->len, 5);
  ASSERT_ANSWER(&bench, 0, "\x06\x00\x03\x03");
  ASSERT_ANSWER(&bench, 1, "\x06\x00\x01\x01");
  bench_close(&bench);
}

static void
test_delete_is_below_or_equal(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  store_uv(&bench, 5);
  connect_host(&bench);
  ASK(&bench, "\x02\x02\x01\x03\x00\x00\x00");
  run(&bench);
  ASSERT_ANSWER(&bench, 0, "\x06\x00\x02\x01");
  assert_int_equal(sim_store_count(sim_tag_store(bench.tag)), 2);
  assert_int_equal(sim_tag_deleted_up_to(bench.tag), 3);
  assert_int_equal(sim_tag_history(bench.tag)->len, 5 * SIM_HISTORY_SIZE);
  bench_close(&bench);
}

static void
test_full_tag_overwrites_its_oldest(void **state)
{
  (void)state;
  Bench bench;
  SimTagOptions options = SIM_TAG_OPTIONS_DEFAULT;
  options.capacity = 4;
  bench_open(&bench, options);
  store_uv(&bench, 10);
  connect_host(&bench);
  ASK(&bench, "\x01\x01");
  run(&bench);
  assert_string_equal(bench.order->str, "nnnna");
  assert_int_equal(sequence_of(&bench, 0), 7);
  assert_int_equal(sim_tag_newest(bench.tag), 10);
  bench_close(&bench);
}

static void
test_live_records(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  store_uv(&bench, 3); /* stored before: only a report brings them */
  connect_host(&bench);
  run(&bench);
  assert_string_equal(bench.order->str, "");
  sim_tag_intake(bench.tag, 1, 1);
  run(&bench);
  assert_string_equal(bench.order->str, "n");
  assert_int_equal(sequence_of(&bench, 0), 4);
  bench_close(&bench);
}

static void
test_record_stored_during_a_report_follows_its_answer(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  store_uv(&bench, 3);
  connect_host(&bench);
  ASK(&bench, "\x01\x01");
  sim_tag_step(bench.tag);
  sim_tag_intake(bench.tag, 1, 1);
  run(&bench);
  assert_string_equal(bench.order->str, "nnnan");
  assert_int_equal(sequence_of(&bench, 3), 4);
  bench_close(&bench);
}

static void
test_several_records_to_a_notification(void **state)
{
  (void)state;
  Bench bench;
  SimTagOptions options = SIM_TAG_OPTIONS_DEFAULT;
  options.per_notification = 12;
  bench_open(&bench, options);
  store_uv(&bench, 25);
  connect_host(&bench);
  ASK(&bench, "\x01\x01");
  run(&bench);
  assert_string_equal(bench.order->str, "nnna");
  assert_int_equal(g_bytes_get_size(bench.notified->pdata[0]), 240);
  assert_int_equal(g_bytes_get_size(bench.notified->pdata[2]), 20);
  sim_tag_link_up(bench.tag, 23); /* the smallest ATT MTU holds one record */
  ASK(&bench, "\x01\x05");
  run(&bench);
  assert_int_equal(g_bytes_get_size(bench.notified->pdata[3]), 20);
  bench_close(&bench);
}

static void
test_link_down_forgets_the_procedure(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  store_uv(&bench, 5);
  connect_host(&bench);
  ASK(&bench, "\x01\x01");
  sim_tag_step(bench.tag);
  sim_tag_link_down(bench.tag);
  assert_false(sim_tag_step(bench.tag));
  sim_tag_link_up(bench.tag, 517);
  run(&bench);
  assert_string_equal(bench.order->str, "n");
  assert_int_equal(ASK(&bench, "\x01\x01"), SIM_ATT_CCC_IMPROPER);
  assert_int_equal(sim_store_count(sim_tag_store(bench.tag)), 5);
  bench_close(&bench);
}

static void
report_with(Bench *bench, const char *fault, guint value, guint records)
{
  bench_open(bench, SIM_TAG_OPTIONS_DEFAULT);
  store_uv(bench, records);
  connect_host(bench);
  assert_true(sim_faults_set(sim_tag_faults(bench->tag), fault, value));
  ASK(bench, "\x01\x01");
  run(bench);
}

static void
test_fault_drop(void **state)
{
  (void)state;
  Bench bench;
  report_with(&bench, "drop", 3, 9);
  assert_string_equal(bench.order->str, "nnnnnna");
  assert_int_equal(sequence_of(&bench, 2), 4);
  bench_close(&bench);
}

static void
test_fault_duplicate(void **state)
{
  (void)state;
  Bench bench;
  report_with(&bench, "duplicate", 2, 4);
  assert_string_equal(bench.order->str, "nnnnnna");
  assert_int_equal(sequence_of(&bench, 1), sequence_of(&bench, 2));
  bench_close(&bench);
}

static void
test_fault_shuffle(void **state)
{
  (void)state;
  Bench bench;
  report_with(&bench, "shuffle", 10, 25);
  assert_int_equal(bench.notified->len, 25);
  guint out_of_order = 0;
  guint64 seen = 0;
  for (guint i = 0; i < 25; i++) {
    seen |= G_GUINT64_CONSTANT(1) << sequence_of(&bench, i);
    out_of_order += i && sequence_of(&bench, i) < sequence_of(&bench, i - 1);
  }
  assert_int_equal(seen, (G_GUINT64_CONSTANT(1) << 26) - 2); /* each once */
  assert_true(out_of_order > 3);
  assert_int_equal(bench.order->str[25], 'a');
  bench_close(&bench);
}

static void
test_fault_early_answer(void **state)
{
  (void)state;
  Bench bench;
  report_with(&bench, "early-answer", 2, 5);
  assert_string_equal(bench.order->str, "nnnann");
  bench_close(&bench);
}

static void
test_fault_never_answer(void **state)
{
  (void)state;
  Bench bench;
  report_with(&bench, "never-answer", 1, 3);
  assert_string_equal(bench.order->str, "nnn");
  assert_int_equal(ASK(&bench, "\x01\x01"), SIM_ATT_PROCEDURE_ACTIVE);
  assert_int_equal(ASK(&bench, "\x03\x00"), 0);
  run(&bench);
  assert_string_equal(bench.order->str, "nnna");
  bench_close(&bench);
}

static void
test_fault_junk(void **state)
{
  (void)state;
  Bench bench;
  report_with(&bench, "junk", 2, 4);
  assert_string_equal(bench.order->str, "nnnnnna");
  assert_true(g_bytes_get_size(bench.notified->pdata[2]) % SIM_RECORD_SIZE != 0);
  bench_close(&bench);
}

static void
test_fault_alter(void **state)
{
  (void)state;
  Bench bench;
  report_with(&bench, "alter", 4, 4);
  assert_string_equal(bench.order->str, "nnnnna");
  assert_int_equal(sequence_of(&bench, 3), sequence_of(&bench, 4));
  assert_false(g_bytes_equal(bench.notified->pdata[3], bench.notified->pdata[4]));
  bench_close(&bench);
}

static void
test_fault_lies(void **state)
{
  (void)state;
  Bench bench;
  report_with(&bench, "lie-report", 1, 4);
  assert_string_equal(bench.order->str, "a");
  ASSERT_ANSWER(&bench, 0, "\x06\x00\x01\x01");
  sim_faults_set(sim_tag_faults(bench.tag), "lie-delete", 1);
  ASK(&bench, "\x02\x02\x01\x04\x00\x00\x00");
  run(&bench);
  ASSERT_ANSWER(&bench, 1, "\x06\x00\x02\x01");
  assert_int_equal(sim_store_count(sim_tag_store(bench.tag)), 4);
  assert_int_equal(sim_tag_deleted_up_to(bench.tag), 0);
  bench_close(&bench);
}

static void
test_no_such_fault(void **state)
{
  (void)state;
  SimFaults faults = { 0 };
  assert_false(sim_faults_set(&faults, "gremlin", 1));
}

static void
test_jump_and_new_log(void **state)
{
  (void)state;
  Bench bench;
  bench_open(&bench, SIM_TAG_OPTIONS_DEFAULT);
  store_uv(&bench, 2);
  sim_tag_jump(bench.tag, 1000000000);
  assert_int_equal(sim_tag_intake(bench.tag, 1, 1), 1000000003);
  connect_host(&bench);
  ASK(&bench, "\x01\x03\x01\x03\x00\x00\x00");
  run(&bench);
  assert_string_equal(bench.order->str, "na");
  guint32 before = sim_tag_options(bench.tag)->log_id;
  sim_tag_jump(bench.tag, G_MAXUINT32);
  assert_int_equal(sim_tag_intake(bench.tag, 1, 1), 1); /* 2^32-1 is never given */
  assert_true(sim_tag_options(bench.tag)->log_id != before);
  assert_int_equal(sim_store_count(sim_tag_store(bench.tag)), 1);
  bench_close(&bench);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_record_bytes),
    cmocka_unit_test(test_clock_record),
    cmocka_unit_test(test_reboot_loses_the_clock_alone),
    cmocka_unit_test(test_selections),
    cmocka_unit_test(test_first_and_last),
    cmocka_unit_test(test_refusals),
    cmocka_unit_test(test_write_needs_both_subscriptions),
    cmocka_unit_test(test_one_procedure_at_a_time_and_abort),
    cmocka_unit_test(test_refused_abort_stops_nothing),
    cmocka_unit_test(test_delete_is_below_or_equal),
    cmocka_unit_test(test_full_tag_overwrites_its_oldest),
    cmocka_unit_test(test_live_records),
    cmocka_unit_test(test_record_stored_during_a_report_follows_its_answer),
    cmocka_unit_test(test_several_records_to_a_notification),
    cmocka_unit_test(test_link_down_forgets_the_procedure),
    cmocka_unit_test(test_fault_drop),
    cmocka_unit_test(test_fault_duplicate),
    cmocka_unit_test(test_fault_shuffle),
    cmocka_unit_test(test_fault_early_answer),
    cmocka_unit_test(test_fault_never_answer),
    cmocka_unit_test(test_fault_junk),
    cmocka_unit_test(test_fault_alter),
    cmocka_unit_test(test_fault_lies),
    cmocka_unit_test(test_no_such_fault),
    cmocka_unit_test(test_jump_and_new_log),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
