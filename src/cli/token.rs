//! `claimd token`: creates a token and its entry for the file of --auth-tokens.

use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;

use super::{FAILED, USAGE};
use crate::server::{Credentials, TokenHash};

/// Prefix of every token, by which secret scanners recognise it.
const PREFIX: &str = "claimd_";

#[derive(Args, Debug)]
pub(super) struct Token {
    /// Name of the client: 1 to 64 characters of [A-Za-z0-9._@-]
    name: String,
    /// Role of the client: reader or admin
    #[arg(long, default_value = "reader")]
    role: String,
}

impl Token {
    pub(super) fn run(self) -> ExitCode {
        let mut random = [0; 32];
        if let Err(error) = getrandom::fill(&mut random) {
            eprintln!("error: the system gives no random numbers: {error}");
            return FAILED.into();
        }
        let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random));
        let entry = self.entry(&token);
        // Name and role are validated by the parser of the server.
        if let Err(problem) = entry.parse::<Credentials>() {
            eprintln!("error: {problem}");
            return USAGE.into();
        }
        eprintln!("The token, which is shown only now; {} sends it as `authorization: Bearer TOKEN`:", self.name);
        eprintln!("{token}");
        eprintln!("Its entry for the file of --auth-tokens:");
        println!("{entry}");
        ExitCode::SUCCESS
    }

    fn entry(&self, token: &str) -> String {
        let hash = TokenHash::of(token);
        let (name, role) = (toml::Value::from(&*self.name), toml::Value::from(&*self.role));
        format!("[[token]]\nname = {name}\nrole = {role}\nhash = \"{hash}\"\n")
    }
}
