/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A user of the installed library: the hour the sun was low over Golden, Colorado, told by a sealed beacon.
 */
#include <calcifer/bthome.h>
#include <calcifer/hex.h>
#include <calcifer/sun.h>
#include <stdio.h>

int
main(void)
{
  static CalBthome packet;
  const CalAddress address = { { 0x54, 0x48, 0xE6, 0x8F, 0x80, 0xA5 } };
  uint8_t data[32];
  size_t size;
  CalBthomeKey key;
  double temperature;
  if (!cal_hex_parse("41a47266c95f730011223378237214", data, sizeof data, &size) ||
      !cal_bthome_key_parse("231d39c1d7cc1ab1aee224cd096db932", &key) ||
      cal_bthome_decode(data, size, &key, &address, &packet) != CAL_BTHOME_OK ||
      !cal_bthome_value(&packet, 0x02, &temperature))
    return 1;
  printf("%.2f Cel, zenith %.2f\n", temperature,
         cal_sun_position(1066419030, 39.742476, -105.1786).zenith_deg);
  return 0;
}
