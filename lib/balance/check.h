/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the values of entries are read; what one refuses the other does not count. */
#ifndef CALCIFER_LIB_CHECK_H
#define CALCIFER_LIB_CHECK_H

#include <stdbool.h>

#include <calcifer/context.h>
#include <calcifer/entry.h>

/* Servings or presses: above 0, at most CAL_PRODUCT_MAX_SERVINGS. */
bool cal_servings_parse(const char *value, double *servings);

/* A mass above 0, at most CAL_FOOD_MAX_G. */
bool cal_grams_parse(const char *value, double *grams);

/* 25(OH)D in either unit. */
bool cal_lab_parse(const char *value, double *nmol_l);

#endif
