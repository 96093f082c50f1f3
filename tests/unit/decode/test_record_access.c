/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"
#include "vectors.h"

#include <calcifer/record_access.h>

#include <string.h>

static void
test_example(void **state)
{
  (void)state;
  static const uint8_t expected[] = { 0x01, 0x03, 0x01, 0x07, 0x00, 0x00, 0x00 };
  static const uint8_t indication[] = { 0x06, 0x00, 0x01, 0x06 };
  uint8_t bytes[CAL_RECORD_ACCESS_REQUEST_MAX];
  const CalRecordAccessRequest from_seven = { CAL_RECORD_ACCESS_REPORT, CAL_RECORD_ACCESS_GREATER_OR_EQUAL, 7,
                                              0 };
  CalRecordAccessAnswer answer;
  assert_int_equal(cal_record_access_request_encode(&from_seven, bytes), 7);
  assert_memory_equal(bytes, expected, 7);
  assert_true(cal_record_access_answer_decode(indication, sizeof indication, &answer));
  assert_false(answer.is_number);
  assert_int_equal(answer.request, CAL_RECORD_ACCESS_REPORT);
  assert_int_equal(answer.code, CAL_RECORD_ACCESS_NO_RECORDS);
}

static void
render_request(char *input, char *text, size_t size)
{
  static const char *const opcodes[] = { "", "report", "delete", "abort", "number" };
  static const char *const operators[] = { "null",  "all",   "less-or-equal", "greater-or-equal",
                                           "range", "first", "last" };
  uint8_t bytes[32];
  CalRecordAccessRequest request;
  const size_t count = vectors_take_hex(&input, bytes, sizeof bytes);
  const CalRecordAccessCode code = cal_record_access_request_decode(bytes, count, &request);
  if (code != CAL_RECORD_ACCESS_SUCCESS)
    vectors_append(text, size, "code %d", code);
  else
    vectors_append(text, size, "%s %s %u %u", opcodes[request.opcode], operators[request.op],
                   request.sequence, request.last);
}

static void
test_requests(void **state)
{
  (void)state;
  assert_true(vectors_check("record_access.txt", render_request) >= 55);
}

static void
test_a_refused_request_is_not_written(void **state)
{
  (void)state;
  static const uint8_t empty_range[] = { 1, 4, 1, 9, 0, 0, 0, 7, 0, 0, 0 };
  CalRecordAccessRequest request = { CAL_RECORD_ACCESS_ABORT, CAL_RECORD_ACCESS_NULL, 77, 78 };
  assert_int_equal(cal_record_access_request_decode(empty_range, sizeof empty_range, &request),
                   CAL_RECORD_ACCESS_OPERAND_INVALID);
  assert_int_equal(request.opcode, CAL_RECORD_ACCESS_ABORT);
  assert_int_equal(request.sequence, 77);
  assert_int_equal(request.last, 78);
}

/* What the host sends, the tag understands, for every request that is served. */
static void
test_every_request_comes_back(void **state)
{
  (void)state;
  for (int opcode = CAL_RECORD_ACCESS_REPORT; opcode <= CAL_RECORD_ACCESS_NUMBER; opcode++) {
    for (int op = CAL_RECORD_ACCESS_NULL; op <= CAL_RECORD_ACCESS_LAST; op++) {
      const CalRecordAccessRequest sent = { (CalRecordAccessOpcode)opcode, (CalRecordAccessOperator)op,
                                            0x01020304, 0x05060708 };
      const bool takes_all = opcode == CAL_RECORD_ACCESS_REPORT || opcode == CAL_RECORD_ACCESS_NUMBER;
      const bool served = takes_all
                              ? op != CAL_RECORD_ACCESS_NULL
                              : op == (opcode == CAL_RECORD_ACCESS_ABORT ? CAL_RECORD_ACCESS_NULL
                                                                         : CAL_RECORD_ACCESS_LESS_OR_EQUAL);
      uint8_t bytes[CAL_RECORD_ACCESS_REQUEST_MAX];
      CalRecordAccessRequest received = { 0 };
      const size_t size = cal_record_access_request_encode(&sent, bytes);
      const CalRecordAccessCode code = cal_record_access_request_decode(bytes, size, &received);
      assert_int_equal(code == CAL_RECORD_ACCESS_SUCCESS, served);
      if (!served)
        continue;
      assert_int_equal(received.opcode, sent.opcode);
      assert_int_equal(received.op, sent.op);
      assert_int_equal(received.sequence, size >= 7 ? sent.sequence : 0);
      assert_int_equal(received.last, size == 11 ? sent.last : 0);
    }
  }
}

static void
test_answers(void **state)
{
  (void)state;
  static const uint8_t number[] = { 5, 0, 0xd0, 7, 0, 0 };
  static const uint8_t aborted[] = { 6, 0, 3, 1 };
  const CalRecordAccessAnswer two_thousand = { true, 2000, CAL_RECORD_ACCESS_NUMBER,
                                               CAL_RECORD_ACCESS_SUCCESS };
  const CalRecordAccessAnswer done = { false, 0, CAL_RECORD_ACCESS_ABORT, CAL_RECORD_ACCESS_SUCCESS };
  uint8_t bytes[CAL_RECORD_ACCESS_ANSWER_MAX];
  CalRecordAccessAnswer answer;
  assert_int_equal(cal_record_access_answer_encode(&two_thousand, bytes), sizeof number);
  assert_memory_equal(bytes, number, sizeof number);
  assert_true(cal_record_access_answer_decode(number, sizeof number, &answer));
  assert_true(answer.is_number && answer.number == 2000);
  assert_int_equal(answer.request, CAL_RECORD_ACCESS_NUMBER);
  assert_int_equal(answer.code, CAL_RECORD_ACCESS_SUCCESS);
  assert_int_equal(cal_record_access_answer_encode(&done, bytes), sizeof aborted);
  assert_memory_equal(bytes, aborted, sizeof aborted);
  assert_true(cal_record_access_answer_decode(aborted, sizeof aborted, &answer));
  assert_true(!answer.is_number && answer.request == CAL_RECORD_ACCESS_ABORT && answer.code == 1);
}

static void
test_every_code_of_every_request_comes_back(void **state)
{
  (void)state;
  for (unsigned value = 0; value < 65536; value++) {
    const CalRecordAccessAnswer sent = { false, 0, (uint8_t)(value >> 8), (uint8_t)value };
    uint8_t bytes[CAL_RECORD_ACCESS_ANSWER_MAX];
    CalRecordAccessAnswer received;
    const size_t size = cal_record_access_answer_encode(&sent, bytes);
    assert_true(cal_record_access_answer_decode(bytes, size, &received));
    assert_true(!received.is_number && received.request == sent.request && received.code == sent.code);
  }
}

static void
test_what_is_no_answer(void **state)
{
  (void)state;
  static const struct {
    size_t size;
    uint8_t bytes[8];
  } rows[] = {
    { 0, { 0 } },
    { 1, { 6 } },
    { 2, { 6, 0 } },
    { 3, { 6, 0, 1 } },
    { 5, { 6, 0, 1, 1, 0 } },
    { 4, { 6, 1, 1, 1 } },
    { 4, { 5, 0, 7, 0 } }, /* the 16 bits of the Glucose Profile */
    { 5, { 5, 0, 7, 0, 0 } },
    { 7, { 5, 0, 7, 0, 0, 0, 0 } },
    { 6, { 5, 1, 7, 0, 0, 0 } },
    { 4, { 4, 0, 1, 1 } },
    { 4, { 7, 0, 1, 1 } },
    { 2, { 1, 1 } },
  };
  CalRecordAccessAnswer answer = { true, 77, 78, 79 };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_false(cal_record_access_answer_decode(rows[i].bytes, rows[i].size, &answer));
  assert_true(answer.is_number && answer.number == 77 && answer.request == 78 && answer.code == 79);
}

static void
test_code_texts(void **state)
{
  (void)state;
  assert_string_equal(cal_record_access_code_text(CAL_RECORD_ACCESS_SUCCESS), "success");
  assert_string_equal(cal_record_access_code_text(CAL_RECORD_ACCESS_NO_RECORDS), "no records");
  assert_string_equal(cal_record_access_code_text(CAL_RECORD_ACCESS_OPERAND_UNSUPPORTED),
                      "operand not supported");
  assert_string_equal(cal_record_access_code_text(0), "unknown code");
  assert_string_equal(cal_record_access_code_text(10), "unknown code");
  for (uint8_t code = 1; code <= 9; code++)
    assert_string_not_equal(cal_record_access_code_text(code), "unknown code");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_requests),
    cmocka_unit_test(test_a_refused_request_is_not_written),
    cmocka_unit_test(test_every_request_comes_back),
    cmocka_unit_test(test_answers),
    cmocka_unit_test(test_every_code_of_every_request_comes_back),
    cmocka_unit_test(test_what_is_no_answer),
    cmocka_unit_test(test_code_texts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
