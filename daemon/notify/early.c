/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "early.h"

void
cal_early_signal_free(CalEarlySignal *signal)
{
  if (!signal)
    return;
  g_free(signal->key);
  g_free(signal);
}

void
cal_early_keep(GQueue *early, guint32 id, const char *key, guint32 reason)
{
  CalEarlySignal *signal = g_new0(CalEarlySignal, 1);
  *signal = (CalEarlySignal){ id, g_strdup(key), reason };
  g_queue_push_tail(early, signal);
  if (early->length > CAL_EARLY_MAX)
    cal_early_signal_free(g_queue_pop_head(early));
}

CalEarlySignal *
cal_early_take(GQueue *early, guint32 id)
{
  for (GList *link = early->head; link; link = link->next) {
    CalEarlySignal *signal = link->data;
    if (signal->id != id)
      continue;
    g_queue_delete_link(early, link);
    return signal;
  }
  return NULL;
}

void
cal_early_clear(GQueue *early)
{
  g_queue_clear_full(early, (GDestroyNotify)cal_early_signal_free);
}
