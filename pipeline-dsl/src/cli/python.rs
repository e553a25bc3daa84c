//! The subscriber's real code, run by a Python with boto3 against the local cloud on a port of this machine.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::http_server::{Bounds, serve};
use crate::cloudformation::types::subscriber_code::SubscriberCode;
use crate::local::{Failure, Function, Functions, Invocation, LocalCloud, Visitors};
use crate::synth::Assembly;

/// Reads requests, runs functions, writes answers.
const HOST: &str = include_str!("python_host.py");

/// What a Python needs of the environment to start. Functions get nothing else of it: no keys, no tokens.
const NEEDED: &[&str] = &[
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "PYTHONHOME",
    "PYTHONPATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "VIRTUAL_ENV",
];

/// A Python that runs functions.
pub(super) struct Python {
    host: Mutex<Host>,
    /// The code of the program's own functions, without the keys in it: no other is run.
    sources: BTreeSet<String>,
    endpoint: String,
    /// It serves the cloud as long as the functions are run.
    _server: Runtime,
}

struct Host {
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Python {
    /// Starts a Python; none, where there is none or it has no boto3.
    pub(super) fn start(python: &Path, assembly: &Assembly, cloud: &LocalCloud) -> Option<Self> {
        let needed = NEEDED
            .iter()
            .filter_map(|name| Some((name, std::env::var_os(name)?)));
        let mut process = Command::new(python)
            .args(["-c", HOST])
            .env_clear()
            .envs(needed)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let asks = process.stdin.take()?;
        let answers = BufReader::new(process.stdout.take()?);
        let mut host = Host {
            process,
            asks,
            answers,
        };
        host.answer()?.get("ready")?;
        let server = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .ok()?;
        let listener = server.block_on(TcpListener::bind(("127.0.0.1", 0))).ok()?;
        let endpoint = format!("http://{}", listener.local_addr().ok()?);
        server.spawn(serve(
            listener,
            cloud.clone(),
            Visitors::default(),
            Bounds::default(),
        ));
        Some(Self {
            host: Mutex::new(host),
            sources: sources(assembly),
            endpoint,
            _server: server,
        })
    }

    fn ask(&self, asked: &Value) -> Option<Value> {
        let mut host = self.host.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(host.asks, "{asked}").ok()?;
        host.asks.flush().ok()?;
        host.answer()
    }
}

/// The code of the functions in the program's templates.
fn sources(assembly: &Assembly) -> BTreeSet<String> {
    let mut sources = BTreeSet::new();
    for stack in assembly.stacks() {
        // What synth wrote is JSON.
        let template: Value = serde_json::from_str(assembly.template(stack)).unwrap_or_default();
        let resources = template.get("Resources").and_then(Value::as_object);
        let code = resources
            .into_iter()
            .flatten()
            .filter_map(|(_, resource)| resource.pointer("/Properties/Code/ZipFile")?.as_str());
        sources.extend(code.map(|code| SubscriberCode::read(code).source.to_owned()));
    }
    sources
}

impl Host {
    fn answer(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.answers.read_line(&mut line).ok()?;
        serde_json::from_str(&line).ok()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It ends with its input; if not, it is ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl fmt::Debug for Python {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Python")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl Functions for Python {
    fn invoke(&self, _: &LocalCloud, function: &Function, event: &Value) -> Result<Invocation, Failure> {
        // A stack that the program has left knows other artifacts.
        if !self
            .sources
            .contains(SubscriberCode::read(&function.source).source)
        {
            // Whoever could change the local cloud could run anything here.
            return Err(Failure::raised(
                "the code that stands in the local cloud is not the program's, and is not run: delete the local cloud's \
                 directory, or run `deploy --local` where the program was changed",
            ));
        }
        let part = |index| function.arn.split(':').nth(index).unwrap_or_default();
        let mut environment = serde_json::Map::new();
        for (name, value) in &function.environment {
            environment.insert(name.clone(), json!(value));
        }
        // What Lambda gives a function, and the way to the local cloud.
        // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
        for (name, value) in [
            ("AWS_REGION", part(3).to_owned()),
            ("AWS_DEFAULT_REGION", part(3).to_owned()),
            ("AWS_ACCESS_KEY_ID", format!("ASIALOCAL{}", part(4))),
            ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
            ("AWS_SESSION_TOKEN", format!("{}|subscriber|", function.role)),
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ] {
            environment.insert(name.to_owned(), json!(value));
        }
        let asked = json!({"source": function.source, "environment": environment, "event": event});
        let answer = self
            .ask(&asked)
            .ok_or_else(|| Failure::raised("the Python that runs the function is gone"))?;
        let lines = answer.get("log").and_then(Value::as_array).into_iter().flatten();
        let log = lines.filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        match answer.get("raised").and_then(Value::as_str) {
            Some(raised) => Err(Failure {
                raised: raised.to_owned(),
                log,
            }),
            None => Ok(Invocation {
                returned: answer.get("returned").cloned().unwrap_or_default(),
                log,
            }),
        }
    }
}
