/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever somebody types where a number, an amount, a duration, an address, a date or bytes are wanted. */
#include "fuzz.h"

#include <calcifer/address.h>
#include <calcifer/amount.h>
#include <calcifer/bthome.h>
#include <calcifer/dating.h>
#include <calcifer/duration.h>
#include <calcifer/hex.h>
#include <calcifer/instant.h>
#include <calcifer/number.h>

#include <math.h>
#include <string.h>

static void
try_amount(const char *text)
{
  CalAmount amount, again;
  char written[CAL_AMOUNT_TEXT_SIZE];
  if (cal_amount_parse(text, &amount) != CAL_AMOUNT_OK)
    return;
  FUZZ_REQUIRE(amount.value >= 0 && amount.value <= CAL_AMOUNT_MAX);
  cal_amount_format(&amount, written);
  FUZZ_REQUIRE(cal_amount_parse(written, &again) == CAL_AMOUNT_OK);
  FUZZ_REQUIRE(again.unit == amount.unit && fabs(again.value - amount.value) <= 1e-6);
}

static void
try_number(const char *text)
{
  double value, again;
  char written[CAL_NUMBER_TEXT_SIZE];
  if (!cal_number_parse(text, &value))
    return;
  FUZZ_REQUIRE(isfinite(value));
  if (cal_number_format(value, 6, written)) {
    FUZZ_REQUIRE(cal_number_parse(written, &again));
    FUZZ_REQUIRE(fabs(again - value) <= 1e-6 + fabs(value) * 1e-15);
  }
}

static void
try_bytes(const char *text)
{
  uint8_t bytes[64];
  size_t size = 0, again = 0;
  char written[2 * sizeof bytes + 1];
  CalBthomeKey key;
  if (cal_hex_parse(text, bytes, sizeof bytes, &size)) {
    cal_hex_format(bytes, size, written);
    FUZZ_REQUIRE(cal_hex_parse(written, bytes, sizeof bytes, &again) && again == size);
  }
  FUZZ_REQUIRE(!cal_bthome_key_parse(text, &key) || size == sizeof key);
}

/* The value of an entry, which an import may bring. */
static void
try_owner(const char *text)
{
  CalDatingOwner owner;
  char name[CAL_DATING_OWNER_SIZE], written[CAL_DATING_OWNER_SIZE];
  if (!cal_dating_owner_parse("tag:C0:FF:EE:00:00:01:00AB12CD:12", text, &owner))
    return;
  cal_dating_owner_format(&owner, name, written);
  FUZZ_REQUIRE(strcmp(text, written) == 0 && owner.from <= 12 && owner.to >= 12);
}

static void
try_others(const char *text)
{
  int64_t seconds;
  CalAddress address;
  char written[CAL_ADDRESS_TEXT_SIZE], date_written[11];
  if (cal_duration_parse(text, 60, &seconds))
    FUZZ_REQUIRE(seconds >= 0 && seconds <= CAL_DURATION_MAX_S);
  if (cal_address_parse(text, &address))
    cal_address_format(&address, written);
  const CalDate date = cal_date_parse(text);
  if (date != CAL_DATE_NONE) {
    cal_date_format(date, date_written);
    FUZZ_REQUIRE(strcmp(text, date_written) == 0);
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  char *text = malloc(size + 1);
  FUZZ_REQUIRE(text != NULL);
  if (size > 0)
    memcpy(text, data, size);
  text[size] = '\0';
  try_amount(text);
  try_number(text);
  try_bytes(text);
  try_others(text);
  try_owner(text);
  free(text);
  return 0;
}
