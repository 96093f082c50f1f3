/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rest.h"

#include "lifecycle/pages.h"

/* Answers that are under way are given by then. */
#define REST_AFTER_MS 1000

/* Cold, as what it ends with is: its page comes back with that of the other. */
__attribute__((cold)) static gboolean
on_rest(gpointer data)
{
  CalApp *app = data;
  app->rest_id = 0;
  cal_days_rest(app->days);
  cal_ledger_rest(app->ledger);
  g_clear_pointer(&app->catalog, g_array_unref);
  cal_pages_give_back();
  return G_SOURCE_REMOVE;
}

void
cal_app_rest_soon(CalApp *app)
{
  g_clear_handle_id(&app->rest_id, g_source_remove);
  app->rest_id = g_timeout_add_full(G_PRIORITY_LOW, REST_AFTER_MS, on_rest, app, NULL);
}
