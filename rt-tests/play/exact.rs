//! What is sent of a prompt, to the sample.

use super::*;

#[test]
fn a_prompt_is_sent_from_its_first_sample_to_its_last() {
    let _alone = alone();
    for samples in [4_000, 80, 79, 1] {
        let mut call = Call::new();
        let said = noise(samples, 1);
        let playback = call.play(Prompt::samples(said.clone(), 8_000));
        call.run(1_000);
        let heard = call.phone.heard();
        assert!(heard.starts_with(&mu_law(&said)), "{samples} samples");
        // Not more than what fills its last packet, and that is silence.
        assert_eq!(heard.len(), samples.next_multiple_of(160));
        assert!(heard[samples..].iter().all(|octet| *octet == 0xff), "{:?}", &heard[samples..]);
        let report = call.ends();
        assert_eq!(report.len(), 1, "{:?}", call.told);
        let (end, place) = ((report[0].playback, report[0].end), (report[0].samples, report[0].rounds));
        assert_eq!((end, place), ((playback.id(), PlaybackEnd::Complete), (samples as u64, 0)));
        assert_eq!(call.of_prompts()[0], EventKind::PlaybackStarted(playback.id()));
        call.end();
    }
}
