/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The person's language: what the client prints for people is in the words and with the decimal mark of the
 * locale. What programs read never is: JSON and CSV are written with '.', and a verb that was asked for
 * --json speaks English altogether. The words of the command line, what can be typed, are the same
 * everywhere.
 *
 *   printf(_("No alerts.\n"));
 *   printf(P_("%u day is in %s.\n", "%u days are in %s.\n", n), n, file);
 */
#ifndef CALCIFERCTL_LANGUAGE_H
#define CALCIFERCTL_LANGUAGE_H

#include <calcifer/message.h>
#include <glib.h>
#include <libintl.h>

#define _(text)          dgettext(CAL_MESSAGE_DOMAIN, text)
#define N_(text)         text
#define P_(one, many, n) dngettext(CAL_MESSAGE_DOMAIN, one, many, n)

/* That of LC_ALL, LC_* and LANG; English where that is not installed. Once, before the first sentence. */
void ctl_language_begin(void);

/* Whether there is nothing to translate: no catalogue of this language, or none needed. */
gboolean ctl_language_is_english(void);

/* A word that comes over the bus, as people read it: a severity, what kind an event is of, a unit. One that
 * is not known stays. */
const char *ctl_language_word(const char *word);

/* What P_() is to be given for a number that need not be whole. */
unsigned long ctl_language_count(double number);

/* From now on all is said as programs read it. */
void ctl_language_of_programs(void);

#endif
