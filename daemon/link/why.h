/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with a link, and what to do about it, in one sentence. Static strings; NULL: nothing. */
#ifndef CALCIFERD_LINK_WHY_H
#define CALCIFERD_LINK_WHY_H

#include <machine/life.h>
#include <machine/omron_log.h>
#include <machine/transfer.h>

#include "link.h"

const char *cal_why_radio(CalRadio radio);
const char *cal_why_link(CalLifeComplaint complaint);
/* BlueZ does not connect it by itself. */
const char *cal_why_refused(void);
const char *cal_why_transfer(const CalTransfer *transfer);
const char *cal_why_omron(const CalOmronLog *log);

#endif
