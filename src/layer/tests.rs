//! What tests of layers share: services made of closures, and calls of them.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::body::Body;
use tower_service::Service;

/// A service that answers as a function says.
#[derive(Clone)]
pub(super) struct Answering<F>(F);

pub(super) fn service<F, A>(answer: F) -> Answering<F>
where
    F: FnMut(Request<Body>) -> A,
{
    Answering(answer)
}

impl<F, A> Service<Request<Body>> for Answering<F>
where
    F: FnMut(Request<Body>) -> A,
    A: Future<Output = Response<Body>> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let answer = (self.0)(request);
        Box::pin(async { Ok(answer.await) })
    }
}

pub(super) async fn ask<S>(service: &mut S, path: &str) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    ask_with(service, path, None).await
}

pub(super) async fn ask_with<S>(service: &mut S, path: &str, header: Option<(&str, &str)>) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let mut request = Request::builder().uri(path);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    service.call(request.body(Body::empty()).unwrap()).await.unwrap()
}

/// The order is what the name of the type says, from the outside to the inside.
#[test]
fn the_layers_stand_in_their_order() {
    let name = std::any::type_name::<super::Stack>();
    let names = name.split(['<', '>', ',']).map(|path| path.trim().rsplit("::").next().unwrap());
    let layers: Vec<&str> = names.filter(|name| !name.is_empty() && *name != "Staged").collect();
    assert_eq!(
        layers,
        [
            "Named",
            "Metrics",
            "Traces",
            "Panics",
            "Auth",
            "Snapshot",
            "Panics",
            "Deadlines",
            "Quotas",
            "Arrival",
            "Concurrency",
            "Unsent",
            "Compression",
            "Reworded",
            "Ending",
            "Routes"
        ]
    );
}
