//! Boundary: what a session works with by feedback that was negotiated. Made by the control side, once for each session, whatever its
//! plan says later.

use super::retransmission::Retransmission;
use super::transport_wide::TransportWide;

/// What a session works with by feedback that was negotiated.
#[derive(Debug)]
pub enum Equipment {
    /// By generic NACKs.
    Retransmission(Box<Retransmission>),
    /// By transport-wide feedback.
    TransportWide(Box<TransportWide>),
}
