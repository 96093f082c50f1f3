/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One adopted tag: its link, if it serves GATT, and what is shown of it. */
#ifndef CALCIFERD_LINK_TAG_H
#define CALCIFERD_LINK_TAG_H

#include <gio/gio.h>

#include "bluez.h"
#include "link.h"

typedef struct CalTag CalTag;

typedef struct CalTagHost {
  CalBluez *bluez;
  const CalLinkOwner *owner;
  gpointer owner_data;
  /* Whether discovery is needed, or in the way, may have changed. */
  void (*changed)(gpointer data);
  CalRadio (*radio)(gpointer data);
  /* BlueZ does not connect tags by itself on this adapter, for now. */
  gboolean (*refused)(const char *adapter, gpointer data);
  gpointer data;
} CalTagHost;

CalTag *cal_tag_new(const CalTagHost *host, const CalAddress *address, CalTagKind kind);
/* Lets go of the link. */
void cal_tag_free(CalTag *tag);

const CalAddress *cal_tag_address(CalTag *tag);
CalTagKind cal_tag_kind(CalTag *tag);
gboolean cal_tag_has_link(CalTag *tag); /* serves GATT */

/* Its bond and whatever else BlueZ keeps of it go. */
void cal_tag_forget_device(CalTag *tag);

/* Looks at all properties anew. */
void cal_tag_update(CalTag *tag);
/* An interface of its device, or of an object below it, changed. */
void cal_tag_take(CalTag *tag, const char *path, const char *interface, GVariant *properties,
                  CalBluezChange change);

void cal_tag_rest(CalTag *tag);
void cal_tag_wake(CalTag *tag);
gboolean cal_tag_is_at_rest(CalTag *tag);
/* Nothing under way that letting go would interrupt. */
gboolean cal_tag_is_quiet(CalTag *tag);
void cal_tag_clock_news(CalTag *tag);

/* Discovery has to find it. */
gboolean cal_tag_needs_discovery(CalTag *tag);
/* Discovery should bring it, and it is silent beyond its habit. */
gboolean cal_tag_is_missed(CalTag *tag);
/* A connection that failed before is being made: discovery had better not be in its way. */
gboolean cal_tag_needs_quiet_air(CalTag *tag);

#endif
