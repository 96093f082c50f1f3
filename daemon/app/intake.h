/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading -> event: what the link hears becomes what the ledger holds. */
#ifndef CALCIFERD_APP_INTAKE_H
#define CALCIFERD_APP_INTAKE_H

#include "app.h"

#include <calcifer/record.h>

/* What the link asks and tells; its data is the app. */
extern const CalLinkOwner cal_app_link_owner;

/* Commits records and brings them to everybody who shows or folds them; announces none. */
gboolean cal_app_take_records(CalApp *app, const CalAddress *tag, guint32 log_id,
                              const guint8 (*raw)[CAL_RECORD_SIZE], gsize n_records, GError **error);

#endif
