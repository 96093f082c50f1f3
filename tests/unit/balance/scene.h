/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the findings look at, told in words: a person, days, tags, the hour. The words are those of
 * tests/vectors/findings.txt, whose head explains them. Without any, an ordinary person has enough of
 * everything.
 *
 *   scene_begin(&scene);
 *   scene_person(&scene, "conditions lupus; birth-year 1980")   true
 *   scene_tell(&scene, "food.d=597 known@3-9=no")               true
 */
#ifndef CALCIFER_TESTS_SCENE_H
#define CALCIFER_TESTS_SCENE_H

#include <stdbool.h>
#include <stddef.h>

#include <calcifer/finding.h>

#define SCENE_ADDRESS "C0:FF:EE:00:00:01"

typedef struct Scene {
  CalDayResult row[CAL_FINDING_MAX_ROWS];
  size_t n_rows;
  CalContext context;
  CalFindingInput input;
  CalTagState tag;
  CalFinding standing;
  CalPlan plan;
} Scene;

void scene_begin(Scene *scene);

/* Settings of the profile, "KEY VALUE; KEY VALUE", "unset" for an empty value; "-" changes nothing. False:
 * one of them was refused. */
bool scene_person(Scene *scene, const char *settings);

/* Words with spaces between. False: one of them is not known. */
bool scene_tell(Scene *scene, const char *words);

#endif
