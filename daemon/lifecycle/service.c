/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service.h"

#include <glib-unix.h>
#include <systemd/sd-daemon.h>

struct CalService {
  CalServiceEvents events;
  gpointer data;
  char *status;
  guint term_id;
  guint int_id;
  guint hup_id;
  guint watchdog_id;
};

static gboolean
on_stop(gpointer data)
{
  CalService *service = data;
  service->events.stop(service->data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_reload(gpointer data)
{
  CalService *service = data;
  service->events.reload(service->data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_watchdog_due(gpointer data)
{
  CalService *service = data;
  service->events.probe(service->data);
  return G_SOURCE_CONTINUE;
}

CalService *
cal_service_new(const CalServiceEvents *events, gpointer data)
{
  CalService *service = g_new0(CalService, 1);
  uint64_t interval_us = 0;
  service->events = *events;
  service->data = data;
  service->term_id = g_unix_signal_add(SIGTERM, on_stop, service);
  service->int_id = g_unix_signal_add(SIGINT, on_stop, service);
  service->hup_id = g_unix_signal_add(SIGHUP, on_reload, service);
  if (sd_watchdog_enabled(0, &interval_us) > 0)
    service->watchdog_id =
        g_timeout_add_seconds((guint)MAX(interval_us / 2 / G_USEC_PER_SEC, 1), on_watchdog_due, service);
  return service;
}

void
cal_service_free(CalService *service)
{
  g_source_remove(service->term_id);
  g_source_remove(service->int_id);
  g_source_remove(service->hup_id);
  if (service->watchdog_id != 0)
    g_source_remove(service->watchdog_id);
  g_free(service->status);
  g_free(service);
}

void
cal_service_feed(CalService *service)
{
  (void)service;
  sd_notify(0, "WATCHDOG=1");
}

void
cal_service_ready(CalService *service)
{
  (void)service;
  sd_notify(0, "READY=1");
}

void
cal_service_stopping(CalService *service)
{
  (void)service;
  sd_notify(0, "STOPPING=1\nSTATUS=Letting the tags go.");
}

void
cal_service_reloading(CalService *service)
{
  (void)service;
  sd_notify(0, "RELOADING=1");
}

void
cal_service_status(CalService *service, const char *sentence)
{
  if (g_strcmp0(service->status, sentence) == 0)
    return;
  g_free(service->status);
  service->status = g_strdup(sentence);
  sd_notifyf(0, "STATUS=%s", sentence);
}

void
cal_service_extend_start(guint seconds)
{
  sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%" G_GUINT64_FORMAT, (guint64)seconds * G_USEC_PER_SEC);
}
