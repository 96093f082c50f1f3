/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The days of a span, which org.calciferd.Balance1.GetDays tells as columns, page by page:
 *
 *   g_autoptr(CtlDays) days = ctl_days_fetch(client, "2026-01-01", "", &error);
 *   for (guint i = 0; days != NULL && i < ctl_days_count(days); i++)
 *     printf("%s %g\n", ctl_days_date(days, i), ctl_days_number(days, i, "VitaminD", "sun_iu"));
 */
#ifndef CALCIFERCTL_DAYS_H
#define CALCIFERCTL_DAYS_H

#include "client.h"

typedef struct CtlDays CtlDays;

/* NULL with the error. An empty text is what GetDays takes it for. */
CtlDays *ctl_days_fetch(CtlClient *client, const char *from, const char *to, GError **error);
void ctl_days_free(CtlDays *days);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CtlDays, ctl_days_free)

/* Oldest first. */
guint ctl_days_count(const CtlDays *days);

/* Owned by the days. */
const char *ctl_days_date(const CtlDays *days, guint day);

/* A member of a property that is a dictionary of numbers; NAN when it is not known. */
double ctl_days_number(const CtlDays *days, guint day, const char *property, const char *member);

/* A day as GetDay has it, a{sv}. Free with g_variant_unref(). */
GVariant *ctl_days_day(const CtlDays *days, guint day);

#endif
