//! Control: histograms, gauges, the stats socket and HdrHistogram interval logs.

/// Provisional: replaced by the phase meter proper.
#[derive(Debug, Default)]
pub struct PhaseMeter;
