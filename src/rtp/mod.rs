//! Pure: RTP and RTCP packets.
