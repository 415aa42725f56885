//! Calls whose messages are left as bytes.

use bytes::{Buf, BufMut, Bytes};
use http::uri::PathAndQuery;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Request, Response, Status};

use super::TestServer;

/// Calls a method with an encoded request; the encoded response.
pub(crate) async fn call_raw(
    server: &TestServer,
    method: &str,
    request: impl Into<Bytes>,
) -> Result<Response<Bytes>, Status> {
    let mut client = Grpc::new(server.channel.clone()).max_decoding_message_size(64 << 20);
    client.ready().await.unwrap();
    client.unary(Request::new(request.into()), PathAndQuery::try_from(method).unwrap(), RawCodec).await
}

struct RawCodec;

impl Codec for RawCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
