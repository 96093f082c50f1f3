/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.calciferd.Tags1 and org.calciferd.Job1 */
#include "requests.h"

#include "commit.h"
#include "error.h"
#include "gates.h"
#include "job.h"
#include "publish.h"
#include "tags.h"

#include <string.h>

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
  g_variant_builder_add(&row, "{sv}", "model",
                        g_variant_new_string(found->device != NULL ? found->device->model : ""));
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
  if (!link_is_there(app, error) || !cal_job_has_room(app, error))
    return NULL;
  Scan *scan = g_new0(Scan, 1);
  scan->job = cal_job_new(app, "Looking for tags.");
  scan->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_variant_unref);
  cal_link_scan(app->link, seconds, on_found, scan, cal_job_cancellable(scan->job), on_scanned, scan);
  return g_variant_new("(o)", cal_job_path(scan->job));
}

/* -- Adopt
 * -------------------------------------------------------------------------------------------------------- */

static GVariant *
describe_adopted(const char *address, const CalAdopted *adopted)
{
  const CalDevice *device = adopted->device;
  GVariantBuilder result = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&result, "{sv}", "kind", g_variant_new_string(cal_app_tag_kind_name(adopted->kind)));
  g_variant_builder_add(&result, "{sv}", "address", g_variant_new_string(address));
  g_variant_builder_add(&result, "{sv}", "model", g_variant_new_string(device != NULL ? device->model : ""));
  g_variant_builder_add(&result, "{sv}", "buttons",
                        g_variant_new_uint32(device != NULL ? device->buttons : 0));
  return g_variant_builder_end(&result);
}

/* A role of its own is entered only where the kind's would be wrong: of a button nobody wants the light. It
 * is the daemon's word, so that undo takes back what its owner did. */
static gboolean
enter_role(CalApp *app, const CalAdopted *adopted, const char *address, CalInstant at, GError **error)
{
  if (!adopted->buttons_alone)
    return TRUE;
  CalEntry entry =
      cal_app_entry(CAL_ENTRY_ROLE, CAL_WAY_DAEMON, at, address, cal_role_name(CAL_ROLE_BUTTONS));
  return cal_app_enter(app, &entry, error);
}

static gboolean
enter_adoption(CalApp *app, CalJob *job, const CalAdopted *adopted, GError **error)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  const char *word = cal_app_tag_kind_entered(adopted->kind);
  g_autofree char *value = adopted->slots == 0 ? g_strdup(word)
                                               : g_strdup_printf("%s slots=%u%s", word, adopted->slots,
                                                                 adopted->feels_wear ? " wear" : "");
  cal_address_format(&adopted->identity, address);
  /* What a tag can do was so when it stored what it now brings. One that comes back is known already; and
   * where as many are known as there may be, room for it was made by forgetting another, and is not there
   * before. */
  const gboolean known = cal_context_source(app->context, &adopted->identity) != NULL;
  const gboolean is_full = app->context->n_sources >= CAL_CONTEXT_MAX_TAGS;
  const CalInstant since = known || is_full ? 0 : CAL_CONTEXT_ALWAYS;
  CalEntry entry = cal_app_entry(CAL_ENTRY_TAG, CAL_WAY_HAND, since, address, value);
  cal_job_set_result(job, describe_adopted(address, adopted));
  return cal_app_enter(app, &entry, error) && enter_role(app, adopted, address, since, error);
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
  if (!cal_job_has_room(app, error))
    return NULL;
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
  return cal_app_fits(name, value, error) && cal_app_enter(app, &entry, error);
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

typedef struct {
  CalJob *job;
  CalAddress address;
} Fetch;

static void
keep_key(CalApp *app, const CalAddress *address, const CalBthomeKey *key, GError **error)
{
  if (cal_app_tag(app, address) != NULL)
    cal_keys_set(app->keys, address, key->octet, error);
  else
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "The tag was forgotten meanwhile.");
}

static void
on_key_fetched(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Fetch *fetch = data;
  CalBthomeKey key;
  g_autoptr(GError) error = NULL;
  CalApp *app = cal_job_app(fetch->job);
  (void)source;
  if (cal_link_fetch_key_finish(app->link, result, &key, &error)) {
    keep_key(app, &fetch->address, &key, &error);
    explicit_bzero(&key, sizeof key);
  }
  cal_job_finish(fetch->job, error);
}

GVariant *
cal_app_fetch_key(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  CalAddress address;
  const char *text;
  char canonical[CAL_ADDRESS_TEXT_SIZE];
  (void)path;
  g_variant_get(arguments, "(&s)", &text);
  if (!adopted_address(app, text, canonical, error) || !parse_address(canonical, &address, error) ||
      !link_is_there(app, error))
    return NULL;
  if (cal_app_tag(app, &address)->kind != CAL_TAG_BTHOME) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_REFUSED, "%s is no BTHome tag and needs no key", canonical);
    return NULL;
  }
  if (!cal_job_has_room(app, error))
    return NULL;
  Fetch *fetch = g_new0(Fetch, 1);
  fetch->address = address;
  fetch->job = cal_job_new(app, "Hold its button for more than 10 seconds, until its light flashes.");
  cal_link_fetch_key(app->link, &address, cal_job_cancellable(fetch->job), on_key_fetched, fetch);
  return g_variant_new("(o)", cal_job_path(fetch->job));
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
