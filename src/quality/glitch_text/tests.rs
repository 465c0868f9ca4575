use super::*;
use crate::types::{Decibels, MediaTime};

fn glitch(cause: GlitchCause, detail: GlitchDetail) -> Glitch {
    let wall = UNIX_EPOCH + Duration::from_millis(86_400_000 * 3 + 43_387_420);
    let length = Duration::from_millis(40);
    Glitch { side: GlitchSide::Inward, at: MediaTime::ZERO, wall, length, cause, detail }
}

fn lost(missing: u32, late: u32, filling: Filling) -> GlitchDetail {
    GlitchDetail::Packets { missing, late, late_by: Duration::from_millis(60), filling }
}

#[test]
fn a_glitch_reads_as_a_sentence() {
    let two = glitch(GlitchCause::Lost, lost(2, 0, Filling::Concealed));
    assert_eq!(two.to_string(), "12:03:07.420, 40 ms: two packets lost by the network, concealed");
    let one = glitch(GlitchCause::Late, lost(0, 1, Filling::PassedOn));
    assert_eq!(one.sentence(), "one packet came 60 ms too late, passed on as a hole");
    let both = glitch(GlitchCause::Lost, lost(14, 1, Filling::Faded));
    assert_eq!(
        both.sentence(),
        "14 packets lost by the network and one too late, concealed and faded to the background"
    );
    let gain =
        Glitch { side: GlitchSide::Outward, ..glitch(GlitchCause::Limited, GlitchDetail::Gain(Decibels(-7.04))) };
    assert_eq!(gain.to_string(), "12:03:07.420, 40 ms, to the party: a limiter turned it down to -7.0 dB");
    let stolen = glitch(GlitchCause::LateTick, GlitchDetail::Stolen(Some(Duration::from_millis(30))));
    assert!(stolen.sentence().ends_with("the machine had 30 ms stolen"));
    let codec =
        Glitch { length: Duration::ZERO, ..glitch(GlitchCause::CodecChanged, GlitchDetail::Codec { from: 0, to: 9 }) };
    assert_eq!(codec.to_string(), "12:03:07.420, another codec: payload type 9 after 0");
}

#[test]
fn every_cause_has_words_and_a_name_of_its_own() {
    let names: std::collections::BTreeSet<&str> = GlitchCause::ALL.into_iter().map(GlitchCause::name).collect();
    assert_eq!(names.len(), GlitchCause::ALL.len());
    for (n, cause) in GlitchCause::ALL.into_iter().enumerate() {
        assert_eq!(cause.index(), n);
        assert!(!glitch(cause, GlitchDetail::None).sentence().is_empty());
    }
}
