/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../unit/cmocka_prelude.h"

#include <notify/bubble_step.h>

static CalBubbleState
walk(CalBubbleState state, const CalBubbleEvent *events, size_t n)
{
  for (size_t i = 0; i < n; i++)
    state = cal_bubble_step(state, events[i]).next;
  return state;
}

/* A bubble is withdrawn before a slow server has told its id: it is closed as soon as the id is known. */
static void
test_example(void **data)
{
  (void)data;
  const CalBubbleEvent slow[] = { CAL_BUBBLE_SHOW, CAL_BUBBLE_READY, CAL_BUBBLE_WITHDRAW };
  CalBubbleState state = walk((CalBubbleState){ .phase = CAL_BUBBLE_IDLE }, slow, 3);
  assert_int_equal(state.phase, CAL_BUBBLE_CANCELLED);
  CalBubbleStep step = cal_bubble_step(state, CAL_BUBBLE_ANSWERED);
  assert_int_equal(step.todo, CAL_BUBBLE_DO_CLOSE);
  assert_int_equal(step.next.phase, CAL_BUBBLE_CLOSING);
  step = cal_bubble_step(step.next, CAL_BUBBLE_CLOSE_DONE);
  assert_int_equal(step.next.phase, CAL_BUBBLE_IDLE);
}

typedef struct Expected {
  const char *phase;
  unsigned todo;
} Expected;

#define SEEK    CAL_BUBBLE_DO_SEEK
#define SEND    CAL_BUBBLE_DO_SEND
#define CLOSE   CAL_BUBBLE_DO_CLOSE
#define REST    CAL_BUBBLE_DO_REST
#define CLOSED  CAL_BUBBLE_DO_TELL_CLOSED
#define REFUSED CAL_BUBBLE_DO_TELL_REFUSED
#define LOST    CAL_BUBBLE_DO_TELL_LOST
#define TELLS   (CLOSED | REFUSED | LOST)

/* Every state and event, of a lasting bubble, at its first attempt, on screen where its phase allows. */
static const Expected table[CAL_BUBBLE_PHASES][CAL_BUBBLE_EVENTS] = {
  /* clang-format off */
  /*                SHOW               WITHDRAW         READY             NO_SERVER       LOST            ANSWERED            REFUSED          RESTED            CLOSED              CLOSE_DONE */
  /* idle      */ {{"waiting", SEEK}, {"idle", 0},      {"idle", 0},      {"idle", 0},      {"idle", 0},    {"idle", 0},        {"idle", 0},     {"idle", 0},      {"idle", 0},        {"idle", 0}},
  /* waiting   */ {{"waiting", SEEK}, {"idle", 0},      {"sending", SEND},{"waiting", 0},   {"waiting", 0}, {"waiting", 0},     {"waiting", 0},  {"waiting", 0},   {"waiting", 0},     {"waiting", 0}},
  /* sending   */ {{"changed", 0},    {"cancelled", 0}, {"sending", 0},   {"sending", 0},   {"waiting", 0}, {"shown", 0},       {"resting", REST},{"sending", 0},  {"sending", 0},     {"sending", 0}},
  /* changed   */ {{"changed", 0},    {"cancelled", 0}, {"changed", 0},   {"changed", 0},   {"waiting", 0}, {"sending", SEND},  {"resting", REST},{"changed", 0},  {"changed", 0},     {"changed", 0}},
  /* cancelled */ {{"changed", 0},    {"cancelled", 0}, {"cancelled", 0}, {"cancelled", 0}, {"idle", 0},    {"closing", CLOSE}, {"closing", CLOSE},{"cancelled", 0},{"cancelled", 0},  {"cancelled", 0}},
  /* shown     */ {{"sending", SEND}, {"closing", CLOSE},{"shown", 0},    {"shown", 0},     {"waiting", 0}, {"shown", 0},       {"shown", 0},    {"shown", 0},     {"idle", CLOSED},   {"shown", 0}},
  /* resting   */ {{"resting", 0},    {"closing", CLOSE},{"resting", 0},  {"resting", 0},   {"waiting", 0}, {"resting", 0},     {"resting", 0},  {"sending", SEND},{"resting", 0},     {"resting", 0}},
  /* closing   */ {{"reopening", 0},  {"closing", 0},   {"closing", 0},   {"closing", 0},   {"idle", 0},    {"closing", 0},     {"closing", 0},  {"closing", 0},   {"idle", 0},        {"idle", 0}},
  /* reopening */ {{"reopening", 0},  {"closing", 0},   {"reopening", 0}, {"reopening", 0}, {"waiting", 0}, {"reopening", 0},   {"reopening", 0},{"reopening", 0}, {"sending", SEND},  {"sending", SEND}},
  /* clang-format on */
};

static void
test_every_state_and_event(void **data)
{
  (void)data;
  for (unsigned p = 0; p < CAL_BUBBLE_PHASES; p++)
    for (unsigned e = 0; e < CAL_BUBBLE_EVENTS; e++) {
      const CalBubbleState state = { .phase = (CalBubblePhase)p,
                                     .on_screen = p != CAL_BUBBLE_IDLE && p != CAL_BUBBLE_WAITING };
      const CalBubbleStep step = cal_bubble_step(state, (CalBubbleEvent)e);
      if (g_strcmp0(cal_bubble_phase_name(step.next.phase), table[p][e].phase) ||
          step.todo != table[p][e].todo)
        fail_msg("%s, %s: %s doing %#x", cal_bubble_phase_name((CalBubblePhase)p),
                 cal_bubble_event_name((CalBubbleEvent)e), cal_bubble_phase_name(step.next.phase),
                 (unsigned)step.todo);
    }
}

static gboolean
under_way(CalBubblePhase phase)
{
  return phase == CAL_BUBBLE_SENDING || phase == CAL_BUBBLE_CHANGED || phase == CAL_BUBBLE_CANCELLED;
}

/* What holds of each step, whatever the flags. */
static void
check_rules(CalBubbleState state, CalBubbleEvent event)
{
  const CalBubbleStep step = cal_bubble_step(state, event);
  const CalBubbleState next = step.next;
  assert_true(next.phase < CAL_BUBBLE_PHASES);
  assert_int_equal(next.transient, state.transient);
  if (step.todo & (SEND | CLOSE)) /* one call at a time: the id is in the answer */
    assert_true(!under_way(state.phase) || event == CAL_BUBBLE_ANSWERED || event == CAL_BUBBLE_REFUSED);
  if (step.todo & CLOSE)
    assert_true(next.phase == CAL_BUBBLE_CLOSING && next.on_screen);
  assert_int_equal(!!(step.todo & SEND),
                   next.phase == CAL_BUBBLE_SENDING && state.phase != CAL_BUBBLE_SENDING);
  if (step.todo & REST)
    assert_true(next.phase == CAL_BUBBLE_RESTING && next.retried);
  if (next.phase == CAL_BUBBLE_IDLE) {
    assert_true(!(step.todo & ~(unsigned)TELLS));
    assert_false(next.on_screen && state.phase != CAL_BUBBLE_IDLE && state.phase != CAL_BUBBLE_WAITING);
  }
  if (event == CAL_BUBBLE_SHOW)
    assert_true(cal_bubble_phase_wanted(next.phase) && !(step.todo & TELLS));
  if (event == CAL_BUBBLE_WITHDRAW)
    assert_true(!cal_bubble_phase_wanted(next.phase) && !(step.todo & TELLS));
  if (event == CAL_BUBBLE_LOST)
    assert_true(next.phase == CAL_BUBBLE_IDLE || next.phase == CAL_BUBBLE_WAITING);
  if (state.phase == CAL_BUBBLE_SENDING && event == CAL_BUBBLE_REFUSED && state.retried) /* never in a loop */
    assert_true((step.todo & REFUSED) && !(step.todo & (SEND | REST)));
}

static void
test_rules_whatever_the_flags(void **data)
{
  (void)data;
  for (unsigned p = 0; p < CAL_BUBBLE_PHASES; p++)
    for (unsigned e = 0; e < CAL_BUBBLE_EVENTS; e++)
      for (unsigned flags = 0; flags < 8; flags++)
        check_rules((CalBubbleState){ .phase = (CalBubblePhase)p,
                                      .on_screen = (flags & 1) != 0,
                                      .retried = (flags & 2) != 0,
                                      .transient = (flags & 4) != 0 },
                    (CalBubbleEvent)e);
}

static void
test_transient_does_not_outlive_the_server(void **data)
{
  (void)data;
  const CalBubbleState shown = { .phase = CAL_BUBBLE_SHOWN, .on_screen = TRUE, .transient = TRUE };
  const CalBubbleStep step = cal_bubble_step(shown, CAL_BUBBLE_LOST);
  assert_int_equal(step.next.phase, CAL_BUBBLE_IDLE);
  assert_int_equal(step.todo, LOST);
}

static void
test_refused_twice_takes_the_older_words_down(void **data)
{
  (void)data;
  const CalBubbleState replacing = { .phase = CAL_BUBBLE_SENDING, .on_screen = TRUE, .retried = TRUE };
  const CalBubbleStep step = cal_bubble_step(replacing, CAL_BUBBLE_REFUSED);
  assert_int_equal(step.next.phase, CAL_BUBBLE_CLOSING);
  assert_int_equal(step.todo, REFUSED | CLOSE);
}

/* A world to walk in at random: a server that holds at most one bubble of ours if we are right, and answers
   when it likes. */
typedef struct World {
  CalBubbleState state;
  gboolean server;
  gboolean notify, close, rest; /* under way */
  gboolean bubble;              /* on the server's screen */
  guint bubbles_made;           /* in this server's life without replacing */
  gboolean wanted;
} World;

static void
world_turn(World *w, CalBubbleEvent event)
{
  const CalBubbleStep step = cal_bubble_step(w->state, event);
  w->state = step.next;
  if (w->state.phase != CAL_BUBBLE_RESTING)
    w->rest = FALSE;
  if (step.todo & SEND) {
    assert_false(w->notify);
    w->notify = TRUE;
  }
  if (step.todo & CLOSE)
    w->close = TRUE;
  if (step.todo & REST)
    w->rest = TRUE;
  if (step.todo & TELLS)
    w->wanted = FALSE;
  if ((step.todo & SEEK) && w->server)
    world_turn(w, CAL_BUBBLE_READY);
}

static void
world_answer(World *w, gboolean well)
{
  w->notify = FALSE;
  if (well && w->bubble)
    assert_true(w->state.on_screen); /* else we would have made a second bubble beside one we forgot */
  w->bubble = w->bubble || well;
  world_turn(w, well ? CAL_BUBBLE_ANSWERED : CAL_BUBBLE_REFUSED);
}

static void
world_server(World *w)
{
  w->server = !w->server;
  if (w->server) {
    world_turn(w, CAL_BUBBLE_READY);
    return;
  }
  w->notify = w->close = w->bubble = FALSE;
  world_turn(w, CAL_BUBBLE_LOST);
}

static void
world_random(World *w, guint32 dice)
{
  if (dice < 4) {
    w->wanted = TRUE;
    world_turn(w, CAL_BUBBLE_SHOW);
  } else if (dice < 6) {
    w->wanted = FALSE;
    world_turn(w, CAL_BUBBLE_WITHDRAW);
  } else if (dice < 10 && w->notify) {
    world_answer(w, dice < 9);
  } else if (dice < 12 && w->close) {
    w->close = w->bubble = FALSE;
    world_turn(w, CAL_BUBBLE_CLOSE_DONE);
  } else if (dice < 13 && w->rest) {
    world_turn(w, CAL_BUBBLE_RESTED);
  } else if (dice < 14 && w->bubble && !w->notify && !w->close) {
    w->bubble = FALSE;
    world_turn(w, CAL_BUBBLE_CLOSED);
  } else if (dice == 15) {
    world_server(w);
  }
}

/* Let everything under way come to its end: then what is on screen is what is wanted. */
static void
world_settle(World *w)
{
  if (!w->server)
    world_server(w);
  for (int i = 0; i < 10 && (w->notify || w->close || w->rest); i++) {
    if (w->close) {
      w->close = w->bubble = FALSE;
      world_turn(w, CAL_BUBBLE_CLOSE_DONE);
    } else if (w->notify) {
      world_answer(w, TRUE);
    } else {
      world_turn(w, CAL_BUBBLE_RESTED);
    }
  }
  assert_false(w->notify || w->close || w->rest);
  assert_int_equal(w->bubble, w->wanted);
  assert_int_equal(w->state.phase, w->wanted ? CAL_BUBBLE_SHOWN : CAL_BUBBLE_IDLE);
}

static void
test_no_bubble_is_left_behind(void **data)
{
  (void)data;
  guint32 seed = 1;
  for (int walk_nr = 0; walk_nr < 20000; walk_nr++) {
    World w = { .state = { .phase = CAL_BUBBLE_IDLE } };
    for (int i = 0; i < 40; i++) {
      seed = seed * 1664525u + 1013904223u; /* Numerical Recipes' generator: the same walks every time */
      world_random(&w, seed >> 28);
    }
    world_settle(&w);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_every_state_and_event),
    cmocka_unit_test(test_rules_whatever_the_flags),
    cmocka_unit_test(test_transient_does_not_outlive_the_server),
    cmocka_unit_test(test_refused_twice_takes_the_older_words_down),
    cmocka_unit_test(test_no_bubble_is_left_behind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
