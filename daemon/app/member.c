/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "member.h"

#include <math.h>

void
cal_member_put(GVariantBuilder *members, const char *name, GVariant *value)
{
  g_variant_builder_add_value(
      members, g_variant_new_dict_entry(g_variant_new_string(name), g_variant_new_variant(value)));
}

void
cal_member_text(GVariantBuilder *members, const char *name, const char *text)
{
  cal_member_put(members, name, g_variant_new_string(text));
}

void
cal_member_number(GVariantBuilder *members, const char *name, double value)
{
  if (isfinite(value))
    cal_member_put(members, name, g_variant_new_double(value));
}

void
cal_member_instant(GVariantBuilder *members, const char *name, CalInstant instant)
{
  if (instant != CAL_INSTANT_NONE)
    cal_member_put(members, name, g_variant_new_int64(instant));
}
