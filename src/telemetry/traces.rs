//! Spans on their way to whoever collects them.

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig, WithTonicConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tonic::metadata::MetadataMap;
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use crate::config::TraceConfig;

/// Longest time for one batch of spans. The next waits meanwhile, and when 2,048 spans wait, more are dropped.
const EXPORT: Duration = Duration::from_secs(3);

/// Spans cannot be sent.
#[derive(Debug, thiserror::Error)]
#[error("--otlp-endpoint: {0}")]
pub struct TracesFailed(#[from] ExporterBuildError);

/// What sends spans, if they are to be sent. It connects when there are some, and again when it has to.
pub(super) fn provider(config: &TraceConfig) -> Result<Option<SdkTracerProvider>, TracesFailed> {
    let Some(endpoint) = &config.otlp_endpoint else { return Ok(None) };
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT)
        .with_metadata(metadata(config))
        .build()?;
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(config.otlp_sample_ratio)));
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(sampler)
        .with_resource(Resource::builder().with_service_name("claimd").build())
        .build();
    Ok(Some(provider))
}

fn metadata(config: &TraceConfig) -> MetadataMap {
    let headers = config.headers().into_iter().map(|(name, value)| {
        let name = HeaderName::try_from(name).expect("names were looked at before");
        let mut value = HeaderValue::try_from(value).expect("values were looked at before");
        value.set_sensitive(true);
        (name, value)
    });
    MetadataMap::from_headers(headers.collect())
}

/// Turns spans of this crate into spans to send.
pub(super) fn spans<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let ours = filter_fn(|span| span.target().starts_with("claimd") && *span.level() <= Level::INFO);
    tracing_opentelemetry::layer().with_tracer(provider.tracer("claimd")).with_filter(ours)
}
