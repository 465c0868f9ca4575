//! Pure: which members of a conference are heard.

/// Who of a conference's members is heard, of those who make a sound.
///
/// Example: [`ConferenceParams`](crate::ConferenceParams).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum Mixing {
    /// All.
    #[default]
    All,
    /// So many at most: the loudest, speech before noise. Who is heard stays so until another is 6 dB louder.
    Loudest(usize),
    /// Those who speak (voice-gated). Where nobody has for two seconds, all: who is not taken for a speaker is heard then.
    Speech,
}
