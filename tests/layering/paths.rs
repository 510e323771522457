//! The paths of a source file that begin at the crate's root, however they are written.

use super::tokens::{Token, tokens};

/// A path from the crate's root, `["gate", "Gate"]` for `crate::gate::Gate`, and the line that has it.
///
/// A path that stops at the root is empty: it would give the whole crate another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) line: usize,
    pub(crate) segments: Vec<String>,
}

/// Every path of the file that begins with `crate`, `$crate`, `self` or `super`, in `use` and anywhere else,
/// written out from the root. `module` is where the file stands: `["gate", "view"]` for `src/gate/view.rs`.
pub(crate) fn paths(source: &str, module: &[&str]) -> Vec<Path> {
    let tokens = tokens(source);
    let mut module: Vec<String> = module.iter().map(|name| (*name).to_owned()).collect();
    // For each open brace, whether a module of its own stands inside.
    let mut braces: Vec<bool> = Vec::new();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).map(|at| &tokens[at]);
        let after_is = |text: &str| tokens.get(at + 1).is_some_and(|next| next.is(text));
        if token.is("{") {
            let inside = before(2).filter(|token| token.is("mod")).and(before(1)).and_then(Token::word);
            braces.push(inside.is_some());
            module.extend(inside.map(str::to_owned));
        } else if token.is("}") {
            if braces.pop() == Some(true) {
                module.pop();
            }
        } else if before(1).is_some_and(|token| token.is("::")) {
            // Inside of a path that was read from its beginning.
        } else if token.is("crate") || token.is("super") || (token.is("self") && after_is("::")) {
            let visibility = before(1).is_some_and(|token| token.is("("))
                && before(2).is_some_and(|token| token.is("pub"))
                && after_is(")");
            let in_use_group = before(1).is_some_and(|token| token.is("{") || token.is(","))
                && !token.is("crate")
                && starts_in_use_group(&tokens[..at]);
            if !visibility && !in_use_group {
                let start = if token.is("crate") { Vec::new() } else { module.clone() };
                tree(&tokens, at, start, &mut found);
            }
        }
    }
    found
}

/// Whether the last of the tokens stands inside the braces of a `use` with a prefix, as in `use a::{b, `.
fn starts_in_use_group(tokens: &[Token]) -> bool {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().rev() {
        if token.is("}") {
            depth += 1;
        } else if token.is("{") {
            if depth == 0 {
                return at > 0 && tokens[at - 1].is("::");
            }
            depth -= 1;
        } else if token.is(";") {
            return false;
        }
    }
    false
}

/// Reads a path, or a tree of them as `use` has it, that continues `path`; returns where it ends.
fn tree(tokens: &[Token], mut at: usize, mut path: Vec<String>, found: &mut Vec<Path>) -> usize {
    let line = tokens[at].line;
    loop {
        match tokens.get(at) {
            Some(token) if token.is("crate") => path.clear(),
            Some(token) if token.is("self") => {}
            Some(token) if token.is("super") => {
                assert!(path.pop().is_some(), "line {line}: `super` above the crate's root");
            }
            Some(token) if token.is("*") => path.push("*".to_owned()),
            Some(token) if token.is("{") => {
                at += 1;
                while !tokens[at].is("}") {
                    at = if tokens[at].is(",") { at + 1 } else { tree(tokens, at, path.clone(), found) };
                }
                return at + 1;
            }
            Some(token) if token.word().is_some() => path.extend(token.word().map(str::to_owned)),
            // Generic arguments, or the end: what follows in them is read as a path of its own.
            _ => break,
        }
        at += 1;
        if !tokens.get(at).is_some_and(|token| token.is("::")) {
            break;
        }
        at += 1;
    }
    found.push(Path { line, segments: path });
    // `as another_name` belongs to the tree and not to the path.
    while tokens.get(at).is_some_and(|token| !token.is(",") && !token.is("}") && !token.is(";")) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(source: &str, module: &[&str]) -> Vec<String> {
        paths(source, module).iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn groups_are_read_to_their_leaves() {
        let source = "
            use crate::{
                consent::{self, Event, record::{Choice as Picked, *}},
                policy::Policy as Obeyed, gate,
            };
            use crate::data as d;
            pub(crate) use crate::vocabulary::Purpose;
        ";
        assert_eq!(
            written(source, &["gate"]),
            [
                "consent",
                "consent::Event",
                "consent::record::Choice",
                "consent::record::*",
                "policy::Policy",
                "gate",
                "data",
                "vocabulary::Purpose",
            ]
        );
    }

    #[test]
    fn paths_in_code_types_macros_and_attributes_are_found() {
        let source = r#"
            fn f(a: &crate::gate::Gate) -> Option<crate::policy::Policy> { crate::script::run::<crate::audit::A>(a) }
            macro_rules! m { () => { $crate::ledger::Ledger::new() }; }
            #[derive(crate::data::D)]
            struct S(<crate::consent::Record as crate::schema::T>::U, pub(in crate::gate) u8);
        "#;
        assert_eq!(
            written(source, &["x"]),
            [
                "gate::Gate",
                "policy::Policy",
                "script::run",
                "audit::A",
                "ledger::Ledger::new",
                "data::D",
                "consent::Record",
                "schema::T",
                "gate",
            ]
        );
    }

    #[test]
    fn super_is_followed_to_where_it_leads() {
        let module = ["gate", "view"];
        assert_eq!(written("use super::super::script::Script;", &module), ["script::Script"]);
        assert_eq!(
            written("use super::{Gate, super::{policy, data::Text}};", &module),
            ["gate::Gate", "policy", "data::Text"]
        );
        assert_eq!(written("use self::super::super::audit::Trail;", &module), ["audit::Trail"]);
        assert_eq!(
            written("mod tests { use super::super::super::script; } use super::x;", &module),
            ["script", "gate::x"]
        );
        assert_eq!(written("fn f() { if true { super::super::ledger::open() } }", &module), ["ledger::open"]);
        assert_eq!(written("use super::*;", &["script"]), ["*"]);
    }

    #[test]
    fn the_root_itself_is_a_path_and_a_visibility_is_none() {
        assert_eq!(written("use crate as whole;", &["gate"]), [""]);
        assert_eq!(written("use crate::{self as whole};", &["gate"]), [""]);
        assert_eq!(written("use crate::*;", &["gate"]), ["*"]);
        assert_eq!(written("extern crate self as whole;", &["gate"]), [""]);
        assert_eq!(
            written("pub(crate) fn f(&self) {} pub(super) struct S;", &["gate"]),
            Vec::<String>::new()
        );
        assert_eq!(written("self.crate_ = self; other::super_;", &["gate"]), Vec::<String>::new());
    }
}
