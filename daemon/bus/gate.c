/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"

#include "refusals.h"

struct CalBusGate {
  GDBusConnection *connection;
  CalBusRefusals *refusals;
  guint filter_id;
};

/* Of the thread that reads and writes, which may come once more when the gate is gone. */
typedef struct {
  GHashTable *under_way; /* caller -> how many, as GUINT_TO_POINTER; only those with any */
  CalBusRefusals *refusals;
} Counts;

static void
counts_free(gpointer data)
{
  Counts *counts = data;
  g_hash_table_unref(counts->under_way);
  cal_bus_refusals_unref(counts->refusals);
  g_free(counts);
}

static guint
count_of(const Counts *counts, const char *caller)
{
  return GPOINTER_TO_UINT(g_hash_table_lookup(counts->under_way, caller));
}

static void
set_count(Counts *counts, const char *caller, guint count)
{
  if (count > 0)
    g_hash_table_insert(counts->under_way, g_strdup(caller), GUINT_TO_POINTER(count));
  else
    g_hash_table_remove(counts->under_way, caller);
}

static gboolean
wants_answer(GDBusMessage *call)
{
  return (g_dbus_message_get_flags(call) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) == 0;
}

/* One to which no answer is wanted, as one that is answered. A message that came in is locked; NULL when it
 * cannot be copied. */
static GDBusMessage *
as_answered(GDBusMessage *call)
{
  if (wants_answer(call))
    return call;
  const guint flags = g_dbus_message_get_flags(call);
  GDBusMessage *copy = g_dbus_message_copy(call, NULL);
  g_object_unref(call);
  if (copy != NULL)
    g_dbus_message_set_flags(copy,
                             (GDBusMessageFlags)(flags & ~(guint)G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED));
  return copy;
}

static GDBusMessage *
admit(Counts *counts, const char *caller, GDBusMessage *call)
{
  GDBusMessage *answered = as_answered(call);
  if (answered != NULL)
    set_count(counts, caller, count_of(counts, caller) + 1);
  return answered;
}

/* Its error passes here, too, and is counted as the end of what it answers. */
static void
refuse(Counts *counts, const char *caller, GDBusMessage *call)
{
  if (wants_answer(call)) {
    set_count(counts, caller, count_of(counts, caller) + 1);
    cal_bus_refusals_add(counts->refusals, caller, g_dbus_message_get_serial(call));
  }
  g_object_unref(call);
}

static GDBusMessage *
take_call(Counts *counts, GDBusMessage *call)
{
  const char *sender = g_dbus_message_get_sender(call);
  g_autofree char *caller = g_strdup(sender != NULL ? sender : "");
  if (count_of(counts, caller) < CAL_BUS_UNDER_WAY_MAX)
    return admit(counts, caller, call);
  refuse(counts, caller, call);
  return NULL;
}

static void
note_answer(Counts *counts, GDBusMessage *answer)
{
  const char *destination = g_dbus_message_get_destination(answer);
  const char *caller = destination != NULL ? destination : "";
  const guint count = count_of(counts, caller);
  if (count > 0)
    set_count(counts, caller, count - 1);
}

static GDBusMessage *
on_message(GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  const GDBusMessageType type = g_dbus_message_get_message_type(message);
  if (incoming && type == G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return take_call(data, message);
  if (!incoming && (type == G_DBUS_MESSAGE_TYPE_METHOD_RETURN || type == G_DBUS_MESSAGE_TYPE_ERROR))
    note_answer(data, message);
  (void)connection;
  return message;
}

static CalBusRefusals *
new_refusals(GDBusConnection *connection)
{
  g_autofree char *sentence = g_strdup_printf(
      "%d calls of yours are under way; read their answers before you call again", CAL_BUS_UNDER_WAY_MAX);
  return cal_bus_refusals_new(connection, sentence);
}

CalBusGate *
cal_bus_gate_new(GDBusConnection *connection)
{
  CalBusGate *gate = g_new0(CalBusGate, 1);
  Counts *counts = g_new0(Counts, 1);
  gate->connection = connection;
  gate->refusals = new_refusals(connection);
  counts->under_way = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  counts->refusals = cal_bus_refusals_ref(gate->refusals);
  gate->filter_id = g_dbus_connection_add_filter(connection, on_message, counts, counts_free);
  return gate;
}

void
cal_bus_gate_free(CalBusGate *gate)
{
  g_dbus_connection_remove_filter(gate->connection, gate->filter_id);
  cal_bus_refusals_close(gate->refusals);
  cal_bus_refusals_unref(gate->refusals);
  g_free(gate);
}
