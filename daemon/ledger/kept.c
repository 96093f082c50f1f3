/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kept.h"

/* A day's fold reads from half a day before it to some hours behind it, which lie on three days of UTC. */
#define KEPT_DAYS 3

typedef struct {
  gint64 day;
  GArray *told; /* NULL: none */
} KeptDay;

struct CalKept {
  KeptDay days[KEPT_DAYS];
  guint next; /* which of them is given up for another: the oldest */
  gint64 block;
  GArray *of_block; /* NULL: none */
};

CalKept *
cal_kept_new(void)
{
  return g_new0(CalKept, 1);
}

void
cal_kept_free(CalKept *kept)
{
  cal_kept_clear(kept);
  g_free(kept);
}

void
cal_kept_clear(CalKept *kept)
{
  for (guint i = 0; i < KEPT_DAYS; i++)
    g_clear_pointer(&kept->days[i].told, g_array_unref);
  g_clear_pointer(&kept->of_block, g_array_unref);
}

static void
replace(GArray **told, GArray *other)
{
  g_clear_pointer(told, g_array_unref);
  *told = g_array_ref(other);
}

GArray *
cal_kept_day(const CalKept *kept, gint64 day)
{
  for (guint i = 0; i < KEPT_DAYS; i++)
    if (kept->days[i].told != NULL && kept->days[i].day == day)
      return g_array_ref(kept->days[i].told);
  return NULL;
}

void
cal_kept_keep_day(CalKept *kept, gint64 day, GArray *told)
{
  KeptDay *const oldest = &kept->days[kept->next];
  oldest->day = day;
  replace(&oldest->told, told);
  kept->next = (kept->next + 1) % KEPT_DAYS;
}

GArray *
cal_kept_block(const CalKept *kept, gint64 first_id)
{
  return kept->of_block != NULL && kept->block == first_id ? g_array_ref(kept->of_block) : NULL;
}

void
cal_kept_keep_block(CalKept *kept, gint64 first_id, GArray *told)
{
  kept->block = first_id;
  replace(&kept->of_block, told);
}
