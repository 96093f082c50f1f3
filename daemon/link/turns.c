/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "turns.h"

#include "tag.h"

#define LETTING_GO_MS 1000 /* BlueZ's own timer makes it some two seconds: so often it is looked */

/* Who is let go holds its link until BlueZ has closed it, and only then another is woken. True when one waits
 * for that. */
static gboolean
wake_the_first(CalTurns *turns, GPtrArray *tags)
{
  guint awake = 0;
  gboolean waits = FALSE;
  for (guint i = 0; i < tags->len; i++) {
    CalTag *tag = tags->pdata[(turns->first + i) % tags->len];
    if (i >= CAL_TURNS_LINKS)
      cal_tag_rest(tag);
    awake += cal_tag_is_at_rest(tag) ? 0 : 1;
  }
  for (guint i = 0; i < CAL_TURNS_LINKS; i++) {
    CalTag *tag = tags->pdata[(turns->first + i) % tags->len];
    if (!cal_tag_is_at_rest(tag))
      continue;
    if (awake < CAL_TURNS_LINKS)
      cal_tag_wake(tag);
    waits = waits || awake >= CAL_TURNS_LINKS;
    awake++;
  }
  return waits;
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
  if (wake_the_first(turns, tags))
    return now_ms + LETTING_GO_MS;
  return MAX(turns->next_ms, now_ms + 1000);
}
