/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the daemon still folds earlier days anew. Until then it leaves out what depends on them. */
#ifndef CTL_COMPUTING_H
#define CTL_COMPUTING_H

#include "client.h"

#include <stdio.h>

gboolean ctl_computing(CtlClient *client);

/* Whether the property, as it was read (NULL: it could not be), says so. */
gboolean ctl_computing_is(GVariant *computing);

/* Says so. */
void ctl_computing_tell(FILE *file);

/* Until it does no more; whether it did. */
gboolean ctl_computing_wait(CtlClient *client);

#endif
