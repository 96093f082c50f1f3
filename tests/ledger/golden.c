/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "golden.h"

#define OTHER_UUID "00000000-0000-4000-8000-00000000000a"

static void
fill_entries(Desk *desk)
{
  static const struct {
    CalEntryKind kind;
    const char *name, *value;
  } rows[] = {
    { CAL_ENTRY_TAKE, "d3k2", "1" },
    { CAL_ENTRY_FOOD, "Käse", "120g" },
    { CAL_ENTRY_SUN, "", "30min uvi=5.5" },
    { CAL_ENTRY_LAB, "", "30ng/mL" },
    { CAL_ENTRY_DONE, "", "" },
    { CAL_ENTRY_PRESS, "C0:FF:EE:00:00:02 1", "1" },
    { CAL_ENTRY_PROFILE, "spf", "30" },
    { CAL_ENTRY_PRODUCT, "d3k2", "d=2000IU mk7=100ug" },
    { CAL_ENTRY_FOODSTUFF, "salmon", "portion=85g d=670IU mk7=?" },
    { CAL_ENTRY_MAP, "C0:FF:EE:00:00:02 1", "d3k2" },
    { CAL_ENTRY_ROLE, "C0:FF:EE:00:00:01", "worn" },
    { CAL_ENTRY_ALLOW, "C0:FF:EE:00:00:02", "no" },
    { CAL_ENTRY_TAG, "C0:FF:EE:00:00:01", "tag-event" },
    { CAL_ENTRY_ZONE, "", "Europe/Berlin 52.50 13.37" },
  };
  CalEntry last = { 0 };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    last = desk_enter(desk, rows[i].kind, NOON + i, rows[i].name, rows[i].value);
  desk_enter(desk, CAL_ENTRY_ANSWER, NOON + 50, last.id, "same");
  const CalEntry wrong = desk_enter(desk, CAL_ENTRY_FOOD, NOON + 60, "egg", "6000g");
  const CalEntry undo = desk_enter(desk, CAL_ENTRY_UNDO, NOON + 61, wrong.id, "");
  const CalEntry right = desk_enter(desk, CAL_ENTRY_FOOD, NOON + 62, "egg", "60g");
  const CalEntry slip = desk_enter(desk, CAL_ENTRY_UNDO, NOON + 63, right.id, "");
  desk_enter(desk, CAL_ENTRY_UNDO, NOON + 64, slip.id, "");
  (void)undo;
}

static void
fill_records(Desk *desk)
{
  const CalRecord early[] = { desk_undated(5, 100, 1), desk_undated(6, 160, 1),
                              desk_clock(7, NOON + 200, 400, 0), desk_minute(8, NOON + 210),
                              desk_minute(9, NOON + 270) };
  const CalRecord late[] = { desk_clock(20, NOON + 4000, 9000, (guint32)NOON + 400), desk_undated(21, 5, 2),
                             desk_minute(9, NOON + 271), desk_minute(9, NOON + 270) };
  CalRecord others[] = { desk_minute(22, NOON + 4100), desk_minute(23, NOON + 4160),
                         desk_minute(24, NOON + 4200) };
  others[0].type = CAL_RECORD_INTAKE;
  others[0].intake = (CalRecordIntake){ 1, 2 };
  others[1].type = CAL_RECORD_WEAR;
  others[1].wear.on = 1;
  others[2].uv.mean = 5000; /* rejected */
  desk_append(desk, early, G_N_ELEMENTS(early), NULL);
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 5, NULL));
  desk_append(desk, late, G_N_ELEMENTS(late), NULL);
  desk_append(desk, others, G_N_ELEMENTS(others), NULL);
  assert_true(cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, 10, 14, NULL));
  desk_enter(desk, CAL_ENTRY_UNDO, NOON + 99, "tag:C0:FF:EE:00:00:01:00AB12CD:8", "");
}

/* Since version 2. */
static void
fill_forgotten(Desk *desk)
{
  const CalEntry secret = desk_enter(desk, CAL_ENTRY_FOOD, NOON + 70, "secret", "1g");
  desk_enter(desk, CAL_ENTRY_RECIPE, NOON + 71, "porridge", "oats 40g; milk 200g");
  desk_forget(desk, NOON + 72, secret.id);
  desk_forget(desk, NOON + 73, "tag:C0:FF:EE:00:00:01:00AB12CD:22");
}

/* Since version 3. */
static void
fill_from_elsewhere(Desk *desk)
{
  static const struct {
    int number;
    CalEntryKind kind;
    const char *name, *value;
  } rows[] = {
    { 4, CAL_ENTRY_FOOD, "herring", "90g" },
    { 5, CAL_ENTRY_FOOD, "secret", "2g" },
    { 6, CAL_ENTRY_FOOD, "eel", "80g" },
    { 7, CAL_ENTRY_UNDO, OTHER_UUID ":6", "" },
    { 8, CAL_ENTRY_TOMBSTONE, OTHER_UUID ":5", "" },
    { 9, CAL_ENTRY_PROFILE, "spf", "50" },
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    CalEntry entry = { .kind = rows[i].kind, .way = CAL_WAY_HAND, .at = NOON + 80 + i, .recorded = NOON };
    g_snprintf(entry.id, sizeof entry.id, OTHER_UUID ":%d", rows[i].number);
    g_strlcpy(entry.name, rows[i].name, sizeof entry.name);
    g_strlcpy(entry.value, rows[i].value, sizeof entry.value);
    assert_true(cal_ledger_import_entries(desk->ledger, &entry, 1, NULL));
  }
}

void
golden_fill(Desk *desk)
{
  fill_entries(desk);
  fill_records(desk);
  fill_forgotten(desk);
  fill_from_elsewhere(desk);
  for (int i = 0; i < 5; i++)
    assert_true(cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON + 30 * i, 0.1 * i, NULL));
  cal_ledger_count_duplicate(desk->ledger, &desk_other_tag);
  assert_true(cal_ledger_flush(desk->ledger, NULL));
  assert_true(cal_ledger_remember(desk->ledger, "dismissed/d-low", "2025-09-29", NULL));
}

static void
tell_record(const CalEvent *event, GString *text)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(&event->tag, address);
  g_string_append_printf(text, "record %s %08X ", address, event->of.record.log_id);
  for (gsize i = 0; i < CAL_RECORD_SIZE; i++)
    g_string_append_printf(text, "%02x", event->of.record.raw[i]);
}

static gboolean
tell_event(const CalEvent *event, gpointer data)
{
  GString *text = data;
  const CalEntry *entry = &event->of.entry;
  char address[CAL_ADDRESS_TEXT_SIZE];
  g_string_append_printf(text, "%" G_GINT64_FORMAT " ", event->at);
  switch (event->kind) {
  case CAL_EVENT_ENTRY:
    g_string_append_printf(text, "%s %s %d %" G_GINT64_FORMAT " \"%s\" \"%s\"",
                           cal_entry_kind_name(entry->kind), entry->id, (int)entry->way, entry->recorded,
                           entry->name, entry->value);
    break;
  case CAL_EVENT_RECORD:
    tell_record(event, text);
    break;
  case CAL_EVENT_SAMPLE:
    cal_address_format(&event->tag, address);
    g_string_append_printf(text, "sample %s %.17g", address, event->of.sample.uv_index);
    break;
  }
  g_string_append_c(text, '\n');
  return TRUE;
}

static void
tell_tag(Desk *desk, const CalAddress *tag, GString *text)
{
  CalTagCounts counts;
  CalLogState log;
  assert_true(cal_ledger_tag_counts(desk->ledger, tag, NOON + 4000, &counts, NULL));
  assert_true(cal_ledger_log_state(desk->ledger, tag, LOG_ID, &log, NULL));
  g_string_append_printf(text,
                         "received %d lost %d rejected %d conflicts %d undated %d held %d duplicates %d"
                         " floor %u settled %u newest %u\n",
                         (int)counts.received, (int)counts.lost, (int)counts.rejected, (int)counts.conflicts,
                         (int)counts.undated, (int)counts.held, (int)counts.duplicates, log.floor,
                         log.settled, log.newest);
}

char *
golden_tell(Desk *desk)
{
  GString *text = g_string_new(NULL);
  g_autofree char *memory = cal_ledger_recall(desk->ledger, "dismissed/d-low", NULL);
  g_string_append_printf(text, "uuid %s\nmemory %s\n", cal_ledger_uuid(desk->ledger), memory);
  assert_true(cal_ledger_each_setting(desk->ledger, tell_event, text, NULL));
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ G_MININT64, G_MAXINT64 }, tell_event, text, NULL));
  tell_tag(desk, &desk_tag, text);
  tell_tag(desk, &desk_other_tag, text);
  return g_string_free(text, FALSE);
}
