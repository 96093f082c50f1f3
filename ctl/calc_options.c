/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "calc_options.h"

#include "language.h"
#include "verb.h"

#include <math.h>
#include <string.h>

gboolean
calc_number_read(const char *text, const char **end, double *number)
{
  const char *digits = text + (text[0] == '-' || text[0] == '+');
  if (!g_ascii_isdigit(digits[0]) && !(digits[0] == '.' && g_ascii_isdigit(digits[1])))
    return FALSE;
  if (digits[0] == '0' && g_ascii_tolower(digits[1]) == 'x')
    return FALSE;
  char *rest;
  const double value = g_ascii_strtod(text, &rest);
  if (!isfinite(value) || (end == NULL && *rest != '\0'))
    return FALSE;
  if (end != NULL)
    *end = rest;
  *number = value;
  return TRUE;
}

static gboolean
complain_range(const CalcOption *option, const char *verb, const char *value)
{
  char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(low, sizeof low, "%.10g", option->min);
  g_ascii_formatd(high, sizeof high, "%.10g", option->max);
  if (isfinite(option->min) && isfinite(option->max))
    ctl_usage_error(option->whole ? _("%s: --%s takes a whole number from %s to %s, not '%s'")
                                  : _("%s: --%s takes a number from %s to %s, not '%s'"),
                    verb, option->name, low, high, value);
  else
    ctl_usage_error(option->whole ? _("%s: --%s takes a whole number, not '%s'")
                                  : _("%s: --%s takes a number, not '%s'"),
                    verb, option->name, value);
  return FALSE;
}

static gboolean
set_value(const CalcOption *option, const char *verb, const char *value)
{
  double number;
  if (option->text != NULL) {
    *option->text = value;
    return TRUE;
  }
  if (!calc_number_read(value, NULL, &number) || number < option->min || number > option->max ||
      (option->whole && number != trunc(number)))
    return complain_range(option, verb, value);
  *option->number = number;
  return TRUE;
}

/* The option that a word like "--lat" or "--lat=52" names; *value is what follows '=', or NULL. */
static const CalcOption *
find_option(const CalcOption *options, const char *word, const char **value)
{
  const char *name = word + strlen("--");
  const char *equals = strchr(name, '=');
  const size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name);
  *value = equals != NULL ? equals + 1 : NULL;
  for (const CalcOption *option = options; option->name != NULL; option++) {
    if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
      return option;
  }
  return NULL;
}

static gboolean
complain_missing(const CalcOption *options, const char *verb, guint64 given)
{
  for (guint i = 0; options[i].name != NULL; i++) {
    if (options[i].required && (given >> i & 1) == 0) {
      ctl_usage_error(_("%s: --%s is missing; 'calciferctl %s --help' shows how"), verb, options[i].name,
                      verb);
      return FALSE;
    }
  }
  return TRUE;
}

/* Sets what the option says, its value behind '=' or in the next word, to which *word then moves. */
static gboolean
take_option(const CalcOption *option, const char *value, char ***word, const char *verb)
{
  if (option->flag != NULL) {
    if (value != NULL) {
      ctl_usage_error(_("%s: --%s takes no value, so not '%s'"), verb, option->name, value);
      return FALSE;
    }
    *option->flag = TRUE;
    return TRUE;
  }
  if (value == NULL)
    value = *++*word; /* argv ends with NULL */
  if (value != NULL)
    return set_value(option, verb, value);
  ctl_usage_error(_("%s: --%s needs a value; 'calciferctl %s --help' shows how"), verb, option->name, verb);
  return FALSE;
}

static gboolean
take_operand(const char *verb, const char *word, const char **operand)
{
  if (operand == NULL || *operand != NULL) {
    ctl_usage_error(_("%s: '%s' is one word too many; 'calciferctl %s --help' shows how"), verb, word, verb);
    return FALSE;
  }
  *operand = word;
  return TRUE;
}

gboolean
calc_options_read(const CalcOption *options, int argc, char **argv, const char **operand)
{
  const char *verb = argv[0];
  guint64 given = 0;
  gboolean ended = FALSE;
  for (char **word = argv + 1; word < argv + argc; word++) {
    if (!ended && g_str_equal(*word, "--")) {
      ended = TRUE;
      continue;
    }
    if (ended || !g_str_has_prefix(*word, "--")) {
      if (!take_operand(verb, *word, operand))
        return FALSE;
      continue;
    }
    const char *value;
    const CalcOption *option = find_option(options, *word, &value);
    if (option == NULL) {
      ctl_usage_error(_("%s: there is no option '%s'; 'calciferctl %s --help' lists them"), verb, *word,
                      verb);
      return FALSE;
    }
    if (!take_option(option, value, &word, verb))
      return FALSE;
    given |= (guint64)1 << (option - options);
  }
  return complain_missing(options, verb, given);
}
