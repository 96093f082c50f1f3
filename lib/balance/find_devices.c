/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings of what brings the data: tags, the radio, the disk. */
#include <math.h>
#include <string.h>

#include "finder.h"
#include "fold.h"
#include "sight.h"

static void
add_tag(Finder *finder, CalCode code, const CalTagState *tag, double value, double reference)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(&tag->address, address);
  CalFinding *const finding = cal_finder_add(finder, code, address, value, reference);
  cal_day_copy_text(finding->about, sizeof finding->about, tag->name[0] != '\0' ? tag->name : address);
}

static double
threshold_of(const Finder *finder, CalCode code)
{
  return cal_finder_threshold(finder, code, cal_code_facts(code)->threshold);
}

static void
find_battery(Finder *finder, const CalTagState *tag, const char *address)
{
  const double threshold = threshold_of(finder, CAL_CODE_TAG_BATTERY);
  const double percent = tag->battery_percent;
  if (percent >= 0 &&
      (percent <= threshold || cal_finder_below(finder, CAL_CODE_TAG_BATTERY, address, percent, threshold)))
    add_tag(finder, CAL_CODE_TAG_BATTERY, tag, percent, threshold);
}

CalInstant
cal_finder_could_hear_since(const CalFindingInput *input, const CalTagState *tag)
{
  const CalInstant seen = tag->last_seen == CAL_INSTANT_NONE ? input->started : tag->last_seen;
  return seen > input->radio_since ? seen : input->radio_since;
}

/* A tag cannot be heard while the radio is off, and that is said by another. */
static void
find_silent(Finder *finder, const CalTagState *tag)
{
  const CalFindingInput *const input = finder->input;
  const double threshold = threshold_of(finder, CAL_CODE_TAG_SILENT);
  const double hours = (double)(input->now - cal_finder_could_hear_since(input, tag)) / 3600;
  if (input->radio == CAL_RADIO_STATE_ON && hours > threshold) {
    add_tag(finder, CAL_CODE_TAG_SILENT, tag, hours, threshold);
    finder->found[finder->n_found - 1].when = tag->last_seen;
  }
}

/* A bond that was lost stays lost until it is seen to hold: out of reach nobody can tell. */
static void
find_bond(Finder *finder, const CalTagState *tag, const char *address)
{
  const bool lasts =
      tag->bond == CAL_TAG_BOND_LOST && finder->input->now - tag->bond_since >= CAL_FINDER_BOND_S;
  const bool stands = tag->bond != CAL_TAG_BOND_HOLDS && cal_finder_stood(finder, CAL_CODE_TAG_BOND, address);
  if (lasts || stands)
    add_tag(finder, CAL_CODE_TAG_BOND, tag, NAN, NAN);
}

static void
find_clock(Finder *finder, const CalTagState *tag, const char *address)
{
  if (!cal_tag_state_is_troubled(tag)) /* and without trouble there is no instant since when */
    return;
  const bool lasts = finder->input->now - tag->clock_since >= CAL_FINDER_CLOCK_S;
  if (!lasts && !cal_finder_stood(finder, CAL_CODE_TAG_CLOCK, address))
    return;
  add_tag(finder, CAL_CODE_TAG_CLOCK, tag, NAN, NAN);
  CalFinding *const finding = &finder->found[finder->n_found - 1];
  finding->other = (double)tag->undated;
  finding->flags = tag->clock_left_alone ? CAL_FINDING_ALONE : 0;
}

static const CalDaySight *
sight_of(const Finder *finder, const CalAddress *tag)
{
  const CalDayResult *const today = &finder->row[finder->n_rows - 1];
  for (uint32_t i = 0; i < today->n_sights; i++)
    if (cal_address_equal(&today->sight[i].tag, tag))
      return &today->sight[i];
  return NULL;
}

/* What it saw today: sun where the place has none, or always the same. */
static void
find_sight(Finder *finder, const CalTagState *tag)
{
  const CalDaySight *const sight = sight_of(finder, &tag->address);
  const double hours = sight == NULL ? 0 : (double)sight->longest_same_s / 3600;
  const double threshold = threshold_of(finder, CAL_CODE_TAG_STUCK);
  if (sight != NULL && sight->longest >= CAL_SIGHT_RUN) {
    add_tag(finder, CAL_CODE_TAG_PLACE, tag, sight->longest, CAL_SIGHT_RUN);
    finder->found[finder->n_found - 1].other = sight->uvi;
  }
  if (sight != NULL && hours >= threshold) {
    add_tag(finder, CAL_CODE_TAG_STUCK, tag, hours, threshold);
    finder->found[finder->n_found - 1].other = sight->longest_same_uvi;
  }
}

static void
find_tag(Finder *finder, const CalTagState *tag)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(&tag->address, address);
  find_battery(finder, tag, address);
  find_silent(finder, tag);
  if (tag->lost > 0)
    add_tag(finder, CAL_CODE_RECORDS_LOST, tag, (double)tag->lost, NAN);
  if (tag->asks_counter)
    add_tag(finder, CAL_CODE_TAG_COUNTER, tag, NAN, NAN);
  find_bond(finder, tag, address);
  find_clock(finder, tag, address);
  find_sight(finder, tag);
}

void
cal_find_tags(Finder *finder)
{
  for (size_t i = 0; i < finder->input->n_tags; i++)
    find_tag(finder, &finder->input->tag[i]);
}

/* -- Since when -- */

/* A clock that was set back makes nothing begin later than now. */
static CalInstant
since_of(bool is_so, CalInstant before, CalInstant now)
{
  if (!is_so)
    return CAL_INSTANT_NONE;
  return before != CAL_INSTANT_NONE && before < now ? before : now;
}

void
cal_tag_state_since(CalTagState *tag, const CalTagState *before, CalInstant now)
{
  tag->bond_since =
      since_of(tag->bond == CAL_TAG_BOND_LOST, before != NULL ? before->bond_since : CAL_INSTANT_NONE, now);
  tag->clock_since =
      since_of(cal_tag_state_is_troubled(tag), before != NULL ? before->clock_since : CAL_INSTANT_NONE, now);
}

void
cal_find_machine(Finder *finder)
{
  const CalFindingInput *const input = finder->input;
  if (input->radio == CAL_RADIO_STATE_OFF && input->n_tags > 0 &&
      input->now - input->radio_since >= CAL_FINDER_RADIO_S)
    cal_finder_add(finder, CAL_CODE_BLUETOOTH_OFF, "", NAN, NAN);
  if (input->ledger_trouble)
    cal_finder_add(finder, CAL_CODE_LEDGER_TROUBLE, "", NAN, NAN);
}
