/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Alerts as org.calciferd.Alerts1 tells them (aa{sv}), for people and as JSON. */
#ifndef CALCIFERCTL_ALERT_H
#define CALCIFERCTL_ALERT_H

#include "json.h"
#include "screen.h"

#include <gio/gio.h>

/* One line an alert; with its id when `with_id`. */
void ctl_alert_print_all(const CtlScreen *screen, GVariant *alerts, gboolean with_id);

/* The sentence of one alert, an a{sv}, in the person's language. Free with g_free(). */
char *ctl_alert_text(GVariant *alert);

/* Adds an array of {id code severity since text state until}. */
void ctl_alert_add_all(JsonBuilder *builder, GVariant *alerts);

#endif
