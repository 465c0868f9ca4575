//! Pure: one press is one digit and two are two, however their sender stamps them, by sequence number, timestamp and time.

use super::odd_sender::Odd;

#[test]
fn a_moving_timestamp_is_one_press_with_and_without_markers() {
    for (marker, step, ends) in
        [(0, 160, 160), (1, 160, 160), (2, 160, 160), (1, 160, 0), (0, 80, 80), (1, 0, 160), (2, 0, 160)]
    {
        let mut odd = Odd::new();
        for (n, digit) in "7717".chars().enumerate() {
            let start = n as u32 * 4_000;
            for k in 1..=6u16 {
                let first = match marker {
                    0 => false,
                    1 => k == 1,
                    _ => true,
                };
                odd.send(start + step * u32::from(k - 1), first, digit, false, k * 160);
                odd.wait(20);
            }
            for k in 0..3 {
                odd.send(start + step * 6 + ends * k, marker == 2, digit, true, 960);
                odd.wait(if n % 2 == 0 { 0 } else { 20 });
            }
            odd.wait(200);
        }
        assert!(odd.told.iter().all(|(_, ms, lost)| *ms == 120 && !lost), "{marker} {step} {ends}: {:?}", odd.told);
        assert_eq!(odd.text(), "7717", "{marker} {step} {ends}");
    }
}

#[test]
fn a_timestamp_that_changes_in_mid_press_and_falling_ones_are_one_press() {
    for at in 1..10u16 {
        for by in [160, 320, -160i32, 40] {
            let mut odd = Odd::new();
            for k in 1..=10u16 {
                let moved = if k > at { by } else { 0 };
                odd.send(8_000u32.wrapping_add_signed(moved), k == 1, '5', false, k * 160);
                odd.wait(20);
            }
            (0..3).for_each(|_| odd.send(8_000u32.wrapping_add_signed(by), false, '5', true, 1_600));
            assert_eq!(odd.text(), "5", "after {at} by {by}");
        }
    }
}

#[test]
fn one_timestamp_for_all_presses_is_a_press_each() {
    for digits in ["*01", "1212", "111"] {
        let mut odd = Odd::new();
        for digit in digits.chars() {
            odd.press(0, digit, 5, true);
            odd.wait(100);
        }
        assert_eq!(odd.text(), digits);
    }
    // Without any marker the pause tells, and durations that start over.
    let mut odd = Odd::new();
    for digit in "1122".chars() {
        odd.press(0, digit, 5, false);
        odd.wait(60);
    }
    assert_eq!(odd.text(), "1122");
}

#[test]
fn two_presses_of_a_key_are_two_however_close() {
    for (pause, marker) in [(0, true), (40, true), (40, false), (60, false)] {
        for lost_ends in [false, true] {
            let mut odd = Odd::new();
            let mut timestamp = 0;
            for digit in "99119".chars() {
                for k in 1..=4u16 {
                    odd.send(timestamp, marker && k == 1, digit, false, k * 160);
                    odd.wait(20);
                }
                if !lost_ends {
                    (0..3).for_each(|_| odd.send(timestamp, false, digit, true, 640));
                }
                odd.wait(pause);
                timestamp += 640 + 8 * pause as u32;
            }
            assert_eq!(odd.text(), "99119", "{pause} ms between, marker {marker}, ends lost {lost_ends}");
        }
    }
}

#[test]
fn a_sender_that_pauses_within_a_press_is_understood_and_known_the_next_time() {
    let mut odd = Odd::new();
    for start in [0, 40_000] {
        for k in 1..=8u16 {
            odd.send(start, k == 1, '9', false, k * 2_000);
            odd.wait(250);
        }
        (0..3).for_each(|_| odd.send(start, false, '9', true, 16_000));
        odd.wait(2_000);
    }
    assert_eq!(odd.told.last(), Some(&('9', 2_000, false)), "the second time all of it is heard");
    assert_eq!(odd.text(), "99");
    // A second in which nothing came, with one timestamp and with moving ones.
    for step in [0, 160] {
        let mut odd = Odd::new();
        for k in (1..=5u16).chain(55..=60) {
            odd.send(step * u32::from(k - 1), k == 1, '3', false, k * 160);
            odd.wait(if k == 5 { 1_000 } else { 20 });
        }
        (0..3).for_each(|_| odd.send(step * 60, false, '3', true, 9_600));
        assert_eq!(odd.text(), "3", "step {step}");
    }
}

#[test]
fn a_timeline_that_goes_back_is_a_new_press() {
    for back in [100u32, 40_000, 480_000] {
        for sequence in [0u16, 2_000, 40_000] {
            let mut odd = Odd::new();
            odd.press(500_000, '3', 5, true);
            odd.wait(1_000);
            odd.sequence = odd.sequence.wrapping_add(sequence);
            odd.press(500_000u32.wrapping_sub(back).wrapping_add(8_000), '7', 5, true);
            odd.wait(1_000);
            odd.press(500_000u32.wrapping_sub(back).wrapping_add(16_200), '7', 5, true);
            assert_eq!(odd.text(), "377", "{back} {sequence}");
        }
    }
}

#[test]
fn late_and_repeated_packets_begin_nothing() {
    let mut odd = Odd::new();
    odd.send(0, true, '2', false, 160);
    odd.wait(20);
    odd.send_numbered(5, 0, false, '2', true, 800);
    odd.send_numbered(3, 0, false, '2', false, 640);
    odd.send_numbered(4, 0, false, '2', true, 800);
    odd.send_numbered(5, 0, false, '2', true, 800);
    odd.sequence = 6;
    odd.wait(60);
    // Its first packet comes after its second, and an end of the one before after that.
    odd.send_numbered(8, 1_600, false, '2', false, 320);
    odd.send_numbered(7, 1_600, true, '2', false, 160);
    odd.send_numbered(6, 0, false, '2', true, 800);
    odd.wait(20);
    odd.send_numbered(9, 1_600, false, '2', true, 480);
    // A straggler of a press of which nothing else came would come in the wrong turn.
    odd.send_numbered(2, 100, false, '4', false, 160);
    assert_eq!(odd.text(), "22");
}

/// Their duration is less than what was heard, as that of a new press is: the number alone tells them apart.
#[test]
fn packets_of_the_middle_that_come_late_begin_nothing() {
    // Again, after the press.
    let mut odd = Odd::new();
    odd.press(0, '2', 5, true);
    let last = odd.sequence;
    odd.wait(60);
    odd.send_numbered(last.wrapping_sub(4), 0, false, '2', false, 640);
    assert_eq!(odd.text(), "2");
    // The second of a sender that sets the marker in two packets, while the press lasts.
    let mut odd = Odd::new();
    odd.send(0, true, '2', false, 160);
    odd.wait(40);
    let second = odd.sequence.wrapping_add(1);
    odd.sequence = second;
    odd.send(0, false, '2', false, 480);
    odd.wait(45);
    odd.send_numbered(second, 0, true, '2', false, 320);
    (0..3).for_each(|_| odd.send(0, false, '2', true, 800));
    assert_eq!(odd.text(), "2");
}

/// From before the duration ran over, or of the segment before.
#[test]
fn a_late_packet_makes_no_press_longer() {
    for segments in [false, true] {
        let mut odd = Odd::new();
        let mut late = None;
        let at = |k: u32| match segments && k * 160 > 0xffff {
            true => (0xffff, (k * 160 - 0xffff) as u16),
            false => (0, (k * 160) as u16),
        };
        for k in 1..=500u32 {
            let (timestamp, duration) = at(k);
            if k == 409 {
                // The last before 0xffff is held up on its way.
                odd.sequence = odd.sequence.wrapping_add(1);
                late = Some((odd.sequence, timestamp, duration));
            } else {
                odd.send(timestamp, k == 1, '8', false, duration);
            }
            if let Some((sequence, timestamp, duration)) = late.take_if(|_| k == 411) {
                odd.send_numbered(sequence, timestamp, false, '8', false, duration);
            }
            odd.wait(20);
        }
        let (timestamp, duration) = at(500);
        (0..3).for_each(|_| odd.send(timestamp, false, '8', true, duration));
        assert_eq!(odd.told, [('8', 10_000, false)], "{segments}");
        assert_eq!(odd.text(), "8");
    }
}
