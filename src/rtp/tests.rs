//! Pure: RTP packets: by hand, from captures, from noise.

mod capture;
mod captures;
mod extensions;
mod fuzzing;
mod packets;
mod random;
