/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon as systemd sees it: ready, what it is doing, alive, stopping.
 *
 * The watchdog is earned: it is fed at half its interval, and only when the probe says that ledger and bus
 * have answered since it was fed last. Without systemd all of it does nothing.
 */
#ifndef CALCIFERD_SERVICE_H
#define CALCIFERD_SERVICE_H

#include <glib.h>

typedef struct CalService CalService;

typedef struct CalServiceEvents {
  void (*stop)(gpointer data);   /* SIGTERM or SIGINT */
  void (*reload)(gpointer data); /* SIGHUP */
  /* TRUE when ledger and bus answer. */
  gboolean (*probe)(gpointer data);
} CalServiceEvents;

CalService *cal_service_new(const CalServiceEvents *events, gpointer data);
void cal_service_free(CalService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalService, cal_service_free)

void cal_service_ready(CalService *service);
void cal_service_stopping(CalService *service);

/* READY follows when the reload is done. */
void cal_service_reloading(CalService *service);

/* One sentence for `systemctl --user status`; told only when it differs from the last. */
void cal_service_status(CalService *service, const char *sentence);

/* Asks for more time to start: for migrations. */
void cal_service_extend_start(guint seconds);

#endif
