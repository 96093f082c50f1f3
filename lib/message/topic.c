/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why calcium needs its helpers, nutrient by nutrient: what is claimed, how well it is founded, where it
 * comes from. A passage is said to everybody but those whom `never` names, or to nobody but those of `only`.
 */
#include <string.h>

#include <calcifer/nutrient.h>

#include "text.h"

/* "Med": a claim that is widely quoted and was not read where it was made first. */
#define WIDELY_QUOTED N_("as widely quoted; not read in the original")

#define NO_MORE    CAL_AUDIENCE_NO_MORE
#define STEADY_K   CAL_AUDIENCE_STEADY_K
#define PREGNANT   CAL_AUDIENCE_PREGNANT
#define ANY_NO_SUN (CAL_AUDIENCE_NO_SUN | CAL_AUDIENCE_SUN_UNSET)

typedef enum Evidence {
  EVIDENCE_NONE, /* no claim about bodies: a fact of tables, or a rule of this program */
  EVIDENCE_FIRM,
  EVIDENCE_FAIR,
  EVIDENCE_WEAK,
} Evidence;

typedef struct Passage {
  const char *text;
  Evidence evidence;
  const char *source; /* NULL: none */
  uint32_t never;     /* of CalAudience */
  uint32_t only;      /* 0: everybody */
} Passage;

/* -- What is told -- */

static const Passage k2[] = {
  { N_("K2 activates two proteins. One, matrix Gla protein, keeps calcium out of arteries and other soft "
       "tissue; the other, osteocalcin, binds it into bone."),
    EVIDENCE_FAIR, WIDELY_QUOTED, STEADY_K, 0 },
  { N_("Vitamin K, K2 included, activates the proteins of clotting, and others. Your medicine works against "
       "just that, and its dose is set to what you usually take in: more vitamin K weakens it, less makes it "
       "too strong."),
    EVIDENCE_FIRM, WIDELY_QUOTED, 0, STEADY_K },
  { N_("Women after the menopause who took 180 µg of MK-7 a day for three years lost less bone, and had less "
       "stiff arteries. Those are measurements; whether anybody has fewer fractures or heart attacks by it "
       "nobody has shown."),
    EVIDENCE_WEAK, N_("Knapen 2013 and 2015"), STEADY_K, 0 },
  { N_("There is no reference intake of K2 anywhere, so no amount is called too little here."), EVIDENCE_NONE,
    NULL, STEADY_K, 0 },
  { N_("MK-4 is gone within hours (half-life about 1 h) and counts for its day alone; MK-7 stays for days "
       "(about 68 h) and is carried over."),
    EVIDENCE_FAIR, WIDELY_QUOTED, 0, 0 },
  { N_("It dissolves in fat, and is taken up best with a meal that has some."), EVIDENCE_FAIR, WIDELY_QUOTED,
    STEADY_K | NO_MORE, 0 },
  { N_("Foods that hold it: natto above all, hard and soft cheese, egg yolk, beef liver, sauerkraut. "
       "Contents "
       "differ tenfold between countries: take them as an order of magnitude."),
    EVIDENCE_FAIR, N_("Schurgers & Vermeer 2000"), STEADY_K | NO_MORE | PREGNANT, 0 },
  { N_("Foods that hold it: natto above all, hard cheese, sauerkraut. Contents differ tenfold between "
       "countries: take them as an order of magnitude."),
    EVIDENCE_FAIR, N_("Schurgers & Vermeer 2000"), STEADY_K | NO_MORE, PREGNANT },
};

static const Passage vitamin_d[] = {
  { N_("Vitamin D makes the gut take up more calcium."), EVIDENCE_FIRM, N_("IOM 2011"), 0, 0 },
  { N_("The relation is U-shaped: with too little of it the body draws calcium from bone, with too much the "
       "calcium in the blood rises. More is not better."),
    EVIDENCE_FIRM, N_("IOM 2011"), 0, 0 },
  { N_("It works only after enzymes have activated it, and those need magnesium."), EVIDENCE_FAIR,
    WIDELY_QUOTED, 0, 0 },
  { N_("Skin makes it in the sun, and stops by itself: light takes apart what is too much, so that sun alone "
       "does not lead to an overdose. Supplements can."),
    EVIDENCE_FIRM, N_("Holick 1981"), 0, 0 },
  { N_("Old skin makes less: from 60 years on about half of what it made at 20."), EVIDENCE_FAIR,
    N_("Godar, as widely quoted; not read in the original"), 0, 0 },
  { N_("What brings it, in this order: oily fish (salmon, sardines, mackerel), fortified milk, cereals and "
       "orange juice, egg yolk, beef liver, UV-exposed mushrooms; a supplement for a gap that is known."),
    EVIDENCE_NONE, NULL, NO_MORE | PREGNANT, 0 },
  { N_("What brings it, in this order: oily fish, well cooked and at most twice a week, fortified milk, "
       "cereals and orange juice, UV-exposed mushrooms; a supplement for a gap that is known."),
    EVIDENCE_NONE, NULL, NO_MORE, PREGNANT },
  { N_("Some midday sun makes it too, short of a burn; calciferctl plan shows when and for how long."),
    EVIDENCE_NONE, NULL, NO_MORE | ANY_NO_SUN, 0 },
  { N_("It dissolves in fat, and is taken up best with a meal that has some."), EVIDENCE_FAIR, WIDELY_QUOTED,
    NO_MORE, 0 },
};

static const Passage magnesium[] = {
  { N_("The enzymes that activate vitamin D need magnesium: without it vitamin D stays idle."), EVIDENCE_FAIR,
    WIDELY_QUOTED, 0, 0 },
  { N_("It restrains parathyroid hormone, which takes calcium out of bone."), EVIDENCE_FAIR, WIDELY_QUOTED, 0,
    0 },
  { N_("Calcium to magnesium by weight, below 1.7 and above 2.8, went along with harm; about 2 was best. "
       "That "
       "is an association and no proof that one makes the other, and the reference intakes themselves give "
       "2.4 to 3.8."),
    EVIDENCE_WEAK, N_("Rosanoff, Dai & Shapses 2016"), 0, 0 },
  { N_("Its upper limit concerns supplements alone: from food nobody gets too much whose kidneys are well."),
    EVIDENCE_FIRM, N_("IOM 1997"), 0, 0 },
  { N_("Foods that hold it: chia and pumpkin seeds, almonds, cashews, peanuts, spinach, kale, whole grains, "
       "legumes."),
    EVIDENCE_NONE, NULL, NO_MORE | STEADY_K, 0 },
  { N_("Foods that hold it and little vitamin K: pumpkin seeds, almonds, oats, lentils."), EVIDENCE_NONE,
    NULL, NO_MORE, STEADY_K },
};

static const Passage calcium[] = {
  { N_("Calcium is what bone is hardened with. The blood holds its share of it constant; when too little "
       "comes "
       "in, bone gives it."),
    EVIDENCE_FIRM, N_("IOM 2011"), 0, 0 },
  { N_("The \"calcium paradox\": calcium, above all from supplements, may end in soft tissue instead of bone "
       "where K2 and magnesium are missing. Trials disagree about it."),
    EVIDENCE_WEAK, WIDELY_QUOTED, STEADY_K, 0 },
  { N_("The \"calcium paradox\": calcium, above all from supplements, may end in soft tissue instead of "
       "bone. "
       "Trials disagree about it."),
    EVIDENCE_WEAK, WIDELY_QUOTED, 0, STEADY_K },
  { N_("Deposits that are there grow more slowly with a good diet, and hardly ever go back."), EVIDENCE_WEAK,
    WIDELY_QUOTED, 0, 0 },
  { N_("Of more than 500 mg from a supplement at once little is taken up."), EVIDENCE_FIRM, N_("IOM 2011"), 0,
    0 },
  { N_("Food comes first: milk, yogurt, sardines and greens bring it together with what it needs."),
    EVIDENCE_NONE, NULL, NO_MORE | STEADY_K | PREGNANT, 0 },
  { N_("Food comes first: milk and yogurt bring it."), EVIDENCE_NONE, NULL, NO_MORE, STEADY_K | PREGNANT },
};

static const Passage vitamin_c[] = {
  { N_("Vitamin C is needed to build collagen, the web into which bone lays its calcium."), EVIDENCE_FIRM,
    WIDELY_QUOTED, 0, 0 },
  { N_("It may hinder the calcification of the smooth muscle of arteries. That was seen in the laboratory; "
       "nobody has shown it in people."),
    EVIDENCE_WEAK, WIDELY_QUOTED, 0, 0 },
  { N_("It is shown beside the others, and nothing is concluded from it."), EVIDENCE_NONE, NULL, 0, 0 },
};

static const Passage balance[] = {
  { N_("Vitamin D brings calcium in; magnesium makes vitamin D work; K2 leads calcium into bone and keeps it "
       "out of arteries. Any of them alone, and much of it, may do harm where the others are missing."),
    EVIDENCE_FAIR, WIDELY_QUOTED, STEADY_K, 0 },
  { N_("Vitamin D brings calcium in, and magnesium makes vitamin D work. Either alone, and much of it, may "
       "do "
       "harm where the other is missing."),
    EVIDENCE_FAIR, WIDELY_QUOTED, 0, STEADY_K },
  { N_("Both ends of vitamin D harm: too little draws calcium from bone, too much raises it in the blood."),
    EVIDENCE_FIRM, N_("IOM 2011"), 0, 0 },
  { N_("That K2 prevents fractures or heart attacks is not shown; what is shown are measurements of bone and "
       "arteries."),
    EVIDENCE_WEAK, N_("Knapen 2013 and 2015"), STEADY_K, 0 },
  { N_("Vitamin C may hinder calcification, too; that is known from the laboratory alone."), EVIDENCE_WEAK,
    WIDELY_QUOTED, 0, 0 },
  { N_("Diet slows deposits and hardly takes them back."), EVIDENCE_WEAK, WIDELY_QUOTED, 0, 0 },
  { N_("Whole foods come first; a supplement is for a gap that is known. calciferctl foods --for NUTRIENT "
       "names foods that close one."),
    EVIDENCE_NONE, NULL, NO_MORE, 0 },
};

#define APART  CAL_AUDIENCE_APART
#define DIRECT CAL_AUDIENCE_DIRECT
#define OLD    CAL_AUDIENCE_CALCIFICATION

static const struct {
  const char *name;
  const Passage *passage;
  size_t n_passages;
  uint32_t concerns; /* whose line of its own is said behind it */
} topics[CAL_TOPIC_COUNT] = {
#define PASSAGES(of) of, sizeof of / sizeof *of
  [CAL_TOPIC_K2] = { "k2", PASSAGES(k2), NO_MORE | STEADY_K | DIRECT | OLD },
  [CAL_TOPIC_D] = { "d", PASSAGES(vitamin_d), NO_MORE | CAL_AUDIENCE_NO_SUN | OLD },
  [CAL_TOPIC_MAGNESIUM] = { "magnesium", PASSAGES(magnesium), NO_MORE | APART },
  [CAL_TOPIC_CALCIUM] = { "calcium", PASSAGES(calcium), NO_MORE | STEADY_K | DIRECT | OLD | APART },
  [CAL_TOPIC_VITAMIN_C] = { "vitamin-c", PASSAGES(vitamin_c), NO_MORE | OLD },
  [CAL_TOPIC_BALANCE] = { "balance", PASSAGES(balance), NO_MORE | STEADY_K | DIRECT | OLD | APART },
#undef PASSAGES
};

/* -- Names -- */

static CalTopic
topic_of(CalNutrient nutrient)
{
  switch (nutrient) {
  case CAL_NUTRIENT_VITAMIN_D:
    return CAL_TOPIC_D;
  case CAL_NUTRIENT_CALCIUM:
    return CAL_TOPIC_CALCIUM;
  case CAL_NUTRIENT_MAGNESIUM:
    return CAL_TOPIC_MAGNESIUM;
  case CAL_NUTRIENT_K1:
  case CAL_NUTRIENT_MK4:
  case CAL_NUTRIENT_MK7:
  case CAL_NUTRIENT_K2_OTHER:
    return CAL_TOPIC_K2;
  case CAL_NUTRIENT_VITAMIN_C:
    return CAL_TOPIC_VITAMIN_C;
  }
  return CAL_TOPIC_BALANCE;
}

bool
cal_topic_parse(const char *name, CalTopic *topic)
{
  CalNutrient nutrient;
  for (int i = 0; i < CAL_TOPIC_COUNT; i++)
    if (strcmp(topics[i].name, name) == 0) {
      *topic = (CalTopic)i;
      return true;
    }
  if (!cal_nutrient_parse(name, &nutrient))
    return false;
  *topic = topic_of(nutrient);
  return true;
}

const char *
cal_topic_name(CalTopic topic)
{
  return topics[topic].name;
}

/* -- Telling -- */

#define LINE(text, ...) cal_say(text, CAL_MESSAGE_EXPLAIN_SIZE, "\n", __VA_ARGS__)

static const char *
evidence_word(Evidence evidence)
{
  switch (evidence) {
  case EVIDENCE_FIRM:
    return _("Well founded");
  case EVIDENCE_FAIR:
    return _("Fair evidence");
  case EVIDENCE_WEAK:
    return _("Weak evidence");
  case EVIDENCE_NONE:
    break;
  }
  return NULL;
}

static void
tell(const Passage *passage, char *text)
{
  const char *const evidence = evidence_word(passage->evidence);
  if (evidence != NULL && passage->source != NULL)
    LINE(text, "%s (%s: %s.)", _(passage->text), evidence, _(passage->source));
  else
    LINE(text, "%s", _(passage->text));
}

void
cal_message_topic(CalTopic topic, uint32_t audience, char text[CAL_MESSAGE_EXPLAIN_SIZE])
{
  text[0] = '\0';
  for (size_t i = 0; i < topics[topic].n_passages; i++) {
    const Passage *const passage = &topics[topic].passage[i];
    if ((passage->never & audience) == 0 && (passage->only == 0 || (passage->only & audience) != 0))
      tell(passage, text);
  }
  cal_say_audience(audience & topics[topic].concerns, text);
  LINE(text, "%s", cal_message_disclaimer());
}
