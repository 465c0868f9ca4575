//! Control: the kinds of network that `--impair` knows by name.

use super::impair::Impairment;

/// A kind of network. The figures are for packets of 20 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Network {
    /// A local network: 20 to 22 ms.
    Clean,
    /// Wi-Fi: exponential jitter of 3.5 ms, a stall of 20 to 90 ms about every 1.5 s, 0.2 % lost.
    Wifi,
    /// A mobile cell: 40 to 75 ms, 10 % lost in bursts of 3.3 packets.
    Mobile,
    /// A local network that stands still for 300 ms every 10 s.
    Spikes,
    /// The sender's clock is 200 ppm slower; 2.5 ms of jitter. `--skew-ppm -200` makes it faster.
    Skew,
    /// 5 % of the packets come 10 to 70 ms late, after their successors.
    Reorder,
    /// The route gets 80 ms longer halfway through.
    Step,
    /// 10 % lost nearly at random (bursts of 1.1 packets), 10 ms of jitter.
    Loss,
    /// Fifth generation mobile: 2 to 3 ms.
    #[value(name = "5g")]
    FifthGeneration,
}

impl Network {
    /// What it does to packets.
    #[must_use]
    pub fn impairment(self) -> Impairment {
        let clean = Impairment::default();
        match self {
            Self::Clean => clean,
            Self::Wifi => Impairment { jitter_ms: 3.5, stalls: 0.65, loss: 0.002, ..clean },
            Self::Mobile => Impairment { base_ms: 43.0, spread_ms: 4.0, loss: 0.1, burst: 3.3, ..clean },
            Self::Spikes => Impairment { spike_every_s: 10.0, ..clean },
            Self::Skew => Impairment { jitter_ms: 1.8, normal_ms: 1.0, skew_ppm: 200.0, ..clean },
            Self::Reorder => Impairment { reorder: 0.05, ..clean },
            Self::Step => Impairment { step_ms: 80.0, ..clean },
            Self::Loss => Impairment { jitter_ms: 2.0, normal_ms: 2.0, loss: 0.1, burst: 1.1, ..clean },
            Self::FifthGeneration => Impairment { base_ms: 2.0, ..clean },
        }
    }
}
