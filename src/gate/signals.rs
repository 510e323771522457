//! What the person's browser signals: Global Privacy Control and blocked cookies, read from a request's headers.
//!
//! Two signals count (section 5 of the policy). `Sec-GPC` is read exactly as the W3C's draft has it (Global Privacy
//! Control, <https://w3c.github.io/gpc/>, section "The Sec-GPC Header Field for HTTP Requests") \[P\]. Cookies are
//! read as RFC 6265 has a browser send them (sections 4.2 and 5.4) \[P\].
//!
//! Do Not Track (`DNT`) is not read: it is deprecated, its working group closed in January 2019, and `Sec-GPC` took
//! its place \[P\] (<https://developer.mozilla.org/docs/Web/HTTP/Headers/DNT>,
//! <https://www.w3.org/2016/11/tracking-protection-wg.html>).

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use smol_str::SmolStr;

use crate::vocabulary::{quiet::Quiet, words::words};

/// What the person's browser signals with the request (section 5).
///
/// [`Self::from_headers`] reads it from what the browser sent. A host that learns of a signal elsewhere, such as a
/// script that found `navigator.globalPrivacyControl` to be true, sets the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize)]
#[serde(into = "Wire")]
#[expect(clippy::exhaustive_structs, reason = "a new signal is a new wire")]
pub struct Signals {
    /// Global Privacy Control: the header `Sec-GPC: 1`.
    pub gpc: bool,
    /// Whether the person blocks cookies.
    pub cookies_blocked: bool,
}

words! {
    /// Whether the person's browser keeps cookies (section 5).
    Cookies, "what is allowed of cookies" {
        /// It keeps them, or nobody can tell.
        Allowed = "allowed",
        /// It does not, or the person refuses them: analytics data is neither collected nor shared to analyse engagement.
        Blocked = "blocked",
    }
}

impl Signals {
    /// The signals of a request, from the lines of its header.
    ///
    /// `headers` is every line as a pair of name and value, in any order; the names are compared without case. A
    /// `&http::HeaderMap` (hyper, axum, reqwest and others) and the `HeaderMap` of actix are such pairs as they stand,
    /// and so are plain texts. Hand over every line: a map of texts that holds one value for each name has lost the
    /// others. Trailers are no place for a signal; leave them out.
    ///
    /// **`Sec-GPC`** counts when a line's value is exactly `1`; of several lines one is enough. Every other value,
    /// `0`, `true`, `01`, `1, 1` or none, is as if the line were not there. Spaces and tabs around a value are no
    /// part of it (RFC 9110 section 5.5), so they are cut off where an HTTP library has left them on: what the
    /// browser sent then is a `1`, and to overlook it would permit more.
    ///
    /// **Cookies.** No request says that cookies are blocked. What can be seen is that a cookie which the host set
    /// before does not come back, so `probe` is the cookie that the host **knows it set earlier in this visit**, and
    /// cookies are blocked when no `Cookie` line has one of exactly this name. Whatever is not clearly that cookie
    /// does not count as its return, because the doubt must not permit more.
    ///
    /// `probe` is `None` while the host has set none, as on the first request of a visit: then nothing is known, and
    /// nothing is taken to be blocked. **Remember that it was set where no cookie is needed**, such as a mark in the
    /// address that the first answer redirects to. A session that is itself found by a cookie is lost along with it,
    /// and each request of a person who blocks cookies would look like the first.
    ///
    /// ```
    /// use dynamoi_privacy::gate::{ProbeCookie, Signals};
    ///
    /// static PROBE: ProbeCookie = ProbeCookie::from_static("visit");
    ///
    /// // With the crate `http`, which hyper, axum and reqwest build on.
    /// let mut headers = http::HeaderMap::new();
    /// headers.insert("Sec-GPC", "1".parse()?);
    /// headers.insert("Cookie", "theme=dark; visit=1".parse()?);
    /// let signals = Signals::from_headers(&headers, Some(&PROBE));
    /// assert_eq!(signals, Signals { gpc: true, cookies_blocked: false });
    ///
    /// // With nothing but texts. The answer to the first request set the cookie and led to `/?visit=begun`; the
    /// // second comes with that mark and without the cookie.
    /// let (address, headers) = ("/?visit=begun", [("accept", "text/html"), ("cookie", "theme=dark")]);
    /// let was_set = address.ends_with("?visit=begun");
    /// let signals = Signals::from_headers(headers, was_set.then_some(&PROBE));
    /// assert_eq!(signals, Signals { gpc: false, cookies_blocked: true });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_headers<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        headers: impl IntoIterator<Item = (N, V)>,
        probe: Option<&ProbeCookie>,
    ) -> Self {
        let (mut gpc, mut came_back) = (false, false);
        for (name, value) in headers {
            let (name, value) = (name.as_ref(), value.as_ref());
            if name.eq_ignore_ascii_case(b"Sec-GPC") {
                gpc |= without_space(value) == b"1";
            } else if name.eq_ignore_ascii_case(b"Cookie") {
                came_back |= probe.is_some_and(|probe| probe.is_in(value));
            }
        }
        Self { gpc, cookies_blocked: probe.is_some() && !came_back }
    }
}

/// A cookie that the host sets to see whether it comes back; see [`Signals::from_headers`].
///
/// It is the name alone, a token of RFC 9110 (letters, digits and ``!#$%&'*+-.^_`|~``), because a cookie of another
/// name never comes back and everybody would seem to block cookies. Case counts. Set it so that it comes back to every
/// page of the visit: `Set-Cookie: visit=1; Path=/; Secure; SameSite=Lax`.
///
/// ```
/// use dynamoi_privacy::gate::ProbeCookie;
/// const PROBE: ProbeCookie = ProbeCookie::from_static("visit");
/// let set_cookie = format!("{}=1; Path=/; Secure; SameSite=Lax", PROBE.name());
/// assert_eq!(set_cookie, "visit=1; Path=/; Secure; SameSite=Lax");
/// assert_eq!("visit".parse(), Ok(PROBE));
/// assert!("visit=1".parse::<ProbeCookie>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProbeCookie(SmolStr);

impl ProbeCookie {
    /// The cookie of this name, checked when the program is compiled.
    ///
    /// # Panics
    /// In a constant, a name that no cookie has stops the compilation. Use [`str::parse`] for text from outside.
    pub const fn from_static(name: &'static str) -> Self {
        assert!(is_token(name.as_bytes()), "a cookie's name is a token: letters, digits and !#$%&'*+-.^_`|~");
        Self(SmolStr::new_static(name))
    }

    /// The name, to set the cookie with.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Whether a `Cookie` line has a cookie of this name: pairs between semicolons, and a space before each but the
    /// first (RFC 6265 section 4.2.1). A value may hold `=`. A text without `=` is a value without a name.
    fn is_in(&self, line: &[u8]) -> bool {
        line.split(|byte| *byte == b';').any(|pair| {
            let mut parts = without_space(pair).splitn(2, |byte| *byte == b'=');
            parts.next() == Some(self.0.as_bytes()) && parts.next().is_some()
        })
    }
}

/// Text that is not the name of a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "found a text of {characters} characters, expected a cookie's name: letters, digits and !#$%&'*+-.^_`|~"
)]
pub struct NotACookieName {
    characters: usize,
}

impl FromStr for ProbeCookie {
    type Err = NotACookieName;

    fn from_str(text: &str) -> Result<Self, NotACookieName> {
        if is_token(text.as_bytes()) {
            Ok(Self(text.into()))
        } else {
            Err(NotACookieName { characters: text.chars().count() })
        }
    }
}

/// Whether the bytes are a token (RFC 9110 section 5.6.2); `const` so that constants are checked by the compiler.
const fn is_token(text: &[u8]) -> bool {
    let mut left = text;
    while let [first, rest @ ..] = left {
        let sign = matches!(
            first,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        );
        if !sign && !first.is_ascii_alphanumeric() {
            return false;
        }
        left = rest;
    }
    !text.is_empty()
}

/// The text without optional white space around it, which is spaces and tabs (RFC 9110 section 5.6.3).
fn without_space(text: &[u8]) -> &[u8] {
    let mut text = text;
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// Signals as JSON has them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct Wire {
    #[serde(skip_serializing_if = "Option::is_none")]
    gpc: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookies: Option<Cookies>,
}

impl<'de> Deserialize<'de> for Signals {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Wire::deserialize(Quiet(from)).map(Self::from)
    }
}

impl From<Wire> for Signals {
    fn from(wire: Wire) -> Self {
        Self { gpc: wire.gpc.unwrap_or(false), cookies_blocked: wire.cookies == Some(Cookies::Blocked) }
    }
}

impl From<Signals> for Wire {
    fn from(signals: Signals) -> Self {
        let cookies = if signals.cookies_blocked { Cookies::Blocked } else { Cookies::Allowed };
        Self { gpc: Some(signals.gpc), cookies: Some(cookies) }
    }
}
