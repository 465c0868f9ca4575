//! Pure: conferences: roster on the control side, mixing kernels on the real-time side.
