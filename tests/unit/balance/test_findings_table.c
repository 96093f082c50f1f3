/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Day histories in, findings out: every line of tests/vectors/findings.txt holds, and nobody for whom it has
 * no line is spoken to differently. */
#include "../cmocka_prelude.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <calcifer/alert.h>
#include <calcifer/duration.h>
#include <calcifer/reference.h>

#include "rows.h"
#include "scene.h"
#include "table.h"

#define FILE_NAME "findings.txt"
#define MAX_ROWS  600
#define THIS_YEAR 2026 /* of ROWS_TODAY */

/* "CODE[/SUBJECT] CASE | PARAGRAPH | DAYS | PEOPLE | ANSWER" */
typedef struct Case {
  int line;
  CalCode code;
  char subject[CAL_FINDING_SUBJECT_SIZE]; /* empty: any */
  char kind[16];
  const char *days, *people, *answer;
} Case;

static struct {
  TableRow row[MAX_ROWS];
  size_t n;
  Scene scene;
  CalFinding finding[CAL_FINDING_MAX];
} all;

static int
read_all(void **state)
{
  Table table;
  (void)state;
  table_open(&table, FILE_NAME);
  while (table_next(&table, &all.row[all.n]))
    if (++all.n == MAX_ROWS)
      return -1;
  return all.n > 200 ? 0 : -1;
}

#define FAIL_AT(where, ...)                                                                                  \
  do {                                                                                                       \
    print_error("%s:%d: ", FILE_NAME, (where)->line);                                                        \
    fail_msg(__VA_ARGS__);                                                                                   \
  } while (0)

/* False for a line of another shape: a reference, a quiet time. */
static bool
read_case(const TableRow *row, Case *one)
{
  char code[CAL_FINDING_SUBJECT_SIZE + 32];
  if (strncmp(row->field[0], "reference ", 10) == 0 || strncmp(row->field[0], "quiet ", 6) == 0)
    return false;
  memset(one, 0, sizeof *one);
  one->line = row->line;
  if (row->n_fields != 5 || !table_part(row->field[0], " ", 0, code, sizeof code) ||
      !table_part(row->field[0], " ", 1, one->kind, sizeof one->kind))
    FAIL_AT(row, "not CODE CASE | PARAGRAPH | DAYS | PEOPLE | ANSWER");
  char *const slash = strchr(code, '/');
  if (slash != NULL) {
    *slash = '\0';
    snprintf(one->subject, sizeof one->subject, "%s", slash + 1);
  }
  if (!cal_code_parse(code, &one->code))
    FAIL_AT(row, "%s is no code", code);
  one->days = row->field[2];
  one->people = row->field[3];
  one->answer = row->field[4];
  return true;
}

static const CalFinding *
look(const Case *one, const char *person, const char *days)
{
  Scene *const scene = &all.scene;
  scene_begin(scene);
  if (!scene_person(scene, person))
    FAIL_AT(one, "\"%s\" is nobody", person);
  if (!scene_tell(scene, strcmp(days, "-") == 0 ? "" : days))
    FAIL_AT(one, "a word of \"%s\" is not known", days);
  scene->standing.code = one->code;
  const size_t n = cal_findings(scene->row, scene->n_rows, &scene->context, &scene->input, all.finding);
  for (size_t i = 0; i < n; i++)
    if (all.finding[i].code == one->code &&
        (one->subject[0] == '\0' || strcmp(all.finding[i].subject, one->subject) == 0))
      return &all.finding[i];
  return NULL;
}

/* -- Answers -- */

typedef struct Answer {
  bool silent;
  CalSeverity severity;
  double value, reference; /* NAN: not said */
  uint32_t says;           /* of CalAudience */
  bool names_flags;
  uint32_t flags; /* of CalFindingFlag */
} Answer;

static const char *const audiences[] = { "no-sun",   "ask-kidney", "ask-doctor", "steady-k",
                                         "pregnant", "sun-unset",  "under-18",   "calcification",
                                         "apart",    "direct",     "private" };
static const char *const flags[] = { "no-bubble", "bound", "interval", "burst", "changed", "natto",
                                     "past",      "k2",    "ambient",  "clear", "alone" };

/* "no-sun,private" */
static uint32_t
read_bits(const Case *one, const char *text, const char *const *names, size_t n_names)
{
  uint32_t bits = 0;
  char name[32];
  for (size_t i = 0; strcmp(text, "none") != 0 && table_part(text, ",", i, name, sizeof name); i++) {
    size_t bit = 0;
    while (bit < n_names && strcmp(names[bit], name) != 0)
      bit++;
    if (bit == n_names)
      FAIL_AT(one, "%s is not known", name);
    bits |= 1u << bit;
  }
  return bits;
}

/* "597 of 600", "says no-sun", "flags bound": what stands behind the tone, in pairs of words. */
static void
read_more(const Case *one, Answer *answer)
{
  char key[32], text[64];
  for (size_t i = 1; table_part(one->answer, " ", i, key, sizeof key); i += 2) {
    if (!table_part(one->answer, " ", i + 1, text, sizeof text))
      FAIL_AT(one, "nothing behind %s", key);
    if (strcmp(key, "says") == 0) {
      answer->says = read_bits(one, text, audiences, sizeof audiences / sizeof *audiences);
    } else if (strcmp(key, "flags") == 0) {
      answer->names_flags = true;
      answer->flags = read_bits(one, text, flags, sizeof flags / sizeof *flags);
    } else if (strcmp(key, "of") == 0) {
      answer->reference = strtod(text, NULL);
    } else {
      answer->value = strtod(key, NULL);
      i--;
    }
  }
}

static Answer
read_answer(const Case *one)
{
  Answer answer = { .value = NAN, .reference = NAN };
  char tone[16];
  table_part(one->answer, " ", 0, tone, sizeof tone);
  answer.silent = strcmp(tone, "silent") == 0;
  int severity = CAL_SEVERITY_INFORMATION;
  while (severity <= CAL_SEVERITY_CRITICAL && strcmp(cal_severity_name((CalSeverity)severity), tone) != 0)
    severity++;
  if (!answer.silent && severity > CAL_SEVERITY_CRITICAL)
    FAIL_AT(one, "%s is no tone", tone);
  answer.severity = answer.silent ? CAL_SEVERITY_INFORMATION : (CalSeverity)severity;
  if (!answer.silent)
    read_more(one, &answer);
  return answer;
}

static bool
agrees(double value, double expected)
{
  return isnan(expected) || fabs(value - expected) <= 1e-9 * fabs(expected);
}

static void
assert_answer(const Case *one, const char *person, const CalFinding *found, const Answer *answer)
{
  if (answer->silent != (found == NULL))
    FAIL_AT(one, "to \"%s\": %s", person, found == NULL ? "nothing is said" : "something is said");
  if (found == NULL)
    return;
  if (found->severity != answer->severity)
    FAIL_AT(one, "to \"%s\": as %s", person, cal_severity_name(found->severity));
  if (!agrees(found->value, answer->value) || !agrees(found->reference, answer->reference))
    FAIL_AT(one, "to \"%s\": %.9g of %.9g", person, found->value, found->reference);
  if (found->audience != answer->says)
    FAIL_AT(one, "to \"%s\": with the audience %#x, not %#x", person, found->audience, answer->says);
  if (answer->names_flags && found->flags != answer->flags)
    FAIL_AT(one, "to \"%s\": with the flags %#x, not %#x", person, found->flags, answer->flags);
}

static void
test_every_row(void **state)
{
  (void)state;
  for (size_t i = 0; i < all.n; i++) {
    Case one;
    char person[256];
    if (!read_case(&all.row[i], &one))
      continue;
    const Answer answer = read_answer(&one);
    for (size_t j = 0; table_part(one.people, " / ", j, person, sizeof person); j++)
      assert_answer(&one, person, look(&one, person, one.days), &answer);
  }
}

/* -- Who is spoken to differently, and who is not -- */

/* NAN is the same as NAN. */
static bool
is_number(double a, double b)
{
  return isnan(a) ? isnan(b) : a == b;
}

static bool
is_the_same(const CalFinding *a, bool has_a, const CalFinding *b, bool has_b)
{
  if (!has_a || !has_b)
    return has_a == has_b;
  return a->severity == b->severity && a->audience == b->audience && a->flags == b->flags &&
         is_number(a->value, b->value) && is_number(a->reference, b->reference);
}

/* Says whether a person hears on these days what the ordinary one does. */
static bool
hears_the_same(const Case *one, const char *person)
{
  CalFinding ordinary = { .code = one->code };
  const CalFinding *found = look(one, "-", one->days);
  const bool is_found = found != NULL;
  if (is_found)
    ordinary = *found;
  found = look(one, person, one->days);
  return is_the_same(found, found != NULL, &ordinary, is_found);
}

static void
test_a_row_about_who_makes_a_difference(void **state)
{
  (void)state;
  size_t n = 0;
  for (size_t i = 0; i < all.n; i++) {
    Case one;
    char person[256];
    if (!read_case(&all.row[i], &one) || strcmp(one.kind, "who") != 0)
      continue;
    for (size_t j = 0; table_part(one.people, " / ", j, person, sizeof person); j++, n++)
      if (hears_the_same(&one, person))
        FAIL_AT(&one, "\"%s\" hears what everybody hears", person);
  }
  assert_true(n > 100);
}

/* Whoever moves no reference intake. */
static const char *const people[] = {
  "conditions kidney-disease",
  "conditions kidney-stones",
  "conditions hypercalcaemia",
  "conditions hyperparathyroidism",
  "conditions sarcoidosis",
  "conditions granulomatous-disease",
  "conditions skin-cancer",
  "conditions lupus",
  "conditions porphyria",
  "conditions xeroderma",
  "conditions albinism",
  "conditions immunosuppression",
  "conditions diabetes",
  "medicines vitamin-k-antagonist",
  "medicines direct-anticoagulant",
  "medicines photosensitiser",
  "medicines thiazide",
  "medicines digoxin",
  "medicines lithium",
  "medicines levothyroxine",
  "medicines tetracycline",
  "medicines quinolone",
  "medicines bisphosphonate",
  "phototype 1",
  "phototype 6",
  "phototype unset",
  "stage may-become",
};

static bool
has_a_row(CalCode code, const char *who)
{
  for (size_t i = 0; i < all.n; i++) {
    Case one;
    char person[256];
    if (!read_case(&all.row[i], &one) || one.code != code || strcmp(one.kind, "who") != 0)
      continue;
    for (size_t j = 0; table_part(one.people, " / ", j, person, sizeof person); j++)
      if (strcmp(person, who) == 0)
        return true;
  }
  return false;
}

/* Each finding that an ordinary person hears, crossed with each condition, medicine, phototype and stage. */
static void
test_nobody_else_is_spoken_to_differently(void **state)
{
  (void)state;
  size_t n = 0;
  for (size_t i = 0; i < all.n; i++) {
    Case one;
    if (!read_case(&all.row[i], &one) || strcmp(one.kind, "over") != 0 || strcmp(one.people, "-") != 0)
      continue;
    for (size_t j = 0; j < sizeof people / sizeof *people; j++, n++)
      if (!has_a_row(one.code, people[j]) && !hears_the_same(&one, people[j]))
        FAIL_AT(&one, "\"%s\" hears something else, and no row says so", people[j]);
  }
  assert_true(n > 20 * sizeof people / sizeof *people);
}

/* -- Reference intakes -- */

/* "reference SET SEX STAGE AGES | PARAGRAPH | FIGURES" */
typedef struct Figures {
  int line;
  char set[8], sex[8], stage[16];
  int first_age, last_age; /* the lower of the two that a birth year leaves open; -1: no birth year */
  double d, d_ul, ca, ca_ul, mg, mg_ear, mg_ul, k1;
} Figures;

static double
figure(const Figures *figures, const char *text, size_t n, const char *key)
{
  char word[32];
  const size_t length = strlen(key);
  if (!table_part(text, " ", n, word, sizeof word) || strncmp(word, key, length) != 0 || word[length] != '=')
    FAIL_AT(figures, "%s= is missing", key);
  return strcmp(word + length + 1, "none") == 0 ? NAN : strtod(word + length + 1, NULL);
}

static bool
read_figures(const TableRow *row, Figures *figures)
{
  char ages[16];
  *figures = (Figures){ .line = row->line, .first_age = -1, .last_age = -1 };
  if (strncmp(row->field[0], "reference ", 10) != 0)
    return false;
  if (row->n_fields != 3 || sscanf(row->field[0], "reference %7s %7s %15s %15s", figures->set, figures->sex,
                                   figures->stage, ages) != 4)
    FAIL_AT(row, "not reference SET SEX STAGE AGES | PARAGRAPH | FIGURES");
  if (strcmp(ages, "unset") != 0 && sscanf(ages, "%d-%d", &figures->first_age, &figures->last_age) != 2)
    FAIL_AT(row, "%s are no ages", ages);
  figures->d = figure(figures, row->field[2], 0, "d");
  figures->d_ul = figure(figures, row->field[2], 1, "d-ul");
  figures->ca = figure(figures, row->field[2], 2, "ca");
  figures->ca_ul = figure(figures, row->field[2], 3, "ca-ul");
  figures->mg = figure(figures, row->field[2], 4, "mg");
  figures->mg_ear = figure(figures, row->field[2], 5, "mg-ear");
  figures->mg_ul = figure(figures, row->field[2], 6, "mg-ul");
  figures->k1 = figure(figures, row->field[2], 7, "k1");
  return true;
}

static void
person_of(const Figures *figures, int age, char *person, size_t size)
{
  char year[16] = "unset";
  if (age >= 0)
    snprintf(year, sizeof year, "%d", THIS_YEAR - 1 - age);
  snprintf(person, size, "reference %s; sex %s; stage %s; birth-year %s", figures->set, figures->sex,
           figures->stage, year);
}

static bool
is_figure(double value, double expected)
{
  return isnan(expected) ? isnan(value) : fabs(value - expected) <= 1e-9 * expected;
}

static void
assert_figures(const Figures *figures, int age)
{
  CalReference is;
  char person[128];
  person_of(figures, age, person, sizeof person);
  scene_begin(&all.scene);
  if (!scene_person(&all.scene, person))
    FAIL_AT(figures, "\"%s\" is nobody", person);
  cal_reference_for(&all.scene.context.profile, ROWS_TODAY, &is);
  if (!is_figure(is.d_target_iu, figures->d) || !is_figure(is.d_ul_iu, figures->d_ul) ||
      !is_figure(is.calcium_target_mg, figures->ca) || !is_figure(is.calcium_ul_mg, figures->ca_ul) ||
      !is_figure(is.magnesium_target_mg, figures->mg) || !is_figure(is.magnesium_ear_mg, figures->mg_ear) ||
      !is_figure(is.magnesium_ul_mg, figures->mg_ul) || !is_figure(is.k1_target_ug, figures->k1))
    FAIL_AT(figures, "at %d: d=%g d-ul=%g ca=%g ca-ul=%g mg=%g mg-ear=%g mg-ul=%g k1=%g", age, is.d_target_iu,
            is.d_ul_iu, is.calcium_target_mg, is.calcium_ul_mg, is.magnesium_target_mg, is.magnesium_ear_mg,
            is.magnesium_ul_mg, is.k1_target_ug);
}

/* Half a per cent under the limit and half a per cent over it: just one of both is said; where there is no
 * limit, nothing is. `format` makes the days of an amount. */
static void
assert_limit(const Figures *figures, int age, CalCode code, const char *format_name, double limit,
             bool too_much)
{
  const Case one = { .line = figures->line, .code = code };
  char person[128], days[96];
  person_of(figures, age, person, sizeof person);
  for (int over = 0; over < 2; over++) {
    const double amount = isnan(limit) ? 20000 : limit * (over ? 1.005 : 0.995);
    snprintf(days, sizeof days, "%s=%.6f", format_name, amount);
    const bool expected = !isnan(limit) && (over != 0) == too_much;
    if ((look(&one, person, days) != NULL) != expected)
      FAIL_AT(figures, "%s to \"%s\" at %s", cal_code_name(code), person, days);
  }
}

static void
assert_limits(const Figures *figures, int age)
{
  const bool is_young = age >= 0 && age < 18;
  assert_limit(figures, age, CAL_CODE_D_LOW, "food.d", figures->d, false);
  assert_limit(figures, age, CAL_CODE_D_HIGH, "food.d", figures->d_ul, true);
  assert_limit(figures, age, CAL_CODE_D_VERY_HIGH, "supp.d@0", is_young ? 2 * figures->d_ul : 10000, true);
  assert_limit(figures, age, CAL_CODE_CA_HIGH, "food.ca", figures->ca_ul, true);
  assert_limit(figures, age, CAL_CODE_MG_LOW, "food.mg", figures->mg_ear, false);
  assert_limit(figures, age, CAL_CODE_MG_SUPPLEMENT_HIGH, "supp.mg", figures->mg_ul, true);
  assert_limit(figures, age, CAL_CODE_CA_MG_RATIO, "food.ca=9000 food.mg", figures->mg, false);
  assert_limit(figures, age, CAL_CODE_D_WITHOUT_MAGNESIUM, "supp.d=2500 food.mg", figures->mg_ear, false);
}

static void
test_every_reference_intake(void **state)
{
  (void)state;
  size_t n = 0;
  for (size_t i = 0; i < all.n; i++) {
    Figures figures;
    if (!read_figures(&all.row[i], &figures))
      continue;
    for (int age = figures.first_age; age <= figures.last_age; age++, n++)
      assert_figures(&figures, age);
    assert_limits(&figures, figures.first_age);
    assert_limits(&figures, figures.last_age);
  }
  assert_true(n > 300);
}

/* -- Quiet times -- */

static bool
shows(CalAlerts *alerts, const CalFinding *finding, size_t n, CalInstant now)
{
  static CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS];
  const CalMoment moment = { .now = now,
                             .date = (CalDate)(now / 86400),
                             .minute = 720,
                             .day_begins = now - 43200,
                             .day_ends = now + 43200 };
  const size_t n_effects = cal_alerts_find(alerts, finding, n, &moment, effect);
  for (size_t i = 0; i < n_effects; i++)
    if (effect[i].kind == CAL_ALERT_EFFECT_SHOW) {
      static CalAlertEffect closed[CAL_ALERT_MAX_EFFECTS];
      cal_alerts_act(alerts, effect[i].alert, CAL_ALERT_CLOSED, 0, &moment, closed);
      return true;
    }
  return false;
}

/* Told once; gone and found again within its quiet time it is not told, and behind it it is. */
static void
assert_quiet(const TableRow *row, CalCode code, int64_t quiet_s)
{
  const CalFinding finding = { .code = code, .severity = cal_code_facts(code)->severity };
  CalAlerts alerts;
  cal_alerts_init(&alerts);
  alerts.notifier = true;
  alerts.settings = (CalAlertSettings){ .bubbles_a_day = 100 };
  if (!shows(&alerts, &finding, 1, ROWS_NOW))
    FAIL_AT(row, "%s is not told at all", cal_code_name(code));
  shows(&alerts, NULL, 0, ROWS_NOW + quiet_s / 2);
  if (shows(&alerts, &finding, 1, ROWS_NOW + quiet_s * 995 / 1000))
    FAIL_AT(row, "%s is told again within its quiet time", cal_code_name(code));
  if (!shows(&alerts, &finding, 1, ROWS_NOW + quiet_s * 1005 / 1000))
    FAIL_AT(row, "%s is not told again", cal_code_name(code));
}

/* "quiet CODE | PARAGRAPH | TIME" */
static void
test_every_quiet_time(void **state)
{
  (void)state;
  bool seen[CAL_CODE_COUNT] = { false };
  for (size_t i = 0; i < all.n; i++) {
    const TableRow *const row = &all.row[i];
    CalCode code = CAL_CODE_D_LOW;
    int64_t quiet_s = 0;
    if (strncmp(row->field[0], "quiet ", 6) != 0)
      continue;
    if (row->n_fields != 3 || !cal_code_parse(row->field[0] + 6, &code) ||
        !cal_duration_parse(row->field[2], 0, &quiet_s))
      FAIL_AT(row, "not quiet CODE | PARAGRAPH | TIME");
    assert_quiet(row, code, quiet_s);
    seen[code] = true;
  }
  for (int code = 0; code < CAL_CODE_COUNT; code++)
    if (!seen[code])
      fail_msg("%s has no quiet time in %s", cal_code_name((CalCode)code), FILE_NAME);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_row),
    cmocka_unit_test(test_every_reference_intake),
    cmocka_unit_test(test_every_quiet_time),
    cmocka_unit_test(test_a_row_about_who_makes_a_difference),
    cmocka_unit_test(test_nobody_else_is_spoken_to_differently),
  };
  return cmocka_run_group_tests(tests, read_all, NULL);
}
