/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/profile.h>
#include <math.h>
#include <string.h>

#define NOW INT64_C(1780000000) /* 2026-05-28 */

static CalRefusal refusal;

static bool
set(CalProfile *profile, const char *key, const char *value)
{
  refusal = (CalRefusal){ .reason = CAL_REFUSAL_NONE };
  return cal_profile_set(profile, key, value, CAL_WAY_HAND, NOW, NOW, &refusal);
}

static void
test_example(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  assert_false(cal_profile_knows(&profile, CAL_PROFILE_PHOTOTYPE));
  assert_true(set(&profile, "phototype", "2"));
  assert_true(cal_profile_knows(&profile, CAL_PROFILE_PHOTOTYPE));
  assert_int_equal(profile.phototype, 2);
}

static void
test_values_that_are_taken(void **state)
{
  (void)state;
  static const struct {
    const char *key, *value;
  } rows[] = {
    { "birth-year", "1980" },
    { "sex", "Female" },
    { "stage", "may-become" },
    { "clothing", "tshirt-shorts" },
    { "spf", "30" },
    { "place", "52.5,13.4" },
    { "place", "52.5, 13.4" },
    { "place", "-33.9,151.2,40" },
    { "reference", "efsa" },
    { "calibration", "webb-engelsen" },
    { "ozone", "320" },
    { "ozone", "320DU" },
    { "ozone", "climatology" },
    { "weight-class", "obese" },
    { "conditions", "none" },
    { "conditions", "kidney disease, lupus" },
    { "medicines", "hct" },
    { "medicines", "Marcumar , doxycycline" },
    { "threshold.d-low", "25µg" },
    { "threshold.sun-half", "0.4" },
    { "clothing.garden", "head,neck,forearms,hands" },
    { "clothing.garden", "0.3" },
    { "clothing", "garden" },
    { "wear", "garden spf=15" },
    { "wear", "" },
    { "sex", "" },
  };
  CalProfile profile = cal_profile_unset();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_true(set(&profile, rows[i].key, rows[i].value));
  assert_int_equal(profile.conditions, CAL_CONDITION_KIDNEY_DISEASE | CAL_CONDITION_LUPUS);
  assert_int_equal(profile.medicines, CAL_MEDICINE_VITAMIN_K_ANTAGONIST | CAL_MEDICINE_TETRACYCLINE |
                                          CAL_MEDICINE_PHOTOSENSITISER);
  assert_float_equal(profile.threshold[CAL_CODE_D_LOW], 1000, 1e-9);
  assert_false(cal_profile_knows(&profile, CAL_PROFILE_SEX));
  assert_int_equal(profile.ozone_at, CAL_INSTANT_NONE);
  double area;
  assert_true(cal_profile_bare_area(&profile, "garden", &area));
  assert_float_equal(area, 0.3, 1e-9);
}

static void
test_values_that_are_refused(void **state)
{
  (void)state;
  static const struct {
    const char *key, *value;
    CalRefusalReason reason;
    const char *nearest;
  } rows[] = {
    { "birthyear", "1980", CAL_REFUSAL_UNKNOWN_NAME, "birth-year" },
    { "birth-year", "1899", CAL_REFUSAL_OUT_OF_RANGE, "" },
    { "birth-year", "2027", CAL_REFUSAL_OUT_OF_RANGE, "" },
    { "birth-year", "2025", CAL_REFUSAL_INFANT, "" },
    { "birth-year", "2026", CAL_REFUSAL_INFANT, "" },
    { "birth-year", "1980.5", CAL_REFUSAL_NO_NUMBER, "" },
    { "sex", "femal", CAL_REFUSAL_UNKNOWN_NAME, "female" },
    { "phototype", "7", CAL_REFUSAL_OUT_OF_RANGE, "" },
    { "phototype", "2.5", CAL_REFUSAL_OUT_OF_RANGE, "" },
    { "clothing", "swimware", CAL_REFUSAL_UNKNOWN_NAME, "swimwear" },
    { "spf", "0", CAL_REFUSAL_OUT_OF_RANGE, "" },
    { "place", "52.5", CAL_REFUSAL_UNEXPECTED, "" },
    { "place", "91,0", CAL_REFUSAL_OUT_OF_RANGE, "" },
    { "place", "1,2,3,4", CAL_REFUSAL_UNEXPECTED, "" },
    { "ozone", "50", CAL_REFUSAL_OUT_OF_RANGE, "" },
    { "conditions", "kidney-disease,lupos", CAL_REFUSAL_UNKNOWN_NAME, "lupus" },
    { "medicines", "warfarine", CAL_REFUSAL_UNKNOWN_NAME, "warfarin" },
    { "threshold.d-low", "600", CAL_REFUSAL_OUT_OF_RANGE, "" },
    { "threshold.nothing", "600IU", CAL_REFUSAL_UNKNOWN_NAME, "" },
    { "clothing.swimwear", "0.2", CAL_REFUSAL_UNEXPECTED, "" },
    { "clothing.own", "1.2", CAL_REFUSAL_UNKNOWN_NAME, "" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalProfile profile = cal_profile_unset(), before = profile;
    assert_false(set(&profile, rows[i].key, rows[i].value));
    assert_int_equal(refusal.reason, rows[i].reason);
    assert_string_equal(refusal.nearest[0], rows[i].nearest);
    assert_memory_equal(&profile, &before, sizeof profile);
  }
}

static void
test_a_year_later_the_infant_is_old_enough(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  assert_true(set(&profile, "birth-year", "2024"));
}

static void
test_follow_keeps_following_what_the_desktop_says(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  assert_true(set(&profile, "place", "follow"));
  assert_false(cal_profile_knows(&profile, CAL_PROFILE_PLACE));
  assert_true(cal_profile_set(&profile, "place", "52.5,13.4", CAL_WAY_DAEMON, NOW, NOW, NULL));
  assert_true(cal_profile_knows(&profile, CAL_PROFILE_PLACE));
  assert_true(profile.place_follows);
  assert_true(set(&profile, "place", "48.1,11.6"));
  assert_false(profile.place_follows);
}

static double
bare(const CalProfile *profile, const char *name)
{
  double area = NAN;
  assert_true(cal_profile_bare_area(profile, name, &area));
  return area;
}

/* A set of one's own adds up its parts, stands for its name until it is taken back, and is changed by saying
 * it anew. */
static void
test_a_set_of_ones_own_by_part(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  double area;
  assert_true(set(&profile, "clothing.garden", "head,neck,forearms,hands"));
  assert_float_equal(bare(&profile, "garden"), 0.2, 1e-6);
  assert_true(set(&profile, "clothing.garden", "feet"));
  assert_float_equal(bare(&profile, "garden"), 0.07, 1e-6);
  assert_true(set(&profile, "clothing.garden", ""));
  assert_false(cal_profile_bare_area(&profile, "garden", &area));
}

/* Seven keys have a closed list, and each value that is offered is taken. */
static void
test_values_that_are_offered(void **state)
{
  (void)state;
  int n_lists = 0;
  for (int key = 0; key < CAL_PROFILE_KEY_COUNT; key++) {
    CalProfile profile = cal_profile_unset();
    n_lists += cal_profile_key_choice((CalProfileKey)key, 0) != NULL;
    for (size_t i = 0; cal_profile_key_choice((CalProfileKey)key, i) != NULL; i++)
      assert_true(set(&profile, cal_profile_key_name((CalProfileKey)key),
                      cal_profile_key_choice((CalProfileKey)key, i)));
  }
  assert_int_equal(n_lists, 7);
}

static void
test_age_is_known_to_a_year(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  int low;
  assert_false(cal_profile_age(&profile, 20600, &low));
  assert_true(set(&profile, "birth-year", "1980"));
  assert_true(cal_profile_age(&profile, cal_date_from_civil(2026, 1, 1), &low));
  assert_int_equal(low, 45);
}

#define LONG_WORD "a-word-that-is-longer-than-all-names-and-numbers-are"

/* The first and the last value that each key takes, and those beside them. */
static void
test_bounds_of_each_key(void **state)
{
  (void)state;
  static const struct {
    const char *key, *in, *out;
  } rows[] = {
    { "birth-year", "1900", "1899" },
    { "birth-year", "2024", "2025" },
    { "birth-year", "1980", "1980.5" },
    { "phototype", "1", "0" },
    { "phototype", "6", "7" },
    { "phototype", "3", "2.5" },
    { "place", "90,180", "90.01,180" },
    { "place", "-90,-180", "-90,-180.01" },
    { "place", "0,180", "0,180.01" },
    { "place", "-90,0", "-90.01,0" },
    { "place", "1,2,9000", "1,2,9001" },
    { "place", "1,2,-500", "1,2,-501" },
    { "place", "1,2,3", "1,2,3,4" },
    { "place", "1 , 2", "1" },
    { "ozone", "100", "99.9" },
    { "ozone", "600DU", "600.1DU" },
    { "ozone", "300DU", "DU" },
    { "wear", "swimwear spf=1", "swimwear spf=0.9" },
    { "wear", "swimwear spf=100", "swimwear spf=100.1" },
    { "wear", "swimwear spf=30", "swimwear fps=30" },
    { "wear", "swimwear", "swimwear 30" },
    { "wear", "swimwear", LONG_WORD },
    { "clothing", "arms", LONG_WORD },
    { "clothing.garden", "0", "-0.01" },
    { "clothing.garden", "1", "1.01" },
    { "clothing.garden", "head, feet", "head, " LONG_WORD },
    { "sex", "female", "fem" },
    { "stage", "pregnant", LONG_WORD },
    { "reference", "efsa", "who" },
    { "calibration", "webb-engelsen", "webb" },
    { "weight-class", "obese", "heavy" },
    { "spf", "30", LONG_WORD },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalProfile profile = cal_profile_unset();
    if (!set(&profile, rows[i].key, rows[i].in) || set(&profile, rows[i].key, rows[i].out))
      fail_msg("%s: '%s' and '%s'", rows[i].key, rows[i].in, rows[i].out);
    assert_int_not_equal(refusal.reason, CAL_REFUSAL_NONE);
  }
}

/* Sixteen sets of one's own, no name of ours among them; the last room is one for a changed one, too. */
static void
test_how_many_sets_of_ones_own(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  char key[] = "clothing.a";
  for (int i = 0; i < CAL_CLOTHING_OWN_SETS; i++) {
    key[9] = (char)('a' + i);
    assert_true(set(&profile, key, "0.5"));
  }
  assert_false(set(&profile, "clothing.z", "0.5"));
  assert_int_equal(refusal.reason, CAL_REFUSAL_TOO_MANY);
  assert_true(set(&profile, "clothing.p", "0.25"));
  assert_float_equal(bare(&profile, "p"), 0.25, 0);
  assert_float_equal(bare(&profile, "a"), 0.5, 0);
  assert_true(set(&profile, "clothing.a", ""));
  assert_true(set(&profile, "clothing.z", ""));
  assert_true(set(&profile, "clothing.z", "0.125"));
  assert_float_equal(bare(&profile, "z"), 0.125, 0);
  assert_float_equal(bare(&profile, "p"), 0.25, 0);
}

static void
test_names_that_no_set_has(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  assert_true(set(&profile, "clothing.a-name-of-23-letters---", "0.5"));
  assert_false(set(&profile, "clothing.a-name-of-24-letters----", "0.5"));
  assert_false(set(&profile, "clothing.", "0.5"));
  assert_false(set(&profile, "clothing.swimwear", "0.5"));
  assert_true(set(&profile, "clothing.garden", "0.5"));
  assert_false(set(&profile, "wear", "gardan"));
  assert_string_equal(refusal.nearest[0], "garden");
}

/* Nobody who does not ask is told why. */
static void
test_refusals_may_go_unheard(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  assert_false(cal_profile_set(&profile, "hat-size", "60", CAL_WAY_HAND, NOW, NOW, NULL));
  assert_false(cal_profile_set(&profile, "sex", "60", CAL_WAY_HAND, NOW, NOW, NULL));
  assert_false(set(&profile, "phototypes", "2"));
  assert_true(refusal.in_name);
  assert_string_equal(refusal.nearest[0], "phototype");
}

/* Taken back a place follows nobody; said again to follow, the one that is known stays. */
static void
test_a_place_that_follows(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  assert_true(set(&profile, "place", "52.5,13.4,100"));
  assert_true(set(&profile, "place", "follow"));
  assert_float_equal(profile.place.latitude_deg, 52.5, 0);
  assert_float_equal(profile.place.altitude_m, 100, 0);
  assert_true(set(&profile, "sex", ""));
  assert_true(profile.place_follows);
  assert_true(set(&profile, "place", ""));
  assert_false(profile.place_follows);
  assert_false(cal_profile_knows(&profile, CAL_PROFILE_PLACE));
  assert_true(cal_profile_set(&profile, "place", "1,2", CAL_WAY_DAEMON, NOW, NOW, NULL));
  assert_false(profile.place_follows);
}

static void
test_age_is_never_below_nought(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  int low = -1;
  assert_true(set(&profile, "birth-year", "2020"));
  assert_true(cal_profile_age(&profile, cal_date_from_civil(2022, 12, 31), &low));
  assert_int_equal(low, 1);
  assert_true(cal_profile_age(&profile, cal_date_from_civil(2021, 1, 1), &low));
  assert_int_equal(low, 0);
  assert_true(cal_profile_age(&profile, cal_date_from_civil(2019, 12, 31), &low));
  assert_int_equal(low, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_values_that_are_taken),
    cmocka_unit_test(test_values_that_are_refused),
    cmocka_unit_test(test_a_year_later_the_infant_is_old_enough),
    cmocka_unit_test(test_follow_keeps_following_what_the_desktop_says),
    cmocka_unit_test(test_a_set_of_ones_own_by_part),
    cmocka_unit_test(test_values_that_are_offered),
    cmocka_unit_test(test_age_is_known_to_a_year),
    cmocka_unit_test(test_bounds_of_each_key),
    cmocka_unit_test(test_how_many_sets_of_ones_own),
    cmocka_unit_test(test_names_that_no_set_has),
    cmocka_unit_test(test_refusals_may_go_unheard),
    cmocka_unit_test(test_a_place_that_follows),
    cmocka_unit_test(test_age_is_never_below_nought),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
