/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How somebody becomes root for a command of the doctor's. */
#ifndef CALCIFERCTL_DOCTOR_COMMAND_H
#define CALCIFERCTL_DOCTOR_COMMAND_H

#include <glib.h>

typedef enum CtlRootBy {
  CTL_ROOT_BY_SUDO,
  CTL_ROOT_BY_SU, /* there is no sudo: the password of root is asked for */
  CTL_ROOT_ALREADY,
} CtlRootBy;

/* The command, in which "sudo " stands before each part that root has to do, as it is typed here. */
char *ctl_doctor_command(const char *command, CtlRootBy how);

/* Of this process. */
CtlRootBy ctl_doctor_root_by(void);

#endif
