//! Erasure of a person: everything that was linked goes with it, in both directions and for ever.

use super::{
    Kept,
    model::Model,
    samples,
    world::{World, ensure},
};
use crate::{
    consent::Event,
    ledger::{Cursor, Ledger, stored::erasure_of},
    vocabulary::{Purpose, SubjectId},
};

fn people<const N: usize>() -> [SubjectId; N] {
    std::array::from_fn(|_| SubjectId::random())
}

pub(super) async fn reaches_all<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    // Links as pairs of places: a chain, the same against its arrows, a circle, a star, two that meet.
    let shapes: [&[(usize, usize)]; 6] = [
        &[(0, 1), (1, 2), (2, 3), (3, 4)],
        &[(1, 0), (2, 1), (3, 2), (4, 3)],
        &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)],
        &[(0, 1), (0, 2), (0, 3), (0, 4)],
        &[(0, 1), (0, 1), (1, 0), (2, 1), (2, 2), (2, 3), (4, 3)],
        &[(1, 0), (1, 2), (3, 2), (3, 4)],
    ];
    let mut model = Model::default();
    for links in shapes {
        for first in [0, 2, 4] {
            let people = people::<5>();
            let mut events = Vec::new();
            // The last of them is known by its links alone.
            for subject in people.iter().take(4) {
                events.push(Event::grant(*subject, Purpose::Promotion, "1.0.0", world.ago(70)));
            }
            for (account, visitor) in links {
                if let (Some(account), Some(visitor)) = (people.get(*account), people.get(*visitor)) {
                    events.push(Event::link(*account, *visitor, world.ago(60)));
                }
            }
            world.append(&events).await?;
            model.take(&events);
            model.matches(world).await?;
            let erased = people.get(first).map(|subject| Event::erase(*subject, world.ago(50)));
            let erased = erased.ok_or("the suite is at fault")?;
            world.append(std::slice::from_ref(&erased)).await?;
            model.take(std::slice::from_ref(&erased));
            for subject in people {
                world.erased(subject, erased.at).await?;
            }
            model.matches(world).await?;
        }
    }
    Ok(())
}

pub(super) async fn every_order<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let mut model = Model::default();
    // One by one.
    for order in orders(4) {
        let [account, visitor, other] = people();
        let events = [
            Event::link(account, visitor, world.ago(9)),
            Event::link(other, visitor, world.ago(8)),
            Event::erase(account, world.ago(7)),
            Event::grant(other, Purpose::Promotion, "1.0.0", world.ago(6)),
        ];
        let events: Vec<Event> = order.iter().filter_map(|place| events.get(*place).cloned()).collect();
        world.append_each(&events).await?;
        model.take(&events);
    }
    model.matches(world).await?;
    // Together, in the order of the batch; with two erasures, of which the earlier counts.
    for order in orders(5) {
        let [one, two, three, four] = people();
        let events = [
            Event::link(one, two, world.ago(9)),
            Event::link(three, two, world.ago(8)),
            Event::link(four, three, world.ago(8)),
            Event::erase(one, world.ago(7)),
            Event::erase(four, world.ago(6)),
        ];
        let events: Vec<Event> = order.iter().filter_map(|place| events.get(*place).cloned()).collect();
        world.append(&events).await?;
        model.take(&events);
    }
    model.matches(world).await
}

/// Every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for _ in 0..count {
        let longer = |order: &Vec<usize>| {
            let rest = (0..count).filter(|place| !order.contains(place));
            rest.map(|place| [order.clone(), vec![place]].concat()).collect::<Vec<_>>()
        };
        orders = orders.iter().flat_map(longer).collect();
    }
    orders
}

pub(super) async fn link_with_erased<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let mut model = Model::default();
    for backwards in [false, true] {
        let [erased, linked, beyond, known] = people();
        let events = [
            Event::erase(erased, world.ago(50)),
            Event::link(linked, beyond, world.ago(40)),
            Event::grant(known, Purpose::Promotion, "1.0.0", world.ago(40)),
            Event::link(known, beyond, world.ago(40)),
        ];
        world.append_each(&events).await?;
        model.take(&events);
        model.matches(world).await?;
        let (_, end) = world.rest(&Cursor::start(), 50).await?;
        let (account, visitor) = if backwards { (linked, erased) } else { (erased, linked) };
        let link = Event::link(account, visitor, world.ago(30));
        world.append(std::slice::from_ref(&link)).await?;
        model.take(std::slice::from_ref(&link));
        for subject in [erased, linked, beyond, known] {
            world.erased(subject, world.ago(50)).await?;
        }
        let (new, _) = world.rest(&end, 50).await?;
        ensure(!new.contains(&link), "a link with an erased subject is kept")?;
        model.matches(world).await?;
        // The link is taken, and what was linked is erased for ever.
        world.append(std::slice::from_ref(&link)).await?;
        for altered in samples::altered(&link) {
            world.refuses(&[altered], 0, "conflicting_event").await?;
        }
        let more =
            [Event::of_age(known, world.ago(1)), Event::link(SubjectId::random(), known, world.ago(1))];
        world.append_each(&more).await?;
        model.take(&more);
        model.matches(world).await?;
    }
    // Two that were erased apart and turn out to be one person: the earlier instant is that of both.
    for earlier_first in [false, true] {
        let [early, late, with_late] = people();
        let mut events = vec![
            Event::link(late, with_late, world.ago(60)),
            Event::erase(early, world.ago(50)),
            Event::erase(late, world.ago(20)),
        ];
        if !earlier_first {
            events.reverse();
        }
        events.push(Event::link(with_late, early, world.ago(10)));
        world.append_each(&events).await?;
        model.take(&events);
        for subject in [early, late, with_late] {
            world.erased(subject, world.ago(50)).await?;
        }
    }
    model.matches(world).await
}

pub(super) async fn late<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let mut model = Model::default();
    let people = people::<4>();
    let [one, two, three, four] = people;
    let links = [(one, two), (three, two), (three, four)];
    let links = links.map(|(account, visitor)| Event::link(account, visitor, world.ago(90)));
    world.append(&links).await?;
    model.take(&links);
    let mut end = Cursor::start();
    // Later, earlier, much earlier, in between: of whichever of them.
    for (subject, ago, earliest) in
        [(two, 30, 30), (four, 20, 30), (three, 40, 40), (one, 80, 80), (two, 50, 80)]
    {
        let erased = Event::erase(subject, world.ago(ago));
        world.append(std::slice::from_ref(&erased)).await?;
        model.take(&[erased]);
        let (new, next) = world.rest(&end, 3).await?;
        end = next;
        for subject in people {
            world.erased(subject, world.ago(earliest)).await?;
            // Those who read on learn of it too, for each of them.
            let told = new.iter().any(|event| event.subject == subject && event.at == world.ago(earliest));
            ensure(told || earliest != ago, "an earlier erasure is not told to those who read on")?;
        }
        model.matches(world).await?;
    }
    Ok(())
}

pub(super) async fn owed<L: Ledger + Clone + 'static>(world: &World<L>) -> Kept {
    let [account, visitor] = people();
    let link = Event::link(account, visitor, world.ago(9));
    let erased = Event::erase(account, world.ago(5));
    world.append(&[link, erased.clone()]).await?;
    let kept = world.all().await?;
    // Whoever has read it may append it again, here or elsewhere.
    world.append(&kept).await?;
    world.keeps(&kept).await?;
    for event in &kept {
        for altered in samples::altered(event) {
            world.refuses(&[altered], 0, "conflicting_event").await?;
        }
    }
    // If somebody else has its id, by whatever chance, the subject is erased under another.
    let [account, visitor] = people();
    let erased = Event::erase(account, world.ago(5));
    let taken =
        Event { id: erasure_of(visitor, &erased).id, ..Event::of_age(SubjectId::random(), world.ago(8)) };
    let link = Event::link(account, visitor, world.ago(9));
    world.append(&[taken.clone(), link, erased.clone()]).await?;
    world.erased(visitor, erased.at).await?;
    let own = world.of(taken.subject).await?;
    ensure(own == [taken], "an event is lost because an erasure took its id")
}
