/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One clear line for what was not accepted: what, where, what was expected. */
#include "text.h"

static const char *
reason_of(CalRefusalReason reason)
{
  switch (reason) {
  case CAL_REFUSAL_NONE:
    return _("is right");
  case CAL_REFUSAL_MISSING:
    return _("something is missing");
  case CAL_REFUSAL_UNEXPECTED:
    return _("does not belong here");
  case CAL_REFUSAL_UNKNOWN_NAME:
    return _("is not known");
  case CAL_REFUSAL_NO_NUMBER:
    return _("is no number");
  case CAL_REFUSAL_NO_UNIT:
    return _("needs its unit");
  case CAL_REFUSAL_UNKNOWN_UNIT:
    return _("has a unit that is not known");
  case CAL_REFUSAL_WRONG_UNIT:
    return _("has a unit that does not measure this");
  case CAL_REFUSAL_AMBIGUOUS_SEPARATOR:
    return _("is ambiguous: a mark before three digits may part thousands or decimals");
  case CAL_REFUSAL_OUT_OF_RANGE:
    return _("is out of range");
  case CAL_REFUSAL_TWICE:
    return _("was said already");
  case CAL_REFUSAL_TOO_LONG:
    return _("is too long");
  case CAL_REFUSAL_TOO_MANY:
    return _("is one too many");
  case CAL_REFUSAL_INFANT:
    return _("would be an infant");
  }
  return "";
}

/* The length of the control character that a text begins with: U+0001 to U+001F, DEL, U+0080 to U+009F. */
static size_t
control_length(const char *text)
{
  const unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];
  if (first < ' ' || first == 0x7f)
    return 1;
  return first == 0xc2 && second >= 0x80 && second <= 0x9f ? 2 : 0;
}

/* Control characters would move a terminal's cursor; the word comes from a stranger. */
static void
say_word(const char *word, char line[CAL_MESSAGE_LINE_SIZE])
{
  char shown[CAL_REFUSAL_WORD_SIZE];
  size_t n = 0;
  while (*word != '\0' && n + 1 < sizeof shown) {
    const size_t control = control_length(word);
    shown[n++] = control > 0 ? '?' : *word;
    word += control > 0 ? control : 1;
  }
  shown[n] = '\0';
  if (n > 0)
    cal_say(line, CAL_MESSAGE_LINE_SIZE, "", "\"%s\"", shown);
}

void
cal_message_refusal(const CalRefusal *refusal, char line[CAL_MESSAGE_LINE_SIZE])
{
  line[0] = '\0';
  say_word(refusal->word, line);
  cal_say(line, CAL_MESSAGE_LINE_SIZE, " ", "%s", reason_of(refusal->reason));
  if (refusal->expected != NULL)
    cal_say(line, CAL_MESSAGE_LINE_SIZE, "; ", _("expected: %s"), refusal->expected);
  for (size_t i = 0; i < CAL_REFUSAL_NEAREST && refusal->nearest[i][0] != '\0'; i++)
    if (i == 0)
      cal_say(line, CAL_MESSAGE_LINE_SIZE, "; ", _("did you mean %s"), refusal->nearest[i]);
    else
      cal_say(line, CAL_MESSAGE_LINE_SIZE, ", ", "%s", refusal->nearest[i]);
}
