/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc.h"
#include "verb.h"

#include <locale.h>

static const CtlVerb verbs[] = {
  { "calc", "sun|ratio|uvi|ozone|synthesis|burn|bthome|record ...", "the arithmetic in the open", ctl_calc },
  { NULL },
};

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  return ctl_verb_run(verbs, "", argc - 1, argv + 1);
}
