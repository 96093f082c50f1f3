/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bthome_table.h"

#define UNSIGNED(name, size, decimals, unit)                                                                 \
  {                                                                                                          \
    name, CAL_BTHOME_KIND_NUMBER, size, false, 1, decimals, unit                                             \
  }
#define SIGNED(name, size, decimals, unit)                                                                   \
  {                                                                                                          \
    name, CAL_BTHOME_KIND_NUMBER, size, true, 1, decimals, unit                                              \
  }
#define FLAG(name)                                                                                           \
  {                                                                                                          \
    name, CAL_BTHOME_KIND_NUMBER, 1, false, 1, 0, ""                                                         \
  }
#define EVENT(name, size)                                                                                    \
  {                                                                                                          \
    name, CAL_BTHOME_KIND_EVENT, size, false, 1, 0, ""                                                       \
  }
#define BYTES(name, kind, size)                                                                              \
  {                                                                                                          \
    name, CAL_BTHOME_KIND_##kind, size, false, 1, 0, ""                                                      \
  }

/* https://bthome.io/format, as of 2026-04-30. */
const CalBthomeRow cal_bthome_rows[256] = {
  [0x00] = UNSIGNED("packet_id", 1, 0, ""),
  [0x01] = UNSIGNED("battery", 1, 0, "%"),
  [0x02] = SIGNED("temperature", 2, 2, "Cel"),
  [0x03] = UNSIGNED("humidity", 2, 2, "%"),
  [0x04] = UNSIGNED("pressure", 3, 2, "hPa"),
  [0x05] = UNSIGNED("illuminance", 3, 2, "lx"),
  [0x06] = UNSIGNED("mass", 2, 2, "kg"),
  [0x07] = UNSIGNED("mass", 2, 2, "[lb_av]"),
  [0x08] = SIGNED("dewpoint", 2, 2, "Cel"),
  [0x09] = UNSIGNED("count", 1, 0, ""),
  [0x0a] = UNSIGNED("energy", 3, 3, "kW.h"),
  [0x0b] = UNSIGNED("power", 3, 2, "W"),
  [0x0c] = UNSIGNED("voltage", 2, 3, "V"),
  [0x0d] = UNSIGNED("pm2_5", 2, 0, "ug/m3"),
  [0x0e] = UNSIGNED("pm10", 2, 0, "ug/m3"),
  [0x0f] = FLAG("generic_boolean"),
  [0x10] = FLAG("power"),
  [0x11] = FLAG("opening"),
  [0x12] = UNSIGNED("co2", 2, 0, "[ppm]"),
  [0x13] = UNSIGNED("tvoc", 2, 0, "ug/m3"),
  [0x14] = UNSIGNED("moisture", 2, 2, "%"),
  [0x15] = FLAG("battery"),
  [0x16] = FLAG("battery_charging"),
  [0x17] = FLAG("carbon_monoxide"),
  [0x18] = FLAG("cold"),
  [0x19] = FLAG("connectivity"),
  [0x1a] = FLAG("door"),
  [0x1b] = FLAG("garage_door"),
  [0x1c] = FLAG("gas"),
  [0x1d] = FLAG("heat"),
  [0x1e] = FLAG("light"),
  [0x1f] = FLAG("lock"),
  [0x20] = FLAG("moisture"),
  [0x21] = FLAG("motion"),
  [0x22] = FLAG("moving"),
  [0x23] = FLAG("occupancy"),
  [0x24] = FLAG("plug"),
  [0x25] = FLAG("presence"),
  [0x26] = FLAG("problem"),
  [0x27] = FLAG("running"),
  [0x28] = FLAG("safety"),
  [0x29] = FLAG("smoke"),
  [0x2a] = FLAG("sound"),
  [0x2b] = FLAG("tamper"),
  [0x2c] = FLAG("vibration"),
  [0x2d] = FLAG("window"),
  [0x2e] = UNSIGNED("humidity", 1, 0, "%"),
  [0x2f] = UNSIGNED("moisture", 1, 0, "%"),
  [0x3a] = EVENT("button", 1),
  [0x3b] = BYTES("command", COMMAND, 0),
  [0x3c] = EVENT("dimmer", 2),
  [0x3d] = UNSIGNED("count", 2, 0, ""),
  [0x3e] = UNSIGNED("count", 4, 0, ""),
  [0x3f] = SIGNED("rotation", 2, 1, "deg"),
  [0x40] = UNSIGNED("distance", 2, 0, "mm"),
  [0x41] = UNSIGNED("distance", 2, 1, "m"),
  [0x42] = UNSIGNED("duration", 3, 3, "s"),
  [0x43] = UNSIGNED("current", 2, 3, "A"),
  [0x44] = UNSIGNED("speed", 2, 2, "m/s"),
  [0x45] = SIGNED("temperature", 2, 1, "Cel"),
  [0x46] = UNSIGNED("uv_index", 1, 1, ""),
  [0x47] = UNSIGNED("volume", 2, 1, "L"),
  [0x48] = UNSIGNED("volume", 2, 0, "mL"),
  [0x49] = UNSIGNED("volume_flow_rate", 2, 3, "m3/h"),
  [0x4a] = UNSIGNED("voltage", 2, 1, "V"),
  [0x4b] = UNSIGNED("gas", 3, 3, "m3"),
  [0x4c] = UNSIGNED("gas", 4, 3, "m3"),
  [0x4d] = UNSIGNED("energy", 4, 3, "kW.h"),
  [0x4e] = UNSIGNED("volume", 4, 3, "L"),
  [0x4f] = UNSIGNED("water", 4, 3, "L"),
  [0x50] = UNSIGNED("timestamp", 4, 0, "s"),
  [0x51] = UNSIGNED("acceleration", 2, 3, "m/s2"),
  [0x52] = UNSIGNED("gyroscope", 2, 3, "deg/s"),
  [0x53] = BYTES("text", TEXT, 0),
  [0x54] = BYTES("raw", RAW, 0),
  [0x55] = UNSIGNED("volume_storage", 4, 3, "L"),
  [0x56] = UNSIGNED("conductivity", 2, 0, "uS/cm"),
  [0x57] = SIGNED("temperature", 1, 0, "Cel"),
  [0x58] = { "temperature", CAL_BTHOME_KIND_NUMBER, 1, true, 35, 2, "Cel" },
  [0x59] = SIGNED("count", 1, 0, ""),
  [0x5a] = SIGNED("count", 2, 0, ""),
  [0x5b] = SIGNED("count", 4, 0, ""),
  [0x5c] = SIGNED("power", 4, 2, "W"),
  [0x5d] = SIGNED("current", 2, 3, "A"),
  [0x5e] = UNSIGNED("direction", 2, 2, "deg"),
  [0x5f] = UNSIGNED("precipitation", 2, 1, "mm"),
  [0x60] = UNSIGNED("channel", 1, 0, ""),
  [0x61] = UNSIGNED("rotational_speed", 2, 0, "/min"),
  [0x62] = SIGNED("speed", 4, 6, "m/s"),
  [0x63] = SIGNED("acceleration", 4, 6, "m/s2"),
  [0x64] = UNSIGNED("light_level", 1, 0, ""),
  [0x65] = UNSIGNED("settings_revision", 1, 0, ""),
  [0xf0] = UNSIGNED("device_type_id", 2, 0, ""),
  [0xf1] = BYTES("firmware_version", FIRMWARE, 4),
  [0xf2] = BYTES("firmware_version", FIRMWARE, 3),
};

static CalBthomePress
press_of_code(uint8_t code)
{
  if (code <= 6)
    return (CalBthomePress)(CAL_BTHOME_PRESS_NONE + code);
  /* 0xfe is what Shelly's first buttons sent for a hold before the format had a code for it. */
  return code == 0x80 || code == 0xfe ? CAL_BTHOME_PRESS_HOLD : CAL_BTHOME_PRESS_UNKNOWN;
}

const char *
cal_bthome_press_name(CalBthomePress press)
{
  switch (press) {
  case CAL_BTHOME_PRESS_NONE:
    return "none";
  case CAL_BTHOME_PRESS_SINGLE:
    return "press";
  case CAL_BTHOME_PRESS_DOUBLE:
    return "double_press";
  case CAL_BTHOME_PRESS_TRIPLE:
    return "triple_press";
  case CAL_BTHOME_PRESS_LONG:
    return "long_press";
  case CAL_BTHOME_PRESS_LONG_DOUBLE:
    return "long_double_press";
  case CAL_BTHOME_PRESS_LONG_TRIPLE:
    return "long_triple_press";
  case CAL_BTHOME_PRESS_HOLD:
    return "hold_press";
  case CAL_BTHOME_PRESS_UNKNOWN:
    break;
  }
  return "unknown";
}

const char *
cal_bthome_event_name(uint8_t id, uint8_t code)
{
  static const char *const turns[] = { "none", "rotate_left", "rotate_right" };
  if (id == CAL_BTHOME_DIMMER)
    return code < sizeof turns / sizeof *turns ? turns[code] : NULL;
  const CalBthomePress press = press_of_code(code);
  return press == CAL_BTHOME_PRESS_UNKNOWN ? NULL : cal_bthome_press_name(press);
}

CalBthomePress
cal_bthome_button(const CalBthome *packet, unsigned place)
{
  const CalBthomeObject *button = cal_bthome_find(packet, CAL_BTHOME_BUTTON, place);
  return button == NULL ? CAL_BTHOME_PRESS_NONE : press_of_code((uint8_t)button->value);
}
