/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message.h"

#include "text.h"

/* Hints and their types: Desktop Notifications Specification 1.2, "Hints". */
#define HINT_DESKTOP_ENTRY "desktop-entry"
#define HINT_URGENCY       "urgency"
#define HINT_CATEGORY      "category"
#define HINT_TRANSIENT     "transient"
#define HINT_IMAGE_PATH    "image-path"

/* The label of a click on the bubble. dunst shows it in its menu, xfce4-notifyd draws a button for it. */
#define DEFAULT_LABEL "Details"

CalNotifyAbilities
cal_notify_abilities_parse(const char *const *capabilities)
{
  return (CalNotifyAbilities){
    .actions = g_strv_contains(capabilities, "actions"),
    .body = g_strv_contains(capabilities, "body"),
    .markup = g_strv_contains(capabilities, "body-markup"),
    .persistence = g_strv_contains(capabilities, "persistence"),
  };
}

static const char *
default_label(const CalBubble *bubble)
{
  for (gsize i = 0; i < bubble->n_actions; i++)
    if (g_str_equal(bubble->actions[i].key, CAL_BUBBLE_ACTION_DEFAULT))
      return bubble->actions[i].label;
  return DEFAULT_LABEL;
}

static void
add_action(GVariantBuilder *actions, const char *key, const char *label)
{
  g_autofree char *clean = cal_text_label(label, CAL_NOTIFY_LABEL_MAX);
  g_variant_builder_add(actions, "s", key);
  g_variant_builder_add(actions, "s", clean);
}

/* The default goes first and always: dunst turns a click into "default" and draws no button. */
static GVariant *
make_actions(const CalNotifyAbilities *abilities, const CalBubble *bubble)
{
  GVariantBuilder actions = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_STRING_ARRAY);
  if (!abilities->actions)
    return g_variant_builder_end(&actions);
  add_action(&actions, CAL_BUBBLE_ACTION_DEFAULT, default_label(bubble));
  for (gsize i = 0; i < bubble->n_actions; i++)
    if (!g_str_equal(bubble->actions[i].key, CAL_BUBBLE_ACTION_DEFAULT))
      add_action(&actions, bubble->actions[i].key, bubble->actions[i].label);
  return g_variant_builder_end(&actions);
}

static GVariant *
make_hints(const char *desktop_entry, const CalBubble *bubble)
{
  GVariantBuilder hints = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add(&hints, "{sv}", HINT_DESKTOP_ENTRY, g_variant_new_string(desktop_entry));
  g_variant_builder_add(&hints, "{sv}", HINT_URGENCY, g_variant_new_byte((guchar)bubble->urgency));
  if (bubble->category)
    g_variant_builder_add(&hints, "{sv}", HINT_CATEGORY, g_variant_new_string(bubble->category));
  if (bubble->icon)
    g_variant_builder_add(&hints, "{sv}", HINT_IMAGE_PATH, g_variant_new_string(bubble->icon));
  if (bubble->transient)
    g_variant_builder_add(&hints, "{sv}", HINT_TRANSIENT, g_variant_new_boolean(TRUE));
  return g_variant_builder_end(&hints);
}

/* How long a bubble stays is the person's choice, made in the server's settings: -1. Only what must not pass
   unseen by someone who has left the desk stays until it is dismissed: 0. The specification asks this of
   critical bubbles anyway, but not every server heeds it unless told. */
static gint32
expire_timeout_ms(CalUrgency urgency)
{
  switch (urgency) {
  case CAL_URGENCY_LOW:
  case CAL_URGENCY_NORMAL:
    return -1;
  case CAL_URGENCY_CRITICAL:
    return 0;
  }
  g_assert_not_reached();
}

static char *
make_body(const CalNotifyAbilities *abilities, const CalBubble *bubble)
{
  g_autofree char *plain = cal_text_block(bubble->body, CAL_NOTIFY_BODY_MAX);
  return abilities->markup ? cal_text_escape(plain) : g_steal_pointer(&plain);
}

GVariant *
cal_notify_message(const char *app_name, const char *desktop_entry, const CalNotifyAbilities *abilities,
                   const CalBubble *bubble, guint32 replaces_id)
{
  g_autofree char *summary = cal_text_line(bubble->summary, CAL_NOTIFY_SUMMARY_MAX); /* never markup */
  g_autofree char *body = make_body(abilities, bubble);
  return g_variant_new("(susss@as@a{sv}i)", app_name, replaces_id, bubble->icon ? bubble->icon : "", summary,
                       body, make_actions(abilities, bubble), make_hints(desktop_entry, bubble),
                       expire_timeout_ms(bubble->urgency));
}
