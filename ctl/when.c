/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "when.h"

#include "language.h"

#include <string.h>
#include <time.h>

/* No zone has moved its clocks by more than this, nor twice within it. */
#define A_DAY_S (24 * 60 * 60)

static gboolean
shows(gint64 at, GTimeZone *zone, GDateTime *wanted)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at);
  g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
  return g_date_time_get_year(local) == g_date_time_get_year(wanted) &&
         g_date_time_get_day_of_year(local) == g_date_time_get_day_of_year(wanted) &&
         g_date_time_get_hour(local) == g_date_time_get_hour(wanted) &&
         g_date_time_get_minute(local) == g_date_time_get_minute(wanted);
}

static gint64
offset_at(GTimeZone *zone, gint64 at)
{
  return g_time_zone_get_offset(zone, g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, at));
}

/* The instant of a wall clock reading that was parsed as if it were UTC. */
static gboolean
from_local(GDateTime *reading, const char *text, gint64 *at, char **problem)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_local();
  const gint64 as_utc = g_date_time_to_unix(reading);
  const gint64 early = as_utc - offset_at(zone, as_utc - A_DAY_S);
  const gint64 late = as_utc - offset_at(zone, as_utc + A_DAY_S);
  const gboolean early_fits = shows(early, zone, reading);
  const gboolean late_fits = shows(late, zone, reading);
  if (early_fits && (!late_fits || early == late)) {
    *at = early;
    return TRUE;
  }
  if (late_fits && !early_fits) {
    *at = late;
    return TRUE;
  }
  g_autofree char *first = ctl_when_iso(MIN(early, late));
  g_autofree char *second = ctl_when_iso(MAX(early, late));
  *problem = g_strdup_printf(early_fits ? _("the clocks showed '%s' twice that day: type %s or %s")
                                        : _("the clocks showed '%s' never that day: type %s or %s"),
                             text, first, second);
  return FALSE;
}

static gboolean
has_offset(const char *text)
{
  const char *time = strpbrk(text, "T ");
  return time != NULL && strpbrk(time + 1, "+-Zz") != NULL;
}

static gboolean
parse_dated(const char *text, const char *shown, gint64 *at, char **problem)
{
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autofree char *iso = g_strdup(text);
  g_strdelimit(iso, " ", 'T');
  if (strlen(iso) == strlen("YYYY-MM-DDTHH:MM")) {
    char *with_seconds = g_strconcat(iso, ":00", NULL);
    g_free(iso);
    iso = with_seconds;
  } else if (strlen(iso) > strlen("YYYY-MM-DDTHH:MM") && strchr("+-Zz", iso[16]) != NULL) {
    char *with_seconds = g_strdup_printf("%.16s:00%s", iso, iso + 16);
    g_free(iso);
    iso = with_seconds;
  }
  g_autoptr(GDateTime) reading = g_date_time_new_from_iso8601(iso, utc);
  if (reading == NULL) {
    *problem = g_strdup_printf(_("'%s' is no time; type 08:30, 'yesterday 08:30', '2026-03-28 08:30' or "
                                 "2026-03-28T08:30+01:00"),
                               shown);
    return FALSE;
  }
  if (!has_offset(text))
    return from_local(reading, shown, at, problem);
  *at = g_date_time_to_unix(reading);
  return TRUE;
}

gboolean
ctl_when_parse(const char *text, gint64 now, gint64 *at, char **problem)
{
  const gboolean yesterday = g_str_has_prefix(text, "yesterday ");
  const char *rest = yesterday ? text + strlen("yesterday ") : text;
  if (strlen(rest) != strlen("HH:MM") || rest[2] != ':')
    return parse_dated(text, text, at, problem);
  g_autoptr(GDateTime) today = g_date_time_new_from_unix_local(now);
  g_autoptr(GDateTime) day = g_date_time_add_days(today, yesterday ? -1 : 0);
  g_autofree char *date = g_date_time_format(day, "%Y-%m-%d");
  g_autofree char *dated = g_strdup_printf("%sT%s", date, rest);
  return parse_dated(dated, text, at, problem);
}

/* GLib works out a zone's whole past and future before it knows an offset; libc has it at hand. NULL for
 * what is no time. */
static GDateTime *
local_at(gint64 at)
{
  struct tm tm;
  const time_t seconds = (time_t)at;
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at);
  tzset(); /* the zone may have changed since the last time */
  if (utc == NULL || localtime_r(&seconds, &tm) == NULL)
    return NULL;
  g_autoptr(GTimeZone) zone = g_time_zone_new_offset((gint32)tm.tm_gmtoff);
  return g_date_time_to_timezone(utc, zone);
}

char *
ctl_when_iso(gint64 at)
{
  g_autoptr(GDateTime) local = local_at(at);
  return g_date_time_format(local, "%Y-%m-%dT%H:%M:%S%:z");
}

char *
ctl_when_short(gint64 at, gint64 now)
{
  g_autoptr(GDateTime) local = local_at(at);
  g_autoptr(GDateTime) today = local_at(now);
  const gboolean same_day = g_date_time_get_year(local) == g_date_time_get_year(today) &&
                            g_date_time_get_day_of_year(local) == g_date_time_get_day_of_year(today);
  /* TRANSLATORS: a day and a time as strftime(3) has them, as "28 Mar 09:10".
   * xgettext:no-c-format */
  const char *dated = _("%-d %b %H:%M");
  return g_date_time_format(local, same_day ? "%H:%M" : dated);
}
