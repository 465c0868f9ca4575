//! Real-time: DTMF and flash as named events in RTP, `telephone-event` (RFC 4733, which replaced RFC 2833).
//!
//! A leg owns an [`EventSender`] and an [`EventReceiver`]; both are plain state machines of fixed size without a clock.
//! Once per outgoing packet the leg asks the sender for an event packet before it encodes audio. Each arriving event
//! payload goes to the receiver, which says when an event started and ended, once each, whatever the network did to the
//! packets; what it says can be handed to a sender at another clock rate ([`EventSender::relay`]).
//!
//! Events 0 to 16 at any clock rate (8, 16 and 48 kHz are offered); four octets once a packet time, three times at the
//! end. Licence: free.
//!
//! The two mistakes that everybody makes: counting packets or end bits as digits (a digit is a timestamp), and taking
//! the duration in the clock of the wrong side ([`EventClock`]).

mod clock;
mod digit;
mod event;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod notice;
mod received_event;
mod receiver;
mod report;
mod sender;

pub use clock::EventClock;
pub use digit::{Digit, DigitFault, DigitString};
pub use event::{EventFault, EventPayload, TelephoneEvent};
pub use notice::{EventCounters, EventNotice, EventNotices};
pub use receiver::EventReceiver;
pub use report::EventArrival;
pub use sender::{EventPacket, EventSender};

#[cfg(test)]
mod tests;
