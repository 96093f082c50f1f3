/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/context.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../../lib/balance/check.h"

#define TAG   "AA:BB:CC:00:00:01"
#define OTHER "AA:BB:CC:00:00:02"
#define NOW   INT64_C(1779926400) /* 2026-05-28T00:00Z */
#define TODAY 20601

static CalContext context;

static CalEntry
entry_at(CalEntryKind kind, CalInstant at, const char *name, const char *value)
{
  CalEntry entry = { .kind = kind, .way = CAL_WAY_HAND, .at = at, .recorded = NOW };
  snprintf(entry.name, sizeof entry.name, "%s", name);
  snprintf(entry.value, sizeof entry.value, "%s", value);
  return entry;
}

static bool
step_at(CalEntryKind kind, CalInstant at, const char *name, const char *value)
{
  const CalEntry entry = entry_at(kind, at, name, value);
  return cal_context_step(&context, &entry);
}

static bool
step(CalEntryKind kind, const char *name, const char *value)
{
  return step_at(kind, NOW, name, value);
}

static CalAddress
address_of(const char *text)
{
  CalAddress address;
  assert_true(cal_address_parse(text, &address));
  return address;
}

static int
setup(void **state)
{
  (void)state;
  cal_context_init(&context);
  return 0;
}

static void
test_example(void **state)
{
  (void)state;
  CalEntry entries[] = { entry_at(CAL_ENTRY_PROFILE, NOW, "phototype", "2"),
                         entry_at(CAL_ENTRY_PRODUCT, NOW, "d3", "d=2000IU") };
  cal_context_init(&context);
  for (size_t i = 0; i < 2; i++)
    assert_true(cal_context_step(&context, &entries[i]));
  assert_int_equal(context.profile.phototype, 2);
  assert_float_equal(cal_context_product(&context, "d3")->serving.amount[CAL_NUTRIENT_VITAMIN_D], 2000, 0);
}

static void
test_products_come_change_and_go(void **state)
{
  (void)state;
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", "d=2000IU"));
  assert_true(step(CAL_ENTRY_PRODUCT, "k2", "mk7=100ug"));
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", "d=500IU at=08:00"));
  assert_int_equal(context.n_products, 2);
  assert_float_equal(cal_context_product(&context, "d3")->serving.amount[CAL_NUTRIENT_VITAMIN_D], 500, 0);
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", ""));
  assert_null(cal_context_product(&context, "d3"));
  assert_non_null(cal_context_product(&context, "k2"));
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", ""));
  assert_int_equal(context.n_products, 1);
}

static void
test_the_phase_of_an_interval_survives_edits(void **state)
{
  (void)state;
  assert_true(step(CAL_ENTRY_PRODUCT, "w", "d=20000IU every=7d at=08:00"));
  assert_int_equal(cal_context_product(&context, "w")->from, TODAY);
  assert_true(step_at(CAL_ENTRY_PRODUCT, NOW + 3 * 86400, "w", "d=10000IU every=7d at=09:00"));
  assert_int_equal(cal_context_product(&context, "w")->from, TODAY);
  assert_true(step_at(CAL_ENTRY_PRODUCT, NOW + 4 * 86400, "w", "d=10000IU every=14d at=09:00"));
  assert_int_equal(cal_context_product(&context, "w")->from, TODAY + 4);
  assert_true(step_at(CAL_ENTRY_PRODUCT, NOW + 5 * 86400, "w", "d=10000IU every=14d from=2026-06-30"));
  assert_int_equal(cal_context_product(&context, "w")->from, cal_date_from_civil(2026, 6, 30));
}

/* 23:30 UTC is the next day in Auckland, where the person lives. */
static void
test_the_phase_begins_with_the_local_date(void **state)
{
  (void)state;
  assert_true(step(CAL_ENTRY_ZONE, "", "Pacific/Auckland -36.87 174.77"));
  assert_true(step_at(CAL_ENTRY_PRODUCT, NOW + 84600, "w", "d=20000IU every=7d"));
  assert_int_equal(cal_context_product(&context, "w")->from, TODAY + 1);
  assert_true(step_at(CAL_ENTRY_PRODUCT, CAL_CONTEXT_ALWAYS, "always", "d=20000IU every=7d"));
  assert_int_equal(cal_context_product(&context, "always")->from, TODAY);
}

static void
test_foods(void **state)
{
  (void)state;
  assert_true(step(CAL_ENTRY_FOODSTUFF, "egg", "portion=50g d=82IU"));
  assert_true(step(CAL_ENTRY_FOODSTUFF, "kale", "k1=700ug"));
  assert_true(step(CAL_ENTRY_FOODSTUFF, "egg", "portion=55g d=90IU"));
  assert_int_equal(context.n_foods, 2);
  assert_float_equal(cal_context_food(&context, "egg")->portion_g, 55, 0);
  assert_true(step(CAL_ENTRY_FOODSTUFF, "egg", ""));
  assert_null(cal_context_food(&context, "egg"));
  assert_non_null(cal_context_food(&context, "kale"));
  assert_null(cal_context_food(&context, "Kale"));
}

/* A name that fills its room ends there, and not in the figure behind it. */
static void
test_the_longest_names(void **state)
{
  (void)state;
  char name[CAL_FOOD_NAME_SIZE];
  memset(name, 'n', sizeof name);
  name[sizeof name - 1] = '\0';
  assert_true(step(CAL_ENTRY_FOODSTUFF, name, "portion=55.1g d=90IU"));
  assert_true(cal_context_food(&context, name)->portion_g == 55.1);
}

static void
test_maps(void **state)
{
  (void)state;
  const CalAddress tag = address_of(TAG), other = address_of(OTHER);
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", "d=2000IU"));
  assert_true(step(CAL_ENTRY_MAP, TAG " 1", "d3"));
  assert_true(step(CAL_ENTRY_MAP, TAG " 2:double_press", "gone"));
  assert_string_equal(cal_context_mapped(&context, &tag, "1")->name, "d3");
  assert_null(cal_context_mapped(&context, &tag, "2"));
  assert_null(cal_context_mapped(&context, &tag, "2:double_press"));
  assert_null(cal_context_mapped(&context, &other, "1"));
  assert_true(step(CAL_ENTRY_MAP, TAG " 1", ""));
  assert_null(cal_context_mapped(&context, &tag, "1"));
  assert_int_equal(context.n_maps, 1);
  assert_false(step(CAL_ENTRY_MAP, TAG, "d3"));
  assert_false(step(CAL_ENTRY_MAP, TAG " 1 2", "d3"));
  assert_false(step(CAL_ENTRY_MAP, "1 " TAG, "d3"));
}

static bool
guess(const char *role)
{
  CalEntry entry = entry_at(CAL_ENTRY_ROLE, NOW, TAG, role);
  entry.way = CAL_WAY_DAEMON;
  return cal_context_step(&context, &entry);
}

/* It holds like any other, and what its owner says is none. */
static void
test_a_role_that_was_guessed(void **state)
{
  (void)state;
  const CalAddress tag = address_of(TAG);
  assert_true(step(CAL_ENTRY_TAG, TAG, "bthome") && guess("buttons"));
  assert_int_equal(cal_context_role(&context, &tag, false), CAL_ROLE_BUTTONS);
  assert_true(cal_context_source(&context, &tag)->role_is_guess);
  assert_true(step(CAL_ENTRY_ROLE, TAG, "buttons"));
  assert_false(cal_context_source(&context, &tag)->role_is_guess);
  assert_true(guess("ambient") && step(CAL_ENTRY_TAG, TAG, ""));
  assert_false(cal_context_source(&context, &tag)->role_is_guess);
  assert_int_equal(cal_context_role(&context, &tag, false), CAL_ROLE_AMBIENT);
}

static void
test_roles_that_nobody_gave(void **state)
{
  (void)state;
  const CalAddress tag = address_of(TAG);
  assert_int_equal(cal_context_role(&context, &tag, true), CAL_ROLE_WORN);
  assert_int_equal(cal_context_role(&context, &tag, false), CAL_ROLE_AMBIENT);
  assert_true(step(CAL_ENTRY_TAG, TAG, "bthome"));
  assert_int_equal(cal_context_role(&context, &tag, false), CAL_ROLE_AMBIENT);
  static const char *const names[] = { "worn", "ambient", "buttons" };
  for (int i = 0; i < 3; i++) {
    assert_true(step(CAL_ENTRY_ROLE, TAG, names[i]));
    assert_int_equal(cal_context_role(&context, &tag, i % 2 == 0), CAL_ROLE_WORN + i);
    assert_string_equal(cal_role_name((CalRole)(CAL_ROLE_WORN + i)), names[i]);
  }
  assert_false(step(CAL_ENTRY_ROLE, TAG, ""));
  assert_false(step(CAL_ENTRY_ROLE, TAG, "carried"));
  assert_false(step(CAL_ENTRY_ROLE, "AA:BB", "worn"));
  assert_int_equal(cal_context_role(&context, &tag, true), CAL_ROLE_BUTTONS);
}

static void
test_what_a_tag_is(void **state)
{
  (void)state;
  const CalAddress tag = address_of(TAG);
  assert_null(cal_context_source(&context, &tag));
  assert_true(step(CAL_ENTRY_TAG, TAG, "tag-event wear slots=3"));
  const CalSource *const source = cal_context_source(&context, &tag);
  assert_int_equal(source->kind, CAL_SOURCE_TAG_EVENT);
  assert_true(source->adopted);
  assert_true(source->has_wear);
  assert_int_equal(source->slots, 3);
  assert_false(source->allows_plain);
  assert_true(step(CAL_ENTRY_TAG, TAG, "ess"));
  assert_int_equal(source->kind, CAL_SOURCE_ESS);
  assert_string_equal(cal_source_kind_name(source->kind), "ess");
  assert_int_equal(cal_context_role(&context, &tag, true), CAL_ROLE_WORN);
  assert_true(step(CAL_ENTRY_TAG, TAG, "omron"));
  assert_int_equal(source->kind, CAL_SOURCE_OMRON);
  assert_int_equal(cal_context_role(&context, &tag, true),
                   CAL_ROLE_AMBIENT); /* its records are of no wearer */
  assert_true(step(CAL_ENTRY_ROLE, TAG, "worn"));
  assert_int_equal(cal_context_role(&context, &tag, true), CAL_ROLE_WORN);
  static const char *const wrong[] = { "tag", "tag-event wear slots=256",
                                       "tag-event slots=", "tag-event slots=x" };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    const CalSource before = *source;
    assert_false(step(CAL_ENTRY_TAG, TAG, wrong[i]));
    assert_memory_equal(source, &before, sizeof before);
  }
}

/* Role, map and permission go; what the tag can do, and the maps of others, stay. */
static void
test_letting_a_tag_go(void **state)
{
  (void)state;
  const CalAddress tag = address_of(TAG), other = address_of(OTHER);
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", "d=2000IU"));
  assert_true(step(CAL_ENTRY_TAG, TAG, "tag-event wear slots=2"));
  assert_true(step(CAL_ENTRY_ROLE, TAG, "buttons"));
  assert_true(step(CAL_ENTRY_ALLOW, TAG, "yes"));
  assert_true(step(CAL_ENTRY_MAP, TAG " 1", "d3"));
  assert_true(step(CAL_ENTRY_MAP, OTHER " 1", "d3"));
  assert_true(step(CAL_ENTRY_MAP, TAG " 2", "d3"));
  assert_true(cal_context_source(&context, &tag)->allows_plain);
  assert_true(step(CAL_ENTRY_TAG, TAG, ""));
  const CalSource *const source = cal_context_source(&context, &tag);
  assert_false(source->adopted);
  assert_false(source->allows_plain);
  assert_true(source->has_wear);
  assert_int_equal(source->slots, 2);
  assert_int_equal(cal_context_role(&context, &tag, true), CAL_ROLE_WORN);
  assert_null(cal_context_mapped(&context, &tag, "1"));
  assert_null(cal_context_mapped(&context, &tag, "2"));
  assert_non_null(cal_context_mapped(&context, &other, "1"));
}

static void
test_permission(void **state)
{
  (void)state;
  const CalAddress tag = address_of(TAG);
  assert_true(step(CAL_ENTRY_ALLOW, TAG, "yes"));
  assert_true(cal_context_source(&context, &tag)->allows_plain);
  assert_false(step(CAL_ENTRY_ALLOW, TAG, "maybe"));
  assert_true(step(CAL_ENTRY_ALLOW, TAG, "no"));
  assert_false(cal_context_source(&context, &tag)->allows_plain);
}

static void
test_where_somebody_is(void **state)
{
  (void)state;
  CalPlace place;
  assert_int_equal(cal_context_place(&context, -5 * 3600, &place), CAL_PLACE_GUESS);
  assert_float_equal(place.latitude_deg, 45, 0);
  assert_float_equal(place.longitude_deg, -75, 0);
  assert_true(step(CAL_ENTRY_ZONE, "", "Europe/Berlin 52.50 13.37"));
  assert_int_equal(cal_context_place(&context, 0, &place), CAL_PLACE_CITY);
  assert_float_equal(place.latitude_deg, 52.5, 1e-6);
  assert_float_equal(place.longitude_deg, 13.37, 1e-6);
  assert_true(step(CAL_ENTRY_PROFILE, "place", "-33.9,151.2,40"));
  assert_int_equal(cal_context_place(&context, 0, &place), CAL_PLACE_KNOWN);
  assert_float_equal(place.altitude_m, 40, 0);
  assert_true(step(CAL_ENTRY_PROFILE, "place", ""));
  assert_true(step(CAL_ENTRY_ZONE, "", "UTC"));
  assert_int_equal(cal_context_place(&context, 0, &place), CAL_PLACE_GUESS);
  assert_string_equal(context.zone.name, "UTC");
  static const char *const wrong[] = { "",
                                       "Europe/Berlin 52.5",
                                       "Europe/Berlin 91 13",
                                       "X 1 181",
                                       "X 1 2 3",
                                       "X a b",
                                       "../../etc/passwd",
                                       "/etc/passwd",
                                       ":X",
                                       "Europe/../X",
                                       "a/.b",
                                       "a\tb",
                                       "caf\xc3\xa9",
                                       "x\x7f" };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_false(step(CAL_ENTRY_ZONE, "", wrong[i]));
  assert_string_equal(context.zone.name, "UTC");
}

static void
test_there_is_an_end_to_room(void **state)
{
  (void)state;
  char name[32];
  for (int i = 0; i < CAL_CONTEXT_MAX_PRODUCTS; i++) {
    snprintf(name, sizeof name, "p%d", i);
    assert_true(step(CAL_ENTRY_PRODUCT, name, "d=1IU"));
  }
  assert_false(step(CAL_ENTRY_PRODUCT, "more", "d=1IU"));
  assert_true(step(CAL_ENTRY_PRODUCT, "p7", "d=2IU"));
  for (int i = 0; i < CAL_CONTEXT_MAX_FOODS; i++) {
    snprintf(name, sizeof name, "f%d", i);
    assert_true(step(CAL_ENTRY_FOODSTUFF, name, "d=1IU"));
  }
  assert_false(step(CAL_ENTRY_FOODSTUFF, "more", "d=1IU"));
  assert_true(step(CAL_ENTRY_FOODSTUFF, "f7", "d=2IU"));
  for (int i = 0; i < CAL_CONTEXT_MAX_MAPS; i++) {
    snprintf(name, sizeof name, TAG " %d", i);
    assert_true(step(CAL_ENTRY_MAP, name, "p1"));
  }
  assert_false(step(CAL_ENTRY_MAP, OTHER " 1", "p1"));
  assert_true(step(CAL_ENTRY_MAP, TAG " 7", "p2"));
}

static void
test_a_tag_that_was_let_go_makes_room(void **state)
{
  (void)state;
  char name[32];
  for (int i = 0; i < CAL_CONTEXT_MAX_TAGS; i++) {
    snprintf(name, sizeof name, "AA:BB:CC:00:01:%02X", (unsigned)i & 0xffu);
    assert_true(step(CAL_ENTRY_TAG, name, "bthome"));
  }
  assert_false(step(CAL_ENTRY_TAG, TAG, "bthome"));
  assert_true(step(CAL_ENTRY_TAG, "AA:BB:CC:00:01:05", ""));
  assert_true(step(CAL_ENTRY_TAG, TAG, "bthome"));
  const CalAddress tag = address_of(TAG), gone = address_of("AA:BB:CC:00:01:05");
  assert_non_null(cal_context_source(&context, &tag));
  assert_null(cal_context_source(&context, &gone));
}

static void
test_what_is_no_setting_changes_nothing(void **state)
{
  (void)state;
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", "d=2000IU"));
  const CalContext before = context;
  static const CalEntryKind kinds[] = { CAL_ENTRY_TAKE, CAL_ENTRY_FOOD,   CAL_ENTRY_SUN,
                                        CAL_ENTRY_LAB,  CAL_ENTRY_DONE,   CAL_ENTRY_PRESS,
                                        CAL_ENTRY_UNDO, CAL_ENTRY_ANSWER, CAL_ENTRY_DATE };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    assert_true(step(kinds[i], "d3", ""));
  assert_false(step(CAL_ENTRY_PROFILE, "hat-size", "60"));
  assert_false(step(CAL_ENTRY_PRODUCT, "d3", "d=2000"));
  assert_false(step(CAL_ENTRY_PRODUCT, "a=b", "d=2000IU"));
  assert_false(step(CAL_ENTRY_FOODSTUFF, "egg", "d=lots"));
  assert_false(step((CalEntryKind)99, "d3", ""));
  assert_memory_equal(&context, &before, sizeof before);
}

/* -- What may be appended -- */

#define AN_ID "0b5c9f6e-1a2b-8c3d-a4e5-0123456789ab:1"

typedef struct Row {
  CalEntryKind kind;
  const char *name, *value;
  CalRefusalReason reason; /* NONE: taken */
} Row;

static void
check_rows(const Row *rows, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const CalEntry entry = entry_at(rows[i].kind, NOW, rows[i].name, rows[i].value);
    CalRefusal refusal = { .reason = CAL_REFUSAL_NONE };
    const bool taken = cal_entry_check(&context, &entry, &refusal);
    if (taken != (rows[i].reason == CAL_REFUSAL_NONE) || refusal.reason != rows[i].reason)
      print_error("'%s' '%s': %d\n", rows[i].name, rows[i].value, (int)refusal.reason);
    assert_int_equal(refusal.reason, rows[i].reason);
    assert_int_equal(taken, rows[i].reason == CAL_REFUSAL_NONE);
    assert_int_equal(cal_entry_check(&context, &entry, NULL), taken);
  }
}

static void
test_what_happened_is_checked(void **state)
{
  (void)state;
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", "d=2000IU"));
  assert_true(step(CAL_ENTRY_FOODSTUFF, "egg", "portion=50g d=82IU"));
  static const Row rows[] = {
    { CAL_ENTRY_TAKE, "d3", "1", CAL_REFUSAL_NONE },
    { CAL_ENTRY_TAKE, "d3", "0.5", CAL_REFUSAL_NONE },
    { CAL_ENTRY_TAKE, "d3", "100", CAL_REFUSAL_NONE },
    { CAL_ENTRY_TAKE, "d3", "100.5", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_TAKE, "d3", "0", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_TAKE, "d3", "-1", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_TAKE, "d4", "1", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_FOOD, "egg", "100g", CAL_REFUSAL_NONE },
    { CAL_ENTRY_FOOD, "egg", "10kg", CAL_REFUSAL_NONE },
    { CAL_ENTRY_FOOD, "egg", "11kg", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_FOOD, "egg", "0g", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_FOOD, "eg", "100g", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_SUN, "", "30min uvi=5.5 wearing=arms spf=30", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "30min sky=0.5", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "12h", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "13h", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_SUN, "", "0min", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_SUN, "", "30min uvi=46", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_SUN, "", "30min wearing=garden", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_SUN, "", "30min cloud=1", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_SUN, "x", "30min", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_SUN, "", "", CAL_REFUSAL_MISSING },
    { CAL_ENTRY_LAB, "", "30ng/mL", CAL_REFUSAL_NONE },
    { CAL_ENTRY_LAB, "", "75nmol/L", CAL_REFUSAL_NONE },
    { CAL_ENTRY_LAB, "", "75", CAL_REFUSAL_NO_UNIT },
    { CAL_ENTRY_LAB, "", "75mg", CAL_REFUSAL_WRONG_UNIT },
    { CAL_ENTRY_LAB, "", "2501nmol/L", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_DONE, "", "", CAL_REFUSAL_NONE },
    { CAL_ENTRY_DONE, "", "x", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_PRESS, TAG " 1", "1", CAL_REFUSAL_NONE },
    { CAL_ENTRY_PRESS, TAG, "1", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_UNDO, AN_ID, "", CAL_REFUSAL_NONE },
    { CAL_ENTRY_UNDO, "tag:C0:FF:EE:00:00:01:00AB12CD:7", "", CAL_REFUSAL_NONE },
    { CAL_ENTRY_UNDO, "the last one", "", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_TOMBSTONE, AN_ID, "", CAL_REFUSAL_NONE },
    { CAL_ENTRY_TOMBSTONE, "x", "", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_UNDO, "", "", CAL_REFUSAL_MISSING },
    { CAL_ENTRY_ANSWER, AN_ID, "same", CAL_REFUSAL_NONE },
    { CAL_ENTRY_ANSWER, AN_ID, "second", CAL_REFUSAL_NONE },
    { CAL_ENTRY_ANSWER, AN_ID, "both", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_DATE, "tag:" TAG ":00AB12CD:12", "2026-03-28T08:30:00Z uptime=100 boot=7 from=10 to=20",
      CAL_REFUSAL_NONE },
    { CAL_ENTRY_DATE, "tag:" TAG ":00AB12CD:12", "2026-03-28", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_DATE, "u:12", "2026-03-28T08:30:00Z uptime=100 boot=7 from=10 to=20",
      CAL_REFUSAL_UNEXPECTED },
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void
test_each_word_of_what_happened_is_checked(void **state)
{
  (void)state;
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", "d=2000IU"));
  assert_true(step(CAL_ENTRY_FOODSTUFF, "egg", "portion=50g d=82IU"));
  static const Row rows[] = {
    { CAL_ENTRY_TAKE, "d3", "one", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_FOOD, "egg", "lots", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_FOOD, "egg", "100IU", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_LAB, "x", "30ng/mL", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_DONE, "x", "", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_PRESS, TAG " 1", "0", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_PRESS, TAG " 1", "100", CAL_REFUSAL_NONE },
    { CAL_ENTRY_UNDO, AN_ID, "x", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_ANSWER, "", "same", CAL_REFUSAL_MISSING },
    { CAL_ENTRY_ANSWER, "tag:C0:FF:EE:00:00:01:00AB12CD:7", "same", CAL_REFUSAL_NONE },
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void
test_settings_are_checked(void **state)
{
  (void)state;
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", "d=2000IU"));
  static const Row rows[] = {
    { CAL_ENTRY_PROFILE, "phototype", "2", CAL_REFUSAL_NONE },
    { CAL_ENTRY_PROFILE, "phototype", "7", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_PRODUCT, "k2", "mk7=100ug", CAL_REFUSAL_NONE },
    { CAL_ENTRY_PRODUCT, "k2", "mk7=100", CAL_REFUSAL_NO_UNIT },
    { CAL_ENTRY_PRODUCT, "d3", "", CAL_REFUSAL_NONE },
    { CAL_ENTRY_PRODUCT, "k2", "", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_FOODSTUFF, "egg", "portion=50g d=82IU", CAL_REFUSAL_NONE },
    { CAL_ENTRY_FOODSTUFF, "egg", "", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_FOODSTUFF, "egg=", "portion=50g d=82IU", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_PRODUCT, " k2", "mk7=100ug", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_RECIPE, "a=b", "egg 100g", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_RECIPE, "porridge", "", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_MAP, TAG, "d3", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_MAP, TAG " 1", "d3", CAL_REFUSAL_NONE },
    { CAL_ENTRY_MAP, TAG " 1", "", CAL_REFUSAL_NONE },
    { CAL_ENTRY_MAP, TAG " 1", "d4", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_ROLE, TAG, "worn", CAL_REFUSAL_NONE },
    { CAL_ENTRY_ROLE, "tag", "worn", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_ROLE, TAG, "lost", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_ALLOW, TAG, "no", CAL_REFUSAL_NONE },
    { CAL_ENTRY_TAG, TAG, "tag-event wear slots=3", CAL_REFUSAL_NONE },
    { CAL_ENTRY_TAG, TAG, "", CAL_REFUSAL_NONE },
    { CAL_ENTRY_ZONE, "", "Europe/Berlin 52.50 13.37", CAL_REFUSAL_NONE },
    { CAL_ENTRY_ZONE, "x", "Europe/Berlin", CAL_REFUSAL_UNEXPECTED },
    { (CalEntryKind)99, "", "", CAL_REFUSAL_UNKNOWN_NAME },
  };
  const CalContext before = context;
  check_rows(rows, sizeof rows / sizeof *rows);
  assert_memory_equal(&context, &before, sizeof before);
}

/* Over memory that was something else before: what is not filled is not written, and not read. */
static void
test_a_copy_says_the_same(void **state)
{
  static CalContext copy;
  char value[CAL_ENTRY_VALUE_SIZE];
  (void)state;
  memset(&context, 0x5a, sizeof context);
  memset(&copy, 0xa5, sizeof copy);
  cal_context_init(&context);
  assert_true(step(CAL_ENTRY_PROFILE, "phototype", "2"));
  assert_true(step(CAL_ENTRY_PRODUCT, "d3k2", "d=2000IU mk7=100ug"));
  assert_true(step(CAL_ENTRY_FOODSTUFF, "oats", "portion=40g d=0IU calcium=54mg magnesium=177mg k1=2ug"));
  assert_true(step(CAL_ENTRY_TAG, "AA:BB:CC:00:00:01", "tag-event"));
  assert_true(step(CAL_ENTRY_MAP, "AA:BB:CC:00:00:01 1", "d3k2"));
  assert_true(step(CAL_ENTRY_RECIPE, "porridge", "oats 40g"));
  assert_true(step(CAL_ENTRY_ZONE, "", "Europe/Berlin 52.50 13.37"));
  cal_context_copy(&copy, &context);
  assert_int_equal(copy.profile.phototype, context.profile.phototype);
  assert_string_equal(cal_context_product(&copy, "d3k2")->name, "d3k2");
  assert_true(cal_food_format(cal_context_food(&copy, "oats"), value));
  assert_non_null(strstr(value, "magnesium=177mg"));
  assert_non_null(cal_context_recipe(&copy, "porridge"));
  assert_int_equal(copy.n_sources, 1);
  assert_ptr_equal(cal_context_mapped(&copy, &copy.source[0].address, "1"), &copy.product[0]);
  assert_string_equal(copy.zone.name, "Europe/Berlin");
  assert_int_equal(copy.n_products + copy.n_foods + copy.n_recipes + copy.n_maps, 4);
}

#define LONG_NAME "a name of some fifty letters, which is more than fits"

/* Not one byte more than there is room for, whatever kind it is. */
static void
test_names_that_are_too_long(void **state)
{
  (void)state;
  static const Row rows[] = {
    { CAL_ENTRY_PRODUCT, LONG_NAME, "d=1IU", CAL_REFUSAL_TOO_LONG },
    { CAL_ENTRY_FOODSTUFF, LONG_NAME, "d=1IU", CAL_REFUSAL_TOO_LONG },
    { CAL_ENTRY_RECIPE, LONG_NAME, "egg 1g", CAL_REFUSAL_TOO_LONG },
    { CAL_ENTRY_PRODUCT, "exactly forty-seven letters are what a name has", "d=1IU", CAL_REFUSAL_NONE },
    { CAL_ENTRY_PRODUCT, "exactly forty-eight letters are what a name has.", "d=1IU", CAL_REFUSAL_TOO_LONG },
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void
test_recipes_are_checked(void **state)
{
  (void)state;
  assert_true(step(CAL_ENTRY_FOODSTUFF, "egg", "portion=50g d=82IU"));
  assert_true(step(CAL_ENTRY_FOODSTUFF, "milk", "d=4IU"));
  assert_true(step(CAL_ENTRY_RECIPE, "pancake", "egg 50g; milk 100g"));
  static const Row rows[] = {
    { CAL_ENTRY_RECIPE, "omelette", "egg 100g", CAL_REFUSAL_NONE },
    { CAL_ENTRY_RECIPE, "pancake", "egg 100g", CAL_REFUSAL_NONE },
    { CAL_ENTRY_RECIPE, "pancake", "", CAL_REFUSAL_NONE },
    { CAL_ENTRY_RECIPE, "omelette", "", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_RECIPE, "egg", "milk 100g", CAL_REFUSAL_TWICE },
    { CAL_ENTRY_RECIPE, "omelette", "egg", CAL_REFUSAL_MISSING },
    { CAL_ENTRY_RECIPE, "omelette", "egg 100g; flour 10g", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_RECIPE, "twice", "pancake 100g", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_FOOD, "pancake", "100g", CAL_REFUSAL_NONE },
    { CAL_ENTRY_FOODSTUFF, "egg", "", CAL_REFUSAL_NONE },
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

/* The last that fits may still be changed; another one has no room. */
static void
test_what_there_is_no_room_for_is_refused(void **state)
{
  (void)state;
  char name[32];
  for (int i = 0; i < CAL_CONTEXT_MAX_PRODUCTS; i++) {
    snprintf(name, sizeof name, "p%d", i);
    assert_true(step(CAL_ENTRY_PRODUCT, name, "d=1IU"));
  }
  for (int i = 0; i < CAL_CONTEXT_MAX_FOODS; i++) {
    snprintf(name, sizeof name, "f%d", i);
    assert_true(step(CAL_ENTRY_FOODSTUFF, name, "d=1IU"));
  }
  for (int i = 0; i < CAL_CONTEXT_MAX_RECIPES; i++) {
    snprintf(name, sizeof name, "r%d", i);
    assert_true(step(CAL_ENTRY_RECIPE, name, "f1 10g"));
  }
  for (int i = 0; i < CAL_CONTEXT_MAX_MAPS; i++) {
    snprintf(name, sizeof name, TAG " %d", i);
    assert_true(step(CAL_ENTRY_MAP, name, "p1"));
  }
  static const Row rows[] = {
    { CAL_ENTRY_MAP, TAG " 128", "p1", CAL_REFUSAL_TOO_MANY },
    { CAL_ENTRY_MAP, OTHER " 1", "p1", CAL_REFUSAL_TOO_MANY },
    { CAL_ENTRY_MAP, OTHER " 1", "", CAL_REFUSAL_NONE },
    { CAL_ENTRY_MAP, TAG " 127", "p2", CAL_REFUSAL_NONE },
    { CAL_ENTRY_PRODUCT, "more", "d=1IU", CAL_REFUSAL_TOO_MANY },
    { CAL_ENTRY_PRODUCT, "p63", "d=2IU", CAL_REFUSAL_NONE },
    { CAL_ENTRY_FOODSTUFF, "more", "d=1IU", CAL_REFUSAL_TOO_MANY },
    { CAL_ENTRY_FOODSTUFF, "f255", "d=2IU", CAL_REFUSAL_NONE },
    { CAL_ENTRY_RECIPE, "more", "f1 10g", CAL_REFUSAL_TOO_MANY },
    { CAL_ENTRY_RECIPE, "r31", "f1 20g", CAL_REFUSAL_NONE },
  };
  check_rows(rows, sizeof rows / sizeof *rows);
  assert_false(step(CAL_ENTRY_RECIPE, "more", "f1 10g"));
}

/* The last that is still believed of a blood test, and one behind, in both units. */
static void
test_a_blood_test_at_its_bound(void **state)
{
  (void)state;
  static const Row rows[] = {
    { CAL_ENTRY_LAB, "", "2500nmol/L", CAL_REFUSAL_NONE },
    { CAL_ENTRY_LAB, "", "2500.1nmol/L", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_LAB, "", "1000ng/mL", CAL_REFUSAL_NONE },
    { CAL_ENTRY_LAB, "", "1100ng/mL", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_LAB, "", "lots", CAL_REFUSAL_NO_NUMBER },
  };
  double nmol_l = 77;
  check_rows(rows, sizeof rows / sizeof *rows);
  assert_false(cal_lab_parse("lots", &nmol_l));
  assert_false(cal_lab_parse("75mg", &nmol_l));
  assert_false(cal_lab_parse("2501nmol/L", &nmol_l));
  assert_float_equal(nmol_l, 77, 0);
  assert_true(cal_lab_parse("30ng/mL", &nmol_l));
  assert_float_equal(nmol_l, 74.88, 0.01);
}

/* Whoever mistypes is offered the nearest first, of those that are as near the first, and no more than
 * three. */
static void
test_the_nearest_names_are_offered(void **state)
{
  (void)state;
  static const char *const names[] = { "d3-forte", "d3k2", "zinc", "d3", "d3k3" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    assert_true(step(CAL_ENTRY_PRODUCT, names[i], "d=1IU"));
  const CalEntry entry = entry_at(CAL_ENTRY_TAKE, NOW, "d3k", "1");
  CalRefusal refusal;
  assert_false(cal_entry_check(&context, &entry, &refusal));
  assert_true(refusal.in_name);
  assert_string_equal(refusal.word, "d3k");
  assert_string_equal(refusal.nearest[0], "d3k2");
  assert_string_equal(refusal.nearest[1], "d3k3");
  assert_string_equal(refusal.nearest[2], "d3");
}

/* The word that is told is cut to its room, and never inside a letter. */
static void
test_a_long_word_is_cut_between_letters(void **state)
{
  (void)state;
  char name[CAL_ENTRY_NAME_SIZE];
  for (size_t before = 0; before < 4; before++) {
    CalRefusal refusal;
    memset(name, 'x', before);
    for (size_t i = before; i + 2 < 100; i += 2)
      memcpy(name + i, "\xc3\xa4", 3);
    const CalEntry entry = entry_at(CAL_ENTRY_TAKE, NOW, name, "1");
    assert_false(cal_entry_check(&context, &entry, &refusal));
    assert_int_equal(strlen(refusal.word), before % 2 == 0 ? 62 : 63);
    assert_memory_equal(refusal.word, name, strlen(refusal.word));
  }
}

/* The last value that each word of a setting takes, and one behind. */
static void
test_words_of_settings_at_their_bounds(void **state)
{
  (void)state;
  static const struct {
    CalEntryKind kind;
    const char *name, *in, *out;
  } rows[] = {
    { CAL_ENTRY_TAG, TAG, "tag-event slots=255", "tag-event slots=256" },
    { CAL_ENTRY_TAG, TAG, "tag-event slots=0", "tag-event slots=-1" },
    { CAL_ENTRY_TAG, TAG, "tag-event slots=7", "tag-event slots=0007" },
    { CAL_ENTRY_TAG, TAG, "tag-event wear", "tag-event slot=7" },
    { CAL_ENTRY_TAG, TAG, "bthome", "bluetooth" },
    { CAL_ENTRY_TAG, TAG, "ess", "ess slots" },
    { CAL_ENTRY_ZONE, "", "Etc/UTC", "Etc/.UTC" },
    { CAL_ENTRY_ZONE, "", "A/B 90 180", "A/B 90.1 180" },
    { CAL_ENTRY_ZONE, "", "A/B -90 -180", "A/B -90 -180.1" },
    { CAL_ENTRY_ZONE, "", "A/B 0 180", "A/B 0 180.1" },
    { CAL_ENTRY_ZONE, "", "A/B -90 0", "A/B -90.1 0" },
    { CAL_ENTRY_ZONE, "", "A/B 1 2", "A/B 1 2 3" },
    { CAL_ENTRY_ZONE, "", "A/B", "A/B 1" },
    { CAL_ENTRY_ZONE, "", "A/~", "A/\x7f" },
    { CAL_ENTRY_ZONE, "", "A/!", ":A" },
    { CAL_ENTRY_ZONE, "", "A", "/A" },
    { CAL_ENTRY_ZONE, "", "A.", ".A" },
    { CAL_ENTRY_ZONE, "", "A/B 1 1", "A/B 1 1.0000000000000000000000000" },
    { CAL_ENTRY_MAP, TAG " 1", "d3", LONG_NAME },
    { CAL_ENTRY_FOODSTUFF, "egg", "d=1IU", "d=1" },
    { CAL_ENTRY_RECIPE, "omelette", "egg 1g", "egg" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (!step(rows[i].kind, rows[i].name, rows[i].in))
      fail_msg("'%s'", rows[i].in);
    if (step(rows[i].kind, rows[i].name, rows[i].out))
      fail_msg("'%s'", rows[i].out);
  }
  assert_false(step(CAL_ENTRY_FOODSTUFF, "a=b", "d=1IU"));
  assert_false(step(CAL_ENTRY_RECIPE, "a=b", "egg 1g"));
  assert_false(step(CAL_ENTRY_TAG, "tag", "bthome"));
}

/* What is taken out leaves the others where they can be found, and what is not there goes unnoticed. */
static void
test_foods_recipes_and_maps_go(void **state)
{
  (void)state;
  CalFood eaten;
  const CalAddress tag = address_of(TAG);
  static const char *const names[] = { "a", "b", "c" };
  for (size_t i = 0; i < 3; i++) {
    char slot[32];
    assert_true(step(CAL_ENTRY_FOODSTUFF, names[i], "d=1IU"));
    assert_true(step(CAL_ENTRY_RECIPE, names[i], "a 10g"));
    assert_true(step(CAL_ENTRY_PRODUCT, names[i], "d=1IU"));
    snprintf(slot, sizeof slot, TAG " %s", names[i]);
    assert_true(step(CAL_ENTRY_MAP, slot, names[i]));
  }
  assert_true(step(CAL_ENTRY_FOODSTUFF, "a", "") && step(CAL_ENTRY_FOODSTUFF, "x", ""));
  assert_true(step(CAL_ENTRY_RECIPE, "a", "") && step(CAL_ENTRY_RECIPE, "x", ""));
  assert_true(step(CAL_ENTRY_MAP, TAG " a", "") && step(CAL_ENTRY_MAP, TAG " x", ""));
  assert_int_equal(context.n_foods, 2);
  assert_int_equal(context.n_recipes, 2);
  assert_int_equal(context.n_maps, 2);
  assert_null(cal_context_food(&context, "a"));
  assert_null(cal_context_recipe(&context, "a"));
  assert_null(cal_context_mapped(&context, &tag, "a"));
  for (size_t i = 1; i < 3; i++) {
    assert_string_equal(cal_context_food(&context, names[i])->name, names[i]);
    assert_string_equal(cal_context_recipe(&context, names[i])->name, names[i]);
    assert_string_equal(cal_context_mapped(&context, &tag, names[i])->name, names[i]);
  }
  assert_false(cal_context_eaten(&context, "a", &eaten));
  assert_true(cal_context_eaten(&context, "b", &eaten));
  assert_true(step(CAL_ENTRY_FOODSTUFF, "b", ""));
  assert_true(cal_context_eaten(&context, "b", &eaten)); /* the recipe of that name */
}

static void
test_slots_that_are_none(void **state)
{
  (void)state;
  static const char *const bad[] = {
    TAG, TAG " ", " 1", "AA:BB 1", TAG " 1 2", TAG " a-slot-that-is-longer-than-any-slot-can-be"
  };
  CalAddress tag;
  char slot[CAL_SLOT_SIZE];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(cal_slot_parse(bad[i], &tag, slot));
  assert_true(cal_slot_parse(TAG " 1-double", &tag, slot));
  assert_string_equal(slot, "1-double");
}

/* A single letter is something, and never taken for nothing. */
static void
test_values_of_one_letter(void **state)
{
  (void)state;
  assert_true(step(CAL_ENTRY_PRODUCT, "d3", "d=2000IU"));
  assert_true(step(CAL_ENTRY_FOODSTUFF, "egg", "portion=50g d=82IU"));
  assert_true(step(CAL_ENTRY_RECIPE, "omelette", "egg 100g"));
  static const Row rows[] = {
    { CAL_ENTRY_PRODUCT, "d3", "x", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_FOODSTUFF, "egg", "x", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_RECIPE, "omelette", "x", CAL_REFUSAL_MISSING },
    { CAL_ENTRY_MAP, TAG " 1", "x", CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_PROFILE, "sex", "x", CAL_REFUSAL_UNKNOWN_NAME },
  };
  check_rows(rows, sizeof rows / sizeof *rows);
  assert_false(step(CAL_ENTRY_PRODUCT, "d3", "x"));
  assert_false(step(CAL_ENTRY_FOODSTUFF, "egg", "x"));
  assert_false(step(CAL_ENTRY_RECIPE, "omelette", "x"));
  assert_true(step(CAL_ENTRY_MAP, TAG " 1", "x"));
  assert_int_equal(context.n_maps, 1);
}

/* Each number and word of sun by hand at its last value, and one behind. */
static void
test_sun_by_hand_at_its_bounds(void **state)
{
  (void)state;
  static const Row rows[] = {
    { CAL_ENTRY_SUN, "", "12h", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "721min", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_SUN, "", "1min uvi=45", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "1min uvi=45.1", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_SUN, "", "1min uvi=0", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "1min uvi=-0.1", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_SUN, "", "1min uvi=x", CAL_REFUSAL_NO_NUMBER },
    { CAL_ENTRY_SUN, "", "1min uvi=1.0000000000000000000000000", CAL_REFUSAL_NO_NUMBER },
    { CAL_ENTRY_SUN, "", "1min sky=1", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "1min sky=1.01", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_SUN, "", "1min sky=0", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "1min sky=overcast", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "1min sky=a-sky-of-a-long-name", CAL_REFUSAL_NO_NUMBER },
    { CAL_ENTRY_SUN, "", "1min spf=1", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "1min spf=0.9", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_SUN, "", "1min spf=100", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "1min spf=100.1", CAL_REFUSAL_OUT_OF_RANGE },
    { CAL_ENTRY_SUN, "", "1min wearing=Arms", CAL_REFUSAL_NONE },
    { CAL_ENTRY_SUN, "", "1min wearing=" LONG_NAME, CAL_REFUSAL_UNKNOWN_NAME },
    { CAL_ENTRY_SUN, "", "1min spf", CAL_REFUSAL_UNEXPECTED },
    { CAL_ENTRY_SUN, "", "1.00000000000000000000000min", CAL_REFUSAL_NO_NUMBER },
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(test_example, setup),
    cmocka_unit_test_setup(test_products_come_change_and_go, setup),
    cmocka_unit_test_setup(test_the_phase_of_an_interval_survives_edits, setup),
    cmocka_unit_test_setup(test_the_phase_begins_with_the_local_date, setup),
    cmocka_unit_test_setup(test_foods, setup),
    cmocka_unit_test_setup(test_the_longest_names, setup),
    cmocka_unit_test_setup(test_maps, setup),
    cmocka_unit_test_setup(test_a_role_that_was_guessed, setup),
    cmocka_unit_test_setup(test_roles_that_nobody_gave, setup),
    cmocka_unit_test_setup(test_what_a_tag_is, setup),
    cmocka_unit_test_setup(test_letting_a_tag_go, setup),
    cmocka_unit_test_setup(test_permission, setup),
    cmocka_unit_test_setup(test_where_somebody_is, setup),
    cmocka_unit_test_setup(test_there_is_an_end_to_room, setup),
    cmocka_unit_test_setup(test_a_tag_that_was_let_go_makes_room, setup),
    cmocka_unit_test_setup(test_what_is_no_setting_changes_nothing, setup),
    cmocka_unit_test_setup(test_what_happened_is_checked, setup),
    cmocka_unit_test_setup(test_each_word_of_what_happened_is_checked, setup),
    cmocka_unit_test_setup(test_settings_are_checked, setup),
    cmocka_unit_test(test_a_copy_says_the_same),
    cmocka_unit_test_setup(test_names_that_are_too_long, setup),
    cmocka_unit_test_setup(test_recipes_are_checked, setup),
    cmocka_unit_test_setup(test_what_there_is_no_room_for_is_refused, setup),
    cmocka_unit_test_setup(test_a_blood_test_at_its_bound, setup),
    cmocka_unit_test_setup(test_the_nearest_names_are_offered, setup),
    cmocka_unit_test_setup(test_a_long_word_is_cut_between_letters, setup),
    cmocka_unit_test_setup(test_words_of_settings_at_their_bounds, setup),
    cmocka_unit_test_setup(test_foods_recipes_and_maps_go, setup),
    cmocka_unit_test_setup(test_slots_that_are_none, setup),
    cmocka_unit_test_setup(test_values_of_one_letter, setup),
    cmocka_unit_test_setup(test_sun_by_hand_at_its_bounds, setup),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
