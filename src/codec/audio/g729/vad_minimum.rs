//! Real-time: the least energy of the last 128 frames, which the background's level is held to; clause B.3.2.

/// Frames of a place in the window.
const PLACE: i16 = 8;
/// Places.
const PLACES: usize = 16;
/// The last frame before the window slides.
const FULL: i16 = PLACE * PLACES as i16;

/// Minimum over a sliding window of 16 places of 8 frames.
#[derive(Debug, Clone)]
pub struct MinimumTracker {
    places: [i16; PLACES],
    /// Least since the last slide and of the window.
    least: i16,
    /// Least of the place that is being filled.
    next: i16,
    window: i16,
}

impl Default for MinimumTracker {
    fn default() -> Self {
        Self { places: [0; PLACES], least: i16::MAX, next: 0, window: 0 }
    }
}

impl MinimumTracker {
    /// Takes the energy of frame `frame` (from 1) in and returns the least.
    pub fn update(&mut self, frame: i16, energy: i16) -> i16 {
        let ends_place = frame % PLACE == 0;
        if frame <= FULL {
            self.least = self.least.min(energy);
            if ends_place {
                self.places[(frame / PLACE - 1) as usize] = self.least;
                self.least = i16::MAX;
            }
        } else {
            if frame % PLACE == 1 {
                (self.least, self.next) = (self.window, i16::MAX);
            }
            self.least = self.least.min(energy);
            self.next = self.next.min(energy);
            if ends_place {
                self.places.rotate_left(1);
                self.places[PLACES - 1] = self.next;
            }
        }
        if ends_place {
            self.window = self.places.iter().fold(i16::MAX, |least, &place| least.min(place));
        }
        self.least
    }
}
