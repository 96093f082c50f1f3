/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "means.h"

#include "client.h"
#include "language.h"

#include <math.h>
#include <stdio.h>

#define LABEL_COLUMNS 15

/* On a terminal that is narrower than the table what counts against a limit follows in a table of its own. */
#define TABLE_COLUMNS 74
#define LABEL_NARROW  14

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
print_cell(const char *text, int columns)
{
  printf(" %*s", ctl_screen_width(text, columns), text);
}

static void
print_label(const char *label, int columns)
{
  printf("%-*s", ctl_screen_width(label, columns), label);
}

/* Each row begins with its label; the first has the heads. */
typedef struct {
  char *label, *week, *fortnight, *target, *all_7, *all_14, *limit;
} Row;

static void
row_clear(Row *row)
{
  char *const texts[] = { row->label, row->week,   row->fortnight, row->target,
                          row->all_7, row->all_14, row->limit };
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Row, row_clear)

static Row
heads(gboolean is_narrow)
{
  return (Row){ g_strdup(_("Means a day")), g_strdup(_("known 7 d")),
                g_strdup(_("14 d")),        g_strdup(is_narrow ? _("goal") : _("target")),
                g_strdup(_("all 7 d")),     g_strdup(_("14 d")),
                g_strdup(_("limit")) };
}

static Row
row_of(gsize i, GVariant *day)
{
  g_autoptr(GVariant) numbers = means_of(day, rows[i].name);
  return (Row){ g_strdup_printf("%s, %s", _(rows[i].label), ctl_language_word(rows[i].unit)),
                of_known_days(numbers, "known_7", "known_days_7"),
                of_known_days(numbers, "known_14", "known_days_14"),
                figure(numbers, "target"),
                figure(numbers, "all_7"),
                figure(numbers, "all_14"),
                figure(numbers, "limit") };
}

static void
print_wide(const Row *row)
{
  print_label(row->label, LABEL_COLUMNS);
  print_cell(row->week, 11);
  print_cell(row->fortnight, 10);
  print_cell(row->target, 8);
  print_cell(row->all_7, 8);
  print_cell(row->all_14, 8);
  print_cell(row->limit, 8);
  printf("\n");
}

static void
print_known(const Row *row)
{
  print_label(row->label, LABEL_NARROW);
  print_cell(row->week, 9);
  print_cell(row->fortnight, 9);
  print_cell(row->target, 5);
  printf("\n");
}

static void
print_counted(const Row *row)
{
  print_label(row->label, LABEL_NARROW);
  print_cell(row->all_7, 9);
  print_cell(row->all_14, 9);
  print_cell(row->limit, 5);
  printf("\n");
}

static void
print_table(GVariant *day, void (*print)(const Row *row))
{
  g_auto(Row) head = heads(print == print_known);
  print(&head);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_auto(Row) row = row_of(i, day);
    print(&row);
  }
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
  for (gsize i = 0; screen->plain && i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GVariant) numbers = means_of(day, rows[i].name);
    print_plain(_(rows[i].label), ctl_language_word(rows[i].unit), numbers);
  }
  if (screen->plain)
    return;
  printf("\n");
  print_table(day, screen->columns < TABLE_COLUMNS ? print_known : print_wide);
  if (screen->columns < TABLE_COLUMNS)
    print_table(day, print_counted);
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
