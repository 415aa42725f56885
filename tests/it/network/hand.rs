//! Numbers worked out by hand from the definitions.

use claimd::corpus::Corpus;
use claimd::proto::v1::Stance::{Neutral, Oppose, Support};
use claimd::proto::v1::{
    DuplicateRule, NetworkKind, NodeKind, Normalization, Precision, RelationKind, RelationStatus, WindowUnit,
};
use claimd::query::{NetworkQuery, Window};

use crate::network::built::{Spec, compute, corpus, nodes, one, query, said, ties};

/// Statements, by actor, concept and side (x):
///
/// | x | c1 + | c2 + | c2 - | c3 - | n |
/// |---|------|------|------|------|---|
/// | a | 2    |      | 1    | 1    | 4 |
/// | b | 1    | 3    |      | 1    | 5 |
/// | n | 3    | 4           || 2    |   |
///
/// d takes no side. The claim on c3 is a's and b's together, without a time or an article. 2020-01-06 was a Monday.
fn debate() -> Corpus {
    let mut together = said(None, "a", "c3", Oppose, &[]);
    together.speakers.push(("b".to_owned(), String::new()));
    corpus(
        &[
            said(Some("2020-01-06"), "a", "c1", Support, &["x"]),
            said(Some("2020-01-07"), "a", "c1", Support, &["x"]),
            said(Some("2020-01-08"), "a", "c2", Oppose, &["y"]),
            said(Some("2020-01-12"), "b", "c1", Support, &["x"]),
            said(Some("2020-01-13"), "b", "c2", Support, &["x"]),
            said(Some("2020-02-03"), "b", "c2", Support, &["x"]),
            said(Some("2020-02-03"), "b", "c2", Support, &["y", "x"]),
            said(Some("2020-02-04"), "d", "c1", Neutral, &["x"]),
            together,
        ],
        &[],
    )
}

fn affiliation() -> NetworkQuery {
    query(NetworkKind::Affiliation)
}

#[test]
fn affiliation_counts_statements() {
    let network = one(&debate(), &affiliation());
    assert_eq!(nodes(&network), [("b", 5), ("a", 4), ("c2", 4), ("c1", 3), ("c3", 2)]);
    let modes: Vec<_> = network.nodes.iter().map(|node| (node.label.as_str(), node.mode)).collect();
    assert_eq!(modes[0], ("The b", NodeKind::Speaker));
    assert_eq!(modes[2], ("c2", NodeKind::Concept));
    let expected =
        [("a", "c1", 2.), ("a", "c2", 1.), ("a", "c3", 1.), ("b", "c1", 1.), ("b", "c2", 3.), ("b", "c3", 1.)];
    assert_eq!(ties(&network), expected);
    assert!(!network.directed);
}

#[test]
fn signed_affiliation_takes_away_what_is_against() {
    let query = NetworkQuery { signed: true, ..affiliation() };
    let network = one(&debate(), &query);
    let expected =
        [("a", "c1", 2.), ("a", "c2", -1.), ("a", "c3", -1.), ("b", "c1", 1.), ("b", "c2", 3.), ("b", "c3", -1.)];
    assert_eq!(ties(&network), expected);
    let heavy = NetworkQuery { min_weight: 2.0, ..query };
    assert_eq!(ties(&one(&debate(), &heavy)), [("a", "c1", 2.), ("b", "c2", 3.)]);
}

#[test]
fn for_and_against_the_same_cancel_out_when_signed() {
    let both = corpus(&[said(None, "a", "c", Support, &[]), said(None, "a", "c", Oppose, &[])], &[]);
    assert_eq!(ties(&one(&both, &affiliation())), [("a", "c", 2.)]);
    let network = one(&both, &NetworkQuery { signed: true, ..affiliation() });
    assert_eq!((ties(&network), nodes(&network)), (vec![], vec![("a", 2), ("c", 2)]));
}

#[test]
fn activity_and_prominence_divide_by_the_totals_of_actor_and_concept() {
    // a has 4 statements, b 5; c1 has 3, c2 4, c3 2.
    let with = |normalization| NetworkQuery { normalization, ..affiliation() };
    let by_actor = [
        ("a", "c1", 2. / 4.),
        ("a", "c2", 1. / 4.),
        ("a", "c3", 1. / 4.),
        ("b", "c1", 1. / 5.),
        ("b", "c2", 3. / 5.),
        ("b", "c3", 1. / 5.),
    ];
    assert_eq!(ties(&one(&debate(), &with(Normalization::Activity))), by_actor);
    let by_concept = [
        ("a", "c1", 2. / 3.),
        ("a", "c2", 1. / 4.),
        ("a", "c3", 1. / 2.),
        ("b", "c1", 1. / 3.),
        ("b", "c2", 3. / 4.),
        ("b", "c3", 1. / 2.),
    ];
    assert_eq!(ties(&one(&debate(), &with(Normalization::Prominence))), by_concept);
}

#[test]
fn actors_are_tied_over_concepts() {
    // c1: 2 * 1 with the same side, c2: 1 * 3 with opposite ones, c3: 1 * 1 with the same.
    let weight = |kind| ties(&one(&debate(), &query(kind))).iter().map(|tie| tie.2).collect::<Vec<_>>();
    assert_eq!(weight(NetworkKind::Congruence), [2. + 1.]);
    assert_eq!(weight(NetworkKind::Conflict), [3.]);
    assert_eq!(weight(NetworkKind::Subtract), [0.; 0]);
    assert_eq!(weight(NetworkKind::CoOccurrence), [2. + 3. + 1.]);
    let network = one(&debate(), &query(NetworkKind::Congruence));
    assert_eq!((nodes(&network), ties(&network)), (vec![("b", 5), ("a", 4)], vec![("a", "b", 3.)]));
}

#[test]
fn concepts_are_tied_over_actors() {
    // With the same side: c1 and c2 b's 1 * 3, c2 and c3 a's 1 * 1. With opposite ones: c1 and c2 a's 2 * 1,
    // c1 and c3 a's 2 * 1 and b's 1 * 1, c2 and c3 b's 3 * 1.
    let with = |kind| one(&debate(), &NetworkQuery { rows: NodeKind::Concept, ..query(kind) });
    assert_eq!(nodes(&with(NetworkKind::Congruence)), [("c2", 4), ("c1", 3), ("c3", 2)]);
    assert_eq!(ties(&with(NetworkKind::Congruence)), [("c1", "c2", 3.), ("c2", "c3", 1.)]);
    assert_eq!(ties(&with(NetworkKind::Conflict)), [("c1", "c2", 2.), ("c1", "c3", 3.), ("c2", "c3", 3.)]);
    assert_eq!(ties(&with(NetworkKind::Subtract)), [("c1", "c2", 1.), ("c1", "c3", -3.), ("c2", "c3", -2.)]);
    assert_eq!(ties(&with(NetworkKind::CoOccurrence)), [("c1", "c2", 5.), ("c1", "c3", 3.), ("c2", "c3", 4.)]);
}

#[test]
fn similarity_is_divided_as_asked() {
    // n: 4 and 5. Cells of both (c1 +: 2 * 1, c3 -: 1 * 1) give m11 = 3, those of a alone (c2 -) m10 = 1, those of b
    // alone (c2 +) m01 = 3.
    let weight = |normalization| {
        let network = one(&debate(), &NetworkQuery { normalization, ..query(NetworkKind::Congruence) });
        network.edges[0].weight
    };
    let cases = [
        (Normalization::None, 3.),
        (Normalization::Average, 3. / 4.5),
        (Normalization::Jaccard, 3. / 7.),
        (Normalization::Cosine, 3. / 20.),
    ];
    for (normalization, expected) in cases {
        assert_eq!(weight(normalization).to_bits(), f64::to_bits(expected), "{normalization:?}");
    }
}

#[test]
fn duplicates_count_once_in_their_article_or_period() {
    // a on c1: both in article x, on two days of one week. b on c2: article x; x, three weeks later; the same day in y
    // and x. What has no article or no time is no duplicate there; c3 stands once per actor anyway.
    let counts = |duplicates| {
        let network = one(&debate(), &NetworkQuery { duplicates, ..affiliation() });
        let ties = ties(&network);
        (ties[0].2, ties[4].2, ties[5].2)
    };
    let cases = [
        (DuplicateRule::Include, (2., 3., 1.)),
        (DuplicateRule::Article, (1., 2., 1.)),
        (DuplicateRule::Day, (2., 2., 1.)),
        (DuplicateRule::Week, (1., 2., 1.)),
        (DuplicateRule::Month, (1., 2., 1.)),
        (DuplicateRule::Year, (1., 1., 1.)),
        (DuplicateRule::All, (1., 1., 1.)),
    ];
    for (rule, expected) in cases {
        assert_eq!(counts(rule), expected, "{rule:?}");
    }
}

#[test]
fn what_is_not_known_so_finely_is_no_duplicate_in_a_period() {
    let known_to = |precision| Spec { precision, ..said(Some("2020-01-01"), "a", "c", Support, &["x"]) };
    let precisions = [Precision::Year, Precision::Year, Precision::Month, Precision::Month, Precision::Day];
    let corpus = corpus(&precisions.map(known_to), &[]);
    for (duplicates, expected) in [
        (DuplicateRule::Day, 5.),
        (DuplicateRule::Week, 5.),
        (DuplicateRule::Month, 3.),
        (DuplicateRule::Year, 1.),
        (DuplicateRule::All, 1.),
    ] {
        let network = one(&corpus, &NetworkQuery { duplicates, ..affiliation() });
        assert_eq!(ties(&network), [("a", "c", expected)], "{duplicates:?}");
    }
}

#[test]
fn what_a_claim_says_twice_is_one_statement() {
    let mut claim = said(None, "a", "c", Support, &[]);
    claim.positions.push(("c".to_owned(), Support));
    claim.speakers.push(("a".to_owned(), "p".to_owned()));
    assert_eq!(ties(&one(&corpus(&[claim], &[]), &affiliation())), [("a", "c", 1.)]);
}

#[test]
fn organizations_stand_for_their_speakers_and_merged_actors_for_each_other() {
    let party = |actor: &str, behalf: &str| {
        let mut claim = said(None, actor, "c", Support, &[]);
        claim.speakers[0].1 = behalf.to_owned();
        claim
    };
    // Two members of p speak in one claim: one statement of p.
    let mut both = party("a", "p");
    both.speakers.push(("b".to_owned(), "former-p".to_owned()));
    // A mention that nobody resolved: of the speaker, and of both.
    let (unknown, nobody) = (party("", "p"), party("", ""));
    let corpus = corpus(
        &[both, party("b", ""), party("former-b", ""), unknown, nobody],
        &[("p", "former-p"), ("b", "former-b")],
    );
    assert_eq!(nodes(&one(&corpus, &affiliation())), [("b", 3), ("a", 1), ("c", 4)]);
    let rows = NodeKind::SpeakerOrganization;
    let network = one(&corpus, &NetworkQuery { rows, ..affiliation() });
    assert_eq!(nodes(&network), [("b", 2), ("p", 2), ("c", 4)]);
    assert_eq!(network.nodes[0].mode, rows);
}

#[test]
fn windows_begin_with_their_unit_and_move_by_their_step() {
    let debate = debate();
    let windows = |unit, size, step| {
        let query = NetworkQuery { window: Some(Window { unit, size, step }), ..affiliation() };
        let networks = compute(&debate, &query).unwrap();
        let shown = networks.iter().map(|network| {
            let (start, end) = network.window.unwrap();
            let day = |seconds| chrono::DateTime::from_timestamp(seconds, 0).unwrap().format("%m-%d").to_string();
            let statements: u32 = network.nodes.iter().map(|node| node.statement_count).sum();
            // Each statement is one of an actor and one on a concept.
            (day(start.seconds()), day(end.seconds()), statements / 2)
        });
        shown.collect::<Vec<_>>()
    };
    let expected = |windows: &[(&str, &str, u32)]| {
        windows.iter().map(|(start, end, count)| ((*start).to_owned(), (*end).to_owned(), *count)).collect::<Vec<_>>()
    };
    // Weeks: four claims in the first, one in the second, two in the fifth, in which the one without a side falls too.
    let weeks = [
        ("01-06", "01-13", 4),
        ("01-13", "01-20", 1),
        ("01-20", "01-27", 0),
        ("01-27", "02-03", 0),
        ("02-03", "02-10", 2),
    ];
    assert_eq!(windows(WindowUnit::Week, 1, 1), expected(&weeks));
    let months = [("01-01", "03-01", 7), ("02-01", "04-01", 2)];
    assert_eq!(windows(WindowUnit::Month, 2, 1), expected(&months));
    assert_eq!(windows(WindowUnit::Year, 1, 1), expected(&[("01-01", "01-01", 7)]));
    let days = [("01-06", "01-08", 2), ("01-26", "01-28", 0)];
    assert_eq!(windows(WindowUnit::Day, 2, 20), expected(&days));
}

#[test]
fn duplicates_are_taken_away_before_windows_are_laid() {
    let query = NetworkQuery {
        duplicates: DuplicateRule::All,
        window: Some(Window { unit: WindowUnit::Month, size: 1, step: 1 }),
        ..affiliation()
    };
    let networks = compute(&debate(), &query).unwrap();
    // b's statement for c2 was first made in January.
    assert_eq!(networks.len(), 2);
    assert_eq!((ties(&networks[0]).len(), ties(&networks[1]).len()), (4, 0));
}

#[test]
fn the_nodes_with_most_statements_stay_and_their_weights_do_not_change() {
    let query = NetworkQuery { max_nodes: 3, normalization: Normalization::Prominence, ..affiliation() };
    let network = one(&debate(), &query);
    // a and c2 have 4 statements each: both stay behind b.
    assert_eq!((nodes(&network), network.omitted_nodes), (vec![("b", 5), ("a", 4), ("c2", 4)], 2));
    assert_eq!(ties(&network), [("a", "c2", 1. / 4.), ("b", "c2", 3. / 4.)]);
    let two = NetworkQuery { max_nodes: 2, ..query };
    assert_eq!(nodes(&one(&debate(), &two)), [("b", 5), ("a", 4)]);
}

/// Claims by one speaker each without positions, but the last, which is a's and b's together; the third comes later.
fn dispute(relations: &[(usize, usize, RelationKind, RelationStatus)]) -> Corpus {
    let claim = |day: &str, actors: &[&str]| {
        let mut claim = said(Some(day), actors[0], "c", Neutral, &[]);
        claim.speakers = actors.iter().map(|actor| ((*actor).to_owned(), String::new())).collect();
        claim
    };
    let mut specs: Vec<Spec> = vec![
        claim("2020-01-01", &["a"]),
        claim("2020-01-01", &["b"]),
        claim("2020-02-01", &["d"]),
        claim("2020-01-01", &["e"]),
        claim("2020-01-01", &["a", "b"]),
    ];
    for (from, to, kind, status) in relations {
        specs[*from].relations.push((*to, *kind, *status));
    }
    corpus(&specs, &[])
}

#[test]
fn dispute_counts_relations_between_speakers() {
    use RelationKind::{Contradicts, Denies, Disputes, Supports};
    use RelationStatus::{Confirmed, Rejected, Suggested};
    let corpus = dispute(&[
        (2, 0, Disputes, Confirmed),
        (2, 0, Denies, Suggested),
        (2, 1, Contradicts, Rejected),
        (2, 3, Supports, Confirmed),
        // Against a's and b's claim, and by it against a's own.
        (2, 4, Contradicts, Confirmed),
        (4, 0, Disputes, Confirmed),
    ]);
    let dispute = query(NetworkKind::Dispute);
    let network = one(&corpus, &dispute);
    assert!(network.directed);
    // e has no part. Nodes count all their claims.
    assert_eq!(nodes(&network), [("a", 2), ("b", 2), ("d", 1)]);
    assert_eq!(ties(&network), [("a", "a", 1.), ("b", "a", 1.), ("d", "a", 3.), ("d", "b", 1.)]);
    let cosine = NetworkQuery { normalization: Normalization::Cosine, min_weight: 0.5, ..dispute.clone() };
    assert_eq!(ties(&one(&corpus, &cosine)), [("d", "a", 3. / 2.), ("d", "b", 1. / 2.)]);
    let average = NetworkQuery { normalization: Normalization::Average, min_weight: 0.6, ..dispute.clone() };
    assert_eq!(ties(&one(&corpus, &average)), [("d", "a", 3. / 1.5), ("d", "b", 1. / 1.5)]);
    // In January, d says nothing yet; in February, nobody else does any more.
    let window = Some(Window { unit: WindowUnit::Month, size: 1, step: 1 });
    let networks = compute(&corpus, &NetworkQuery { window, ..dispute }).unwrap();
    let shown: Vec<_> = networks.iter().map(ties).collect();
    assert_eq!(shown, [vec![("a", "a", 1.), ("b", "a", 1.)], vec![]]);
}
