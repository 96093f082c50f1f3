/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Sun and Supplement Tag profile, version 1: the names by which its services and characteristics go on
 * the air, each in this one place. The layouts are in record.h, record_access.h, tag_feature.h, tag_clock.h,
 * tag_advertisement.h and uv_index.h.
 *
 * UUIDs are lower case and complete, as BlueZ gives them.
 */
#ifndef CALCIFER_TAG_PROFILE_H
#define CALCIFER_TAG_PROFILE_H

/* The highest version of the Feature characteristic that this library understands. */
#define CAL_TAG_PROFILE_VERSION 1

#define CAL_UUID_TAG_EVENT     "d70f0001-e3ca-43ad-af23-0e7767ae209c" /* service, and key of the Service Data */
#define CAL_UUID_TAG_FEATURE   "d70f0002-e3ca-43ad-af23-0e7767ae209c" /* read */
#define CAL_UUID_EVENT_RECORD  "d70f0003-e3ca-43ad-af23-0e7767ae209c" /* notify */
#define CAL_UUID_TAG_CLOCK     "d70f0004-e3ca-43ad-af23-0e7767ae209c" /* read, write */
#define CAL_UUID_RECORD_ACCESS "00002a52-0000-1000-8000-00805f9b34fb" /* write, indicate */

#define CAL_UUID_ENVIRONMENTAL_SENSING "0000181a-0000-1000-8000-00805f9b34fb" /* service */
#define CAL_UUID_UV_INDEX              "00002a76-0000-1000-8000-00805f9b34fb" /* read, notify */

#define CAL_UUID_BATTERY       "0000180f-0000-1000-8000-00805f9b34fb" /* service */
#define CAL_UUID_BATTERY_LEVEL "00002a19-0000-1000-8000-00805f9b34fb" /* read, notify */

#define CAL_UUID_DEVICE_INFORMATION "0000180a-0000-1000-8000-00805f9b34fb" /* service */

/* Attribute errors that the profile gives a meaning. */
enum {
  CAL_ATT_INSUFFICIENT_AUTHENTICATION = 0x05, /* not bonded to this host */
  CAL_ATT_INSUFFICIENT_ENCRYPTION = 0x0f,
  CAL_ATT_CCC_IMPROPERLY_CONFIGURED = 0xfd, /* written before notifications and indications are on */
  CAL_ATT_PROCEDURE_IN_PROGRESS = 0xfe,     /* written, other than an abort, during a procedure */
};

#endif
