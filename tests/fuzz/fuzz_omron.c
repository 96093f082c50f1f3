/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an OMRON sensor answers to a read, each from the same bytes; and a row of any of them as a record. */
#include "fuzz.h"

#include <calcifer/omron.h>
#include <calcifer/record.h>

#include <string.h>

#include "../../lib/machine/omron_run.h"

static void
try_row(const CalOmronRun *run, const uint8_t *data, size_t size)
{
  uint8_t raw[CAL_RECORD_SIZE];
  CalOmronRow row;
  CalRecord record;
  if (!cal_omron_row_decode(data, size, &row))
    return;
  FUZZ_REQUIRE(size == CAL_OMRON_ROW_SIZE && row.row == data[0]);
  FUZZ_REQUIRE((uint16_t)row.uv_index == (uint16_t)(data[7] | data[8] << 8));
  row.row %= CAL_OMRON_ROWS;
  cal_omron_run_record(run, run->page, run->created, &row, raw);
  cal_record_decode(raw, &record);
  FUZZ_REQUIRE(record.type == CAL_RECORD_UV && record.uv.mean == record.uv.maximum);
  FUZZ_REQUIRE(row.uv_index > 0 ? record.uv.mean == row.uv_index : record.uv.mean == 0);
  FUZZ_REQUIRE((cal_record_verdict(&record, 0) == CAL_RECORD_ACCEPTED) == (row.uv_index <= 4500));
}

static void
try_newest(const uint8_t *data, size_t size)
{
  CalOmronNewest newest;
  CalOmronRun run;
  uint32_t page;
  if (!cal_omron_newest_decode(data, size, &newest))
    return;
  FUZZ_REQUIRE(newest.interval_s >= 1 && newest.interval_s <= 3600);
  FUZZ_REQUIRE(newest.page < CAL_OMRON_PAGES && newest.row < CAL_OMRON_ROWS);
  cal_omron_run_meet(&run, &newest);
  FUZZ_REQUIRE(cal_omron_run_place(&run, &newest, &page) && page == newest.page + (uint32_t)CAL_OMRON_PAGES);
  FUZZ_REQUIRE(cal_omron_run_lowest(&run, page, newest.created) >= 1);
  FUZZ_REQUIRE(cal_omron_page_of(cal_omron_sequence(page, newest.row)) == page);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const CalOmronRun run = { 1, true, 300, 2048, 1750000000, 0 };
  uint8_t bytes[CAL_OMRON_TIME_SIZE];
  CalOmronFlag flag;
  uint32_t time;
  try_row(&run, data, size);
  try_newest(data, size);
  if (cal_omron_flag_decode(data, size, &flag)) {
    FUZZ_REQUIRE(size == CAL_OMRON_FLAG_SIZE && flag.state == data[0]);
    (void)cal_omron_run_fits(&run, 2048, flag.created);
  }
  if (cal_omron_time_decode(data, size, &time)) {
    cal_omron_time_encode(time, bytes);
    FUZZ_REQUIRE(size == sizeof bytes && memcmp(bytes, data, size) == 0);
  }
  return 0;
}
