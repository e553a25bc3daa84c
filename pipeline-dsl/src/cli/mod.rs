//! Makes a team's program a command line: `fn main() -> ExitCode { pipeline_dsl::cli::main(team) }`.
//!
//! | exit code | means |
//! |---|---|
//! | 0 | everything that was asked for is done |
//! | 1 | the team is wrong, a file could not be written, or a stack could not be deployed |
//! | 2 | the command line could not be understood, or `plan` found changes |
//! | 130 | somebody pressed Ctrl-C before everything was done |
//!
//! What was asked for goes to standard output; progress, summaries and errors go to standard error.

mod alive;
mod arguments;
mod arrival;
mod cloud;
mod deploy;
mod destroy;
mod exit;
mod graph;
mod http_server;
mod list;
mod plan;
mod printer;
mod python;
mod redrive;
mod rehearse;
mod self_update;
mod serve;
mod status;
mod stop;
mod sync;
mod synth;
mod verify;
mod view;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use crate::diagnostic::Result;
use crate::synth::Assembly;
use crate::team::Team;
use arguments::{Arguments, Command, Local};
use exit::Exit;
pub use printer::{Printed, Printer};

/// Runs the program's own arguments.
///
/// ```no_run
/// use pipeline_dsl::prelude::*;
///
/// fn main() -> ExitCode {
///     pipeline_dsl::cli::main(team)
/// }
///
/// fn team() -> Result<Team> {
///     # todo!()
/// }
/// ```
pub fn main(team: impl FnOnce() -> Result<Team>) -> ExitCode {
    ExitCode::from(run(std::env::args_os(), team, &mut Printer::standard()))
}

/// Runs the given arguments, the first of which is the program's name. The answer is the exit code.
pub fn run(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    team: impl FnOnce() -> Result<Team>,
    printer: &mut Printer,
) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(help) => {
            let text = help.render();
            match help.use_stderr() {
                true => printer.error(&text.to_string()),
                false => printer.output(&text.to_string()),
            }
            return u8::try_from(help.exit_code()).unwrap_or(2);
        }
    };
    let synthesized = team().and_then(|team| {
        let assembly = crate::synth::synth(&team)?;
        Ok((team, assembly))
    });
    let (team, assembly) = match synthesized {
        Ok(synthesized) => synthesized,
        Err(mistakes) => {
            view::diagnostic::print(&mistakes, printer);
            return 1;
        }
    };
    match execute(&arguments, &team, assembly, printer) {
        Ok(exit) => exit.code(),
        Err(error) => {
            view::error::print(error.as_ref(), printer);
            Exit::Failed.code()
        }
    }
}

fn execute(
    arguments: &Arguments,
    team: &Team,
    assembly: Assembly,
    printer: &mut Printer,
) -> std::result::Result<Exit, Box<dyn std::error::Error>> {
    let (out, json) = (&arguments.out, arguments.json);
    match &arguments.command {
        Some(Command::List) => {
            list::run(&assembly, json, printer);
            return Ok(Exit::Done);
        }
        Some(Command::Verify(options)) => return verify::run(team, &assembly, options, json, printer),
        Some(Command::Graph(options)) => {
            graph::run(team, &assembly, options, out, printer)?;
            return Ok(Exit::Done);
        }
        Some(Command::Destroy(options)) => return destroy::run(&assembly, options, out, json, printer),
        Some(Command::Status(options)) => return status::run(&assembly, options, out, json, printer),
        Some(Command::Redrive(options)) => return redrive::run(team, &assembly, options, out, json, printer),
        Some(Command::Sync(options)) => return sync::run(team, &assembly, options, out, json, printer),
        Some(Command::Local(Local::Serve(options))) => return serve::run(options, out, printer),
        _ => {}
    }
    // Nothing is written, planned or deployed whose permissions do not hold.
    let proof = crate::proof::prove(team, &assembly)?;
    let broken = proof.diagnostics();
    if !broken.is_empty() {
        view::diagnostic::print(&broken, printer);
        return Ok(Exit::Failed);
    }
    view::diagnostic::print_each(team.warnings(), printer);
    view::diagnostic::print_each(assembly.warnings(), printer);
    view::diagnostic::print_each(&proof.warnings(), printer);
    match &arguments.command {
        Some(Command::Plan(options)) => plan::run(team, assembly, options, out, json, printer),
        Some(Command::Rehearse(options)) => rehearse::run(team, assembly, options, out, json, printer),
        Some(Command::Deploy(options)) => {
            assembly.write(out)?;
            deploy::run(team, assembly, options, out, json, printer)
        }
        Some(Command::Synth) => {
            view::diagnostic::print_each(&proof.notes(), printer);
            synth::run(&assembly, out, json, printer)?;
            Ok(Exit::Done)
        }
        _ => {
            synth::run(&assembly, out, json, printer)?;
            deploy::run(team, assembly, &arguments::Deploy::local(), out, json, printer)
        }
    }
}
