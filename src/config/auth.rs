//! Who may call.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::seconds::positive_seconds;

/// Who may call.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Access")]
pub struct AuthConfig {
    /// TOML file that lists who may call: hashes of tokens, and subjects of client certificates, each with a name and a
    /// role. `claimd token` writes entries. Default: whoever reaches the port may read, and processes of this machine
    /// may reload
    #[arg(long, env = "CLAIMD_AUTH_TOKENS", value_name = "FILE")]
    pub auth_tokens: Option<PathBuf>,
    /// Whether health is told to whoever asks: the probes of orchestrators have no tokens
    #[arg(long, env = "CLAIMD_AUTH_EXEMPT_HEALTH", value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub auth_exempt_health: bool,
    /// Whether reflection answers whoever asks. The contract is no secret, but need not be told either
    #[arg(long, env = "CLAIMD_AUTH_EXEMPT_REFLECTION", value_name = "BOOL", default_value_t = false, action = clap::ArgAction::Set)]
    pub auth_exempt_reflection: bool,
    /// How often the files of certificates, keys and tokens are looked at for changes, in seconds
    #[arg(long, env = "CLAIMD_SECRETS_POLL_SECONDS", value_name = "SECONDS", default_value = "5", value_parser = positive_seconds)]
    pub secrets_poll_seconds: Duration,
}
