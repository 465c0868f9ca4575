//! Real-time: which legs a tick visits, and why: sets over their places in the slab.

use crate::rt::SlotSet;

macro_rules! sets {
    ($($(#[$doc:meta])* $set:ident),+ $(,)?) => {
        /// Legs to visit.
        #[derive(Debug)]
        pub(in crate::worker) struct LegSets { $($(#[$doc])* pub(in crate::worker) $set: SlotSet),+ }

        impl LegSets {
            /// Empty sets over `legs` places. Allocates: control side.
            pub(in crate::worker) fn new(legs: usize) -> Self {
                Self { $($set: SlotSet::new(legs)),+ }
            }

            /// A leg is gone: nobody visits its place.
            pub(in crate::worker) fn remove(&mut self, leg: u32) {
                $(self.$set.remove(leg);)+
            }
        }
    };
}

sets! {
    /// Legs with packets to play or audio to give.
    live,
    /// Outputs that are looked at each tick, as their sources cannot name them.
    polled,
    /// Outputs that are connected to something: they send a stream, whether there is something to hear or not.
    connected,
    /// Outputs whose samples run with time, connected or not.
    clocked,
    /// Outputs that have something to hear in this block.
    outputs,
    /// Legs with facts that the supervisor has not taken yet.
    unreported,
    /// Legs with telephone events under way, or to be told of.
    eventful,
    /// Outputs that prompts are played to.
    playing,
    /// Legs whose silence is told.
    watched,
    /// Legs at which something was heard that was not said, or is judged still.
    glitched,
    /// Legs that are looked at each tick, as nothing announces their input (PCM ports).
    always,
}

impl LegSets {
    /// A block begins: what is visited whatever comes.
    pub(in crate::worker) fn begin_block(&mut self) {
        self.outputs.clear();
        self.outputs.union_with(&self.polled);
        self.outputs.union_with(&self.connected);
        self.outputs.union_with(&self.playing);
        self.outputs.union_with(&self.clocked);
        self.live.union_with(&self.always);
    }

    /// A leg is parked: it is visited no more, but for what is to be told of it.
    pub(in crate::worker) fn park(&mut self, leg: u32) {
        self.unreported.insert(leg);
        self.live.remove(leg);
        self.always.remove(leg);
        self.polled.remove(leg);
        self.connected.remove(leg);
        self.playing.remove(leg);
        self.watched.remove(leg);
        self.clocked.remove(leg);
    }
}
