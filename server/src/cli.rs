//! The command line: `serve` (the default), `config`, `version`, `healthcheck`.

mod healthcheck;
mod serve;

use crate::config::{self, Config, Given};
use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command, parser::ValueSource};
use std::{io::Write, path::PathBuf, process::ExitCode};

/// Runs the program with the arguments and environment of the process.
pub fn main() -> ExitCode {
    let matches = command().get_matches();
    match run(&matches) {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("deskbell: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let (name, given) = match matches.subcommand() {
        Some((name, sub)) => (name, given(sub)),
        None => ("serve", given(matches)),
    };
    if name == "version" {
        say(&format!("deskbell {} ({})", env!("CARGO_PKG_VERSION"), crate::assets::build_id()));
        return Ok(ExitCode::SUCCESS);
    }
    let gathered = config::gather(given)?;
    let config = gathered.config()?;
    match name {
        "config" => {
            say(gathered.show().trim_end());
            config.check()?;
            Ok(ExitCode::SUCCESS)
        }
        "healthcheck" => runtime()?.block_on(healthcheck::run(&config)),
        _ => serve(config),
    }
}

fn serve(config: Config) -> anyhow::Result<ExitCode> {
    config.check()?;
    crate::observe::logs::start(config.log_format);
    runtime()?.block_on(serve::run(config))
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")
}

/// The grammar; one flag a key of the configuration, explained by its sentence.
fn command() -> Command {
    let file = Arg::new("config").long("config").value_name("FILE").global(true).help("A TOML file with keys of the configuration.");
    let flags = config::keys().iter().map(|key| {
        let arg = Arg::new(key.name).long(key.flag()).help(key.help.clone()).global(true);
        if key.is_switch() {
            return arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_name("true|false");
        }
        arg.action(ArgAction::Set).value_name("VALUE")
    });
    Command::new("deskbell")
        .about("A help desk with live chat: one program, one database.")
        .disable_version_flag(true)
        .arg(file)
        .args(flags)
        .subcommand(Command::new("serve").about("Serves the desk (also without a subcommand)."))
        .subcommand(Command::new("config").about("Prints the effective configuration, secrets masked, and checks it."))
        .subcommand(Command::new("version").about("Prints the version and the build of the pages."))
        .subcommand(Command::new("healthcheck").about("Asks a running desk whether it is ready: 0 if so."))
}

fn given(matches: &ArgMatches) -> Given {
    let flag = |key: &config::Key| {
        let from_user = matches.value_source(key.name) == Some(ValueSource::CommandLine);
        let value = matches.get_one::<String>(key.name)?;
        from_user.then(|| (key.name.to_owned(), value.clone()))
    };
    let environment = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Given {
        file: matches.get_one::<String>("config").map(PathBuf::from),
        environment: environment.collect(),
        flags: config::keys().iter().filter_map(flag).collect(),
    }
}

/// To the person at the terminal. That nobody listens any more is no reason to fail.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_reads_keys_before_and_after_the_command() {
        command().debug_assert();
        let matches = command().try_get_matches_from(["deskbell", "serve", "--data", "/x", "--port", "9", "--demo"]).unwrap();
        let (_, sub) = matches.subcommand().unwrap();
        let flags = given(sub).flags;
        assert_eq!(flags, [("data", "/x"), ("port", "9"), ("demo", "true")].map(|(k, v)| (k.to_owned(), v.to_owned())));
        let matches = command().try_get_matches_from(["deskbell", "--demo=false", "--public-url", "https://a.example"]).unwrap();
        assert_eq!(given(&matches).flags.len(), 2);
        assert!(command().try_get_matches_from(["deskbell", "--prot", "1"]).is_err());
    }
}
