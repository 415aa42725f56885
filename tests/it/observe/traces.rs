//! Spans: one for each call, under the caller's, from its headers to the end of its answer.

use std::sync::{Arc, Mutex};

use claimd::proto::v1::ListClaimsRequest;
use opentelemetry::trace::{SpanKind, TracerProvider};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tonic::service::Routes;
use tonic::{Request, Response, Status};
use tracing_subscriber::layer::SubscriberExt;

use super::calls::{CLAIM, get};
use super::serving::Serving;
use crate::support::TestServer;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

fn traced<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("traceparent", format!("00-{TRACE}-{PARENT}-01").parse().unwrap());
    request
}

// On one thread, so that the subscriber of this thread sees the server too.
#[tokio::test]
async fn a_call_is_a_span_under_its_callers() {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    // Where there is one subscriber alone, tracing asks the thread that comes first to a span whether anybody wants it: a
    // server of another test may, and nobody listens there. Where there are two, it asks both.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _here = tracing::subscriber::set_default(tracing_subscriber::registry().with(spans));

    let server = TestServer::demo().await;
    server.claims().get_claim(traced(get(CLAIM))).await.unwrap();
    server.claims().list_claims(ListClaimsRequest { page_size: -1, ..ListClaimsRequest::default() }).await.unwrap_err();
    let named = |name: &str| -> Vec<SpanData> {
        exporter.get_finished_spans().unwrap().into_iter().filter(|span| span.name == name).collect()
    };
    let spans = named("claimd.v1.ClaimService/GetClaim");
    let [span] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!(span.span_context.trace_id().to_string(), TRACE);
    assert_eq!(span.parent_span_id.to_string(), PARENT);
    assert_eq!(span.span_kind, SpanKind::Server);
    let code = span.attributes.iter().find(|attribute| attribute.key.as_str() == "rpc.grpc.status_code").unwrap();
    assert_eq!(code.value.as_str(), "0");
    let spans = named("claimd.v1.ClaimService/ListClaims");
    let [span] = &spans[..] else { panic!("{spans:?}") };
    assert_ne!(span.span_context.trace_id().to_string(), TRACE, "a trace of its own");
}

/// A batch of spans, and the header `x-team` it came with.
type Batch = (Option<String>, ExportTraceServiceRequest);

/// Takes spans in, as a collector does.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Batch>>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let header = request.metadata().get("x-team").map(|team| team.to_str().unwrap().to_owned());
        self.0.lock().unwrap().push((header, request.into_inner()));
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    /// Listens on a free port until the test ends.
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Routes::new(TraceServiceServer::new(self.clone())).prepare();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = hyper_util::service::TowerToHyperService::new(routes.clone());
                let executor = hyper_util::rt::TokioExecutor::new();
                let connection = hyper::server::conn::http2::Builder::new(executor);
                tokio::spawn(connection.serve_connection(hyper_util::rt::TokioIo::new(stream), service));
            }
        });
        format!("http://{address}")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_are_sent_to_a_collector_and_the_last_ones_at_the_end() {
    let collector = Collector::default();
    let endpoint = collector.start().await;
    let mut serving = Serving::start(&["--otlp-endpoint", &endpoint, "--otlp-headers", "x-team=desk"]);
    serving.claims().await.get_claim(traced(get(CLAIM))).await.unwrap();
    assert_eq!(serving.stop(), 0);
    let received = collector.0.lock().unwrap();
    let spans: Vec<_> = received
        .iter()
        .flat_map(|(team, batch)| {
            assert_eq!(team.as_deref(), Some("desk"));
            &batch.resource_spans
        })
        .flat_map(|resource| resource.scope_spans.iter().flat_map(|scope| &scope.spans))
        .filter(|span| span.name == "claimd.v1.ClaimService/GetClaim")
        .collect();
    assert_eq!(spans.len(), 1, "{received:?}");
    assert_eq!(spans[0].trace_id, u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes());
    assert_eq!(spans[0].parent_span_id, u64::from_str_radix(PARENT, 16).unwrap().to_be_bytes());
    let service = received[0].1.resource_spans[0].resource.as_ref().unwrap();
    assert!(format!("{service:?}").contains("claimd"), "{service:?}");
}

#[test]
fn a_collector_that_is_not_there_hinders_nobody() {
    let mut serving = Serving::start(&["--otlp-endpoint", "http://127.0.0.1:1"]);
    while serving.get("/readyz").code != 200 {
        std::thread::yield_now();
    }
    assert_eq!(serving.stop(), 0);
}
