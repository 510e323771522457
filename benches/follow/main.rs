//! What starting from a ledger costs beside reading its rows and dropping them, and what a check costs meanwhile.
//!
//! `cargo bench --bench follow` makes a file with 10 million subjects, or with as many thousands as `-- --thousands N`
//! says; `-- --quick` with 100 thousand. The bare driver and we read the same file in the same run, by turns. `-- --strict`
//! fails when a promise does not hold.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark may stop at a fault, and speaks to its user"
)]

mod checks;
mod file;
#[path = "../check/measure.rs"]
#[expect(dead_code, reason = "shared with the other benchmark")]
mod measure;
mod start;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let said = |what: &str| arguments.iter().any(|argument| argument == what);
    let thousands = arguments.iter().skip_while(|argument| *argument != "--thousands").nth(1);
    let thousands = thousands.map(|thousands| thousands.parse::<u32>().unwrap());
    let subjects = thousands.unwrap_or(if said("--quick") { 100 } else { 10_000 }) * 1000;

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut broken = runtime.block_on(start::compare(subjects));
    broken += checks::compare(&runtime);
    println!("\n{}", if broken == 0 { "every promise holds".to_owned() } else { format!("{broken} broken") });
    std::process::exit(i32::from(said("--strict") && broken > 0));
}
