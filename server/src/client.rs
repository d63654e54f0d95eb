//! Who is on the other end of a connection.

use crate::{config::TrustedProxy, web::Web};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

/// The address of the client: of the connection, or as the trusted proxy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What limits count by: one IPv6 household is one client.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(ip) => IpAddr::V4(ip),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }
}

impl FromRequestParts<Web> for ClientAddress {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |info| info.0.ip());
        let told = told_by_proxy(&parts.headers, web.config().trusted_proxy);
        Ok(Self(told.unwrap_or(peer).to_canonical()))
    }
}

/// The last address in the proxy's header: what stands before it anybody may have written.
fn told_by_proxy(headers: &HeaderMap, proxy: TrustedProxy) -> Option<IpAddr> {
    let last = |name: &str| headers.get_all(name).iter().next_back()?.to_str().ok()?.rsplit(',').next().map(str::trim);
    match proxy {
        TrustedProxy::None => None,
        TrustedProxy::XForwardedFor => last("x-forwarded-for")?.parse().ok(),
        TrustedProxy::XRealIp => last("x-real-ip")?.parse().ok(),
        TrustedProxy::CfConnectingIp => last("cf-connecting-ip")?.parse().ok(),
        TrustedProxy::Forwarded => {
            let part = last(header::FORWARDED.as_str())?.split(';').find_map(|part| part.trim().strip_prefix("for="))?.trim_matches('"');
            let bare = part.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(part);
            bare.parse().ok().or_else(|| part.parse::<SocketAddr>().ok().map(|address| address.ip()))
        }
    }
}

/// What a browser says of itself, cut to a bearable length.
pub fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(300).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_the_proxys() {
        let cases = [
            (TrustedProxy::XForwardedFor, "x-forwarded-for", "6.6.6.6, 10.0.0.1", Some("10.0.0.1")),
            (TrustedProxy::None, "x-forwarded-for", "6.6.6.6", None),
            (TrustedProxy::XRealIp, "x-real-ip", "2001:db8::1", Some("2001:db8::1")),
            (TrustedProxy::Forwarded, "forwarded", "for=6.6.6.6, for=\"[2001:db8::1]:80\";proto=https", Some("2001:db8::1")),
            (TrustedProxy::Forwarded, "forwarded", "proto=https;for=10.0.0.1:80", Some("10.0.0.1")),
            (TrustedProxy::CfConnectingIp, "cf-connecting-ip", "nobody", None),
        ];
        for (proxy, name, value, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            assert_eq!(told_by_proxy(&headers, proxy), expected.map(|ip| ip.parse().unwrap()), "{value}");
        }
    }
}
