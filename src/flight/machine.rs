//! Control: what made a flight file, and what replays it: a library of another version, or a processor with other instructions, may round
//! otherwise.

use serde::{Deserialize, Serialize};

/// The library, and what it computes with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Machine {
    version: String,
    architecture: String,
    /// The instructions that kernels are chosen by.
    instructions: Vec<String>,
    debug: bool,
    features: Vec<String>,
}

impl Machine {
    /// This one.
    pub(super) fn here() -> Self {
        let features = [
            (cfg!(feature = "opus"), "opus"),
            (cfg!(feature = "neural"), "neural"),
            (cfg!(feature = "symphonia"), "symphonia"),
        ];
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            instructions: instructions().into_iter().map(str::to_owned).collect(),
            debug: cfg!(debug_assertions),
            features: features.into_iter().filter(|(on, _)| *on).map(|(_, name)| name.to_owned()).collect(),
        }
    }

    /// In which ways this one is another.
    pub(super) fn differences(&self, here: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, made: &dyn std::fmt::Debug, here: &dyn std::fmt::Debug| {
            let (made, here) = (format!("{made:?}"), format!("{here:?}"));
            if made != here {
                found.push(format!("{what}: made by {made}, replayed by {here}"));
            }
        };
        compare("version", &self.version, &here.version);
        compare("processor", &self.architecture, &here.architecture);
        compare("instructions", &self.instructions, &here.instructions);
        compare("debug build", &self.debug, &here.debug);
        compare("features", &self.features, &here.features);
        found
    }
}

#[cfg(target_arch = "x86_64")]
fn instructions() -> Vec<&'static str> {
    let known = [
        ("sse4.1", std::is_x86_feature_detected!("sse4.1")),
        ("avx", std::is_x86_feature_detected!("avx")),
        ("avx2", std::is_x86_feature_detected!("avx2")),
        ("fma", std::is_x86_feature_detected!("fma")),
        ("avx512f", std::is_x86_feature_detected!("avx512f")),
        ("avx512bw", std::is_x86_feature_detected!("avx512bw")),
    ];
    known.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn instructions() -> Vec<&'static str> {
    Vec::new()
}
