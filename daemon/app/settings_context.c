/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings_context.h"

CalAlertSettings
cal_app_alert_settings(const CalSettings *settings)
{
  CalAlertSettings alerts = { .bubbles_a_day = (gint32)settings->bubbles_per_day };
  if (settings->quiet) {
    alerts.quiet_from_minute = settings->quiet_from;
    alerts.quiet_to_minute = settings->quiet_to;
  }
  return alerts;
}
