/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The word of a tag's owner about a run, as an entry's name and value:
 *
 *   "tag:C0:FF:EE:00:00:01:00AB12CD:12"     the first record of the run that was known
 *   "2026-03-28T08:30:00Z uptime=100 boot=7 from=10 to=4294967295"
 *
 * What would not be written so is not read: a value is read, written again, and compared.
 */
#include <calcifer/dating.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_S 86400

static const char *
skip(const char *at, const char *text)
{
  const size_t length = strlen(text);
  return at != NULL && strncmp(at, text, length) == 0 ? at + length : NULL;
}

static const char *
take_number(const char *at, uint64_t max, uint64_t *number)
{
  const char *const start = at;
  *number = 0;
  for (; at != NULL && *at >= '0' && *at <= '9'; at++) {
    *number = *number * 10 + (uint64_t)(*at - '0');
    if (*number > max)
      return NULL;
  }
  return at == start ? NULL : at;
}

/* "2026-03-28T08:30:00Z". */
static const char *
take_instant(const char *at, CalInstant *instant)
{
  char date[11] = "";
  uint64_t hour, minute, second;
  if (strlen(at) < sizeof date)
    return NULL;
  memcpy(date, at, sizeof date - 1);
  const CalDate day = cal_date_parse(date);
  at = take_number(skip(at + sizeof date - 1, "T"), 23, &hour);
  at = take_number(skip(at, ":"), 59, &minute);
  at = take_number(skip(at, ":"), 59, &second);
  if (day == CAL_DATE_NONE || at == NULL)
    return NULL;
  *instant = (CalInstant)day * DAY_S + (CalInstant)(hour * 3600 + minute * 60 + second);
  return skip(at, "Z");
}

static bool
take_value(const char *at, CalDatingOwner *owner)
{
  uint64_t uptime_s, boot, from, to;
  at = take_instant(at, &owner->at);
  at = take_number(skip(at, " uptime="), UINT32_MAX, &uptime_s);
  at = take_number(skip(at, " boot="), UINT16_MAX, &boot);
  at = take_number(skip(at, " from="), UINT32_MAX, &from);
  at = take_number(skip(at, " to="), UINT32_MAX, &to);
  if (at == NULL)
    return false;
  owner->uptime_s = (uint32_t)uptime_s;
  owner->boot = (uint16_t)boot;
  owner->from = (uint32_t)from;
  owner->to = (uint32_t)to;
  return owner->from <= owner->first && owner->first <= owner->to;
}

bool
cal_dating_owner_parse(const char *name, const char *value, CalDatingOwner *owner)
{
  CalDatingOwner read = { 0 };
  char own_name[CAL_DATING_OWNER_SIZE], own_value[CAL_DATING_OWNER_SIZE];
  if (!cal_event_record_id_parse(name, &read.tag, &read.log_id, &read.first) || !take_value(value, &read))
    return false;
  cal_dating_owner_format(&read, own_name, own_value);
  if (strcmp(value, own_value) != 0)
    return false;
  *owner = read;
  return true;
}

static CalDate
date_of(CalInstant at)
{
  return (CalDate)(at / DAY_S - (at % DAY_S < 0));
}

void
cal_dating_owner_format(const CalDatingOwner *owner, char name[CAL_DATING_OWNER_SIZE],
                        char value[CAL_DATING_OWNER_SIZE])
{
  char id[CAL_ENTRY_ID_SIZE], date[11];
  const CalDate day = date_of(owner->at);
  const int second = (int)(owner->at - (CalInstant)day * DAY_S);
  cal_event_record_id(&owner->tag, owner->log_id, owner->first, id);
  cal_date_format(day, date);
  snprintf(name, CAL_DATING_OWNER_SIZE, "%s", id);
  snprintf(value, CAL_DATING_OWNER_SIZE,
           "%sT%02d:%02d:%02dZ uptime=%" PRIu32 " boot=%u from=%" PRIu32 " to=%" PRIu32, date, second / 3600,
           second / 60 % 60, second % 60, owner->uptime_s, owner->boot, owner->from, owner->to);
}

CalInstant
cal_dating_by_owner(const CalDatingOwner *owner, const CalDatingRecord *record)
{
  if (record->clock_set || record->boot != owner->boot || record->sequence < owner->from ||
      record->sequence > owner->to)
    return CAL_INSTANT_NONE;
  return owner->at + ((CalInstant)record->time - owner->uptime_s);
}
