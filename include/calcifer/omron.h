/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an OMRON 2JCIE-BL01 environment sensor says over GATT, as far as it concerns ultraviolet: the newest
 * measurement, and the log of 2048 pages of 13 rows in its flash.
 *
 *   static const uint8_t bytes[] = { 0x76, 0xed, 0x0f, 0x5b, 0x03, 0x00, 0x0b, 0x00, 0x02 };
 *   CalOmronNewest newest;
 *   cal_omron_newest_decode(bytes, sizeof bytes, &newest)                true
 *   newest.created, newest.interval_s, newest.page, newest.row           1527770486, 3, 11, 2
 *
 * Documented, in the maker's Communication Interface Manual (A278, v1.6): the sizes and fields below; that
 * nothing is recorded before the time is set, and that the time is 0 again after a change of the interval or
 * of the beacon mode, a change of battery and a reset; that the rows of a requested page are read one after
 * another from the requested one down to row 0. It needs no bond.
 */
#ifndef CALCIFER_OMRON_H
#define CALCIFER_OMRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As BlueZ writes them. */
#define CAL_UUID_OMRON_SENSOR  "0c4c3000-7700-46f4-aa96-d5e974e32a54" /* the service */
#define CAL_UUID_OMRON_LATEST  "0c4c3001-7700-46f4-aa96-d5e974e32a54" /* read */
#define CAL_UUID_OMRON_NEWEST  "0c4c3002-7700-46f4-aa96-d5e974e32a54" /* read: "Latest page" */
#define CAL_UUID_OMRON_REQUEST "0c4c3003-7700-46f4-aa96-d5e974e32a54" /* write */
#define CAL_UUID_OMRON_FLAG    "0c4c3004-7700-46f4-aa96-d5e974e32a54" /* read: "Response flag" */
#define CAL_UUID_OMRON_ROW     "0c4c3005-7700-46f4-aa96-d5e974e32a54" /* read: "Response data" */
#define CAL_UUID_OMRON_TIME    "0c4c3031-7700-46f4-aa96-d5e974e32a54" /* read, write */

#define CAL_OMRON_COMPANY 0x02d5 /* OMRON, in the Bluetooth SIG's list */

#define CAL_OMRON_PAGES 2048
#define CAL_OMRON_ROWS  13

#define CAL_OMRON_ROW_SIZE     19
#define CAL_OMRON_NEWEST_SIZE  9
#define CAL_OMRON_REQUEST_SIZE 3
#define CAL_OMRON_FLAG_SIZE    5
#define CAL_OMRON_TIME_SIZE    4

/* A measurement: a row of a page, or the newest one. What concerns neither light nor battery is left out. */
typedef struct CalOmronRow {
  uint8_t row;      /* 0 ... 12 in its page; of the newest one without a log it counts from 0 to 255 */
  int16_t light_lx; /* visible */
  int16_t uv_index; /* hundredths */
  uint16_t supply_mv;
} CalOmronRow;

/* Where the log stands. All zero while nothing is recorded, but for the interval. */
typedef struct CalOmronNewest {
  uint32_t
      created; /* Unix seconds of the sensor's clock, when its newest page began; 0: nothing is recorded */
  uint16_t interval_s; /* between two rows, 1 ... 3600 */
  uint16_t page;       /* 0 ... 2047 */
  uint8_t row;         /* the newest in it, 0 ... 12 */
} CalOmronNewest;

/* CalOmronFlag.state */
enum {
  CAL_OMRON_RETRIEVING = 0,
  CAL_OMRON_COMPLETED = 1,
  CAL_OMRON_FAILED = 2,
};

typedef struct CalOmronFlag {
  uint8_t state;    /* of the request; any byte */
  uint32_t created; /* of the page that was requested */
} CalOmronFlag;

/* Each is false, and writes nothing, unless the size is right. */
bool cal_omron_row_decode(const uint8_t *bytes, size_t size, CalOmronRow *row);
bool cal_omron_flag_decode(const uint8_t *bytes, size_t size, CalOmronFlag *flag);
bool cal_omron_time_decode(const uint8_t *bytes, size_t size, uint32_t *time);
/* Also false when page, row or interval is outside of what is documented: there is no such place. */
bool cal_omron_newest_decode(const uint8_t *bytes, size_t size, CalOmronNewest *newest);

/* What is written: which page, from which row downwards; and the time, in Unix seconds. */
void cal_omron_request_encode(uint16_t page, uint8_t row, uint8_t bytes[CAL_OMRON_REQUEST_SIZE]);
void cal_omron_time_encode(uint32_t time, uint8_t bytes[CAL_OMRON_TIME_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
