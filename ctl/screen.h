/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for a terminal: its width, bars that fit it, and colour where there is a terminal, NO_COLOR is unset
 * and
 * --plain was not asked for. Colour never carries what the words do not say. Text from the air is escaped.
 */
#ifndef CALCIFERCTL_SCREEN_H
#define CALCIFERCTL_SCREEN_H

#include <glib.h>

typedef enum CtlColour {
  CTL_COLOUR_NONE,
  CTL_COLOUR_GOOD,
  CTL_COLOUR_NOTICE,
  CTL_COLOUR_WARNING,
  CTL_COLOUR_CRITICAL,
  CTL_COLOUR_FAINT,
} CtlColour;

typedef struct CtlScreen {
  int columns; /* 40 to 160 */
  gboolean colour;
  gboolean plain; /* for screen readers: one line to a fact, no bars */
} CtlScreen;

void ctl_screen_init(CtlScreen *screen, gboolean plain);

/* Whether a line of the terminal may be rewritten: not after --plain, and not on a terminal that calls itself
 * dumb. */
gboolean ctl_screen_moves(void);

/* The --plain of a verb that prints no plot: from here on the terminal is a dumb one. */
void ctl_screen_be_plain(void);

/* Prints in a colour, without a newline. */
void ctl_screen_print(const CtlScreen *screen, CtlColour colour, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Prints a bar of `width` columns filled to `fraction` (over 1 fills it). Nothing when plain. */
void ctl_screen_bar(const CtlScreen *screen, CtlColour colour, double fraction, int width);

/* Prints text that begins in column `used`, broken between words at the terminal's width, its further lines
 * indented by `indent` columns, and a newline. In one line when plain. */
void ctl_screen_wrap(const CtlScreen *screen, int used, int indent, const char *text);

/* The same of a line of one's own, from the first column on; a newline at its end is none of it. */
void ctl_screen_say(const CtlScreen *screen, int indent, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* What printf's "%*s" is to be given so that a UTF-8 text fills so many columns: it counts bytes. */
int ctl_screen_width(const char *text, int columns);

/* Whether a terminal shows a character as one, wherever it comes from. A newline is none. */
gboolean ctl_screen_is_harmless(gunichar c);

/* Control characters, ends of lines, bidirectional overrides and broken UTF-8 replaced. Free with g_free().
 */
char *ctl_screen_escape(const char *text);

#endif
