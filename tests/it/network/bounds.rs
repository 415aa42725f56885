//! What a question may cost, and what it must not ask.

use std::pin::pin;
use std::task::{Context, Waker};

use claimd::corpus::Corpus;
use claimd::error::{Error, Violations};
use claimd::proto::v1::{DuplicateRule, NetworkKind, NodeKind, Normalization, Stance, WindowUnit};
use claimd::query::{NetworkQuery, Window, networks};

use crate::network::built::{Spec, compute, corpus, one, query, said};

fn violated(query: &NetworkQuery) -> Vec<String> {
    let mut violations = Violations::default();
    query.check(&mut violations);
    violations.0.into_iter().map(|violation| violation.field).collect()
}

#[test]
fn what_does_not_go_together_is_refused_all_at_once() {
    let window = Some(Window { unit: WindowUnit::Unspecified, size: 0, step: 10_001 });
    let wrong = NetworkQuery {
        rows: NodeKind::Concept,
        signed: true,
        normalization: Normalization::Activity,
        duplicates: DuplicateRule::Day,
        min_weight: f64::NAN,
        max_nodes: 0,
        window,
        ..query(NetworkKind::Dispute)
    };
    let fields = [
        "rows",
        "signed",
        "normalization",
        "duplicates",
        "min_weight",
        "max_nodes",
        "window.unit",
        "window.size",
        "window.step",
    ];
    assert_eq!(violated(&wrong), fields);
    assert_eq!(violated(&query(NetworkKind::Unspecified)), ["kind"]);
    for min_weight in [-1.0, f64::INFINITY] {
        assert_eq!(violated(&NetworkQuery { min_weight, ..query(NetworkKind::Conflict) }), ["min_weight"]);
    }
}

#[test]
fn normalizations_go_with_their_kinds() {
    use Normalization::{Activity, Average, Cosine, Jaccard, Prominence};
    let allowed = |kind| {
        let goes = |normalization: &Normalization| {
            violated(&NetworkQuery { normalization: *normalization, ..query(kind) }).is_empty()
        };
        [Average, Jaccard, Cosine, Activity, Prominence].into_iter().filter(goes).collect::<Vec<_>>()
    };
    assert_eq!(allowed(NetworkKind::Affiliation), [Activity, Prominence]);
    assert_eq!(allowed(NetworkKind::Dispute), [Average, Cosine]);
    for kind in [NetworkKind::Congruence, NetworkKind::Conflict, NetworkKind::Subtract, NetworkKind::CoOccurrence] {
        assert_eq!(allowed(kind), [Average, Jaccard, Cosine]);
    }
}

/// Many actors, who all speak of the same concept.
fn crowd(count: usize) -> Corpus {
    let specs: Vec<Spec> =
        (0..count).map(|at| said(Some("2020-01-01"), &format!("a{at:06}"), "c", Stance::Support, &[])).collect();
    corpus(&specs, &[])
}

#[test]
fn windows_are_counted_before_any_is_computed() {
    let specs = [
        said(Some("0001-01-01"), "a", "c", Stance::Support, &[]),
        said(Some("9999-12-31"), "a", "c", Stance::Support, &[]),
    ];
    let corpus = corpus(&specs, &[]);
    let window = |unit, size, step| NetworkQuery {
        window: Some(Window { unit, size, step }),
        ..query(NetworkKind::Affiliation)
    };
    let refused = compute(&corpus, &window(WindowUnit::Day, 1, 1)).unwrap_err();
    let Error::Invalid(Violations(violations)) = refused else { panic!("{refused}") };
    assert_eq!(violations[0].field, "window");
    // Exactly a thousand: from 1 on, every tenth year.
    let networks = compute(&corpus, &window(WindowUnit::Year, 10_000, 10)).unwrap();
    assert_eq!(networks.len(), 1000);
    // A window may end after the last time that can be written down; it is shown to end there.
    let (_, end) = networks[999].window.unwrap();
    assert_eq!((end.seconds(), end.nanos()), (253_402_300_799, 999_999_999));
    let refused = compute(&corpus, &window(WindowUnit::Year, 1, 9)).unwrap_err();
    assert!(refused.to_string().contains("1111 places"), "{refused}");
}

#[test]
fn without_a_time_there_is_no_window() {
    let corpus = corpus(&[said(None, "a", "c", Stance::Support, &[])], &[]);
    let window = Some(Window { unit: WindowUnit::Day, size: 1, step: 1 });
    assert_eq!(compute(&corpus, &NetworkQuery { window, ..query(NetworkKind::Affiliation) }).unwrap(), []);
}

#[test]
fn nobody_speaking_is_an_empty_network() {
    let corpus = corpus(&[Spec::default()], &[]);
    for kind in 1..=6 {
        let network = one(&corpus, &query(NetworkKind::try_from(kind).unwrap()));
        assert!(network.nodes.is_empty() && network.edges.is_empty());
    }
}

#[test]
fn pairs_are_bounded_by_the_nodes_asked_for() {
    let corpus = crowd(20_000);
    let network = one(&corpus, &NetworkQuery { max_nodes: 100, ..query(NetworkKind::Congruence) });
    assert_eq!((network.nodes.len(), network.edges.len(), network.omitted_nodes), (100, 100 * 99 / 2, 19_900));
    assert_eq!(network.nodes[99].id, "actors/a000099");
}

#[test]
fn an_answer_that_would_be_too_large_is_refused_as_soon_as_it_is() {
    let corpus = crowd(3000);
    let query = NetworkQuery { max_nodes: 3000, max_bytes: 1 << 20, ..query(NetworkKind::Congruence) };
    let refused = compute(&corpus, &query).unwrap_err();
    let Error::NetworkTooLarge { size, limit } = refused else { panic!("{refused}") };
    assert!(limit == 1 << 20 && size > limit && size < limit + 100, "{size}");
}

#[test]
fn a_long_question_pauses_and_can_be_dropped() {
    let corpus = crowd(20_000);
    for kind in [NetworkKind::Affiliation, NetworkKind::Congruence, NetworkKind::Dispute] {
        let query = query(kind);
        let mut asked = pin!(networks(&corpus, &query));
        let mut pauses = 0;
        while asked.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
            pauses += 1;
        }
        assert!(pauses >= 2, "{kind:?} paused {pauses} times");
    }
}

/// How long it takes over a million claims; run by hand:
/// `cargo test --release --test network -- --ignored --nocapture million`.
#[test]
#[ignore = "takes minutes to build and gigabytes"]
fn a_million_claims() {
    let mut state = 7_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for (actors, concepts) in [(200, 500), (100_000, 20_000)] {
        let specs: Vec<Spec> = (0..1_000_000_u32)
            .map(|at| {
                let stance = if random(3) == 0 { Stance::Oppose } else { Stance::Support };
                let (actor, concept) = (format!("a{:06}", random(actors)), format!("concept {}", random(concepts)));
                let mut spec = said(None, &actor, &concept, stance, &[]);
                spec.time = Some(1_500_000_000 + i64::from(at) * 100);
                spec.articles = vec![format!("x{}", random(100_000))];
                if at > 0 && random(5) == 0 {
                    use claimd::proto::v1::{RelationKind, RelationStatus};
                    let target = usize::try_from(random(u64::from(at))).unwrap();
                    spec.relations.push((target, RelationKind::Disputes, RelationStatus::Confirmed));
                }
                spec
            })
            .collect();
        let corpus = corpus(&specs, &[]);
        drop(specs);
        for kind in 1..=6 {
            let kind = NetworkKind::try_from(kind).unwrap();
            time(&corpus, &query(kind), &format!("{actors} actors, {kind:?}"));
        }
        let congruence = query(NetworkKind::Congruence);
        let jaccard = NetworkQuery { normalization: Normalization::Jaccard, ..congruence.clone() };
        time(&corpus, &jaccard, &format!("{actors} actors, Congruence, Jaccard"));
        for duplicates in [DuplicateRule::Article, DuplicateRule::Month, DuplicateRule::All] {
            time(
                &corpus,
                &NetworkQuery { duplicates, ..congruence.clone() },
                &format!("{actors} actors, {duplicates:?}"),
            );
        }
        let concepts = NetworkQuery { rows: NodeKind::Concept, ..congruence.clone() };
        time(&corpus, &concepts, &format!("{actors} actors, rows concept"));
        let window = Some(Window { unit: WindowUnit::Month, size: 12, step: 1 });
        time(&corpus, &NetworkQuery { window, ..congruence.clone() }, &format!("{actors} actors, 12 months by month"));
        let most = NetworkQuery { max_nodes: 5000, max_bytes: 4 << 20, ..congruence };
        time(&corpus, &most, &format!("{actors} actors, 5000 nodes, 4 MiB"));
    }
}

fn time(corpus: &Corpus, query: &NetworkQuery, what: &str) {
    let (started, mut shown) = (std::time::Instant::now(), String::new());
    for _ in 0..3 {
        shown = match compute(corpus, query) {
            Ok(networks) => {
                let edges: usize = networks.iter().map(|network| network.edges.len()).sum();
                format!("{} networks, {edges} ties", networks.len())
            }
            Err(error) => error.to_string(),
        };
    }
    println!("{what}: {} ms ({shown})", started.elapsed().as_millis() / 3);
}
