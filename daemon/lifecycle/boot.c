/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "boot.h"

#include <time.h>

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

gboolean
cal_boot_id(char id[CAL_BOOT_ID_SIZE])
{
  g_autofree char *text = NULL;
  id[0] = '\0';
  if (!g_file_get_contents(BOOT_ID_FILE, &text, NULL, NULL))
    return FALSE;
  g_strlcpy(id, g_strstrip(text), CAL_BOOT_ID_SIZE);
  return TRUE;
}

gint64
cal_boot_since_s(void)
{
  struct timespec since;
  clock_gettime(CLOCK_BOOTTIME, &since);
  return since.tv_sec;
}
