/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `plan`: when the sun closes the vitamin D gap of a day, and which foods do. */
#include "client.h"
#include "json.h"
#include "language.h"
#include "named.h"
#include "options.h"
#include "screen.h"
#include "verb.h"
#include "verbs.h"
#include "when.h"

#include <math.h>
#include <stdio.h>

static const char *
text_of(GVariant *members, const char *name)
{
  const char *text = "";
  g_variant_lookup(members, name, "&s", &text);
  return text;
}

/* "13:05", of the local clock; NULL when there is none. Free with g_free(). */
static char *
clock_of(GVariant *members, const char *name)
{
  gint64 at;
  if (!g_variant_lookup(members, name, "x", &at))
    return NULL;
  g_autoptr(GDateTime) local = g_date_time_new_from_unix_local(at);
  return local != NULL ? g_date_time_format(local, "%H:%M") : NULL;
}

static GVariant *
rows_of(GVariant *plan, const char *name)
{
  GVariant *rows = g_variant_lookup_value(plan, name, G_VARIANT_TYPE("aa{sv}"));
  return rows != NULL ? rows : g_variant_ref_sink(g_variant_new("aa{sv}", NULL));
}

/* -- For people
 * --------------------------------------------------------------------------------------------------- */

G_GNUC_PRINTF(2, 3)
static void
say(const CtlScreen *screen, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *line = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  ctl_screen_wrap(screen, 0, 2, line);
}

static void
print_need(const CtlScreen *screen, GVariant *plan)
{
  const double gap = ctl_client_number(plan, "gap_iu");
  const gboolean at_least = ctl_client_flag(plan, "sun_lower_bound");
  say(screen, _("Plan for %s"), text_of(plan, "date"));
  if (gap > 0)
    say(screen,
        at_least ? _("Vitamin D: at least %.0f of %.0f IU so far; at most %.0f IU are missing.")
                 : _("Vitamin D: %.0f of %.0f IU so far; %.0f IU are missing."),
        ctl_client_number(plan, "got_iu"), ctl_client_number(plan, "target_iu"), gap);
  else
    say(screen, _("Vitamin D: %.0f of %.0f IU; nothing is missing."), ctl_client_number(plan, "got_iu"),
        ctl_client_number(plan, "target_iu"));
  say(screen,
      at_least ? _("Sunburn: at least %.0f %% of a burn so far; a plan stops at %.0f %% of the day's total.")
               : _("Sunburn: %.0f %% of a burn so far; a plan stops at %.0f %% of the day's total."),
      100 * ctl_client_number(plan, "med_fraction"), 100 * ctl_client_number(plan, "med_limit"));
}

static void
print_sun_times(const CtlScreen *screen, GVariant *plan)
{
  g_autofree char *sunrise = clock_of(plan, "sunrise"), *noon = clock_of(plan, "noon"),
                  *sunset = clock_of(plan, "sunset");
  const gboolean is_clear = isnan(ctl_client_number(plan, "sky_ratio"));
  say(screen,
      is_clear ? _("Sun: rises %s, highest %s, sets %s; UV index %.1f at its highest under a clear sky.")
               : _("Sun: rises %s, highest %s, sets %s; UV index %.1f at its highest under the sky that the "
                   "ambient tag sees."),
      sunrise != NULL ? sunrise : _("not"), noon != NULL ? noon : "?", sunset != NULL ? sunset : _("not"),
      ctl_client_number(plan, "noon_uvi"));
}

/* When it makes none, and why that is said. */
static void
print_hours(const CtlScreen *screen, GVariant *plan)
{
  g_autofree char *from = clock_of(plan, "makes_from"), *to = clock_of(plan, "makes_to");
  const double most = ctl_client_number(plan, "vitd_uvi"), least = ctl_client_number(plan, "least_vitd_uvi"),
               at_noon = ctl_client_number(plan, "noon_vitd_uvi");
  if (from == NULL)
    say(screen,
        at_noon >= least
            ? _("The sun makes no vitamin D here for the rest of this day: its index weighted for vitamin D "
                "comes to "
                "%.2f at most, and under %.1f an hour of it makes less than the estimate's own error.")
            : _("The sun makes no vitamin D here on this day: its index weighted for vitamin D comes to %.2f "
                "at most, "
                "and under %.1f an hour of it makes less than the estimate's own error."),
        at_noon >= least ? most : at_noon, least);
  else
    say(screen,
        _("The sun makes vitamin D from %s to %s; before and after, its index weighted for vitamin D is "
          "under "
          "%.1f."),
        from, to, least);
}

static void
print_window(const CtlScreen *screen, GVariant *window)
{
  g_autofree char *from = clock_of(window, "from"), *to = clock_of(window, "to"),
                  *best = clock_of(window, "best");
  const double half = ctl_client_number(window, "half_med_minutes");
  const double minutes = ceil(ctl_client_number(window, "gap_minutes")),
               most = ceil(ctl_client_number(window, "gap_minutes_most"));
  if (isnan(half))
    say(screen,
        _("Sun window: begin from %s to %s; at %s it takes %.0f min (up to %.0f in the window), half a burn "
          "is not "
          "reached before sunset."),
        from, to, best, minutes, most);
  else
    say(screen,
        _("Sun window: begin from %s to %s; at %s it takes %.0f min (up to %.0f in the window), half a burn "
          "after "
          "%.0f min."),
        from, to, best, minutes, most, floor(half));
}

static const char *
why_no_minutes(const char *advice)
{
  if (g_str_equal(advice, "no-sun"))
    return _("No minutes in the sun are advised to you: 'calciferctl explain sun-half' says why.");
  if (g_str_equal(advice, "unset"))
    return _(
        "No minutes are told before your skin and age are known: type 'calciferctl profile set phototype "
        "N' and "
        "'calciferctl profile set birth-year YYYY'.");
  if (g_str_equal(advice, "saturated"))
    return _(
        "A sensor was at the end of its range, so that the sun of this day was at least what is told: half "
        "a burn may be reached already, and no minutes are told for this day.");
  return g_str_equal(advice, "ask-kidney-team")
             ? _("Nothing is suggested to you here: ask your kidney team before you change anything.")
             : _("Nothing is suggested to you here: ask your doctor before you change anything.");
}

static void
print_windows(const CtlScreen *screen, GVariant *plan)
{
  g_autoptr(GVariant) windows = rows_of(plan, "windows");
  g_autofree char *most_at = clock_of(plan, "most_at");
  const char *advice = text_of(plan, "advice");
  if (!g_str_equal(advice, "given")) {
    say(screen, "%s", why_no_minutes(advice));
    return;
  }
  for (gsize i = 0; i < g_variant_n_children(windows); i++) {
    g_autoptr(GVariant) window = g_variant_get_child_value(windows, i);
    print_window(screen, window);
  }
  if (g_variant_n_children(windows) > 0)
    say(screen, _("Minutes are for an upright body under that sky; what skin makes of them may be half or "
                  "twice as much."));
  else if (most_at != NULL)
    say(screen,
        _("The sun alone does not close the gap: %.0f min from %s on make about %.0f IU, and more would pass "
          "the "
          "limit or the night comes."),
        ctl_client_number(plan, "most_minutes"), most_at, ctl_client_number(plan, "most_iu"));
}

static void
print_foods(const CtlScreen *screen, GVariant *plan)
{
  g_autoptr(GVariant) foods = rows_of(plan, "foods");
  for (gsize i = 0; i < g_variant_n_children(foods); i++) {
    gboolean habit = FALSE;
    g_autoptr(GVariant) food = g_variant_get_child_value(foods, i);
    g_autofree char *name = ctl_named_food(food);
    const double portions = ctl_client_number(food, "portions");
    g_variant_lookup(food, "habit", "b", &habit);
    g_autofree char *sentence =
        isnan(portions) ? g_strdup_printf(_("Food: %.0f g of %s would close the gap."),
                                          ctl_client_number(food, "grams"), name)
                        : g_strdup_printf(P_("Food: %.0f g of %s (%.1f portion) would close the gap.",
                                             "Food: %.0f g of %s (%.1f portions) would close the gap.",
                                             ctl_language_count(portions)),
                                          ctl_client_number(food, "grams"), name, portions);
    say(screen, "%s%s%s", sentence, habit ? " " : "", habit ? _("You eat it.") : "");
  }
}

static void
print_assumed(const CtlScreen *screen, GVariant *plan)
{
  static const char *const places[] = { "city", N_("the place is the time zone's city"), "guess",
                                        N_("the place is a guess") };
  g_autofree const char **names = NULL;
  const char *place = text_of(plan, "place");
  g_variant_lookup(plan, "assumed", "^a&s", &names);
  g_autofree char *list = names != NULL ? g_strjoinv(", ", (char **)names) : g_strdup("");
  for (gsize i = 0; i < G_N_ELEMENTS(places); i += 2) {
    if (g_str_equal(place, places[i]))
      say(screen, _("Assumed: %s; 'calciferctl profile set place LATITUDE,LONGITUDE' tells better."),
          _(places[i + 1]));
  }
  if (list[0] != '\0')
    say(screen, _("Assumed with caution: %s."), list);
}

static void
print_words(GVariant *plan, gboolean plain)
{
  CtlScreen screen;
  ctl_screen_init(&screen, plain);
  print_need(&screen, plan);
  print_sun_times(&screen, plan);
  print_hours(&screen, plan);
  print_windows(&screen, plan);
  print_foods(&screen, plan);
  print_assumed(&screen, plan);
}

/* -- As JSON
 * ------------------------------------------------------------------------------------------------------ */

static void
add_instant(JsonBuilder *builder, GVariant *members, const char *name)
{
  gint64 at;
  g_autofree char *iso = g_variant_lookup(members, name, "x", &at) ? ctl_when_iso(at) : NULL;
  ctl_json_text(builder, name, iso);
}

static void
add_numbers(JsonBuilder *builder, GVariant *members, const char *const *names)
{
  for (; *names != NULL; names++)
    ctl_json_number(builder, *names, ctl_client_number(members, *names));
}

static void
add_window(JsonBuilder *builder, GVariant *window)
{
  static const char *const numbers[] = { "gap_minutes", "gap_minutes_most", "half_med_minutes", NULL };
  add_instant(builder, window, "from");
  add_instant(builder, window, "to");
  add_instant(builder, window, "best");
  add_numbers(builder, window, numbers);
}

static void
add_food(JsonBuilder *builder, GVariant *food)
{
  static const char *const numbers[] = { "grams", "portions", NULL };
  gboolean habit = FALSE;
  g_variant_lookup(food, "habit", "b", &habit);
  ctl_json_text(builder, "name", text_of(food, "name"));
  ctl_json_text(builder, "label", text_of(food, "label"));
  add_numbers(builder, food, numbers);
  json_builder_set_member_name(builder, "habit");
  json_builder_add_boolean_value(builder, habit);
}

static void
add_rows(JsonBuilder *builder, GVariant *plan, const char *name,
         void (*add)(JsonBuilder *builder, GVariant *row))
{
  g_autoptr(GVariant) rows = rows_of(plan, name);
  json_builder_set_member_name(builder, name);
  json_builder_begin_array(builder);
  for (gsize i = 0; i < g_variant_n_children(rows); i++) {
    g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);
    json_builder_begin_object(builder);
    add(builder, row);
    json_builder_end_object(builder);
  }
  json_builder_end_array(builder);
}

static void
add_assumed(JsonBuilder *builder, GVariant *plan)
{
  g_autofree const char **names = NULL;
  g_variant_lookup(plan, "assumed", "^a&s", &names);
  json_builder_set_member_name(builder, "assumed");
  json_builder_begin_array(builder);
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    json_builder_add_string_value(builder, names[i]);
  json_builder_end_array(builder);
}

static void
print_json(GVariant *plan)
{
  static const char *const texts[] = { "date", "advice", "place" };
  static const char *const instants[] = { "sunrise", "noon", "sunset", "makes_from", "makes_to", "most_at" };
  static const char *const numbers[] = { "latitude",     "longitude",      "target_iu",
                                         "got_iu",       "gap_iu",         "med_fraction",
                                         "med_limit",    "noon_uvi",       "noon_vitd_uvi",
                                         "vitd_uvi",     "least_vitd_uvi", "sky_ratio",
                                         "most_minutes", "most_iu",        NULL };
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    ctl_json_text(builder, texts[i], text_of(plan, texts[i]));
  add_numbers(builder, plan, numbers);
  json_builder_set_member_name(builder, "sun_lower_bound");
  json_builder_add_boolean_value(builder, ctl_client_flag(plan, "sun_lower_bound"));
  for (gsize i = 0; i < G_N_ELEMENTS(instants); i++)
    add_instant(builder, plan, instants[i]);
  add_rows(builder, plan, "windows", add_window);
  add_rows(builder, plan, "foods", add_food);
  add_assumed(builder, plan);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

int
ctl_plan(int argc, char **argv)
{
  g_autofree char *date = NULL;
  gboolean json = FALSE, plain = FALSE;
  GError *error = NULL;
  const GOptionEntry entries[] = {
    { "date", 0, 0, G_OPTION_ARG_STRING, &date, N_("another day, YYYY-MM-DD"), "D" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("one line to a fact, for screen readers"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "", entries))
    return CTL_EXIT_USAGE;
  if (argc != 1)
    return ctl_usage_error(_("plan takes no words; for another day type --date YYYY-MM-DD."));
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) reply =
      client != NULL ? ctl_client_call(client, "Model1", "Plan",
                                       g_variant_new("(s)", date != NULL ? date : ""), "(a{sv})", &error)
                     : NULL;
  if (reply == NULL)
    return ctl_client_complain(error);
  g_autoptr(GVariant) plan = g_variant_get_child_value(reply, 0);
  if (json)
    print_json(plan);
  else
    print_words(plan, plain);
  return CTL_EXIT_DONE;
}
