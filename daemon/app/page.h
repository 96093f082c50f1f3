/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One page of a list that may be long, and where the next one begins:
 *
 *   g_auto(CalAppPage) page = { 0 };
 *   if (!cal_app_page_begin(&page, after, limit, error)) return NULL;
 *   for each row: if (!cal_app_page_passes(&page, key) && !cal_app_page_add(&page, row)) break;
 *   return cal_app_page_end(&page);
 *
 * Rows are in the order of a key, which several may share. A cursor names the last row told: its key, and how
 * many of that key came up to it. So a page begins where the one before ended also when a thousand rows have
 * one key.
 */
#ifndef CALCIFERD_APP_PAGE_H
#define CALCIFERD_APP_PAGE_H

#include <glib.h>

#define CAL_APP_PAGE_ROWS_MAX 1000

typedef struct CalAppPage {
  GVariantBuilder rows; /* aa{sv} */
  guint limit, n_rows;
  gint64 key; /* of the row that came last; at the beginning that of the cursor */
  guint64 nth;
  guint64 n_passed; /* rows of the cursor's key that are in pages before this one */
} CalAppPage;

void cal_app_page_clear(CalAppPage *page);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CalAppPage, cal_app_page_clear)

/* `after`: the cursor that the page before answered with; empty for the first page. Sets page->key to where
 * rows are to be read from, G_MININT64 for the first page. FALSE for what is no cursor, and for a limit that
 * is not 1 to CAL_APP_PAGE_ROWS_MAX. */
gboolean cal_app_page_begin(CalAppPage *page, const char *after, guint limit, GError **error);

/* Whether the next row, whose key is `key`, is in a page before this one. */
gboolean cal_app_page_passes(CalAppPage *page, gint64 key);

/* Adds that row, a{sv}, floating is taken. FALSE when it was the last that fits. */
gboolean cal_app_page_add(CalAppPage *page, GVariant *row);

/* "(aa{sv}s)": the rows, and the cursor for the next page, which is empty when the page was not filled. */
GVariant *cal_app_page_end(CalAppPage *page);

#endif
