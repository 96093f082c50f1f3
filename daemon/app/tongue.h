/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The person's language. The daemon as a whole stays in the C locale, so that whatever goes over the bus,
 * into the ledger, an export or the journal is English with '.' as decimal mark, in every thread and with
 * nobody having to think of it. What a person reads off the screen is made inside of a scope, where this
 * thread has the locale of the session:
 *
 *   g_auto(CalSpeech) speech = cal_speech_begin(app->tongue);
 *   ... _("Snooze 1 hour"), cal_message_finding(...) ...
 */
#ifndef CALCIFERD_APP_TONGUE_H
#define CALCIFERD_APP_TONGUE_H

#include <calcifer/message.h>
#include <glib.h>
#include <libintl.h>
#include <locale.h>

#define _(text)  dgettext(CAL_MESSAGE_DOMAIN, text)
#define N_(text) text

/* The locale that LC_ALL, LC_* and LANG name, with its translations in `folder`; the C locale where it is not
 * installed. Free with freelocale(). */
locale_t cal_tongue_new(const char *folder);

/* The locale of that name, as de_DE.UTF-8; the C locale for "" and for what is not installed. Free likewise.
 */
locale_t cal_tongue_of(const char *name);

typedef struct CalSpeech {
  locale_t before;
} CalSpeech;

CalSpeech cal_speech_begin(locale_t tongue);
void cal_speech_end(CalSpeech *speech);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CalSpeech, cal_speech_end)

#endif
