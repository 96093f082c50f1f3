/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in the air around the fake adapters: tags and broadcasters, with their advertisements, their
 * side of a bond and of a link. The air outlives every org.bluez that listens to it, as tags outlive a
 * bluetoothd.
 */
#ifndef CALCIFER_TESTS_SIM_PEER_H
#define CALCIFER_TESTS_SIM_PEER_H

#include <gio/gio.h>

#include "omron.h"
#include "tag.h"

#define SIM_BATTERY_SERVICE_UUID "0000180f-0000-1000-8000-00805f9b34fb"
#define SIM_BATTERY_LEVEL_UUID   "00002a19-0000-1000-8000-00805f9b34fb"
#define SIM_UV_SERVICE_UUID      "0000181a-0000-1000-8000-00805f9b34fb"
#define SIM_UV_INDEX_UUID        "00002a76-0000-1000-8000-00805f9b34fb"
/* Shelly's, as its documents have it: the characteristic; its service, of which they tell nothing, is ours.
 */
#define SIM_KEY_SERVICE_UUID "eb0f0000-af4b-4724-a6f9-974f55aba81a"
#define SIM_KEY_UUID         "eb0fb41b-af4b-4724-a6f9-974f55aba81a"

#define SIM_ATT_READ_NOT_PERMITTED      0x02
#define SIM_ATT_WRITE_NOT_PERMITTED     0x03
#define SIM_ATT_INSUFFICIENT_ENCRYPTION 0x0f

#define SIM_NEVER G_MAXUINT /* for resolve_ms */

typedef enum SimProperty {
  SIM_READ = 1 << 0,
  SIM_WRITE = 1 << 1,
  SIM_NOTIFY = 1 << 2,
  SIM_INDICATE = 1 << 3,
  SIM_PROTECTED = 1 << 4, /* demands an encrypted link to the bonded host; no client sees this flag */
} SimProperty;

typedef struct SimCharacteristicSpec {
  const char *uuid;
  guint16 handle;
  guint properties; /* of SimProperty */
} SimCharacteristicSpec;

typedef struct SimServiceSpec {
  const char *uuid;
  guint16 handle;
  const SimCharacteristicSpec *characteristics; /* ends with a NULL uuid */
} SimServiceSpec;

/* What the central on the other end of a link hears. */
typedef struct SimLinkHooks {
  void (*notify)(const char *uuid, const guint8 *bytes, gsize size, gpointer user);
  void (*lost)(gpointer user); /* the peer is gone; the link no longer exists */
  gpointer user;
} SimLinkHooks;

typedef struct SimAir SimAir;

/* What a peer with a tag serves. */
typedef enum SimServes {
  SIM_SERVES_EVENTS,  /* all of the tag profile */
  SIM_SERVES_UV,      /* Environmental Sensing alone */
  SIM_SERVES_UV_READ, /* the same, and its UV index notifies nobody */
  SIM_SERVES_KEY,     /* a button that broadcasts, and tells its key to the bonded host */
  SIM_SERVES_OMRON,   /* the log of an OMRON sensor, and nothing of a tag */
} SimServes;

typedef struct SimPeer {
  SimAir *air;
  char *address;
  const char *address_type; /* "public" or "random" */
  char *name;
  gint16 rssi;
  gboolean connectable;
  gboolean discoverable; /* the General Discoverable flag */
  gboolean in_range;
  GHashTable *service_data; /* UUID → GBytes, beside the tag's own */

  SimTag *tag; /* NULL: a broadcaster */
  SimServes serves;
  guint8 key[16];  /* of SIM_SERVES_KEY; zeros: encryption is off */
  SimOmron *omron; /* NULL unless SIM_SERVES_OMRON: its log */
  guint16 company; /* of its Manufacturer Data; 0: none */
  guint8 battery;
  guint8 uv_index;
  gboolean pairing_open;
  char *bond; /* address of the adapter that it believes, or NULL */

  guint connect_ms;  /* from an attempt to the link */
  guint resolve_ms;  /* from the link to the services, or SIM_NEVER */
  guint refuse;      /* so many attempts fail with le-connection-abort-by-local */
  guint untold;      /* so many links come up, and no signal says that it is Connected */
  guint interval_ms; /* between two turns of sending */
  guint confirm;     /* 1: pairing asks the agent RequestConfirmation, 2: RequestAuthorization */

  guint handles;  /* added to each handle: firmware that has moved its attributes */
  char *identity; /* the address behind a private one, told to who is bonded; NULL: the address is no private
                     one */
  gboolean flapping; /* the central links again before it has told anybody */

  gboolean linked;
  gboolean encrypted;
  SimLinkHooks link;
  GHashTable *subscribed; /* UUIDs, static */
  guint pump;
  guint advert;
} SimPeer;

/* One org.bluez at a time listens. */
typedef struct SimAirHooks {
  void (*heard)(SimPeer *peer, gpointer user);     /* one advertisement */
  void (*reachable)(SimPeer *peer, gpointer user); /* it advertises, and could be connected */
  gpointer user;
} SimAirHooks;

SimAir *sim_air_new(guint advert_ms);
void sim_air_free(SimAir *air);
void sim_air_listen(SimAir *air, const SimAirHooks *hooks); /* copied; NULL: nobody */
SimPeer *sim_air_find(SimAir *air, const char *address);
/* Unowned, in no order. */
GList *sim_air_peers(SimAir *air);
/* What hosts remember, "adapter/device" → a block freed with g_free(): bonds outlive bluetoothd. */
GHashTable *sim_air_host_memory(SimAir *air);

/* NULL when the address is taken. Advertises from now on when it has a tag. */
SimPeer *sim_peer_new(SimAir *air, const char *address, const SimTagOptions *tag);
void sim_peer_remove(SimPeer *peer);
/* The Service Data of the next advertisement. */
GVariant *sim_peer_service_data(const SimPeer *peer);
/* One packet, now. */
void sim_peer_advertise(SimPeer *peer, const char *uuid, GBytes *bytes);
void sim_peer_set_in_range(SimPeer *peer, gboolean in_range);
void sim_peer_set_battery(SimPeer *peer, guint8 percent);
void sim_peer_set_uv_index(SimPeer *peer, guint8 index);

/* The central's side. Linking fails when the peer is out of range, or has a link. */
gboolean sim_peer_is_reachable(const SimPeer *peer);
gboolean sim_peer_link(SimPeer *peer, const char *adapter, const SimLinkHooks *hooks);
void sim_peer_unlink(SimPeer *peer);
/* Bonds with the adapter and encrypts, when its owner has opened it for that. */
gboolean sim_peer_pair(SimPeer *peer, const char *adapter);
/* Encrypts with the key both have. FALSE: it has forgotten this host. */
gboolean sim_peer_encrypt(SimPeer *peer, const char *adapter);
const SimServiceSpec *sim_peer_services(const SimPeer *peer, guint *count);
/* Each returns 0 or an ATT error. */
guint8 sim_peer_read(SimPeer *peer, const SimCharacteristicSpec *spec, GByteArray *out);
guint8 sim_peer_write(SimPeer *peer, const SimCharacteristicSpec *spec, const guint8 *bytes, gsize size);
guint8 sim_peer_subscribe(SimPeer *peer, const SimCharacteristicSpec *spec, gboolean on);

/* The peer's side: the link breaks, the host is told. */
void sim_peer_cut(SimPeer *peer);
/* Knobs of the transport, and one-shot mishaps of the tag: see peer.c's table. FALSE: no such knob here. */
gboolean sim_peer_fault(SimPeer *peer, const char *name, guint value);

#endif
