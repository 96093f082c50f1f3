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

/* On a terminal that is narrower a figure has as much room as most need, and a bar is drawn if any is left.
 */
#define NARROW        60
#define FIGURE_NARROW 18
#define BAR_COLUMNS   8

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
figure_columns(const CtlScreen *screen)
{
  return screen->columns < NARROW ? FIGURE_NARROW : FIGURE_COLUMNS;
}

/* A figure and what it comes to: in columns with a bar between them, or in a line to be read out. */
static void
print_share(const CtlScreen *screen, CtlColour colour, const char *label, const char *figure, double share,
            const char *behind)
{
  const int room = screen->columns - LABEL_COLUMNS - figure_columns(screen) - BESIDE_COLUMNS;
  if (screen->plain) {
    printf("%s: %s, %s\n", label, figure, behind);
    return;
  }
  printf("%-*s ", ctl_screen_width(label, LABEL_COLUMNS), label);
  if (room >= BAR_COLUMNS) {
    printf("%-*s", ctl_screen_width(figure, figure_columns(screen)), figure);
    ctl_screen_bar(screen, colour, share, room);
  } else {
    printf("%s", figure);
  }
  printf(" %s\n", behind);
}

/* A label and what there is to say. */
static void
print_fact(const CtlScreen *screen, const char *label, const char *fact)
{
  g_autofree char *lead = screen->plain
                              ? g_strdup_printf("%s: ", label)
                              : g_strdup_printf("%-*s ", ctl_screen_width(label, LABEL_COLUMNS), label);
  fputs(lead, stdout);
  ctl_screen_wrap(screen, (int)g_utf8_strlen(lead, -1), 4, fact);
}

static void
print_against_target(const CtlScreen *screen, const char *label, double total, double target,
                     const char *unit)
{
  g_autofree char *figure = isnan(target) ? g_strdup_printf("%.4g %s", total, unit)
                                          : g_strdup_printf(_("%.0f of %.0f %s"), total, target, unit);
  if (isnan(total) || isnan(target) || !(target > 0)) {
    print_fact(screen, label, isnan(total) ? _("not known") : figure);
    return;
  }
  g_autofree char *percent = g_strdup_printf("%.0f %%", 100 * total / target);
  print_share(screen, total >= target ? CTL_COLOUR_GOOD : CTL_COLOUR_NOTICE, label, figure, total / target,
              percent);
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
  g_autofree char *figure = g_strdup_printf(
      ctl_client_flag(day, "SunLowerBound") ? _("at least %.0f %% of a burn") : _("%.0f %% of a burn"),
      100 * share);
  g_autofree char *dose = g_strdup_printf(_("%.1f SED"), ctl_client_number(erythema, "sed"));
  print_share(screen, colour, _("Sunburn"), figure, share, dose);
}

static void
print_serum(const CtlScreen *screen, GVariant *day)
{
  g_autoptr(GVariant) serum = numbers_of(day, "Serum");
  g_autofree char *fact = g_strdup_printf(_("about %.0f nmol/L 25(OH)D (%.0f to %.0f), an estimate"),
                                          ctl_client_number(serum, "nmol_l"), ctl_client_number(serum, "low"),
                                          ctl_client_number(serum, "high"));
  if (!isnan(ctl_client_number(serum, "nmol_l")))
    print_fact(screen, _("In the blood"), fact);
}

static void
print_whole_foods(const CtlScreen *screen, GVariant *day)
{
  g_autoptr(GVariant) whole = numbers_of(day, "WholeFoods");
  const double of = ctl_client_number(whole, "of");
  if (isnan(of))
    return;
  g_autofree char *fact = g_strdup_printf(P_("%.0f of %.0f food", "%.0f of %.0f foods", (gulong)of),
                                          ctl_client_number(whole, "whole"), of);
  print_fact(screen, _("Whole foods"), fact);
}

/* Copies: pointers into the day would need it written out as one piece, see ctl_client_number(). */

static char **
names_of(GVariant *day, const char *property)
{
  g_autoptr(GVariant) names = g_variant_lookup_value(day, property, G_VARIANT_TYPE_STRING_ARRAY);
  return names != NULL ? g_variant_dup_strv(names, NULL) : NULL;
}

/* NULL when there is none. */
static char *
text_of(GVariant *day, const char *property)
{
  g_autoptr(GVariant) text = g_variant_lookup_value(day, property, G_VARIANT_TYPE_STRING);
  return text != NULL ? g_variant_dup_string(text, NULL) : NULL;
}

static void
print_names(const CtlScreen *screen, GVariant *day, const char *property, const char *lead)
{
  g_auto(GStrv) names = names_of(day, property);
  if (names == NULL || names[0] == NULL)
    return;
  g_autofree char *list = g_strjoinv(", ", names);
  ctl_screen_say(screen, 2, "%s: %s", lead, list);
}

static void
print_place(const CtlScreen *screen, GVariant *day)
{
  g_autofree char *place = text_of(day, "Place");
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
  g_autofree char *date = text_of(day, "Date");
  printf("Calcifer, %s\n\n", date != NULL ? date : "");
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
  print_whole_foods(screen, day);
  print_serum(screen, day);
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
  g_auto(GStrv) names = names_of(day, property);
  json_builder_set_member_name(builder, name);
  json_builder_begin_array(builder);
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
  g_autofree char *date = text_of(day, "Date"), *place = text_of(day, "Place");
  ctl_json_text(builder, "date", date);
  add_group(builder, day, "VitaminD", "vitamin_d", of_d);
  add_group(builder, day, "Erythema", "erythema", of_erythema);
  add_nutrients(builder, day);
  ctl_means_add(builder, day);
  add_group(builder, day, "WholeFoods", "whole_foods", of_whole);
  add_group(builder, day, "Serum", "serum", of_serum);
  json_builder_set_member_name(builder, "sun_lower_bound");
  json_builder_add_boolean_value(builder, ctl_client_flag(day, "SunLowerBound"));
  ctl_json_text(builder, "place", place);
  add_names(builder, day, "Unknown", "unknown");
  add_names(builder, day, "Assumed", "assumed");
}
