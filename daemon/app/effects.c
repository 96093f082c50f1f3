/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "effects.h"

#include "bubbles.h"
#include "commit.h"
#include "publish.h"
#include "tags.h"
#include "turn.h"

#include <calcifer/message.h>

gboolean
cal_app_is_discreet(const CalApp *app, const CalFinding *finding)
{
  switch (app->settings.discretion) {
  case CAL_DISCRETION_ALWAYS:
    return TRUE;
  case CAL_DISCRETION_NEVER:
    return FALSE;
  case CAL_DISCRETION_CONDITIONS:
    return cal_message_is_private(finding);
  }
  return TRUE;
}

static void
refold(CalApp *app, CalDate first, CalDate last)
{
  g_autofree CalDayResult *result = g_new(CalDayResult, 1);
  g_autoptr(GError) error = NULL;
  for (CalDate date = first; date <= last; date++) {
    if (!cal_days_result(app->days, date, cal_app_now(), result, &error)) {
      cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "a day could not be folded: %s", error->message);
      cal_app_tell_ledger(app, error);
      return;
    }
    cal_app_tell_day(app, result);
  }
}

/* The first error of a turn is the one to tell. */
static void
note_unkept(CalApp *app, GError **error)
{
  if (app->unkept == NULL)
    app->unkept = g_steal_pointer(error);
}

static void
append(CalApp *app, const CalEntry *entry)
{
  g_autoptr(GError) error = NULL;
  CalEntry appended = *entry;
  if (cal_app_enter(app, &appended, &error))
    return;
  g_warning("what a bubble's button said was not taken: %s", cal_app_loggable(error));
  note_unkept(app, &error);
}

static void
remember(CalApp *app, const char *key, const char *value)
{
  g_autoptr(GError) error = NULL;
  const gboolean kept = cal_ledger_remember(app->ledger, key, value[0] != '\0' ? value : NULL, &error);
  if (!kept)
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "what was said could not be remembered: %s",
                error->message);
  cal_app_tell_ledger(app, error);
  if (!kept)
    note_unkept(app, &error);
}

static gboolean
on_wake(gpointer data)
{
  CalApp *app = data;
  app->wake_id = 0;
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_TICK });
  return G_SOURCE_REMOVE;
}

/* A timer counts time that the machine is awake, and logind may not be there to tell of sleep; a clock that
 * is slewed drifts away from it: look again at least once an hour. */
#define LONGEST_SLEEP_S 3600

static void
wake_at(CalApp *app, CalInstant at)
{
  g_clear_handle_id(&app->wake_id, g_source_remove);
  if (at == CAL_INSTANT_NONE)
    return;
  const CalInstant in_s = CLAMP(at - cal_app_now(), 1, LONGEST_SLEEP_S);
  app->wake_id = g_timeout_add_seconds((guint)in_s, on_wake, app);
}

void
cal_app_seek_notifier(CalApp *app)
{
  for (gsize i = 0; !app->turn->alerts.notifier && i < CAL_ALERT_MAX; i++) {
    if (app->turn->alerts.alert[i].state == CAL_ALERT_RAISED) {
      cal_notifier_seek(app->notifier);
      return;
    }
  }
}

void
cal_app_carry_out(CalApp *app, const CalEffect *effect)
{
  switch (effect->kind) {
  case CAL_EFFECT_FORGET:
    cal_days_forget(app->days, effect->of.days.first, effect->of.days.last);
    break;
  case CAL_EFFECT_REFOLD:
    refold(app, effect->of.days.first, effect->of.days.last);
    break;
  case CAL_EFFECT_CONTEXT:
    cal_app_tell_context(app);
    break;
  case CAL_EFFECT_PUBLISH_BALANCE:
    cal_app_publish_balance_soon(app);
    break;
  case CAL_EFFECT_PUBLISH_ALERTS:
    cal_app_publish_alerts(app);
    cal_app_note_bonds(app);
    break;
  case CAL_EFFECT_SHOW:
    cal_app_show_alert(app, effect->of.show.alert, effect->of.show.actions, &effect->of.show.finding);
    break;
  case CAL_EFFECT_WITHDRAW:
    cal_app_withdraw_alert(app, effect->of.withdraw);
    break;
  case CAL_EFFECT_CONFIRM:
    cal_app_show_confirmation(app, effect->of.confirm.entry_id, effect->of.confirm.product,
                              effect->of.confirm.at);
    break;
  case CAL_EFFECT_EXPLAIN:
    cal_app_show_explanation(app, &effect->of.explain);
    break;
  case CAL_EFFECT_APPEND:
    append(app, &effect->of.append);
    break;
  case CAL_EFFECT_REMEMBER:
    remember(app, effect->of.remember.key, effect->of.remember.value);
    break;
  case CAL_EFFECT_WAKE:
    wake_at(app, effect->of.wake);
    break;
  }
}
