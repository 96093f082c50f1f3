/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon as systemd sees it: ready, what it is doing, alive, stopping.
 *
 * The watchdog is earned: at half its interval the probe asks ledger and bus, and whoever gets both answers
 * feeds it. Without systemd all of it does nothing.
 *
 *   half the interval is over ──▶ probe() ──ledger answers──▶ bus is asked ──answers──▶ cal_service_feed()
 *                                    └── no answer, or a loop that does not turn: the interval runs out, and
 *                                        systemd ends the daemon and starts it anew
 */
#ifndef CALCIFERD_SERVICE_H
#define CALCIFERD_SERVICE_H

#include <glib.h>

typedef struct CalService CalService;

typedef struct CalServiceEvents {
  void (*stop)(gpointer data);   /* SIGTERM or SIGINT */
  void (*reload)(gpointer data); /* SIGHUP */
  void (*probe)(gpointer data);  /* ask ledger and bus, for cal_service_feed() */
} CalServiceEvents;

CalService *cal_service_new(const CalServiceEvents *events, gpointer data);
void cal_service_free(CalService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalService, cal_service_free)

/* Both have answered: the watchdog's interval begins anew. */
void cal_service_feed(CalService *service);

void cal_service_ready(CalService *service);
void cal_service_stopping(CalService *service);

/* READY follows when the reload is done. */
void cal_service_reloading(CalService *service);

/* One sentence for `systemctl --user status`; told only when it differs from the last. */
void cal_service_status(CalService *service, const char *sentence);

/* Asks for more time to start: for migrations. */
void cal_service_extend_start(guint seconds);

#endif
