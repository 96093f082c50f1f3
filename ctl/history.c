/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `history`: many days, as a plot and a table. */
#include "balance.h"
#include "client.h"
#include "computing.h"
#include "days.h"
#include "language.h"
#include "options.h"
#include "verb.h"
#include "verbs.h"

#include <calcifer/instant.h>

#include <math.h>
#include <stdio.h>

/* "2026-03-28  12345 IU " before a bar. */
#define LABEL_COLUMNS 21
#define MIN_BAR       16

typedef struct {
  const char *date;
  double sun, sun_low, sun_high, food, supplement, total, target;
  double sed, med_fraction, serum, serum_low, serum_high;
} Row;

static Row
row_of(const CtlDays *days, guint day)
{
  return (Row){ .date = ctl_days_date(days, day),
                .sun = ctl_days_number(days, day, "VitaminD", "sun_iu"),
                .sun_low = ctl_days_number(days, day, "VitaminD", "sun_iu_low"),
                .sun_high = ctl_days_number(days, day, "VitaminD", "sun_iu_high"),
                .food = ctl_days_number(days, day, "VitaminD", "food_iu"),
                .supplement = ctl_days_number(days, day, "VitaminD", "supplement_iu"),
                .total = ctl_days_number(days, day, "VitaminD", "total_iu"),
                .target = ctl_days_number(days, day, "VitaminD", "target_iu"),
                .sed = ctl_days_number(days, day, "Erythema", "sed"),
                .med_fraction = ctl_days_number(days, day, "Erythema", "med_fraction"),
                .serum = ctl_days_number(days, day, "Serum", "nmol_l"),
                .serum_low = ctl_days_number(days, day, "Serum", "low"),
                .serum_high = ctl_days_number(days, day, "Serum", "high") };
}

/* -- The plot
 * ----------------------------------------------------------------------------------------------------- */

/* The vitamin D that the widest bar stands for. */
static double
greatest(const GArray *rows)
{
  double most = 1;
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index(rows, Row, i);
    const double end = row->food + row->supplement + row->sun_high;
    if (!isnan(end))
      most = fmax(most, end);
    if (!isnan(row->target))
      most = fmax(most, row->target);
  }
  return most;
}

/* Column by column: food, supplements, the sun up to the estimate, then up to where it may reach. */
static const char *
glyph(const Row *row, double iu)
{
  if (iu < row->food)
    return "f";
  if (iu < row->food + row->supplement)
    return "s";
  if (iu < row->food + row->supplement + row->sun_low)
    return "\u2588";
  if (iu < row->food + row->supplement + row->sun)
    return "\u2593";
  return iu < row->food + row->supplement + row->sun_high ? "\u2591" : " ";
}

static void
print_bar(const CtlScreen *screen, const Row *row, double most, int width)
{
  g_autoptr(GString) bar = g_string_new(NULL);
  const int target = isnan(row->target) ? -1 : (int)(row->target / most * (width - 1));
  for (int column = 0; column < width; column++)
    g_string_append(bar, column == target ? "|" : glyph(row, (column + 0.5) / width * most));
  g_strchomp(bar->str);
  ctl_screen_print(screen, row->total >= row->target ? CTL_COLOUR_GOOD : CTL_COLOUR_NONE, "%s", bar->str);
}

static void
print_plot(const CtlScreen *screen, const GArray *rows)
{
  const double most = greatest(rows);
  const int width = MAX(screen->columns - LABEL_COLUMNS - 1, MIN_BAR);
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index(rows, Row, i);
    printf(_("%s %6.0f IU "), row->date, row->total);
    print_bar(screen, row, most, width);
    printf("\n");
  }
  printf("\n");
  ctl_screen_wrap(
      screen, 0, 0,
      _("f food, s supplements, \u2588 sun at least, \u2593 sun as estimated, \u2591 sun at most, "
        "| the target"));
  printf("\n");
}

/* -- The table, 60 columns wide
 * ---------------------------------------------------------------------------------------------------- */

static char *
cell(double value, const char *format)
{
  g_autofree char *text = NULL;
  if (isnan(value))
    return g_strdup("-");
  text = g_strdup_printf("%.0f", value);
  return g_strdup_printf("%s%s", text, format);
}

static void
print_table(const GArray *rows)
{
  static const struct {
    const char *words;
    int columns;
  } heads[] = { { N_("food"), 7 },     { N_("suppl."), 7 }, { N_("sun"), 6 },
                { N_("(range)"), 12 }, { N_("burn"), 6 },   { "nmol/L", 6 } };
  printf("%-10s", "");
  for (gsize i = 0; i < G_N_ELEMENTS(heads); i++)
    printf(" %*s", ctl_screen_width(_(heads[i].words), heads[i].columns), _(heads[i].words));
  printf("\n");
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index(rows, Row, i);
    g_autofree char *food = cell(row->food, ""), *supplement = cell(row->supplement, "");
    g_autofree char *sun = cell(row->sun, ""), *low = cell(row->sun_low, ""), *high = cell(row->sun_high, "");
    g_autofree char *burn = cell(100 * row->med_fraction, " %"), *serum = cell(row->serum, "");
    g_autofree char *range = g_strdup_printf("%s-%s", low, high);
    printf("%-10s %7s %7s %6s %12s %6s %6s\n", row->date, food, supplement, sun, range, burn, serum);
  }
}

static void
print_plain(const GArray *rows)
{
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index(rows, Row, i);
    g_autofree char *target = cell(row->target, _(" IU")), *total = cell(row->total, _(" IU"));
    printf(_("%s: %s of %s: sun %.0f (%.0f to %.0f), food %.0f, supplements %.0f; %.0f %% of a burn\n"),
           row->date, total, target, row->sun, row->sun_low, row->sun_high, row->food, row->supplement,
           100 * row->med_fraction);
  }
}

/* -- For programs
 * ------------------------------------------------------------------------------------------------- */

static void
print_csv_number(double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  printf(",%s", isnan(value) ? "" : g_ascii_formatd(text, sizeof text, "%.10g", value));
}

static void
print_csv(const GArray *rows)
{
  printf("date,sun_iu,sun_iu_low,sun_iu_high,food_iu,supplement_iu,total_iu,target_iu,sed,med_fraction,"
         "serum_nmol_l,serum_low,serum_high\n");
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index(rows, Row, i);
    const double numbers[] = { row->sun,          row->sun_low, row->sun_high,  row->food,
                               row->supplement,   row->total,   row->target,    row->sed,
                               row->med_fraction, row->serum,   row->serum_low, row->serum_high };
    printf("%s", row->date);
    for (gsize n = 0; n < G_N_ELEMENTS(numbers); n++)
      print_csv_number(numbers[n]);
    printf("\n");
  }
}

static void
print_json(const CtlDays *days)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_array(builder);
  for (guint i = 0; i < ctl_days_count(days); i++) {
    g_autoptr(GVariant) day = ctl_days_day(days, i);
    json_builder_begin_object(builder);
    ctl_balance_add(builder, day);
    json_builder_end_object(builder);
  }
  json_builder_end_array(builder);
  ctl_json_print(builder);
}

static GArray *
rows_of(const CtlDays *days)
{
  GArray *rows = g_array_new(FALSE, FALSE, sizeof(Row));
  for (guint i = 0; i < ctl_days_count(days); i++) {
    const Row row = row_of(days, i);
    g_array_append_val(rows, row);
  }
  return rows;
}

static void
tell_model(CtlClient *client)
{
  g_autoptr(GVariant) changed = ctl_client_get(client, "Model1", "Changed", NULL);
  if (changed == NULL || !g_variant_is_of_type(changed, G_VARIANT_TYPE_INT64) ||
      g_variant_get_int64(changed) == 0)
    return;
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(g_variant_get_int64(changed));
  g_autofree char *date = time != NULL ? g_date_time_format(time, "%Y-%m-%d") : g_strdup("?");
  printf(_("The model changed on %s: past estimates were recomputed with it.\n"), date);
}

static void
print_words(const CtlDays *days, gboolean plain)
{
  CtlScreen screen;
  g_autoptr(GArray) rows = rows_of(days);
  ctl_screen_init(&screen, plain);
  if (plain) {
    print_plain(rows);
    return;
  }
  print_plot(&screen, rows);
  print_table(rows);
}

int
ctl_history(int argc, char **argv)
{
  g_autofree char *from = NULL, *to = NULL;
  gboolean csv = FALSE, json = FALSE, plain = FALSE;
  GError *error = NULL;
  g_autoptr(CtlDays) days = NULL;
  const GOptionEntry entries[] = {
    { "from", 0, 0, G_OPTION_ARG_STRING, &from, N_("the first day, YYYY-MM-DD (two weeks)"), "D" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &to, N_("the last day, YYYY-MM-DD (today)"), "D" },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &csv, N_("as CSV with a header"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON, each day as status has it"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("one line to a day, for screen readers"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "", entries))
    return CTL_EXIT_USAGE;
  if (argc != 1 || csv + json + plain > 1)
    return ctl_usage_error(
        _("history takes no words, and one of --csv, --json, --plain; days are --from and --to."));
  if (from != NULL && to != NULL && cal_date_parse(from) != CAL_DATE_NONE &&
      cal_date_parse(to) != CAL_DATE_NONE && cal_date_parse(from) > cal_date_parse(to))
    return ctl_usage_error(_("--from %s is later than --to %s: type the earlier day behind --from."), from,
                           to);
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  if (client != NULL)
    days = ctl_days_fetch(client, from != NULL ? from : "", to != NULL ? to : "", &error);
  if (days == NULL)
    return ctl_client_complain(error);
  if (ctl_computing(client))
    ctl_computing_tell(json || csv ? stderr : stdout);
  if (json) {
    print_json(days);
  } else if (csv) {
    g_autoptr(GArray) rows = rows_of(days);
    print_csv(rows);
  } else {
    tell_model(client);
    print_words(days, plain);
  }
  return CTL_EXIT_DONE;
}
