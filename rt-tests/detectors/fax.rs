//! Fax: calling tone and answer tones, as machines send them (ITU-T T.30, V.8, V.25, G.164), behind each codec of 64 kbit/s and the others.

use super::*;

fn hear(format: &AudioFormat, said: Vec<f32>) -> (Vec<Tone>, Vec<(Tone, u32)>) {
    let mut line = Line::of(format);
    line.listen(|params| params.single_tones = SingleToneParams::fax().into());
    let length = said.len() as u64 / 8;
    line.play(Prompt::samples(said, 8_000));
    line.run(length + 1_000);
    let told = line.tones();
    line.end();
    told
}

/// Half a second on, three off: 1,100 Hz ± 38 Hz, each 15 % longer or shorter; down to -43 dBm0.
#[test]
fn calling_tone_is_told_each_time_within_its_tolerances() {
    let _alone = alone();
    for format in codecs() {
        for (hz, level, stretch) in [(1_100.0, 0.1, 1.0), (1_062.0, 0.3, 0.85), (1_138.0, 0.01, 1.15)] {
            let period = 3.5 * stretch;
            let said = samples(3.0 * period, |t| {
                let on = t % period < 0.5 * stretch;
                if on { level * sine(hz, t) } else { 0.0 }
            });
            let (begun, ended) = hear(&format, said);
            assert_eq!(begun, [Tone::FaxCng; 3], "{format}, {hz} Hz, {level}");
            let length = 500.0 * stretch;
            let near = |(_, ms): &(Tone, u32)| (f64::from(*ms) - length).abs() <= 40.0;
            assert!(ended.iter().all(near), "{format}, {hz} Hz: {ended:?}");
        }
    }
}

/// 2,100 Hz ± 15 Hz for 2.6 to 4 s; with phase reversals each 450 ± 25 ms (V.25, G.164/G.165), amplitude modulated by 20 % at 15 Hz (V.8's
/// ANSam), or both.
#[test]
fn answer_tones_are_told_and_what_reverses_its_phase_apart() {
    let _alone = alone();
    for format in codecs() {
        for hz in [2_085.0, 2_100.0, 2_115.0] {
            for (modulated, reverses) in
                [(false, None), (false, Some(0.45)), (true, None), (true, Some(0.425)), (true, Some(0.475))]
            {
                let said = samples(3.3, |t| {
                    let turn = reverses
                        .map_or(1.0, |each: f64| if ((t / each) as u64).is_multiple_of(2) { 1.0 } else { -1.0 });
                    let envelope = if modulated { 1.0 + 0.2 * sine(15.0, t) } else { 1.0 };
                    0.15 * turn * envelope * sine(hz, t)
                });
                let (begun, ended) = hear(&format, said);
                let case =
                    format!("{format}, {hz} Hz, modulated: {modulated}, reversals: {reverses:?}: {begun:?} {ended:?}");
                let expected: &[Tone] = match reverses {
                    None => &[Tone::FaxCed],
                    Some(_) => &[Tone::FaxCed, Tone::AnswerReversing],
                };
                assert_eq!(begun, expected, "{case}");
                assert!(ended.len() == 1 && ended[0].1.abs_diff(3_300) <= 60, "{case}");
            }
        }
    }
}

/// What is beside them is none: a dial tone, DTMF's 1,209 Hz, R2's, a tone that is short.
#[test]
fn other_tones_are_none() {
    let _alone = alone();
    for hz in [440.0, 950.0, 1_020.0, 1_209.0, 1_400.0, 2_000.0, 2_225.0, 2_400.0] {
        let (begun, _) = hear(&AudioFormat::pcmu(), samples(1.0, |t| 0.1 * sine(hz, t)));
        assert_eq!(begun, [], "{hz}");
    }
    assert_eq!(hear(&AudioFormat::pcmu(), samples(0.2, |t| 0.1 * sine(1_100.0, t))).0, []);
}
