/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/record_access.h>

#include "cursor.h"

#define FILTER_SEQUENCE 1

/* Opcodes of answers. */
#define ANSWER_NUMBER 5
#define ANSWER_CODE   6

/* How many sequences the operand of an operator holds. */
static unsigned
bounds_of(CalRecordAccessOperator op)
{
  switch (op) {
  case CAL_RECORD_ACCESS_LESS_OR_EQUAL:
  case CAL_RECORD_ACCESS_GREATER_OR_EQUAL:
    return 1;
  case CAL_RECORD_ACCESS_RANGE:
    return 2;
  case CAL_RECORD_ACCESS_NULL:
  case CAL_RECORD_ACCESS_ALL:
  case CAL_RECORD_ACCESS_FIRST:
  case CAL_RECORD_ACCESS_LAST:
    return 0;
  }
  return 0;
}

size_t
cal_record_access_request_encode(const CalRecordAccessRequest *request,
                                 uint8_t bytes[CAL_RECORD_ACCESS_REQUEST_MAX])
{
  const unsigned bounds = bounds_of(request->op);
  uint8_t *at = cal_put_le(bytes, 1, request->opcode);
  at = cal_put_le(at, 1, request->op);
  if (bounds > 0) {
    at = cal_put_le(at, 1, FILTER_SEQUENCE);
    at = cal_put_le(at, 4, request->sequence);
  }
  if (bounds > 1)
    at = cal_put_le(at, 4, request->last);
  return (size_t)(at - bytes);
}

/* Report and number take every operator but null, delete takes one, abort takes null. */
static CalRecordAccessCode
judge_operator(uint8_t opcode, uint8_t op)
{
  if (opcode < CAL_RECORD_ACCESS_REPORT || opcode > CAL_RECORD_ACCESS_NUMBER)
    return CAL_RECORD_ACCESS_OPCODE_UNSUPPORTED;
  if ((opcode == CAL_RECORD_ACCESS_ABORT) != (op == CAL_RECORD_ACCESS_NULL))
    return CAL_RECORD_ACCESS_OPERATOR_INVALID;
  if (op > CAL_RECORD_ACCESS_LAST)
    return CAL_RECORD_ACCESS_OPERATOR_UNSUPPORTED;
  if (opcode == CAL_RECORD_ACCESS_DELETE && op != CAL_RECORD_ACCESS_LESS_OR_EQUAL)
    return CAL_RECORD_ACCESS_OPERATOR_UNSUPPORTED;
  return CAL_RECORD_ACCESS_SUCCESS;
}

static CalRecordAccessCode
decode_operand(CalCursor *cursor, CalRecordAccessRequest *request)
{
  const unsigned bounds = bounds_of(request->op);
  uint8_t filter;
  if (bounds > 0) {
    if (!cal_cursor_pull_u8(cursor, &filter))
      return CAL_RECORD_ACCESS_OPERAND_INVALID;
    if (filter != FILTER_SEQUENCE)
      return CAL_RECORD_ACCESS_OPERAND_UNSUPPORTED;
    if (!cal_cursor_pull_u32(cursor, &request->sequence))
      return CAL_RECORD_ACCESS_OPERAND_INVALID;
  }
  if (bounds > 1 && (!cal_cursor_pull_u32(cursor, &request->last) || request->last < request->sequence))
    return CAL_RECORD_ACCESS_OPERAND_INVALID;
  return cursor->left == 0 ? CAL_RECORD_ACCESS_SUCCESS : CAL_RECORD_ACCESS_OPERAND_INVALID;
}

CalRecordAccessCode
cal_record_access_request_decode(const uint8_t *bytes, size_t size, CalRecordAccessRequest *request)
{
  CalCursor cursor = { bytes, size };
  uint8_t opcode = 0, op = 0xff;
  if (!cal_cursor_pull_u8(&cursor, &opcode))
    return CAL_RECORD_ACCESS_OPCODE_UNSUPPORTED;
  const bool has_operator = cal_cursor_pull_u8(&cursor, &op);
  const CalRecordAccessCode verdict = judge_operator(opcode, op);
  if (verdict == CAL_RECORD_ACCESS_OPERATOR_UNSUPPORTED && !has_operator)
    return CAL_RECORD_ACCESS_OPERATOR_INVALID;
  if (verdict != CAL_RECORD_ACCESS_SUCCESS)
    return verdict;
  CalRecordAccessRequest decoded = { (CalRecordAccessOpcode)opcode, (CalRecordAccessOperator)op, 0, 0 };
  const CalRecordAccessCode result = decode_operand(&cursor, &decoded);
  if (result == CAL_RECORD_ACCESS_SUCCESS)
    *request = decoded;
  return result;
}

bool
cal_record_access_answer_decode(const uint8_t *bytes, size_t size, CalRecordAccessAnswer *answer)
{
  CalCursor cursor = { bytes, size };
  CalRecordAccessAnswer decoded = { false, 0, CAL_RECORD_ACCESS_NUMBER, CAL_RECORD_ACCESS_SUCCESS };
  uint8_t opcode, op;
  if (!cal_cursor_pull_u8(&cursor, &opcode) || !cal_cursor_pull_u8(&cursor, &op) ||
      op != CAL_RECORD_ACCESS_NULL)
    return false;
  decoded.is_number = opcode == ANSWER_NUMBER;
  if (decoded.is_number && !cal_cursor_pull_u32(&cursor, &decoded.number))
    return false;
  if (opcode == ANSWER_CODE &&
      (!cal_cursor_pull_u8(&cursor, &decoded.request) || !cal_cursor_pull_u8(&cursor, &decoded.code)))
    return false;
  if ((opcode != ANSWER_NUMBER && opcode != ANSWER_CODE) || cursor.left > 0)
    return false;
  *answer = decoded;
  return true;
}

size_t
cal_record_access_answer_encode(const CalRecordAccessAnswer *answer,
                                uint8_t bytes[CAL_RECORD_ACCESS_ANSWER_MAX])
{
  uint8_t *at = cal_put_le(bytes, 1, answer->is_number ? ANSWER_NUMBER : ANSWER_CODE);
  at = cal_put_le(at, 1, CAL_RECORD_ACCESS_NULL);
  if (answer->is_number)
    return (size_t)(cal_put_le(at, 4, answer->number) - bytes);
  at = cal_put_le(at, 1, answer->request);
  return (size_t)(cal_put_le(at, 1, answer->code) - bytes);
}

const char *
cal_record_access_code_text(uint8_t code)
{
  static const char *const texts[] = {
    [CAL_RECORD_ACCESS_SUCCESS] = "success",
    [CAL_RECORD_ACCESS_OPCODE_UNSUPPORTED] = "request not supported",
    [CAL_RECORD_ACCESS_OPERATOR_INVALID] = "operator invalid",
    [CAL_RECORD_ACCESS_OPERATOR_UNSUPPORTED] = "operator not supported",
    [CAL_RECORD_ACCESS_OPERAND_INVALID] = "operand invalid",
    [CAL_RECORD_ACCESS_NO_RECORDS] = "no records",
    [CAL_RECORD_ACCESS_ABORT_FAILED] = "could not abort",
    [CAL_RECORD_ACCESS_NOT_COMPLETED] = "not completed",
    [CAL_RECORD_ACCESS_OPERAND_UNSUPPORTED] = "operand not supported",
  };
  const bool known = code < sizeof texts / sizeof *texts && texts[code] != NULL;
  return known ? texts[code] : "unknown code";
}
