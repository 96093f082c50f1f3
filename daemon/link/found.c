/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "found.h"

#include <calcifer/bthome.h>
#include <calcifer/omron.h>
#include <calcifer/tag_profile.h>

#include "bluez_names.h"

#define RSSI_UNKNOWN 127 /* BlueZ's own sentinel */

static gboolean
has_uuid(CalBluez *bluez, const char *path, const char *uuid)
{
  GVariant *uuids = cal_bluez_get(bluez, path, BLUEZ_DEVICE, "UUIDs");
  if (!uuids || !g_variant_is_of_type(uuids, G_VARIANT_TYPE_STRING_ARRAY))
    return FALSE;
  g_autofree const char **names = g_variant_get_strv(uuids, NULL);
  return g_strv_contains(names, uuid);
}

/* Service Data of one key: a reference, or NULL. */
static GVariant *
service_data(CalBluez *bluez, const char *path, const char *uuid)
{
  GVariant *data = cal_bluez_get(bluez, path, BLUEZ_DEVICE, "ServiceData");
  if (!data || !g_variant_is_of_type(data, G_VARIANT_TYPE_VARDICT))
    return NULL;
  return g_variant_lookup_value(data, uuid, G_VARIANT_TYPE_BYTESTRING);
}

/* In a mode in which it keeps a log it is called so; before it is connected it may not tell its service. The
 * maker's number is on other things, too. */
static gboolean
is_omron(CalBluez *bluez, const char *path)
{
  const char *name = cal_bluez_get_string(bluez, path, BLUEZ_DEVICE, "Name");
  GVariant *data = cal_bluez_get(bluez, path, BLUEZ_DEVICE, "ManufacturerData");
  GVariantIter iter;
  guint16 company;
  if (has_uuid(bluez, path, CAL_UUID_OMRON_SENSOR))
    return TRUE;
  if ((g_strcmp0(name, "Env") != 0 && g_strcmp0(name, "EnvSensor-BL01") != 0) || !data ||
      !g_variant_is_of_type(data, G_VARIANT_TYPE("a{qv}")))
    return FALSE;
  g_variant_iter_init(&iter, data);
  while (g_variant_iter_loop(&iter, "{qv}", &company, NULL))
    if (company == CAL_OMRON_COMPANY)
      return TRUE;
  return FALSE;
}

static CalTagKind
kind_of(CalBluez *bluez, const char *path, GVariant *bthome)
{
  g_autoptr(GVariant) event = service_data(bluez, path, CAL_UUID_TAG_EVENT);
  if (event || has_uuid(bluez, path, CAL_UUID_TAG_EVENT))
    return CAL_TAG_EVENT;
  if (bthome)
    return CAL_TAG_BTHOME;
  if (has_uuid(bluez, path, CAL_UUID_ENVIRONMENTAL_SENSING))
    return CAL_TAG_ESS;
  return is_omron(bluez, path) ? CAL_TAG_OMRON : CAL_TAG_OTHER;
}

static gboolean
is_encrypted(GVariant *bthome)
{
  gsize n_bytes;
  const guint8 *bytes = g_variant_get_fixed_array(bthome, &n_bytes, 1);
  return n_bytes > 0 && (bytes[0] & 1);
}

/* The plain ones; of the others the name alone tells. */
static gboolean
has_buttons_alone(const CalDevice *device, GVariant *bthome)
{
  CalBthome packet;
  gsize n_bytes;
  const guint8 *bytes = g_variant_get_fixed_array(bthome, &n_bytes, 1);
  const gboolean is_open = cal_bthome_decode(bytes, n_bytes, NULL, NULL, &packet) == CAL_BTHOME_OK;
  return cal_device_has_buttons_alone(device, is_open ? &packet : NULL);
}

static int
rssi_of(CalBluez *bluez, const char *path)
{
  GVariant *rssi = cal_bluez_get(bluez, path, BLUEZ_DEVICE, "RSSI");
  return rssi && g_variant_is_of_type(rssi, G_VARIANT_TYPE_INT16) ? g_variant_get_int16(rssi) : RSSI_UNKNOWN;
}

gboolean
cal_found_read(CalBluez *bluez, const char *path, CalFound *found)
{
  const char *address = cal_bluez_get_string(bluez, path, BLUEZ_DEVICE, "Address");
  *found = (CalFound){ 0 };
  if (!address || !cal_address_parse(address, &found->address))
    return FALSE;
  g_autoptr(GVariant) bthome = service_data(bluez, path, CAL_BTHOME_UUID);
  found->name = (char *)cal_bluez_get_string(bluez, path, BLUEZ_DEVICE, "Name");
  found->kind = kind_of(bluez, path, bthome);
  found->device = cal_device_find(found->name);
  if (found->kind == CAL_TAG_OMRON) /* "Env" would tell nobody anything */
    found->name = (char *)CAL_FOUND_OMRON_NAME;
  found->encrypted = found->kind == CAL_TAG_BTHOME && is_encrypted(bthome);
  found->buttons_alone = found->kind == CAL_TAG_BTHOME && has_buttons_alone(found->device, bthome);
  found->rssi = rssi_of(bluez, path);
  return TRUE;
}

static int
rank(CalBluez *bluez, const char *path)
{
  g_autofree char *adapter = cal_bluez_adapter_of(path);
  int points = 1;
  points += cal_bluez_get_boolean(bluez, path, BLUEZ_DEVICE, "Connected") ? 8 : 0;
  points += cal_bluez_get_boolean(bluez, path, BLUEZ_DEVICE, "Paired") ? 4 : 0;
  points += cal_bluez_get_boolean(bluez, adapter, BLUEZ_ADAPTER, "Powered") ? 2 : 0;
  return points;
}

static gboolean
has_address(CalBluez *bluez, const char *path, const CalAddress *address)
{
  CalAddress has;
  const char *text = cal_bluez_get_string(bluez, path, BLUEZ_DEVICE, "Address");
  return text && cal_address_parse(text, &has) && cal_address_compare(&has, address) == 0;
}

char *
cal_found_path(CalBluez *bluez, const CalAddress *address)
{
  g_autoptr(GPtrArray) paths = cal_bluez_list(bluez, BLUEZ_DEVICE, NULL);
  const char *best = NULL;
  int best_rank = 0;
  for (guint i = 0; i < paths->len; i++) {
    const int points = has_address(bluez, paths->pdata[i], address) ? rank(bluez, paths->pdata[i]) : 0;
    if (points > best_rank) {
      best = paths->pdata[i];
      best_rank = points;
    }
  }
  return g_strdup(best);
}

GVariant *
cal_found_bthome_data(GVariant *properties)
{
  g_autoptr(GVariant) data = g_variant_lookup_value(properties, "ServiceData", G_VARIANT_TYPE_VARDICT);
  return data ? g_variant_lookup_value(data, CAL_BTHOME_UUID, G_VARIANT_TYPE_BYTESTRING) : NULL;
}
