/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "requests.h"

GVariant *
cal_app_start_readings(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  (void)path;
  (void)arguments;
  cal_bus_listen(app->bus, error);
  return NULL;
}

GVariant *
cal_app_stop_readings(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  (void)path;
  (void)arguments;
  (void)error;
  cal_bus_stop_listening(app->bus);
  return NULL;
}
