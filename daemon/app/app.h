/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon as a whole: every edge once, and between them the arrows, one file each. No file here decides
 * about health; that is cal_turn()'s.
 *
 *   reading -> event      intake.c        request -> entry      requests_*.c
 *   entry -> ledger       commit.c        ledger -> day         days.c
 *   event -> effects      turn.c          effect -> edge        effects.c
 *   state -> properties   publish.c       construction          wire.c
 */
#ifndef CALCIFERD_APP_H
#define CALCIFERD_APP_H

#include "bus/bus.h"
#include "days.h"
#include "ledger/ledger.h"
#include "lifecycle/boot.h"
#include "lifecycle/clock.h"
#include "lifecycle/journal.h"
#include "lifecycle/place.h"
#include "lifecycle/service.h"
#include "lifecycle/system.h"
#include "link/link.h"
#include "notify/notifier.h"
#include "settings/keys.h"
#include "settings/settings.h"
#include "tongue.h"
#include "zones.h"

#include <calcifer/catalog.h>
#include <calcifer/turn.h>

/* Where things are on this machine. All owned. */
typedef struct CalPaths {
  char *settings;
  char *ledger;
  char *keys;
  char *foods;
  char *translations;
} CalPaths;

typedef struct CalApp {
  GMainLoop *loop;     /* borrowed from main() */
  CalJournal *journal; /* likewise */
  int exit_status;

  CalPaths paths;
  CalSettings settings;
  locale_t tongue; /* the person's language, owned */
  CalKeys *keys;
  CalLedger *ledger;
  CalZones *zones;
  CalDays *days;
  GArray *catalog;     /* CalCatalogFood: the installed table; NULL: not read, see foods.c */
  CalTurn *turn;       /* the deciding core's state */
  CalContext *context; /* what the settings say now */
  GQueue *told;        /* turn events that wait for their turn, see turn.c */
  gboolean turning;
  guint32 acted_alert; /* whose bubble's button was clicked last; 0: none */
  guint wake_id;
  guint flush_id;
  CalSpan measured; /* what nobody was told of yet, see measured.h; empty: nothing */
  guint measured_id;
  gint64 measured_told_us; /* monotonic; 0: not yet */
  guint balance_id;
  guint catch_up_id;
  guint tags_changed_id;
  guint gates_id;
  guint rest_id;
  gint64 gates_stored_us; /* monotonic; 0: not yet */
  gboolean ledger_trouble;
  gboolean ledger_damaged; /* for as long as the daemon runs */
  GError *unkept; /* why what an action of the person's should leave was not stored; owned; NULL: it was */
  gboolean going_to_sleep;
  char boot_id[CAL_BOOT_ID_SIZE]; /* of this start of the machine; empty: nobody tells */
  struct CalDoubts *doubts;       /* what was dated by a clock that nobody vouched for, see redate.h; owned */
  gboolean forgets;               /* ledger and keys are removed at the end */
  struct CalDescribed *described; /* what was last told of each alert, see publish.h; owned */
  struct CalEras *eras;           /* what a clock in doubt dates, see eras.h; owned */
  GVariant *sandbox;              /* a{sb}: which layers hold, tried once; owned */
  char *staged;                   /* the file that becomes the ledger at the end; owned; NULL: none */

  GHashTable *tags; /* address text -> CalAppTag, owned */
  GPtrArray *jobs;  /* CalJob, owned */
  guint next_job;
  CalRadio radio;

  GDBusConnection *session;    /* owned */
  GDBusConnection *system_bus; /* owned; NULL without one */
  CalBus *bus;
  CalNotifier *notifier;
  CalLink *link; /* NULL without a system bus */
  CalService *service;
  CalSystem *system;
  CalClock *clock;
  CalPlaceSource *place; /* NULL: the place follows nothing */
  CalPlaceState place_state;
} CalApp;

/* Seconds since 1970, the one place where the daemon reads the wall clock. */
CalInstant cal_app_now(void);

/* When the machine was started, by its clock: what of a step of the clock can be seen later. */
CalInstant cal_app_booted_at(void);

/* By less a clock is not said to have been wrong: what a person types is as coarse. */
#define CAL_APP_STEP_LEAST_S 60

#endif
