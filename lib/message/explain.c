/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands behind a code: the rule, its source, the numbers, and whom it concerns differently. */
#include <math.h>

#include "text.h"

static const struct {
  const char *rule;
  const char *source;
} stories[CAL_CODE_COUNT] = {
  [CAL_CODE_D_LOW] = { N_("Vitamin D from sun, food and supplements, averaged over the known days of two "
                          "weeks (at least 10), is under "
                          "the reference intake. Sun counts with its best estimate, which may be wrong by a "
                          "factor of two either way."),
                       N_("IOM 2011, or EFSA where that set is chosen.") },
  [CAL_CODE_D_HIGH] = { N_("Vitamin D from food and supplements, averaged over a week or over the longest "
                           "interval of a product, is above "
                           "the upper limit. Sun never counts against it, since skin stops making more by "
                           "itself. Days without entries "
                           "count as nothing, so the truth is no lower."),
                        N_("IOM 2011; EFSA 2023.") },
  [CAL_CODE_D_VERY_HIGH] = { N_("One day's supplements hold more vitamin D than anybody takes daily on "
                                "purpose. One serving of a product that "
                                "is taken every few days is left out."),
                             N_("10 000 IU; under 18 years twice the upper limit.") },
  [CAL_CODE_D_WITHOUT_K2] = { N_("Vitamin D raises the uptake of calcium; K2 activates the proteins that "
                                 "bind calcium into bone and keep it out "
                                 "of arteries. There is no reference intake for K2, and evidence on hard "
                                 "endpoints is weak."),
                              N_("Knapen 2013 and 2015, with 180 µg of MK-7 a day.") },
  [CAL_CODE_D_WITHOUT_MAGNESIUM] = { N_("Magnesium is the cofactor of the enzymes that activate vitamin D. "
                                        "Its mean is under the average need while "
                                        "supplements bring much vitamin D."),
                                     N_("IOM 1997.") },
  [CAL_CODE_CA_HIGH] = { N_("Calcium from all sources, averaged over a week, is above the upper limit. Days "
                            "without entries count as "
                            "nothing, so the truth is no lower."),
                         N_("IOM 2011; EFSA.") },
  [CAL_CODE_CA_SUPPLEMENT_HIGH] = { N_("Much calcium from supplements may end in soft tissue, and of more "
                                       "than 500 mg at once little is absorbed. "
                                       "Calcium from food does the same for bone."),
                                    N_("IOM 2011.") },
  [CAL_CODE_CA_MG_RATIO] = { N_("Calcium to magnesium by weight is above 3 while magnesium is under its "
                                "reference. Below 1.7 and above 2.8 were "
                                "associated with harm and about 2 was best; the reference intakes themselves "
                                "give 2.4 to 3.8."),
                             N_("Rosanoff, Dai & Shapses 2016.") },
  [CAL_CODE_MG_LOW] = { N_("Magnesium from all sources, averaged over the known days of two weeks (at least "
                           "10), is under the estimated "
                           "average requirement."),
                        N_("IOM 1997.") },
  [CAL_CODE_MG_SUPPLEMENT_HIGH] = { N_("Magnesium from supplements, averaged over a week, is above the upper "
                                       "limit, which concerns supplements alone."),
                                    N_("IOM 1997; EFSA.") },
  [CAL_CODE_K_STEADY] = { N_("Medicines like warfarin work against vitamin K: what matters is that it stays "
                             "the same. More than a third up "
                             "or down between two weeks, a supplement begun or stopped, or natto, changes "
                             "how they work."),
                          N_("The rule of this program for users of vitamin K antagonists.") },
  [CAL_CODE_SAME_DOSE] = { N_("A dose was recorded in two different ways, as by a button and by hand. It "
                              "counts once until you say that it "
                              "was a second one."),
                           N_("calciferctl alerts answer ID same, or second.") },
  [CAL_CODE_SUN_HALF] = { N_("Half of the dose that reddens skin of your type, with sunscreen as people "
                             "really put it on: the third root of "
                             "its factor. A tag measures the plane in which it is worn."),
                          N_("ISO 17166:2019; minimal erythema doses by Fitzpatrick type; the third root as "
                             "widely quoted, not read in the original.") },
  [CAL_CODE_SUN_NEAR] = { N_("Four fifths of the dose that reddens skin of your type, with sunscreen as "
                             "people really put it on: the third "
                             "root of its factor. A tag measures the plane in which it is worn."),
                          N_("ISO 17166:2019; minimal erythema doses by Fitzpatrick type; the third root as "
                             "widely quoted, not read in the original.") },
  [CAL_CODE_SUN_BURN] = { N_("The dose that reddens skin of your type, with sunscreen as people really put "
                             "it on: the third root of its "
                             "factor. A tag measures the plane in which it is worn."),
                          N_("ISO 17166:2019; minimal erythema doses by Fitzpatrick type; the third root as "
                             "widely quoted, not read in the original.") },
  [CAL_CODE_SUN_PROTECT] = { N_("From a UV index of 3 on, protection is due. Said once a day."),
                             N_("WHO, Global Solar UV Index.") },
  [CAL_CODE_SUN_WINDOW] = { N_("Vitamin D is short today and in the mean of the fortnight, and the forecast "
                               "for "
                               "your place lets the sun close the gap before the day's total comes to half "
                               "of a "
                               "sunburn dose. Said once a day, near the best hour. What skin makes of it may "
                               "be "
                               "half or twice as much."),
                            N_("The model in the documentation, section 9; calciferctl plan shows the "
                               "hours.") },
  [CAL_CODE_INTAKE_MISSED] = { N_("A dose that your own schedule names is not recorded some time after it "
                                  "was due. This reminds of an entry and "
                                  "is no advice to take anything twice."),
                               N_("The at= times of your products.") },
  [CAL_CODE_TAG_BATTERY] = { N_("The tag reports how full its battery is."),
                             N_("Bluetooth Battery Service.") },
  [CAL_CODE_TAG_SILENT] = { N_("Nothing was heard of the tag although Bluetooth was on."),
                            N_("calciferctl tags shows when it was seen last.") },
  [CAL_CODE_RECORDS_LOST] = { N_("Numbers in the tag's own sequence are missing and will not come: it "
                                 "overwrote its oldest records, or began a "
                                 "new log."),
                              N_("The tag profile in the documentation.") },
  [CAL_CODE_BLUETOOTH_OFF] = { N_("No adapter is switched on, so no tag can be heard."),
                               N_("calciferctl doctor says what is there.") },
  [CAL_CODE_LEDGER_TROUBLE] = { N_("The file that keeps everything cannot be written. Tags keep what they "
                                   "have until it can."),
                                N_("calciferctl doctor says what is wrong.") },
  [CAL_CODE_TAG_COUNTER] = { N_("An encrypted tag numbers its packets upwards. Packets came that are sealed "
                                "with its key and numbered below "
                                "one heard before: so does a tag with a new battery, and so does somebody "
                                "who "
                                "sends recorded packets again. "
                                "Nothing of them counts until its owner has said which it is; a packet above "
                                "the old number ends the question."),
                             N_("calciferctl tags counter ADDRESS, if the tag had a new battery; BTHome, "
                                "Encryption.") },
  [CAL_CODE_TAG_PLACE] = { N_("A tag read more than 1.3 times the UV index of a clear sky at your place, "
                              "three times "
                              "running or more, or saw sun while it is night there. Such readings count for "
                              "vitamin D only up to that limit, and none at night; for sunburn they count in "
                              "full. "
                              "Either the place is wrong, or the clock, or the tag."),
                           N_("The model in the documentation, section 8.") },
  [CAL_CODE_TAG_STUCK] = { N_("For hours of daylight a tag reported one and the same UV index. The sun "
                              "moves, so "
                              "its sensor most likely does not see it. Its readings count as they are."),
                           N_("The model in the documentation, section 8.") },
  [CAL_CODE_TAG_BOND] = { N_("A tag that stores records speaks only with the machine that it is paired with. "
                             "This "
                             "machine does not know the tag any more, or the tag breaks each connection as "
                             "if it "
                             "had forgotten the pairing, for a minute by now. Nothing is deleted by itself: "
                             "the tag "
                             "keeps its records until it is paired again, and what it brought stays."),
                          N_("calciferctl tags shows which of the two it is.") },
  [CAL_CODE_TAG_CLOCK] = { N_("Records of the tag have had no date for an hour, or the tag's clock is left "
                              "alone "
                              "because this computer's own clock is not known to be right. A record without "
                              "a date "
                              "counts nothing, and is kept: it is dated once the tag's clock is set in the "
                              "same run "
                              "of its battery, or by its owner."),
                           N_("calciferctl tags date ADDRESS; the tag profile in the documentation.") },
};

/* Of the findings that are measured otherwise the bubble says what the number is. */
static const char *
unit_of(CalMeasure measure)
{
  switch (measure) {
  case CAL_MEASURE_IU:
    return _("IU");
  case CAL_MEASURE_MG:
    return "mg";
  case CAL_MEASURE_UG:
    return "µg";
  case CAL_MEASURE_MED:
    return _("MED");
  case CAL_MEASURE_UVI:
    return _("UVI");
  case CAL_MEASURE_MINUTES:
    return "min";
  case CAL_MEASURE_HOURS:
    return "h";
  case CAL_MEASURE_PERCENT:
    return "%";
  case CAL_MEASURE_NONE:
  case CAL_MEASURE_RATIO:
  case CAL_MEASURE_COUNT:
    return "";
  }
  return "";
}

static int
decimals_of(CalMeasure measure)
{
  const bool is_fraction = measure == CAL_MEASURE_MED || measure == CAL_MEASURE_RATIO;
  return is_fraction ? 2 : measure == CAL_MEASURE_UVI ? 1 : 0;
}

#define LINE(text, ...) cal_say(text, CAL_MESSAGE_EXPLAIN_SIZE, "\n", __VA_ARGS__)

static CalFigure
measured(double value, CalMeasure measure)
{
  const CalFigure number = cal_figure(value, decimals_of(measure));
  const char *const unit = unit_of(measure);
  CalFigure figure = { "" };
  cal_say(figure.text, sizeof figure.text, "", unit[0] != '\0' ? "%s %s" : "%s%s", number.text, unit);
  return figure;
}

static void
explain_clock(const CalFinding *finding, char *text)
{
  if (finding->other >= 1)
    LINE(text, _("Records without a date: %s."), cal_figure(finding->other, 0).text);
  if ((finding->flags & CAL_FINDING_ALONE) != 0)
    LINE(text, "%s", _("Its clock was left alone when it was compared last."));
}

static void
explain_numbers(const CalFinding *finding, char *text)
{
  if (finding->code == CAL_CODE_TAG_CLOCK)
    explain_clock(finding, text);
  if (isnan(finding->value))
    return;
  if (isnan(finding->reference))
    LINE(text, _("Found: %s."), measured(finding->value, finding->measure).text);
  else
    LINE(text, _("Found: %s, held against %s."), measured(finding->value, finding->measure).text,
         measured(finding->reference, finding->measure).text);
  if (finding->code == CAL_CODE_CA_MG_RATIO)
    LINE(text, _("That is %s mg of calcium to %s mg of magnesium a day."),
         cal_figure(finding->value * finding->other, 0).text, cal_figure(finding->other, 0).text);
  else if (finding->code == CAL_CODE_D_WITHOUT_MAGNESIUM)
    LINE(text, _("Beside it supplements brought %s IU of vitamin D a day."),
         cal_figure(finding->other, 0).text);
  if (finding->known_days > 0)
    LINE(text, _("The mean is the sum of %d known days divided by %d; the window is %d days."),
         finding->known_days, finding->known_days, finding->days);
  else if (finding->days > 1)
    LINE(text, _("The mean is the recorded sum of the window divided by its %d days."), finding->days);
}

/* Sun by hand of which nobody said how strong it was. */
static void
explain_origin(const CalFinding *finding, char *text)
{
  if (finding->code == CAL_CODE_SUN_WINDOW) {
    LINE(text, "%s",
         (finding->flags & CAL_FINDING_AMBIENT) != 0
             ? _("The forecast is a clear sky's, scaled by what your ambient tag reads.")
             : _("The forecast is a clear sky's: under clouds it takes longer, and burns as without."));
    return;
  }
  if ((finding->flags & CAL_FINDING_AMBIENT) != 0)
    LINE(text, "%s",
         _("Some of today's sun was logged by hand and reckoned with what an ambient tag read then."));
  if ((finding->flags & CAL_FINDING_CLEAR) != 0)
    LINE(text, "%s",
         _("Some of today's sun was logged by hand without an index or a sky: a clear sky was assumed."));
}

void
cal_say_audience(uint32_t audience, char text[CAL_MESSAGE_EXPLAIN_SIZE])
{
  static const struct {
    uint32_t bit;
    const char *line;
  } lines[] = {
    { CAL_AUDIENCE_NO_SUN,
      N_("For you sunburn is spoken of at half the thresholds, and sun is never advised.") },
    { CAL_AUDIENCE_ASK_KIDNEY, N_("With kidney disease nothing is suggested here: ask your kidney team.") },
    { CAL_AUDIENCE_ASK_DOCTOR,
      N_("With your condition or medicine nothing is suggested here: ask your doctor.") },
    { CAL_AUDIENCE_STEADY_K, N_("With a vitamin K antagonist keep vitamin K steady rather than low, and ask "
                                "the clinic that checks your "
                                "INR before you change anything; K2 is never advised.") },
    { CAL_AUDIENCE_DIRECT,
      N_("Direct anticoagulants do not mind vitamin K: none of its rules concern you.") },
    { CAL_AUDIENCE_CALCIFICATION, N_("With diabetes or over 70 years calcification is more common and "
                                     "belongs with a doctor; age lowers what "
                                     "skin makes.") },
    { CAL_AUDIENCE_APART,
      N_("Calcium and magnesium keep 4 h from levothyroxine and 2 to 6 h from tetracyclines, quinolones and "
         "bisphosphonates (as widely quoted; not read in the original).") },
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    if ((audience & lines[i].bit) != 0)
      LINE(text, "%s", _(lines[i].line));
}

const char *
cal_message_disclaimer(void)
{
  return _(
      "A wellness estimate, not a medical device: it does not diagnose or treat. Ask a doctor or pharmacist "
      "before you change a medicine or a supplement.");
}

/* The numbers of what is raised; of what is not, that it is not, and whether it ever may be. */
static void
explain_state(CalCode code, const CalFinding *finding, double threshold, uint32_t audience, char *text)
{
  const CalCodeAudience means = cal_audience_code(code);
  const bool never = (audience & means.silenced) != 0 || (means.only != 0 && (audience & means.only) == 0);
  if (finding != NULL) {
    explain_numbers(finding, text);
    explain_origin(finding, text);
  } else {
    LINE(text, "%s", never ? _("It is never said to you.") : _("It is not raised now."));
  }
  if (!never && !isnan(threshold))
    LINE(text, _("The threshold in force for you is %s."),
         measured(threshold, cal_code_facts(code)->measure).text);
}

/* To whom nothing is said of K2 its rule is not told either. */
static bool
may_tell_rule(CalCode code, uint32_t audience)
{
  return (cal_audience_code(code).silenced & audience & CAL_AUDIENCE_STEADY_K) == 0;
}

void
cal_message_explain(CalCode code, const CalFinding *finding, double threshold, uint32_t audience,
                    char text[CAL_MESSAGE_EXPLAIN_SIZE])
{
  const bool rule = may_tell_rule(code, audience);
  text[0] = '\0';
  if (rule)
    LINE(text, "%s", _(stories[code].rule));
  explain_state(code, finding, threshold, audience, text);
  if (rule)
    LINE(text, _("Source: %s"), _(stories[code].source));
  cal_say_audience(audience, text);
  LINE(text, "%s", cal_message_disclaimer());
}
