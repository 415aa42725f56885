//! Metrics of calls, with the names of gRFC A66: for each method and status code.
//!
//! Both are closed sets, so that no client can create series. All series exist from the start, so that rates include the
//! first call. Calls of unknown methods count as `other`.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;
use tonic::Code;

use crate::rpc::{self, CODES};
use crate::telemetry::{Histogram, Scale};

/// Buckets of gRFC A66, in nanoseconds.
static DURATIONS: Scale = Scale {
    bounds: &[
        0,
        10_000,
        50_000,
        100_000,
        300_000,
        600_000,
        800_000,
        1_000_000,
        2_000_000,
        3_000_000,
        4_000_000,
        5_000_000,
        6_000_000,
        8_000_000,
        10_000_000,
        13_000_000,
        16_000_000,
        20_000_000,
        25_000_000,
        30_000_000,
        40_000_000,
        50_000_000,
        65_000_000,
        80_000_000,
        100_000_000,
        130_000_000,
        160_000_000,
        200_000_000,
        250_000_000,
        300_000_000,
        400_000_000,
        500_000_000,
        650_000_000,
        800_000_000,
        1_000_000_000,
        2_000_000_000,
        5_000_000_000,
        10_000_000_000,
        20_000_000_000,
        50_000_000_000,
        100_000_000_000,
    ],
    shown: 1e9,
};

/// Buckets of gRFC A66, in bytes.
static SIZES: Scale = Scale {
    bounds: &[
        0,
        1 << 10,
        2 << 10,
        4 << 10,
        16 << 10,
        64 << 10,
        256 << 10,
        1 << 20,
        4 << 20,
        16 << 20,
        64 << 20,
        256 << 20,
        1 << 30,
        4 << 30,
    ],
    shown: 1.0,
};

/// Method label of calls of unknown methods.
const OTHER: &str = "other";

/// Metrics of all calls. Each call is counted once, with the status code that it ended with.
#[derive(Debug)]
pub struct CallMetrics {
    /// By the index of the method; the last for unknown methods.
    methods: Vec<Method>,
}

#[derive(Debug)]
struct Method {
    /// Service and method, as in the path.
    name: &'static str,
    started: AtomicU64,
    ended: AtomicU64,
    /// By number of the code.
    codes: Vec<Ended>,
}

/// Calls that ended with one code.
#[derive(Debug)]
struct Ended {
    duration: Histogram,
    sent: Histogram,
    received: Histogram,
}

impl Default for CallMetrics {
    fn default() -> Self {
        let names = rpc::Method::all().iter().map(rpc::Method::name);
        Self { methods: names.chain([OTHER]).map(Method::new).collect() }
    }
}

impl Method {
    fn new(name: &'static str) -> Self {
        let ended = |_| Ended {
            duration: Histogram::new(&DURATIONS),
            sent: Histogram::new(&SIZES),
            received: Histogram::new(&SIZES),
        };
        Self { name, started: AtomicU64::new(0), ended: AtomicU64::new(0), codes: CODES.iter().map(ended).collect() }
    }

    fn in_flight(&self) -> u64 {
        // In this order: a call that ends in between is at worst counted as open.
        let ended = self.ended.load(Ordering::Acquire);
        self.started.load(Ordering::Relaxed).saturating_sub(ended)
    }
}

impl CallMetrics {
    /// Counts the start of a call.
    pub(super) fn begin(&self, method: Option<&rpc::Method>) {
        self.of(method).started.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts the end of a call.
    pub(super) fn end(&self, method: Option<&rpc::Method>, code: Code, took: Duration, sent: u64, received: u64) {
        let method = self.of(method);
        let ended = &method.codes[code as usize];
        ended.duration.observe(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
        ended.sent.observe(sent);
        ended.received.observe(received);
        method.ended.fetch_add(1, Ordering::Release);
    }

    fn of(&self, method: Option<&rpc::Method>) -> &Method {
        &self.methods[method.map_or(self.methods.len() - 1, |method| method.index)]
    }

    fn encode_histograms(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        (name, help, unit): (&str, &str, &Unit),
        histogram: impl Fn(&Ended) -> &Histogram,
    ) -> fmt::Result {
        let mut encoder = encoder.encode_descriptor(name, help, Some(unit), MetricType::Histogram)?;
        for Method { name, codes, .. } in &self.methods {
            for (ended, (_, code)) in codes.iter().zip(CODES) {
                let labels = [("grpc_method", *name), ("grpc_status", code)];
                histogram(ended).encode(&mut encoder.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

impl Collector for CallMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Started calls";
        let mut started = encoder.encode_descriptor("grpc_server_call_started", help, None, MetricType::Counter)?;
        for Method { name, started: count, .. } in &self.methods {
            let labels = [("grpc_method", *name)];
            let mut series = started.encode_family(&labels)?;
            series.encode_counter::<NoLabelSet, _, u64>(&count.load(Ordering::Relaxed), None)?;
        }
        let help = "Calls in flight";
        let mut in_flight = encoder.encode_descriptor("claimd_calls_in_flight", help, None, MetricType::Gauge)?;
        for method in &self.methods {
            let labels = [("grpc_method", method.name)];
            in_flight.encode_family(&labels)?.encode_gauge(&method.in_flight())?;
        }
        let duration = "Time from the headers of a call to the end of its response";
        let duration = ("grpc_server_call_duration", duration, &Unit::Seconds);
        self.encode_histograms(&mut encoder, duration, |ended| &ended.duration)?;
        let sent = "Compressed bytes of the messages sent in a call";
        let sent = ("grpc_server_call_sent_total_compressed_message_size", sent, &Unit::Bytes);
        self.encode_histograms(&mut encoder, sent, |ended| &ended.sent)?;
        let received = "Compressed bytes of the messages received in a call";
        let received = ("grpc_server_call_rcvd_total_compressed_message_size", received, &Unit::Bytes);
        self.encode_histograms(&mut encoder, received, |ended| &ended.received)
    }
}
