/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What may be appended to the ledger: one function to a kind of entry. */
#include <calcifer/context.h>

#include <string.h>

#include <calcifer/amount.h>
#include <calcifer/dating.h>
#include <calcifer/event.h>
#include <calcifer/number.h>
#include <calcifer/units.h>

#include "check.h"
#include "refuse.h"
#include "sunlog.h"

/* Beyond all that is told of intoxications: a slip of the finger or of the unit. A choice. */
#define LAB_MAX_NMOL_L 2500.0

typedef struct Check {
  const CalContext *context;
  const CalEntry *entry;
  CalRefusal *refusal;
} Check;

static bool
refuse_name(const Check *check, CalRefusalReason reason, const char *expected)
{
  const char *const name = check->entry->name;
  cal_refuse(check->refusal, reason, name, cal_word_of(name), expected);
  if (check->refusal != NULL)
    check->refusal->in_name = true;
  return false;
}

static bool
refuse_value(const Check *check, CalRefusalReason reason, const char *expected)
{
  const char *const value = check->entry->value;
  return cal_refuse(check->refusal, reason, value, cal_word_of(value), expected);
}

static bool
no_name(const Check *check)
{
  return check->entry->name[0] == '\0' || refuse_name(check, CAL_REFUSAL_UNEXPECTED, "nothing");
}

static bool
no_value(const Check *check)
{
  return check->entry->value[0] == '\0' || refuse_value(check, CAL_REFUSAL_UNEXPECTED, "nothing");
}

static bool
known_product(const Check *check, const char *name, bool in_name)
{
  static const char expected[] = "a product that you have added";
  const CalContext *const context = check->context;
  if (cal_context_product(context, name) != NULL)
    return true;
  if (in_name)
    refuse_name(check, CAL_REFUSAL_UNKNOWN_NAME, expected);
  else
    refuse_value(check, CAL_REFUSAL_UNKNOWN_NAME, expected);
  for (uint32_t i = 0; i < context->n_products; i++)
    cal_refuse_offer(check->refusal, context->product[i].name);
  return false;
}

bool
cal_servings_parse(const char *value, double *servings)
{
  double parsed;
  if (!cal_number_parse(value, &parsed) || !(parsed > 0) || parsed > CAL_PRODUCT_MAX_SERVINGS)
    return false;
  *servings = parsed;
  return true;
}

static bool
check_take(const Check *check)
{
  double servings;
  return known_product(check, check->entry->name, true) &&
         (cal_servings_parse(check->entry->value, &servings) ||
          refuse_value(check, CAL_REFUSAL_OUT_OF_RANGE, "a number of servings above 0, at most 100"));
}

bool
cal_grams_parse(const char *value, double *grams)
{
  CalAmount amount;
  double parsed;
  if (cal_amount_parse(value, &amount) != CAL_AMOUNT_OK ||
      !cal_amount_convert(&amount, CAL_UNIT_G, &parsed) || !(parsed > 0) || parsed > CAL_FOOD_MAX_G)
    return false;
  *grams = parsed;
  return true;
}

static bool
check_food(const Check *check)
{
  const CalContext *const context = check->context;
  double grams;
  if (cal_context_food(context, check->entry->name) == NULL &&
      cal_context_recipe(context, check->entry->name) == NULL) {
    refuse_name(check, CAL_REFUSAL_UNKNOWN_NAME, "a food that is known here");
    for (uint32_t i = 0; i < context->n_foods; i++)
      cal_refuse_offer(check->refusal, context->food[i].name);
    return false;
  }
  return cal_grams_parse(check->entry->value, &grams) ||
         refuse_value(check, CAL_REFUSAL_OUT_OF_RANGE, "the mass that was eaten, as in 120g, up to 10 kg");
}

static bool
check_sun(const Check *check)
{
  CalSunlog log;
  return no_name(check) &&
         cal_sunlog_parse(&check->context->profile, check->entry->value, &log, check->refusal);
}

bool
cal_lab_parse(const char *value, double *nmol_l)
{
  CalAmount amount;
  if (cal_amount_parse(value, &amount) != CAL_AMOUNT_OK)
    return false;
  const bool is_ng = amount.unit == CAL_UNIT_NG_ML;
  const double parsed = is_ng ? cal_nmol_l_from_ng_ml(amount.value) : amount.value;
  if ((!is_ng && amount.unit != CAL_UNIT_NMOL_L) || parsed > LAB_MAX_NMOL_L)
    return false;
  *nmol_l = parsed;
  return true;
}

static bool
check_lab(const Check *check)
{
  static const char expected[] = "25(OH)D with its unit, as in 30ng/mL or 75nmol/L";
  CalAmount amount;
  double nmol_l;
  if (!no_name(check))
    return false;
  const CalAmountResult result = cal_amount_parse(check->entry->value, &amount);
  if (result != CAL_AMOUNT_OK)
    return refuse_value(check, cal_refusal_of_amount(result), expected);
  if (amount.unit != CAL_UNIT_NG_ML && amount.unit != CAL_UNIT_NMOL_L)
    return refuse_value(check, CAL_REFUSAL_WRONG_UNIT, expected);
  return cal_lab_parse(check->entry->value, &nmol_l) ||
         refuse_value(check, CAL_REFUSAL_OUT_OF_RANGE, expected);
}

static bool
check_done(const Check *check)
{
  return no_name(check) && no_value(check);
}

static bool
slot_name(const Check *check)
{
  CalAddress tag;
  char slot[CAL_SLOT_SIZE];
  return cal_slot_parse(check->entry->name, &tag, slot) ||
         refuse_name(check, CAL_REFUSAL_UNEXPECTED, "a tag's address and a slot, as in AA:BB:CC:DD:EE:FF 1");
}

static bool
check_press(const Check *check)
{
  double presses;
  return slot_name(check) && (cal_servings_parse(check->entry->value, &presses) ||
                              refuse_value(check, CAL_REFUSAL_OUT_OF_RANGE, "a number of presses"));
}

/* The name is the id of an entry or of a record of a tag. */
static bool
names_event(const Check *check, const char *expected)
{
  const char *const name = check->entry->name;
  CalAddress tag;
  uint32_t log_id, sequence;
  if (name[0] == '\0')
    return refuse_name(check, CAL_REFUSAL_MISSING, expected);
  return cal_entry_id_is_valid(name) || cal_event_record_id_parse(name, &tag, &log_id, &sequence) ||
         refuse_name(check, CAL_REFUSAL_UNEXPECTED, expected);
}

/* Of an undo and of a tombstone. */
static bool
check_names_only(const Check *check)
{
  return names_event(check, "the id of an entry") && no_value(check);
}

static bool
check_answer(const Check *check)
{
  const char *const value = check->entry->value;
  return names_event(check, "the id of a dose") &&
         (strcmp(value, "same") == 0 || strcmp(value, "second") == 0 ||
          refuse_value(check, CAL_REFUSAL_UNKNOWN_NAME, "same or second"));
}

static bool
check_date(const Check *check)
{
  CalDatingOwner owner;
  return cal_dating_owner_parse(check->entry->name, check->entry->value, &owner) ||
         refuse_value(check, CAL_REFUSAL_UNEXPECTED, "a run of a tag and when it began");
}

static bool
check_profile(const Check *check)
{
  CalProfile scratch = check->context->profile;
  const CalEntry *const entry = check->entry;
  return cal_profile_set(&scratch, entry->name, entry->value, entry->way, entry->at, entry->recorded,
                         check->refusal);
}

/* What cal_product_name_valid() does not take. */
static bool
refuse_new_name(const Check *check)
{
  const bool is_long = strlen(check->entry->name) >= CAL_FOOD_NAME_SIZE;
  return refuse_name(check, is_long ? CAL_REFUSAL_TOO_LONG : CAL_REFUSAL_UNEXPECTED,
                     "a name under 48 letters without '='");
}

static bool
check_product(const Check *check)
{
  const CalEntry *const entry = check->entry;
  CalProduct product;
  if (!cal_product_name_valid(entry->name, CAL_PRODUCT_NAME_SIZE))
    return refuse_new_name(check);
  if (entry->value[0] == '\0')
    return known_product(check, entry->name, true);
  if (check->context->n_products == CAL_CONTEXT_MAX_PRODUCTS &&
      cal_context_product(check->context, entry->name) == NULL)
    return refuse_name(check, CAL_REFUSAL_TOO_MANY, "64 products at most");
  return cal_product_parse(entry->value, &product, check->refusal);
}

static bool
check_foodstuff(const Check *check)
{
  const CalEntry *const entry = check->entry;
  CalFood food;
  if (!cal_product_name_valid(entry->name, CAL_FOOD_NAME_SIZE))
    return refuse_new_name(check);
  if (entry->value[0] == '\0')
    return cal_context_food(check->context, entry->name) != NULL ||
           refuse_name(check, CAL_REFUSAL_UNKNOWN_NAME, "a food that is known here");
  if (check->context->n_foods == CAL_CONTEXT_MAX_FOODS &&
      cal_context_food(check->context, entry->name) == NULL)
    return refuse_name(check, CAL_REFUSAL_TOO_MANY, "256 foods at most");
  return cal_food_parse(entry->value, &food, check->refusal);
}

/* Its foods are known, and none is a recipe itself. */
static bool
check_recipe(const Check *check)
{
  const CalEntry *const entry = check->entry;
  CalRecipe recipe;
  if (!cal_product_name_valid(entry->name, CAL_FOOD_NAME_SIZE))
    return refuse_new_name(check);
  if (entry->value[0] == '\0')
    return cal_context_recipe(check->context, entry->name) != NULL ||
           refuse_name(check, CAL_REFUSAL_UNKNOWN_NAME, "a recipe that you have added");
  if (cal_context_food(check->context, entry->name) != NULL)
    return refuse_name(check, CAL_REFUSAL_TWICE, "a name that no food has");
  if (check->context->n_recipes == CAL_CONTEXT_MAX_RECIPES &&
      cal_context_recipe(check->context, entry->name) == NULL)
    return refuse_name(check, CAL_REFUSAL_TOO_MANY, "32 recipes at most");
  if (!cal_recipe_parse(entry->value, &recipe, check->refusal))
    return false;
  for (uint32_t i = 0; i < recipe.n_parts; i++)
    if (cal_context_food(check->context, recipe.part[i].food) == NULL)
      return refuse_value(check, CAL_REFUSAL_UNKNOWN_NAME, "foods that are known here, and no recipes");
  return true;
}

static bool
would_step(const CalContext *context, const CalEntry *entry)
{
  CalContext scratch = *context;
  return cal_context_step(&scratch, entry);
}

/* What names a button and a product, and still is not taken, has no room. */
static bool
check_map(const Check *check)
{
  if (!slot_name(check))
    return false;
  if (check->entry->value[0] != '\0' && !known_product(check, check->entry->value, false))
    return false;
  return would_step(check->context, check->entry) ||
         refuse_name(check, CAL_REFUSAL_TOO_MANY, "128 buttons with a product at most");
}

/* Roles, permissions, tags and zones: what the context can take is right. */
static bool
check_by_step(const Check *check, bool addressed, const char *expected)
{
  CalAddress address;
  if (addressed && !cal_address_parse(check->entry->name, &address))
    return refuse_name(check, CAL_REFUSAL_UNEXPECTED, "a tag's address, as in AA:BB:CC:DD:EE:FF");
  if (!addressed && !no_name(check))
    return false;
  return would_step(check->context, check->entry) || refuse_value(check, CAL_REFUSAL_UNKNOWN_NAME, expected);
}

static bool
check_kind(const Check *check)
{
  switch (check->entry->kind) {
  case CAL_ENTRY_TAKE:
    return check_take(check);
  case CAL_ENTRY_FOOD:
    return check_food(check);
  case CAL_ENTRY_SUN:
    return check_sun(check);
  case CAL_ENTRY_LAB:
    return check_lab(check);
  case CAL_ENTRY_DONE:
    return check_done(check);
  case CAL_ENTRY_PRESS:
    return check_press(check);
  case CAL_ENTRY_UNDO:
  case CAL_ENTRY_TOMBSTONE:
    return check_names_only(check);
  case CAL_ENTRY_ANSWER:
    return check_answer(check);
  case CAL_ENTRY_DATE:
    return check_date(check);
  case CAL_ENTRY_PROFILE:
    return check_profile(check);
  case CAL_ENTRY_PRODUCT:
    return check_product(check);
  case CAL_ENTRY_FOODSTUFF:
    return check_foodstuff(check);
  case CAL_ENTRY_MAP:
    return check_map(check);
  case CAL_ENTRY_ROLE:
    return check_by_step(check, true, "worn, ambient or buttons");
  case CAL_ENTRY_ALLOW:
    return check_by_step(check, true, "yes or no");
  case CAL_ENTRY_TAG:
    return check_by_step(check, true, "tag-event, bthome or ess");
  case CAL_ENTRY_RECIPE:
    return check_recipe(check);
  case CAL_ENTRY_ZONE:
    return check_by_step(check, false, "a zone with its city, as in Europe/Berlin 52.50 13.37");
  }
  return refuse_name(check, CAL_REFUSAL_UNKNOWN_NAME, "a kind of entry that is known here");
}

bool
cal_entry_check(const CalContext *context, const CalEntry *entry, CalRefusal *refusal)
{
  const Check check = { context, entry, refusal };
  return check_kind(&check);
}
