/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A day's balance as org.calciferd.Balance1.GetDay tells it (a{sv}), for people and as JSON. */
#ifndef CALCIFERCTL_BALANCE_H
#define CALCIFERCTL_BALANCE_H

#include "json.h"
#include "screen.h"

#include <gio/gio.h>

/* A nutrient beside vitamin D: as the bus calls it, as people do (to be translated), and its unit. */
typedef struct {
  const char *name, *label, *unit;
} CtlNutrient;

#define CTL_NUTRIENTS 5

/* In the order in which they are shown. */
extern const CtlNutrient ctl_nutrients[CTL_NUTRIENTS];

/* A member of an a{sd} in the day; NAN when it is not known. */
double ctl_balance_number(GVariant *day, const char *property, const char *member);

/* The day, nutrient by nutrient, with bars. */
void ctl_balance_print(const CtlScreen *screen, GVariant *day);

/* Adds the members date, vitamin_d, erythema, nutrients, serum, unknown and assumed to the object begun. */
void ctl_balance_add(JsonBuilder *builder, GVariant *day);

#endif
