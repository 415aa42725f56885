//! A client of HTTP/2 that keeps nothing back: calls are headers, bytes and trailers.

use std::net::SocketAddr;
use std::time::Duration;

use ::bytes::{BufMut, Bytes, BytesMut};
use h2::client::{ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Request};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tonic::Status;

use super::running::soon;

pub(crate) const GET_CORPUS: &str = "/claimd.v1.CorpusService/GetCorpus";
pub(crate) const GET_CLAIM: &str = "/claimd.v1.ClaimService/GetClaim";
pub(crate) const LIST_CLAIMS: &str = "/claimd.v1.ClaimService/ListClaims";
pub(crate) const RELOAD: &str = "/claimd.v1.CorpusService/ReloadCorpus";
pub(crate) const CHECK: &str = "/grpc.health.v1.Health/Check";
pub(crate) const WATCH: &str = "/grpc.health.v1.Health/Watch";

pub(crate) type Headers<'h> = &'h [(&'h str, &'h str)];

/// A connection.
pub(crate) struct Client {
    pub(crate) send: SendRequest<Bytes>,
    /// Ends with the connection.
    pub(crate) ended: JoinHandle<Result<(), h2::Error>>,
}

/// A call whose headers are sent.
pub(crate) struct Call {
    response: ResponseFuture,
    pub(crate) body: SendStream<Bytes>,
}

/// All of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) data: Bytes,
    trailers: HeaderMap,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap()).await
    }

    pub(crate) async fn over(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        let (send, connection) = h2::client::handshake(stream).await.unwrap();
        Self { send, ended: tokio::spawn(connection) }
    }

    /// One that has room for many answers at once, but for 64 KiB of each.
    pub(crate) async fn connect_wide(address: SocketAddr) -> Self {
        let mut builder = h2::client::Builder::new();
        builder.initial_connection_window_size(64 << 20);
        let stream = TcpStream::connect(address).await.unwrap();
        let (send, connection) = builder.handshake(stream).await.unwrap();
        Self { send, ended: tokio::spawn(connection) }
    }

    /// Sends the headers of a call.
    pub(crate) async fn open(&mut self, path: &str, headers: Headers<'_>) -> Result<Call, h2::Error> {
        let mut request = Request::post(format!("http://test{path}"))
            .header("te", "trailers")
            .header("content-type", "application/grpc");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send = self.send.clone().ready().await?;
        let (response, body) = self.send.send_request(request.body(()).unwrap(), false)?;
        Ok(Call { response, body })
    }

    /// Makes a whole call with an encoded message.
    pub(crate) async fn call(&mut self, path: &str, headers: Headers<'_>, message: &[u8]) -> Answer {
        self.open(path, headers).await.unwrap().finish(framed(0, message)).await.unwrap()
    }
}

/// A message as it stands in a body.
pub(crate) fn framed(flag: u8, message: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    frame.put_u8(flag);
    frame.put_u32(u32::try_from(message.len()).unwrap());
    frame.put(message);
    frame.freeze()
}

impl Call {
    /// Sends the body and reads the answer.
    pub(crate) async fn finish(mut self, body: Bytes) -> Result<Answer, h2::Error> {
        self.body.send_data(body, true)?;
        self.answer().await
    }

    /// Sends the body a byte at a time, with a pause after each, and reads the answer that comes meanwhile.
    pub(crate) async fn trickle(self, body: Bytes, pause: Duration) -> Result<Answer, h2::Error> {
        let Self { response, body: mut sending } = self;
        let trickling = async {
            for number in 0..body.len() {
                // After the answer, nothing more is taken.
                if sending.send_data(body.slice(number..=number), false).is_err() {
                    std::future::pending::<()>().await;
                }
                tokio::time::sleep(pause).await;
            }
        };
        tokio::select! {
            answer = read(response) => answer,
            () = trickling => panic!("all of the body was taken, and there is no answer"),
        }
    }

    /// Reads the answer.
    pub(crate) async fn answer(self) -> Result<Answer, h2::Error> {
        read(self.response).await
    }

    /// Reads the headers of the answer; what follows is left to the caller.
    pub(crate) async fn headers(self) -> Result<(HeaderMap, RecvStream), h2::Error> {
        let (parts, body) = soon("headers", self.response).await?.into_parts();
        Ok((parts.headers, body))
    }
}

async fn read(response: ResponseFuture) -> Result<Answer, h2::Error> {
    soon("an answer", async {
        let (parts, mut body) = response.await?.into_parts();
        let mut data = BytesMut::new();
        while let Some(more) = next(&mut body).await? {
            data.extend(more);
        }
        let trailers = body.trailers().await?.unwrap_or_default();
        Ok(Answer { headers: parts.headers, data: data.freeze(), trailers })
    })
    .await
}

/// The next bytes of an answer, with room made for as many more.
pub(crate) async fn next(body: &mut RecvStream) -> Result<Option<Bytes>, h2::Error> {
    let data = body.data().await.transpose()?;
    if let Some(data) = &data {
        body.flow_control().release_capacity(data.len())?;
    }
    Ok(data)
}

impl Answer {
    /// The status, which is in the headers where there is nothing else.
    pub(crate) fn status(&self) -> Status {
        status(&self.headers).or_else(|| status(&self.trailers)).unwrap_or_else(|| panic!("no status in {self:?}"))
    }
}

pub(crate) fn status(headers: &HeaderMap) -> Option<Status> {
    Status::from_header_map(headers)
}
