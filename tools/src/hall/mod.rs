//! Control: `hall`: one conference of many phones on sockets, over several media threads: what each of them heard.

pub mod args;
mod heard;
mod phone;
pub mod report;
pub mod run;

#[cfg(test)]
mod tests;
