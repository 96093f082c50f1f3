/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "city.h"

#include <string.h>

#define ZONE_TABLE "/usr/share/zoneinfo/zone.tab"

/* ISO 6709 as the table has it: sign, two or three digits of degrees, two of minutes, perhaps two of seconds.
 */
static gboolean
parse_angle(const char *text, gsize length, gsize degree_digits, double *angle_deg)
{
  double parts[3] = { 0, 0, 0 };
  const gsize starts[] = { 1, 1 + degree_digits, 3 + degree_digits, 5 + degree_digits };
  if (length != starts[2] && length != starts[3])
    return FALSE;
  for (int part = 0; part < 3; part++) {
    for (gsize i = starts[part]; i < starts[part + 1] && i < length; i++) {
      if (!g_ascii_isdigit(text[i]))
        return FALSE;
      parts[part] = parts[part] * 10 + (text[i] - '0');
    }
  }
  *angle_deg = (parts[0] + parts[1] / 60 + parts[2] / 3600) * (text[0] == '-' ? -1 : 1);
  return TRUE;
}

static gboolean
parse_coordinates(const char *text, double *latitude_deg, double *longitude_deg)
{
  const char *second = text[0] != '\0' ? strpbrk(text + 1, "+-") : NULL;
  return second != NULL && parse_angle(text, (gsize)(second - text), 2, latitude_deg) &&
         parse_angle(second, strlen(second), 3, longitude_deg);
}

gboolean
cal_city_in_table(const char *table, const char *zone, double *latitude_deg, double *longitude_deg)
{
  g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    g_auto(GStrv) columns = g_strsplit(*line, "\t", 4);
    if ((*line)[0] != '#' && g_strv_length(columns) >= 3 && g_str_equal(columns[2], zone))
      return parse_coordinates(columns[1], latitude_deg, longitude_deg);
  }
  return FALSE;
}

gboolean
cal_city_of_zone(const char *zone, double *latitude_deg, double *longitude_deg)
{
  g_autofree char *table = NULL;
  return g_file_get_contents(ZONE_TABLE, &table, NULL, NULL) &&
         cal_city_in_table(table, zone, latitude_deg, longitude_deg);
}
