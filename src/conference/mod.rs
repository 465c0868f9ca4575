//! Pure: conferences: roster on the control side, mixing kernels on the real-time side.
pub mod kernel;
mod limiter;
pub use limiter::Limiter;
