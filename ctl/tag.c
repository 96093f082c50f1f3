/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tag.h"

#include "when.h"

#include <stdio.h>

/* The counts, under the names that the JSON gives them. */
static const struct {
  const char *property;
  const char *name;
} counts[] = {
  { "Received", "received" },     { "Lost", "lost" },       { "Rejected", "rejected" },
  { "Conflicts", "conflicts" },   { "Undated", "undated" }, { "Held", "held" },
  { "Duplicates", "duplicates" },
};

static const char *
text_of(GVariant *tag, const char *property)
{
  const char *text = "";
  g_variant_lookup(tag, property, "&s", &text);
  return text;
}

static gint64
count_of(GVariant *tag, const char *property)
{
  gint64 count = 0;
  g_variant_lookup(tag, property, "x", &count);
  return count;
}

static void
print_counts(GVariant *tag)
{
  printf("  %" G_GINT64_FORMAT " received", count_of(tag, "Received"));
  for (gsize i = 1; i < G_N_ELEMENTS(counts); i++) {
    const gint64 count = count_of(tag, counts[i].property);
    if (count != 0)
      printf(", %" G_GINT64_FORMAT " %s", count, counts[i].name);
  }
  printf("\n");
}

static void
print_slots(GVariant *tag)
{
  g_autoptr(GVariantIter) slots = NULL;
  const char *slot, *product;
  if (!g_variant_lookup(tag, "Slots", "a{ss}", &slots))
    return;
  while (g_variant_iter_next(slots, "{&s&s}", &slot, &product))
    printf("  button %s: %s\n", slot, product);
}

static void
print_tag(const CtlScreen *screen, GVariant *tag)
{
  const gint64 seen = count_of(tag, "LastSeen");
  gboolean connected = FALSE;
  gint32 battery = -1;
  guint32 done = 0, of = 0;
  g_autofree char *name = ctl_screen_escape(text_of(tag, "Name"));
  g_autofree char *when = ctl_when_short(seen, g_get_real_time() / G_USEC_PER_SEC);
  g_variant_lookup(tag, "Connected", "b", &connected);
  g_variant_lookup(tag, "Battery", "i", &battery);
  g_variant_lookup(tag, "Transfer", "(uu)", &done, &of);
  printf("%s %s (%s, %s)", text_of(tag, "Address"), name[0] != '\0' ? name : "without a name",
         text_of(tag, "Kind"), text_of(tag, "Role"));
  if (text_of(tag, "Model")[0] != '\0')
    printf(", %s", text_of(tag, "Model"));
  if (connected)
    ctl_screen_print(screen, CTL_COLOUR_GOOD, ", connected");
  if (battery >= 0)
    printf(", battery %d %%", battery);
  printf(", %s%s\n", seen > 0 ? "last heard " : "not heard yet", seen > 0 ? when : "");
  if (of > 0)
    printf("  transfer: %u of %u records\n", done, of);
  print_counts(tag);
  print_slots(tag);
  if (text_of(tag, "Why")[0] != '\0')
    ctl_screen_print(screen, CTL_COLOUR_WARNING, "  %s\n", text_of(tag, "Why"));
}

void
ctl_tag_print_all(const CtlScreen *screen, GVariant *tags)
{
  for (gsize i = 0; i < g_variant_n_children(tags); i++) {
    g_autoptr(GVariant) entry = g_variant_get_child_value(tags, i);
    g_autoptr(GVariant) tag = g_variant_get_child_value(entry, 1);
    print_tag(screen, tag);
  }
}

static const char *
or_null(const char *text)
{
  return text[0] != '\0' ? text : NULL;
}

static void
add_battery(JsonBuilder *builder, GVariant *tag)
{
  gint32 battery = -1;
  g_variant_lookup(tag, "Battery", "i", &battery);
  json_builder_set_member_name(builder, "battery");
  if (battery < 0)
    json_builder_add_null_value(builder);
  else
    json_builder_add_int_value(builder, battery);
}

static void
add_tag(JsonBuilder *builder, GVariant *tag)
{
  const gint64 seen = count_of(tag, "LastSeen");
  g_autofree char *last_seen = seen > 0 ? ctl_when_iso(seen) : NULL;
  json_builder_begin_object(builder);
  ctl_json_text(builder, "address", text_of(tag, "Address"));
  ctl_json_text(builder, "name", or_null(text_of(tag, "Name")));
  ctl_json_text(builder, "kind", text_of(tag, "Kind"));
  ctl_json_text(builder, "role", text_of(tag, "Role"));
  add_battery(builder, tag);
  ctl_json_text(builder, "last_seen", last_seen);
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
    json_builder_set_member_name(builder, counts[i].name);
    json_builder_add_int_value(builder, count_of(tag, counts[i].property));
  }
  ctl_json_text(builder, "why", or_null(text_of(tag, "Why")));
  json_builder_end_object(builder);
}

void
ctl_tag_add_all(JsonBuilder *builder, GVariant *tags)
{
  json_builder_begin_array(builder);
  for (gsize i = 0; i < g_variant_n_children(tags); i++) {
    g_autoptr(GVariant) entry = g_variant_get_child_value(tags, i);
    g_autoptr(GVariant) tag = g_variant_get_child_value(entry, 1);
    add_tag(builder, tag);
  }
  json_builder_end_array(builder);
}
