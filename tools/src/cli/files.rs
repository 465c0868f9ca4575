//! Control: a command's files: none is read and written at once, none written twice, and each can be written before the
//! work begins.

use crate::picture;
use anyhow::{Context as _, Result, bail, ensure};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The files of a command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files<'a> {
    reads: Vec<&'a Path>,
    writes: Vec<&'a Path>,
    pictures: Vec<&'a Path>,
}

impl<'a> Files<'a> {
    /// A file that is read.
    #[must_use]
    pub fn read(mut self, path: impl Into<Option<&'a PathBuf>>) -> Self {
        self.reads.extend(path.into().map(PathBuf::as_path));
        self
    }

    /// A file that is written.
    #[must_use]
    pub fn write(mut self, path: impl Into<Option<&'a PathBuf>>) -> Self {
        self.writes.extend(path.into().map(PathBuf::as_path));
        self
    }

    /// A picture that is written.
    #[must_use]
    pub fn draw(mut self, path: impl Into<Option<&'a PathBuf>>) -> Self {
        let path = path.into();
        self.pictures.extend(path.map(PathBuf::as_path));
        self.write(path)
    }

    /// The first file that is read.
    #[must_use]
    pub fn input(&self) -> Option<&'a Path> {
        self.reads.first().copied()
    }

    /// The first file that is written.
    #[must_use]
    pub fn output(&self) -> Option<&'a Path> {
        self.writes.first().copied()
    }

    /// Checks them before anything is read.
    ///
    /// # Errors
    /// Names the file that would be overwritten, or that cannot be written.
    pub fn check(&self) -> Result<()> {
        self.check_same()?;
        self.pictures.iter().try_for_each(|path| picture::check(path))?;
        for path in &self.writes {
            ensure!(!path.is_dir(), "cannot write {}: it is a folder", path.display());
            let folder = folder(path);
            ensure!(folder.is_dir(), "cannot write {}: there is no folder {}", path.display(), folder.display());
        }
        Ok(())
    }

    fn check_same(&self) -> Result<()> {
        for (n, written) in self.writes.iter().enumerate() {
            let advice = "name another file to write";
            if let Some(read) = self.reads.iter().find(|read| same(read, written)) {
                bail!("{}: is to be read and written{}: {advice}", read.display(), other_name(read, written));
            }
            if let Some(other) = self.writes[..n].iter().find(|other| same(other, written)) {
                bail!("{}: is to be written twice{}: {advice}", other.display(), other_name(other, written));
            }
        }
        Ok(())
    }
}

/// Reads a file.
///
/// # Errors
/// Names it, and says why it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file.
///
/// # Errors
/// Names it, and says why it cannot be written.
pub fn write(path: &Path, octets: impl AsRef<[u8]>) -> Result<()> {
    std::fs::write(path, octets).with_context(|| format!("cannot write {}", path.display()))
}

/// What else a file is called.
fn other_name(one: &Path, other: &Path) -> String {
    if one == other { String::new() } else { format!(" (as {})", other.display()) }
}

/// Whether both are one file, by whatever name. Devices and pipes may be used for both.
fn same(one: &Path, other: &Path) -> bool {
    match (std::fs::metadata(one), std::fs::metadata(other)) {
        (Ok(a), Ok(b)) => a.is_file() && (a.dev(), a.ino()) == (b.dev(), b.ino()),
        (Err(_), Err(_)) => place(one) == place(other),
        _ => false,
    }
}

/// Links to a link that are followed: as many as the system follows.
const MOST_LINKS: usize = 40;

/// Where a file would be that is not there yet; a link that points nowhere yet is where it points.
fn place(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = std::fs::read_link(&path) else { break };
        path = folder(&path).join(target);
    }
    let at = folder(&path).canonicalize().unwrap_or(folder(&path).to_owned());
    at.join(path.file_name().unwrap_or_default())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
