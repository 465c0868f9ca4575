//! Control: the supervisor's ends of what it orders: workers and ports. Each is generic over what is done after an order, so
//! that nothing in here knows the supervisor.

pub(crate) mod countdown;
pub(crate) mod gathering;
mod link;
mod newcomers;
pub(crate) mod port;
pub(crate) mod recorder;
pub(crate) mod worker;
