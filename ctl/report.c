/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `report`: half a year on one page, for paper or to be handed on. */
#include "report.h"

#include "balance.h"
#include "client.h"
#include "computing.h"
#include "days.h"
#include "json.h"
#include "language.h"
#include "options.h"
#include "pages.h"
#include "verb.h"
#include "verbs.h"

#include <calcifer/serum.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define DAYS_DEFAULT 183
#define DAYS_MOST    366

static void
report_clear(CtlReport *report)
{
  g_clear_pointer(&report->days, g_ptr_array_unref);
  g_clear_pointer(&report->labs, g_array_unref);
  g_clear_pointer(&report->alerts, g_variant_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CtlReport, report_clear)

/* -- Days
 * ---------------------------------------------------------------------------------------------------------
 */

/* What is before the oldest event is not known, and nothing is said of it. Today is always there. */
static void
add_day(GPtrArray *days, GVariant *day)
{
  if (days->len == 1 && isnan(ctl_balance_number(days->pdata[0], "Serum", "nmol_l")))
    g_ptr_array_set_size(days, 0);
  g_ptr_array_add(days, day);
}

static gboolean
fetch_days(CtlClient *client, int count, GPtrArray *days, GError **error)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  g_autoptr(GDateTime) first = g_date_time_add_days(now, 1 - count);
  g_autofree char *from = g_date_time_format(first, "%Y-%m-%d");
  g_autoptr(CtlDays) told = ctl_days_fetch(client, from, "", error);
  for (guint i = 0; told != NULL && i < ctl_days_count(told); i++)
    add_day(days, ctl_days_day(told, i));
  return told != NULL;
}

/* Without holes: what waits to be computed is waited for. */
static gboolean
fetch_whole_days(CtlClient *client, int count, GPtrArray *days, GError **error)
{
  do {
    g_ptr_array_set_size(days, 0);
    if (!fetch_days(client, count, days, error))
      return FALSE;
  } while (ctl_computing_wait(client));
  return TRUE;
}

/* -- Laboratory values
 * -------------------------------------------------------------------------------------------- */

/* "75nmol/L" or "30ng/mL", as the ledger keeps them. */
static double
nmol_l_of(const char *value)
{
  char *unit;
  const double number = g_ascii_strtod(value, &unit);
  return strstr(unit, "ng") != NULL ? number * CAL_SERUM_NMOL_L_PER_NG_ML : number;
}

static void
take_lab(GVariant *entry, GArray *labs)
{
  const char *value = "";
  gint64 at = 0;
  g_variant_lookup(entry, "value", "&s", &value);
  g_variant_lookup(entry, "at", "x", &at);
  CtlReportLab lab = { .nmol_l = nmol_l_of(value) };
  g_autoptr(GDateTime) when = g_date_time_new_from_unix_local(at);
  g_autofree char *date = g_date_time_format(when, "%Y-%m-%d");
  g_strlcpy(lab.date, date, sizeof lab.date);
  g_array_append_val(labs, lab);
}

static gboolean
fetch_labs(CtlClient *client, int count, GArray *labs, GError **error)
{
  const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
  g_autoptr(GPtrArray) entries =
      ctl_pages_fetch(client, "Ledger1", "GetEntries",
                      g_variant_new("(sxx)", "lab", now - (gint64)count * 86400, now), error);
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    take_lab(entries->pdata[i], labs);
  return entries != NULL;
}

static gboolean
fetch(CtlClient *client, int count, CtlReport *report, GError **error)
{
  report->days = g_ptr_array_new_with_free_func((GDestroyNotify)g_variant_unref);
  report->labs = g_array_new(FALSE, TRUE, sizeof(CtlReportLab));
  report->alerts = ctl_client_get(client, "Alerts1", "Alerts", error);
  return report->alerts != NULL && fetch_whole_days(client, count, report->days, error) &&
         fetch_labs(client, count, report->labs, error);
}

/* -- The file that is replaced
 * ------------------------------------------------------------------------------------------------------ */

/* A report of last month is replaced; anything else that has this name is somebody's. */
static gboolean
may_be_replaced(const char *path)
{
  char head[512] = "";
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return errno == ENOENT;
  const gsize length = fread(head, 1, sizeof head - 1, file);
  fclose(file);
  head[length] = '\0';
  return strstr(head, CTL_REPORT_MARK) != NULL;
}

/* -- The file
 * ------------------------------------------------------------------------------------------------------ */

static void
tell(const char *file, const CtlReport *report, gsize bytes, gboolean json)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  if (!json) {
    printf(P_("%u day is in %s; open it in a browser.\n", "%u days are in %s; open it in a browser.\n",
              report->days->len),
           report->days->len, file);
    return;
  }
  json_builder_begin_object(builder);
  ctl_json_text(builder, "file", file);
  json_builder_set_member_name(builder, "days");
  json_builder_add_int_value(builder, report->days->len);
  json_builder_set_member_name(builder, "bytes");
  json_builder_add_int_value(builder, (gint64)bytes);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

int
ctl_report(int argc, char **argv)
{
  int count = DAYS_DEFAULT;
  gboolean json = FALSE;
  GError *error = NULL;
  g_auto(CtlReport) report = { NULL, NULL, NULL };
  const GOptionEntry entries[] = {
    { "days", 0, 0, G_OPTION_ARG_INT, &count, N_("how many days, 1 to 366 (183)"), "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("what was written, as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "FILE.html", entries))
    return CTL_EXIT_USAGE;
  if (argc != 2 || count < 1 || count > DAYS_MOST)
    return ctl_usage_error(_("report FILE.html [--days N]: one file, and 1 to 366 days."));
  if (!may_be_replaced(argv[1]))
    return ctl_failure(_("%s is there already, and is no report; type another name, or remove it first."),
                       argv[1]);
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  if (client == NULL || !fetch(client, count, &report, &error))
    return ctl_client_complain(error);
  g_autoptr(GString) page = ctl_report_page(&report);
  /* A temporary file beside it, and a rename: the old page or the new one, never half of it. */
  if (!g_file_set_contents_full(argv[1], page->str, (gssize)page->len,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error)) {
    g_autoptr(GError) owned = error;
    return ctl_failure(_("%s; type a path that you may write."), owned->message);
  }
  tell(argv[1], &report, page->len, json);
  return CTL_EXIT_DONE;
}
