//! Control: `media-lab mos`: the quality of a call by the E-model.

use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use crate::cli::values::within;
use anyhow::{Result, anyhow};
use clap::ValueEnum;
use media_core::quality::{CodecImpairment, Confidence, EModel};
use std::fmt::Write as _;

/// What `mos` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab mos
  media-lab mos --codec g729a --loss 2 --delay-ms 180
  media-lab mos --codec g711-plc --loss 5 --burst 2 --delay-ms 250 --echo --json
  media-lab mos --band wideband --ie 5 --bpl 10 --loss 1

MOS-CQ is what people would say who talk to each other, MOS-LQ what a listener would say, who does not notice delay. The bands
have scales of their own: an R of 93 is the best that narrowband has, and a poor one of fullband. `--codec list` lists the codecs,
with Ie and Bpl and how sure they are. There is no published figure for Opus: give --band, --ie and --bpl of your own.")]
pub struct Args {
    /// The codec, by its name in the list.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["band", "ie"], default_value = "g711-plc", default_value_if("ie", clap::builder::ArgPredicate::IsPresent, None))]
    pub codec: Option<String>,
    /// The scale, where no codec says it.
    #[arg(long, value_enum)]
    pub band: Option<Band>,
    /// Equipment impairment of the codec without loss.
    #[arg(long, value_parser = within(0.0..=132.0))]
    pub ie: Option<f64>,
    /// Its robustness to loss.
    #[arg(long, value_parser = within(0.1..=1000.0))]
    pub bpl: Option<f64>,
    /// Packets lost, percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, value_parser = within(0.0..=100.0))]
    pub loss: f64,
    /// How bursty loss is: 1 at random, 2 in bursts of twice the length.
    #[arg(long, value_name = "RATIO", default_value_t = 1.0, value_parser = within(0.1..=100.0))]
    pub burst: f64,
    /// From mouth to ear.
    #[arg(long, value_name = "MS", default_value_t = 0.0, value_parser = within(0.0..=60000.0))]
    pub delay_ms: f64,
    /// The delay brings an echo back, of 65 dB less (G.107's default); without, it is cancelled.
    #[arg(long)]
    pub echo: bool,
    /// What users forgive for an advantage of access: 5 mobile in a building, 10 on the road, 20 by satellite.
    #[arg(long, default_value_t = 0.0, value_parser = within(0.0..=20.0))]
    pub advantage: f64,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// The scales by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Band {
    /// G.107: 300 to 3400 Hz.
    #[default]
    Narrowband,
    /// G.107.1: 50 to 7000 Hz.
    Wideband,
    /// G.107.2: 20 to 20000 Hz.
    Fullband,
}

impl From<Band> for media_core::quality::Band {
    fn from(band: Band) -> Self {
        match band {
            Band::Narrowband => Self::Narrowband,
            Band::Wideband => Self::Wideband,
            Band::Fullband => Self::Fullband,
        }
    }
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default()
    }

    fn run(&self) -> Result<()> {
        let codec = self.codec.as_deref().filter(|_| self.ie.is_none() && self.band.is_none());
        if codec == Some("list") {
            print!("{}", list());
            return Ok(());
        }
        let mut call = EModel::default();
        if let Some(name) = codec {
            let known = CodecImpairment::of(name).ok_or_else(|| {
                anyhow!("--codec {name}: no figure is published: see --codec list, or give --band, --ie and --bpl")
            })?;
            call = call.codec(known);
        } else {
            call.band = self.band.unwrap_or_default().into();
            (call.ie, call.bpl) = (self.ie.unwrap_or(0.0), None);
        }
        call.bpl = self.bpl.or(call.bpl);
        (call.burst_r, call.a) = (self.burst, self.advantage);
        call = call.loss(self.loss);
        call = if self.echo { call.delay_with_echo_ms(self.delay_ms) } else { call.delay_ms(self.delay_ms) };
        let rating = call.rate().map_err(|why| anyhow!("{}", why.to_string().replace("set bpl", "give --bpl")))?;
        Report::default()
            .with("codec", codec)
            .with("band", format!("{:?}", call.band).to_lowercase())
            .with("r", rating.r)
            .with("mos_cq", rating.mos_cq)
            .with("mos_lq", rating.mos_lq)
            .with("ro", rating.ro)
            .with("is", rating.is)
            .with("id", rating.id)
            .with("ie_eff", rating.ie_eff)
            .print(self.json);
        Ok(())
    }
}

fn list() -> String {
    let mut text = String::from("codec           band          Ie    Bpl   from\n");
    for known in CodecImpairment::ALL {
        let band = format!("{:?}", known.band).to_lowercase();
        let bpl = known.bpl.map_or("–".to_owned(), |bpl| bpl.to_string());
        let from = match known.confidence {
            Confidence::Published => "G.113",
            Confidence::Measured => "measured (PERFORMANCE.md)",
            _ => "memory of G.113",
        };
        let _ = writeln!(text, "{:<15} {band:<11} {:>4} {bpl:>6}   {from}", known.codec, known.ie);
    }
    text
}
