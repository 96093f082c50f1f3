/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The adopted tags: what the link last said of each, beside what the settings say of it. */
#ifndef CALCIFERD_APP_TAGS_H
#define CALCIFERD_APP_TAGS_H

#include "app.h"

#include <calcifer/press.h>

typedef struct CalAppTag {
  CalAddress address;
  char *name; /* from the air; "" when unknown */
  CalTagKind kind;
  gboolean connected;
  int battery_percent;
  CalInstant last_seen;
  gint64 announce_from_us; /* monotonic: before, no reading of it is told again */
  guint32 transfer_done;
  guint32 transfer_of;
  CalLinkBond bond;
  gboolean bond_told; /* that it is lost, to the journal */
  gboolean clock_left_alone;
  char *why;           /* the link's sentence: why it is not connected; NULL: all is well */
  char *refused;       /* why its last packet's presses were refused; NULL: they were not */
  CalTagCounts counts; /* as they were published last */
  CalPressGate gate;   /* of a BTHome tag's buttons */
  gboolean gate_waits; /* to be stored, see gates.h */
} CalAppTag;

/* Makes the empty table. */
void cal_app_tags_init(CalApp *app);

/* Adds those that the context has adopted, to the table and to the link; removes those that it let go. */
void cal_app_sync_tags(CalApp *app);

/* Adds all of the table to the link: it is younger. */
void cal_app_link_tags(CalApp *app);

/* NULL when it is not adopted. */
CalAppTag *cal_app_tag(CalApp *app, const CalAddress *address);

/* Why it is not connected, or not believed, in one sentence; empty: all is well. Free with g_free(). */
char *cal_app_tag_why(const CalAppTag *tag);

/* As the core wants them. Returns how many. */
gsize cal_app_tag_states(CalApp *app, CalTagState states[CAL_CONTEXT_MAX_TAGS]);

/* Tells the journal of each bond whose loss the alerts say, once. */
void cal_app_note_bonds(CalApp *app);

/* Publishes a tag's object, and tells the core of all tags, both when the loop is idle next. */
void cal_app_tags_changed(CalApp *app);

/* The same at once. */
void cal_app_tell_tags_now(CalApp *app);

CalTagKind cal_app_tag_kind(CalSourceKind kind);
/* The word for it in the entry of its adoption. Static. */
const char *cal_app_tag_kind_entered(CalTagKind kind);

#endif
