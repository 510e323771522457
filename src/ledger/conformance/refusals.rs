//! What is refused: which event, for what, and that nothing is left of it.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Kept, samples,
    world::{World, same},
};
use crate::{
    clock::Clock,
    consent::Event,
    ledger::Ledger,
    vocabulary::{Purpose, SubjectId},
};

pub(super) async fn conflict<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let (subject, at) = (SubjectId::random(), world.ago(5));
    let mut known = samples::each(subject, at);
    known.push(Event::erase(SubjectId::random(), at));
    known.push(Event::grant(SubjectId::random(), Purpose::Promotion, "1.0.0", at));
    world.append(&known).await?;
    for event in &known {
        for altered in samples::altered(event) {
            let new = Event::of_age(subject, at);
            world.refuses(std::slice::from_ref(&altered), 0, "conflicting_event").await?;
            world.refuses(&[new, event.clone(), altered], 2, "conflicting_event").await?;
        }
    }
    // Within a batch, of events that are all new.
    let new = Event::grant(subject, Purpose::Promotion, "1.0.0", at);
    for altered in samples::altered(&new) {
        world.refuses(&[new.clone(), altered.clone()], 1, "conflicting_event").await?;
        let between = Event::of_age(subject, at);
        world.refuses(&[altered, between.clone(), between, new.clone()], 3, "conflicting_event").await?;
    }
    world.keeps(&known).await
}

pub(super) async fn each<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let subject = SubjectId::random();
    for (event, code) in samples::refused(subject, world.clock.now()) {
        world.refuses(std::slice::from_ref(&event), 0, code).await?;
        let good = || Event::of_age(subject, world.ago(1));
        world.refuses(&[event.clone(), good()], 0, code).await?;
        world.refuses(&[good(), good(), event.clone(), good()], 2, code).await?;
        world.refuses(&[good(), event.clone(), event], 1, code).await?;
    }
    world.keeps(&[]).await
}

pub(super) async fn first<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let (subject, now) = (SubjectId::random(), world.clock.now());
    let promotion = Purpose::Promotion;
    let known = Event::of_age(subject, world.ago(1));
    world.append(std::slice::from_ref(&known)).await?;

    // Of one event: the id, the version, the expiry, the clock, the form.
    let far = DateTime::<Utc>::MAX_UTC;
    let future = now + TimeDelta::days(1);
    let all = Event { id: known.id, ..Event::grant_until(subject, promotion, "0", far, far) };
    world.refuses(std::slice::from_ref(&all), 0, "conflicting_event").await?;
    let all_but_the_id = Event { id: uuid::Uuid::new_v4(), ..all };
    world.refuses(&[all_but_the_id], 0, "unknown_policy_version").await?;
    let expired = Event::grant_until(subject, promotion, "1.0.0", far, far);
    world.refuses(&[expired], 0, "expires_before_granted").await?;
    let ahead = Event::grant_until(subject, promotion, "1.0.0", future, far);
    world.refuses(&[ahead], 0, "event_in_future").await?;

    // Of several events the first, whatever the faults of the others.
    let conflicting = Event { at: world.ago(2), ..known.clone() };
    for (event, code) in samples::refused(subject, now) {
        world.refuses(&[event.clone(), conflicting.clone()], 0, code).await?;
        world.refuses(&[conflicting.clone(), event], 0, "conflicting_event").await?;
    }
    // One that is altered and could not be taken by itself conflicts all the same.
    let new = Event::of_age(subject, world.ago(1));
    let altered = Event { id: new.id, ..Event::accept(subject, "0", now) };
    world.refuses(&[new.clone(), altered.clone()], 1, "conflicting_event").await?;
    world.refuses(&[altered, new], 0, "unknown_policy_version").await?;
    world.keeps(&[known]).await
}

pub(super) async fn none<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let (subject, person) = (SubjectId::random(), SubjectId::random());
    let kept = Event::grant(person, Purpose::Promotion, "1.0.0", world.ago(9));
    world.append(std::slice::from_ref(&kept)).await?;
    let mut expected = vec![kept.clone()];
    for (bad, code) in samples::refused(subject, world.clock.now()) {
        // Among them an erasure and a link, which would have removed something.
        let batch = [
            Event::of_age(subject, world.ago(3)),
            Event::link(subject, person, world.ago(2)),
            Event::erase(subject, world.ago(1)),
            kept.clone(),
            bad,
            Event::of_age(subject, world.ago(1)),
        ];
        world.refuses(&batch, 4, code).await?;
        world.keeps(&expected).await?;
        // Every id of them is free.
        let stranger = SubjectId::random();
        let reused = batch.iter().filter(|event| **event != kept);
        let reused: Vec<Event> =
            reused.map(|event| Event { id: event.id, ..Event::of_age(stranger, world.ago(4)) }).collect();
        world.append(&reused).await?;
        expected.extend(reused);
        world.keeps(&expected).await?;
    }
    same("what is kept of a subject", world.of(subject).await?, Vec::new())
}

pub(super) async fn ahead<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let subject = SubjectId::random();
    let at = world.clock.now() + TimeDelta::minutes(5);
    let allowed = Event::deny(subject, Purpose::Promotion, at);
    world.append(std::slice::from_ref(&allowed)).await?;
    let too_far = Event::deny(subject, Purpose::Promotion, at + TimeDelta::nanoseconds(1));
    world.refuses(std::slice::from_ref(&too_far), 0, "event_in_future").await?;
    world.clock.advance(TimeDelta::nanoseconds(1));
    world.append(std::slice::from_ref(&too_far)).await?;
    world.keeps(&[allowed, too_far]).await
}

pub(super) async fn known_first<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let now = world.clock.now();
    let event = Event::deny(SubjectId::random(), Purpose::Promotion, now);
    world.append(std::slice::from_ref(&event)).await?;
    world.clock.set(now - TimeDelta::days(1));
    let new = Event::deny(event.subject, Purpose::Promotion, now);
    world.refuses(&[event.clone(), new], 1, "event_in_future").await?;
    world.append(std::slice::from_ref(&event)).await?;
    let altered = Event { at: now + TimeDelta::days(1), ..event.clone() };
    world.refuses(&[altered], 0, "conflicting_event").await?;
    world.clock.set(now);
    world.keeps(&[event]).await
}
