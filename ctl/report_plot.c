/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Coordinates are whole numbers on a fine grid, so that no locale puts a decimal comma into them. */
#include "report.h"

#include "balance.h"
#include "language.h"

#include <math.h>

#define WIDTH    7200
#define HEIGHT   2000
#define LEFT     700
#define TOP      120
#define BASELINE 1760

typedef struct {
  GString *html;
  const CtlReport *report;
  double most; /* what the top stands for */
} Plot;

static int
x_of(const Plot *plot, guint day)
{
  return LEFT + (int)((WIDTH - LEFT) * (gint64)day / MAX(plot->report->days->len, 1));
}

static int
y_of(const Plot *plot, double value)
{
  const double shown = isnan(value) ? 0 : CLAMP(value, 0, plot->most);
  return BASELINE - (int)((BASELINE - TOP) * shown / plot->most);
}

static double
at(const Plot *plot, guint day, const char *property, const char *member)
{
  return ctl_balance_number(plot->report->days->pdata[day], property, member);
}

static const char *
date_of(const Plot *plot, guint day)
{
  const char *date = "";
  g_variant_lookup(plot->report->days->pdata[day], "Date", "&s", &date);
  return date;
}

static void
begin(const Plot *plot, const char *id, const char *title, const char *description)
{
  g_string_append_printf(plot->html,
                         "<svg role=\"img\" viewBox=\"0 0 %d %d\" aria-labelledby=\"%s-title %s-desc\">\n"
                         "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n",
                         WIDTH, HEIGHT, id, id, id, title, id, description);
}

static void
line(const Plot *plot, const char *class, int x1, int y1, int x2, int y2)
{
  g_string_append_printf(plot->html, "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"></line>\n",
                         class, x1, y1, x2, y2);
}

static void
text(const Plot *plot, int x, int y, const char *anchor, const char *words)
{
  g_string_append_printf(plot->html, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", x, y, anchor,
                         words);
}

/* The scale on the left, and the first and the last date below. */
static void
axes(const Plot *plot)
{
  for (int quarter = 0; quarter <= 4; quarter++) {
    const double value = plot->most * quarter / 4;
    g_autofree char *label = g_strdup_printf("%.0f", value);
    line(plot, "grid", LEFT, y_of(plot, value), WIDTH, y_of(plot, value));
    text(plot, LEFT - 60, y_of(plot, value) + 40, "end", label);
  }
  text(plot, LEFT, HEIGHT - 60, "start", date_of(plot, 0));
  if (plot->report->days->len > 1)
    text(plot, WIDTH, HEIGHT - 60, "end", date_of(plot, plot->report->days->len - 1));
}

/* -- Vitamin D by source */

static double
most_iu(const Plot *plot)
{
  double most = 1000;
  for (guint i = 0; i < plot->report->days->len; i++) {
    const double total = at(plot, i, "VitaminD", "total_iu"), sun = at(plot, i, "VitaminD", "sun_iu");
    most = fmax(most, total - sun + at(plot, i, "VitaminD", "sun_iu_high"));
    most = fmax(most, at(plot, i, "VitaminD", "target_iu"));
  }
  return ceil(most / 1000) * 1000;
}

/* One source of a day, standing on what is `below`; returns what the next one stands on. */
static double
piece(const Plot *plot, guint day, const char *class, const char *member, double below)
{
  const double iu = at(plot, day, "VitaminD", member);
  const double end = isnan(iu) ? below : below + iu;
  const int width = x_of(plot, day + 1) - x_of(plot, day), y = y_of(plot, end);
  const int height = y_of(plot, below) - y;
  if (height > 0)
    g_string_append_printf(plot->html,
                           "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"></rect>\n", class,
                           x_of(plot, day), y, MAX(width * 4 / 5, 1), height);
  return end;
}

static void
column(const Plot *plot, guint day)
{
  const double food = piece(plot, day, "food", "food_iu", 0);
  const double still = piece(plot, day, "supplement", "supplement_iu", food);
  const double high = at(plot, day, "VitaminD", "sun_iu_high");
  const int middle = x_of(plot, day) + (x_of(plot, day + 1) - x_of(plot, day)) * 2 / 5;
  piece(plot, day, "sun", "sun_iu", still);
  if (high > 0)
    line(plot, "band", middle, y_of(plot, still + at(plot, day, "VitaminD", "sun_iu_low")), middle,
         y_of(plot, still + high));
}

void
ctl_report_plot_sources(GString *html, const CtlReport *report)
{
  Plot plot = { html, report, 1 };
  plot.most = most_iu(&plot);
  begin(&plot, "sources", _("Vitamin D of each day, in IU, by source"),
        _("A column for each day: food at the bottom, supplements upon it, the sun on top. A thin line goes "
          "from "
          "the least to the most that the sun may have made; a dashed line is today's target. The table of "
          "months "
          "has the same as numbers."));
  axes(&plot);
  for (guint i = 0; i < report->days->len; i++)
    column(&plot, i);
  const double target = at(&plot, report->days->len - 1, "VitaminD", "target_iu");
  if (!isnan(target))
    line(&plot, "target", LEFT, y_of(&plot, target), WIDTH, y_of(&plot, target));
  g_string_append(html, "</svg>\n");
}

/* -- 25(OH)D */

static double
most_nmol_l(const Plot *plot)
{
  double most = 100;
  for (guint i = 0; i < plot->report->days->len; i++)
    most = fmax(most, at(plot, i, "Serum", "high"));
  for (guint i = 0; i < plot->report->labs->len; i++)
    most = fmax(most, g_array_index(plot->report->labs, CtlReportLab, i).nmol_l);
  return ceil(most / 100) * 100;
}

static void
point(const Plot *plot, guint day, const char *member)
{
  const double value = at(plot, day, "Serum", member);
  if (!isnan(value))
    g_string_append_printf(plot->html, "%d,%d ", x_of(plot, day), y_of(plot, value));
}

static void
range_and_estimate(const Plot *plot)
{
  const guint days = plot->report->days->len;
  g_string_append(plot->html, "<polygon class=\"range\" points=\"");
  for (guint i = 0; i < days; i++)
    point(plot, i, "high");
  for (guint i = days; i > 0; i--)
    point(plot, i - 1, "low");
  g_string_append(plot->html, "\"></polygon>\n<polyline class=\"estimate\" points=\"");
  for (guint i = 0; i < days; i++)
    point(plot, i, "nmol_l");
  g_string_append(plot->html, "\"></polyline>\n");
}

static void
laboratory(const Plot *plot, const CtlReportLab *lab)
{
  for (guint i = 0; i < plot->report->days->len; i++) {
    if (!g_str_equal(lab->date, date_of(plot, i)))
      continue;
    const int x = x_of(plot, i), y = y_of(plot, lab->nmol_l);
    g_autofree char *label = g_strdup_printf("%.0f", lab->nmol_l);
    g_string_append_printf(plot->html, "<circle class=\"lab\" cx=\"%d\" cy=\"%d\" r=\"45\"></circle>\n", x,
                           y);
    text(plot, x, y - 90, i > plot->report->days->len / 2 ? "end" : "start", label);
  }
}

void
ctl_report_plot_serum(GString *html, const CtlReport *report)
{
  Plot plot = { html, report, 1 };
  plot.most = most_nmol_l(&plot);
  begin(&plot, "serum", _("25-hydroxyvitamin D in the blood, in nmol/L, estimated"),
        _("A line for the estimate with its range around it, and a ring for each value of a laboratory. The "
          "tables on this page have the same as numbers."));
  axes(&plot);
  range_and_estimate(&plot);
  for (guint i = 0; i < report->labs->len; i++)
    laboratory(&plot, &g_array_index(report->labs, CtlReportLab, i));
  g_string_append(html, "</svg>\n");
}
