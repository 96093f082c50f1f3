/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include "alert.h"
#include "balance.h"
#include "client.h"
#include "language.h"
#include "screen.h"
#include "when.h"

#include <math.h>
#include <string.h>

/* Both sets of colours are held to WCAG's contrasts by tests/bus/daemon/test_report.py. Paper is always
 * light. */
static const char head[] =
    "<head>\n<meta charset=\"utf-8\">\n" CTL_REPORT_MARK "\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<style>\n"
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
    "@media screen { section { overflow-x: auto; } }\n" /* VERBATIM; a table moves by itself where there is no
                                                           room */
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
    "</style>\n"; /* VERBATIM: HTML and CSS */

/* A patch of the colour of a source. */
#define KEY(source) "<span class=\"key " source "\"></span>"

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

typedef struct {
  char text[32];
} Figure;

/* "?" where a number is not known, which is not 0. */
static Figure
figure(double value)
{
  Figure figure = { "?" };
  if (!isnan(value))
    g_snprintf(figure.text, sizeof figure.text, "%.0f", value);
  return figure;
}

static Figure
figure_of(GVariant *day, const char *property, const char *member)
{
  return figure(ctl_balance_number(day, property, member));
}

static void
append_cell(GString *html, double value)
{
  g_string_append_printf(html, "<td>%s</td>", figure(value).text);
}

/* A translated text as an element; it holds no markup. */
static void
append_element(GString *html, const char *tag, const char *text)
{
  g_string_append_printf(html, "<%s>%s</%s>\n", tag, text, tag);
}

static void
append_heads(GString *html, const char *const *heads)
{
  g_string_append(html, "<table>\n<thead><tr>");
  for (; *heads != NULL; heads++)
    g_string_append_printf(html, "<th scope=\"col\">%s</th>", _(*heads));
  g_string_append(html, "</tr></thead>\n<tbody>\n");
}

/* -- The day */

static void
append_day(GString *html, GVariant *day)
{
  g_autofree char *total =
      g_strdup_printf("<strong>%s</strong>", figure_of(day, "VitaminD", "total_iu").text);
  g_string_append(html, "<section>\n");
  append_element(html, "h2", _("Today"));
  g_string_append(html, "<p>");
  g_string_append_printf(
      html, _("Vitamin D: %s of %s IU: sun %s (%s to %s), food %s, supplements %s."), total,
      figure_of(day, "VitaminD", "target_iu").text, figure_of(day, "VitaminD", "sun_iu").text,
      figure_of(day, "VitaminD", "sun_iu_low").text, figure_of(day, "VitaminD", "sun_iu_high").text,
      figure_of(day, "VitaminD", "food_iu").text, figure_of(day, "VitaminD", "supplement_iu").text);
  g_string_append(html, "</p>\n<p>");
  g_string_append_printf(html, _("Sunburn: %s %% of the dose that reddens this skin."),
                         figure(100 * ctl_balance_number(day, "Erythema", "med_fraction")).text);
  g_string_append(html, "</p>\n</section>\n");
}

static void
append_alerts(GString *html, GVariant *alerts)
{
  g_string_append(html, "<section>\n");
  append_element(html, "h2", _("Alerts"));
  if (g_variant_n_children(alerts) == 0)
    append_element(html, "p", _("None."));
  for (gsize i = 0; i < g_variant_n_children(alerts); i++) {
    g_autoptr(GVariant) alert = g_variant_get_child_value(alerts, i);
    const char *severity = "";
    g_autofree char *text = ctl_alert_text(alert);
    g_variant_lookup(alert, "severity", "&s", &severity);
    g_string_append(html, "<p><strong>");
    append_text(html, ctl_language_word(severity));
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
  g_string_append_printf(html, "<td>%s–%s</td>", figure(month->low / days).text,
                         figure(month->high / days).text);
  append_cell(html, month->food / days);
  append_cell(html, month->supplement / days);
  g_string_append(html, "<td>");
  g_string_append_printf(html, _("%u of %u"), month->reached, month->days);
  g_string_append(html, "</td>");
  append_cell(html, month->serum);
  g_string_append(html, "</tr>\n");
}

static void
append_months(GString *html, const GPtrArray *days)
{
  Month month = { .days = 0 };
  static const char *const heads[] = { N_("mean IU a day"),
                                       N_("all"),
                                       N_("sun"),
                                       N_("range"),
                                       N_("food"),
                                       N_("supplements"),
                                       N_("days on target"),
                                       N_("nmol/L at its end"),
                                       NULL };
  g_string_append(html, "<section>\n");
  append_element(html, "h2", _("Months"));
  append_heads(html, heads);
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
  g_string_append(html, "<section>\n");
  append_element(html, "h2", _("Vitamin D by source"));
  g_string_append(html, "<p>");
  /* TRANSLATORS: each %s is a patch of colour. */
  g_string_append_printf(
      html,
      _("%s food %s supplements %s sun; thin line: the sun from its least to its most; dashed: "
        "today’s target; in IU"),
      KEY("food"), KEY("supplement"), KEY("sun"));
  g_string_append(html, "</p>\n");
  ctl_report_plot_sources(html, report);
  g_string_append(html, "</section>\n");
}

static void
append_estimate(GString *html, const CtlReport *report)
{
  GVariant *today = report->days->pdata[report->days->len - 1];
  if (isnan(ctl_balance_number(today, "Serum", "nmol_l"))) {
    append_element(html, "p", _("25(OH)D is estimated from the first entry on; there is none yet."));
    return;
  }
  g_string_append(html, "<p>");
  g_string_append_printf(html, _("25(OH)D, estimated: about %s nmol/L (%s to %s)."),
                         figure_of(today, "Serum", "nmol_l").text, figure_of(today, "Serum", "low").text,
                         figure_of(today, "Serum", "high").text);
  g_string_append(html, "</p>\n");
  ctl_report_plot_serum(html, report);
}

static void
append_serum(GString *html, const CtlReport *report)
{
  g_string_append(html, "<section class=\"second\">\n");
  append_element(html, "h2", _("In the blood"));
  append_estimate(html, report);
  for (guint i = 0; i < report->labs->len; i++) {
    const CtlReportLab *lab = &g_array_index(report->labs, CtlReportLab, i);
    g_string_append(html, "<p>");
    g_string_append_printf(html, _("Laboratory, %s: %.0f nmol/L"), lab->date, lab->nmol_l);
    g_string_append(html, "</p>\n");
  }
  g_string_append(html, "</section>\n");
}

static void
append_nutrient(GString *html, const CtlNutrient *nutrient, GVariant *all)
{
  static const char *const members[] = { "food", "supplement", "total", "target" };
  g_autoptr(GVariant) numbers =
      all != NULL ? g_variant_lookup_value(all, nutrient->name, G_VARIANT_TYPE("a{sd}")) : NULL;
  g_string_append_printf(html, "<tr><th scope=\"row\">%s, %s</th>", _(nutrient->label),
                         g_str_equal(nutrient->unit, "ug") ? "µg" : nutrient->unit);
  for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
    append_cell(html, ctl_client_number(numbers, members[i]));
  g_string_append(html, "</tr>\n");
}

static void
append_nutrients(GString *html, GVariant *today)
{
  g_autoptr(GVariant) all = g_variant_lookup_value(today, "Nutrients", G_VARIANT_TYPE("a{sa{sd}}"));
  static const char *const heads[] = { N_("nutrient"), N_("food"),      N_("supplements"),
                                       N_("all"),      N_("reference"), NULL };
  g_string_append(html, "<section>\n");
  append_element(html, "h2", _("Nutrients today"));
  append_heads(html, heads);
  for (gsize i = 0; i < CTL_NUTRIENTS; i++)
    append_nutrient(html, &ctl_nutrients[i], all);
  g_string_append_printf(html, "</tbody>\n</table>\n<p class=\"faint\">%s</p>\n</section>\n",
                         _("?: not known, or no reference."));
}

GString *
ctl_report_page(const CtlReport *report)
{
  GVariant *today = report->days->pdata[report->days->len - 1];
  const char *date = "";
  GString *html = g_string_new("<!DOCTYPE html>\n");
  g_variant_lookup(today, "Date", "&s", &date);
  /* TRANSLATORS: the language of the page, as HTML names it: "de". */
  g_string_append_printf(html, "<html lang=\"%s\">\n%s", _("en"), head);
  append_element(html, "title", _("Calcifer: vitamin D"));
  g_string_append_printf(html, "</head>\n<body>\n<main>\n<h1>Calcifer, %s</h1>\n", date);
  append_day(html, today);
  append_months(html, report->days);
  append_sources(html, report);
  append_serum(html, report);
  append_nutrients(html, today);
  append_alerts(html, report->alerts);
  g_string_append_printf(
      html, "<p class=\"faint\">%s</p>\n</main>\n</body>\n</html>\n",
      _("Every number is an estimate for your own information; the sun’s share can be off by a "
        "factor of two either way. Not a medical device."));
  return html;
}
