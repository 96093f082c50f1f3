/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tongue.h"

locale_t
cal_tongue_new(const char *folder)
{
  const locale_t of_session = newlocale(LC_ALL_MASK, "", (locale_t)0);
  cal_message_bind(folder);
  return of_session != (locale_t)0 ? of_session : newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

locale_t
cal_tongue_of(const char *name)
{
  const locale_t named = newlocale(LC_ALL_MASK, name[0] != '\0' ? name : "C", (locale_t)0);
  return named != (locale_t)0 ? named : newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

CalSpeech
cal_speech_begin(locale_t tongue)
{
  return (CalSpeech){ uselocale(tongue) };
}

void
cal_speech_end(CalSpeech *speech)
{
  uselocale(speech->before);
}
