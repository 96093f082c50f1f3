/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of a dictionary for the bus, a{sv}. What is not known is left out: a reader takes a missing
 * member for unknown, and 0 for 0. */
#ifndef CALCIFERD_MEMBER_H
#define CALCIFERD_MEMBER_H

#include <calcifer/instant.h>
#include <glib.h>

/* Takes a floating value. As g_variant_builder_add() of "{sv}" does, which reads that text anew each time. */
void cal_member_put(GVariantBuilder *members, const char *name, GVariant *value);

void cal_member_text(GVariantBuilder *members, const char *name, const char *text);

/* Left out when it is not finite. */
void cal_member_number(GVariantBuilder *members, const char *name, double value);

/* Left out when it is CAL_INSTANT_NONE. */
void cal_member_instant(GVariantBuilder *members, const char *name, CalInstant instant);

#endif
