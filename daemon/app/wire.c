/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire.h"

#include "bubbles.h"
#include "commit.h"
#include "eras.h"
#include "fence.h"
#include "gates.h"
#include "intake.h"
#include "job.h"
#include "ledger/beside.h"
#include "ledger/rescue.h"
#include "place_follow.h"
#include "publish.h"
#include "redate.h"
#include "requests.h"
#include "rest.h"
#include "settings_context.h"
#include "tags.h"
#include "turn.h"
#include "zone_watch.h"

#include <stdlib.h>
#include <sysexits.h>

#define BUS_ANSWERS_WITHIN_MS 10000

CalInstant
cal_app_now(void)
{
  return g_get_real_time() / G_USEC_PER_SEC;
}

CalInstant
cal_app_booted_at(void)
{
  return cal_app_now() - cal_boot_since_s();
}

/* -- Life as systemd sees it
 * -------------------------------------------------------------------------------------- */

static void
on_stop(gpointer data)
{
  CalApp *app = data;
  cal_service_stopping(app->service);
  cal_journal(G_LOG_LEVEL_MESSAGE, CAL_JOURNAL_STOPPING, "stopping");
  g_main_loop_quit(app->loop);
}

static void
on_reload(gpointer data)
{
  CalApp *app = data;
  g_autoptr(GError) error = NULL;
  cal_service_reloading(app->service);
  if (!cal_app_reload_settings(app, &error))
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_SETTINGS, "%s; the last good settings stay", error->message);
  cal_service_ready(app->service);
}

static void
starve(const GError *error)
{
  cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_WATCHDOG, "the watchdog is not fed: %s", error->message);
}

static void
on_bus_answered(GObject *bus, GAsyncResult *result, gpointer data)
{
  CalApp *app = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) id = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
  if (id != NULL)
    cal_service_feed(app->service);
  else
    starve(error);
}

/* The loop runs, or this would not be called. No reply comes any more once it has ended. */
static void
on_probe(gpointer data)
{
  CalApp *app = data;
  g_autoptr(GError) error = NULL;
  if (cal_app_has_doubts(app) || cal_app_has_eras(app)) /* timedate1 tells nobody by itself */
    cal_system_ask_clock(app->system);
  if (!cal_ledger_probe(app->ledger, &error))
    starve(error);
  else
    g_dbus_connection_call(app->session, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                           "org.freedesktop.DBus", "GetId", NULL, G_VARIANT_TYPE("(s)"),
                           G_DBUS_CALL_FLAGS_NONE, BUS_ANSWERS_WITHIN_MS, NULL, on_bus_answered, app);
}

static const CalServiceEvents service_events = { on_stop, on_reload, on_probe };

/* -- The bus
 * ------------------------------------------------------------------------------------------------------ */

static void
on_name_owned(gpointer data)
{
  CalApp *app = data;
  cal_app_rest_soon(app); /* what the start has read is not needed again */
  cal_service_ready(app->service);
  cal_journal(G_LOG_LEVEL_MESSAGE, CAL_JOURNAL_READY, "ready, with %u tags", g_hash_table_size(app->tags));
}

/* When nobody else has it, the bus refused it to us for another reason, and may not do so again. */
static void
on_owner_told(GObject *bus, GAsyncResult *result, gpointer data)
{
  CalApp *app = data;
  const char *owner = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, NULL);
  if (reply != NULL)
    g_variant_get(reply, "(&s)", &owner);
  if (g_strcmp0(owner, g_dbus_connection_get_unique_name(app->session)) == 0)
    return; /* it is ours, and the answer that said so was lost */
  const gboolean taken = owner != NULL;
  if (taken)
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_NAME_TAKEN,
                "the name %s is taken: another calciferd runs on this session bus", CAL_BUS_NAME);
  else
    g_warning("the session bus does not give us the name %s", CAL_BUS_NAME);
  app->exit_status = taken ? EX_UNAVAILABLE : EX_TEMPFAIL;
  g_main_loop_quit(app->loop);
}

static void
on_name_lost(gpointer data)
{
  CalApp *app = data;
  if (g_dbus_connection_is_closed(app->session))
    return; /* nobody took it: the session is over, see below */
  g_dbus_connection_call(app->session, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                         "org.freedesktop.DBus", "GetNameOwner", g_variant_new("(s)", CAL_BUS_NAME),
                         G_VARIANT_TYPE("(s)"), G_DBUS_CALL_FLAGS_NONE, BUS_ANSWERS_WITHIN_MS, NULL,
                         on_owner_told, app);
}

static void
on_session_closed(GDBusConnection *bus, gboolean remote, GError *error, gpointer data)
{
  CalApp *app = data;
  g_message("the session bus is gone, so the session is over");
  g_main_loop_quit(app->loop);
  (void)bus;
  (void)remote;
  (void)error;
}

/* -- Construction
 * ------------------------------------------------------------------------------------------------- */

/* Nothing works less for what is left; it is tried again at each start. */
static void
sweep(const char *path)
{
  g_autoptr(GError) error = NULL;
  if (!cal_ledger_sweep(path, &error))
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "%s", error->message);
}

static gboolean
open_storage(CalApp *app, GError **error)
{
  g_autoptr(GError) problem = NULL;
  cal_settings_default(&app->settings);
  if (!cal_settings_read(app->paths.settings, &app->settings, &problem))
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_SETTINGS, "%s; the defaults hold", problem->message);
  cal_journal_set_level(app->journal, app->settings.log_level);
  app->ledger = cal_ledger_open(app->paths.ledger, error);
  if (app->ledger == NULL)
    return FALSE;
  cal_ledger_hold_still(app->ledger);
  sweep(app->paths.ledger);
  app->keys = cal_keys_open(app->paths.keys, error);
  if (app->keys == NULL)
    return FALSE;
  app->zones = cal_zones_new();
  app->days = cal_days_new(app->ledger, app->zones, error);
  return app->days != NULL;
}

static gboolean
open_buses(CalApp *app, GError **error)
{
  g_autoptr(GError) problem = NULL;
  app->session = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, error);
  if (app->session == NULL) {
    g_prefix_error(error, "there is no session bus: ");
    return FALSE;
  }
  g_dbus_connection_set_exit_on_close(app->session, FALSE);
  g_signal_connect(app->session, "closed", G_CALLBACK(on_session_closed), app);
  app->system_bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, &problem);
  if (app->system_bus == NULL)
    g_warning("there is no system bus, so no tag is heard: %s", problem->message);
  else
    g_dbus_connection_set_exit_on_close(app->system_bus, FALSE);
  return TRUE;
}

static void
restore_turn(CalApp *app)
{
  char key[CAL_TURN_KEY_SIZE];
  cal_turn_init(app->turn);
  for (guint32 i = 0; cal_turn_key(i, key) != NULL; i++) {
    g_autofree char *value = cal_ledger_recall(app->ledger, key, NULL);
    if (value != NULL)
      cal_turn_restore(app->turn, key, value);
  }
}

static void
begin_turning(CalApp *app)
{
  restore_turn(app);
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_SETTINGS,
                                     .of.settings = cal_app_alert_settings(&app->settings) });
  cal_app_tell_context(app);
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_BEGIN });
}

/* All that may refuse the daemon its work is behind it, and the name is asked for: it comes while the rest is
 * done. Who calls at once waits until the main loop runs, and finds all of it. */
static void
open_bus(CalApp *app)
{
  gsize n_methods;
  const CalBusMethod *methods = cal_app_surface(&n_methods);
  app->service = cal_service_new(&service_events, app);
  app->bus = cal_bus_new(app->session, methods, n_methods, app);
  cal_days_context(app->days, cal_app_now(), app->context);
  cal_app_sync_tags(app);
  cal_app_publish_names(app);
  cal_bus_own_name(app->bus, on_name_owned, on_name_lost);
}

static void
open_edges(CalApp *app)
{
  app->notifier = cal_notifier_new(app->session, "Calcifer", "org.calciferd", &cal_app_notifier_events, app);
  app->system = cal_app_watch_system(app);
  app->clock = cal_app_watch_clock(app);
  cal_app_recall_doubts(app);
  cal_app_recall_eras(app);
  begin_turning(app);
  if (app->system_bus != NULL)
    app->link = cal_link_new(app->system_bus, &cal_app_link_owner, app);
  cal_app_link_tags(app);
  cal_app_sync_tags(app);
  if (app->link != NULL)
    cal_link_look(app->link);
  cal_app_publish_all(app);
  cal_app_follow_place(app);
  cal_app_redate(app); /* the clock may have been set while no daemon ran */
  cal_bus_begin(app->bus);
}

CalApp *
cal_app_new(GMainLoop *loop, CalJournal *journal, CalPaths paths, GError **error)
{
  CalApp *app = g_new0(CalApp, 1);
  app->loop = loop;
  app->journal = journal;
  app->paths = paths;
  app->tongue = cal_tongue_new(paths.translations);
  app->turn = g_new0(CalTurn, 1);
  app->context = g_new0(CalContext, 1);
  app->told = g_queue_new();
  app->doubts = cal_app_doubts_new();
  app->eras = cal_app_eras_new();
  app->described = cal_app_described_new();
  cal_boot_id(app->boot_id); /* within the fence nobody tells it */
  app->sandbox = g_variant_ref_sink(cal_app_fence(&app->paths));
  app->jobs = g_ptr_array_new_with_free_func(cal_job_free);
  cal_app_tags_init(app);
  if (!open_storage(app, error) || !open_buses(app, error)) {
    cal_app_free(app);
    return NULL;
  }
  open_bus(app);
  open_edges(app);
  cal_ledger_let_go(app->ledger);
  return app;
}

gboolean
cal_app_reload_settings(CalApp *app, GError **error)
{
  if (!cal_settings_read(app->paths.settings, &app->settings, error))
    return FALSE;
  cal_journal_set_level(app->journal, app->settings.log_level);
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_SETTINGS,
                                     .of.settings = cal_app_alert_settings(&app->settings) });
  return TRUE;
}

static void
stop_timers(CalApp *app)
{
  g_clear_handle_id(&app->wake_id, g_source_remove);
  g_clear_handle_id(&app->flush_id, g_source_remove);
  g_clear_handle_id(&app->measured_id, g_source_remove);
  g_clear_handle_id(&app->balance_id, g_source_remove);
  g_clear_handle_id(&app->catch_up_id, g_source_remove);
  g_clear_handle_id(&app->tags_changed_id, g_source_remove);
  g_clear_handle_id(&app->gates_id, g_source_remove);
  g_clear_handle_id(&app->rest_id, g_source_remove);
}

static void
close_edges(CalApp *app)
{
  g_clear_pointer(&app->link, cal_link_free);
  g_clear_pointer(&app->place, cal_place_source_free);
  g_clear_pointer(&app->clock, cal_clock_free);
  g_clear_pointer(&app->system, cal_system_free);
  g_clear_pointer(&app->notifier, cal_notifier_free);
  g_clear_pointer(&app->bus, cal_bus_free);
  g_clear_pointer(&app->service, cal_service_free);
}

/* Its owner wants it so. The files are open and locked still, and the name is ours: who sees it leave the bus
 * finds nothing left, and no new daemon comes between. */
static void
forget_everything(const CalApp *app)
{
  g_autoptr(GError) ledger = NULL;
  g_autoptr(GError) keys = NULL;
  if (!cal_ledger_remove(app->paths.ledger, &ledger))
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "%s", ledger->message);
  if (!cal_keys_remove(app->paths.keys, &keys))
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "%s", keys->message);
}

/* The same for a ledger that another one replaces. It is closed first, so that all of it is in one file. */
static void
replace_ledger(CalApp *app)
{
  g_autofree char *aside = NULL;
  g_autoptr(GError) error = NULL;
  g_clear_pointer(&app->link, cal_link_free);
  g_clear_pointer(&app->ledger, cal_ledger_close);
  if (cal_ledger_replace(app->paths.ledger, app->staged, cal_app_now(), &aside, &error))
    g_message("another ledger stands in the place of the one that is %s now", aside);
  else
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "the ledger stays as it was: %s", error->message);
}

void
cal_app_free(CalApp *app)
{
  stop_timers(app);
  cal_job_stop_all(app);
  if (app->staged != NULL)
    replace_ledger(app);
  if (app->forgets)
    forget_everything(app);
  close_edges(app);
  if (app->ledger != NULL && !app->forgets)
    cal_app_store_gates(app);
  g_ptr_array_unref(app->jobs);
  cal_app_doubts_free(app->doubts);
  cal_app_eras_free(app->eras);
  cal_app_described_free(app->described);
  g_hash_table_unref(app->tags);
  g_queue_free(app->told);
  g_clear_pointer(&app->days, cal_days_free);
  g_clear_pointer(&app->zones, cal_zones_free);
  g_clear_pointer(&app->keys, cal_keys_free);
  g_clear_pointer(&app->ledger, cal_ledger_close);
  g_clear_pointer(&app->catalog, g_array_unref);
  if (app->session != NULL) {
    g_signal_handlers_disconnect_by_data(app->session, app);
    g_dbus_connection_flush_sync(app->session, NULL, NULL);
  }
  g_clear_object(&app->session);
  g_clear_object(&app->system_bus);
  g_variant_unref(app->sandbox);
  g_free(app->staged);
  g_clear_error(&app->unkept);
  g_free(app->turn);
  g_free(app->context);
  g_free(app->paths.settings);
  g_free(app->paths.ledger);
  g_free(app->paths.keys);
  g_free(app->paths.foods);
  g_free(app->paths.translations);
  freelocale(app->tongue);
  g_free(app);
}
