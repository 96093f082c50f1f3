/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "calc_options.h"
#include "calc_serum_plot.h"
#include "json.h"
#include "language.h"
#include "verb.h"

#include <calcifer/instant.h>
#include <calcifer/serum.h>

#include <math.h>
#include <string.h>

#define SERUM_MAX_NMOL_L 10000.0
#define DAY_MAX_IU       10000000.0
#define SPAN_MAX_DAYS    36525 /* a century */

/* A row of the file: lab is NAN in a row of IU. */
typedef struct Row {
  CalDate date;
  double iu;
  double lab_nmol_l;
} Row;

/* "75", "75nmol/L" or "30 ng/mL", in any case. */
static gboolean
read_serum(const char *text, double *nmol_l)
{
  const char *unit;
  double value;
  if (!calc_number_read(text, &unit, &value))
    return FALSE;
  g_autofree char *word = g_strstrip(g_strdup(unit));
  if (g_ascii_strcasecmp(word, "ng/mL") == 0)
    value *= CAL_SERUM_NMOL_L_PER_NG_ML;
  else if (word[0] != '\0' && g_ascii_strcasecmp(word, "nmol/L") != 0)
    return FALSE;
  *nmol_l = value;
  return value >= 0.0 && value <= SERUM_MAX_NMOL_L;
}

static gboolean
read_row(const char *line, Row *row)
{
  g_auto(GStrv) fields = g_strsplit(line, ",", -1);
  if (g_strv_length(fields) != 2)
    return FALSE;
  *row = (Row){ .date = cal_date_parse(g_strstrip(fields[0])), .lab_nmol_l = NAN };
  const char *amount = g_strstrip(fields[1]);
  if (row->date == CAL_DATE_NONE)
    return FALSE;
  if (g_str_has_prefix(amount, "lab="))
    return read_serum(amount + strlen("lab="), &row->lab_nmol_l);
  return calc_number_read(amount, NULL, &row->iu) && row->iu >= 0.0 && row->iu <= DAY_MAX_IU;
}

static gboolean
is_header(const char *line)
{
  g_auto(GStrv) fields = g_strsplit(line, ",", -1);
  return g_strv_length(fields) == 2 && g_str_equal(g_strstrip(fields[0]), "date") &&
         g_str_equal(g_strstrip(fields[1]), "iu");
}

/* The rows of the file's lines, or NULL after a complaint. */
static GArray *
read_rows(const char *path, char **lines)
{
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
  if (lines[0] == NULL || !is_header(lines[0])) {
    ctl_usage_error(_("calc serum: %s:1: the header 'date,iu' was expected"), path);
    return NULL;
  }
  for (guint i = 1; lines[i] != NULL; i++) {
    Row row;
    if (g_strstrip(lines[i])[0] == '\0')
      continue;
    if (!read_row(lines[i], &row)) {
      ctl_usage_error(_("calc serum: %s:%u: 'YYYY-MM-DD,IU' or 'YYYY-MM-DD,lab=N' was expected, not '%s'"),
                      path, i + 1, lines[i]);
      return NULL;
    }
    g_array_append_val(rows, row);
  }
  return g_steal_pointer(&rows);
}

static int
compare_rows(const void *a, const void *b)
{
  const CalDate date_a = ((const Row *)a)->date;
  const CalDate date_b = ((const Row *)b)->date;
  return (date_a > date_b) - (date_a < date_b);
}

/* All rows of one date in one: IU add up, of laboratory values the last one stands. */
static Row
gather_day(const GArray *rows, guint *next, CalDate date)
{
  Row day = { .date = date, .lab_nmol_l = NAN };
  while (*next < rows->len && g_array_index(rows, Row, *next).date == date) {
    const Row *row = &g_array_index(rows, Row, *next);
    day.iu += row->iu;
    if (!isnan(row->lab_nmol_l))
      day.lab_nmol_l = row->lab_nmol_l;
    ++*next;
  }
  return day;
}

/* Every date from the first row to the last. */
static GArray *
estimate_days(const GArray *rows, double baseline_nmol_l)
{
  GArray *days = g_array_new(FALSE, FALSE, sizeof(SerumDay));
  CalSerum serum = cal_serum_begin(baseline_nmol_l);
  guint next = 0;
  CalDate date = rows->len > 0 ? g_array_index(rows, Row, 0).date : 0;
  while (next < rows->len) {
    const Row row = gather_day(rows, &next, date);
    const SerumDay day = { date, cal_serum_step(&serum, row.iu, row.lab_nmol_l), row.lab_nmol_l };
    g_array_append_val(days, day);
    date++;
  }
  return days;
}

static void
add_day(JsonBuilder *builder, const SerumDay *day)
{
  char text[11];
  cal_date_format(day->date, text);
  json_builder_begin_object(builder);
  ctl_json_text(builder, "date", text);
  ctl_json_number(builder, "nmol_l", day->estimate.nmol_l);
  ctl_json_number(builder, "low", day->estimate.low);
  ctl_json_number(builder, "high", day->estimate.high);
  json_builder_end_object(builder);
}

static void
print_json(const GArray *days)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_array(builder);
  for (guint i = 0; i < days->len; i++)
    add_day(builder, &g_array_index(days, SerumDay, i));
  json_builder_end_array(builder);
  ctl_json_print(builder);
}

static void
print_plot(const GArray *days, gboolean plain)
{
  CtlScreen screen;
  ctl_screen_init(&screen, plain);
  ctl_serum_plot(&screen, days);
}

/* The rows of the file in the order of their dates, or NULL after a complaint. */
static GArray *
read_file(const char *path, char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autoptr(GArray) rows = read_rows(path, lines);
  if (rows == NULL)
    return NULL;
  g_array_sort(rows, compare_rows); /* stable: rows of one date keep their order */
  if (rows->len > 0 &&
      g_array_index(rows, Row, rows->len - 1).date - g_array_index(rows, Row, 0).date > SPAN_MAX_DAYS) {
    ctl_usage_error(_("calc serum: %s: more than a century from the first date to the last"), path);
    return NULL;
  }
  return g_steal_pointer(&rows);
}

int
ctl_calc_serum(int argc, char **argv)
{
  const char *path = NULL, *baseline = NULL;
  gboolean plot = FALSE, plain = FALSE;
  const CalcOption options[] = {
    { .name = "baseline", .text = &baseline },
    { .name = "plot", .flag = &plot },
    { .name = "plain", .flag = &plain },
    { NULL },
  };
  if (!calc_options_read(options, argc, argv, &path))
    return CTL_EXIT_USAGE;
  if (path == NULL)
    return ctl_usage_error(_("calc serum: FILE is missing; 'calciferctl calc serum --help' shows how"));
  double baseline_nmol_l = cal_serum_default_nmol_l(CAL_WEIGHT_NORMAL);
  if (baseline != NULL && !read_serum(baseline, &baseline_nmol_l))
    return ctl_usage_error(
        _("calc serum: --baseline takes nmol/L, or a number with its unit as 30ng/mL, not '%s'"), baseline);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  if (!g_file_get_contents(path, &text, NULL, &error))
    return ctl_failure(_("calc serum: %s; type the path of a file of date,iu"), error->message);
  g_autoptr(GArray) rows = read_file(path, text);
  if (rows == NULL)
    return CTL_EXIT_USAGE;
  g_autoptr(GArray) days = estimate_days(rows, baseline_nmol_l);
  if (plot || plain)
    print_plot(days, plain);
  else
    print_json(days);
  return CTL_EXIT_DONE;
}
