/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BlueZ as a tree of objects, interfaces and properties, kept in step by signals.
 *
 * Only what concerns us is kept, and only that is matched at the bus: adapters, the devices whose addresses
 * were added with everything below them, and all devices while somebody looks around. A neighbour that
 * advertises from a thousand addresses wakes nobody up.
 *
 * All calls are asynchronous and never start BlueZ.
 */
#ifndef CALCIFERD_LINK_BLUEZ_H
#define CALCIFERD_LINK_BLUEZ_H

#include <gio/gio.h>

typedef struct CalBluez CalBluez;

/* How a change came about. */
typedef enum CalBluezChange {
  CAL_BLUEZ_SNAPSHOT, /* it was there when we asked: it may be old */
  CAL_BLUEZ_ADDED,    /* InterfacesAdded, which carries the first advertisement of a device */
  CAL_BLUEZ_CHANGED,  /* PropertiesChanged: `properties` are those that changed */
  CAL_BLUEZ_HEARD,    /* likewise, of nothing but what a device broadcasts: where it stands is as it was */
  CAL_BLUEZ_REMOVED,  /* `properties` is NULL */
} CalBluezChange;

typedef struct CalBluezListener {
  /* BlueZ came, and its objects have been told as SNAPSHOT; or it went, and nothing of it is left. */
  void (*presence)(gboolean present, gpointer data);
  /* One interface of one object changed; the tree is up to date already. */
  void (*changed)(const char *path, const char *interface, GVariant *properties, CalBluezChange change,
                  gpointer data);
} CalBluezListener;

CalBluez *cal_bluez_new(GDBusConnection *connection, const CalBluezListener *listener, gpointer data);
void cal_bluez_free(CalBluez *bluez);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalBluez, cal_bluez_free)

/* Looks for what there is already, and tells it before it returns, which is at once where there is no BlueZ.
 * One that does not answer is waited for half a second, and told when it does. */
void cal_bluez_look(CalBluez *bluez);

gboolean cal_bluez_is_present(CalBluez *bluez);

/* Keeps and matches the device of this address, "AA:BB:CC:DD:EE:FF", on every adapter. Counted. */
void cal_bluez_add_address(CalBluez *bluez, const char *address);
void cal_bluez_remove_address(CalBluez *bluez, const char *address);

/* Keeps and matches all devices, at most CAL_BLUEZ_AROUND_MAX of them. Counted. */
#define CAL_BLUEZ_AROUND_MAX 256
void cal_bluez_look_around(CalBluez *bluez);
void cal_bluez_look_away(CalBluez *bluez);

/* Asks for all objects and brings the tree up to date; then calls done, with FALSE when BlueZ did not tell,
 * and is asked again by itself. Cancelled it calls nobody. */
typedef void (*CalBluezRefreshed)(gboolean told, gpointer data);
void cal_bluez_refresh(CalBluez *bluez, GCancellable *cancellable, CalBluezRefreshed done, gpointer data);

/* A property's value, owned by the tree and valid until the main loop runs; NULL when there is none. */
GVariant *cal_bluez_get(CalBluez *bluez, const char *path, const char *interface, const char *property);
gboolean cal_bluez_get_boolean(CalBluez *bluez, const char *path, const char *interface,
                               const char *property);
const char *cal_bluez_get_string(CalBluez *bluez, const char *path, const char *interface,
                                 const char *property);
gboolean cal_bluez_has(CalBluez *bluez, const char *path, const char *interface);

/* Paths of the objects with this interface, below `under` if not NULL, sorted; free with g_ptr_array_unref.
 */
GPtrArray *cal_bluez_list(CalBluez *bluez, const char *interface, const char *under);

/* "/org/bluez/hci0" of any path below it; free with g_free(). */
char *cal_bluez_adapter_of(const char *path);

/* Calls a method; parameters may be NULL (and are sunk), done may be NULL when nobody asks how it ended. */
void cal_bluez_call(CalBluez *bluez, const char *path, const char *interface, const char *method,
                    GVariant *parameters, int timeout_ms, GCancellable *cancellable, GAsyncReadyCallback done,
                    gpointer data);
GVariant *cal_bluez_call_finish(GObject *source, GAsyncResult *result, GError **error);
void cal_bluez_set(CalBluez *bluez, const char *path, const char *interface, const char *property,
                   GVariant *value, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data);

/* Whether the device was on the air just now, by a change of it. */
gboolean cal_bluez_was_heard(CalBluezChange change);

/* Whether this error of a call is the cancelling of it: then `data` may be gone. */
gboolean cal_bluez_was_cancelled(const GError *error);

#endif
