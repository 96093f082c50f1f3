/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "omron_run.h"

/* By how far a page may be off the pace: a crystal drifts, a measurement takes its time, a clock is
 * corrected. */
#define SLACK_S  60
#define SLACK_OF 64 /* this part of the time between two pages */

/* The farthest from one look to the next: half a year of a row each second. Beyond it a sensor is believed to
 * have begun anew, so that one gone mad cannot make any number of rows lost. */
#define AHEAD_MAX (1 << 20)

static int64_t
page_s(const CalOmronRun *run)
{
  return (int64_t)CAL_OMRON_ROWS * run->interval_s;
}

static void
begin_at(CalOmronRun *run, const CalOmronNewest *newest)
{
  run->anchored = true;
  run->interval_s = newest->interval_s;
  run->page = newest->page + CAL_OMRON_PAGES;
  run->created = newest->created;
}

void
cal_omron_run_meet(CalOmronRun *run, const CalOmronNewest *newest)
{
  *run = (CalOmronRun){ .log_id = newest->created };
  begin_at(run, newest);
}

void
cal_omron_run_set(CalOmronRun *run, const CalOmronNewest *before, uint32_t now)
{
  *run = (CalOmronRun){ .log_id = now,
                        .interval_s = before->interval_s,
                        .page = before->page,
                        .created = before->created,
                        .since = now - 2 };
}

bool
cal_omron_run_anchor(CalOmronRun *run, const CalOmronNewest *newest)
{
  if (newest->created == 0 || (newest->page == run->page && newest->created == run->created))
    return false;
  begin_at(run, newest);
  return true;
}

static int64_t
distance(int64_t a, int64_t b)
{
  return a > b ? a - b : b - a;
}

bool
cal_omron_run_fits(const CalOmronRun *run, uint32_t page, uint32_t created)
{
  const int64_t away_s = ((int64_t)page - run->page) * page_s(run);
  const int64_t slack_s = SLACK_S + 2 * (int64_t)run->interval_s + distance(away_s, 0) / SLACK_OF;
  return created >= run->since && distance(created, run->created + away_s) <= slack_s;
}

/* The page at this place of the ring that is nearest to where the pace has brought the run. */
static int64_t
nearest(const CalOmronRun *run, uint16_t page, uint32_t created)
{
  const int64_t paced = run->page + ((int64_t)created - run->created) / page_s(run);
  const int64_t lap = CAL_OMRON_PAGES;
  const int64_t ahead = (((page - paced) % lap) + lap) % lap;
  return ahead > lap / 2 ? paced + ahead - lap : paced + ahead;
}

bool
cal_omron_run_place(const CalOmronRun *run, const CalOmronNewest *newest, uint32_t *page)
{
  if (!run->anchored || run->interval_s == 0 || newest->interval_s != run->interval_s)
    return false;
  const int64_t at = nearest(run, newest->page, newest->created);
  if (at < (int64_t)run->page || at > (int64_t)run->page + AHEAD_MAX ||
      at > UINT32_MAX / CAL_OMRON_ROWS - 1 || !cal_omron_run_fits(run, (uint32_t)at, newest->created))
    return false;
  *page = (uint32_t)at;
  return true;
}

uint32_t
cal_omron_run_lowest(const CalOmronRun *run, uint32_t newest_page, uint32_t created)
{
  const uint32_t in_ring = newest_page - (CAL_OMRON_PAGES - 1);
  if (run->since == 0 || created < run->since)
    return in_ring;
  const int64_t since_pages = ((int64_t)created - run->since) / page_s(run) + 2;
  return since_pages < CAL_OMRON_PAGES - 1 ? newest_page - (uint32_t)since_pages : in_ring;
}

void
cal_omron_run_record(const CalOmronRun *run, uint32_t page, uint32_t created, const CalOmronRow *row,
                     uint8_t raw[CAL_RECORD_SIZE])
{
  const uint16_t uv_index = row->uv_index < 0 ? 0 : (uint16_t)row->uv_index;
  const CalRecord record = { .sequence = cal_omron_sequence(page, row->row),
                             .time = created + (uint32_t)row->row * run->interval_s,
                             .type = CAL_RECORD_UV,
                             .flags = CAL_RECORD_FLAG_CLOCK_SET,
                             .uv = { run->interval_s, uv_index, uv_index } };
  cal_record_encode(&record, raw);
}

void
cal_omron_run_clock(uint32_t sequence, uint32_t now, uint32_t shown, uint8_t raw[CAL_RECORD_SIZE])
{
  const CalRecord record = { .sequence = sequence,
                             .time = now,
                             .type = CAL_RECORD_CLOCK,
                             .flags = CAL_RECORD_FLAG_CLOCK_SET,
                             .clock = { 0, shown } };
  cal_record_encode(&record, raw);
}
