/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings file, which anybody may have written: it is understood, or its wrong line is named, and then
 * nothing of it holds. */
#include "fuzz.h"

#include <settings.h>

#include <string.h>

static const CalSettings before = { .quiet_from = 1, .quiet_to = 2, .bubbles_per_day = 77 };

static void
require_sane(const CalSettings *settings)
{
  FUZZ_REQUIRE(settings->quiet_from < 1440 && settings->quiet_to < 1440);
  FUZZ_REQUIRE(settings->bubbles_per_day <= 100);
  FUZZ_REQUIRE(settings->discretion <= CAL_DISCRETION_NEVER);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup((const char *)data, size);
  g_autoptr(GError) error = NULL;
  CalSettings settings = before;
  if (cal_settings_parse(text, "calciferd.conf", &settings, &error)) {
    FUZZ_REQUIRE(error == NULL);
    require_sane(&settings);
  } else {
    FUZZ_REQUIRE(error != NULL && g_utf8_validate(error->message, -1, NULL));
    FUZZ_REQUIRE(memcmp(&settings, &before, sizeof before) == 0);
  }
  return 0;
}
