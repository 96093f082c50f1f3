/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a bubble says: the number, the reference, one thing to do. Foods before supplements. */
#include <math.h>
#include <string.h>

#include <calcifer/product.h>

#include "text.h"

typedef struct Bubble {
  const CalFinding *finding;
  CalMessage *message;
} Bubble;

#define SUMMARY(bubble, ...) cal_say((bubble)->message->summary, CAL_MESSAGE_SUMMARY_SIZE, " ", __VA_ARGS__)
#define BODY(bubble, ...)    cal_say((bubble)->message->body, CAL_MESSAGE_BODY_SIZE, " ", __VA_ARGS__)

static bool
is_for(const Bubble *bubble, uint32_t audience)
{
  return (bubble->finding->audience & audience) != 0;
}

static bool
has(const Bubble *bubble, CalFindingFlag flag)
{
  return (bubble->finding->flags & flag) != 0;
}

static CalFigure
value(const Bubble *bubble, int decimals)
{
  return cal_figure(bubble->finding->value, decimals);
}

static CalFigure
reference(const Bubble *bubble, int decimals)
{
  return cal_figure(bubble->finding->reference, decimals);
}

/* Of an alert that a restart brought back nobody knows more than what tells it from others. */
static const char *
name_of(const Bubble *bubble)
{
  return bubble->finding->about[0] != '\0' ? bubble->finding->about : bubble->finding->subject;
}

typedef struct Clock {
  char text[6];
} Clock;

static Clock
clock_of(const Bubble *bubble)
{
  Clock clock = { "?" };
  if (bubble->finding->minute >= 0)
    cal_minute_format(bubble->finding->minute, clock.text);
  return clock;
}

/* -- Whom to ask -- */

/* Either says what may be done, or, to whom nothing is suggested, whom to ask instead. */
static void
suggest(const Bubble *bubble, const char *what)
{
  if (is_for(bubble, CAL_AUDIENCE_ASK_KIDNEY))
    what = _("Ask your kidney team before you change anything.");
  else if (is_for(bubble, CAL_AUDIENCE_ASK_DOCTOR))
    what = _("Ask your doctor before you change anything.");
  BODY(bubble, "%s", what);
}

static void
ask_pharmacist(const Bubble *bubble)
{
  suggest(bubble, _("Ask a doctor or pharmacist before you change a supplement."));
}

/* -- Too little -- */

static const char *
ways_to_d(const Bubble *bubble)
{
  /* Whose age or skin is not known may be one of those who must not. */
  const bool no_sun = is_for(bubble, CAL_AUDIENCE_NO_SUN | CAL_AUDIENCE_SUN_UNSET);
  if (is_for(bubble, CAL_AUDIENCE_PREGNANT))
    return no_sun
               ? _("Fortified milk and UV-exposed mushrooms bring it, and oily fish, well cooked and at most "
                   "twice a week; a supplement comes last.")
               : _("Fortified milk and UV-exposed mushrooms bring it, and oily fish, well cooked and at most "
                   "twice a week; some midday sun, short of a burn, helps; a supplement comes last.");
  return no_sun ? _("Oily fish, fortified milk or UV-exposed mushrooms bring it; a supplement comes last.")
                : _("Oily fish, fortified milk or UV-exposed mushrooms bring it; some midday sun, short of a "
                    "burn, helps; a supplement comes last.");
}

static void
say_d_low(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Vitamin D is low"));
  BODY(bubble, _("About %s IU a day from all sources, over %d known days of %d; the reference is %s IU."),
       value(bubble, 0).text, bubble->finding->known_days, bubble->finding->days, reference(bubble, 0).text);
  if (bubble->finding->severity == CAL_SEVERITY_INFORMATION)
    BODY(bubble, "%s", _("At the high end of what sun may have made it is enough."));
  suggest(bubble, ways_to_d(bubble));
}

static void
say_mg_low(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Magnesium is low"));
  BODY(bubble, _("%s mg a day over %d known days of %d; the average need is %s mg."), value(bubble, 0).text,
       bubble->finding->known_days, bubble->finding->days, reference(bubble, 0).text);
  suggest(bubble, _("Pumpkin seeds, almonds, lentils or oats bring it."));
}

static void
say_ca_mg_ratio(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Much calcium for little magnesium"));
  BODY(
      bubble,
      _("Calcium to magnesium is %s to 1 over %d known days of %d, above %s, with %s mg of magnesium a day."),
      value(bubble, 1).text, bubble->finding->known_days, bubble->finding->days, reference(bubble, 1).text,
      cal_figure(bubble->finding->other, 0).text);
  suggest(bubble, _("Pumpkin seeds, almonds, lentils and oats bring magnesium."));
}

static void
say_d_without_k2(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Vitamin D without K2"));
  BODY(bubble,
       _("%s IU of vitamin D a day from supplements, said from %s IU on, and no K2 on record this week."),
       value(bubble, 0).text, reference(bubble, 0).text);
  suggest(bubble, _("Hard cheese, natto or sauerkraut bring it; the evidence for it is weak."));
}

static void
say_d_without_magnesium(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Vitamin D without magnesium"));
  BODY(bubble,
       _("%s mg of magnesium a day, under the average need of %s mg, beside %s IU of vitamin D from "
         "supplements, "
         "whose enzymes need it."),
       value(bubble, 0).text, reference(bubble, 0).text, cal_figure(bubble->finding->other, 0).text);
  suggest(bubble, _("Pumpkin seeds, almonds, lentils or oats bring it."));
}

/* -- Too much -- */

static void
say_signs(const Bubble *bubble)
{
  BODY(bubble, "%s",
       _("Signs of too much are thirst, frequent urination, nausea, constipation, confusion and weakness."));
}

static void
say_d_high(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Vitamin D is above the upper limit"));
  BODY(bubble, _("At least %s IU a day from food and supplements over %d days; the upper limit is %s IU."),
       value(bubble, 0).text, bubble->finding->days, reference(bubble, 0).text);
  ask_pharmacist(bubble);
  say_signs(bubble);
}

static void
say_d_very_high(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Very much vitamin D in one day"));
  BODY(bubble, _("%s IU from supplements on %s, above %s IU. Check the entry; if it is true, see a doctor."),
       value(bubble, 0).text, bubble->finding->subject, reference(bubble, 0).text);
  say_signs(bubble);
}

static void
say_ca_high(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Calcium is above the upper limit"));
  BODY(bubble, _("At least %s mg a day over %d days; the upper limit is %s mg."), value(bubble, 0).text,
       bubble->finding->days, reference(bubble, 0).text);
  ask_pharmacist(bubble);
}

static void
say_calcium_at_once(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Much calcium at once"));
  BODY(bubble, _("%s mg from supplements within half an hour; above %s mg little of it is absorbed."),
       value(bubble, 0).text, reference(bubble, 0).text);
  suggest(bubble, _("Spread it over the day."));
}

static void
say_ca_supplement_high(const Bubble *bubble)
{
  if (has(bubble, CAL_FINDING_BURST)) {
    say_calcium_at_once(bubble);
    return;
  }
  SUMMARY(bubble, "%s", _("Much calcium from supplements"));
  BODY(bubble, _("%s mg a day over %d days, said from %s mg on."), value(bubble, 0).text,
       bubble->finding->days, reference(bubble, 0).text);
  if (!is_for(bubble, CAL_AUDIENCE_NO_MORE))
    BODY(bubble, "%s", _("Food is the better source."));
  ask_pharmacist(bubble);
}

static void
say_mg_supplement_high(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Much magnesium from supplements"));
  BODY(bubble, _("%s mg a day over %d days; the upper limit for supplements is %s mg."),
       value(bubble, 0).text, bubble->finding->days, reference(bubble, 0).text);
  ask_pharmacist(bubble);
}

static void
say_what_moved(const Bubble *bubble)
{
  const CalFigure before = reference(bubble, 0), now = value(bubble, 0);
  if (has(bubble, CAL_FINDING_K2))
    BODY(bubble, _("Vitamin K2 went from %s to %s µg a day between two weeks."), before.text, now.text);
  else
    BODY(bubble, _("Vitamin K1 went from %s to %s µg a day between two weeks."), before.text, now.text);
}

static void
say_k_steady(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Vitamin K has changed"));
  if (has(bubble, CAL_FINDING_NATTO))
    BODY(bubble, "%s", _("Natto is on record; it holds so much K2 that your medicine may fail."));
  else if (has(bubble, CAL_FINDING_CHANGED))
    BODY(bubble, "%s", _("A supplement with vitamin K was begun or stopped."));
  else
    say_what_moved(bubble);
  BODY(bubble, "%s", _("Tell the clinic that checks your INR before you change anything."));
}

/* -- Sun -- */

static void
say_sun_now(const Bubble *bubble, const char *what_to_do)
{
  if (has(bubble, CAL_FINDING_BOUND))
    BODY(bubble, _("At least %s %% of a sunburn dose (MED) today, said from %s %% on."),
         cal_figure(100 * bubble->finding->value, 0).text,
         cal_figure(100 * bubble->finding->reference, 0).text);
  else
    BODY(bubble, _("%s %% of a sunburn dose (MED) today, said from %s %% on."),
         cal_figure(100 * bubble->finding->value, 0).text,
         cal_figure(100 * bubble->finding->reference, 0).text);
  BODY(bubble, "%s", _("Skin turned to the sun may get up to twice what a tag reads."));
  BODY(bubble, "%s", what_to_do);
}

static void
say_sun_past(const Bubble *bubble)
{
  BODY(bubble,
       has(bubble, CAL_FINDING_BOUND)
           ? _("Today's sun came to at least %s %% of a sunburn dose (MED), said from %s %% on.")
           : _("Today's sun came to %s %% of a sunburn dose (MED), said from %s %% on."),
       cal_figure(100 * bubble->finding->value, 0).text,
       cal_figure(100 * bubble->finding->reference, 0).text);
  BODY(bubble, "%s",
       _("Skin turned to the sun may have got up to twice that. Stay covered for the rest of the day."));
}

static void
say_sun(const Bubble *bubble, const char *summary, const char *what_to_do)
{
  SUMMARY(bubble, "%s", summary);
  if (has(bubble, CAL_FINDING_PAST))
    say_sun_past(bubble);
  else
    say_sun_now(bubble, what_to_do);
}

/* By the threshold, which may be halved or the person's own. */
static const char *
share_of(double threshold)
{
  if (fabs(threshold - 0.5) < 0.005)
    return _("Half of a sunburn dose");
  return fabs(threshold - 0.25) < 0.005 ? _("A quarter of a sunburn dose") : _("Part of a sunburn dose");
}

static void
say_sun_half(const Bubble *bubble)
{
  say_sun(bubble, share_of(bubble->finding->reference),
          _("Shade or clothing now keeps a reserve for later."));
}

static void
say_sun_near(const Bubble *bubble)
{
  say_sun(bubble, is_for(bubble, CAL_AUDIENCE_NO_SUN) ? _("Much of a sunburn dose") : _("Close to a sunburn"),
          _("Cover up or go into the shade."));
}

static void
say_sun_burn(const Bubble *bubble)
{
  say_sun(bubble, bubble->finding->reference < 1 ? _("Too much sun for you") : _("Sunburn dose reached"),
          _("Leave the sun now."));
}

static void
say_sun_protect(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Protection is due"));
  BODY(bubble, _("The UV index is %s; from %s on wear clothing, a hat and sunscreen, or stay in the shade."),
       value(bubble, 1).text, reference(bubble, 0).text);
}

static void
say_sun_window(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("The sun could close today's gap"));
  if (has(bubble, CAL_FINDING_AMBIENT))
    BODY(bubble, _("About %s min outside from now on make the %s IU of vitamin D that are missing."),
         value(bubble, 0).text, cal_figure(bubble->finding->other, 0).text);
  else
    BODY(
        bubble,
        _("Under a clear sky about %s min outside from now on make the %s IU of vitamin D that are missing."),
        value(bubble, 0).text, cal_figure(bubble->finding->other, 0).text);
  if (!isnan(bubble->finding->reference))
    BODY(bubble, _("Cover up before %s min: then the day comes to half of a sunburn dose."),
         reference(bubble, 0).text);
  else
    BODY(bubble, "%s", _("Half of a sunburn dose is not reached before sunset."));
}

/* -- Doses -- */

static void
say_intake_missed(const Bubble *bubble)
{
  const Clock time = clock_of(bubble);
  SUMMARY(bubble, _("%s is not recorded"), name_of(bubble));
  BODY(bubble, _("It was due at %s. If you took it, say so here or press the tag's button."), time.text);
}

static void
say_same_dose(const Bubble *bubble)
{
  const Clock time = clock_of(bubble);
  SUMMARY(bubble, _("One dose of %s, or two?"), name_of(bubble));
  BODY(bubble, _("It was recorded in two ways around %s. Until you answer it counts once."), time.text);
}

/* -- Devices -- */

static void
say_tag_battery(const Bubble *bubble)
{
  SUMMARY(bubble, _("The battery of %s is low"), name_of(bubble));
  BODY(bubble, _("%s %% are left, said from %s %% down. Have a new one at hand."), value(bubble, 0).text,
       reference(bubble, 0).text);
}

static void
say_tag_silent(const Bubble *bubble)
{
  const double hours = bubble->finding->value;
  const unsigned long n = hours >= 0.5 && hours < 1.5 ? 1 : 2; /* as shown, and many when not known */
  SUMMARY(bubble, _("%s is silent"), name_of(bubble));
  BODY(bubble,
       P_("Nothing was heard of it for %s hour, said from %s on. Bring it near, or look at its battery.",
          "Nothing was heard of it for %s hours, said from %s on. Bring it near, or look at its battery.", n),
       value(bubble, 0).text, reference(bubble, 0).text);
}

static void
say_records_lost(const Bubble *bubble)
{
  const double lost = bubble->finding->value;
  const unsigned long n = lost < 1e9 ? (unsigned long)lost : 1000000000ul;
  SUMMARY(bubble, _("%s has lost records"), name_of(bubble));
  BODY(bubble, P_("%lu record will never come.", "%lu records will never come.", n), n);
  BODY(bubble, "%s", _("Bring the tag near this computer more often, so that it need not overwrite them."));
}

static void
say_bluetooth_off(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("Bluetooth is off"));
  BODY(bubble, "%s",
       _("Your tag cannot bring its records. Switch Bluetooth on; calciferctl doctor says more."));
}

static void
say_ledger_trouble(const Bubble *bubble)
{
  SUMMARY(bubble, "%s", _("The ledger cannot be written"));
  BODY(bubble, "%s",
       _("Tags are not told to delete anything until it can. calciferctl doctor says what is wrong."));
}

static void
say_tag_counter(const Bubble *bubble)
{
  SUMMARY(bubble, _("The counter of %s began anew"), name_of(bubble));
  BODY(bubble, _("Did you change its battery? Then type: calciferctl tags counter %s"),
       bubble->finding->subject);
  BODY(
      bubble, "%s",
      _("Until then nothing that it sends counts. If you did not, somebody may be sending old packets again: "
        "leave it."));
}

static void
say_tag_place(const Bubble *bubble)
{
  SUMMARY(bubble, _("%s sees sun where your place has none"), name_of(bubble));
  BODY(bubble,
       _("%s readings running, said from %s on, were above what a clear sky gives at your place; the newest "
         "was a UV "
         "index of %s."),
       value(bubble, 0).text, reference(bubble, 0).text, cal_figure(bubble->finding->other, 1).text);
  BODY(bubble, "%s", _("If you have travelled, type: calciferctl profile set place LATITUDE,LONGITUDE"));
}

static void
say_tag_stuck(const Bubble *bubble)
{
  SUMMARY(bubble, _("%s reads the same all the time"), name_of(bubble));
  BODY(bubble, _("A UV index of %s for %s hours of daylight, said from %s on."),
       cal_figure(bubble->finding->other, 2).text, value(bubble, 1).text, reference(bubble, 0).text);
  BODY(bubble, "%s", _("Look whether its sensor is covered, and take its battery out and in again."));
}

/* What was bonded is not deleted unasked: who took the tag over may be its owner, too. */
static void
say_tag_bond(const Bubble *bubble)
{
  SUMMARY(bubble, _("The bond with %s is lost"), name_of(bubble));
  BODY(bubble, "%s", _("It brings no records until it is paired again, and keeps them meanwhile."));
  BODY(bubble,
       _("Hold its button for 5 seconds, then type within two minutes: calciferctl tags forget %s; "
         "calciferctl "
         "tags adopt %s"),
       bubble->finding->subject, bubble->finding->subject);
  BODY(bubble, "%s", _("What it brought stays; its role and its buttons are to be set again."));
}

static void
say_undated(const Bubble *bubble)
{
  const double undated = bubble->finding->other;
  const unsigned long n = undated < 1e9 ? (unsigned long)undated : 1000000000ul;
  BODY(bubble,
       P_("%lu record of it has no date and counts nothing. If you know when the tag began to run, type: "
          "calciferctl tags date %s",
          "%lu records of it have no date and count nothing. If you know when the tag began to run, type: "
          "calciferctl tags date %s",
          n),
       n, bubble->finding->subject);
}

static void
say_tag_clock(const Bubble *bubble)
{
  SUMMARY(bubble, _("The clock of %s is not right"), name_of(bubble));
  if (has(bubble, CAL_FINDING_ALONE))
    BODY(bubble, "%s",
         _("It is left alone, since this computer's own clock is not known to be right: switch its "
           "synchronisation on with: timedatectl set-ntp true"));
  if (bubble->finding->other >= 1)
    say_undated(bubble);
  else if (!has(bubble, CAL_FINDING_ALONE))
    BODY(bubble, _("Some of its records have no date; to see them, type: calciferctl tags date %s"),
         bubble->finding->subject);
}

static void
say(const Bubble *bubble)
{
  static void (*const sentence[CAL_CODE_COUNT])(const Bubble *bubble) = {
    [CAL_CODE_D_LOW] = say_d_low,
    [CAL_CODE_D_HIGH] = say_d_high,
    [CAL_CODE_D_VERY_HIGH] = say_d_very_high,
    [CAL_CODE_D_WITHOUT_K2] = say_d_without_k2,
    [CAL_CODE_D_WITHOUT_MAGNESIUM] = say_d_without_magnesium,
    [CAL_CODE_CA_HIGH] = say_ca_high,
    [CAL_CODE_CA_SUPPLEMENT_HIGH] = say_ca_supplement_high,
    [CAL_CODE_CA_MG_RATIO] = say_ca_mg_ratio,
    [CAL_CODE_MG_LOW] = say_mg_low,
    [CAL_CODE_MG_SUPPLEMENT_HIGH] = say_mg_supplement_high,
    [CAL_CODE_K_STEADY] = say_k_steady,
    [CAL_CODE_SAME_DOSE] = say_same_dose,
    [CAL_CODE_SUN_HALF] = say_sun_half,
    [CAL_CODE_SUN_NEAR] = say_sun_near,
    [CAL_CODE_SUN_BURN] = say_sun_burn,
    [CAL_CODE_SUN_PROTECT] = say_sun_protect,
    [CAL_CODE_SUN_WINDOW] = say_sun_window,
    [CAL_CODE_INTAKE_MISSED] = say_intake_missed,
    [CAL_CODE_TAG_BATTERY] = say_tag_battery,
    [CAL_CODE_TAG_SILENT] = say_tag_silent,
    [CAL_CODE_RECORDS_LOST] = say_records_lost,
    [CAL_CODE_BLUETOOTH_OFF] = say_bluetooth_off,
    [CAL_CODE_LEDGER_TROUBLE] = say_ledger_trouble,
    [CAL_CODE_TAG_COUNTER] = say_tag_counter,
    [CAL_CODE_TAG_PLACE] = say_tag_place,
    [CAL_CODE_TAG_STUCK] = say_tag_stuck,
    [CAL_CODE_TAG_BOND] = say_tag_bond,
    [CAL_CODE_TAG_CLOCK] = say_tag_clock,
  };
  sentence[bubble->finding->code](bubble);
}

bool
cal_message_is_private(const CalFinding *finding)
{
  return (finding->audience & CAL_AUDIENCE_PRIVATE) != 0;
}

void
cal_message_finding(const CalFinding *finding, bool discreet, CalMessage *message)
{
  const Bubble bubble = { finding, message };
  memset(message, 0, sizeof *message);
  if (!discreet) {
    say(&bubble);
    return;
  }
  SUMMARY(&bubble, "%s", _("Calcifer has a note"));
  BODY(&bubble, "%s", _("calciferctl alerts shows it."));
}

void
cal_message_confirmed(const char *product, const char *time, bool discreet, CalMessage *message)
{
  const Bubble bubble = { NULL, message };
  memset(message, 0, sizeof *message);
  if (discreet) {
    SUMMARY(&bubble, "%s", _("Recorded"));
    return;
  }
  SUMMARY(&bubble, _("%s is recorded"), product);
  BODY(&bubble, _("As taken at %s. Undo takes it back."), time);
}
