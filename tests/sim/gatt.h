/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The remote GATT objects of one device as org.bluez shows them. They stay when the link goes, and answer
 * "Not connected" until it is back; the notify sessions of its clients sleep with it and wake by themselves.
 */
#ifndef CALCIFER_TESTS_SIM_GATT_H
#define CALCIFER_TESTS_SIM_GATT_H

#include "device.h"

SimGatt *sim_gatt_new(SimDevice *device, const SimPeer *peer);
/* Silently. */
/* What was added to the handles when it was made. */
guint sim_gatt_handles(const SimGatt *gatt);
void sim_gatt_free(SimGatt *gatt);
void sim_gatt_unexport(SimGatt *gatt);
/* The services are resolved: sessions that slept write their CCC again. */
void sim_gatt_wake(SimGatt *gatt);
/* The link is gone: whatever was under way fails. */
void sim_gatt_sleep(SimGatt *gatt);
void sim_gatt_notified(SimGatt *gatt, const char *uuid, const guint8 *bytes, gsize size);
void sim_gatt_client_gone(SimGatt *gatt, const char *sender);

#endif
