//! Every kind of leg and order that a replay knows.
