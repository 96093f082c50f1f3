/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CALCIFERCTL_FORGET_EVERYTHING_H
#define CALCIFERCTL_FORGET_EVERYTHING_H

/* Asks for the confirmation, and does it. The exit status. */
int ctl_forget_everything(void);

#endif
