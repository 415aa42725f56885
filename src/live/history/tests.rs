use std::collections::BTreeMap;

use clap::Parser;
use proptest::prelude::*;

use super::*;
use crate::live::ChangeKind;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    limits: FeedLimits,
}

fn limits() -> FeedLimits {
    Flags::parse_from(["test"]).limits
}

/// Records by name: what each says.
type State = BTreeMap<String, u8>;

fn revision(state: &State) -> String {
    format!("{state:?}")
}

fn hash(content: u8) -> ContentHash {
    [content; 16]
}

fn differences(old: &State, new: &State) -> Vec<Difference> {
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let content = |state: &State, name| state.get(name).copied().map(hash);
    names
        .into_iter()
        .map(|name| Difference { name: (**name).into(), before: content(old, name), after: content(new, name) })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

fn expected(old: &State, new: &State) -> Vec<Change> {
    differences(old, new)
        .into_iter()
        .map(|Difference { name, before, after }| Change { kind: kind(before, after).unwrap(), name })
        .collect()
}

/// A history of these states, one after the other. States that say the same are no swap.
fn history(states: &[State], limits: &FeedLimits) -> History {
    let mut history = History::new(&revision(&states[0]), limits);
    for pair in states.windows(2).filter(|pair| pair[0] != pair[1]) {
        history.push(&revision(&pair[1]), Some(differences(&pair[0], &pair[1])));
    }
    history
}

fn states() -> impl Strategy<Value = Vec<State>> {
    let state = proptest::collection::btree_map("[a-f]", 0..3_u8, 0..6);
    proptest::collection::vec(state, 1..8)
}

proptest! {
    #[test]
    fn several_swaps_together_tell_what_differs_between_their_ends(states in states(), since: prop::sample::Index, room in 0..40_usize) {
        let history = history(&states, &limits());
        let since = since.get(&states);
        let from = history.number(&revision(since)).unwrap();
        let (mut told, mut after) = (Vec::new(), String::new());
        loop {
            let part = history.part((from, history.now()), &after, room).unwrap();
            prop_assert!(!part.more || !part.changes.is_empty());
            told.extend(part.changes);
            after = told.last().map(|change: &Change| change.name.to_string()).unwrap_or_default();
            if !part.more {
                break;
            }
        }
        prop_assert_eq!(told, expected(since, states.last().unwrap()));
    }

    #[test]
    fn a_number_has_its_revision_and_the_revision_a_number_of_its_own(states in states()) {
        let history = history(&states, &limits());
        for state in &states {
            let number = history.number(&revision(state)).unwrap();
            prop_assert_eq!(history.revision(number), Some(&*revision(state)));
        }
    }
}

fn counted(number: u8) -> State {
    State::from([("a".to_owned(), number)])
}

#[test]
fn the_oldest_swaps_go_when_there_are_more_than_the_limit() {
    let states: Vec<State> = (0..4).map(counted).collect();
    let history = history(&states, &FeedLimits { watch_history_reloads: 2, ..limits() });
    assert_eq!(history.now(), 3);
    assert_eq!(history.number(&revision(&states[0])), None);
    assert_eq!(history.number(&revision(&states[1])), Some(1));
    assert!(history.part((0, 3), "", 100).is_none());
    assert_eq!(history.part((1, 3), "", 100).unwrap().changes[0].kind, ChangeKind::Changed);
}

#[test]
fn the_oldest_swaps_go_when_they_take_more_bytes_than_the_limit() {
    let states: Vec<State> = (0..4).map(counted).collect();
    let all = history(&states, &limits()).bytes;
    let at = history(&states, &FeedLimits { watch_history_bytes: all, ..limits() });
    assert_eq!(at.number(&revision(&states[0])), Some(0));
    let past = history(&states, &FeedLimits { watch_history_bytes: all - 1, ..limits() });
    assert_eq!(past.number(&revision(&states[0])), None);
    assert_eq!(past.number(&revision(&states[1])), Some(1));
}

#[test]
fn a_swap_that_changed_too_much_to_be_told_ends_what_is_known() {
    let states: Vec<State> = (0..2).map(counted).collect();
    let mut history = history(&states, &limits());
    history.push("other", None);
    assert_eq!((history.now(), history.number(&revision(&states[1])), history.number("other")), (2, None, Some(2)));
    assert!(history.part((1, 2), "", 100).is_none());
    history.push(&revision(&states[0]), Some(Vec::new()));
    assert_eq!((history.number("other"), history.number(&revision(&states[0]))), (Some(2), Some(3)));
}
