/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "system.h"

#include <gio/gunixfdlist.h>
#include <machine/standing.h>
#include <string.h>
#include <unistd.h>

#define LOGIND         "org.freedesktop.login1"
#define LOGIND_PATH    "/org/freedesktop/login1"
#define LOGIND_MANAGER "org.freedesktop.login1.Manager"
#define TIMEDATE       "org.freedesktop.timedate1"
#define TIMEDATE_PATH  "/org/freedesktop/timedate1"

/* An answer that is asked for until it comes: a service may be slow at boot, or fail once. */
typedef struct Question {
  CalSystem *system;
  void (*ask)(CalSystem *system);
  CalStanding standing;
  guint timer_id;
} Question;

struct CalSystem {
  GDBusConnection *bus; /* NULL without a system bus */
  GCancellable *cancellable;
  CalSystemEvents events;
  gpointer data;
  char *zone;
  gboolean synchronised;
  gboolean nobody_vouches; /* there is no timedate1 */
  int delay_fd;            /* holds sleep off for as long as logind lets us; -1: none */
  guint sleep_id;
  guint timedate_id;
  Question timedate;
  Question delay;
};

/* -- Asking until there is an answer -------------------------------------------------------------------- */

static void put(Question *question, CalStandingEvent event);

static gint64
now_ms(void)
{
  return g_get_monotonic_time() / 1000;
}

static gboolean
on_question_time(gpointer data)
{
  Question *question = data;
  question->timer_id = 0;
  put(question, CAL_STANDING_TIME);
  return G_SOURCE_REMOVE;
}

static void
put(Question *question, CalStandingEvent event)
{
  const CalStandingAction action = cal_standing_step(&question->standing, event, now_ms());
  const gboolean waits = question->standing.deadline_ms != CAL_STANDING_NEVER;
  g_clear_handle_id(&question->timer_id, g_source_remove);
  if (waits)
    question->timer_id =
        g_timeout_add((guint)MAX(question->standing.deadline_ms - now_ms(), 0), on_question_time, question);
  if (action == CAL_STANDING_ASK)
    question->ask(question->system);
}

/* Once more from the beginning, whatever was answered before. */
static void
put_anew(Question *question)
{
  put(question, CAL_STANDING_UNWANTED);
  put(question, CAL_STANDING_WANTED);
}

static gboolean
is_absent(const GError *error)
{
  return g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
}

/* Where there is no such service nobody is asked again: no answer is the answer. */
static void
take_answer(Question *question, const GError *error)
{
  put(question, error == NULL || is_absent(error) ? CAL_STANDING_GRANTED : CAL_STANDING_FAILED);
}

static gboolean
was_cancelled(const GError *error)
{
  return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* -- The zone and the clock ----------------------------------------------------------------------------- */

char *
cal_system_local_zone(void)
{
  const char *from_environment = g_getenv("TZ");
  g_autofree char *target = NULL;
  if (from_environment != NULL && from_environment[0] != '\0')
    return g_strdup(from_environment[0] == ':' ? from_environment + 1 : from_environment);
  target = g_file_read_link("/etc/localtime", NULL);
  const char *name = target != NULL ? strstr(target, "zoneinfo/") : NULL;
  return g_strdup(name != NULL ? name + strlen("zoneinfo/") : "UTC");
}

static void
set_zone(CalSystem *system, const char *zone)
{
  if (zone[0] == '\0' || g_strcmp0(zone, system->zone) == 0)
    return;
  g_free(system->zone);
  system->zone = g_strdup(zone);
  system->events.zone(zone, system->data);
}

static void
take_timedate(CalSystem *system, GVariant *properties)
{
  const char *zone;
  const gboolean before = system->synchronised;
  g_variant_lookup(properties, "NTPSynchronized", "b", &system->synchronised);
  if (system->synchronised && !before)
    system->events.synchronised(system->data);
  /* TZ is the person's own word for this session and stands above the machine's zone. */
  if (g_getenv("TZ") == NULL && g_variant_lookup(properties, "Timezone", "&s", &zone))
    set_zone(system, zone);
}

static void
on_timedate_changed(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                    const char *signal, GVariant *arguments, gpointer data)
{
  if (g_variant_is_of_type(arguments, G_VARIANT_TYPE("(sa{sv}as)"))) {
    g_autoptr(GVariant) properties = g_variant_get_child_value(arguments, 1);
    take_timedate(data, properties);
  }
  (void)bus;
  (void)sender;
  (void)path;
  (void)interface;
  (void)signal;
}

static void
on_timedate_read(GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
  CalSystem *system = data;
  if (was_cancelled(error))
    return;
  system->nobody_vouches = is_absent(error);
  take_answer(&system->timedate, error);
  if (reply == NULL)
    return; /* until it answers the local zone holds, and the clock is not vouched for */
  g_autoptr(GVariant) properties = g_variant_get_child_value(reply, 0);
  take_timedate(data, properties);
}

static void
ask_timedate(CalSystem *system)
{
  g_dbus_connection_call(system->bus, TIMEDATE, TIMEDATE_PATH, "org.freedesktop.DBus.Properties", "GetAll",
                         g_variant_new("(s)", TIMEDATE), G_VARIANT_TYPE("(a{sv})"), G_DBUS_CALL_FLAGS_NONE,
                         -1, system->cancellable, on_timedate_read, system);
}

/* A call that is under way is answered, too, and by what holds now. */
void
cal_system_ask_clock(CalSystem *system)
{
  if (system->bus != NULL)
    put_anew(&system->timedate);
}

static void
watch_timedate(CalSystem *system)
{
  system->timedate_id = g_dbus_connection_signal_subscribe(
      system->bus, TIMEDATE, "org.freedesktop.DBus.Properties", "PropertiesChanged", TIMEDATE_PATH, TIMEDATE,
      G_DBUS_SIGNAL_FLAGS_NONE, on_timedate_changed, system, NULL);
  cal_system_ask_clock(system);
}

static void
on_delay_granted(GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GUnixFDList) descriptors = NULL;
  g_autoptr(GVariant) reply =
      g_dbus_connection_call_with_unix_fd_list_finish(G_DBUS_CONNECTION(bus), &descriptors, result, &error);
  CalSystem *system = data;
  if (was_cancelled(error))
    return;
  take_answer(&system->delay, error);
  if (reply == NULL || descriptors == NULL || g_unix_fd_list_get_length(descriptors) != 1)
    return; /* without logind sleep is not announced and not delayed */
  cal_system_allow_sleep(system);
  system->delay_fd = g_unix_fd_list_get(descriptors, 0, NULL);
}

static void
ask_for_delay(CalSystem *system)
{
  g_dbus_connection_call_with_unix_fd_list(
      system->bus, LOGIND, LOGIND_PATH, LOGIND_MANAGER, "Inhibit",
      g_variant_new("(ssss)", "sleep", "Calcifer", "Lets its tags go before sleep", "delay"),
      G_VARIANT_TYPE("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, system->cancellable, on_delay_granted,
      system);
}

static void
on_prepare_for_sleep(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                     const char *signal, GVariant *arguments, gpointer data)
{
  CalSystem *system = data;
  gboolean going = FALSE;
  if (!g_variant_is_of_type(arguments, G_VARIANT_TYPE("(b)")))
    return;
  g_variant_get(arguments, "(b)", &going);
  if (!going)
    put_anew(&system->delay);
  system->events.sleep(going, system->data);
  (void)bus;
  (void)sender;
  (void)path;
  (void)interface;
  (void)signal;
}

CalSystem *
cal_system_new(GDBusConnection *bus, const CalSystemEvents *events, gpointer data)
{
  g_autofree char *zone = cal_system_local_zone();
  CalSystem *system = g_new0(CalSystem, 1);
  system->events = *events;
  system->data = data;
  system->delay_fd = -1;
  system->timedate = (Question){ .system = system, .ask = ask_timedate };
  system->delay = (Question){ .system = system, .ask = ask_for_delay };
  cal_standing_init(&system->timedate.standing);
  cal_standing_init(&system->delay.standing);
  system->cancellable = g_cancellable_new();
  set_zone(system, zone);
  if (bus == NULL)
    return system;
  system->bus = g_object_ref(bus);
  system->sleep_id =
      g_dbus_connection_signal_subscribe(bus, LOGIND, LOGIND_MANAGER, "PrepareForSleep", LOGIND_PATH, NULL,
                                         G_DBUS_SIGNAL_FLAGS_NONE, on_prepare_for_sleep, system, NULL);
  put(&system->delay, CAL_STANDING_WANTED);
  watch_timedate(system);
  return system;
}

void
cal_system_free(CalSystem *system)
{
  g_cancellable_cancel(system->cancellable);
  g_clear_handle_id(&system->timedate.timer_id, g_source_remove);
  g_clear_handle_id(&system->delay.timer_id, g_source_remove);
  if (system->bus != NULL) {
    g_dbus_connection_signal_unsubscribe(system->bus, system->sleep_id);
    g_dbus_connection_signal_unsubscribe(system->bus, system->timedate_id);
    g_object_unref(system->bus);
  }
  cal_system_allow_sleep(system);
  g_object_unref(system->cancellable);
  g_free(system->zone);
  g_free(system);
}

const char *
cal_system_zone(const CalSystem *system)
{
  return system->zone;
}

gboolean
cal_system_clock_synchronised(CalSystem *system)
{
  return system->synchronised;
}

gboolean
cal_system_clock_doubted(CalSystem *system)
{
  return system->bus != NULL && !system->synchronised && !system->nobody_vouches;
}

void
cal_system_allow_sleep(CalSystem *system)
{
  if (system->delay_fd >= 0)
    close(system->delay_fd);
  system->delay_fd = -1;
}
