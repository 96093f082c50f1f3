/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include "balance.h"
#include "screen.h"
#include "when.h"

#include <math.h>
#include <string.h>

/* Both sets of colours are held to WCAG's contrasts by tests/bus/daemon/test_report.py. Paper is always
 * light. */
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<title>Calcifer: vitamin D</title>\n<style>\n"
    ":root { color-scheme: light dark; --paper: #ffffff; --ink: #1c1917; --faint: #57534e; --grid: #d6d3d1;\n"
    "  --sun: #b45309; --food: #15803d; --supplement: #1d4ed8; --range: #dbeafe; }\n"
    "@media screen and (prefers-color-scheme: dark) {\n"
    "  :root { --paper: #1c1917; --ink: #fafaf9; --faint: #d6d3d1; --grid: #57534e;\n"
    "    --sun: #fbbf24; --food: #4ade80; --supplement: #93c5fd; --range: #1e3a5f; } }\n"
    "body { background: var(--paper); color: var(--ink); font: 16px/1.4 sans-serif; max-width: 56rem;\n"
    "  margin: 0 auto; padding: 1rem; }\n"
    "h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 1.2rem 0 .3rem; }\n"
    "p { margin: .3rem 0; overflow-wrap: anywhere; } .faint { color: var(--faint); }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "th, td { text-align: right; padding: .15rem .4rem; border-bottom: 1px solid var(--grid); }\n"
    "th:first-child, td:first-child { text-align: left; } td { white-space: nowrap; }\n"
    "@media screen { section { overflow-x: auto; } }\n" /* a table moves by itself where there is no room */
    "svg { width: 100%; height: auto; } svg text { font-size: 130px; fill: var(--ink); }\n"
    ".key { display: inline-block; width: .8rem; height: .8rem; }\n"
    ".sun { fill: var(--sun); background: var(--sun); } .food { fill: var(--food); background: var(--food); "
    "}\n"
    ".supplement { fill: var(--supplement); background: var(--supplement); }\n"
    ".grid { stroke: var(--grid); stroke-width: 6; } .band { stroke: var(--ink); stroke-width: 8; }\n"
    ".target { stroke: var(--ink); stroke-width: 12; stroke-dasharray: 60 40; }\n"
    ".range { fill: var(--range); } .estimate { fill: none; stroke: var(--supplement); stroke-width: 20; }\n"
    ".lab { fill: var(--paper); stroke: var(--ink); stroke-width: 20; }\n"
    "@page { size: A4; margin: 14mm; }\n"
    "@media print { body { font-size: 10.5pt; padding: 0; max-width: none; } .second { break-before: page; "
    "}\n"
    "  .key { print-color-adjust: exact; } section, tr { break-inside: avoid; } }\n"
    "</style>\n</head>\n<body>\n<main>\n";

static const struct {
  const char *name, *label, *unit;
} nutrients[] = {
  { "calcium", "Calcium", "mg" }, { "magnesium", "Magnesium", "mg" }, { "k1", "Vitamin K1", "µg" },
  { "k2", "Vitamin K2", "µg" },   { "vitamin_c", "Vitamin C", "mg" },
};

/* A calendar month's sums. */
typedef struct {
  char name[8]; /* "2026-03" */
  guint days, reached;
  double sun, low, high, food, supplement, total, serum;
} Month;

/* Text that came from a person, or from the air. */
static void
append_text(GString *html, const char *text)
{
  g_autofree char *harmless = ctl_screen_escape(text);
  g_autofree char *escaped = g_markup_escape_text(harmless, -1);
  g_string_append(html, escaped);
}

/* "?" where a number is not known, which is not 0. */
static void
append_number(GString *html, double value)
{
  if (isnan(value))
    g_string_append(html, "?");
  else
    g_string_append_printf(html, "%.0f", value);
}

static void
append_cell(GString *html, double value)
{
  g_string_append(html, "<td>");
  append_number(html, value);
  g_string_append(html, "</td>");
}

/* -- The day */

/* "LEAD 12 TAIL" */
static void
append_figure(GString *html, const char *lead, double value, const char *tail)
{
  g_string_append(html, lead);
  append_number(html, value);
  g_string_append(html, tail);
}

static void
append_day(GString *html, GVariant *day)
{
  g_string_append(html, "<section>\n<h2>Today</h2>\n");
  append_figure(html, "<p>Vitamin D: <strong>", ctl_balance_number(day, "VitaminD", "total_iu"), "</strong>");
  append_figure(html, " of ", ctl_balance_number(day, "VitaminD", "target_iu"), " IU");
  append_figure(html, ": sun ", ctl_balance_number(day, "VitaminD", "sun_iu"), "");
  append_figure(html, " (", ctl_balance_number(day, "VitaminD", "sun_iu_low"), "");
  append_figure(html, " to ", ctl_balance_number(day, "VitaminD", "sun_iu_high"), ")");
  append_figure(html, ", food ", ctl_balance_number(day, "VitaminD", "food_iu"), "");
  append_figure(html, ", supplements ", ctl_balance_number(day, "VitaminD", "supplement_iu"), ".</p>\n");
  append_figure(html, "<p>Sunburn: ", 100 * ctl_balance_number(day, "Erythema", "med_fraction"),
                " % of the dose that reddens this skin.</p>\n</section>\n");
}

static void
append_alerts(GString *html, GVariant *alerts)
{
  g_string_append(html, "<section>\n<h2>Alerts</h2>\n");
  if (g_variant_n_children(alerts) == 0)
    g_string_append(html, "<p>None.</p>\n");
  for (gsize i = 0; i < g_variant_n_children(alerts); i++) {
    g_autoptr(GVariant) alert = g_variant_get_child_value(alerts, i);
    const char *severity = "", *text = "";
    g_variant_lookup(alert, "severity", "&s", &severity);
    g_variant_lookup(alert, "text", "&s", &text);
    g_string_append(html, "<p><strong>");
    append_text(html, severity);
    g_string_append(html, "</strong>: ");
    append_text(html, text);
    g_string_append(html, "</p>\n");
  }
  g_string_append(html, "</section>\n");
}

/* -- The months */

static void
count_day(Month *month, GVariant *day)
{
  const double total = ctl_balance_number(day, "VitaminD", "total_iu");
  month->days++;
  month->reached += total >= ctl_balance_number(day, "VitaminD", "target_iu") ? 1 : 0;
  month->total += total;
  month->sun += ctl_balance_number(day, "VitaminD", "sun_iu");
  month->low += ctl_balance_number(day, "VitaminD", "sun_iu_low");
  month->high += ctl_balance_number(day, "VitaminD", "sun_iu_high");
  month->food += ctl_balance_number(day, "VitaminD", "food_iu");
  month->supplement += ctl_balance_number(day, "VitaminD", "supplement_iu");
  month->serum = ctl_balance_number(day, "Serum", "nmol_l");
}

static void
append_month(GString *html, const Month *month)
{
  const double days = month->days;
  g_string_append_printf(html, "<tr><th scope=\"row\">%s</th>", month->name);
  append_cell(html, month->total / days);
  append_cell(html, month->sun / days);
  append_figure(html, "<td>", month->low / days, "");
  append_figure(html, "–", month->high / days, "</td>");
  append_cell(html, month->food / days);
  append_cell(html, month->supplement / days);
  g_string_append_printf(html, "<td>%u of %u</td>", month->reached, month->days);
  append_cell(html, month->serum);
  g_string_append(html, "</tr>\n");
}

static void
append_months(GString *html, const GPtrArray *days)
{
  Month month = { .days = 0 };
  g_string_append(html, "<section>\n<h2>Months</h2>\n<table>\n<thead><tr><th scope=\"col\">mean IU a day</th>"
                        "<th scope=\"col\">all</th><th scope=\"col\">sun</th><th scope=\"col\">range</th>"
                        "<th scope=\"col\">food</th><th scope=\"col\">supplements</th>"
                        "<th scope=\"col\">days on target</th><th scope=\"col\">nmol/L at its "
                        "end</th></tr></thead>\n<tbody>\n");
  for (guint i = 0; i < days->len; i++) {
    const char *date = "";
    g_variant_lookup(days->pdata[i], "Date", "&s", &date);
    if (month.days > 0 && strncmp(month.name, date, 7) != 0) {
      append_month(html, &month);
      month = (Month){ .days = 0 };
    }
    g_strlcpy(month.name, date, sizeof month.name);
    count_day(&month, days->pdata[i]);
  }
  append_month(html, &month);
  g_string_append(html, "</tbody>\n</table>\n</section>\n");
}

/* -- Plots and nutrients */

static void
append_sources(GString *html, const CtlReport *report)
{
  g_string_append(html, "<section>\n<h2>Vitamin D by source</h2>\n<p><span class=\"key food\"></span> food "
                        "<span class=\"key supplement\"></span> supplements <span class=\"key sun\"></span> "
                        "sun; thin line: the sun from its least to its most; dashed: today’s target; in "
                        "IU</p>\n");
  ctl_report_plot_sources(html, report);
  g_string_append(html, "</section>\n");
}

static void
append_serum(GString *html, const CtlReport *report)
{
  GVariant *today = report->days->pdata[report->days->len - 1];
  g_string_append(html, "<section class=\"second\">\n<h2>In the blood</h2>\n");
  append_figure(html, "<p>25(OH)D, estimated: about ", ctl_balance_number(today, "Serum", "nmol_l"),
                " nmol/L");
  append_figure(html, " (", ctl_balance_number(today, "Serum", "low"), "");
  append_figure(html, " to ", ctl_balance_number(today, "Serum", "high"), ").</p>\n");
  ctl_report_plot_serum(html, report);
  for (guint i = 0; i < report->labs->len; i++) {
    const CtlReportLab *lab = &g_array_index(report->labs, CtlReportLab, i);
    g_string_append_printf(html, "<p>Laboratory, %s: %.0f nmol/L</p>\n", lab->date, lab->nmol_l);
  }
  g_string_append(html, "</section>\n");
}

static void
append_nutrient(GString *html, gsize which, GVariant *all)
{
  static const char *const members[] = { "food", "supplement", "total", "target" };
  g_autoptr(GVariant) numbers =
      all != NULL ? g_variant_lookup_value(all, nutrients[which].name, G_VARIANT_TYPE("a{sd}")) : NULL;
  g_string_append_printf(html, "<tr><th scope=\"row\">%s, %s</th>", nutrients[which].label,
                         nutrients[which].unit);
  for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
    double value = NAN;
    if (numbers != NULL)
      g_variant_lookup(numbers, members[i], "d", &value);
    append_cell(html, value);
  }
  g_string_append(html, "</tr>\n");
}

static void
append_nutrients(GString *html, GVariant *today)
{
  g_autoptr(GVariant) all = g_variant_lookup_value(today, "Nutrients", G_VARIANT_TYPE("a{sa{sd}}"));
  g_string_append(html, "<section>\n<h2>Nutrients today</h2>\n<table>\n<thead><tr><th "
                        "scope=\"col\">nutrient</th><th scope=\"col\">food</th><th "
                        "scope=\"col\">supplements</th><th scope=\"col\">all</th>"
                        "<th scope=\"col\">reference</th></tr></thead>\n<tbody>\n");
  for (gsize i = 0; i < G_N_ELEMENTS(nutrients); i++)
    append_nutrient(html, i, all);
  g_string_append(html, "</tbody>\n</table>\n<p class=\"faint\">?: not known, or no reference.</p>\n"
                        "</section>\n");
}

GString *
ctl_report_page(const CtlReport *report)
{
  GVariant *today = report->days->pdata[report->days->len - 1];
  const char *date = "";
  GString *html = g_string_new(head);
  g_variant_lookup(today, "Date", "&s", &date);
  g_string_append_printf(html, "<h1>Calcifer, %s</h1>\n", date);
  append_day(html, today);
  append_months(html, report->days);
  append_sources(html, report);
  append_serum(html, report);
  append_nutrients(html, today);
  append_alerts(html, report->alerts);
  g_string_append(html,
                  "<p class=\"faint\">Every number is an estimate for your own information; the sun’s share "
                  "can be off by a factor of two either way. Not a medical device.</p>\n"
                  "</main>\n</body>\n</html>\n");
  return html;
}
