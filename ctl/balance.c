/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "balance.h"

#include "client.h"
#include "language.h"
#include "means.h"

#include <math.h>
#include <stdio.h>

#define LABEL_COLUMNS  12
#define BESIDE_COLUMNS 10 /* a blank before the bar, and " 10.0 SED" behind it */
#define FIGURE_COLUMNS 26

const CtlNutrient ctl_nutrients[CTL_NUTRIENTS] = {
  { "magnesium", N_("Magnesium"), "mg" }, { "calcium", N_("Calcium"), "mg" },
  { "k2", N_("Vitamin K2"), "ug" },       { "k1", N_("Vitamin K1"), "ug" },
  { "vitamin_c", N_("Vitamin C"), "mg" },
};

static GVariant *
numbers_of(GVariant *day, const char *property)
{
  return g_variant_lookup_value(day, property, G_VARIANT_TYPE("a{sd}"));
}

double
ctl_balance_number(GVariant *day, const char *property, const char *member)
{
  g_autoptr(GVariant) numbers = numbers_of(day, property);
  return ctl_client_number(numbers, member);
}

static GVariant *
nutrient_of(GVariant *day, const char *name)
{
  g_autoptr(GVariant) all = g_variant_lookup_value(day, "Nutrients", G_VARIANT_TYPE("a{sa{sd}}"));
  return all != NULL ? g_variant_lookup_value(all, name, G_VARIANT_TYPE("a{sd}")) : NULL;
}

/* -- For people
 * --------------------------------------------------------------------------------------------------- */

static int
figure_width(const CtlScreen *screen, const char *figure)
{
  return screen->plain ? 0 : ctl_screen_width(figure, FIGURE_COLUMNS);
}

static void
print_against_target(const CtlScreen *screen, const char *label, double total, double target,
                     const char *unit)
{
  g_autofree char *figure = isnan(target) ? g_strdup_printf("%.4g %s", total, unit)
                                          : g_strdup_printf(_("%.0f of %.0f %s"), total, target, unit);
  if (isnan(total)) {
    printf("%-*s %s\n", ctl_screen_width(label, LABEL_COLUMNS), label, _("not known"));
    return;
  }
  printf("%-*s %-*s", ctl_screen_width(label, LABEL_COLUMNS), label, figure_width(screen, figure), figure);
  if (!isnan(target) && target > 0) {
    ctl_screen_bar(screen, total >= target ? CTL_COLOUR_GOOD : CTL_COLOUR_NOTICE, total / target,
                   MAX(screen->columns - LABEL_COLUMNS - FIGURE_COLUMNS - BESIDE_COLUMNS, 8));
    printf(" %.0f %%", 100 * total / target);
  }
  printf("\n");
}

static void
print_vitamin_d(const CtlScreen *screen, GVariant *day)
{
  g_autoptr(GVariant) d = numbers_of(day, "VitaminD");
  print_against_target(screen, _("Vitamin D"), ctl_client_number(d, "total_iu"),
                       ctl_client_number(d, "target_iu"), _("IU"));
  ctl_screen_say(screen, 4, _("  sun %.0f IU (%.0f to %.0f), food %.0f IU, supplements %.0f IU\n"),
                 ctl_client_number(d, "sun_iu"), ctl_client_number(d, "sun_iu_low"),
                 ctl_client_number(d, "sun_iu_high"), ctl_client_number(d, "food_iu"),
                 ctl_client_number(d, "supplement_iu"));
}

static void
print_lower_bound(const CtlScreen *screen, GVariant *day)
{
  if (ctl_client_flag(day, "SunLowerBound"))
    ctl_screen_say(screen, 4, _("  the sun brought at least that: a sensor was at the end of its range\n"));
}

/* Of sun by hand for which no index was said, where the one that was taken came from. */
static void
print_sun_by_hand(const CtlScreen *screen, GVariant *day)
{
  g_autoptr(GVariant) minutes = numbers_of(day, "SunMinutes");
  const double ambient = ctl_client_number(minutes, "ambient"),
               clear = ctl_client_number(minutes, "clear_sky");
  if (ambient > 0)
    ctl_screen_say(screen, 4, _("  %.0f min by hand with what an ambient tag read\n"), ambient);
  if (clear > 0)
    ctl_screen_say(screen, 4, _("  %.0f min by hand under a clear sky, since nobody said how it was\n"),
                   clear);
}

static void
print_sunburn(const CtlScreen *screen, GVariant *day)
{
  g_autoptr(GVariant) erythema = numbers_of(day, "Erythema");
  const double share = ctl_client_number(erythema, "med_fraction");
  const CtlColour colour = share >= 1     ? CTL_COLOUR_CRITICAL
                           : share >= 0.5 ? CTL_COLOUR_WARNING
                                          : CTL_COLOUR_GOOD;
  const char *label = _("Sunburn");
  g_autofree char *figure = g_strdup_printf(
      ctl_client_flag(day, "SunLowerBound") ? _("at least %.0f %% of a burn") : _("%.0f %% of a burn"),
      100 * share);
  printf("%-*s %-*s", ctl_screen_width(label, LABEL_COLUMNS), label, figure_width(screen, figure), figure);
  ctl_screen_bar(screen, colour, share,
                 MAX(screen->columns - LABEL_COLUMNS - FIGURE_COLUMNS - BESIDE_COLUMNS, 8));
  printf(_(" %.1f SED\n"), ctl_client_number(erythema, "sed"));
}

static void
print_serum(GVariant *day)
{
  g_autoptr(GVariant) serum = numbers_of(day, "Serum");
  const char *label = _("In the blood");
  if (!isnan(ctl_client_number(serum, "nmol_l")))
    printf(_("%-*s about %.0f nmol/L 25(OH)D (%.0f to %.0f), an estimate\n"),
           ctl_screen_width(label, LABEL_COLUMNS), label, ctl_client_number(serum, "nmol_l"),
           ctl_client_number(serum, "low"), ctl_client_number(serum, "high"));
}

static void
print_whole_foods(GVariant *day)
{
  g_autoptr(GVariant) whole = numbers_of(day, "WholeFoods");
  const double of = ctl_client_number(whole, "of");
  const char *label = _("Whole foods");
  if (!isnan(of))
    printf(P_("%-*s %.0f of %.0f food\n", "%-*s %.0f of %.0f foods\n", (gulong)of),
           ctl_screen_width(label, LABEL_COLUMNS), label, ctl_client_number(whole, "whole"), of);
}

static void
print_names(const CtlScreen *screen, GVariant *day, const char *property, const char *lead)
{
  g_autofree const char **names = NULL;
  if (!g_variant_lookup(day, property, "^a&s", &names) || names[0] == NULL)
    return;
  g_autofree char *list = g_strjoinv(", ", (char **)names);
  ctl_screen_say(screen, 2, "%s: %s", lead, list);
}

static const char *
place_of(GVariant *day)
{
  const char *place = NULL;
  g_variant_lookup(day, "Place", "&s", &place);
  return place;
}

static void
print_place(const CtlScreen *screen, GVariant *day)
{
  const char *place = place_of(day);
  if (g_strcmp0(place, "city") == 0)
    ctl_screen_say(screen, 2, _("Place: none is known, so the sun was reckoned for the time zone's city\n"));
  else if (g_strcmp0(place, "guess") == 0)
    ctl_screen_say(screen, 2,
                   _("Place: none is known and the time zone names no city: 45 degrees north is a guess\n"));
}

/* MK-7 stays for days; what the others brought is no part of the day's own figure. */
static void
print_carried(GVariant *numbers)
{
  const double carried_ug = ctl_client_number(numbers, "mk7_carried");
  if (carried_ug >= 0.5)
    printf(_("  and about %.0f %s of the MK-7 of the days before\n"), carried_ug, ctl_language_word("ug"));
}

void
ctl_balance_print(const CtlScreen *screen, GVariant *day)
{
  const char *date = "";
  g_variant_lookup(day, "Date", "&s", &date);
  printf("Calcifer, %s\n\n", date);
  print_vitamin_d(screen, day);
  print_lower_bound(screen, day);
  print_sun_by_hand(screen, day);
  print_sunburn(screen, day);
  for (gsize i = 0; i < CTL_NUTRIENTS; i++) {
    g_autoptr(GVariant) numbers = nutrient_of(day, ctl_nutrients[i].name);
    print_against_target(screen, _(ctl_nutrients[i].label), ctl_client_number(numbers, "total"),
                         ctl_client_number(numbers, "target"), ctl_language_word(ctl_nutrients[i].unit));
    print_carried(numbers);
  }
  print_whole_foods(day);
  print_serum(day);
  ctl_means_print(screen, day);
  print_names(screen, day, "Unknown", _("\nIn part unknown today"));
  print_names(
      screen, day, "Assumed",
      _("Assumed with caution, 'calciferctl profile set KEY VALUE' (for sky: log sun --sky) tells better"));
  print_place(screen, day);
}

/* -- As JSON
 * ------------------------------------------------------------------------------------------------------ */

static void
add_numbers(JsonBuilder *builder, GVariant *dictionary, const char *const *members)
{
  for (; *members != NULL; members++)
    ctl_json_number(builder, *members, ctl_client_number(dictionary, *members));
}

static void
add_group(JsonBuilder *builder, GVariant *day, const char *property, const char *name,
          const char *const *members)
{
  g_autoptr(GVariant) dictionary = numbers_of(day, property);
  json_builder_set_member_name(builder, name);
  json_builder_begin_object(builder);
  add_numbers(builder, dictionary, members);
  json_builder_end_object(builder);
}

static void
add_nutrients(JsonBuilder *builder, GVariant *day)
{
  static const char *const of_each[] = { "food", "supplement", "total", "target", NULL };
  static const char *const of_k2[] = { "mk4", "mk7", "other", "mk7_carried", NULL };
  json_builder_set_member_name(builder, "nutrients");
  json_builder_begin_object(builder);
  for (gsize i = 0; i < CTL_NUTRIENTS; i++) {
    g_autoptr(GVariant) dictionary = nutrient_of(day, ctl_nutrients[i].name);
    json_builder_set_member_name(builder, ctl_nutrients[i].name);
    json_builder_begin_object(builder);
    add_numbers(builder, dictionary, of_each);
    ctl_json_text(builder, "unit", ctl_nutrients[i].unit);
    if (g_str_equal(ctl_nutrients[i].name, "k2"))
      add_numbers(builder, dictionary, of_k2);
    json_builder_end_object(builder);
  }
  json_builder_end_object(builder);
}

static void
add_names(JsonBuilder *builder, GVariant *day, const char *property, const char *name)
{
  g_autofree const char **names = NULL;
  json_builder_set_member_name(builder, name);
  json_builder_begin_array(builder);
  g_variant_lookup(day, property, "^a&s", &names);
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    json_builder_add_string_value(builder, names[i]);
  json_builder_end_array(builder);
}

void
ctl_balance_add(JsonBuilder *builder, GVariant *day)
{
  static const char *const of_d[] = { "sun_iu",        "sun_iu_low", "sun_iu_high", "food_iu",
                                      "supplement_iu", "total_iu",   "target_iu",   NULL };
  static const char *const of_erythema[] = { "sed", "med_fraction", NULL };
  static const char *const of_whole[] = { "whole", "of", NULL };
  static const char *const of_serum[] = { "nmol_l", "low", "high", NULL };
  const char *date = NULL;
  g_variant_lookup(day, "Date", "&s", &date);
  ctl_json_text(builder, "date", date);
  add_group(builder, day, "VitaminD", "vitamin_d", of_d);
  add_group(builder, day, "Erythema", "erythema", of_erythema);
  add_nutrients(builder, day);
  ctl_means_add(builder, day);
  add_group(builder, day, "WholeFoods", "whole_foods", of_whole);
  add_group(builder, day, "Serum", "serum", of_serum);
  json_builder_set_member_name(builder, "sun_lower_bound");
  json_builder_add_boolean_value(builder, ctl_client_flag(day, "SunLowerBound"));
  ctl_json_text(builder, "place", place_of(day));
  add_names(builder, day, "Unknown", "unknown");
  add_names(builder, day, "Assumed", "assumed");
}
