//! Control: what `agent-gateway` takes.

use super::token::Token;
use crate::cli::values::within;
use clap::{Args, ValueEnum};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// What `agent-gateway` takes.
#[derive(Debug, Clone, Args)]
pub struct GatewayArgs {
    /// Where agents connect to. Another address than one of this machine's own (127.0.0.1, ::1) needs a token.
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8765")]
    pub listen: SocketAddr,
    /// What an agent must show: `Authorization: Bearer TOKEN`, or `?token=TOKEN`. 16 characters or more of A-Z a-z 0-9 - . _ ~.
    /// Others of this machine can see it: --token-file is for them not to.
    #[arg(long, value_parser = Token::new, conflicts_with = "token_file")]
    pub token: Option<Token>,
    /// A file that holds the token.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// The address of the RTP sockets, which agents are told for the SDP.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub rtp_address: IpAddr,
    /// The ports of the RTP sockets: even ones are used, RTCP goes to the odd one above.
    #[arg(long, value_name = "FIRST-LAST", default_value = "20000-29999", value_parser = ports)]
    pub rtp_ports: (u16, u16),
    /// Calls at a time, 1 to 1000.
    #[arg(long, default_value_t = 100, value_parser = within(1..=1_000_u32))]
    pub calls: u32,
    /// Media threads of the engine, 1 to 16.
    #[arg(long, default_value_t = 1, value_parser = within(1..=16_u8))]
    pub workers: u8,
    /// How long a call that has lost its agent waits for another, 0 to 3600.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = within(0..=3_600_u32))]
    pub grace: u32,
    /// What its phone hears meanwhile.
    #[arg(long, value_enum, default_value_t = Hold::Silence)]
    pub hold: Hold,
    /// A WAV file that its phone hears meanwhile, over and over, in place of --hold.
    #[arg(long, value_name = "FILE", conflicts_with = "hold")]
    pub hold_file: Option<PathBuf>,
    /// After how long without a sign of life, a pong included, an agent counts as gone, 10 to 600.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = within(10..=600_u32))]
    pub agent_timeout: u32,
    /// Serve live figures at this Unix-domain socket, for `latency-histogram attach`.
    #[arg(long, value_name = "PATH")]
    pub stats_socket: Option<PathBuf>,
}

/// What a phone hears that has no agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Hold {
    /// Nothing.
    Silence,
    /// 425 Hz, 200 ms each 4 s.
    Tone,
}

/// Two ports, first and last.
fn ports(text: &str) -> Result<(u16, u16), &'static str> {
    let pair = text.split_once('-').and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    pair.filter(|(first, last)| first < last && *first > 0).ok_or("must be FIRST-LAST, such as 20000-29999")
}

impl GatewayArgs {
    /// The token, wherever it is.
    ///
    /// # Errors
    /// The file cannot be read or holds none; or there is none, and others than this machine could come in.
    pub fn agreed_token(&self) -> anyhow::Result<Option<Token>> {
        let token = match &self.token_file {
            None => self.token.clone(),
            Some(path) => {
                let text = String::from_utf8(crate::cli::files::read(path)?).unwrap_or_default();
                let token = Token::new(text.trim());
                Some(token.map_err(|why| anyhow::anyhow!("--token-file {}: {why}", path.display()))?)
            }
        };
        anyhow::ensure!(
            token.is_some() || self.listen.ip().is_loopback(),
            "--listen {}: who is not of this machine could come in and call anybody: give --token or --token-file, \
             or listen on 127.0.0.1",
            self.listen
        );
        Ok(token)
    }
}
