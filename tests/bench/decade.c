/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a wearer's ledger of so many days up to NOW, through the daemon's own code: a record for each
 * minute, a pill each morning by the tag's button, four meals a day, a laboratory value each half year. The
 * sun is Berlin's, through clouds of a day's own and walls of an hour's own. The same arguments give the same
 * events.
 *
 * A weather tag was adopted, too, and never heard.
 *
 *   bench-decade LEDGER DAYS
 *
 * Nothing before 2020 counts, so ten years end in one that is to come: whoever uses it moves the clock.
 */
#include <ledger.h>

#include <calcifer/atmosphere.h>
#include <calcifer/ozone.h>
#include <calcifer/sun.h>

#include <math.h>
#include <stdlib.h>

#define NOW       INT64_C(1893420000) /* 2029-12-31T14:00:00Z; decade.py says so, too */
#define LATITUDE  52.52
#define LONGITUDE 13.4
#define DAY_S     86400
#define LOG_ID    0x00ab12cdu
#define DAY_ROWS  1441 /* a day's minutes and its pill */
#define BATCH     (8 * DAY_ROWS)

static const CalAddress tag = { { 0xC0, 0xFF, 0xEE, 0, 0, 1 } };

typedef struct Decade {
  CalLedger *ledger;
  CalInstant start; /* midnight (UTC) of the first day */
  guint8 (*raw)[CAL_RECORD_SIZE];
  gsize n_raw;
  GArray *entries;
} Decade;

static void
must(gboolean done, GError *error)
{
  if (!done)
    g_error("%s", error != NULL ? error->message : "it failed");
}

/* A number in 0 ... 1 that belongs to a number. */
static double
chance(guint64 of)
{
  of = (of + 1) * UINT64_C(0x9e3779b97f4a7c15);
  of = (of ^ of >> 31) * UINT64_C(0xbf58476d1ce4e5b9);
  return (double)(of >> 40) / (double)(1 << 24);
}

/* -- Entries -------------------------------------------------------------------------------------------- */

static void
enter(Decade *decade, CalEntryKind kind, CalWay way, CalInstant at, const char *name, const char *value)
{
  CalEntry entry = { .kind = kind, .way = way, .at = at, .recorded = at };
  g_strlcpy(entry.name, name, sizeof entry.name);
  g_strlcpy(entry.value, value, sizeof entry.value);
  g_array_append_val(decade->entries, entry);
}

static void
write_entries(Decade *decade)
{
  GError *error = NULL;
  CalEntry *entries = (CalEntry *)(gpointer)decade->entries->data;
  must(cal_ledger_append_entries(decade->ledger, entries, decade->entries->len, &error), error);
  g_array_set_size(decade->entries, 0);
}

static void
enter_settings(Decade *decade)
{
  static const struct {
    CalEntryKind kind;
    const char *name, *value;
  } rows[] = {
    { CAL_ENTRY_ZONE, "", "Europe/Berlin 52.50 13.37" },
    { CAL_ENTRY_PROFILE, "birth-year", "1980" },
    { CAL_ENTRY_PROFILE, "sex", "female" },
    { CAL_ENTRY_PROFILE, "stage", "none" },
    { CAL_ENTRY_PROFILE, "phototype", "2" },
    { CAL_ENTRY_PROFILE, "clothing", "arms" },
    { CAL_ENTRY_PROFILE, "place", "52.52,13.4" },
    { CAL_ENTRY_PRODUCT, "d3k2", "d=2000IU mk7=100ug every=1d at=08:00" },
    { CAL_ENTRY_TAG, "C0:FF:EE:00:00:01", "tag-event" },
    { CAL_ENTRY_ROLE, "C0:FF:EE:00:00:01", "worn" },
    { CAL_ENTRY_TAG, "54:48:E6:8F:80:A5", "bthome" },
    { CAL_ENTRY_ROLE, "54:48:E6:8F:80:A5", "worn" },
    { CAL_ENTRY_MAP, "C0:FF:EE:00:00:01 1", "d3k2" },
    { CAL_ENTRY_FOODSTUFF, "salmon", "portion=85g d=526IU calcium=12mg magnesium=27mg k1=0.5ug mk7=?" },
    { CAL_ENTRY_FOODSTUFF, "yogurt", "portion=170g d=0IU calcium=183mg magnesium=17mg k1=0.2ug mk4=0.4ug" },
    { CAL_ENTRY_FOODSTUFF, "spinach", "portion=30g d=0IU calcium=99mg magnesium=79mg k1=482.9ug" },
    { CAL_ENTRY_FOODSTUFF, "bread", "portion=30g d=0IU calcium=161mg magnesium=75mg k1=7.8ug" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    enter(decade, rows[i].kind, CAL_WAY_HAND, decade->start, rows[i].name, rows[i].value);
}

static void
enter_day(Decade *decade, CalInstant midnight)
{
  static const struct {
    int minute;
    const char *food, *mass;
  } meals[] = {
    { 450, "yogurt", "170g" }, { 451, "bread", "90g" }, { 760, "spinach", "60g" }, { 1140, "salmon", "85g" }
  };
  const gint64 day = (midnight - decade->start) / DAY_S;
  for (gsize i = 0; i < G_N_ELEMENTS(meals); i++) {
    const CalInstant at = midnight + 60 * meals[i].minute;
    if (at < NOW)
      enter(decade, CAL_ENTRY_FOOD, CAL_WAY_HAND, at, meals[i].food, meals[i].mass);
  }
  if (day % 182 == 90 && midnight + 36000 < NOW)
    enter(decade, CAL_ENTRY_LAB, CAL_WAY_HAND, midnight + 36000, "", "72nmol/L");
}

/* -- Records -------------------------------------------------------------------------------------------- */

static void
write_records(Decade *decade)
{
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  GError *error = NULL;
  must(cal_ledger_append_records(decade->ledger, &tag, LOG_ID, (const guint8(*)[CAL_RECORD_SIZE])decade->raw,
                                 decade->n_raw, NOW, &tally, &touched, &error),
       error);
  decade->n_raw = 0;
}

static void
add_record(Decade *decade, CalRecord record)
{
  const gint64 day = (record.time - decade->start) / DAY_S, second = (record.time - decade->start) % DAY_S;
  const gint64 row = second < 8 * 3600 || record.type == CAL_RECORD_INTAKE ? second / 60 : second / 60 + 1;
  record.sequence = (guint32)(1 + day * DAY_ROWS + row);
  record.boot = 1;
  record.flags = CAL_RECORD_FLAG_CLOCK_SET;
  cal_record_encode(&record, decade->raw[decade->n_raw++]);
}

/* Hundredths. The sun's part is told every ten minutes, and what stands in its way every hour. */
static guint16
uv_index(CalInstant at, double clear)
{
  const double cloud = 0.3 + 0.7 * chance((guint64)(at / DAY_S));
  const double walls = chance((guint64)(at / 3600) << 20) < 0.75 ? 0.02 : 0.8;
  return (guint16)lround(100 * clear * cloud * walls * (0.9 + 0.2 * chance((guint64)at << 8)));
}

static void
add_minute(Decade *decade, CalInstant at, double clear)
{
  const guint16 mean = uv_index(at, clear);
  if ((at - decade->start) % DAY_S == 8 * 3600)
    add_record(decade, (CalRecord){ .type = CAL_RECORD_INTAKE, .time = (guint32)at, .intake = { 1, 1 } });
  add_record(decade, (CalRecord){ .type = CAL_RECORD_UV,
                                  .time = (guint32)at,
                                  .uv = { 60, mean, (guint16)(mean + mean / 4) } });
}

static void
add_day(Decade *decade, CalInstant midnight)
{
  double clear = 0;
  const double ozone_du = cal_ozone_climatology_du(LATITUDE, (CalDate)(midnight / DAY_S));
  for (CalInstant at = midnight; at < MIN(midnight + DAY_S, NOW); at += 60) {
    if (at % 600 == 0)
      clear = cal_atmosphere_clear_uvi(cal_sun_position(at, LATITUDE, LONGITUDE).zenith_deg, ozone_du, NULL);
    add_minute(decade, at, clear);
  }
}

/* -- All of it ------------------------------------------------------------------------------------------ */

static void
write_days(Decade *decade)
{
  for (CalInstant midnight = decade->start; midnight < NOW; midnight += DAY_S) {
    add_day(decade, midnight);
    enter_day(decade, midnight);
    if (decade->n_raw > BATCH - DAY_ROWS)
      write_records(decade);
  }
  write_records(decade);
  write_entries(decade);
}

int
main(int argc, char **argv)
{
  GError *error = NULL;
  if (argc != 3)
    g_error("usage: bench-decade LEDGER DAYS");
  Decade decade = { .ledger = cal_ledger_open(argv[1], &error),
                    .start = NOW - NOW % DAY_S - (g_ascii_strtoll(argv[2], NULL, 10) - 1) * DAY_S,
                    .raw = g_malloc_n(BATCH, CAL_RECORD_SIZE),
                    .entries = g_array_new(FALSE, FALSE, sizeof(CalEntry)) };
  must(decade.ledger != NULL, error);
  enter_settings(&decade);
  must(cal_ledger_set_floor(decade.ledger, &tag, LOG_ID, 1, &error), error);
  write_days(&decade);
  cal_ledger_close(decade.ledger);
  g_free(decade.raw);
  g_array_unref(decade.entries);
  return EXIT_SUCCESS;
}
