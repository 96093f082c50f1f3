/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "error.h"

#include <gio/gio.h>

static const GDBusErrorEntry error_names[] = {
  { CAL_ERROR_INVALID, "org.calciferd.Error.Invalid" },
  { CAL_ERROR_NOT_FOUND, "org.calciferd.Error.NotFound" },
  { CAL_ERROR_EXISTS, "org.calciferd.Error.Exists" },
  { CAL_ERROR_REFUSED, "org.calciferd.Error.Refused" },
  { CAL_ERROR_LIMIT, "org.calciferd.Error.Limit" },
  { CAL_ERROR_BUSY, "org.calciferd.Error.Busy" },
  { CAL_ERROR_UNAVAILABLE, "org.calciferd.Error.Unavailable" },
  { CAL_ERROR_TIMED_OUT, "org.calciferd.Error.TimedOut" },
  { CAL_ERROR_STORAGE, "org.calciferd.Error.Storage" },
  { CAL_ERROR_DAMAGED, "org.calciferd.Error.Damaged" },
  { CAL_ERROR_PROTOCOL, "org.calciferd.Error.Protocol" },
  { CAL_ERROR_CANCELLED, "org.calciferd.Error.Cancelled" },
  { CAL_ERROR_FAILED, "org.calciferd.Error.Failed" },
};

GQuark
cal_error_quark(void)
{
  static gsize quark;
  g_dbus_error_register_error_domain("cal-error-quark", &quark, error_names, G_N_ELEMENTS(error_names));
  return (GQuark)quark;
}
