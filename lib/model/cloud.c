/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/cloud.h>

#include <string.h>

/* UV index forecast of the US EPA and National Weather Service. */
double
cal_cloud_factor(CalCloud cloud)
{
  switch (cloud) {
  case CAL_CLOUD_CLEAR:
    return 1.00;
  case CAL_CLOUD_SCATTERED:
    return 0.89;
  case CAL_CLOUD_BROKEN:
    return 0.73;
  case CAL_CLOUD_OVERCAST:
    return 0.31;
  }
  return 1.00;
}

const char *
cal_cloud_name(CalCloud cloud)
{
  switch (cloud) {
  case CAL_CLOUD_CLEAR:
    return "clear";
  case CAL_CLOUD_SCATTERED:
    return "scattered";
  case CAL_CLOUD_BROKEN:
    return "broken";
  case CAL_CLOUD_OVERCAST:
    return "overcast";
  }
  return "clear";
}

bool
cal_cloud_parse(const char *text, CalCloud *cloud)
{
  for (int i = CAL_CLOUD_CLEAR; i <= CAL_CLOUD_OVERCAST; i++) {
    if (strcmp(text, cal_cloud_name((CalCloud)i)) == 0) {
      *cloud = (CalCloud)i;
      return true;
    }
  }
  return false;
}
