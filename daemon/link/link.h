/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The link: all that is spoken with BlueZ on the system bus.
 *
 * It knows tags and bytes, nothing of health. What it receives it hands to the functions of its owner below,
 * and what it must remember (which records are committed, which are gaps) it asks there, since edges never
 * include one another. Nothing here blocks; every callback runs on the main context that the link was made
 * on.
 */
#ifndef CALCIFERD_LINK_H
#define CALCIFERD_LINK_H

#include <gio/gio.h>

#include <calcifer/address.h>
#include <calcifer/bthome.h>
#include <calcifer/device.h>
#include <calcifer/event.h>
#include <calcifer/instant.h>
#include <calcifer/record.h>

typedef struct CalLink CalLink;

/* What a tag is to the link. */
typedef enum CalTagKind {
  CAL_TAG_UNKNOWN, /* not an adopted tag */
  CAL_TAG_EVENT,   /* serves Tag Event: bonded, stores records */
  CAL_TAG_BTHOME,  /* broadcasts BTHome, plain or encrypted */
  CAL_TAG_ESS,     /* serves Environmental Sensing 181A with 2A76 */
  CAL_TAG_OMRON,   /* an OMRON 2JCIE-BL01 environment sensor: stores rows, needs no bond */
  CAL_TAG_OTHER,   /* anything else */
} CalTagKind;

/* Whether tag and machine still share the key that a Tag Event tag is paired for. */
typedef enum CalLinkBond {
  CAL_LINK_BOND_UNKNOWN, /* it needs none, or is not there to tell */
  CAL_LINK_BOND_HOLDS,   /* a session was set up by it */
  CAL_LINK_BOND_LOST, /* BlueZ has none, or the tag breaks every attempt as if it had none; it is left as it
                         is */
} CalLinkBond;

/* The state of one adopted tag as its owner shows it. Strings are owned by the link and valid during the
 * call. */
typedef struct CalLinkStatus {
  CalAddress address;
  const char *name; /* hostile text from the air, or NULL */
  CalTagKind kind;
  gboolean connected;
  int battery_percent;   /* -1 unknown */
  CalInstant last_seen;  /* CAL_INSTANT_NONE: never in this life of the daemon */
  guint32 transfer_done; /* records received of the transfer under way */
  guint32 transfer_of;   /* 0: no transfer under way */
  CalLinkBond bond;
  gboolean clock_left_alone; /* when it was last compared, since the host's was not believable */
  const char *why;           /* why it is not connected or not trusted, one sentence; NULL when all is well */
} CalLinkStatus;

/* What the radio itself is up to, for status and doctor. */
typedef enum CalRadio {
  CAL_RADIO_NO_BLUEZ,   /* nobody owns org.bluez */
  CAL_RADIO_NO_ADAPTER, /* BlueZ runs, no adapter */
  CAL_RADIO_OFF,        /* every adapter is powered off */
  CAL_RADIO_ON,
  CAL_RADIO_BLOCKED, /* off, and by rfkill: where BlueZ tells it, else it is OFF */
  CAL_RADIO_DEAF,    /* on, and hears nothing at all, however often it is asked to listen anew */
} CalRadio;

/* Tags may be connected; whether any is heard is another question. */
static inline gboolean
cal_radio_serves(CalRadio radio)
{
  return radio == CAL_RADIO_ON || radio == CAL_RADIO_DEAF;
}

typedef struct CalLogProgress {
  guint32 floor; /* as CalLogState of the ledger has them */
  guint32 settled;
  guint32 newest;
} CalLogProgress;

/* The owner. `data` is the one that was given to cal_link_new(); strings and bytes are valid during the call.
 * None may free the link or add or remove tags. All are called on the main context; those that return
 * gboolean commit before they return, and on FALSE (with error set) the link tells the tag nothing. */
typedef struct CalLinkOwner {
  /* Storage for the record transfer. */
  gboolean (*progress)(const CalAddress *tag, guint32 log_id, CalLogProgress *progress, gpointer data,
                       GError **error);
  gboolean (*next_gap)(const CalAddress *tag, guint32 log_id, guint32 from, guint32 up_to, guint32 *first,
                       guint32 *last, gpointer data, GError **error);
  gboolean (*set_floor)(const CalAddress *tag, guint32 log_id, guint32 floor, gpointer data, GError **error);
  gboolean (*mark_lost)(const CalAddress *tag, guint32 log_id, guint32 first, guint32 last, gpointer data,
                        GError **error);
  gboolean (*records)(const CalAddress *tag, guint32 log_id, guint8 slots,
                      const guint8 (*raw)[CAL_RECORD_SIZE], gsize n_records, gpointer data, GError **error);
  gboolean (*barrier)(const CalAddress *tag, gpointer data, GError **error); /* before a delete on the tag */

  /* A text that is kept for the tag beside its records, NULL to begin with; free with g_free(). */
  char *(*recall)(const CalAddress *tag, gpointer data, GError **error);
  gboolean (*remember)(const CalAddress *tag, const char *text, gpointer data, GError **error);

  /* Whether the host's own clock may be given to a tag. */
  gboolean (*clock_is_believable)(gpointer data);

  /* BTHome service data of an adopted tag of any kind (the bytes after the UUID), each time BlueZ tells it.
   * `snapshot`: BlueZ had it in store when we came; it may be old, and may have been told before. */
  void (*broadcast)(const CalAddress *tag, const guint8 *bytes, gsize n_bytes, gboolean snapshot,
                    gpointer data);
  /* A UV index read over 181A/2A76 (counts for an ESS tag; for display only on a tag that
   * stores records), or what an OMRON sensor measured last (for display). */
  void (*uv_index)(const CalAddress *tag, CalTagKind kind, double uv_index, gpointer data);

  void (*tag_changed)(const CalLinkStatus *status, gpointer data);
  void (*radio_changed)(CalRadio radio, gpointer data);
} CalLinkOwner;

CalLink *cal_link_new(GDBusConnection *system_bus, const CalLinkOwner *owner, gpointer data);
/* Waits for what BlueZ says first, for half a second at most: without it there is no radio, for who asks at
 * once.
 */
void cal_link_look(CalLink *link);
/* Disconnects politely (clean exit): tags are let go, discovery ends, and what says so is written to the bus
 * before this returns. Operations under way end with CAL_ERROR_UNAVAILABLE, after it returned. */
void cal_link_free(CalLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalLink, cal_link_free)

/* The tags adopted so far, told at start and again by adopt and forget. At most CAL_LINK_MAX_TAGS. */
#define CAL_LINK_MAX_TAGS 32
void cal_link_add_tag(CalLink *link, const CalAddress *tag, CalTagKind kind);
void cal_link_remove_tag(CalLink *link, const CalAddress *tag); /* lets go, removes the bond */

/* Before sleep all tags are let go and discovery ends; cal_link_is_at_rest() once the last one is (some three
 * seconds: BlueZ's own timer), which tag_changed() and radio_changed() give occasion to ask. Two seconds
 * after sleep they are taken up again, and all that BlueZ knows is asked for anew. */
void cal_link_rest(CalLink *link);
gboolean cal_link_is_at_rest(CalLink *link);
void cal_link_wake(CalLink *link);

/* The host's clock was set, or has become believable: connected tags' clocks are compared again. */
void cal_link_clock_news(CalLink *link);

CalRadio cal_link_radio(CalLink *link);

/* -- Finding and adopting */

typedef struct CalFound {
  CalAddress address;
  char *name; /* hostile text, or NULL */
  CalTagKind kind;
  const CalDevice *device; /* what it is, by its name; NULL: no device that is known */
  gboolean encrypted;      /* BTHome with encryption: needs its key */
  gboolean buttons_alone;  /* BTHome: see cal_device_has_buttons_alone() */
  int rssi;                /* dBm; 127 unknown */
} CalFound;

/* Looks for tags for `seconds`; found() is called once for each, and again when what is known of it improves.
 * Finish with cal_link_scan_finish(). CAL_ERROR_UNAVAILABLE: no BlueZ, no adapter, switched off;
 * CAL_ERROR_BUSY. */
typedef void (*CalLinkFound)(const CalFound *found, gpointer data);
void cal_link_scan(CalLink *link, guint seconds, CalLinkFound found, gpointer found_data,
                   GCancellable *cancellable, GAsyncReadyCallback done, gpointer data);
gboolean cal_link_scan_finish(CalLink *link, GAsyncResult *result, GError **error);

/* Finds the device (for up to 30 s), tells its kind; for a Tag Event tag pairs (an agent without input and
 * output, for this pairing alone), trusts it, reads Feature and refuses a version above 1. The owner then
 * calls cal_link_add_tag() with the identity address, which differs from `tag` when that was a private one.
 * CAL_ERROR_UNAVAILABLE, _BUSY, _NOT_FOUND (not heard), _REFUSED (no tag of ours, takes no bond, too new),
 * _TIMED_OUT, _PROTOCOL, _FAILED, each with what to do about it; G_IO_ERROR_CANCELLED. */
void cal_link_adopt(CalLink *link, const CalAddress *tag, GCancellable *cancellable, GAsyncReadyCallback done,
                    gpointer data);
/* What was adopted. */
typedef struct CalAdopted {
  CalTagKind kind;
  CalAddress identity;
  guint8 slots;            /* of a Tag Event tag's Feature; 0 for the others */
  gboolean feels_wear;     /* it knows whether it is worn */
  const CalDevice *device; /* as of CalFound */
  gboolean buttons_alone;
} CalAdopted;

/* FALSE on error, and *adopted untouched. */
gboolean cal_link_adopt_finish(CalLink *link, GAsyncResult *result, CalAdopted *adopted, GError **error);

/* Waits for the device to be heard (for up to a minute), pairs with it unless it is bonded, reads the BTHome
 * key that it tells to whom it is bonded with, and lets it go; a bond made for this is removed.
 * CAL_ERROR_UNAVAILABLE, _BUSY (this, or an adoption, is under way), _NOT_FOUND (not heard), _REFUSED (takes
 * no bond, has no key, its encryption is off), _TIMED_OUT, _PROTOCOL, _FAILED, each with what to do about it;
 * G_IO_ERROR_CANCELLED. */
void cal_link_fetch_key(CalLink *link, const CalAddress *tag, GCancellable *cancellable,
                        GAsyncReadyCallback done, gpointer data);
/* FALSE on error, and *key untouched. The caller clears the key when it is done with it. */
gboolean cal_link_fetch_key_finish(CalLink *link, GAsyncResult *result, CalBthomeKey *key, GError **error);

#endif
