/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.calciferd.Tags1 and org.calciferd.Job1 */
#include "requests.h"

#include "commit.h"
#include "error.h"
#include "gates.h"
#include "job.h"
#include "publish.h"
#include "tags.h"

#define SCAN_AT_MOST_S 120

static gboolean
parse_address(const char *text, CalAddress *address, GError **error)
{
  if (cal_address_parse(text, address))
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "'%s' is no address; it is written AA:BB:CC:DD:EE:FF",
              text);
  return FALSE;
}

/* The address as it is written in entries, of a tag that is adopted. */
static gboolean
adopted_address(CalApp *app, const char *text, char canonical[CAL_ADDRESS_TEXT_SIZE], GError **error)
{
  CalAddress address;
  if (!parse_address(text, &address, error))
    return FALSE;
  cal_address_format(&address, canonical);
  if (cal_app_tag(app, &address) != NULL)
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "%s is not adopted; type 'calciferctl tags adopt %s'",
              canonical, canonical);
  return FALSE;
}

static gboolean
link_is_there(CalApp *app, GError **error)
{
  if (app->link != NULL)
    return TRUE;
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_UNAVAILABLE,
                      "there is no system bus, so BlueZ cannot be reached");
  return FALSE;
}

/* -- Scan
 * ---------------------------------------------------------------------------------------------------------
 */

typedef struct {
  CalJob *job;
  GHashTable *found; /* address text -> GVariant a{sv} */
} Scan;

static GVariant *
describe_found(const char *address, const CalFound *found)
{
  GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&row, "{sv}", "address", g_variant_new_string(address));
  g_variant_builder_add(
      &row, "{sv}", "name",
      g_variant_new_take_string(g_utf8_make_valid(found->name != NULL ? found->name : "", -1)));
  g_variant_builder_add(&row, "{sv}", "kind", g_variant_new_string(cal_app_tag_kind_name(found->kind)));
  g_variant_builder_add(&row, "{sv}", "encrypted", g_variant_new_boolean(found->encrypted));
  g_variant_builder_add(&row, "{sv}", "rssi", g_variant_new_int32(found->rssi));
  return g_variant_builder_end(&row);
}

static void
tell_found(Scan *scan)
{
  GHashTableIter iter;
  gpointer row;
  GVariantBuilder all = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
  GVariantBuilder result = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_hash_table_iter_init(&iter, scan->found);
  while (g_hash_table_iter_next(&iter, NULL, &row))
    g_variant_builder_add_value(&all, row);
  g_variant_builder_add(&result, "{sv}", "found", g_variant_builder_end(&all));
  cal_job_set_result(scan->job, g_variant_builder_end(&result));
}

static void
on_found(const CalFound *found, gpointer data)
{
  Scan *scan = data;
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(&found->address, address);
  g_hash_table_insert(scan->found, g_strdup(address), g_variant_ref_sink(describe_found(address, found)));
  tell_found(scan);
}

static void
on_scanned(GObject *source, GAsyncResult *result, gpointer data)
{
  Scan *scan = data;
  g_autoptr(GError) error = NULL;
  (void)source;
  CalApp *app = cal_job_app(scan->job);
  if (!cal_link_scan_finish(app->link, result, &error) &&
      g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error(&error); /* what was found until then is the answer */
  cal_job_finish(scan->job, error);
  g_hash_table_unref(scan->found);
  g_free(scan);
}

GVariant *
cal_app_scan(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  guint32 seconds;
  (void)path;
  g_variant_get(arguments, "(u)", &seconds);
  if (seconds < 1 || seconds > SCAN_AT_MOST_S) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "a scan takes 1 to %d seconds", SCAN_AT_MOST_S);
    return NULL;
  }
  if (!link_is_there(app, error))
    return NULL;
  Scan *scan = g_new0(Scan, 1);
  scan->job = cal_job_new(app, "Looking for tags.");
  scan->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_variant_unref);
  cal_link_scan(app->link, seconds, on_found, scan, cal_job_cancellable(scan->job), on_scanned, scan);
  return g_variant_new("(o)", cal_job_path(scan->job));
}

/* -- Adopt
 * -------------------------------------------------------------------------------------------------------- */

static gboolean
enter_adoption(CalApp *app, CalJob *job, const CalAdopted *adopted, GError **error)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  const char *name = cal_app_tag_kind_name(adopted->kind);
  g_autofree char *value = adopted->slots == 0 ? g_strdup(name)
                                               : g_strdup_printf("%s slots=%u%s", name, adopted->slots,
                                                                 adopted->feels_wear ? " wear" : "");
  cal_address_format(&adopted->identity, address);
  /* What a tag can do was so when it stored what it now brings. One that comes back is known already. */
  const gboolean known = cal_context_source(app->context, &adopted->identity) != NULL;
  CalEntry entry = cal_app_entry(CAL_ENTRY_TAG, CAL_WAY_HAND, known ? 0 : CAL_CONTEXT_ALWAYS, address, value);
  GVariantBuilder result = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&result, "{sv}", "kind", g_variant_new_string(name));
  g_variant_builder_add(&result, "{sv}", "address", g_variant_new_string(address));
  cal_job_set_result(job, g_variant_builder_end(&result));
  return cal_app_enter(app, &entry, error);
}

static void
on_adopted(GObject *source, GAsyncResult *result, gpointer data)
{
  CalJob *job = data;
  CalAdopted adopted;
  g_autoptr(GError) error = NULL;
  CalApp *app = cal_job_app(job);
  (void)source;
  if (cal_link_adopt_finish(app->link, result, &adopted, &error))
    enter_adoption(app, job, &adopted, &error);
  cal_job_finish(job, error);
}

GVariant *
cal_app_adopt(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *text;
  CalAddress address;
  (void)path;
  g_variant_get(arguments, "(&s)", &text);
  if (!parse_address(text, &address, error) || !link_is_there(app, error))
    return NULL;
  if (cal_app_tag(app, &address) != NULL) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_EXISTS, "%s is adopted already", text);
    return NULL;
  }
  if (g_hash_table_size(app->tags) >= CAL_LINK_MAX_TAGS) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_LIMIT, "%d tags are adopted, which is the most; forget one first",
                CAL_LINK_MAX_TAGS);
    return NULL;
  }
  CalJob *job = cal_job_new(app, "Looking for the tag, then pairing with it.");
  cal_link_adopt(app->link, &address, cal_job_cancellable(job), on_adopted, job);
  return g_variant_new("(o)", cal_job_path(job));
}

/* -- What is said of an adopted tag
 * ------------------------------------------------------------------------------- */

static gboolean
say_of_tag(CalApp *app, CalEntryKind kind, const char *address, const char *slot, const char *value,
           GError **error)
{
  char canonical[CAL_ADDRESS_TEXT_SIZE];
  if (!adopted_address(app, address, canonical, error))
    return FALSE;
  g_autofree char *name = slot != NULL ? g_strdup_printf("%s %s", canonical, slot) : g_strdup(canonical);
  CalEntry entry = cal_app_entry(kind, CAL_WAY_HAND, 0, name, value);
  return cal_app_enter(app, &entry, error);
}

GVariant *
cal_app_forget(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  CalAddress address;
  const char *text;
  (void)path;
  g_variant_get(arguments, "(&s)", &text);
  if (say_of_tag(app, CAL_ENTRY_TAG, text, NULL, "", error) && cal_address_parse(text, &address))
    cal_keys_set(app->keys, &address, NULL, error);
  return NULL;
}

GVariant *
cal_app_set_role(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  const char *address, *role;
  (void)path;
  g_variant_get(arguments, "(&s&s)", &address, &role);
  say_of_tag(owner, CAL_ENTRY_ROLE, address, NULL, role, error);
  return NULL;
}

GVariant *
cal_app_map(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  const char *address, *slot, *product;
  (void)path;
  g_variant_get(arguments, "(&s&s&s)", &address, &slot, &product);
  say_of_tag(owner, CAL_ENTRY_MAP, address, slot, product, error);
  return NULL;
}

GVariant *
cal_app_allow(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  const char *address;
  gboolean unencrypted;
  (void)path;
  g_variant_get(arguments, "(&sb)", &address, &unencrypted);
  say_of_tag(owner, CAL_ENTRY_ALLOW, address, NULL, unencrypted ? "yes" : "no", error);
  return NULL;
}

GVariant *
cal_app_set_key(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  CalAddress address;
  const char *text;
  gsize size;
  char canonical[CAL_ADDRESS_TEXT_SIZE];
  g_autoptr(GVariant) bytes = NULL;
  (void)path;
  g_variant_get(arguments, "(&s@ay)", &text, &bytes);
  const guint8 *key = g_variant_get_fixed_array(bytes, &size, 1);
  if (!adopted_address(app, text, canonical, error) || !parse_address(canonical, &address, error))
    return NULL;
  if (size != 0 && size != CAL_KEY_SIZE) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "a key has %d bytes", CAL_KEY_SIZE);
    return NULL;
  }
  cal_keys_set(app->keys, &address, size != 0 ? key : NULL, error);
  return NULL;
}

/* Stored before it holds, so that a failing disk leaves the question open. The journal keeps who said what.
 */
static gboolean
accept_counter(CalApp *app, CalAppTag *tag, const char *address, GError **error)
{
  const CalPressGate before = tag->gate;
  if (!cal_press_gate_accept_anew(&tag->gate)) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
                "nothing is asked about the counter of %s; 'calciferctl alerts' says when something is",
                address);
    return FALSE;
  }
  if (!cal_app_store_gate(app, tag, error)) {
    tag->gate = before;
    return FALSE;
  }
  cal_journal(G_LOG_LEVEL_MESSAGE, CAL_JOURNAL_COUNTER,
              "the owner accepted that the counter of %s began anew: it was %u and is %u", address,
              before.counter, tag->gate.counter);
  return TRUE;
}

GVariant *
cal_app_accept_counter(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  CalAddress address;
  const char *text;
  char canonical[CAL_ADDRESS_TEXT_SIZE];
  (void)path;
  g_variant_get(arguments, "(&s)", &text);
  if (!adopted_address(app, text, canonical, error) || !parse_address(canonical, &address, error))
    return NULL;
  if (accept_counter(app, cal_app_tag(app, &address), canonical, error))
    cal_app_tags_changed(app);
  return NULL;
}

GVariant *
cal_app_cancel_job(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalJob *job = cal_job_find(owner, path);
  (void)arguments;
  if (job == NULL)
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "there is no such job");
  else
    g_cancellable_cancel(cal_job_cancellable(job));
  return NULL;
}
