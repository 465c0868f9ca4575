//! The library's `control::request`: the way of a request, and of its answer.

mod pending {
    include!(concat!(env!("OUT_DIR"), "/pending.rs"));
}
mod queue {
    include!(concat!(env!("OUT_DIR"), "/queue.rs"));
}

#[cfg(test)]
mod tests;
