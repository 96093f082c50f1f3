/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A run of an OMRON sensor's recording: from one setting of its clock to the next. Within a run pages follow
 * one another in the ring at a steady pace, so that a page's place in the ring and the time when it was
 * created say which page it is, counted on without end; and so that rows can have the sequences of a log.
 *
 *   CalOmronRun run = { 0 };
 *   const CalOmronNewest newest = { .created = 1750000000, .interval_s = 300, .page = 5, .row = 3 };
 *   uint32_t page;
 *   cal_omron_run_meet(&run, &newest)
 *   cal_omron_run_place(&run, &newest, &page)        true; page 2053: 5, one lap on
 *   cal_omron_sequence(page, newest.row)             26693 = 13 * 2053 + 3 + 1
 *
 *   ring       ... 2046 2047  0  1  2  3  4 [5] 6 ...
 *   counted on ... 2046 2047 2048   ...   [2053]     behind the newest: pages of the lap before, 6 to 2047
 *
 * The run is what a host must remember of a sensor beside the records; the log id is the time of its first
 * contact or setting, in Unix seconds.
 */
#ifndef CAL_MACHINE_OMRON_RUN_H
#define CAL_MACHINE_OMRON_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include <calcifer/instant.h>
#include <calcifer/omron.h>
#include <calcifer/record.h>

typedef struct CalOmronRun {
  uint32_t log_id; /* 0: there is no run */
  bool anchored;   /* a page of it is known */
  uint16_t interval_s;
  uint32_t page;    /* anchored: that page, counted on; else the page of the ring that was newest before */
  uint32_t created; /* of that page, by the sensor's clock */
  uint32_t since;   /* no page of the run was created before; 0 when that is not known */
} CalOmronRun;

/* The sensor began to record, or set its clock, without us: the run of which `newest` is the first page
 * known. */
void cal_omron_run_meet(CalOmronRun *run, const CalOmronNewest *newest);

/* The run that begins when we set the clock to `now`. `before`, the page that was newest under the old clock,
 * belongs to neither run from then on (at most 12 rows): under which clock it goes on is not documented. */
void cal_omron_run_set(CalOmronRun *run, const CalOmronNewest *before, uint32_t now);

/* The first page of a run that we began is there. False: it is the one from before still. */
bool cal_omron_run_anchor(CalOmronRun *run, const CalOmronNewest *newest);

/* The newest page, counted on; false when it is of another run. */
bool cal_omron_run_place(const CalOmronRun *run, const CalOmronNewest *newest, uint32_t *page);

/* Whether a page of the ring that was created then can be this page of the run: not one of another lap, of an
 * earlier run, or one that was never written. */
bool cal_omron_run_fits(const CalOmronRun *run, uint32_t page, uint32_t created);

/* The lowest page that the run may have, when this one is its newest. */
uint32_t cal_omron_run_lowest(const CalOmronRun *run, uint32_t newest_page, uint32_t created);

static inline uint32_t
cal_omron_sequence(uint32_t page, uint8_t row)
{
  return page * CAL_OMRON_ROWS + row + 1;
}

static inline uint32_t
cal_omron_page_of(uint32_t sequence)
{
  return (sequence - 1) / CAL_OMRON_ROWS;
}

static inline uint8_t
cal_omron_row_of(uint32_t sequence)
{
  return (uint8_t)((sequence - 1) % CAL_OMRON_ROWS);
}

/* A row as a record: its ultraviolet, held from its instant until the next row's. Assumed, since the manual
 * is silent: row r was measured r intervals after its page was created. An index below zero is noise of the
 * sensor, and is zero; one that cannot be is kept, and rejected where all records are. */
void cal_omron_run_record(const CalOmronRun *run, uint32_t page, uint32_t created, const CalOmronRow *row,
                          uint8_t raw[CAL_RECORD_SIZE]);

/* The record that says by how much the clock was wrong that all rows below it were dated by. */
void cal_omron_run_clock(uint32_t sequence, uint32_t now, uint32_t shown, uint8_t raw[CAL_RECORD_SIZE]);

#endif
