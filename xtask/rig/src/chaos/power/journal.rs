//! The shim's journal, read back: what the program did to its files, in order. Its form is told in `shim/src/journal.rs`.

use anyhow::{Context, Result, bail};
use oracle::Moment;

const MARK: &[u8] = b"RIGSHIM1";

/// One completed operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub at: Moment,
    /// Name within the directory; the directory's own is empty.
    pub file: String,
    pub deed: Deed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Made,
    Written { offset: u64, bytes: Vec<u8> },
    Cut { length: u64 },
    Synced,
    Removed,
    Renamed { to: String },
}

/// All operations of a journal; the last one may be torn off by the end of the program.
pub fn read(bytes: &[u8]) -> Result<Vec<Operation>> {
    let Some(mut rest) = bytes.strip_prefix(MARK) else { bail!("not a journal: the shim was not there") };
    let mut operations = Vec::new();
    while let Some(operation) = take(&mut rest)? {
        operations.push(operation);
    }
    Ok(operations)
}

fn take(rest: &mut &[u8]) -> Result<Option<Operation>> {
    let mut left = *rest;
    let Some(kind) = bytes(&mut left, 1) else { return Ok(None) };
    let (Some(at), Some(offset), Some(name), Some(data)) =
        (number(&mut left, 8), number(&mut left, 8), number(&mut left, 2), number(&mut left, 4))
    else {
        return Ok(None);
    };
    let (Some(name), Some(data)) = (bytes(&mut left, usize::try_from(name)?), bytes(&mut left, usize::try_from(data)?)) else {
        return Ok(None);
    };
    let deed = match kind[0] {
        1 => Deed::Made,
        2 => Deed::Written { offset, bytes: data.to_vec() },
        3 => Deed::Cut { length: offset },
        4 => Deed::Synced,
        5 => Deed::Removed,
        6 => Deed::Renamed { to: text(data)? },
        other => bail!("the journal has an operation {other}"),
    };
    *rest = left;
    Ok(Some(Operation { at: Moment(at), file: text(name)?, deed }))
}

fn text(bytes: &[u8]) -> Result<String> {
    String::from_utf8(bytes.to_vec()).context("a file's name is no text")
}

fn bytes<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn number(rest: &mut &[u8], count: usize) -> Option<u64> {
    let mut wide = [0; 8];
    wide[..count].copy_from_slice(bytes(rest, count)?);
    Some(u64::from_le_bytes(wide))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, offset: u64, name: &str, data: &[u8]) -> Vec<u8> {
        let mut record = vec![kind];
        record.extend(7_u64.to_le_bytes());
        record.extend(offset.to_le_bytes());
        record.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        record.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        record.extend(name.bytes());
        record.extend(data);
        record
    }

    #[test]
    fn what_was_written_is_read() {
        let mut journal = MARK.to_vec();
        journal.extend(record(2, 512, "desk.db", b"words"));
        journal.extend(record(4, 0, "", b""));
        let operation = |file: &str, deed| Operation { at: Moment(7), file: file.into(), deed };
        let whole = vec![operation("desk.db", Deed::Written { offset: 512, bytes: b"words".to_vec() }), operation("", Deed::Synced)];
        assert_eq!(read(&journal).unwrap(), whole);
        journal.truncate(journal.len() - 1);
        assert_eq!(read(&journal).unwrap(), whole[..1], "the torn end is left out");
    }

    #[test]
    fn what_is_no_journal_is_refused() {
        assert!(read(b"").is_err());
        assert!(read(&[MARK, &record(9, 0, "desk.db", b"")].concat()).is_err());
    }
}
