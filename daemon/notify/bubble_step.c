/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bubble_step.h"

static CalBubbleStep
stay(CalBubbleState state)
{
  return (CalBubbleStep){ state, CAL_BUBBLE_DO_NOTHING };
}

static CalBubbleStep
go(CalBubbleState state, CalBubblePhase phase, unsigned todo)
{
  state.phase = phase;
  return (CalBubbleStep){ state, (CalBubbleDo)todo };
}

/* What was wanted has ended, one way or the other; older words still on screen must not stay there. */
static CalBubbleStep
take_down(CalBubbleState state, unsigned todo)
{
  if (state.on_screen)
    return go(state, CAL_BUBBLE_CLOSING, todo | CAL_BUBBLE_DO_CLOSE);
  return go(state, CAL_BUBBLE_IDLE, todo);
}

static CalBubbleStep
lose_wanted(CalBubbleState state)
{
  state.on_screen = FALSE;
  state.retried = FALSE;
  if (state.transient)
    return go(state, CAL_BUBBLE_IDLE, CAL_BUBBLE_DO_TELL_LOST);
  return go(state, CAL_BUBBLE_WAITING, CAL_BUBBLE_DO_NOTHING);
}

static CalBubbleStep
lose_unwanted(CalBubbleState state)
{
  state.on_screen = FALSE;
  return go(state, CAL_BUBBLE_IDLE, CAL_BUBBLE_DO_NOTHING);
}

static CalBubbleStep
rest(CalBubbleState state)
{
  state.retried = TRUE;
  return go(state, CAL_BUBBLE_RESTING, CAL_BUBBLE_DO_REST);
}

static CalBubbleStep
send_fresh(CalBubbleState state)
{
  state.retried = FALSE;
  return go(state, CAL_BUBBLE_SENDING, CAL_BUBBLE_DO_SEND);
}

/* An answer to Notify: the server holds the bubble. */
static CalBubbleStep
answered(CalBubbleState state, CalBubblePhase phase, unsigned todo)
{
  state.on_screen = TRUE;
  state.retried = FALSE;
  return go(state, phase, todo);
}

/* Older words were closed while the newest are on their way: the topic lives on, nobody is told. */
static CalBubbleStep
off_screen(CalBubbleState state)
{
  state.on_screen = FALSE;
  return stay(state);
}

static CalBubbleStep
step_idle(CalBubbleState state, CalBubbleEvent event)
{
  switch (event) {
  case CAL_BUBBLE_SHOW:
    return go(state, CAL_BUBBLE_WAITING, CAL_BUBBLE_DO_SEEK);
  case CAL_BUBBLE_WITHDRAW:
  case CAL_BUBBLE_READY:
  case CAL_BUBBLE_NO_SERVER:
  case CAL_BUBBLE_LOST:
  case CAL_BUBBLE_ANSWERED:
  case CAL_BUBBLE_REFUSED:
  case CAL_BUBBLE_RESTED:
  case CAL_BUBBLE_CLOSED:
  case CAL_BUBBLE_CLOSE_DONE:
    return stay(state);
  }
  g_assert_not_reached();
}

static CalBubbleStep
step_waiting(CalBubbleState state, CalBubbleEvent event)
{
  switch (event) {
  case CAL_BUBBLE_SHOW: /* the earlier words wait no longer; a server may have become startable since */
    return go(state, CAL_BUBBLE_WAITING, CAL_BUBBLE_DO_SEEK);
  case CAL_BUBBLE_WITHDRAW:
    return go(state, CAL_BUBBLE_IDLE, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_READY:
    return send_fresh(state);
  case CAL_BUBBLE_NO_SERVER:
    return lose_wanted(state);
  case CAL_BUBBLE_LOST: /* it left before it was ready; the next one may come soon, so even transient waits */
  case CAL_BUBBLE_ANSWERED:
  case CAL_BUBBLE_REFUSED:
  case CAL_BUBBLE_RESTED:
  case CAL_BUBBLE_CLOSED:
  case CAL_BUBBLE_CLOSE_DONE:
    return stay(state);
  }
  g_assert_not_reached();
}

static CalBubbleStep
step_sending(CalBubbleState state, CalBubbleEvent event)
{
  switch (event) {
  case CAL_BUBBLE_SHOW:
    return go(state, CAL_BUBBLE_CHANGED, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_WITHDRAW:
    return go(state, CAL_BUBBLE_CANCELLED, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_LOST:
    return lose_wanted(state);
  case CAL_BUBBLE_ANSWERED:
    return answered(state, CAL_BUBBLE_SHOWN, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_REFUSED:
    return state.retried ? take_down(state, CAL_BUBBLE_DO_TELL_REFUSED) : rest(state);
  case CAL_BUBBLE_CLOSED:
    return off_screen(state);
  case CAL_BUBBLE_READY:
  case CAL_BUBBLE_NO_SERVER:
  case CAL_BUBBLE_RESTED:
  case CAL_BUBBLE_CLOSE_DONE:
    return stay(state);
  }
  g_assert_not_reached();
}

static CalBubbleStep
step_changed(CalBubbleState state, CalBubbleEvent event)
{
  switch (event) {
  case CAL_BUBBLE_WITHDRAW:
    return go(state, CAL_BUBBLE_CANCELLED, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_LOST:
    return lose_wanted(state);
  case CAL_BUBBLE_ANSWERED:
    return answered(state, CAL_BUBBLE_SENDING, CAL_BUBBLE_DO_SEND);
  case CAL_BUBBLE_REFUSED: /* of the older words; the newest get their one attempt, after a rest */
    return rest(state);
  case CAL_BUBBLE_CLOSED:
    return off_screen(state);
  case CAL_BUBBLE_SHOW:
  case CAL_BUBBLE_READY:
  case CAL_BUBBLE_NO_SERVER:
  case CAL_BUBBLE_RESTED:
  case CAL_BUBBLE_CLOSE_DONE:
    return stay(state);
  }
  g_assert_not_reached();
}

static CalBubbleStep
step_cancelled(CalBubbleState state, CalBubbleEvent event)
{
  switch (event) {
  case CAL_BUBBLE_SHOW:
    return go(state, CAL_BUBBLE_CHANGED, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_LOST:
    return lose_unwanted(state);
  case CAL_BUBBLE_ANSWERED:
    return answered(state, CAL_BUBBLE_CLOSING, CAL_BUBBLE_DO_CLOSE);
  case CAL_BUBBLE_REFUSED:
    return take_down(state, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_CLOSED:
    return off_screen(state);
  case CAL_BUBBLE_WITHDRAW:
  case CAL_BUBBLE_READY:
  case CAL_BUBBLE_NO_SERVER:
  case CAL_BUBBLE_RESTED:
  case CAL_BUBBLE_CLOSE_DONE:
    return stay(state);
  }
  g_assert_not_reached();
}

static CalBubbleStep
step_shown(CalBubbleState state, CalBubbleEvent event)
{
  switch (event) {
  case CAL_BUBBLE_SHOW:
    return send_fresh(state);
  case CAL_BUBBLE_WITHDRAW:
    return take_down(state, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_LOST:
    return lose_wanted(state);
  case CAL_BUBBLE_CLOSED:
    state.on_screen = FALSE;
    return go(state, CAL_BUBBLE_IDLE, CAL_BUBBLE_DO_TELL_CLOSED);
  case CAL_BUBBLE_READY:
  case CAL_BUBBLE_NO_SERVER:
  case CAL_BUBBLE_ANSWERED:
  case CAL_BUBBLE_REFUSED:
  case CAL_BUBBLE_RESTED:
  case CAL_BUBBLE_CLOSE_DONE:
    return stay(state);
  }
  g_assert_not_reached();
}

static CalBubbleStep
step_resting(CalBubbleState state, CalBubbleEvent event)
{
  switch (event) {
  case CAL_BUBBLE_WITHDRAW:
    return take_down(state, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_LOST:
    return lose_wanted(state);
  case CAL_BUBBLE_RESTED:
    return go(state, CAL_BUBBLE_SENDING, CAL_BUBBLE_DO_SEND);
  case CAL_BUBBLE_CLOSED:
    return off_screen(state);
  case CAL_BUBBLE_SHOW: /* the newest words are sent when the rest is over, not sooner */
  case CAL_BUBBLE_READY:
  case CAL_BUBBLE_NO_SERVER:
  case CAL_BUBBLE_ANSWERED:
  case CAL_BUBBLE_REFUSED:
  case CAL_BUBBLE_CLOSE_DONE:
    return stay(state);
  }
  g_assert_not_reached();
}

static CalBubbleStep
step_closing(CalBubbleState state, CalBubbleEvent event)
{
  switch (event) {
  case CAL_BUBBLE_SHOW:
    return go(state, CAL_BUBBLE_REOPENING, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_LOST:
  case CAL_BUBBLE_CLOSED:
  case CAL_BUBBLE_CLOSE_DONE: /* an error here says that the server has no such bubble, which is what we want
                               */
    return lose_unwanted(state);
  case CAL_BUBBLE_WITHDRAW:
  case CAL_BUBBLE_READY:
  case CAL_BUBBLE_NO_SERVER:
  case CAL_BUBBLE_ANSWERED:
  case CAL_BUBBLE_REFUSED:
  case CAL_BUBBLE_RESTED:
    return stay(state);
  }
  g_assert_not_reached();
}

static CalBubbleStep
step_reopening(CalBubbleState state, CalBubbleEvent event)
{
  switch (event) {
  case CAL_BUBBLE_WITHDRAW:
    return go(state, CAL_BUBBLE_CLOSING, CAL_BUBBLE_DO_NOTHING);
  case CAL_BUBBLE_LOST:
    return lose_wanted(state);
  case CAL_BUBBLE_CLOSED:
  case CAL_BUBBLE_CLOSE_DONE:
    state.on_screen = FALSE;
    return send_fresh(state);
  case CAL_BUBBLE_SHOW:
  case CAL_BUBBLE_READY:
  case CAL_BUBBLE_NO_SERVER:
  case CAL_BUBBLE_ANSWERED:
  case CAL_BUBBLE_REFUSED:
  case CAL_BUBBLE_RESTED:
    return stay(state);
  }
  g_assert_not_reached();
}

CalBubbleStep
cal_bubble_step(CalBubbleState state, CalBubbleEvent event)
{
  switch (state.phase) {
  case CAL_BUBBLE_IDLE:
    return step_idle(state, event);
  case CAL_BUBBLE_WAITING:
    return step_waiting(state, event);
  case CAL_BUBBLE_SENDING:
    return step_sending(state, event);
  case CAL_BUBBLE_CHANGED:
    return step_changed(state, event);
  case CAL_BUBBLE_CANCELLED:
    return step_cancelled(state, event);
  case CAL_BUBBLE_SHOWN:
    return step_shown(state, event);
  case CAL_BUBBLE_RESTING:
    return step_resting(state, event);
  case CAL_BUBBLE_CLOSING:
    return step_closing(state, event);
  case CAL_BUBBLE_REOPENING:
    return step_reopening(state, event);
  }
  g_assert_not_reached();
}

gboolean
cal_bubble_phase_wanted(CalBubblePhase phase)
{
  return phase != CAL_BUBBLE_IDLE && phase != CAL_BUBBLE_CANCELLED && phase != CAL_BUBBLE_CLOSING;
}

const char *
cal_bubble_phase_name(CalBubblePhase phase)
{
  static const char *const names[CAL_BUBBLE_PHASES] = {
    [CAL_BUBBLE_IDLE] = "idle",           [CAL_BUBBLE_WAITING] = "waiting",
    [CAL_BUBBLE_SENDING] = "sending",     [CAL_BUBBLE_CHANGED] = "changed",
    [CAL_BUBBLE_CANCELLED] = "cancelled", [CAL_BUBBLE_SHOWN] = "shown",
    [CAL_BUBBLE_RESTING] = "resting",     [CAL_BUBBLE_CLOSING] = "closing",
    [CAL_BUBBLE_REOPENING] = "reopening",
  };
  return names[phase];
}

const char *
cal_bubble_event_name(CalBubbleEvent event)
{
  static const char *const names[CAL_BUBBLE_EVENTS] = {
    [CAL_BUBBLE_SHOW] = "show",       [CAL_BUBBLE_WITHDRAW] = "withdraw",
    [CAL_BUBBLE_READY] = "ready",     [CAL_BUBBLE_NO_SERVER] = "no-server",
    [CAL_BUBBLE_LOST] = "lost",       [CAL_BUBBLE_ANSWERED] = "answered",
    [CAL_BUBBLE_REFUSED] = "refused", [CAL_BUBBLE_RESTED] = "rested",
    [CAL_BUBBLE_CLOSED] = "closed",   [CAL_BUBBLE_CLOSE_DONE] = "close-done",
  };
  return names[event];
}
