//! The library's `engine`: the way of a request, and of its answer.

mod contain {
    //! Nothing of an embedder's is run here.

    pub(crate) fn contained<T>(_whose: &str, work: impl FnOnce() -> T) -> Option<T> {
        Some(work())
    }

    pub(crate) fn end<T>(_whose: &str, value: T) {
        drop(value);
    }
}
mod request {
    //! A request, as far as its way is concerned: what answers when it is dropped.

    pub(crate) struct Request(pub(crate) Box<dyn FnMut() + Send>);
}
mod pending {
    include!(concat!(env!("OUT_DIR"), "/pending.rs"));
}
mod request_queue {
    include!(concat!(env!("OUT_DIR"), "/request_queue.rs"));
}

#[cfg(test)]
mod tests;
