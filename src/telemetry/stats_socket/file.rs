//! Control: the file of the stats socket: made with its permissions from the first moment, removed if it is still ours.

use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::{fs, io, process};

use socket2::{Domain, SockAddr, Socket, Type};

use crate::telemetry::stats_socket::StatsSocketError;

/// A socket file of ours.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    /// Device and inode: another process may have put its own in place of ours.
    identity: (u64, u64),
}

impl SocketFile {
    /// Binds beside the path and moves the file there once it has its permissions: nobody can connect in between, and a
    /// stale file is replaced in one step.
    pub(super) fn bind(path: &Path, mode: u32) -> Result<(Self, UnixListener), StatsSocketError> {
        let failed = |source| StatsSocketError::Io { path: path.to_owned(), source };
        match fs::symlink_metadata(path) {
            Ok(found) if !found.file_type().is_socket() => {
                return Err(StatsSocketError::NotASocket { path: path.to_owned() });
            }
            Ok(_) if answers(path) => return Err(StatsSocketError::InUse { path: path.to_owned() }),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}", process::id()));
        let beside = PathBuf::from(beside);
        // One of a process that had our number.
        let _ = fs::remove_file(&beside);
        let listener = UnixListener::bind(&beside).map_err(failed)?;
        let placed = || -> io::Result<(u64, u64)> {
            listener.set_nonblocking(true)?;
            fs::set_permissions(&beside, fs::Permissions::from_mode(mode))?;
            fs::rename(&beside, path)?;
            identity(path)
        };
        match placed() {
            Ok(identity) => Ok((Self { path: path.to_owned(), identity }, listener)),
            Err(error) => {
                let _ = fs::remove_file(&beside);
                Err(failed(error))
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file, unless it is another's by now.
    pub(super) fn remove(&self) {
        if identity(&self.path).is_ok_and(|found| found == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whether a process listens there. One whose queue is full does, one that we may not connect to may.
fn answers(path: &Path) -> bool {
    let connect = || Socket::new(Domain::UNIX, Type::STREAM.nonblocking(), None)?.connect(&SockAddr::unix(path)?);
    connect().map_or_else(|error| error.kind() != io::ErrorKind::ConnectionRefused, |()| true)
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|found| (found.dev(), found.ino()))
}
