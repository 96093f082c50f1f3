/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `report` shows, and the page made of it. */
#ifndef CALCIFERCTL_REPORT_H
#define CALCIFERCTL_REPORT_H

#include <gio/gio.h>

typedef struct {
  GPtrArray *days;  /* of a{sv} as Balance1.GetDay has it, oldest first; the last is today */
  GArray *labs;     /* of CtlReportLab, oldest first */
  GVariant *alerts; /* aa{sv} */
} CtlReport;

typedef struct {
  char date[11];
  double nmol_l;
} CtlReportLab;

/* Stands near the page's beginning: by it an older report is known, which may be replaced. */
#define CTL_REPORT_MARK "<meta name=\"generator\" content=\"calciferctl report\">"

/* The whole page. Free with g_string_free(). */
GString *ctl_report_page(const CtlReport *report);

/* The plots, as inline SVG. */
void ctl_report_plot_sources(GString *html, const CtlReport *report);
void ctl_report_plot_serum(GString *html, const CtlReport *report);

#endif
