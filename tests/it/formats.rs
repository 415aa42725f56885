//! Formats through the public door: what goes in, what comes out, and that it is the same.

mod arbitrary_bytes;
mod compressed;
mod convert;
mod killed;
mod manifest;
mod program;
mod shared;
mod uniting;
