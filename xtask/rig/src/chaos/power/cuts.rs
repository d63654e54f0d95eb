//! Where the power is cut: everywhere, but mostly where it hurts.

use super::{
    disk::Disk,
    journal::{Deed, Operation},
};
use rand::{Rng, rngs::StdRng};

/// Where in the program's work a cut lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Writes to the log are on their way.
    Commit,
    /// Writes to the database itself are on their way.
    Checkpoint,
    /// Neither.
    Between,
}

/// A cut after the first `done` operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    pub done: usize,
    pub place: Place,
    pub seed: u64,
}

/// `count` cuts, in the order of the journal.
pub fn choose(operations: &[Operation], database: &str, count: usize, chance: &mut StdRng) -> Vec<Cut> {
    let places = places(operations, database);
    let of = |wanted: &[Place]| -> Vec<usize> { (0..places.len()).filter(|&done| wanted.contains(&places[done])).collect() };
    let (commits, checkpoints) = (of(&[Place::Commit]), of(&[Place::Checkpoint]));
    let mut cuts: Vec<Cut> = (0..count)
        .map(|n| {
            let hurts = [&commits, &checkpoints, &commits][n % 3];
            let done = match hurts.len() {
                0 => chance.random_range(0..places.len()),
                // One in eight anywhere.
                _ if chance.random_ratio(1, 8) => chance.random_range(0..places.len()),
                all => hurts[chance.random_range(0..all)],
            };
            Cut { done, place: places[done], seed: chance.random() }
        })
        .collect();
    cuts.sort_by_key(|cut| cut.done);
    cuts
}

/// What is on its way after each number of operations.
fn places(operations: &[Operation], database: &str) -> Vec<Place> {
    let log = format!("{database}-wal");
    let (mut in_log, mut in_database) = (0_u32, 0_u32);
    let mut places = vec![Place::Between];
    for operation in operations {
        let pending = match &operation.file {
            file if *file == log => &mut in_log,
            file if file == database => &mut in_database,
            _ => &mut 0,
        };
        match operation.deed {
            Deed::Written { .. } | Deed::Cut { .. } => *pending += 1,
            Deed::Synced => *pending = 0,
            Deed::Made | Deed::Removed | Deed::Renamed { .. } => {}
        }
        places.push(match (in_log, in_database) {
            (_, 1..) => Place::Checkpoint,
            (1.., 0) => Place::Commit,
            (0, 0) => Place::Between,
        });
    }
    places
}

/// The disk after the first `done` operations; `disk` has had the first `from`.
pub fn advance<'a>(disk: &mut Disk<'a>, operations: &'a [Operation], from: usize, done: usize) {
    operations[from..done].iter().for_each(|operation| disk.apply(operation));
}

#[cfg(test)]
mod tests {
    use super::*;
    use oracle::Moment;
    use rand::SeedableRng;

    fn run() -> Vec<Operation> {
        let write = |file: &str| (file.to_owned(), Deed::Written { offset: 0, bytes: vec![1] });
        let sync = |file: &str| (file.to_owned(), Deed::Synced);
        let commit = [write("d-wal"), write("d-wal"), sync("d-wal")];
        let checkpoint = [write("d"), write("d"), sync("d")];
        let all = (0..20).flat_map(|_| commit.clone()).chain(checkpoint);
        all.map(|(file, deed)| Operation { at: Moment(0), file, deed }).collect()
    }

    #[test]
    fn cuts_lie_inside_commits_and_checkpoints() {
        let cuts = choose(&run(), "d", 300, &mut StdRng::seed_from_u64(1));
        let count = |place| cuts.iter().filter(|cut| cut.place == place).count();
        assert!(count(Place::Commit) > 150 && count(Place::Checkpoint) > 80, "{cuts:?}");
        assert!(count(Place::Between) > 0);
        assert!(cuts.is_sorted_by_key(|cut| cut.done));
    }

    #[test]
    fn places_are_those_between_a_write_and_its_sync() {
        let found = places(&run()[57..], "d");
        let (commit, checkpoint, between) = (Place::Commit, Place::Checkpoint, Place::Between);
        assert_eq!(found, [between, commit, commit, between, checkpoint, checkpoint, between]);
    }

    #[test]
    fn the_same_seed_gives_the_same_cuts() {
        let cuts = || choose(&run(), "d", 50, &mut StdRng::seed_from_u64(7));
        assert_eq!(cuts(), cuts());
    }
}
