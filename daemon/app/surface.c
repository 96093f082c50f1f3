/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole surface on one screen. That it is the documented one is checked when the bus is made. */
#include "requests.h"

const CalBusMethod *
cal_app_surface(gsize *n_methods)
{
  static const CalBusMethod methods[] = {
    { "Balance1", "GetDay", cal_app_get_day },
    { "Balance1", "GetDays", cal_app_get_days },
    { "Ledger1", "Take", cal_app_take },
    { "Ledger1", "Food", cal_app_food },
    { "Ledger1", "Sun", cal_app_sun },
    { "Ledger1", "Lab", cal_app_lab },
    { "Ledger1", "Done", cal_app_done },
    { "Ledger1", "Undo", cal_app_undo },
    { "Ledger1", "Amend", cal_app_amend },
    { "Ledger1", "Forget", cal_app_forget_event },
    { "Ledger1", "GetNewest", cal_app_get_newest },
    { "Ledger1", "GetEvents", cal_app_get_events },
    { "Ledger1", "GetEntries", cal_app_get_entries },
    { "Ledger1", "Export", cal_app_export },
    { "Ledger1", "Import", cal_app_import },
    { "Catalog1", "AddProduct", cal_app_add_product },
    { "Catalog1", "RemoveProduct", cal_app_remove_product },
    { "Catalog1", "EditProduct", cal_app_edit_product },
    { "Catalog1", "CorrectProduct", cal_app_correct_product },
    { "Catalog1", "SearchFoods", cal_app_search_foods },
    { "Catalog1", "FoodsFor", cal_app_foods_for },
    { "Catalog1", "RichestFoods", cal_app_richest_foods },
    { "Catalog1", "AddFood", cal_app_add_food },
    { "Catalog1", "AddRecipe", cal_app_add_recipe },
    { "Catalog1", "RemoveFood", cal_app_remove_food },
    { "Model1", "Plan", cal_app_plan },
    { "Model1", "Explain", cal_app_explain_day },
    { "Profile1", "Set", cal_app_set_profile },
    { "Alerts1", "Snooze", cal_app_snooze },
    { "Alerts1", "Dismiss", cal_app_dismiss },
    { "Alerts1", "Answer", cal_app_answer },
    { "Alerts1", "Explain", cal_app_explain },
    { "Alerts1", "GetExplanation", cal_app_get_explanation },
    { "Tags1", "Scan", cal_app_scan },
    { "Tags1", "Adopt", cal_app_adopt },
    { "Tags1", "Forget", cal_app_forget },
    { "Tags1", "SetRole", cal_app_set_role },
    { "Tags1", "Map", cal_app_map },
    { "Tags1", "Allow", cal_app_allow },
    { "Tags1", "SetKey", cal_app_set_key },
    { "Tags1", "FetchKey", cal_app_fetch_key },
    { "Tags1", "AcceptCounter", cal_app_accept_counter },
    { "Tags1", "GetUndatedRuns", cal_app_get_undated_runs },
    { "Tags1", "DateRun", cal_app_date_run },
    { "Job1", "Cancel", cal_app_cancel_job },
    { "Service1", "Backup", cal_app_backup },
    { "Service1", "Restore", cal_app_restore },
    { "Service1", "Salvage", cal_app_salvage },
    { "Service1", "Rebuild", cal_app_rebuild },
    { "Service1", "Reload", cal_app_reload },
    { "Service1", "ForgetEverything", cal_app_forget_everything },
  };
  *n_methods = G_N_ELEMENTS(methods);
  return methods;
}
