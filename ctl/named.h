/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is entered as a name and words: a product, a food of one's own, a recipe. */
#ifndef CALCIFERCTL_NAMED_H
#define CALCIFERCTL_NAMED_H

#include <glib.h>

/* Calls a method of Catalog1 that takes a name and words. `usage` says what they may be, `example` how one
 * types them. Returns the exit status. */
int ctl_named_enter(int argc, char **argv, const char *method, const char *usage, const char *example);

/* A food of a list as a person calls it, and in brackets what is typed: "raw mackerel [mackerel-raw]". Free
 * with g_free(). */
char *ctl_named_food(GVariant *food);

#endif
