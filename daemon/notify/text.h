/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hostile text made fit for a bubble. What comes out is valid UTF-8, holds no control character and nothing
 * that reorders or hides what stands beside it, and is at most max_chars characters long; a cut shows as "…".
 * The results are owned by the caller. NULL is the empty text.
 */
#ifndef CALCIFERD_NOTIFY_TEXT_H
#define CALCIFERD_NOTIFY_TEXT_H

#include <glib.h>

/* For a summary or a label: line breaks and tabs become spaces. */
char *cal_text_line(const char *text, gsize max_chars);

/* For a button: as a line, and with look-alikes for the three characters of markup. Labels are plain text to
   the specification, but notification-daemon 3.20 parses them: escaped they would look wrong in all others,
   and as they are its button would be empty or say what a stranger wrote. */
char *cal_text_label(const char *text, gsize max_chars);

/* For a body: line breaks stay, at most one empty line between two others. */
char *cal_text_block(const char *text, gsize max_chars);

/* A text, cleaned before, as the markup that shows it literally. */
char *cal_text_escape(const char *clean);

#endif
