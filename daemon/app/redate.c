/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "redate.h"

#include "commit.h"
#include "eras.h"

#include <calcifer/dating.h>

#include <stdio.h>
#include <string.h>

#define STEP_SEEN_S 3 /* two clocks are read one after the other, and in whole seconds */
#define DOUBTS_MOST 1024
#define MEMORY_KEY  "doubts"

typedef struct {
  char id[CAL_ENTRY_ID_SIZE];
  gint64 booted_at; /* by the clock that dated it */
} Doubt;

struct CalDoubts {
  GArray *entries; /* Doubt */
};

CalDoubts *
cal_app_doubts_new(void)
{
  CalDoubts *doubts = g_new0(CalDoubts, 1);
  doubts->entries = g_array_new(FALSE, FALSE, sizeof(Doubt));
  return doubts;
}

void
cal_app_doubts_free(CalDoubts *doubts)
{
  g_array_unref(doubts->entries);
  g_free(doubts);
}

gboolean
cal_app_has_doubts(const CalApp *app)
{
  return app->doubts->entries->len > 0;
}

/* -- What is doubted survives the daemon, and not the machine ------------------------------------------- */

/* Of one start of the machine: another start has another distance between its clocks. */
static void
remember(CalApp *app)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) text = g_string_new(app->boot_id);
  const GArray *entries = app->doubts->entries;
  if (app->boot_id[0] == '\0')
    return;
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
  Doubt doubt;
  g_autofree char *text = cal_ledger_recall(app->ledger, MEMORY_KEY, NULL);
  if (text == NULL || app->boot_id[0] == '\0')
    return;
  g_auto(GStrv) lines = g_strsplit(text, "\n", DOUBTS_MOST + 1);
  if (lines[0] == NULL || !g_str_equal(lines[0], app->boot_id)) {
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
  const gint64 now = cal_app_booted_at();
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
  return ABS(step_s) >= CAL_APP_STEP_LEAST_S && enter_anew(app, &old, step_s);
}

static void
redate_entries(CalApp *app)
{
  guint n_dated = 0;
  const gint64 booted = cal_app_booted_at();
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

void
cal_app_redate(CalApp *app)
{
  cal_app_settle_eras(app);
  redate_entries(app);
}
