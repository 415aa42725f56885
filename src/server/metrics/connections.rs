//! Metrics of connections, refused calls, and reloads of secrets.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::series::{counter, counters, gauge};
use crate::layer::Counts;
use crate::rpc::{Phase, PhaseWatch};
use crate::server::{Counters, ServerHandle};

/// Connections, refused calls, and reloads of secrets.
#[derive(Debug)]
pub(super) struct Connections {
    phases: PhaseWatch,
    counters: Arc<Counters>,
    counts: Arc<Counts>,
}

impl Connections {
    pub(super) fn new(server: &ServerHandle) -> Self {
        let ServerHandle { phases, counters, counts, .. } = server.clone();
        Self { phases, counters, counts }
    }

    fn encode_connections(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let of = &self.counters;
        gauge(encoder, ("claimd_connections_open", "Open connections"), &of.open())?;
        counter(encoder, ("claimd_connections_accepted", "Connections accepted"), of.accepted.get())?;
        let help = "Times that accepting waited because max_connections was reached";
        counter(encoder, ("claimd_connections_full", help), of.full.get())?;
        let help = "Failed accepts, for example for lack of file descriptors";
        counter(encoder, ("claimd_accept_errors", help), of.accept_errors.get())?;
        let help = "Connections with a failed or late TLS handshake or HTTP/2 preface";
        counter(encoder, ("claimd_handshake_failures", help), of.handshake_failures.get())?;
        let help = "Connections that the server ended with GOAWAY";
        let ends = [("age", of.aged.get()), ("idle", of.idle.get())];
        counters(encoder, ("claimd_connections_ended", help), "reason", ends)?;
        let help = "Connections that the server cut";
        let cuts = [
            ("grace", of.outlasted.get()),
            ("protocol", of.breaches.get()),
            ("resets", of.reset_floods.get()),
            ("stalled", of.stalled_connections.get()),
        ];
        counters(encoder, ("claimd_connections_cut", help), "reason", cuts)?;
        let help = "Calls that were cut because their client did not read the response";
        counter(encoder, ("claimd_calls_stalled", help), of.stalled_streams.get())
    }
}

impl Collector for Connections {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let is_ready = *self.phases.borrow() == Phase::Serving;
        gauge(
            encoder,
            ("claimd_ready", "1 while calls are answered: the corpus is loaded and the server is not stopping"),
            &u32::from(is_ready),
        )?;
        self.encode_connections(encoder)?;

        let of = &self.counts;
        let help = "Calls refused before or instead of their handler";
        let ends = [
            ("concurrency", of.shed()),
            ("deadline", of.late()),
            ("panic", of.panics()),
            ("quota", of.over_quota()),
            ("unsent", of.unsent()),
        ];
        counters(encoder, ("claimd_calls_refused", help), "reason", ends)?;

        let help = "Calls refused because the caller is not authenticated or not authorized";
        let refusals = [
            ("credentials_missing", of.without_credentials()),
            ("credentials_malformed", of.with_malformed_credentials()),
            ("token_unknown", of.with_unknown_token()),
            ("certificate_unlisted", of.with_unlisted_certificate()),
            ("permission_missing", of.without_permission()),
        ];
        counters(encoder, ("claimd_auth_refusals", help), "reason", refusals)?;

        let of = &self.counters;
        let help = "Successful reloads of certificate, key and token files";
        let taken = [("certificates", of.tls_reloads.get()), ("tokens", of.credentials_reloads.get())];
        counters(encoder, ("claimd_secrets_reloads", help), "kind", taken)?;
        let help = "Failed reloads of certificate, key and token files; the previous content stays in force";
        let failed = [("certificates", of.tls_reload_failures.get()), ("tokens", of.credentials_reload_failures.get())];
        counters(encoder, ("claimd_secrets_reload_failures", help), "kind", failed)
    }
}
