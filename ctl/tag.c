/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tag.h"

#include "daemon_says.h"
#include "language.h"
#include "when.h"

#include <stdio.h>

/* The counts, under the names that the JSON gives them. */
static const struct {
  const char *property;
  const char *name;
} counts[] = {
  { "Received", N_("received") },     { "Lost", N_("lost") },       { "Rejected", N_("rejected") },
  { "Conflicts", N_("conflicts") },   { "Undated", N_("undated") }, { "Held", N_("held") },
  { "Duplicates", N_("duplicates") },
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

/* "connected", or why it is not. */
static char *
connection_of(GVariant *tag)
{
  gboolean connected = FALSE;
  g_autofree char *said = ctl_daemon_says(text_of(tag, "Why"));
  g_autofree char *why = ctl_screen_escape(said);
  g_variant_lookup(tag, "Connected", "b", &connected);
  if (why[0] != '\0')
    return g_strdup_printf("%s: %s", connected ? _("connected") : _("not connected"), why);
  if (connected)
    return g_strdup(_("connected"));
  return g_strdup(g_str_equal(text_of(tag, "Kind"), "bthome") ? _("only heard, which is all that it needs")
                                                              : _("not connected"));
}

static char *
battery_of(GVariant *tag)
{
  gint32 battery = -1;
  g_variant_lookup(tag, "Battery", "i", &battery);
  return battery >= 0 ? g_strdup_printf("%d %%", battery) : g_strdup(_("not known"));
}

static char *
last_contact_of(GVariant *tag)
{
  const gint64 seen = count_of(tag, "LastSeen");
  return seen > 0 ? ctl_when_short(seen, g_get_real_time() / G_USEC_PER_SEC) : g_strdup(_("none yet"));
}

/* NULL when none is under way. */
static char *
transfer_of(GVariant *tag)
{
  guint32 done = 0, of = 0;
  g_variant_lookup(tag, "Transfer", "(uu)", &done, &of);
  return of > 0 ? g_strdup_printf(P_("%u of %u record", "%u of %u records", of), done, of) : NULL;
}

typedef void (*SlotPrinter)(const char *address, const char *slot, const char *product);

static void
print_harmless(SlotPrinter print, const char *address, const char *slot, const char *product)
{
  g_autofree char *shown_slot = ctl_screen_escape(slot), *shown_product = ctl_screen_escape(product);
  print(address, shown_slot, shown_product);
}

static void
print_slots(GVariant *tag, SlotPrinter print)
{
  g_autoptr(GVariantIter) slots = NULL;
  const char *slot, *product;
  if (!g_variant_lookup(tag, "Slots", "a{ss}", &slots))
    return;
  while (g_variant_iter_next(slots, "{&s&s}", &slot, &product))
    print_harmless(print, text_of(tag, "Address"), slot, product);
}

/* -- In words
 * ----------------------------------------------------------------------------------------------------- */

static void
print_slot(const char *address, const char *slot, const char *product)
{
  printf(_("  button %s: %s\n"), slot, product);
  (void)address;
}

static void
print_counts(const CtlScreen *screen, GVariant *tag)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
    g_string_append_printf(text, "%s%s %" G_GINT64_FORMAT, i > 0 ? ", " : "", _(counts[i].name),
                           count_of(tag, counts[i].property));
  printf("  ");
  ctl_screen_wrap(screen, 2, 2, text->str);
}

static void
print_connection(const CtlScreen *screen, GVariant *tag)
{
  g_autofree char *connection = connection_of(tag);
  printf("  ");
  if (text_of(tag, "Why")[0] != '\0')
    ctl_screen_wrap(screen, 2, 2, connection);
  else
    ctl_screen_print(screen, CTL_COLOUR_GOOD, "%s\n", connection);
}

static void
print_tag(const CtlScreen *screen, GVariant *tag)
{
  g_autofree char *name = ctl_screen_escape(text_of(tag, "Name"));
  g_autofree char *battery = battery_of(tag), *contact = last_contact_of(tag), *transfer = transfer_of(tag);
  const char *model = text_of(tag, "Model");
  g_autofree char *state = g_strdup_printf(_(", battery %s, last contact %s\n"), battery, contact);
  ctl_screen_say(screen, 2, "%s %s (%s, %s)%s%s%s", text_of(tag, "Address"),
                 name[0] != '\0' ? name : _("without a name"), text_of(tag, "Kind"), text_of(tag, "Role"),
                 model[0] != '\0' ? ", " : "", model, state);
  print_connection(screen, tag);
  if (transfer != NULL)
    printf(_("  transfer: %s\n"), transfer);
  print_counts(screen, tag);
  print_slots(tag, print_slot);
}

/* -- One line to a fact
 * ------------------------------------------------------------------------------------------- */

static void
print_fact(const char *address, const char *what, const char *value)
{
  printf("%s %s: %s\n", address, what, value);
}

static void
print_slot_fact(const char *address, const char *slot, const char *product)
{
  printf(_("%s button %s: %s\n"), address, slot, product);
}

static void
print_facts(GVariant *tag)
{
  const char *address = text_of(tag, "Address");
  g_autofree char *name = ctl_screen_escape(text_of(tag, "Name"));
  g_autofree char *battery = battery_of(tag), *contact = last_contact_of(tag), *transfer = transfer_of(tag);
  g_autofree char *connection = connection_of(tag);
  print_fact(address, _("name"), name[0] != '\0' ? name : _("none"));
  print_fact(address, _("kind"), text_of(tag, "Kind"));
  if (text_of(tag, "Model")[0] != '\0')
    print_fact(address, _("model"), text_of(tag, "Model"));
  print_fact(address, _("role"), text_of(tag, "Role"));
  print_fact(address, _("connection"), connection);
  print_fact(address, _("battery"), battery);
  print_fact(address, _("last contact"), contact);
  if (transfer != NULL)
    print_fact(address, _("transfer"), transfer);
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
    printf("%s %s: %" G_GINT64_FORMAT "\n", address, _(counts[i].name), count_of(tag, counts[i].property));
  print_slots(tag, print_slot_fact);
}

void
ctl_tag_print_all(const CtlScreen *screen, GVariant *tags)
{
  for (gsize i = 0; i < g_variant_n_children(tags); i++) {
    g_autoptr(GVariant) entry = g_variant_get_child_value(tags, i);
    g_autoptr(GVariant) tag = g_variant_get_child_value(entry, 1);
    if (screen->plain)
      print_facts(tag);
    else
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
