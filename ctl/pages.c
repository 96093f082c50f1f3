/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pages.h"

#define ROWS_A_CALL 1000

static GVariant *
with_cursor(GVariant *arguments, const char *after)
{
  GVariantBuilder tuple = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_TUPLE);
  for (gsize i = 0; i < g_variant_n_children(arguments); i++) {
    g_autoptr(GVariant) argument = g_variant_get_child_value(arguments, i);
    g_variant_builder_add_value(&tuple, argument);
  }
  g_variant_builder_add(&tuple, "s", after);
  g_variant_builder_add(&tuple, "u", (guint32)ROWS_A_CALL);
  return g_variant_builder_end(&tuple);
}

static void
take_rows(GVariant *page, GPtrArray *rows)
{
  for (gsize i = 0; i < g_variant_n_children(page); i++)
    g_ptr_array_add(rows, g_variant_get_child_value(page, i));
}

GPtrArray *
ctl_pages_fetch(CtlClient *client, const char *interface, const char *method, GVariant *arguments,
                GError **error)
{
  g_autoptr(GVariant) before = g_variant_ref_sink(arguments);
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_variant_unref);
  g_autofree char *after = g_strdup("");
  do {
    g_autoptr(GVariant) reply =
        ctl_client_call(client, interface, method, with_cursor(before, after), "(aa{sv}s)", error);
    if (reply == NULL)
      return NULL;
    g_autoptr(GVariant) page = g_variant_get_child_value(reply, 0);
    take_rows(page, rows);
    g_free(after);
    g_variant_get_child(reply, 1, "s", &after);
  } while (after[0] != '\0');
  return g_steal_pointer(&rows);
}
