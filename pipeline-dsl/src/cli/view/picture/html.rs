//! The page: the drawing, and below it what it has no room for.

use std::fmt::Write as _;

use super::svg::escape;
use super::{AccountStacks, Picture};

const STYLE: &str = "\
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:110rem;padding:0 1rem}
.drawing{overflow-x:auto}.drawing svg{max-width:100%;min-width:50rem;height:auto}
table{border-collapse:collapse;font-size:.9em}td,th{border-bottom:1px solid #8884;padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}
summary{cursor:pointer;font-weight:600;margin:.6rem 0}
code{font-family:ui-monospace,monospace}
@media print{:root{color-scheme:light}.drawing{overflow:visible}.drawing svg{min-width:0}details:not([open])>*{display:block}details::details-content{content-visibility:visible}}
";

impl Picture {
    /// One self-contained page: nothing is fetched, and it reads on paper and in the dark.
    pub(crate) fn html(&self) -> String {
        let title = escape(&format!("How {} delivers", self.team));
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"icon\" href=\"data:,\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
             <div class=\"drawing\">\n{}</div>\n",
            self.svg()
        );
        if self.drawn_developers().is_empty() && !self.developers.is_empty() {
            page.push_str(&self.developer_list());
        }
        page.push_str("<h2>Stacks</h2>\n");
        for account in &self.accounts {
            page.push_str(&stacks(account));
        }
        page.push_str("</body>\n</html>\n");
        page
    }

    fn developer_list(&self) -> String {
        let mut list = format!(
            "<details>\n<summary>{} developers</summary>\n<table>\n<tr><th>developer</th><th>account</th><th>region</th>\
             <th>own builds</th><th>holds</th></tr>\n",
            self.developers.len()
        );
        for developer in &self.developers {
            // Writing to a string cannot fail.
            let _ = writeln!(
                list,
                "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(&developer.name),
                developer.place.account,
                developer.place.region,
                escape(&developer.forks.join(", ")),
                escape(&developer.holds.join(", "))
            );
        }
        list.push_str("</table>\n</details>\n");
        list
    }
}

fn stacks(account: &AccountStacks) -> String {
    let mut text = format!(
        "<details>\n<summary>{}</summary>\n<table>\n",
        escape(&account.title)
    );
    for stack in &account.stacks {
        let name = format!("{} {}", stack.name, stack.region);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "<tr><th colspan=\"2\">{}</th></tr>",
            escape(name.trim_end())
        );
        for (resource_type, ids) in &stack.resources {
            let _ = writeln!(
                text,
                "<tr><td>{}</td><td>{}</td></tr>",
                escape(resource_type),
                escape(&ids.join(", "))
            );
        }
    }
    text.push_str("</table>\n</details>\n");
    text
}
