//! The streams of CorpusService: ExportRecords and WatchCorpus.
//!
//! Each message is made when the transport asks for it, so that a slow client costs one message.

use std::sync::Arc;

use futures_util::stream::{self, Stream};
use tonic::Status;

use crate::api::check_size;
use crate::config::RequestLimits;
use crate::error::{Error, Violations};
use crate::live::{self, Feed, FeedEvent, FeedMessage, Lease, Live};
use crate::model::Resource;
use crate::proto::v1::{
    ChangeKind, ErrorReason, ExportRecordsRequest, ExportRecordsResponse, RecordChange, RecordKind, WatchCorpusResponse,
};
use crate::query::{BatchLimits, ResumeToken, TokenError, export, fingerprint};

/// Name of the method; goes into resume tokens.
const METHOD: &str = "ExportRecords";
/// Every resource, in the order of an export.
const RESOURCES: [Resource; 3] = [Resource::Article, Resource::Actor, Resource::Claim];

// === ExportRecords ===

/// A running export.
pub(super) struct Export {
    lease: Lease,
    resources: Vec<Resource>,
    /// Where the next batch begins.
    token: ResumeToken,
    batch: BatchLimits,
    limits: RequestLimits,
}

impl Export {
    /// Checks a request and begins.
    pub(super) fn begin(
        live: &Arc<Live>,
        request: &ExportRecordsRequest,
        limits: RequestLimits,
    ) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let resources = read_kinds(&request.kinds, &mut violations);
        let fingerprint = fingerprint_of(&resources);
        let token = read_token(&request.resume_token, fingerprint, &mut violations);
        violations.check()?;
        let lease = live.lease(token.as_ref().map(|token| &*token.revision))?;
        let start = ResumeToken { fingerprint, revision: lease.revision().to_owned(), position: 0 };
        let export = &live.config().export;
        let batch = BatchLimits { bytes: export.max_export_batch_bytes, records: export.max_export_batch_size };
        Ok(Self { lease, resources, token: token.unwrap_or(start), batch, limits })
    }

    /// The revision that is exported.
    pub(super) fn revision(&self) -> &str {
        self.lease.revision()
    }

    /// The batches, made of stored bytes.
    pub(super) fn batches(self) -> impl Stream<Item = Result<ExportRecordsResponse, Status>> + Send + 'static {
        stream::try_unfold(self, |mut export| async move { Ok(export.next()?.map(|batch| (batch, export))) })
    }

    fn next(&mut self) -> Result<Option<ExportRecordsResponse>, Error> {
        let corpus = self.lease.corpus()?;
        let batch = export(&corpus, &self.resources, self.token.position, self.batch);
        if batch.records.is_empty() {
            return Ok(None);
        }
        check_size(batch.bytes, &self.limits)?;
        self.token.position = batch.end;
        Ok(Some(ExportRecordsResponse { records: batch.records, resume_token: self.token.encode() }))
    }
}

/// The requested resources, in the order of an export.
fn read_kinds(kinds: &[i32], violations: &mut Violations) -> Vec<Resource> {
    let mut asked = Vec::new();
    for (index, kind) in kinds.iter().enumerate() {
        match RecordKind::try_from(*kind) {
            Ok(RecordKind::Article) => asked.push(Resource::Article),
            Ok(RecordKind::Actor) => asked.push(Resource::Actor),
            Ok(RecordKind::Claim) => asked.push(Resource::Claim),
            Ok(RecordKind::Unspecified) | Err(_) => {
                violations.add(format!("kinds[{index}]"), format!("{kind} is not a value of this enum"));
            }
        }
    }
    RESOURCES.into_iter().filter(|resource| kinds.is_empty() || asked.contains(resource)).collect()
}

/// Equal for all requests for the same resources.
fn fingerprint_of(resources: &[Resource]) -> u64 {
    let kinds = resources.iter().map(|resource| match resource {
        Resource::Article => RecordKind::Article.into(),
        Resource::Actor => RecordKind::Actor.into(),
        Resource::Claim => RecordKind::Claim.into(),
    });
    fingerprint(METHOD, &ExportRecordsRequest { kinds: kinds.collect(), resume_token: String::new() })
}

fn read_token(token: &str, fingerprint: u64, violations: &mut Violations) -> Option<ResumeToken> {
    if token.is_empty() {
        return None;
    }
    match ResumeToken::decode(token, fingerprint) {
        Ok(token) => return Some(token),
        Err(TokenError::Malformed) => {
            let description =
                "is not a resume_token of this service; repeat one as it was received, or begin again without a token";
            violations.add_because(ErrorReason::InvalidPageToken, "resume_token", description);
        }
        Err(TokenError::Mismatch) => {
            let description = "belongs to an export of other kinds; repeat them, or begin again without a token";
            violations.add_because(ErrorReason::PageTokenMismatch, "resume_token", description);
        }
    }
    None
}

// === WatchCorpus ===

/// The responses of a change feed.
pub(super) fn feed_responses(feed: Feed) -> impl Stream<Item = Result<WatchCorpusResponse, Status>> + Send + 'static {
    stream::unfold(feed, |mut feed| async move { Some((Ok(encode_message(feed.next().await)), feed)) })
}

fn encode_message(FeedMessage { revision, event }: FeedMessage) -> WatchCorpusResponse {
    let (changes, more) = match event {
        FeedEvent::Changes { changes, more } => (changes.into_iter().map(encode_change).collect(), more),
        FeedEvent::Reset => (vec![RecordChange { kind: ChangeKind::Reset.into(), name: String::new() }], false),
    };
    WatchCorpusResponse { revision, changes, more }
}

fn encode_change(live::Change { kind, name }: live::Change) -> RecordChange {
    let kind = match kind {
        live::ChangeKind::Added => ChangeKind::Added,
        live::ChangeKind::Changed => ChangeKind::Changed,
        live::ChangeKind::Removed => ChangeKind::Removed,
    };
    RecordChange { kind: kind.into(), name: name.into() }
}
