//! Rules on repeated fields.
//!
//! Equal lists keep their order, which may be the printed one; a list that was put together of two is sorted, since there
//! is no order that both had.

use prost::Message;

/// Unites two lists, without repeating what is equal.
pub(super) fn values<T: Ord>(kept: &mut Vec<T>, other: Vec<T>) {
    if take_whole(kept, other).is_some_and(|other| extend(kept, other, |a, b| a == b, |_, _| {})) {
        kept.sort_unstable();
    }
}

/// Unites two lists of messages, without repeating what is equal.
pub(super) fn messages<T: Message + PartialEq>(kept: &mut Vec<T>, other: Vec<T>) {
    keyed(kept, other, |a, b| a == b, |_, _| {});
}

/// Unites two lists of messages; elements that are `same` are united themselves.
pub(super) fn keyed<T: Message + PartialEq>(
    kept: &mut Vec<T>,
    other: Vec<T>,
    same: impl Fn(&T, &T) -> bool,
    unite: impl FnMut(&mut T, T),
) {
    if take_whole(kept, other).is_some_and(|other| extend(kept, other, same, unite)) {
        sort(kept);
    }
}

/// Adds a message unless there is an equal one.
pub(super) fn add<T: Message + PartialEq>(kept: &mut Vec<T>, message: T) {
    if !kept.contains(&message) {
        kept.push(message);
        sort(kept);
    }
}

fn sort<T: Message>(messages: &mut [T]) {
    messages.sort_by_cached_key(Message::encode_to_vec);
}

/// Gives the other list back unless one of the two is empty or both are equal.
fn take_whole<T: PartialEq>(kept: &mut Vec<T>, other: Vec<T>) -> Option<Vec<T>> {
    if kept.is_empty() {
        *kept = other;
        return None;
    }
    (!other.is_empty() && *kept != other).then_some(other)
}

fn extend<T>(
    kept: &mut Vec<T>,
    other: Vec<T>,
    same: impl Fn(&T, &T) -> bool,
    mut unite: impl FnMut(&mut T, T),
) -> bool {
    for element in other {
        match kept.iter_mut().find(|kept| same(kept, &element)) {
            Some(kept) => unite(kept, element),
            None => kept.push(element),
        }
    }
    true
}
