/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bubble.h"

static CalBubbleButton *
copy_actions(const CalBubbleButton *actions, gsize n)
{
  CalBubbleButton *copy = g_new0(CalBubbleButton, n);
  for (gsize i = 0; i < n; i++)
    copy[i] = (CalBubbleButton){ g_strdup(actions[i].key), g_strdup(actions[i].label) };
  return copy;
}

CalBubble *
cal_bubble_copy(const CalBubble *bubble)
{
  CalBubble *copy = g_new0(CalBubble, 1);
  *copy = (CalBubble){
    .topic = g_strdup(bubble->topic),
    .summary = g_strdup(bubble->summary),
    .body = g_strdup(bubble->body),
    .urgency = bubble->urgency,
    .icon = g_strdup(bubble->icon),
    .category = g_strdup(bubble->category),
    .transient = bubble->transient,
    .actions = copy_actions(bubble->actions, bubble->n_actions),
    .n_actions = bubble->n_actions,
  };
  return copy;
}

void
cal_bubble_free(CalBubble *bubble)
{
  if (!bubble)
    return;
  for (gsize i = 0; i < bubble->n_actions; i++) {
    g_free((char *)bubble->actions[i].key);
    g_free((char *)bubble->actions[i].label);
  }
  g_free((CalBubbleButton *)bubble->actions);
  g_free((char *)bubble->topic);
  g_free((char *)bubble->summary);
  g_free((char *)bubble->body);
  g_free((char *)bubble->icon);
  g_free((char *)bubble->category);
  g_free(bubble);
}

static gboolean
actions_equal(const CalBubble *a, const CalBubble *b)
{
  if (a->n_actions != b->n_actions)
    return FALSE;
  for (gsize i = 0; i < a->n_actions; i++)
    if (g_strcmp0(a->actions[i].key, b->actions[i].key) ||
        g_strcmp0(a->actions[i].label, b->actions[i].label))
      return FALSE;
  return TRUE;
}

gboolean
cal_bubble_equal(const CalBubble *a, const CalBubble *b)
{
  return !g_strcmp0(a->topic, b->topic) && !g_strcmp0(a->summary, b->summary) &&
         !g_strcmp0(a->body, b->body) && a->urgency == b->urgency && !g_strcmp0(a->icon, b->icon) &&
         !g_strcmp0(a->category, b->category) && !a->transient == !b->transient && actions_equal(a, b);
}
