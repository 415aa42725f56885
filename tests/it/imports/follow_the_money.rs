//! Published files of FollowTheMoney: every entity is a record or counted as skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use claimd::proto::v1::{Actor, ActorFilter, ListActorsRequest};
use serde_json::Value;

use super::{all, load_paths, messages, shared, write};
use crate::support::{TestServer, defaults};

/// The schemata that become actors, as an independent list.
const ACTORS: [&str; 5] = ["Person", "Organization", "Company", "PublicBody", "LegalEntity"];

/// The expected content of files: the ids of actors at the end, and the number of entities by other schema.
#[derive(Default)]
struct Held {
    actors: BTreeSet<String>,
    others: BTreeMap<String, u64>,
}

impl Held {
    /// Reads the files of a folder, which have one entity or operation per line.
    fn read(&mut self, files: &[PathBuf]) {
        for file in files {
            let text = std::fs::read_to_string(file).unwrap();
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                let value: Value = serde_json::from_str(line).unwrap();
                let entity = value.get("entity").unwrap_or(&value);
                let id = entity["id"].as_str().unwrap().to_owned();
                match entity["schema"].as_str() {
                    None => drop(self.actors.remove(&id)),
                    Some(schema) if ACTORS.contains(&schema) => drop(self.actors.insert(id)),
                    Some(schema) => *self.others.entry(schema.to_owned()).or_default() += 1,
                }
            }
        }
    }
}

/// Files with entities below a folder in the order of their application: entities, then deltas by folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            folders.push(path);
        } else if path.to_str().unwrap().ends_with("entities.ftm.json") {
            files.push(path);
        }
    }
    folders.sort();
    files.extend(folders.into_iter().map(|folder| folder.join("entities.delta.json")));
    files
}

#[test]
fn every_entity_of_every_folder_is_a_record_or_counted() {
    for (folders, actors) in [
        (&["ftm/zala"][..], 17),
        (&["ftm/parteispenden"], 96),
        (&["ftm/t1"], 6),
        (&["ftm/t2"], 3),
        (&["ftm/t1", "ftm/t2"], 9),
    ] {
        let Some(paths) = folders.iter().map(|folder| shared::data(folder)).collect::<Option<Vec<_>>>() else { return };
        let mut held = Held::default();
        for path in &paths {
            held.read(&files(path));
        }
        let corpus = load_paths(&paths);
        assert_eq!(corpus.report.errors, 0, "{:?}", corpus.report.diagnostics);
        let loaded: BTreeSet<String> =
            all::<Actor>(&corpus.actors.table).into_iter().map(|actor| actor.provenance.unwrap().record).collect();
        assert_eq!((loaded.len(), &loaded), (actors, &held.actors), "{folders:?}");
        let counted: BTreeMap<String, u64> = messages(&corpus, "RECORD_SKIPPED")
            .iter()
            .map(|(_, message)| {
                let (count, rest) = message.split_once(" skipped: entities of schema ").unwrap();
                (rest.split_once(',').unwrap().0.to_owned(), count.parse().unwrap())
            })
            .collect();
        assert_eq!(counted, held.others, "{folders:?}");
    }
}

#[tokio::test]
async fn an_entity_of_several_datasets_counts_for_the_first_in_alphabetical_order() {
    let folder = tempfile::TempDir::new().unwrap();
    let entity = |id: &str, datasets: &str| {
        format!(r#"{{"id":"{id}","caption":"A","schema":"Person","datasets":[{datasets}]}}"#)
    };
    write(folder.path(), "a.json", [entity("one", r#""b""#), entity("two", r#""c","b""#)].join("\n"));
    let corpus = load_paths(&[folder.path().to_owned()]);
    assert!(messages(&corpus, "DATASET_CHOSEN")[0].1.starts_with("1 entities of several datasets: "));
    let server = TestServer::start(corpus, defaults()).await;
    for (dataset, found) in [("b", &["actors/one", "actors/two"][..]), ("c", &[])] {
        let filter = Some(ActorFilter { datasets: vec![dataset.to_owned()], ..ActorFilter::default() });
        let request = ListActorsRequest { filter, ..ListActorsRequest::default() };
        let actors = server.actors().list_actors(request).await.unwrap().into_inner().actors;
        let actors: Vec<Actor> = actors.iter().map(|actor| actor.decode().unwrap()).collect();
        assert_eq!(actors.iter().map(|actor| actor.name.as_str()).collect::<Vec<_>>(), found, "{dataset}");
        let labels = actors.last().map(|actor| actor.labels["datasets"].as_str());
        assert_eq!(labels, found.last().map(|_| "c\nb"));
    }
}

#[test]
fn names_of_many_scripts_are_kept_and_the_index_of_deltas_is_skipped() {
    let Some(path) = shared::data("ftm/zala") else { return };
    let corpus = load_paths(&[path]);
    let osetrova = all::<Actor>(&corpus.actors.table)
        .into_iter()
        .find(|actor| actor.name == "actors/NK-2Tbri3s6GgNtAwsSXh4qpL")
        .unwrap();
    assert_eq!(osetrova.display_name, "Maria Aleksandrovna Osetrova");
    let cyrillic = osetrova.aliases.iter().find(|alias| alias.text == "Мария Александровна Осетрова").unwrap();
    assert_eq!(cyrillic.language, "und-Cyrl");
    assert!(
        osetrova.identifiers.iter().any(|one| (one.scheme.as_str(), one.value.as_str()) == ("inn", "183116181362"))
    );

    let Some(path) = shared::data("ftm/t2") else { return };
    let skipped = messages(&load_paths(&[path]), "FILE_SKIPPED");
    assert_eq!(skipped.into_iter().map(|(file, _)| file).collect::<Vec<_>>(), ["delta.json"]);
}
