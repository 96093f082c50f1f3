/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs that talk with the daemon; one file each. argv[0] is the verb's name, the result the exit status.
 */
#ifndef CALCIFERCTL_VERBS_H
#define CALCIFERCTL_VERBS_H

#include "verb.h"

int ctl_amend(int argc, char **argv);
int ctl_forget(int argc, char **argv);
int ctl_alerts(int argc, char **argv);
int ctl_backup(int argc, char **argv);
int ctl_doctor(int argc, char **argv);
int ctl_explain(int argc, char **argv);
int ctl_export(int argc, char **argv);
int ctl_foods(int argc, char **argv);
int ctl_history(int argc, char **argv);
int ctl_import(int argc, char **argv);
int ctl_log(int argc, char **argv);
int ctl_plan(int argc, char **argv);
int ctl_products(int argc, char **argv);
int ctl_profile(int argc, char **argv);
int ctl_report(int argc, char **argv);
int ctl_restore(int argc, char **argv);
int ctl_setup(int argc, char **argv);
int ctl_status(int argc, char **argv);
int ctl_tags(int argc, char **argv);
int ctl_undo(int argc, char **argv);
int ctl_watch(int argc, char **argv);
int ctl_wear(int argc, char **argv);

/* The verbs below some of them, tables that end with a row without a name. */
const CtlVerb *ctl_log_verbs(void);
const CtlVerb *ctl_tags_verbs(void);
const CtlVerb *ctl_profile_verbs(void);
const CtlVerb *ctl_alerts_verbs(void);
const CtlVerb *ctl_products_verbs(void);
const CtlVerb *ctl_foods_verbs(void);

#endif
