//! Control: where a recording goes: below the configured folder, under a name of its own until it is complete.

use crate::error::RecordError;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Component, Path, PathBuf};

/// The whole path of a name below `root`, if it is one.
///
/// # Errors
/// [`RecordError::Name`], without a look at the disk.
pub(crate) fn check_name(root: &Path, name: &Path) -> Result<PathBuf, RecordError> {
    let refuse = |why| Err(RecordError::Name { path: name.to_owned(), why });
    if name.file_name().is_none()
        || name.as_os_str().as_encoded_bytes().ends_with(b"/")
        || name.as_os_str().as_encoded_bytes().ends_with(b"/.")
    {
        return refuse("it names no file");
    }
    if name.as_os_str().as_encoded_bytes().contains(&0) {
        return refuse("it has a NUL in it");
    }
    for part in name.components() {
        match part {
            Component::Normal(_) => {}
            Component::ParentDir => return refuse("it has `..` in it"),
            Component::CurDir => return refuse("it has `.` in it"),
            Component::RootDir | Component::Prefix(_) => return refuse("it is absolute: name it from record_root"),
        }
    }
    Ok(root.join(name))
}

/// The file of a recording on its way.
#[derive(Debug)]
pub(super) struct Place {
    part: PathBuf,
    path: PathBuf,
}

impl Place {
    /// Makes the file `path`, below `root`, under the name that it has until it is complete. Folders that lack are made.
    pub(super) fn create(root: &Path, path: &Path) -> Result<(Self, File), RecordError> {
        let fault = |error: io::Error| RecordError::of_system(path, &error);
        let folder = path.parent().unwrap_or(root);
        let root = fs::canonicalize(root).map_err(fault)?;
        // A link must not lead out: what is there of the way is looked at before anything is made in it, and all of it after.
        let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(&root);
        Self::check_below(&root, there, path)?;
        fs::create_dir_all(folder).map_err(fault)?;
        Self::check_below(&root, folder, path)?;
        let place = Self { part: part_of(path), path: path.to_owned() };
        place.check_vacant()?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&place.part).map_err(fault)?;
        Ok((place, file))
    }

    fn check_below(root: &Path, folder: &Path, path: &Path) -> Result<(), RecordError> {
        let folder = fs::canonicalize(folder).map_err(|error| RecordError::of_system(path, &error))?;
        match folder.starts_with(root) {
            true => Ok(()),
            false => Err(RecordError::Name { path: path.to_owned(), why: "a link in it leads out of record_root" }),
        }
    }

    fn check_vacant(&self) -> Result<(), RecordError> {
        match fs::symlink_metadata(&self.path) {
            Ok(_) => Err(RecordError::Exists(self.path.clone())),
            Err(_) => Ok(()),
        }
    }

    /// The file is complete: it gets its name.
    pub(super) fn complete(&self) -> Result<(), RecordError> {
        self.check_vacant()?;
        fs::rename(&self.part, &self.path).map_err(|error| RecordError::of_system(&self.path, &error))
    }

    /// Nothing was recorded: it is as if it had never been.
    pub(super) fn discard(&self) {
        let _ = fs::remove_file(&self.part);
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// `a.wav.part` of `a.wav`.
fn part_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(".part");
    name.into()
}

#[cfg(test)]
mod tests;
