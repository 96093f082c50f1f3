/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/context.h>

#include <math.h>
#include <string.h>

#include <calcifer/number.h>

#include "source.h"
#include "word.h"

/* Where somebody is taken to be of whom nothing is known: half way between equator and pole. */
#define GUESSED_LATITUDE_DEG 45.0
#define SECONDS_PER_DEGREE   240.0 /* of longitude, in mean solar time */

static const char *const role_names[] = { "", "worn", "ambient", "buttons" };
static const char *const origin_names[] = { "known", "city", "guess" };
static const char *const kind_names[] = { "other", "tag-event", "bthome", "ess", "omron" };

void
cal_context_init(CalContext *context)
{
  context->profile = cal_profile_unset();
  context->n_products = context->n_foods = context->n_recipes = context->n_maps = context->n_sources = 0;
  memset(&context->zone, 0, sizeof context->zone);
}

void
cal_context_copy(CalContext *to, const CalContext *from)
{
  to->profile = from->profile;
  memcpy(to->product, from->product, from->n_products * sizeof *from->product);
  memcpy(to->food, from->food, from->n_foods * sizeof *from->food);
  memcpy(to->recipe, from->recipe, from->n_recipes * sizeof *from->recipe);
  memcpy(to->map, from->map, from->n_maps * sizeof *from->map);
  memcpy(to->source, from->source, from->n_sources * sizeof *from->source);
  to->n_products = from->n_products;
  to->n_foods = from->n_foods;
  to->n_recipes = from->n_recipes;
  to->n_maps = from->n_maps;
  to->n_sources = from->n_sources;
  to->zone = from->zone;
}

/* -- Looking up -- */

static CalProduct *
find_product(CalContext *context, const char *name)
{
  for (uint32_t i = 0; i < context->n_products; i++)
    if (strcmp(context->product[i].name, name) == 0)
      return &context->product[i];
  return NULL;
}

const CalProduct *
cal_context_product(const CalContext *context, const char *name)
{
  for (uint32_t i = 0; i < context->n_products; i++)
    if (strcmp(context->product[i].name, name) == 0)
      return &context->product[i];
  return NULL;
}

const CalFood *
cal_context_food(const CalContext *context, const char *name)
{
  for (uint32_t i = 0; i < context->n_foods; i++)
    if (strcmp(context->food[i].name, name) == 0)
      return &context->food[i];
  return NULL;
}

const CalRecipe *
cal_context_recipe(const CalContext *context, const char *name)
{
  for (uint32_t i = 0; i < context->n_recipes; i++)
    if (strcmp(context->recipe[i].name, name) == 0)
      return &context->recipe[i];
  return NULL;
}

bool
cal_context_eaten(const CalContext *context, const char *name, CalFood *food)
{
  const CalFood *const plain = cal_context_food(context, name);
  const CalRecipe *const recipe = cal_context_recipe(context, name);
  if (plain != NULL)
    *food = *plain;
  else if (recipe != NULL)
    cal_recipe_mix(recipe, context->food, context->n_foods, food);
  return plain != NULL || recipe != NULL;
}

const CalSource *
cal_context_source(const CalContext *context, const CalAddress *tag)
{
  for (uint32_t i = 0; i < context->n_sources; i++)
    if (cal_address_equal(&context->source[i].address, tag))
      return &context->source[i];
  return NULL;
}

static const CalMap *
find_map(const CalContext *context, const CalAddress *tag, const char *slot)
{
  for (uint32_t i = 0; i < context->n_maps; i++)
    if (cal_address_equal(&context->map[i].tag, tag) && strcmp(context->map[i].slot, slot) == 0)
      return &context->map[i];
  return NULL;
}

const CalProduct *
cal_context_mapped(const CalContext *context, const CalAddress *tag, const char *slot)
{
  const CalMap *const map = find_map(context, tag, slot);
  return map == NULL ? NULL : cal_context_product(context, map->product);
}

CalRole
cal_context_role(const CalContext *context, const CalAddress *tag, bool stores)
{
  const CalSource *const source = cal_context_source(context, tag);
  if (source != NULL && source->role != CAL_ROLE_UNSET)
    return source->role;
  const bool hangs = source != NULL && source->kind == CAL_SOURCE_OMRON;
  return stores && !hangs ? CAL_ROLE_WORN : CAL_ROLE_AMBIENT;
}

const char *
cal_role_name(CalRole role)
{
  return role_names[role];
}

const char *
cal_source_kind_name(CalSourceKind kind)
{
  return kind_names[kind];
}

CalPlaceOrigin
cal_context_place(const CalContext *context, int32_t utc_offset_s, CalPlace *place)
{
  if (cal_profile_knows(&context->profile, CAL_PROFILE_PLACE)) {
    *place = context->profile.place;
    return CAL_PLACE_KNOWN;
  }
  if (context->zone.has_city) {
    *place = (CalPlace){ context->zone.latitude_deg, context->zone.longitude_deg, 0 };
    return CAL_PLACE_CITY;
  }
  *place = (CalPlace){ GUESSED_LATITUDE_DEG, utc_offset_s / SECONDS_PER_DEGREE, 0 };
  return CAL_PLACE_GUESS;
}

const char *
cal_place_origin_name(CalPlaceOrigin origin)
{
  return origin_names[origin];
}

bool
cal_slot_parse(const char *name, CalAddress *tag, char slot[CAL_SLOT_SIZE])
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  CalWord before, behind;
  slot[0] = '\0';
  return cal_word_split(cal_word_of(name), ' ', &before, &behind) &&
         cal_word_copy(before, address, sizeof address) && cal_address_parse(address, tag) &&
         behind.length > 0 && memchr(behind.start, ' ', behind.length) == NULL &&
         cal_word_copy(behind, slot, CAL_SLOT_SIZE);
}

/* -- Stepping -- */

/* The date on the wall when somebody said it, near enough to count days from: the core knows no zones, but
 * solar time at the zone's city is within a few hours of what its clocks show. */
static CalDate
date_near(const CalContext *context, CalInstant instant)
{
  CalPlace place;
  const CalPlaceOrigin origin = cal_context_place(context, 0, &place);
  const double offset_s = origin == CAL_PLACE_GUESS ? 0 : place.longitude_deg * SECONDS_PER_DEGREE;
  return (CalDate)floor(((double)instant + offset_s) / 86400);
}

/* Keeps the first due day of an interval while the interval stays, so that an edit moves no dose. */
static void
keep_phase(const CalContext *context, const CalProduct *old, const CalEntry *entry, CalProduct *product)
{
  if (product->every_days <= 1 || product->from != CAL_DATE_NONE)
    return;
  if (old != NULL && old->every_days == product->every_days)
    product->from = old->from;
  else
    product->from = date_near(context, entry->at == CAL_CONTEXT_ALWAYS ? entry->recorded : entry->at);
}

static bool
step_product(CalContext *context, const CalEntry *entry)
{
  CalProduct *const old = find_product(context, entry->name);
  CalProduct product;
  if (entry->value[0] == '\0') {
    if (old != NULL)
      *old = context->product[--context->n_products];
    return true;
  }
  if (!cal_product_name_valid(entry->name, sizeof product.name) ||
      !cal_product_parse(entry->value, &product, NULL) ||
      (old == NULL && context->n_products == CAL_CONTEXT_MAX_PRODUCTS))
    return false;
  memcpy(product.name, entry->name, strlen(entry->name) + 1);
  keep_phase(context, old, entry, &product);
  *(old != NULL ? old : &context->product[context->n_products++]) = product;
  return true;
}

static bool
step_food(CalContext *context, const CalEntry *entry)
{
  CalFood food;
  uint32_t i = 0;
  while (i < context->n_foods && strcmp(context->food[i].name, entry->name) != 0)
    i++;
  if (entry->value[0] == '\0') {
    if (i < context->n_foods)
      context->food[i] = context->food[--context->n_foods];
    return true;
  }
  if (i == CAL_CONTEXT_MAX_FOODS || !cal_product_name_valid(entry->name, sizeof food.name) ||
      !cal_food_parse(entry->value, &food, NULL))
    return false;
  memcpy(food.name, entry->name, strlen(entry->name) + 1);
  context->food[i] = food;
  if (i == context->n_foods)
    context->n_foods++;
  return true;
}

static bool
step_recipe(CalContext *context, const CalEntry *entry)
{
  CalRecipe recipe;
  uint32_t i = 0;
  while (i < context->n_recipes && strcmp(context->recipe[i].name, entry->name) != 0)
    i++;
  if (entry->value[0] == '\0') {
    if (i < context->n_recipes)
      context->recipe[i] = context->recipe[--context->n_recipes];
    return true;
  }
  if (i == CAL_CONTEXT_MAX_RECIPES || !cal_product_name_valid(entry->name, sizeof recipe.name) ||
      !cal_recipe_parse(entry->value, &recipe, NULL))
    return false;
  memcpy(recipe.name, entry->name, strlen(entry->name) + 1);
  context->recipe[i] = recipe;
  if (i == context->n_recipes)
    context->n_recipes++;
  return true;
}

static bool
step_map(CalContext *context, const CalEntry *entry)
{
  CalMap map = { .product = "" };
  if (!cal_slot_parse(entry->name, &map.tag, map.slot) ||
      !cal_word_copy(cal_word_of(entry->value), map.product, sizeof map.product))
    return false;
  uint32_t i = 0;
  while (i < context->n_maps &&
         (!cal_address_equal(&context->map[i].tag, &map.tag) || strcmp(context->map[i].slot, map.slot) != 0))
    i++;
  if (map.product[0] == '\0') {
    if (i < context->n_maps)
      context->map[i] = context->map[--context->n_maps];
    return true;
  }
  if (i == CAL_CONTEXT_MAX_MAPS)
    return false;
  context->map[i] = map;
  if (i == context->n_maps)
    context->n_maps++;
  return true;
}

/* When there are too many, a tag that was let go of makes room. */
CalSource *
cal_context_source_of(CalContext *context, const CalAddress *address)
{
  CalSource *spare = NULL;
  for (uint32_t i = 0; i < context->n_sources; i++) {
    if (cal_address_equal(&context->source[i].address, address))
      return &context->source[i];
    if (spare == NULL && !context->source[i].adopted)
      spare = &context->source[i];
  }
  if (context->n_sources < CAL_CONTEXT_MAX_TAGS)
    spare = &context->source[context->n_sources++];
  if (spare != NULL)
    *spare = (CalSource){ .address = *address };
  return spare;
}

static CalSource *
source_of(CalContext *context, const char *name)
{
  CalAddress address;
  return cal_address_parse(name, &address) ? cal_context_source_of(context, &address) : NULL;
}

static bool
parse_role(const char *value, CalRole *role)
{
  for (int i = CAL_ROLE_WORN; i <= CAL_ROLE_BUTTONS; i++)
    if (strcmp(role_names[i], value) == 0) {
      *role = (CalRole)i;
      return true;
    }
  return false;
}

static bool
step_role(CalContext *context, const CalEntry *entry)
{
  CalRole role;
  CalSource *const source = parse_role(entry->value, &role) ? source_of(context, entry->name) : NULL;
  if (source == NULL)
    return false;
  source->role = role;
  source->role_is_guess = entry->way == CAL_WAY_DAEMON;
  return true;
}

static bool
step_allow(CalContext *context, const CalEntry *entry)
{
  const bool yes = strcmp(entry->value, "yes") == 0;
  CalSource *const source = yes || strcmp(entry->value, "no") == 0 ? source_of(context, entry->name) : NULL;
  if (source == NULL)
    return false;
  source->allows_plain = yes;
  return true;
}

static bool
parse_kind(CalWord word, CalSourceKind *kind)
{
  for (int i = CAL_SOURCE_TAG_EVENT; i <= CAL_SOURCE_OMRON; i++)
    if (cal_word_is(word, kind_names[i])) {
      *kind = (CalSourceKind)i;
      return true;
    }
  return false;
}

static bool
parse_slots(CalWord word, int *slots)
{
  CalWord key, value;
  char copy[4];
  double number;
  if (!cal_word_split(word, '=', &key, &value) || !cal_word_is(key, "slots") ||
      !cal_word_copy(value, copy, sizeof copy) || !cal_number_parse(copy, &number) || !(number >= 0) ||
      number > 255)
    return false;
  *slots = (int)number;
  return true;
}

/* "tag-event", "tag-event wear slots=3". What a tag can do stays known when it was let go. */
static bool
parse_tag(const char *value, CalSource *source)
{
  const char *cursor = value;
  CalWord word;
  if (!cal_word_next(&cursor, &word) || !parse_kind(word, &source->kind))
    return false;
  while (cal_word_next(&cursor, &word))
    if (cal_word_is(word, "wear"))
      source->has_wear = true;
    else if (!parse_slots(word, &source->slots))
      return false;
  source->adopted = true;
  return true;
}

static void
drop_maps(CalContext *context, const CalAddress *tag)
{
  for (uint32_t i = 0; i < context->n_maps;)
    if (cal_address_equal(&context->map[i].tag, tag))
      context->map[i] = context->map[--context->n_maps];
    else
      i++;
}

/* Letting go removes role, map and permission with the tag; its records stay. */
static void
let_go(CalContext *context, CalSource *source)
{
  source->adopted = false;
  source->role = CAL_ROLE_UNSET;
  source->role_is_guess = false;
  source->allows_plain = false;
  drop_maps(context, &source->address);
}

static bool
step_tag(CalContext *context, const CalEntry *entry)
{
  CalSource scratch = { .slots = 0 };
  if (entry->value[0] != '\0' && !parse_tag(entry->value, &scratch))
    return false;
  CalSource *const source = source_of(context, entry->name);
  if (source == NULL)
    return false;
  if (entry->value[0] == '\0')
    let_go(context, source);
  else
    parse_tag(entry->value, source);
  return true;
}

static bool
coordinate(CalWord word, double limit, double *value)
{
  char copy[CAL_NUMBER_TEXT_SIZE];
  return cal_word_copy(word, copy, sizeof copy) && cal_number_parse(copy, value) && *value >= -limit &&
         *value <= limit;
}

/* Somebody may make a path of it: printable ASCII, and no part of it leads upwards or is hidden. */
static bool
zone_name_valid(const char *name)
{
  if (name[0] == '/' || name[0] == ':' || name[0] == '.' || strstr(name, "/.") != NULL)
    return false;
  for (; *name != '\0'; name++)
    if (*name <= ' ' || *name >= 0x7f)
      return false;
  return true;
}

/* "Europe/Berlin 52.50 13.37"; a zone without a city, as UTC, has its name alone. */
static bool
step_zone(CalContext *context, const CalEntry *entry)
{
  CalZone zone = { .has_city = false };
  const char *cursor = entry->value;
  CalWord name, latitude, longitude, more;
  if (!cal_word_next(&cursor, &name) || !cal_word_copy(name, zone.name, sizeof zone.name) ||
      !zone_name_valid(zone.name))
    return false;
  if (cal_word_next(&cursor, &latitude)) {
    if (!cal_word_next(&cursor, &longitude) || !coordinate(latitude, 90, &zone.latitude_deg) ||
        !coordinate(longitude, 180, &zone.longitude_deg) || cal_word_next(&cursor, &more))
      return false;
    zone.has_city = true;
  }
  context->zone = zone;
  return true;
}

bool
cal_context_step(CalContext *context, const CalEntry *entry)
{
  switch (entry->kind) {
  case CAL_ENTRY_PROFILE:
    return cal_profile_set(&context->profile, entry->name, entry->value, entry->way, entry->at,
                           entry->recorded, NULL);
  case CAL_ENTRY_PRODUCT:
    return step_product(context, entry);
  case CAL_ENTRY_FOODSTUFF:
    return step_food(context, entry);
  case CAL_ENTRY_MAP:
    return step_map(context, entry);
  case CAL_ENTRY_ROLE:
    return step_role(context, entry);
  case CAL_ENTRY_ALLOW:
    return step_allow(context, entry);
  case CAL_ENTRY_TAG:
    return step_tag(context, entry);
  case CAL_ENTRY_ZONE:
    return step_zone(context, entry);
  case CAL_ENTRY_RECIPE:
    return step_recipe(context, entry);
  case CAL_ENTRY_TAKE:
  case CAL_ENTRY_FOOD:
  case CAL_ENTRY_SUN:
  case CAL_ENTRY_LAB:
  case CAL_ENTRY_DONE:
  case CAL_ENTRY_PRESS:
  case CAL_ENTRY_UNDO:
  case CAL_ENTRY_ANSWER:
  case CAL_ENTRY_TOMBSTONE:
  case CAL_ENTRY_DATE:
    return true;
  }
  return false;
}
