//! The library's `rt`: what is shared of it.

pub(crate) mod contain {
    //! Nothing of an embedder's is run here.

    pub(crate) fn contained<T>(_whose: &str, work: impl FnOnce() -> T) -> Option<T> {
        Some(work())
    }

    pub(crate) fn end<T>(_whose: &str, value: T) {
        drop(value);
    }
}
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
