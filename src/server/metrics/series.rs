//! Short ways to encode a metric.

use std::fmt;

use prometheus_client::encoding::{DescriptorEncoder, EncodeGaugeValue, NoLabelSet};
use prometheus_client::metrics::MetricType;

/// Name of a metric without the suffix of its type, and its help text.
pub(super) type Described<'d> = (&'d str, &'d str);

pub(super) fn counter(encoder: &mut DescriptorEncoder<'_>, (name, help): Described<'_>, value: u64) -> fmt::Result {
    encoder.encode_descriptor(name, help, None, MetricType::Counter)?.encode_counter::<NoLabelSet, _, u64>(&value, None)
}

pub(super) fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    (name, help): Described<'_>,
    value: &impl EncodeGaugeValue,
) -> fmt::Result {
    encoder.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(value)
}

/// A counter with one label.
pub(super) fn counters<'l>(
    encoder: &mut DescriptorEncoder<'_>,
    (name, help): Described<'_>,
    label: &str,
    values: impl IntoIterator<Item = (&'l str, u64)>,
) -> fmt::Result {
    let mut encoder = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (value, count) in values {
        let labels = [(label, value)];
        encoder.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
    }
    Ok(())
}

/// A gauge with one label.
pub(super) fn gauges<'l>(
    encoder: &mut DescriptorEncoder<'_>,
    (name, help): Described<'_>,
    label: &str,
    values: impl IntoIterator<Item = (&'l str, u64)>,
) -> fmt::Result {
    let mut encoder = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    for (value, count) in values {
        let labels = [(label, value)];
        encoder.encode_family(&labels)?.encode_gauge(&count)?;
    }
    Ok(())
}
