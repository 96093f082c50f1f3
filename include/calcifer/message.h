/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sentences for codes: what a bubble says, what a refusal says, what `explain` tells. In the language of the
 * calling thread's locale, which is the process's unless uselocale(3) gave it its own (gettext domain
 * "calcifer"; English without a catalogue); numbers by the same locale. In the C locale, which every process
 * begins with, all is English: what goes over a bus or into a file is made there.
 *
 * The one part of the core that is outside of its purity: it stands in a library of its own,
 * libcalcifer-message, needs gettext, and formats.
 *
 *   CalMessage message;
 *   cal_message_finding(&finding, false, &message);
 *   message.summary   "Half of a sunburn dose"
 */
#ifndef CALCIFER_MESSAGE_H
#define CALCIFER_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/finding.h>
#include <calcifer/refusal.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_MESSAGE_DOMAIN       "calcifer"
#define CAL_MESSAGE_SUMMARY_SIZE 128
#define CAL_MESSAGE_BODY_SIZE    768
#define CAL_MESSAGE_LINE_SIZE    384
#define CAL_MESSAGE_EXPLAIN_SIZE 4096

/* The folder in which LANGUAGE/LC_MESSAGES/calcifer.mo lie. Once, before the first sentence. */
void cal_message_bind(const char *folder);

/* UTF-8, no markup: whoever shows a body in a server that knows markup escapes it. */
typedef struct CalMessage {
  char summary[CAL_MESSAGE_SUMMARY_SIZE];
  char body[CAL_MESSAGE_BODY_SIZE];
} CalMessage;

/* A bubble: the number, the reference, one thing to do. `discreet`: that Calcifer has a note, and nothing
 * else; whoever shows it decides, see cal_message_is_private(). */
void cal_message_finding(const CalFinding *finding, bool discreet, CalMessage *message);

/* Whether the sentence would betray a condition or a medicine: bubbles are discreet by default then. */
bool cal_message_is_private(const CalFinding *finding);

/* The bubble that confirms what "Taken" wrote: product and local time ("08:05"). */
void cal_message_confirmed(const char *product, const char *time, bool discreet, CalMessage *message);

/* What stands behind a code: the rule, the arithmetic with the finding's numbers (finding NULL: it is not
 * raised), the threshold that cal_finding_threshold() says to be in force (NAN: none), the source, what else
 * belongs to this audience, the disclaimer. Lines separated by newlines. */
void cal_message_explain(CalCode code, const CalFinding *finding, double threshold, uint32_t audience,
                         char text[CAL_MESSAGE_EXPLAIN_SIZE]);

/* What is told of a nutrient, and of all of them together, whatever is raised. */
typedef enum CalTopic {
  CAL_TOPIC_K2,
  CAL_TOPIC_D,
  CAL_TOPIC_MAGNESIUM,
  CAL_TOPIC_CALCIUM,
  CAL_TOPIC_VITAMIN_C,
  CAL_TOPIC_BALANCE, /* how they need one another */
} CalTopic;

#define CAL_TOPIC_COUNT 6

/* "k2", "d", "magnesium", "calcium", "vitamin-c", "balance", and what else cal_nutrient_parse() knows. */
bool cal_topic_parse(const char *name, CalTopic *topic);
const char *cal_topic_name(CalTopic topic);

/* The mechanism, claim by claim, each with the strength of its evidence and its source; what this audience is
 * not to be told is left out, what concerns it is added. Lines separated by newlines. */
void cal_message_topic(CalTopic topic, uint32_t audience, char text[CAL_MESSAGE_EXPLAIN_SIZE]);

/* One clear line: what, where, what was expected, and names that are near. */
void cal_message_refusal(const CalRefusal *refusal, char line[CAL_MESSAGE_LINE_SIZE]);

/* "A wellness estimate, not a medical device ..." Static. */
const char *cal_message_disclaimer(void);

#ifdef __cplusplus
}
#endif

#endif
