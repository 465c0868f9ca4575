//! Control: media buffering: jitter buffer and its estimators.
