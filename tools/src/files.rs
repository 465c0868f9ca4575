//! Control: a command's files: none is read and written at once, none written twice.

use anyhow::{Result, bail};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The files of a command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files<'a> {
    reads: Vec<&'a Path>,
    writes: Vec<&'a Path>,
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

    /// Checks them before anything is read.
    ///
    /// # Errors
    /// Names the file that would be overwritten.
    pub fn check(&self) -> Result<()> {
        for (n, written) in self.writes.iter().enumerate() {
            if let Some(read) = self.reads.iter().find(|read| same(read, written)) {
                bail!(
                    "{} is to be read and written ({}): name another file to write",
                    read.display(),
                    written.display()
                );
            }
            if let Some(other) = self.writes[..n].iter().find(|other| same(other, written)) {
                bail!("{} is to be written twice ({}): name another file", other.display(), written.display());
            }
        }
        Ok(())
    }
}

/// Whether both are one file, by whatever name. Devices and pipes may be used for both.
fn same(one: &Path, other: &Path) -> bool {
    match (std::fs::metadata(one), std::fs::metadata(other)) {
        (Ok(a), Ok(b)) => a.is_file() && (a.dev(), a.ino()) == (b.dev(), b.ino()),
        (Err(_), Err(_)) => place(one) == place(other),
        _ => false,
    }
}

/// Where a file would be that is not there yet.
fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or(folder.to_owned());
    folder.join(path.file_name().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Files, PathBuf};

    #[test]
    fn one_file_by_many_names() {
        let folder = std::env::temp_dir().join(format!("media-core-files-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("sub")).unwrap();
        let at = |name: &str| folder.join(name);
        std::fs::write(at("a.wav"), "a").unwrap();
        std::fs::write(at("b.wav"), "a").unwrap();
        std::os::unix::fs::symlink(at("a.wav"), at("link.wav")).unwrap();
        std::fs::hard_link(at("a.wav"), at("hard.wav")).unwrap();
        let check = |read: &str, write: &str| Files::default().read(&at(read)).write(&at(write)).check().is_ok();
        for name in ["a.wav", "sub/../a.wav", "./a.wav", "link.wav", "hard.wav"] {
            assert!(!check("a.wav", name) && !check(name, "a.wav"), "{name}");
        }
        assert!(check("a.wav", "b.wav") && check("a.wav", "new.wav") && check("a.wav", "sub/a.wav"));
        let twice = |one: PathBuf, other: PathBuf| Files::default().write(&one).write(&other).check();
        assert!(twice(at("new.wav"), at("sub/../new.wav")).unwrap_err().to_string().contains("twice"));
        assert!(twice(at("new.wav"), at("new.svg")).is_ok());
        let null = PathBuf::from("/dev/null");
        assert!(Files::default().read(&null).write(&null).write(&null).check().is_ok());
        assert!(Files::default().read(&at("a.wav")).write(None).check().is_ok());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
