/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "eras.h"

#include "intake.h"

#include <calcifer/dating.h>
#include <calcifer/record.h>

#include <math.h>

#define ERAS_MOST  256
#define MEMORY_KEY "eras"
/* Of a tag of these kinds the next sample ends this one (lib/balance/day_sun.c); a record must last. */
#define LASTS_S 1

typedef enum EraState { UNDATED, GUESSED, DATED } EraState;

typedef struct Era {
  guint32 log_id;
  EraState state;
  CalInstant booted_at; /* when the machine was started, by the clock that dates it; of UNDATED: nothing */
} Era;

struct CalEras {
  GArray *era; /* in the order in which they began */
};

CalEras *
cal_app_eras_new(void)
{
  CalEras *eras = g_new0(CalEras, 1);
  eras->era = g_array_new(FALSE, TRUE, sizeof(Era));
  return eras;
}

void
cal_app_eras_free(CalEras *eras)
{
  g_array_unref(eras->era);
  g_free(eras);
}

gboolean
cal_app_has_eras(const CalApp *app)
{
  return app->eras->era->len > 0;
}

static gboolean
is_absurd(CalInstant now)
{
  return now < CAL_DATING_EARLIEST;
}

/* -- What survives the daemon, and not the machine ------------------------------------------------------ */

static gboolean
remember(CalApp *app)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) text = g_string_new(app->boot_id);
  const GArray *eras = app->eras->era;
  for (guint i = 0; i < eras->len; i++) {
    const Era *era = &g_array_index(eras, Era, i);
    g_string_append_printf(text, "\n%u %d %" G_GINT64_FORMAT, era->log_id, (int)era->state, era->booted_at);
  }
  if (cal_ledger_remember(app->ledger, MEMORY_KEY, eras->len > 0 ? text->str : NULL, &error))
    return TRUE;
  cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "which clock dates samples could not be stored: %s",
              error->message);
  return FALSE;
}

static gboolean
parse_era(const char *line, Era *era)
{
  guint64 log_id, state;
  g_auto(GStrv) words = g_strsplit(line, " ", -1);
  if (g_strv_length(words) != 3 || !g_ascii_string_to_unsigned(words[0], 10, 0, G_MAXUINT32, &log_id, NULL) ||
      !g_ascii_string_to_unsigned(words[1], 10, UNDATED, DATED, &state, NULL))
    return FALSE;
  era->log_id = (guint32)log_id;
  era->state = (EraState)state;
  return g_ascii_string_to_signed(words[2], 10, G_MININT64, G_MAXINT64, &era->booted_at, NULL);
}

void
cal_app_recall_eras(CalApp *app)
{
  Era era;
  g_autofree char *text = cal_ledger_recall(app->ledger, MEMORY_KEY, NULL);
  if (text == NULL)
    return;
  g_auto(GStrv) lines = g_strsplit(text, "\n", ERAS_MOST + 1);
  const gboolean is_ours = app->boot_id[0] != '\0' && g_str_equal(lines[0], app->boot_id);
  for (char **line = lines + 1; is_ours && *line != NULL; line++)
    if (parse_era(*line, &era))
      g_array_append_val(app->eras->era, era);
}

/* -- Records of the host's own -------------------------------------------------------------------------- */

/* Its first sixteen bits, which are drawn by lot. */
static guint16
part_of_uuid(const char *uuid)
{
  char digits[5];
  g_strlcpy(digits, uuid, sizeof digits);
  return (guint16)g_ascii_strtoull(digits, NULL, 16);
}

static CalRecord
record_of(const CalApp *app, guint8 type, guint32 sequence, gboolean dated)
{
  return (CalRecord){ .type = type,
                      .sequence = sequence,
                      .boot = part_of_uuid(app->boot_id), /* tells one start of the machine from the next */
                      .flags = dated ? CAL_RECORD_FLAG_CLOCK_SET : 0,
                      .time = (guint32)(dated ? cal_app_now() : cal_boot_since_s()) };
}

static gboolean
append(CalApp *app, const CalAddress *tag, guint32 log_id, const CalRecord *record)
{
  guint8 raw[1][CAL_RECORD_SIZE];
  g_autoptr(GError) error = NULL;
  cal_record_encode(record, raw[0]);
  if (cal_app_take_records(app, tag, log_id, (const guint8(*)[CAL_RECORD_SIZE])raw, 1, &error))
    return TRUE;
  cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "a sample could not be stored: %s", error->message);
  return FALSE;
}

/* So far behind the newest that there is, if there is one. `wrong_by_s`: by how much the clock had to be set;
 * 0 when that says nothing of what it dated. */
static gboolean
set_clock(CalApp *app, const CalAddress *tag, guint32 log_id, gint32 behind, gint64 wrong_by_s)
{
  CalLogState state;
  if (!cal_ledger_log_state(app->ledger, tag, log_id, &state, NULL))
    return FALSE;
  CalRecord record = record_of(app, CAL_RECORD_CLOCK, state.newest + (guint32)behind, TRUE);
  record.clock.uptime_s = (guint32)cal_boot_since_s();
  record.clock.previous = wrong_by_s != 0 ? (guint32)(record.time - wrong_by_s) : 0;
  return state.newest == 0 || append(app, tag, log_id, &record);
}

/* For all tags, also those that were let go. */
static gboolean
set_clocks(CalApp *app, guint32 log_id, gint32 behind, gint64 wrong_by_s)
{
  gboolean ok = TRUE;
  for (guint32 i = 0; i < app->context->n_sources; i++) {
    const CalAddress tag = app->context->source[i].address;
    ok = set_clock(app, &tag, log_id, behind, wrong_by_s) && ok;
  }
  return ok;
}

/* -- Eras begin ----------------------------------------------------------------------------------------- */

static gboolean
is_of_now(const Era *era)
{
  if (is_absurd(cal_app_now()))
    return era->state == UNDATED;
  return era->state == DATED && ABS(cal_app_booted_at() - era->booted_at) < CAL_APP_STEP_LEAST_S;
}

/* Of the ledger's own, so that those of two machines that hear one tag can be united. */
static guint32
free_log(CalApp *app)
{
  const GArray *eras = app->eras->era;
  guint32 log_id = CAL_RECORD_HOST_LOG + part_of_uuid(cal_ledger_uuid(app->ledger)) * (guint32)ERAS_MOST;
  for (guint i = 0; i < eras->len; i++)
    log_id = MAX(log_id, g_array_index(eras, Era, i).log_id + 1);
  return log_id;
}

/* What an earlier start of the machine left in the log is not dated by what is to come. */
static const Era *
begin(CalApp *app)
{
  GArray *eras = app->eras->era;
  const gboolean absurd = is_absurd(cal_app_now());
  const Era era = { free_log(app), absurd ? UNDATED : DATED, absurd ? 0 : cal_app_booted_at() };
  if (eras->len >= ERAS_MOST || (!absurd && !set_clocks(app, era.log_id, 1, 0)))
    return NULL;
  g_array_append_val(eras, era);
  if (remember(app))
    return &g_array_index(eras, Era, eras->len - 1);
  g_array_set_size(eras, eras->len - 1);
  return NULL;
}

static const Era *
era_of_now(CalApp *app)
{
  const GArray *eras = app->eras->era;
  for (guint i = 0; i < eras->len; i++)
    if (is_of_now(&g_array_index(eras, Era, i)))
      return &g_array_index(eras, Era, i);
  return begin(app);
}

static gboolean
is_in_doubt(const CalApp *app)
{
  return app->boot_id[0] != '\0' && (is_absurd(cal_app_now()) || cal_system_clock_doubted(app->system));
}

gboolean
cal_app_keep_in_era(CalApp *app, const CalAddress *tag, double uv_index)
{
  const double hundredths = round(uv_index * 100);
  if (!is_in_doubt(app) || !(hundredths >= 0 && hundredths <= CAL_RECORD_UV_INDEX_MAX))
    return FALSE;
  CalLogState state;
  const Era *era = era_of_now(app);
  if (era == NULL || !cal_ledger_log_state(app->ledger, tag, era->log_id, &state, NULL))
    return FALSE;
  CalRecord record = record_of(app, CAL_RECORD_UV, state.newest + 1, era->state == DATED);
  record.uv = (CalRecordUv){ LASTS_S, (guint16)hundredths, (guint16)hundredths };
  return append(app, tag, era->log_id, &record);
}

/* -- Eras end ------------------------------------------------------------------------------------------- */

/* Room is left for the record of a clock that is better. */
static gboolean
give_a_clock(CalApp *app, Era *era, gboolean vouched)
{
  if (!set_clocks(app, era->log_id, vouched ? 1 : 2, 0))
    return FALSE;
  era->state = GUESSED;
  era->booted_at = cal_app_booted_at();
  return TRUE;
}

/* TRUE when it is over. */
static gboolean
settle(CalApp *app, Era *era, gboolean vouched)
{
  const gint64 step_s = cal_app_booted_at() - era->booted_at;
  const gboolean was_right = ABS(step_s) < CAL_APP_STEP_LEAST_S;
  switch (era->state) {
  case UNDATED:
    return give_a_clock(app, era, vouched) && vouched;
  case GUESSED:
    return vouched && (was_right || set_clocks(app, era->log_id, -1, 0));
  case DATED:
    return vouched && (was_right || set_clocks(app, era->log_id, 1, step_s));
  }
  return FALSE;
}

void
cal_app_settle_eras(CalApp *app)
{
  GArray *eras = app->eras->era;
  const gboolean vouched = cal_system_clock_synchronised(app->system);
  if (eras->len == 0 || is_absurd(cal_app_now()))
    return;
  for (guint i = eras->len; i-- > 0;)
    if (settle(app, &g_array_index(eras, Era, i), vouched))
      g_array_remove_index(eras, i);
  remember(app);
  if (eras->len == 0)
    g_message("the clock is vouched for, and what was measured before is dated by it");
}
