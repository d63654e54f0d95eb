//! The library that stands between the program and its C library, and the file by which it is told what to do.
//! What stands where in that file is said in `shim/src/control.rs`.

use crate::{desk::Launch, place::Place};
use anyhow::{Context, Result, bail};
use std::{
    fs::{File, OpenOptions},
    os::unix::fs::FileExt,
    path::PathBuf,
};
use tempfile::TempDir;

const LIBRARY: &str = "librig_shim.so";
const SIZE: usize = 80;
const SINCE: u64 = 0;
const SPACE: u64 = 8;
const BUDGET: u64 = 16;
const SHIFT: u64 = 40;
const PROCESS: u64 = 48;
const REFUSED: u64 = 56;
const RECORDED: u64 = 72;

#[derive(Debug, Clone, clap::Args)]
pub struct ShimArguments {
    /// The library of the package rig-shim [default: beside this program]
    #[arg(long)]
    pub shim: Option<PathBuf>,
}

/// How much may still be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    Plenty,
    /// Files may grow by so many bytes; what they have they may overwrite.
    Bytes(u64),
    /// Not even what is there may be overwritten, as on disks that copy on write.
    Nothing,
}

pub struct Shim {
    library: PathBuf,
    folder: TempDir,
    control: File,
}

impl Shim {
    pub fn prepare(arguments: &ShimArguments) -> Result<Self> {
        let library = match &arguments.shim {
            Some(path) => path.clone(),
            None => std::env::current_exe()?.with_file_name(LIBRARY),
        };
        let library = library.canonicalize().with_context(|| format!("{} is not there: build the package rig-shim", library.display()))?;
        let folder = tempfile::Builder::new().prefix("deskbell-shim-").tempdir()?;
        let control = OpenOptions::new().read(true).write(true).create_new(true).open(folder.path().join("control"))?;
        control.write_all_at(&[0; SIZE], 0)?;
        Ok(Self { library, folder, control })
    }

    /// Loads it into a program that is started on `place`; with `records` everything done to its files is written down.
    pub fn around(&self, launch: Launch, place: &Place, records: bool) -> Result<Launch> {
        let launch = launch
            .with("LD_PRELOAD", self.library.display())
            .with("RIG_SHIM_DIR", place.directory().canonicalize()?.display())
            .with("RIG_SHIM_CONTROL", self.folder.path().join("control").display());
        Ok(if records { launch.with("RIG_SHIM_JOURNAL", self.journal().display()) } else { launch })
    }

    pub fn journal(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    /// Keeps the folder with the journal for a person to look at; says where.
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    /// Fails when it is not in that process: then nothing that a run shows would mean anything.
    pub fn is_in(&self, process: u32) -> Result<()> {
        let found = self.number(PROCESS)?;
        if found != u64::from(process) {
            bail!("the shim is not in the program: it names process {found}, not {process}");
        }
        Ok(())
    }

    pub fn space(&self, space: Space) -> Result<()> {
        let (word, budget) = match space {
            Space::Plenty => (0, 0),
            Space::Bytes(budget) => (1, budget),
            Space::Nothing => (2, 0),
        };
        self.put(BUDGET, budget)?;
        self.put(SINCE, self.number(SINCE)? + 1)?;
        self.put(SPACE, word)
    }

    /// Moves the wall clock of the program to so many seconds from the true time.
    pub fn clock_is_off_by(&self, seconds: i64) -> Result<()> {
        self.put(SHIFT, seconds.cast_unsigned())
    }

    /// Writes that were refused for want of space.
    pub fn refused(&self) -> Result<u64> {
        self.number(REFUSED)
    }

    /// Operations that were written down.
    pub fn recorded(&self) -> Result<u64> {
        self.number(RECORDED)
    }

    fn number(&self, at: u64) -> Result<u64> {
        let mut bytes = [0; 8];
        self.control.read_exact_at(&mut bytes, at)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn put(&self, at: u64, number: u64) -> Result<()> {
        Ok(self.control.write_all_at(&number.to_ne_bytes(), at)?)
    }
}
