//! The access log: one line for each call, at its end.
//!
//! Its level follows from the status: faults of the server at error, limits of the server at warn, probes of health that
//! went well at debug, everything else at info.

use std::time::Duration;

use tonic::Code;
use tracing::{Level, field};

use super::call::Call;
use crate::rpc::{self, Blame};
use crate::telemetry::CALL_TARGET;

/// Beginning of the paths of the health service. Orchestrators call it all the time.
const HEALTH: &str = "/grpc.health.v1.Health/";

/// Writes the line of a call that has ended with a code.
pub(super) fn write(call: &Call, code: Code, took: Duration) {
    macro_rules! line {
        ($level:ident) => {
            tracing::event!(
                target: CALL_TARGET,
                parent: None,
                Level::$level,
                method = call.method_name(),
                code = rpc::code_name(code),
                milliseconds = milliseconds(took),
                received_bytes = call.received.bytes(),
                sent_bytes = call.sent.total(),
                peer = field::display(call.connection.peer.address),
                principal = call.principal.as_ref().and_then(|principal| principal.name.as_deref()),
                request_id = call.request_id.as_str(),
                trace_id = call.trace.id(),
                "call"
            )
        };
    }
    match level(call.uri.path(), code) {
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
