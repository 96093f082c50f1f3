/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.calciferd.Alerts1 */
#include "requests.h"

#include "error.h"
#include "turn.h"

#define SNOOZE_AT_LEAST_S 60
#define SNOOZE_AT_MOST_S  (7 * 86400)

static const CalAlert *
find_alert(CalApp *app, const char *text, GError **error)
{
  guint64 id = 0;
  const CalAlert *alert = NULL;
  if (g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT32, &id, NULL))
    alert = cal_alerts_by_id(&app->turn->alerts, (guint32)id);
  if (alert == NULL)
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
                "there is no alert '%s'; 'calciferctl alerts' lists them", text);
  return alert;
}

GVariant *
cal_app_snooze(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  const char *id;
  guint32 seconds;
  (void)path;
  g_variant_get(arguments, "(&su)", &id, &seconds);
  const CalAlert *alert = find_alert(owner, id, error);
  if (alert == NULL)
    return NULL;
  if (seconds < SNOOZE_AT_LEAST_S || seconds > SNOOZE_AT_MOST_S) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                        "an alert may be put off for a minute to seven days");
    return NULL;
  }
  cal_app_tell_action(owner, CAL_TURN_SNOOZE, alert->id, seconds, NULL, error);
  return NULL;
}

GVariant *
cal_app_dismiss(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  const char *id;
  (void)path;
  g_variant_get(arguments, "(&s)", &id);
  const CalAlert *alert = find_alert(owner, id, error);
  if (alert != NULL)
    cal_app_tell_action(owner, CAL_TURN_DISMISS, alert->id, 0, NULL, error);
  return NULL;
}

GVariant *
cal_app_answer(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  const char *id, *answer;
  (void)path;
  g_variant_get(arguments, "(&s&s)", &id, &answer);
  const CalAlert *alert = find_alert(owner, id, error);
  if (alert == NULL)
    return NULL;
  const gboolean same = g_str_equal(answer, "same");
  if (alert->finding.code != CAL_CODE_SAME_DOSE || (!same && !g_str_equal(answer, "second"))) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                        "only a same-dose alert asks, and its answers are 'same' and 'second'");
    return NULL;
  }
  cal_app_tell_action(owner, same ? CAL_TURN_SAME : CAL_TURN_SECOND, alert->id, 0, NULL, error);
  return NULL;
}
