/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "survey.h"

#include "bluez_names.h"

#define TIMEOUT_MS 5000

/* Reads one adapter; a better one than those before replaces what they said. */
static void
take_adapter(CalSurvey *survey, GVariant *properties)
{
  const char *state = "";
  gboolean powered = FALSE;
  g_variant_lookup(properties, "Powered", "b", &powered);
  survey->tells_power_state |= g_variant_lookup(properties, "PowerState", "&s", &state);
  if (powered)
    survey->radio = "on";
  else if (!g_str_equal(survey->radio, "on"))
    survey->radio = g_str_equal(state, "off-blocked") ? "blocked" : "off";
}

static CalSurvey
read_objects(GVariant *reply)
{
  CalSurvey survey = { "no-adapter", FALSE };
  g_autoptr(GVariantIter) objects = NULL;
  GVariant *interfaces;
  g_variant_get(reply, "(a{oa{sa{sv}}})", &objects);
  while (g_variant_iter_loop(objects, "{o@a{sa{sv}}}", NULL, &interfaces)) {
    g_autoptr(GVariant) adapter = g_variant_lookup_value(interfaces, BLUEZ_ADAPTER, G_VARIANT_TYPE("a{sv}"));
    if (adapter != NULL)
      take_adapter(&survey, adapter);
  }
  return survey;
}

CalSurvey
cal_survey(GDBusConnection *bus)
{
  g_autoptr(GError) error = NULL;
  if (bus == NULL)
    return (CalSurvey){ "no-bus", FALSE };
  g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
      bus, BLUEZ_NAME, "/", DBUS_OBJECT_MANAGER, "GetManagedObjects", NULL, G_VARIANT_TYPE("(a{oa{sa{sv}}})"),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, NULL, &error);
  if (reply != NULL)
    return read_objects(reply);
  return (CalSurvey){ g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED) ? "refused"
                                                                                       : "no-bluez",
                      FALSE };
}
