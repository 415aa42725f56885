//! Paging of listings and searches: order, page size, page tokens.

use prost::Message;
use roaring::RoaringBitmap;

use crate::corpus::{Id, Table};
use crate::error::{Error, Violations};
use crate::limits::RequestLimits;
use crate::proto::v1::ErrorReason;
use crate::query::{FRAMING_BYTES, Listing, Order, PageToken, SearchToken, TokenError, fingerprint, list};

/// The paging fields of a List request, taken out of it.
pub(super) struct PageFields {
    order: Order,
    size: usize,
    bytes: usize,
    token: String,
}

/// A page of a listing: where it begins, its order and its limits.
pub(super) struct Paging {
    order: Order,
    size: usize,
    bytes: usize,
    fingerprint: u64,
    after: Option<PageToken>,
}

impl PageFields {
    /// Takes page size and page token out of a request, and checks them and the order. `default` is the field that
    /// orders the table, and whether it is descending by default. The order that is left is the same for every spelling:
    /// what is left of the request must be equal for all pages of a listing.
    pub(super) fn take(
        order_by: &mut String,
        page_size: &mut i32,
        page_token: &mut String,
        default: (&str, bool),
        limits: &RequestLimits,
        violations: &mut Violations,
    ) -> Self {
        let order = read_order(order_by, default, violations);
        *order_by = format!("{order:?}");
        let size = read_size(std::mem::take(page_size), limits, violations);
        Self { order, size, bytes: limits.max_page_bytes, token: std::mem::take(page_token) }
    }

    /// Checks the page token against what is left of the request.
    pub(super) fn check_token(self, method: &str, request: &impl Message, violations: &mut Violations) -> Paging {
        let Self { order, size, bytes, token } = self;
        let fingerprint = fingerprint(method, request);
        let after = read_token(&token, |token| PageToken::decode(token, fingerprint), violations);
        Paging { order, size, bytes, fingerprint, after }
    }
}

impl Paging {
    /// The ids of the page among the selected records, and the token of the next page. `len` gives the bytes of a record.
    pub(super) fn page(&self, table: &Table, selected: &RoaringBitmap, len: impl Fn(Id) -> usize) -> (Vec<Id>, String) {
        let after = self.after.as_ref().map(|token| &token.key);
        let listing = Listing { order: self.order, after, size: self.size, bytes: self.bytes };
        let page = list(table, selected, listing, len);
        let fingerprint = self.fingerprint;
        let next = page.next.map(|key| PageToken { fingerprint, key }.encode()).unwrap_or_default();
        (page.ids, next)
    }
}

/// A page of a search.
pub(super) struct SearchPage {
    /// Most hits.
    pub(super) size: usize,
    fingerprint: u64,
    after: Option<SearchToken>,
}

impl SearchPage {
    /// Checks page size and page token. They must have been taken out of the request: what is left of it must be equal
    /// for all pages of a search.
    pub(super) fn read(
        (size, token): (i32, &str),
        method: &str,
        request: &impl Message,
        limits: &RequestLimits,
        violations: &mut Violations,
    ) -> Self {
        let fingerprint = fingerprint(method, request);
        let size = read_size(size, limits, violations);
        let after = read_token(token, |token| SearchToken::decode(token, fingerprint), violations);
        Self { size, fingerprint, after }
    }

    /// Number of hits before the page. Fails if the pages before are of another revision.
    pub(super) fn offset(&self, revision: &str) -> Result<usize, Error> {
        match &self.after {
            Some(token) if token.revision != revision => {
                Err(Error::SearchRevisionGone { revision: token.revision.clone() })
            }
            after => Ok(after.as_ref().map_or(0, |token| token.offset)),
        }
    }

    /// The token of the page after the first `end` of `total` hits; empty if there is none.
    pub(super) fn next(&self, revision: &str, end: usize, total: usize) -> String {
        if end >= total {
            return String::new();
        }
        SearchToken { fingerprint: self.fingerprint, revision: revision.to_owned(), offset: end }.encode()
    }
}

fn read_token<T>(
    token: &str,
    decode: impl FnOnce(&str) -> Result<T, TokenError>,
    violations: &mut Violations,
) -> Option<T> {
    if token.is_empty() {
        return None;
    }
    let (reason, description) = match decode(token) {
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

fn read_order(order_by: &str, (key, descending): (&str, bool), violations: &mut Violations) -> Order {
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
            violations.add("order_by", format!("{order_by:?} is not a valid order; must be {allowed}"));
            Order::Table
        }
    }
}

/// Checks a page size: 0 is the default, and what is above the limit gets the limit.
fn read_size(size: i32, limits: &RequestLimits, violations: &mut Violations) -> usize {
    match usize::try_from(size) {
        Ok(0) => limits.default_page_size,
        Ok(size) => size.min(limits.max_page_size),
        Err(_) => {
            violations.add("page_size", format!("{size} is negative; give 0 for the default"));
            0
        }
    }
}

/// Checks a number between 1 and `max`, where 0 is for the default. A default above the limit gives way to it.
pub(super) fn read_limit(
    (field, value): (&str, i32),
    default: usize,
    max: usize,
    violations: &mut Violations,
) -> usize {
    let default = default.min(max);
    match usize::try_from(value) {
        Ok(0) => default,
        Ok(value) if value <= max => value,
        _ => {
            let description = format!("{value} must be between 1 and {max}, or 0 for the default, {default}");
            violations.add(field, description);
            default
        }
    }
}

/// A count for a response.
pub(super) fn signed(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}

/// The messages that fit in so many bytes, and the first one whatever its size. No more are made.
pub(super) fn fitting<M: Message>(messages: impl Iterator<Item = M>, bytes: usize) -> Vec<M> {
    let mut room = bytes;
    let mut fitting = Vec::new();
    for message in messages {
        let cost = message.encoded_len() + FRAMING_BYTES;
        if cost > room && !fitting.is_empty() {
            break;
        }
        room = room.saturating_sub(cost);
        fitting.push(message);
    }
    fitting
}
