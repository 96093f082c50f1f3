/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "procedure.h"

#include "packing.h"

enum {
  OPERATOR_NULL,
  OPERATOR_ALL,
  OPERATOR_UP_TO,
  OPERATOR_FROM,
  OPERATOR_RANGE,
  OPERATOR_FIRST,
  OPERATOR_LAST
};

#define FILTER_SEQUENCE 1

/* The operand is a filter type and one or two sequences. */
static SimCode
parse_operand(const guint8 *operand, gsize size, guint wanted, guint32 *value)
{
  if (size < 1)
    return SIM_CODE_OPERAND_INVALID;
  if (operand[0] != FILTER_SEQUENCE)
    return SIM_CODE_OPERAND_UNSUPPORTED;
  if (size != 1 + 4 * (gsize)wanted)
    return SIM_CODE_OPERAND_INVALID;
  for (guint i = 0; i < wanted; i++)
    value[i] = sim_get_u32(operand + 1 + 4 * i);
  return SIM_CODE_SUCCESS;
}

static SimCode
parse_range(guint8 how, const guint8 *operand, gsize size, SimRequest *request)
{
  guint32 value[2] = { 0, 0 };
  SimCode code = parse_operand(operand, size, how == OPERATOR_RANGE ? 2 : 1, value);
  if (code != SIM_CODE_SUCCESS)
    return code;
  request->low = how == OPERATOR_UP_TO ? 0 : value[0];
  request->high = how == OPERATOR_UP_TO ? value[0] : how == OPERATOR_FROM ? G_MAXUINT32 : value[1];
  return request->low <= request->high ? SIM_CODE_SUCCESS : SIM_CODE_OPERAND_INVALID;
}

static SimCode
parse_selection(guint8 how, const guint8 *operand, gsize size, SimRequest *request)
{
  request->low = 0;
  request->high = G_MAXUINT32;
  request->choice = how == OPERATOR_FIRST  ? SIM_CHOICE_FIRST
                    : how == OPERATOR_LAST ? SIM_CHOICE_LAST
                                           : SIM_CHOICE_RANGE;
  switch (how) {
  case OPERATOR_ALL:
  case OPERATOR_FIRST:
  case OPERATOR_LAST:
    return size == 0 ? SIM_CODE_SUCCESS : SIM_CODE_OPERAND_INVALID;
  case OPERATOR_UP_TO:
  case OPERATOR_FROM:
  case OPERATOR_RANGE:
    return parse_range(how, operand, size, request);
  case OPERATOR_NULL:
    return SIM_CODE_OPERATOR_INVALID;
  default:
    return SIM_CODE_OPERATOR_UNSUPPORTED;
  }
}

/* Version 1 deletes with "less or equal" alone: a host that asks for more is refused, not obeyed. */
static SimCode
parse_delete(guint8 how, const guint8 *operand, gsize size, SimRequest *request)
{
  if (how != OPERATOR_NULL && how != OPERATOR_UP_TO)
    return SIM_CODE_OPERATOR_UNSUPPORTED;
  return parse_selection(how, operand, size, request);
}

static SimCode
parse_abort(guint8 how, gsize operand_size)
{
  if (how != OPERATOR_NULL)
    return SIM_CODE_OPERATOR_INVALID;
  return operand_size == 0 ? SIM_CODE_SUCCESS : SIM_CODE_OPERAND_INVALID;
}

SimCode
sim_request_parse(const guint8 *bytes, gsize size, SimRequest *request)
{
  g_assert(size > 0);
  *request = (SimRequest){ .opcode = bytes[0] };
  guint8 how = size > 1 ? bytes[1] : OPERATOR_NULL;
  const guint8 *operand = bytes + MIN(size, 2);
  gsize operand_size = size - MIN(size, 2);
  switch (bytes[0]) {
  case SIM_OPCODE_REPORT:
  case SIM_OPCODE_NUMBER:
    return parse_selection(how, operand, operand_size, request);
  case SIM_OPCODE_DELETE:
    return parse_delete(how, operand, operand_size, request);
  case SIM_OPCODE_ABORT:
    return parse_abort(how, operand_size);
  default:
    return SIM_CODE_OPCODE;
  }
}
