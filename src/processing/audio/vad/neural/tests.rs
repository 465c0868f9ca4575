//! Real-time: what the two networks say together, on material whose speech is known.

use super::NeuralDetector;
use crate::processing::audio::vad::silero::Silero;
use crate::processing::audio::vad::tests::detected;
use crate::types::SampleRate;

#[test]
fn speech_stands_out_of_noise_at_every_rate() {
    for rate in SampleRate::ALL {
        let (area, spoken) = detected(&mut NeuralDetector::new(rate), rate, 0.02);
        assert!(area > 0.93, "{rate}: {area} of {spoken}");
    }
}

/// In noise louder than the voice's formants but the first: 0.911 with it, 0.857 without.
#[test]
fn without_silero_s_network_it_hears_less() {
    let rate = SampleRate::Hz16000;
    let (mut with, mut without) = (NeuralDetector::new(rate), NeuralDetector::new(rate));
    without.network = Silero::silent();
    let ((more, _), (less, _)) = (detected(&mut with, rate, 0.1), detected(&mut without, rate, 0.1));
    assert!(more > 0.9 && less < 0.87, "{more}, without {less}");
}
