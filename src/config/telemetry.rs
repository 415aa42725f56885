//! Logs and traces.

use std::fmt;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;
use url::Url;

use super::value::ratio;

/// The log.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Logging")]
pub struct LogConfig {
    /// Format of log lines
    #[arg(long, env = "CLAIMD_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Log level, or levels per module such as `claimd=debug,tonic=warn`
    #[arg(long, env = "CLAIMD_LOG", value_name = "LEVELS", value_parser = levels, default_value = "info")]
    pub log: String,
}

/// Checks the directives of the log filter, which is built from the text later.
fn levels(text: &str) -> Result<String, String> {
    EnvFilter::builder().parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// Format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people; coloured on a terminal.
    Text,
    /// For programs: one JSON object per line.
    Json,
}

/// Export of traces.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Traces")]
pub struct TraceConfig {
    /// OTLP endpoint that spans of calls are exported to over gRPC: http://127.0.0.1:4317 or
    /// https://collector.example:4317. Default: no export
    #[arg(long, env = "CLAIMD_OTLP_ENDPOINT", value_name = "URL", value_parser = endpoint)]
    pub otlp_endpoint: Option<String>,
    /// Headers of export requests: name=value,name=value. They usually hold credentials, so they are never shown
    #[arg(long, env = "CLAIMD_OTLP_HEADERS", value_name = "HEADERS", value_parser = secret_headers, hide_env_values = true)]
    pub otlp_headers: Option<Secret>,
    /// Share of calls whose spans are exported, 0 to 1, unless the caller has decided it (traceparent). A span costs a few
    /// microseconds
    #[arg(long, env = "CLAIMD_OTLP_SAMPLE_RATIO", value_name = "RATIO", value_parser = ratio, default_value_t = 1.0)]
    pub otlp_sample_ratio: f64,
}

impl TraceConfig {
    /// Names and values of the headers of export requests.
    pub fn headers(&self) -> Vec<(&str, &str)> {
        let text = self.otlp_headers.as_ref().map_or("", Secret::reveal);
        headers(text).expect("the headers were checked when they were parsed")
    }
}

/// A value that is used and never shown, neither by `--print-config` and `/config` nor in an error or a log line.
///
/// A setting is secret by having this type.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The value.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

fn endpoint(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("is not a valid URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("must be http:// or https:// with a host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("contains credentials; use --otlp-headers, which are never shown".to_owned());
    }
    Ok(text.to_owned())
}

fn secret_headers(text: &str) -> Result<Secret, String> {
    headers(text)?;
    Ok(text.parse().expect("any text is a valid secret"))
}

fn headers(text: &str) -> Result<Vec<(&str, &str)>, String> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(header).collect()
}

fn header(pair: &str) -> Result<(&str, &str), String> {
    let (name, value) = pair.split_once('=').ok_or("is not name=value,name=value")?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return Err("has a name that is not a valid header name".to_owned());
    }
    if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err("has a value that is not a valid header value".to_owned());
    }
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_pairs_and_never_shown() {
        let config = |text: &str| TraceConfig {
            otlp_endpoint: None,
            otlp_headers: Some(secret_headers(text).unwrap()),
            otlp_sample_ratio: 1.0,
        };
        let pairs = config("authorization=Bearer a=b, x-team = press ");
        assert_eq!(pairs.headers(), [("authorization", "Bearer a=b"), ("x-team", "press")]);
        let debug = format!("{:?}", config("authorization=hidden"));
        assert!(!debug.contains("hidden"), "{debug}");
        assert!(secret_headers("authorization").is_err() && secret_headers("a b=c").is_err());
    }

    #[test]
    fn an_endpoint_is_a_url_without_credentials() {
        assert!(endpoint("http://127.0.0.1:4317").is_ok() && endpoint("https://collector.example").is_ok());
        for text in ["", "127.0.0.1:4317", "ftp://x", "http://", "http://user:password@host", "/path"] {
            assert!(endpoint(text).is_err(), "{text}");
        }
    }
}
