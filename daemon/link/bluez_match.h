/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of BlueZ's signals the bus sends us. GDBus cannot match a path's namespace, so the rules are added by
 * hand; an arg0path that ends in a slash matches what lies below, one that does not matches that path alone.
 *
 *   always                 objects     arg0path = /org/bluez/hci0 ... hci15     properties   arg0 = Adapter1
 *   a device of ours       objects     arg0path = DEVICE and DEVICE/            properties   path_namespace
 *   while looking around   objects     all of BlueZ's                           properties   arg0 = Device1
 */
#ifndef CALCIFERD_LINK_BLUEZ_MATCH_H
#define CALCIFERD_LINK_BLUEZ_MATCH_H

#include <gio/gio.h>

typedef struct CalBluezMatch CalBluezMatch;

CalBluezMatch *cal_bluez_match_new(GDBusConnection *connection);
void cal_bluez_match_free(CalBluezMatch *match);

void cal_bluez_match_add_adapter(CalBluezMatch *match, const char *path);
void cal_bluez_match_remove_adapter(CalBluezMatch *match, const char *path);
void cal_bluez_match_forget_adapters(CalBluezMatch *match);
void cal_bluez_match_add_address(CalBluezMatch *match, const char *address);
void cal_bluez_match_remove_address(CalBluezMatch *match, const char *address);
gboolean cal_bluez_match_has_address(CalBluezMatch *match, const char *address);
/* A device of ours whose path is not made of its address. */
void cal_bluez_match_add_path(CalBluezMatch *match, const char *path);
gboolean cal_bluez_match_has_path(CalBluezMatch *match, const char *path);
void cal_bluez_match_look_around(CalBluezMatch *match);
void cal_bluez_match_look_away(CalBluezMatch *match);
gboolean cal_bluez_match_is_around(CalBluezMatch *match);

#endif
