/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 *   100 │░░░░░░░░░▓▓▓▓▓▓     A column is so many days that all of them fit the terminal: the band is theirs
 *       │▓▓▓▓▓▓▓▓▓L          together, the estimate and the laboratory's value that of the last day that has
 *     0 └───────────────     one.
 *       2026-01-01 to ...
 */
#include "calc_serum_plot.h"

#include "language.h"

#include <math.h>
#include <stdio.h>

#define ROWS          16 /* what stays on the smallest terminals with the words around it */
#define ROWS_A_LABEL  4
#define LABEL_COLUMNS 8 /* " 12345 │" */
#define WIDEST_DAY    4 /* columns */
#define STEP_NMOL_L   20.0

/* The days that stand in one column. */
typedef struct Column {
  double low;
  double high;
  double nmol_l;
  double lab_nmol_l; /* NAN without one */
} Column;

static const SerumDay *
day_at(const GArray *days, guint i)
{
  return &g_array_index(days, SerumDay, i);
}

/* Of the days from `first` on, up to `end`, which is another column's. */
static Column
column_of(const GArray *days, guint first, guint end)
{
  Column column = { .low = INFINITY, .lab_nmol_l = NAN };
  for (guint i = first; i < end; i++) {
    const SerumDay *day = day_at(days, i);
    column.low = fmin(column.low, day->estimate.low);
    column.high = fmax(column.high, day->estimate.high);
    column.nmol_l = day->estimate.nmol_l;
    if (!isnan(day->lab_nmol_l))
      column.lab_nmol_l = day->lab_nmol_l;
  }
  return column;
}

/* What the top of the plot stands for: round, and so that the labels are round too. */
static double
top_of(const GArray *days)
{
  double most = 0;
  for (guint i = 0; i < days->len; i++)
    most = fmax(most, day_at(days, i)->estimate.high);
  return STEP_NMOL_L * fmax(ceil(most / STEP_NMOL_L), 1);
}

static gboolean
is_in_row(double value, int row, double height)
{
  return value >= row * height && value < (row + 1) * height;
}

/* Row 0 is the lowest, each `height` nmol/L high. */
static const char *
glyph(const Column *column, int row, double height)
{
  if (is_in_row(column->lab_nmol_l, row, height))
    return "L";
  if (is_in_row(column->nmol_l, row, height))
    return "\u2593";
  return column->high > row * height && column->low < (row + 1) * height ? "\u2591" : " ";
}

static void
print_row(const GArray *columns, int row, double height, guint width)
{
  g_autoptr(GString) line = g_string_new(NULL);
  for (guint i = 0; i < columns->len; i++)
    for (guint j = 0; j < width; j++)
      g_string_append(line, glyph(&g_array_index(columns, Column, i), row, height));
  g_strchomp(line->str);
  if ((row + 1) % ROWS_A_LABEL == 0)
    printf("%6.0f \u2502%s\n", (row + 1) * height, line->str);
  else
    printf("%6s \u2502%s\n", "", line->str);
}

static void
print_foot(const GArray *days, guint columns)
{
  char from[11], to[11];
  cal_date_format(day_at(days, 0)->date, from);
  cal_date_format(day_at(days, days->len - 1)->date, to);
  printf("%6d \u2514", 0);
  for (guint i = 0; i < columns; i++)
    printf("\u2500");
  printf("\n%*s", LABEL_COLUMNS, "");
  printf(_("%s to %s\n"), from, to);
}

static void
print_legend(const CtlScreen *screen, guint days, guint columns)
{
  g_autofree char *legend =
      days > columns
          ? g_strdup_printf(
                _("\u2593 the estimate, \u2591 its range, L a laboratory value; %u days in %u columns"), days,
                columns)
          : g_strdup(_("\u2593 the estimate, \u2591 its range, L a laboratory value"));
  ctl_screen_wrap(screen, 0, 0, legend);
}

static void
print_plot(const CtlScreen *screen, const GArray *days)
{
  const guint room = (guint)screen->columns - LABEL_COLUMNS, count = MIN(days->len, room);
  const guint width = MIN(MAX(room / days->len, 1), WIDEST_DAY);
  const double height = top_of(days) / ROWS;
  g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(Column));
  for (guint i = 0; i < count; i++) {
    const Column column = column_of(days, i * days->len / count, (i + 1) * days->len / count);
    g_array_append_val(columns, column);
  }
  printf(_("25(OH)D in nmol/L, an estimate\n"));
  for (int row = ROWS - 1; row >= 0; row--)
    print_row(columns, row, height, width);
  print_foot(days, count * width);
  print_legend(screen, days->len, count);
}

static void
print_plain(const GArray *days)
{
  for (guint i = 0; i < days->len; i++) {
    const SerumDay *day = day_at(days, i);
    char date[11];
    cal_date_format(day->date, date);
    printf(_("%s: %.0f nmol/L, %.0f to %.0f"), date, day->estimate.nmol_l, day->estimate.low,
           day->estimate.high);
    if (!isnan(day->lab_nmol_l))
      printf(_("; a laboratory value of %.0f"), day->lab_nmol_l);
    printf("\n");
  }
}

void
ctl_serum_plot(const CtlScreen *screen, const GArray *days)
{
  if (days->len == 0)
    printf(_("There is no date in the file.\n"));
  else if (screen->plain)
    print_plain(days);
  else
    print_plot(screen, days);
}
