/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.calciferd.Model1 */
#include "requests.h"

#include "error.h"
#include "food_advice.h"
#include "foods.h"
#include "member.h"

#include <calcifer/plan.h>
#include <calcifer/synthesis.h>

#include <math.h>

#define FOODS_AT_MOST 6

/* The years that the sun's place is good for. */
#define FIRST_YEAR 1950
#define LAST_YEAR  2100

static CalDate
date_of(CalApp *app, const char *text, GError **error)
{
  const CalDate date = text[0] == '\0' ? cal_zones_date(app->zones, cal_app_now()) : cal_date_parse(text);
  int year = 0;
  if (date != CAL_DATE_NONE)
    cal_date_to_civil(date, &year, NULL, NULL);
  if (year >= FIRST_YEAR && year <= LAST_YEAR)
    return date;
  g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "'%s' is no date from %d to %d; it is written YYYY-MM-DD",
              text, FIRST_YEAR, LAST_YEAR);
  return CAL_DATE_NONE;
}

/* -- What is eaten
 * -------------------------------------------------------------------------------------------------- */

static gboolean
put_foods(CalApp *app, const CalPlan *plan, GVariantBuilder *members, GError **error)
{
  CalSuggestion found[FOODS_AT_MOST];
  g_autoptr(GArray) foods = cal_app_foods_all(app);
  const gssize n = cal_app_advise_foods(app, CAL_NUTRIENT_VITAMIN_D, plan->gap_iu, plan->audience, foods,
                                        found, G_N_ELEMENTS(found), error);
  if (n < 0)
    return FALSE;
  GVariantBuilder rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
  for (gssize i = 0; i < n; i++) {
    GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
    const CalCatalogFood *food = &g_array_index(foods, CalCatalogFood, found[i].food);
    cal_member_text(&row, "name", food->food.name);
    cal_member_text(&row, "label", cal_app_food_label(food));
    cal_member_number(&row, "grams", found[i].grams);
    cal_member_number(&row, "portions", found[i].portions > 0 ? found[i].portions : NAN);
    g_variant_builder_add(&row, "{sv}", "habit", g_variant_new_boolean(found[i].times > 0));
    g_variant_builder_add_value(&rows, g_variant_builder_end(&row));
  }
  g_variant_builder_add(members, "{sv}", "foods", g_variant_builder_end(&rows));
  return TRUE;
}

/* -- The plan
 * ------------------------------------------------------------------------------------------------------- */

static const char *
advice_name(CalPlanAdvice advice)
{
  static const char *const names[] = { "given",           "no-sun",     "unset",
                                       "ask-kidney-team", "ask-doctor", "saturated" };
  return names[advice];
}

static void
put_windows(const CalPlan *plan, GVariantBuilder *members)
{
  GVariantBuilder rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
  for (guint32 i = 0; i < plan->n_windows; i++) {
    const CalPlanWindow *window = &plan->window[i];
    GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
    cal_member_instant(&row, "from", window->starts.start);
    cal_member_instant(&row, "to", window->starts.end);
    cal_member_instant(&row, "best", window->best);
    cal_member_number(&row, "gap_minutes", window->gap_minutes);
    cal_member_number(&row, "gap_minutes_most", window->gap_minutes_most);
    cal_member_number(&row, "half_med_minutes", window->half_med_minutes);
    g_variant_builder_add_value(&rows, g_variant_builder_end(&row));
  }
  g_variant_builder_add(members, "{sv}", "windows", g_variant_builder_end(&rows));
  if (plan->most_minutes > 0) {
    cal_member_instant(members, "most_at", plan->most_at);
    cal_member_number(members, "most_minutes", plan->most_minutes);
    cal_member_number(members, "most_iu", plan->most_iu);
  }
}

static void
put_light(const CalPlan *plan, GVariantBuilder *members)
{
  cal_member_text(members, "place", cal_place_origin_name(plan->origin));
  cal_member_number(members, "latitude", plan->place.latitude_deg);
  cal_member_number(members, "longitude", plan->place.longitude_deg);
  cal_member_instant(members, "sunrise", plan->sunrise);
  cal_member_instant(members, "noon", plan->noon);
  cal_member_instant(members, "sunset", plan->sunset);
  cal_member_number(members, "noon_uvi", plan->noon_uvi);
  cal_member_number(members, "noon_vitd_uvi", plan->noon_vitd_uvi);
  cal_member_number(members, "vitd_uvi", plan->best_vitd_uvi);
  cal_member_number(members, "least_vitd_uvi", CAL_PLAN_LEAST_VITD_UVI);
  cal_member_number(members, "sky_ratio", plan->sky_ratio);
  if (plan->makes.end > plan->makes.start) {
    cal_member_instant(members, "makes_from", plan->makes.start);
    cal_member_instant(members, "makes_to", plan->makes.end);
  }
}

static void
put_needs(const CalPlan *plan, GVariantBuilder *members)
{
  char date[11];
  GVariantBuilder assumed = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("as"));
  cal_date_format(plan->date, date);
  cal_member_text(members, "date", date);
  cal_member_text(members, "advice", advice_name(plan->advice));
  cal_member_number(members, "target_iu", plan->target_iu);
  cal_member_number(members, "got_iu", plan->got_iu);
  cal_member_number(members, "gap_iu", plan->gap_iu);
  cal_member_number(members, "med_fraction", plan->med_fraction);
  cal_member_number(members, "med_limit", CAL_PLAN_MED_LIMIT);
  g_variant_builder_add(members, "{sv}", "sun_lower_bound", g_variant_new_boolean(plan->lower_bound));
  for (guint i = 0; i < CAL_PROFILE_KEY_COUNT; i++) {
    if (plan->assumed & 1u << i)
      g_variant_builder_add(&assumed, "s", cal_profile_key_name((CalProfileKey)i));
  }
  g_variant_builder_add(members, "{sv}", "assumed", g_variant_builder_end(&assumed));
}

/* What was got, of a day that has begun. */
static gboolean
plan_day(CalApp *app, CalDate date, CalPlan *plan, GError **error)
{
  const CalInstant now = cal_app_now();
  const CalDate today = cal_zones_date(app->zones, now);
  g_autofree CalDayResult *result = g_new0(CalDayResult, 1);
  CalPlanInput input = { .context = app->context, .now = CAL_INSTANT_NONE, .sky_ratio = NAN };
  cal_zones_frame(app->zones, date, &input.frame);
  if (date <= today) {
    if (!cal_days_result(app->days, date, now, result, error))
      return FALSE;
    input.day = result;
  }
  if (date == today) {
    input.now = now;
    input.sky_ratio = cal_plan_sky_ratio(app->context, &input.frame, &result->ambient, now);
  }
  cal_plan(&input, plan);
  return TRUE;
}

GVariant *
cal_app_plan(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  CalPlan plan;
  const char *text;
  g_auto(GVariantBuilder) members = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  (void)path;
  g_variant_get(arguments, "(&s)", &text);
  const CalDate date = date_of(app, text, error);
  if (date == CAL_DATE_NONE || !plan_day(app, date, &plan, error))
    return NULL;
  put_needs(&plan, &members);
  put_light(&plan, &members);
  put_windows(&plan, &members);
  if (!put_foods(app, &plan, &members, error))
    return NULL;
  return g_variant_new("(a{sv})", &members);
}

/* -- From light to vitamin D
 * ----------------------------------------------------------------------------------------- */

static GVariant *
describe_row(const CalTraceRow *row)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  GVariantBuilder members = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  const struct {
    const char *name;
    double value;
  } numbers[] = {
    { "minutes", row->minutes },
    { "uvi", row->uvi },
    { "believed_uvi", row->believed_uvi },
    { "zenith_deg", row->zenith_deg },
    { "ozone_du", row->ozone_du },
    { "ratio", row->ratio },
    { "plane", row->plane },
    { "area", row->area },
    { "transmission", row->transmission },
    { "sdd_j_m2", row->sdd_j_m2 },
    { "age_factor", row->age_factor },
    { "erythemal_j_m2", row->erythemal_j_m2 },
    { "vitd_j_m2", row->vitd_j_m2 },
    { "iu_linear", row->iu_linear },
  };
  cal_address_format(&row->tag, address);
  cal_member_instant(&members, "from", row->span.start);
  cal_member_instant(&members, "to", row->span.end);
  cal_member_text(&members, "by", row->by_hand ? "hand" : address);
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    cal_member_number(&members, numbers[i].name, numbers[i].value);
  return g_variant_builder_end(&members);
}

static void
put_sums(const CalDayResult *day, GVariantBuilder *members)
{
  char date[11];
  cal_date_format(day->date, date);
  cal_member_text(members, "date", date);
  cal_member_number(members, "erythemal_j_m2", day->sun.erythemal_j_m2);
  cal_member_number(members, "vitd_j_m2", day->sun.vitd_j_m2);
  cal_member_number(members, "iu_linear", day->sun.iu_linear);
  cal_member_number(members, "ceiling_iu", CAL_SYNTHESIS_CEILING_IU * day->sun.most_area_age);
  cal_member_number(members, "sun_iu", day->sun.iu);
  cal_member_number(members, "sun_iu_low", day->sun.iu_low);
  cal_member_number(members, "sun_iu_high", day->sun.iu_high);
  cal_member_number(members, "food_iu", day->food.amount[CAL_NUTRIENT_VITAMIN_D]);
  cal_member_number(members, "supplement_iu", day->supplement.amount[CAL_NUTRIENT_VITAMIN_D]);
  cal_member_number(members, "total_iu", cal_day_total(day, CAL_NUTRIENT_VITAMIN_D));
  g_variant_builder_add(members, "{sv}", "sun_lower_bound", g_variant_new_boolean(day->sun.lower_bound));
}

GVariant *
cal_app_explain_day(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *text;
  const CalInstant now = cal_app_now();
  g_autofree CalTrace *trace = g_new0(CalTrace, 1);
  g_autofree CalDayResult *result = g_new0(CalDayResult, 1);
  (void)path;
  g_variant_get(arguments, "(&s)", &text);
  const CalDate date = date_of(app, text, error);
  if (date == CAL_DATE_NONE)
    return NULL;
  if (date > cal_zones_date(app->zones, now)) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "%s has not begun", text);
    return NULL;
  }
  if (!cal_days_trace(app->days, date, now, trace, result, error))
    return NULL;
  GVariantBuilder members = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  GVariantBuilder rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
  for (guint32 i = 0; i < trace->n_rows; i++)
    g_variant_builder_add_value(&rows, describe_row(&trace->row[i]));
  g_variant_builder_add(&members, "{sv}", "rows", g_variant_builder_end(&rows));
  put_sums(result, &members);
  return g_variant_new("(a{sv})", &members);
}
