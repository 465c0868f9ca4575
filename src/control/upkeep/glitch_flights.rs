//! Control: as a call breaks, what the flight recorder has of it goes to a file.

use crate::control::records::glitch_flights::{GlitchFlight, make_room, path_of};
use crate::control::request::pending::promise;
use crate::control::supervisor::Supervisor;
use crate::error::FlightError;
use crate::quality::{Glitch, GlitchCause};
use crate::session::{EventKind, MediaEvent};
use crate::types::SessionId;
use std::time::{Duration, UNIX_EPOCH};

impl Supervisor {
    /// Writes the file of a glitch, where that is asked for and the last one is old enough.
    pub(super) fn fly_glitch(&mut self, id: SessionId, glitch: &Glitch) {
        let Some(config) = self.plan.config.flight_on_glitch.as_ref() else { return };
        // What was ordered is no fault; a hold does not come this way.
        if glitch.cause == GlitchCause::CodecChanged {
            return;
        }
        let Some(dialog) = self.sessions.get(id).map(|session| session.dialog.clone()) else { return };
        if !self.glitch_flights.may_begin(config.apart, self.now) {
            return;
        }
        let unix_ms = glitch.wall.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
        let path = path_of(config, unix_ms, id, glitch.cause);
        let (config, place) = (config.clone(), path.clone());
        // Whoever waits for it polls.
        let (promise, written) = promise(Duration::ZERO);
        let room = move || make_room(&config).map_err(|error| FlightError::of_system(&config.folder, &error));
        self.fly(id, &place, promise, room);
        let cause = glitch.cause;
        self.glitch_flights.writing = Some(GlitchFlight { session: id, dialog, cause, path: path.into(), written });
    }

    /// Tells of the file that has been written since.
    pub(in crate::control) fn attend_glitch_flight(&mut self) {
        let Some(answer) = self.glitch_flights.writing.as_mut().and_then(|flight| flight.written.poll_now()) else {
            return;
        };
        let Some(flight) = self.glitch_flights.writing.take() else { return };
        if let Err(error) = answer {
            self.glitch_flights.failed += 1;
            return self.warn_of(flight.session, format_args!("the flight file of a glitch is not written: {error}"));
        }
        let (session, kind) = (Some((flight.session, flight.dialog)), EventKind::FlightWritten { cause: flight.cause });
        self.subscribers.send(&MediaEvent { at: self.now, session, file: Some(flight.path), kind });
    }
}
