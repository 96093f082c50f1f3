/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A text in a place of a given size. Half a letter is no text: the bus takes it for none, and GLib with it.
 */
#ifndef CALCIFERD_APP_CUT_H
#define CALCIFERD_APP_CUT_H

#include <glib.h>

/* Copies what fits of UTF-8 text, and ends between two letters. `size` counts the NUL. */
void cal_app_cut(char *to, const char *from, gsize size);

#endif
