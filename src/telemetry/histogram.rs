//! A histogram that threads update without waiting for each other.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::encoding::{MetricEncoder, NoLabelSet};

/// Buckets of a histogram in whole units, and the unit that is shown.
#[derive(Debug)]
pub struct Scale {
    /// Upper bounds of the buckets, ascending; a last bucket has none.
    pub bounds: &'static [u64],
    /// Whole units in a shown unit: 10⁹ if nanoseconds are counted and seconds shown.
    pub shown: f64,
}

/// Counts of values by bucket. The sum is in whole units, so that it is exact.
#[derive(Debug)]
pub struct Histogram {
    scale: &'static Scale,
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

impl Histogram {
    /// An empty histogram.
    pub fn new(scale: &'static Scale) -> Self {
        let counts = scale.bounds.iter().map(|_| AtomicU64::new(0)).chain([AtomicU64::new(0)]);
        Self { scale, counts: counts.collect(), sum: AtomicU64::new(0) }
    }

    /// Counts a value, in whole units.
    pub fn observe(&self, value: u64) {
        let bucket = self.scale.bounds.partition_point(|bound| *bound < value);
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// Encodes it for Prometheus. An empty one has a single bucket.
    #[expect(clippy::cast_precision_loss, reason = "Prometheus reads numbers as floats")]
    pub fn encode(&self, encoder: &mut MetricEncoder<'_>) -> fmt::Result {
        let counts: Vec<u64> = self.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let count = counts.iter().sum();
        let shown = |value: u64| value as f64 / self.scale.shown;
        let sum = shown(self.sum.load(Ordering::Relaxed));
        let bounds = self.scale.bounds.iter().map(|bound| shown(*bound)).chain([f64::INFINITY]);
        let buckets: Vec<(f64, u64)> = match count {
            0 => vec![(f64::INFINITY, 0)],
            _ => bounds.zip(counts).collect(),
        };
        encoder.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::collector::Collector;
    use prometheus_client::encoding::DescriptorEncoder;
    use prometheus_client::metrics::MetricType;
    use prometheus_client::registry::Registry;

    use super::*;

    static TENS: Scale = Scale { bounds: &[0, 10, 20], shown: 10.0 };

    #[derive(Debug)]
    struct Alone(Histogram);

    impl Collector for Alone {
        fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
            let mut encoder = encoder.encode_descriptor("alone", "Alone", None, MetricType::Histogram)?;
            self.0.encode(&mut encoder)
        }
    }

    fn shown(values: &[u64]) -> Vec<String> {
        let histogram = Histogram::new(&TENS);
        for value in values {
            histogram.observe(*value);
        }
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Alone(histogram)));
        let mut text = String::new();
        prometheus_client::encoding::prometheus_text::encode(&mut text, &registry).unwrap();
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    }

    #[test]
    fn a_value_counts_in_the_first_bucket_whose_bound_is_not_below_it() {
        assert_eq!(
            shown(&[0, 1, 10, 11, 20, 21, 1000]),
            [
                "alone_bucket{le=\"0\"} 1",
                "alone_bucket{le=\"1\"} 3",
                "alone_bucket{le=\"2\"} 5",
                "alone_bucket{le=\"+Inf\"} 7",
                "alone_sum 106.3",
                "alone_count 7",
            ]
        );
    }

    #[test]
    fn an_empty_histogram_has_one_bucket() {
        assert_eq!(shown(&[]), ["alone_bucket{le=\"+Inf\"} 0", "alone_sum 0.0", "alone_count 0"]);
    }
}
