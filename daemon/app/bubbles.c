/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bubbles.h"

#include "effects.h"
#include "publish.h"
#include "turn.h"

#include <calcifer/audience.h>
#include <calcifer/message.h>

#define SNOOZE_S 3600
#define ICON     "org.calciferd"

/* Topics say what a bubble is about: "alert/ID", "confirm/ENTRY", "explain/CODE". */
#define TOPIC_ALERT   "alert/"
#define TOPIC_CONFIRM "confirm/"
#define TOPIC_EXPLAIN "explain/"

/* The buttons: the core's bit, the key on the bus, the words on it, and what a click tells the core. */
static const struct {
  CalBubbleAction bit;
  const char *key;
  const char *label;
  CalTurnAction action;
} buttons[] = {
  { CAL_BUBBLE_TAKEN, "taken", N_("Taken"), CAL_TURN_TAKEN },
  { CAL_BUBBLE_SAME, "same", N_("The same dose"), CAL_TURN_SAME },
  { CAL_BUBBLE_SECOND, "second", N_("A second one"), CAL_TURN_SECOND },
  { CAL_BUBBLE_SNOOZE, "snooze", N_("Snooze 1 hour"), CAL_TURN_SNOOZE },
  /* The click on the bubble itself: it never writes. Servers that draw it as a button need no second one. */
  { CAL_BUBBLE_EXPLAIN, CAL_BUBBLE_ACTION_DEFAULT, N_("Explain"), CAL_TURN_EXPLAIN },
  { CAL_BUBBLE_DISMISS, "dismiss", N_("Dismiss"), CAL_TURN_DISMISS },
};

static CalUrgency
urgency_of(CalSeverity severity)
{
  switch (severity) {
  case CAL_SEVERITY_INFORMATION:
    return CAL_URGENCY_LOW;
  case CAL_SEVERITY_NOTICE:
  case CAL_SEVERITY_WARNING:
    return CAL_URGENCY_NORMAL;
  case CAL_SEVERITY_CRITICAL:
    return CAL_URGENCY_CRITICAL;
  }
  return CAL_URGENCY_NORMAL;
}

static void
show(CalApp *app, const char *topic, const CalMessage *message, CalUrgency urgency,
     const CalBubbleButton *offered, gsize n_offered, gboolean transient)
{
  const CalBubble bubble = {
    .topic = topic,
    .summary = message->summary,
    .body = message->body,
    .urgency = urgency,
    .icon = ICON,
    .category = "x-calcifer.balance",
    .transient = transient,
    .actions = offered,
    .n_actions = n_offered,
  };
  cal_notifier_show(app->notifier, &bubble);
}

void
cal_app_show_alert(CalApp *app, guint32 alert, guint32 actions, const CalFinding *finding)
{
  CalMessage message;
  CalBubbleButton offered[G_N_ELEMENTS(buttons)];
  gsize n_offered = 0;
  g_auto(CalSpeech) speech = cal_speech_begin(app->tongue);
  g_autofree char *topic = g_strdup_printf(TOPIC_ALERT "%u", alert);
  if (app->acted_alert == alert)
    app->acted_alert = 0; /* a click on an earlier bubble says nothing of how this one ends */
  cal_message_finding(finding, cal_app_is_discreet(app, finding), &message);
  for (gsize i = 0; i < G_N_ELEMENTS(buttons); i++) {
    if (actions & buttons[i].bit)
      offered[n_offered++] = (CalBubbleButton){ buttons[i].key, _(buttons[i].label) };
  }
  show(app, topic, &message, urgency_of(finding->severity), offered, n_offered, FALSE);
}

void
cal_app_withdraw_alert(CalApp *app, guint32 alert)
{
  g_autofree char *topic = g_strdup_printf(TOPIC_ALERT "%u", alert);
  cal_notifier_withdraw(app->notifier, topic);
}

void
cal_app_show_confirmation(CalApp *app, const char *entry_id, const char *product, CalInstant at)
{
  CalMessage message;
  g_auto(CalSpeech) speech = cal_speech_begin(app->tongue);
  const CalBubbleButton offered[] = { { "undo", _("Undo") }, { CAL_BUBBLE_ACTION_DEFAULT, _("Details") } };
  g_autofree char *topic = g_strconcat(TOPIC_CONFIRM, entry_id, NULL);
  g_autoptr(GDateTime) local = g_date_time_new_from_unix_local(at);
  g_autofree char *time = g_date_time_format(local, "%H:%M");
  cal_message_confirmed(product, time, app->settings.discretion == CAL_DISCRETION_ALWAYS, &message);
  show(app, topic, &message, CAL_URGENCY_LOW, offered, G_N_ELEMENTS(offered), FALSE);
}

/* What stands behind an alert; where that may betray something, only where to read it. */
static void
explain(CalApp *app, const CalFinding *finding, char text[CAL_MESSAGE_EXPLAIN_SIZE])
{
  const CalDate today = cal_zones_date(app->zones, cal_app_now());
  if (cal_app_is_discreet(app, finding))
    g_strlcpy(text, _("Type 'calciferctl alerts' in a terminal to read it."), CAL_MESSAGE_EXPLAIN_SIZE);
  else
    cal_message_explain(finding->code, finding, cal_finding_threshold(app->context, today, finding->code),
                        cal_audience_of(&app->context->profile, today), text);
}

void
cal_app_show_explanation(CalApp *app, const CalFinding *finding)
{
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  CalMessage message;
  g_auto(CalSpeech) speech = cal_speech_begin(app->tongue);
  const CalBubbleButton details = { CAL_BUBBLE_ACTION_DEFAULT, _("Details") };
  g_autofree char *topic = g_strconcat(TOPIC_EXPLAIN, cal_code_name(finding->code), NULL);
  cal_message_finding(finding, cal_app_is_discreet(app, finding), &message);
  explain(app, finding, text);
  const CalBubble bubble = {
    .topic = topic,
    .summary = message.summary,
    .body = text,
    .urgency = CAL_URGENCY_LOW,
    .icon = ICON,
    .category = "x-calcifer.explanation",
    .transient = TRUE,
    .actions = &details,
    .n_actions = 1,
  };
  cal_notifier_show(app->notifier, &bubble);
}

/* -- Answers
 * ---------------------------------------------------------------------------------------------------- */

static guint32
alert_of(const char *topic)
{
  return (guint32)g_ascii_strtoull(topic + strlen(TOPIC_ALERT), NULL, 10);
}

static void
on_alert_action(CalApp *app, guint32 alert, const char *key)
{
  app->acted_alert = alert;
  for (gsize i = 0; i < G_N_ELEMENTS(buttons); i++) {
    if (g_str_equal(key, buttons[i].key))
      cal_app_tell_action(app, buttons[i].action, alert, SNOOZE_S, NULL, NULL);
  }
}

static void
on_action(const char *topic, const char *key, gpointer data)
{
  if (g_str_has_prefix(topic, TOPIC_ALERT))
    on_alert_action(data, alert_of(topic), key);
  else if (g_str_has_prefix(topic, TOPIC_CONFIRM) && g_str_equal(key, "undo"))
    cal_app_tell_action(data, CAL_TURN_UNDO, 0, 0, topic + strlen(TOPIC_CONFIRM), NULL);
}

static void
on_closed(const char *topic, CalBubbleClosed reason, gpointer data)
{
  if (!g_str_has_prefix(topic, TOPIC_ALERT))
    return;
  CalApp *app = data;
  const guint32 alert = alert_of(topic);
  /* Servers call a bubble dismissed also when one of its buttons was clicked: that was the answer, and
   * stands. */
  const gboolean by_person = reason == CAL_BUBBLE_CLOSED_DISMISSED && alert != app->acted_alert;
  app->acted_alert = 0;
  cal_app_tell_action(app, by_person ? CAL_TURN_DISMISS : CAL_TURN_CLOSED, alert, 0, NULL, NULL);
}

static void
on_available(gboolean available, gpointer data)
{
  cal_app_tell(data, &(CalTurnEvent){ .kind = CAL_TURN_NOTIFIER, .of.notifier = available });
  cal_app_publish_service(data);
}

const CalNotifierEvents cal_app_notifier_events = { on_action, on_closed, on_available };
