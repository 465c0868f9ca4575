//! Pure: what a file is, by its first octets.

/// What begins a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// RIFF, RIFX, RF64 or BW64 with the form WAVE.
    Wave,
    /// Ogg, of whatever codec.
    Ogg,
    /// A sound file or a container that is not read here, by its name.
    Other(&'static str),
    /// No octet.
    Empty,
    /// Nothing that is known: bare octets, perhaps.
    Unknown,
}

/// First octets, and whose they are.
const KNOWN: [(&[u8], &str); 19] = [
    (b"fLaC", "FLAC"),
    (b"ID3", "MP3"),
    (b"\xff\xfb", "MP3"),
    (b"\xff\xf3", "MP3"),
    (b"\xff\xf2", "MP3"),
    (b"\xff\xf1", "AAC (ADTS)"),
    (b"\xff\xf9", "AAC (ADTS)"),
    (b".snd", "Sun audio (.au)"),
    (b"dns.", "Sun audio (.au)"),
    (b"caff", "Core Audio (.caf)"),
    (b"riff\x2e\x91\xcf\x11", "Wave64 (.w64)"),
    (b"#!AMR", "AMR"),
    (b"\x1a\x45\xdf\xa3", "Matroska or WebM"),
    (b"NIST_1A", "NIST SPHERE"),
    (b"wvpk", "WavPack"),
    (b"MAC ", "Monkey's Audio"),
    (b"\x30\x26\xb2\x75", "Windows Media"),
    (b"\xd4\xc3\xb2\xa1", "a packet capture (pcap)"),
    (b"\x0a\x0d\x0d\x0a", "a packet capture (pcapng)"),
];

/// What follows a tag of ID3 version 2 that some writers put before everything.
#[must_use]
pub fn behind_tag(octets: &[u8]) -> &[u8] {
    match octets {
        [b'I', b'D', b'3', _, _, flags, a, b, c, d, rest @ ..] if [a, b, c, d].iter().all(|size| **size < 0x80) => {
            let size = [a, b, c, d].iter().fold(0, |sum, size| sum << 7 | usize::from(**size));
            let footer = if flags & 0x10 == 0 { 0 } else { 10 };
            let rest = rest.get(size + footer..).unwrap_or_default();
            if matches!(Kind::of(rest), Kind::Wave | Kind::Ogg) { rest } else { octets }
        }
        _ => octets,
    }
}

impl Kind {
    /// The kind of a file with these octets.
    #[must_use]
    pub fn of(octets: &[u8]) -> Self {
        let form = octets.get(8..12).unwrap_or_default();
        match octets.get(..4).unwrap_or_default() {
            _ if octets.is_empty() => Self::Empty,
            b"RIFF" | b"RIFX" | b"RF64" | b"BW64" if form == b"WAVE" => Self::Wave,
            b"RIFF" | b"RIFX" if form == b"AVI " => Self::Other("AVI"),
            b"RIFF" | b"RIFX" => Self::Other("a RIFF file, but no WAVE"),
            b"OggS" => Self::Ogg,
            b"FORM" => Self::Other("AIFF"),
            _ if octets.get(4..8) == Some(b"ftyp") => Self::Other("MP4"),
            _ => {
                let known = KNOWN.iter().find(|(first, _)| octets.starts_with(first));
                known.map_or(Self::Unknown, |(_, name)| Self::Other(name))
            }
        }
    }

    /// Why a file of this kind is not read as a sound, and what to do.
    #[must_use]
    pub fn refusal(self) -> String {
        match self {
            Self::Empty => "is empty".into(),
            Self::Wave | Self::Ogg => "is a sound file".into(),
            Self::Other(name) => {
                format!(
                    "is {name}; WAV and Ogg Opus are read: convert it, for instance ffmpeg -i IN -c:a pcm_s16le OUT.wav"
                )
            }
            Self::Unknown => {
                "is neither WAV nor Ogg Opus; bare octets of a codec are read by media-lab decode --codec CODEC".into()
            }
        }
    }

    /// Why these cannot be the bare octets of a codec; `None` if they can. A beginning of less than four octets proves
    /// nothing: each octet is a value of G.711.
    #[must_use]
    pub fn not_bare(octets: &[u8]) -> Option<String> {
        let name = match Self::of(octets) {
            Self::Wave => "a WAV file",
            Self::Ogg => "an Ogg file",
            Self::Other(_) if KNOWN.iter().any(|(first, _)| first.len() < 4 && octets.starts_with(first)) => {
                return None;
            }
            Self::Other(name) => name,
            Self::Empty => return Some("is empty".into()),
            Self::Unknown => return None,
        };
        Some(format!(
            "is {name}, no bare octets: its header would be heard as sound; media-lab convert reads WAV and Ogg Opus"
        ))
    }
}
