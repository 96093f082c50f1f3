/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's own D-Bus service: objects, properties and methods, as the compiled-in interface XML says.
 *
 * A method is a function from value to value or error and never sees the invocation. Properties are published
 * as a whole: whoever knows the state hands over all properties of an interface, and the bus finds out which
 * of them changed and tells it once, when the main loop is idle, and no sooner than CAL_BUS_TELL_EVERY_MS
 * after it told something last. Nothing here knows what the values mean.
 */
#ifndef CALCIFERD_BUS_H
#define CALCIFERD_BUS_H

#include <gio/gio.h>

#define CAL_BUS_NAME "org.calciferd"
#define CAL_BUS_ROOT "/org/calciferd"

/* Of one call's arguments, in bytes: a dozen times what the longest sensible one has. More is an error of the
 * code CAL_ERROR_LIMIT, and no method sees it. */
#define CAL_BUS_ARGUMENTS_MAX 16384

/* Between two PropertiesChanged of an interface lies so much at least: what people still see as at once. */
#define CAL_BUS_TELL_EVERY_MS 100

typedef struct CalBus CalBus;

/* Takes the arguments' tuple, returns the reply's tuple (floating or not; NULL stands for an empty one when
 * no error is set), or NULL with the error set. */
typedef GVariant *(*CalBusCall)(const char *path, GVariant *arguments, gpointer owner, GError **error);

typedef struct CalBusMethod {
  const char *interface; /* without "org.calciferd." */
  const char *name;
  CalBusCall call;
} CalBusMethod;

/* The table must outlive the bus. Aborts when it does not hold exactly the methods of the XML: that is a bug.
 */
CalBus *cal_bus_new(GDBusConnection *connection, const CalBusMethod *methods, gsize n_methods,
                    gpointer owner);
void cal_bus_free(CalBus *bus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalBus, cal_bus_free)

/* While a call is answered: the file descriptor that an argument h of it stands for,
 * made not to block. The caller's to close; -1 with the error set when there is none. */
int cal_bus_take_descriptor(CalBus *bus, gint32 index, GError **error);

/* While a call is answered: from here on its caller hears cal_bus_tell_listeners(), until it asks not to, or
 * leaves the bus. FALSE with CAL_ERROR_LIMIT set when enough listen already. */
gboolean cal_bus_listen(CalBus *bus, GError **error);
void cal_bus_stop_listening(CalBus *bus);

/* Whether there is anybody to tell. */
gboolean cal_bus_has_listeners(const CalBus *bus);

/* Sets all properties (a{sv}, floating is taken) of an interface of an object; makes the object when it is
 * new. Nothing is told of what did not change. Empty: none is known yet, and reading one says so. */
void cal_bus_publish(CalBus *bus, const char *path, const char *interface, GVariant *properties);

/* Tells what changed without waiting: for what somebody waits for, as the end of a job. */
void cal_bus_tell_now(CalBus *bus);

/* Removes an object with all its interfaces. Nothing when there is none. */
void cal_bus_retract(CalBus *bus, const char *path);

/* Emits a signal; arguments is a tuple, floating is taken. */
void cal_bus_emit(CalBus *bus, const char *path, const char *interface, const char *name,
                  GVariant *arguments);

/* Likewise, to those alone that listen. */
void cal_bus_tell_listeners(CalBus *bus, const char *path, const char *interface, const char *name,
                            GVariant *arguments);

/* Before the main loop runs no call is answered, so what is published until then nobody needs to be told:
 * whoever calls as soon as the name is there waits, and is answered by what is known then. Only objects and
 * their interfaces must be there before the name is, as those of the root and of the tags: published empty.
 * From here on changes are told. */
void cal_bus_begin(CalBus *bus);

/* Owns CAL_BUS_NAME. `owned` is told once it is ours, `lost` when it is not to be had or was taken away. */
typedef void (*CalBusNameChanged)(gpointer owner);
void cal_bus_own_name(CalBus *bus, CalBusNameChanged owned, CalBusNameChanged lost);

#endif
