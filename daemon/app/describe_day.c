/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Days as org.calciferd.Balance1 has them, one as a dictionary or many as columns. What is not known is left
 * out, or NAN. */
#include "describe_day.h"

#include "catch_up.h"
#include "member.h"
#include "publish.h"
#include "sheet.h"

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
  CalSerumEstimate serum; /* has_past: and what is carried of the days before */
  double carried_ug;
  gboolean has_past;
} Source;

static void
put_vitamin_d(const Source *source, CalSheet *sheet)
{
  const CalDayResult *day = source->result;
  cal_sheet_put(sheet, "VitaminD", NULL, "sun_iu", day->sun.iu);
  cal_sheet_put(sheet, "VitaminD", NULL, "sun_iu_low", day->sun.iu_low);
  cal_sheet_put(sheet, "VitaminD", NULL, "sun_iu_high", day->sun.iu_high);
  cal_sheet_put(sheet, "VitaminD", NULL, "food_iu", day->food.amount[CAL_NUTRIENT_VITAMIN_D]);
  cal_sheet_put(sheet, "VitaminD", NULL, "supplement_iu", day->supplement.amount[CAL_NUTRIENT_VITAMIN_D]);
  cal_sheet_put(sheet, "VitaminD", NULL, "total_iu", cal_day_total(day, CAL_NUTRIENT_VITAMIN_D));
  cal_sheet_put(sheet, "VitaminD", NULL, "target_iu", source->reference.d_target_iu);
}

static void
put_erythema(const Source *source, CalSheet *sheet)
{
  const CalDaySun *sun = &source->result->sun;
  cal_sheet_put(sheet, "Erythema", NULL, "sed", sun->erythemal_j_m2 / CAL_SYNTHESIS_SED_J_M2);
  cal_sheet_put(sheet, "Erythema", NULL, "med_fraction", sun->med_fraction);
}

static void
put_food_and_supplement(CalSheet *sheet, const char *group, double food, double supplement, double target)
{
  cal_sheet_put(sheet, "Nutrients", group, "food", food);
  cal_sheet_put(sheet, "Nutrients", group, "supplement", supplement);
  cal_sheet_put(sheet, "Nutrients", group, "total", food + supplement);
  cal_sheet_put(sheet, "Nutrients", group, "target", target);
}

static void
put_nutrient(const Source *source, CalSheet *sheet, const char *name, CalNutrient nutrient)
{
  const CalDayResult *day = source->result;
  put_food_and_supplement(sheet, name, day->food.amount[nutrient], day->supplement.amount[nutrient],
                          cal_reference_target(&source->reference, nutrient));
}

static void
put_k2(const Source *source, CalSheet *sheet)
{
  const CalDayResult *day = source->result;
  put_food_and_supplement(sheet, "k2", cal_nutrients_k2(&day->food), cal_nutrients_k2(&day->supplement), NAN);
  cal_sheet_put(sheet, "Nutrients", "k2", "mk4", cal_day_total(day, CAL_NUTRIENT_MK4));
  cal_sheet_put(sheet, "Nutrients", "k2", "mk7", cal_day_total(day, CAL_NUTRIENT_MK7));
  cal_sheet_put(sheet, "Nutrients", "k2", "other", cal_day_total(day, CAL_NUTRIENT_K2_OTHER));
  cal_sheet_put(sheet, "Nutrients", "k2", "mk7_carried", source->has_past ? source->carried_ug : NAN);
}

static void
put_nutrients(const Source *source, CalSheet *sheet)
{
  put_nutrient(source, sheet, "calcium", CAL_NUTRIENT_CALCIUM);
  put_nutrient(source, sheet, "magnesium", CAL_NUTRIENT_MAGNESIUM);
  put_nutrient(source, sheet, "k1", CAL_NUTRIENT_K1);
  put_k2(source, sheet);
  put_nutrient(source, sheet, "vitamin_c", CAL_NUTRIENT_VITAMIN_C);
}

static void
put_mean(const Source *source, CalSheet *sheet, const char *name, CalMeanOf of, double target, double limit)
{
  static const struct {
    guint window;
    const char *known, *known_days, *counted;
  } members[] = { { 7, "known_7", "known_days_7", "all_7" }, { 14, "known_14", "known_days_14", "all_14" } };
  const gboolean any = source->n_days > 0;
  for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
    const CalMeans means = cal_means(source->day, source->n_days, of, members[i].window, source->goes_on);
    cal_sheet_put(sheet, "Means", name, members[i].known, any ? means.known : NAN);
    cal_sheet_put(sheet, "Means", name, members[i].known_days, any ? (double)means.known_days : NAN);
    cal_sheet_put(sheet, "Means", name, members[i].counted, any ? means.calendar : NAN);
  }
  cal_sheet_put(sheet, "Means", name, "target", target);
  cal_sheet_put(sheet, "Means", name, "limit", limit);
}

static void
put_means(const Source *source, CalSheet *sheet)
{
  const CalReference *reference = &source->reference;
  put_mean(source, sheet, "vitamin_d", CAL_MEAN_VITAMIN_D, reference->d_target_iu, reference->d_ul_iu);
  put_mean(source, sheet, "calcium", CAL_MEAN_CALCIUM, reference->calcium_target_mg,
           reference->calcium_ul_mg);
  put_mean(source, sheet, "magnesium", CAL_MEAN_MAGNESIUM, reference->magnesium_target_mg,
           reference->magnesium_ul_mg);
  put_mean(source, sheet, "k1", CAL_MEAN_K1, reference->k1_target_ug, NAN);
  put_mean(source, sheet, "k2", CAL_MEAN_K2, NAN, NAN);
  put_mean(source, sheet, "vitamin_c", CAL_MEAN_VITAMIN_C, NAN, NAN);
}

static void
put_whole_foods(const Source *source, CalSheet *sheet)
{
  const guint n_whole = source->result->n_whole, n_of = n_whole + source->result->n_made;
  cal_sheet_put(sheet, "WholeFoods", NULL, "whole", n_of > 0 ? (double)n_whole : NAN);
  cal_sheet_put(sheet, "WholeFoods", NULL, "of", n_of > 0 ? (double)n_of : NAN);
}

static void
put_serum(const Source *source, CalSheet *sheet)
{
  const CalSerumEstimate *serum = &source->serum;
  cal_sheet_put(sheet, "Serum", NULL, "nmol_l", source->has_past ? serum->nmol_l : NAN);
  cal_sheet_put(sheet, "Serum", NULL, "low", source->has_past ? serum->low : NAN);
  cal_sheet_put(sheet, "Serum", NULL, "high", source->has_past ? serum->high : NAN);
}

/* By whom the minutes of sun were told. */
static void
put_sun_minutes(const Source *source, CalSheet *sheet)
{
  const CalDaySun *sun = &source->result->sun;
  cal_sheet_put(sheet, "SunMinutes", NULL, "worn", (double)sun->worn_s / 60);
  cal_sheet_put(sheet, "SunMinutes", NULL, "by_hand", (double)sun->hand_s / 60);
  cal_sheet_put(sheet, "SunMinutes", NULL, "ambient", (double)sun->ambient_s / 60);
  cal_sheet_put(sheet, "SunMinutes", NULL, "clear_sky", (double)sun->clear_s / 60);
}

static void
read_source(CalApp *app, const CalDayResult *result, Source *source)
{
  const CalInstant now = cal_app_now();
  *source = (Source){ .result = result };
  cal_reference_for(&app->context->profile, result->date, &source->reference);
  source->has_past = cal_days_past(app->days, result->date, now, &source->serum, &source->carried_ug);
  source->n_days = cal_days_of_means(app->days, result->date, now, source->day);
  source->goes_on = result->date == cal_zones_date(app->zones, now);
}

static void
put_day(CalApp *app, const CalDayResult *result, CalSheet *sheet)
{
  Source source;
  read_source(app, result, &source);
  cal_sheet_begin_day(sheet);
  put_vitamin_d(&source, sheet);
  put_erythema(&source, sheet);
  put_nutrients(&source, sheet);
  put_means(&source, sheet);
  put_whole_foods(&source, sheet);
  put_serum(&source, sheet);
  put_sun_minutes(&source, sheet);
}

/* -- What is no number
 * ---------------------------------------------------------------------------------------------------- */

#define ASSUMED_SKY CAL_PROFILE_KEY_COUNT /* the bit behind those of the profile's keys */

static const char *
unknown_name(guint bit)
{
  return cal_nutrient_name((CalNutrient)bit);
}

static const char *
assumed_name(guint bit)
{
  return bit == ASSUMED_SKY ? "sky" : cal_profile_key_name((CalProfileKey)bit);
}

static guint32
assumed_bits(const CalDayResult *day)
{
  return day->assumed | (day->sun.clear_s > 0 ? 1u << ASSUMED_SKY : 0);
}

static GVariant *
names_of(guint32 bits, guint n_bits, const char *(*name)(guint bit))
{
  GVariantBuilder names = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("as"));
  for (guint bit = 0; bit < n_bits; bit++) {
    if (bits & 1u << bit)
      g_variant_builder_add(&names, "s", name(bit));
  }
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
  g_autoptr(CalSheet) sheet = cal_sheet_new();
  GVariantBuilder day = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  put_day(app, result, sheet);
  cal_date_format(result->date, date);
  cal_member_put(&day, "Date", g_variant_new_string(date));
  cal_sheet_tell_day(sheet, &day);
  cal_member_put(&day, "SunLowerBound", g_variant_new_boolean(result->sun.lower_bound));
  cal_member_put(&day, "Place", g_variant_new_string(place_origin(app, result)));
  cal_member_put(&day, "Unknown", names_of(cal_day_unknown(result), CAL_NUTRIENT_COUNT, unknown_name));
  cal_member_put(&day, "Assumed", names_of(assumed_bits(result), ASSUMED_SKY + 1, assumed_name));
  cal_app_catch_up(app);
  return g_variant_builder_end(&day);
}

/* -- Many of them
 * ---------------------------------------------------------------------------------------------------- */

struct CalDayColumns {
  CalSheet *sheet;
  GVariantBuilder dates, bounds, places;
  GArray *unknown, *assumed; /* guint32: the bits of each day */
};

CalDayColumns *
cal_day_columns_new(void)
{
  CalDayColumns *columns = g_new0(CalDayColumns, 1);
  columns->sheet = cal_sheet_new();
  g_variant_builder_init(&columns->dates, G_VARIANT_TYPE("as"));
  g_variant_builder_init(&columns->bounds, G_VARIANT_TYPE("ab"));
  g_variant_builder_init(&columns->places, G_VARIANT_TYPE("as"));
  columns->unknown = g_array_new(FALSE, FALSE, sizeof(guint32));
  columns->assumed = g_array_new(FALSE, FALSE, sizeof(guint32));
  return columns;
}

void
cal_day_columns_free(CalDayColumns *columns)
{
  cal_sheet_free(columns->sheet);
  g_variant_builder_clear(&columns->dates);
  g_variant_builder_clear(&columns->bounds);
  g_variant_builder_clear(&columns->places);
  g_array_unref(columns->unknown);
  g_array_unref(columns->assumed);
  g_free(columns);
}

void
cal_day_columns_add(CalDayColumns *columns, CalApp *app, const CalDayResult *result)
{
  char date[11];
  const guint32 unknown = cal_day_unknown(result), assumed = assumed_bits(result);
  put_day(app, result, columns->sheet);
  cal_date_format(result->date, date);
  g_variant_builder_add_value(&columns->dates, g_variant_new_string(date));
  g_variant_builder_add_value(&columns->bounds, g_variant_new_boolean(result->sun.lower_bound));
  g_variant_builder_add_value(&columns->places, g_variant_new_string(place_origin(app, result)));
  g_array_append_val(columns->unknown, unknown);
  g_array_append_val(columns->assumed, assumed);
  cal_app_catch_up(app);
}

/* The days that have the bit, counted from 0; NULL: none. */
static GVariant *
days_with(const GArray *bits, guint bit)
{
  g_autoptr(GArray) days = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint32 day = 0; day < bits->len; day++) {
    if (g_array_index(bits, guint32, day) & 1u << bit)
      g_array_append_val(days, day);
  }
  return days->len == 0
             ? NULL
             : g_variant_new_fixed_array(G_VARIANT_TYPE_UINT32, days->data, days->len, sizeof(guint32));
}

static GVariant *
days_of_names(const GArray *bits, guint n_bits, const char *(*name)(guint bit))
{
  GVariantBuilder names = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sau}"));
  for (guint bit = 0; bit < n_bits; bit++) {
    GVariant *days = days_with(bits, bit);
    if (days != NULL)
      g_variant_builder_add(&names, "{s@au}", name(bit), days);
  }
  return g_variant_builder_end(&names);
}

GVariant *
cal_day_columns_end(CalDayColumns *columns)
{
  GVariantBuilder days = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  cal_member_put(&days, "Date", g_variant_builder_end(&columns->dates));
  cal_sheet_tell_columns(columns->sheet, &days);
  cal_member_put(&days, "SunLowerBound", g_variant_builder_end(&columns->bounds));
  cal_member_put(&days, "Place", g_variant_builder_end(&columns->places));
  cal_member_put(&days, "Unknown", days_of_names(columns->unknown, CAL_NUTRIENT_COUNT, unknown_name));
  cal_member_put(&days, "Assumed", days_of_names(columns->assumed, ASSUMED_SKY + 1, assumed_name));
  return g_variant_builder_end(&days);
}
