/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Devices that people can buy or load a program onto, and what is known of each: a row of a table tells what
 * a scan can call it, which of its buttons there are to be mapped, and where its key can be read.
 *
 *   const CalDevice *device = cal_device_find("SBBT-004CUS");
 *   device->model, device->buttons             "Shelly BLU RC Button 4", 4
 *   cal_device_has_buttons_alone(device, NULL) true
 *
 * A name is text from the air that anybody can send: it decides what is suggested and shown, never what is
 * believed. A device without a row is served as well as any other.
 */
#ifndef CALCIFER_DEVICE_H
#define CALCIFER_DEVICE_H

#include <stdbool.h>

#include <calcifer/bthome.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where a Shelly BLU device tells its BTHome key, 16 bytes, to whom it is bonded with; zeros when its
 * encryption is off. https://shelly-api-docs.shelly.cloud/docs-ble/encryption */
#define CAL_UUID_SHELLY_KEY "eb0fb41b-af4b-4724-a6f9-974f55aba81a"

/* What a device measures is fixed when it is sold, or is its owner's program. */
typedef enum CalDeviceUv {
  CAL_DEVICE_UV_NONE,
  CAL_DEVICE_UV_MEASURED,
  CAL_DEVICE_UV_PROGRAMMED, /* its packets alone tell */
} CalDeviceUv;

typedef struct CalDevice {
  const char *name;  /* how the name that it advertises begins */
  const char *model; /* what a person calls it */
  CalDeviceUv uv;
  unsigned buttons;     /* as many button events stand in its packet, in the order of its buttons; 0: none */
  const char *key_uuid; /* the characteristic that tells its key to whom it is bonded with; NULL: none */
} CalDevice;

/* The row whose name is this one, or begins it with no letter or digit behind: "Puck.js 12ab". NULL for any
 * other name, and for NULL. Static. */
const CalDevice *cal_device_find(const char *name);

/* Whether it has buttons and will never measure UV: then whoever adopts it wants its presses and nothing
 * else. The row knows; where there is none, or the owner's program decides, a packet that speaks of buttons
 * and of nothing that a sensor measures. Either may be NULL (a sealed packet says nothing). When neither
 * tells, false. */
bool cal_device_has_buttons_alone(const CalDevice *device, const CalBthome *packet);

#ifdef __cplusplus
}
#endif

#endif
