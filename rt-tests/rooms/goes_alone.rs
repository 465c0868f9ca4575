//! Boundary: who followed the encoder that all share, and is called away from it, is followed by its far decoder: what that makes of
//! it is as good as where nobody shares.

use crate::encoded_once::{Party, formats, hz};
use crate::support::endpoint::{by_timestamp, tone_snr};
use crate::support::phone::done;
use media_core::AudioFormat;
use media_core::processing::chain::ProcessingParams;
use media_core::processing::effects::CompressorParams;

/// A room of so many in which 0 has said its tone for a second, and all is well.
fn party((format, ptime): (AudioFormat, u32), members: usize) -> Party {
    let mut party = Party::new(&format, ptime, members);
    party.talk(60, &[]);
    party.talk(100, &[0]);
    party
}

/// What member 1 is sent from here on while 0 talks, in so many blocks: as its decoder has it, in pieces of 20 ms.
fn pieces(party: &mut Party, blocks: usize) -> Vec<Vec<f32>> {
    party.members[1].decode();
    party.talk(blocks, &[0]);
    let format = party.members[1].format.clone();
    let heard = by_timestamp(&party.members[1].decode(), &format);
    heard.chunks_exact(2 * format.sample_rate().block_samples()).map(<[f32]>::to_vec).collect()
}

/// How well the tone of 0 is heard in each, in dB.
fn tones(party: &mut Party) -> Vec<f64> {
    let rate = party.members[1].format.sample_rate();
    pieces(party, 30).iter().map(|part| tone_snr(part, rate, hz(0))).collect()
}

/// How far below full scale each is, in dB.
fn quiet(party: &mut Party) -> Vec<f64> {
    let power = |part: &[f32]| f64::from(part.iter().map(|x| x * x).sum::<f32>()) / part.len() as f64;
    pieces(party, 30).iter().map(|part| -10.0 * power(part).max(1e-12).log10()).collect()
}

/// Fails unless it is with six, who share, what it is with three, who do not, as far as it is no better than `enough`.
fn is_the_same(enough: f64, of: impl Fn(&mut Party) -> Vec<f64>) {
    for format in formats() {
        let [alone, shared] = [3, 6].map(|members| of(&mut party(format.clone(), members)));
        let good = alone.iter().zip(&shared).all(|(alone, shared)| *shared >= alone.min(enough) - 3.0);
        assert!(good && alone.len() > 10 && alone.len() == shared.len(), "{format:?}: {shared:.0?} for {alone:.0?}");
    }
}

#[test]
fn a_hold_in_the_midst_of_sound_is_no_break() {
    is_the_same(25.0, |party| {
        let pending = party.members[1].session.hold_outward();
        done(&mut party.engine, pending);
        party.talk(36, &[0]);
        let pending = party.members[1].session.resume_outward();
        done(&mut party.engine, pending);
        tones(party)
    });
}

/// Nor do they cease to share: who is late has no time for as many encoders as there are members.
#[test]
fn ticks_that_were_skipped_are_no_break() {
    is_the_same(25.0, |party| {
        party.engine.skip(2);
        tones(party)
    });
    for (format, ptime) in formats() {
        let mut party = party((format, ptime), 6);
        party.engine.skip(2);
        party.talk(12, &[0]);
        let mut before = (0, 0);
        party.shared(&mut before);
        party.talk(60, &[0]);
        let (encodes, packets) = party.shared(&mut before);
        assert_eq!(packets, 5 * encodes);
        assert!(encodes >= 10, "{encodes}");
    }
}

/// A sound ends at once, and something is done to what one is sent from then on.
#[test]
fn a_stage_that_begins_with_a_silence_is_no_noise() {
    is_the_same(60.0, |party| {
        drop(party.members[0].session.hold_inward());
        let mut params = ProcessingParams::default();
        params.outward_compressor = CompressorParams::default().into();
        drop(party.members[1].session.set_processing(params));
        quiet(party)
    });
}

/// A sound ends at once, and one leaves with it and comes back.
#[test]
fn who_leaves_with_the_last_sound_comes_back_without_a_noise() {
    is_the_same(60.0, |party| {
        drop(party.members[0].session.hold_inward());
        drop(party.room.leave(&party.members[1].session));
        party.talk(10, &[0]);
        drop(party.room.join(&party.members[1].session));
        quiet(party)
    });
}
