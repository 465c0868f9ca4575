//! Shared parts of the real-time tests, through the facade alone: programs of an embedder's can use them as they are.
#![allow(dead_code, reason = "each test target uses a part")]

pub mod bent;
pub mod camera;
pub mod edges;
pub mod endpoint;
pub mod matrix;
pub mod mu_law;
pub mod party;
pub mod per_octet;
pub mod phone;
pub mod random;
pub mod socket_phone;
pub mod speech;
pub mod stream;
pub mod trunk;
