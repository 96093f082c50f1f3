/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The context: what the settings say at an instant, folded from the setting entries of the ledger in the
 * order of time. Together with it an entry can be checked before it is appended, and counted afterwards.
 *
 *   CalContext context;
 *   cal_context_init(&context);
 *   for each setting entry in order: cal_context_step(&context, entry);
 *
 * A plain struct without pointers (some 70 kB): copied by assignment, owned by whoever has it.
 */
#ifndef CALCIFER_CONTEXT_H
#define CALCIFER_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/address.h>
#include <calcifer/entry.h>
#include <calcifer/food.h>
#include <calcifer/product.h>
#include <calcifer/profile.h>
#include <calcifer/recipe.h>
#include <calcifer/refusal.h>

#ifdef __cplusplus
extern "C" {
#endif

/* From when a setting holds that was always so (1900-01-01): `--since always`, `products correct`. */
#define CAL_CONTEXT_ALWAYS INT64_C(-2208988800)

#define CAL_CONTEXT_MAX_PRODUCTS 64
#define CAL_CONTEXT_MAX_FOODS    256
#define CAL_CONTEXT_MAX_RECIPES  32
#define CAL_CONTEXT_MAX_MAPS     128
#define CAL_CONTEXT_MAX_TAGS     32

#define CAL_SLOT_SIZE 24 /* "1" of a record, "2:double_press" of a BTHome packet */

typedef struct CalMap {
  CalAddress tag;
  char slot[CAL_SLOT_SIZE];
  char product[CAL_PRODUCT_NAME_SIZE];
} CalMap;

typedef enum CalSourceKind {
  CAL_SOURCE_UNKNOWN,
  CAL_SOURCE_TAG_EVENT,
  CAL_SOURCE_BTHOME,
  CAL_SOURCE_ESS,
  CAL_SOURCE_OMRON, /* a 2JCIE-BL01: stores records, and hangs where it was put */
} CalSourceKind;

typedef enum CalRole {
  CAL_ROLE_UNSET, /* nobody said: a Tag Event tag is worn, any other is ambient */
  CAL_ROLE_WORN,
  CAL_ROLE_AMBIENT,
  CAL_ROLE_BUTTONS,
} CalRole;

/* A tag that was ever named in a setting. */
typedef struct CalSource {
  CalAddress address;
  CalSourceKind kind;
  bool adopted;
  CalRole role;
  bool role_is_guess; /* the daemon's, from what little was heard when it was adopted: its owner said none */
  bool allows_plain;  /* its unencrypted presses count */
  bool has_wear;      /* it knows whether it is worn: "wear" was once said of it */
  int slots;          /* of its Feature; 0: not known */
} CalSource;

#define CAL_ZONE_NAME_SIZE 48

typedef struct CalZone {
  char name[CAL_ZONE_NAME_SIZE]; /* empty: never said */
  bool has_city;
  double latitude_deg; /* of the zone's reference city */
  double longitude_deg;
} CalZone;

typedef struct CalContext {
  CalProfile profile;
  CalProduct product[CAL_CONTEXT_MAX_PRODUCTS];
  uint32_t n_products;
  CalFood food[CAL_CONTEXT_MAX_FOODS];
  uint32_t n_foods;
  CalRecipe recipe[CAL_CONTEXT_MAX_RECIPES];
  uint32_t n_recipes;
  CalMap map[CAL_CONTEXT_MAX_MAPS];
  uint32_t n_maps;
  CalSource source[CAL_CONTEXT_MAX_TAGS];
  uint32_t n_sources;
  CalZone zone;
} CalContext;

/* Rows that no setting has filled are not written, here and in a copy: of fresh memory they take no page. */
void cal_context_init(CalContext *context);
void cal_context_copy(CalContext *to, const CalContext *from);

/* Takes one setting entry. Entries of other kinds, and settings that cannot be understood (an entry of a
 * later version), change nothing; false for the latter. */
bool cal_context_step(CalContext *context, const CalEntry *entry);

/* Whether an entry may be appended: its kind, name and value make sense, and what it names exists. Reads
 * kind, way, at, recorded, name and value. False: refused; refusal may be NULL. */
bool cal_entry_check(const CalContext *context, const CalEntry *entry, CalRefusal *refusal);

/* NULL when there is none. Owned by the context. */
const CalProduct *cal_context_product(const CalContext *context, const char *name);
const CalFood *cal_context_food(const CalContext *context, const char *name);     /* by its exact name */
const CalRecipe *cal_context_recipe(const CalContext *context, const char *name); /* likewise */

/* What somebody ate under this name: a food, or a recipe mixed into one. False: nobody knows it. */
bool cal_context_eaten(const CalContext *context, const char *name, CalFood *food);

const CalSource *cal_context_source(const CalContext *context, const CalAddress *tag);

/* The product that a slot of a tag means; NULL: none. */
const CalProduct *cal_context_mapped(const CalContext *context, const CalAddress *tag, const char *slot);

/* The role that counts: the one that was given, or the kind's. `stores`: its events are records. */
CalRole cal_context_role(const CalContext *context, const CalAddress *tag, bool stores);

/* "worn", "ambient", "buttons"; "" for unset. */
const char *cal_role_name(CalRole role);
/* As in entries: "tag-event", "bthome", "ess", "omron"; "other". */
const char *cal_source_kind_name(CalSourceKind kind);

typedef enum CalPlaceOrigin {
  CAL_PLACE_KNOWN, /* the profile's */
  CAL_PLACE_CITY,  /* the time zone's reference city */
  CAL_PLACE_GUESS, /* 45 degrees north, on the longitude that the clock suggests */
} CalPlaceOrigin;

/* The place to reckon with, and where it comes from. utc_offset_s is what the local clock showed. */
CalPlaceOrigin cal_context_place(const CalContext *context, int32_t utc_offset_s, CalPlace *place);

/* "known", "city", "guess". */
const char *cal_place_origin_name(CalPlaceOrigin origin);

/* "ADDRESS SLOT" of map and press entries. False for anything else. */
bool cal_slot_parse(const char *name, CalAddress *tag, char slot[CAL_SLOT_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
