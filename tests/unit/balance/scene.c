/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"
#include "story.h"

#define MIDNIGHT (ROWS_TODAY * INT64_C(86400))

/* NAME[@FIRST[-LAST]]=TEXT */
typedef struct Word {
  char name[24];
  char text[128];
  double number; /* of the text, NAN when it is none */
  bool is_yes;
  bool has_range;
  size_t first, last; /* days ago; seconds ago where something is swallowed */
} Word;

/* What was swallowed today; too large to be part of each scene. */
static Story story;

static CalDayResult *
today(Scene *scene)
{
  return &scene->row[scene->n_rows - 1];
}

void
scene_begin(Scene *scene)
{
  memset(scene, 0, sizeof *scene);
  cal_context_init(&scene->context);
  scene->n_rows = cal_finding_rows(&scene->context);
  rows_fill(scene->row, scene->n_rows, ROWS_TODAY);
  rows_profile(&scene->context, "place 52.5,13.4");
  rows_profile(&scene->context, "phototype 3");
  rows_profile(&scene->context, "birth-year 1990");
  rows_profile(&scene->context, "sex female");
  scene->input = (CalFindingInput){ .now = ROWS_NOW,
                                    .started = ROWS_NOW - 3600,
                                    .utc_offset_s = 7200,
                                    .tag = &scene->tag,
                                    .radio_since = ROWS_NOW - 30 * 86400,
                                    .standing = &scene->standing };
  scene->tag.bond_since = scene->tag.clock_since = CAL_INSTANT_NONE;
}

/* -- A person -- */

static bool
set(Scene *scene, char *setting)
{
  char *const value = strchr(setting, ' ');
  if (value == NULL)
    return false;
  *value = '\0';
  return cal_profile_set(&scene->context.profile, setting, strcmp(value + 1, "unset") == 0 ? "" : value + 1,
                         CAL_WAY_HAND, ROWS_NOW, ROWS_NOW, NULL);
}

bool
scene_person(Scene *scene, const char *settings)
{
  char copy[256], *at = copy;
  if (strcmp(settings, "-") == 0)
    return true;
  if (strlen(settings) >= sizeof copy)
    return false;
  snprintf(copy, sizeof copy, "%s", settings);
  while (at != NULL) {
    char *const end = strstr(at, "; ");
    if (end != NULL)
      *end = '\0';
    if (!set(scene, at))
      return false;
    at = end == NULL ? NULL : end + 2;
  }
  return true;
}

/* -- Words about days -- */

static void
put(CalNutrients *nutrients, CalNutrient nutrient, const Word *word)
{
  const uint32_t bit = 1u << nutrient;
  nutrients->amount[nutrient] = isnan(word->number) ? 0 : word->number;
  nutrients->unknown = isnan(word->number) ? nutrients->unknown | bit : nutrients->unknown & ~bit;
}

/* "food.d", "supp.mk7" */
static bool
tell_amount(CalDayResult *day, const Word *word)
{
  CalNutrient nutrient;
  if (strncmp(word->name, "food.", 5) != 0 && strncmp(word->name, "supp.", 5) != 0)
    return false;
  if (!cal_nutrient_parse(word->name + 5, &nutrient))
    return false;
  put(word->name[0] == 'f' ? &day->food : &day->supplement, nutrient, word);
  return true;
}

static void
tell_sun(CalDayResult *day, const Word *word)
{
  day->sun.iu = word->number;
  day->sun.iu_low = word->number / 2;
  day->sun.iu_high = word->number * 2;
}

static void
tell_sun_high(CalDayResult *day, const Word *word)
{
  day->sun.iu_high = word->number;
}

static void
tell_known(CalDayResult *day, const Word *word)
{
  day->known = day->closed = word->is_yes;
}

static void
tell_closed(CalDayResult *day, const Word *word)
{
  day->closed = word->is_yes;
}

static void
tell_k2_food(CalDayResult *day, const Word *word)
{
  day->k2_food = word->is_yes;
}

static void
tell_natto(CalDayResult *day, const Word *word)
{
  day->natto = word->is_yes;
}

static void
tell_interval(CalDayResult *day, const Word *word)
{
  day->interval_d_iu = word->number;
}

static void
tell_doubt(CalDayResult *day, const Word *word)
{
  day->n_doubts = word->is_yes ? 1 : 0;
  snprintf(day->doubt[0].id, sizeof day->doubt[0].id, "u:1");
}

static const struct {
  const char *name;
  void (*tell)(CalDayResult *day, const Word *word);
} of_days[] = {
  { "sun", tell_sun },           { "sun-high", tell_sun_high }, { "known", tell_known },
  { "closed", tell_closed },     { "k2-food", tell_k2_food },   { "natto", tell_natto },
  { "interval", tell_interval }, { "doubt", tell_doubt },
};

static bool
tell_day(CalDayResult *day, const Word *word)
{
  for (size_t i = 0; i < sizeof of_days / sizeof *of_days; i++)
    if (strcmp(of_days[i].name, word->name) == 0) {
      of_days[i].tell(day, word);
      return true;
    }
  return tell_amount(day, word);
}

/* All days, or those that were named. */
static bool
tell_days(Scene *scene, const Word *word)
{
  const size_t last = word->has_range ? word->last : scene->n_rows - 1;
  for (size_t ago = word->has_range ? word->first : 0; ago <= last; ago++)
    if (ago >= scene->n_rows || !tell_day(&scene->row[scene->n_rows - 1 - ago], word))
      return false;
  return true;
}

/* -- Words about now -- */

static void
tell_hour(Scene *scene, const Word *word)
{
  scene->input.now = MIDNIGHT + (CalInstant)(word->number * 3600);
}

static void
tell_every(Scene *scene, const Word *word)
{
  char value[32];
  snprintf(value, sizeof value, "d=1000IU every=%dd", (int)word->number);
  scene->context.n_products = 1;
  if (!cal_product_parse(value, &scene->context.product[0], NULL))
    abort();
  scene->n_rows = cal_finding_rows(&scene->context);
  rows_fill(scene->row, scene->n_rows, ROWS_TODAY);
}

static void
tell_burst(Scene *scene, const Word *word)
{
  today(scene)->calcium_burst_mg = word->number;
}

static void
tell_uvi(Scene *scene, const Word *word)
{
  today(scene)->newest = (CalDayNewest){ scene->input.now - 60, word->number };
}

static void
tell_med(Scene *scene, const Word *word)
{
  today(scene)->sun.med_fraction = word->number;
  today(scene)->newest = (CalDayNewest){ scene->input.now - 60, 1 };
}

static void
tell_newest(Scene *scene, const Word *word)
{
  today(scene)->newest.end =
      isnan(word->number) ? CAL_INSTANT_NONE : scene->input.now - (CalInstant)word->number;
}

static CalDueDose *
add_dose(Scene *scene, CalInstant due)
{
  CalDueDose *const dose = &today(scene)->dose[today(scene)->n_doses++];
  *dose = (CalDueDose){ .product = "d3", .due = due, .minute = 720, .filled = CAL_INSTANT_NONE };
  return dose;
}

static void
tell_due(Scene *scene, const Word *word)
{
  add_dose(scene, scene->input.now - (CalInstant)word->number);
}

static void
tell_taken(Scene *scene, const Word *word)
{
  const CalInstant at = scene->input.now - (CalInstant)word->number;
  add_dose(scene, at)->filled = at;
}

static void
tell_coming(Scene *scene, const Word *word)
{
  CalProduct *const product = &scene->context.product[0];
  scene->context.n_products = 1;
  *product = (CalProduct){ .name = "d3", .every_days = 1 };
  product->serving.amount[CAL_NUTRIENT_VITAMIN_D] = word->number;
  add_dose(scene, scene->input.now + 3600);
}

/* -- Words about tags, the radio, the disk -- */

static void
tell_tag(Scene *scene, const Word *word)
{
  (void)word;
  if (!cal_address_parse(SCENE_ADDRESS, &scene->tag.address))
    abort();
  scene->tag.battery_percent = -1;
  scene->tag.last_seen = scene->input.now;
  scene->input.n_tags = 1;
}

static void
tell_battery(Scene *scene, const Word *word)
{
  tell_tag(scene, word);
  scene->tag.battery_percent = (int)word->number;
}

static void
tell_silent(Scene *scene, const Word *word)
{
  tell_tag(scene, word);
  scene->tag.last_seen = scene->input.now - (CalInstant)word->number;
}

static void
tell_never_heard(Scene *scene, const Word *word)
{
  tell_tag(scene, word);
  scene->tag.last_seen = CAL_INSTANT_NONE;
  scene->input.started = scene->input.now - (CalInstant)word->number;
}

static void
tell_lost(Scene *scene, const Word *word)
{
  tell_tag(scene, word);
  scene->tag.lost = (uint64_t)word->number;
}

static void
tell_counter(Scene *scene, const Word *word)
{
  tell_tag(scene, word);
  scene->tag.asks_counter = word->is_yes;
}

static void
tell_bond_lost(Scene *scene, const Word *word)
{
  tell_tag(scene, word);
  scene->tag.bond = CAL_TAG_BOND_LOST;
  scene->tag.bond_since = scene->input.now - (CalInstant)word->number;
}

static void
tell_bond_holds(Scene *scene, const Word *word)
{
  tell_tag(scene, word);
  scene->tag.bond = word->is_yes ? CAL_TAG_BOND_HOLDS : CAL_TAG_BOND_UNKNOWN;
}

static void
tell_undated(Scene *scene, const Word *word)
{
  tell_tag(scene, word);
  scene->tag.undated = 1;
  scene->tag.clock_since = scene->input.now - (CalInstant)word->number;
}

static void
tell_clock_alone(Scene *scene, const Word *word)
{
  tell_tag(scene, word);
  scene->tag.clock_left_alone = true;
  scene->tag.clock_since = scene->input.now - (CalInstant)word->number;
}

static CalDaySight *
sight_of(Scene *scene, const Word *word)
{
  tell_tag(scene, word);
  today(scene)->n_sights = 1;
  today(scene)->sight[0].tag = scene->tag.address;
  return &today(scene)->sight[0];
}

static void
tell_doubtful(Scene *scene, const Word *word)
{
  sight_of(scene, word)->longest = (uint32_t)word->number;
}

static void
tell_same(Scene *scene, const Word *word)
{
  sight_of(scene, word)->longest_same_s = (int64_t)word->number;
}

static void
tell_radio_off(Scene *scene, const Word *word)
{
  scene->input.radio = CAL_RADIO_STATE_OFF;
  scene->input.radio_since = scene->input.now - (CalInstant)word->number;
}

static void
tell_radio_on(Scene *scene, const Word *word)
{
  scene->input.radio_since = scene->input.now - (CalInstant)word->number;
}

static void
tell_disk(Scene *scene, const Word *word)
{
  scene->input.ledger_trouble = !word->is_yes;
}

/* -- Words about a plan -- */

/* A window whose best hour is now; from its beginning it takes so many minutes. */
static void
tell_window(Scene *scene, const Word *word)
{
  CalPlan *const plan = &scene->plan;
  plan->date = ROWS_TODAY;
  plan->target_iu = 600;
  plan->gap_iu = 500;
  plan->sky_ratio = NAN;
  plan->n_windows = 1;
  plan->window[0].starts = (CalSpan){ scene->input.now - 7200, scene->input.now + 3600 };
  plan->window[0].best = scene->input.now;
  plan->window[0].first_minutes = word->number;
  plan->window[0].first_half_med_minutes = 200;
  scene->input.plan = plan;
}

static void
tell_best_in(Scene *scene, const Word *word)
{
  CalPlanWindow *const window = &scene->plan.window[0];
  window->best = scene->input.now + (CalInstant)word->number;
  window->starts = (CalSpan){ window->best - 7200, window->best + 3600 };
}

static void
tell_ends_in(Scene *scene, const Word *word)
{
  scene->plan.window[0].starts.end = scene->input.now + (CalInstant)word->number;
}

static void
tell_place(Scene *scene, const Word *word)
{
  scene->plan.origin = word->is_yes ? CAL_PLACE_KNOWN : CAL_PLACE_GUESS;
}

/* -- What stood before -- */

static const char *
subject_of(const char *text, const char *date)
{
  if (strcmp(text, "today") == 0)
    return date;
  if (strcmp(text, "tag") == 0)
    return SCENE_ADDRESS;
  return strcmp(text, "-") == 0 ? "" : text;
}

static void
tell_stood(Scene *scene, const Word *word)
{
  char date[11];
  cal_date_format(ROWS_TODAY, date);
  const char *const subject = subject_of(word->text, date);
  if (strlen(subject) >= sizeof scene->standing.subject)
    abort();
  memcpy(scene->standing.subject, subject, strlen(subject) + 1);
  scene->input.n_standing = 1;
}

/* -- What was swallowed today, through the fold -- */

static CalInstant
story_instant(const Word *word)
{
  return ROWS_NOW - (CalInstant)word->first;
}

/* "d=1000IU,at=08:00": what entries have spaces between. */
static void
value_of(const Word *word, char *value, size_t size)
{
  snprintf(value, size, "%s", word->text);
  for (char *comma = value; (comma = strchr(comma, ',')) != NULL;)
    *comma = ' ';
}

/* The same contents are the same product. */
static void
take(const Word *word, CalWay way)
{
  char value[sizeof word->text], name[sizeof word->text];
  value_of(word, value, sizeof value);
  snprintf(name, sizeof name, "%s", word->text);
  for (char *equals = name; (equals = strchr(equals, '=')) != NULL;)
    *equals = '-';
  story_entry(&story, CAL_ENTRY_PRODUCT, CAL_CONTEXT_ALWAYS, name, value);
  story_entry_by(&story, way, CAL_ENTRY_TAKE, story_instant(word), name, "1");
}

static void
tell_hand(Scene *scene, const Word *word)
{
  (void)scene;
  take(word, CAL_WAY_HAND);
}

static void
tell_bubble(Scene *scene, const Word *word)
{
  (void)scene;
  take(word, CAL_WAY_BUBBLE);
}

static void
tell_eaten(Scene *scene, const Word *word)
{
  (void)scene;
  char value[sizeof word->text];
  value_of(word, value, sizeof value);
  story_entry(&story, CAL_ENTRY_FOODSTUFF, CAL_CONTEXT_ALWAYS, "food", value);
  story_entry(&story, CAL_ENTRY_FOOD, story_instant(word), "food", "100g");
}

/* The fold's day beside what the words said of it. */
static void
fold_today(Scene *scene)
{
  static CalDayResult folded;
  CalDayResult *const day = today(scene);
  story_fold(&story, ROWS_TODAY - STORY_DATE, &folded);
  cal_nutrients_add(&day->supplement, &folded.supplement, 1);
  cal_nutrients_add(&day->food, &folded.food, 1);
  day->interval_d_iu += folded.interval_d_iu;
  day->calcium_burst_mg = folded.calcium_burst_mg;
  day->k2_food = day->k2_food || folded.k2_food;
  day->natto = day->natto || folded.natto;
  day->n_doubts = folded.n_doubts;
  memcpy(day->doubt, folded.doubt, sizeof day->doubt);
}

static const struct {
  const char *name;
  void (*tell)(Scene *scene, const Word *word);
} of_now[] = {
  { "hour", tell_hour },
  { "every", tell_every },
  { "burst", tell_burst },
  { "uvi", tell_uvi },
  { "med", tell_med },
  { "newest-s", tell_newest },
  { "due-s", tell_due },
  { "taken-s", tell_taken },
  { "coming", tell_coming },
  { "tag", tell_tag },
  { "battery", tell_battery },
  { "silent-s", tell_silent },
  { "never-heard-s", tell_never_heard },
  { "lost", tell_lost },
  { "counter", tell_counter },
  { "bond-lost-s", tell_bond_lost },
  { "bond-holds", tell_bond_holds },
  { "undated-s", tell_undated },
  { "clock-alone-s", tell_clock_alone },
  { "doubtful", tell_doubtful },
  { "same-s", tell_same },
  { "radio-off-s", tell_radio_off },
  { "radio-on-s", tell_radio_on },
  { "disk", tell_disk },
  { "window", tell_window },
  { "best-in-s", tell_best_in },
  { "ends-in-s", tell_ends_in },
  { "place", tell_place },
  { "stood", tell_stood },
  { "hand", tell_hand },
  { "bubble", tell_bubble },
  { "eaten", tell_eaten },
};

/* -- Words -- */

static bool
read_word(const char *text, size_t length, Word *word)
{
  char copy[192];
  if (length >= sizeof copy)
    return false;
  memset(word, 0, sizeof *word);
  snprintf(copy, sizeof copy, "%.*s", (int)length, text);
  char *const equals = strchr(copy, '=');
  if (equals == NULL || strlen(equals + 1) >= sizeof word->text)
    return false;
  *equals = '\0';
  snprintf(word->text, sizeof word->text, "%s", equals + 1);
  char *end = word->text;
  word->number = strtod(word->text, &end);
  if (end == word->text || *end != '\0')
    word->number = NAN;
  word->is_yes = strcmp(word->text, "yes") == 0;
  const int n = sscanf(copy, "%23[^@]@%zu-%zu", word->name, &word->first, &word->last);
  word->has_range = n >= 2;
  if (n == 2)
    word->last = word->first;
  return n >= 1;
}

static bool
tell(Scene *scene, const Word *word)
{
  for (size_t i = 0; i < sizeof of_now / sizeof *of_now; i++)
    if (strcmp(of_now[i].name, word->name) == 0) {
      of_now[i].tell(scene, word);
      return true;
    }
  return tell_days(scene, word);
}

bool
scene_tell(Scene *scene, const char *words)
{
  story_begin(&story);
  for (const char *at = words + strspn(words, " "); *at != '\0';) {
    const size_t length = strcspn(at, " ");
    Word word;
    if (!read_word(at, length, &word) || !tell(scene, &word))
      return false;
    at += length;
    at += strspn(at, " ");
  }
  if (story.n > 0)
    fold_today(scene);
  return true;
}
