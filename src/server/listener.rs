//! Listening addresses: bound before the load, and listened on after it.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, SockRef, Socket, TcpKeepalive, Type};
use tokio::net::{TcpListener, TcpStream, UnixListener};

use super::io::BoxStream;
use crate::config::ListenAddress;
use crate::layer::PeerAddress;

/// Connections that wait to be accepted. The kernel's own cap is lower on most machines.
const BACKLOG: i32 = 4096;
/// Permissions of a Unix socket: its owner and its group. Peers that connect through it count as local.
const SOCKET_MODE: u32 = 0o660;

/// A bound socket that does not listen yet, so that an address in use is found before a long load.
pub(super) struct BoundSocket {
    socket: Socket,
    address: ListenAddress,
    /// Removed with the socket.
    file: Option<SocketFile>,
}

impl BoundSocket {
    pub(super) fn new(address: &ListenAddress) -> io::Result<Self> {
        let (socket, file) = match address {
            ListenAddress::Tcp(address) => (bind_tcp(*address)?, None),
            ListenAddress::Unix(path) => {
                let (socket, file) = bind_unix(path)?;
                (socket, Some(file))
            }
        };
        socket.set_nonblocking(true)?;
        Ok(Self { socket, address: address.clone(), file })
    }

    pub(super) fn listen(self) -> io::Result<Listener> {
        let Self { socket, address, file } = self;
        socket.listen(BACKLOG)?;
        match address {
            ListenAddress::Tcp(_) => Ok(Listener::Tcp(TcpListener::from_std(socket.into())?)),
            ListenAddress::Unix(_) => Ok(Listener::Unix { listener: UnixListener::from_std(socket.into())?, file }),
        }
    }
}

fn bind_tcp(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A restart must not wait for the connections of the previous process.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

fn bind_unix(path: &Path) -> io::Result<(Socket, SocketFile)> {
    remove_leftover(path)?;
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.bind(&SockAddr::unix(path)?)?;
    let file = SocketFile(path.to_owned());
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(SOCKET_MODE))?;
    Ok((socket, file))
}

/// Removes the socket of a process that ended without removing it. Any other file stays, and binding fails.
fn remove_leftover(path: &Path) -> io::Result<()> {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
    if !is_socket {
        return Ok(());
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path),
        _ => Err(io::ErrorKind::AddrInUse.into()),
    }
}

/// The file of a Unix socket, removed when this is dropped.
pub(super) struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

/// A listening socket.
pub(super) enum Listener {
    Tcp(TcpListener),
    Unix {
        listener: UnixListener,
        #[expect(dead_code, reason = "removes the file when the listener is dropped")]
        file: Option<SocketFile>,
    },
}

impl Listener {
    /// The address, with the port that the system chose.
    pub(super) fn address(&self) -> io::Result<ListenAddress> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(ListenAddress::Tcp),
            Self::Unix { listener, .. } => {
                let address = listener.local_addr()?;
                let path = address.as_pathname().ok_or(io::ErrorKind::AddrNotAvailable)?;
                Ok(ListenAddress::Unix(path.to_owned()))
            }
        }
    }

    /// The next connection. `keepalive` is the interval of the kernel's probes on a silent connection.
    pub(super) async fn accept(&self, keepalive: Duration) -> io::Result<(BoxStream, PeerAddress)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, address) = accept_tcp(listener, keepalive).await?;
                Ok((Box::new(stream), PeerAddress::Tcp(address)))
            }
            Self::Unix { listener, .. } => {
                let (stream, _) = listener.accept().await?;
                Ok((Box::new(stream), PeerAddress::Unix))
            }
        }
    }
}

async fn accept_tcp(listener: &TcpListener, keepalive: Duration) -> io::Result<(TcpStream, SocketAddr)> {
    let (stream, address) = listener.accept().await?;
    // Nagle's algorithm would delay small responses, by 40 ms with a peer that delays its ACKs.
    stream.set_nodelay(true)?;
    let keepalive = TcpKeepalive::new().with_time(keepalive).with_interval(keepalive);
    SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
    Ok((stream, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unix(folder: &tempfile::TempDir) -> (PathBuf, ListenAddress) {
        let path = folder.path().join("claimd.sock");
        (path.clone(), ListenAddress::Unix(path))
    }

    #[tokio::test]
    async fn accepted_connections_have_no_delay_and_keepalive() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap());
        let (client, accepted) = tokio::join!(client, accept_tcp(&listener, Duration::from_mins(1)));
        let (stream, address) = accepted.unwrap();
        assert_eq!(client.unwrap().local_addr().unwrap(), address);
        assert!(stream.nodelay().unwrap());
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_mins(1));
    }

    #[tokio::test]
    async fn the_socket_of_an_ended_process_is_replaced_and_that_of_a_running_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (path, address) = unix(&folder);
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "a dead process leaves its socket behind");

        let living = BoundSocket::new(&address).unwrap().listen().unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, SOCKET_MODE);
        assert_eq!(BoundSocket::new(&address).err().unwrap().kind(), io::ErrorKind::AddrInUse);
        drop(living);
        assert!(!path.exists(), "the socket goes with the listener");
    }

    #[test]
    fn a_file_that_is_no_socket_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, address) = unix(&folder);
        std::fs::write(&path, "precious").unwrap();
        assert_eq!(BoundSocket::new(&address).err().unwrap().kind(), io::ErrorKind::AddrInUse);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    }
}
