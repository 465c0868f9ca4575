//! Control: histograms, gauges, the stats socket and HdrHistogram interval logs.
