/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "catch_up.h"

#include "publish.h"
#include "rest.h"

/* So long nobody is let in. */
#define SLICE_US (30 * G_TIME_SPAN_MILLISECOND)

static gboolean
on_slice(gpointer data)
{
  CalApp *app = data;
  if (!cal_days_go_on(app->days, cal_app_now(), g_get_monotonic_time() + SLICE_US))
    return G_SOURCE_CONTINUE;
  app->catch_up_id = 0;
  cal_app_rest_soon(app); /* what reading the past took is not needed again */
  cal_app_publish_balance_soon(app);
  return G_SOURCE_REMOVE;
}

void
cal_app_catch_up(CalApp *app)
{
  if (app->catch_up_id != 0 || !cal_days_are_behind(app->days))
    return;
  app->catch_up_id = g_idle_add(on_slice, app);
  cal_app_publish_service(app);
}
