/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The moves that every part of the transfer makes: each enters a state and says what is to be done. */
#include "transfer_parts.h"

CalTransferAction
cal_transfer_enter(CalTransfer *transfer, CalTransferState state, int64_t step_ms, CalTransferAction action)
{
  transfer->state = state;
  transfer->step_ms = step_ms;
  return action;
}

CalTransferAction
cal_transfer_fail(CalTransfer *transfer, CalTransferFault fault)
{
  return cal_transfer_enter(transfer, CAL_TRANSFER_FAILED, CAL_TRANSFER_NEVER,
                            (CalTransferAction){ .kind = CAL_TRANSFER_FAIL, .fault = fault });
}

CalTransferAction
cal_transfer_commit(CalTransfer *transfer)
{
  transfer->commit_ms = CAL_TRANSFER_NEVER;
  return (CalTransferAction){ .kind = CAL_TRANSFER_COMMIT };
}

CalTransferAction
cal_transfer_look(CalTransfer *transfer)
{
  return cal_transfer_enter(transfer, CAL_TRANSFER_LOOKING, CAL_TRANSFER_NEVER,
                            (CalTransferAction){ .kind = CAL_TRANSFER_LOOK, .first = transfer->gap_from });
}

/* Commits what is there and looks what to do next. Without a floor nothing may be committed yet. */
CalTransferAction
cal_transfer_evaluate(CalTransfer *transfer)
{
  const CalTransferAction action = cal_transfer_look(transfer);
  return transfer->n_batch > 0 && transfer->floor != 0 ? cal_transfer_commit(transfer) : action;
}

CalTransferAction
cal_transfer_request(CalTransfer *transfer, CalTransferAsk ask, CalRecordAccessRequest what, int64_t now_ms)
{
  transfer->ask = ask;
  transfer->ask_first = what.sequence;
  transfer->ask_last = what.last;
  transfer->reported = 0;
  transfer->brought = 0;
  transfer->lowest = UINT32_MAX;
  return cal_transfer_enter(transfer, CAL_TRANSFER_REQUESTING, now_ms + CAL_TRANSFER_SILENCE_MS,
                            (CalTransferAction){ .kind = CAL_TRANSFER_REQUEST, .request = what });
}

CalTransferAction
cal_transfer_rest(CalTransfer *transfer, CalTransferTrouble trouble, int64_t now_ms)
{
  transfer->trouble = trouble;
  transfer->of = 0;
  transfer->misfires = CAL_TRANSFER_MISFIRES_MAX - 1; /* one more try after the rest */
  const bool is_ours = trouble == CAL_TRANSFER_NO_STORE;
  return cal_transfer_enter(transfer, CAL_TRANSFER_RESTING,
                            now_ms + (is_ours ? CAL_TRANSFER_STORE_MS : CAL_TRANSFER_REST_MS),
                            cal_transfer_nothing);
}

/* A procedure came to nothing. */
CalTransferAction
cal_transfer_misfire(CalTransfer *transfer, CalTransferTrouble trouble, int64_t now_ms)
{
  if (++transfer->misfires >= CAL_TRANSFER_MISFIRES_MAX)
    return cal_transfer_rest(transfer, trouble, now_ms);
  return cal_transfer_evaluate(transfer);
}

CalTransferAction
cal_transfer_abort(CalTransfer *transfer, int64_t now_ms)
{
  const CalRecordAccessRequest what = { .opcode = CAL_RECORD_ACCESS_ABORT, .op = CAL_RECORD_ACCESS_NULL };
  return cal_transfer_enter(transfer, CAL_TRANSFER_ABORTING, now_ms + CAL_TRANSFER_ABORT_MS,
                            (CalTransferAction){ .kind = CAL_TRANSFER_REQUEST, .request = what });
}

CalTransferAction
cal_transfer_store(CalTransfer *transfer, CalTransferAction action)
{
  transfer->storing = action.kind;
  return cal_transfer_enter(transfer, CAL_TRANSFER_STORING, CAL_TRANSFER_NEVER, action);
}

CalTransferAction
cal_transfer_mark_lost(CalTransfer *transfer, uint32_t first, uint32_t last)
{
  return cal_transfer_store(
      transfer, (CalTransferAction){ .kind = CAL_TRANSFER_MARK_LOST, .first = first, .last = last });
}
