//! The tables of docs/OPERATIONS.md are what the program says of itself. With CLAIMD_WRITE_DOCS set, they are written.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::sync::Mutex;

use claimd::cli::Cli;
use clap::{Arg, CommandFactory};

use super::serving::Serving;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/OPERATIONS.md");

#[test]
fn the_keys_are_those_of_the_program() {
    compare("keys", &keys());
}

#[test]
fn the_metrics_are_those_of_the_program_and_no_alert_asks_for_another() {
    let metrics = Serving::start(&[]).get("/metrics").body;
    compare("metrics", &table_of(&metrics));

    let known: BTreeSet<&str> = metrics.lines().filter_map(|line| line.split(['{', ' ']).next()).collect();
    let text = fs::read_to_string(DOCUMENT).unwrap();
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let named =
        words.filter(|word| ["claimd_", "grpc_server_", "process_"].iter().any(|start| word.starts_with(start)));
    for name in named {
        // Names of histograms stand for the three series they have.
        assert!(known.contains(name) || known.contains(&*format!("{name}_count")), "{name}");
    }
}

/// Every key, under the headings of the help.
fn keys() -> String {
    let command = Cli::command();
    let serve = command.find_subcommand("serve").unwrap();
    let flags: Vec<&Arg> = serve.get_arguments().filter(|flag| flag.get_env().is_some()).collect();
    let mut headings: Vec<&str> = Vec::new();
    for heading in flags.iter().map(|flag| flag.get_help_heading().unwrap_or("General")) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    let mut text = String::new();
    for heading in headings {
        write!(text, "\n### {heading}\n\n| key | default | what it is, and why |\n|---|---|---|\n").unwrap();
        for flag in flags.iter().filter(|flag| flag.get_help_heading().unwrap_or("General") == heading) {
            let name = if flag.get_id() == "config" { "(flag and variable alone)" } else { flag.get_id().as_str() };
            writeln!(text, "| `{name}` | {} | {} |", default_of(flag), help_of(flag)).unwrap();
        }
    }
    text + "\n"
}

fn default_of(flag: &Arg) -> String {
    let values: Vec<_> = flag.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    match (values.is_empty(), flag.get_action().takes_values()) {
        (false, _) => format!("`{}`", values.join(",")),
        (true, true) => "not set".to_owned(),
        (true, false) => "`false`".to_owned(),
    }
}

fn help_of(flag: &Arg) -> String {
    let help = flag.get_long_help().or(flag.get_help()).unwrap().to_string();
    help.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// Every metric, with its type, its labels and what it says.
fn table_of(metrics: &str) -> String {
    let mut text = "\n| metric | type | labels | what it counts |\n|---|---|---|---|\n".to_owned();
    for line in metrics.lines() {
        let Some((name, help)) = line.strip_prefix("# HELP ").and_then(|rest| rest.split_once(' ')) else { continue };
        let start = format!("# TYPE {name} ");
        let kind = metrics.lines().find_map(|line| line.strip_prefix(&start)).unwrap();
        let series = metrics.lines().filter(|line| line.starts_with(name));
        let labels =
            series.filter_map(|line| line.strip_suffix('}').or(line.rsplit_once('}').map(|(labels, _)| labels)));
        let labels = labels.filter_map(|line| line.split_once('{')).flat_map(|(_, labels)| labels.split("\","));
        let labels: BTreeSet<String> = labels
            .filter_map(|label| label.split_once('=').map(|(label, _)| label.to_owned()))
            .filter(|label| label != "le")
            .map(|label| format!("`{label}`"))
            .collect();
        let labels: Vec<String> = labels.into_iter().collect();
        writeln!(text, "| `{name}` | {kind} | {} | {help} |", labels.join(", ")).unwrap();
    }
    text + "\n"
}

/// Held by the test that writes: the tests run at once, and each writes the whole document.
static WRITING: Mutex<()> = Mutex::new(());

/// Compares what stands between two marks with what should, or puts it there.
fn compare(marks: &str, expected: &str) {
    let _alone = WRITING.lock().unwrap();
    let text = fs::read_to_string(DOCUMENT).unwrap();
    let (begin, end) = (format!("<!-- {marks} -->\n"), format!("<!-- end of {marks} -->"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (written, after) = rest.split_once(&end).unwrap();
    if std::env::var_os("CLAIMD_WRITE_DOCS").is_some() {
        fs::write(DOCUMENT, format!("{before}{begin}{expected}{end}{after}")).unwrap();
        return;
    }
    assert!(written == expected, "run this test with CLAIMD_WRITE_DOCS=1; expected:\n{expected}\nwritten:\n{written}");
}
