//! Listings: a page of the selected records in an order.

use std::cmp::Ordering;

use roaring::RoaringBitmap;

use crate::corpus::{Id, Key, Table};

/// Bytes that a record costs in a response beside its own: the key of the field and the length.
pub const FRAMING_BYTES: usize = 6;

/// The order of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By id: by time, or by display name.
    Table,
    /// By id, descending.
    TableDescending,
    /// By resource name.
    Name,
    /// By resource name, descending.
    NameDescending,
}

/// The parameters of a page.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'q> {
    /// The order.
    pub order: Order,
    /// The key after which the page begins.
    pub after: Option<&'q Key>,
    /// Most records.
    pub size: usize,
    /// Most bytes; the first record may be larger.
    pub bytes: usize,
}

/// A page of a listing.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The records, in order.
    pub ids: Vec<Id>,
    /// The key of the last record, if more records follow.
    pub next: Option<Key>,
}

/// Returns a page of the selected records. `len` returns the bytes of a record.
pub fn list(table: &Table, selected: &RoaringBitmap, listing: Listing<'_>, len: impl Fn(Id) -> usize) -> Page {
    let Listing { order, after, .. } = listing;
    match order {
        Order::Table => {
            let start = after.map_or(0, |key| table.first_where(|id| table.compare(id, key).is_gt()));
            take(table, selected.range(start..), listing, len)
        }
        Order::TableDescending => {
            let end = after.map_or(table.len(), |key| table.first_where(|id| table.compare(id, key).is_ge()));
            take(table, selected.range(..end).rev(), listing, len)
        }
        Order::Name | Order::NameDescending => {
            let names = ids_by_name(table, selected);
            let against = |id: &Id| after.map_or(Ordering::Less, |key| table.name(*id).cmp(&key.name));
            if order == Order::Name {
                let start = if after.is_some() { names.partition_point(|id| against(id).is_le()) } else { 0 };
                let rest = names[start..].iter().copied();
                take(table, rest.filter(|id| selected.contains(*id)), listing, len)
            } else {
                let end = names.partition_point(|id| against(id).is_lt());
                let rest = names[..end].iter().rev().copied();
                take(table, rest.filter(|id| selected.contains(*id)), listing, len)
            }
        }
    }
}

/// At least the selected ids, in name order. Few selected ids are sorted, which takes less time than a walk over all names.
fn ids_by_name<'t>(table: &'t Table, selected: &RoaringBitmap) -> std::borrow::Cow<'t, [Id]> {
    if selected.len() * 64 > u64::from(table.len()) {
        return table.by_name().into();
    }
    let mut ids: Vec<Id> = selected.iter().collect();
    ids.sort_unstable_by(|a, b| table.name(*a).cmp(table.name(*b)));
    ids.into()
}

fn take(
    table: &Table,
    mut ids: impl Iterator<Item = Id>,
    Listing { size, bytes, .. }: Listing<'_>,
    len: impl Fn(Id) -> usize,
) -> Page {
    let mut page = Page { ids: Vec::new(), next: None };
    let mut room = bytes;
    for id in &mut ids {
        let cost = len(id) + FRAMING_BYTES;
        if page.ids.len() == size || (cost > room && !page.ids.is_empty()) {
            page.next = page.ids.last().map(|last| table.key(*last));
            break;
        }
        room = room.saturating_sub(cost);
        page.ids.push(id);
    }
    page
}
