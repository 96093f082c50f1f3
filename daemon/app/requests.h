/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Request -> entry: the methods of the bus, value in, value or error out. One file to an interface; the table
 * of all of them is surface.c. */
#ifndef CALCIFERD_APP_REQUESTS_H
#define CALCIFERD_APP_REQUESTS_H

#include "app.h"

/* The surface of the daemon. */
const CalBusMethod *cal_app_surface(gsize *n_methods);

#define CAL_APP_REQUEST(name)                                                                                \
  GVariant *name(const char *path, GVariant *arguments, gpointer owner, GError **error)

CAL_APP_REQUEST(cal_app_get_day);
CAL_APP_REQUEST(cal_app_get_days);
CAL_APP_REQUEST(cal_app_take);
CAL_APP_REQUEST(cal_app_food);
CAL_APP_REQUEST(cal_app_sun);
CAL_APP_REQUEST(cal_app_lab);
CAL_APP_REQUEST(cal_app_done);
CAL_APP_REQUEST(cal_app_undo);
CAL_APP_REQUEST(cal_app_amend);
CAL_APP_REQUEST(cal_app_forget_event);
CAL_APP_REQUEST(cal_app_get_newest);
CAL_APP_REQUEST(cal_app_get_events);
CAL_APP_REQUEST(cal_app_get_entries);
CAL_APP_REQUEST(cal_app_export);
CAL_APP_REQUEST(cal_app_import);
CAL_APP_REQUEST(cal_app_backup);
CAL_APP_REQUEST(cal_app_add_product);
CAL_APP_REQUEST(cal_app_remove_product);
CAL_APP_REQUEST(cal_app_edit_product);
CAL_APP_REQUEST(cal_app_correct_product);
CAL_APP_REQUEST(cal_app_search_foods);
CAL_APP_REQUEST(cal_app_foods_for);
CAL_APP_REQUEST(cal_app_richest_foods);
CAL_APP_REQUEST(cal_app_add_food);
CAL_APP_REQUEST(cal_app_add_recipe);
CAL_APP_REQUEST(cal_app_remove_food);
CAL_APP_REQUEST(cal_app_plan);
CAL_APP_REQUEST(cal_app_explain_day);
CAL_APP_REQUEST(cal_app_set_profile);
CAL_APP_REQUEST(cal_app_snooze);
CAL_APP_REQUEST(cal_app_dismiss);
CAL_APP_REQUEST(cal_app_answer);
CAL_APP_REQUEST(cal_app_explain);
CAL_APP_REQUEST(cal_app_get_explanation);
CAL_APP_REQUEST(cal_app_scan);
CAL_APP_REQUEST(cal_app_adopt);
CAL_APP_REQUEST(cal_app_forget);
CAL_APP_REQUEST(cal_app_set_role);
CAL_APP_REQUEST(cal_app_map);
CAL_APP_REQUEST(cal_app_allow);
CAL_APP_REQUEST(cal_app_set_key);
CAL_APP_REQUEST(cal_app_fetch_key);
CAL_APP_REQUEST(cal_app_accept_counter);
CAL_APP_REQUEST(cal_app_start_readings);
CAL_APP_REQUEST(cal_app_stop_readings);
CAL_APP_REQUEST(cal_app_get_undated_runs);
CAL_APP_REQUEST(cal_app_date_run);
CAL_APP_REQUEST(cal_app_cancel_job);
CAL_APP_REQUEST(cal_app_rebuild);
CAL_APP_REQUEST(cal_app_reload);
CAL_APP_REQUEST(cal_app_forget_everything);
CAL_APP_REQUEST(cal_app_restore);
CAL_APP_REQUEST(cal_app_salvage);

/* Enters one entry and makes the reply (ss) of its id and sentence. */
GVariant *cal_app_enter_and_tell(CalApp *app, CalEntry *entry, GError **error);

/* A product that was added after an instant, as it is to be entered so that it always held the same: TRUE
 * when there is one. */
gboolean cal_app_product_before(CalApp *app, const char *name, CalInstant at, CalEntry *beginning);

/* Refuses an a{sv} of options that holds any but the names in `known` (NULL-terminated). */
gboolean cal_app_options_known(GVariant *options, const char *const *known, GError **error);

#endif
