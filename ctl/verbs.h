/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs that talk with the daemon; one file each. argv[0] is the verb's name, the result the exit status.
 */
#ifndef CALCIFERCTL_VERBS_H
#define CALCIFERCTL_VERBS_H

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

#endif
