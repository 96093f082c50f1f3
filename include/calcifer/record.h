/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The event record of the tag profile: 20 bytes in which a tag keeps what it saw and what was pressed.
 *
 *   uint8_t bytes[CAL_RECORD_SIZE] = { 7,  0, 0, 0, 0x80, 0xd2, 0xda, 0x68, 1, 0, 1, 3,
 *                                      60, 0, 0x2c, 1, 0x90, 1 };
 *   CalRecord record;
 *   cal_record_decode(bytes, &record)
 *   record.sequence, record.time, record.type     7, 1759171200, CAL_RECORD_UV
 *   record.uv.duration_s, .mean, .maximum         60, 300, 400: a minute at a UV index of 3.00, at most 4.00
 *   cal_record_verdict(&record, 0)                CAL_RECORD_ACCEPTED
 *
 * Whatever 20 bytes there are, they are a record and are kept. Whether what they say can be true is another
 * question, asked anew each time that a day is folded.
 */
#ifndef CALCIFER_RECORD_H
#define CALCIFER_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_RECORD_SIZE 20

/* The log ids of the hosts' own logs, so many from here on: of samples of a tag that stores nothing, heard
 * while the clock of the host was in doubt. Such a record is a sample, whatever its duration. */
#define CAL_RECORD_HOST_LOG  0xCA000000u
#define CAL_RECORD_HOST_LOGS 0x01000000u

/* Bounds of what can be true; everything outside is kept and counts for nothing. */
#define CAL_RECORD_DURATION_MAX_S 43200 /* half a day */
#define CAL_RECORD_UV_INDEX_MAX   4500  /* hundredths; the highest index ever measured on Earth was 43.3 */
#define CAL_RECORD_PRESSES_MAX    20

/* CalRecord.type. Any other number is the type of a later version. */
enum {
  CAL_RECORD_UV = 1,
  CAL_RECORD_INTAKE = 2,
  CAL_RECORD_WEAR = 3,
  CAL_RECORD_CLOCK = 4,
};

/* CalRecord.flags. The other bits mean nothing yet. */
enum {
  CAL_RECORD_FLAG_CLOCK_SET = 1, /* time is Unix seconds */
  CAL_RECORD_FLAG_WORN = 2,
  CAL_RECORD_FLAG_SATURATED = 4, /* the UV index is a lower bound */
};

typedef struct CalRecordUv {
  uint16_t duration_s; /* starting at time */
  uint16_t mean;       /* UV index, hundredths */
  uint16_t maximum;    /* UV index, hundredths */
} CalRecordUv;

typedef struct CalRecordIntake {
  uint8_t slot;    /* counted from 1 */
  uint8_t presses; /* each is one serving of the slot's product */
} CalRecordIntake;

typedef struct CalRecordWear {
  uint8_t on; /* 1 put on, 0 taken off */
} CalRecordWear;

typedef struct CalRecordClock {
  uint32_t uptime_s; /* seconds since this start of the tag, when its clock was set */
  uint32_t previous; /* Unix seconds that the clock showed before; 0 when it showed none */
} CalRecordClock;

typedef struct CalRecord {
  uint32_t sequence; /* 1, 2, 3 ... under one log id */
  uint32_t time;     /* Unix seconds with FLAG_CLOCK_SET, else seconds since this start of the tag */
  uint16_t boot;     /* counts the tag's starts; wraps */
  uint8_t type;
  uint8_t flags;
  /* The member that belongs to the type is filled from the payload, the others are 0. */
  CalRecordUv uv;
  CalRecordIntake intake;
  CalRecordWear wear;
  CalRecordClock clock;
  uint8_t payload[8]; /* as it came, whatever the type */
} CalRecord;

void cal_record_decode(const uint8_t bytes[CAL_RECORD_SIZE], CalRecord *record);

/* What a tag does. Of the four known types the member is written and the unused bytes are 0; of any other
 * type the payload. */
void cal_record_encode(const CalRecord *record, uint8_t bytes[CAL_RECORD_SIZE]);

/* How many records a notification carries: 0 when its size is not a whole number of them, for then nothing in
 * it can be trusted to begin where a record begins. Record i is at bytes + i * CAL_RECORD_SIZE. */
size_t cal_record_count(size_t notification_size);

typedef enum CalRecordVerdict {
  CAL_RECORD_ACCEPTED,
  CAL_RECORD_NO_DURATION,        /* 0 s of UV */
  CAL_RECORD_LONG_DURATION,      /* more than CAL_RECORD_DURATION_MAX_S */
  CAL_RECORD_MEAN_ABOVE_MAXIMUM, /* no mean is */
  CAL_RECORD_HIGH_UV_INDEX,      /* mean or maximum above CAL_RECORD_UV_INDEX_MAX */
  CAL_RECORD_NO_SUCH_SLOT,       /* slot 0, or above those that the tag has */
  CAL_RECORD_NO_PRESSES,         /* 0 presses */
  CAL_RECORD_MANY_PRESSES,       /* more than CAL_RECORD_PRESSES_MAX */
  CAL_RECORD_NEITHER_ON_NOR_OFF, /* wear other than 0 and 1 */
  CAL_RECORD_UNKNOWN_TYPE,       /* kept for a later version */
} CalRecordVerdict;

/* Can it be true? `slots` is the number of intake slots in the tag's Feature, 0 when that is not known. Says
 * nothing of the time: see dating.h. */
CalRecordVerdict cal_record_verdict(const CalRecord *record, uint8_t slots);

/* The verdict's name, as in "mean-above-maximum"; "accepted" for CAL_RECORD_ACCEPTED. Static. */
const char *cal_record_verdict_name(CalRecordVerdict verdict);

/* "uv", "intake", "wear", "clock"; NULL for a type that this version does not know. Static. */
const char *cal_record_type_name(uint8_t type);

#ifdef __cplusplus
}
#endif

#endif
