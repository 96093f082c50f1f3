/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bthome_table.h"

#define ROW(id_, form_, size_, kind_, name_, decimals_, unit_, factor_)                                      \
  [(id_)] = { .blank = { .id = (id_),                                                                        \
                         .kind = CAL_BTHOME_KIND_##kind_,                                                    \
                         .name = (name_),                                                                    \
                         .unit = (unit_),                                                                    \
                         .value = (factor_),                                                                 \
                         .decimals = (decimals_) },                                                          \
              .form = CAL_BTHOME_FORM_##form_,                                                               \
              .size = (size_),                                                                               \
              .divisor = 1e##decimals_ }
#define UNSIGNED(id, name, size, decimals, unit)                                                             \
  ROW(id, UNSIGNED_##size, size, NUMBER, name, decimals, unit, 1)
#define SIGNED(id, name, size, decimals, unit) ROW(id, SIGNED_##size, size, NUMBER, name, decimals, unit, 1)
#define FLAG(id, name)                         UNSIGNED(id, name, 1, 0, "")
#define OTHER(id, name, kind, size)            ROW(id, OTHER, size, kind, name, 0, "", 0)

/* https://bthome.io/format, as of 2026-04-30. */
_Alignas(64) const CalBthomeRow cal_bthome_rows[256] = {
  UNSIGNED(0x00, "packet_id", 1, 0, ""),
  UNSIGNED(0x01, "battery", 1, 0, "%"),
  SIGNED(0x02, "temperature", 2, 2, "Cel"),
  UNSIGNED(0x03, "humidity", 2, 2, "%"),
  UNSIGNED(0x04, "pressure", 3, 2, "hPa"),
  UNSIGNED(0x05, "illuminance", 3, 2, "lx"),
  UNSIGNED(0x06, "mass", 2, 2, "kg"),
  UNSIGNED(0x07, "mass", 2, 2, "[lb_av]"),
  SIGNED(0x08, "dewpoint", 2, 2, "Cel"),
  UNSIGNED(0x09, "count", 1, 0, ""),
  UNSIGNED(0x0a, "energy", 3, 3, "kW.h"),
  UNSIGNED(0x0b, "power", 3, 2, "W"),
  UNSIGNED(0x0c, "voltage", 2, 3, "V"),
  UNSIGNED(0x0d, "pm2_5", 2, 0, "ug/m3"),
  UNSIGNED(0x0e, "pm10", 2, 0, "ug/m3"),
  FLAG(0x0f, "generic_boolean"),
  FLAG(0x10, "power"),
  FLAG(0x11, "opening"),
  UNSIGNED(0x12, "co2", 2, 0, "[ppm]"),
  UNSIGNED(0x13, "tvoc", 2, 0, "ug/m3"),
  UNSIGNED(0x14, "moisture", 2, 2, "%"),
  FLAG(0x15, "battery"),
  FLAG(0x16, "battery_charging"),
  FLAG(0x17, "carbon_monoxide"),
  FLAG(0x18, "cold"),
  FLAG(0x19, "connectivity"),
  FLAG(0x1a, "door"),
  FLAG(0x1b, "garage_door"),
  FLAG(0x1c, "gas"),
  FLAG(0x1d, "heat"),
  FLAG(0x1e, "light"),
  FLAG(0x1f, "lock"),
  FLAG(0x20, "moisture"),
  FLAG(0x21, "motion"),
  FLAG(0x22, "moving"),
  FLAG(0x23, "occupancy"),
  FLAG(0x24, "plug"),
  FLAG(0x25, "presence"),
  FLAG(0x26, "problem"),
  FLAG(0x27, "running"),
  FLAG(0x28, "safety"),
  FLAG(0x29, "smoke"),
  FLAG(0x2a, "sound"),
  FLAG(0x2b, "tamper"),
  FLAG(0x2c, "vibration"),
  FLAG(0x2d, "window"),
  UNSIGNED(0x2e, "humidity", 1, 0, "%"),
  UNSIGNED(0x2f, "moisture", 1, 0, "%"),
  OTHER(0x3a, "button", EVENT, 1),
  OTHER(0x3b, "command", COMMAND, 0),
  OTHER(0x3c, "dimmer", EVENT, 2),
  UNSIGNED(0x3d, "count", 2, 0, ""),
  UNSIGNED(0x3e, "count", 4, 0, ""),
  SIGNED(0x3f, "rotation", 2, 1, "deg"),
  UNSIGNED(0x40, "distance", 2, 0, "mm"),
  UNSIGNED(0x41, "distance", 2, 1, "m"),
  UNSIGNED(0x42, "duration", 3, 3, "s"),
  UNSIGNED(0x43, "current", 2, 3, "A"),
  UNSIGNED(0x44, "speed", 2, 2, "m/s"),
  SIGNED(0x45, "temperature", 2, 1, "Cel"),
  UNSIGNED(0x46, "uv_index", 1, 1, ""),
  UNSIGNED(0x47, "volume", 2, 1, "L"),
  UNSIGNED(0x48, "volume", 2, 0, "mL"),
  UNSIGNED(0x49, "volume_flow_rate", 2, 3, "m3/h"),
  UNSIGNED(0x4a, "voltage", 2, 1, "V"),
  UNSIGNED(0x4b, "gas", 3, 3, "m3"),
  UNSIGNED(0x4c, "gas", 4, 3, "m3"),
  UNSIGNED(0x4d, "energy", 4, 3, "kW.h"),
  UNSIGNED(0x4e, "volume", 4, 3, "L"),
  UNSIGNED(0x4f, "water", 4, 3, "L"),
  UNSIGNED(0x50, "timestamp", 4, 0, "s"),
  UNSIGNED(0x51, "acceleration", 2, 3, "m/s2"),
  UNSIGNED(0x52, "gyroscope", 2, 3, "deg/s"),
  OTHER(0x53, "text", TEXT, 0),
  OTHER(0x54, "raw", RAW, 0),
  UNSIGNED(0x55, "volume_storage", 4, 3, "L"),
  UNSIGNED(0x56, "conductivity", 2, 0, "uS/cm"),
  SIGNED(0x57, "temperature", 1, 0, "Cel"),
  ROW(0x58, SIGNED_1, 1, NUMBER, "temperature", 2, "Cel", 35),
  SIGNED(0x59, "count", 1, 0, ""),
  SIGNED(0x5a, "count", 2, 0, ""),
  SIGNED(0x5b, "count", 4, 0, ""),
  SIGNED(0x5c, "power", 4, 2, "W"),
  SIGNED(0x5d, "current", 2, 3, "A"),
  UNSIGNED(0x5e, "direction", 2, 2, "deg"),
  UNSIGNED(0x5f, "precipitation", 2, 1, "mm"),
  UNSIGNED(0x60, "channel", 1, 0, ""),
  UNSIGNED(0x61, "rotational_speed", 2, 0, "/min"),
  SIGNED(0x62, "speed", 4, 6, "m/s"),
  SIGNED(0x63, "acceleration", 4, 6, "m/s2"),
  UNSIGNED(0x64, "light_level", 1, 0, ""),
  UNSIGNED(0x65, "settings_revision", 1, 0, ""),
  UNSIGNED(0xf0, "device_type_id", 2, 0, ""),
  OTHER(0xf1, "firmware_version", FIRMWARE, 4),
  OTHER(0xf2, "firmware_version", FIRMWARE, 3),
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
