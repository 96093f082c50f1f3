/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Record Access Control Point (2A52) as the tag profile uses it: the host writes a request, the tag
 * indicates an answer.
 *
 *   uint8_t bytes[CAL_RECORD_ACCESS_REQUEST_MAX];
 *   const CalRecordAccessRequest from_seven = { CAL_RECORD_ACCESS_REPORT, CAL_RECORD_ACCESS_GREATER_OR_EQUAL,
 * 7, 0 }; cal_record_access_request_encode(&from_seven, bytes)     7 bytes: 01 03 01 07 00 00 00
 *
 *   static const uint8_t indication[] = { 0x06, 0x00, 0x01, 0x06 };
 *   CalRecordAccessAnswer answer;
 *   cal_record_access_answer_decode(indication, 4, &answer)  true
 *   answer.request, answer.code                              CAL_RECORD_ACCESS_REPORT, ..._NO_RECORDS
 */
#ifndef CALCIFER_RECORD_ACCESS_H
#define CALCIFER_RECORD_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalRecordAccessOpcode {
  CAL_RECORD_ACCESS_REPORT = 1, /* answered by the records as notifications, and success */
  CAL_RECORD_ACCESS_DELETE = 2,
  CAL_RECORD_ACCESS_ABORT = 3,
  CAL_RECORD_ACCESS_NUMBER = 4, /* answered by how many records a report would bring */
} CalRecordAccessOpcode;

typedef enum CalRecordAccessOperator {
  CAL_RECORD_ACCESS_NULL = 0, /* of an abort, and of nothing else */
  CAL_RECORD_ACCESS_ALL = 1,
  CAL_RECORD_ACCESS_LESS_OR_EQUAL = 2,
  CAL_RECORD_ACCESS_GREATER_OR_EQUAL = 3,
  CAL_RECORD_ACCESS_RANGE = 4, /* both ends included */
  CAL_RECORD_ACCESS_FIRST = 5, /* the oldest record that the tag holds */
  CAL_RECORD_ACCESS_LAST = 6,
} CalRecordAccessOperator;

typedef enum CalRecordAccessCode {
  CAL_RECORD_ACCESS_SUCCESS = 1,
  CAL_RECORD_ACCESS_OPCODE_UNSUPPORTED = 2,
  CAL_RECORD_ACCESS_OPERATOR_INVALID = 3, /* an operator that the opcode cannot have */
  CAL_RECORD_ACCESS_OPERATOR_UNSUPPORTED = 4,
  CAL_RECORD_ACCESS_OPERAND_INVALID = 5,
  CAL_RECORD_ACCESS_NO_RECORDS = 6, /* for a delete that is success */
  CAL_RECORD_ACCESS_ABORT_FAILED = 7,
  CAL_RECORD_ACCESS_NOT_COMPLETED = 8,
  CAL_RECORD_ACCESS_OPERAND_UNSUPPORTED = 9, /* a filter other than the sequence */
} CalRecordAccessCode;

/* Opcode, operator, filter, and two sequences. */
#define CAL_RECORD_ACCESS_REQUEST_MAX 11

typedef struct CalRecordAccessRequest {
  CalRecordAccessOpcode opcode;
  CalRecordAccessOperator op;
  uint32_t sequence; /* the bound of LESS_OR_EQUAL and GREATER_OR_EQUAL, the lower end of RANGE */
  uint32_t last;     /* the upper end of RANGE */
} CalRecordAccessRequest;

/* The host's side. Returns how many bytes are to be written. What the request says is not judged, so that a
 * test can send nonsense. */
size_t cal_record_access_request_encode(const CalRecordAccessRequest *request,
                                        uint8_t bytes[CAL_RECORD_ACCESS_REQUEST_MAX]);

/* The tag's side: SUCCESS, and *request is written, for what a tag of version 1 serves; otherwise the code
 * with which it answers. That a procedure is running is not known here. */
CalRecordAccessCode cal_record_access_request_decode(const uint8_t *bytes, size_t size,
                                                     CalRecordAccessRequest *request);

/* The largest answer, which carries a number. */
#define CAL_RECORD_ACCESS_ANSWER_MAX 6

typedef struct CalRecordAccessAnswer {
  bool is_number;
  uint32_t number; /* of records, when is_number */
  uint8_t request; /* the opcode that is answered, as it came; NUMBER when is_number */
  uint8_t code;    /* a CalRecordAccessCode, or a number that is none; SUCCESS when is_number */
} CalRecordAccessAnswer;

/* The host's side: false, and *answer untouched, when the bytes are no answer. */
bool cal_record_access_answer_decode(const uint8_t *bytes, size_t size, CalRecordAccessAnswer *answer);

/* The tag's side. Returns how many bytes are to be indicated. */
size_t cal_record_access_answer_encode(const CalRecordAccessAnswer *answer,
                                       uint8_t bytes[CAL_RECORD_ACCESS_ANSWER_MAX]);

/* A code in a few words, for a log or a person; "unknown code" for a number that is none. Static. */
const char *cal_record_access_code_text(uint8_t code);

#ifdef __cplusplus
}
#endif

#endif
