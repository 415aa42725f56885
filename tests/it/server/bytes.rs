//! A peer that speaks HTTP/2 byte by byte, and as it likes.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Kinds of frames.
pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RESET: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// A frame.
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// What every connection begins with. Room for as much as there can be, if `wide`.
pub(crate) fn beginning(wide: bool) -> Vec<u8> {
    let mut begun = PREFACE.to_vec();
    if wide {
        let mut window = vec![0, 4];
        window.extend(0x7fff_ffff_u32.to_be_bytes());
        begun.extend(frame(SETTINGS, 0, 0, &window));
        begun.extend(frame(WINDOW, 0, 0, &0x7fff_0000_u32.to_be_bytes()));
    } else {
        begun.extend(frame(SETTINGS, 0, 0, &[]));
    }
    begun
}

/// A header that is not kept in a table.
fn literal(name: &str, value: &str) -> Vec<u8> {
    let mut field = vec![0];
    for text in [name, value] {
        field.push(u8::try_from(text.len()).unwrap());
        field.extend(text.as_bytes());
    }
    field
}

/// The headers of a call.
pub(crate) fn call(path: &str) -> Vec<u8> {
    // :method POST, :scheme http.
    let mut block = vec![0x83, 0x86];
    block.extend(literal(":path", path));
    block.extend(literal(":authority", "test"));
    block.extend(literal("content-type", "application/grpc"));
    block.extend(literal("te", "trailers"));
    block
}

/// Headers in an order that is an error of their stream.
pub(crate) fn malformed() -> Vec<u8> {
    let mut block = literal("te", "trailers");
    block.extend([0x83, 0x86, 0x84]);
    block
}

/// Sends bytes as fast as they are taken, and meanwhile counts the frames that come back, by kind, until the server
/// closes the connection.
pub(crate) async fn flood(address: SocketAddr, bytes: Vec<u8>) -> [usize; 256] {
    let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
    let writing = tokio::spawn(async move {
        // The server may well close the connection in the middle.
        writer.write_all(&bytes).await.ok();
        writer
    });
    let mut frames = [0; 256];
    let mut header = [0; 9];
    while reader.read_exact(&mut header).await.is_ok() {
        frames[usize::from(header[3])] += 1;
        let length = u32::from_be_bytes([0, header[0], header[1], header[2]]);
        let mut payload = vec![0; length as usize];
        if reader.read_exact(&mut payload).await.is_err() {
            break;
        }
    }
    writing.await.unwrap();
    frames
}
