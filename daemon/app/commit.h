/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry -> ledger: the one way by which an entry gets in. It is checked, committed, told to the core, and
 * told on the bus.
 */
#ifndef CALCIFERD_APP_COMMIT_H
#define CALCIFERD_APP_COMMIT_H

#include "app.h"

/* Reads kind, way, at (0: now), name and value; writes id, at and recorded. CAL_ERROR_INVALID or
 * CAL_ERROR_NOT_FOUND with the sentence of the core's refusal, CAL_ERROR_STORAGE. */
gboolean cal_app_enter(CalApp *app, CalEntry *entry, GError **error);

/* The same without the core's check against what the settings say now: for what the daemon itself knows to be
 * right, and for several at once, all or none. */
gboolean cal_app_enter_all(CalApp *app, CalEntry *entries, gsize n_entries, GError **error);

/* Whether an entry may be appended as the settings are now. */
gboolean cal_app_check(CalApp *app, const CalEntry *entry, GError **error);

/* Forgets what the tombstone names (cal_ledger_forget()), and lets the days that knew it be folded again. */
gboolean cal_app_forget_for_good(CalApp *app, CalEntry *tombstone, GError **error);

/* Whether name and value are kept whole by an entry: one that a person brought must be. */
gboolean cal_app_fits(const char *name, const char *value, GError **error);

/* Fills an entry; name and value are cut to fit. */
CalEntry cal_app_entry(CalEntryKind kind, CalWay way, CalInstant at, const char *name, const char *value);

/* The id that somebody typed: of an entry of this ledger's own its number alone will do. Free with g_free().
 */
char *cal_app_typed_id(CalApp *app, const char *typed);

/* Tells the bus that something was committed. */
void cal_app_announce(CalApp *app, const char *id, const char *kind, CalInstant at, const char *sentence);

/* "took 1 d3k2 at 08:05": what an entry says. Free with g_free(). */
char *cal_app_sentence(const CalEntry *entry);

/* What a log may say of an error: its message when it tells of the machine, and not what a refusal quotes of
 * an entry. Owned by the error. */
const char *cal_app_loggable(const GError *error);

#endif
