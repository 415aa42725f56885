//! What all listings share: order, page size, page token.

use prost::Message;
use roaring::RoaringBitmap;

use crate::config::RequestLimits;
use crate::corpus::{Id, Table};
use crate::error::Violations;
use crate::proto::Encoded;
use crate::proto::v1::{ErrorReason, ListActorsRequest, ListArticlesRequest, ListClaimsRequest};
use crate::query::{Listing, Order, PageToken, TokenError, fingerprint, list};

/// How a listing is paged.
pub(super) struct Paging {
    order: Order,
    size: usize,
    bytes: usize,
    fingerprint: u64,
    after: Option<PageToken>,
}

/// A request for a page of a listing.
pub(super) trait PagedRequest: Message {
    /// Name of the method; goes into page tokens.
    const METHOD: &'static str;

    /// `order_by`, `page_size`, `page_token`.
    fn page_fields(&mut self) -> (&mut String, &mut i32, &mut String);
}

macro_rules! paged {
    ($($request:ident $method:literal),+) => {
        $(impl PagedRequest for $request {
            const METHOD: &'static str = $method;

            fn page_fields(&mut self) -> (&mut String, &mut i32, &mut String) {
                (&mut self.order_by, &mut self.page_size, &mut self.page_token)
            }
        })+
    };
}

paged!(ListArticlesRequest "ListArticles", ListActorsRequest "ListActors", ListClaimsRequest "ListClaims");

impl Paging {
    /// Checks how a request pages its listing, which is ordered by `key` (newest first with `descending`) unless it says
    /// otherwise. Takes size and token out of the request: what is left of it must not change between pages.
    pub(super) fn read<R: PagedRequest>(
        request: &mut R,
        (key, descending): (&str, bool),
        limits: RequestLimits,
        violations: &mut Violations,
    ) -> Self {
        let (order_by, page_size, page_token) = request.page_fields();
        let (size, token) = (std::mem::take(page_size), std::mem::take(page_token));
        let order = order(order_by, key, descending, violations);
        // The default order is the same order when it is spelt out.
        *order_by = format!("{order:?}");
        let fingerprint = fingerprint(R::METHOD, request);
        let after = read_token(&token, fingerprint, violations);
        let size = read_size(size, limits, violations);
        Self { order, size, bytes: limits.max_page_bytes, fingerprint, after }
    }

    /// Takes the page of the selected records: the records, and the token of the next page.
    pub(super) fn take<M>(
        &self,
        table: &Table,
        selected: &RoaringBitmap,
        record: impl Fn(Id) -> bytes::Bytes,
    ) -> (Vec<Encoded<M>>, String) {
        let after = self.after.as_ref().map(|token| &token.key);
        let listing = Listing { order: self.order, after, size: self.size, bytes: self.bytes };
        let page = list(table, selected, listing, |id| record(id).len());
        let fingerprint = self.fingerprint;
        let next = page.next.map(|key| PageToken { fingerprint, key }.encode()).unwrap_or_default();
        (page.ids.into_iter().map(|id| Encoded::from_bytes(record(id))).collect(), next)
    }
}

/// How many records a page may have.
pub(super) fn read_size(size: i32, limits: RequestLimits, violations: &mut Violations) -> usize {
    match usize::try_from(size) {
        Ok(0) => limits.default_page_size,
        Ok(size) => size.min(limits.max_page_size),
        Err(_) => {
            violations.add("page_size", format!("{size} is negative; give 0 for the default"));
            0
        }
    }
}

/// Checks a number that is 0 for a default, and an error where it is negative or more than there may be. A default above
/// that gives way.
pub(super) fn read_limit(
    (field, value): (&str, i32),
    default: usize,
    most: usize,
    violations: &mut Violations,
) -> usize {
    let default = default.min(most);
    match usize::try_from(value) {
        Ok(0) => default,
        Ok(value) if value <= most => value,
        _ => {
            violations.add(field, format!("{value} is not within 1 and {most}; give 0 for the default, {default}"));
            default
        }
    }
}

fn order(order_by: &str, key: &str, descending: bool, violations: &mut Violations) -> Order {
    let words: Vec<&str> = order_by.split_whitespace().collect();
    match words[..] {
        [] if descending => Order::TableDescending,
        [] => Order::Table,
        [field] if field == key => Order::Table,
        [field, "desc"] if field == key => Order::TableDescending,
        ["name"] => Order::Name,
        ["name", "desc"] => Order::NameDescending,
        _ => {
            let allowed = format!("{key}, {key} desc, name or name desc");
            violations.add("order_by", format!("{order_by:?} is not an order; give {allowed}"));
            Order::Table
        }
    }
}

fn read_token(token: &str, fingerprint: u64, violations: &mut Violations) -> Option<PageToken> {
    if token.is_empty() {
        return None;
    }
    let (reason, description) = match PageToken::decode(token, fingerprint) {
        Ok(token) => return Some(token),
        Err(TokenError::Malformed) => (ErrorReason::InvalidPageToken, "is not a next_page_token of this service"),
        Err(TokenError::Mismatch) => (
            ErrorReason::PageTokenMismatch,
            "belongs to a call with other arguments; repeat them, or begin again without a token",
        ),
    };
    violations.add_because(reason, "page_token", description);
    None
}

/// How many records are selected, as responses say it.
pub(super) fn total(selected: &RoaringBitmap) -> i32 {
    i32::try_from(selected.len()).unwrap_or(i32::MAX)
}

/// A count, as responses say it.
pub(super) fn count(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The messages that fit an answer of so many bytes; the first comes whatever its size. No more are made.
pub(super) fn fitting<M: Message>(messages: impl Iterator<Item = M>, bytes: usize) -> Vec<M> {
    let mut room = bytes;
    let mut fitting = Vec::new();
    for message in messages {
        let cost = framed_len(&message);
        if cost > room && !fitting.is_empty() {
            break;
        }
        room = room.saturating_sub(cost);
        fitting.push(message);
    }
    fitting
}

/// Bytes that a message takes in an answer.
pub(super) fn framed_len(message: &impl Message) -> usize {
    message.encoded_len() + FRAMING_BYTES
}

/// Bytes that a record costs in an answer beside its own: the key of the field and the length.
const FRAMING_BYTES: usize = 6;
