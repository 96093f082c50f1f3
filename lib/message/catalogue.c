/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the translations lie. */
#include "text.h"

void
cal_message_bind(const char *folder)
{
  bindtextdomain(CAL_MESSAGE_DOMAIN, folder);
  bind_textdomain_codeset(CAL_MESSAGE_DOMAIN, "UTF-8"); /* as all of our texts, whatever the locale says */
}
