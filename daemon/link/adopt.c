/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "adopt.h"

#include <calcifer/tag_feature.h>
#include <calcifer/tag_profile.h>

#include "error.h"

#include "bluez_names.h"
#include "bond.h"
#include "found.h"
#include "gatt.h"
#include "timer.h"

#define FIND_MS         30000
#define LOOK_MS         5000  /* after which what says nothing of itself is connected and looked at */
#define LOOK_FOR_MS     10000 /* so long it may take to connect: nothing is heard meanwhile */
#define READ_MS         30000
#define PAIR_TIMEOUT_MS 60000
#define REMOVE_MS       10000 /* BlueZ needs 3 s to disconnect what it removes */

typedef enum AdoptState {
  ADOPT_FINDING,
  ADOPT_LOOKING, /* connecting, then resolving, something that has not said what it is */
  ADOPT_BONDING,
  ADOPT_READING,
  ADOPT_ENDED,
} AdoptState;

struct CalAdopt {
  GDBusConnection *connection;
  CalBluez *bluez;
  CalAddress address;
  char text[CAL_ADDRESS_TEXT_SIZE];
  AdoptState state;
  char *device;
  CalBond *bond;             /* NULL: none is needed yet */
  GCancellable *cancellable; /* of our own calls */
  GCancellable *outer;       /* the caller's, may be NULL */
  gulong outer_handler;
  CalTimer timer;
  CalTimer look_timer; /* until the look begins, then until it ends */
  CalTimer end_timer;
  gboolean looked;
  gboolean serves_nothing; /* that we know, as the look has told */
  char *unconnected;       /* why the look saw nothing, or NULL */
  CalAdopted adopted;      /* as far as it is known */
  GError *error;
  void (*changed)(gpointer data);
  CalAdoptEnded ended;
  gpointer data;
};

/* -- The end */

static void
tell_end(gpointer data)
{
  CalAdopt *adopt = data;
  adopt->ended(&adopt->adopted, adopt->error, adopt->data);
}

/* After so long at the latest. */
static void
end(CalAdopt *adopt, gint64 wait_ms)
{
  adopt->state = ADOPT_ENDED;
  cal_timer_clear(&adopt->timer);
  cal_timer_clear(&adopt->look_timer);
  g_cancellable_cancel(adopt->cancellable);
  cal_timer_set(&adopt->end_timer, cal_timer_now_ms() + wait_ms, tell_end, adopt);
}

static void
on_removed(gpointer data)
{
  CalAdopt *adopt = data;
  cal_timer_set(&adopt->end_timer, cal_timer_now_ms(), tell_end, adopt);
}

/* What we did to the device is undone, before it is said: who tries again at once would find the bond that is
 * being removed. */
static void
undo_and_end(CalAdopt *adopt)
{
  gboolean removing = FALSE;
  if (adopt->state == ADOPT_LOOKING)
    cal_bluez_call(adopt->bluez, adopt->device, BLUEZ_DEVICE, "Disconnect", NULL, -1, NULL, NULL, NULL);
  if (adopt->bond)
    removing = cal_bond_undo(adopt->bond, on_removed, adopt);
  end(adopt, removing ? REMOVE_MS : 0);
}

G_GNUC_PRINTF(3, 4)
static void
fail(CalAdopt *adopt, CalError code, const char *format, ...)
{
  va_list arguments;
  if (adopt->state == ADOPT_ENDED)
    return;
  va_start(arguments, format);
  adopt->error = g_error_new_valist(CAL_ERROR, (gint)code, format, arguments);
  va_end(arguments);
  undo_and_end(adopt);
}

static void
succeed(CalAdopt *adopt)
{
  CalFound found;
  if (!cal_found_read(adopt->bluez, adopt->device, &found)) {
    fail(adopt, CAL_ERROR_FAILED, "BlueZ lost the tag %s while it was being adopted: try again.",
         adopt->text);
    return;
  }
  adopt->adopted.device = found.device;
  adopt->adopted.buttons_alone = found.buttons_alone;
  adopt->adopted.identity = found.address; /* after pairing: a private address has been resolved by then */
  if (adopt->adopted.kind != CAL_TAG_BTHOME)
    cal_bluez_set(adopt->bluez, adopt->device, BLUEZ_DEVICE, "Trusted", g_variant_new_boolean(TRUE), NULL,
                  NULL, NULL);
  end(adopt, 0);
}

/* -- Reading what it is */

static void
on_feature(GVariant *value, const GError *error, gpointer data)
{
  CalAdopt *adopt = data;
  CalTagFeature feature = { 0 };
  gsize n_bytes = 0;
  if (error) {
    fail(adopt, CAL_ERROR_PROTOCOL, "The tag %s is paired and does not tell its features: %s", adopt->text,
         error->message);
    return;
  }
  const guint8 *bytes = g_variant_get_fixed_array(value, &n_bytes, 1);
  switch (cal_tag_feature_decode(bytes, n_bytes, &feature)) {
  case CAL_TAG_FEATURE_OK:
    adopt->adopted.slots = feature.slots;
    adopt->adopted.feels_wear = (feature.features & CAL_TAG_FEATURE_WEAR) != 0;
    succeed(adopt);
    return;
  case CAL_TAG_FEATURE_NEWER:
    fail(adopt, CAL_ERROR_REFUSED,
         "The tag %s speaks version %u of the tag profile and this Calcifer version %d: update Calcifer.",
         adopt->text, feature.version, CAL_TAG_PROFILE_VERSION);
    return;
  case CAL_TAG_FEATURE_BROKEN:
    fail(adopt, CAL_ERROR_PROTOCOL, "The tag %s tells features that are none: its firmware is at fault.",
         adopt->text);
    return;
  }
}

static void
on_read_time(gpointer data)
{
  CalAdopt *adopt = data;
  fail(adopt, CAL_ERROR_TIMED_OUT,
       "The tag %s is paired and does not tell its services: bring it nearer and try again.", adopt->text);
}

/* -- Pairing */

static void
read_feature(CalAdopt *adopt)
{
  g_autofree char *feature = cal_gatt_find(adopt->bluez, adopt->device, CAL_UUID_TAG_FEATURE);
  adopt->state = ADOPT_READING;
  cal_timer_set(&adopt->timer, cal_timer_now_ms() + READ_MS, on_read_time, adopt);
  if (feature)
    cal_gatt_read(adopt->bluez, feature, adopt->cancellable, on_feature, adopt);
  else
    fail(adopt, CAL_ERROR_PROTOCOL, "The tag %s advertises records and does not serve them.", adopt->text);
}

static void
on_bond_ended(CalBondEnd how, const GError *error, gpointer data)
{
  CalAdopt *adopt = data;
  if (adopt->state != ADOPT_BONDING)
    return;
  switch (how) {
  case CAL_BOND_READY:
    read_feature(adopt);
    return;
  case CAL_BOND_NO_AGENT:
    fail(adopt, CAL_ERROR_FAILED, "BlueZ does not let us pair: %s", error->message);
    return;
  case CAL_BOND_BUSY:
    fail(adopt, CAL_ERROR_BUSY, "Somebody else is pairing the tag %s just now: try again in a moment.",
         adopt->text);
    return;
  case CAL_BOND_REFUSED:
    fail(adopt, CAL_ERROR_REFUSED,
         "The tag %s does not accept a new bond: hold its button for 5 seconds, then try again within two "
         "minutes.",
         adopt->text);
    return;
  case CAL_BOND_STALE:
    fail(adopt, CAL_ERROR_REFUSED,
         "This machine has an older bond with the tag %s, and cannot connect by it (%s): bring the tag "
         "nearer; "
         "if that does not help, forget it, hold its button for 5 seconds, and adopt it within two minutes.",
         adopt->text, error->message);
    return;
  case CAL_BOND_FAILED:
    fail(adopt, CAL_ERROR_FAILED, "The tag %s could not be paired (%s): bring it nearer and try again.",
         adopt->text, error->message);
    return;
  case CAL_BOND_UNRESOLVED:
    on_read_time(adopt);
    return;
  }
}

/* -- Finding */

static void
on_find_time(gpointer data)
{
  CalAdopt *adopt = data;
  if (!adopt->device)
    fail(adopt, CAL_ERROR_NOT_FOUND,
         "No tag %s was heard within 30 seconds: bring it nearer, and see `calciferctl tags scan`.",
         adopt->text);
  else if (adopt->unconnected)
    fail(adopt, CAL_ERROR_REFUSED, "%s is heard, does not say what it is, and cannot be connected (%s).",
         adopt->text, adopt->unconnected);
  else if (adopt->serves_nothing)
    fail(adopt, CAL_ERROR_REFUSED,
         "%s serves nothing that Calcifer knows: if it speaks only when it is pressed, press it while it is "
         "being adopted.",
         adopt->text);
  else
    fail(adopt, CAL_ERROR_REFUSED,
         "%s is heard, and says nothing that Calcifer knows: if it speaks only when it is pressed, press it "
         "while it is being adopted.",
         adopt->text);
}

static void
begin_tag_event(CalAdopt *adopt)
{
  cal_timer_clear(&adopt->timer);
  cal_timer_clear(&adopt->look_timer);
  adopt->state = ADOPT_BONDING;
  adopt->bond = cal_bond_new(adopt->connection, adopt->bluez, adopt->device, on_bond_ended, adopt);
}

/* A button that speaks only when it is pressed may have been silent so far. */
static void
listen_again(CalAdopt *adopt)
{
  cal_timer_clear(&adopt->look_timer);
  cal_bluez_call(adopt->bluez, adopt->device, BLUEZ_DEVICE, "Disconnect", NULL, -1, NULL, NULL, NULL);
  adopt->state = ADOPT_FINDING;
  adopt->changed(adopt->data);
}

static void
on_looked(GObject *source, GAsyncResult *result, gpointer data)
{
  CalAdopt *adopt = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error) || !error || adopt->state != ADOPT_LOOKING)
    return;
  adopt->unconnected = g_strdup(error->message);
  if (adopt->adopted.kind == CAL_TAG_OMRON)
    on_find_time(adopt);
  else
    listen_again(adopt);
}

static void
on_look_time(gpointer data)
{
  CalAdopt *adopt = data;
  if (cal_bluez_get_boolean(adopt->bluez, adopt->device, BLUEZ_DEVICE, "Connected"))
    return; /* it is telling its services */
  adopt->unconnected = g_strdup("no answer");
  listen_again(adopt);
}

/* Environmental Sensing tags need not tell their service before they are connected. */
static void
look(gpointer data)
{
  CalAdopt *adopt = data;
  adopt->state = ADOPT_LOOKING;
  adopt->looked = TRUE;
  if (adopt->adopted.kind != CAL_TAG_OMRON)
    cal_timer_set(&adopt->look_timer, cal_timer_now_ms() + LOOK_FOR_MS, on_look_time, adopt);
  cal_bluez_call(adopt->bluez, adopt->device, BLUEZ_DEVICE, "Connect", NULL, PAIR_TIMEOUT_MS,
                 adopt->cancellable, on_looked, adopt);
  adopt->changed(adopt->data);
}

/* It is connected once: BlueZ connects by itself only what it knows to serve the profile's service, which a
 * name does not tell. */
static void
take_omron(CalAdopt *adopt)
{
  cal_timer_clear(&adopt->look_timer);
  if (adopt->state == ADOPT_LOOKING ||
      cal_bluez_get_boolean(adopt->bluez, adopt->device, BLUEZ_DEVICE, "ServicesResolved"))
    succeed(adopt);
  else
    look(adopt);
}

/* True when its kind is known and the next step is taken. */
static gboolean
take_kind(CalAdopt *adopt)
{
  CalFound found;
  if (!cal_found_read(adopt->bluez, adopt->device, &found))
    return FALSE;
  adopt->adopted.kind = found.kind;
  switch (found.kind) {
  case CAL_TAG_EVENT:
    begin_tag_event(adopt);
    return TRUE;
  case CAL_TAG_BTHOME:
  case CAL_TAG_ESS:
    succeed(adopt);
    return TRUE;
  case CAL_TAG_OMRON:
    take_omron(adopt);
    return TRUE;
  case CAL_TAG_UNKNOWN:
  case CAL_TAG_OTHER: /* more may be heard of it */
    return FALSE;
  }
  return FALSE;
}

static void
find(CalAdopt *adopt)
{
  g_free(adopt->device);
  adopt->device = cal_found_path(adopt->bluez, &adopt->address);
  if (adopt->device && !take_kind(adopt) && !adopt->looked && !adopt->look_timer.source)
    cal_timer_set(&adopt->look_timer, cal_timer_now_ms() + LOOK_MS, look, adopt);
}

static void
take_services(CalAdopt *adopt)
{
  if (!cal_bluez_get_boolean(adopt->bluez, adopt->device, BLUEZ_DEVICE, "ServicesResolved") ||
      take_kind(adopt))
    return;
  adopt->serves_nothing = TRUE;
  listen_again(adopt);
}

void
cal_adopt_update(CalAdopt *adopt)
{
  switch (adopt->state) {
  case ADOPT_FINDING:
    find(adopt);
    return;
  case ADOPT_LOOKING:
    take_services(adopt);
    return;
  case ADOPT_BONDING:
    cal_bond_update(adopt->bond);
    return;
  case ADOPT_READING:
  case ADOPT_ENDED:
    return;
  }
}

gboolean
cal_adopt_needs_discovery(CalAdopt *adopt)
{
  return adopt->state == ADOPT_FINDING;
}

gboolean
cal_adopt_needs_quiet_air(CalAdopt *adopt)
{
  return adopt->state == ADOPT_LOOKING ||
         (adopt->state == ADOPT_BONDING && cal_bond_needs_quiet_air(adopt->bond));
}

/* -- Beginning and end */

static void
give_up(gpointer data)
{
  CalAdopt *adopt = data;
  if (adopt->state == ADOPT_ENDED)
    return;
  adopt->error =
      g_error_new(G_IO_ERROR, G_IO_ERROR_CANCELLED, "Adopting the tag %s was cancelled.", adopt->text);
  undo_and_end(adopt);
}

/* Not at once: the caller may be in the middle of a call to us. */
static void
on_cancelled(GCancellable *cancellable, gpointer data)
{
  CalAdopt *adopt = data;
  (void)cancellable;
  cal_timer_set(&adopt->timer, cal_timer_now_ms(), give_up, adopt);
}

CalAdopt *
cal_adopt_new(GDBusConnection *connection, CalBluez *bluez, const CalAddress *address,
              GCancellable *cancellable, void (*changed)(gpointer data), CalAdoptEnded ended, gpointer data)
{
  CalAdopt *adopt = g_new0(CalAdopt, 1);
  adopt->connection = connection;
  adopt->bluez = bluez;
  adopt->address = *address;
  adopt->cancellable = g_cancellable_new();
  adopt->changed = changed;
  adopt->ended = ended;
  adopt->data = data;
  cal_address_format(address, adopt->text);
  cal_timer_set(&adopt->timer, cal_timer_now_ms() + FIND_MS, on_find_time, adopt);
  if (cancellable) {
    adopt->outer = g_object_ref(cancellable);
    adopt->outer_handler = g_signal_connect(cancellable, "cancelled", G_CALLBACK(on_cancelled), adopt);
  }
  cal_bluez_add_address(bluez, adopt->text);
  cal_bluez_look_around(bluez);
  cal_adopt_update(adopt);
  return adopt;
}

void
cal_adopt_free(CalAdopt *adopt)
{
  if (!adopt)
    return;
  if (adopt->outer)
    g_signal_handler_disconnect(adopt->outer, adopt->outer_handler);
  g_clear_object(&adopt->outer);
  g_cancellable_cancel(adopt->cancellable);
  g_object_unref(adopt->cancellable);
  cal_timer_clear(&adopt->timer);
  cal_timer_clear(&adopt->look_timer);
  cal_timer_clear(&adopt->end_timer);
  cal_bond_free(adopt->bond);
  cal_bluez_look_away(adopt->bluez);
  cal_bluez_remove_address(adopt->bluez, adopt->text);
  g_clear_error(&adopt->error);
  g_free(adopt->device);
  g_free(adopt->unconnected);
  g_free(adopt);
}
