/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What holds of every day, tried on days made up by a generator with a fixed seed. */
#include "../cmocka_prelude.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <calcifer/record.h>

#include "../stride.h"
#include "draw.h"
#include "story.h"

#define TAG   "AA:BB:CC:00:00:01"
#define OTHER "AA:BB:CC:00:00:02"
#define THIRD "AA:BB:CC:00:00:03"
#define NOW   (INT64_C(1) << 40)

#define ROUNDS 60

static Story story, before;
static CalDayResult result, again;
static CalContext context;
static CalDay day, fresh;
static uint64_t generator;

/* 0 to n - 1. */
static int
below(int n)
{
  return draw_below(&generator, n);
}

static void
seed(int round)
{
  generator = (uint64_t)round * 1000003 + 17;
}

static void
assert_near(int round, const char *what, double value, double expected, double relative)
{
  if (fabs(value - expected) <= relative * fabs(expected) + 1e-6)
    return;
  print_error("round %d: %s %.12g is not near %.12g\n", round, what, value, expected);
  fail();
}

static void
say(const char *key, const char *value)
{
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(-20, 0, 0), key, value);
}

static void
somebody(void)
{
  story_begin(&story);
  say("birth-year", "1980");
  say("phototype", "3");
  say("place", "45,9");
}

/* -- Days with something of everything -- */

static const char *
any_tag(void)
{
  static const char *const tags[] = { TAG, OTHER, THIRD };
  return tags[below(3)];
}

static void
add_setting(CalInstant at)
{
  static const struct {
    CalEntryKind kind;
    const char *name, *value;
  } rows[] = {
    { CAL_ENTRY_PROFILE, "phototype", "2" },
    { CAL_ENTRY_PROFILE, "wear", "swimwear spf=20" },
    { CAL_ENTRY_PROFILE, "wear", "arms" },
    { CAL_ENTRY_PROFILE, "ozone", "280" },
    { CAL_ENTRY_PROFILE, "birth-year", "" },
    { CAL_ENTRY_PRODUCT, "d3", "d=1000IU at=07:00,23:00" },
    { CAL_ENTRY_PRODUCT, "chalk", "calcium=500mg magnesium=?" },
    { CAL_ENTRY_PRODUCT, "chalk", "" },
    { CAL_ENTRY_MAP, TAG " 1", "d3" },
    { CAL_ENTRY_ROLE, OTHER, "ambient" },
    { CAL_ENTRY_ROLE, OTHER, "worn" },
    { CAL_ENTRY_ROLE, THIRD, "worn" },
    { CAL_ENTRY_TAG, TAG, "tag-event wear slots=2" },
    { CAL_ENTRY_ZONE, "", "Europe/Rome 41.90 12.48" },
  };
  const int i = below((int)(sizeof rows / sizeof *rows));
  story_entry(&story, rows[i].kind, at, rows[i].name, rows[i].value);
}

static void
add_entry(CalInstant at)
{
  static const CalWay ways[] = { CAL_WAY_HAND, CAL_WAY_BUTTON, CAL_WAY_BUBBLE };
  char id[16];
  switch (below(6)) {
  case 0:
    story_entry(&story, CAL_ENTRY_FOOD, at, "egg", "60g");
    break;
  case 1:
    story_entry(&story, CAL_ENTRY_SUN, at, "", below(2) ? "40min uvi=3" : "90min sky=scattered spf=10");
    break;
  case 2:
    snprintf(id, sizeof id, "u:%d", 1 + below((int)story.next_id));
    story_entry(&story, CAL_ENTRY_ANSWER, at, id, below(2) ? "same" : "second");
    break;
  case 3:
    story_entry(&story, CAL_ENTRY_LAB, at, "", "70nmol/L");
    break;
  default:
    story_entry_by(&story, ways[below(3)], CAL_ENTRY_TAKE, at, below(2) ? "d3" : "chalk", "1");
    break;
  }
}

static void
add_record(CalInstant at, uint32_t sequence)
{
  const unsigned flags = (unsigned)below(8) & (CAL_RECORD_FLAG_WORN | CAL_RECORD_FLAG_SATURATED);
  switch (below(6)) {
  case 0:
    story_press(&story, any_tag(), sequence, at, (unsigned)below(3));
    break;
  case 1:
    story_wear(&story, any_tag(), sequence, at, (unsigned)below(3));
    break;
  case 2:
    story_sample(&story, THIRD, at, below(4700) / 100.0);
    break;
  default:
    story_uv(&story, any_tag(), sequence, at, (unsigned)below(5000), below(4000) / 300.0, flags);
    break;
  }
}

/* From the span's beginning to its end and somewhat beyond, often at one and the same instant. */
static void
anything(int round)
{
  seed(round);
  story_begin(&story);
  story_entry(&story, CAL_ENTRY_PRODUCT, story_at(-20, 0, 0), "d3", "d=2000IU at=08:00,22:30");
  story_entry(&story, CAL_ENTRY_FOODSTUFF, CAL_CONTEXT_ALWAYS, "egg", "portion=50g d=82IU calcium=56mg");
  for (uint32_t i = 1; i <= 60; i++) {
    const CalInstant at = story_at(0, -18, below(3) > 0 ? below(2760) : below(8) * 360);
    if (below(4) == 0)
      add_setting(at);
    else if (below(2) == 0)
      add_entry(at);
    else
      add_record(at, i);
  }
}

static void
fold_prefix(const CalDayFrames *frames, size_t n, CalDayResult *to)
{
  story_context(&story, cal_day_span(frames).start, &context);
  cal_day_begin(&fresh, frames, &context);
  for (size_t i = 0; i < n; i++)
    cal_day_step(&fresh, &story.event[i], NOW);
  cal_day_result(&fresh, to);
}

/* As events come, with a look at the result after each, and from the beginning once more. */
static void
test_stepping_is_folding_again(void **state)
{
  (void)state;
  const CalDayFrames frames = story_frames(0);
  for (int round = 0; round < ROUNDS; round += stride()) {
    anything(round);
    story_sort(&story);
    story_context(&story, cal_day_span(&frames).start, &context);
    cal_day_begin(&day, &frames, &context);
    for (size_t i = 0; i < story.n; i++) {
      cal_day_step(&day, &story.event[i], NOW);
      cal_day_result(&day, &result);
      if (i % 5 != 0 && i + 1 != story.n)
        continue;
      fold_prefix(&frames, i + 1, &again);
      assert_memory_equal(&result, &again, sizeof result);
    }
  }
}

static void
shuffle(void)
{
  for (size_t i = story.n; i > 1; i--) {
    const size_t j = (size_t)below((int)i);
    const CalEvent moved = story.event[i - 1];
    story.event[i - 1] = story.event[j];
    story.event[j] = moved;
  }
}

static void
test_the_order_of_arrival_does_not_matter(void **state)
{
  (void)state;
  for (int round = 0; round < ROUNDS; round += stride()) {
    anything(round);
    story_fold(&story, 0, &result);
    for (int i = 0; i < 3; i++) {
      shuffle();
      story_fold(&story, 0, &again);
      assert_memory_equal(&result, &again, sizeof result);
    }
  }
}

/* -- Ultraviolet against a count minute by minute -- */

#define MINUTES  (3 * 1440) /* from the day before to the day after */
#define PER_TAG  24
#define SUN_LOGS 4

typedef struct Stretch {
  int start, length; /* minutes since the day before began */
  int centi_uvi;
} Stretch;

typedef struct Oracle {
  Stretch tag[2][PER_TAG]; /* by sequence */
  Stretch hand[SUN_LOGS];  /* by beginning */
} Oracle;

static Stretch
any_stretch(int earliest, int room)
{
  return (Stretch){ earliest + below(room), 1 + below(below(4) == 0 ? 720 : 60), below(1000) };
}

static bool
covers(const Stretch *stretch, int minute)
{
  return minute >= stretch->start && minute < stretch->start + stretch->length;
}

static void
tell_oracle(Oracle *oracle)
{
  somebody();
  for (int i = 0; i < PER_TAG; i++)
    for (int tag = 0; tag < 2; tag++) {
      const Stretch one = oracle->tag[tag][i] = any_stretch(0, MINUTES);
      story_uv(&story, tag == 0 ? TAG : OTHER, (uint32_t)i + 1, story_at(-1, 0, one.start),
               (unsigned)one.length * 60, one.centi_uvi / 100.0, 0);
    }
  for (int i = 0; i < SUN_LOGS; i++) {
    char value[48];
    const Stretch one = oracle->hand[i] = any_stretch(i * MINUTES / SUN_LOGS, MINUTES / SUN_LOGS);
    snprintf(value, sizeof value, "%dmin uvi=%d.%02d", one.length, one.centi_uvi / 100, one.centi_uvi % 100);
    story_entry(&story, CAL_ENTRY_SUN, story_at(-1, 0, one.start), "", value);
  }
}

/* The index in hundredths that counts in a minute: -1 when nothing covers it. */
static int
worn_at(const Oracle *oracle, int minute)
{
  int most = -1;
  for (int tag = 0; tag < 2; tag++) {
    int reading = -1;
    for (int i = 0; i < PER_TAG; i++)
      if (covers(&oracle->tag[tag][i], minute))
        reading = oracle->tag[tag][i].centi_uvi;
    most = reading > most ? reading : most;
  }
  return most;
}

static int
hand_at(const Oracle *oracle, int minute)
{
  int reading = -1;
  for (int i = 0; i < SUN_LOGS; i++)
    if (covers(&oracle->hand[i], minute))
      reading = oracle->hand[i].centi_uvi;
  return reading;
}

static void
check_oracle(int round, const Oracle *oracle, int days)
{
  double erythemal = 0;
  int worn = 0, hand = 0;
  for (int minute = (days + 1) * 1440; minute < (days + 2) * 1440; minute++) {
    int reading = worn_at(oracle, minute);
    worn += reading >= 0;
    if (reading < 0) {
      reading = hand_at(oracle, minute);
      hand += reading >= 0;
    }
    erythemal += reading > 0 ? 1.5 * reading / 100 : 0;
  }
  story_fold(&story, days, &result);
  assert_near(round, "erythemal", result.sun.erythemal_j_m2, erythemal, 1e-9);
  assert_near(round, "share", result.sun.med_fraction, erythemal / 300, 1e-9);
  assert_int_equal(result.sun.worn_s, worn * 60);
  assert_int_equal(result.sun.hand_s, hand * 60);
}

static void
test_each_minute_counts_once(void **state)
{
  (void)state;
  static Oracle oracle;
  for (int round = 0; round < ROUNDS; round += stride()) {
    seed(round);
    tell_oracle(&oracle);
    for (int days = -1; days <= 1; days++)
      check_oracle(round, &oracle, days);
  }
}

static void
test_two_tags_with_the_same_readings_are_one(void **state)
{
  (void)state;
  static Oracle oracle;
  for (int round = 0; round < ROUNDS; round += stride()) {
    seed(round);
    tell_oracle(&oracle);
    story_fold(&story, 0, &result);
    const size_t n = story.n;
    for (size_t i = 0; i < n; i++)
      if (story.event[i].kind == CAL_EVENT_RECORD) {
        CalEvent *const twin = &story.event[story.n++];
        *twin = story.event[i];
        twin->tag.octet[0] ^= 0x10;
      }
    story_fold(&story, 0, &again);
    assert_memory_equal(&result.sun, &again.sun, sizeof result.sun);
  }
}

/* -- Cutting -- */

static void
assert_same_dose(int round, const CalDaySun *sun, const CalDaySun *expected, double relative)
{
  assert_near(round, "IU", sun->iu_linear, expected->iu_linear, relative);
  assert_near(round, "saturated IU", sun->iu, expected->iu, relative);
  assert_near(round, "vitamin D", sun->vitd_j_m2, expected->vitd_j_m2, relative);
  assert_near(round, "erythemal", sun->erythemal_j_m2, expected->erythemal_j_m2, 1e-9);
  assert_near(round, "share", sun->med_fraction, expected->med_fraction, relative);
  assert_int_equal(sun->worn_s, expected->worn_s);
}

/* At seconds, in up to 200 pieces, from before sunrise to behind sunset. */
static void
test_splitting_a_record_keeps_the_dose(void **state)
{
  (void)state;
  for (int round = 0; round < ROUNDS; round += stride()) {
    seed(round);
    const CalInstant start = story_at(0, 3 + below(14), below(60)) + below(60);
    const int length = 600 + below(42000);
    const double uvi = below(1200) / 100.0;
    somebody();
    story_entry(&story, CAL_ENTRY_PROFILE, start, "wear", "arms spf=15");
    story_uv(&story, TAG, 1, start, (unsigned)length, uvi, 0);
    story_fold(&story, 0, &result);
    story.n--;
    uint32_t sequence = 1;
    const int most = length / (1 + below(200)) + 1;
    for (int at = 0, part; at < length; at += part) {
      part = 1 + below(most);
      part = part < length - at ? part : length - at;
      story_uv(&story, TAG, sequence++, start + at, (unsigned)part, uvi, 0);
    }
    story_fold(&story, 0, &again);
    assert_same_dose(round, &again.sun, &result.sun, 1e-3);
  }
}

/* Two days, and one of 48 hours. Ozone moves a little with the date. */
static void
test_midnight_takes_nothing(void **state)
{
  (void)state;
  static Oracle oracle;
  for (int round = 0; round < ROUNDS; round += stride()) {
    seed(round);
    tell_oracle(&oracle);
    CalDayFrames both = story_frames(0);
    both.day.piece[0].span.end = both.after.piece[0].span.end;
    both.after = story_frame(2);
    story_fold_frames(&story, &both, &result);
    story_fold(&story, 0, &again);
    CalDaySun sum = again.sun;
    story_fold(&story, 1, &again);
    assert_near(round, "erythemal", sum.erythemal_j_m2 + again.sun.erythemal_j_m2, result.sun.erythemal_j_m2,
                1e-9);
    assert_near(round, "share", sum.med_fraction + again.sun.med_fraction, result.sun.med_fraction, 1e-9);
    assert_near(round, "vitamin D", sum.vitd_j_m2 + again.sun.vitd_j_m2, result.sun.vitd_j_m2, 5e-3);
    assert_near(round, "IU", sum.iu_linear + again.sun.iu_linear, result.sun.iu_linear, 5e-3);
    assert_int_equal(sum.worn_s + again.sun.worn_s, result.sun.worn_s);
    assert_int_equal(sum.hand_s + again.sun.hand_s, result.sun.hand_s);
  }
}

/* The same stretch of time, its clock changed at up to seven instants. */
static void
test_a_change_of_zone_takes_nothing(void **state)
{
  (void)state;
  static Oracle oracle;
  for (int round = 0; round < ROUNDS; round += stride()) {
    seed(round);
    tell_oracle(&oracle);
    story_fold(&story, 0, &result);
    CalDayFrames frames = story_frames(0);
    CalDayFrame *const cut = &frames.day;
    const CalInstant end = cut->piece[0].span.end;
    CalInstant at = cut->piece[0].span.start;
    cut->n_pieces = 0;
    while (at < end && cut->n_pieces < CAL_FRAME_MAX_PIECES) {
      CalInstant next = at + 1 + below(30000);
      next = next < end && cut->n_pieces + 1 < CAL_FRAME_MAX_PIECES ? next : end;
      cut->piece[cut->n_pieces++] = (CalFramePiece){ { at, next }, (below(27) - 12) * 3600 };
      at = next;
    }
    story_fold_frames(&story, &frames, &again);
    assert_same_dose(round, &again.sun, &result.sun, 1e-3);
    assert_int_equal(again.sun.hand_s, result.sun.hand_s);
  }
}

/* -- More light -- */

/* Every reading, and every index said by hand, as it is or stronger. */
static void
strengthen(void)
{
  for (size_t i = 0; i < story.n; i++) {
    CalEvent *const event = &story.event[i];
    CalRecord record;
    if (event->kind == CAL_EVENT_SAMPLE && event->of.sample.uv_index < 40)
      event->of.sample.uv_index += below(500) / 100.0;
    if (event->kind != CAL_EVENT_RECORD)
      continue;
    cal_record_decode(event->of.record.raw, &record);
    if (record.type != CAL_RECORD_UV || record.uv.mean > 4000)
      continue;
    record.uv.mean = (uint16_t)(record.uv.mean + below(500));
    record.uv.maximum = record.uv.mean > record.uv.maximum ? record.uv.mean : record.uv.maximum;
    cal_record_encode(&record, event->of.record.raw);
  }
}

/* Whoever gets more light has made no less of it, and is no less burnt. */
static void
test_more_light_never_makes_less(void **state)
{
  (void)state;
  int more = 0;
  for (int round = 0; round < 4 * ROUNDS; round += stride()) {
    anything(round);
    if (round % 2 == 0)
      say("place", "45,9");
    story_fold(&story, 0, &result);
    strengthen();
    story_fold(&story, 0, &again);
    assert_true(again.sun.iu >= result.sun.iu * (1 - 1e-12));
    assert_true(again.sun.iu_linear >= result.sun.iu_linear * (1 - 1e-12));
    assert_true(again.sun.med_fraction >= result.sun.med_fraction * (1 - 1e-12));
    more += again.sun.iu > result.sun.iu;
  }
  assert_true(more > ROUNDS / stride());
}

static void
assert_sane(int round, const CalDayResult *of)
{
  const double numbers[] = { of->sun.iu_linear,      of->sun.iu,           of->sun.iu_low,
                             of->sun.iu_high,        of->sun.vitd_j_m2,    of->sun.erythemal_j_m2,
                             of->sun.most_area_age,  of->sun.med_fraction, of->sun.max_uvi,
                             of->calcium_burst_mg,   of->interval_d_iu,    (double)of->sun.worn_s,
                             (double)of->sun.hand_s, of->newest.uvi,       of->ambient.uvi };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (!(numbers[i] >= 0) || isinf(numbers[i])) {
      print_error("round %d: number %zu is %g\n", round, i, numbers[i]);
      fail();
    }
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++)
    assert_true(of->food.amount[i] >= 0 && of->supplement.amount[i] >= 0);
  assert_true(of->sun.iu <= of->sun.iu_linear * (1 + 1e-12));
  assert_true(of->sun.iu <= 20000);
}

/* Values that nobody means, and that a file or the air may hold. */
static void
add_nonsense(void)
{
  static const double uv[] = { -1, 1e308, -1e308, 45.0001, -0.0 };
  static const char *const suns[] = { "99999999999min",
                                      "-5min uvi=3",
                                      "10min uvi=nan",
                                      "10min sky=7",
                                      "10min spf=0",
                                      "10min wearing=armour",
                                      "",
                                      "min" };
  static const char *const places[] = { "90,0",  "-90,180", "0,-180",   "45,9,9000",
                                        "nan,9", "1e9,1",   "45,9,-500" };
  for (size_t i = 0; i < sizeof uv / sizeof *uv; i++)
    story_sample(&story, THIRD, story_at(0, below(24), below(60)), uv[i]);
  story_sample(&story, THIRD, story_at(0, below(24), below(60)), NAN);
  for (size_t i = 0; i < sizeof suns / sizeof *suns; i++)
    story_entry(&story, CAL_ENTRY_SUN, story_at(0, below(24), below(60)), "", suns[i]);
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, below(24), below(60)), "place", places[i]);
}

static void
test_no_input_makes_a_number_that_is_none(void **state)
{
  (void)state;
  for (int round = 0; round < 4 * ROUNDS; round += stride()) {
    anything(round);
    add_nonsense();
    story_fold(&story, 0, &result);
    assert_sane(round, &result);
  }
}

/* Twice the samples at half the distance say the same. */
static void
test_twice_the_samples_are_the_same_dose(void **state)
{
  (void)state;
  for (int round = 0; round < ROUNDS; round += stride()) {
    seed(round);
    const CalInstant start = story_at(0, 5 + below(10), below(60));
    const int n = 1 + below(60), every = 10 * (1 + below(12));
    for (int twice = 0; twice < 2; twice++) {
      somebody();
      generator = (uint64_t)round;
      for (int i = 0; i < n; i++) {
        const int length = twice ? every / 2 : every;
        const double uvi = below(900) / 100.0;
        for (int part = 0; part <= twice; part++)
          story_uv(&story, TAG, (uint32_t)(2 * i + part + 1), start + i * every + part * length,
                   (unsigned)length, uvi, 0);
      }
      story_fold(&story, 0, twice ? &again : &result);
    }
    assert_same_dose(round, &again.sun, &result.sun, 1e-3);
  }
}

/* The same of a tag that stores nothing: each sample holds until the next. */
static void
test_twice_the_live_samples_are_the_same_dose(void **state)
{
  (void)state;
  for (int round = 0; round < ROUNDS; round += stride()) {
    seed(round);
    const CalInstant start = story_at(0, 5 + below(10), below(60));
    const int n = 1 + below(60), every = 10 * (1 + below(29));
    for (int twice = 0; twice < 2; twice++) {
      somebody();
      story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), TAG, "worn");
      generator = (uint64_t)round;
      for (int i = 0; i < n; i++) {
        const double uvi = 0.01 + below(900) / 100.0;
        for (int part = 0; part <= twice; part++)
          story_sample(&story, TAG, start + i * every + part * every / 2, uvi);
      }
      story_sample(&story, TAG, start + n * every, 0);
      story_fold(&story, 0, twice ? &again : &result);
    }
    assert_true(result.sun.worn_s >= n * every);
    assert_same_dose(round, &again.sun, &result.sun, 1e-3);
  }
}

/* -- Doses -- */

/* Whichever day looks at it, a dose is either counted or in doubt, and on one day alone. */
static void
test_each_dose_counts_once_or_is_asked_about(void **state)
{
  (void)state;
  static const CalWay ways[] = { CAL_WAY_HAND, CAL_WAY_BUTTON, CAL_WAY_BUBBLE };
  static const char *const schedules[] = { "d=1IU", "d=1IU at=00:30,23:30", "d=1IU at=02:00",
                                           "d=1IU at=08:00,22:15", "d=1IU every=2d at=23:59" };
  for (int round = 0; round < 4 * ROUNDS; round += stride()) {
    seed(round);
    story_begin(&story);
    story_entry(&story, CAL_ENTRY_PRODUCT, story_at(-9, 0, 0), "d3", schedules[round % 5]);
    const int n = 1 + below(8);
    for (int i = 0; i < n; i++) {
      const CalInstant at = story_at(0, 18, below(below(2) ? 720 : 60));
      story_entry_by(&story, ways[below(3)], CAL_ENTRY_TAKE, at, "d3", "1");
    }
    double counted = 0;
    uint32_t doubts = 0;
    for (int days = -2; days <= 3; days++) {
      story_fold(&story, days, &result);
      counted += result.supplement.amount[CAL_NUTRIENT_VITAMIN_D];
      doubts += result.n_doubts;
    }
    assert_near(round, "doses", counted + doubts, n, 1e-12);
    assert_true(counted >= 1);
  }
}

/* An answer settles the one dose it names. */
static void
test_one_answer_moves_one_dose(void **state)
{
  (void)state;
  for (int round = 0; round < ROUNDS; round += stride()) {
    seed(round);
    story_begin(&story);
    story_entry(&story, CAL_ENTRY_PRODUCT, story_at(-9, 0, 0), "d3", "d=1IU at=08:00,20:00");
    for (int i = 0; i < 6; i++)
      story_entry_by(&story, below(2) ? CAL_WAY_HAND : CAL_WAY_BUTTON, CAL_ENTRY_TAKE,
                     story_at(0, 6, below(900)), "d3", "1");
    story_fold(&story, 0, &result);
    before = story;
    for (uint32_t i = 0; i < result.n_doubts; i++)
      for (int second = 0; second < 2; second++) {
        story = before;
        story_entry(&story, CAL_ENTRY_ANSWER, result.doubt[i].at, result.doubt[i].id,
                    second ? "second" : "same");
        story_fold(&story, 0, &again);
        assert_int_equal(again.n_doubts, result.n_doubts - 1);
        assert_near(round, "counted", again.supplement.amount[CAL_NUTRIENT_VITAMIN_D],
                    result.supplement.amount[CAL_NUTRIENT_VITAMIN_D] + second, 1e-12);
      }
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_stepping_is_folding_again),
    cmocka_unit_test(test_the_order_of_arrival_does_not_matter),
    cmocka_unit_test(test_each_minute_counts_once),
    cmocka_unit_test(test_two_tags_with_the_same_readings_are_one),
    cmocka_unit_test(test_splitting_a_record_keeps_the_dose),
    cmocka_unit_test(test_midnight_takes_nothing),
    cmocka_unit_test(test_a_change_of_zone_takes_nothing),
    cmocka_unit_test(test_more_light_never_makes_less),
    cmocka_unit_test(test_no_input_makes_a_number_that_is_none),
    cmocka_unit_test(test_twice_the_samples_are_the_same_dose),
    cmocka_unit_test(test_twice_the_live_samples_are_the_same_dose),
    cmocka_unit_test(test_each_dose_counts_once_or_is_asked_about),
    cmocka_unit_test(test_one_answer_moves_one_dose),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
