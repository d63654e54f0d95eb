//! A disk that keeps its word and no more: what was synced is there after a power cut; of what was written since, anything may
//! be, in any pieces. Names are as certain as the directory's last sync.
//!
//! Left out: what a file held before its name was given to a new one is forgotten at once; no product file is replaced so.

use super::journal::{Deed, Operation};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use std::collections::BTreeMap;

/// Contents of files by name.
pub type Files = BTreeMap<String, Vec<u8>>;

#[derive(Clone, Default)]
pub struct Disk<'a> {
    files: BTreeMap<String, Inode<'a>>,
}

#[derive(Clone, Default)]
struct Inode<'a> {
    /// What is certain.
    durable: Vec<u8>,
    /// What is on its way, in order.
    pending: Vec<&'a Deed>,
    /// Whether its name is certain; and what became of it since the directory was synced.
    is_there: bool,
    named: Option<bool>,
}

/// What becomes of the writes that are on their way to one file.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Nothing,
    Everything,
    /// The first ones, and a piece of the next.
    Beginning,
    /// Each as a whole, with this chance.
    Whole(f64),
    /// Each piece of so many bytes on its own, with this chance.
    Pieces(usize, f64),
}

impl<'a> Disk<'a> {
    pub fn of(base: Files) -> Self {
        let inode = |durable| Inode { durable, is_there: true, ..Inode::default() };
        Self { files: base.into_iter().map(|(name, bytes)| (name, inode(bytes))).collect() }
    }

    pub fn apply(&mut self, operation: &'a Operation) {
        match &operation.deed {
            Deed::Made => {
                let was_there = self.files.get(&operation.file).is_some_and(|old| old.is_there);
                let made = Inode { is_there: was_there, named: Some(true), ..Inode::default() };
                self.files.insert(operation.file.clone(), made);
            }
            Deed::Removed => {
                if let Some(inode) = self.files.get_mut(&operation.file) {
                    inode.named = Some(false);
                }
            }
            Deed::Renamed { to } => {
                if let Some(inode) = self.files.remove(&operation.file) {
                    self.files.insert(to.clone(), Inode { named: Some(true), ..inode });
                }
            }
            Deed::Synced if operation.file.is_empty() => self.files.retain(|_, inode| inode.name_is_synced()),
            Deed::Synced => {
                if let Some(inode) = self.files.get_mut(&operation.file) {
                    inode.is_synced();
                }
            }
            Deed::Written { .. } | Deed::Cut { .. } => self.files.entry(operation.file.clone()).or_default().pending.push(&operation.deed),
        }
    }

    /// What is found when the power comes back.
    pub fn cut(&self, chance: &mut StdRng) -> Files {
        let mut found = Files::new();
        for (name, inode) in &self.files {
            let is_there = match inode.named {
                Some(now) if now != inode.is_there => chance.random_bool(0.5),
                Some(now) => now,
                None => inode.is_there,
            };
            // Decided for every file, so that one file's fate does not hang on another's.
            let content = inode.after(Fate::by(chance), chance);
            if is_there {
                found.insert(name.clone(), content);
            }
        }
        found
    }
}

impl Inode<'_> {
    /// The directory was synced; false when the file is gone.
    fn name_is_synced(&mut self) -> bool {
        self.is_there = self.named.take().unwrap_or(self.is_there);
        self.is_there
    }

    fn is_synced(&mut self) {
        for deed in std::mem::take(&mut self.pending) {
            apply(&mut self.durable, deed);
        }
    }

    fn after(&self, fate: Fate, chance: &mut StdRng) -> Vec<u8> {
        let mut content = self.durable.clone();
        match fate {
            Fate::Nothing => {}
            Fate::Everything => self.pending.iter().for_each(|deed| apply(&mut content, deed)),
            Fate::Beginning => {
                let whole = chance.random_range(0..=self.pending.len());
                self.pending[..whole].iter().for_each(|deed| apply(&mut content, deed));
                if let Some(torn) = self.pending.get(whole) {
                    pieces(torn, 512).take(chance.random_range(0..8)).for_each(|(offset, piece)| put(&mut content, offset, piece));
                }
            }
            Fate::Whole(share) => {
                let kept = self.pending.iter().filter(|_| chance.random_bool(share)).collect::<Vec<_>>();
                kept.into_iter().for_each(|deed| apply(&mut content, deed));
            }
            Fate::Pieces(size, share) => {
                for deed in &self.pending {
                    if let Deed::Cut { .. } = deed
                        && chance.random_bool(share)
                    {
                        apply(&mut content, deed);
                    }
                    pieces(deed, size).filter(|_| chance.random_bool(share)).for_each(|(offset, piece)| put(&mut content, offset, piece));
                }
            }
        }
        self.stretch(&mut content, chance);
        content
    }

    /// A file's length may have arrived before what it is made of.
    fn stretch(&self, content: &mut Vec<u8>, chance: &mut StdRng) {
        let ends = self.pending.iter().filter_map(|deed| match deed {
            Deed::Written { offset, bytes } => Some(place(*offset) + bytes.len()),
            _ => None,
        });
        let longest = ends.max().unwrap_or(0);
        if longest > content.len() && chance.random_bool(0.25) {
            let begun = content.len();
            content.resize(longest, 0);
            if chance.random_bool(0.5) {
                // What stood on those sectors before.
                chance.fill(&mut content[begun..]);
            }
        }
    }
}

impl Fate {
    fn by(chance: &mut StdRng) -> Self {
        let share = *[0.1, 0.5, 0.9].choose(chance).unwrap_or(&0.5);
        match chance.random_range(0..8) {
            0 => Self::Nothing,
            1 => Self::Everything,
            2 => Self::Beginning,
            3 | 4 => Self::Whole(share),
            5 => Self::Pieces(4_096, share),
            _ => Self::Pieces(512, share),
        }
    }
}

fn apply(content: &mut Vec<u8>, deed: &Deed) {
    match deed {
        Deed::Written { offset, bytes } => put(content, place(*offset), bytes),
        Deed::Cut { length } => content.resize(place(*length), 0),
        Deed::Made | Deed::Synced | Deed::Removed | Deed::Renamed { .. } => {}
    }
}

/// What a write is made of: cut where the disk's sectors of `size` bytes end.
fn pieces(deed: &Deed, size: usize) -> impl Iterator<Item = (usize, &[u8])> {
    let (mut at, mut rest) = match deed {
        Deed::Written { offset, bytes } => (place(*offset), bytes.as_slice()),
        _ => (0, &[][..]),
    };
    std::iter::from_fn(move || {
        let (piece, left) = rest.split_at((size - at % size).min(rest.len()));
        let found = (!piece.is_empty()).then_some((at, piece));
        (at, rest) = (at + piece.len(), left);
        found
    })
}

fn put(content: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[offset..end].copy_from_slice(bytes);
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oracle::Moment;
    use rand::SeedableRng;

    const FILE: &str = "desk.db-wal";
    const TRIES: u64 = 400;

    fn operation(file: &str, deed: Deed) -> Operation {
        Operation { at: Moment(0), file: file.into(), deed }
    }
    fn write(offset: u64, bytes: &[u8]) -> Operation {
        operation(FILE, Deed::Written { offset, bytes: bytes.to_vec() })
    }
    fn synced(file: &str) -> Operation {
        operation(file, Deed::Synced)
    }

    /// What is found after many different cuts.
    fn cuts(base: &[u8], operations: &[Operation]) -> Vec<Option<Vec<u8>>> {
        let mut disk = Disk::of(Files::from([(FILE.to_owned(), base.to_vec())]));
        operations.iter().for_each(|operation| disk.apply(operation));
        (0..TRIES).map(|seed| disk.cut(&mut StdRng::seed_from_u64(seed)).remove(FILE)).collect()
    }

    #[test]
    fn what_was_synced_is_there_whatever_happens() {
        let done = [write(0, b"first"), write(5, b" and second"), synced(FILE)];
        assert!(cuts(b"", &done).into_iter().all(|found| found.as_deref() == Some(b"first and second")));
    }

    #[test]
    fn what_was_not_synced_may_be_there_or_not() {
        let found = cuts(b"old", &[write(0, b"new")]);
        assert!(found.contains(&Some(b"old".to_vec())) && found.contains(&Some(b"new".to_vec())));
        assert!(found.iter().all(|found| matches!(found.as_deref(), Some(b"old" | b"new"))), "never in pieces below a sector");
    }

    #[test]
    fn a_later_write_may_survive_an_earlier_one() {
        let found = cuts(&[0; 1_024], &[write(0, &[1; 512]), write(512, &[2; 512])]);
        let later = [vec![0; 512], vec![2; 512]].concat();
        assert!(found.contains(&Some(later)));
    }

    #[test]
    fn a_page_is_torn_between_its_sectors() {
        let found = cuts(&[0; 4_096], &[write(0, &[1; 4_096])]);
        let is_torn = |page: &[u8]| page.contains(&0) && page.contains(&1);
        let torn: Vec<_> = found.iter().flatten().filter(|page| is_torn(page)).collect();
        assert!(torn.len() > 50, "{} torn pages", torn.len());
        assert!(torn.iter().all(|page| page.chunks(512).all(|sector| sector.iter().all(|byte| *byte == sector[0]))));
    }

    #[test]
    fn a_write_across_sectors_is_cut_where_they_end() {
        let deed = Deed::Written { offset: 500, bytes: vec![1; 600] };
        let found: Vec<_> = pieces(&deed, 512).map(|(offset, piece)| (offset, piece.len())).collect();
        assert_eq!(found, [(500, 12), (512, 512), (1_024, 76)]);
    }

    #[test]
    fn a_length_may_arrive_without_its_bytes() {
        let found = cuts(b"", &[write(0, &[1; 2_048])]);
        assert!(found.contains(&Some(vec![0; 2_048])));
        assert!(found.contains(&Some(Vec::new())));
    }

    #[test]
    fn a_cut_that_was_not_synced_may_be_undone() {
        let found = cuts(&[1; 600], &[operation(FILE, Deed::Cut { length: 0 })]);
        assert!(found.contains(&Some(Vec::new())) && found.contains(&Some(vec![1; 600])));
    }

    #[test]
    fn a_name_is_certain_only_after_the_directory_was_synced() {
        let made = [operation("new", Deed::Made)];
        let exist = |operations: &[Operation]| {
            let mut disk = Disk::default();
            operations.iter().for_each(|operation| disk.apply(operation));
            (0..TRIES).filter(|seed| disk.cut(&mut StdRng::seed_from_u64(*seed)).contains_key("new")).count() as u64
        };
        assert!((1..TRIES).contains(&exist(&made)));
        assert_eq!(exist(&[made[0].clone(), synced("")]), TRIES);
        let removed = cuts(b"old", &[operation(FILE, Deed::Removed)]);
        assert!(removed.contains(&None) && removed.contains(&Some(b"old".to_vec())));
        assert!(cuts(b"old", &[operation(FILE, Deed::Removed), synced("")]).iter().all(Option::is_none));
    }

    #[test]
    fn the_same_seed_gives_the_same_cut() {
        let operations = [write(0, &[1; 4_096]), write(4_096, &[2; 4_096])];
        assert_eq!(cuts(b"old", &operations), cuts(b"old", &operations));
    }
}
