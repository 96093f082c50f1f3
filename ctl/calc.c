/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "language.h"
#include "verb.h"

#include <stdio.h>

static int calc_help(int argc, char **argv);

static const CtlVerb verbs[] = {
  { "sun", "--lat DEG --lon DEG --time ISO8601", N_("where the sun stands, when it rises and sets (UTC)"),
    ctl_calc_sun },
  { "ratio", "--zenith DEG --ozone DU", N_("vitamin-D-weighted over erythema-weighted irradiance"),
    ctl_calc_ratio },
  { "uvi", "--zenith DEG --ozone DU [--altitude-m M] [--cloud SKY] [--date DATE]",
    N_("the UV index to expect"), ctl_calc_uvi },
  { "ozone", "--lat DEG --lon DEG --date DATE", N_("the usual ozone column"), ctl_calc_ozone },
  { "synthesis",
    "--uvi N --minutes N --zenith DEG --ozone DU --phototype 1-6 --area 0-1 [--age YEARS] [--spf N] "
    "[--calibration dowdy|webb-engelsen]", /* VERBATIM */
    N_("the vitamin D that skin makes"), ctl_calc_synthesis },
  { "burn", "--uvi N --phototype 1-6 [--spf N]", N_("minutes to one minimal erythema dose"), ctl_calc_burn },
  { "serum", "FILE [--baseline N] [--plot] [--plain]",
    N_("25(OH)D from a CSV file of date,iu; --plot draws it, --plain tells it a line to a date"),
    ctl_calc_serum },
  { "bthome", "HEX [--key HEX --mac ADDR]", N_("what a BTHome advertisement says"), ctl_calc_bthome },
  { "record", "HEX", N_("what a tag's record says"), ctl_calc_record },
  { "help", "", N_("this list"), calc_help },
  { NULL },
};

const CtlVerb *
ctl_calc_verbs(void)
{
  return verbs;
}

static int
calc_help(int argc, char **argv)
{
  (void)argc;
  (void)argv;
  g_autofree char *text = ctl_verb_describe(verbs, "calc", NULL);
  printf("%s", text);
  printf(
      _("SKY is clear, scattered, broken, overcast or a factor from 0 to 1; DATE is YYYY-MM-DD.\n"
        "Each prints one JSON value, but for serum --plot and --plain. The sun model's formulas and sources "
        "are in doc/model.md.\n"));
  return CTL_EXIT_DONE;
}

/* FALSE when there is no such verb. */
static gboolean
describe(const char *name)
{
  g_autofree char *text = ctl_verb_describe(verbs, "calc", name);
  printf("%s", text);
  return text[0] != '\0';
}

int
ctl_calc(int argc, char **argv)
{
  if (argc > 1 && ctl_verb_is_help(argv[1]))
    return calc_help(argc, argv);
  for (int i = 2; i < argc; i++) {
    if (ctl_verb_is_help(argv[i]) && describe(argv[1]))
      return CTL_EXIT_DONE;
  }
  return ctl_verb_run(verbs, "calc", argc - 1, argv + 1);
}
