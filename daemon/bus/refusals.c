/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "refusals.h"

#include "error.h"

typedef struct {
  char *name;
  GQueue serials; /* GUINT_TO_POINTER, the oldest first */
} Caller;

struct CalBusRefusals {
  GDBusConnection *connection; /* whose owner closes this first */
  GMainContext *context;
  char *error_name;
  char *sentence;
  GMutex lock;         /* of all that follows */
  GHashTable *callers; /* name -> Caller, owned: only those of whom something waits */
  GQueue turns;        /* the same, in the order of their turns */
  guint n_waiting;
  GSource *timer; /* NULL: nothing waits */
  gboolean is_closed;
};

static void
caller_free(gpointer data)
{
  Caller *caller = data;
  g_queue_clear(&caller->serials);
  g_free(caller->name);
  g_free(caller);
}

CalBusRefusals *
cal_bus_refusals_new(GDBusConnection *connection, const char *sentence)
{
  CalBusRefusals *refusals = g_atomic_rc_box_new0(CalBusRefusals);
  const GError limit = { CAL_ERROR, CAL_ERROR_LIMIT, NULL };
  refusals->connection = connection;
  refusals->context = g_main_context_ref_thread_default();
  refusals->error_name = g_dbus_error_encode_gerror(&limit);
  refusals->sentence = g_strdup(sentence);
  g_mutex_init(&refusals->lock);
  refusals->callers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, caller_free);
  g_queue_init(&refusals->turns);
  return refusals;
}

CalBusRefusals *
cal_bus_refusals_ref(CalBusRefusals *refusals)
{
  return g_atomic_rc_box_acquire(refusals);
}

static void
clear(gpointer data)
{
  CalBusRefusals *refusals = data;
  g_queue_clear(&refusals->turns);
  g_hash_table_unref(refusals->callers);
  g_mutex_clear(&refusals->lock);
  g_free(refusals->sentence);
  g_free(refusals->error_name);
  g_main_context_unref(refusals->context);
}

void
cal_bus_refusals_unref(gpointer refusals)
{
  g_atomic_rc_box_release_full(refusals, clear);
}

static void
end_timer(CalBusRefusals *refusals)
{
  if (refusals->timer != NULL)
    g_source_destroy(refusals->timer);
  g_clear_pointer(&refusals->timer, g_source_unref);
}

void
cal_bus_refusals_close(CalBusRefusals *refusals)
{
  g_mutex_lock(&refusals->lock);
  refusals->is_closed = TRUE;
  end_timer(refusals);
  g_mutex_unlock(&refusals->lock);
}

/* Who writes it to the bus takes it. */
static GDBusMessage *
make_answer(const CalBusRefusals *refusals, const char *caller, guint32 serial)
{
  GDBusMessage *answer = g_dbus_message_new();
  g_dbus_message_set_message_type(answer, G_DBUS_MESSAGE_TYPE_ERROR);
  g_dbus_message_set_flags(answer, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
  g_dbus_message_set_reply_serial(answer, serial);
  g_dbus_message_set_destination(answer, *caller != '\0' ? caller : NULL);
  g_dbus_message_set_error_name(answer, refusals->error_name);
  g_dbus_message_set_body(answer, g_variant_new("(s)", refusals->sentence));
  return answer;
}

static void
tell(gpointer answer, gpointer connection)
{
  g_dbus_connection_send_message(connection, answer, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

/* The next caller's oldest. */
static GDBusMessage *
take_next(CalBusRefusals *refusals)
{
  Caller *caller = g_queue_pop_head(&refusals->turns);
  const guint32 serial = GPOINTER_TO_UINT(g_queue_pop_head(&caller->serials));
  GDBusMessage *answer = make_answer(refusals, caller->name, serial);
  refusals->n_waiting--;
  if (caller->serials.length > 0)
    g_queue_push_tail(&refusals->turns, caller);
  else
    g_hash_table_remove(refusals->callers, caller->name);
  return answer;
}

static GPtrArray *
take_some(CalBusRefusals *refusals)
{
  GPtrArray *answers = g_ptr_array_new_with_free_func(g_object_unref);
  g_mutex_lock(&refusals->lock);
  while (answers->len < CAL_BUS_REFUSALS_AT_ONCE && refusals->n_waiting > 0)
    g_ptr_array_add(answers, take_next(refusals));
  if (refusals->n_waiting == 0)
    end_timer(refusals);
  g_mutex_unlock(&refusals->lock);
  return answers;
}

static gboolean
on_time(gpointer data)
{
  CalBusRefusals *refusals = data;
  g_autoptr(GPtrArray) answers = take_some(refusals);
  g_ptr_array_foreach(answers, tell, refusals->connection);
  return G_SOURCE_CONTINUE; /* it is destroyed when nothing waits */
}

static void
begin_timer(CalBusRefusals *refusals)
{
  refusals->timer = g_timeout_source_new(CAL_BUS_REFUSALS_EVERY_MS);
  g_source_set_callback(refusals->timer, on_time, cal_bus_refusals_ref(refusals), cal_bus_refusals_unref);
  g_source_attach(refusals->timer, refusals->context);
}

static Caller *
ensure_caller(CalBusRefusals *refusals, const char *name)
{
  Caller *caller = g_hash_table_lookup(refusals->callers, name);
  if (caller != NULL)
    return caller;
  caller = g_new0(Caller, 1);
  caller->name = g_strdup(name);
  g_queue_init(&caller->serials);
  g_hash_table_insert(refusals->callers, caller->name, caller);
  g_queue_push_tail(&refusals->turns, caller);
  return caller;
}

/* FALSE: there is no room. */
static gboolean
keep(CalBusRefusals *refusals, const char *caller, guint32 serial)
{
  if (refusals->n_waiting >= CAL_BUS_REFUSALS_MAX)
    return FALSE;
  g_queue_push_tail(&ensure_caller(refusals, caller)->serials, GUINT_TO_POINTER(serial));
  refusals->n_waiting++;
  if (refusals->timer == NULL)
    begin_timer(refusals);
  return TRUE;
}

void
cal_bus_refusals_add(CalBusRefusals *refusals, const char *caller, guint32 serial)
{
  g_mutex_lock(&refusals->lock);
  const gboolean is_late = refusals->is_closed;
  const gboolean is_kept = !is_late && keep(refusals, caller, serial);
  g_mutex_unlock(&refusals->lock);
  if (is_late || is_kept)
    return;
  g_autoptr(GDBusMessage) answer = make_answer(refusals, caller, serial);
  tell(answer, refusals->connection);
}
