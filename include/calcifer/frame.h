/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The frame of a civil day: which instants belong to it, and what the clock on the wall showed.
 *
 * The core knows no time zones. Whoever does cuts the day at each change of zone or offset and hands in the
 * pieces. A day may have any length, and a hole: who flies east over the date line leaves a date and comes
 * back to it. Each instant belongs to exactly one day, the date in the zone that then held.
 *
 *   CalDayFrame frame = { .date = date, .n_pieces = 1,
 *                         .piece = { { { midnight, midnight + 86400 }, 3600 } } };
 *   cal_frame_instant(&frame, 8 * 60)   when the clock showed 08:00
 */
#ifndef CALCIFER_FRAME_H
#define CALCIFER_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include <calcifer/instant.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_FRAME_MAX_PIECES 8

typedef struct CalFramePiece {
  CalSpan span;
  int32_t utc_offset_s; /* local time less UTC, east positive */
} CalFramePiece;

/* Pieces in ascending order, none empty, none overlapping. */
typedef struct CalDayFrame {
  CalDate date;
  uint32_t n_pieces;
  CalFramePiece piece[CAL_FRAME_MAX_PIECES];
} CalDayFrame;

/* A day with its neighbours: a dose due near midnight has a window that reaches over it. */
typedef struct CalDayFrames {
  CalDayFrame before;
  CalDayFrame day;
  CalDayFrame after;
} CalDayFrames;

/* From the first piece's start to the last one's end; empty for a day without pieces (a date that a traveller
 * skipped). */
CalSpan cal_frame_extent(const CalDayFrame *frame);

bool cal_frame_contains(const CalDayFrame *frame, CalInstant instant);

/* Minutes since local midnight that the clock showed; -1 when the instant is not of this day. */
int cal_frame_minute(const CalDayFrame *frame, CalInstant instant);

/* The first instant of the day at which the clock showed the minute (0-1439) or, where it jumped over it, the
 * first after the jump. CAL_INSTANT_NONE when the day ended before. */
CalInstant cal_frame_instant(const CalDayFrame *frame, int minute);

#ifdef __cplusplus
}
#endif

#endif
