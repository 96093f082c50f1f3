/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control.h"

#include <math.h>
#include <string.h>

#include "packing.h"

static const char control_xml[] =
    "<node><interface name='" SIM_CONTROL_INTERFACE "'>"
    "<method name='AddTag'><arg type='s' name='address'/><arg type='a{sv}' name='options'/></method>"
    "<method name='AddBroadcaster'><arg type='s' name='address'/><arg type='a{sv}' name='options'/></method>"
    "<method name='Remove'><arg type='s' name='address'/></method>"
    "<method name='Uv'><arg type='s' name='address'/><arg type='x' name='start'/><arg type='u' "
    "name='duration_s'/>"
    "<arg type='d' name='mean'/><arg type='d' name='max'/><arg type='u' name='flags'/>"
    "<arg type='u' name='sequence' direction='out'/></method>"
    "<method name='Intake'><arg type='s' name='address'/><arg type='u' name='slot'/><arg type='u' "
    "name='presses'/>"
    "<arg type='u' name='sequence' direction='out'/></method>"
    "<method name='Wear'><arg type='s' name='address'/><arg type='b' name='on'/>"
    "<arg type='u' name='sequence' direction='out'/></method>"
    "<method name='Raw'><arg type='s' name='address'/><arg type='ay' name='record'/>"
    "<arg type='u' name='sequence' direction='out'/></method>"
    "<method name='Backlog'><arg type='s' name='address'/><arg type='u' name='records'/>"
    "<arg type='x' name='start'/><arg type='u' name='step_s'/><arg type='s' name='pattern'/>"
    "<arg type='u' name='sequence' direction='out'/></method>"
    "<method name='Fault'><arg type='s' name='address'/><arg type='s' name='name'/><arg type='u' "
    "name='value'/>"
    "</method>"
    "<method name='State'><arg type='s' name='address'/><arg type='a{sv}' name='state' "
    "direction='out'/></method>"
    "<method name='History'><arg type='s' name='address'/><arg type='u' name='from'/>"
    "<arg type='a(uay)' name='records' direction='out'/></method>"
    "<method name='Battery'><arg type='s' name='address'/><arg type='u' name='percent'/></method>"
    "<method name='UvIndex'><arg type='s' name='address'/><arg type='u' name='index'/></method>"
    "<method name='SetPairing'><arg type='s' name='address'/><arg type='b' name='open'/></method>"
    "<method name='CutLink'><arg type='s' name='address'/></method>"
    "<method name='SetInRange'><arg type='s' name='address'/><arg type='b' name='in_range'/></method>"
    "<method name='Advertise'><arg type='s' name='address'/><arg type='s' name='uuid'/>"
    "<arg type='ay' name='bytes'/></method>"
    "<method name='BthomeEncrypted'><arg type='s' name='address'/><arg type='ay' name='key'/>"
    "<arg type='u' name='counter'/><arg type='u' name='info'/><arg type='ay' name='objects'/>"
    "<arg type='ay' name='packet' direction='out'/></method>"
    "<method name='Power'><arg type='u' name='adapter'/><arg type='b' name='on'/></method>"
    "<method name='AdapterAdd'><arg type='u' name='index'/><arg type='s' name='address'/></method>"
    "<method name='AdapterRemove'><arg type='u' name='index'/></method>"
    "<method name='EndDiscovery'><arg type='u' name='adapter'/></method>"
    "<method name='Block'><arg type='u' name='adapter'/><arg type='b' name='blocked'/></method>"
    "<method name='Deaf'><arg type='u' name='adapter'/><arg type='u' name='restarts'/></method>"
    "<method name='Storm'><arg type='u' name='adapter'/><arg type='u' name='per_second'/></method>"
    "<method name='Mute'><arg type='b' name='muted'/></method>"
    "<method name='Refuse'><arg type='s' name='method'/><arg type='s' name='error'/>"
    "<arg type='s' name='message'/><arg type='u' name='times'/></method>"
    "<method name='FailCall'><arg type='u' name='n'/><arg type='b' name='ever'/>"
    "<arg type='b' name='reply'/><arg type='u' name='calls' direction='out'/></method>"
    "<method name='Crash'/><method name='Stop'/><method name='Restart'/>"
    "</interface></node>";

/* ---- options ---------------------------------------------------------------------------------------- */

static guint
as_uint(GVariant *value, guint otherwise)
{
  switch (g_variant_classify(value)) {
  case G_VARIANT_CLASS_BOOLEAN:
    return g_variant_get_boolean(value) ? 1 : 0;
  case G_VARIANT_CLASS_BYTE:
    return g_variant_get_byte(value);
  case G_VARIANT_CLASS_UINT16:
    return g_variant_get_uint16(value);
  case G_VARIANT_CLASS_INT32:
    return (guint)g_variant_get_int32(value);
  case G_VARIANT_CLASS_UINT32:
    return g_variant_get_uint32(value);
  case G_VARIANT_CLASS_INT64:
    return (guint)g_variant_get_int64(value);
  case G_VARIANT_CLASS_INT16:
  case G_VARIANT_CLASS_UINT64:
  case G_VARIANT_CLASS_HANDLE:
  case G_VARIANT_CLASS_DOUBLE:
  case G_VARIANT_CLASS_STRING:
  case G_VARIANT_CLASS_OBJECT_PATH:
  case G_VARIANT_CLASS_SIGNATURE:
  case G_VARIANT_CLASS_VARIANT:
  case G_VARIANT_CLASS_MAYBE:
  case G_VARIANT_CLASS_ARRAY:
  case G_VARIANT_CLASS_TUPLE:
  case G_VARIANT_CLASS_DICT_ENTRY:
    break;
  }
  return otherwise;
}

guint
sim_control_option(GVariant *options, const char *key, guint otherwise)
{
  g_autoptr(GVariant) value = g_variant_lookup_value(options, key, NULL);
  return value ? as_uint(value, otherwise) : otherwise;
}

gboolean
sim_control_tag_options(GVariant *options, const char *const *more, SimTagOptions *tag, GError **error)
{
  static const char *const known[] = { "version",   "features",         "slots", "capacity", "log-id",
                                       "clock-set", "per-notification", "wear",  NULL };
  GVariantIter at;
  const char *key;
  g_variant_iter_init(&at, options);
  while (g_variant_iter_next(&at, "{&sv}", &key, NULL))
    if (!g_strv_contains(known, key) && !(more && g_strv_contains(more, key))) {
      g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, "a tag has no option %s", key);
      return FALSE;
    }
  *tag = SIM_TAG_OPTIONS_DEFAULT;
  tag->version = (guint8)sim_control_option(options, "version", tag->version);
  tag->features = (guint16)sim_control_option(options, "features", tag->features);
  if (sim_control_option(options, "wear", 0))
    tag->features |= SIM_FEATURE_WEAR;
  tag->slots = (guint8)sim_control_option(options, "slots", tag->slots);
  tag->capacity = MAX(1, sim_control_option(options, "capacity", tag->capacity));
  tag->log_id = sim_control_option(options, "log-id", 0);
  tag->clock_set = sim_control_option(options, "clock-set", 0) != 0;
  tag->per_notification = sim_control_option(options, "per-notification", tag->per_notification);
  return TRUE;
}

/* ---- a tag's methods -------------------------------------------------------------------------------- */

static GVariant *
sequence_result(guint32 sequence)
{
  return g_variant_new("(u)", sequence);
}

static GVariant *
do_uv(SimTag *tag, GVariant *arguments, GError **error)
{
  (void)error;
  gint64 start;
  guint duration, flags;
  double mean, max;
  g_variant_get(arguments, "(&sxuddu)", NULL, &start, &duration, &mean, &max, &flags);
  return sequence_result(sim_tag_uv(tag, start, (guint16)duration, (guint16)lround(mean * 100),
                                    (guint16)lround(max * 100), (guint8)flags));
}

static GVariant *
do_intake(SimTag *tag, GVariant *arguments, GError **error)
{
  (void)error;
  guint slot, presses;
  g_variant_get(arguments, "(&suu)", NULL, &slot, &presses);
  return sequence_result(sim_tag_intake(tag, (guint8)slot, (guint8)presses));
}

static GVariant *
do_wear(SimTag *tag, GVariant *arguments, GError **error)
{
  (void)error;
  gboolean on;
  g_variant_get(arguments, "(&sb)", NULL, &on);
  return sequence_result(sim_tag_wear(tag, on));
}

static GVariant *
do_raw(SimTag *tag, GVariant *arguments, GError **error)
{
  g_autoptr(GVariant) bytes = g_variant_get_child_value(arguments, 1);
  gsize size;
  const guint8 *record = g_variant_get_fixed_array(bytes, &size, 1);
  if (size == SIM_RECORD_SIZE)
    return sequence_result(sim_tag_raw(tag, record));
  g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, "a record has 20 bytes, not %" G_GSIZE_FORMAT,
              size);
  return NULL;
}

/* The mean UV index × 100 of one record. "day": up at 5 h UTC, 7 at noon, down at 19 h; "constant": 3. */
static guint16
pattern_uvi(const char *pattern, gint64 start)
{
  if (g_str_equal(pattern, "constant"))
    return 300;
  double hour = (double)(start % 86400) / 3600.0;
  if (hour < 5 || hour > 19)
    return 0;
  double height = sin(G_PI * (hour - 5) / 14);
  return (guint16)lround(700 * height * height);
}

/* "mixed" is "day" with every twentieth record an intake at its time. */
static guint32
store_one(SimTag *tag, const char *pattern, guint index, gint64 start, guint step)
{
  if (g_str_equal(pattern, "mixed") && index % 20 == 19) {
    guint8 record[SIM_RECORD_SIZE] = { 0 };
    gboolean dated = sim_tag_shown_clock(tag) != 0;
    sim_put_u32(record + 4, dated ? (guint32)start : 0);
    sim_put_u16(record + 8, 1);
    record[10] = 2;
    record[11] = dated ? SIM_FLAG_CLOCK : 0;
    record[12] = 1;
    record[13] = 1;
    return sim_tag_raw(tag, record);
  }
  guint16 mean = pattern_uvi(pattern, start);
  return sim_tag_uv(tag, start, (guint16)step, mean, (guint16)(mean + mean / 5), SIM_FLAG_WORN);
}

static GVariant *
do_backlog(SimTag *tag, GVariant *arguments, GError **error)
{
  static const char *const patterns[] = { "constant", "day", "mixed", NULL };
  guint records, step;
  gint64 start;
  const char *pattern;
  g_variant_get(arguments, "(&suxu&s)", NULL, &records, &start, &step, &pattern);
  if (!g_strv_contains(patterns, pattern)) {
    g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, "no pattern %s: constant, day or mixed",
                pattern);
    return NULL;
  }
  guint32 sequence = sim_tag_newest(tag);
  for (guint i = 0; i < records; i++)
    sequence = store_one(tag, pattern, i, start + (gint64)i * step, step);
  return sequence_result(sequence);
}

static GVariant *
do_history(SimTag *tag, GVariant *arguments, GError **error)
{
  (void)error;
  guint from;
  g_variant_get(arguments, "(&su)", NULL, &from);
  const GByteArray *history = sim_tag_history(tag);
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a(uay)"));
  for (guint at = from * SIM_HISTORY_SIZE; at < history->len; at += SIM_HISTORY_SIZE)
    g_variant_builder_add(
        &builder, "(u@ay)", sim_get_u32(history->data + at),
        g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, history->data + at + 4, SIM_RECORD_SIZE, 1));
  return g_variant_new("(a(uay))", &builder);
}

static const struct {
  const char *method;
  GVariant *(*handle)(SimTag *tag, GVariant *arguments, GError **error);
} tag_methods[] = {
  { "Uv", do_uv },   { "Intake", do_intake },   { "Wear", do_wear },
  { "Raw", do_raw }, { "Backlog", do_backlog }, { "History", do_history },
};

/* ---- faults and state ------------------------------------------------------------------------------- */

static gboolean
one_shot(SimTag *tag, const char *name, guint value)
{
  if (g_str_equal(name, "jump"))
    sim_tag_jump(tag, value);
  else if (g_str_equal(name, "new-log"))
    sim_tag_new_log(tag);
  else if (g_str_equal(name, "reboot"))
    sim_tag_reboot(tag);
  else if (g_str_equal(name, "clock"))
    sim_tag_set_clock(tag, value);
  else
    return FALSE;
  return TRUE;
}

static gboolean
do_fault(const SimControlHost *host, SimTag *tag, GVariant *arguments, GError **error)
{
  const char *address, *name;
  guint value;
  g_variant_get(arguments, "(&s&su)", &address, &name, &value);
  if (sim_faults_set(sim_tag_faults(tag), name, value) || one_shot(tag, name, value) ||
      host->fault(address, name, value, host->user))
    return TRUE;
  g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, "there is no fault %s", name);
  return FALSE;
}

static void
add_u(GVariantBuilder *state, const char *key, guint value)
{
  g_variant_builder_add(state, "{sv}", key, g_variant_new_uint32(value));
}

static GVariant *
do_state(const SimControlHost *host, SimTag *tag, const char *address)
{
  const SimStore *store = sim_tag_store(tag);
  guint count = sim_store_count(store);
  GVariantBuilder state;
  g_variant_builder_init(&state, G_VARIANT_TYPE_VARDICT);
  add_u(&state, "stored", count);
  add_u(&state, "oldest", count ? sim_record_sequence(sim_store_at(store, 0)) : 0);
  add_u(&state, "newest", sim_tag_newest(tag));
  add_u(&state, "ever", sim_tag_history(tag)->len / SIM_HISTORY_SIZE);
  add_u(&state, "log-id", sim_tag_options(tag)->log_id);
  add_u(&state, "clock", sim_tag_shown_clock(tag));
  add_u(&state, "deleted-up-to", sim_tag_deleted_up_to(tag));
  add_u(&state, "deletes", sim_tag_deletes(tag));
  g_variant_builder_add(&state, "{sv}", "busy", g_variant_new_boolean(sim_tag_is_busy(tag)));
  host->state(address, &state, host->user);
  return g_variant_new("(a{sv})", &state);
}

/* ---- dispatch --------------------------------------------------------------------------------------- */

static SimTag *
tag_of(const SimControlHost *host, GVariant *arguments, GError **error)
{
  const char *address;
  g_variant_get_child(arguments, 0, "&s", &address);
  SimTag *tag = host->tag(address, host->user);
  if (!tag)
    g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, "there is no tag %s", address);
  return tag;
}

/* TRUE when the method is one of a tag; then *result or *error is set, or the method returns nothing. */
static gboolean
call_tag(const SimControlHost *host, const char *method, GVariant *arguments, GVariant **result,
         GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(tag_methods); i++)
    if (g_str_equal(tag_methods[i].method, method)) {
      SimTag *tag = tag_of(host, arguments, error);
      *result = tag ? tag_methods[i].handle(tag, arguments, error) : NULL;
      return TRUE;
    }
  gboolean fault = g_str_equal(method, "Fault");
  if (!fault && !g_str_equal(method, "State"))
    return FALSE;
  const char *address;
  g_variant_get_child(arguments, 0, "&s", &address);
  SimTag *tag = tag_of(host, arguments, error);
  if (tag && fault)
    do_fault(host, tag, arguments, error);
  else if (tag)
    *result = do_state(host, tag, address);
  return TRUE;
}

static void
on_call(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
        const char *method, GVariant *arguments, GDBusMethodInvocation *call, gpointer user)
{
  (void)connection, (void)sender, (void)path, (void)interface;
  const SimControlHost *host = user;
  GError *error = NULL;
  GVariant *result = NULL;
  if (!call_tag(host, method, arguments, &result, &error))
    host->call(method, arguments, &result, &error, host->call_user);
  if (error)
    g_dbus_method_invocation_take_error(call, error);
  else
    g_dbus_method_invocation_return_value(call, result);
}

void
sim_control_export(GDBusConnection *connection, const SimControlHost *host)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusNodeInfo) info = g_dbus_node_info_new_for_xml(control_xml, &error);
  g_assert_no_error(error);
  g_dbus_connection_register_object(connection, SIM_CONTROL_PATH, info->interfaces[0], &vtable,
                                    (gpointer)host, NULL, &error);
  g_assert_no_error(error);
}
