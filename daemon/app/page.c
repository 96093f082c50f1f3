/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "page.h"

#include "error.h"

#include <string.h>

void
cal_app_page_clear(CalAppPage *page)
{
  g_variant_builder_clear(&page->rows);
}

/* "KEY:NTH". */
static gboolean
parse_cursor(CalAppPage *page, const char *text)
{
  const char *colon = strchr(text, ':');
  g_autofree char *key = g_strndup(text, colon != NULL ? (gsize)(colon - text) : 0);
  return colon != NULL && g_ascii_string_to_signed(key, 10, G_MININT64 + 1, G_MAXINT64, &page->key, NULL) &&
         g_ascii_string_to_unsigned(colon + 1, 10, 0, G_MAXINT64, &page->n_passed, NULL);
}

gboolean
cal_app_page_begin(CalAppPage *page, const char *after, guint limit, GError **error)
{
  g_variant_builder_init(&page->rows, G_VARIANT_TYPE("aa{sv}"));
  page->limit = limit;
  page->key = G_MININT64;
  if (limit < 1 || limit > CAL_APP_PAGE_ROWS_MAX) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "the limit is a number from 1 to %d",
                CAL_APP_PAGE_ROWS_MAX);
    return FALSE;
  }
  if (after[0] == '\0' || parse_cursor(page, after))
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID,
              "'%s' is not where a page ended; the first page has an empty text there", after);
  return FALSE;
}

gboolean
cal_app_page_passes(CalAppPage *page, gint64 key)
{
  if (key != page->key) {
    page->key = key;
    page->nth = 0;
    page->n_passed = 0;
  }
  page->nth++;
  return page->nth <= page->n_passed;
}

gboolean
cal_app_page_add(CalAppPage *page, GVariant *row)
{
  g_variant_builder_add_value(&page->rows, row);
  return ++page->n_rows < page->limit;
}

GVariant *
cal_app_page_end(CalAppPage *page)
{
  g_autofree char *next =
      page->n_rows == page->limit
          ? g_strdup_printf("%" G_GINT64_FORMAT ":%" G_GUINT64_FORMAT, page->key, page->nth)
          : g_strdup("");
  return g_variant_new("(aa{sv}s)", &page->rows, next);
}
