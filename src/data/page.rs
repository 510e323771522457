//! The address of a page, without what visitors type into it.

use smol_str::SmolStr;

use super::{InvalidData, card_number, contact, invalid::Found, text};

/// A page by its path (`/pricing`) or its URL (`https://dynamoi.com/pricing`), without query and fragment.
///
/// Query and fragment carry what people type and tokens, which section 1 does not name; a user name before
/// the host and an e-mail address or a telephone number (`+14155550134`) in the path are refused for the same
/// reason. At most 2048 characters, and no card number. Percent-encoded characters count as what they stand for,
/// also where they are encoded twice.
///
/// ```
/// use dynamoi_privacy::data::Page;
/// let page = Page::without_query("https://dynamoi.com/pricing?email=ada%40example.com#top")?;
/// assert_eq!(page.as_str(), "https://dynamoi.com/pricing");
/// assert!("/pricing?plan=1".parse::<Page>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Page(SmolStr);

const EXPECTED: &str = "a path or an http(s) URL of at most 2048 characters without query, fragment, user name, e-mail address, telephone number and payment card number";

super::json::text_leaf!(Page, EXPECTED, check, {
    "type": "string",
    "description": "A page by its path (`/pricing`) or its http(s) URL, at most 2048 characters. Without query, fragment \
        and user name, and without white space, because those carry what people type. A page in which an e-mail \
        address, a telephone number or a payment card number can be read, also percent-encoded, is refused; a schema \
        cannot see that.",
    "pattern": PATTERN,
    "maxLength": 2048,
    "not": { "pattern": text::SPACE_OR_CONTROL },
    "examples": ["/pricing", "https://dynamoi.com/pricing"],
});

const PATTERN: &str = concat!(
    "^(/([^/?#",
    text::space_or_control!(),
    "][^?#",
    text::space_or_control!(),
    "]*)?",
    "|https?://[^/?#@",
    text::space_or_control!(),
    "]+(/[^?#",
    text::space_or_control!(),
    "]*)?)$",
);

impl Page {
    /// The page of a URL or path, with its query and fragment cut off.
    ///
    /// # Errors
    /// When what remains is not a path or an http(s) URL, or may hold an e-mail address, a telephone number or a
    /// card number.
    pub fn without_query(url: &str) -> Result<Self, InvalidData> {
        url.split(['?', '#']).next().unwrap_or_default().parse()
    }
}

fn check(page: &str) -> Result<(), Found> {
    text::check(page, 2048)?;
    let url = ["https://", "http://"].iter().find_map(|scheme| page.strip_prefix(scheme));
    let addressed = match url {
        Some(rest) => rest.split('/').next().is_some_and(|host| !host.is_empty() && !host.contains('@')),
        None => page.starts_with('/') && !page.starts_with("//"),
    };
    if !addressed || page.contains(|c: char| c == '?' || c == '#' || c.is_whitespace()) {
        return Err(Found::text(page));
    }
    // Twice, because what is put into a URL is often encoded already.
    let decoded = percent_decoded(&percent_decoded(page));
    contact::refuse_in_text(&decoded)?;
    card_number::refuse_in_text(&decoded)
}

/// The text with its percent-encoded bytes in place (RFC 3986 section 2.1).
fn percent_decoded(page: &str) -> String {
    let mut bytes = Vec::with_capacity(page.len());
    let mut rest = page.as_bytes();
    while let [first, after @ ..] = rest {
        let encoded = match rest {
            [b'%', high, low, after @ ..] => hex(*high).zip(hex(*low)).map(|(h, l)| (h * 16 + l, after)),
            _ => None,
        };
        let (byte, after) = encoded.unwrap_or((*first, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_urls_are_taken() {
        for good in [
            "/",
            "/pricing",
            "/@ada/mix",
            "https://dynamoi.com",
            "http://localhost:8080/a%20b/",
            "https://müller.de/ü",
        ] {
            assert_eq!(good.parse::<Page>().unwrap().as_str(), good);
        }
    }

    #[test]
    fn what_could_carry_more_is_refused() {
        for bad in [
            "",
            "pricing",
            "/a?b",
            "/a#b",
            "/a b",
            "//ada@example.com/",
            "https://",
            "https:///a",
            "https://ada:pw@example.com/",
            "javascript:alert(1)",
            "mailto:ada@example.com",
            "(not set)",
            "/a\nb",
        ] {
            assert!(bad.parse::<Page>().is_err(), "{bad}");
        }
    }

    #[test]
    fn query_and_fragment_are_cut_off() {
        for url in ["/a?b=c", "/a#b?c", "/a?b#c", "/a"] {
            assert_eq!(Page::without_query(url).unwrap().as_str(), "/a");
        }
        assert!(Page::without_query("?a=b").is_err());
    }

    #[test]
    fn an_address_of_a_person_is_refused_wherever_it_stands() {
        for bad in [
            "/unsubscribe/ada.lovelace@example.com",
            "/u/ada+x%40example.co.uk/settings",
            "/u/ada%2540example.com",
            "https://dynamoi.com/mailto:ada@example.com,eve@example.org",
            "/ada@example.com.",
        ] {
            let refused = bad.parse::<Page>().unwrap_err().to_string();
            assert!(refused.starts_with("found a text with an e-mail address"), "{bad}");
        }
        for bad in ["/call/+14155550134", "/call/%2B14155550134/now", "https://dynamoi.com/tel:+14155550134"]
        {
            let refused = bad.parse::<Page>().unwrap_err().to_string();
            assert!(refused.starts_with("found a text with a telephone number"), "{bad}");
        }
        for good in
            ["/@ada/mix", "/npm/react@18.2.0", "/a@b/c.de", "/@ada.lovelace", "/v1.0.3+20130313144700"]
        {
            assert!(good.parse::<Page>().is_ok(), "{good}");
        }
    }

    #[test]
    fn encoded_digits_are_digits() {
        let encoded: String = "4111111111111111".bytes().map(|digit| format!("%{digit:x}")).collect();
        for bad in
            [format!("/{encoded}"), "/4111%201111%2011%311/1111".into(), "/%EF%BC%94111111111111111".into()]
        {
            assert!(bad.parse::<Page>().unwrap_err().is_card_number(), "{bad}");
        }
        assert!("/100%/%zz/%4".parse::<Page>().is_ok());
    }
}
