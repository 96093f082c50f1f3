/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "place.h"

#include <math.h>

#define GEOCLUE         "org.freedesktop.GeoClue2"
#define GEOCLUE_MANAGER "/org/freedesktop/GeoClue2/Manager"
#define CLIENT          GEOCLUE ".Client"
#define PROPERTIES      "org.freedesktop.DBus.Properties"

/* GeoClue's GCLUE_ACCURACY_LEVEL_CITY. */
#define CITY 4u

/* A service that has no position says nothing at all; and GeoClue 2.6 gives nobody a client before the
 * desktop's own agent has come, which it waits for without end. What takes longer is told as absence, and
 * heard all the same when it comes. */
#define PATIENCE_S 60

struct CalPlaceSource {
  GDBusConnection *bus; /* NULL without a system bus */
  GCancellable *cancellable;
  CalPlaceEvents events;
  gpointer data;
  gboolean client_asked; /* and not answered yet */
  char *client;          /* path; NULL while there is none */
  guint updated_id;
  guint timer_id;
  guint patience_id;
  guint known_id;
  CalPlaceAnswer known;
};

static gboolean on_due(gpointer data);

static void
rest(CalPlaceSource *source)
{
  if (source->updated_id != 0)
    g_dbus_connection_signal_unsubscribe(source->bus, source->updated_id);
  source->updated_id = 0;
  g_clear_handle_id(&source->patience_id, g_source_remove);
  if (source->client != NULL)
    g_dbus_connection_call(source->bus, GEOCLUE, source->client, CLIENT, "Stop", NULL, NULL,
                           G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
  g_clear_pointer(&source->client, g_free);
}

static void
wait(CalPlaceSource *source, guint seconds)
{
  g_clear_handle_id(&source->timer_id, g_source_remove);
  source->timer_id = g_timeout_add_seconds(seconds, on_due, source);
}

static void
end(CalPlaceSource *source, CalPlaceState state)
{
  const CalPlaceAnswer answer = { state, NAN, NAN };
  rest(source);
  source->events.answered(&answer, source->data);
}

/* NULL after having told why; the source itself may be gone when the call was cancelled. */
static GVariant *
reply_of(GObject *bus, GAsyncResult *result, CalPlaceSource *source)
{
  g_autoptr(GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
  if (reply != NULL || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return reply;
  source->client_asked = FALSE;
  const gboolean refused = g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
  end(source, refused ? CAL_PLACE_REFUSED : CAL_PLACE_ABSENT);
  return NULL;
}

static double
rounded(double angle_deg)
{
  return round(angle_deg * 10) / 10;
}

static void
on_location(GObject *bus, GAsyncResult *result, gpointer data)
{
  CalPlaceSource *source = data;
  double latitude = NAN, longitude = NAN;
  g_autoptr(GVariant) reply = reply_of(bus, result, source);
  if (reply == NULL)
    return;
  g_autoptr(GVariant) location = g_variant_get_child_value(reply, 0);
  g_variant_lookup(location, "Latitude", "d", &latitude);
  g_variant_lookup(location, "Longitude", "d", &longitude);
  if (!(fabs(latitude) <= 90 && fabs(longitude) <= 180)) {
    end(source, CAL_PLACE_ABSENT);
    return;
  }
  const CalPlaceAnswer answer = { CAL_PLACE_FOUND, rounded(latitude), rounded(longitude) };
  rest(source);
  source->events.answered(&answer, source->data);
}

static void
on_updated(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *arguments, gpointer data)
{
  CalPlaceSource *source = data;
  const char *location;
  (void)sender;
  (void)path;
  (void)interface;
  (void)signal;
  if (!g_variant_is_of_type(arguments, G_VARIANT_TYPE("(oo)")))
    return; /* patience ends this */
  g_variant_get_child(arguments, 1, "&o", &location);
  g_dbus_connection_call(bus, GEOCLUE, location, PROPERTIES, "GetAll",
                         g_variant_new("(s)", GEOCLUE ".Location"), G_VARIANT_TYPE("(a{sv})"),
                         G_DBUS_CALL_FLAGS_NONE, -1, source->cancellable, on_location, source);
}

static void
on_done(GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr(GVariant) reply = reply_of(bus, result, data);
}

static void
call_client(CalPlaceSource *source, const char *interface, const char *method, GVariant *arguments)
{
  g_dbus_connection_call(source->bus, GEOCLUE, source->client, interface, method, arguments, NULL,
                         G_DBUS_CALL_FLAGS_NONE, G_MAXINT, source->cancellable, on_done, source);
}

static void
set(CalPlaceSource *source, const char *property, GVariant *value)
{
  call_client(source, PROPERTIES, "Set", g_variant_new("(ssv)", CLIENT, property, value));
}

static gboolean
on_out_of_patience(gpointer data)
{
  CalPlaceSource *source = data;
  source->patience_id = 0;
  end(source, CAL_PLACE_ABSENT);
  return G_SOURCE_REMOVE;
}

static void
be_patient(CalPlaceSource *source)
{
  g_clear_handle_id(&source->patience_id, g_source_remove);
  source->patience_id = g_timeout_add_seconds(PATIENCE_S, on_out_of_patience, source);
}

static void
on_client(GObject *bus, GAsyncResult *result, gpointer data)
{
  CalPlaceSource *source = data;
  g_autoptr(GVariant) reply = reply_of(bus, result, source);
  if (reply == NULL)
    return;
  source->client_asked = FALSE;
  be_patient(source);
  g_variant_get(reply, "(o)", &source->client);
  source->updated_id =
      g_dbus_connection_signal_subscribe(source->bus, GEOCLUE, CLIENT, "LocationUpdated", source->client,
                                         NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_updated, source, NULL);
  set(source, "DesktopId", g_variant_new_string("org.calciferd"));
  set(source, "RequestedAccuracyLevel", g_variant_new_uint32(CITY));
  call_client(source, CLIENT, "Start", NULL);
}

static gboolean
on_due(gpointer data)
{
  CalPlaceSource *source = data;
  source->timer_id = 0;
  wait(source, CAL_PLACE_SOURCE_EVERY_S);
  if (source->client_asked)
    return G_SOURCE_REMOVE; /* the question of yesterday still stands */
  rest(source);
  if (source->bus == NULL) {
    end(source, CAL_PLACE_ABSENT);
    return G_SOURCE_REMOVE;
  }
  be_patient(source);
  source->client_asked = TRUE;
  source->events.asked(source->data);
  g_dbus_connection_call(source->bus, GEOCLUE, GEOCLUE_MANAGER, GEOCLUE ".Manager", "GetClient", NULL,
                         G_VARIANT_TYPE("(o)"), G_DBUS_CALL_FLAGS_NONE, G_MAXINT, source->cancellable,
                         on_client, source);
  return G_SOURCE_REMOVE;
}

static gboolean
on_known(gpointer data)
{
  CalPlaceSource *source = data;
  source->known_id = 0;
  source->events.answered(&source->known, source->data);
  return G_SOURCE_REMOVE;
}

CalPlaceSource *
cal_place_source_new(GDBusConnection *bus, guint wait_s, const CalPlaceAnswer *known,
                     const CalPlaceEvents *events, gpointer data)
{
  CalPlaceSource *source = g_new0(CalPlaceSource, 1);
  source->bus = bus != NULL ? g_object_ref(bus) : NULL;
  source->cancellable = g_cancellable_new();
  source->events = *events;
  source->data = data;
  source->known = *known;
  if (wait_s > 0 && known->state != CAL_PLACE_ASKING)
    source->known_id = g_idle_add(on_known, source);
  wait(source, wait_s);
  return source;
}

void
cal_place_source_free(CalPlaceSource *source)
{
  g_cancellable_cancel(source->cancellable);
  rest(source);
  g_clear_handle_id(&source->timer_id, g_source_remove);
  g_clear_handle_id(&source->known_id, g_source_remove);
  g_clear_object(&source->cancellable);
  g_clear_object(&source->bus);
  g_free(source);
}
