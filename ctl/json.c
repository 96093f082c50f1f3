/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json.h"

#include <math.h>
#include <stdio.h>

static void
print(JsonBuilder *builder, gboolean pretty)
{
  g_autoptr(JsonGenerator) generator = json_generator_new();
  g_autoptr(JsonNode) root = json_builder_get_root(builder);
  json_generator_set_root(generator, root);
  json_generator_set_pretty(generator, pretty);
  g_autofree char *text = json_generator_to_data(generator, NULL);
  printf("%s\n", text);
}

void
ctl_json_print(JsonBuilder *builder)
{
  print(builder, TRUE);
}

void
ctl_json_print_line(JsonBuilder *builder)
{
  print(builder, FALSE);
}

void
ctl_json_number(JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name(builder, name);
  if (isnan(value))
    json_builder_add_null_value(builder);
  else
    json_builder_add_double_value(builder, value);
}

void
ctl_json_text(JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name(builder, name);
  if (text == NULL)
    json_builder_add_null_value(builder);
  else
    json_builder_add_string_value(builder, text);
}
