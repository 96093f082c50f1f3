/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "why.h"

static const char clock_left_alone[] =
    "Its clock is left alone, since this machine's own clock is not known to be right.";

const char *
cal_why_radio(CalRadio radio)
{
  switch (radio) {
  case CAL_RADIO_NO_BLUEZ:
    return "BlueZ is not running: start it with `systemctl start bluetooth`.";
  case CAL_RADIO_NO_ADAPTER:
    return "This machine has no Bluetooth adapter, or its driver is not loaded.";
  case CAL_RADIO_OFF:
    return "Bluetooth is switched off; `rfkill list` shows whether something blocks it.";
  case CAL_RADIO_BLOCKED:
    return "Bluetooth is blocked: `rfkill list` shows by what, and `rfkill unblock bluetooth` lifts it "
           "unless "
           "it is a switch on the machine.";
  case CAL_RADIO_DEAF:
    return "Bluetooth is on and hears nothing at all: switch it off and on again, or restart the machine.";
  case CAL_RADIO_ON:
    return NULL;
  }
  return NULL;
}

const char *
cal_why_link(CalLifeComplaint complaint)
{
  switch (complaint) {
  case CAL_LIFE_FINE:
    return NULL;
  case CAL_LIFE_NO_RADIO:
    return "The Bluetooth adapter that knows this tag is switched off or gone.";
  case CAL_LIFE_UNKNOWN_TAG:
    return "BlueZ does not know this tag: forget and adopt it again.";
  case CAL_LIFE_NO_BOND:
    return "This machine has no bond with the tag: hold the tag's button for 5 seconds, then forget and "
           "adopt it again within two minutes.";
  case CAL_LIFE_BOND_LOST:
    return "The tag breaks every connection, as if it had forgotten the bond: hold its button for 5 seconds, "
           "then forget and adopt it again within two minutes.";
  case CAL_LIFE_OUT_OF_REACH:
    return "The tag is out of reach.";
  case CAL_LIFE_COMING:
    return "The tag is being connected.";
  case CAL_LIFE_NO_SERVICES:
    return "The tag does not tell its services: bring it nearer, or restart it.";
  case CAL_LIFE_BREAKS:
    return "The link breaks again and again, and is tried less and less often.";
  case CAL_LIFE_UNSUITABLE:
    return "The tag is not what was adopted: it lacks the service, or speaks a newer version of it.";
  case CAL_LIFE_RESTS:
    return "The tag is let go for now.";
  }
  return NULL;
}

const char *
cal_why_refused(void)
{
  return "BlueZ does not connect the tag by itself for now: it is asked again within a minute.";
}

const char *
cal_why_transfer(const CalTransfer *transfer)
{
  switch (transfer->trouble) {
  case CAL_TRANSFER_FINE:
    break;
  case CAL_TRANSFER_SILENT:
    return "The tag is connected and does not answer: it is asked again in a quarter of an hour.";
  case CAL_TRANSFER_CONFUSED:
    return "The tag answers what its profile does not allow: it is asked again in a quarter of an hour.";
  case CAL_TRANSFER_NO_STORE:
    return "Its records wait on the tag, since they cannot be stored here.";
  case CAL_TRANSFER_LOST_WORD:
    return "The tag says that it sent its records, and nothing came: it is asked again in a quarter of an "
           "hour.";
  }
  return transfer->clock_left_alone ? clock_left_alone : NULL;
}

const char *
cal_why_omron(const CalOmronLog *log)
{
  switch (log->trouble) {
  case CAL_OMRON_FINE:
    break;
  case CAL_OMRON_SILENT:
    return "The sensor is connected and does not answer: it is asked again in a quarter of an hour.";
  case CAL_OMRON_CONFUSED:
    return "The sensor answers what its manual does not allow: it is asked again in a quarter of an hour.";
  case CAL_OMRON_NO_STORE:
    return "Its log waits on the sensor, since it cannot be stored here.";
  case CAL_OMRON_NO_LOG:
    return "The sensor keeps no log: it begins a moment after its clock was set, and only in a beacon mode "
           "in "
           "which it is called Env.";
  }
  return log->clock_left_alone ? clock_left_alone : NULL;
}
