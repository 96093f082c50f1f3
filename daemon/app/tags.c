/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tags.h"

#include "cut.h"
#include "gates.h"
#include "publish.h"
#include "turn.h"

#include <calcifer/dating.h>

static void
tag_free(gpointer data)
{
  CalAppTag *tag = data;
  g_free(tag->name);
  g_free(tag->why);
  g_free(tag->refused);
  g_free(tag);
}

CalTagKind
cal_app_tag_kind(CalSourceKind kind)
{
  switch (kind) {
  case CAL_SOURCE_UNKNOWN:
    return CAL_TAG_OTHER;
  case CAL_SOURCE_TAG_EVENT:
    return CAL_TAG_EVENT;
  case CAL_SOURCE_BTHOME:
    return CAL_TAG_BTHOME;
  case CAL_SOURCE_ESS:
    return CAL_TAG_ESS;
  case CAL_SOURCE_OMRON:
    return CAL_TAG_OMRON;
  }
  return CAL_TAG_OTHER;
}

const char *
cal_app_tag_kind_entered(CalTagKind kind)
{
  return kind == CAL_TAG_OMRON ? cal_source_kind_name(CAL_SOURCE_OMRON) : cal_app_tag_kind_name(kind);
}

CalAppTag *
cal_app_tag(CalApp *app, const CalAddress *address)
{
  char text[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(address, text);
  return g_hash_table_lookup(app->tags, text);
}

static void
add_tag(CalApp *app, const CalSource *source)
{
  char text[CAL_ADDRESS_TEXT_SIZE];
  CalAppTag *tag = g_new0(CalAppTag, 1);
  tag->address = source->address;
  tag->name = g_strdup("");
  tag->kind = cal_app_tag_kind(source->kind);
  tag->battery_percent = -1;
  tag->last_seen = CAL_INSTANT_NONE;
  cal_app_recall_gate(app, tag);
  cal_address_format(&tag->address, text);
  g_hash_table_insert(app->tags, g_strdup(text), tag);
  if (app->link != NULL)
    cal_link_add_tag(app->link, &tag->address, tag->kind);
}

void
cal_app_link_tags(CalApp *app)
{
  GHashTableIter iter;
  gpointer data;
  g_hash_table_iter_init(&iter, app->tags);
  while (app->link != NULL && g_hash_table_iter_next(&iter, NULL, &data)) {
    const CalAppTag *tag = data;
    cal_link_add_tag(app->link, &tag->address, tag->kind);
  }
}

static gboolean
was_let_go(gpointer text, gpointer data, gpointer user)
{
  CalApp *app = user;
  const CalAppTag *tag = data;
  const CalSource *source = cal_context_source(app->context, &tag->address);
  if (source != NULL && source->adopted)
    return FALSE;
  if (app->link != NULL)
    cal_link_remove_tag(app->link, &tag->address);
  cal_app_retract_tag(app, text);
  return TRUE;
}

void
cal_app_sync_tags(CalApp *app)
{
  gboolean added = FALSE;
  cal_app_store_gates(app); /* what is let go now may be adopted again */
  g_hash_table_foreach_remove(app->tags, was_let_go, app);
  for (guint32 i = 0; i < app->context->n_sources; i++) {
    const CalSource *source = &app->context->source[i];
    if (!source->adopted || cal_app_tag(app, &source->address) != NULL)
      continue;
    add_tag(app, source);
    added = TRUE;
  }
  if (added && app->link != NULL)
    cal_app_publish_tags(app); /* who is told that it is adopted finds it, before anything is idle */
  cal_app_tags_changed(app);
}

static CalTagBond
bond_of(CalLinkBond bond)
{
  switch (bond) {
  case CAL_LINK_BOND_UNKNOWN:
    return CAL_TAG_BOND_UNKNOWN;
  case CAL_LINK_BOND_HOLDS:
    return CAL_TAG_BOND_HOLDS;
  case CAL_LINK_BOND_LOST:
    return CAL_TAG_BOND_LOST;
  }
  return CAL_TAG_BOND_UNKNOWN;
}

static void
note_bond(CalApp *app, CalAppTag *tag, const char *address)
{
  gboolean lost = FALSE;
  for (guint i = 0; i < CAL_ALERT_MAX; i++) {
    const CalAlert *alert = &app->turn->alerts.alert[i];
    lost = lost || (cal_alert_stands(alert) && alert->finding.code == CAL_CODE_TAG_BOND &&
                    g_str_equal(alert->finding.subject, address));
  }
  if (lost && !tag->bond_told)
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_BOND, "%s: the bond is lost", address);
  tag->bond_told = lost;
}

void
cal_app_note_bonds(CalApp *app)
{
  GHashTableIter iter;
  gpointer address, tag;
  g_hash_table_iter_init(&iter, app->tags);
  while (g_hash_table_iter_next(&iter, &address, &tag))
    note_bond(app, tag, address);
}

/* What it said has no date for want of a clock of ours. */
static gboolean
waits_for_the_host(const CalAppTag *tag)
{
  return tag->counts.undated > 0 && cal_app_now() < CAL_DATING_EARLIEST;
}

gsize
cal_app_tag_states(CalApp *app, CalTagState states[CAL_CONTEXT_MAX_TAGS])
{
  GHashTableIter iter;
  gpointer data;
  gsize n = 0;
  g_hash_table_iter_init(&iter, app->tags);
  while (n < CAL_CONTEXT_MAX_TAGS && g_hash_table_iter_next(&iter, NULL, &data)) {
    const CalAppTag *tag = data;
    CalTagState *state = &states[n++];
    *state = (CalTagState){ .address = tag->address,
                            .battery_percent = tag->battery_percent,
                            .last_seen = tag->last_seen,
                            .lost = (guint64)tag->counts.lost,
                            .asks_counter = cal_press_gate_asks(&tag->gate, NULL),
                            .bond = bond_of(tag->bond),
                            .undated = (guint64)tag->counts.undated,
                            .clock_left_alone = tag->clock_left_alone || waits_for_the_host(tag) };
    cal_app_cut(state->name, tag->name, sizeof state->name);
  }
  return n;
}

char *
cal_app_tag_why(const CalAppTag *tag)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(&tag->address, address);
  if (tag->why != NULL)
    return g_strdup(tag->why);
  if (cal_press_gate_asks(&tag->gate, NULL))
    return g_strdup_printf(
        "Its counter began anew and nothing of it counts: if you changed its battery, type "
        "'calciferctl tags counter %s'.",
        address);
  return g_strdup(tag->refused != NULL ? tag->refused : "");
}

void
cal_app_tell_tags_now(CalApp *app)
{
  g_clear_handle_id(&app->tags_changed_id, g_source_remove);
  cal_app_publish_tags(app);
  cal_app_tell_tags(app);
}

static gboolean
on_tags_changed(gpointer data)
{
  cal_app_tell_tags_now(data);
  return G_SOURCE_CONTINUE; /* it is removed */
}

void
cal_app_tags_changed(CalApp *app)
{
  if (app->tags_changed_id == 0)
    app->tags_changed_id = g_idle_add(on_tags_changed, app);
}

void
cal_app_tags_init(CalApp *app)
{
  app->tags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, tag_free);
}
