//! What the server holds against: peers that misbehave, calls that do, and its own end. All through real sockets.

mod access;
mod bytes;
mod calls;
mod client;
mod compression;
mod connections;
mod counted;
mod drain;
mod faults;
mod health;
mod healthcheck;
mod hostile;
mod program;
mod running;
mod tls;
