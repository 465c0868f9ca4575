//! Control: how many sessions are sick, and of what.

use crate::quality::{AudioStage, ONE_WAY_FOR_SURE_S, OneWay};
use std::collections::BTreeMap;

/// Sessions as of the last second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SickSessions {
    one_way: u32,
    refused: u32,
    undecodable: u32,
    lossy: u32,
    stopped: u32,
}

impl SickSessions {
    /// Counts one, which has been a one-way call for so long, and lost so many packets in the last second.
    pub(crate) fn count(&mut self, ways: OneWay, one_way_s: u32, lost: u32) {
        if one_way_s >= ONE_WAY_FOR_SURE_S {
            self.one_way += 1;
            self.refused += u32::from(ways.inward == AudioStage::RefusedSource);
            self.undecodable += u32::from(ways.inward == AudioStage::Undecodable);
        }
        self.lossy += u32::from(lost > 0);
        self.stopped += u32::from(ways.inward == AudioStage::Stopped);
    }

    pub(crate) fn publish(self, gauges: &mut BTreeMap<String, i64>) {
        for (name, sessions) in [
            ("one_way", self.one_way),
            ("refused", self.refused),
            ("undecodable", self.undecodable),
            ("lossy", self.lossy),
            ("stopped", self.stopped),
        ] {
            gauges.insert(format!("/sick/{name}"), sessions.into());
        }
    }
}
