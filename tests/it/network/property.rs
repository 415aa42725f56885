//! Any corpus, any question: the same numbers as the naive reference.

use claimd::error::Violations;
use claimd::proto::v1::{
    DuplicateRule, NetworkKind, NodeKind, Normalization, Precision, RelationKind, RelationStatus, Stance, WindowUnit,
};
use claimd::query::{NetworkQuery, Window};
use proptest::prelude::*;

use crate::network::built::{Spec, compute, corpus, query};
use crate::network::naive::{self, Naive};

/// Half a year around a leap day, by the hour.
const HOURS: i64 = 24 * 182;
const START: i64 = 1_577_000_000;

fn id(letter: char, count: u32) -> impl Strategy<Value = String> {
    (0..count).prop_map(move |number| format!("{letter}{number}"))
}

fn spec() -> impl Strategy<Value = Spec> {
    let stance = prop_oneof![4 => Just(Stance::Support), 4 => Just(Stance::Oppose), 1 => Just(Stance::Neutral)];
    let behalf = prop_oneof![2 => Just(String::new()), 1 => id('p', 3)];
    let actor = prop_oneof![9 => id('a', 6), 1 => Just(String::new())];
    let kind = prop_oneof![
        Just(RelationKind::Disputes),
        Just(RelationKind::Denies),
        Just(RelationKind::Contradicts),
        Just(RelationKind::Supports)
    ];
    let status =
        prop_oneof![Just(RelationStatus::Unspecified), Just(RelationStatus::Suggested), Just(RelationStatus::Rejected)];
    (
        prop::option::weighted(0.9, (0..HOURS).prop_map(|hour| START + hour * 3600)),
        prop::sample::select(vec![Precision::Second, Precision::Day, Precision::Month, Precision::Year]),
        prop::collection::vec((actor, behalf), 0..3),
        prop::collection::vec((id('k', 5), stance), 0..4),
        prop::collection::vec(id('x', 4), 0..3),
        prop::collection::vec((0..40_usize, kind, status), 0..3),
    )
        .prop_map(|(time, precision, speakers, positions, articles, relations)| Spec {
            time,
            precision,
            speakers,
            positions,
            articles,
            relations,
        })
}

fn specs() -> impl Strategy<Value = Vec<Spec>> {
    prop::collection::vec(spec(), 1..40).prop_map(|mut specs| {
        let count = specs.len();
        for (at, spec) in specs.iter_mut().enumerate() {
            // To claims that are there, each with one relation of a kind.
            spec.relations.retain_mut(|(target, ..)| {
                *target %= count;
                *target != at
            });
            spec.relations.sort_by_key(|(target, kind, _)| (*target, *kind as i32));
            spec.relations.dedup_by_key(|(target, kind, _)| (*target, *kind as i32));
        }
        specs
    })
}

fn question() -> impl Strategy<Value = NetworkQuery> {
    let any = |count: i32| 0..count;
    let window = (1..=4_i32, 1..4_u32, 1..4_u32).prop_map(|(unit, size, step)| Window {
        unit: WindowUnit::try_from(unit).unwrap(),
        size,
        step,
    });
    ((1..=6_i32, any(4), any(7), any(8)), prop_oneof![Just(0.0), 0.0..2.0_f64], prop::option::of(window), 1..16_usize)
        .prop_map(|((kind, rows, normalization, duplicates), min_weight, window, max_nodes)| NetworkQuery {
            rows: NodeKind::try_from(rows).unwrap(),
            normalization: Normalization::try_from(normalization).unwrap(),
            duplicates: DuplicateRule::try_from(duplicates).unwrap(),
            min_weight,
            window,
            max_nodes,
            ..query(NetworkKind::try_from(kind).unwrap())
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn numbers_are_those_of_the_definitions(specs in specs(), mut query in question(), signed: bool) {
        query.signed = signed && query.kind == NetworkKind::Affiliation;
        let mut violations = Violations::default();
        query.check(&mut violations);
        // What the question breaks is taken out of it, so that every kind is asked often.
        for violation in violations.0 {
            match violation.field.as_str() {
                "rows" => query.rows = NodeKind::Unspecified,
                "normalization" => query.normalization = Normalization::Unspecified,
                "duplicates" => query.duplicates = DuplicateRule::Unspecified,
                other => panic!("{other}: {}", violation.description),
            }
        }
        let found = compute(&corpus(&specs, &[]), &query).unwrap();
        let found: Vec<Naive> = found.iter().map(|network| Naive {
            nodes: network.nodes.iter().map(|node| (node.id.clone(), node.statement_count)).collect(),
            ties: network.edges.iter().map(|edge| {
                let (source, target) = network.ends(edge);
                (source.id.clone(), target.id.clone(), edge.weight)
            }).collect(),
        }).collect();
        prop_assert_eq!(found, naive::networks(&specs, &query));
    }
}
