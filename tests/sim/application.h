/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * org.bluez.GattManager1 as far as a client of tags needs it: applications that hold GattProfile1 objects. A
 * device that serves one of their UUIDs is connected whenever it can be.
 */
#ifndef CALCIFER_TESTS_SIM_APPLICATION_H
#define CALCIFER_TESTS_SIM_APPLICATION_H

#include "bluez.h"

extern const SimClass sim_applications_class;

SimApplications *sim_applications_new(SimBluez *bluez);
void sim_applications_free(SimApplications *applications);
/* Tells each profile of an adapter that bluetoothd lets go of it, and does so. */
void sim_applications_release(SimApplications *applications, const char *adapter);
void sim_applications_client_gone(SimApplications *applications, const char *sender);
/* Whether some profile registered with this adapter wants one of these UUIDs. */
gboolean sim_applications_want(const SimApplications *applications, const char *adapter, GPtrArray *uuids);

/* Self of sim_applications_class on one adapter. */
typedef struct SimGattManager {
  SimApplications *applications;
  const char *adapter; /* its path, owned by the node */
} SimGattManager;

#endif
