/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings of the nutrients: too much over calendar days, too little over days that are known. */
#include <math.h>
#include <string.h>

#include "finder.h"

#define WEEK      7
#define FORTNIGHT 14
/* The days that must be known before anybody says "too little": a choice. */
#define KNOWN_OF_WEEK      5
#define KNOWN_OF_FORTNIGHT 10

/* Supplement calcium at once, above which little of it is absorbed, mg: as widely quoted, not read in the
 * original. */
#define BURST_MG 500.0
/* The subject that tells it from the week's mean, so that neither holds the other. */
#define AT_ONCE "at-once"

/* -- Rows -- */

typedef double (*Amount)(const CalDayResult *day);

static double
d_eaten(const CalDayResult *day)
{
  return day->food.amount[CAL_NUTRIENT_VITAMIN_D] + day->supplement.amount[CAL_NUTRIENT_VITAMIN_D];
}

static double
d_best(const CalDayResult *day)
{
  return d_eaten(day) + day->sun.iu;
}

static double
d_at_most(const CalDayResult *day)
{
  return d_eaten(day) + day->sun.iu_high;
}

static double
d_supplement(const CalDayResult *day)
{
  return day->supplement.amount[CAL_NUTRIENT_VITAMIN_D];
}

static double
calcium(const CalDayResult *day)
{
  return cal_day_total(day, CAL_NUTRIENT_CALCIUM);
}

static double
calcium_supplement(const CalDayResult *day)
{
  return day->supplement.amount[CAL_NUTRIENT_CALCIUM];
}

static double
magnesium(const CalDayResult *day)
{
  return cal_day_total(day, CAL_NUTRIENT_MAGNESIUM);
}

static double
magnesium_supplement(const CalDayResult *day)
{
  return day->supplement.amount[CAL_NUTRIENT_MAGNESIUM];
}

static double
k1(const CalDayResult *day)
{
  return cal_day_total(day, CAL_NUTRIENT_K1);
}

static double
k2(const CalDayResult *day)
{
  return cal_nutrients_k2(&day->food) + cal_nutrients_k2(&day->supplement);
}

#define BIT(nutrient) (1u << CAL_NUTRIENT_##nutrient)
#define K2_BITS       (BIT(MK4) | BIT(MK7) | BIT(K2_OTHER))

static double
k_supplement(const CalDayResult *day)
{
  return day->supplement.amount[CAL_NUTRIENT_K1] + cal_nutrients_k2(&day->supplement);
}

/* Also when the label names vitamin K without an amount. */
static bool
has_k_supplement(const CalDayResult *day)
{
  return k_supplement(day) > 0 || (day->supplement.unknown & (BIT(K1) | K2_BITS)) != 0;
}

/* A stretch of rows, first ... last - 1. */
typedef struct Rows {
  size_t first;
  size_t last;
} Rows;

static Rows
rows_before(size_t last, size_t window)
{
  return (Rows){ last > window ? last - window : 0, last };
}

static double
sum_of(const Finder *finder, Rows rows, Amount amount)
{
  double sum = 0;
  for (size_t i = rows.first; i < rows.last; i++)
    sum += amount(&finder->row[i]);
  return sum;
}

/* Days that were not recorded count as nothing: what is recorded is a lower bound. */
static double
calendar_mean(const Finder *finder, size_t window, Amount amount)
{
  return sum_of(finder, rows_before(finder->n_rows, window), amount) / (double)window;
}

static bool
is_known(const CalDayResult *day, uint32_t nutrients)
{
  return day->known && (cal_day_unknown(day) & nutrients) == 0;
}

static size_t
count_known(const Finder *finder, Rows rows, uint32_t nutrients)
{
  size_t known = 0;
  for (size_t i = rows.first; i < rows.last; i++)
    known += is_known(&finder->row[i], nutrients);
  return known;
}

static double
known_mean(const Finder *finder, Rows rows, uint32_t nutrients, Amount amount)
{
  double sum = 0;
  size_t known = 0;
  for (size_t i = rows.first; i < rows.last; i++)
    if (is_known(&finder->row[i], nutrients)) {
      sum += amount(&finder->row[i]);
      known++;
    }
  return known > 0 ? sum / (double)known : NAN;
}

/* The days that are looked at for too little, how many of them are known, whether those are enough, and
 * whether the last of them is today and not over. */
typedef struct Known {
  Rows rows;
  size_t n;
  bool suffice;
  bool goes_on;
} Known;

static Known
known_in(const Finder *finder, Rows rows, uint32_t nutrients, size_t least)
{
  const size_t n = count_known(finder, rows, nutrients);
  const bool goes_on = rows.last == finder->n_rows && !finder->row[finder->n_rows - 1].closed;
  return (Known){ rows, n, n >= least, goes_on };
}

/* The window that ends yesterday, unless today is closed or is needed to have enough known days. Today, known
 * since breakfast, is not known any more when something of unknown contents is eaten: what stood is content
 * with one day less, else it would come and go with the meals. */
static Known
known_days(const Finder *finder, CalCode code, size_t window, size_t least, uint32_t nutrients)
{
  const bool closed = finder->row[finder->n_rows - 1].closed;
  const size_t enough = cal_finder_stood(finder, code, "") ? least - 1 : least;
  const Known past = known_in(finder, rows_before(finder->n_rows - 1, window), nutrients, enough);
  return past.suffice && !closed ? past
                                 : known_in(finder, rows_before(finder->n_rows, window), nutrients, enough);
}

/* The same days, without one that goes on: nobody knows yet what it will bring. */
static Rows
days_over(const Known *known)
{
  return (Rows){ known->rows.first, known->rows.last - (known->goes_on ? 1 : 0) };
}

/* A breakfast makes up the number of known days, and no value graver than it is without. */
static double
milder(double with, double without, bool less)
{
  return isnan(without) ? with : less ? fmin(with, without) : fmax(with, without);
}

/* For too little. */
static double
mean_so_far(const Finder *finder, const Known *known, uint32_t nutrients, Amount amount)
{
  return milder(known_mean(finder, known->rows, nutrients, amount),
                known_mean(finder, days_over(known), nutrients, amount), false);
}

static CalFinding *
add_mean(Finder *finder, CalCode code, double value, double reference, size_t window, size_t known)
{
  CalFinding *const finding = cal_finder_add(finder, code, "", value, reference);
  finding->days = (int32_t)window;
  finding->known_days = (int32_t)known;
  return finding;
}

/* -- Too much -- */

static void
too_much(Finder *finder, CalCode code, size_t window, Amount amount)
{
  const double threshold = cal_finder_threshold(finder, code, cal_finder_default(finder, code));
  const double mean = calendar_mean(finder, window, amount);
  if (cal_finder_above(finder, code, "", mean, threshold))
    add_mean(finder, code, mean, threshold, window, 0)->flags = CAL_FINDING_BOUND;
}

/* A dose that stands for many days is judged over as many. */
static size_t
d_window(const CalContext *context)
{
  size_t window = WEEK;
  for (uint32_t i = 0; i < context->n_products; i++) {
    const CalProduct *const product = &context->product[i];
    if (product->has_interval && product->serving.amount[CAL_NUTRIENT_VITAMIN_D] > 0 &&
        (size_t)product->every_days > window)
      window = (size_t)product->every_days;
  }
  return window;
}

static void
find_d_high(Finder *finder)
{
  const size_t window = d_window(finder->context), before = finder->n_found;
  too_much(finder, CAL_CODE_D_HIGH, window, d_eaten);
  if (finder->n_found > before && window > WEEK)
    finder->found[before].flags |= CAL_FINDING_INTERVAL;
}

static void
find_d_very_high_on(Finder *finder, const CalDayResult *day)
{
  const double limit = cal_finder_default(finder, CAL_CODE_D_VERY_HIGH);
  const double threshold = cal_finder_threshold(finder, CAL_CODE_D_VERY_HIGH, limit);
  const double iu = d_supplement(day) - day->interval_d_iu;
  char date[11];
  cal_date_format(day->date, date);
  if (cal_finder_above(finder, CAL_CODE_D_VERY_HIGH, date, iu, threshold))
    cal_finder_add(finder, CAL_CODE_D_VERY_HIGH, date, iu, threshold)->days = 1;
}

/* Today, and yesterday: who looks at midnight sees what was entered before it. */
static void
find_d_very_high(Finder *finder)
{
  const Rows rows = rows_before(finder->n_rows, 2);
  for (size_t i = rows.first; i < rows.last; i++)
    find_d_very_high_on(finder, &finder->row[i]);
}

/* "From 1000 mg on": a mean that equals the threshold is over it. */
static bool
at_least(const Finder *finder, CalCode code, double value, double threshold)
{
  return value >= threshold || cal_finder_above(finder, code, "", value, threshold);
}

static void
find_ca_supplement_high(Finder *finder)
{
  const CalCode code = CAL_CODE_CA_SUPPLEMENT_HIGH;
  const double threshold = cal_finder_threshold(finder, code, cal_code_facts(code)->threshold);
  const double mean = calendar_mean(finder, WEEK, calcium_supplement);
  const double burst = finder->row[finder->n_rows - 1].calcium_burst_mg;
  if (at_least(finder, code, mean, threshold)) {
    add_mean(finder, code, mean, threshold, WEEK, 0)->flags = CAL_FINDING_BOUND;
  } else if (cal_finder_above(finder, code, AT_ONCE, burst, BURST_MG)) {
    CalFinding *const finding = cal_finder_add(finder, code, AT_ONCE, burst, BURST_MG);
    finding->flags = CAL_FINDING_BURST;
  }
}

/* -- Too little -- */

static void
find_d_low(Finder *finder)
{
  const CalCode code = CAL_CODE_D_LOW;
  const Known known = known_days(finder, code, FORTNIGHT, KNOWN_OF_FORTNIGHT, BIT(VITAMIN_D));
  const double threshold = cal_finder_threshold(finder, code, cal_finder_default(finder, code));
  const double mean = mean_so_far(finder, &known, BIT(VITAMIN_D), d_best);
  if (!known.suffice || !cal_finder_below(finder, code, "", mean, threshold))
    return;
  CalFinding *const finding = add_mean(finder, code, mean, threshold, FORTNIGHT, known.n);
  if (mean_so_far(finder, &known, BIT(VITAMIN_D), d_at_most) >= threshold)
    finding->severity = CAL_SEVERITY_INFORMATION;
}

static void
find_mg_low(Finder *finder)
{
  const CalCode code = CAL_CODE_MG_LOW;
  const Known known = known_days(finder, code, FORTNIGHT, KNOWN_OF_FORTNIGHT, BIT(MAGNESIUM));
  const double threshold = cal_finder_threshold(finder, code, cal_finder_default(finder, code));
  const double mean = mean_so_far(finder, &known, BIT(MAGNESIUM), magnesium);
  if (known.suffice && cal_finder_below(finder, code, "", mean, threshold))
    add_mean(finder, code, mean, threshold, FORTNIGHT, known.n);
}

/* -- Ratios and companions -- */

static double
known_ratio(const Finder *finder, Rows rows, uint32_t both)
{
  return known_mean(finder, rows, both, calcium) / known_mean(finder, rows, both, magnesium);
}

static void
find_ca_mg_ratio(Finder *finder)
{
  const CalCode code = CAL_CODE_CA_MG_RATIO;
  const uint32_t both = BIT(CALCIUM) | BIT(MAGNESIUM);
  const Known known = known_days(finder, code, WEEK, KNOWN_OF_WEEK, both);
  const double mg = mean_so_far(finder, &known, both, magnesium);
  const double threshold = cal_finder_threshold(finder, code, cal_code_facts(code)->threshold);
  if (!known.suffice || !(mg > 0) ||
      !cal_finder_below(finder, code, "", mg, finder->reference.magnesium_target_mg))
    return;
  const double ratio =
      milder(known_ratio(finder, known.rows, both), known_ratio(finder, days_over(&known), both), true);
  if (cal_finder_above(finder, code, "", ratio, threshold))
    add_mean(finder, code, ratio, threshold, WEEK, known.n)->other = mg;
}

/* Whether vitamin D is supplemented so highly over the known days of a week that its companions matter. */
static bool
d_is_supplemented(const Finder *finder, CalCode code, const Known *known, double mean)
{
  return known->suffice &&
         at_least(finder, code, mean, cal_finder_threshold(finder, code, cal_code_facts(code)->threshold));
}

static bool
has_k2(const Finder *finder, Rows rows)
{
  for (size_t i = rows.first; i < rows.last; i++)
    if (finder->row[i].k2_food || cal_nutrients_k2(&finder->row[i].supplement) > 0 ||
        (finder->row[i].supplement.unknown & K2_BITS) != 0)
      return true;
  return false;
}

static void
find_d_without_k2(Finder *finder)
{
  const CalCode code = CAL_CODE_D_WITHOUT_K2;
  const Known known = known_days(finder, code, WEEK, KNOWN_OF_WEEK, 0);
  const double mean = known_mean(finder, known.rows, 0, d_supplement);
  if (d_is_supplemented(finder, code, &known, mean) &&
      !has_k2(finder, (Rows){ known.rows.first, finder->n_rows }))
    add_mean(finder, code, mean, cal_finder_threshold(finder, code, cal_code_facts(code)->threshold), WEEK,
             known.n);
}

static void
find_d_without_magnesium(Finder *finder)
{
  const CalCode code = CAL_CODE_D_WITHOUT_MAGNESIUM;
  const Known known = known_days(finder, code, WEEK, KNOWN_OF_WEEK, BIT(MAGNESIUM));
  const double mg = mean_so_far(finder, &known, BIT(MAGNESIUM), magnesium);
  const double mean = known_mean(finder, known.rows, BIT(MAGNESIUM), d_supplement);
  if (!d_is_supplemented(finder, code, &known, mean) ||
      !cal_finder_below(finder, code, "", mg, finder->reference.magnesium_ear_mg))
    return;
  CalFinding *const finding = add_mean(finder, code, mg, finder->reference.magnesium_ear_mg, WEEK, known.n);
  finding->measure = CAL_MEASURE_MG;
  finding->other = mean;
}

/* -- Vitamin K antagonists -- */

/* By how much of what it was a mean is another. */
static double
moved(double before, double now)
{
  return before > 0 ? fabs(now - before) / before : now > 0 ? 1 : 0;
}

static void
k_moved(Finder *finder, Rows earlier, const Known *week, const char *subject, uint32_t bits, Amount amount)
{
  const Rows later = week->rows;
  const CalCode code = CAL_CODE_K_STEADY;
  const double threshold = cal_finder_threshold(finder, code, cal_code_facts(code)->threshold);
  if (count_known(finder, earlier, bits) < KNOWN_OF_WEEK || count_known(finder, later, bits) < KNOWN_OF_WEEK)
    return;
  const double before = known_mean(finder, earlier, bits, amount);
  const double with = known_mean(finder, later, bits, amount);
  const double without = known_mean(finder, days_over(week), bits, amount);
  const double share = milder(moved(before, with), isnan(without) ? NAN : moved(before, without), true);
  if (!cal_finder_above(finder, code, subject, share, threshold))
    return;
  CalFinding *const finding =
      cal_finder_add(finder, code, subject, share == moved(before, with) ? with : without, before);
  finding->measure = CAL_MEASURE_UG;
  finding->other = share;
  finding->days = WEEK;
  finding->known_days = (int32_t)count_known(finder, later, bits);
  finding->flags = bits == BIT(K1) ? 0 : CAL_FINDING_K2;
}

static bool
natto_in(const Finder *finder, Rows rows)
{
  for (size_t i = rows.first; i < rows.last; i++)
    if (finder->row[i].natto)
      return true;
  return false;
}

static bool
any_k_supplement(const Finder *finder, Rows rows)
{
  for (size_t i = rows.first; i < rows.last; i++)
    if (has_k_supplement(&finder->row[i]))
      return true;
  return false;
}

/* What is taken now was begun. What is not was stopped, if its days are known: who enters nothing for a week
 * has stopped nothing. */
static void
k_supplement_changed(Finder *finder, Rows before, Rows week)
{
  const bool then = any_k_supplement(finder, before), now = any_k_supplement(finder, week);
  if (now == then || (!now && count_known(finder, week, 0) < KNOWN_OF_WEEK))
    return;
  CalFinding *const finding =
      cal_finder_add(finder, CAL_CODE_K_STEADY, "supplement", sum_of(finder, week, k_supplement) / WEEK,
                     sum_of(finder, before, k_supplement) / WEEK);
  finding->measure = CAL_MEASURE_UG;
  finding->flags = CAL_FINDING_CHANGED;
}

static void
find_k_steady(Finder *finder)
{
  const Rows week = rows_before(finder->n_rows, WEEK), before = rows_before(week.first, WEEK);
  const Known later = known_days(finder, CAL_CODE_K_STEADY, WEEK, KNOWN_OF_WEEK, 0);
  const Rows earlier = rows_before(later.rows.first, WEEK);
  k_moved(finder, earlier, &later, "k1", BIT(K1), k1);
  k_moved(finder, earlier, &later, "k2", K2_BITS, k2);
  k_supplement_changed(finder, before, week);
  if (natto_in(finder, week))
    cal_finder_add(finder, CAL_CODE_K_STEADY, "natto", NAN, NAN)->flags = CAL_FINDING_NATTO;
}

/* -- All of them -- */

static void
find_ca_high(Finder *finder)
{
  too_much(finder, CAL_CODE_CA_HIGH, WEEK, calcium);
}

static void
find_mg_supplement_high(Finder *finder)
{
  too_much(finder, CAL_CODE_MG_SUPPLEMENT_HIGH, WEEK, magnesium_supplement);
}

static CalFinding *
found(const Finder *finder, CalCode code)
{
  for (size_t i = 0; i < finder->n_found; i++)
    if (finder->found[i].code == code)
      return &finder->found[i];
  return NULL;
}

/* More magnesium answers both: who is told so in a bubble needs no second one, and the ratio waits in the
 * list. */
static void
let_ratio_wait(Finder *finder)
{
  CalFinding *const ratio = found(finder, CAL_CODE_CA_MG_RATIO);
  if (ratio != NULL &&
      (found(finder, CAL_CODE_MG_LOW) != NULL || found(finder, CAL_CODE_D_WITHOUT_MAGNESIUM) != NULL))
    ratio->flags |= CAL_FINDING_NO_BUBBLE;
}

void
cal_find_balance(Finder *finder)
{
  static const struct {
    CalCode code;
    void (*find)(Finder *finder);
  } rules[] = {
    { CAL_CODE_D_LOW, find_d_low },
    { CAL_CODE_D_HIGH, find_d_high },
    { CAL_CODE_D_VERY_HIGH, find_d_very_high },
    { CAL_CODE_D_WITHOUT_K2, find_d_without_k2 },
    { CAL_CODE_D_WITHOUT_MAGNESIUM, find_d_without_magnesium },
    { CAL_CODE_CA_HIGH, find_ca_high },
    { CAL_CODE_CA_SUPPLEMENT_HIGH, find_ca_supplement_high },
    { CAL_CODE_CA_MG_RATIO, find_ca_mg_ratio },
    { CAL_CODE_MG_LOW, find_mg_low },
    { CAL_CODE_MG_SUPPLEMENT_HIGH, find_mg_supplement_high },
    { CAL_CODE_K_STEADY, find_k_steady },
  };
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (cal_finder_may(finder, rules[i].code))
      rules[i].find(finder);
  let_ratio_wait(finder);
}
