/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State -> properties: what clients see, each interface as a whole. */
#ifndef CALCIFERD_APP_PUBLISH_H
#define CALCIFERD_APP_PUBLISH_H

#include "app.h"

/* A day as the properties of Balance1, a{sv}, floating. */
GVariant *cal_app_describe_day(CalApp *app, const CalDayResult *result);

/* A product as Catalog1 lists it, a{sv}, floating. */
GVariant *cal_app_describe_product(const CalProduct *product);

/* The objects and interfaces that are there from the start, without any value: before the name is asked for.
 * Then all values, before anybody is answered. */
void cal_app_publish_names(CalApp *app);
void cal_app_publish_all(CalApp *app);

/* When the loop is idle next; many asks make one. */
void cal_app_publish_balance_soon(CalApp *app);

/* What was last told of each alert, owned by the app. */
struct CalDescribed *cal_app_described_new(void);
void cal_app_described_free(struct CalDescribed *described);

void cal_app_publish_alerts(CalApp *app);
void cal_app_publish_tags(CalApp *app);
void cal_app_publish_catalog(CalApp *app);
void cal_app_publish_profile(CalApp *app);
void cal_app_publish_service(CalApp *app);

/* "tag-event", "bthome", "ess" or "other". */
const char *cal_app_tag_kind_name(CalTagKind kind);

/* Takes a tag's object away; address text as "AA:BB:..." */
void cal_app_retract_tag(CalApp *app, const char *address);

#endif
