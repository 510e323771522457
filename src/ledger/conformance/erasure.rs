//! Erasure of one subject: nothing is left but the tombstone, whatever came before and comes after.

use chrono::TimeDelta;

use super::{
    Kept, samples,
    world::{World, ensure, same},
};
use crate::{
    clock::Clock,
    consent::Event,
    ledger::{Cursor, Ledger},
    vocabulary::{Purpose, SubjectId},
};

pub(super) async fn all_but_itself<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let (subject, bystander, unknown) = (SubjectId::random(), SubjectId::random(), SubjectId::random());
    let others = samples::each(bystander, world.ago(9));
    let own = samples::each(subject, world.ago(9));
    world.append(&others).await?;
    world.append(&own).await?;
    let erased = Event::erase(subject, world.ago(5));
    world.append(std::slice::from_ref(&erased)).await?;
    same("what is kept of an erased subject", world.of(subject).await?, vec![erased.clone()])?;
    world.erased(subject, erased.at).await?;
    // One of whom nothing is known is erased all the same.
    let before = Event::erase(unknown, world.ago(4));
    world.append(std::slice::from_ref(&before)).await?;
    world.erased(unknown, before.at).await?;
    same("what is kept of another subject", world.of(bystander).await?, others)
}

pub(super) async fn later<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let subject = SubjectId::random();
    let erased = Event::erase(subject, world.ago(50));
    world.append(std::slice::from_ref(&erased)).await?;
    let (_, end) = world.rest(&Cursor::start(), 10).await?;
    // Whether they happened before it or after.
    let mut events = samples::each(subject, world.ago(99));
    events.extend(samples::each(subject, world.ago(1)));
    events.retain(
        |event| !matches!(event.kind, crate::consent::EventKind::Linked { visitor } if visitor != subject),
    );
    world.append_each(&events).await?;
    world.append(&events).await?;
    same("what is kept of an erased subject", world.of(subject).await?, vec![erased])?;
    let (new, _) = world.rest(&end, 10).await?;
    ensure(new.is_empty(), "what came for an erased subject is new for those who read on")?;
    // They were taken: their ids are.
    for event in &events {
        let altered = Event { subject: SubjectId::random(), ..event.clone() };
        world.refuses(&[altered], 0, "conflicting_event").await?;
    }
    // What no ledger takes is refused for an erased subject too.
    for (event, code) in samples::refused(subject, world.clock.now()) {
        world.refuses(&[event], 0, code).await?;
    }
    Ok(())
}

pub(super) async fn spent<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let subject = SubjectId::random();
    let own = samples::each(subject, world.ago(9));
    let erased = Event::erase(subject, world.ago(5));
    world.append(&own).await?;
    world.append(std::slice::from_ref(&erased)).await?;
    let (kept, end) = world.rest(&Cursor::start(), 100).await?;
    let all: Vec<Event> = own.iter().chain([&erased]).cloned().collect();
    world.append_each(&all).await?;
    world.append(&all).await?;
    for event in &all {
        for altered in samples::altered(event) {
            world.refuses(&[altered], 0, "conflicting_event").await?;
        }
    }
    ensure(world.rest(&end, 100).await?.0.is_empty(), "a repetition after an erasure is a new event")?;
    world.keeps(&kept).await?;
    world.erased(subject, erased.at).await
}

pub(super) async fn earliest<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    // The same three erasures in every order, one of them at the instant of another.
    let seconds = [(30, 20, 20), (20, 30, 20), (20, 20, 30), (10, 20, 30), (30, 20, 10), (20, 10, 30)];
    for (first, second, third) in seconds {
        let subject = SubjectId::random();
        let mut earliest = 0;
        for ago in [first, second, third] {
            earliest = earliest.max(ago);
            let erased = Event::erase(subject, world.ago(ago));
            world.append(std::slice::from_ref(&erased)).await?;
            world.erased(subject, world.ago(earliest)).await?;
            world.append(std::slice::from_ref(&erased)).await?;
            let altered = Event { at: erased.at - TimeDelta::days(9), ..erased };
            world.refuses(&[altered], 0, "conflicting_event").await?;
            world.erased(subject, world.ago(earliest)).await?;
        }
    }
    Ok(())
}

pub(super) async fn within_a_batch<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let subject = SubjectId::random();
    let grant = || Event::grant(subject, Purpose::Promotion, "1.0.0", world.ago(3));
    let erased = Event::erase(subject, world.ago(9));
    let batch = [grant(), grant(), erased.clone(), grant(), Event::erase(subject, world.ago(5))];
    world.append(&batch).await?;
    same("what is kept of an erased subject", world.of(subject).await?, vec![erased.clone()])?;
    world.append(&batch).await?;
    world.keeps(std::slice::from_ref(&erased)).await?;
    for event in &batch {
        for altered in samples::altered(event) {
            world.refuses(&[altered], 0, "conflicting_event").await?;
        }
    }
    world.keeps(&[erased]).await
}

pub(super) async fn reading_on<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let (subject, bystander) = (SubjectId::random(), SubjectId::random());
    let own: Vec<Event> =
        (0..12).map(|n| Event::grant(subject, Purpose::Promotion, "1.0.0", world.ago(90 - n))).collect();
    let other = Event::of_age(bystander, world.ago(9));
    world.append(&own).await?;
    world.append(std::slice::from_ref(&other)).await?;
    // Readers that stand in different places when the erasure comes.
    let mut readers = vec![(Cursor::start(), Vec::new())];
    for limit in [1, 5, 12, 13] {
        let page = world.page(&Cursor::start(), limit).await?;
        readers.push((page.cursor, page.events));
    }
    let erased = Event::erase(subject, world.ago(5));
    world.append(std::slice::from_ref(&erased)).await?;
    for (cursor, seen) in readers {
        let (read, end) = world.rest(&cursor, 2).await?;
        ensure(read.contains(&erased), "a reader does not see the erasure")?;
        ensure(!read.iter().any(|event| own.contains(event)), "a reader sees what was removed")?;
        ensure(seen.contains(&other) != read.contains(&other), "a reader misses an event, or sees it twice")?;
        // An erasure that was at the end: what comes after it is not lost.
        let last = world.page(&end, 10).await?;
        ensure(last.events.is_empty() && last.behind == 0, "an erasure leaves something behind the end")?;
    }
    let (_, end) = world.rest(&Cursor::start(), 3).await?;
    // An erasure of the very last event, and of the only one that is left: places are not used a second time.
    for ago in [6, 7, 8] {
        let earlier = Event::erase(subject, world.ago(ago));
        world.append(std::slice::from_ref(&earlier)).await?;
        let (read, _) = world.rest(&end, 3).await?;
        ensure(
            read.iter().any(|event| event.at == earlier.at),
            "a reader at the end misses an earlier erasure",
        )?;
    }
    let (_, end) = world.rest(&end, 3).await?;
    let new = Event::of_age(bystander, world.ago(1));
    world.append(std::slice::from_ref(&new)).await?;
    same("what comes after an erasure", world.rest(&end, 3).await?.0, vec![new])
}
