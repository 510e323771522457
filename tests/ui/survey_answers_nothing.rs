//! A survey gives no answer that code could act on, so that nobody takes it for a check.
use dynamoi_privacy::audit::Survey;
use dynamoi_privacy::gate::{Gate, Request};

fn send(survey: &Survey, gate: &Gate, request: &Request) {
    if survey.ask(gate, request) {
        println!("sent");
    }
}

fn main() {}
