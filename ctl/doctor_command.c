/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_command.h"

#include <string.h>
#include <unistd.h>

#define SUDO "sudo "

char *
ctl_doctor_command(const char *command, CtlRootBy how)
{
  if (how == CTL_ROOT_BY_SUDO || strstr(command, SUDO) == NULL)
    return g_strdup(command);
  g_auto(GStrv) parts = g_strsplit(command, SUDO, -1);
  g_autofree char *bare = g_strjoinv("", parts);
  if (how == CTL_ROOT_ALREADY)
    return g_steal_pointer(&bare);
  /* With "-", as what is in /usr/sbin is not found otherwise. */
  g_autofree char *quoted = g_shell_quote(bare);
  return g_strconcat("su - -c ", quoted, NULL);
}

CtlRootBy
ctl_doctor_root_by(void)
{
  g_autofree char *sudo = g_find_program_in_path("sudo");
  if (geteuid() == 0)
    return CTL_ROOT_ALREADY;
  return sudo != NULL ? CTL_ROOT_BY_SUDO : CTL_ROOT_BY_SU;
}
