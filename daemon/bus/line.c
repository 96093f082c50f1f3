/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "line.h"

#include "error.h"

typedef struct {
  char *name;
  GQueue waiting; /* GDBusMethodInvocation, owned */
} Caller;

struct CalBusLine {
  CalBusServe serve;
  gpointer data;
  GHashTable *callers; /* name -> Caller, owned: only those of whom something waits */
  GQueue turns;        /* the same, in the order of their turns */
  guint round_id;
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
  return line;
}

void
cal_bus_line_free(CalBusLine *line)
{
  g_clear_handle_id(&line->round_id, g_source_remove);
  g_queue_clear(&line->turns);
  g_hash_table_unref(line->callers);
  g_free(line);
}

/* The next caller's next call; what it leads to may push further ones. */
static void
serve_next(CalBusLine *line)
{
  Caller *caller = g_queue_pop_head(&line->turns);
  GDBusMethodInvocation *call = g_queue_pop_head(&caller->waiting);
  if (caller->waiting.length > 0)
    g_queue_push_tail(&line->turns, caller);
  else
    g_hash_table_remove(line->callers, caller->name);
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

static Caller *
ensure_caller(CalBusLine *line, const char *name)
{
  Caller *caller = g_hash_table_lookup(line->callers, name);
  if (caller != NULL)
    return caller;
  caller = g_new0(Caller, 1);
  caller->name = g_strdup(name);
  g_queue_init(&caller->waiting);
  g_hash_table_insert(line->callers, caller->name, caller);
  g_queue_push_tail(&line->turns, caller);
  return caller;
}

void
cal_bus_line_push(CalBusLine *line, GDBusMethodInvocation *call)
{
  const char *sender = g_dbus_method_invocation_get_sender(call);
  Caller *caller = ensure_caller(line, sender != NULL ? sender : "");
  g_queue_push_tail(&caller->waiting, call);
  if (line->round_id == 0)
    line->round_id = g_idle_add_full(G_PRIORITY_DEFAULT, on_round, line, NULL);
}
