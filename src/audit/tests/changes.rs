//! Changes of a trail, all of them: no bit, no entry and no end can be changed unseen.

use super::{bytes, lines};
use crate::audit::{Fault, Head, Line, Verification, VerifyError, verify::Broken};

fn verify(file: &[u8]) -> Result<Head, Broken> {
    broken(Verification::new().read(file))
}

fn broken(verified: Result<Head, VerifyError>) -> Result<Head, Broken> {
    verified.map_err(|error| match error {
        VerifyError::Broken(broken) => broken,
        VerifyError::Unreadable(error) => panic!("{error}"),
    })
}

const COUNT: u64 = 1000;

/// Verifies lines from one on: after the head that those before it were found to end with, which is all that a
/// verification of the whole would hold by then.
fn verify_from(at: usize, lines: &[Line], before: &[Line]) -> Result<Head, Broken> {
    let head = at.checked_sub(1).map_or(Head::START, |last| before[last].head());
    let near = bytes(&lines[at..lines.len().min(at + 4)]);
    broken(Verification::after(head).read(&near[..]))
}

/// Each flip is read from the line that it is in, as [`verify_from`] does.
#[test]
fn every_single_bit_change_is_found() {
    let lines = lines(COUNT);
    let whole = bytes(&lines);
    assert_eq!(verify(&whole), Ok(lines.last().unwrap().head()));
    let kept = lines.last().unwrap().head();

    let work: Vec<(usize, Head, u64)> = lines
        .iter()
        .scan((0, Head::START), |(begin, head), line| {
            let place = (*begin, *head, line.head().sequence());
            (*begin, *head) = (*begin + line.text().len() + 1, line.head());
            Some(place)
        })
        .collect();
    std::thread::scope(|scope| {
        let halves = work.chunks(work.len().div_ceil(2));
        for half in halves {
            let whole = &whole;
            let lines = &lines;
            scope.spawn(move || {
                for (begin, head, sequence) in half {
                    let length = lines[usize::try_from(*sequence).unwrap() - 1].text().len() + 1;
                    // Enough for whatever the flip makes of this line and the next.
                    let mut file = whole[*begin..whole.len().min(begin + 4096)].to_vec();
                    for bit in 0..length * 8 {
                        file[bit / 8] ^= 1 << (bit % 8);
                        let found = Verification::after(*head).through(kept).read(&file[..]);
                        let found = broken(found).expect_err("a flip was not found");
                        assert!(found.line() <= 2, "{bit} of entry {sequence}: {found}");
                        assert_eq!(found.sequence(), sequence + found.line() - 1);
                        file[bit / 8] ^= 1 << (bit % 8);
                    }
                }
            });
        }
    });
}

#[test]
fn each_entry_that_is_removed_is_missed() {
    let lines = lines(COUNT);
    for at in 0..lines.len() - 1 {
        let mut fewer = lines.clone();
        let removed = fewer.remove(at).head().sequence();
        let found = verify_from(at, &fewer, &lines).unwrap_err();
        assert_eq!((found.line(), found.sequence()), (1, removed));
        assert_eq!(found.fault(), &Fault::OutOfSequence { found: removed + 1 });
    }
}

#[test]
fn each_end_that_is_cut_off_is_missed_when_its_head_was_kept() {
    let lines = lines(COUNT);
    let kept = lines.last().unwrap().head();
    for at in 1..lines.len() {
        let before = at.checked_sub(2).map_or(Head::START, |last| lines[last].head());
        let last = bytes(&lines[at - 1..at]);
        assert!(broken(Verification::after(before).read(&last[..])).is_ok(), "a chain alone does not tell");
        let found = broken(Verification::after(before).through(kept).read(&last[..])).unwrap_err();
        assert_eq!((found.sequence(), found.fault()), (at as u64 + 1, &Fault::CutOff { kept }));
        // Within a line it tells by itself.
        let torn = &last[..last.len() - 1];
        assert_eq!(broken(Verification::after(before).read(torn)).unwrap_err().fault(), &Fault::Torn);
    }
    assert_eq!(
        broken(Verification::new().through(kept).read(&b""[..])).unwrap_err().fault(),
        &Fault::CutOff { kept }
    );
}

#[test]
fn entries_that_change_places_or_come_twice_are_found() {
    let lines = lines(COUNT);
    for at in 0..lines.len() - 1 {
        let mut changed = lines.clone();
        changed.swap(at, at + 1);
        let found = verify_from(at, &changed, &lines).unwrap_err();
        assert_eq!(found.sequence(), at as u64 + 1);
        let mut changed = lines.clone();
        changed.insert(at + 1, lines[at].clone());
        let found = verify_from(at, &changed, &lines).unwrap_err();
        assert_eq!(found.fault(), &Fault::OutOfSequence { found: at as u64 + 1 });
        let mut changed = lines.clone();
        changed.insert(at, lines[(at + 500) % lines.len()].clone());
        assert!(verify_from(at, &changed, &lines).is_err());
    }
}

#[test]
fn an_entry_of_another_trail_does_not_fit_in() {
    let own = lines(50);
    for at in 0..own.len() {
        // The same sequence and content, after another beginning.
        let other = super::line(at as u64, Head::new(at as u64, own[(at + 1) % own.len()].head().hash()));
        let mut changed = own.clone();
        changed[at] = other;
        assert_eq!(verify(&bytes(&changed)).unwrap_err().fault(), &Fault::OtherPrevious);
    }
}

/// Who holds the trail can write it anew from some entry on, each hash right. Heads that were kept tell.
#[test]
fn a_trail_that_was_written_anew_passes_through_no_head_that_was_kept() {
    let old = lines(50);
    let anew = |from: usize| {
        let mut lines: Vec<Line> = old[..from].to_vec();
        while lines.len() < old.len() {
            let head = lines.last().map_or(Head::START, Line::head);
            lines.push(super::line(head.sequence() + 100, head));
        }
        bytes(&lines)
    };
    for from in 0..old.len() {
        let anew = anew(from);
        assert!(verify(&anew).is_ok());
        for (nth, kept) in old.iter().map(Line::head).enumerate() {
            let found = broken(Verification::new().through(kept).read(&anew[..]));
            assert_eq!(found.is_ok(), nth < from, "{nth} of those from {from}");
            if let Err(found) = found {
                assert_eq!(found.fault(), &Fault::OtherHead { kept });
                assert_eq!(found.sequence(), kept.sequence());
            }
        }
        let all = old.iter().rev().fold(Verification::new(), |all, line| all.through(line.head()));
        assert!(broken(all.read(&anew[..])).is_err());
    }
    let all = old.iter().fold(Verification::new().through(Head::START), |all, line| all.through(line.head()));
    assert_eq!(broken(all.read(&bytes(&old)[..])), Ok(old.last().unwrap().head()));
}

#[test]
fn a_trail_whose_older_entries_were_taken_away_begins_after_a_head() {
    let all = lines(20);
    let rest = bytes(&all[5..]);
    let (before, last) = (all[4].head(), all[19].head());
    assert!(verify(&rest).is_err());
    let from = |head| Verification::after(head);
    assert_eq!(broken(from(before).through(before).through(last).read(&rest[..])), Ok(last));
    assert!(broken(from(all[3].head()).read(&rest[..])).is_err());
    let other = Head::new(before.sequence(), all[3].head().hash());
    assert_eq!(broken(from(other).read(&rest[..])).unwrap_err().fault(), &Fault::OtherPrevious);
    // What lies before the beginning cannot be looked at.
    assert!(broken(from(before).through(all[2].head()).read(&rest[..])).is_err());
}

#[test]
fn what_is_no_line_is_named_and_takes_no_memory() {
    for (file, line) in [(&b"\n"[..], 1), (b"{}\n", 1), (b"\xff\n", 1), (b"null\n", 1), (b" ", 1)] {
        assert_eq!(verify(file).unwrap_err().line(), line);
    }
    let mut trail = bytes(&lines(2));
    trail.extend_from_slice(b"\n");
    assert_eq!(verify(&trail).unwrap_err().line(), 3);
    let endless = std::io::BufReader::new(std::io::repeat(b'x'));
    assert_eq!(broken(Verification::new().read(endless)).unwrap_err().fault(), &Fault::TooLong);
    let long = [vec![b'x'; 1 << 20], b"\n".to_vec()].concat();
    assert_eq!(verify(&long).unwrap_err().fault(), &Fault::TooLong);
}
