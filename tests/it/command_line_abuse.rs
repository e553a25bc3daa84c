//! The command line at hostile moments: endpoints that refuse or never answer, signals, full disks, an environment that makes no sense.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";

/// The team's program in a process of its own, without anything of this environment.
fn command(out: &Path, arguments: &[&str]) -> Command {
    let out = out.display().to_string();
    let arguments: Vec<&str> = ["--out", &out].iter().chain(arguments).copied().collect();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "local_abuse::a_process_of_its_own",
            "--ignored",
            "--nocapture",
        ])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("ABUSE_ARGUMENTS", arguments.join("\n"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// How a command ended: its code, what it said, and how long it took.
fn ended(command: &mut Command) -> (i32, String, Duration) {
    let begun = Instant::now();
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    assert!(!said.contains(SECRET) && !said.contains(KEY), "{said}");
    (output.status.code().unwrap(), said, begun.elapsed())
}

/// A server that does so with each connection, for as long as the test runs.
fn server(behave: fn(TcpStream)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || behave(stream));
        }
    });
    format!("http://{address}")
}

fn hangs(stream: TcpStream) {
    std::thread::sleep(Duration::from_mins(5));
    drop(stream);
}

fn answers(mut stream: TcpStream, answer: &str) {
    let mut head = [0; 65_536];
    let _ = stream.read(&mut head);
    let _ = stream.write_all(answer.as_bytes());
}

const COMMANDS: &[&[&str]] = &[
    &["plan"],
    &["status"],
    &["destroy", "--yes"],
    &["deploy", "--yes"],
    &["deploy", "--prune", "--yes"],
    &["redrive"],
    &["sync", "alice"],
    &["check"],
];

fn errors(said: &str) -> usize {
    said.lines().filter(|line| line.starts_with("error: ")).count()
}

/// All commands at once, against one server: each ends soon, with one error.
fn each_ends(endpoint: &str, within: Duration, says: &[&str]) {
    std::thread::scope(|scope| {
        for arguments in COMMANDS {
            scope.spawn(move || {
                let out = tempfile::tempdir().unwrap();
                let mut command = command(out.path(), arguments);
                let (code, said, took) = ended(command.env("AWS_ENDPOINT_URL", endpoint));
                assert_eq!(code, 1, "{arguments:?}: {said}");
                assert!(took < within, "{arguments:?} took {took:?}: {said}");
                assert_eq!(errors(&said), 1, "{arguments:?}: {said}");
                for text in says {
                    assert!(said.contains(text), "{arguments:?}: {said}");
                }
            });
        }
    });
}

#[test]
fn who_refuses_is_told_once_and_soon() {
    // Nobody listens there.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let says = [
        "AWS cannot be reached: ",
        endpoint.as_str(),
        "help: look at the network, at the endpoint (`AWS_ENDPOINT_URL`",
    ];
    each_ends(&endpoint, Duration::from_secs(20), &says);
}

#[test]
fn who_never_answers_is_told_once_and_soon() {
    let endpoint = server(hangs);
    let does_not = format!("{endpoint} does not answer");
    each_ends(
        &endpoint,
        Duration::from_secs(20),
        &["AWS cannot be reached: ", &does_not, "help: look at the network"],
    );
}

/// Answers, and never usefully.
fn is_busy(stream: TcpStream) {
    answers(
        stream,
        "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
}

/// Whoever looks or delivers goes on asking for as long as is said, and no longer.
#[test]
fn the_time_for_calls_that_fail_is_the_same_in_every_command() {
    let endpoint = server(is_busy);
    std::thread::scope(|scope| {
        for arguments in [&["status"][..], &["sync", "alice"], &["redrive"], &["plan"]] {
            let endpoint = &endpoint;
            scope.spawn(move || {
                let mut times = Vec::new();
                for limit in ["1", "20"] {
                    let out = tempfile::tempdir().unwrap();
                    let arguments = [arguments, &["--account-keys", "--call-timeout", limit]].concat();
                    let mut command = command(out.path(), &arguments);
                    let (code, said, took) = ended(command.env("AWS_ENDPOINT_URL", endpoint));
                    assert_eq!(code, 1, "{arguments:?}: {said}");
                    assert!(
                        said.contains(&format!("given up after {limit} second")),
                        "{arguments:?}: {said}"
                    );
                    times.push(took);
                }
                let longer = Duration::from_secs(10);
                assert!(times[1] > times[0] + longer, "{arguments:?}: {times:?}");
            });
        }
    });
}

#[test]
fn a_check_that_saw_nothing_proves_nothing() {
    let endpoint = server(is_busy);
    let out = tempfile::tempdir().unwrap();
    let (code, said, _) = ended(command(out.path(), &["check"]).env("AWS_ENDPOINT_URL", &endpoint));
    assert_eq!(code, 1, "{said}");
    for text in [
        "0 stacks, 0 resources, 0 requests as they should be; 29 faults",
        "29 stacks could not be looked at",
        "help: look at https://health.aws.amazon.com",
    ] {
        assert!(said.contains(text), "{said}");
    }
}

/// A clock at the end of time is not believed: the SDK would panic at it.
#[test]
fn a_clock_at_the_end_of_time_is_not_believed() {
    let endpoint = server(|stream| {
        const EXPIRED: &str = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired</Message></Error></ErrorResponse>";
        let head = format!(
            "HTTP/1.1 403 Forbidden\r\nDate: Fri, 31 Dec 9999 23:59:59 GMT\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            EXPIRED.len()
        );
        answers(stream, &(head + EXPIRED));
    });
    each_ends(&endpoint, Duration::from_secs(30), &["Signature expired"]);
}

#[test]
fn who_is_not_aws_is_told_once() {
    let endpoint = server(|stream| {
        answers(
            stream,
            "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\nnot here!",
        );
    });
    each_ends(
        &endpoint,
        Duration::from_secs(20),
        &["what answers is not AWS: ", "help: look at the endpoint"],
    );
}

#[test]
fn credentials_that_are_refused_or_missing_are_told_once() {
    const UNKNOWN: &str = "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>unknown</Message></Error></ErrorResponse>";
    let endpoint = server(|stream| {
        let length = UNKNOWN.len();
        let head = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        answers(stream, &(head + UNKNOWN));
    });
    let says = [
        "AWS refuses the credentials: ",
        "InvalidClientTokenId",
        "aws sts get-caller-identity",
    ];
    each_ends(&endpoint, Duration::from_secs(20), &says);
    let out = tempfile::tempdir().unwrap();
    for arguments in COMMANDS {
        let mut command = command(out.path(), arguments);
        let command = command
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .env("HOME", out.path())
            .env("AWS_ENDPOINT_URL", &endpoint);
        let (code, said, _) = ended(command);
        assert_eq!(code, 1, "{said}");
        assert_eq!(errors(&said), 1, "{arguments:?}: {said}");
        for text in [
            "there are no AWS credentials",
            "AWS_PROFILE",
            "aws sso login",
            "--local",
        ] {
            assert!(said.contains(text), "{arguments:?}: {said}");
        }
    }
}

/// It knows who one is, and lets nobody take a role.
fn lets_nobody_in(mut stream: TcpStream) {
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let mut request = [0; 65_536];
    let mut length = 0;
    let mut whole = String::new();
    while !whole.contains("Action=") {
        match stream.read(&mut request[length..]) {
            // Another service is asked.
            Ok(0) | Err(_) => break,
            Ok(read) => length += read,
        }
        whole = String::from_utf8_lossy(&request[..length]).into_owned();
    }
    let role = whole
        .split("RoleArn=")
        .nth(1)
        .and_then(|behind| behind.split('&').next());
    let (status, body) = match role {
        None => (
            "200 OK",
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111111111111</Account>\
             <Arn>arn:aws:iam::111111111111:user/alice</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>"
                .to_owned(),
        ),
        Some(role) => (
            "403 Forbidden",
            format!(
                "<ErrorResponse><Error><Code>AccessDenied</Code><Message>alice is not authorized to perform sts:AssumeRole on \
                 {}</Message></Error></ErrorResponse>",
                role.replace("%3A", ":").replace("%2F", "/")
            ),
        ),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all((head + &body).as_bytes());
}

#[test]
fn a_role_that_nobody_may_take_is_one_error_in_all_accounts() {
    let endpoint = server(lets_nobody_in);
    let told = &|arguments: &[&str]| {
        let out = tempfile::tempdir().unwrap();
        let mut command = command(out.path(), arguments);
        let (code, said, _) = ended(command.env("AWS_ENDPOINT_URL", &endpoint));
        assert_eq!(code, 1, "{said}");
        let roles = said
            .lines()
            .filter(|line| line.contains(":role/deployer` cannot be assumed"))
            .count();
        (roles, said)
    };
    // Side by side: what the server does not know is asked again for a while.
    std::thread::scope(|scope| {
        for arguments in [
            &["status", "--role", "deployer"][..],
            &["sync", "alice", "bob", "carol", "--role", "deployer"],
        ] {
            scope.spawn(move || {
                let (roles, said) = told(arguments);
                assert_eq!(roles, 1, "{said}");
                for text in [
                    "alice, bob, carol: ",
                    "sts:AssumeRole on arn:aws:iam::",
                    "help: let the role trust",
                    "`--verbose` tells each",
                ] {
                    assert!(said.contains(text), "{said}");
                }
            });
            scope.spawn(move || {
                let (roles, said) = told(&[arguments, &["--verbose"]].concat());
                assert_eq!(roles, 3, "{said}");
            });
        }
    });
}

#[test]
fn who_never_gives_credentials_is_told_once_and_soon() {
    let out = tempfile::tempdir().unwrap();
    std::fs::create_dir(out.path().join(".aws")).unwrap();
    let config = "[default]\ncredential_process = sleep 60\n";
    std::fs::write(out.path().join(".aws/config"), config).unwrap();
    std::thread::scope(|scope| {
        for arguments in COMMANDS {
            let home = out.path();
            scope.spawn(move || {
                let out = tempfile::tempdir().unwrap();
                let mut command = command(out.path(), arguments);
                let command = command
                    .env_remove("AWS_ACCESS_KEY_ID")
                    .env_remove("AWS_SECRET_ACCESS_KEY")
                    .env("HOME", home);
                let (code, said, took) = ended(command);
                assert_eq!((code, errors(&said)), (1, 1), "{arguments:?}: {said}");
                assert!(
                    said.contains("waiting for whoever gives AWS credentials"),
                    "{said}"
                );
                assert!(
                    said.contains("has not answered within 12 seconds (`credential_process`"),
                    "{said}"
                );
                assert!(
                    took < Duration::from_secs(25),
                    "{arguments:?} took {took:?}: {said}"
                );
            });
        }
    });
}

#[test]
fn an_environment_that_makes_no_sense_is_told() {
    let out = tempfile::tempdir().unwrap();
    for (name, value, says) in [
        ("AWS_ENDPOINT_URL", "", "AWS_ENDPOINT_URL is empty"),
        ("AWS_ENDPOINT_URL", "localhost:4566", "which is no URL"),
        ("AWS_REGION", "", "AWS_REGION is empty"),
        (
            "AWS_ACCESS_KEY_ID",
            "AKIAIOSFODNN7EXAMPLE\n",
            "AWS_ACCESS_KEY_ID holds the end of a line",
        ),
    ] {
        for arguments in COMMANDS {
            let (code, said, took) = ended(command(out.path(), arguments).env(name, value));
            assert_eq!(code, 1, "{said}");
            assert!(said.contains(says), "{said}");
            assert!(took < Duration::from_secs(10));
        }
    }
}

#[cfg(unix)]
#[test]
fn output_that_is_lost_is_a_failure() {
    let out = tempfile::tempdir().unwrap();
    for arguments in [
        &["list"][..],
        &["verify", "--requests"],
        &["graph", "--format", "dot"],
        &["--help"],
    ] {
        // A disk on which there is room for what the test says first.
        let place = tempfile::NamedTempFile::new().unwrap();
        let program = command(out.path(), arguments);
        let limited = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\" > \"$FILE\"";
        let mut full = Command::new("sh");
        full.args(["-c", limited])
            .arg(program.get_program())
            .args(program.get_args())
            .env_clear()
            .envs(
                program
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env("FILE", place.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let (code, said, _) = ended(&mut full);
        assert_eq!(code, 1, "{arguments:?}: {said}");
        assert!(
            said.contains("error: standard output could not be written: File too large"),
            "{arguments:?}: {said}"
        );
        // And a reader that has gone after the first line.
        let mut child = command(out.path(), arguments).spawn().unwrap();
        let mut first = [0; 10];
        let mut reader = child.stdout.take().unwrap();
        reader.read_exact(&mut first).unwrap();
        drop(reader);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("Broken pipe"), "{arguments:?}: {said}");
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -{name} {}", child.id())])
        .status();
    assert!(sent.unwrap().success());
}

/// Waits until a command says something.
fn says(child: &mut Child, text: &str) {
    let mut lines = BufReader::new(child.stderr.as_mut().unwrap()).lines();
    let found = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains(text)));
    assert!(found.is_some(), "it never said `{text}`");
}

#[cfg(unix)]
#[test]
fn stopped_while_it_waits_it_leaves_and_says_so() {
    // It answers, and never usefully: it is waited for longer.
    let endpoint = server(|stream| {
        answers(
            stream,
            "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    });
    std::thread::scope(|scope| {
        for (number, arguments) in COMMANDS
            .iter()
            // It asks once.
            .filter(|arguments| arguments[0] != "check")
            .enumerate()
        {
            let endpoint = &endpoint;
            scope.spawn(move || {
                let out = tempfile::tempdir().unwrap();
                let mut child = command(out.path(), arguments)
                    .env("AWS_ENDPOINT_URL", endpoint)
                    .spawn()
                    .unwrap();
                says(&mut child, "waiting for http://127.0.0.1:");
                let stopped = Instant::now();
                signal(&child, if number % 2 == 0 { "TERM" } else { "INT" });
                let code = child.wait().unwrap().code();
                assert_eq!(code, Some(130), "{arguments:?}");
                assert!(stopped.elapsed() < Duration::from_secs(5), "{arguments:?}");
            });
        }
    });
}

#[cfg(unix)]
#[test]
fn servers_and_watches_end_on_both_signals() {
    for name in ["TERM", "INT"] {
        let out = tempfile::tempdir().unwrap();
        let mut child = command(out.path(), &["local", "serve", "--port", "0"])
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("http://127.0.0.1:")));
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}");
        let mut child = command(out.path(), &["status", "--local", "--watch", "60"])
            .spawn()
            .unwrap();
        says(&mut child, "the team is not deployed");
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(4), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn who_waits_for_another_command_can_be_stopped() {
    let out = tempfile::tempdir().unwrap();
    let holder = pipeline_dsl::local::LocalCloud::open(&out.path().join("local")).unwrap();
    for name in ["TERM", "INT"] {
        for arguments in [
            &["deploy", "--local"][..],
            &["plan", "--local"],
            &["status", "--local"],
            &["rehearse", "orders"],
        ] {
            let mut child = command(out.path(), arguments).spawn().unwrap();
            says(&mut child, "waiting for ");
            signal(&child, name);
            assert_eq!(child.wait().unwrap().code(), Some(130), "{arguments:?} by {name}");
        }
    }
    drop(holder);
}

#[cfg(unix)]
#[test]
fn a_rehearsal_that_is_stopped_ends_with_what_it_is_at() {
    let out = tempfile::tempdir().unwrap();
    let (code, said, _) = ended(&mut command(out.path(), &["deploy", "--local"]));
    assert_eq!(code, 0, "{said}");
    for name in ["TERM", "INT"] {
        let mut rehearsal = command(out.path(), &["rehearse", "orders", "--without-python"])
            .spawn()
            .unwrap();
        // It has begun.
        let mut first = [0; 64];
        rehearsal.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        signal(&rehearsal, name);
        let output = rehearsal.wait_with_output().unwrap();
        // It may have come to its end already.
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 130)), "{name}: {code:?}");
    }
    let (code, said, _) = ended(&mut command(out.path(), &["status", "--local"]));
    assert!(matches!(code, 0 | 3), "{said}");
}
