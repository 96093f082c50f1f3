/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "line.h"

#include "error.h"

typedef struct {
  char *name;
  GQueue waiting; /* GDBusMethodInvocation, owned */
  guint credit;
  gint64 credited_us; /* when it got the last of it, by the clock without steps */
} Caller;

struct CalBusLine {
  CalBusServe serve;
  gpointer data;
  GHashTable *callers; /* name -> Caller, owned: of whom something waits, or who has not all of the credit */
  GQueue turns;        /* those of whom something waits, in the order of their turns, */
  GQueue resting;      /* and those of them who must wait for credit */
  guint round_id;
  guint rest_id;
};

static void
refuse(gpointer call, gpointer unused)
{
  g_dbus_method_invocation_return_error_literal(call, CAL_ERROR, CAL_ERROR_UNAVAILABLE,
                                                "the daemon is ending");
  (void)unused;
}

static void
caller_free(gpointer data)
{
  Caller *caller = data;
  g_queue_foreach(&caller->waiting, refuse, NULL);
  g_queue_clear(&caller->waiting);
  g_free(caller->name);
  g_free(caller);
}

CalBusLine *
cal_bus_line_new(CalBusServe serve, gpointer data)
{
  CalBusLine *line = g_new0(CalBusLine, 1);
  line->serve = serve;
  line->data = data;
  line->callers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, caller_free);
  g_queue_init(&line->turns);
  g_queue_init(&line->resting);
  return line;
}

void
cal_bus_line_free(CalBusLine *line)
{
  g_clear_handle_id(&line->round_id, g_source_remove);
  g_clear_handle_id(&line->rest_id, g_source_remove);
  g_queue_clear(&line->turns);
  g_queue_clear(&line->resting);
  g_hash_table_unref(line->callers);
  g_free(line);
}

static void
earn(Caller *caller, gint64 now_us)
{
  const gint64 rest_us = CAL_BUS_REST_MS * G_TIME_SPAN_MILLISECOND;
  const gint64 earned = (now_us - caller->credited_us) / rest_us;
  if (earned >= CAL_BUS_CREDIT - (gint64)caller->credit) {
    caller->credit = CAL_BUS_CREDIT;
    caller->credited_us = now_us;
  } else {
    caller->credit += (guint)earned;
    caller->credited_us += earned * rest_us;
  }
}

/* Whether the first in its line may be served; takes the credit for it. */
static gboolean
may_go(Caller *caller)
{
  if (caller->waiting.length == 1)
    return TRUE;
  earn(caller, g_get_monotonic_time());
  if (caller->credit == 0)
    return FALSE;
  caller->credit--;
  return TRUE;
}

static void begin_round(CalBusLine *line);

static gboolean
on_rested(gpointer data)
{
  CalBusLine *line = data;
  while (line->resting.length > 0)
    g_queue_push_tail_link(&line->turns, g_queue_pop_head_link(&line->resting));
  begin_round(line);
  line->rest_id = 0;
  return G_SOURCE_REMOVE;
}

static void
rest(CalBusLine *line, Caller *caller)
{
  g_queue_push_tail(&line->resting, caller);
  if (line->rest_id == 0)
    line->rest_id = g_timeout_add(CAL_BUS_REST_MS, on_rested, line);
}

/* The next caller's next call; what it leads to may push further ones. */
static void
serve_next(CalBusLine *line)
{
  Caller *caller = g_queue_pop_head(&line->turns);
  if (!may_go(caller)) {
    rest(line, caller);
    return;
  }
  GDBusMethodInvocation *call = g_queue_pop_head(&caller->waiting);
  if (caller->waiting.length > 0)
    g_queue_push_tail(&line->turns, caller);
  line->serve(call, line->data);
}

/* One call of each caller who waits now. What comes in meanwhile stands behind. */
static gboolean
on_round(gpointer data)
{
  CalBusLine *line = data;
  for (guint n = line->turns.length; n > 0; n--)
    serve_next(line);
  if (line->turns.length > 0)
    return G_SOURCE_CONTINUE;
  line->round_id = 0;
  return G_SOURCE_REMOVE;
}

static void
begin_round(CalBusLine *line)
{
  if (line->round_id == 0)
    line->round_id = g_idle_add_full(G_PRIORITY_DEFAULT, on_round, line, NULL);
}

/* A caller of whom nothing is known begins with all of the credit, too. */
static gboolean
is_as_new(gpointer name, gpointer data, gpointer now_us)
{
  Caller *caller = data;
  earn(caller, *(const gint64 *)now_us);
  (void)name;
  return caller->waiting.length == 0 && caller->credit == CAL_BUS_CREDIT;
}

static Caller *
ensure_caller(CalBusLine *line, const char *name)
{
  Caller *caller = g_hash_table_lookup(line->callers, name);
  if (caller != NULL)
    return caller;
  const gint64 now_us = g_get_monotonic_time();
  g_hash_table_foreach_remove(line->callers, is_as_new, (gpointer)&now_us);
  caller = g_new0(Caller, 1);
  caller->name = g_strdup(name);
  caller->credit = CAL_BUS_CREDIT;
  caller->credited_us = now_us;
  g_queue_init(&caller->waiting);
  g_hash_table_insert(line->callers, caller->name, caller);
  return caller;
}

void
cal_bus_line_push(CalBusLine *line, GDBusMethodInvocation *call)
{
  const char *sender = g_dbus_method_invocation_get_sender(call);
  Caller *caller = ensure_caller(line, sender != NULL ? sender : "");
  if (caller->waiting.length == 0)
    g_queue_push_tail(&line->turns, caller);
  g_queue_push_tail(&caller->waiting, call);
  begin_round(line);
}
