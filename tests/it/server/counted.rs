//! What metrics say of calls, all methods together.

use std::collections::BTreeMap;
use std::sync::Arc;

use claimd::layer::CallMetrics;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::registry::Registry;

/// Calls, as metrics count them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) started: u64,
    pub(crate) in_flight: u64,
    /// Those that have ended, by code. Codes that none ended with are left out.
    pub(crate) ended: BTreeMap<String, u64>,
}

impl Counted {
    /// As metrics are shown.
    pub(crate) fn of(metrics: &Arc<CallMetrics>) -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Arc::clone(metrics)));
        let mut text = String::new();
        prometheus_text::encode(&mut text, &registry).unwrap();
        let mut counted = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) = series.split_once('{').unwrap();
            let count = || value.parse::<u64>().unwrap();
            match name {
                "grpc_server_call_started_total" => counted.started += count(),
                "claimd_calls_in_flight" => counted.in_flight += count(),
                "grpc_server_call_duration_seconds_count" if count() > 0 => {
                    let code = labels.rsplit('"').nth(1).unwrap();
                    *counted.ended.entry(code.to_owned()).or_default() += count();
                }
                _ => {}
            }
        }
        counted
    }

    /// What metrics have to say when all calls have ended, and with these codes.
    pub(crate) fn all(ended: BTreeMap<String, u64>) -> Self {
        Self { started: ended.values().sum(), in_flight: 0, ended }
    }
}
