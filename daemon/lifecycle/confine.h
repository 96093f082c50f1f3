/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that this process may use from now on, and no others, by the kernel's Landlock: the layer of the
 * sandbox that needs neither systemd nor a namespace. Nothing may be run, either, and where the kernel knows
 * how, no connection made and no other process signalled. What is open stays open; a socket in the file
 * system can still be connected to.
 *
 *   const CalConfineRule rules[] = { { "/usr", CAL_CONFINE_READ }, { data, CAL_CONFINE_CHANGE } };
 *   const int abi = cal_confine(rules, 2);
 */
#ifndef CALCIFERD_CONFINE_H
#define CALCIFERD_CONFINE_H

#include <glib.h>

typedef enum CalConfineUse {
  CAL_CONFINE_READ,   /* files, and the names in folders */
  CAL_CONFINE_CHANGE, /* that, and files are written, made and removed */
} CalConfineUse;

typedef struct CalConfineRule {
  const char *path; /* and all below; one that is not there now is left out for good */
  CalConfineUse use;
} CalConfineRule;

/* Holds for the thread that calls, and for all threads that it makes later: so it is called before there is
 * another one. Takes away all chance of new privileges too. The version of Landlock that holds, 0 when the
 * kernel has none or does not let us. */
int cal_confine(const CalConfineRule *rules, gsize n_rules);

/* Whether it holds: tried, on the root of the file system. */
gboolean cal_confine_holds(void);

#endif
