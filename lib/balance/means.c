/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/means.h>

#include <math.h>
#include <string.h>

#define BIT(nutrient) (1u << CAL_NUTRIENT_##nutrient)

/* Which parts of a day's contents each is made of. */
static uint32_t
parts_of(CalMeanOf of)
{
  switch (of) {
  case CAL_MEAN_VITAMIN_D:
    return BIT(VITAMIN_D);
  case CAL_MEAN_CALCIUM:
    return BIT(CALCIUM);
  case CAL_MEAN_MAGNESIUM:
    return BIT(MAGNESIUM);
  case CAL_MEAN_K1:
    return BIT(K1);
  case CAL_MEAN_K2:
    return BIT(MK4) | BIT(MK7) | BIT(K2_OTHER);
  case CAL_MEAN_VITAMIN_C:
    return BIT(VITAMIN_C);
  }
  return 0;
}

static double
sum_of(const CalNutrients *contents, CalMeanOf of)
{
  double sum = 0;
  for (uint32_t i = 0; i < CAL_NUTRIENT_COUNT; i++)
    if ((parts_of(of) >> i & 1u) != 0)
      sum += contents->amount[i];
  return sum;
}

/* Skin stops by itself, and magnesium of food harms nobody. */
static double
counted(double food, double supplement, CalMeanOf of)
{
  return of == CAL_MEAN_MAGNESIUM ? supplement : food + supplement;
}

void
cal_mean_day(const CalDayResult *result, CalMeanDay *day)
{
  memset(day, 0, sizeof *day);
  for (int i = 0; i < CAL_MEAN_COUNT; i++) {
    const CalMeanOf of = (CalMeanOf)i;
    const double food = sum_of(&result->food, of), supplement = sum_of(&result->supplement, of);
    day->total[i] = food + supplement + (of == CAL_MEAN_VITAMIN_D ? result->sun.iu : 0);
    day->counted[i] = counted(food, supplement, of);
    if ((cal_day_unknown(result) & parts_of(of)) != 0)
      day->unknown |= 1u << i;
  }
  day->known = result->known;
  day->closed = result->closed;
}

/* Of the known days among the last `window` before `end`. */
static CalMeans
known_in(const CalMeanDay *day, size_t end, CalMeanOf of, size_t window)
{
  CalMeans means = { NAN, 0, 0 };
  double sum = 0;
  for (size_t i = end > window ? end - window : 0; i < end; i++)
    if (day[i].known && (day[i].unknown >> of & 1u) == 0) {
      sum += day[i].total[of];
      means.known_days++;
    }
  if (means.known_days > 0)
    means.known = sum / (double)means.known_days;
  return means;
}

CalMeans
cal_means(const CalMeanDay *day, size_t n, CalMeanOf of, size_t window, bool goes_on)
{
  CalMeans means = known_in(day, n, of, window);
  if (goes_on && n > 0 && !day[n - 1].closed) {
    const CalMeans before = known_in(day, n - 1, of, window);
    if (before.known_days >= window * 5 / 7)
      means = before;
  }
  double sum = 0;
  for (size_t i = n > window ? n - window : 0; i < n; i++)
    sum += day[i].counted[of];
  means.calendar = sum / (double)window;
  return means;
}
