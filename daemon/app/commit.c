/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commit.h"

#include "cut.h"
#include "error.h"
#include "place_follow.h"
#include "publish.h"
#include "redate.h"
#include "tags.h"
#include "turn.h"
#include "zone_watch.h"

#include <calcifer/dating.h>
#include <calcifer/message.h>

#include <string.h>

/* An entry may lie this far ahead of the clock: clocks differ by so much. */
#define AHEAD_S 60

CalEntry
cal_app_entry(CalEntryKind kind, CalWay way, CalInstant at, const char *name, const char *value)
{
  CalEntry entry = { .kind = kind, .way = way, .at = at };
  cal_app_cut(entry.name, name, sizeof entry.name);
  cal_app_cut(entry.value, value, sizeof entry.value);
  return entry;
}

gboolean
cal_app_fits(const char *name, const char *value, GError **error)
{
  if (strlen(name) < CAL_ENTRY_NAME_SIZE && strlen(value) < CAL_ENTRY_VALUE_SIZE)
    return TRUE;
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, "that is more text than an entry can hold");
  return FALSE;
}

/* As many as a number of 64 bits has at least. */
#define NUMBER_DIGITS 18

static char *
local_time(CalInstant at)
{
  g_autoptr(GDateTime) local = g_date_time_new_from_unix_local(at);
  g_autoptr(GDateTime) today = g_date_time_new_now_local();
  const gboolean same_day = g_date_time_get_year(local) == g_date_time_get_year(today) &&
                            g_date_time_get_day_of_year(local) == g_date_time_get_day_of_year(today);
  g_autofree char *date = g_date_time_format(local, "%Y-%m-%d"), *clock = g_date_time_format(local, "%H:%M");
  return same_day ? g_strdup_printf("at %s", clock) : g_strdup_printf("on %s at %s", date, clock);
}

static char *
setting_sentence(const CalEntry *entry, const char *what)
{
  if (entry->value[0] == '\0')
    return g_strdup_printf("%s %s is gone", what, entry->name);
  return g_strdup_printf("%s%s%s: %s", what, entry->name[0] != '\0' ? " " : "", entry->name, entry->value);
}

static char *
date_sentence(const CalEntry *entry)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  CalDatingOwner owner;
  if (!cal_dating_owner_parse(entry->name, entry->value, &owner))
    return g_strdup_printf("dated %s: %s", entry->name, entry->value);
  g_autofree char *time = local_time(owner.at);
  cal_address_format(&owner.tag, address);
  return g_strdup_printf("the run of %s that begins with record %u began %s", address, owner.first, time);
}

/* "wear" says something of today, and ends with it. */
static char *
profile_sentence(const CalEntry *entry, const char *time)
{
  g_auto(GStrv) words = g_strsplit(entry->value, " spf=", 2);
  if (g_str_equal(entry->name, "place") && g_str_equal(entry->value, "follow"))
    return g_strdup("profile place: follow. At most once a day the desktop's location service is asked for "
                    "the city; it may "
                    "ask a server of its own with the names of nearby Wi-Fi");
  if (!g_str_equal(entry->name, "wear") || words[0] == NULL)
    return setting_sentence(entry, "profile");
  return g_strdup_printf("wearing %s%s%s from then on, %s, until the day ends", words[0],
                         words[1] != NULL ? " and sunscreen of factor " : "",
                         words[1] != NULL ? words[1] : "", time);
}

char *
cal_app_sentence(const CalEntry *entry)
{
  g_autofree char *time = local_time(entry->at);
  switch (entry->kind) {
  case CAL_ENTRY_TAKE:
    return g_strdup_printf("took %s of %s %s", entry->value, entry->name, time);
  case CAL_ENTRY_FOOD:
    return g_strdup_printf("ate %s of %s %s", entry->value, entry->name, time);
  case CAL_ENTRY_SUN:
    return g_strdup_printf("was in the sun for %s, beginning %s", entry->value, time);
  case CAL_ENTRY_LAB:
    return g_strdup_printf("25(OH)D of %s in blood drawn %s", entry->value, time);
  case CAL_ENTRY_DONE:
    return g_strdup("that was all the food of the day");
  case CAL_ENTRY_PRESS:
    return g_strdup_printf("button %s was pressed %s", entry->name, time);
  case CAL_ENTRY_UNDO:
    return g_strdup_printf("took back %s", entry->name);
  case CAL_ENTRY_ANSWER:
    return g_str_equal(entry->value, "same") ? g_strdup_printf("%s is the same dose", entry->name)
                                             : g_strdup_printf("%s is a second dose", entry->name);
  case CAL_ENTRY_DATE:
    return date_sentence(entry);
  case CAL_ENTRY_PROFILE:
    return profile_sentence(entry, time);
  case CAL_ENTRY_PRODUCT:
    return setting_sentence(entry, "product");
  case CAL_ENTRY_FOODSTUFF:
    return setting_sentence(entry, "food");
  case CAL_ENTRY_MAP:
    return setting_sentence(entry, "button");
  case CAL_ENTRY_ROLE:
    return setting_sentence(entry, "role of");
  case CAL_ENTRY_ALLOW:
    return setting_sentence(entry, "unencrypted presses of");
  case CAL_ENTRY_TAG:
    return setting_sentence(entry, "tag");
  case CAL_ENTRY_ZONE:
    return setting_sentence(entry, "time zone");
  case CAL_ENTRY_RECIPE:
    return setting_sentence(entry, "recipe");
  case CAL_ENTRY_TOMBSTONE:
    return g_strdup_printf("forgot %s for good", entry->name);
  }
  return g_strdup("");
}

char *
cal_app_typed_id(CalApp *app, const char *typed)
{
  const gsize length = strspn(typed, "0123456789");
  const gboolean is_number = length > 0 && length <= NUMBER_DIGITS && typed[length] == '\0';
  return is_number ? g_strdup_printf("%s:%s", cal_ledger_uuid(app->ledger), typed) : g_strdup(typed);
}

void
cal_app_announce(CalApp *app, const char *id, const char *kind, CalInstant at, const char *sentence)
{
  if (app->bus != NULL)
    cal_bus_emit(app->bus, CAL_BUS_ROOT, "Ledger1", "Entered",
                 g_variant_new("(ssxs)", id, kind, at, sentence));
}

static CalError
code_of(const CalRefusal *refusal)
{
  if (refusal->reason == CAL_REFUSAL_UNKNOWN_NAME && refusal->in_name)
    return CAL_ERROR_NOT_FOUND;
  return refusal->reason == CAL_REFUSAL_TOO_MANY ? CAL_ERROR_LIMIT : CAL_ERROR_INVALID;
}

gboolean
cal_app_check(CalApp *app, const CalEntry *entry, GError **error)
{
  CalRefusal refusal;
  char line[CAL_MESSAGE_LINE_SIZE];
  if (cal_entry_check(app->context, entry, &refusal))
    return TRUE;
  cal_message_refusal(&refusal, line);
  g_set_error_literal(error, CAL_ERROR, (int)code_of(&refusal), line);
  return FALSE;
}

/* As after a boot with an empty battery. Who enters by hand is there to set it. */
static gboolean
clock_is_absurd(const CalEntry *entry, CalInstant now)
{
  const gboolean by_hand = entry->way == CAL_WAY_HAND || entry->way == CAL_WAY_BUBBLE;
  return by_hand && now < CAL_DATING_EARLIEST && !cal_entry_kind_is_setting(entry->kind) &&
         entry->kind != CAL_ENTRY_UNDO && entry->kind != CAL_ENTRY_TOMBSTONE;
}

static gboolean
date_it(CalEntry *entry, GError **error)
{
  const CalInstant now = cal_app_now();
  entry->recorded = now;
  if (entry->at == 0)
    entry->at = now;
  if (clock_is_absurd(entry, now))
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                        "this machine's clock stands before 2020; set it first: timedatectl set-ntp true");
  else if (entry->at > now + AHEAD_S)
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                        "that lies in the future; what is entered has happened");
  else if (entry->at < CAL_CONTEXT_ALWAYS)
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                        "that lies before the year 1900; what is entered has happened to somebody");
  else
    return TRUE;
  return FALSE;
}

/* What an entry concerns: itself, or what it undoes. */
typedef struct {
  CalSpan span;
  gboolean setting;
  gboolean dating; /* records have moved */
} Concern;

static CalSpan
moment(CalInstant at)
{
  return (CalSpan){ at, at + 1 };
}

static Concern
concern_of_itself(CalApp *app, const CalEntry *entry)
{
  Concern concern = { moment(entry->at), cal_entry_kind_is_setting(entry->kind),
                      entry->kind == CAL_ENTRY_DATE };
  CalSpan run;
  if (concern.dating && cal_ledger_dated_span(app->ledger, entry, &run, NULL) && run.end > run.start)
    concern.span = run;
  return concern;
}

static Concern
concern_of(CalApp *app, const CalEntry *entry)
{
  /* An undo of an undo concerns what that one undid, and nobody says how many of them there are. */
  CalEntry last = *entry, target;
  while ((last.kind == CAL_ENTRY_UNDO || last.kind == CAL_ENTRY_TOMBSTONE) &&
         cal_ledger_get_entry(app->ledger, last.name, &target, NULL, NULL))
    last = target;
  if (last.kind != CAL_ENTRY_UNDO && last.kind != CAL_ENTRY_TOMBSTONE)
    return concern_of_itself(app, &last);
  CalInstant at;
  if (!cal_ledger_record_instant(app->ledger, last.name, &at, NULL) || at == CAL_INSTANT_NONE)
    at = last.at; /* what has no date touches no day, and the undo's own is as good as any */
  return (Concern){ moment(at), FALSE, FALSE };
}

static void
reload_settings(CalApp *app)
{
  g_autoptr(GError) error = NULL;
  if (!cal_days_reload_settings(app->days, &error))
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER,
                "the profile and products could not be read again: %s", error->message);
  cal_days_context(app->days, cal_app_now(), app->context);
}

static void
show_settings(CalApp *app)
{
  if (app->bus == NULL)
    return;
  cal_app_sync_tags(app);
  cal_app_publish_catalog(app);
  cal_app_publish_profile(app);
  cal_app_follow_place(app);
}

/* What stands no more, or stands again, was in folds that are kept. */
static gboolean
takes_away(const CalEntry *entry)
{
  return entry->kind == CAL_ENTRY_UNDO || entry->kind == CAL_ENTRY_TOMBSTONE;
}

/* Brings what was committed to everybody who shows or folds it. */
static void
spread(CalApp *app, const CalEntry *entry, const Concern *concern)
{
  CalDate first, last;
  const CalEvent event = { .kind = CAL_EVENT_ENTRY, .at = entry->at, .of.entry = *entry };
  g_autofree char *sentence = cal_app_sentence(entry);
  if (concern->setting)
    reload_settings(app);
  else if (!takes_away(entry) && !concern->dating)
    cal_days_take(app->days, &event, cal_app_now());
  cal_days_touched(app->days, concern->span, &first, &last);
  if (takes_away(entry) || concern->dating)
    cal_days_drop(app->days, first, last);
  cal_app_announce(app, entry->id, cal_entry_kind_name(entry->kind), entry->at, sentence);
  cal_app_tell_entry(app, entry, first, last, concern->setting);
  if (concern->setting)
    show_settings(app);
  if (concern->dating)
    cal_app_tags_changed(app); /* how many are undated */
  if (concern->setting && takes_away(entry))
    cal_app_keep_zone(app); /* which else the next start would enter, and with it change numbers */
}

static gboolean
append_all(CalApp *app, CalEntry *entries, gsize n_entries, GError **error)
{
  const gboolean appended = cal_ledger_append_entries(app->ledger, entries, n_entries, error);
  const GError *const problem = !appended && error != NULL ? *error : NULL;
  if (appended || g_error_matches(problem, CAL_ERROR, CAL_ERROR_STORAGE) ||
      g_error_matches(problem, CAL_ERROR, CAL_ERROR_DAMAGED))
    cal_app_tell_ledger(app, problem);
  return appended;
}

gboolean
cal_app_enter_all(CalApp *app, CalEntry *entries, gsize n_entries, GError **error)
{
  for (gsize i = 0; i < n_entries; i++) {
    if (!date_it(&entries[i], error))
      return FALSE;
  }
  if (!append_all(app, entries, n_entries, error))
    return FALSE;
  for (gsize i = 0; i < n_entries; i++) {
    const Concern concern = concern_of(app, &entries[i]);
    spread(app, &entries[i], &concern);
    cal_app_doubt(app, &entries[i]);
  }
  return TRUE;
}

gboolean
cal_app_forget_for_good(CalApp *app, CalEntry *tombstone, GError **error)
{
  if (!date_it(tombstone, error))
    return FALSE;
  /* It is asked before there is nothing left to ask. */
  const Concern concern = concern_of(app, tombstone);
  if (!cal_ledger_forget(app->ledger, tombstone, error))
    return FALSE;
  spread(app, tombstone, &concern);
  return TRUE;
}

gboolean
cal_app_enter(CalApp *app, CalEntry *entry, GError **error)
{
  return date_it(entry, error) && cal_app_check(app, entry, error) && cal_app_enter_all(app, entry, 1, error);
}

const char *
cal_app_loggable(const GError *error)
{
  const gboolean of_machine = g_error_matches(error, CAL_ERROR, CAL_ERROR_STORAGE) ||
                              g_error_matches(error, CAL_ERROR, CAL_ERROR_LIMIT);
  return of_machine ? error->message : "it is refused, as it would be from the command line";
}
