/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

#include <string.h>

#include <calcifer/tag_profile.h>

static gboolean
is_named(const GError *error, const char *const *names)
{
  g_autofree char *name = g_dbus_error_is_remote_error(error) ? g_dbus_error_get_remote_error(error) : NULL;
  return name && g_strv_contains(names, name);
}

/* "Operation failed with ATT error: 0x0f" (src/gatt-client.c); -1 when it is none. */
static int
att_error(const GError *error)
{
  static const char text[] = "ATT error: 0x";
  const char *at = strstr(error->message, text);
  return at ? (int)g_ascii_strtoull(at + strlen(text), NULL, 16) : -1;
}

static gboolean
is_gone(const GError *error)
{
  static const char *const names[] = { "org.bluez.Error.NotConnected",
                                       "org.bluez.Error.DoesNotExist",
                                       "org.freedesktop.DBus.Error.UnknownObject",
                                       "org.freedesktop.DBus.Error.UnknownMethod",
                                       "org.freedesktop.DBus.Error.UnknownInterface",
                                       "org.freedesktop.DBus.Error.ServiceUnknown",
                                       "org.freedesktop.DBus.Error.NameHasNoOwner",
                                       "org.freedesktop.DBus.Error.NoReply",
                                       NULL };
  return is_named(error, names) || strstr(error->message, "Not connected") != NULL;
}

static gboolean
is_refused(const GError *error)
{
  static const char *const names[] = { "org.bluez.Error.NotAuthorized",
                                       "org.bluez.Error.NotPermitted",
                                       "org.bluez.Error.AuthenticationFailed",
                                       "org.bluez.Error.AuthenticationRejected",
                                       "org.bluez.Error.AuthenticationCanceled",
                                       "org.bluez.Error.AuthenticationTimeout",
                                       NULL };
  const int att = att_error(error);
  return is_named(error, names) || att == CAL_ATT_INSUFFICIENT_AUTHENTICATION ||
         att == CAL_ATT_INSUFFICIENT_ENCRYPTION;
}

gboolean
cal_fault_is_in_progress(const GError *error)
{
  static const char *const names[] = { "org.bluez.Error.InProgress", NULL };
  return is_named(error, names);
}

gboolean
cal_fault_is_there_already(const GError *error)
{
  static const char *const names[] = { "org.bluez.Error.AlreadyExists", NULL };
  return error && is_named(error, names);
}

CalTransferFault
cal_fault_of_gatt(const GError *error)
{
  static const char *const unsubscribed[] = { "org.bluez.Error.ImproperlyConfigured", NULL }; /* 5.76 */
  if (is_refused(error))
    return CAL_TRANSFER_FAULT_AUTH;
  if (is_gone(error))
    return CAL_TRANSFER_FAULT_GONE;
  if (att_error(error) == CAL_ATT_PROCEDURE_IN_PROGRESS)
    return CAL_TRANSFER_FAULT_BUSY;
  if (att_error(error) == CAL_ATT_CCC_IMPROPERLY_CONFIGURED || is_named(error, unsubscribed))
    return CAL_TRANSFER_FAULT_UNSUBSCRIBED;
  return CAL_TRANSFER_FAULT_OTHER;
}

CalLifeFault
cal_fault_of_connect(const GError *error)
{
  static const char *const connected[] = { "org.bluez.Error.AlreadyConnected", NULL };
  if (!error || is_named(error, connected))
    return CAL_LIFE_FAULT_NONE;
  if (cal_fault_is_in_progress(error))
    return CAL_LIFE_FAULT_BUSY;
  if (strstr(error->message, "abort-by-local"))
    return CAL_LIFE_FAULT_ABORTED;
  if (is_refused(error))
    return CAL_LIFE_FAULT_AUTH;
  return is_gone(error) ? CAL_LIFE_FAULT_GONE : CAL_LIFE_FAULT_OTHER;
}

CalLifeFault
cal_fault_for_life(CalTransferFault fault)
{
  switch (fault) {
  case CAL_TRANSFER_FAULT_AUTH:
    return CAL_LIFE_FAULT_AUTH;
  case CAL_TRANSFER_FAULT_GONE:
    return CAL_LIFE_FAULT_GONE;
  case CAL_TRANSFER_FAULT_VERSION:
    return CAL_LIFE_FAULT_UNSUITABLE;
  case CAL_TRANSFER_FAULT_BUSY:
  case CAL_TRANSFER_FAULT_UNSUBSCRIBED:
  case CAL_TRANSFER_FAULT_PROTOCOL:
  case CAL_TRANSFER_FAULT_OTHER:
    return CAL_LIFE_FAULT_OTHER;
  }
  return CAL_LIFE_FAULT_OTHER;
}
