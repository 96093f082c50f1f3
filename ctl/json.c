/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json.h"

#include "screen.h"

#include <math.h>
#include <stdio.h>

/* As \uXXXX, in two halves beyond the first plane (RFC 8259, section 7). */
static void
append_escaped(GString *text, gunichar c)
{
  if (c >= 0x10000)
    g_string_append_printf(text, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
  else
    g_string_append_printf(text, "\\u%04x", c);
}

/* JSON leaves alone what moves a terminal's cursor beyond ASCII, and what turns a line's direction. */
static char *
escape(const char *json)
{
  GString *text = g_string_new(NULL);
  for (const char *p = json; *p != '\0'; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    if (c < 0x7f || ctl_screen_is_harmless(c))
      g_string_append_unichar(text, c);
    else
      append_escaped(text, c);
  }
  return g_string_free(text, FALSE);
}

static void
print(JsonBuilder *builder, gboolean pretty)
{
  g_autoptr(JsonGenerator) generator = json_generator_new();
  g_autoptr(JsonNode) root = json_builder_get_root(builder);
  json_generator_set_root(generator, root);
  json_generator_set_pretty(generator, pretty);
  g_autofree char *json = json_generator_to_data(generator, NULL);
  g_autofree char *text = escape(json);
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
