/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "turns.h"

#include "tag.h"

static void
wake_the_first(CalTurns *turns, GPtrArray *tags)
{
  for (guint i = 0; i < tags->len; i++) {
    CalTag *tag = tags->pdata[(turns->first + i) % tags->len];
    if (i < CAL_TURNS_LINKS)
      cal_tag_wake(tag);
    else
      cal_tag_rest(tag);
  }
}

gint64
cal_turns_take(CalTurns *turns, GPtrArray *tags, gint64 now_ms)
{
  if (tags->len <= CAL_TURNS_LINKS) {
    *turns = (CalTurns){ 0 };
    for (guint i = 0; i < tags->len; i++)
      cal_tag_wake(tags->pdata[i]);
    return G_MAXINT64;
  }
  if (turns->next_ms == 0)
    turns->next_ms = now_ms + CAL_TURNS_MS;
  if (now_ms >= turns->next_ms && cal_tag_is_quiet(tags->pdata[turns->first % tags->len])) {
    turns->first = (turns->first + 1) % tags->len;
    turns->next_ms = now_ms + CAL_TURNS_MS;
  }
  wake_the_first(turns, tags);
  return MAX(turns->next_ms, now_ms + 1000);
}
