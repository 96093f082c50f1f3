/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include "../../../lib/machine/life.h"

static const CalLifeLevel gone = { 0 };
static const CalLifeLevel off = { .exists = true, .bonded = true, .trusted = true };
static const CalLifeLevel unbonded = { .powered = true, .exists = true };
static const CalLifeLevel idle = { .powered = true, .exists = true, .bonded = true, .trusted = true };
static const CalLifeLevel untrusted = { .powered = true, .exists = true, .bonded = true };
static const CalLifeLevel connected = {
  .powered = true, .exists = true, .bonded = true, .trusted = true, .connected = true
};
static const CalLifeLevel resolved = {
  .powered = true, .exists = true, .bonded = true, .trusted = true, .connected = true, .resolved = true
};

static unsigned
level(CalLife *life, CalLifeLevel what, int64_t now_ms)
{
  return cal_life_step(life, &(CalLifeEvent){ .kind = CAL_LIFE_LEVEL, .level = what }, now_ms);
}

static unsigned
event(CalLife *life, CalLifeEventKind kind, CalLifeFault fault, int64_t now_ms)
{
  return cal_life_step(life, &(CalLifeEvent){ .kind = kind, .fault = fault }, now_ms);
}

static void
test_example(void **state)
{
  (void)state;
  CalLife life;
  cal_life_init(&life, true);
  CalLifeLevel now = { .powered = true, .exists = true, .bonded = true, .trusted = true };
  CalLifeEvent what = { .kind = CAL_LIFE_LEVEL, .level = now };
  assert_int_equal(cal_life_step(&life, &what, 0), 0);
  assert_int_equal(life.state, CAL_LIFE_IDLE);
  what.level.connected = what.level.resolved = true;
  assert_int_equal(cal_life_step(&life, &what, 60), CAL_LIFE_SET_UP);
  assert_int_equal(life.state, CAL_LIFE_SETTING_UP);
}

/* Brings a life into each state, the clock at 1000 s and the connection, if any, 20 s old. */
static CalLife
in_state(CalLifeState state)
{
  static const CalLifeLevel levels[CAL_LIFE_STATES] = {
    [CAL_LIFE_CONNECTING] = { .powered = true, .exists = true, .bonded = true, .trusted = true },
  };
  CalLife life;
  cal_life_init(&life, true);
  life.level = levels[CAL_LIFE_CONNECTING];
  life.state = state;
  life.connected_ms = 980000;
  switch (state) {
  case CAL_LIFE_ABSENT:
    life.level = gone;
    break;
  case CAL_LIFE_UNBONDED:
    life.level = unbonded;
    break;
  case CAL_LIFE_RESOLVING:
  case CAL_LIFE_MENDING:
    life.level = connected;
    life.deadline_ms = 1000000;
    break;
  case CAL_LIFE_SETTING_UP:
  case CAL_LIFE_READY:
  case CAL_LIFE_LETTING_GO:
    life.level = resolved;
    life.deadline_ms = state == CAL_LIFE_LETTING_GO ? 1000000 : CAL_LIFE_NEVER;
    break;
  case CAL_LIFE_CONNECTING:
  case CAL_LIFE_RETURNING:
  case CAL_LIFE_BACKING_OFF:
    life.deadline_ms = 1000000;
    break;
  case CAL_LIFE_IDLE:
  case CAL_LIFE_LET_GO:
  case CAL_LIFE_STATES:
    break;
  }
  return life;
}

enum {
  GONE,
  OFF,
  UNBONDED,
  IDLE,
  CONNECTED,
  RESOLVED,
  FLAPPED,
  CONNECT_OK,
  CONNECT_BUSY,
  CONNECT_AUTH,
  CONNECT_ABORT,
  CONNECT_OTHER,
  SETUP_DONE,
  SETUP_AUTH,
  SETUP_WRONG,
  SETUP_OTHER,
  SETUP_GONE,
  REST,
  WAKE,
  TIME,
  COLUMNS
};

static unsigned
apply(CalLife *life, int column)
{
  CalLifeLevel flapped = connected;
  flapped.epoch = life->level.epoch + 1;
  const int64_t now_ms = 1000000;
  switch (column) {
  case GONE:
    return level(life, gone, now_ms);
  case OFF:
    return level(life, off, now_ms);
  case UNBONDED:
    return level(life, unbonded, now_ms);
  case IDLE:
    return level(life, idle, now_ms);
  case CONNECTED:
    return level(life, connected, now_ms);
  case RESOLVED:
    return level(life, resolved, now_ms);
  case FLAPPED:
    return level(life, flapped, now_ms);
  case CONNECT_OK:
    return event(life, CAL_LIFE_CONNECT_ENDED, CAL_LIFE_FAULT_NONE, now_ms);
  case CONNECT_BUSY:
    return event(life, CAL_LIFE_CONNECT_ENDED, CAL_LIFE_FAULT_BUSY, now_ms);
  case CONNECT_AUTH:
    return event(life, CAL_LIFE_CONNECT_ENDED, CAL_LIFE_FAULT_AUTH, now_ms);
  case CONNECT_ABORT:
    return event(life, CAL_LIFE_CONNECT_ENDED, CAL_LIFE_FAULT_ABORTED, now_ms);
  case CONNECT_OTHER:
    return event(life, CAL_LIFE_CONNECT_ENDED, CAL_LIFE_FAULT_OTHER, now_ms);
  case SETUP_DONE:
    return event(life, CAL_LIFE_SETUP_DONE, CAL_LIFE_FAULT_NONE, now_ms);
  case SETUP_AUTH:
    return event(life, CAL_LIFE_SETUP_FAILED, CAL_LIFE_FAULT_AUTH, now_ms);
  case SETUP_WRONG:
    return event(life, CAL_LIFE_SETUP_FAILED, CAL_LIFE_FAULT_UNSUITABLE, now_ms);
  case SETUP_OTHER:
    return event(life, CAL_LIFE_SETUP_FAILED, CAL_LIFE_FAULT_OTHER, now_ms);
  case SETUP_GONE:
    return event(life, CAL_LIFE_SETUP_FAILED, CAL_LIFE_FAULT_GONE, now_ms);
  case REST:
    return event(life, CAL_LIFE_REST, CAL_LIFE_FAULT_NONE, now_ms);
  case WAKE:
    return event(life, CAL_LIFE_WAKE, CAL_LIFE_FAULT_NONE, now_ms);
  default:
    return event(life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, now_ms);
  }
}

/* Short names, so that the table below is one screen. */
enum {
  A = CAL_LIFE_ABSENT,
  U = CAL_LIFE_UNBONDED,
  I = CAL_LIFE_IDLE,
  C = CAL_LIFE_CONNECTING,
  R = CAL_LIFE_RESOLVING,
  M = CAL_LIFE_MENDING,
  B = CAL_LIFE_RETURNING,
  S = CAL_LIFE_SETTING_UP,
  Y = CAL_LIFE_READY,
  O = CAL_LIFE_BACKING_OFF,
  L = CAL_LIFE_LETTING_GO,
  X = CAL_LIFE_LET_GO
};

/* clang-format off */
static const unsigned char next[CAL_LIFE_STATES][COLUMNS] = {
  /*            gone off unb idle con res flap  C:ok busy auth abrt othr  S:ok auth wrng othr gone  rest wake time */
  [A] = { A, A, U, I, R, S, R,  A, A, A, A, A,  A, A, A, A, A,  X, A, A },
  [U] = { A, A, U, I, R, S, R,  U, U, U, U, U,  U, U, U, U, U,  X, U, U },
  [I] = { A, A, U, I, R, S, R,  I, I, I, I, I,  I, I, I, I, I,  X, I, I },
  [C] = { A, A, U, C, R, S, R,  C, C, O, I, I,  C, C, C, C, C,  L, C, I },
  [R] = { A, A, U, I, R, S, R,  R, R, R, R, R,  R, R, R, R, R,  L, R, M },
  [M] = { A, A, U, B, M, M, R,  M, M, M, M, M,  M, M, M, M, M,  L, M, C },
  [B] = { A, A, U, B, R, S, R,  B, B, B, B, B,  B, B, B, B, B,  X, B, C },
  [S] = { A, A, U, I, R, S, R,  S, S, S, S, S,  Y, O, O, O, S,  L, S, S },
  [Y] = { A, A, U, I, R, Y, R,  Y, Y, Y, Y, Y,  Y, O, O, O, Y,  L, Y, Y },
  [O] = { A, A, U, O, O, O, O,  O, O, O, O, O,  O, O, O, O, O,  X, O, C },
  [L] = { X, X, X, X, L, L, L,  L, L, L, L, L,  L, L, L, L, L,  L, L, X },
  [X] = { X, X, X, X, L, L, L,  X, X, X, X, X,  X, X, X, X, X,  X, C, X },
};
/* clang-format on */

/* Who waits for time has a deadline, and who waits for the level or an answer has none. */
static bool
has_deadline(CalLifeState state)
{
  switch (state) {
  case CAL_LIFE_CONNECTING:
  case CAL_LIFE_RESOLVING:
  case CAL_LIFE_MENDING:
  case CAL_LIFE_RETURNING:
  case CAL_LIFE_BACKING_OFF:
  case CAL_LIFE_LETTING_GO:
    return true;
  case CAL_LIFE_ABSENT:
  case CAL_LIFE_UNBONDED:
  case CAL_LIFE_IDLE:
  case CAL_LIFE_SETTING_UP:
  case CAL_LIFE_READY:
  case CAL_LIFE_LET_GO:
  case CAL_LIFE_STATES:
    return false;
  }
  return false;
}

/* What is said to be gone in a session has a deadline besides. */
static bool
may_wait(const CalLife *life, int column)
{
  const bool is_session = life->state == CAL_LIFE_SETTING_UP || life->state == CAL_LIFE_READY;
  return has_deadline(life->state) || (is_session && column == SETUP_GONE);
}

/* What holds after any step, whichever it was. */
static void
assert_sane(const CalLife *life, unsigned actions, CalLifeState before, int column)
{
  const bool usable = life->level.powered && life->level.exists && life->level.bonded;
  if ((life->deadline_ms != CAL_LIFE_NEVER) != may_wait(life, column))
    fail_msg("%s, event %d: %s with deadline %lld", cal_life_state_name(before), column,
             cal_life_state_name(life->state), (long long)life->deadline_ms);
  assert_true(usable || !(actions & (CAL_LIFE_CONNECT | CAL_LIFE_SET_UP | CAL_LIFE_TRUST)));
  assert_int_equal((actions & CAL_LIFE_CONNECT) != 0,
                   life->state == CAL_LIFE_CONNECTING && (before != CAL_LIFE_CONNECTING || column == TIME));
  assert_true(!(actions & CAL_LIFE_DISCONNECT) || life->state == CAL_LIFE_MENDING);
  assert_true(!(actions & CAL_LIFE_RELEASE) || life->state == CAL_LIFE_BACKING_OFF ||
              life->state == CAL_LIFE_LETTING_GO || life->state == CAL_LIFE_LET_GO);
  assert_true(!(actions & CAL_LIFE_SET_UP) || life->level.resolved);
  assert_in_range(cal_life_complaint(life), 0, CAL_LIFE_RESTS);
}

static void
test_every_event_in_every_state(void **unused)
{
  (void)unused;
  for (CalLifeState state = 0; state < CAL_LIFE_STATES; state++)
    for (int column = 0; column < COLUMNS; column++) {
      CalLife life = in_state(state);
      const unsigned actions = apply(&life, column);
      if (life.state != next[state][column])
        fail_msg("%s, event %d: %s, expected %s", cal_life_state_name(state), column,
                 cal_life_state_name(life.state), cal_life_state_name(next[state][column]));
      const bool was_session = state == CAL_LIFE_SETTING_UP || state == CAL_LIFE_READY;
      const bool is_session = life.state == CAL_LIFE_SETTING_UP || life.state == CAL_LIFE_READY;
      assert_true(was_session || !(actions & CAL_LIFE_ABANDON));
      assert_int_equal(was_session && !is_session, (actions & CAL_LIFE_ABANDON) != 0);
      assert_int_equal(is_session && !was_session, (actions & CAL_LIFE_SET_UP) != 0);
      assert_false((actions & CAL_LIFE_TRUST) && (actions & CAL_LIFE_RELEASE));
      assert_sane(&life, actions, state, column);
    }
}

static void
test_a_deadline_is_not_early(void **unused)
{
  (void)unused;
  for (CalLifeState state = 0; state < CAL_LIFE_STATES; state++) {
    CalLife life = in_state(state);
    assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, 999999), 0);
    assert_int_equal(life.state, state);
  }
}

static void
test_services_that_do_not_resolve(void **unused)
{
  (void)unused;
  CalLife life;
  cal_life_init(&life, true);
  level(&life, connected, 0);
  assert_int_equal(life.deadline_ms, CAL_LIFE_RESOLVE_MS);
  assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, 30000), CAL_LIFE_DISCONNECT);
  assert_int_equal(level(&life, idle, 32000), 0);
  assert_int_equal(life.state, CAL_LIFE_RETURNING);
  assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, 36999), 0);
  assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, 37000),
                   CAL_LIFE_TRUST | CAL_LIFE_CONNECT);
  level(&life, connected, 37100);
  assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, 67100), CAL_LIFE_RELEASE);
  assert_int_equal(life.state, CAL_LIFE_BACKING_OFF);
  assert_int_equal(cal_life_complaint(&life), CAL_LIFE_NO_SERVICES);
}

static void
test_a_coalesced_flap_is_a_lost_link(void **unused)
{
  (void)unused;
  CalLife life = in_state(CAL_LIFE_READY);
  CalLifeLevel same = resolved;
  same.epoch = 1;
  assert_int_equal(level(&life, same, 1000000), CAL_LIFE_ABANDON | CAL_LIFE_SET_UP);
  assert_int_equal(life.state, CAL_LIFE_SETTING_UP);
}

static int64_t
break_off(CalLife *life, int64_t now_ms)
{
  level(life, connected, now_ms);
  level(life, idle, now_ms + 100);
  return life->state == CAL_LIFE_BACKING_OFF ? life->deadline_ms - (now_ms + 100) : 0;
}

static void
test_back_off_doubles_to_five_minutes(void **unused)
{
  (void)unused;
  static const int64_t seconds[] = { 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300 };
  CalLife life;
  cal_life_init(&life, true);
  int64_t now_ms = 0;
  level(&life, idle, now_ms);
  for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
    assert_int_equal(break_off(&life, now_ms), seconds[i] * 1000);
    if (life.state == CAL_LIFE_BACKING_OFF) {
      now_ms = life.deadline_ms;
      assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, now_ms),
                       CAL_LIFE_TRUST | CAL_LIFE_CONNECT);
    }
  }
  assert_int_equal(cal_life_complaint(&life), CAL_LIFE_BOND_LOST);
}

static void
test_a_long_link_ends_the_back_off(void **unused)
{
  (void)unused;
  CalLife life;
  cal_life_init(&life, true);
  level(&life, idle, 0);
  break_off(&life, 0);
  level(&life, resolved, 1000);
  event(&life, CAL_LIFE_SETUP_DONE, CAL_LIFE_FAULT_NONE, 1100);
  assert_int_equal(level(&life, idle, 11000), CAL_LIFE_ABANDON);
  assert_int_equal(life.short_links, 0);
  assert_int_equal(life.state, CAL_LIFE_IDLE);
}

static void
test_six_refusals_are_a_lost_bond(void **unused)
{
  (void)unused;
  CalLife life;
  cal_life_init(&life, true);
  int64_t now_ms = 0;
  level(&life, untrusted, now_ms);
  for (int i = 0; i < 6; i++) {
    assert_int_not_equal(cal_life_complaint(&life), CAL_LIFE_BOND_LOST);
    assert_int_equal(life.state, CAL_LIFE_CONNECTING);
    assert_int_equal(event(&life, CAL_LIFE_CONNECT_ENDED, CAL_LIFE_FAULT_ABORTED, now_ms + 500),
                     CAL_LIFE_RELEASE);
    now_ms = life.deadline_ms;
    event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, now_ms);
  }
  assert_int_equal(cal_life_complaint(&life), CAL_LIFE_BOND_LOST);
  level(&life, resolved, now_ms);
  event(&life, CAL_LIFE_SETUP_DONE, CAL_LIFE_FAULT_NONE, now_ms);
  assert_int_equal(cal_life_complaint(&life), CAL_LIFE_FINE);
}

/* A Disconnect of an earlier life may be under way: trusted, it would not be connected behind that. */
static void
test_who_is_connected_is_not_trusted_without_a_connect(void **unused)
{
  (void)unused;
  CalLife life;
  CalLifeLevel leaving = resolved;
  leaving.trusted = false;
  cal_life_init(&life, true);
  assert_int_equal(level(&life, leaving, 0), CAL_LIFE_SET_UP);
  assert_int_equal(level(&life, untrusted, 2000), CAL_LIFE_ABANDON | CAL_LIFE_CONNECT | CAL_LIFE_TRUST);
  assert_int_equal(life.state, CAL_LIFE_CONNECTING);
}

/* An absent tag makes Connect fail with the same words, but late. */
static void
test_a_slow_abort_is_no_refusal(void **unused)
{
  (void)unused;
  CalLife life;
  cal_life_init(&life, true);
  level(&life, untrusted, 0);
  assert_int_equal(event(&life, CAL_LIFE_CONNECT_ENDED, CAL_LIFE_FAULT_ABORTED, 25000), 0);
  assert_int_equal(life.refusals, 0);
  assert_int_equal(life.state, CAL_LIFE_IDLE);
}

/* Somebody else is connecting it, or the object was gone when we asked: BlueZ has not taken our word, so that
 * waiting for ever would be in vain. */
static void
test_a_connect_that_did_not_take_place_is_repeated(void **unused)
{
  (void)unused;
  static const CalLifeFault faults[] = { CAL_LIFE_FAULT_BUSY, CAL_LIFE_FAULT_GONE };
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    CalLife life;
    cal_life_init(&life, true);
    assert_int_equal(level(&life, untrusted, 0), CAL_LIFE_TRUST | CAL_LIFE_CONNECT);
    assert_int_equal(event(&life, CAL_LIFE_CONNECT_ENDED, faults[i], 10), 0);
    assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, 30009), 0);
    assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, 30010),
                     CAL_LIFE_TRUST | CAL_LIFE_CONNECT);
    assert_int_equal(life.state, CAL_LIFE_CONNECTING);
    event(&life, CAL_LIFE_CONNECT_ENDED, CAL_LIFE_FAULT_NONE, 30020);
    assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, life.deadline_ms), 0);
    assert_int_equal(life.state, CAL_LIFE_IDLE);
  }
}

/* The call was refused before anything was done: BlueZ does not wait for the tag, since it was let go. */
static void
test_a_connect_that_fails_at_once_is_repeated(void **unused)
{
  (void)unused;
  CalLife life = in_state(CAL_LIFE_BACKING_OFF);
  event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, life.deadline_ms);
  assert_int_equal(life.state, CAL_LIFE_CONNECTING);
  const int64_t began_ms = life.connected_ms;
  event(&life, CAL_LIFE_CONNECT_ENDED, CAL_LIFE_FAULT_OTHER, began_ms + CAL_LIFE_FLAP_MS - 1);
  assert_int_equal(life.state, CAL_LIFE_CONNECTING);
  assert_int_equal(life.deadline_ms, began_ms + CAL_LIFE_FLAP_MS - 1 + CAL_LIFE_AGAIN_MS);
  assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, life.deadline_ms),
                   CAL_LIFE_TRUST | CAL_LIFE_CONNECT);
  event(&life, CAL_LIFE_CONNECT_ENDED, CAL_LIFE_FAULT_OTHER, life.connected_ms + CAL_LIFE_FLAP_MS);
  assert_int_equal(life.state, CAL_LIFE_IDLE);
}

/* BlueZ's answer got lost, and the connection stands. */
static void
test_what_is_said_to_be_gone_and_stays_is_set_up_anew(void **unused)
{
  (void)unused;
  static const CalLifeState states[] = { CAL_LIFE_SETTING_UP, CAL_LIFE_READY };
  for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
    CalLife life = in_state(states[i]);
    assert_int_equal(event(&life, CAL_LIFE_SETUP_FAILED, CAL_LIFE_FAULT_GONE, 1000), 0);
    assert_int_equal(life.deadline_ms, 1000 + CAL_LIFE_GONE_MS);
    assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, 999 + CAL_LIFE_GONE_MS), 0);
    assert_int_equal(life.state, states[i]);
    assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, 1000 + CAL_LIFE_GONE_MS),
                     CAL_LIFE_ABANDON | CAL_LIFE_RELEASE);
    assert_int_equal(life.state, CAL_LIFE_BACKING_OFF);
  }
}

static void
test_rest_and_wake(void **unused)
{
  (void)unused;
  CalLife life = in_state(CAL_LIFE_READY);
  assert_int_equal(event(&life, CAL_LIFE_REST, CAL_LIFE_FAULT_NONE, 0), CAL_LIFE_ABANDON | CAL_LIFE_RELEASE);
  level(&life, untrusted, 2700);
  assert_int_equal(life.state, CAL_LIFE_LET_GO);
  level(&life, off, 3000);
  level(&life, untrusted, 4000);
  assert_int_equal(life.state, CAL_LIFE_LET_GO);
  assert_int_equal(event(&life, CAL_LIFE_WAKE, CAL_LIFE_FAULT_NONE, 5000), CAL_LIFE_TRUST | CAL_LIFE_CONNECT);
}

/* As on a machine that slept before a Disconnect was over, and whose kernel links the tag as it wakes. */
static void
test_who_is_woken_while_it_is_let_go_waits_for_its_end(void **unused)
{
  (void)unused;
  CalLife life = in_state(CAL_LIFE_LETTING_GO);
  assert_int_equal(event(&life, CAL_LIFE_WAKE, CAL_LIFE_FAULT_NONE, 0), 0);
  assert_int_equal(level(&life, resolved, 100), 0);
  assert_int_equal(life.state, CAL_LIFE_LETTING_GO);
  assert_int_equal(level(&life, idle, 2700), CAL_LIFE_TRUST | CAL_LIFE_CONNECT);
  assert_int_equal(life.state, CAL_LIFE_CONNECTING);
}

/* Who else uses the link keeps it up. */
static void
test_who_is_woken_and_stays_connected_is_set_up(void **unused)
{
  (void)unused;
  CalLife life = in_state(CAL_LIFE_READY);
  event(&life, CAL_LIFE_REST, CAL_LIFE_FAULT_NONE, 0);
  event(&life, CAL_LIFE_WAKE, CAL_LIFE_FAULT_NONE, 2000);
  assert_int_equal(event(&life, CAL_LIFE_TIME, CAL_LIFE_FAULT_NONE, CAL_LIFE_DISCONNECT_MS), CAL_LIFE_SET_UP);
  assert_int_equal(life.state, CAL_LIFE_SETTING_UP);
}

static void
test_who_is_woken_and_told_to_rest_again_rests(void **unused)
{
  (void)unused;
  CalLife life = in_state(CAL_LIFE_LETTING_GO);
  event(&life, CAL_LIFE_WAKE, CAL_LIFE_FAULT_NONE, 0);
  assert_int_equal(event(&life, CAL_LIFE_REST, CAL_LIFE_FAULT_NONE, 1), 0);
  assert_int_equal(level(&life, idle, 2700), 0);
  assert_int_equal(life.state, CAL_LIFE_LET_GO);
}

static void
test_who_is_woken_and_loses_its_adapter_is_absent(void **unused)
{
  (void)unused;
  CalLife life = in_state(CAL_LIFE_LETTING_GO);
  event(&life, CAL_LIFE_WAKE, CAL_LIFE_FAULT_NONE, 0);
  assert_int_equal(level(&life, off, 1), 0);
  assert_int_equal(life.state, CAL_LIFE_ABSENT);
}

/* Not known when it was told to rest, and connected by whom it was adopted. */
static void
test_who_rests_lets_go_of_a_link_that_comes(void **unused)
{
  (void)unused;
  CalLife life;
  cal_life_init(&life, true);
  assert_int_equal(event(&life, CAL_LIFE_REST, CAL_LIFE_FAULT_NONE, 0), 0);
  assert_int_equal(life.state, CAL_LIFE_LET_GO);
  assert_int_equal(level(&life, resolved, 100), CAL_LIFE_RELEASE);
  level(&life, untrusted, 2800);
  assert_int_equal(life.state, CAL_LIFE_LET_GO);
}

static void
test_without_need_of_a_bond(void **unused)
{
  (void)unused;
  CalLife life;
  cal_life_init(&life, false);
  level(&life, unbonded, 0);
  assert_int_equal(life.state, CAL_LIFE_CONNECTING);
}

/* The journal tells states by their names. */
static void
test_each_state_has_a_name_of_its_own(void **state)
{
  (void)state;
  for (int i = 0; i < CAL_LIFE_STATES; i++) {
    const char *const name = cal_life_state_name((CalLifeState)i);
    assert_true(name != NULL && name[0] >= 'a' && name[0] <= 'z');
    for (int other = 0; other < i; other++)
      assert_string_not_equal(name, cal_life_state_name((CalLifeState)other));
  }
  assert_string_equal(cal_life_state_name(CAL_LIFE_STATES), "?");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_every_event_in_every_state),
    cmocka_unit_test(test_a_deadline_is_not_early),
    cmocka_unit_test(test_services_that_do_not_resolve),
    cmocka_unit_test(test_a_coalesced_flap_is_a_lost_link),
    cmocka_unit_test(test_back_off_doubles_to_five_minutes),
    cmocka_unit_test(test_a_long_link_ends_the_back_off),
    cmocka_unit_test(test_six_refusals_are_a_lost_bond),
    cmocka_unit_test(test_who_is_connected_is_not_trusted_without_a_connect),
    cmocka_unit_test(test_a_slow_abort_is_no_refusal),
    cmocka_unit_test(test_a_connect_that_did_not_take_place_is_repeated),
    cmocka_unit_test(test_a_connect_that_fails_at_once_is_repeated),
    cmocka_unit_test(test_what_is_said_to_be_gone_and_stays_is_set_up_anew),
    cmocka_unit_test(test_rest_and_wake),
    cmocka_unit_test(test_who_is_woken_while_it_is_let_go_waits_for_its_end),
    cmocka_unit_test(test_who_is_woken_and_stays_connected_is_set_up),
    cmocka_unit_test(test_who_is_woken_and_told_to_rest_again_rests),
    cmocka_unit_test(test_who_is_woken_and_loses_its_adapter_is_absent),
    cmocka_unit_test(test_who_rests_lets_go_of_a_link_that_comes),
    cmocka_unit_test(test_without_need_of_a_bond),
    cmocka_unit_test(test_each_state_has_a_name_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
