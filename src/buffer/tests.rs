//! Pure: the jitter buffer and the receive path in virtual time.

mod any;
mod forward;
mod holes;
mod late;
mod noise;
mod receive;
mod recover;
mod red;
mod rig;
mod skew;
mod sources;
mod stretch;
mod transit_percentile;
mod transit_trend;
