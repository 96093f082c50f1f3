/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <calcifer/message.h>
#include <calcifer/profile.h>

#include "../../../lib/message/text.h"
#include "../balance/rows.h"

/* A finding as the finders make it: numbers that are told apart in the text. */
static CalFinding
made(CalCode code, uint32_t audience)
{
  const CalCodeFacts *const facts = cal_code_facts(code);
  CalFinding finding = { .code = code, .severity = facts->severity, .measure = facts->measure };
  finding.audience = audience;
  finding.value = 412;
  finding.reference = 567;
  finding.other = 789;
  finding.days = 14;
  finding.known_days = 11;
  finding.minute = 8 * 60 + 5;
  finding.when = CAL_INSTANT_NONE;
  snprintf(finding.subject, sizeof finding.subject, "2026-06-11");
  snprintf(finding.about, sizeof finding.about, "d3k2");
  return finding;
}

static void
test_example(void **state)
{
  (void)state;
  CalFinding finding = made(CAL_CODE_SUN_HALF, 0);
  CalMessage message;
  finding.reference = 0.5;
  cal_message_finding(&finding, false, &message);
  assert_string_equal(message.summary, "Half of a sunburn dose");
}

static bool
says(const char *text, const char *what)
{
  return strstr(text, what) != NULL;
}

static bool
says_any(const char *text, const char *const *words, size_t n, const char **which)
{
  for (size_t i = 0; i < n; i++)
    if (says(text, words[i])) {
      *which = words[i];
      return true;
    }
  return false;
}

/* -- The number, the reference, one thing to do -- */

static const struct {
  CalCode code;
  uint32_t flags;
  double value, reference;
  const char *number, *held_against, *to_do;
} sentences[] = {
  { CAL_CODE_D_LOW, 0, 412, 600, "412 IU", "600 IU", "Oily fish" },
  { CAL_CODE_D_HIGH, 0, 4100, 4000, "4100 IU", "4000 IU", "Ask a doctor or pharmacist" },
  { CAL_CODE_D_VERY_HIGH, 0, 20000, 10000, "20000 IU", "10000 IU", "Check the entry" },
  { CAL_CODE_D_WITHOUT_K2, 0, 2500, 2000, "2500 IU", "2000 IU", "Hard cheese" },
  { CAL_CODE_D_WITHOUT_MAGNESIUM, 0, 200, 255, "200 mg", "255 mg", "Pumpkin seeds" },
  { CAL_CODE_CA_HIGH, 0, 2100, 2000, "2100 mg", "2000 mg", "Ask a doctor or pharmacist" },
  { CAL_CODE_CA_SUPPLEMENT_HIGH, 0, 1100, 1000, "1100 mg", "1000 mg", "Ask a doctor or pharmacist" },
  { CAL_CODE_CA_SUPPLEMENT_HIGH, CAL_FINDING_BURST, 600, 500, "600 mg", "500 mg", "Spread it" },
  { CAL_CODE_CA_MG_RATIO, 0, 3.4, 3, "3.4 to 1", "above 3.0", "Pumpkin seeds" },
  { CAL_CODE_MG_LOW, 0, 200, 255, "200 mg", "255 mg", "Pumpkin seeds" },
  { CAL_CODE_MG_SUPPLEMENT_HIGH, 0, 400, 350, "400 mg", "350 mg", "Ask a doctor or pharmacist" },
  { CAL_CODE_K_STEADY, 0, 150, 90, "150 µg", "from 90", "Tell the clinic that checks your INR" },
  { CAL_CODE_K_STEADY, CAL_FINDING_K2, 15, 9, "K2 went from 9", "15 µg", "Tell the clinic" },
  { CAL_CODE_K_STEADY, CAL_FINDING_CHANGED, 15, 0, "begun or stopped", "", "Tell the clinic" },
  { CAL_CODE_K_STEADY, CAL_FINDING_NATTO, NAN, NAN, "Natto", "", "Tell the clinic" },
  { CAL_CODE_SAME_DOSE, 0, NAN, NAN, "08:05", "", "Until you answer" },
  { CAL_CODE_SUN_HALF, 0, 0.56, 0.5, "56 %", "50 %", "Shade or clothing" },
  { CAL_CODE_SUN_NEAR, 0, 0.86, 0.8, "86 %", "80 %", "Cover up" },
  { CAL_CODE_SUN_BURN, 0, 1.06, 1, "106 %", "100 %", "Leave the sun" },
  { CAL_CODE_SUN_BURN, CAL_FINDING_BOUND, 1.06, 1, "At least 106 %", "100 %", "Leave the sun" },
  { CAL_CODE_SUN_BURN, CAL_FINDING_PAST, 1.06, 1, "106 %", "100 %", "Stay covered" },
  { CAL_CODE_SUN_BURN, CAL_FINDING_PAST | CAL_FINDING_BOUND, 1.06, 1, "at least 106 %", "100 %",
    "Stay covered" },
  { CAL_CODE_SUN_PROTECT, 0, 4.2, 3, "4.2", "from 3", "sunscreen" },
  { CAL_CODE_SUN_WINDOW, CAL_FINDING_CLEAR, 14, 40, "Under a clear sky about 14 min", "before 40 min",
    "Cover up" },
  { CAL_CODE_SUN_WINDOW, CAL_FINDING_AMBIENT, 14, NAN, "About 14 min", "not reached", "outside" },
  { CAL_CODE_INTAKE_MISSED, 0, 75, 60, "08:05", "", "If you took it" },
  { CAL_CODE_TAG_BATTERY, 0, 12, 20, "12 %", "20 %", "a new one" },
  { CAL_CODE_TAG_SILENT, 0, 30, 24, "30 hours", "from 24", "Bring it near" },
  { CAL_CODE_RECORDS_LOST, 0, 3, NAN, "3 records", "", "Bring the tag near" },
  { CAL_CODE_BLUETOOTH_OFF, 0, NAN, NAN, "", "", "Switch Bluetooth on" },
  { CAL_CODE_LEDGER_TROUBLE, 0, NAN, NAN, "", "", "calciferctl doctor" },
  { CAL_CODE_TAG_COUNTER, 0, NAN, NAN, "", "", "type: calciferctl tags counter" },
  { CAL_CODE_TAG_PLACE, 0, 4, 3, "4 readings", "from 3", "type: calciferctl profile set place" },
  { CAL_CODE_TAG_STUCK, 0, 3.5, 3, "3.5 hours", "from 3", "Look whether its sensor" },
  { CAL_CODE_TAG_BOND, 0, NAN, NAN, "", "tags adopt 2026-06-11", "Hold its button for 5 seconds" },
  { CAL_CODE_TAG_CLOCK, 0, NAN, NAN, "789 records", "", "type: calciferctl tags date" },
  { CAL_CODE_TAG_CLOCK, CAL_FINDING_ALONE, NAN, NAN, "", "left alone", "timedatectl set-ntp true" },
};

#define N_SENTENCES (sizeof sentences / sizeof *sentences)

static CalFinding
sentence(size_t i, uint32_t audience)
{
  CalFinding finding = made(sentences[i].code, audience);
  finding.flags = sentences[i].flags;
  finding.value = sentences[i].value;
  finding.reference = sentences[i].reference;
  return finding;
}

static void
test_number_reference_and_one_thing_to_do(void **state)
{
  (void)state;
  for (size_t i = 0; i < N_SENTENCES; i++) {
    const CalFinding finding = sentence(i, 0);
    CalMessage message;
    cal_message_finding(&finding, false, &message);
    assert_true(message.summary[0] != '\0');
    if (!says(message.body, sentences[i].number) || !says(message.body, sentences[i].held_against) ||
        !says(message.body, sentences[i].to_do))
      fail_msg("%s: %s", cal_code_name(finding.code), message.body);
    assert_false(says(message.body, "nan") || says(message.summary, "nan"));
  }
}

/* A summary names the threshold that was reached, which may be the person's own. */
static void
test_summaries_of_sun(void **state)
{
  (void)state;
  static const struct {
    CalCode code;
    double threshold;
    const char *summary;
  } rows[] = {
    { CAL_CODE_SUN_HALF, 0.5, "Half of a sunburn dose" },
    { CAL_CODE_SUN_HALF, 0.25, "A quarter of a sunburn dose" },
    { CAL_CODE_SUN_HALF, 0.3, "Part of a sunburn dose" },
    { CAL_CODE_SUN_HALF, 0.50497, "Half of a sunburn dose" }, /* as it is shown in whole hundredths */
    { CAL_CODE_SUN_HALF, 0.50503, "Part of a sunburn dose" },
    { CAL_CODE_SUN_HALF, 0.49503, "Half of a sunburn dose" },
    { CAL_CODE_SUN_HALF, 0.49497, "Part of a sunburn dose" },
    { CAL_CODE_SUN_HALF, 0.25497, "A quarter of a sunburn dose" },
    { CAL_CODE_SUN_HALF, 0.25503, "Part of a sunburn dose" },
    { CAL_CODE_SUN_HALF, 0.24503, "A quarter of a sunburn dose" },
    { CAL_CODE_SUN_HALF, 0.24497, "Part of a sunburn dose" },
    { CAL_CODE_SUN_BURN, 1, "Sunburn dose reached" },
    { CAL_CODE_SUN_BURN, 0.5, "Too much sun for you" },
    { CAL_CODE_SUN_NEAR, 0.8, "Close to a sunburn" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalFinding finding = made(rows[i].code, 0);
    CalMessage message;
    finding.value = finding.reference = rows[i].threshold;
    cal_message_finding(&finding, false, &message);
    assert_string_equal(message.summary, rows[i].summary);
  }
}

/* An hour is one as it is shown, and what no tag can have lost is not counted to the last. */
static void
test_one_and_many(void **state)
{
  (void)state;
  static const struct {
    CalCode code;
    double n;
    const char *says;
  } rows[] = {
    { CAL_CODE_TAG_SILENT, 0.495, " hours," },
    { CAL_CODE_TAG_SILENT, 0.5, " hour," },
    { CAL_CODE_TAG_SILENT, 1.49, "1 hour," },
    { CAL_CODE_TAG_SILENT, 1.5, "2 hours," },
    { CAL_CODE_RECORDS_LOST, 1, "1 record will" },
    { CAL_CODE_RECORDS_LOST, 2, "2 records will" },
    { CAL_CODE_RECORDS_LOST, 995000000, "995000000 records" },
    { CAL_CODE_RECORDS_LOST, 1005000000, "1000000000 records" },
    { CAL_CODE_TAG_CLOCK, 995000000, "995000000 records" },
    { CAL_CODE_TAG_CLOCK, 1005000000, "1000000000 records" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalFinding finding = made(rows[i].code, 0);
    CalMessage message;
    finding.value = finding.other = rows[i].n;
    cal_message_finding(&finding, false, &message);
    if (!says(message.body, rows[i].says))
      fail_msg("not \"%s\": %s", rows[i].says, message.body);
  }
}

static void
test_every_code_has_its_sentence(void **state)
{
  (void)state;
  for (int code = 0; code < CAL_CODE_COUNT; code++) {
    bool covered = false;
    for (size_t i = 0; i < N_SENTENCES; i++)
      covered = covered || sentences[i].code == (CalCode)code;
    assert_true(covered);
  }
}

static void
test_signs_stand_with_too_much_vitamin_d(void **state)
{
  (void)state;
  static const char *const signs[] = { "thirst",       "frequent urination", "nausea",
                                       "constipation", "confusion",          "weakness" };
  for (size_t i = 1; i <= 2; i++) {
    const CalFinding finding = sentence(i, 0);
    CalMessage message;
    cal_message_finding(&finding, false, &message);
    for (size_t j = 0; j < sizeof signs / sizeof *signs; j++)
      assert_true(says(message.body, signs[j]));
  }
}

/* Midnight is a time of day. */
static void
test_a_dose_at_midnight(void **state)
{
  (void)state;
  CalFinding finding = made(CAL_CODE_INTAKE_MISSED, 0);
  CalMessage message;
  finding.minute = 0;
  cal_message_finding(&finding, false, &message);
  assert_true(says(message.body, "00:00"));
}

/* A restored alert has no numbers until it is found again. */
static void
test_a_finding_without_numbers(void **state)
{
  (void)state;
  for (int code = 0; code < CAL_CODE_COUNT; code++) {
    CalFinding finding = made((CalCode)code, 0);
    CalMessage message;
    finding.value = finding.reference = finding.other = NAN;
    finding.minute = -1;
    cal_message_finding(&finding, false, &message);
    assert_false(says(message.body, "nan"));
    assert_false(says(message.body, "23:59"));
  }
}

/* -- Who is spoken to differently -- */

/* What nobody of an audience may be told, in lower-case and capital letters as it would stand. */
static const char *const sun_words[] = { "midday sun", "some sun", "into the sun", "minutes of sun" };
static const char *const more_words[] = {
  "bring it.",  "bring magnesium", "comes last", "better source", "milk",      "fish",
  "mushroom",   "Pumpkin",         "almond",     "cheese",        "natto",     "oats",
  "sauerkraut", "midday sun",      "lentils",    "Take",          "take more", "Spread",
};
static const char *const k_words[] = { "natto",      "cheese", "sauerkraut", "spinach", "kale",
                                       "K2 advised", "beans",  "nuts",       "broccoli" };
static const char *const pregnant_words[] = { "liver", "brie", "Brie", "camembert", "raw", "sushi", "egg" };

/* All sets of audience bits with every sentence; findings carry the bits that matter to their code. */
static void
test_nobody_is_told_what_is_not_for_them(void **state)
{
  (void)state;
  static const struct {
    uint32_t audience;
    const char *const *words;
    size_t n;
  } rules[] = {
    { CAL_AUDIENCE_NO_SUN | CAL_AUDIENCE_SUN_UNSET, sun_words, sizeof sun_words / sizeof *sun_words },
    { CAL_AUDIENCE_NO_MORE, more_words, sizeof more_words / sizeof *more_words },
    { CAL_AUDIENCE_STEADY_K, k_words, sizeof k_words / sizeof *k_words },
    { CAL_AUDIENCE_PREGNANT, pregnant_words, sizeof pregnant_words / sizeof *pregnant_words },
  };
  for (uint32_t audience = 0; audience < CAL_AUDIENCE_PRIVATE; audience++)
    for (size_t i = 0; i < N_SENTENCES; i++) {
      const CalCodeAudience means = cal_audience_code(sentences[i].code);
      if ((audience & means.silenced) != 0 || (means.only != 0 && (audience & means.only) == 0))
        continue;
      const CalFinding finding = sentence(i, audience & (means.only | means.reworded | means.halved));
      CalMessage message;
      cal_message_finding(&finding, false, &message);
      for (size_t j = 0; j < sizeof rules / sizeof *rules; j++) {
        const char *which = NULL;
        if ((audience & rules[j].audience) != 0 && says_any(message.body, rules[j].words, rules[j].n, &which))
          fail_msg("%s, audience %#x, says \"%s\": %s", cal_code_name(finding.code), audience, which,
                   message.body);
      }
      if ((audience & CAL_AUDIENCE_ASK_KIDNEY) != 0 && (means.reworded & CAL_AUDIENCE_ASK_KIDNEY) != 0 &&
          finding.code != CAL_CODE_D_VERY_HIGH)
        assert_true(says(message.body, "Ask your kidney team"));
      else if ((audience & CAL_AUDIENCE_ASK_DOCTOR) != 0 && (means.reworded & CAL_AUDIENCE_ASK_DOCTOR) != 0 &&
               finding.code != CAL_CODE_D_VERY_HIGH)
        assert_true(says(message.body, "Ask your doctor"));
    }
}

/* From the profile to the sentence. Days on which as much as possible is found at once. */
static void
too_little(CalDayResult *row)
{
  rows_set_food(row, ROWS_N, CAL_NUTRIENT_VITAMIN_D, 100);
  rows_set_food(row, ROWS_N, CAL_NUTRIENT_MAGNESIUM, 40);
}

static void
without_companions(CalDayResult *row)
{
  rows_set_supplement(row, ROWS_N, CAL_NUTRIENT_VITAMIN_D, 2200);
  rows_set_food(row, ROWS_N, CAL_NUTRIENT_MAGNESIUM, 40);
  for (size_t i = 0; i < ROWS_N; i++)
    row[i].k2_food = false;
}

static void
too_much(CalDayResult *row)
{
  rows_set_supplement(row, ROWS_N, CAL_NUTRIENT_VITAMIN_D, 11000);
  rows_set_supplement(row, ROWS_N, CAL_NUTRIENT_CALCIUM, 3000);
  rows_set_supplement(row, ROWS_N, CAL_NUTRIENT_MAGNESIUM, 400);
}

static void
at_once_and_moved(CalDayResult *row)
{
  row[ROWS_N - 1].calcium_burst_mg = 600;
  row[ROWS_N - 1].natto = true;
  rows_set_food(row + ROWS_N - 7, 7, CAL_NUTRIENT_K1, 300);
  row[ROWS_N - 1].supplement.amount[CAL_NUTRIENT_MK7] = 100;
}

static void
in_the_sun(CalDayResult *row)
{
  row[ROWS_N - 1].sun.med_fraction = 0.45;
  row[ROWS_N - 1].newest = (CalDayNewest){ ROWS_NOW - 60, 7 };
}

#define SUN  1u
#define MORE 2u
#define K    4u
#define RAW  8u

/* Whom what is not said to. */
static const struct {
  const char *setting;
  uint32_t never;
} people[] = {
  { "conditions kidney-disease", MORE },
  { "conditions kidney-stones", MORE },
  { "conditions hypercalcaemia", MORE | SUN },
  { "conditions hyperparathyroidism", MORE | SUN },
  { "conditions sarcoidosis", MORE | SUN },
  { "conditions granulomatous-disease", SUN },
  { "conditions skin-cancer", SUN },
  { "conditions lupus", SUN },
  { "conditions porphyria", SUN },
  { "conditions xeroderma", SUN },
  { "conditions albinism", SUN },
  { "conditions immunosuppression", SUN },
  { "conditions diabetes", 0 },
  { "medicines vitamin-k-antagonist", K },
  { "medicines direct-anticoagulant", 0 },
  { "medicines photosensitiser", SUN },
  { "medicines thiazide", MORE },
  { "medicines digoxin", MORE },
  { "medicines lithium", MORE },
  { "medicines levothyroxine", 0 },
  { "medicines tetracycline", 0 },
  { "medicines quinolone", 0 },
  { "medicines bisphosphonate", 0 },
  { "phototype 1", SUN },
  { "phototype ", SUN },
  { "birth-year ", SUN },
  { "birth-year 2022", SUN },
  { "birth-year 2008", SUN },
  { "birth-year 2007", 0 },
  { "birth-year 1950", 0 },
  { "stage pregnant", RAW },
  { "stage may-become", RAW },
  { "stage lactating", 0 },
};

static void
assert_fit_for(const char *setting, uint32_t never, const CalFinding *finding)
{
  static const struct {
    uint32_t bit;
    const char *const *words;
    size_t n;
  } rules[] = {
    { SUN | MORE, sun_words, sizeof sun_words / sizeof *sun_words },
    { MORE, more_words, sizeof more_words / sizeof *more_words },
    { K, k_words, sizeof k_words / sizeof *k_words },
    { RAW, pregnant_words, sizeof pregnant_words / sizeof *pregnant_words },
  };
  const char *which = NULL;
  CalMessage message;
  cal_message_finding(finding, false, &message);
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if ((never & rules[i].bit) != 0 && says_any(message.body, rules[i].words, rules[i].n, &which))
      fail_msg("\"%s\" is told \"%s\": %s", setting, which, message.body);
}

static size_t
find_for(const char *setting, void (*happen)(CalDayResult *row), CalFinding finding[CAL_FINDING_MAX])
{
  static CalDayResult row[ROWS_N];
  static CalContext context;
  const CalFindingInput input = { .now = ROWS_NOW, .started = ROWS_NOW, .radio_since = ROWS_NOW };
  rows_fill(row, ROWS_N, ROWS_TODAY);
  cal_context_init(&context);
  rows_profile(&context, "place 0,0");
  rows_profile(&context, "phototype 3");
  rows_profile(&context, "birth-year 1980");
  rows_profile(&context, setting);
  happen(row);
  return cal_findings(row, ROWS_N, &context, &input, finding);
}

static void
test_everyone_with_everything(void **state)
{
  (void)state;
  static void (*const days[])(CalDayResult *) = { too_little, without_companions, too_much, at_once_and_moved,
                                                  in_the_sun };
  bool met[CAL_CODE_COUNT] = { false };
  for (size_t i = 0; i < sizeof people / sizeof *people; i++)
    for (size_t j = 0; j < sizeof days / sizeof *days; j++) {
      CalFinding finding[CAL_FINDING_MAX];
      const size_t n = find_for(people[i].setting, days[j], finding);
      for (size_t k = 0; k < n; k++) {
        met[finding[k].code] = true;
        assert_fit_for(people[i].setting, people[i].never, &finding[k]);
        assert_false((people[i].never & K) != 0 && finding[k].code == CAL_CODE_D_WITHOUT_K2);
      }
    }
  for (int code = CAL_CODE_D_LOW; code <= CAL_CODE_SUN_PROTECT; code++) /* the walk met all of them */
    assert_true(met[code] || code == CAL_CODE_SAME_DOSE || code == CAL_CODE_SUN_HALF ||
                code == CAL_CODE_SUN_BURN);
}

/* Whose words suit everybody in the bubble: who is to check an entry is, and hours from a medicine are
 * explained. */
static uint32_t
reworded_in_the_explanation(CalCode code)
{
  return code == CAL_CODE_D_VERY_HIGH ? CAL_AUDIENCE_NO_MORE
                                      : (code == CAL_CODE_CA_SUPPLEMENT_HIGH ? CAL_AUDIENCE_APART : 0u);
}

static bool
bubble_differs(size_t i, uint32_t bit)
{
  CalMessage all, some;
  const CalFinding to_all = sentence(i, 0), to_some = sentence(i, bit);
  cal_message_finding(&to_all, false, &all);
  cal_message_finding(&to_some, false, &some);
  return strcmp(all.body, some.body) != 0;
}

static bool
explanation_differs(size_t i, uint32_t bit)
{
  static char all[CAL_MESSAGE_EXPLAIN_SIZE], some[CAL_MESSAGE_EXPLAIN_SIZE];
  const CalFinding finding = sentence(i, 0);
  cal_message_explain(finding.code, &finding, NAN, 0, all);
  cal_message_explain(finding.code, &finding, NAN, bit, some);
  return strcmp(all, some) != 0;
}

/* Each sentence with each audience that rewords its code: it does say something else. */
static void
test_every_audience_of_a_code_changes_its_words(void **state)
{
  (void)state;
  size_t n = 0;
  for (size_t i = 0; i < N_SENTENCES; i++)
    for (uint32_t bit = 1; bit < CAL_AUDIENCE_PRIVATE; bit <<= 1) {
      const CalCode code = sentences[i].code;
      const CalCodeAudience means = cal_audience_code(code);
      if ((means.reworded & bit) == 0 || (means.only & bit) != 0)
        continue;
      n++;
      if (!((reworded_in_the_explanation(code) & bit) != 0 ? explanation_differs(i, bit)
                                                           : bubble_differs(i, bit)))
        fail_msg("%s says nothing else to the audience %#x", cal_code_name(code), bit);
    }
  assert_true(n > 20);
}

static void
test_who_may_be_told_of_sun(void **state)
{
  (void)state;
  CalMessage message;
  const CalFinding plain = sentence(0, 0), pregnant = sentence(0, CAL_AUDIENCE_PREGNANT);
  cal_message_finding(&plain, false, &message);
  assert_true(says(message.body, "midday sun"));
  assert_true(strstr(message.body, "sun,") < strstr(message.body, "supplement")); /* supplement last */
  cal_message_finding(&pregnant, false, &message);
  assert_true(says(message.body, "at most twice a week"));
  assert_true(says(message.body, "well cooked"));
}

/* The foods that sentences name, as they are called in the table of foods: each suits everyone to whom
 * anything is suggested, but fish, which is told of as pregnant women may eat it. */
static void
test_named_foods_suit_everybody(void **state)
{
  (void)state;
  static const char *const names[] = { "pumpkin-seeds", "almonds", "lentils",
                                       "oats",          "milk",    "mushroom-white-uv" };
  static CalFood foods[200];
  size_t n = 0;
  char line[512];
  FILE *const file = fopen(FOODS_CSV, "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file) != NULL && n < 200) {
    line[strcspn(line, "\r\n")] = '\0';
    n += cal_food_from_csv_row(line, &foods[n]);
  }
  fclose(file);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const CalFood *const food = cal_food_find(foods, n, names[i]);
    assert_non_null(food);
    assert_true(cal_audience_may_suggest(CAL_AUDIENCE_STEADY_K | CAL_AUDIENCE_PREGNANT, food));
  }
}

/* -- Discretion -- */

static void
test_discreet_betrays_nothing(void **state)
{
  (void)state;
  CalMessage first;
  const CalFinding any = sentence(0, 0);
  cal_message_finding(&any, true, &first);
  assert_string_equal(first.summary, "Calcifer has a note");
  for (size_t i = 0; i < N_SENTENCES; i++) {
    const CalFinding finding = sentence(i, CAL_AUDIENCE_PRIVATE | CAL_AUDIENCE_STEADY_K);
    CalMessage message;
    cal_message_finding(&finding, true, &message);
    assert_memory_equal(&message, &first, sizeof message);
  }
  cal_message_confirmed("lithium carbonate", "08:05", true, &first);
  assert_false(says(first.summary, "lithium") || says(first.body, "lithium"));
  assert_false(says(first.summary, "08:05") || says(first.body, "08:05"));
}

static void
test_what_is_private(void **state)
{
  (void)state;
  CalFinding finding = made(CAL_CODE_D_LOW, CAL_AUDIENCE_NO_SUN);
  assert_false(cal_message_is_private(&finding));
  finding.audience |= CAL_AUDIENCE_PRIVATE;
  assert_true(cal_message_is_private(&finding));
}

static void
test_confirmation(void **state)
{
  (void)state;
  CalMessage message;
  cal_message_confirmed("d3k2", "08:05", false, &message);
  assert_string_equal(message.summary, "d3k2 is recorded");
  assert_true(says(message.body, "08:05"));
  assert_true(says(message.body, "Undo"));
}

/* -- Explanations -- */

static void
test_explanations_have_arithmetic_and_source(void **state)
{
  (void)state;
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  for (int code = 0; code < CAL_CODE_COUNT; code++) {
    CalFinding finding = made((CalCode)code, 0);
    cal_message_explain((CalCode)code, &finding, NAN, 0, text);
    assert_true(says(text, "Source: "));
    assert_true(says(text, "Found: 412"));
    assert_true(says(text, "567"));
    assert_true(says(text, "11 known days"));
    assert_true(says(text, cal_message_disclaimer()));
    cal_message_explain((CalCode)code, NULL, NAN, 0, text);
    assert_false(says(text, "Found"));
    assert_true(says(text, "Source: "));
    finding.value = NAN;
    cal_message_explain((CalCode)code, &finding, NAN, 0, text);
    assert_false(says(text, "nan"));
  }
}

static void
test_explanations_show_both_parts_of_a_ratio(void **state)
{
  (void)state;
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  CalFinding finding = made(CAL_CODE_CA_MG_RATIO, 0);
  finding.value = 3.5;
  finding.reference = 3;
  finding.other = 200;
  cal_message_explain(finding.code, &finding, NAN, 0, text);
  assert_true(says(text, "700 mg of calcium"));
  assert_true(says(text, "200 mg of magnesium"));
  finding = made(CAL_CODE_D_WITHOUT_MAGNESIUM, 0);
  finding.other = 2500;
  cal_message_explain(finding.code, &finding, NAN, 0, text);
  assert_true(says(text, "2500 IU"));
}

/* Sun by hand of which nobody said how strong it was. */
static void
test_explanations_tell_where_the_sun_came_from(void **state)
{
  (void)state;
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  CalFinding finding = made(CAL_CODE_SUN_NEAR, 0);
  cal_message_explain(finding.code, &finding, NAN, 0, text);
  assert_null(strstr(text, "by hand"));
  finding.flags = CAL_FINDING_AMBIENT;
  cal_message_explain(finding.code, &finding, NAN, 0, text);
  assert_non_null(strstr(text, "an ambient tag read"));
  assert_null(strstr(text, "a clear sky"));
  finding.flags = CAL_FINDING_CLEAR;
  cal_message_explain(finding.code, &finding, NAN, 0, text);
  assert_null(strstr(text, "ambient"));
  assert_non_null(strstr(text, "a clear sky was assumed"));
}

static void
test_explanations_know_their_audience(void **state)
{
  (void)state;
  static const struct {
    uint32_t audience;
    const char *line;
  } rows[] = {
    { CAL_AUDIENCE_NO_SUN, "half the thresholds" },
    { CAL_AUDIENCE_ASK_KIDNEY, "kidney team" },
    { CAL_AUDIENCE_ASK_DOCTOR, "ask your doctor" },
    { CAL_AUDIENCE_STEADY_K, "steady rather than low" },
    { CAL_AUDIENCE_DIRECT, "Direct anticoagulants" },
    { CAL_AUDIENCE_CALCIFICATION, "calcification is more common" },
    { CAL_AUDIENCE_APART, "4 h from levothyroxine" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[CAL_MESSAGE_EXPLAIN_SIZE];
    cal_message_explain(CAL_CODE_D_LOW, NULL, NAN, rows[i].audience, text);
    assert_true(says(text, rows[i].line));
    cal_message_explain(CAL_CODE_D_LOW, NULL, NAN, 0, text);
    assert_false(says(text, rows[i].line));
  }
}

static void
test_a_code_that_is_not_raised_explains_itself(void **state)
{
  (void)state;
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  cal_message_explain(CAL_CODE_MG_LOW, NULL, 255, 0, text);
  assert_true(says(text, "estimated average requirement"));
  assert_true(says(text, "It is not raised now."));
  assert_true(says(text, "The threshold in force for you is 255 mg."));
  assert_true(says(text, "Source: IOM 1997"));
  cal_message_explain(CAL_CODE_SAME_DOSE, NULL, NAN, 0, text);
  assert_false(says(text, "threshold"));
  cal_message_explain(CAL_CODE_K_STEADY, NULL, 1.0 / 3, 0, text);
  assert_true(says(text, "It is never said to you."));
  assert_false(says(text, "threshold"));
  cal_message_explain(CAL_CODE_K_STEADY, NULL, 1.0 / 3, CAL_AUDIENCE_STEADY_K, text);
  assert_true(says(text, "The threshold in force for you is 0.33."));
}

/* What was not read where it was said first is called so where it is shown. */
static void
test_what_is_only_quoted_says_so(void **state)
{
  (void)state;
  static const CalCode codes[] = { CAL_CODE_SUN_HALF, CAL_CODE_SUN_NEAR, CAL_CODE_SUN_BURN };
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    cal_message_explain(codes[i], NULL, NAN, 0, text);
    assert_true(says(text, "the third root as widely quoted"));
  }
  cal_message_explain(CAL_CODE_CA_HIGH, NULL, NAN, CAL_AUDIENCE_APART, text);
  assert_true(says(text, "as widely quoted; not read in the original"));
}

/* What K2 is good for is told to no user of a vitamin K antagonist. */
static void
test_the_rule_of_k2_is_not_for_vitamin_k_antagonists(void **state)
{
  (void)state;
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  cal_message_explain(CAL_CODE_D_WITHOUT_K2, NULL, 2000, CAL_AUDIENCE_STEADY_K, text);
  assert_false(says(text, "arteries") || says(text, "Knapen"));
  assert_true(says(text, "It is never said to you."));
  assert_true(says(text, "the clinic that checks your INR"));
  cal_message_explain(CAL_CODE_D_WITHOUT_K2, NULL, 2000, CAL_AUDIENCE_DIRECT, text);
  assert_true(says(text, "arteries") && says(text, "Knapen"));
}

static void
test_the_clock_explains_what_is_wrong_with_it(void **state)
{
  (void)state;
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  CalFinding finding = made(CAL_CODE_TAG_CLOCK, 0);
  finding.value = NAN;
  cal_message_explain(finding.code, &finding, NAN, 0, text);
  assert_true(says(text, "Records without a date: 789."));
  assert_false(says(text, "compared last"));
  finding.other = 0;
  finding.flags = CAL_FINDING_ALONE;
  cal_message_explain(finding.code, &finding, NAN, 0, text);
  assert_false(says(text, "Records without a date"));
  assert_true(says(text, "left alone when it was compared last"));
}

/* -- Nutrients -- */

static void
test_topics_have_names(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    CalTopic topic;
  } rows[] = {
    { "k2", CAL_TOPIC_K2 },
    { "d", CAL_TOPIC_D },
    { "magnesium", CAL_TOPIC_MAGNESIUM },
    { "calcium", CAL_TOPIC_CALCIUM },
    { "vitamin-c", CAL_TOPIC_VITAMIN_C },
    { "balance", CAL_TOPIC_BALANCE },
    { "Vitamin-D3", CAL_TOPIC_D },
    { "k1", CAL_TOPIC_K2 },
    { "mk-7", CAL_TOPIC_K2 },
    { "mg", CAL_TOPIC_MAGNESIUM },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalTopic topic;
    assert_true(cal_topic_parse(rows[i].name, &topic));
    assert_int_equal(topic, rows[i].topic);
    if (i < CAL_TOPIC_COUNT)
      assert_string_equal(cal_topic_name(topic), rows[i].name);
  }
  CalTopic topic;
  assert_false(cal_topic_parse("zinc", &topic) || cal_topic_parse("", &topic) ||
               cal_topic_parse("sun-half", &topic));
}

/* The claims, each with the strength of its evidence, and the weak ones called so. */
static void
test_topics_say_how_sure_they_are(void **state)
{
  (void)state;
  static const struct {
    CalTopic topic;
    const char *claim, *strength;
  } rows[] = {
    { CAL_TOPIC_K2, "matrix Gla protein", "Fair evidence" },
    { CAL_TOPIC_K2, "180 µg of MK-7", "Weak evidence: Knapen 2013 and 2015" },
    { CAL_TOPIC_D, "take up more calcium", "Well founded: IOM 2011" },
    { CAL_TOPIC_D, "U-shaped", "Well founded" },
    { CAL_TOPIC_MAGNESIUM, "activate vitamin D", "Fair evidence" },
    { CAL_TOPIC_MAGNESIUM, "below 1.7 and above 2.8", "Weak evidence: Rosanoff" },
    { CAL_TOPIC_CALCIUM, "calcium paradox", "Weak evidence" },
    { CAL_TOPIC_CALCIUM, "more than 500 mg", "IOM 2011" },
    { CAL_TOPIC_VITAMIN_C, "smooth muscle of arteries", "Weak evidence" },
    { CAL_TOPIC_BALANCE, "is not shown", "Weak evidence" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[CAL_MESSAGE_EXPLAIN_SIZE];
    cal_message_topic(rows[i].topic, 0, text);
    const char *const claim = strstr(text, rows[i].claim);
    if (claim == NULL)
      fail_msg("%s: %s", cal_topic_name(rows[i].topic), text);
    const char *const end = strchr(claim, '\n'), *const strength = strstr(claim, rows[i].strength);
    assert_true(strength != NULL && end != NULL && strength < end);
    assert_true(says(text, cal_message_disclaimer()));
  }
}

/* Every set of audience bits with every nutrient. */
static void
test_topics_tell_nobody_what_is_not_for_them(void **state)
{
  (void)state;
  static const char *const k_advice[] = { "natto", "cheese",       "sauerkraut", "spinach",
                                          "kale",  "arteries and", "180 µg",     "greens" };
  static const char *const foods[] = {
    "natto",      "cheese",       "fish", "milk", "seeds", "lentils", "Food comes first", "foods come first",
    "plan shows", "taken up best"
  };
  static const char *const unborn[] = { "liver", "egg", "soft cheese", "brie", " raw " };
  static const char *const sun[] = { "midday sun", "plan shows" };
  static const struct {
    uint32_t audience;
    const char *const *words;
    size_t n;
  } rules[] = {
    { CAL_AUDIENCE_STEADY_K, k_advice, sizeof k_advice / sizeof *k_advice },
    { CAL_AUDIENCE_NO_MORE, foods, sizeof foods / sizeof *foods },
    { CAL_AUDIENCE_PREGNANT, unborn, sizeof unborn / sizeof *unborn },
    { CAL_AUDIENCE_NO_SUN | CAL_AUDIENCE_SUN_UNSET, sun, sizeof sun / sizeof *sun },
  };
  for (uint32_t audience = 0; audience < CAL_AUDIENCE_PRIVATE; audience++)
    for (int topic = 0; topic < CAL_TOPIC_COUNT; topic++) {
      char text[CAL_MESSAGE_EXPLAIN_SIZE];
      const char *which = NULL;
      cal_message_topic((CalTopic)topic, audience, text);
      assert_true(says(text, cal_message_disclaimer())); /* nothing was cut */
      for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if ((audience & rules[i].audience) != 0 && says_any(text, rules[i].words, rules[i].n, &which))
          fail_msg("%s, audience %#x, says \"%s\": %s", cal_topic_name((CalTopic)topic), audience, which,
                   text);
    }
}

static void
test_topics_know_their_audience(void **state)
{
  (void)state;
  static const struct {
    CalTopic topic;
    uint32_t audience;
    const char *line;
  } rows[] = {
    { CAL_TOPIC_K2, CAL_AUDIENCE_STEADY_K, "ask the clinic that checks your INR" },
    { CAL_TOPIC_BALANCE, CAL_AUDIENCE_STEADY_K, "ask the clinic that checks your INR" },
    { CAL_TOPIC_K2, CAL_AUDIENCE_DIRECT, "none of its rules concern you" },
    { CAL_TOPIC_BALANCE, CAL_AUDIENCE_DIRECT, "none of its rules concern you" },
    { CAL_TOPIC_D, CAL_AUDIENCE_CALCIFICATION, "age lowers what skin makes" },
    { CAL_TOPIC_CALCIUM, CAL_AUDIENCE_CALCIFICATION, "belongs with a doctor" },
    { CAL_TOPIC_CALCIUM, CAL_AUDIENCE_APART, "4 h from levothyroxine" },
    { CAL_TOPIC_MAGNESIUM, CAL_AUDIENCE_APART, "2 to 6 h from tetracyclines" },
    { CAL_TOPIC_MAGNESIUM, CAL_AUDIENCE_ASK_KIDNEY, "ask your kidney team" },
    { CAL_TOPIC_D, CAL_AUDIENCE_ASK_DOCTOR, "ask your doctor" },
    { CAL_TOPIC_K2, CAL_AUDIENCE_PREGNANT, "natto above all, hard cheese, sauerkraut" },
    { CAL_TOPIC_D, CAL_AUDIENCE_PREGNANT, "at most twice a week" },
    { CAL_TOPIC_MAGNESIUM, CAL_AUDIENCE_STEADY_K, "little vitamin K" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[CAL_MESSAGE_EXPLAIN_SIZE];
    cal_message_topic(rows[i].topic, rows[i].audience, text);
    if (!says(text, rows[i].line))
      fail_msg("row %zu: %s", i, text);
    cal_message_topic(rows[i].topic, 0, text);
    assert_false(says(text, rows[i].line));
  }
}

/* -- Refusals -- */

static void
test_refusals_are_one_line(void **state)
{
  (void)state;
  for (int reason = CAL_REFUSAL_NONE; reason <= CAL_REFUSAL_INFANT; reason++) {
    CalRefusal refusal = { .reason = (CalRefusalReason)reason, .expected = "a product that you have added" };
    char line[CAL_MESSAGE_LINE_SIZE];
    snprintf(refusal.word, sizeof refusal.word, "d3\nk2\x1b[2J\x7f");
    snprintf(refusal.nearest[0], sizeof refusal.nearest[0], "d3k2");
    snprintf(refusal.nearest[1], sizeof refusal.nearest[1], "d3");
    cal_message_refusal(&refusal, line);
    assert_true(says(line, "\"d3?k2?[2J?\""));
    assert_true(says(line, "expected: a product that you have added"));
    assert_true(says(line, "did you mean d3k2, d3"));
    for (const char *c = line; *c != '\0'; c++)
      assert_false((unsigned char)*c < ' ' || *c == 0x7f);
  }
}

static void
test_a_refusal_in_full(void **state)
{
  (void)state;
  CalRefusal refusal = { .reason = CAL_REFUSAL_NO_UNIT, .word = "2000" };
  char line[CAL_MESSAGE_LINE_SIZE];
  cal_message_refusal(&refusal, line);
  assert_string_equal(line, "\"2000\" needs its unit");
  refusal = (CalRefusal){ .reason = CAL_REFUSAL_MISSING };
  cal_message_refusal(&refusal, line);
  assert_string_equal(line, "something is missing");
}

/* U+009B begins a terminal's command as ESC [ does. */
static void
test_second_row_of_controls_is_masked_too(void **state)
{
  (void)state;
  CalRefusal refusal = { .reason = CAL_REFUSAL_UNKNOWN_NAME,
                         .word = "a\xc2\x9b"
                                 "2J\xc3\xa9\xc2\xb5" };
  char line[CAL_MESSAGE_LINE_SIZE];
  cal_message_refusal(&refusal, line);
  assert_string_equal(line, "\"a?2J\xc3\xa9\xc2\xb5\" is not known");
}

/* -- Bounds -- */

static bool
is_utf8(const char *text)
{
  const unsigned char *c = (const unsigned char *)text;
  while (*c != '\0') {
    const int more = *c < 0x80             ? 0
                     : (*c & 0xe0) == 0xc0 ? 1
                     : (*c & 0xf0) == 0xe0 ? 2
                     : (*c & 0xf8) == 0xf0 ? 3
                                           : -1;
    if (more < 0)
      return false;
    c++;
    for (int i = 0; i < more; i++, c++)
      if ((*c & 0xc0) != 0x80)
        return false;
  }
  return true;
}

/* Characters of three bytes up to the brim, after `shift` others. */
static void
fill(char *text, size_t size, size_t shift)
{
  size_t at = 0;
  while (at < shift)
    text[at++] = 'x';
  for (; at + 3 < size; at += 3)
    memcpy(text + at, "\xe2\x98\x80", 3);
  text[at] = '\0';
}

static void
test_longest_names_and_numbers(void **state)
{
  (void)state;
  struct {
    CalMessage message;
    char guard[16];
  } box;
  for (size_t i = 0; i < N_SENTENCES; i++)
    for (size_t shift = 0; shift < 3; shift++) {
      CalFinding finding = sentence(i, 0);
      finding.value = finding.reference = finding.other = -1.2345e300;
      finding.days = finding.known_days = INT32_MIN;
      fill(finding.subject, sizeof finding.subject, shift);
      fill(finding.about, sizeof finding.about, shift);
      memset(&box, 0x5a, sizeof box);
      cal_message_finding(&finding, false, &box.message);
      for (size_t j = 0; j < sizeof box.guard; j++)
        assert_int_equal(box.guard[j], 0x5a);
      assert_non_null(memchr(box.message.summary, '\0', sizeof box.message.summary));
      assert_non_null(memchr(box.message.body, '\0', sizeof box.message.body));
      assert_true(is_utf8(box.message.summary) && is_utf8(box.message.body));
      assert_true(strlen(box.message.body) + 1 < sizeof box.message.body); /* nothing was cut */
    }
}

static void
test_longest_explanation(void **state)
{
  (void)state;
  char text[CAL_MESSAGE_EXPLAIN_SIZE + 16];
  for (int code = 0; code < CAL_CODE_COUNT; code++) {
    const CalFinding finding = made((CalCode)code, 0);
    memset(text, 0x5a, sizeof text);
    cal_message_explain((CalCode)code, &finding, NAN, UINT32_MAX, text);
    assert_true(strlen(text) + 1 < CAL_MESSAGE_EXPLAIN_SIZE);
    assert_true(says(text, cal_message_disclaimer()));
    assert_int_equal(text[CAL_MESSAGE_EXPLAIN_SIZE], 0x5a);
  }
}

static void
test_longest_refusal_and_confirmation(void **state)
{
  (void)state;
  for (size_t shift = 0; shift < 3; shift++) {
    CalRefusal refusal = { .reason = CAL_REFUSAL_AMBIGUOUS_SEPARATOR };
    char line[CAL_MESSAGE_LINE_SIZE + 16], expected[600], name[600];
    CalMessage message;
    fill(expected, sizeof expected, shift);
    fill(name, sizeof name, shift);
    fill(refusal.word, sizeof refusal.word, shift);
    for (size_t i = 0; i < CAL_REFUSAL_NEAREST; i++)
      fill(refusal.nearest[i], sizeof refusal.nearest[i], shift);
    memset(line, 0x5a, sizeof line);
    cal_message_refusal(&refusal, line);
    assert_true(is_utf8(line));
    refusal.expected = expected;
    cal_message_refusal(&refusal, line);
    assert_true(is_utf8(line));
    assert_int_equal(line[CAL_MESSAGE_LINE_SIZE], 0x5a);
    cal_message_confirmed(name, name, false, &message);
    assert_true(is_utf8(message.summary) && is_utf8(message.body));
  }
}

/* How many lines each topic has: for anybody, and for each bit of an audience alone. A passage that is for
 * all is there for an audience that no passage knows, too. */
static void
test_topics_have_their_passages(void **state)
{
  (void)state;
#define BITS 11
  static const int lines[CAL_TOPIC_COUNT][1 + BITS] = {
    [CAL_TOPIC_K2] = { 7, 7, 6, 6, 4, 7, 7, 7, 8, 7, 8, 7 },
    [CAL_TOPIC_D] = { 9, 9, 7, 7, 9, 9, 8, 9, 10, 9, 9, 9 },
    [CAL_TOPIC_MAGNESIUM] = { 6, 6, 6, 6, 6, 6, 6, 6, 6, 7, 6, 6 },
    [CAL_TOPIC_CALCIUM] = { 6, 6, 6, 6, 7, 6, 6, 6, 7, 7, 7, 6 },
    [CAL_TOPIC_VITAMIN_C] = { 4, 4, 5, 5, 4, 4, 4, 4, 5, 4, 4, 4 },
    [CAL_TOPIC_BALANCE] = { 7, 7, 7, 7, 7, 7, 7, 7, 8, 8, 8, 7 },
  };
  for (int topic = 0; topic < CAL_TOPIC_COUNT; topic++) {
    static char text[CAL_MESSAGE_EXPLAIN_SIZE], everybodys[CAL_MESSAGE_EXPLAIN_SIZE];
    for (int bit = -1; bit < BITS; bit++) {
      int n = 1;
      cal_message_topic((CalTopic)topic, bit < 0 ? 0 : 1u << bit, text);
      for (const char *c = text; *c != '\0'; c++)
        n += *c == '\n';
      if (n != lines[topic][1 + bit])
        fail_msg("%s, bit %d: %d lines", cal_topic_name((CalTopic)topic), bit, n);
    }
    cal_message_topic((CalTopic)topic, 0, everybodys);
    cal_message_topic((CalTopic)topic, 1u << 31, text);
    assert_string_equal(text, everybodys);
  }
#undef BITS
}

/* Each nutrient has a topic, and they are those of its kind. */
static void
test_each_nutrient_has_its_topic(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    CalTopic topic;
  } rows[] = { { "d", CAL_TOPIC_D },
               { "magnesium", CAL_TOPIC_MAGNESIUM },
               { "calcium", CAL_TOPIC_CALCIUM },
               { "k1", CAL_TOPIC_K2 },
               { "mk4", CAL_TOPIC_K2 },
               { "mk7", CAL_TOPIC_K2 },
               { "k2", CAL_TOPIC_K2 },
               { "vitamin-c", CAL_TOPIC_VITAMIN_C },
               { "balance", CAL_TOPIC_BALANCE } };
  CalTopic topic;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_true(cal_topic_parse(rows[i].name, &topic));
    assert_int_equal(topic, rows[i].topic);
  }
  assert_false(cal_topic_parse("zinc", &topic));
}

/* What a mean was divided by: the known days, or the whole window of what is told without them. */
static void
test_explanations_say_what_was_divided_by(void **state)
{
  (void)state;
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  CalFinding finding = made(CAL_CODE_CA_HIGH, 0);
  finding.known_days = 1;
  cal_message_explain(finding.code, &finding, NAN, 0, text);
  assert_true(says(text, "sum of 1 known days divided by 1"));
  assert_true(says(text, "held against"));
  finding.known_days = 0;
  finding.days = 2;
  cal_message_explain(finding.code, &finding, NAN, 0, text);
  assert_true(says(text, "divided by its 2 days"));
  finding.days = 1;
  finding.reference = NAN;
  cal_message_explain(finding.code, &finding, NAN, 0, text);
  assert_false(says(text, "divided by"));
  assert_false(says(text, "held against"));
  assert_true(says(text, "Found: "));
}

static const char *
said(size_t size, const char *first, const char *before, const char *next)
{
  static char text[64];
  memset(text, 0x7e, sizeof text);
  text[0] = '\0';
  cal_say(text, size, before, "%s", first);
  cal_say(text, size, before, "%s", next);
  assert_true(strlen(text) < size);
  assert_int_equal(text[size], 0x7e);
  return text;
}

/* What does not fit is cut at a letter, to the last byte of the room; between two sentences stands what is to
 * stand there, unless there is no room for more. */
static void
test_what_is_said_is_cut_at_a_letter(void **state)
{
  (void)state;
  assert_string_equal(said(20, "ab", "; ", "cd"), "ab; cd");
  assert_string_equal(said(7, "ab", "; ", "cd"), "ab; cd");
  assert_string_equal(said(6, "ab", "; ", "cd"), "ab; c");
  assert_string_equal(said(5, "ab", "; ", "cd"), "ab");
  assert_string_equal(said(3, "ab", "; ", "cd"), "ab");
  assert_string_equal(said(2, "ab", "; ", "cd"), "a");
  assert_string_equal(said(20, "ab", "; ", ""), "ab; ");
  assert_string_equal(said(20, "", "; ", "cd"), "cd");
  assert_string_equal(said(7, "ab", "; ", "c\u00e4"), "ab; c");
  assert_string_equal(said(8, "ab", "; ", "c\u00e4"), "ab; c\u00e4");
  assert_string_equal(said(4, "\u00e4\u00e4", "", ""), "\u00e4");
  assert_string_equal(said(3, "\u20ac", "", ""), "");
  assert_string_equal(said(3, "\u00e4\u00e4", "", ""), "\u00e4");
  assert_string_equal(said(4, "\u20ac\u20ac", "", ""), "\u20ac");
  assert_string_equal(said(4, "\U0001f31e", "", ""), "");
  assert_string_equal(said(6, "a\u20ac\u20ac", "", ""), "a\u20ac");
  assert_string_equal(said(5, "\U0001f31e\U0001f31e", "", ""), "\U0001f31e");
}

static void
test_figures(void **state)
{
  (void)state;
  assert_string_equal(cal_figure(1.25, 1).text, "1.2");
  assert_string_equal(cal_figure(-3, 0).text, "-3");
  assert_string_equal(cal_figure(NAN, 1).text, "?");
}

static const char *
refused_word(const char *word)
{
  static char line[CAL_MESSAGE_LINE_SIZE];
  CalRefusal refusal = { .reason = CAL_REFUSAL_TWICE };
  snprintf(refusal.word, sizeof refusal.word, "%s", word);
  cal_message_refusal(&refusal, line);
  return line;
}

/* The first and the last control characters of both rows are masked, and their neighbours are not. */
static void
test_control_characters_at_their_bounds(void **state)
{
  (void)state;
  static const char *const rows[][2] = {
    { "a\x01", "\"a?\"" },
    { "a\x1f", "\"a?\"" },
    { "a\x20", "\"a \"" },
    { "a\x7e", "\"a~\"" },
    { "a\x7f", "\"a?\"" },
    { "a\xc2\x80", "\"a?\"" },
    { "a\xc2\x9f", "\"a?\"" },
    { "a\xc2\xa0", "\"a\xc2\xa0\"" },
    { "a\xc3\x80", "\"a\xc3\x80\"" },
    { "a\xc2\x9e", "\"a?\"" },
    { "a\xc2\x81"
      "b",
      "\"a?b\"" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_int_equal(strncmp(refused_word(rows[i][0]), rows[i][1], strlen(rows[i][1])), 0);
  char longest[CAL_REFUSAL_WORD_SIZE];
  memset(longest, 'x', sizeof longest);
  longest[sizeof longest - 1] = '\0';
  assert_int_equal(strspn(refused_word(longest) + 1, "x"), CAL_REFUSAL_WORD_SIZE - 1);
}

/* One record, some, and a number that may be one. */
static void
test_how_many_records_have_no_date(void **state)
{
  (void)state;
  CalMessage message;
  CalFinding finding = made(CAL_CODE_TAG_CLOCK, 0);
  finding.value = finding.reference = NAN;
  finding.other = 1;
  cal_message_finding(&finding, false, &message);
  assert_true(says(message.body, "1 record of it has no date"));
  finding.other = 2;
  cal_message_finding(&finding, false, &message);
  assert_true(says(message.body, "2 records of it have no date"));
  finding.other = 0;
  cal_message_finding(&finding, false, &message);
  assert_true(says(message.body, "Some of its records have no date"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_number_reference_and_one_thing_to_do),
    cmocka_unit_test(test_summaries_of_sun),
    cmocka_unit_test(test_one_and_many),
    cmocka_unit_test(test_every_code_has_its_sentence),
    cmocka_unit_test(test_signs_stand_with_too_much_vitamin_d),
    cmocka_unit_test(test_a_dose_at_midnight),
    cmocka_unit_test(test_a_finding_without_numbers),
    cmocka_unit_test(test_nobody_is_told_what_is_not_for_them),
    cmocka_unit_test(test_everyone_with_everything),
    cmocka_unit_test(test_every_audience_of_a_code_changes_its_words),
    cmocka_unit_test(test_who_may_be_told_of_sun),
    cmocka_unit_test(test_named_foods_suit_everybody),
    cmocka_unit_test(test_discreet_betrays_nothing),
    cmocka_unit_test(test_what_is_private),
    cmocka_unit_test(test_confirmation),
    cmocka_unit_test(test_explanations_have_arithmetic_and_source),
    cmocka_unit_test(test_explanations_show_both_parts_of_a_ratio),
    cmocka_unit_test(test_explanations_tell_where_the_sun_came_from),
    cmocka_unit_test(test_explanations_know_their_audience),
    cmocka_unit_test(test_a_code_that_is_not_raised_explains_itself),
    cmocka_unit_test(test_what_is_only_quoted_says_so),
    cmocka_unit_test(test_the_rule_of_k2_is_not_for_vitamin_k_antagonists),
    cmocka_unit_test(test_the_clock_explains_what_is_wrong_with_it),
    cmocka_unit_test(test_topics_have_names),
    cmocka_unit_test(test_topics_say_how_sure_they_are),
    cmocka_unit_test(test_topics_tell_nobody_what_is_not_for_them),
    cmocka_unit_test(test_topics_know_their_audience),
    cmocka_unit_test(test_refusals_are_one_line),
    cmocka_unit_test(test_a_refusal_in_full),
    cmocka_unit_test(test_second_row_of_controls_is_masked_too),
    cmocka_unit_test(test_longest_names_and_numbers),
    cmocka_unit_test(test_longest_explanation),
    cmocka_unit_test(test_longest_refusal_and_confirmation),
    cmocka_unit_test(test_topics_have_their_passages),
    cmocka_unit_test(test_each_nutrient_has_its_topic),
    cmocka_unit_test(test_explanations_say_what_was_divided_by),
    cmocka_unit_test(test_what_is_said_is_cut_at_a_letter),
    cmocka_unit_test(test_figures),
    cmocka_unit_test(test_control_characters_at_their_bounds),
    cmocka_unit_test(test_how_many_records_have_no_date),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
