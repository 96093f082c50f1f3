/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "redate.h"

#include "commit.h"

#include <calcifer/dating.h>

#include <time.h>

#define STEP_LEAST_S 60 /* what a person types is as coarse */
#define DOUBTS_MOST  1024

typedef struct {
  char id[CAL_ENTRY_ID_SIZE];
  gint64 booted_at; /* by the clock that dated it */
} Doubt;

/* When the machine was started, by its clock: what of a step of the clock can be seen later. Sleep counts. */
static gint64
booted_at(void)
{
  struct timespec since;
  clock_gettime(CLOCK_BOOTTIME, &since);
  return cal_app_now() - since.tv_sec;
}

/* The moment of the entry is the moment when it was made: sun is entered with its beginning. */
static gboolean
is_dated_by_clock(const CalEntry *entry)
{
  if (cal_entry_kind_is_setting(entry->kind) || entry->kind == CAL_ENTRY_UNDO ||
      entry->kind == CAL_ENTRY_TOMBSTONE)
    return FALSE;
  return entry->at == entry->recorded ||
         (entry->kind == CAL_ENTRY_SUN && entry->recorded - entry->at < 86400);
}

GArray *
cal_app_doubts_new(void)
{
  return g_array_new(FALSE, FALSE, sizeof(Doubt));
}

void
cal_app_doubt(CalApp *app, const CalEntry *entry)
{
  Doubt doubt = { .booted_at = booted_at() };
  if (app->system == NULL || cal_system_clock_synchronised(app->system) || !is_dated_by_clock(entry) ||
      app->doubts->len >= DOUBTS_MOST)
    return;
  g_strlcpy(doubt.id, entry->id, sizeof doubt.id);
  g_array_append_val(app->doubts, doubt);
}

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
redate(CalApp *app, const Doubt *doubt)
{
  CalEntry old;
  gboolean stands;
  const gint64 step_s = booted_at() - doubt->booted_at;
  if (!cal_ledger_get_entry(app->ledger, doubt->id, &old, &stands, NULL) || !stands)
    return FALSE;
  if (!is_settled(app, &old)) {
    g_array_append_vals(app->doubts, doubt, 1);
    return FALSE;
  }
  return ABS(step_s) >= STEP_LEAST_S && enter_anew(app, &old, step_s);
}

void
cal_app_redate(CalApp *app)
{
  guint n_dated = 0;
  g_autoptr(GArray) doubts = app->doubts;
  app->doubts = cal_app_doubts_new();
  for (guint i = 0; i < doubts->len; i++)
    n_dated += redate(app, &g_array_index(doubts, Doubt, i)) ? 1 : 0;
  if (n_dated > 0)
    g_message("the clock was wrong; %u entries have the right date now", n_dated);
}
