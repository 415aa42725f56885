//! Every metric of the server, in one registry.

mod build;
mod connections;
mod corpus;
mod log;
mod process;
mod reloads;
mod series;

use std::sync::Arc;

use prometheus_client::registry::Registry;

use super::Vitals;
use crate::telemetry::Log;

pub(super) use build::{COMMIT, VERSION};

/// Every metric of the server. The values are looked up when they are asked for.
pub(super) fn registry(vitals: &Vitals, log: &Log) -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Arc::clone(&vitals.calls)));
    registry.register_collector(Box::new(connections::Connections::new(vitals)));
    registry.register_collector(Box::new(corpus::CorpusGauges::new(vitals)));
    registry.register_collector(Box::new(reloads::Reloads::new(vitals)));
    registry.register_collector(Box::new(log::Lines(log.clone())));
    registry.register_collector(Box::new(process::Process::started_now()));
    registry.register_collector(Box::new(build::Build));
    registry
}
