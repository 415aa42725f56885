//! Where traces go.

use clap::Args;
use url::Url;

use super::Secret;

/// Where traces go.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Traces")]
pub struct TraceConfig {
    /// Where spans of calls are sent, by OTLP over gRPC: http://127.0.0.1:4317 or https://collector.example:4317. By
    /// default they are sent nowhere
    #[arg(long, env = "CLAIMD_OTLP_ENDPOINT", value_name = "URL", value_parser = endpoint)]
    pub otlp_endpoint: Option<String>,
    /// Headers for the receiver of spans: name=value,name=value. Most often they are credentials, so they are shown
    /// nowhere
    #[arg(long, env = "CLAIMD_OTLP_HEADERS", value_name = "HEADERS", value_parser = secret_headers, hide_env_values = true)]
    pub otlp_headers: Option<Secret>,
    /// Share of calls whose spans are sent, 0 to 1, where the caller has not decided it. Each costs some microseconds
    #[arg(long, env = "CLAIMD_OTLP_SAMPLE_RATIO", value_name = "RATIO", value_parser = ratio, default_value_t = 1.0)]
    pub otlp_sample_ratio: f64,
}

impl TraceConfig {
    /// Names and values of the headers for the receiver.
    pub fn headers(&self) -> Vec<(&str, &str)> {
        let text = self.otlp_headers.as_ref().map_or("", Secret::reveal);
        headers(text).expect("they were read before")
    }
}

fn endpoint(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("is neither http:// nor https:// with a host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds credentials; give them as --otlp-headers, which is shown nowhere".to_owned());
    }
    Ok(text.to_owned())
}

fn secret_headers(text: &str) -> Result<Secret, String> {
    headers(text)?;
    Ok(text.parse().expect("any text may be secret"))
}

fn headers(text: &str) -> Result<Vec<(&str, &str)>, String> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(header).collect()
}

fn header(pair: &str) -> Result<(&str, &str), String> {
    let (name, value) = pair.split_once('=').ok_or("is not name=value,name=value")?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return Err("has a name that is no header".to_owned());
    }
    if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err("has a value that is no header".to_owned());
    }
    Ok((name, value))
}

fn ratio(text: &str) -> Result<f64, String> {
    let ratio: f64 = text.parse().map_err(|_| "is no number")?;
    if (0.0..=1.0).contains(&ratio) { Ok(ratio) } else { Err("is not between 0 and 1".to_owned()) }
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
        assert!(ratio("0").is_ok() && ratio("1").is_ok() && ratio("1.01").is_err() && ratio("NaN").is_err());
    }
}
