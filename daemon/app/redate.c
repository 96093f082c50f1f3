/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "redate.h"

#include "broadcast.h"
#include "commit.h"

#include <calcifer/dating.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define STEP_LEAST_S 60 /* what a person types is as coarse */
#define STEP_SEEN_S  3  /* two clocks are read one after the other, and in whole seconds */
#define DOUBTS_MOST  1024
#define HELD_MOST    4096
#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"
#define BOOT_ID_SIZE 37
#define MEMORY_KEY   "doubts"

typedef struct {
  char id[CAL_ENTRY_ID_SIZE];
  gint64 booted_at; /* by the clock that dated it */
} Doubt;

typedef struct {
  CalAddress tag;
  double uv_index;
  gint64 since_boot_s;
} Held;

struct CalDoubts {
  GArray *entries; /* Doubt */
  GArray *held;    /* Held, oldest first: no clock that can be right was there to date them */
  guint n_dropped;
  /* Samples that were dated by a clock that nobody vouched for, which can no longer be changed. */
  guint n_samples;
  CalInstant first_sample;
  CalInstant last_sample;
  gint64 samples_booted_at;
};

/* Sleep counts; a clock that is set does not. */
static gint64
since_boot_s(void)
{
  struct timespec since;
  clock_gettime(CLOCK_BOOTTIME, &since);
  return since.tv_sec;
}

/* When the machine was started, by its clock: what of a step of the clock can be seen later. */
static gint64
booted_at(void)
{
  return cal_app_now() - since_boot_s();
}

CalDoubts *
cal_app_doubts_new(void)
{
  CalDoubts *doubts = g_new0(CalDoubts, 1);
  doubts->entries = g_array_new(FALSE, FALSE, sizeof(Doubt));
  doubts->held = g_array_new(FALSE, FALSE, sizeof(Held));
  return doubts;
}

void
cal_app_doubts_free(CalDoubts *doubts)
{
  g_array_unref(doubts->entries);
  g_array_unref(doubts->held);
  g_free(doubts);
}

gboolean
cal_app_has_doubts(const CalApp *app)
{
  const CalDoubts *doubts = app->doubts;
  return doubts->entries->len > 0 || doubts->held->len > 0 || doubts->n_samples > 0;
}

/* -- What is doubted survives the daemon, and not the machine ------------------------------------------- */

/* Of one start of the machine: another start has another distance between its clocks. */
static gboolean
read_boot_id(char boot_id[BOOT_ID_SIZE])
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents(BOOT_ID_FILE, &text, NULL, NULL))
    return FALSE;
  g_strlcpy(boot_id, g_strstrip(text), BOOT_ID_SIZE);
  return TRUE;
}

static void
remember(CalApp *app)
{
  char boot_id[BOOT_ID_SIZE];
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  const GArray *entries = app->doubts->entries;
  if (!read_boot_id(boot_id))
    return;
  g_string_append(text, boot_id);
  for (guint i = 0; i < entries->len; i++) {
    const Doubt *doubt = &g_array_index(entries, Doubt, i);
    g_string_append_printf(text, "\n%s %" G_GINT64_FORMAT, doubt->id, doubt->booted_at);
  }
  if (!cal_ledger_remember(app->ledger, MEMORY_KEY, entries->len > 0 ? text->str : NULL, &error))
    g_warning("which entries have a doubtful date is forgotten with the daemon's end: %s",
              cal_app_loggable(error));
}

static gboolean
parse_doubt(const char *line, Doubt *doubt)
{
  const char *space = strrchr(line, ' ');
  if (space == NULL || space == line || (gsize)(space - line) >= sizeof doubt->id)
    return FALSE;
  g_strlcpy(doubt->id, line, (gsize)(space - line) + 1);
  return g_ascii_string_to_signed(space + 1, 10, G_MININT64, G_MAXINT64, &doubt->booted_at, NULL);
}

/* One that has a date of before 2020 is wrong beyond doubt. */
static gboolean
is_plainly_wrong(CalApp *app, const char *id)
{
  CalEntry entry;
  gboolean stands;
  return cal_ledger_get_entry(app->ledger, id, &entry, &stands, NULL) && stands &&
         entry.at < CAL_DATING_EARLIEST;
}

/* The machine was started anew, so that nobody knows how far off its clock was. */
static void
give_up(CalApp *app, char **lines)
{
  guint n_wrong = 0;
  Doubt doubt;
  for (; *lines != NULL; lines++)
    n_wrong += parse_doubt(*lines, &doubt) && is_plainly_wrong(app, doubt.id) ? 1 : 0;
  if (n_wrong > 0)
    g_warning("%u entries have the date of a clock that was wrong, before 2020, and the machine was started "
              "anew since: nobody knows their right date; undo them, and enter them again",
              n_wrong);
  remember(app);
}

void
cal_app_recall_doubts(CalApp *app)
{
  char boot_id[BOOT_ID_SIZE];
  Doubt doubt;
  g_autofree char *text = cal_ledger_recall(app->ledger, MEMORY_KEY, NULL);
  if (text == NULL || !read_boot_id(boot_id))
    return;
  g_auto(GStrv) lines = g_strsplit(text, "\n", DOUBTS_MOST + 1);
  if (lines[0] == NULL || !g_str_equal(lines[0], boot_id)) {
    give_up(app, lines);
    return;
  }
  for (char **line = lines + 1; *line != NULL; line++)
    if (parse_doubt(*line, &doubt))
      g_array_append_val(app->doubts->entries, doubt);
}

/* -- Doubting ------------------------------------------------------------------------------------------- */

static gboolean
is_vouched_for(const CalApp *app)
{
  return app->system == NULL || cal_system_clock_synchronised(app->system);
}

/* The moment of the entry is the moment when it was made: sun is entered with its beginning, and a setting
 * that was not told since when it holds does so from then on. That a tag is ours holds whenever it was said.
 */
static gboolean
is_dated_by_clock(const CalEntry *entry)
{
  if (entry->kind == CAL_ENTRY_TAG || entry->kind == CAL_ENTRY_UNDO || entry->kind == CAL_ENTRY_TOMBSTONE)
    return FALSE;
  return entry->at == entry->recorded ||
         (entry->kind == CAL_ENTRY_SUN && entry->recorded - entry->at < 86400);
}

/* As it was for the entry before, unless the clock was set in between: all that one clock dated moves by the
 * same number of seconds, so that a press stays behind the product that it is of. */
static gint64
booted_at_as_before(const GArray *entries)
{
  const gint64 now = booted_at();
  const gint64 before = entries->len > 0 ? g_array_index(entries, Doubt, entries->len - 1).booted_at : now;
  return ABS(now - before) < STEP_SEEN_S ? before : now;
}

void
cal_app_doubt(CalApp *app, const CalEntry *entry)
{
  Doubt doubt = { .booted_at = booted_at_as_before(app->doubts->entries) };
  if (is_vouched_for(app) || !is_dated_by_clock(entry) || app->doubts->entries->len >= DOUBTS_MOST)
    return;
  g_strlcpy(doubt.id, entry->id, sizeof doubt.id);
  g_array_append_val(app->doubts->entries, doubt);
  remember(app);
}

static void
doubt_sample(CalApp *app)
{
  CalDoubts *doubts = app->doubts;
  const CalInstant now = cal_app_now();
  if (is_vouched_for(app))
    return;
  if (doubts->n_samples++ == 0) {
    doubts->first_sample = now;
    doubts->samples_booted_at = booted_at();
  }
  doubts->last_sample = now;
}

gboolean
cal_app_hold_sample(CalApp *app, const CalAddress *tag, double uv_index)
{
  const Held held = { .tag = *tag, .uv_index = uv_index, .since_boot_s = since_boot_s() };
  CalDoubts *doubts = app->doubts;
  if (cal_app_now() >= CAL_DATING_EARLIEST) {
    doubt_sample(app);
    return FALSE;
  }
  if (doubts->held->len == 0 && doubts->n_dropped == 0)
    g_message("the clock stands before 2020: UV samples wait until it is set");
  if (doubts->held->len >= HELD_MOST) {
    g_array_remove_index(doubts->held, 0);
    doubts->n_dropped++;
  }
  g_array_append_val(doubts->held, held);
  return TRUE;
}

/* -- Dating anew ---------------------------------------------------------------------------------------- */

/* Somebody vouches for the clock now, or it stood where no clock can have stood when the entry was made. */
static gboolean
is_settled(CalApp *app, const CalEntry *old)
{
  return cal_system_clock_synchronised(app->system) ||
         (old->recorded < CAL_DATING_EARLIEST && cal_app_now() >= CAL_DATING_EARLIEST);
}

static gboolean
enter_anew(CalApp *app, const CalEntry *old, gint64 step_s)
{
  g_autoptr(GError) error = NULL;
  CalEntry entries[] = { cal_app_entry(CAL_ENTRY_UNDO, CAL_WAY_DAEMON, 0, old->id, ""),
                         cal_app_entry(old->kind, old->way, old->at + step_s, old->name, old->value) };
  if (cal_app_enter_all(app, entries, G_N_ELEMENTS(entries), &error))
    return TRUE;
  g_warning("an entry keeps the date of a clock that was wrong: %s", cal_app_loggable(error));
  return FALSE;
}

/* What is not settled yet goes back to the doubts. TRUE when it has another date now. */
static gboolean
redate(CalApp *app, const Doubt *doubt, gint64 booted)
{
  CalEntry old;
  gboolean stands;
  const gint64 step_s = booted - doubt->booted_at;
  if (!cal_ledger_get_entry(app->ledger, doubt->id, &old, &stands, NULL) || !stands)
    return FALSE;
  if (!is_settled(app, &old)) {
    g_array_append_vals(app->doubts->entries, doubt, 1);
    return FALSE;
  }
  return ABS(step_s) >= STEP_LEAST_S && enter_anew(app, &old, step_s);
}

static void
redate_entries(CalApp *app)
{
  guint n_dated = 0;
  const gint64 booted = booted_at();
  if (app->doubts->entries->len == 0)
    return;
  g_autoptr(GArray) doubts = app->doubts->entries;
  app->doubts->entries = g_array_new(FALSE, FALSE, sizeof(Doubt));
  for (guint i = 0; i < doubts->len; i++)
    n_dated += redate(app, &g_array_index(doubts, Doubt, i), booted) ? 1 : 0;
  remember(app);
  if (n_dated > 0)
    g_message("the clock was wrong; %u entries have the right date now", n_dated);
}

static void
release_held(CalApp *app)
{
  CalDoubts *doubts = app->doubts;
  const gint64 booted = booted_at();
  if (doubts->held->len == 0 || cal_app_now() < CAL_DATING_EARLIEST)
    return;
  for (guint i = 0; i < doubts->held->len; i++) {
    const Held *held = &g_array_index(doubts->held, Held, i);
    cal_app_keep_sample(app, &held->tag, booted + held->since_boot_s, held->uv_index);
  }
  g_message("the clock was set; %u UV samples that waited for it have their date now, and %u older ones were "
            "let go",
            doubts->held->len, doubts->n_dropped);
  g_array_set_size(doubts->held, 0);
  doubts->n_dropped = 0;
}

/* They are measurements and are never changed: it is said that their date is wrong. */
static void
own_up_to_samples(CalApp *app)
{
  CalDoubts *doubts = app->doubts;
  const gint64 step_s = booted_at() - doubts->samples_booted_at;
  if (doubts->n_samples == 0 || !is_vouched_for(app))
    return;
  if (ABS(step_s) >= STEP_LEAST_S) {
    g_autoptr(GDateTime) first = g_date_time_new_from_unix_local(doubts->first_sample);
    g_autoptr(GDateTime) last = g_date_time_new_from_unix_local(doubts->last_sample);
    g_autofree char *from = g_date_time_format(first, "%Y-%m-%d %H:%M");
    g_autofree char *to = g_date_time_format(last, "%Y-%m-%d %H:%M");
    g_warning("the clock was wrong by %" G_GINT64_FORMAT " s; %u UV samples of tags without a clock of their "
              "own, from %s to %s, keep the date that it gave them",
              step_s, doubts->n_samples, from, to);
  }
  doubts->n_samples = 0;
}

void
cal_app_redate(CalApp *app)
{
  release_held(app);
  own_up_to_samples(app);
  redate_entries(app);
}
