//! Control: `media-lab call`: a call over the engine on virtual time, with a room, two networks and the stages of a leg.

mod activity;
mod args;
mod bands;
mod codec;
mod delay;
mod echo;
mod files;
mod found;
mod lag;
mod near;
mod noise;
mod options;
mod path;
mod phone;
mod place;
mod plot;
mod rated;
mod room;
mod run;
mod score;
mod script;
mod stages;
mod text;
mod voice;

pub use args::Args;
