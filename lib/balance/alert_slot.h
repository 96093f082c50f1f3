/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the life of alerts and their text need of one another. */
#ifndef CALCIFER_LIB_ALERT_SLOT_H
#define CALCIFER_LIB_ALERT_SLOT_H

#include <calcifer/alert.h>

/* An alert that is none, as every slot begins. */
void cal_alert_clear(CalAlert *alert);

#endif
