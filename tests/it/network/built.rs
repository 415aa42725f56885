//! Corpora made for a test.

use claimd::config::LoadLimits;
use claimd::corpus::{Builder, Corpus};
use claimd::error::Error;
use claimd::model::{Network, RecordOp, check_record};
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{
    Actor, Article, Claim, DuplicateRule, Evidence, NetworkKind, NodeKind, Normalization, PartialTime, Party, Position,
    Precision, QuotationType, Record, Relation, RelationKind, RelationStatus, Stance,
};
use claimd::query::{Filter, NetworkQuery, networks};

/// A claim, in short.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spec {
    /// Seconds since 1970.
    pub(crate) time: Option<i64>,
    /// How much of it is known.
    pub(crate) precision: Precision,
    /// Ids of actor and organization; either may be empty.
    pub(crate) speakers: Vec<(String, String)>,
    pub(crate) positions: Vec<(String, Stance)>,
    pub(crate) articles: Vec<String>,
    /// Place of the other claim in the list of all.
    pub(crate) relations: Vec<(usize, RelationKind, RelationStatus)>,
}

/// A claim of one speaker.
pub(crate) fn said(day: Option<&str>, actor: &str, concept: &str, stance: Stance, articles: &[&str]) -> Spec {
    let time = day.map(|day| {
        let day: chrono::NaiveDate = day.parse().unwrap();
        day.and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp()
    });
    Spec {
        time,
        precision: Precision::Unspecified,
        speakers: vec![(actor.to_owned(), String::new())],
        positions: vec![(concept.to_owned(), stance)],
        articles: articles.iter().map(|article| (*article).to_owned()).collect(),
        relations: Vec::new(),
    }
}

/// Name of the claim at a place in the list.
pub(crate) fn claim_name(at: usize) -> String {
    format!("claims/c{at:07}")
}

fn actor_name(id: &str) -> String {
    if id.is_empty() { String::new() } else { format!("actors/{id}") }
}

/// The corpus of these claims; `merged` are pairs of the id of an actor and a former one of it.
pub(crate) fn corpus(specs: &[Spec], merged: &[(&str, &str)]) -> Corpus {
    let limits = LoadLimits {
        max_line_bytes: 1 << 20,
        max_record_bytes: 1 << 20,
        max_database_bytes: 1 << 20,
        max_diagnostics: 10,
    };
    let mut builder = Builder::new(limits);
    let mut add = |name: String, kind: Kind| {
        let mut record = Record { record: Some(kind) };
        let findings = check_record(&mut record);
        assert!(!findings.has_error(), "{name} is in order");
        builder.add(1, &name, Some(record), findings, RecordOp::Insert);
    };
    let former: Vec<&str> = merged.iter().map(|(_, former)| *former).collect();
    let ids = specs.iter().flat_map(|spec| spec.speakers.iter().flat_map(|(actor, behalf)| [actor, behalf]));
    let mut ids: Vec<&str> = ids.map(String::as_str).chain(merged.iter().map(|(id, _)| *id)).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids.into_iter().filter(|id| !id.is_empty() && !former.contains(id)) {
        let merged_names = merged.iter().filter(|(to, _)| *to == id).map(|(_, former)| actor_name(former)).collect();
        let (name, display_name) = (actor_name(id), format!("The {id}"));
        add(name.clone(), Kind::Actor(Actor { name, display_name, merged_names, ..Actor::default() }));
    }
    let mut articles: Vec<&String> = specs.iter().flat_map(|spec| &spec.articles).collect();
    articles.sort_unstable();
    articles.dedup();
    for id in articles {
        let name = format!("articles/{id}");
        add(name.clone(), Kind::Article(Article { name, title: id.clone(), ..Article::default() }));
    }
    for (at, spec) in specs.iter().enumerate() {
        add(claim_name(at), Kind::Claim(claim(at, spec)));
    }
    builder.finish(true).unwrap_or_else(|failed| panic!("{failed}: {:?}", failed.report.diagnostics))
}

fn claim(at: usize, spec: &Spec) -> Claim {
    let time = |seconds| PartialTime {
        time: Some(claimd::proto::Timestamp { seconds, nanos: 0 }),
        precision: spec.precision.into(),
    };
    let speaker = |(actor, behalf): &(String, String)| Party {
        actor: actor_name(actor),
        on_behalf_of: actor_name(behalf),
        mention: "somebody".to_owned(),
        ..Party::default()
    };
    let position =
        |(concept, stance): &(String, Stance)| Position { concept: concept.clone(), stance: (*stance).into() };
    let evidence = |id: &String| Evidence {
        article: format!("articles/{id}"),
        quotation_type: QuotationType::Paraphrase.into(),
        ..Evidence::default()
    };
    let relation = |(target, kind, status): &(usize, RelationKind, RelationStatus)| Relation {
        claim: claim_name(*target),
        kind: (*kind).into(),
        status: (*status).into(),
        ..Relation::default()
    };
    Claim {
        name: claim_name(at),
        text: "something".to_owned(),
        claim_time: spec.time.map(time),
        speakers: spec.speakers.iter().map(speaker).collect(),
        positions: spec.positions.iter().map(position).collect(),
        evidence: spec.articles.iter().map(evidence).collect(),
        relations: spec.relations.iter().map(relation).collect(),
        ..Claim::default()
    }
}

/// A question for a network of a kind over all claims.
pub(crate) fn query(kind: NetworkKind) -> NetworkQuery {
    NetworkQuery {
        filter: Filter::default(),
        kind,
        rows: NodeKind::Speaker,
        signed: false,
        normalization: Normalization::None,
        duplicates: DuplicateRule::Include,
        min_weight: 0.0,
        window: None,
        max_nodes: 500,
        max_windows: 1000,
        max_bytes: usize::MAX,
    }
}

/// Asks to the end.
pub(crate) fn compute(corpus: &Corpus, query: &NetworkQuery) -> Result<Vec<Network>, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(networks(corpus, query))
}

/// The only network.
pub(crate) fn one(corpus: &Corpus, query: &NetworkQuery) -> Network {
    let mut networks = compute(corpus, query).unwrap();
    assert_eq!(networks.len(), 1);
    networks.remove(0)
}

/// The ties, as ids without `actors/`, and weights.
pub(crate) fn ties(network: &Network) -> Vec<(&str, &str, f64)> {
    let edges = network.edges.iter().map(|edge| {
        let (source, target) = network.ends(edge);
        (id(&source.id), id(&target.id), edge.weight)
    });
    edges.collect()
}

/// The nodes, as ids without `actors/`, and statements.
pub(crate) fn nodes(network: &Network) -> Vec<(&str, u32)> {
    network.nodes.iter().map(|node| (id(&node.id), node.statement_count)).collect()
}

fn id(name: &str) -> &str {
    name.strip_prefix("actors/").unwrap_or(name)
}
