/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "notifier.h"

#include "bubble_step.h"
#include "early.h"
#include "outbox.h"
#include "server.h"

typedef struct Topic {
  CalNotifier *notifier; /* which owns us */
  CalBubble *wanted;     /* the newest words */
  CalBubbleState state;
  guint32 id;        /* valid while state.on_screen */
  guint64 call;      /* number of the call whose answer the state waits for; 0 for none */
  guint64 seen;      /* when it was last shown, in shows */
  gboolean stays;    /* what was sent last does not expire by itself */
  guint rest_source; /* while RESTING */
  GHashTable
      *offered; /* keys of all actions sent: an older bubble's button may be pressed before it is replaced */
} Topic;

struct CalNotifier {
  char *app_name;
  char *desktop_entry;
  CalNotifyServer *server;
  CalOutbox *outbox;
  GHashTable *topics; /* name, owned by the topic's words → Topic */
  GQueue early;       /* CalEarlySignal */
  guint sending;      /* Notify calls under way */
  guint64 calls;
  guint64 shows;
};

/* One call under way. The topic is looked up again on the answer: it may be gone by then. */
typedef struct Call {
  CalNotifier *notifier;
  char *topic;
  guint64 number;
} Call;

static void topic_turn(Topic *topic, CalBubbleEvent event, CalBubbleClosed reason);

static void
call_free(Call *call)
{
  g_free(call->topic);
  g_free(call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Call, call_free)

static Call *
call_new(Topic *topic)
{
  Call *call = g_new0(Call, 1);
  topic->call = ++topic->notifier->calls;
  *call = (Call){ topic->notifier, g_strdup(topic->wanted->topic), topic->call };
  return call;
}

/* The topic that still waits for this call's answer, NULL if it has gone on without. */
static Topic *
call_topic(const Call *call)
{
  Topic *topic = g_hash_table_lookup(call->notifier->topics, call->topic);
  if (!topic || topic->call != call->number)
    return NULL;
  topic->call = 0;
  return topic;
}

static void
topic_free(Topic *topic)
{
  g_clear_handle_id(&topic->rest_source, g_source_remove);
  g_hash_table_unref(topic->offered);
  cal_bubble_free(topic->wanted);
  g_free(topic);
}

static Topic *
find_id(const CalNotifier *notifier, guint32 id)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, notifier->topics);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Topic *topic = value;
    if (topic->state.on_screen && topic->id == id)
      return topic;
  }
  return NULL;
}

/* Every topic takes the event; the list is of their own, as a turn may end a topic. */
static void
turn_all(CalNotifier *notifier, CalBubbleEvent event)
{
  g_autoptr(GList) topics = g_hash_table_get_values(notifier->topics);
  for (GList *link = topics; link; link = link->next)
    topic_turn(link->data, event, CAL_BUBBLE_CLOSED_UNDEFINED);
}

#define REASON_UNDEFINED 4

/* NotificationClosed, its reason as in table 8 of the specification: 1 to 4, all others reserved. */
static CalBubbleClosed
closed_reason(guint32 reason)
{
  static const CalBubbleClosed reasons[] = { CAL_BUBBLE_CLOSED_UNDEFINED, CAL_BUBBLE_CLOSED_EXPIRED,
                                             CAL_BUBBLE_CLOSED_DISMISSED, CAL_BUBBLE_CLOSED_WITHDRAWN };
  return reason < G_N_ELEMENTS(reasons) ? reasons[reason] : CAL_BUBBLE_CLOSED_UNDEFINED;
}

static void
take_action(Topic *topic, const char *key)
{
  if (g_hash_table_contains(topic->offered, key))
    cal_outbox_put_action(topic->notifier->outbox, topic->wanted->topic, key);
  else
    g_debug("%s: the server tells of an action that was not offered", topic->wanted->topic);
}

/* The id is new to us, so what was heard about it before it was known can be told now. */
static void
take_early(CalNotifier *notifier, guint32 id)
{
  CalEarlySignal *next;
  while ((next = cal_early_take(&notifier->early, id))) {
    g_autoptr(CalEarlySignal) signal = next;
    Topic *topic = find_id(notifier, id);
    if (topic && signal->key)
      take_action(topic, signal->key);
    else if (topic)
      topic_turn(topic, CAL_BUBBLE_CLOSED, closed_reason(signal->reason));
  }
}

/* A server that gives one id to two topics has overwritten the first one's bubble. */
static void
yield_id(CalNotifier *notifier, guint32 id, const Topic *taker)
{
  Topic *holder = find_id(notifier, id);
  if (holder && holder != taker)
    topic_turn(holder, CAL_BUBBLE_CLOSED, CAL_BUBBLE_CLOSED_UNDEFINED);
}

static void
topic_answered(Topic *topic, guint32 id)
{
  CalNotifier *notifier = topic->notifier;
  yield_id(notifier, id, topic);
  topic->id = id;
  topic_turn(topic, CAL_BUBBLE_ANSWERED, CAL_BUBBLE_CLOSED_UNDEFINED);
  if (id == 0) /* which the specification forbids: a bubble without a handle is none of ours */
    cal_early_keep(&notifier->early, id, NULL, REASON_UNDEFINED);
  take_early(notifier, id);
}

static void
topic_failed(Topic *topic, const GError *error)
{
  if (cal_notify_error_is_absence(error)) {
    topic_turn(topic, CAL_BUBBLE_LOST, CAL_BUBBLE_CLOSED_UNDEFINED);
    return;
  }
  g_message("%s: the notification server refuses a bubble%s: %s", topic->wanted->topic,
            topic->state.retried ? " again" : "", error->message);
  topic_turn(topic, CAL_BUBBLE_REFUSED, CAL_BUBBLE_CLOSED_UNDEFINED);
}

static void
on_sent(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(Call) call = data;
  g_autoptr(GError) error = NULL;
  guint32 id = cal_notify_server_show_finish(source, result, &error);
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the notifier is gone */
  CalNotifier *notifier = call->notifier;
  notifier->sending--;
  Topic *topic = call_topic(call);
  if (topic && error)
    topic_failed(topic, error);
  else if (topic)
    topic_answered(topic, id);
  if (notifier->sending == 0)
    cal_early_clear(&notifier->early);
}

static void
offer(Topic *topic)
{
  g_hash_table_add(topic->offered, g_strdup(CAL_BUBBLE_ACTION_DEFAULT));
  for (gsize i = 0; i < topic->wanted->n_actions; i++)
    g_hash_table_add(topic->offered, g_strdup(topic->wanted->actions[i].key));
}

static void
do_send(Topic *topic)
{
  CalNotifier *notifier = topic->notifier;
  const CalNotifyAbilities abilities = cal_notify_server_abilities(notifier->server);
  offer(topic);
  topic->stays = topic->wanted->urgency == CAL_URGENCY_CRITICAL;
  notifier->sending++;
  cal_notify_server_show(notifier->server,
                         cal_notify_message(notifier->app_name, notifier->desktop_entry, &abilities,
                                            topic->wanted, topic->state.on_screen ? topic->id : 0),
                         on_sent, call_new(topic));
}

static void
on_closed(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(Call) call = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the notifier is gone */
  Topic *topic = call_topic(call);
  if (topic)
    topic_turn(topic, CAL_BUBBLE_CLOSE_DONE, CAL_BUBBLE_CLOSED_UNDEFINED);
}

/* notification-daemon 3.20 takes a bubble off the screen that it was told to close only when its time is
 * over, which that of a critical one never is: it would stay, and keep all others from being shown. So such a
 * one is made one that passes, first. */
static void
let_pass(const Topic *topic)
{
  const CalNotifier *notifier = topic->notifier;
  const CalNotifyAbilities abilities = cal_notify_server_abilities(notifier->server);
  CalBubble passing = *topic->wanted;
  passing.urgency = CAL_URGENCY_LOW;
  cal_notify_server_replace(notifier->server, cal_notify_message(notifier->app_name, notifier->desktop_entry,
                                                                 &abilities, &passing, topic->id));
}

static void
take_down(const Topic *topic, GAsyncReadyCallback done, gpointer data)
{
  if (topic->stays)
    let_pass(topic);
  cal_notify_server_close(topic->notifier->server, topic->id, done, data);
}

static void
do_close(Topic *topic)
{
  take_down(topic, on_closed, call_new(topic));
}

static gboolean
on_rested(gpointer data)
{
  Topic *topic = data;
  topic->rest_source = 0;
  topic_turn(topic, CAL_BUBBLE_RESTED, CAL_BUBBLE_CLOSED_UNDEFINED);
  return G_SOURCE_REMOVE;
}

/* May end the topic. */
static void
do_seek(Topic *topic)
{
  switch (cal_notify_server_want(topic->notifier->server)) {
  case CAL_NOTIFY_SERVER_READY:
    topic_turn(topic, CAL_BUBBLE_READY, CAL_BUBBLE_CLOSED_UNDEFINED);
    return;
  case CAL_NOTIFY_SERVER_NONE:
    topic_turn(topic, CAL_BUBBLE_NO_SERVER, CAL_BUBBLE_CLOSED_UNDEFINED);
    return;
  case CAL_NOTIFY_SERVER_COMING:
    return;
  }
  g_assert_not_reached();
}

static void
carry_out(Topic *topic, CalBubbleDo todo, CalBubbleClosed reason)
{
  CalOutbox *outbox = topic->notifier->outbox;
  const char *name = topic->wanted->topic;
  if (todo & CAL_BUBBLE_DO_TELL_CLOSED)
    cal_outbox_put_closed(outbox, name, reason);
  if (todo & CAL_BUBBLE_DO_TELL_REFUSED)
    cal_outbox_put_closed(outbox, name, CAL_BUBBLE_CLOSED_REFUSED);
  if (todo & CAL_BUBBLE_DO_TELL_LOST)
    cal_outbox_put_closed(outbox, name, CAL_BUBBLE_CLOSED_LOST);
  if (todo & CAL_BUBBLE_DO_REST)
    topic->rest_source = g_timeout_add(CAL_BUBBLE_REST_MS, on_rested, topic);
  if (todo & CAL_BUBBLE_DO_CLOSE)
    do_close(topic);
  if (todo & CAL_BUBBLE_DO_SEND)
    do_send(topic);
  if (todo & CAL_BUBBLE_DO_SEEK)
    do_seek(topic);
}

/* One step: decide, then carry out. The topic may be gone afterwards. */
static void
topic_turn(Topic *topic, CalBubbleEvent event, CalBubbleClosed reason)
{
  const CalBubbleStep step = cal_bubble_step(topic->state, event);
  g_debug("%s: %s, %s: %s", topic->wanted->topic, cal_bubble_phase_name(topic->state.phase),
          cal_bubble_event_name(event), cal_bubble_phase_name(step.next.phase));
  topic->state = step.next;
  if (step.next.phase != CAL_BUBBLE_RESTING)
    g_clear_handle_id(&topic->rest_source, g_source_remove);
  const gboolean over =
      step.next.phase == CAL_BUBBLE_IDLE; /* then nothing below ends the topic before we do */
  carry_out(topic, step.todo, reason);
  if (over)
    g_hash_table_remove(topic->notifier->topics, topic->wanted->topic);
}

static void
on_server_ready(gpointer data)
{
  CalNotifier *notifier = data;
  cal_outbox_put_available(notifier->outbox, TRUE);
  turn_all(notifier, CAL_BUBBLE_READY);
}

static void
on_server_lost(gpointer data)
{
  CalNotifier *notifier = data;
  cal_outbox_put_available(notifier->outbox, FALSE);
  cal_early_clear(&notifier->early);
  turn_all(notifier, CAL_BUBBLE_LOST);
}

static void
on_server_none(gpointer data)
{
  turn_all(data, CAL_BUBBLE_NO_SERVER);
}

static void
on_server_action(guint32 id, const char *key, gpointer data)
{
  CalNotifier *notifier = data;
  Topic *topic = find_id(notifier, id);
  if (topic)
    take_action(topic, key);
  else if (notifier->sending)
    cal_early_keep(&notifier->early, id, key, 0);
}

static void
on_server_closed(guint32 id, guint32 reason, gpointer data)
{
  CalNotifier *notifier = data;
  Topic *topic = find_id(notifier, id);
  if (topic)
    topic_turn(topic, CAL_BUBBLE_CLOSED, closed_reason(reason));
  else if (notifier->sending)
    cal_early_keep(&notifier->early, id, NULL, reason);
}

static const CalNotifyServerEvents server_events = {
  .ready = on_server_ready,
  .lost = on_server_lost,
  .none = on_server_none,
  .action = on_server_action,
  .closed = on_server_closed,
};

/* The oldest of the least urgent that wait, NULL if none waits. */
static Topic *
find_least(const CalNotifier *notifier)
{
  Topic *least = NULL;
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, notifier->topics);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Topic *topic = value;
    if (topic->state.phase != CAL_BUBBLE_WAITING)
      continue;
    if (!least || topic->wanted->urgency < least->wanted->urgency ||
        (topic->wanted->urgency == least->wanted->urgency && topic->seen < least->seen))
      least = topic;
  }
  return least;
}

/* Whether there is a place for one more, now or because another gave way. */
static gboolean
make_room(CalNotifier *notifier, CalUrgency urgency)
{
  if (g_hash_table_size(notifier->topics) < CAL_NOTIFIER_TOPICS_MAX)
    return TRUE;
  Topic *least = find_least(notifier);
  if (!least || least->wanted->urgency > urgency)
    return FALSE;
  cal_outbox_put_closed(notifier->outbox, least->wanted->topic, CAL_BUBBLE_CLOSED_LOST);
  topic_turn(least, CAL_BUBBLE_WITHDRAW, CAL_BUBBLE_CLOSED_UNDEFINED);
  return TRUE;
}

static Topic *
topic_new(CalNotifier *notifier)
{
  Topic *topic = g_new0(Topic, 1);
  topic->notifier = notifier;
  topic->offered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return topic;
}

/* The words change hands, and with them the table's key. */
static void
topic_want(Topic *topic, const CalBubble *bubble)
{
  GHashTable *topics = topic->notifier->topics;
  g_autoptr(CalBubble) before = topic->wanted;
  topic->wanted = cal_bubble_copy(bubble);
  topic->state.transient = bubble->transient;
  topic->seen = ++topic->notifier->shows;
  if (before)
    g_hash_table_steal(topics, before->topic);
  g_hash_table_insert(topics, (char *)topic->wanted->topic, topic);
}

void
cal_notifier_show(CalNotifier *notifier, const CalBubble *bubble)
{
  Topic *topic = g_hash_table_lookup(notifier->topics, bubble->topic);
  if (topic && cal_bubble_phase_wanted(topic->state.phase) && cal_bubble_equal(topic->wanted, bubble))
    return;
  if (!topic && !make_room(notifier, bubble->urgency)) {
    cal_outbox_put_closed(notifier->outbox, bubble->topic, CAL_BUBBLE_CLOSED_LOST);
    return;
  }
  if (!topic)
    topic = topic_new(notifier);
  topic_want(topic, bubble);
  topic_turn(topic, CAL_BUBBLE_SHOW, CAL_BUBBLE_CLOSED_UNDEFINED);
}

void
cal_notifier_withdraw(CalNotifier *notifier, const char *name)
{
  Topic *topic = g_hash_table_lookup(notifier->topics, name);
  if (topic)
    topic_turn(topic, CAL_BUBBLE_WITHDRAW, CAL_BUBBLE_CLOSED_UNDEFINED);
}

void
cal_notifier_seek(CalNotifier *notifier)
{
  cal_notify_server_want(notifier->server);
}

gboolean
cal_notifier_available(const CalNotifier *notifier)
{
  return cal_notify_server_is_ready(notifier->server);
}

CalNotifier *
cal_notifier_new(GDBusConnection *session, const char *app_name, const char *desktop_entry,
                 const CalNotifierEvents *events, gpointer data)
{
  CalNotifier *notifier = g_new0(CalNotifier, 1);
  notifier->app_name = g_strdup(app_name);
  notifier->desktop_entry = g_strdup(desktop_entry);
  notifier->outbox = cal_outbox_new(events, data);
  notifier->topics = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)topic_free);
  g_queue_init(&notifier->early);
  notifier->server = cal_notify_server_new(session, &server_events, notifier);
  return notifier;
}

static void
close_all(CalNotifier *notifier)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, notifier->topics);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const Topic *topic = value;
    if (topic->state.on_screen && cal_notify_server_is_ready(notifier->server))
      take_down(topic, NULL, NULL);
  }
}

void
cal_notifier_free(CalNotifier *notifier)
{
  if (!notifier)
    return;
  close_all(notifier);
  cal_notify_server_free(notifier->server);
  g_hash_table_unref(notifier->topics);
  cal_early_clear(&notifier->early);
  cal_outbox_free(notifier->outbox);
  g_free(notifier->app_name);
  g_free(notifier->desktop_entry);
  g_free(notifier);
}

const char *
cal_bubble_closed_name(CalBubbleClosed reason)
{
  static const char *const names[] = {
    [CAL_BUBBLE_CLOSED_EXPIRED] = "expired",     [CAL_BUBBLE_CLOSED_DISMISSED] = "dismissed",
    [CAL_BUBBLE_CLOSED_WITHDRAWN] = "withdrawn", [CAL_BUBBLE_CLOSED_UNDEFINED] = "undefined",
    [CAL_BUBBLE_CLOSED_REFUSED] = "refused",     [CAL_BUBBLE_CLOSED_LOST] = "lost",
  };
  return names[reason];
}
