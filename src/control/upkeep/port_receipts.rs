//! Control: what came home from ports.

use crate::control::records::watch::io_thread;
use crate::control::supervisor::Supervisor;
use crate::types::PortId;

impl Supervisor {
    pub(in crate::control) fn collect_port_receipts(&mut self) {
        for index in 0..self.ports.len() {
            self.close_abandoned(index);
            while let Some(Some(control)) = self.ports.get_mut(index)
                && let Some((receipt, after)) = control.collect()
            {
                if let Some(after) = after {
                    after(self, receipt);
                }
            }
            self.answer_for(index);
            self.give_back_closed(index);
        }
    }

    /// Answers who waits for an I/O thread that does not run.
    fn answer_for(&mut self, index: usize) {
        let Some(Some(control)) = self.ports.get_mut(index) else { return };
        let owed = control.give_up_answers();
        self.watch.answering = Some(io_thread(PortId(index as u8)));
        for (receipt, after) in owed {
            after(self, receipt);
        }
        self.watch.answering = None;
    }
}
