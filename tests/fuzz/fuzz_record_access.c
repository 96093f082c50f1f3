/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both ends of the control point: the same bytes as a request and as an answer. */
#include "fuzz.h"

#include <calcifer/record_access.h>

#include <string.h>

static void
try_request(const uint8_t *data, size_t size)
{
  uint8_t bytes[CAL_RECORD_ACCESS_REQUEST_MAX];
  CalRecordAccessRequest request;
  const CalRecordAccessCode code = cal_record_access_request_decode(data, size, &request);
  if (code != CAL_RECORD_ACCESS_SUCCESS) {
    FUZZ_REQUIRE(code == 2 || code == 3 || code == 4 || code == 5 || code == 9);
    return;
  }
  FUZZ_REQUIRE(cal_record_access_request_encode(&request, bytes) == size);
  FUZZ_REQUIRE(memcmp(bytes, data, size) == 0);
}

static void
try_answer(const uint8_t *data, size_t size)
{
  uint8_t bytes[CAL_RECORD_ACCESS_ANSWER_MAX];
  CalRecordAccessAnswer answer;
  if (!cal_record_access_answer_decode(data, size, &answer))
    return;
  FUZZ_REQUIRE(cal_record_access_answer_encode(&answer, bytes) == size);
  FUZZ_REQUIRE(memcmp(bytes, data, size) == 0);
  FUZZ_REQUIRE(*cal_record_access_code_text(answer.code) != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  try_request(data, size);
  try_answer(data, size);
  return 0;
}
