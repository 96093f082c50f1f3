/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "explain_day.h"

#include "client.h"
#include "json.h"
#include "language.h"
#include "screen.h"
#include "verb.h"
#include "when.h"

#define INDENT_COLUMNS 4

static const char *const row_numbers[] = {
  "minutes",      "uvi",      "believed_uvi", "zenith_deg",     "ozone_du",  "ratio",     "plane", "area",
  "transmission", "sdd_j_m2", "age_factor",   "erythemal_j_m2", "vitd_j_m2", "iu_linear", NULL
};
static const char *const sums[] = { "erythemal_j_m2", "vitd_j_m2",  "iu_linear",   "ceiling_iu",
                                    "sun_iu",         "sun_iu_low", "sun_iu_high", "food_iu",
                                    "supplement_iu",  "total_iu",   NULL };

static char *
clock_of(GVariant *members, const char *name)
{
  gint64 at = 0;
  g_variant_lookup(members, name, "x", &at);
  g_autoptr(GDateTime) local = g_date_time_new_from_unix_local(at);
  return g_date_time_format(local, "%H:%M");
}

/* -- For people
 * --------------------------------------------------------------------------------------------------- */

static void
print_row(const CtlScreen *screen, GVariant *row)
{
  const char *by = "";
  g_autofree char *from = clock_of(row, "from"), *to = clock_of(row, "to");
  const double uvi = ctl_client_number(row, "uvi"), believed = ctl_client_number(row, "believed_uvi"),
               plane = ctl_client_number(row, "plane");
  g_variant_lookup(row, "by", "&s", &by);
  ctl_screen_say(
      screen, INDENT_COLUMNS, _("%s to %s, by %s: the sun at %.1f° from the zenith, ozone %.0f DU\n"), from,
      to, ctl_language_word(by), ctl_client_number(row, "zenith_deg"), ctl_client_number(row, "ozone_du"));
  ctl_screen_say(screen, INDENT_COLUMNS, _("  H_E = 1.5 x %.3f min x UVI %.4f = %.3f J/m2\n"),
                 ctl_client_number(row, "minutes"), uvi, ctl_client_number(row, "erythemal_j_m2"));
  if (believed < uvi - 1e-9)
    ctl_screen_say(screen, INDENT_COLUMNS,
                   _("  more than a clear sky can give there: for vitamin D UVI %.4f is believed\n"),
                   believed);
  if (plane < 1)
    ctl_screen_say(screen, INDENT_COLUMNS,
                   _("  H_D = 1.5 x %.3f min x UVI %.4f x R %.4f x %.2f (an upright body) = %.3f J/m2\n"),
                   ctl_client_number(row, "minutes"), believed, ctl_client_number(row, "ratio"), plane,
                   ctl_client_number(row, "vitd_j_m2"));
  else
    ctl_screen_say(screen, INDENT_COLUMNS, _("  H_D = 1.5 x %.3f min x UVI %.4f x R %.4f = %.3f J/m2\n"),
                   ctl_client_number(row, "minutes"), believed, ctl_client_number(row, "ratio"),
                   ctl_client_number(row, "vitd_j_m2"));
  ctl_screen_say(screen, INDENT_COLUMNS,
                 _("  IU = 1000 x %.3f / %.3f (SDD) x bare %.4f / 0.25 x age %.2f x sunscreen %.5f = %.3f\n"),
                 ctl_client_number(row, "vitd_j_m2"), ctl_client_number(row, "sdd_j_m2"),
                 ctl_client_number(row, "area"), ctl_client_number(row, "age_factor"),
                 ctl_client_number(row, "transmission"), ctl_client_number(row, "iu_linear"));
}

static void
print_sums(const CtlScreen *screen, GVariant *steps)
{
  const double linear = ctl_client_number(steps, "iu_linear"),
               ceiling = ctl_client_number(steps, "ceiling_iu");
  ctl_screen_say(screen, INDENT_COLUMNS,
                 _("All in all H_E %.3f J/m2, H_D %.3f J/m2, %.3f IU before saturation.\n"),
                 ctl_client_number(steps, "erythemal_j_m2"), ctl_client_number(steps, "vitd_j_m2"), linear);
  if (linear > 0)
    ctl_screen_say(screen, INDENT_COLUMNS,
                   _("Saturation: %.3f x (1 - exp(-%.3f / %.3f)) = %.3f IU by the sun, %.0f to %.0f.\n"),
                   ceiling, linear, ceiling, ctl_client_number(steps, "sun_iu"),
                   ctl_client_number(steps, "sun_iu_low"), ctl_client_number(steps, "sun_iu_high"));
  if (ctl_client_flag(steps, "sun_lower_bound"))
    ctl_screen_say(screen, INDENT_COLUMNS,
                   _("A sensor was at the end of its range in some of it: the sun was at least that.\n"));
  ctl_screen_say(screen, INDENT_COLUMNS, _("With %.3f IU of food and %.3f IU of supplements: %.3f IU.\n"),
                 ctl_client_number(steps, "food_iu"), ctl_client_number(steps, "supplement_iu"),
                 ctl_client_number(steps, "total_iu"));
  ctl_screen_say(
      screen, INDENT_COLUMNS,
      _("A wellness estimate, not a medical device. The formulas and their sources are in model.md.\n"));
}

static void
print_words(const CtlScreen *screen, GVariant *steps, GVariant *rows)
{
  const char *date = "";
  g_variant_lookup(steps, "date", "&s", &date);
  ctl_screen_say(screen, INDENT_COLUMNS, _("From light to vitamin D on %s\n"), date);
  for (gsize i = 0; i < g_variant_n_children(rows); i++) {
    g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);
    print_row(screen, row);
  }
  if (g_variant_n_children(rows) == 0)
    ctl_screen_say(screen, INDENT_COLUMNS, _("No sun is on record.\n"));
  print_sums(screen, steps);
}

/* -- As JSON
 * ------------------------------------------------------------------------------------------------------ */

static void
add_numbers(JsonBuilder *builder, GVariant *members, const char *const *names)
{
  for (; *names != NULL; names++)
    ctl_json_number(builder, *names, ctl_client_number(members, *names));
}

static void
add_row(JsonBuilder *builder, GVariant *row)
{
  static const char *const ends[] = { "from", "to" };
  const char *by = NULL;
  json_builder_begin_object(builder);
  for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
    gint64 at = 0;
    g_variant_lookup(row, ends[i], "x", &at);
    g_autofree char *iso = ctl_when_iso(at);
    ctl_json_text(builder, ends[i], iso);
  }
  g_variant_lookup(row, "by", "&s", &by);
  ctl_json_text(builder, "by", by);
  add_numbers(builder, row, row_numbers);
  json_builder_end_object(builder);
}

static void
print_json(GVariant *steps, GVariant *rows)
{
  const char *date = NULL;
  g_autoptr(JsonBuilder) builder = json_builder_new();
  g_variant_lookup(steps, "date", "&s", &date);
  json_builder_begin_object(builder);
  ctl_json_text(builder, "date", date);
  json_builder_set_member_name(builder, "rows");
  json_builder_begin_array(builder);
  for (gsize i = 0; i < g_variant_n_children(rows); i++) {
    g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);
    add_row(builder, row);
  }
  json_builder_end_array(builder);
  add_numbers(builder, steps, sums);
  json_builder_set_member_name(builder, "sun_lower_bound");
  json_builder_add_boolean_value(builder, ctl_client_flag(steps, "sun_lower_bound"));
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

int
ctl_explain_day(const char *date, gboolean json, gboolean plain)
{
  GError *error = NULL;
  CtlScreen screen;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) reply = client != NULL ? ctl_client_call(client, "Model1", "Explain",
                                                               g_variant_new("(s)", date), "(a{sv})", &error)
                                             : NULL;
  if (reply == NULL)
    return ctl_client_complain(error);
  g_autoptr(GVariant) steps = g_variant_get_child_value(reply, 0);
  g_autoptr(GVariant) rows = g_variant_lookup_value(steps, "rows", G_VARIANT_TYPE("aa{sv}"));
  ctl_screen_init(&screen, plain);
  if (json)
    print_json(steps, rows);
  else
    print_words(&screen, steps, rows);
  return CTL_EXIT_DONE;
}
