/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading -> event: what the link hears becomes what the ledger holds. */
#ifndef CALCIFERD_APP_INTAKE_H
#define CALCIFERD_APP_INTAKE_H

#include "app.h"

/* What the link asks and tells; its data is the app. */
extern const CalLinkOwner cal_app_link_owner;

#endif
