//! The library's `rt`: what is shared of it.

pub mod gauge {
    include!(concat!(env!("OUT_DIR"), "/gauge.rs"));
}
pub mod lane {
    include!(concat!(env!("OUT_DIR"), "/lane.rs"));
}
pub mod packet_header {
    include!(concat!(env!("OUT_DIR"), "/packet_header.rs"));
}

pub mod packet_ring {
    include!(concat!(env!("OUT_DIR"), "/packet_ring.rs"));
}
pub mod shuttle {
    include!(concat!(env!("OUT_DIR"), "/shuttle.rs"));
}

#[cfg(test)]
mod tests;
