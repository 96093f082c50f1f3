/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/frame.h>

#include <stddef.h>

#define DAY_S 86400

CalSpan
cal_frame_extent(const CalDayFrame *frame)
{
  if (frame->n_pieces == 0)
    return (CalSpan){ 0, 0 };
  return (CalSpan){ frame->piece[0].span.start, frame->piece[frame->n_pieces - 1].span.end };
}

static const CalFramePiece *
piece_at(const CalDayFrame *frame, CalInstant instant)
{
  for (uint32_t i = 0; i < frame->n_pieces; i++)
    if (instant >= frame->piece[i].span.start && instant < frame->piece[i].span.end)
      return &frame->piece[i];
  return NULL;
}

bool
cal_frame_contains(const CalDayFrame *frame, CalInstant instant)
{
  return piece_at(frame, instant) != NULL;
}

/* Seconds since local midnight of the piece's date, for an instant inside it. */
static int64_t
local_seconds(const CalFramePiece *piece, CalDate date, CalInstant instant)
{
  return instant + piece->utc_offset_s - (int64_t)date * DAY_S;
}

int
cal_frame_minute(const CalDayFrame *frame, CalInstant instant)
{
  const CalFramePiece *const piece = piece_at(frame, instant);
  if (piece == NULL)
    return -1;
  const int64_t seconds = local_seconds(piece, frame->date, instant);
  return seconds < 0 ? 0 : seconds >= DAY_S ? DAY_S / 60 - 1 : (int)(seconds / 60);
}

CalInstant
cal_frame_instant(const CalDayFrame *frame, int minute)
{
  for (uint32_t i = 0; i < frame->n_pieces; i++) {
    const CalFramePiece *const piece = &frame->piece[i];
    const CalInstant shown = (int64_t)frame->date * DAY_S + (int64_t)minute * 60 - piece->utc_offset_s;
    if (shown >= piece->span.end)
      continue;
    return shown > piece->span.start ? shown : piece->span.start;
  }
  return CAL_INSTANT_NONE;
}
