/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Building sentences in a bounded text. */
#ifndef CALCIFER_LIB_TEXT_H
#define CALCIFER_LIB_TEXT_H

#include <libintl.h>
#include <stddef.h>

#include <calcifer/message.h>

#define _(text)          dgettext(CAL_MESSAGE_DOMAIN, text)
#define N_(text)         text
#define P_(one, many, n) dngettext(CAL_MESSAGE_DOMAIN, one, many, n)

#define CAL_FIGURE_SIZE 32

/* A number as people read it: by the locale, without digits that mean nothing; "?" when it is not known. */
typedef struct CalFigure {
  char text[CAL_FIGURE_SIZE];
} CalFigure;

CalFigure cal_figure(double value, int decimals);

/* Appends a formatted sentence to a text of `size` bytes, with `before` in between unless it is the first.
 * What does not fit is cut at a character. */
__attribute__((format(printf, 4, 5))) void cal_say(char *text, size_t size, const char *before,
                                                   const char *format, ...);

/* What belongs to an audience whatever it asks about: a line for each of its bits that has one. */
void cal_say_audience(uint32_t audience, char text[CAL_MESSAGE_EXPLAIN_SIZE]);

#endif
