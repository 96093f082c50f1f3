/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cut.h"

void
cal_app_cut(char *to, const char *from, gsize size)
{
  const char *end;
  g_strlcpy(to, from, size);
  if (!g_utf8_validate(to, -1, &end))
    to[end - to] = '\0';
}
