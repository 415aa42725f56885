//! Networks straight from the definitions: dense loops over all statements, for comparison.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta};
use claimd::proto::v1::{
    DuplicateRule, NetworkKind, NodeKind, Normalization, Precision, RelationKind, RelationStatus, Stance, WindowUnit,
};
use claimd::query::{Filter, NetworkQuery, Window};

use crate::network::built::Spec;

/// Actor, concept, whether it is against it.
type Said = (String, String, bool);

/// Nodes with their statements, and ties.
#[derive(Debug, PartialEq)]
pub(crate) struct Naive {
    pub(crate) nodes: Vec<(String, u32)>,
    pub(crate) ties: Vec<(String, String, f64)>,
}

pub(crate) fn networks(specs: &[Spec], query: &NetworkQuery) -> Vec<Naive> {
    // Without `..`: a field that is added to the query and forgotten here does not compile.
    let NetworkQuery {
        filter,
        kind: _,
        rows: _,
        signed: _,
        normalization: _,
        duplicates: _,
        min_weight: _,
        window: _,
        max_nodes: _,
        max_windows: _,
        max_bytes: _,
    } = query;
    assert_eq!(*filter, Filter::default(), "the naive networks are over all claims");
    let mut order: Vec<usize> = (0..specs.len()).collect();
    order.sort_by_key(|at| (specs[*at].time.unwrap_or(i64::MIN), *at));
    let mut statements: Vec<(usize, Said)> = Vec::new();
    let mut seen: Vec<(Said, String)> = Vec::new();
    for at in order {
        for said in of_claim(&specs[at], query.rows) {
            let buckets = buckets(&specs[at], query.duplicates);
            let keys: Vec<_> = buckets.into_iter().map(|bucket| (said.clone(), bucket)).collect();
            if keys.is_empty() || keys.iter().any(|key| !seen.contains(key)) {
                statements.push((at, said));
            }
            seen.extend(keys);
        }
    }
    let inside = |at: usize, window: Option<(i64, i64)>| match (window, specs[at].time) {
        (None, _) => true,
        (Some((start, end)), Some(time)) => start <= time && time < end,
        (Some(_), None) => false,
    };
    let network = |window: Option<(i64, i64)>| {
        if query.kind == NetworkKind::Dispute {
            let claims: Vec<usize> = (0..specs.len()).filter(|at| inside(*at, window)).collect();
            return dispute(specs, &claims, query);
        }
        let statements = statements.iter().filter(|(at, _)| inside(*at, window));
        counted(&statements.map(|(_, said)| said.clone()).collect::<Vec<_>>(), query)
    };
    match query.window {
        None => vec![network(None)],
        Some(window) => windows(specs, window).into_iter().map(|window| network(Some(window))).collect(),
    }
}

fn actors(spec: &Spec, rows: NodeKind) -> Vec<String> {
    let organizations = rows == NodeKind::SpeakerOrganization;
    let actor = |(actor, behalf): &(String, String)| {
        let id = if organizations && !behalf.is_empty() { behalf } else { actor };
        (!id.is_empty()).then(|| format!("actors/{id}"))
    };
    let mut actors: Vec<String> = spec.speakers.iter().filter_map(actor).collect();
    actors.sort();
    actors.dedup();
    actors
}

fn of_claim(spec: &Spec, rows: NodeKind) -> Vec<Said> {
    let mut all = Vec::new();
    for actor in actors(spec, rows) {
        for (concept, stance) in &spec.positions {
            match stance {
                Stance::Support => all.push((actor.clone(), concept.clone(), false)),
                Stance::Oppose => all.push((actor.clone(), concept.clone(), true)),
                _ => {}
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

fn buckets(spec: &Spec, rule: DuplicateRule) -> Vec<String> {
    let date = spec.time.map(date);
    let period = |format: &str, coarser: &[Precision]| match date {
        Some(date) if !coarser.contains(&spec.precision) => vec![date.format(format).to_string()],
        _ => Vec::new(),
    };
    match rule {
        DuplicateRule::Article => spec.articles.clone(),
        DuplicateRule::Day => period("%F", &[Precision::Month, Precision::Year]),
        DuplicateRule::Week => period("%G %V", &[Precision::Month, Precision::Year]),
        DuplicateRule::Month => period("%Y-%m", &[Precision::Year]),
        DuplicateRule::Year => period("%Y", &[]),
        DuplicateRule::All => vec![String::new()],
        _ => Vec::new(),
    }
}

fn date(seconds: i64) -> NaiveDate {
    DateTime::from_timestamp(seconds, 0).unwrap().date_naive()
}

fn windows(specs: &[Spec], Window { unit, size, step }: Window) -> Vec<(i64, i64)> {
    let times = || specs.iter().filter_map(|spec| spec.time);
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return Vec::new() };
    let day = date(first);
    let begin = match unit {
        WindowUnit::Week => day - TimeDelta::days(day.weekday().num_days_from_monday().into()),
        WindowUnit::Month => day.with_day(1).unwrap(),
        WindowUnit::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap(),
        _ => day,
    };
    let after = |units: u32| {
        let date = match unit {
            WindowUnit::Week => begin + Days::new(u64::from(units) * 7),
            WindowUnit::Month => begin + Months::new(units),
            WindowUnit::Year => begin + Months::new(units * 12),
            _ => begin + Days::new(units.into()),
        };
        date.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp()
    };
    (0..1000).map(|at| (after(at * step), after(at * step + size))).take_while(|(start, _)| *start <= last).collect()
}

fn counted(statements: &[Said], query: &NetworkQuery) -> Naive {
    let swapped = |(actor, concept, against): &Said| match query.rows {
        NodeKind::Concept => (concept.clone(), actor.clone(), *against),
        _ => (actor.clone(), concept.clone(), *against),
    };
    let statements: Vec<Said> = statements.iter().map(swapped).collect();
    let x = |row: &str, column: &str, against: bool| {
        let same = |said: &&Said| said.0 == row && said.1 == column && said.2 == against;
        f64::from(u32::try_from(statements.iter().filter(same).count()).unwrap())
    };
    let rows = totals(statements.iter().map(|said| &said.0));
    let columns = totals(statements.iter().map(|said| &said.1));
    let affiliation = query.kind == NetworkKind::Affiliation;
    let mut nodes: Vec<(String, u32, bool)> = rows.iter().map(|(id, count)| (id.clone(), *count, false)).collect();
    if affiliation {
        nodes.extend(columns.iter().map(|(id, count)| (id.clone(), *count, true)));
    }
    let nodes = cut(nodes, query.max_nodes);
    let n = |id: &str| f64::from(*rows.get(id).or(columns.get(id)).unwrap());

    let mut ties = Vec::new();
    for (a, _, a_is_column) in &nodes {
        for (b, _, b_is_column) in &nodes {
            let (count, together) = if affiliation {
                if *a_is_column || !*b_is_column {
                    continue;
                }
                let sign = if query.signed { -1.0 } else { 1.0 };
                (x(a, b, false) + sign * x(a, b, true), 0.0)
            } else {
                if a >= b {
                    continue;
                }
                similarity(a, b, &columns, &x, query.kind)
            };
            tie(a, b, count, (n(a), n(b), together), query, &mut ties);
        }
    }
    finish(nodes, ties)
}

fn similarity(
    a: &str,
    b: &str,
    columns: &BTreeMap<String, u32>,
    x: &impl Fn(&str, &str, bool) -> f64,
    kind: NetworkKind,
) -> (f64, f64) {
    let (mut congruence, mut conflict, mut co_occurrence) = (0.0, 0.0, 0.0);
    let (mut m10, mut m01, mut m11) = (0.0, 0.0, 0.0);
    for c in columns.keys() {
        co_occurrence += (x(a, c, false) + x(a, c, true)) * (x(b, c, false) + x(b, c, true));
        conflict += x(a, c, false) * x(b, c, true) + x(a, c, true) * x(b, c, false);
        for side in [false, true] {
            let (of_a, of_b) = (x(a, c, side), x(b, c, side));
            congruence += of_a * of_b;
            if of_b == 0.0 {
                m10 += of_a;
            }
            if of_a == 0.0 {
                m01 += of_b;
            }
            if of_a > 0.0 && of_b > 0.0 {
                m11 += of_a * of_b;
            }
        }
    }
    let count = match kind {
        NetworkKind::Congruence => congruence,
        NetworkKind::Conflict => conflict,
        NetworkKind::Subtract => congruence - conflict,
        NetworkKind::CoOccurrence => co_occurrence,
        _ => unreachable!(),
    };
    (count, m10 + m01 + m11)
}

fn dispute(specs: &[Spec], claims: &[usize], query: &NetworkQuery) -> Naive {
    let speakers = |at: usize| actors(&specs[at], query.rows);
    let mut relations = Vec::new();
    for at in claims.iter().copied() {
        for (target, kind, status) in specs[at].relations.iter().copied() {
            let counts = matches!(kind, RelationKind::Disputes | RelationKind::Denies | RelationKind::Contradicts);
            if !counts || status == RelationStatus::Rejected || !claims.contains(&target) {
                continue;
            }
            for a in speakers(at) {
                relations.extend(speakers(target).into_iter().map(|b| (a.clone(), b)));
            }
        }
    }
    let spoken: Vec<String> = claims.iter().flat_map(|at| speakers(*at)).collect();
    let n = totals(spoken.iter());
    let has_part = |id: &&String| relations.iter().any(|(a, b)| a == *id || b == *id);
    let nodes = n.keys().filter(has_part).map(|id| (id.clone(), n[id], false)).collect();
    let nodes = cut(nodes, query.max_nodes);
    let mut ties = Vec::new();
    for (a, n_a, _) in &nodes {
        for (b, n_b, _) in &nodes {
            let count = relations.iter().filter(|pair| (&pair.0, &pair.1) == (a, b)).count();
            let count = f64::from(u32::try_from(count).unwrap());
            tie(a, b, count, (f64::from(*n_a), f64::from(*n_b), 0.0), query, &mut ties);
        }
    }
    finish(nodes, ties)
}

fn totals<'s>(ids: impl Iterator<Item = &'s String>) -> BTreeMap<String, u32> {
    let mut totals = BTreeMap::new();
    for id in ids {
        *totals.entry(id.clone()).or_insert(0) += 1;
    }
    totals
}

/// The nodes with the most statements, ties by id; then by mode.
fn cut(mut nodes: Vec<(String, u32, bool)>, max: usize) -> Vec<(String, u32, bool)> {
    nodes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    nodes.truncate(max);
    nodes.sort_by_key(|node| node.2);
    nodes
}

fn tie(
    a: &str,
    b: &str,
    count: f64,
    (n_a, n_b, together): (f64, f64, f64),
    query: &NetworkQuery,
    ties: &mut Vec<(String, String, f64)>,
) {
    let divisor = match query.normalization {
        Normalization::None | Normalization::Unspecified => 1.0,
        Normalization::Average => f64::midpoint(n_a, n_b),
        Normalization::Jaccard => together,
        Normalization::Cosine => n_a * n_b,
        Normalization::Activity => n_a,
        Normalization::Prominence => n_b,
    };
    let weight = if divisor == 0.0 { 0.0 } else { count / divisor };
    if weight != 0.0 && weight.abs() >= query.min_weight {
        ties.push((a.to_owned(), b.to_owned(), weight));
    }
}

fn finish(nodes: Vec<(String, u32, bool)>, mut ties: Vec<(String, String, f64)>) -> Naive {
    ties.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    Naive { nodes: nodes.into_iter().map(|(id, count, _)| (id, count)).collect(), ties }
}
