//! `graph`: pictures of the team.

use std::error::Error;
use std::fs;
use std::path::Path;

use crate::cli::arguments::{Format, Graph};
use crate::cli::printer::Printer;
use crate::cli::view::picture::Picture;
use crate::synth::{Assembly, claim};
use crate::team::Team;

pub(in crate::cli) fn run(
    team: &Team,
    assembly: &Assembly,
    arguments: &Graph,
    out: &Path,
    printer: &Printer,
) -> Result<(), Box<dyn Error>> {
    let picture = Picture::of(team, assembly);
    match arguments.format {
        Format::Svg => printer.output(&picture.svg()),
        Format::Mermaid => printer.output(&picture.mermaid()),
        Format::Dot => printer.output(&picture.dot()),
        Format::Html => {
            let page = out.join("index.html");
            claim(out)?;
            fs::write(&page, picture.html())
                .map_err(|error| format!("could not write `{}`: {error}", page.display()))?;
            printer.error(&format!("drawn into {}", page.display()));
        }
    }
    Ok(())
}
