//! The access log: one line for each call, at its end.
//!
//! Its level follows from the status: faults of the server at error, limits of the server at warn, probes of health that
//! went well at debug, everything else at info.

use std::time::Duration;

use tonic::Code;
use tracing::{Level, field};

use super::peer::PeerAddress;
use crate::rpc::{self, Blame};
use crate::telemetry::CALL_TARGET;

/// Beginning of the paths of the health service. Orchestrators call it all the time.
const HEALTH: &str = "/grpc.health.v1.Health/";

/// What the line says of a call that has ended.
pub(super) struct Line<'c> {
    pub(super) path: &'c str,
    /// Full name of the method without the leading slash.
    pub(super) method: &'c str,
    pub(super) code: Code,
    pub(super) took: Duration,
    /// Bytes of the messages of the request.
    pub(super) received_bytes: u64,
    /// Bytes of the messages of the response.
    pub(super) sent_bytes: u64,
    pub(super) peer: PeerAddress,
    pub(super) principal: Option<&'c str>,
    pub(super) request_id: &'c str,
    pub(super) trace_id: Option<&'c str>,
}

/// Writes the line of a call.
pub(super) fn write(line: &Line<'_>) {
    let Line { path, method, code, took, received_bytes, sent_bytes, peer, principal, request_id, trace_id } = *line;
    macro_rules! line {
        ($level:ident) => {
            tracing::event!(
                target: CALL_TARGET,
                parent: None,
                Level::$level,
                method,
                code = rpc::code_name(code),
                milliseconds = milliseconds(took),
                received_bytes,
                sent_bytes,
                peer = field::display(peer),
                principal,
                request_id,
                trace_id,
                "call"
            )
        };
    }
    match level(path, code) {
        Level::ERROR => line!(ERROR),
        Level::WARN => line!(WARN),
        Level::INFO => line!(INFO),
        _ => line!(DEBUG),
    }
}

fn milliseconds(took: Duration) -> f64 {
    f64::from(u32::try_from(took.as_micros()).unwrap_or(u32::MAX)) / 1000.0
}

fn level(path: &str, code: Code) -> Level {
    match Blame::of(code) {
        Blame::Server => Level::ERROR,
        Blame::Limits => Level::WARN,
        Blame::Client if path.starts_with(HEALTH) => Level::DEBUG,
        Blame::Client => Level::INFO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_are_quiet_unless_they_fail_and_faults_of_the_server_are_errors() {
        let (check, get) = ("/grpc.health.v1.Health/Check", "/claimd.v1.ClaimService/GetClaim");
        assert_eq!(level(check, Code::Ok), Level::DEBUG);
        assert_eq!(level(check, Code::Internal), Level::ERROR);
        for code in [Code::Ok, Code::NotFound, Code::InvalidArgument, Code::Cancelled, Code::Unauthenticated] {
            assert_eq!(level(get, code), Level::INFO);
        }
        assert_eq!(level(get, Code::Unavailable), Level::WARN);
        assert_eq!(level(get, Code::DeadlineExceeded), Level::WARN);
        assert_eq!(level(get, Code::Internal), Level::ERROR);
    }
}
