/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <string.h>

#include <calcifer/press.h>

static CalPressPacket
plain(int packet_id, CalBthomePress press)
{
  CalPressPacket packet = { .packet_id = packet_id, .n_buttons = 1, .button = { press } };
  packet.digest = 1000u + (uint64_t)(packet_id + 1) * 16 + (uint64_t)press;
  return packet;
}

static CalPressPacket
sealed(uint32_t counter, int packet_id, CalBthomePress press)
{
  CalPressPacket packet = plain(packet_id, press);
  packet.key_known = packet.encrypted = packet.authentic = true;
  packet.counter = counter;
  packet.digest += (uint64_t)counter << 32;
  return packet;
}

static CalPressResult
step(CalPressGate *gate, CalPressPacket packet, CalInstant now)
{
  CalPressResult result;
  cal_press_gate_step(gate, &packet, now, &result);
  return result;
}

static CalPressVerdict
first(CalPressGate *gate, CalPressPacket packet, CalInstant now)
{
  return step(gate, packet, now).button[0];
}

static void
test_example(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  const CalPressPacket packet = { .packet_id = 7, .n_buttons = 1, .button = { CAL_BTHOME_PRESS_SINGLE } };
  CalPressResult result;
  cal_press_gate_step(&gate, &packet, 1000, &result);
  assert_int_equal(result.button[0], CAL_PRESS_COUNT);
  assert_true(result.store);
  cal_press_gate_step(&gate, &packet, 1001, &result);
  assert_int_equal(result.button[0], CAL_PRESS_DUPLICATE);
  assert_false(result.store);
}

static void
test_packet_ids(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  assert_int_equal(first(&gate, plain(1, CAL_BTHOME_PRESS_SINGLE), 0), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, plain(2, CAL_BTHOME_PRESS_SINGLE), 1), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, plain(1, CAL_BTHOME_PRESS_SINGLE), 2), CAL_PRESS_DUPLICATE);
  assert_int_equal(first(&gate, plain(1, CAL_BTHOME_PRESS_LONG), 3), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, plain(3, CAL_BTHOME_PRESS_NONE), 4), CAL_PRESS_NOTHING);
  assert_int_equal(first(&gate, plain(4, CAL_BTHOME_PRESS_UNKNOWN), 5), CAL_PRESS_NOTHING);
  assert_int_equal(first(&gate, plain(1, CAL_BTHOME_PRESS_SINGLE), 120), CAL_PRESS_COUNT);
}

static void
test_without_packet_ids_two_minutes_are_one(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  const CalPressPacket press = plain(CAL_PRESS_NO_ID, CAL_BTHOME_PRESS_SINGLE);
  assert_int_equal(first(&gate, press, 0), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, press, 29), CAL_PRESS_DUPLICATE);
  assert_int_equal(first(&gate, press, 119), CAL_PRESS_DUPLICATE);
  assert_int_equal(first(&gate, press, 238), CAL_PRESS_DUPLICATE); /* a sender that goes on and on */
  assert_int_equal(first(&gate, press, 358), CAL_PRESS_COUNT);
}

static void
test_each_button_by_itself(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  CalPressPacket packet = plain(CAL_PRESS_NO_ID, CAL_BTHOME_PRESS_SINGLE);
  assert_int_equal(first(&gate, packet, 0), CAL_PRESS_COUNT);
  packet.n_buttons = 2;
  packet.button[1] = CAL_BTHOME_PRESS_SINGLE;
  const CalPressResult result = step(&gate, packet, 1);
  assert_int_equal(result.button[0], CAL_PRESS_DUPLICATE);
  assert_int_equal(result.button[1], CAL_PRESS_COUNT);
}

static void
test_a_key_wants_authentic_packets(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  CalPressPacket packet = sealed(10, 1, CAL_BTHOME_PRESS_SINGLE);
  packet.key_known = false;
  assert_int_equal(first(&gate, packet, 0), CAL_PRESS_NEEDS_KEY);
  packet.key_known = true;
  packet.authentic = false;
  assert_int_equal(first(&gate, packet, 0), CAL_PRESS_NOT_AUTHENTIC);
  packet = plain(1, CAL_BTHOME_PRESS_SINGLE);
  packet.key_known = true;
  const CalPressResult result = step(&gate, packet, 0);
  assert_int_equal(result.button[0], CAL_PRESS_DOWNGRADE);
  assert_false(result.measurements);
  assert_false(gate.has_counter);
  assert_int_equal(first(&gate, sealed(10, 1, CAL_BTHOME_PRESS_SINGLE), 0), CAL_PRESS_COUNT);
}

static void
test_counters(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  assert_int_equal(first(&gate, sealed(500, 1, CAL_BTHOME_PRESS_SINGLE), 0), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, sealed(500, 1, CAL_BTHOME_PRESS_SINGLE), 300), CAL_PRESS_DUPLICATE);
  const CalPressResult other = step(&gate, sealed(500, 2, CAL_BTHOME_PRESS_SINGLE), 301);
  assert_int_equal(other.button[0], CAL_PRESS_OTHER_BYTES);
  assert_true(other.measurements);
  assert_int_equal(first(&gate, sealed(501, 1, CAL_BTHOME_PRESS_SINGLE), 302), CAL_PRESS_COUNT);
  assert_int_equal(gate.counter, 501);
}

/* Shelly: the same press again, 25 to 40 s later, behind a newer measurement. */
static void
test_a_ghost_is_a_duplicate(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  first(&gate, sealed(500, 1, CAL_BTHOME_PRESS_SINGLE), 0);
  first(&gate, sealed(501, 2, CAL_BTHOME_PRESS_NONE), 10);
  assert_int_equal(first(&gate, sealed(500, 1, CAL_BTHOME_PRESS_SINGLE), 30), CAL_PRESS_DUPLICATE);
  assert_int_equal(first(&gate, sealed(502, 1, CAL_BTHOME_PRESS_SINGLE), 31), CAL_PRESS_DUPLICATE);
}

static void
test_a_counter_that_begins_anew_asks(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  first(&gate, sealed(70000, 1, CAL_BTHOME_PRESS_SINGLE), 0);
  assert_false(cal_press_gate_accept_anew(&gate));
  assert_int_equal(first(&gate, sealed(5, 1, CAL_BTHOME_PRESS_SINGLE), 1000), CAL_PRESS_REPLAY);
  assert_int_equal(first(&gate, sealed(5, 1, CAL_BTHOME_PRESS_SINGLE), 1001), CAL_PRESS_REPLAY);
  assert_int_equal(first(&gate, sealed(6, 2, CAL_BTHOME_PRESS_SINGLE), 1100), CAL_PRESS_COUNTER_ANEW);
  assert_true(cal_press_gate_accept_anew(&gate));
  assert_int_equal(first(&gate, sealed(6, 2, CAL_BTHOME_PRESS_SINGLE), 1300), CAL_PRESS_OTHER_BYTES);
  assert_int_equal(first(&gate, sealed(7, 3, CAL_BTHOME_PRESS_SINGLE), 1301), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, sealed(70001, 4, CAL_BTHOME_PRESS_SINGLE), 1302), CAL_PRESS_COUNT);
}

/* BlueZ shows at start what it heard last, which may be hours old and counted. */
static void
test_a_snapshot_of_what_counted(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  CalPressPacket packet = plain(CAL_PRESS_NO_ID, CAL_BTHOME_PRESS_SINGLE);
  first(&gate, packet, 0);
  packet.snapshot = true;
  const CalPressResult result = step(&gate, packet, 36000);
  assert_int_equal(result.button[0], CAL_PRESS_DUPLICATE);
  assert_false(result.measurements);
  packet.digest++;
  assert_int_equal(first(&gate, packet, 36000), CAL_PRESS_COUNT);
}

static void
test_more_than_can_be_remembered(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  for (int id = 0; id < CAL_PRESS_RECENT_MAX; id++)
    assert_int_equal(first(&gate, plain(id, CAL_BTHOME_PRESS_SINGLE), 0), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, plain(200, CAL_BTHOME_PRESS_SINGLE), 1), CAL_PRESS_CROWDED);
  assert_int_equal(first(&gate, plain(201, CAL_BTHOME_PRESS_SINGLE), 120), CAL_PRESS_COUNT);
}

static void
test_a_clock_set_back_does_not_block(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  first(&gate, plain(1, CAL_BTHOME_PRESS_SINGLE), 4070908800); /* 2099 */
  assert_int_equal(first(&gate, plain(1, CAL_BTHOME_PRESS_SINGLE), 1790000000), CAL_PRESS_COUNT);
}

/* -- Replays and repeats that were seen in the field, each by its name -- */

/* As a restart does: what is not in the text is gone. */
static CalPressGate
restarted(const CalPressGate *gate)
{
  char text[CAL_PRESS_TEXT_SIZE];
  CalPressGate read;
  cal_press_gate_encode(gate, text);
  assert_true(cal_press_gate_decode(text, &read));
  return read;
}

/* Recorded while nobody listened, sent when a newer packet was heard, which carried no press. */
static void
test_a_packet_without_a_press_raises_the_mark(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  CalPressResult result = step(&gate, sealed(1000, 1, CAL_BTHOME_PRESS_NONE), 0);
  assert_false(result.store);
  assert_true(result.store_soon);
  result = step(&gate, sealed(1000, 1, CAL_BTHOME_PRESS_NONE), 1);
  assert_false(result.store_soon); /* nothing new */
  CalPressPacket measurement = sealed(1010, 3, CAL_BTHOME_PRESS_NONE);
  measurement.n_buttons = 0;
  assert_true(step(&gate, measurement, 60).store_soon);
  gate = restarted(&gate);
  result = step(&gate, sealed(1005, 2, CAL_BTHOME_PRESS_SINGLE), 3600);
  assert_int_equal(result.button[0], CAL_PRESS_REPLAY);
  assert_false(result.measurements);
  assert_int_equal(first(&gate, sealed(1011, 4, CAL_BTHOME_PRESS_SINGLE), 3601), CAL_PRESS_COUNT);
}

/* Shelly: encrypted, behind a counter that rose, but with the packet id of the press: 25 to 40 s later. */
static void
test_a_ghost_with_a_counter_of_its_own(void **state)
{
  (void)state;
  for (int after_s = 25; after_s <= 40; after_s++) {
    CalPressGate gate;
    cal_press_gate_init(&gate);
    assert_int_equal(first(&gate, sealed(500, 7, CAL_BTHOME_PRESS_SINGLE), 0), CAL_PRESS_COUNT);
    assert_int_equal(first(&gate, sealed(501, 7, CAL_BTHOME_PRESS_SINGLE), after_s), CAL_PRESS_DUPLICATE);
    gate = restarted(&gate);
    assert_int_equal(first(&gate, sealed(502, 7, CAL_BTHOME_PRESS_SINGLE), after_s + 1), CAL_PRESS_DUPLICATE);
    assert_int_equal(first(&gate, sealed(503, 8, CAL_BTHOME_PRESS_SINGLE), after_s + 2), CAL_PRESS_COUNT);
  }
}

/* Beacon mode: the last press every eight seconds for an hour, sealed anew each time. */
static void
test_a_beacon_repeats_its_last_press(void **state)
{
  (void)state;
  for (int encrypted = 0; encrypted < 2; encrypted++) {
    CalPressGate gate;
    cal_press_gate_init(&gate);
    unsigned counted = 0;
    for (uint32_t i = 0; i < 450; i++) {
      const CalPressPacket packet =
          encrypted ? sealed(500 + i, 7, CAL_BTHOME_PRESS_SINGLE) : plain(7, CAL_BTHOME_PRESS_SINGLE);
      counted += first(&gate, packet, 8 * i) == CAL_PRESS_COUNT;
      if (i % 50 == 49)
        gate = restarted(&gate);
    }
    assert_int_equal(counted, 1);
  }
}

/* 3A00 in every beacon, in between the presses: it neither counts nor makes room. */
static void
test_no_event_is_none(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  for (uint32_t i = 0; i < 100; i++)
    assert_int_equal(first(&gate, sealed(100 + i, (int)i, CAL_BTHOME_PRESS_NONE), i), CAL_PRESS_NOTHING);
  assert_int_equal(gate.n_recent, 0);
  assert_int_equal(gate.counter, 199);
}

/* The same packet by two adapters, the slower one behind a newer packet: nothing counts twice, and nothing is
 * asked once the tag speaks again. */
static void
test_two_adapters(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  const CalPressPacket press = sealed(10, 1, CAL_BTHOME_PRESS_SINGLE);
  const CalPressPacket second = sealed(11, 2, CAL_BTHOME_PRESS_SINGLE);
  const CalPressPacket quiet = sealed(12, 3, CAL_BTHOME_PRESS_NONE);
  assert_int_equal(first(&gate, press, 0), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, press, 0), CAL_PRESS_DUPLICATE);
  assert_int_equal(first(&gate, second, 1), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, quiet, 2), CAL_PRESS_NOTHING);
  assert_int_equal(first(&gate, press, 2), CAL_PRESS_DUPLICATE);
  assert_int_equal(first(&gate, second, 3), CAL_PRESS_DUPLICATE);
  assert_int_equal(step(&gate, quiet, 3).packet, CAL_PRESS_DUPLICATE);
  first(&gate, sealed(13, 4, CAL_BTHOME_PRESS_NONE), 4);
  assert_false(cal_press_gate_asks(&gate, NULL));
  assert_int_equal(first(&gate, plain(CAL_PRESS_NO_ID, CAL_BTHOME_PRESS_LONG), 5), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, plain(CAL_PRESS_NO_ID, CAL_BTHOME_PRESS_LONG), 5), CAL_PRESS_DUPLICATE);
}

/* pvvx: two frames with each counter, the second one with the button. */
static void
test_a_counter_used_twice(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  for (uint32_t i = 0; i < 20; i++) {
    CalPressPacket frame = sealed(100 + i, (int)i, CAL_BTHOME_PRESS_NONE);
    assert_true(step(&gate, frame, i).measurements);
    frame = sealed(100 + i, (int)i, CAL_BTHOME_PRESS_SINGLE);
    const CalPressResult result = step(&gate, frame, i);
    assert_true(result.measurements);
    assert_int_equal(result.button[0], CAL_PRESS_OTHER_BYTES);
  }
}

/* Firmware with 16 bits wraps: refused and asked, also across a restart, and right from the owner's word on.
 */
static void
test_a_counter_of_16_bits_wraps(void **state)
{
  (void)state;
  CalPressGate gate;
  uint32_t anew;
  cal_press_gate_init(&gate);
  assert_int_equal(first(&gate, sealed(65535, 1, CAL_BTHOME_PRESS_SINGLE), 0), CAL_PRESS_COUNT);
  assert_int_equal(first(&gate, sealed(0, 2, CAL_BTHOME_PRESS_SINGLE), 1000), CAL_PRESS_REPLAY);
  assert_false(cal_press_gate_asks(&gate, NULL));
  gate = restarted(&gate);
  CalPressResult result = step(&gate, sealed(1, 3, CAL_BTHOME_PRESS_SINGLE), 2000);
  assert_int_equal(result.button[0], CAL_PRESS_COUNTER_ANEW);
  assert_false(result.measurements);
  assert_true(result.store_soon);
  gate = restarted(&gate);
  assert_true(cal_press_gate_asks(&gate, &anew));
  assert_int_equal(anew, 1);
  assert_true(cal_press_gate_accept_anew(&gate));
  gate = restarted(&gate);
  assert_int_equal(first(&gate, sealed(1, 3, CAL_BTHOME_PRESS_SINGLE), 3000), CAL_PRESS_OTHER_BYTES);
  assert_int_equal(first(&gate, sealed(2, 4, CAL_BTHOME_PRESS_SINGLE), 3001), CAL_PRESS_COUNT);
}

/* Who sends two recorded packets asks a question; the next word of the tag itself takes it back. */
static void
test_a_replay_asks_until_the_tag_speaks(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  first(&gate, sealed(900, 1, CAL_BTHOME_PRESS_NONE), 0);
  assert_int_equal(first(&gate, sealed(100, 2, CAL_BTHOME_PRESS_SINGLE), 1), CAL_PRESS_REPLAY);
  assert_int_equal(first(&gate, sealed(101, 3, CAL_BTHOME_PRESS_SINGLE), 2), CAL_PRESS_COUNTER_ANEW);
  assert_true(cal_press_gate_asks(&gate, NULL));
  first(&gate, sealed(901, 4, CAL_BTHOME_PRESS_NONE), 3);
  assert_false(cal_press_gate_asks(&gate, NULL));
  assert_false(cal_press_gate_accept_anew(&gate));
}

/* Two minutes are counted by the clock and not by this life of the daemon. */
static void
test_without_packet_ids_a_restart_forgets_nothing(void **state)
{
  (void)state;
  CalPressGate gate;
  cal_press_gate_init(&gate);
  const CalPressPacket press = plain(CAL_PRESS_NO_ID, CAL_BTHOME_PRESS_SINGLE);
  assert_int_equal(first(&gate, press, 1000), CAL_PRESS_COUNT);
  gate = restarted(&gate);
  assert_int_equal(first(&gate, press, 1119), CAL_PRESS_DUPLICATE);
  gate = restarted(&gate);
  assert_int_equal(first(&gate, press, 1239), CAL_PRESS_COUNT);
}

static void
test_of_a_decoded_packet(void **state)
{
  (void)state;
  static const uint8_t data[] = { 0x44, 0x00, 0x09, 0x01, 0x64, 0x3a, 0x00, 0x3a, 0x01 };
  CalBthome decoded;
  CalPressPacket packet;
  const CalBthomeResult result = cal_bthome_decode(data, sizeof data, NULL, NULL, &decoded);
  cal_press_packet_make(&packet, data, sizeof data, false, result, &decoded);
  assert_false(packet.encrypted);
  assert_int_equal(packet.packet_id, 9);
  assert_int_equal(packet.n_buttons, 2);
  assert_int_equal(packet.button[0], CAL_BTHOME_PRESS_NONE);
  assert_int_equal(packet.button[1], CAL_BTHOME_PRESS_SINGLE);
  CalPressGate gate;
  cal_press_gate_init(&gate);
  assert_int_equal(step(&gate, packet, 0).button[1], CAL_PRESS_COUNT);
}

static void
test_text(void **state)
{
  (void)state;
  char text[CAL_PRESS_TEXT_SIZE], again[CAL_PRESS_TEXT_SIZE];
  CalPressGate gate, read;
  cal_press_gate_init(&gate);
  cal_press_gate_encode(&gate, text);
  assert_string_equal(text, "1 d=0");
  first(&gate, sealed(70000, 255, CAL_BTHOME_PRESS_HOLD), 1790000000);
  first(&gate, sealed(3, 1, CAL_BTHOME_PRESS_SINGLE), 1790000001);
  gate.digest = 42;
  cal_press_gate_encode(&gate, text);
  assert_string_equal(text, "1 d=42 c=70000 a=3:1 e=255:0:7:1790000000");
  assert_true(cal_press_gate_decode(text, &read));
  cal_press_gate_encode(&read, again);
  assert_string_equal(text, again);
  assert_int_equal(first(&read, sealed(70000, 255, CAL_BTHOME_PRESS_HOLD), 1790000002), CAL_PRESS_DUPLICATE);
}

static void
test_the_longest_text_fits(void **state)
{
  (void)state;
  char text[CAL_PRESS_TEXT_SIZE];
  CalPressGate gate = { .has_counter = true,
                        .counter = UINT32_MAX,
                        .digest = UINT64_MAX,
                        .anew = UINT32_MAX,
                        .anew_seen = UINT8_MAX,
                        .n_recent = CAL_PRESS_RECENT_MAX };
  for (unsigned i = 0; i < CAL_PRESS_RECENT_MAX; i++)
    gate.recent[i] = (CalPressRecent){ 255, 15, 7, -(INT64_C(1) << 53) };
  cal_press_gate_encode(&gate, text);
  assert_true(strlen(text) < CAL_PRESS_TEXT_SIZE - 1);
  CalPressGate read;
  assert_true(cal_press_gate_decode(text, &read));
}

static void
test_what_is_no_text(void **state)
{
  (void)state;
  static const char *const bad[] = { "",
                                     "2 d=0",
                                     "1 d=",
                                     "1 d=00",
                                     "1 d=0 ",
                                     "1 d=18446744073709551616",
                                     "1 d=0 c=4294967296",
                                     "1 d=0 a=1:0",
                                     "1 d=0 e=256:0:1:0",
                                     "1 d=0 e=-2:0:1:0",
                                     "1 d=0 e=1:16:1:0",
                                     "1 d=0 e=1:0:9:0",
                                     "1 d=0 e=1:0:1:99999999999999999",
                                     "1 d=0 e=1:0:1:-0",
                                     "1 d=0 e=1:0:1",
                                     "1 d=0 c=1 c=2" };
  CalPressGate gate = { .counter = 7 };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(cal_press_gate_decode(bad[i], &gate));
  assert_int_equal(gate.counter, 7);
}

/* Bit 0 of the device information alone says that what follows is sealed. */
static void
test_which_packets_are_encrypted(void **state)
{
  (void)state;
  static const struct {
    uint8_t information;
    bool encrypted;
  } rows[] = { { 0x40, false }, { 0x41, true },  { 0x44, false },
               { 0x45, true },  { 0x42, false }, { 0x01, true } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalPressPacket packet;
    cal_press_packet_make(&packet, &rows[i].information, 1, true, CAL_BTHOME_MISSING_KEY, NULL);
    assert_int_equal(packet.encrypted, rows[i].encrypted);
    assert_true(packet.key_known);
    assert_false(packet.authentic);
    assert_int_equal(packet.packet_id, CAL_PRESS_NO_ID);
    assert_int_equal(packet.n_buttons, 0);
  }
  CalPressPacket nothing;
  cal_press_packet_make(&nothing, &rows[1].information, 0, false, CAL_BTHOME_NO_DATA, NULL);
  assert_false(nothing.encrypted);
}

static void
test_a_decoded_packet_without_an_id(void **state)
{
  (void)state;
  static const uint8_t data[] = { 0x44, 0x01, 0x64, 0x3a, 0x04 };
  CalBthome decoded;
  CalPressPacket packet;
  const CalBthomeResult result = cal_bthome_decode(data, sizeof data, NULL, NULL, &decoded);
  cal_press_packet_make(&packet, data, sizeof data, false, result, &decoded);
  assert_true(packet.authentic);
  assert_int_equal(packet.packet_id, CAL_PRESS_NO_ID);
  assert_int_equal(packet.n_buttons, 1);
  assert_int_equal(packet.button[0], CAL_BTHOME_PRESS_LONG);
}

/* One packet of as many buttons as can count, one fewer, and one more, which is left out. */
static void
test_more_buttons_than_can_count(void **state)
{
  (void)state;
  for (unsigned n = CAL_PRESS_BUTTONS_MAX - 1; n <= CAL_PRESS_BUTTONS_MAX + 1; n++) {
    uint8_t data[1 + 2 * (CAL_PRESS_BUTTONS_MAX + 1)] = { 0x44 };
    CalBthome decoded;
    CalPressPacket packet;
    for (unsigned i = 0; i < n; i++)
      data[1 + 2 * i] = 0x3a, data[2 + 2 * i] = 1;
    const size_t size = 1 + 2 * (size_t)n;
    const CalBthomeResult result = cal_bthome_decode(data, size, NULL, NULL, &decoded);
    cal_press_packet_make(&packet, data, size, false, result, &decoded);
    const unsigned taken = n < CAL_PRESS_BUTTONS_MAX ? n : CAL_PRESS_BUTTONS_MAX;
    assert_int_equal(packet.n_buttons, taken);
    assert_int_equal(packet.button[taken - 1], CAL_BTHOME_PRESS_SINGLE);
    CalPressGate gate;
    CalPressResult judged;
    cal_press_gate_init(&gate);
    cal_press_gate_step(&gate, &packet, 1000, &judged);
    assert_int_equal(judged.n_buttons, taken);
    assert_int_equal(judged.button[taken - 1], CAL_PRESS_COUNT);
  }
}

static void
test_each_verdict_has_a_text_of_its_own(void **state)
{
  (void)state;
  for (int verdict = CAL_PRESS_NOTHING; verdict <= CAL_PRESS_CROWDED; verdict++) {
    assert_true(cal_press_verdict_text((CalPressVerdict)verdict)[0] != '\0');
    for (int other = CAL_PRESS_NOTHING; other < verdict; other++)
      assert_string_not_equal(cal_press_verdict_text((CalPressVerdict)verdict),
                              cal_press_verdict_text((CalPressVerdict)other));
  }
  assert_string_equal(cal_press_verdict_text(CAL_PRESS_COUNT), "counted");
  assert_string_equal(cal_press_verdict_text(CAL_PRESS_DUPLICATE), "heard before");
}

/* Each number of the text at its last value, and one behind. */
static void
test_numbers_of_the_text_at_their_bounds(void **state)
{
  (void)state;
  static const struct {
    const char *last, *behind;
  } rows[] = {
    { "1 d=18446744073709551615", "1 d=18446744073709551616" },
    { "1 d=0 c=4294967295", "1 d=0 c=4294967296" },
    { "1 d=0 c=0", "1 d=0 c=" },
    { "1 d=0 a=4294967295:1", "1 d=0 a=4294967296:1" },
    { "1 d=0 a=0:255", "1 d=0 a=0:256" },
    { "1 d=0 a=0:1", "1 d=0 a=0:0" },
    { "1 d=0 a=0:9", "1 d=0 a=0;9" },
    { "1 d=0 a=7:1", "1 d=0 a=:1" },
    { "1 d=0 e=255:0:1:0", "1 d=0 e=256:0:1:0" },
    { "1 d=0 e=-1:0:1:0", "1 d=0 e=-2:0:1:0" },
    { "1 d=0 e=1:15:1:0", "1 d=0 e=1:16:1:0" },
    { "1 d=0 e=1:0:7:0", "1 d=0 e=1:0:8:0" },
    { "1 d=0 e=1:0:1:9007199254740992", "1 d=0 e=1:0:1:9007199254740993" },
    { "1 d=0 e=1:0:1:-9007199254740992", "1 d=0 e=1:0:1:-9007199254740993" },
    { "1 d=0 e=1:0:1:-1", "1 d=0 e=1:0:1:-" },
    { "1 d=0 e=0:0:0:0", "1 d=0 e=x:0:0:0" },
    { "1 d=0 e=0:0:0:5", "1 d=0 e=0 0:0:5" },
    { "1 d=0 e=0:0:0:6", "1 d=0 e=0:0 0:6" },
    { "1 d=0 e=0:0:0:7", "1 d=0 e=0:0:0 7" },
    { "1 d=0 e=0:0:0:8", "1 d=0 e=0:0:0:9223372036854775808" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalPressGate gate;
    char again[CAL_PRESS_TEXT_SIZE];
    assert_true(cal_press_gate_decode(rows[i].last, &gate));
    cal_press_gate_encode(&gate, again);
    assert_string_equal(again, rows[i].last);
    assert_false(cal_press_gate_decode(rows[i].behind, &gate));
  }
}

/* As many events as can be remembered are read, and one more is none of ours. */
static void
test_a_text_of_too_many_events(void **state)
{
  (void)state;
  char text[CAL_PRESS_TEXT_SIZE] = "1 d=0";
  CalPressGate gate;
  for (unsigned i = 0; i < CAL_PRESS_RECENT_MAX; i++)
    strcat(text, " e=1:0:1:5");
  assert_true(cal_press_gate_decode(text, &gate));
  assert_int_equal(gate.n_recent, CAL_PRESS_RECENT_MAX);
  strcat(text, " e=1:0:1:5");
  assert_false(cal_press_gate_decode(text, &gate));
}

/* Each byte of a packet counts, and how many there are. */
static void
test_each_byte_of_a_packet_changes_its_digest(void **state)
{
  (void)state;
  uint8_t data[24] = { 0 };
  const uint64_t of_noughts = cal_press_digest(data, sizeof data);
  for (size_t i = 0; i < sizeof data; i++) {
    data[i] = 1;
    assert_true(cal_press_digest(data, sizeof data) != of_noughts);
    data[i] = 0;
    assert_true(cal_press_digest(data, i) != of_noughts);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_packet_ids),
    cmocka_unit_test(test_without_packet_ids_two_minutes_are_one),
    cmocka_unit_test(test_each_button_by_itself),
    cmocka_unit_test(test_a_key_wants_authentic_packets),
    cmocka_unit_test(test_counters),
    cmocka_unit_test(test_a_ghost_is_a_duplicate),
    cmocka_unit_test(test_a_counter_that_begins_anew_asks),
    cmocka_unit_test(test_a_snapshot_of_what_counted),
    cmocka_unit_test(test_more_than_can_be_remembered),
    cmocka_unit_test(test_a_clock_set_back_does_not_block),
    cmocka_unit_test(test_a_packet_without_a_press_raises_the_mark),
    cmocka_unit_test(test_a_ghost_with_a_counter_of_its_own),
    cmocka_unit_test(test_a_beacon_repeats_its_last_press),
    cmocka_unit_test(test_no_event_is_none),
    cmocka_unit_test(test_two_adapters),
    cmocka_unit_test(test_a_counter_used_twice),
    cmocka_unit_test(test_a_counter_of_16_bits_wraps),
    cmocka_unit_test(test_a_replay_asks_until_the_tag_speaks),
    cmocka_unit_test(test_without_packet_ids_a_restart_forgets_nothing),
    cmocka_unit_test(test_of_a_decoded_packet),
    cmocka_unit_test(test_text),
    cmocka_unit_test(test_the_longest_text_fits),
    cmocka_unit_test(test_what_is_no_text),
    cmocka_unit_test(test_which_packets_are_encrypted),
    cmocka_unit_test(test_a_decoded_packet_without_an_id),
    cmocka_unit_test(test_more_buttons_than_can_count),
    cmocka_unit_test(test_each_verdict_has_a_text_of_its_own),
    cmocka_unit_test(test_numbers_of_the_text_at_their_bounds),
    cmocka_unit_test(test_a_text_of_too_many_events),
    cmocka_unit_test(test_each_byte_of_a_packet_changes_its_digest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
