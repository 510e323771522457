//! Reading on: every event once, nothing missed, and a true word about what is behind.

use tokio::task::JoinSet;

use super::{
    Kept, samples,
    world::{World, ensure, same, works},
};
use crate::{
    consent::Event,
    ledger::{Cursor, Ledger},
    vocabulary::{Purpose, SubjectId},
};

/// Events of many subjects, so that they come into every lane of a ledger that has several.
fn many<L: Ledger + Clone + 'static>(world: &World<L>, count: i64) -> Vec<Event> {
    let subject = SubjectId::random;
    (0..count).map(|n| Event::grant(subject(), Purpose::Promotion, "1.0.0", world.ago(n))).collect()
}

pub(super) async fn pages<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let mut events = many(world, 60);
    events.extend(samples::each(SubjectId::random(), world.ago(1)));
    world.append(&events).await?;
    for limit in [1, 2, 3, 7, 16, 70, 71, 72, 1000, usize::MAX] {
        let (read, _) = world.rest(&Cursor::start(), limit).await?;
        same(&format!("the ledger in pages of {limit}"), read, events.clone())?;
    }
    // Sizes that change on the way.
    let (mut read, mut cursor) = (Vec::new(), Cursor::start());
    for limit in (0..5).cycle() {
        let page = world.page(&cursor, limit).await?;
        read.extend(page.events);
        cursor = page.cursor;
        if page.behind == 0 {
            break;
        }
    }
    same("the ledger in pages of changing sizes", read, events)
}

pub(super) async fn later<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let mut saved: Vec<(Cursor, usize)> = vec![(Cursor::start(), 0)];
    let mut events: Vec<Event> = Vec::new();
    let mut cursor = Cursor::start();
    for count in [1, 5, 1, 30, 2] {
        let new = many(world, count);
        world.append(&new).await?;
        events.extend(new.iter().cloned());
        let (read, end) = world.rest(&cursor, 4).await?;
        same("what comes after a cursor", read, new)?;
        cursor = end;
        saved.push((cursor.clone(), events.len()));
    }
    // A cursor may be used again, and by others.
    let other = World::new(world.ledger.clone(), world.clock.clone());
    for (cursor, known) in saved {
        let expected: Vec<Event> = events.iter().skip(known).cloned().collect();
        same("what comes after an old cursor", other.rest(&cursor, 3).await?.0, expected)?;
    }
    Ok(())
}

pub(super) async fn behind<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let events = many(world, 40);
    world.append(&events).await?;
    for limit in [1, 3, 40, 41] {
        let (mut read, mut cursor) = (0, Cursor::start());
        while read < events.len() {
            let nothing = world.page(&cursor, 0).await?;
            ensure(
                nothing.events.is_empty() && nothing.behind > 0,
                "a page of no events says that nothing is behind",
            )?;
            let page = world.page(&nothing.cursor, limit).await?;
            ensure(!page.events.is_empty(), "a page is empty before the end")?;
            read += page.events.len();
            let rest = read < events.len();
            ensure(rest == (page.behind > 0), format!("`behind` is {} with {read} of 40 read", page.behind))?;
            cursor = page.cursor;
        }
        for limit in [0, 1, 100] {
            let page = world.page(&cursor, limit).await?;
            ensure(page.events.is_empty() && page.behind == 0, "at the end something is behind")?;
        }
    }
    Ok(())
}

pub(super) async fn following<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let mut writers: JoinSet<Result<(), String>> = JoinSet::new();
    let mut expected = Vec::new();
    for writer in 0..8 {
        let batches: Vec<Vec<Event>> = (0..12).map(|n| many(world, 1 + (n + writer) % 4)).collect();
        expected.extend(batches.iter().flatten().cloned());
        let ledger = world.ledger.clone();
        writers.spawn(async move {
            for batch in batches {
                ledger.append(&batch).await.map_err(|error| format!("an append failed: {error}"))?;
            }
            Ok(())
        });
    }
    let (mut seen, mut cursor, mut writing) = (Vec::new(), Cursor::start(), true);
    loop {
        // Asked before it is read: what was appended by then is in the pages.
        while let Some(done) = writers.try_join_next() {
            done.map_err(|error| error.to_string())??;
        }
        let last = writers.is_empty();
        let (read, end) = world.rest(&cursor, 5).await?;
        seen.extend(read);
        cursor = end;
        if !writing {
            break;
        }
        writing = !last;
        tokio::task::yield_now().await;
    }
    same("what a follower saw", seen, expected)
}

pub(super) async fn at_once<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    // Several writers, each of which looks for its own event as soon as it may.
    let mut writers: JoinSet<Result<(), String>> = JoinSet::new();
    for _ in 0..6 {
        let (ledger, events) = (world.ledger.clone(), many(world, 10));
        writers.spawn(async move {
            let mut cursor = Cursor::start();
            for event in events {
                ledger.append(std::slice::from_ref(&event)).await.map_err(|error| error.to_string())?;
                let page = works("reading", ledger.read(&cursor, usize::MAX).await)?;
                cursor = page.cursor;
                ensure(page.events.contains(&event), "an append has returned and is in no page")?;
                let own = works("asking for a subject's events", ledger.events_of(event.subject).await)?;
                ensure(own == [event], "an append has returned and is not among its subject's events")?;
            }
            Ok(())
        });
    }
    while let Some(done) = writers.join_next().await {
        done.map_err(|error| error.to_string())??;
    }
    Ok(())
}
