/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch_key.h"

#include <string.h>

#include <calcifer/device.h>

#include "error.h"

#include "bluez_names.h"
#include "bond.h"
#include "found.h"
#include "gatt.h"
#include "timer.h"

#define FIND_MS 60000 /* time to fetch the device and to hold its button for ten seconds */
#define READ_MS 30000 /* ATT's own transaction timeout */

typedef enum FetchState {
  FETCH_FINDING,
  FETCH_BONDING,
  FETCH_READING,
  FETCH_ENDED,
} FetchState;

struct CalFetchKey {
  GDBusConnection *connection;
  CalBluez *bluez;
  CalAddress address;
  char text[CAL_ADDRESS_TEXT_SIZE];
  FetchState state;
  char *device;
  CalBond *bond;
  GCancellable *cancellable;
  CalTimer timer;
  CalTimer end_timer;
  CalBthomeKey key;
  GError *error;
  CalFetchKeyEnded ended;
  gpointer data;
};

/* -- The end */

static void
tell_end(gpointer data)
{
  CalFetchKey *fetch = data;
  fetch->ended(fetch->error ? NULL : &fetch->key, fetch->error, fetch->data);
}

/* Removing the device disconnects it, too. */
static void
on_bond_removed(gpointer data)
{
  (void)data; /* nobody waits for it: a key is not fetched twice in a row */
}

static void
let_go(CalFetchKey *fetch)
{
  if (!fetch->bond)
    return;
  if (!cal_bond_is_ours(fetch->bond))
    cal_bluez_call(fetch->bluez, fetch->device, BLUEZ_DEVICE, "Disconnect", NULL, -1, NULL, NULL, NULL);
  cal_bond_undo(fetch->bond, on_bond_removed, fetch);
}

static void
end(CalFetchKey *fetch)
{
  fetch->state = FETCH_ENDED;
  g_cancellable_cancel(fetch->cancellable);
  cal_timer_clear(&fetch->timer);
  let_go(fetch);
  cal_timer_set(&fetch->end_timer, cal_timer_now_ms(), tell_end, fetch);
}

G_GNUC_PRINTF(3, 4)
static void
fail(CalFetchKey *fetch, CalError code, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  fetch->error = g_error_new_valist(CAL_ERROR, (gint)code, format, arguments);
  va_end(arguments);
  end(fetch);
}

/* -- Reading */

static void
take_key(CalFetchKey *fetch, const guint8 *bytes, gsize n_bytes)
{
  static const CalBthomeKey none = { { 0 } };
  if (n_bytes != sizeof none.octet) {
    fail(fetch, CAL_ERROR_PROTOCOL, "%s tells a key of %" G_GSIZE_FORMAT " bytes, and a key has 16.",
         fetch->text, n_bytes);
    return;
  }
  if (memcmp(bytes, none.octet, sizeof none.octet) == 0) {
    fail(fetch, CAL_ERROR_REFUSED,
         "The encryption of %s is off, so that it has no key: switch it on in its maker's app, then try "
         "again.",
         fetch->text);
    return;
  }
  memcpy(fetch->key.octet, bytes, sizeof fetch->key.octet);
  end(fetch);
}

static void
on_read(GVariant *value, const GError *error, gpointer data)
{
  CalFetchKey *fetch = data;
  gsize n_bytes = 0;
  if (error) {
    fail(fetch, CAL_ERROR_REFUSED, "%s does not show its key (%s): put it into pairing mode and try again.",
         fetch->text, error->message);
    return;
  }
  const guint8 *bytes = g_variant_get_fixed_array(value, &n_bytes, 1);
  take_key(fetch, bytes, n_bytes);
}

static void
on_read_time(gpointer data)
{
  CalFetchKey *fetch = data;
  fail(fetch, CAL_ERROR_TIMED_OUT, "%s is paired and does not answer: bring it nearer and try again.",
       fetch->text);
}

/* Of a device without a row Shelly's characteristic is tried: its name may not have been heard. */
static const char *
key_uuid(CalFetchKey *fetch)
{
  const char *name = cal_bluez_get_string(fetch->bluez, fetch->device, BLUEZ_DEVICE, "Name");
  const CalDevice *device = cal_device_find(name);
  return device && device->key_uuid ? device->key_uuid : CAL_UUID_SHELLY_KEY;
}

static void
read_key(CalFetchKey *fetch)
{
  g_autofree char *path = cal_gatt_find(fetch->bluez, fetch->device, key_uuid(fetch));
  fetch->state = FETCH_READING;
  cal_timer_set(&fetch->timer, cal_timer_now_ms() + READ_MS, on_read_time, fetch);
  if (path)
    cal_gatt_read(fetch->bluez, path, fetch->cancellable, on_read, fetch);
  else
    fail(fetch, CAL_ERROR_REFUSED,
         "%s has no key to read, as Shelly's buttons have: type 'calciferctl tags key %s' and give the one "
         "that "
         "its maker's app shows.",
         fetch->text, fetch->text);
}

/* -- Bonding */

static void
on_bond_ended(CalBondEnd how, const GError *error, gpointer data)
{
  CalFetchKey *fetch = data;
  if (fetch->state != FETCH_BONDING)
    return;
  switch (how) {
  case CAL_BOND_READY:
    read_key(fetch);
    return;
  case CAL_BOND_NO_AGENT:
    fail(fetch, CAL_ERROR_FAILED, "BlueZ does not let us pair: %s", error->message);
    return;
  case CAL_BOND_BUSY:
    fail(fetch, CAL_ERROR_BUSY, "Somebody else is pairing %s just now: try again in a moment.", fetch->text);
    return;
  case CAL_BOND_REFUSED:
    fail(fetch, CAL_ERROR_REFUSED,
         "%s does not accept a bond: hold its button for more than 10 seconds, until its light flashes, then "
         "try again at once.",
         fetch->text);
    return;
  case CAL_BOND_STALE:
    fail(
        fetch, CAL_ERROR_REFUSED,
        "This machine has an older bond with %s, and cannot connect by it (%s): put it into pairing mode; if "
        "that does not help, type 'bluetoothctl remove %s' and try again.",
        fetch->text, error->message, fetch->text);
    return;
  case CAL_BOND_FAILED:
    fail(fetch, CAL_ERROR_FAILED,
         "%s could not be paired (%s): bring it nearer, hold its button for more than 10 seconds, until its "
         "light flashes, and try again.",
         fetch->text, error->message);
    return;
  case CAL_BOND_UNRESOLVED:
    on_read_time(fetch);
    return;
  }
}

static void
begin_bond(CalFetchKey *fetch, const char *device)
{
  cal_timer_clear(&fetch->timer);
  fetch->state = FETCH_BONDING;
  fetch->device = g_strdup(device);
  fetch->bond = cal_bond_new(fetch->connection, fetch->bluez, device, on_bond_ended, fetch);
}

/* -- Finding */

/* BlueZ knows devices that are no longer there: one that is heard just now, or connected, is there. */
static void
find(CalFetchKey *fetch, const char *heard)
{
  g_autofree char *device = cal_found_path(fetch->bluez, &fetch->address);
  if (device && (g_strcmp0(device, heard) == 0 ||
                 cal_bluez_get_boolean(fetch->bluez, device, BLUEZ_DEVICE, "Connected")))
    begin_bond(fetch, device);
}

static void
on_find_time(gpointer data)
{
  CalFetchKey *fetch = data;
  fail(fetch, CAL_ERROR_NOT_FOUND,
       "%s was not heard within a minute: bring it nearer, hold its button for more than 10 seconds, until "
       "its "
       "light flashes, and try again.",
       fetch->text);
}

void
cal_fetch_key_update(CalFetchKey *fetch, const char *heard)
{
  if (fetch->state == FETCH_FINDING)
    find(fetch, heard);
  else if (fetch->state == FETCH_BONDING)
    cal_bond_update(fetch->bond);
}

gboolean
cal_fetch_key_needs_discovery(CalFetchKey *fetch)
{
  return fetch->state == FETCH_FINDING;
}

gboolean
cal_fetch_key_needs_quiet_air(CalFetchKey *fetch)
{
  return fetch->state == FETCH_BONDING && cal_bond_needs_quiet_air(fetch->bond);
}

/* -- Beginning and end */

CalFetchKey *
cal_fetch_key_new(GDBusConnection *connection, CalBluez *bluez, const CalAddress *address,
                  CalFetchKeyEnded ended, gpointer data)
{
  CalFetchKey *fetch = g_new0(CalFetchKey, 1);
  fetch->connection = connection;
  fetch->bluez = bluez;
  fetch->address = *address;
  fetch->cancellable = g_cancellable_new();
  fetch->ended = ended;
  fetch->data = data;
  cal_address_format(address, fetch->text);
  cal_timer_set(&fetch->timer, cal_timer_now_ms() + FIND_MS, on_find_time, fetch);
  cal_bluez_add_address(bluez, fetch->text);
  cal_fetch_key_update(fetch, NULL);
  return fetch;
}

void
cal_fetch_key_free(CalFetchKey *fetch)
{
  if (!fetch)
    return;
  if (fetch->state != FETCH_ENDED)
    end(fetch);
  cal_timer_clear(&fetch->end_timer);
  cal_bond_free(fetch->bond);
  g_object_unref(fetch->cancellable);
  cal_bluez_remove_address(fetch->bluez, fetch->text);
  explicit_bzero(&fetch->key, sizeof fetch->key);
  g_clear_error(&fetch->error);
  g_free(fetch->device);
  g_free(fetch);
}
