/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.calciferd.Balance1 and org.calciferd.Service1 */
#include "requests.h"

#include "error.h"
#include "publish.h"
#include "turn.h"
#include "wire.h"

GVariant *
cal_app_get_day(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *text;
  const CalInstant now = cal_app_now();
  const CalDate today = cal_zones_date(app->zones, now);
  g_autofree CalDayResult *result = g_new(CalDayResult, 1);
  (void)path;
  g_variant_get(arguments, "(&s)", &text);
  const CalDate date = text[0] == '\0' ? today : cal_date_parse(text);
  if (date == CAL_DATE_NONE) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "'%s' is no date; it is written YYYY-MM-DD", text);
    return NULL;
  }
  if (date > today) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "%s has not begun", text);
    return NULL;
  }
  if (!cal_days_result(app->days, date, now, result, error))
    return NULL;
  return g_variant_new("(@a{sv})", cal_app_describe_day(app, result));
}

/* Whether a day folded anew is what it was taken for. Results hold no padding that was not zeroed. */
static gboolean
differs(CalApp *app, CalDate date, CalInstant now, gboolean *differing, GError **error)
{
  g_autofree CalDayResult *kept = g_new0(CalDayResult, 1);
  g_autofree CalDayResult *folded = g_new0(CalDayResult, 1);
  if (!cal_days_result(app->days, date, now, kept, error) ||
      !cal_days_fold(app->days, date, now, folded, error))
    return FALSE;
  *differing = memcmp(kept, folded, sizeof *kept) != 0;
  return TRUE;
}

GVariant *
cal_app_rebuild(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const CalInstant now = cal_app_now();
  const CalDate today = cal_zones_date(app->zones, now);
  const CalDate oldest = cal_days_oldest(app->days);
  guint32 days = 0, differing = 0;
  (void)path;
  (void)arguments;
  for (CalDate date = oldest; oldest != CAL_DATE_NONE && date <= today; date++, days++) {
    gboolean this_one = FALSE;
    if (!differs(app, date, now, &this_one, error))
      return NULL;
    differing += this_one ? 1 : 0;
  }
  return g_variant_new("(uu)", days, differing);
}

GVariant *
cal_app_reload(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  (void)path;
  (void)arguments;
  cal_app_reload_settings(owner, error);
  return NULL;
}
