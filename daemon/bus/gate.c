/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"

#include "error.h"

struct CalBusGate {
  GDBusConnection *connection;
  guint filter_id;
};

/* Of the thread that reads and writes, which may come once more when the gate is gone. */
typedef struct {
  GHashTable *under_way; /* caller -> how many, as GUINT_TO_POINTER; only those with any */
  char *error_name;
} Counts;

static void
counts_free(gpointer data)
{
  Counts *counts = data;
  g_hash_table_unref(counts->under_way);
  g_free(counts->error_name);
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

/* The answer passes here, too, and is counted as the end of what it answers. */
static void
refuse(GDBusConnection *connection, const Counts *counts, GDBusMessage *call)
{
  g_autofree char *sentence = g_strdup_printf(
      "%d calls of yours are under way; read their answers before you call again", CAL_BUS_UNDER_WAY_MAX);
  g_autoptr(GDBusMessage) answer =
      g_dbus_message_new_method_error_literal(call, counts->error_name, sentence);
  g_dbus_connection_send_message(connection, answer, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

/* One to which no answer is wanted, as one that is answered. A message that came in is locked; NULL when it
 * cannot be copied. */
static GDBusMessage *
as_answered(GDBusMessage *call)
{
  const guint unanswered = G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED;
  const guint flags = g_dbus_message_get_flags(call);
  if ((flags & unanswered) == 0)
    return call;
  GDBusMessage *copy = g_dbus_message_copy(call, NULL);
  g_object_unref(call);
  if (copy != NULL)
    g_dbus_message_set_flags(copy, (GDBusMessageFlags)(flags & ~unanswered));
  return copy;
}

static GDBusMessage *
take_call(GDBusConnection *connection, Counts *counts, GDBusMessage *call)
{
  call = as_answered(call);
  if (call == NULL)
    return NULL;
  const char *sender = g_dbus_message_get_sender(call);
  const char *caller = sender != NULL ? sender : "";
  const guint count = count_of(counts, caller);
  set_count(counts, caller, count + 1);
  if (count < CAL_BUS_UNDER_WAY_MAX)
    return call;
  refuse(connection, counts, call);
  g_object_unref(call);
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
    return take_call(connection, data, message);
  if (!incoming && (type == G_DBUS_MESSAGE_TYPE_METHOD_RETURN || type == G_DBUS_MESSAGE_TYPE_ERROR))
    note_answer(data, message);
  return message;
}

CalBusGate *
cal_bus_gate_new(GDBusConnection *connection)
{
  CalBusGate *gate = g_new0(CalBusGate, 1);
  Counts *counts = g_new0(Counts, 1);
  const GError limit = { CAL_ERROR, CAL_ERROR_LIMIT, NULL };
  counts->under_way = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  counts->error_name = g_dbus_error_encode_gerror(&limit);
  gate->connection = connection;
  gate->filter_id = g_dbus_connection_add_filter(connection, on_message, counts, counts_free);
  return gate;
}

void
cal_bus_gate_free(CalBusGate *gate)
{
  g_dbus_connection_remove_filter(gate->connection, gate->filter_id);
  g_free(gate);
}
