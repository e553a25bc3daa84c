//! Makes a team's program a command line: `fn main() -> ExitCode { pipeline_dsl::cli::main(team) }`.
//!
//! What was asked for goes to standard output; progress, summaries and errors go to standard error.
//!
//! ```text
#![doc = include_str!("exit_codes.txt")]
//! ```

mod alive;
mod arguments;
mod arrival;
mod cloud;
mod commands;
#[cfg(test)]
mod documents;
mod exit;
mod foreign_stacks;
mod http_server;
mod outlook;
mod printer;
mod proved;
mod python;
mod self_update;
mod stop;
mod view;
mod wait;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::diagnostic::{Diagnostics, Result};
use crate::synth::Assembly;
use crate::team::Team;
use arguments::{Arguments, Command, Local};
use commands::{
    check, deploy, destroy, graph, list, permissions, plan, redrive, rehearse, run as run_command, serve,
    status, sync, synth, verify,
};
use exit::Exit;
pub use printer::{Printed, Printer};
use stop::Stopped;

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
            if help.use_stderr() {
                printer.error(&text.to_string());
            } else {
                printer.output(&text.to_string());
            }
            let asked = matches!(help.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let exit = if asked { Exit::Done } else { Exit::Usage };
            return kept(exit, printer).code();
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
    *printer = printer.clone().verbose(arguments.verbose);
    let said = printer.clone();
    let exit = ended(|| execute(&arguments, &team, assembly, printer), &said);
    kept(exit, &said).code()
}

/// A command whose output was lost has failed, whatever else it did.
fn kept(exit: Exit, printer: &Printer) -> Exit {
    let Some(why) = printer.lost() else {
        return exit;
    };
    printer.error(&format!(
        "error: standard output could not be written: {why}\n  help: make room, or read all of it; what was done is done"
    ));
    Exit::Failed
}

/// How a command ended; one that panics has failed.
fn ended(
    command: impl FnOnce() -> std::result::Result<Exit, Box<dyn std::error::Error>>,
    printer: &Printer,
) -> Exit {
    match catch_unwind(AssertUnwindSafe(command)) {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) if error.is::<Stopped>() => {
            printer.error("stopped");
            Exit::Interrupted
        }
        Ok(Err(error)) => {
            match error.downcast::<Diagnostics>() {
                Ok(mistakes) => view::diagnostic::print(&mistakes, printer),
                Err(error) => view::error::print(error.as_ref(), printer),
            }
            Exit::Failed
        }
        Err(_) => {
            printer.error(
                "error: the command ended by a defect of this program, which stands above\n  help: report it to the makers of \
                 pipeline-dsl; running again goes on from here",
            );
            Exit::Failed
        }
    }
}

/// Runs a command. What writes, plans or deploys proves first: nothing is deployed whose permissions do not hold.
fn execute(
    arguments: &Arguments,
    team: &Team,
    assembly: Assembly,
    printer: &mut Printer,
) -> std::result::Result<Exit, Box<dyn std::error::Error>> {
    let (out, json) = (&arguments.out, arguments.json);
    match &arguments.command {
        None => {
            let proved = proved::prove(team, &assembly, out, printer)?;
            synth::run(&assembly, &proved, out, json, printer)?;
            deploy::run(team, assembly, &arguments::Deploy::local(), out, json, printer)
        }
        Some(Command::Synth) => {
            let proved = proved::prove(team, &assembly, out, printer)?;
            view::diagnostic::print_each(&proved.notes(), printer);
            synth::run(&assembly, &proved, out, json, printer)?;
            Ok(Exit::Done)
        }
        Some(Command::List(options)) => list::run(team, &assembly, options, json, printer),
        Some(Command::Verify(options)) => verify::run(team, &assembly, options, json, printer),
        Some(Command::Permissions(options)) => permissions::run(team, options, json, printer),
        Some(Command::Plan(options)) => {
            proved::prove(team, &assembly, out, printer)?;
            plan::run(team, assembly, options, out, json, printer)
        }
        Some(Command::Deploy(options)) => {
            let proved = proved::prove(team, &assembly, out, printer)?;
            assembly.write(out)?;
            proved.remember();
            deploy::run(team, assembly, options, out, json, printer)
        }
        Some(Command::Rehearse(options)) => {
            proved::prove(team, &assembly, out, printer)?;
            rehearse::run(team, &assembly, options, out, json, printer)
        }
        Some(Command::Status(options)) => status::run(&assembly, options, out, json, printer),
        Some(Command::Check(options)) => check::run(team, &assembly, options, out, json, printer),
        Some(Command::Redrive(options)) => redrive::run(team, &assembly, options, out, json, printer),
        Some(Command::Run(options)) => run_command::run(team, &assembly, options, out, json, printer),
        Some(Command::Sync(options)) => sync::run(team, &assembly, options, out, json, printer),
        Some(Command::Destroy(options)) => destroy::run(&assembly, options, out, json, printer),
        Some(Command::Graph(options)) => {
            graph::run(team, &assembly, options, out, printer)?;
            Ok(Exit::Done)
        }
        Some(Command::Local(Local::Serve(options))) => serve::run(options, out, printer),
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, Printer, ended};

    #[test]
    fn a_command_that_panics_has_failed() {
        let printer = Printer::in_memory();
        assert_eq!(ended(|| panic!("this cannot be"), &printer), Exit::Failed);
        let said = printer.printed().error;
        assert!(said.starts_with("error: the command ended by a defect"), "{said}");
    }
}
