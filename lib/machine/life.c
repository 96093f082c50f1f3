/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *              level: nothing there                      REST, from anywhere
 *   anywhere ───────────────────────▶ ABSENT      ┌──▶ LETTING_GO ──not connected──▶ LET_GO ── WAKE ──┐
 *            ─── no bond ───────────▶ UNBONDED    │       ▲ ◀── connected all the same ── │           │
 *                                        │        │                                                   │
 *                      there and bonded  ▼        │             settle by level ◀─────────────────────┘
 *                 ┌───────────────── settle ──────┘
 *   not connected │                  │ connected
 *                 ▼                  ▼                  30 s      MENDING ──not connected──▶ RETURNING
 *      IDLE ── connected ────▶ RESOLVING ───────────────────────▶  (Disconnect, once)          │    │
 *       │ not trusted              │ services known    second time ▶ BACKING_OFF        connected  5 s
 *       ▼ when it settled          ▼                                                           │    │
 *   CONNECTING ◀── deadline ──┐  SETTING_UP ── SETUP_DONE ──▶ READY                             ▼    ▼
 *       │                     │    │ SETUP_FAILED              │ link lost             RESOLVING  CONNECTING
 *       ├── busy: 30 s ───────┤    │                           │ said to be gone and not so
 *       └── ended ──▶ IDLE    │    ▼                           ▼ within 10 s: BACKING_OFF
 *                        BACKING_OFF ◀── second short link in a row; the first is settled anew
 *
 * A link is lost when Connected or ServicesResolved is false, or the epoch changed. Who is woken while
 * LETTING_GO is settled when that ends, and does not rest.
 */
#include "life.h"

void
cal_life_init(CalLife *life, bool needs_bond)
{
  *life = (CalLife){ .state = CAL_LIFE_ABSENT, .needs_bond = needs_bond, .deadline_ms = CAL_LIFE_NEVER };
}

const char *
cal_life_state_name(CalLifeState state)
{
  static const char *const names[CAL_LIFE_STATES] = {
    "absent",    "unbonded",   "idle",  "connecting",  "resolving",  "mending",
    "returning", "setting up", "ready", "backing off", "letting go", "let go",
  };
  return state < CAL_LIFE_STATES ? names[state] : "?";
}

static unsigned
enter(CalLife *life, CalLifeState state, int64_t deadline_ms, unsigned actions)
{
  life->state = state;
  life->deadline_ms = deadline_ms;
  return actions;
}

/* Whether a session of ours may be running. */
static bool
in_session(const CalLife *life)
{
  return life->state == CAL_LIFE_SETTING_UP || life->state == CAL_LIFE_READY;
}

static bool
is_there(const CalLife *life)
{
  return life->level.powered && life->level.exists;
}

static bool
is_believed(const CalLife *life)
{
  return is_there(life) && (life->level.bonded || !life->needs_bond);
}

static unsigned
set_up(CalLife *life)
{
  life->mended = false;
  return enter(life, CAL_LIFE_SETTING_UP, CAL_LIFE_NEVER, CAL_LIFE_SET_UP);
}

/* The connection is up: from here on it counts as one. A tag that is not trusted stays so: a Disconnect of an
 * earlier life may be under way, and behind it only a Connect brings the tag back. */
static unsigned
come_up(CalLife *life, int64_t now_ms)
{
  life->connected_ms = now_ms;
  if (life->level.resolved)
    return set_up(life);
  return enter(life, CAL_LIFE_RESOLVING, now_ms + CAL_LIFE_RESOLVE_MS, 0);
}

static unsigned
connect_now(CalLife *life, int64_t now_ms)
{
  life->connected_ms = now_ms;
  life->again = false;
  return enter(life, CAL_LIFE_CONNECTING, now_ms + CAL_LIFE_CONNECT_MS, CAL_LIFE_TRUST | CAL_LIFE_CONNECT);
}

/* Finds the state that the level alone asks for. A tag that is not trusted was let go, by us or in an earlier
 * life, and BlueZ takes it up again only after one Connect. */
static unsigned
settle(CalLife *life, int64_t now_ms)
{
  if (!is_there(life))
    return enter(life, CAL_LIFE_ABSENT, CAL_LIFE_NEVER, 0);
  if (!is_believed(life))
    return enter(life, CAL_LIFE_UNBONDED, CAL_LIFE_NEVER, 0);
  if (life->level.connected)
    return come_up(life, now_ms);
  if (!life->level.trusted)
    return connect_now(life, now_ms);
  return enter(life, CAL_LIFE_IDLE, CAL_LIFE_NEVER, 0);
}

/* 1, 2, 4 ... 300 s, by how often in a row it broke; the first break is free. */
static int64_t
back_off_ms(unsigned short_links)
{
  const unsigned doublings = short_links > 1 ? short_links - 2 : 0;
  if (doublings > 8)
    return CAL_LIFE_BACK_OFF_MAX_MS;
  return INT64_C(1000) << doublings;
}

static unsigned
back_off(CalLife *life, int64_t now_ms, unsigned actions)
{
  return enter(life, CAL_LIFE_BACKING_OFF, now_ms + back_off_ms(life->short_links),
               actions | CAL_LIFE_RELEASE);
}

/* The connection ended, and not by us. */
static unsigned
lose(CalLife *life, int64_t now_ms)
{
  const unsigned abandon = in_session(life) ? CAL_LIFE_ABANDON : 0;
  const bool was_short = now_ms - life->connected_ms < CAL_LIFE_FLAP_MS;
  if (was_short && life->state != CAL_LIFE_READY)
    life->refusals++;
  life->short_links = was_short ? life->short_links + 1 : 0;
  if (life->short_links > 1)
    return back_off(life, now_ms, abandon);
  return abandon | settle(life, now_ms);
}

/* An attempt of ours failed in a way that asks for a pause. */
static unsigned
refuse(CalLife *life, bool looks_like_lost_bond, int64_t now_ms, unsigned actions)
{
  life->short_links += life->short_links == 0 ? 2 : 1;
  if (looks_like_lost_bond)
    life->refusals++;
  return back_off(life, now_ms, actions);
}

static unsigned
let_go(CalLife *life, int64_t now_ms, unsigned actions)
{
  life->woken = false;
  return enter(life, CAL_LIFE_LETTING_GO, now_ms + CAL_LIFE_DISCONNECT_MS, actions | CAL_LIFE_RELEASE);
}

/* It rests no more. Trusted is false behind it, whatever an older level says: settling must
 * lead to one Connect. */
static unsigned
get_up(CalLife *life, int64_t now_ms)
{
  life->woken = false;
  life->level.trusted = false;
  return settle(life, now_ms);
}

/* The Disconnect of its rest is over. */
static unsigned
be_let_go(CalLife *life, int64_t now_ms)
{
  return life->woken ? get_up(life, now_ms) : enter(life, CAL_LIFE_LET_GO, CAL_LIFE_NEVER, 0);
}

/* The level says that there is a device that we may use. */
static unsigned
on_usable_level(CalLife *life, bool new_epoch, int64_t now_ms)
{
  const CalLifeLevel *level = &life->level;
  switch (life->state) {
  case CAL_LIFE_ABSENT:
  case CAL_LIFE_UNBONDED:
    return settle(life, now_ms);
  case CAL_LIFE_IDLE:
  case CAL_LIFE_CONNECTING:
  case CAL_LIFE_RETURNING:
    return level->connected ? come_up(life, now_ms) : 0;
  case CAL_LIFE_RESOLVING:
    if (!level->connected)
      return lose(life, now_ms);
    return level->resolved ? set_up(life) : 0;
  case CAL_LIFE_MENDING:
    if (!level->connected)
      return enter(life, CAL_LIFE_RETURNING, now_ms + CAL_LIFE_RETURN_MS, 0);
    return new_epoch ? come_up(life, now_ms) : 0;
  case CAL_LIFE_SETTING_UP:
  case CAL_LIFE_READY:
    return level->connected && level->resolved && !new_epoch ? 0 : lose(life, now_ms);
  case CAL_LIFE_LETTING_GO:
    return level->connected ? 0 : be_let_go(life, now_ms);
  case CAL_LIFE_LET_GO: /* it was not known when it was told to rest, or somebody else connected it */
    return level->connected ? let_go(life, now_ms, 0) : 0;
  case CAL_LIFE_BACKING_OFF:
  case CAL_LIFE_STATES:
    return 0;
  }
  return 0;
}

/* Nothing there that we may use; whoever rests goes on resting. */
static unsigned
on_unusable_level(CalLife *life, int64_t now_ms)
{
  const unsigned abandon = in_session(life) ? CAL_LIFE_ABANDON : 0;
  if (life->state == CAL_LIFE_LET_GO || life->state == CAL_LIFE_LETTING_GO)
    return be_let_go(life, now_ms);
  return abandon | settle(life, now_ms);
}

static unsigned
on_level(CalLife *life, const CalLifeLevel *level, int64_t now_ms)
{
  const bool new_epoch = level->epoch != life->level.epoch;
  life->level = *level;
  return is_believed(life) ? on_usable_level(life, new_epoch, now_ms) : on_unusable_level(life, now_ms);
}

/* An absent tag lets BlueZ wait for tens of seconds; one that breaks the attempt at once is there. */
static bool
was_quick(const CalLife *life, int64_t now_ms)
{
  return now_ms - life->connected_ms < CAL_LIFE_FLAP_MS;
}

static unsigned
connect_ended(CalLife *life, CalLifeFault fault, int64_t now_ms)
{
  switch (fault) {
  case CAL_LIFE_FAULT_NONE: /* the level will say, or the deadline */
    return 0;
  case CAL_LIFE_FAULT_BUSY: /* the level will say, or it is tried again: BlueZ has not heard us */
  case CAL_LIFE_FAULT_GONE:
    life->again = true;
    return enter(life, CAL_LIFE_CONNECTING, now_ms + CAL_LIFE_AGAIN_MS, 0);
  case CAL_LIFE_FAULT_AUTH:
    return refuse(life, true, now_ms, 0);
  case CAL_LIFE_FAULT_ABORTED:
    if (was_quick(life, now_ms))
      return refuse(life, true, now_ms, 0);
    return enter(life, CAL_LIFE_IDLE, CAL_LIFE_NEVER, 0);
  case CAL_LIFE_FAULT_UNSUITABLE:
  case CAL_LIFE_FAULT_OTHER: /* after a time in the air BlueZ has it on its list and goes on waiting for it */
    if (!was_quick(life, now_ms))
      return enter(life, CAL_LIFE_IDLE, CAL_LIFE_NEVER, 0);
    life->again = true;
    return enter(life, CAL_LIFE_CONNECTING, now_ms + CAL_LIFE_AGAIN_MS, 0);
  }
  return 0;
}

static unsigned
on_connect_ended(CalLife *life, CalLifeFault fault, int64_t now_ms)
{
  switch (life->state) {
  case CAL_LIFE_CONNECTING:
    return connect_ended(life, fault, now_ms);
  case CAL_LIFE_ABSENT: /* the answer to an attempt that the level has overtaken */
  case CAL_LIFE_UNBONDED:
  case CAL_LIFE_IDLE:
  case CAL_LIFE_RESOLVING:
  case CAL_LIFE_MENDING:
  case CAL_LIFE_RETURNING:
  case CAL_LIFE_SETTING_UP:
  case CAL_LIFE_READY:
  case CAL_LIFE_BACKING_OFF:
  case CAL_LIFE_LETTING_GO:
  case CAL_LIFE_LET_GO:
  case CAL_LIFE_STATES:
    return 0;
  }
  return 0;
}

static unsigned
on_setup_done(CalLife *life)
{
  switch (life->state) {
  case CAL_LIFE_SETTING_UP:
    life->refusals = 0;
    life->unsuitable = false;
    return enter(life, CAL_LIFE_READY, CAL_LIFE_NEVER, 0);
  case CAL_LIFE_ABSENT: /* done, of a session that is over */
  case CAL_LIFE_UNBONDED:
  case CAL_LIFE_IDLE:
  case CAL_LIFE_CONNECTING:
  case CAL_LIFE_RESOLVING:
  case CAL_LIFE_MENDING:
  case CAL_LIFE_RETURNING:
  case CAL_LIFE_READY:
  case CAL_LIFE_BACKING_OFF:
  case CAL_LIFE_LETTING_GO:
  case CAL_LIFE_LET_GO:
  case CAL_LIFE_STATES:
    return 0;
  }
  return 0;
}

static unsigned
setup_failed(CalLife *life, CalLifeFault fault, int64_t now_ms)
{
  switch (fault) {
  case CAL_LIFE_FAULT_NONE:
    return 0;
  case CAL_LIFE_FAULT_GONE: /* the level will say so, or the deadline that it is not true */
    return enter(life, life->state, now_ms + CAL_LIFE_GONE_MS, 0);
  case CAL_LIFE_FAULT_AUTH:
  case CAL_LIFE_FAULT_ABORTED:
    return refuse(life, true, now_ms, CAL_LIFE_ABANDON);
  case CAL_LIFE_FAULT_UNSUITABLE: /* no hurry to ask again */
    life->unsuitable = true;
    return enter(life, CAL_LIFE_BACKING_OFF, now_ms + CAL_LIFE_BACK_OFF_MAX_MS,
                 CAL_LIFE_ABANDON | CAL_LIFE_RELEASE);
  case CAL_LIFE_FAULT_BUSY:
  case CAL_LIFE_FAULT_OTHER:
    return refuse(life, false, now_ms, CAL_LIFE_ABANDON);
  }
  return 0;
}

static unsigned
on_setup_failed(CalLife *life, CalLifeFault fault, int64_t now_ms)
{
  switch (life->state) {
  case CAL_LIFE_SETTING_UP:
  case CAL_LIFE_READY:
    return setup_failed(life, fault, now_ms);
  case CAL_LIFE_ABSENT: /* failed, since it is over */
  case CAL_LIFE_UNBONDED:
  case CAL_LIFE_IDLE:
  case CAL_LIFE_CONNECTING:
  case CAL_LIFE_RESOLVING:
  case CAL_LIFE_MENDING:
  case CAL_LIFE_RETURNING:
  case CAL_LIFE_BACKING_OFF:
  case CAL_LIFE_LETTING_GO:
  case CAL_LIFE_LET_GO:
  case CAL_LIFE_STATES:
    return 0;
  }
  return 0;
}

static unsigned
on_rest(CalLife *life, int64_t now_ms)
{
  const unsigned abandon = in_session(life) ? CAL_LIFE_ABANDON : 0;
  switch (life->state) {
  case CAL_LIFE_ABSENT:
  case CAL_LIFE_UNBONDED:
  case CAL_LIFE_BACKING_OFF: /* released already */
    return enter(life, CAL_LIFE_LET_GO, CAL_LIFE_NEVER, 0);
  case CAL_LIFE_IDLE:
  case CAL_LIFE_RETURNING:
    return enter(life, CAL_LIFE_LET_GO, CAL_LIFE_NEVER, CAL_LIFE_RELEASE);
  case CAL_LIFE_CONNECTING: /* Disconnect ends a pending Connect, too */
  case CAL_LIFE_RESOLVING:
  case CAL_LIFE_MENDING:
  case CAL_LIFE_SETTING_UP:
  case CAL_LIFE_READY:
    return let_go(life, now_ms, abandon);
  case CAL_LIFE_LETTING_GO:
    life->woken = false;
    return 0;
  case CAL_LIFE_LET_GO:
  case CAL_LIFE_STATES:
    return 0;
  }
  return 0;
}

/* A link whose Disconnect is under way looks sound, and falls under whoever sets it up: its end is waited
 * for. */
static unsigned
on_wake(CalLife *life, int64_t now_ms)
{
  switch (life->state) {
  case CAL_LIFE_LETTING_GO:
    life->woken = true;
    return 0;
  case CAL_LIFE_LET_GO:
    return get_up(life, now_ms);
  case CAL_LIFE_ABSENT: /* awake */
  case CAL_LIFE_UNBONDED:
  case CAL_LIFE_IDLE:
  case CAL_LIFE_CONNECTING:
  case CAL_LIFE_RESOLVING:
  case CAL_LIFE_MENDING:
  case CAL_LIFE_RETURNING:
  case CAL_LIFE_SETTING_UP:
  case CAL_LIFE_READY:
  case CAL_LIFE_BACKING_OFF:
  case CAL_LIFE_STATES:
    return 0;
  }
  return 0;
}

/* Services that stay unknown after the one Disconnect that may mend them. */
static unsigned
resolve_timed_out(CalLife *life, int64_t now_ms)
{
  if (life->mended)
    return refuse(life, false, now_ms, 0);
  life->mended = true;
  return enter(life, CAL_LIFE_MENDING, now_ms + CAL_LIFE_DISCONNECT_MS, CAL_LIFE_DISCONNECT);
}

static unsigned
on_time(CalLife *life, int64_t now_ms)
{
  if (now_ms < life->deadline_ms)
    return 0;
  switch (life->state) {
  case CAL_LIFE_RESOLVING:
    return resolve_timed_out(life, now_ms);
  case CAL_LIFE_MENDING:
  case CAL_LIFE_RETURNING:
    return connect_now(life, now_ms);
  case CAL_LIFE_BACKING_OFF:
    life->level.trusted = false;
    return settle(life, now_ms);
  case CAL_LIFE_CONNECTING:
    return life->again ? connect_now(life, now_ms) : enter(life, CAL_LIFE_IDLE, CAL_LIFE_NEVER, 0);
  case CAL_LIFE_LETTING_GO:
    return be_let_go(life, now_ms);
  case CAL_LIFE_SETTING_UP: /* it was said to be gone, and is not */
  case CAL_LIFE_READY:
    return refuse(life, false, now_ms, CAL_LIFE_ABANDON);
  case CAL_LIFE_ABSENT: /* these have no deadline */
  case CAL_LIFE_UNBONDED:
  case CAL_LIFE_IDLE:
  case CAL_LIFE_LET_GO:
  case CAL_LIFE_STATES:
    return 0;
  }
  return 0;
}

unsigned
cal_life_step(CalLife *life, const CalLifeEvent *event, int64_t now_ms)
{
  switch (event->kind) {
  case CAL_LIFE_LEVEL:
    return on_level(life, &event->level, now_ms);
  case CAL_LIFE_CONNECT_ENDED:
    return on_connect_ended(life, event->fault, now_ms);
  case CAL_LIFE_SETUP_DONE:
    return on_setup_done(life);
  case CAL_LIFE_SETUP_FAILED:
    return on_setup_failed(life, event->fault, now_ms);
  case CAL_LIFE_REST:
    return on_rest(life, now_ms);
  case CAL_LIFE_WAKE:
    return on_wake(life, now_ms);
  case CAL_LIFE_TIME:
    return on_time(life, now_ms);
  case CAL_LIFE_EVENTS:
    return 0;
  }
  return 0;
}

/* While the same attempt is repeated, what made it fail says more than where it stands. */
static CalLifeComplaint
while_trying(const CalLife *life)
{
  if (life->unsuitable)
    return CAL_LIFE_UNSUITABLE;
  if (life->refusals >= CAL_LIFE_REFUSALS_MAX && life->needs_bond)
    return CAL_LIFE_BOND_LOST;
  if (life->mended)
    return CAL_LIFE_NO_SERVICES;
  if (life->short_links > 1)
    return CAL_LIFE_BREAKS;
  return life->state == CAL_LIFE_IDLE ? CAL_LIFE_OUT_OF_REACH : CAL_LIFE_COMING;
}

CalLifeComplaint
cal_life_complaint(const CalLife *life)
{
  switch (life->state) {
  case CAL_LIFE_ABSENT:
    return life->level.powered ? CAL_LIFE_UNKNOWN_TAG : CAL_LIFE_NO_RADIO;
  case CAL_LIFE_UNBONDED:
    return CAL_LIFE_NO_BOND;
  case CAL_LIFE_IDLE:
  case CAL_LIFE_CONNECTING:
  case CAL_LIFE_RESOLVING:
  case CAL_LIFE_MENDING:
  case CAL_LIFE_RETURNING:
  case CAL_LIFE_SETTING_UP:
  case CAL_LIFE_BACKING_OFF:
    return while_trying(life);
  case CAL_LIFE_READY:
    return CAL_LIFE_FINE;
  case CAL_LIFE_LETTING_GO:
  case CAL_LIFE_LET_GO:
  case CAL_LIFE_STATES:
    return CAL_LIFE_RESTS;
  }
  return CAL_LIFE_RESTS;
}
