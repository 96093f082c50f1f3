/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request to the Record Access Control Point as the tag reads it: what is asked, of which sequences, or
 * the code with which it is refused. Pure; who may ask, and when, is the tag's to say.
 */
#ifndef CALCIFER_TESTS_SIM_PROCEDURE_H
#define CALCIFER_TESTS_SIM_PROCEDURE_H

#include <glib.h>

typedef enum SimOpcode {
  SIM_OPCODE_NONE = 0,
  SIM_OPCODE_REPORT = 1,
  SIM_OPCODE_DELETE = 2,
  SIM_OPCODE_ABORT = 3,
  SIM_OPCODE_NUMBER = 4,
} SimOpcode;

typedef enum SimCode {
  SIM_CODE_SUCCESS = 1,
  SIM_CODE_OPCODE = 2,
  SIM_CODE_OPERATOR_INVALID = 3,
  SIM_CODE_OPERATOR_UNSUPPORTED = 4,
  SIM_CODE_OPERAND_INVALID = 5,
  SIM_CODE_NO_RECORDS = 6,
  SIM_CODE_ABORT_FAILED = 7,
  SIM_CODE_NOT_COMPLETED = 8,
  SIM_CODE_OPERAND_UNSUPPORTED = 9,
} SimCode;

typedef enum SimChoice { SIM_CHOICE_RANGE, SIM_CHOICE_FIRST, SIM_CHOICE_LAST } SimChoice;

typedef struct SimRequest {
  guint8 opcode; /* as it came, known or not: the answer repeats it */
  SimChoice choice;
  guint32 low; /* both inclusive; for SIM_CHOICE_RANGE */
  guint32 high;
} SimRequest;

/* SIM_CODE_SUCCESS when the request is one that a version 1 tag serves. bytes has at least one octet. */
SimCode sim_request_parse(const guint8 *bytes, gsize size, SimRequest *request);

#endif
