//! Control: which files may be played: those below the root that the engine was given, by name and in truth.

use crate::error::PlaybackError;
use crate::playback::report::PlaybackFault;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// Whether a path may be named, without a look at the disk: none goes up, and an absolute one begins as the root does.
pub(super) fn check(path: &Path, root: Option<&Path>) -> Result<(), PlaybackError> {
    let up = path.components().any(|part| part == Component::ParentDir);
    let outside = root.is_some_and(|root| path.is_absolute() && !path.starts_with(root));
    match up || outside || path.as_os_str().is_empty() {
        true => Err(PlaybackError::Path(path.to_path_buf())),
        false => Ok(()),
    }
}

/// Opens a file that may be named. May block, as long as the disk does.
pub(super) fn open(path: &Path, root: Option<&Path>) -> Result<(File, u64), PlaybackFault> {
    let path = match root {
        Some(root) => {
            let root = root.canonicalize().map_err(|error| fault(error.kind()))?;
            let path: PathBuf = root.join(path).canonicalize().map_err(|error| fault(error.kind()))?;
            if !path.starts_with(&root) {
                return Err(PlaybackFault::OutsideRoot);
            }
            path
        }
        None => path.to_path_buf(),
    };
    // Before it is opened: to open a pipe waits for its other end.
    let found = path.metadata().map_err(|error| fault(error.kind()))?;
    if !found.is_file() {
        return Err(PlaybackFault::NotAFile);
    }
    let file = File::open(&path).map_err(|error| fault(error.kind()))?;
    Ok((file, found.len()))
}

/// Whether a file begins so; an empty one does with anything. May block, as long as the disk does.
#[cfg(feature = "symphonia")]
pub(super) fn begins_with(path: &Path, root: Option<&Path>, with: &[u8]) -> Result<bool, PlaybackFault> {
    use std::io::Read;
    let (mut file, octets) = open(path, root)?;
    let mut begin = Vec::new();
    file.by_ref().take(with.len() as u64).read_to_end(&mut begin).map_err(|error| fault(error.kind()))?;
    Ok(octets == 0 || begin == with)
}

pub(super) fn fault(kind: ErrorKind) -> PlaybackFault {
    match kind {
        ErrorKind::NotFound | ErrorKind::NotADirectory => PlaybackFault::NotFound,
        ErrorKind::PermissionDenied => PlaybackFault::NoAccess,
        ErrorKind::UnexpectedEof => PlaybackFault::Truncated,
        kind => PlaybackFault::Io(kind),
    }
}
