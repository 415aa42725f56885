//! Deltas of FollowTheMoney: their operations hold in whatever order files are read.

use claimd::corpus::Corpus;
use claimd::proto::v1::Actor;
use tempfile::TempDir;

use super::{all, load_paths, messages, write};

fn person(id: &str, name: &str) -> String {
    format!(r#"{{"id":"{id}","schema":"Person","properties":{{"name":["{name}"]}}}}"#)
}

fn operation(op: &str, entity: &str) -> String {
    format!(r#"{{"op":"{op}","entity":{entity}}}"#)
}

/// Name and display name of all actors, and their aliases.
fn names(corpus: &Corpus) -> Vec<(String, String, usize)> {
    let actors: Vec<Actor> = all(&corpus.actors.table);
    let mut names: Vec<_> =
        actors.into_iter().map(|actor| (actor.name, actor.display_name, actor.aliases.len())).collect();
    names.sort();
    names
}

#[test]
fn the_order_of_entities_and_deltas_in_a_folder_does_not_matter() {
    let base = [person("a", "Ada"), person("b", "Bob"), person("c", "Cid")].join("\n");
    let first = [
        operation("MOD", &person("a", "Ada Lovelace")),
        operation("DEL", r#"{"id":"b"}"#),
        operation("DEL", r#"{"id":"c"}"#),
    ]
    .join("\n");
    let second = [operation("ADD", &person("c", "Cid again")), operation("ADD", &person("d", "Dan"))].join("\n");
    let expected = [("actors/a", "Ada Lovelace", 0), ("actors/c", "Cid again", 0), ("actors/d", "Dan", 0)]
        .map(|(name, shown, aliases)| (name.to_owned(), shown.to_owned(), aliases));
    for base_name in ["entities.ftm.json", "0-entities.ftm.json"] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), base_name, &base);
        write(folder.path(), "20240527-a/entities.delta.json", &first);
        write(folder.path(), "20240528-b/entities.delta.json", &second);
        let corpus = load_paths(&[folder.path().to_owned()]);
        assert_eq!(corpus.report.errors, 0, "{:?}", corpus.report);
        assert_eq!(names(&corpus), expected, "{base_name}");
    }
}

#[test]
fn deletions_of_unknown_records_are_counted_and_the_first_is_named() {
    let delete = |id: &str| operation("DEL", &format!(r#"{{"id":"{id}"}}"#));
    let document = r#"{"id":"t","schema":"Document","properties":{"title":["T"]}}"#;
    let base = [person("a", "Ada"), person("b", "Bob"), person("c", "Cid"), document.to_owned()].join("\n");
    let delta = [
        delete("a"),
        delete("t"),
        delete("nobody"),
        operation("MOD", r#"{"id":"s","schema":"Vessel","properties":{}}"#),
        delete("nowhere"),
        delete("nobody"),
    ]
    .join("\n");
    // The delta is read after the file with its entity, and before it.
    for base_name in ["a.json", "c.json"] {
        let folder = TempDir::new().unwrap();
        write(folder.path(), base_name, &base);
        write(folder.path(), "b.json", &delta);
        write(folder.path(), "d.json", delete("b"));
        let corpus = load_paths(&[folder.path().to_owned()]);
        assert_eq!(corpus.report.notes, 2, "{:?}", corpus.report);
        let message = "2 of its deletions found no record; the first is of nobody, line 3";
        assert_eq!(messages(&corpus, "NOTHING_DELETED"), [("b.json".to_owned(), message.to_owned())], "{base_name}");
        assert_eq!(messages(&corpus, "RECORD_SKIPPED").len(), 1);
        assert_eq!((names(&corpus).len(), corpus.articles.table.len()), (1, 0));
    }
}

#[test]
fn an_entity_that_is_no_longer_an_actor_is_removed() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "a.json", [person("a", "Ada"), person("s", "Ship")].join("\n"));
    let ship = r#"{"id":"s","schema":"Vessel","properties":{"name":["Ship"]}}"#;
    write(folder.path(), "b.json", operation("MOD", ship));
    let corpus = load_paths(&[folder.path().to_owned()]);
    assert_eq!(names(&corpus), [("actors/a".to_owned(), "Ada".to_owned(), 0)]);
}

#[test]
fn entities_of_one_id_without_a_delta_are_merged() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "a.json", [person("a", "Ada"), person("a", "Ada Lovelace")].join("\n"));
    let corpus = load_paths(&[folder.path().to_owned()]);
    assert_eq!(names(&corpus), [("actors/a".to_owned(), "Ada Lovelace".to_owned(), 1)]);
}
