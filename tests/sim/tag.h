/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One Sun and Supplement Tag, profile version 1, without a radio: what it stores, what its characteristics
 * read, and what it sends when it is asked. The fake org.bluez and the real peripheral are two transports of
 * it.
 *
 *             report, number, delete                      answer sent
 *    IDLE ───────────────────────────▶ BUSY ─────────────────────────────▶ IDLE
 *     │ record stored: notified         │ record stored: waits for IDLE
 *     │                                 │ abort: the rest is forgotten, its own answer goes out
 *     ▼                                 ▼
 *    link down: nothing pending survives, the store does
 *
 * Time is what the hook says: whole seconds since 1970. The owner calls sim_tag_step() as fast as its link
 * carries packets, as long as it returns TRUE, and again after the busy hook was called.
 */
#ifndef CALCIFER_TESTS_SIM_TAG_H
#define CALCIFER_TESTS_SIM_TAG_H

#include "fault.h"
#include "store.h"

#define SIM_TAG_SERVICE_UUID "d70f0001-e3ca-43ad-af23-0e7767ae209c"
#define SIM_TAG_FEATURE_UUID "d70f0002-e3ca-43ad-af23-0e7767ae209c"
#define SIM_TAG_RECORD_UUID  "d70f0003-e3ca-43ad-af23-0e7767ae209c"
#define SIM_TAG_CLOCK_UUID   "d70f0004-e3ca-43ad-af23-0e7767ae209c"
#define SIM_TAG_RACP_UUID    "00002a52-0000-1000-8000-00805f9b34fb"

#define SIM_TAG_FEATURE_SIZE 12
#define SIM_TAG_CLOCK_SIZE   10
#define SIM_TAG_ADVERT_SIZE  8

#define SIM_ATT_INVALID_LENGTH   0x0d
#define SIM_ATT_CCC_IMPROPER     0xfd
#define SIM_ATT_PROCEDURE_ACTIVE 0xfe

#define SIM_FEATURE_UV     0x01
#define SIM_FEATURE_INTAKE 0x02
#define SIM_FEATURE_WEAR   0x04

#define SIM_FLAG_CLOCK     0x01
#define SIM_FLAG_WORN      0x02
#define SIM_FLAG_SATURATED 0x04

typedef struct SimTagOptions {
  guint8 version;
  guint16 features;
  guint8 slots;
  guint capacity;         /* records */
  guint32 log_id;         /* 0: drawn */
  gboolean clock_set;     /* to the true time, without a clock record: it was set before the log began */
  guint per_notification; /* records, 1 to 12 */
} SimTagOptions;

#define SIM_TAG_OPTIONS_DEFAULT                                                                              \
  (SimTagOptions)                                                                                            \
  {                                                                                                          \
    .version = 1, .features = SIM_FEATURE_UV | SIM_FEATURE_INTAKE, .slots = 2, .capacity = 4096,             \
    .per_notification = 1                                                                                    \
  }

typedef struct SimTagHooks {
  gint64 (*now)(gpointer user);                                     /* Unix seconds */
  void (*notify)(const guint8 *bytes, gsize size, gpointer user);   /* Event Record */
  void (*indicate)(const guint8 *bytes, gsize size, gpointer user); /* control point */
  void (*advert)(gpointer user); /* sim_tag_advert() reads differently now */
  void (*busy)(gpointer user);   /* there is something to step */
  gpointer user;
} SimTagHooks;

typedef struct SimTag SimTag;

/* The hooks are copied. */
SimTag *sim_tag_new(const SimTagOptions *options, const SimTagHooks *hooks);
void sim_tag_free(SimTag *tag);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimTag, sim_tag_free)

/* Storing. `start` is the true time at which it began; flags are those of the record without bit 0, which the
 * tag sets itself. Each returns the record's sequence. */
guint32 sim_tag_uv(SimTag *tag, gint64 start, guint16 duration_s, guint16 mean_centi, guint16 max_centi,
                   guint8 flags);
guint32 sim_tag_intake(SimTag *tag, guint8 slot, guint8 presses);
guint32 sim_tag_wear(SimTag *tag, gboolean on);
/* A whole record as given, but for its sequence, which the tag writes over it. */
guint32 sim_tag_raw(SimTag *tag, const guint8 bytes[SIM_RECORD_SIZE]);

/* The link, which is encrypted and bonded when it is up. mtu bounds the records to one notification. */
void sim_tag_link_up(SimTag *tag, guint mtu);
void sim_tag_link_down(SimTag *tag);
void sim_tag_subscribe_records(SimTag *tag, gboolean on);
void sim_tag_subscribe_racp(SimTag *tag, gboolean on);
/* Sends at most one packet. TRUE as long as there is more. */
gboolean sim_tag_step(SimTag *tag);

/* Characteristics. Writes return 0 or an ATT error. */
void sim_tag_read_feature(const SimTag *tag, guint8 out[SIM_TAG_FEATURE_SIZE]);
void sim_tag_read_clock(const SimTag *tag, guint8 out[SIM_TAG_CLOCK_SIZE]);
guint8 sim_tag_write_clock(SimTag *tag, const guint8 *bytes, gsize size);
guint8 sim_tag_write_racp(SimTag *tag, const guint8 *bytes, gsize size);
/* The Service Data of the advertisement. */
void sim_tag_advert(const SimTag *tag, guint8 out[SIM_TAG_ADVERT_SIZE]);

/* Mishaps. */
void sim_tag_new_log(SimTag *tag);
void sim_tag_reboot(SimTag *tag); /* the clock is lost, the store is not */
void sim_tag_jump(SimTag *tag, guint32 by);
void sim_tag_set_clock(SimTag *tag, guint32 shown); /* by itself: no clock record; 0 unsets it */
SimFaults *sim_tag_faults(SimTag *tag);

/* What a test wants to know. */
const SimStore *sim_tag_store(const SimTag *tag);
const SimTagOptions *sim_tag_options(const SimTag *tag); /* log_id as it is now */
guint32 sim_tag_shown_clock(const SimTag *tag);          /* 0: unset */
guint32 sim_tag_newest(const SimTag *tag);               /* the last sequence given, 0: none */
guint32 sim_tag_deleted_up_to(const SimTag *tag);        /* the highest N of a delete that was obeyed */
guint sim_tag_deletes(const SimTag *tag);                /* deletes obeyed */
gboolean sim_tag_is_busy(const SimTag *tag);
/* Every record ever stored, whatever was overwritten or deleted since: u32 log id and the record, each time.
 */
#define SIM_HISTORY_SIZE (4 + SIM_RECORD_SIZE)
const GByteArray *sim_tag_history(const SimTag *tag);

#endif
