/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings file's words as the deciding core takes them. */
#ifndef CALCIFERD_APP_SETTINGS_CONTEXT_H
#define CALCIFERD_APP_SETTINGS_CONTEXT_H

#include "settings.h"

#include <calcifer/alert.h>

CalAlertSettings cal_app_alert_settings(const CalSettings *settings);

#endif
