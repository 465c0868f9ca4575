//! Pure: what the tests of gain control share.

pub(super) mod talker;
