/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/entry.h>

#include <stddef.h>
#include <string.h>

static const struct {
  CalEntryKind kind;
  const char *name;
} kinds[] = {
  { CAL_ENTRY_TAKE, "take" },
  { CAL_ENTRY_FOOD, "food" },
  { CAL_ENTRY_SUN, "sun" },
  { CAL_ENTRY_LAB, "lab" },
  { CAL_ENTRY_DONE, "done" },
  { CAL_ENTRY_PRESS, "press" },
  { CAL_ENTRY_UNDO, "undo" },
  { CAL_ENTRY_ANSWER, "answer" },
  { CAL_ENTRY_DATE, "date" },
  { CAL_ENTRY_PROFILE, "profile" },
  { CAL_ENTRY_PRODUCT, "product" },
  { CAL_ENTRY_FOODSTUFF, "foodstuff" },
  { CAL_ENTRY_MAP, "map" },
  { CAL_ENTRY_ROLE, "role" },
  { CAL_ENTRY_ALLOW, "allow" },
  { CAL_ENTRY_TAG, "tag" },
  { CAL_ENTRY_ZONE, "zone" },
  { CAL_ENTRY_RECIPE, "recipe" },
  { CAL_ENTRY_TOMBSTONE, "tombstone" },
};

#define N_KINDS (sizeof kinds / sizeof *kinds)

const char *
cal_entry_kind_name(CalEntryKind kind)
{
  for (size_t i = 0; i < N_KINDS; i++)
    if (kinds[i].kind == kind)
      return kinds[i].name;
  return NULL;
}

bool
cal_entry_kind_parse(const char *name, CalEntryKind *kind)
{
  for (size_t i = 0; i < N_KINDS; i++)
    if (strcmp(kinds[i].name, name) == 0) {
      *kind = kinds[i].kind;
      return true;
    }
  return false;
}

bool
cal_entry_kind_is_setting(CalEntryKind kind)
{
  switch (kind) {
  case CAL_ENTRY_PROFILE:
  case CAL_ENTRY_PRODUCT:
  case CAL_ENTRY_FOODSTUFF:
  case CAL_ENTRY_MAP:
  case CAL_ENTRY_ROLE:
  case CAL_ENTRY_ALLOW:
  case CAL_ENTRY_TAG:
  case CAL_ENTRY_ZONE:
  case CAL_ENTRY_RECIPE:
    return true;
  case CAL_ENTRY_TAKE:
  case CAL_ENTRY_FOOD:
  case CAL_ENTRY_SUN:
  case CAL_ENTRY_LAB:
  case CAL_ENTRY_DONE:
  case CAL_ENTRY_PRESS:
  case CAL_ENTRY_UNDO:
  case CAL_ENTRY_ANSWER:
  case CAL_ENTRY_TOMBSTONE:
  case CAL_ENTRY_DATE:
    return false;
  }
  return false;
}
