/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The paths that run for each thing that comes, each in a function of its own, so that a tool can count what
 * is in it. Each is run once before it counts, when statements are prepared and pages read.
 *
 *   bench-hot FOLDER
 */
#include "../../daemon/app/days.h"

#include <calcifer/bthome.h>
#include <calcifer/record.h>
#include <calcifer/turn.h>

#include <stdlib.h>
#include <string.h>

#define N_DECODED 100
#define N_MINUTES 1440
#define LOG_ID    7
#define START     INT64_C(1774915200) /* 2026-03-31T00:00:00Z */

void hot_decode(void);
void hot_decode_sealed(void);
void hot_record(void);
void hot_minute(void);
void hot_day(void);
void hot_advert(void);

static const CalAddress tag = { { 0xC0, 0xFF, 0xEE, 0, 0, 1 } };
static const CalAddress weather = { { 0x54, 0x48, 0xE6, 0x8F, 0x80, 0xA5 } };
static const CalBthomeKey key = { { 0x23, 0x1d, 0x39, 0xc1 } };
static const uint8_t plain[] = { 0x40, 0x01, 0x61, 0x02, 0xca, 0x09, 0x03, 0xbf, 0x13, 0x46, 0x32 };

/* What the functions work on: they take no arguments, so that a tool finds them by their names. */
static uint8_t sealed[CAL_BTHOME_DATA_MAX];
static size_t sealed_size;
static CalLedger *ledger;
static CalDays *days;
static CalDay *day;
static CalTurn *turn;
static CalInstant now; /* of what is heard */
static guint32 n_records;

static void
must(gboolean done, const char *what)
{
  if (!done)
    g_error("%s failed", what);
}

static void
decode(const uint8_t *data, size_t size)
{
  CalBthome packet;
  for (int i = 0; i < N_DECODED; i++)
    must(cal_bthome_decode(data, size, &key, &tag, &packet) == CAL_BTHOME_OK && packet.count == 4, "decode");
}

/* A hundred advertisements. */
__attribute__((noinline)) void
hot_decode(void)
{
  decode(plain, sizeof plain);
}

__attribute__((noinline)) void
hot_decode_sealed(void)
{
  decode(sealed, sealed_size);
}

static void
make_record(guint32 sequence, guint8 raw[CAL_RECORD_SIZE])
{
  const CalRecord record = { .sequence = sequence,
                             .time = (guint32)(START + 60 * (gint64)sequence),
                             .boot = 1,
                             .type = CAL_RECORD_UV,
                             .flags = CAL_RECORD_FLAG_CLOCK_SET,
                             .uv = { 60, (guint16)(100 + sequence % 300), 500 } };
  cal_record_encode(&record, raw);
}

static void
append(guint32 n)
{
  guint8 raw[N_MINUTES][CAL_RECORD_SIZE];
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  for (guint32 i = 0; i < n; i++)
    make_record(n_records + i, raw[i]);
  must(cal_ledger_append_records(ledger, &tag, LOG_ID, (const guint8(*)[CAL_RECORD_SIZE])raw, n, START,
                                 &tally, &touched, NULL),
       "append");
  n_records += n;
}

/* A hundred records that come as one batch. */
__attribute__((noinline)) void
hot_record(void)
{
  append(100);
}

/* A minute of sun, from its event to the dose. */
__attribute__((noinline)) void
hot_minute(void)
{
  CalEvent event = { .kind = CAL_EVENT_RECORD, .at = START + 60 * (gint64)n_records, .tag = tag };
  event.of.record.log_id = LOG_ID;
  make_record(n_records++, event.of.record.raw);
  cal_day_step(day, &event, START + 86400);
}

/* A day of minutes, from the ledger to its balance. */
__attribute__((noinline)) void
hot_day(void)
{
  CalDayResult result;
  must(cal_days_fold(days, (CalDate)(START / 86400) + 1, START + 3 * 86400, &result, NULL), "fold");
}

static void tell(const CalTurnEvent *event);

static void
refold(CalDate first, CalDate last)
{
  CalDayResult result;
  for (CalDate date = first; date <= last; date++) {
    must(cal_days_result(days, date, now, &result, NULL), "result");
    tell(&(CalTurnEvent){ .kind = CAL_TURN_DAY, .of.day = &result });
  }
}

static void
tell(const CalTurnEvent *event)
{
  const CalInstant begins = now - now % 86400;
  const CalMoment moment = { .now = now,
                             .date = (CalDate)(now / 86400),
                             .minute = (int32_t)(now % 86400 / 60),
                             .day_begins = begins,
                             .day_ends = begins + 86400 };
  g_autofree CalEffect *effects = g_new(CalEffect, CAL_TURN_MAX_EFFECTS);
  const gsize n = cal_turn(turn, event, &moment, effects);
  for (gsize i = 0; i < n; i++)
    if (effects[i].kind == CAL_EFFECT_REFOLD)
      refold(effects[i].of.days.first, effects[i].of.days.last);
}

/* What an ambient tag says at noon, from the event to what is found and planned, and what is told of it. */
__attribute__((noinline)) void
hot_advert(void)
{
  CalDayResult result;
  CalEvent event = { .kind = CAL_EVENT_SAMPLE, .at = ++now, .tag = weather };
  const CalDate today = (CalDate)(now / 86400);
  event.of.sample.uv_index = 3 + (double)(now % 7) / 10;
  cal_days_take(days, &event, now);
  tell(&(CalTurnEvent){ .kind = CAL_TURN_RECORDS, .of.records = { today, today, NULL } });
  for (int i = 0; i < 3; i++)
    must(cal_days_result(days, today, now, &result, NULL), "result");
  must(result.ambient.end == now, "the sample");
}

static void
begin_turn(void)
{
  CalContext *context = g_new(CalContext, 1);
  now = START + 3 * 86400 + 11 * 3600;
  turn = g_new0(CalTurn, 1);
  cal_turn_init(turn);
  cal_days_context(days, now, context);
  tell(&(CalTurnEvent){ .kind = CAL_TURN_CONTEXT, .of.context = context });
  tell(&(CalTurnEvent){ .kind = CAL_TURN_BEGIN });
  must(cal_turn_today(turn) != NULL && turn->planned != CAL_INSTANT_NONE, "the turn's beginning");
  g_free(context);
}

static void
enter(CalEntryKind kind, const char *name, const char *value)
{
  CalEntry entry = { .kind = kind, .way = CAL_WAY_HAND, .at = START - 86400, .recorded = START };
  g_strlcpy(entry.name, name, sizeof entry.name);
  g_strlcpy(entry.value, value, sizeof entry.value);
  must(cal_ledger_append_entry(ledger, &entry, NULL), name);
}

static void
begin_day(CalZones *zones)
{
  CalDayFrames frames;
  CalContext *context = g_new(CalContext, 1);
  cal_zones_frames(zones, (CalDate)(START / 86400), &frames);
  cal_days_context(days, START, context);
  cal_day_begin(day, &frames, context);
  g_free(context);
  n_records = 700; /* towards noon */
}

static void
fill(void)
{
  must(cal_ledger_set_floor(ledger, &tag, LOG_ID, 1, NULL), "floor");
  enter(CAL_ENTRY_TAG, "C0:FF:EE:00:00:01", "tag-event");
  enter(CAL_ENTRY_TAG, "54:48:E6:8F:80:A5", "bthome");
  enter(CAL_ENTRY_ROLE, "54:48:E6:8F:80:A5", "ambient");
  enter(CAL_ENTRY_PROFILE, "birth-year", "1980");
  enter(CAL_ENTRY_PROFILE, "phototype", "2");
  enter(CAL_ENTRY_PROFILE, "place", "52.52,13.4");
  n_records = 1;
  for (int i = 0; i < 3; i++)
    append(N_MINUTES);
}

int
main(int argc, char **argv)
{
  must(argc == 2, "usage: bench-hot FOLDER");
  g_autofree char *path = g_build_filename(argv[1], "hot", "ledger.db", NULL);
  CalZones *zones = cal_zones_new();
  sealed_size = cal_bthome_seal(plain + 1, sizeof plain - 1, false, 7, &key, &tag, sealed);
  ledger = cal_ledger_open(path, NULL);
  must(ledger != NULL, path);
  fill();
  days = cal_days_new(ledger, zones, NULL);
  day = g_new0(CalDay, 1);
  for (int i = 0; i < 2; i++) {
    hot_decode();
    hot_decode_sealed();
    hot_record();
    hot_day();
  }
  begin_day(zones);
  for (int i = 0; i < 20; i++)
    hot_minute();
  begin_turn();
  for (int i = 0; i < 20; i++)
    hot_advert();
  g_free(turn);
  cal_days_free(days);
  cal_zones_free(zones);
  cal_ledger_close(ledger);
  g_free(day);
  return EXIT_SUCCESS;
}
