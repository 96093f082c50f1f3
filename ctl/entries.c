/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `log` alone: what counts of a day, each with the id that undo, amend and forget take. */
#include "entries.h"

#include "client.h"
#include "json.h"
#include "language.h"
#include "options.h"
#include "pages.h"
#include "screen.h"
#include "when.h"

#include <stdio.h>

#define ID_COLUMNS   4
#define KIND_COLUMNS 5

typedef struct {
  const char *id, *kind, *name, *value, *address;
  gint64 at, number; /* number: of an entry that was made here, by which it is known, too; 0: none */
} Entry;

static Entry
unpack(GVariant *row)
{
  Entry entry = { "", "", "", "", "", 0, 0 };
  g_variant_lookup(row, "id", "&s", &entry.id);
  g_variant_lookup(row, "kind", "&s", &entry.kind);
  g_variant_lookup(row, "name", "&s", &entry.name);
  g_variant_lookup(row, "value", "&s", &entry.value);
  g_variant_lookup(row, "address", "&s", &entry.address);
  g_variant_lookup(row, "at", "x", &entry.at);
  g_variant_lookup(row, "number", "x", &entry.number);
  return entry;
}

/* What a tag saw of light is no entry; what was pressed on it is one. */
static gboolean
is_meant(const Entry *entry)
{
  static const char *const not_meant[] = { "uv", "wear", "clock", "sample", NULL };
  return entry->id[0] != '\0' && !g_strv_contains(not_meant, entry->kind);
}

/* Oldest first; free with g_ptr_array_unref(). NULL with the error. */
static GPtrArray *
fetch(gint64 from, gint64 to, GError **error)
{
  g_autoptr(CtlClient) client = ctl_client_new(error);
  GPtrArray *rows =
      client != NULL ? ctl_pages_fetch(client, "Ledger1", "GetEvents", g_variant_new("(xx)", from, to), error)
                     : NULL;
  for (guint i = 0; rows != NULL && i < rows->len;) {
    const Entry entry = unpack(g_ptr_array_index(rows, i));
    if (is_meant(&entry))
      i++;
    else
      g_ptr_array_remove_index(rows, i);
  }
  return rows;
}

/* -- For people ----------------------------------------------------------------------------------------- */

/* "salmon 120g", "30min", "AA:BB:CC:DD:EE:FF". */
static char *
what_of(const Entry *entry)
{
  const char *gap = entry->name[0] != '\0' && entry->value[0] != '\0' ? " " : "";
  return g_strconcat(entry->name, gap, entry->value, entry->address, NULL);
}

static void
print_entry(const CtlScreen *screen, const Entry *entry)
{
  g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, entry->number);
  const char *id = entry->number > 0 ? number : entry->id, *kind = ctl_language_word(entry->kind);
  g_autofree char *clock = ctl_when_short(entry->at, g_get_real_time() / G_USEC_PER_SEC);
  g_autofree char *what = what_of(entry);
  g_autofree char *shown = ctl_screen_escape(what);
  g_autofree char *lead = screen->plain ? g_strdup_printf("%s: %s, %s", id, clock, kind)
                                        : g_strdup_printf("%*s  %s  %-*s", ID_COLUMNS, id, clock,
                                                          ctl_screen_width(kind, KIND_COLUMNS), kind);
  const char *gap = shown[0] != '\0' ? " " : "";
  printf("%s%s", lead, gap);
  ctl_screen_wrap(screen, (int)g_utf8_strlen(lead, -1) + 1, ID_COLUMNS + 2, shown);
}

static void
print_words(const char *date, GPtrArray *rows, gboolean plain)
{
  CtlScreen screen;
  ctl_screen_init(&screen, plain);
  for (guint i = 0; i < rows->len; i++) {
    const Entry entry = unpack(g_ptr_array_index(rows, i));
    print_entry(&screen, &entry);
  }
  if (rows->len == 0)
    ctl_screen_say(&screen, 2, _("No entry counts on %s. 'calciferctl log --help' tells how to make one."),
                   date);
  else
    ctl_screen_say(&screen, 2,
                   _("'calciferctl undo ID' takes one back, 'calciferctl amend ID WORD...' puts "
                     "it right, 'calciferctl forget ID' erases it."));
}

/* -- As JSON -------------------------------------------------------------------------------------------- */

static void
print_json(GPtrArray *rows)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_array(builder);
  for (guint i = 0; i < rows->len; i++) {
    const Entry entry = unpack(g_ptr_array_index(rows, i));
    g_autofree char *at = ctl_when_iso(entry.at);
    json_builder_begin_object(builder);
    ctl_json_text(builder, "id", entry.id);
    ctl_json_text(builder, "at", at);
    ctl_json_text(builder, "kind", entry.kind);
    ctl_json_text(builder, "name", entry.name[0] != '\0' ? entry.name : NULL);
    ctl_json_text(builder, "value", entry.value[0] != '\0' ? entry.value : NULL);
    ctl_json_text(builder, "address", entry.address[0] != '\0' ? entry.address : NULL);
    json_builder_end_object(builder);
  }
  json_builder_end_array(builder);
  ctl_json_print(builder);
}

/* -- The verb ------------------------------------------------------------------------------------------- */

/* Midnight of a date, today's without one; NULL of what is no date. */
static GDateTime *
midnight(const char *date)
{
  int year, month, day, end = 0;
  if (date == NULL) {
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_date_time_get_ymd(now, &year, &month, &day);
  } else if (sscanf(date, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || date[end] != '\0') {
    return NULL;
  }
  return g_date_time_new_local(year, month, day, 0, 0, 0);
}

int
ctl_entries(int argc, char **argv, const CtlVerb *verbs)
{
  g_autofree char *date = NULL;
  gboolean json = FALSE, plain = FALSE;
  GError *error = NULL;
  const GOptionEntry entries[] = {
    { "date", 0, 0, G_OPTION_ARG_STRING, &date, N_("another day, YYYY-MM-DD"), "D" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("one line to a fact, for screen readers"), NULL },
    { NULL },
  };
  if (!ctl_options_parse_group(&argc, &argv, verbs, entries))
    return CTL_EXIT_USAGE;
  g_autoptr(GDateTime) from = midnight(date);
  if (from == NULL)
    return ctl_usage_error(_("'%s' is no date; it is written YYYY-MM-DD, as in 'calciferctl log --date "
                             "2026-03-28'."),
                           date);
  g_autoptr(GDateTime) to = g_date_time_add_days(from, 1);
  g_autoptr(GPtrArray) rows = fetch(g_date_time_to_unix(from), g_date_time_to_unix(to), &error);
  if (rows == NULL)
    return ctl_client_complain(error);
  g_autofree char *day = g_date_time_format(from, "%Y-%m-%d");
  if (json)
    print_json(rows);
  else
    print_words(day, rows, plain);
  return CTL_EXIT_DONE;
}
