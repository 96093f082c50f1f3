/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "member.h"

#include <math.h>

void
cal_member_text(GVariantBuilder *members, const char *name, const char *text)
{
  g_variant_builder_add(members, "{sv}", name, g_variant_new_string(text));
}

void
cal_member_number(GVariantBuilder *members, const char *name, double value)
{
  if (isfinite(value))
    g_variant_builder_add(members, "{sv}", name, g_variant_new_double(value));
}

void
cal_member_instant(GVariantBuilder *members, const char *name, CalInstant instant)
{
  if (instant != CAL_INSTANT_NONE)
    g_variant_builder_add(members, "{sv}", name, g_variant_new_int64(instant));
}
