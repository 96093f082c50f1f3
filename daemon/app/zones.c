/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "zones.h"

#include <stdio.h>
#include <string.h>

#define ZONE_FOLDER "/usr/share/zoneinfo"
#define ZONE_MAGIC  "TZif" /* tzfile(5) */

#define A_DAY_S 86400
/* No zone is further from UTC than this. */
#define WIDEST_OFFSET_S (15 * 3600)

typedef struct {
  CalSpan span; /* while it held */
  char *name;
  GTimeZone *zone; /* opened when it is asked for; NULL: not yet */
} Stay;

struct CalZones {
  GArray *stays; /* Stay, in the order of time, together all time; the first is UTC until a zone is added */
  gboolean said;
};

static void
stay_clear(gpointer data)
{
  Stay *stay = data;
  g_free(stay->name);
  g_clear_pointer(&stay->zone, g_time_zone_unref);
}

static Stay *
stay_at(const CalZones *zones, CalInstant instant)
{
  for (guint i = zones->stays->len; i-- > 1;) {
    Stay *stay = &g_array_index(zones->stays, Stay, i);
    if (instant >= stay->span.start)
      return stay;
  }
  return &g_array_index(zones->stays, Stay, 0);
}

/* A name may come with an import, and GLib maps whatever file it leads to, and aborts where that is no zone.
 * A name without a file may be a rule, which GLib reads as text. */
static gboolean
leads_to_other_file(const char *name)
{
  const char *folder = g_getenv("TZDIR");
  g_autofree char *path = g_build_filename(folder != NULL ? folder : ZONE_FOLDER, name, NULL);
  char magic[sizeof ZONE_MAGIC] = "";
  if (name[0] == ':' || name[0] == '/' || strstr(name, "..") != NULL)
    return TRUE;
  FILE *file = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? fopen(path, "re") : NULL;
  if (file == NULL)
    return FALSE;
  const gsize n = fread(magic, 1, strlen(ZONE_MAGIC), file);
  fclose(file);
  return n < strlen(ZONE_MAGIC) || !g_str_equal(magic, ZONE_MAGIC);
}

GTimeZone *
cal_zones_open(const char *name)
{
  return leads_to_other_file(name) ? NULL : g_time_zone_new_identifier(name);
}

static void
append(CalZones *zones, CalInstant from, const char *name)
{
  const Stay stay = { { from, G_MAXINT64 }, g_strdup(name), NULL };
  g_array_append_val(zones->stays, stay);
}

static GTimeZone *
zone_of(Stay *stay)
{
  if (stay->zone == NULL)
    stay->zone = cal_zones_open(stay->name);
  if (stay->zone == NULL)
    stay->zone = g_time_zone_new_utc();
  return stay->zone;
}

CalZones *
cal_zones_new(void)
{
  CalZones *zones = g_new0(CalZones, 1);
  zones->stays = g_array_new(FALSE, FALSE, sizeof(Stay));
  g_array_set_clear_func(zones->stays, stay_clear);
  append(zones, G_MININT64, "UTC");
  return zones;
}

void
cal_zones_clear(CalZones *zones)
{
  g_array_set_size(zones->stays, 0);
  zones->said = FALSE;
  append(zones, G_MININT64, "UTC");
}

void
cal_zones_rest(CalZones *zones)
{
  for (guint i = 0; i < zones->stays->len; i++)
    g_clear_pointer(&g_array_index(zones->stays, Stay, i).zone, g_time_zone_unref);
}

void
cal_zones_free(CalZones *zones)
{
  g_array_unref(zones->stays);
  g_free(zones);
}

void
cal_zones_add(CalZones *zones, CalInstant from, const char *name)
{
  if (!zones->said) {
    g_array_set_size(zones->stays, 0);
    from = G_MININT64;
  } else {
    g_array_index(zones->stays, Stay, zones->stays->len - 1).span.end = from;
  }
  zones->said = TRUE;
  append(zones, from, name);
}

const char *
cal_zones_name(const CalZones *zones, CalInstant instant)
{
  return zones->said ? stay_at(zones, instant)->name : "";
}

static gint
interval_at(GTimeZone *zone, CalInstant instant)
{
  return g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, instant);
}

CalDate
cal_zones_date(const CalZones *zones, CalInstant instant)
{
  GTimeZone *zone = zone_of(stay_at(zones, instant));
  const CalInstant local = instant + g_time_zone_get_offset(zone, interval_at(zone, instant));
  return (CalDate)(local / A_DAY_S - (local % A_DAY_S < 0));
}

/* The first instant after `from`, at most `to`, at which another interval of the zone holds; `to` when none
 * does. */
static CalInstant
next_transition(GTimeZone *zone, CalInstant from, CalInstant to)
{
  const gint interval = interval_at(zone, from);
  CalInstant same = from, other = to;
  if (interval_at(zone, to) == interval)
    return to;
  while (other - same > 1) {
    const CalInstant middle = same + (other - same) / 2;
    if (interval_at(zone, middle) == interval)
      same = middle;
    else
      other = middle;
  }
  return other;
}

static void
add_piece(CalDayFrame *frame, CalInstant start, CalInstant end, gint32 offset_s)
{
  const CalInstant midnight = (CalInstant)frame->date * A_DAY_S - offset_s;
  const CalSpan span = { MAX(start, midnight), MIN(end, midnight + A_DAY_S) };
  if (span.end <= span.start || frame->n_pieces == CAL_FRAME_MAX_PIECES)
    return;
  frame->piece[frame->n_pieces++] = (CalFramePiece){ span, offset_s };
}

static void
add_stay(CalDayFrame *frame, Stay *stay, CalSpan window)
{
  CalInstant at = MAX(window.start, stay->span.start);
  const CalInstant end = MIN(window.end, stay->span.end);
  while (at < end) {
    GTimeZone *zone = zone_of(stay);
    const CalInstant next = next_transition(zone, at, end);
    add_piece(frame, at, next, g_time_zone_get_offset(zone, interval_at(zone, at)));
    at = next;
  }
}

void
cal_zones_frame(const CalZones *zones, CalDate date, CalDayFrame *frame)
{
  const CalInstant utc_midnight = (CalInstant)date * A_DAY_S;
  const CalSpan window = { utc_midnight - WIDEST_OFFSET_S, utc_midnight + A_DAY_S + WIDEST_OFFSET_S };
  *frame = (CalDayFrame){ .date = date };
  for (guint i = 0; i < zones->stays->len; i++)
    add_stay(frame, &g_array_index(zones->stays, Stay, i), window);
}

void
cal_zones_frames(const CalZones *zones, CalDate date, CalDayFrames *frames)
{
  cal_zones_frame(zones, date - 1, &frames->before);
  cal_zones_frame(zones, date, &frames->day);
  cal_zones_frame(zones, date + 1, &frames->after);
}
