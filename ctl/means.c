/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "means.h"

#include "client.h"
#include "language.h"

#include <math.h>
#include <stdio.h>

#define LABEL_COLUMNS 15

static const struct {
  const char *name, *label, *unit;
} rows[] = {
  { "vitamin_d", N_("Vitamin D"), "IU" }, { "magnesium", N_("Magnesium"), "mg" },
  { "calcium", N_("Calcium"), "mg" },     { "k2", N_("Vitamin K2"), "ug" },
  { "k1", N_("Vitamin K1"), "ug" },       { "vitamin_c", N_("Vitamin C"), "mg" },
};

static const char *const members[] = { "known_7",       "known_days_7", "known_14",
                                       "known_days_14", "all_7",        "all_14",
                                       "target",        "limit",        NULL };

static GVariant *
means_of(GVariant *day, const char *nutrient)
{
  g_autoptr(GVariant) all = g_variant_lookup_value(day, "Means", G_VARIANT_TYPE("a{sa{sd}}"));
  return all != NULL ? g_variant_lookup_value(all, nutrient, G_VARIANT_TYPE("a{sd}")) : NULL;
}

static gboolean
is_empty(GVariant *day)
{
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GVariant) numbers = means_of(day, rows[i].name);
    if (ctl_client_number(numbers, "known_days_14") > 0 || ctl_client_number(numbers, "all_14") > 0)
      return FALSE;
  }
  return TRUE;
}

static char *
figure(GVariant *numbers, const char *member)
{
  const double value = ctl_client_number(numbers, member);
  return isnan(value) ? g_strdup("-") : g_strdup_printf("%.0f", value);
}

static char *
of_known_days(GVariant *numbers, const char *mean, const char *days)
{
  g_autofree char *value = figure(numbers, mean), *count = figure(numbers, days);
  return g_strdup_printf("%s (%s)", value, count);
}

/* -- For people
 * --------------------------------------------------------------------------------------------------- */

static void
print_row(const char *label, GVariant *numbers)
{
  g_autofree char *week = of_known_days(numbers, "known_7", "known_days_7");
  g_autofree char *fortnight = of_known_days(numbers, "known_14", "known_days_14");
  g_autofree char *target = figure(numbers, "target"), *limit = figure(numbers, "limit");
  g_autofree char *all_7 = figure(numbers, "all_7"), *all_14 = figure(numbers, "all_14");
  printf("%-*s %11s %10s %8s %8s %8s %8s\n", ctl_screen_width(label, LABEL_COLUMNS), label, week, fortnight,
         target, all_7, all_14, limit);
}

static void
print_heads(void)
{
  const char *known_7 = _("known 7 d"), *known_14 = _("14 d"), *target = _("target");
  const char *all_7 = _("all 7 d"), *limit = _("limit");
  printf("%-*s %*s %*s %*s %*s %*s %*s\n", ctl_screen_width(_("Means a day"), LABEL_COLUMNS),
         _("Means a day"), ctl_screen_width(known_7, 11), known_7, ctl_screen_width(known_14, 10), known_14,
         ctl_screen_width(target, 8), target, ctl_screen_width(all_7, 8), all_7,
         ctl_screen_width(known_14, 8), known_14, ctl_screen_width(limit, 8), limit);
}

static void
print_plain(const char *label, const char *unit, GVariant *numbers)
{
  g_autofree char *week = figure(numbers, "known_7"), *fortnight = figure(numbers, "known_14");
  g_autofree char *week_days = figure(numbers, "known_days_7");
  g_autofree char *fortnight_days = figure(numbers, "known_days_14");
  g_autofree char *target = figure(numbers, "target"), *limit = figure(numbers, "limit");
  g_autofree char *all_7 = figure(numbers, "all_7"), *all_14 = figure(numbers, "all_14");
  printf(
      _("%s, means in %s a day: %s (known days: %s of 7), %s (%s of 14), target %s; counted over all days: "
        "%s (7), %s (14), limit %s\n"),
      label, unit, week, week_days, fortnight, fortnight_days, target, all_7, all_14, limit);
}

void
ctl_means_print(const CtlScreen *screen, GVariant *day)
{
  if (is_empty(day))
    return;
  if (!screen->plain) {
    printf("\n");
    print_heads();
  }
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GVariant) numbers = means_of(day, rows[i].name);
    const char *unit = ctl_language_word(rows[i].unit);
    g_autofree char *label = g_strdup_printf("%s, %s", _(rows[i].label), unit);
    if (screen->plain)
      print_plain(_(rows[i].label), unit, numbers);
    else
      print_row(label, numbers);
  }
  if (!screen->plain)
    ctl_screen_say(screen, 0,
                   _("known: of the known days, their number in brackets; all: of all days what counts "
                     "against the limit, which is food and supplements without sun, and magnesium of "
                     "supplements alone"));
}

/* -- As JSON
 * ------------------------------------------------------------------------------------------------------ */

void
ctl_means_add(JsonBuilder *builder, GVariant *day)
{
  json_builder_set_member_name(builder, "means");
  json_builder_begin_object(builder);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GVariant) numbers = means_of(day, rows[i].name);
    json_builder_set_member_name(builder, rows[i].name);
    json_builder_begin_object(builder);
    for (const char *const *member = members; *member != NULL; member++)
      ctl_json_number(builder, *member, ctl_client_number(numbers, *member));
    ctl_json_text(builder, "unit", rows[i].unit);
    json_builder_end_object(builder);
  }
  json_builder_end_object(builder);
}
