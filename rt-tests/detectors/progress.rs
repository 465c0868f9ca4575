//! Call progress: what we generate is recognized, whatever codec it went through.

use super::*;
use media_core::{CallTone, ToneCadence, TonePlan};

const ALL: [CallTone; 4] = [CallTone::Dial, CallTone::Ringback, CallTone::Busy, CallTone::Congestion];

#[test]
fn each_tone_that_we_make_is_recognized_behind_each_codec() {
    let _alone = alone();
    for format in codecs() {
        for plan in [TonePlan::NorthAmerica, TonePlan::Europe, TonePlan::UnitedKingdom] {
            for tone in ALL {
                let mut line = Line::of(&format);
                line.listen(|params| params.call_progress = CallProgressParams::default().into());
                let uk = plan == TonePlan::UnitedKingdom;
                line.play(Prompt::tone(plan.tone(tone).lasting(ms(if uk { 9_700 } else { 9_800 }))));
                line.run(17_000);
                let (begun, ended) = line.tones();
                // The dial tone of the United Kingdom is North America's.
                let known = if uk && tone == CallTone::Dial { TonePlan::NorthAmerica } else { plan };
                let own = Tone::Progress(known, tone);
                assert_eq!(begun, [own], "{format}");
                let [(of, length)] = ended[..] else { panic!("{format} {own:?}: {ended:?}") };
                // The last whole sound of the cadence is what it ends with.
                let sounds = match (plan, tone) {
                    (TonePlan::UnitedKingdom, CallTone::Dial | CallTone::Ringback) => 9_700,
                    (TonePlan::UnitedKingdom, CallTone::Busy) => 9_375,
                    (TonePlan::UnitedKingdom, CallTone::Congestion) => 9_400,
                    (_, CallTone::Dial) => 9_800,
                    (TonePlan::NorthAmerica, CallTone::Ringback) => 8_000,
                    (_, CallTone::Ringback) => 6_000,
                    (TonePlan::NorthAmerica, CallTone::Busy) => 9_500,
                    _ => 9_780,
                };
                assert!(of == own && length.abs_diff(sounds) <= 60, "{format} {own:?}: {length} of {sounds}");
                line.end();
            }
        }
    }
}

#[test]
fn special_information_is_recognized_and_so_is_what_follows_on_ringing() {
    let _alone = alone();
    for format in codecs() {
        let mut line = Line::of(&format);
        line.listen(|params| params.call_progress = CallProgressParams::default().into());
        let parts = ToneCadence::special_information().map(PromptPart::tone);
        line.play(Prompt::list(parts.into_iter().chain([PromptPart::silence(ms(1_000))])));
        line.run(3_000);
        assert_eq!(line.tones().0, [Tone::SpecialInformation], "{format}");
        // He is called, and is busy.
        line.play(Prompt::list([
            PromptPart::tone(TonePlan::Europe.tone(CallTone::Ringback).lasting(ms(9_000))),
            PromptPart::tone(TonePlan::Europe.tone(CallTone::Busy).lasting(ms(5_000))),
        ]));
        line.run(20_000);
        let own = [CallTone::Ringback, CallTone::Busy].map(|tone| Tone::Progress(TonePlan::Europe, tone));
        let (begun, ended) = line.tones();
        assert_eq!((begun, ended.len()), (own.to_vec(), 2), "{format}: {ended:?}");
        line.end();
    }
}

/// Twin: nobody listens, nothing is told.
#[test]
fn nothing_is_told_where_nobody_listens() {
    let _alone = alone();
    let mut line = Line::of(&AudioFormat::pcmu());
    line.play(Prompt::tone(TonePlan::Europe.tone(CallTone::Busy)));
    line.run(5_000);
    assert_eq!(line.tones(), (Vec::new(), Vec::new()));
    line.end();
}
