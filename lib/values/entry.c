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

#define UUID_CHARS 36
#define N_KINDS    (sizeof kinds / sizeof *kinds)

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

static bool
is_hex(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* 8-4-4-4-12 digits; false at the NUL of a shorter text. */
static bool
begins_with_uuid(const char *text)
{
  for (size_t i = 0; i < UUID_CHARS; i++) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i]))
      return false;
  }
  return true;
}

bool
cal_entry_id_is_valid(const char *id)
{
  static const char largest[] = "9223372036854775807";
  if (!begins_with_uuid(id) || id[UUID_CHARS] != ':')
    return false;
  const char *const number = id + UUID_CHARS + 1;
  const size_t digits = strspn(number, "0123456789");
  if (digits == 0 || number[digits] != '\0' || number[0] == '0')
    return false;
  const size_t most = sizeof largest - 1;
  return digits < most || (digits == most && strcmp(number, largest) <= 0);
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
