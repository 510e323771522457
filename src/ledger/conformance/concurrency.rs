//! Appends at the same time: one outcome, the same for all who read.

use tokio::task::JoinSet;

use super::{
    Kept,
    world::{World, ensure, same},
};
use crate::{
    consent::Event,
    ledger::{AppendError, Cursor, Ledger},
    vocabulary::{Purpose, SubjectId},
};

/// Appends all batches at the same time, and says for each whether it was taken. Only conflicts may be refused.
async fn at_a_time<L: Ledger + Clone + 'static>(
    world: &World<L>,
    batches: Vec<Vec<Event>>,
) -> Result<Vec<bool>, String> {
    let mut appends = JoinSet::new();
    for (number, batch) in batches.into_iter().enumerate() {
        let ledger = world.ledger.clone();
        appends.spawn(async move { (number, ledger.append(&batch).await) });
    }
    let mut taken = Vec::new();
    while let Some(done) = appends.join_next().await {
        let (number, outcome) = done.map_err(|error| error.to_string())?;
        match outcome {
            Ok(()) => taken.push((number, true)),
            Err(AppendError::Refused(refused)) if refused.code() == "conflicting_event" => {
                taken.push((number, false));
            }
            Err(error) => return Err(format!("one of several appends at a time failed: {error}")),
        }
    }
    taken.sort_unstable();
    Ok(taken.into_iter().map(|(_, taken)| taken).collect())
}

pub(super) async fn same_event<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    for _ in 0..6 {
        let before = world.all().await?;
        let event = Event::grant(SubjectId::random(), Purpose::Promotion, "1.0.0", world.ago(1));
        let taken = at_a_time(world, vec![vec![event.clone()]; 12]).await?;
        ensure(taken.iter().all(|taken| *taken), "an append of the same event is refused")?;
        let mut expected = before;
        expected.push(event);
        world.keeps(&expected).await?;
    }
    Ok(())
}

pub(super) async fn conflicting<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let mut expected = Vec::new();
    for round in 0..6 {
        // One id, and meanings that differ in their subject or in their instant: each of them twice.
        let subject = SubjectId::random();
        let first = Event::deny(subject, Purpose::Promotion, world.ago(99));
        let meanings: Vec<Event> = (0..6)
            .map(|n| match round % 2 {
                0 => Event { at: world.ago(n), ..first.clone() },
                _ => Event { subject: SubjectId::random(), ..first.clone() },
            })
            .collect();
        let batches = meanings.iter().chain(&meanings).map(|event| vec![event.clone()]).collect();
        let taken = at_a_time(world, batches).await?;
        let both: Vec<bool> =
            taken.iter().zip(taken.iter().skip(6)).map(|(one, other)| *one && *other).collect();
        let winners = taken.iter().filter(|taken| **taken).count();
        ensure(winners == 2, format!("of conflicting events at a time {winners} appends were taken, not 2"))?;
        let winner = meanings.iter().zip(both).find_map(|(event, both)| both.then(|| event.clone()));
        expected.push(winner.ok_or("of one event's two appends at a time one was taken")?);
        world.keeps(&expected).await?;
    }
    Ok(())
}

pub(super) async fn batches<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let mut expected = Vec::new();
    for _ in 0..4 {
        let contested = Event::deny(SubjectId::random(), Purpose::Promotion, world.ago(0));
        let batches: Vec<Vec<Event>> = (0..8)
            .map(|n| {
                let new = || Event::of_age(SubjectId::random(), world.ago(n));
                let altered = Event { at: world.ago(n + 1), ..contested.clone() };
                vec![new(), new(), altered, new()]
            })
            .collect();
        let taken = at_a_time(world, batches.clone()).await?;
        let winners: Vec<&Vec<Event>> =
            batches.iter().zip(taken).filter_map(|(batch, taken)| taken.then_some(batch)).collect();
        ensure(winners.len() == 1, format!("of conflicting batches {} were taken, not 1", winners.len()))?;
        expected.extend(winners.into_iter().flatten().cloned());
        world.keeps(&expected).await?;
    }
    Ok(())
}

pub(super) async fn crossing<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let mut expected = Vec::new();
    for _ in 0..4 {
        let events: Vec<Event> = (0..40).map(|n| Event::of_age(SubjectId::random(), world.ago(n))).collect();
        let reversed: Vec<Event> = events.iter().rev().cloned().collect();
        let rotated: Vec<Event> = events.iter().cycle().skip(17).take(40).cloned().collect();
        let batches = [events.clone(), reversed, rotated];
        let taken = at_a_time(world, batches.iter().chain(&batches).cloned().collect()).await?;
        ensure(taken.iter().all(|taken| *taken), "a batch of the same events in another order is refused")?;
        expected.extend(events);
        world.keeps(&expected).await?;
    }
    Ok(())
}

pub(super) async fn choices<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let subject = SubjectId::random();
    let mut expected = Vec::new();
    let mut batches = Vec::new();
    for n in 0..10 {
        let (granted, withdrawn) = (world.ago(n), world.ago(n + 5));
        for event in [
            Event::grant(subject, Purpose::Promotion, "1.0.0", granted),
            Event::withdraw(subject, Purpose::Promotion, withdrawn),
        ] {
            expected.push(event.clone());
            batches.push(vec![event]);
        }
    }
    let taken = at_a_time(world, batches).await?;
    ensure(taken.iter().all(|taken| *taken), "a choice is refused because another came at the same time")?;
    // Readers of several handles see the same, whatever the size of their pages.
    for limit in [1, 3, 100] {
        let other = World::new(world.ledger.clone(), world.clock.clone());
        let (read, _) = other.rest(&Cursor::start(), limit).await?;
        same("the ledger for another reader", read, expected.clone())?;
        same("what is kept of a subject, for another", other.of(subject).await?, expected.clone())?;
    }
    Ok(())
}

pub(super) async fn erasure<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    for round in 0..8 {
        let [account, visitor, other] = std::array::from_fn(|_| SubjectId::random());
        let erased = Event::erase(if round % 2 == 0 { account } else { other }, world.ago(50));
        let mut batches: Vec<Vec<Event>> = vec![
            vec![Event::link(account, visitor, world.ago(40))],
            vec![Event::link(visitor, other, world.ago(40))],
            vec![erased.clone()],
        ];
        for n in 0..4 {
            for subject in [account, visitor, other] {
                batches.push(vec![Event::grant(subject, Purpose::Promotion, "1.0.0", world.ago(n))]);
            }
        }
        let events: Vec<Event> = batches.iter().flatten().cloned().collect();
        let taken = at_a_time(world, batches).await?;
        ensure(
            taken.iter().all(|taken| *taken),
            "an append is refused because of an erasure at the same time",
        )?;
        for subject in [account, visitor, other] {
            world.erased(subject, erased.at).await?;
        }
        // All of them are taken, also those that are not kept.
        world.append(&events).await?;
        for event in &events {
            let altered = Event { at: world.ago(77), ..event.clone() };
            world.refuses(&[altered], 0, "conflicting_event").await?;
        }
    }
    Ok(())
}
