/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A day's result as org.calciferd.Balance1 has it. What is not known is left out. */
#include "publish.h"

#include "catch_up.h"
#include "member.h"
#include "numbers.h"

#include <calcifer/profile.h>
#include <calcifer/reference.h>
#include <calcifer/synthesis.h>

#include <math.h>

typedef struct {
  const CalDayResult *result;
  CalReference reference;
  CalMeanDay day[CAL_DAYS_OF_MEANS]; /* n_days: this one and those before it */
  guint n_days;
  gboolean goes_on;
} Source;

static void
put_numbers(GVariantBuilder *dictionaries, const char *name, const CalNumbers *numbers)
{
  g_variant_builder_add_value(dictionaries,
                              g_variant_new_dict_entry(g_variant_new_string(name), cal_numbers_end(numbers)));
}

static GVariant *
vitamin_d(const Source *source)
{
  const CalDayResult *day = source->result;
  CalNumbers numbers = { 0 };
  cal_numbers_put(&numbers, "sun_iu", day->sun.iu);
  cal_numbers_put(&numbers, "sun_iu_low", day->sun.iu_low);
  cal_numbers_put(&numbers, "sun_iu_high", day->sun.iu_high);
  cal_numbers_put(&numbers, "food_iu", day->food.amount[CAL_NUTRIENT_VITAMIN_D]);
  cal_numbers_put(&numbers, "supplement_iu", day->supplement.amount[CAL_NUTRIENT_VITAMIN_D]);
  cal_numbers_put(&numbers, "total_iu", cal_day_total(day, CAL_NUTRIENT_VITAMIN_D));
  cal_numbers_put(&numbers, "target_iu", source->reference.d_target_iu);
  return cal_numbers_end(&numbers);
}

static GVariant *
erythema(const Source *source)
{
  CalNumbers numbers = { 0 };
  cal_numbers_put(&numbers, "sed", source->result->sun.erythemal_j_m2 / CAL_SYNTHESIS_SED_J_M2);
  cal_numbers_put(&numbers, "med_fraction", source->result->sun.med_fraction);
  return cal_numbers_end(&numbers);
}

static void
put_food_and_supplement(CalNumbers *numbers, double food, double supplement, double target)
{
  cal_numbers_put(numbers, "food", food);
  cal_numbers_put(numbers, "supplement", supplement);
  cal_numbers_put(numbers, "total", food + supplement);
  cal_numbers_put(numbers, "target", target);
}

static void
put_nutrient(GVariantBuilder *nutrients, const char *name, CalNutrient nutrient, const Source *source)
{
  const CalDayResult *day = source->result;
  CalNumbers numbers = { 0 };
  put_food_and_supplement(&numbers, day->food.amount[nutrient], day->supplement.amount[nutrient],
                          cal_reference_target(&source->reference, nutrient));
  put_numbers(nutrients, name, &numbers);
}

static void
put_k2(GVariantBuilder *nutrients, const Source *source, CalApp *app)
{
  const CalDayResult *day = source->result;
  double carried_ug = NAN;
  CalNumbers numbers = { 0 };
  put_food_and_supplement(&numbers, cal_nutrients_k2(&day->food), cal_nutrients_k2(&day->supplement), NAN);
  cal_numbers_put(&numbers, "mk4", cal_day_total(day, CAL_NUTRIENT_MK4));
  cal_numbers_put(&numbers, "mk7", cal_day_total(day, CAL_NUTRIENT_MK7));
  cal_numbers_put(&numbers, "other", cal_day_total(day, CAL_NUTRIENT_K2_OTHER));
  if (cal_days_mk7_carried(app->days, day->date, cal_app_now(), &carried_ug))
    cal_numbers_put(&numbers, "mk7_carried", carried_ug);
  put_numbers(nutrients, "k2", &numbers);
}

static GVariant *
nutrients(const Source *source, CalApp *app)
{
  GVariantBuilder all = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sa{sd}}"));
  put_nutrient(&all, "calcium", CAL_NUTRIENT_CALCIUM, source);
  put_nutrient(&all, "magnesium", CAL_NUTRIENT_MAGNESIUM, source);
  put_nutrient(&all, "k1", CAL_NUTRIENT_K1, source);
  put_k2(&all, source, app);
  put_nutrient(&all, "vitamin_c", CAL_NUTRIENT_VITAMIN_C, source);
  return g_variant_builder_end(&all);
}

static void
put_means(GVariantBuilder *all, const char *name, CalMeanOf of, double target, double limit,
          const Source *source)
{
  static const struct {
    guint window;
    const char *known, *known_days, *counted;
  } members[] = { { 7, "known_7", "known_days_7", "all_7" }, { 14, "known_14", "known_days_14", "all_14" } };
  CalNumbers numbers = { 0 };
  for (gsize i = 0; source->n_days > 0 && i < G_N_ELEMENTS(members); i++) {
    const CalMeans means = cal_means(source->day, source->n_days, of, members[i].window, source->goes_on);
    cal_numbers_put(&numbers, members[i].known, means.known);
    cal_numbers_put(&numbers, members[i].known_days, (double)means.known_days);
    cal_numbers_put(&numbers, members[i].counted, means.calendar);
  }
  cal_numbers_put(&numbers, "target", target);
  cal_numbers_put(&numbers, "limit", limit);
  put_numbers(all, name, &numbers);
}

static GVariant *
means_of(const Source *source)
{
  const CalReference *reference = &source->reference;
  GVariantBuilder all = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sa{sd}}"));
  put_means(&all, "vitamin_d", CAL_MEAN_VITAMIN_D, reference->d_target_iu, reference->d_ul_iu, source);
  put_means(&all, "calcium", CAL_MEAN_CALCIUM, reference->calcium_target_mg, reference->calcium_ul_mg,
            source);
  put_means(&all, "magnesium", CAL_MEAN_MAGNESIUM, reference->magnesium_target_mg, reference->magnesium_ul_mg,
            source);
  put_means(&all, "k1", CAL_MEAN_K1, reference->k1_target_ug, NAN, source);
  put_means(&all, "k2", CAL_MEAN_K2, NAN, NAN, source);
  put_means(&all, "vitamin_c", CAL_MEAN_VITAMIN_C, NAN, NAN, source);
  return g_variant_builder_end(&all);
}

static GVariant *
whole_foods(const CalDayResult *day)
{
  CalNumbers numbers = { 0 };
  if (day->n_whole + day->n_made > 0) {
    cal_numbers_put(&numbers, "whole", day->n_whole);
    cal_numbers_put(&numbers, "of", day->n_whole + day->n_made);
  }
  return cal_numbers_end(&numbers);
}

static GVariant *
serum(CalApp *app, CalDate date)
{
  CalSerumEstimate estimate;
  CalNumbers numbers = { 0 };
  if (cal_days_serum(app->days, date, cal_app_now(), &estimate)) {
    cal_numbers_put(&numbers, "nmol_l", estimate.nmol_l);
    cal_numbers_put(&numbers, "low", estimate.low);
    cal_numbers_put(&numbers, "high", estimate.high);
  }
  return cal_numbers_end(&numbers);
}

static GVariant *
unknown(const CalDayResult *day)
{
  GVariantBuilder names = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("as"));
  const guint32 bits = cal_day_unknown(day);
  for (guint i = 0; i < CAL_NUTRIENT_COUNT; i++) {
    if (bits & 1u << i)
      g_variant_builder_add(&names, "s", cal_nutrient_name((CalNutrient)i));
  }
  return g_variant_builder_end(&names);
}

/* By whom the minutes of sun were told. */
static GVariant *
sun_minutes(const CalDayResult *day)
{
  CalNumbers numbers = { 0 };
  cal_numbers_put(&numbers, "worn", (double)day->sun.worn_s / 60);
  cal_numbers_put(&numbers, "by_hand", (double)day->sun.hand_s / 60);
  cal_numbers_put(&numbers, "ambient", (double)day->sun.ambient_s / 60);
  cal_numbers_put(&numbers, "clear_sky", (double)day->sun.clear_s / 60);
  return cal_numbers_end(&numbers);
}

static GVariant *
assumed(const CalDayResult *day)
{
  GVariantBuilder names = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("as"));
  for (guint i = 0; i < CAL_PROFILE_KEY_COUNT; i++) {
    if (day->assumed & 1u << i)
      g_variant_builder_add(&names, "s", cal_profile_key_name((CalProfileKey)i));
  }
  if (day->sun.clear_s > 0)
    g_variant_builder_add(&names, "s", "sky");
  return g_variant_builder_end(&names);
}

/* Where the day's sun was reckoned: of a place that nobody had said then, what stands in for it now. */
static const char *
place_origin(const CalApp *app, const CalDayResult *day)
{
  const gboolean said = (day->assumed >> CAL_PROFILE_PLACE & 1u) == 0;
  const CalPlaceOrigin other = app->context->zone.has_city ? CAL_PLACE_CITY : CAL_PLACE_GUESS;
  return cal_place_origin_name(said ? CAL_PLACE_KNOWN : other);
}

GVariant *
cal_app_describe_day(CalApp *app, const CalDayResult *result)
{
  char date[11];
  Source source = { .result = result };
  GVariantBuilder day = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  const CalInstant now = cal_app_now();
  cal_reference_for(&app->context->profile, result->date, &source.reference);
  source.n_days = cal_days_of_means(app->days, result->date, now, source.day);
  source.goes_on = result->date == cal_zones_date(app->zones, now);
  cal_date_format(result->date, date);
  cal_member_put(&day, "Date", g_variant_new_string(date));
  cal_member_put(&day, "VitaminD", vitamin_d(&source));
  cal_member_put(&day, "Erythema", erythema(&source));
  cal_member_put(&day, "Nutrients", nutrients(&source, app));
  cal_member_put(&day, "Means", means_of(&source));
  cal_member_put(&day, "WholeFoods", whole_foods(result));
  cal_member_put(&day, "Serum", serum(app, result->date));
  cal_member_put(&day, "SunMinutes", sun_minutes(result));
  cal_member_put(&day, "SunLowerBound", g_variant_new_boolean(result->sun.lower_bound));
  cal_member_put(&day, "Place", g_variant_new_string(place_origin(app, result)));
  cal_member_put(&day, "Unknown", unknown(result));
  cal_member_put(&day, "Assumed", assumed(result));
  cal_app_catch_up(app);
  return g_variant_builder_end(&day);
}
