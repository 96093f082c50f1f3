/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The profile as the person set it: each key with the words that hold now. */
#ifndef CALCIFERD_APP_PROFILE_VALUES_H
#define CALCIFERD_APP_PROFILE_VALUES_H

#include "days.h"

/* a{ss}, floating. */
GVariant *cal_app_profile_values(const CalDays *days);

#endif
