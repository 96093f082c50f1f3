/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Long lists, which the daemon answers page by page. */
#ifndef CALCIFERCTL_PAGES_H
#define CALCIFERCTL_PAGES_H

#include "client.h"

/* All rows (a{sv}) of a method whose arguments end with a cursor and a limit, and which answers (aa{sv}s).
 * `arguments`: a tuple of those before, floating is taken. Free with g_ptr_array_unref(); NULL with the
 * error. */
GPtrArray *ctl_pages_fetch(CtlClient *client, const char *interface, const char *method, GVariant *arguments,
                           GError **error);

#endif
