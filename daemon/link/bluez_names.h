/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of BlueZ's D-Bus API that the link uses, each in this one place. */
#ifndef CALCIFERD_LINK_BLUEZ_NAMES_H
#define CALCIFERD_LINK_BLUEZ_NAMES_H

#define BLUEZ_NAME           "org.bluez"
#define BLUEZ_ROOT           "/org/bluez"
#define BLUEZ_ADAPTER        "org.bluez.Adapter1"
#define BLUEZ_DEVICE         "org.bluez.Device1"
#define BLUEZ_BATTERY        "org.bluez.Battery1"
#define BLUEZ_CHARACTERISTIC "org.bluez.GattCharacteristic1"
#define BLUEZ_GATT_MANAGER   "org.bluez.GattManager1"
#define BLUEZ_GATT_PROFILE   "org.bluez.GattProfile1"
#define BLUEZ_AGENT_MANAGER  "org.bluez.AgentManager1"
#define BLUEZ_AGENT          "org.bluez.Agent1"

#define DBUS_OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"
#define DBUS_PROPERTIES     "org.freedesktop.DBus.Properties"

/* Adapters are hci0, hci1 ...; the kernel gives a new number when one comes back. More are not looked for. */
#define BLUEZ_ADAPTERS_MAX 16

#endif
