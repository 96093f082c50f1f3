/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gates.h"

static char *
key_of(const CalAppTag *tag)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(&tag->address, address);
  return g_strconcat("press/", address, NULL);
}

void
cal_app_recall_gate(CalApp *app, CalAppTag *tag)
{
  g_autofree char *key = key_of(tag);
  g_autofree char *text = cal_ledger_recall(app->ledger, key, NULL);
  cal_press_gate_init(&tag->gate);
  if (text != NULL && !cal_press_gate_decode(text, &tag->gate))
    g_warning("what was remembered under %s cannot be read; it begins anew", key);
}

gboolean
cal_app_store_gate(CalApp *app, CalAppTag *tag, GError **error)
{
  char text[CAL_PRESS_TEXT_SIZE];
  g_autofree char *key = key_of(tag);
  cal_press_gate_encode(&tag->gate, text);
  if (!cal_ledger_remember(app->ledger, key, text, error))
    return FALSE;
  tag->gate_waits = FALSE;
  return TRUE;
}

void
cal_app_store_gates(CalApp *app)
{
  GHashTableIter iter;
  gpointer data;
  gboolean any = FALSE;
  g_hash_table_iter_init(&iter, app->tags);
  while (g_hash_table_iter_next(&iter, NULL, &data)) {
    g_autoptr(GError) error = NULL;
    CalAppTag *tag = data;
    any = any || tag->gate_waits;
    if (tag->gate_waits && !cal_app_store_gate(app, tag, &error))
      cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "the counter of a tag could not be stored: %s",
                  error->message);
  }
  if (any)
    app->gates_stored_us = g_get_monotonic_time();
}

static gboolean
on_due(gpointer data)
{
  CalApp *app = data;
  app->gates_id = 0;
  cal_app_store_gates(app);
  return G_SOURCE_REMOVE;
}

/* One that could not be stored waits for the next packet that asks for it, or for the end. */
void
cal_app_store_gate_soon(CalApp *app, CalAppTag *tag)
{
  const gint64 within_us = (gint64)CAL_PRESS_STORE_WITHIN_S * G_USEC_PER_SEC;
  const gint64 ago_us = g_get_monotonic_time() - app->gates_stored_us;
  tag->gate_waits = TRUE;
  if (app->gates_id != 0)
    return;
  if (app->gates_stored_us == 0 || ago_us >= within_us)
    cal_app_store_gates(app);
  else
    app->gates_id = g_timeout_add((guint)((within_us - ago_us) / 1000 + 1), on_due, app);
}
