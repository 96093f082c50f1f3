/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "omron.h"

#include <calcifer/omron.h>

struct SimOmron {
  gboolean set;
  gint64 off_s; /* its clock, from the right one */
  guint interval_s;
  gboolean recording;
  gint64 next_s; /* of the next row, by its clock */
  guint16 page;
  guint8 row;
  guint32 created[CAL_OMRON_PAGES];
  gint16 uv[CAL_OMRON_PAGES][CAL_OMRON_ROWS];
  guint16 asked_page;
  guint8 asked_row;
  /* what a test did to it */
  guint uv_now;
  guint restarts, retrieving, mute;
  guint broken; /* CAL_OMRON_PAGES: none */
  SimOmronCounts counts;
};

SimOmron *
sim_omron_new(void)
{
  SimOmron *omron = g_new0(SimOmron, 1);
  omron->interval_s = 300; /* as it is delivered */
  omron->uv_now = 300;
  omron->broken = CAL_OMRON_PAGES;
  return omron;
}

void
sim_omron_free(SimOmron *omron)
{
  g_free(omron);
}

SimOmronCounts
sim_omron_counts(const SimOmron *omron)
{
  SimOmronCounts counts = omron->counts;
  counts.page = omron->page;
  counts.row = omron->row;
  return counts;
}

static gint64
now_s(const SimOmron *omron)
{
  return g_get_real_time() / G_USEC_PER_SEC + omron->off_s;
}

/* -- Measuring */

static void
begin(SimOmron *omron, gint64 clock_s)
{
  omron->set = TRUE;
  omron->recording = FALSE;
  omron->next_s = clock_s;
}

static void
stop(SimOmron *omron)
{
  omron->set = FALSE;
  omron->recording = FALSE;
}

static void
measure(SimOmron *omron)
{
  if (!omron->set || omron->mute)
    return;
  if (!omron->recording) {
    omron->recording = TRUE;
    omron->page = omron->row = 0;
  } else if (++omron->row == CAL_OMRON_ROWS) {
    omron->row = 0;
    omron->page = (guint16)((omron->page + 1) % CAL_OMRON_PAGES);
  }
  if (omron->row == 0)
    omron->created[omron->page] = (guint32)omron->next_s;
  omron->uv[omron->page][omron->row] = (gint16)omron->uv_now;
  omron->next_s += omron->interval_s;
}

/* -- Reading and writing */

static void
add_le(GByteArray *out, gsize size, guint32 value)
{
  for (gsize i = 0; i < size; i++) {
    const guint8 byte = (guint8)(value >> (8 * i));
    g_byte_array_append(out, &byte, 1);
  }
}

/* Row, temperature, humidity, light, UV, pressure, noise, discomfort, heat, supply. */
static void
add_row(GByteArray *out, guint8 row, gint16 uv)
{
  const guint values[] = { 2464, 5073, 50, (guint16)uv, 9935, 4262, 7137, 2096, 2770 };
  add_le(out, 1, row);
  for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
    add_le(out, 2, values[i]);
}

static void
read_newest(const SimOmron *omron, GByteArray *out)
{
  add_le(out, 4, omron->recording ? omron->created[omron->page] : 0);
  add_le(out, 2, omron->interval_s);
  add_le(out, 2, omron->recording ? omron->page : 0);
  add_le(out, 1, omron->recording ? omron->row : 0);
}

static void
read_flag(SimOmron *omron, GByteArray *out)
{
  const gboolean there = omron->created[omron->asked_page] != 0 && omron->asked_page != omron->broken;
  const guint8 waits = omron->retrieving > 0;
  omron->retrieving -= waits;
  add_le(out, 1, waits ? CAL_OMRON_RETRIEVING : there ? CAL_OMRON_COMPLETED : CAL_OMRON_FAILED);
  add_le(out, 4, there ? omron->created[omron->asked_page] : G_MAXUINT32);
}

/* Each read steps one row down. */
static void
read_row(SimOmron *omron, GByteArray *out)
{
  omron->counts.rows_read++;
  add_row(out, omron->asked_row, omron->uv[omron->asked_page][omron->asked_row]);
  if (omron->asked_row > 0)
    omron->asked_row--;
}

gboolean
sim_omron_read(SimOmron *omron, const char *uuid, GByteArray *out)
{
  if (g_str_equal(uuid, CAL_UUID_OMRON_LATEST))
    add_row(out, omron->recording ? omron->row : 0, (gint16)omron->uv_now);
  else if (g_str_equal(uuid, CAL_UUID_OMRON_NEWEST))
    read_newest(omron, out);
  else if (g_str_equal(uuid, CAL_UUID_OMRON_FLAG))
    read_flag(omron, out);
  else if (g_str_equal(uuid, CAL_UUID_OMRON_ROW))
    read_row(omron, out);
  else if (g_str_equal(uuid, CAL_UUID_OMRON_TIME))
    add_le(out, 4, omron->set ? (guint32)now_s(omron) : 0);
  else
    return FALSE;
  return TRUE;
}

static void
set_clock(SimOmron *omron, guint32 time)
{
  omron->counts.sets++;
  omron->off_s = (gint64)time - g_get_real_time() / G_USEC_PER_SEC;
  if (!omron->set || omron->restarts)
    begin(omron, time);
}

gboolean
sim_omron_write(SimOmron *omron, const char *uuid, const guint8 *bytes, gsize size)
{
  if (g_str_equal(uuid, CAL_UUID_OMRON_TIME) && size == CAL_OMRON_TIME_SIZE) {
    set_clock(omron,
              (guint32)(bytes[0] | (guint)bytes[1] << 8 | (guint)bytes[2] << 16 | (guint)bytes[3] << 24));
    return TRUE;
  }
  if (!g_str_equal(uuid, CAL_UUID_OMRON_REQUEST) || size != CAL_OMRON_REQUEST_SIZE)
    return FALSE;
  omron->counts.requests++;
  omron->asked_page = (guint16)((bytes[0] | bytes[1] << 8) % CAL_OMRON_PAGES);
  omron->asked_row = bytes[2] % CAL_OMRON_ROWS;
  return TRUE;
}

/* -- What a test does to it */

static gboolean
set_knob(SimOmron *omron, const char *name, guint value)
{
  const struct {
    const char *name;
    guint *knob;
  } knobs[] = {
    { "omron-uv", &omron->uv_now },
    { "omron-restarts", &omron->restarts },
    { "omron-broken", &omron->broken },
    { "omron-mute", &omron->mute },
    { "omron-retrieving", &omron->retrieving },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(knobs); i++)
    if (g_str_equal(knobs[i].name, name)) {
      *knobs[i].knob = value;
      return TRUE;
    }
  return FALSE;
}

gboolean
sim_omron_do(SimOmron *omron, const char *name, guint value)
{
  if (g_str_equal(name, "omron-start")) {
    begin(omron, now_s(omron) - value);
  } else if (g_str_equal(name, "omron-rows")) {
    for (guint i = 0; i < value; i++)
      measure(omron);
  } else if (g_str_equal(name, "omron-interval")) {
    omron->interval_s = value;
    stop(omron);
  } else if (g_str_equal(name, "omron-battery")) {
    stop(omron);
  } else if (g_str_equal(name, "omron-off")) {
    omron->off_s = (gint32)value;
  } else {
    return set_knob(omron, name, value);
  }
  return TRUE;
}
