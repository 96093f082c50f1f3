/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outbox.h"

typedef enum Kind {
  ACTION,
  CLOSED,
  AVAILABLE,
} Kind;

typedef struct Letter {
  Kind kind;
  char *topic;
  char *key;
  CalBubbleClosed reason;
  gboolean available;
} Letter;

struct CalOutbox {
  CalNotifierEvents events;
  gpointer data;
  GQueue letters;
  guint source;
};

static void
letter_free(Letter *letter)
{
  g_free(letter->topic);
  g_free(letter->key);
  g_free(letter);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Letter, letter_free)

static void
deliver(const CalNotifierEvents *events, const Letter *letter, gpointer data)
{
  switch (letter->kind) {
  case ACTION:
    if (events->action)
      events->action(letter->topic, letter->key, data);
    return;
  case CLOSED:
    if (events->closed)
      events->closed(letter->topic, letter->reason, data);
    return;
  case AVAILABLE:
    if (events->available)
      events->available(letter->available, data);
    return;
  }
  g_assert_not_reached();
}

/* One letter to a turn of the loop. The next turn is booked before the callback, which may free the outbox.
 */
static gboolean
deliver_next(gpointer data)
{
  CalOutbox *outbox = data;
  g_autoptr(Letter) letter = g_queue_pop_head(&outbox->letters);
  outbox->source =
      outbox->letters.length ? g_idle_add_full(G_PRIORITY_DEFAULT, deliver_next, outbox, NULL) : 0;
  const CalNotifierEvents events = outbox->events;
  deliver(&events, letter, outbox->data);
  return G_SOURCE_REMOVE;
}

static void
put(CalOutbox *outbox, const Letter *letter)
{
  g_queue_push_tail(&outbox->letters, g_memdup2(letter, sizeof *letter));
  if (!outbox->source)
    outbox->source = g_idle_add_full(G_PRIORITY_DEFAULT, deliver_next, outbox, NULL);
}

void
cal_outbox_put_action(CalOutbox *outbox, const char *topic, const char *key)
{
  put(outbox, &(Letter){ .kind = ACTION, .topic = g_strdup(topic), .key = g_strdup(key) });
}

void
cal_outbox_put_closed(CalOutbox *outbox, const char *topic, CalBubbleClosed reason)
{
  put(outbox, &(Letter){ .kind = CLOSED, .topic = g_strdup(topic), .reason = reason });
}

void
cal_outbox_put_available(CalOutbox *outbox, gboolean available)
{
  put(outbox, &(Letter){ .kind = AVAILABLE, .available = available });
}

CalOutbox *
cal_outbox_new(const CalNotifierEvents *events, gpointer data)
{
  CalOutbox *outbox = g_new0(CalOutbox, 1);
  outbox->events = *events;
  outbox->data = data;
  g_queue_init(&outbox->letters);
  return outbox;
}

void
cal_outbox_free(CalOutbox *outbox)
{
  g_clear_handle_id(&outbox->source, g_source_remove);
  g_queue_clear_full(&outbox->letters, (GDestroyNotify)letter_free);
  g_free(outbox);
}
