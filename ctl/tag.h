/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adopted tags as org.calciferd.Tag1 tells them (a{oa{sv}}), for people and as JSON. */
#ifndef CALCIFERCTL_TAG_H
#define CALCIFERCTL_TAG_H

#include "json.h"
#include "screen.h"

#include <gio/gio.h>

/* Some lines a tag: who it is, what it brought, and why it is not heard. */
void ctl_tag_print_all(const CtlScreen *screen, GVariant *tags);

/* Adds an array of objects, as product of `status --json`. */
void ctl_tag_add_all(JsonBuilder *builder, GVariant *tags);

#endif
