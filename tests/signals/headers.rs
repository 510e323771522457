//! From a request's headers to its signals, compared with a second reading that is written another way.

use dynamoi_privacy::gate::{NotACookieName, ProbeCookie, Signals};
use proptest::{collection::vec, option, prelude::*, sample::select};

const PROBE: ProbeCookie = ProbeCookie::from_static("visit");
const NO_HEADERS: [(&str, &str); 0] = [];

fn gpc(values: &[&str]) -> bool {
    Signals::from_headers(values.iter().map(|value| ("Sec-GPC", value)), None).gpc
}

fn blocked(lines: &[&str]) -> bool {
    Signals::from_headers(lines.iter().map(|line| ("Cookie", line)), Some(&PROBE)).cookies_blocked
}

#[test]
fn only_exactly_1_counts() {
    assert!(gpc(&["1"]));
    let absent = [
        "",
        "0",
        "2",
        "01",
        "10",
        "11",
        "1.0",
        "+1",
        "-1",
        "1;",
        "1,",
        ",1",
        "1,1",
        "1, 1",
        "1 1",
        "\"1\"",
        "'1'",
        "?1",
        "true",
        "TRUE",
        "on",
        "yes",
        "1\0",
        "\u{0}1",
        "１",
        "¹",
        "١",
        "null",
        "1\r\n",
        "\n1",
        "1\u{b}",
        "\u{a0}1",
        "1\u{c}",
        "Sec-GPC: 1",
    ];
    for value in absent {
        assert!(!gpc(&[value]), "{value:?}");
    }
    assert!(!Signals::from_headers([("Sec-GPC", [0xb1_u8].as_slice()), ("Sec-GPC", &[])], None).gpc);
}

/// RFC 9110 section 5.5: it is no part of the field's value.
#[test]
fn space_that_a_library_left_around_the_value_is_cut_off() {
    for value in [" 1", "1 ", "\t1", "1\t", " \t 1 \t "] {
        assert!(gpc(&[value]), "{value:?}");
    }
    assert!(!gpc(&[" "]) && !gpc(&["\t"]) && !gpc(&["1 \t1"]));
}

#[test]
fn of_several_headers_one_is_enough() {
    for values in [["1", "0"], ["0", "1"], ["1", "1"], ["", "1"], ["1, 1", "1"]] {
        assert!(gpc(&values), "{values:?}");
    }
    for values in [["0", "0"], ["0", "true"], ["", "01"], ["1, 1", "1, 1"]] {
        assert!(!gpc(&values), "{values:?}");
    }
    assert!(gpc(&["0", "", "x", "1", "0"]));
}

#[test]
fn the_name_is_compared_without_case_and_in_full() {
    let read = |name: &str| Signals::from_headers([(name, "1")], None).gpc;
    for name in ["Sec-GPC", "sec-gpc", "SEC-GPC", "sEc-gPc"] {
        assert!(read(name), "{name}");
    }
    for name in [
        "",
        "GPC",
        "Sec-GPC:",
        "Sec-GPC ",
        " Sec-GPC",
        "Sec_GPC",
        "HTTP_SEC_GPC",
        "X-Sec-GPC",
        "Sec-GPC-2",
        "ſec-GPC",
    ] {
        assert!(!read(name), "{name:?}");
    }
}

#[test]
fn do_not_track_and_all_else_is_no_signal() {
    let headers =
        [("DNT", "1"), ("Tk", "N"), ("GPC", "1"), ("Set-Cookie", "visit=1"), ("Cookie2", "visit=1")];
    assert_eq!(Signals::from_headers(headers, None), Signals::default());
    assert_eq!(Signals::from_headers(NO_HEADERS, None), Signals::default());
    // Nor is a `Set-Cookie` the return of a cookie.
    assert!(Signals::from_headers(headers, Some(&PROBE)).cookies_blocked);
}

#[test]
fn without_a_probe_nothing_is_known_of_cookies() {
    for line in ["", "visit=1", "a=b; c=d", ";;;"] {
        assert!(!Signals::from_headers([("Cookie", line)], None).cookies_blocked);
    }
}

#[test]
fn a_probe_that_comes_back_is_found_wherever_it_stands() {
    for line in [
        "visit=1",
        "visit=",
        "visit==",
        "visit=a=b=c",
        "visit=\"1\"",
        "visit=1; theme=dark",
        "theme=dark; visit=1",
        "theme=dark; visit=1; lang=de",
        "theme=dark;visit=1",
        "theme=dark;  visit=1",
        "theme=dark;\tvisit=1 ",
        " visit=1",
        "; visit=1;",
        "visit=1; visit=2",
        "theme; visit=1",
        "name=Zo\u{eb}; visit=1",
        "a=1, b=2; visit=1",
    ] {
        assert!(!blocked(&[line]), "{line:?}");
    }
    // HTTP/2 may cut the line at its semicolons (RFC 9113 section 8.2.3).
    assert!(!blocked(&["theme=dark", "visit=1", "lang=de"]));
    let bytes: [(&str, &[u8]); 1] = [("COOKIE", b"name=\xff\xfe; visit=\xff")];
    assert!(!Signals::from_headers(bytes, Some(&PROBE)).cookies_blocked);
}

/// The doubt must not permit more.
#[test]
fn what_is_not_clearly_the_probe_is_not_its_return() {
    assert!(Signals::from_headers(NO_HEADERS, Some(&PROBE)).cookies_blocked);
    for line in [
        "",
        " ",
        ";",
        "visit",
        "=visit",
        "=visit=1",
        "Visit=1",
        "VISIT=1",
        "visits=1",
        "xvisit=1",
        "__Host-visit=1",
        "visit =1",
        "visit\t=1",
        "\u{a0}visit=1",
        "\0visit=1",
        "vis\u{200b}it=1",
        "\"visit\"=1",
        "visit%3D1",
        "v%69sit=1",
        "visit: 1",
        "theme=visit=1",
        "theme=visit",
        "theme=dark, visit=1",
        "theme=dark visit=1",
        "theme=dark&visit=1",
        "visit; theme=dark",
        "$Version=1, visit=1",
    ] {
        assert!(blocked(&[line]), "{line:?}");
    }
    assert!(blocked(&["theme=dark", "lang=de"]));
    assert!(blocked(&["vis", "it=1"]));
}

#[test]
fn the_two_signals_do_not_touch_each_other() {
    for (gpc, value) in [(true, "1"), (false, "0")] {
        for (cookies_blocked, line) in [(true, "a=1"), (false, "visit=1")] {
            let read = |headers: [(&str, &str); 2]| Signals::from_headers(headers, Some(&PROBE));
            let signals = Signals { gpc, cookies_blocked };
            assert_eq!(read([("Sec-GPC", value), ("Cookie", line)]), signals);
            assert_eq!(read([("Cookie", line), ("Sec-GPC", value)]), signals);
        }
    }
    // A signal in the other's place is none.
    assert!(!Signals::from_headers([("Cookie", "1")], Some(&PROBE)).gpc);
    assert!(Signals::from_headers([("Sec-GPC", "visit=1")], Some(&PROBE)).cookies_blocked);
}

/// As they stand: the header map that hyper, axum and reqwest use, and every plain pair of texts or bytes.
#[test]
fn any_pairs_of_names_and_values_will_do() -> Result<(), Box<dyn std::error::Error>> {
    let expected = Signals { gpc: true, cookies_blocked: false };
    let mut map = http::HeaderMap::new();
    for (name, value) in [("sec-gpc", "0"), ("sec-gpc", "1"), ("cookie", "a=b"), ("cookie", "visit=1")] {
        map.append(name, value.parse()?);
    }
    assert_eq!(Signals::from_headers(&map, Some(&PROBE)), expected);
    let mut request = http::Request::new(());
    *request.headers_mut() = map;
    assert_eq!(Signals::from_headers(request.headers(), Some(&PROBE)), expected);

    let texts = [("Sec-GPC", "1"), ("Cookie", "visit=1")];
    let owned = texts.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let bytes = texts.map(|(name, value)| (name.as_bytes(), value.as_bytes().to_vec()));
    assert_eq!(Signals::from_headers(texts, Some(&PROBE)), expected);
    assert_eq!(Signals::from_headers(texts.iter().copied(), Some(&PROBE)), expected);
    assert_eq!(Signals::from_headers(owned.clone(), Some(&PROBE)), expected);
    assert_eq!(
        Signals::from_headers(owned.iter().map(|(name, value)| (name, value)), Some(&PROBE)),
        expected
    );
    assert_eq!(Signals::from_headers(bytes, Some(&PROBE)), expected);
    assert_eq!(Signals::from_headers(&std::collections::HashMap::from(owned), Some(&PROBE)), expected);
    Ok(())
}

#[test]
fn a_probe_is_named_as_cookies_are() {
    const ALL: &str = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for byte in 0..=0x7f_u8 {
        let name = char::from(byte).to_string();
        assert_eq!(name.parse::<ProbeCookie>().is_ok(), ALL.contains(&name), "{name:?}");
        assert_eq!(format!("a{name}").parse::<ProbeCookie>().is_ok(), ALL.contains(&name), "{name:?}");
    }
    for bad in ["", "visit=1", "visit;", " visit", "visit ", "b\u{e9}", "a\u{200b}b"] {
        assert!(bad.parse::<ProbeCookie>().is_err(), "{bad:?}");
    }
    const EVERY_SIGN: ProbeCookie = ProbeCookie::from_static(ALL);
    assert_eq!(ALL.parse(), Ok(EVERY_SIGN));
    assert_eq!(EVERY_SIGN.name(), ALL);
    assert!(!Signals::from_headers([("cookie", format!("{ALL}=1"))], Some(&EVERY_SIGN)).cookies_blocked);

    let error: NotACookieName = "ada@example.com".parse::<ProbeCookie>().unwrap_err();
    let said = "found a text of 15 characters, expected a cookie's name: letters, digits and !#$%&'*+-.^_`|~";
    assert_eq!(error.to_string(), said);
    assert!(!format!("{error:?}").contains("ada"));
}

/// The same, read by cutting texts up: no loop over the lines, no state.
fn plainly(headers: &[(String, String)], probe: Option<&str>) -> Signals {
    let values = |wanted: &str| -> Vec<&str> {
        headers
            .iter()
            .filter(|(name, _)| name.to_ascii_lowercase() == wanted)
            .map(|(_, value)| value.as_str())
            .collect()
    };
    let space = [' ', '\t'];
    let gpc = values("sec-gpc").iter().any(|value| value.trim_matches(space) == "1");
    // RFC 6265 section 5.4 in reverse; a cut line is the same as a whole one.
    let line = values("cookie").join("; ");
    let names: Vec<&str> = line
        .split(';')
        .filter_map(|pair| pair.trim_start_matches(space).split_once('='))
        .map(|(name, _)| name)
        .collect();
    Signals { gpc, cookies_blocked: probe.is_some_and(|probe| !names.contains(&probe)) }
}

/// Names and values that mean something, and pieces of them in any order.
fn header() -> impl Strategy<Value = (String, String)> {
    let name = select(vec!["Sec-GPC", "sec-gpc", "Cookie", "cookie", "COOKIE", "DNT", "Accept", "Sec-GPC "]);
    let piece = select(vec!["1", "0", " ", "\t", "visit", "Visit", "=", ";", "; ", ",", "a", "\"", "é"]);
    (name, vec(piece, 0..8)).prop_map(|(name, pieces)| (name.to_owned(), pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_second_reading_agrees(headers in vec(header(), 0..6), probe in option::of(Just(PROBE))) {
        let pairs = || headers.iter().map(|(name, value)| (name, value));
        let signals = Signals::from_headers(pairs(), probe.as_ref());
        prop_assert_eq!(signals, plainly(&headers, probe.as_ref().map(ProbeCookie::name)));
        // The order of the lines makes no difference.
        prop_assert_eq!(Signals::from_headers(pairs().rev(), probe.as_ref()), signals);
    }

    #[test]
    fn any_bytes_are_read(headers in vec((any::<Vec<u8>>(), any::<Vec<u8>>()), 0..6)) {
        let signals = Signals::from_headers(headers, Some(&PROBE));
        prop_assert_eq!(signals, Signals { gpc: false, cookies_blocked: true });
    }

    /// A further line never takes the signal back, and never says that cookies are blocked.
    #[test]
    fn a_further_line_takes_no_signal_back(headers in vec(header(), 0..5), further in header()) {
        let less = Signals::from_headers(headers.clone(), Some(&PROBE));
        let more = Signals::from_headers(headers.into_iter().chain([further]), Some(&PROBE));
        prop_assert!(more.gpc >= less.gpc && more.cookies_blocked <= less.cookies_blocked);
    }

    #[test]
    fn a_cookie_as_a_browser_sends_it_is_found(
        before in vec(("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}", "[!#-+./0-9:<=>?@A-Z\\[\\]^_`a-z{|}~-]{0,8}"), 0..4),
        name in "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}",
        value in "[!#-+./0-9:<=>?@A-Z\\[\\]^_`a-z{|}~-]{0,8}",
        at in any::<prop::sample::Index>(),
    ) {
        let probe: ProbeCookie = name.parse()?;
        let mut pairs: Vec<String> = before.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let others = Signals::from_headers([("Cookie", pairs.join("; "))], Some(&probe));
        prop_assert_eq!(others.cookies_blocked, before.iter().all(|(other, _)| *other != name));
        pairs.insert(at.index(pairs.len() + 1), format!("{name}={value}"));
        let all = Signals::from_headers([("Cookie", pairs.join("; "))], Some(&probe));
        let cut = Signals::from_headers(pairs.iter().map(|pair| ("cookie", pair)), Some(&probe));
        prop_assert!(!all.cookies_blocked && !cut.cookies_blocked);
    }
}
