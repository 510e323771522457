//! What is appended is there, as it was, and once.

use chrono::TimeDelta;

use super::{
    Kept, samples,
    world::{World, ensure, same},
};
use crate::{
    consent::Event,
    ledger::{Cursor, Ledger},
    vocabulary::{Purpose, SubjectId},
};

pub(super) async fn is_there<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let (one, other) = (SubjectId::random(), SubjectId::random());
    let (single, batch) = (samples::each(one, world.ago(9)), samples::each(other, world.ago(5)));
    let mut expected = Vec::new();
    for event in single {
        world.append(std::slice::from_ref(&event)).await?;
        expected.push(event);
        same("the ledger after an append", world.all().await?, expected.clone())?;
    }
    world.append(&batch).await?;
    expected.extend(batch);
    world.keeps(&expected).await?;
    ensure(
        world.of(SubjectId::random()).await?.is_empty(),
        "something is kept of a subject that nobody knows",
    )
}

pub(super) async fn to_the_last_digit<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let edges = samples::edges();
    for event in &edges {
        let ways = [event.clone(), event.clone()];
        let appended = world.append(&ways).await;
        appended.map_err(|error| format!("{event:?} at {}: {error}", event.at))?;
    }
    world.keeps(&edges).await?;
    // Two that differ by a nanosecond are two.
    let event = Event::grant(SubjectId::random(), Purpose::Promotion, "1.0.0", world.ago(0));
    world.append(std::slice::from_ref(&event)).await?;
    let at = event.at + TimeDelta::nanoseconds(1);
    world.refuses(&[Event { at, ..event.clone() }], 0, "conflicting_event").await?;
    same("what is kept of a subject", world.of(event.subject).await?, vec![event])
}

pub(super) async fn nothing<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    world.append(&[]).await?;
    let page = world.page(&Cursor::start(), 10).await?;
    ensure(page.events.is_empty() && page.behind == 0, "a new ledger holds something")?;
    let event = Event::of_age(SubjectId::random(), world.ago(1));
    world.append(std::slice::from_ref(&event)).await?;
    let (_, end) = world.rest(&page.cursor, 10).await?;
    world.append(&[]).await?;
    let page = world.page(&end, 10).await?;
    ensure(page.events.is_empty() && page.behind == 0, "after an append of nothing there is something new")
}

pub(super) async fn repetition<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let subject = SubjectId::random();
    let events = samples::each(subject, world.ago(3));
    world.append(&events).await?;
    let (_, end) = world.rest(&Cursor::start(), 100).await?;
    world.append(&events).await?;
    world.append_each(&events).await?;
    let other = World::new(world.ledger.clone(), world.clock.clone());
    other.keeps(&events).await?;
    other.append(&events).await?;
    world.keeps(&events).await?;
    let (again, _) = world.rest(&end, 100).await?;
    ensure(again.is_empty(), "a repetition is a new event for those who read on")?;
    // Within a batch, beside a new one.
    let new = Event::of_age(subject, world.ago(1));
    let mut batch = vec![new.clone(), new.clone()];
    batch.extend(events.iter().cloned());
    batch.push(new.clone());
    world.append(&batch).await?;
    same("what comes after a batch of repetitions", world.rest(&end, 100).await?.0, vec![new.clone()])?;
    let mut expected = events;
    expected.push(new);
    world.keeps(&expected).await
}
