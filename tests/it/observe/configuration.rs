//! Flags, environment, file: which counts, what is refused, what is shown.

use std::collections::BTreeMap;
use std::process::{Command, Output};

use claimd::cli::Cli;
use claimd::server::TokenHash;
use clap::{ArgAction, CommandFactory};

use super::program::{claimd, file, stderr, stdout};
use super::serving::Serving;

/// `claimd serve --print-config`, told these things.
fn print_config(flags: &[&str], environment: &[(&str, &str)], config: &str) -> Output {
    let file = file(config);
    let path = file.path().to_str().unwrap();
    let mut command = claimd(&["serve", "--print-config", "--config", path]);
    command.args(flags).envs(environment.iter().copied()).output().unwrap()
}

/// Each key that is set, with its value and origin as printed.
fn settings(printed: &str) -> BTreeMap<&str, (&str, &str)> {
    let lines = printed.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let parts = lines.map(|line| (line.split_once(" = ").unwrap(), line.rsplit_once("  # ").unwrap()));
    parts.map(|((key, rest), (_, origin))| (key, (&rest[..rest.len() - origin.len() - 4], origin))).collect()
}

/// The problems that were found, if the program refused to go on.
fn problems(output: &Output) -> Vec<&str> {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    stderr(output).lines().filter(|line| line.starts_with("  ")).map(str::trim).collect()
}

#[test]
fn a_flag_counts_before_a_variable_before_the_file_before_the_default() {
    let (flag, variable, in_file) =
        ("--max-page-bytes=1001", ("CLAIMD_MAX_PAGE_BYTES", "1002"), "max_page_bytes = 1003");
    let small = ["--max-record-bytes=1000"];
    for told in 0..8 {
        let (by_flag, by_variable, by_file) = (told & 4 != 0, told & 2 != 0, told & 1 != 0);
        let flags: Vec<&str> = small.into_iter().chain(by_flag.then_some(flag)).collect();
        let environment: Vec<(&str, &str)> = by_variable.then_some(variable).into_iter().collect();
        let output = print_config(&flags, &environment, if by_file { in_file } else { "" });
        let (value, origin) = settings(stdout(&output))["max_page_bytes"];
        let (expected, from) = match told {
            4.. => ("1001", "flag --max-page-bytes"),
            2..4 => ("1002", "environment CLAIMD_MAX_PAGE_BYTES"),
            1 => ("1003", "file "),
            _ => ("3145728", "default"),
        };
        assert_eq!(value, expected, "{output:?}");
        assert!(origin.starts_with(from), "{origin}");
        assert_eq!(told == 1, origin.ends_with(".toml:1"), "{origin}");
    }
}

#[test]
fn a_list_and_a_switch_come_from_every_source() {
    let value = |flags: &[&str], environment: &[(&str, &str)], config: &str, key: &str| {
        let output = print_config(flags, environment, config);
        settings(stdout(&output)).get(key).map(|(value, _)| (*value).to_owned())
    };
    let data = |flags: &[&str], environment: &[(&str, &str)], config: &str| value(flags, environment, config, "data");
    assert_eq!(data(&[], &[], ""), None, "the demo is no path");
    assert_eq!(data(&[], &[], "data = [\"a\", \"b,c\"]").unwrap(), r#"["a", "b,c"]"#);
    assert_eq!(data(&[], &[], "data = \"a\"").unwrap(), r#"["a"]"#);
    assert_eq!(data(&[], &[("CLAIMD_DATA", "a,b")], "data = [\"c\"]").unwrap(), r#"["a", "b"]"#);
    assert_eq!(data(&["--data", "x", "y", "--data", "z"], &[("CLAIMD_DATA", "a")], "").unwrap(), r#"["x", "y", "z"]"#);

    let strict = |flags: &[&str], environment: &[(&str, &str)], config: &str| {
        value(flags, environment, config, "strict").unwrap()
    };
    assert_eq!(strict(&[], &[], ""), "false");
    assert_eq!(strict(&[], &[], "strict = true"), "true");
    assert_eq!(strict(&[], &[("CLAIMD_STRICT", "0")], "strict = true"), "false");
    assert_eq!(strict(&[], &[("CLAIMD_STRICT", "yes")], ""), "true");
    assert_eq!(strict(&["--strict"], &[("CLAIMD_STRICT", "false")], "strict = false"), "true");
}

#[test]
fn the_file_is_named_by_a_variable_too_and_an_empty_variable_says_nothing() {
    let file = file("max_streams = 7");
    let output = claimd(&["serve", "--print-config"]).env("CLAIMD_CONFIG", file.path()).output().unwrap();
    assert_eq!(settings(stdout(&output))["max_streams"].0, "7");
    let output = claimd(&["serve", "--print-config"])
        .envs([("CLAIMD_CONFIG", ""), ("CLAIMD_MAX_STREAMS", ""), ("CLAIMD_STRICT", ""), ("CLAIMD_DATA", "")])
        .output()
        .unwrap();
    assert_eq!(settings(stdout(&output))["max_streams"], ("256", "default"));
    // And to the other commands.
    let faulty = concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo");
    let output = claimd(&["check", faulty]).envs([("CLAIMD_STRICT", ""), ("CLAIMD_MAX_LINE_BYTES", "")]).output();
    assert_eq!(output.unwrap().status.code(), Some(0));
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_nearest_key() {
    let output =
        print_config(&[], &[], "listen = \"127.0.0.1:0\"\nmax_page_sise = 7\nmax-streams = 7\nfrobnicate = 1\n");
    let problems = problems(&output);
    assert_eq!(problems.len(), 3, "{problems:#?}");
    assert!(problems[0].ends_with(".toml:2: max_page_sise: there is no such key; did you mean max_page_size?"));
    assert!(problems[1].ends_with(".toml:3: max-streams: there is no such key; did you mean max_streams?"));
    assert!(problems[2].contains(".toml:4: frobnicate: there is no such key; "), "{problems:#?}");
    assert!(!problems[2].contains("did you mean"), "{problems:#?}");
}

#[test]
fn every_problem_of_every_source_is_said_at_once() {
    let config = "[server]\nlisten = \"127.0.0.1:0\"\n";
    let more = "max_batch_size = 0\nmax_filter_values = [1, 2]\nlog_format = \"xml\"\ndefault_page_size = 20\n";
    let output = print_config(
        &[
            "--max-page-size=10",
            "--default-deadline-seconds=2.5",
            "--max-deadline-seconds=2",
            "--max-buckets",
            "many",
            "--listen=nowhere",
        ],
        &[("CLAIMD_DRAIN_SECONDS", "-1"), ("CLAIMD_STRICT", "perhaps"), ("CLAIMD_LOG", "claimd=loud")],
        &format!("{more}{config}"),
    );
    let problems = problems(&output);
    let expected = [
        "--max-buckets: invalid value 'many'",
        "--listen: invalid value 'nowhere'",
        "CLAIMD_DRAIN_SECONDS: invalid value '-1'",
        "CLAIMD_STRICT: is neither true nor false",
        "CLAIMD_LOG: invalid value 'claimd=loud'",
        "): default_deadline_seconds is 2.5, which is above max_deadline_seconds, 2;",
        ":1: max_batch_size: invalid value '0': 0 is not in 1..",
        ":2: max_filter_values: takes one value, not a list",
        ":3: log_format: invalid value 'xml' [possible values: text, json]",
        ".toml:5: server: is a table",
        "): default_page_size is 20, which is above max_page_size, 10",
    ];
    for expected in expected {
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{expected}: {problems:#?}");
    }
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    assert!(stderr(&output).contains("there are 11 problems"), "{output:?}");
}

#[test]
fn a_value_that_another_source_overrides_is_still_checked() {
    let output = print_config(&["--max-streams=1"], &[("CLAIMD_MAX_STREAMS", "x")], "max_streams = 0");
    assert_eq!(problems(&output).len(), 2, "{output:?}");
}

#[test]
fn values_that_are_wrong_together_are_refused_with_their_origins() {
    let output = print_config(&["--max-response-bytes=100000"], &[], "max_record_bytes = 4000000");
    let problems = problems(&output);
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert!(problems[0].starts_with("max_record_bytes (file ") && problems[0].contains("max_page_bytes (default): "));
    assert!(problems[1].starts_with("max_page_bytes (default), max_response_bytes (flag --max-response-bytes): "));
    let output = print_config(&["--max-unsent-bytes=4194303"], &[], "");
    let small = self::problems(&output);
    assert!(small[0].starts_with("max_response_bytes (default), max_unsent_bytes (flag --max-unsent-bytes): "));
    // At the limit is right.
    let output = print_config(&["--max-unsent-bytes=4194304"], &[], "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = print_config(&["--max-page-bytes=5000000", "--max-response-bytes=5000000"], &[], "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = print_config(&["--default-deadline-seconds=2.5", "--max-deadline-seconds=2.5"], &[], "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_default_that_nobody_chose_gives_way_to_a_lower_maximum() {
    let output = print_config(&["--max-page-size", "7"], &[], "");
    let printed = settings(stdout(&output));
    assert_eq!(printed["default_page_size"], ("7", "default, lowered to max_page_size"));
    assert_eq!(printed["default_matches"], ("10", "default"));
    let output = print_config(&["--max-deadline-seconds", "0.25"], &[], "");
    let lowered = settings(stdout(&output))["default_deadline_seconds"];
    assert_eq!(lowered, ("0.25", "default, lowered to max_deadline_seconds"));
}

#[test]
fn a_file_that_is_not_there_or_not_toml_is_refused() {
    let output = claimd(&["serve", "--config", "/nowhere/claimd.toml"]).output().unwrap();
    assert!(problems(&output)[0].starts_with("/nowhere/claimd.toml: cannot be read: "), "{output:?}");
    let output = print_config(&[], &[], "max_streams = 7\nlisten = \n");
    let problems = problems(&output);
    assert!(problems[0].contains(".toml:2: is not valid TOML: "), "{problems:?}");
}

/// Nothing may read them before the server does: what a pipe gave is gone.
#[test]
fn secrets_may_come_through_a_pipe() {
    let tokens = format!("[[token]]\nname = \"desk\"\nrole = \"reader\"\nhash = \"{}\"\n", TokenHash::of("secret"));
    let script = "exec \"$0\" serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0 --log-format json \\
        --auth-tokens <(printf %s \"$1\")";
    let mut serving = Serving::spawn(Command::new("bash").args(["-c", script, env!("CARGO_BIN_EXE_claimd"), &tokens]));
    serving.address = serving.address_of("serving");
}

#[test]
fn files_that_cannot_be_used_are_said_with_everything_else_and_no_port_opens() {
    let key = file("no key");
    let files = [
        "--auth-tokens=/nowhere/tokens.toml",
        "--tls-cert=/nowhere/cert.pem",
        &format!("--tls-key={}", key.path().display()),
        "--tls-client-ca=/nowhere/ca.pem",
    ];
    let output = claimd(&["serve", "--listen=0.0.0.0:0", "--max-streams=0"]).args(files).output().unwrap();
    let said = problems(&output);
    let expected = [
        "--max-streams: invalid value '0'",
        "auth_tokens (flag --auth-tokens): /nowhere/tokens.toml: ",
        "tls_cert (flag --tls-cert): /nowhere/cert.pem: ",
        "tls_key (flag --tls-key): ",
        "tls_client_ca (flag --tls-client-ca): /nowhere/ca.pem: ",
    ];
    for expected in expected {
        assert!(said.iter().any(|problem| problem.starts_with(expected)), "{expected}: {said:#?}");
    }
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    assert!(!stderr(&output).contains("open"), "{output:?}");

    let alone = ["serve", "--listen=0.0.0.0:0", "--quota-burst=5", "--tls-cert=/nowhere/cert.pem", files[0]];
    let output = claimd(&alone).output().unwrap();
    let said = problems(&output);
    assert!(
        said.iter().any(|problem| problem.starts_with("listen (flag --listen), insecure (default): ")),
        "{said:#?}"
    );
    assert!(said.iter().any(|problem| problem.starts_with("auth_tokens")), "{said:#?}");
    let together = said.iter().find(|problem| problem.starts_with("together")).unwrap();
    assert!(together.contains("--tls-key") && together.contains("--quota-per-second"), "{together}");

    // A key that was given and is wrong is not missing.
    let output = claimd(&["serve", "--quota-burst=5", "--quota-per-second=0"]).output().unwrap();
    assert_eq!(problems(&output).len(), 1, "{output:?}");
    let output = print_config(&files, &[], "");
    assert_eq!(output.status.code(), Some(0), "what counts can be shown where the files are not: {output:?}");
}

/// What Kubernetes tells containers of a service of this name, in capitals.
fn of_service(name: &str) -> Vec<(String, &'static str)> {
    let variables = [
        ("SERVICE_HOST", "10.0.0.1"),
        ("SERVICE_PORT", "50051"),
        ("SERVICE_PORT_GRPC", "50051"),
        ("PORT", "tcp://10.0.0.1:50051"),
        ("PORT_50051_TCP", "tcp://10.0.0.1:50051"),
        ("PORT_50051_TCP_PROTO", "tcp"),
        ("PORT_50051_TCP_PORT", "50051"),
        ("PORT_50051_TCP_ADDR", "10.0.0.1"),
    ];
    variables.into_iter().map(|(end, value)| (format!("{name}_{end}"), value)).collect()
}

#[test]
fn an_unrecognised_variable_is_reported_with_the_nearest_and_those_of_services_are_not() {
    let unknown = [("CLAIMD_MAX_PAGE_SISE", "hush"), ("CLAIMD_PORT", "50051"), ("CLAIMD_XYZZY", "hush")];
    let told = [
        "unrecognised variable CLAIMD_MAX_PAGE_SISE; did you mean CLAIMD_MAX_PAGE_SIZE?",
        "unrecognised variable CLAIMD_PORT",
        "unrecognised variable CLAIMD_XYZZY",
    ];
    let with_unknown = |arguments: &[&str]| {
        let mut command = claimd(arguments);
        command.envs(of_service("CLAIMD")).envs(of_service("CLAIMD_API")).envs(unknown);
        command.envs([("CLAIMD_MAX_STREAMS", "7"), ("CLAIMD_EMPTY", ""), ("OTHER_MAX_STREAMS", "8")]);
        command
    };
    let output = with_unknown(&["serve", "--print-config"]).output().unwrap();
    let printed = stdout(&output);
    assert_eq!(settings(printed)["max_streams"].0, "7");
    let lines: Vec<&str> = printed.lines().skip_while(|line| *line != "# Unrecognised variables").skip(1).collect();
    assert_eq!(lines.len(), told.len(), "{printed}");
    for (line, told) in lines.iter().zip(told) {
        assert!(line.strip_prefix("# ").unwrap().starts_with(told), "{line}");
    }
    assert!(!printed.contains("hush"), "values are not shown: {printed}");

    let output = with_unknown(&["serve", "--max-streams=0"]).output().unwrap();
    assert_eq!(problems(&output).len(), 1, "{output:?}");
    assert_eq!(stderr(&output).matches("note: ").count(), told.len(), "{output:?}");

    let free = ["serve", "--listen=127.0.0.1:0", "--admin-listen=off", "--log-format=json"];
    let mut serving = Serving::spawn(&mut with_unknown(&free));
    let line = serving.logged("unrecognised variable");
    let (variable, meant) = (&line["variable"], &line["meant"]);
    assert_eq!((variable, meant), (&"CLAIMD_MAX_PAGE_SISE".into(), &"CLAIMD_MAX_PAGE_SIZE".into()), "{line}");
    serving.logged("serving");
}

#[test]
fn the_printed_configuration_gives_the_same_configuration_again() {
    let output = print_config(
        &["--data", "with \"quotes\" and \\", "b", "--listen", "[::1]:7"],
        &[("CLAIMD_DRAIN_SECONDS", "3"), ("CLAIMD_STRICT", "1")],
        "log = \"claimd=debug,info\"\nmax_page_size = 0x10",
    );
    let first = settings(stdout(&output));
    let again = print_config(&[], &[], stdout(&output));
    let second = settings(stdout(&again));
    let values = |settings: &BTreeMap<&str, (&str, &str)>| -> Vec<String> {
        settings.iter().map(|(key, (value, _))| format!("{key} = {value}")).collect()
    };
    assert_eq!(values(&first), values(&second));
    assert_eq!(first["data"].0, second["data"].0);
    assert!(second.values().all(|(_, origin)| origin.starts_with("file ")), "{second:#?}");
}

#[test]
fn every_flag_has_the_variable_and_the_key_of_its_name() {
    let command = Cli::command();
    let serve = command.find_subcommand("serve").unwrap();
    let mut keys = 0;
    for flag in serve.get_arguments() {
        let name = flag.get_id().as_str();
        assert_eq!(flag.get_long().unwrap(), name.replace('_', "-"));
        if name == "print_config" {
            continue;
        }
        keys += 1;
        assert_eq!(flag.get_env().unwrap().to_str().unwrap(), format!("CLAIMD_{}", name.to_uppercase()), "{name}");
        let action = flag.get_action();
        assert!(matches!(action, ArgAction::Set | ArgAction::Append | ArgAction::SetTrue), "{name}: {action:?}");
    }
    assert!(keys > 20, "{keys}");
}
