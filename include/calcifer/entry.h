/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Entries: everything that a person, a button heard in passing, or the desktop adds to the ledger, and that
 * is no record of a tag. One shape for all: a kind, the time from which it holds, a name and a value, both
 * text as a person could read it in the database.
 *
 *   kind      name              value                                        at
 *   take      product           servings: "1"                                when it was swallowed
 *   food      food              mass eaten: "120g"                           when it was eaten
 *   sun       -                 "30min uvi=5.5" or "30min sky=clear",        when it began
 *                               then wearing=SET and spf=N if said
 *   lab       -                 25(OH)D as entered: "30ng/mL", "75nmol/L"    when the blood was drawn
 *   done      -                 -    ("that was all the food of this day")   an instant of that day
 *   press     "ADDRESS SLOT"    presses: "1"  (a BTHome button)              when it was heard
 *   undo      id of an entry    -                                            when it was undone
 *   answer    id of a dose      "same" or "second"                           that of the dose, so that
 *                                                                            its own day reads it
 *   date      id of a record    "2026-03-28T08:30:00Z uptime=100 boot=7      when it was said; it holds for
 *                               from=10 to=4294967295": when the run that  the run (see dating.h) whenever
 *                               it begins began, for no clock says it      that was
 *   profile   key               value, as `calciferctl profile set` takes it from when it holds
 *   product   product           "d=2000IU mk7=100ug zinc=10mg every=7d        from when it holds; an empty
 *                               at=08:00 with=food"                          value removes it
 *   foodstuff food              "portion=85g d=670IU calcium=11mg mk7=?",    from when it holds
 *                               contents in 100 g, "?" for what is unknown
 *   map       "ADDRESS SLOT"    product; empty: none                         from when it holds
 *   role      ADDRESS           worn, ambient or buttons                     from when it holds
 *   allow     ADDRESS           yes or no: unencrypted presses count         from when it holds
 *   tag       ADDRESS           tag-event, bthome, ess; empty: let go        when it was adopted
 *   zone      -                 "Europe/Berlin 52.50 13.37": the zone and    from when the desktop was in it
 *                               its reference city's latitude and longitude
 *   recipe    food              "oats 40g; milk 200g": what it is made of        from when it holds; an empty
 *                                                                            value removes it
 *   tombstone id of an event    -    (its content is erased for good)         when it was forgotten
 *
 * The fold reads entries and records and nothing else, so whatever changes a number is one of these.
 */
#ifndef CALCIFER_ENTRY_H
#define CALCIFER_ENTRY_H

#include <stdbool.h>

#include <calcifer/instant.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers are stored: they are added to, never changed. */
typedef enum CalEntryKind {
  CAL_ENTRY_TAKE = 1,
  CAL_ENTRY_FOOD = 2,
  CAL_ENTRY_SUN = 3,
  CAL_ENTRY_LAB = 4,
  CAL_ENTRY_DONE = 5,
  CAL_ENTRY_PRESS = 6,
  CAL_ENTRY_UNDO = 7,
  CAL_ENTRY_ANSWER = 8,
  CAL_ENTRY_DATE = 12,
  CAL_ENTRY_PROFILE = 20,
  CAL_ENTRY_PRODUCT = 21,
  CAL_ENTRY_FOODSTUFF = 22,
  CAL_ENTRY_MAP = 23,
  CAL_ENTRY_ROLE = 24,
  CAL_ENTRY_ALLOW = 25,
  CAL_ENTRY_TAG = 26,
  CAL_ENTRY_ZONE = 27,
  CAL_ENTRY_RECIPE = 30,
  CAL_ENTRY_TOMBSTONE = 31,
} CalEntryKind;

/* By which way an entry came. Two doses by one way are two; by different ways they may be the same pill. */
typedef enum CalWay {
  CAL_WAY_HAND = 1,   /* typed, or called over the bus */
  CAL_WAY_BUTTON = 2, /* a tag's button */
  CAL_WAY_BUBBLE = 3, /* "Taken" on a notification */
  CAL_WAY_DAEMON = 4, /* the daemon itself: zone, foodstuff */
} CalWay;

#define CAL_ENTRY_ID_SIZE    64  /* "UUID:number", or "tag:AA:BB:CC:DD:EE:FF:LOGID:SEQUENCE", and the NUL */
#define CAL_ENTRY_NAME_SIZE  128 /* bytes of UTF-8 with the NUL */
#define CAL_ENTRY_VALUE_SIZE 512 /* likewise */

typedef struct CalEntry {
  char id[CAL_ENTRY_ID_SIZE]; /* given by the ledger */
  CalEntryKind kind;
  CalWay way;
  CalInstant at;       /* when it happened, or from when it holds */
  CalInstant recorded; /* when the ledger took it */
  char name[CAL_ENTRY_NAME_SIZE];
  char value[CAL_ENTRY_VALUE_SIZE];
} CalEntry;

/* "take", "food" ...; NULL for a number that is no kind. */
const char *cal_entry_kind_name(CalEntryKind kind);

/* The kind of a name; false when there is none. */
bool cal_entry_kind_parse(const char *name, CalEntryKind *kind);

/* Whether a text is the id of an entry: a UUID in either case, a colon, and a number from 1 to 2^63 - 1 that
 * does not begin with 0. */
bool cal_entry_id_is_valid(const char *id);

/* Whether entries of this kind describe how later ones count (profile, product ... zone) and do not count
 * themselves. */
bool cal_entry_kind_is_setting(CalEntryKind kind);

#ifdef __cplusplus
}
#endif

#endif
