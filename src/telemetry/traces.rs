//! Export of spans over OTLP.

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

/// Timeout of the export of a batch. The next batch waits meanwhile, and spans beyond 2,048 waiting ones are dropped.
const EXPORT: Duration = Duration::from_secs(3);

/// Spans cannot be exported.
#[derive(Debug, thiserror::Error)]
#[error("--otlp-endpoint: {0}")]
pub struct TracesFailed(#[from] ExporterBuildError);

/// The exporter of spans, if an endpoint is configured. Connects when there are spans, and again after failures.
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
        let name = HeaderName::try_from(name).expect("the configuration has checked names");
        let mut value = HeaderValue::try_from(value).expect("the configuration has checked values");
        value.set_sensitive(true);
        (name, value)
    });
    MetadataMap::from_headers(headers.collect())
}

/// Exports the spans of this crate, with the events in them at info and above.
pub(super) fn spans<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let ours = filter_fn(|of| of.target().starts_with("claimd") && (of.is_span() || *of.level() <= Level::INFO));
    tracing_opentelemetry::layer().with_tracer(provider.tracer("claimd")).with_filter(ours)
}
