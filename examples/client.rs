//! Calls a server: `cargo run --no-default-features --features client --example client [URL] [QUERY]`.
//!
//! Shows what a client needs in production: a connect timeout, keepalive, a deadline for every call, a token, and
//! retries. If the environment variable CLAIMD_TOKEN is set, the token is sent.

use std::error::Error;
use std::time::Duration;

use claimd::client::v1::SearchClaimsRequest;
use claimd::client::v1::claim_service_client::ClaimServiceClient;
use tonic::metadata::AsciiMetadataValue;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt;

/// Time to establish a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Deadline of a call. It is sent to the server, which then stops its work too.
const DEADLINE: Duration = Duration::from_secs(10);
/// Most attempts of a call.
const ATTEMPTS: u32 = 4;
/// Delay before the second attempt, doubled for each further one, if the server names none.
const BACKOFF: Duration = Duration::from_millis(200);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "http://127.0.0.1:50051".to_owned());
    let query = arguments.next().unwrap_or_else(|| "TikTok".to_owned());

    let endpoint = Endpoint::from_shared(url)?.connect_timeout(CONNECT).http2_keep_alive_interval(DEADLINE);
    // Connects at the first call, and again after a connection is lost.
    let client = ClaimServiceClient::new(endpoint.connect_lazy());
    let token = std::env::var("CLAIMD_TOKEN").ok().map(|token| format!("Bearer {token}").parse()).transpose()?;

    let request = SearchClaimsRequest { query, page_size: 5, ..SearchClaimsRequest::default() };
    let response = with_retries(|| search(client.clone(), request.clone(), token.clone())).await?;
    println!("{} claims", response.total_size);
    for hit in response.hits {
        let claim = hit.claim.unwrap_or_default();
        println!("{:.2} {}: {}", hit.score, claim.name, claim.text);
    }
    Ok(())
}

async fn search(
    mut client: ClaimServiceClient<Channel>,
    message: SearchClaimsRequest,
    token: Option<AsciiMetadataValue>,
) -> Result<Response<claimd::client::v1::SearchClaimsResponse>, Status> {
    let mut request = Request::new(message);
    request.set_timeout(DEADLINE);
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", token);
    }
    client.search_claims(request).await
}

/// Repeats a call that fails with UNAVAILABLE, after the delay that the server asks for in RetryInfo, or else after a
/// growing one. Only for methods without side effects.
async fn with_retries<T, F: Future<Output = Result<Response<T>, Status>>>(
    mut call: impl FnMut() -> F,
) -> Result<T, Status> {
    let mut attempt = 1;
    loop {
        let status = match call().await {
            Ok(response) => return Ok(response.into_inner()),
            Err(status) => status,
        };
        if status.code() != Code::Unavailable || attempt == ATTEMPTS {
            return Err(status);
        }
        let asked = status.get_details_retry_info().and_then(|info| info.retry_delay);
        let delay = asked.unwrap_or(BACKOFF * 2_u32.pow(attempt - 1));
        eprintln!("{}; attempt {} follows in {delay:?}", status.message(), attempt + 1);
        tokio::time::sleep(delay).await;
        attempt += 1;
    }
}
