//! Where operators look at the server.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use clap::Args;

/// Where operators look at the server.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Admin port")]
pub struct AdminConfig {
    /// Address of the admin port: probes, metrics, the configuration that counts, the level of the log. Port 0 takes a
    /// free one, which the log names; off opens none. It knows no passwords: keep it to machines you trust
    #[arg(long, env = "CLAIMD_ADMIN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:9464")]
    pub admin_listen: AdminAddress,
}

/// Address of the admin port, if there is to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminAddress {
    /// No admin port.
    Off,
    /// This address.
    At(SocketAddr),
}

impl FromStr for AdminAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "off" | "none" => Ok(Self::Off),
            _ => {
                text.parse().map(Self::At).map_err(|_| "is neither an IP address with a port (127.0.0.1:9464) nor off")
            }
        }
    }
}

impl fmt::Display for AdminAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::At(address) => address.fmt(f),
        }
    }
}
