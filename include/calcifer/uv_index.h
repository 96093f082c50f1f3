/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The UV Index characteristic (2A76) of Bluetooth's Environmental Sensing Service: whole steps of the index
 * in one byte.
 *
 *   static const uint8_t bytes[] = { 7 };
 *   int uv_index;
 *   cal_uv_index_decode(bytes, sizeof bytes, &uv_index)     true; 7
 */
#ifndef CALCIFER_UV_INDEX_H
#define CALCIFER_UV_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The sensor has no reading. */
#define CAL_UV_INDEX_NONE (-1)

/* 0 to 254, or CAL_UV_INDEX_NONE for 0xff. False, and *uv_index untouched, unless it is one byte. */
bool cal_uv_index_decode(const uint8_t *bytes, size_t size, int *uv_index);

/* What a tag does; values outside 0 to 254 are sent as no reading. */
uint8_t cal_uv_index_encode(int uv_index);

#ifdef __cplusplus
}
#endif

#endif
