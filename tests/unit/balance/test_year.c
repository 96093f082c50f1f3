/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A year with Calcifer is a quiet one: two bubbles a day at most, and nothing that comes and goes. The people
 * heed what they are told. */
#include "../cmocka_prelude.h"

#include "year.h"

static const YearPerson well = {
  "eats well", "birth-year 1985; sex female; phototype 3", "d=1000IU mk7=75ug at=08:00", 480, 110, 96, false
};
static const YearPerson little = {
  "eats little", "birth-year 1970; sex male; phototype 2", "magnesium=200mg at=20:00", 1200, 75, 92, false
};
static const YearPerson seldom = { "enters little",
                                   "birth-year 1990; sex female; phototype 3",
                                   "d=2000IU mk7=100ug at=08:00",
                                   480,
                                   100,
                                   60,
                                   false };
static const YearPerson warfarin = { "takes warfarin",
                                     "birth-year 1952; sex male; phototype 3; medicines warfarin",
                                     "d=1000IU at=08:00",
                                     480,
                                     100,
                                     95,
                                     true };

static struct {
  const YearPerson *person;
  uint64_t seed;
  YearTold told;
} lives[] = {
  { .person = &well, .seed = 1 },   { .person = &well, .seed = 2 },   { .person = &well, .seed = 3 },
  { .person = &little, .seed = 1 }, { .person = &seldom, .seed = 1 }, { .person = &warfarin, .seed = 3 },
};

#define N_LIVES (sizeof lives / sizeof *lives)

static int
live(void **state)
{
  (void)state;
  for (size_t i = 0; i < N_LIVES; i++)
    year_live(lives[i].person, lives[i].seed, &lives[i].told);
  return 0;
}

static int
sum_of(const YearTold *told)
{
  int sum = 0;
  for (int code = 0; code < CAL_CODE_COUNT; code++)
    sum += told->by_code[code];
  return sum;
}

static int
days_with(const YearTold *told, int bubbles)
{
  int days = 0;
  for (int day = 0; day < YEAR_DAYS; day++)
    days += told->bubbles[day] >= bubbles;
  return days;
}

static void
test_two_bubbles_a_day_at_most(void **state)
{
  (void)state;
  for (size_t i = 0; i < N_LIVES; i++) {
    const int days = days_with(&lives[i].told, 3);
    if (days > 0)
      fail_msg("%s, %d: three bubbles on %d days", lives[i].person->name, (int)lives[i].seed, days);
  }
}

static void
test_nothing_is_said_again_within_its_quiet_time(void **state)
{
  (void)state;
  for (size_t i = 0; i < N_LIVES; i++)
    if (lives[i].told.repeated != 0)
      fail_msg("%s, %d: %d bubbles", lives[i].person->name, (int)lives[i].seed, lives[i].told.repeated);
}

static void
test_nothing_comes_and_goes(void **state)
{
  (void)state;
  for (size_t i = 0; i < N_LIVES; i++)
    if (lives[i].told.flapped != 0)
      fail_msg("%s, %d: %d findings", lives[i].person->name, (int)lives[i].seed, lives[i].told.flapped);
}

/* A year on which nothing happened proves nothing. */
static void
test_they_were_years_worth_living(void **state)
{
  (void)state;
  static const CalCode said[] = {
    CAL_CODE_D_LOW,         CAL_CODE_CA_MG_RATIO,
    CAL_CODE_MG_LOW,        CAL_CODE_K_STEADY,
    CAL_CODE_SAME_DOSE,     CAL_CODE_SUN_HALF,
    CAL_CODE_SUN_PROTECT,   CAL_CODE_SUN_WINDOW,
    CAL_CODE_TAG_BATTERY,   CAL_CODE_D_WITHOUT_MAGNESIUM,
    CAL_CODE_INTAKE_MISSED,
  };
  int by_code[CAL_CODE_COUNT] = { 0 };
  for (size_t i = 0; i < N_LIVES; i++) {
    const YearTold *const told = &lives[i].told;
    print_message("%s, %d: %d bubbles, %d days with two\n", lives[i].person->name, (int)lives[i].seed,
                  sum_of(told), days_with(told, 2));
    assert_in_range(sum_of(told), 50, 250);
    assert_true(told->days_with_entries > 300 && told->days_with_entries < YEAR_DAYS);
    assert_true(told->sun_iu > 50000);
    for (int code = 0; code < CAL_CODE_COUNT; code++)
      by_code[code] += told->by_code[code];
  }
  for (size_t i = 0; i < sizeof said / sizeof *said; i++)
    if (by_code[said[i]] == 0)
      fail_msg("nobody is told %s", cal_code_name(said[i]));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_two_bubbles_a_day_at_most),
    cmocka_unit_test(test_nothing_is_said_again_within_its_quiet_time),
    cmocka_unit_test(test_nothing_comes_and_goes),
    cmocka_unit_test(test_they_were_years_worth_living),
  };
  return cmocka_run_group_tests(tests, live, NULL);
}
