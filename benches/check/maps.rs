//! What the view is made of beside the maps that crates give: the same key, a packed word, one bit test.

use std::{collections::HashMap, sync::RwLock};

use uuid::Uuid;

use crate::{measure::alternate, world::World};

type Hasher = foldhash::quality::RandomState;

pub(crate) fn compare(world: &World) {
    let subjects: Vec<Uuid> = world.questions.iter().map(|subject| subject.uuid()).collect();
    let flat: hashbrown::HashMap<Uuid, u64, Hasher> = subjects.iter().map(|id| (*id, 1)).collect();
    let locked = RwLock::new(flat.clone());
    let dash: dashmap::DashMap<Uuid, u64, Hasher> = subjects.iter().map(|id| (*id, 1)).collect();
    let papaya: papaya::HashMap<Uuid, u64, Hasher> = subjects.iter().map(|id| (*id, 1)).collect();
    let scc: scc::HashIndex<Uuid, u64, Hasher> = scc::HashIndex::with_hasher(Hasher::default());
    for id in &subjects {
        let _ = scc.insert_sync(*id, 1);
    }
    // What most backends write: a map of subjects to a map of purposes to a state.
    let nested: HashMap<Uuid, HashMap<&str, bool>> =
        subjects.iter().map(|id| (*id, HashMap::from([("marketing_campaigns", true)]))).collect();

    let gate = &world.gate;
    let names = [
        "the gate's view",
        "hashbrown, one thread only",
        "RwLock of hashbrown",
        "dashmap",
        "papaya",
        "scc HashIndex",
        "std map of maps",
    ];
    let times = alternate(
        world.questions.len(),
        [
            &mut || world.each(|s| gate.knows(s)),
            &mut || world.each(|s| flat.get(&s.uuid()).is_some_and(|word| word & 1 != 0)),
            &mut || world.each(|s| locked.read().unwrap().get(&s.uuid()).is_some_and(|word| word & 1 != 0)),
            &mut || world.each(|s| dash.get(&s.uuid()).is_some_and(|word| *word & 1 != 0)),
            &mut || world.each(|s| papaya.pin().get(&s.uuid()).is_some_and(|word| word & 1 != 0)),
            &mut || world.each(|s| scc.peek_with(&s.uuid(), |_, word| word & 1 != 0).unwrap_or(false)),
            &mut || {
                world
                    .each(|s| nested.get(&s.uuid()).and_then(|m| m.get("marketing_campaigns")) == Some(&true))
            },
        ],
    );
    println!("  a look-up and a bit test, in a stream, beside other maps");
    for (name, time) in names.iter().zip(times) {
        println!("    {name}: {time:.1} ns, {:.2} ×", time / times[0]);
    }
}
