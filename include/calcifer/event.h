/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An event: what the ledger holds, as the fold reads it, one after another in the order of time.
 *
 * The order is total, so that a day folded as its events arrive equals the same day folded again: by instant;
 * at the same instant settings first, then entries, records and samples; then by identity: entries by UUID
 * and number (10 comes after 9), records by tag, log id and sequence, samples by tag and UV index.
 */
#ifndef CALCIFER_EVENT_H
#define CALCIFER_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include <calcifer/address.h>
#include <calcifer/entry.h>
#include <calcifer/instant.h>
#include <calcifer/record.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalEventKind {
  CAL_EVENT_ENTRY,  /* see entry.h */
  CAL_EVENT_RECORD, /* a record of a Tag Event tag, raw, with the instant that dating gave it */
  CAL_EVENT_SAMPLE, /* a UV index heard from a BTHome or 181A tag: holds until its next, 5 minutes at most */
} CalEventKind;

typedef struct CalEvent {
  CalEventKind kind;
  CalInstant at;
  CalAddress tag; /* of a record or sample */
  union {
    CalEntry entry;
    struct {
      uint32_t log_id;
      uint8_t raw[CAL_RECORD_SIZE];
    } record;
    struct {
      double uv_index;
    } sample;
  } of;
} CalEvent;

/* Writes the text identity of a record, "tag:AA:BB:CC:DD:EE:FF:LOGID:SEQUENCE": the log id as 8 hexadecimal
 * digits in upper case, the sequence in decimal. */
void cal_event_record_id(const CalAddress *tag, uint32_t log_id, uint32_t sequence,
                         char id[CAL_ENTRY_ID_SIZE]);

/* Reads one, hexadecimal digits in either case. False, and nothing written, for anything else. */
bool cal_event_record_id_parse(const char *id, CalAddress *tag, uint32_t *log_id, uint32_t *sequence);

/* Less than, equal to or greater than 0: the total order told above. Two events are equal only when they are
 * the same. */
int cal_event_compare(const CalEvent *a, const CalEvent *b);

#ifdef __cplusplus
}
#endif

#endif
