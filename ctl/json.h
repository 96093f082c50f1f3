/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every --json and every calc prints: one JSON value on standard output, indented, with a newline. */
#ifndef CALCIFERCTL_JSON_H
#define CALCIFERCTL_JSON_H

#include <json-glib/json-glib.h>

/* Prints what the builder holds. */
void ctl_json_print(JsonBuilder *builder);

/* The same on a line of its own, for streams. */
void ctl_json_print_line(JsonBuilder *builder);

/* A member that may be unknown: null when value is NAN. */
void ctl_json_number(JsonBuilder *builder, const char *name, double value);

/* Null when text is NULL. */
void ctl_json_text(JsonBuilder *builder, const char *name, const char *text);

#endif
