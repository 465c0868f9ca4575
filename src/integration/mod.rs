//! Boundary: the edges: packets to and from an RTP layer, sessions to and from a SIP layer.

mod rtp_port;

pub use rtp_port::{Binding, Delivery, Endpoint, PortEvent, PortLink, PortOrder, PortReceipt, PortVerb, RtpPort};
