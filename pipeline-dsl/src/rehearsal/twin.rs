//! The subscriber in Rust, for machines without Python: `constructs/subscriber/subscriber.py`, function by function.
//! `tests/it/rehearsal` and `tests/interop/test_rehearsal.py` hold the two equal.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::storage::{CallFailed, Head, Session};
use crate::cloudformation::types::subscriber_code::SubscriberCode;
use crate::local::{Failure, Function, Functions, Invocation, LocalCloud};

const MARK: &str = "source-version";
const MODIFIED: &str = "source-modified";

/// Runs the subscriber as this twin does.
#[derive(Debug, Clone, Copy, Default)]
pub struct Twin;

impl Functions for Twin {
    fn invoke(&self, cloud: &LocalCloud, function: &Function, event: &Value) -> Result<Invocation, Failure> {
        let variable = |name: &str| function.environment.get(name).map_or("", String::as_str);
        let session = |region| Session {
            cloud,
            role: &function.role,
            region,
        };
        let here = function.arn.split(':').nth(3).unwrap_or_default();
        let mut running = Running {
            builds: session(variable("BUILD_REGION")),
            own: session(here),
            build_bucket: variable("BUILD_BUCKET"),
            own_bucket: variable("OWN_BUCKET"),
            own_key: variable("OWN_KEY"),
            dead_letters: variable("DEAD_LETTERS"),
            held: keys(variable("HELD_KEYS")),
            known: SubscriberCode::read(&function.source).keys,
            log: Vec::new(),
        };
        match running.handle(event) {
            Ok(returned) => Ok(Invocation {
                returned,
                log: running.log,
            }),
            Err(failed) => Err(Failure {
                raised: failed.to_string(),
                log: running.log,
            }),
        }
    }
}

struct Running<'a> {
    builds: Session<'a>,
    own: Session<'a>,
    build_bucket: &'a str,
    own_bucket: &'a str,
    own_key: &'a str,
    dead_letters: &'a str,
    held: BTreeSet<String>,
    /// The artifacts of the program; none, where an earlier one was deployed that did not name them.
    known: Option<BTreeSet<&'a str>>,
    log: Vec<String>,
}

/// A version that is to be brought here.
struct Wanted<'a> {
    key: &'a str,
    version: &'a str,
    modified: i64,
    over_own: bool,
}

impl Running<'_> {
    fn handle(&mut self, event: &Value) -> Result<Value, CallFailed> {
        if let Some(wanted) = event.get("Backfill") {
            return self.backfill(wanted);
        }
        // Only the subscriber says so, of what it left for later.
        let released = event.get("Released").and_then(Value::as_array).into_iter();
        let released: Vec<&str> = released.flatten().filter_map(Value::as_str).collect();
        for record in event
            .get("Records")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let message = record
                .pointer("/Sns/Message")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let message: Value = serde_json::from_str(message).unwrap_or_default();
            let text = |name: &str| message.get(name).and_then(Value::as_str).unwrap_or_default();
            let (key, version) = (text("key"), text("version-id"));
            if [text("bucket"), key, version].contains(&"") {
                // Somebody else wrote it.
                self.log("ignored", &json!({"bucket": null, "key": null}));
            } else if text("bucket") != self.build_bucket {
                self.log("ignored", &json!({"bucket": text("bucket"), "key": key}));
            } else if !self.knows(key) && !key.starts_with(SubscriberCode::PROBES) {
                self.log("unknown", &json!({"key": key, "version": version}));
            } else if self.held.contains(key) {
                self.log("held", &json!({"key": key, "version": version}));
            } else {
                self.copy(key, version, released.contains(&key))?;
            }
        }
        Ok(Value::Null)
    }

    /// Whether it is an artifact of the program.
    fn knows(&self, key: &str) -> bool {
        self.known.as_ref().is_none_or(|known| known.contains(key))
    }

    /// Brings one version of an artifact here, unless what is here is as new or newer.
    fn copy(&mut self, key: &str, version: &str, over_own: bool) -> Result<(), CallFailed> {
        let upstream = match self.builds.head(self.build_bucket, key, Some(version)) {
            Ok(upstream) => upstream,
            // Expired or deleted since, or never there.
            Err(failed) if matches!(failed.status, 400 | 404 | 405) => {
                self.log("gone", &json!({"key": key, "version": version}));
                return Ok(());
            }
            Err(failed) => return Err(failed),
        };
        let before = self.head(key, None)?;
        let wanted = Wanted {
            key,
            version,
            modified: upstream.modified,
            over_own,
        };
        if let Some(before) = &before {
            let mark = before.metadata.get(MARK).map(String::as_str);
            if mark == Some(version) {
                self.log("unchanged", &json!({"key": key, "version": version}));
                return Ok(());
            }
            if self.outranks(before, &wanted)? {
                let here = mark.unwrap_or("own build");
                self.log("kept", &json!({"key": key, "version": version, "here": here}));
                return Ok(());
            }
        }
        let mut marked = upstream.clone();
        marked.metadata.insert(MARK.to_owned(), version.to_owned());
        marked
            .metadata
            .insert(MODIFIED.to_owned(), upstream.modified.to_string());
        self.put((self.build_bucket, key, version), key, &marked)?;
        self.log("copied", &json!({"key": key, "version": version}));
        self.settle(before.as_ref(), &wanted)
    }

    /// Whether what is here is newer than an upstream version.
    fn outranks(&self, here: &Head, wanted: &Wanted<'_>) -> Result<bool, CallFailed> {
        let Some(mark) = here.metadata.get(MARK) else {
            return Ok(!wanted.over_own && here.modified >= wanted.modified);
        };
        let marked: i64 = here
            .metadata
            .get(MODIFIED)
            .and_then(|modified| modified.parse().ok())
            .unwrap_or_default();
        if marked != wanted.modified {
            return Ok(marked > wanted.modified);
        }
        // S3 tells the time in seconds, but lists versions newest first.
        let listed = self.builds.versions(self.build_bucket, wanted.key)?;
        let first = listed
            .iter()
            .filter(|listed| listed.key == wanted.key)
            .find(|listed| listed.version == *mark || listed.version == wanted.version);
        Ok(first.is_some_and(|listed| listed.version == *mark))
    }

    /// Mends a race: puts back what was written between our look and our copy, where it is the newer.
    fn settle(&mut self, before: Option<&Head>, wanted: &Wanted<'_>) -> Result<(), CallFailed> {
        let listed = self.own.versions(self.own_bucket, wanted.key)?;
        let own = listed.into_iter().filter(|listed| listed.key == wanted.key);
        for (position, listed) in own.enumerate() {
            if before.is_some_and(|before| before.version == listed.version) {
                return Ok(());
            }
            let Some(here) = self.head(wanted.key, Some(&listed.version))? else {
                continue;
            };
            if here.metadata.get(MARK).map(String::as_str) == Some(wanted.version) {
                continue;
            }
            if position == 0 {
                // Somebody wrote behind us, and settles it with us in view.
                return Ok(());
            }
            if self.outranks(&here, wanted)? {
                self.put((self.own_bucket, wanted.key, &listed.version), wanted.key, &here)?;
                let version = here.metadata.get(MARK).map_or("own build", String::as_str);
                self.log("restored", &json!({"key": wanted.key, "version": version}));
                return Ok(());
            }
        }
        Ok(())
    }

    /// Writes one version of an object as the newest of the own bucket.
    fn put(&self, from: (&str, &str, &str), key: &str, about: &Head) -> Result<(), CallFailed> {
        let mut headers = vec![
            ("content-type".to_owned(), about.content_type.clone()),
            ("x-amz-server-side-encryption".to_owned(), "aws:kms".to_owned()),
            (
                "x-amz-server-side-encryption-aws-kms-key-id".to_owned(),
                self.own_key.to_owned(),
            ),
        ];
        let metadata = about.metadata.iter();
        headers.extend(metadata.map(|(name, value)| (format!("x-amz-meta-{name}"), value.clone())));
        self.own.copy(from, (self.own_bucket, key), &headers)
    }

    /// What is known of an object here; none where there is none.
    fn head(&self, key: &str, version: Option<&str>) -> Result<Option<Head>, CallFailed> {
        match self.own.head(self.own_bucket, key, version) {
            Ok(head) => Ok(Some(head)),
            Err(failed) if failed.status == 404 => Ok(None),
            Err(failed) => Err(failed),
        }
    }

    /// Copies the current version of what the program has and is not held; over own builds where a hold ended.
    fn backfill(&mut self, wanted: &Value) -> Result<Value, CallFailed> {
        let listed = |name: &str| -> BTreeSet<String> {
            let keys = wanted.get(name).and_then(Value::as_array).into_iter().flatten();
            keys.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
        };
        let (held, released) = (listed("Held"), listed("Released"));
        let (mut brought, mut failed) = (0, 0);
        for (key, version) in self.current()? {
            // What was left for later may be older than a hold.
            if held.contains(&key) || self.held.contains(&key) || !self.knows(&key) {
                continue;
            }
            let over_own = released.contains(&key);
            match self.copy(&key, &version, over_own) {
                Ok(()) => brought += 1,
                Err(error) => {
                    failed += 1;
                    self.dead_letter(&key, &version, over_own, &error)?;
                }
            }
        }
        Ok(json!({"Brought": brought, "Failed": failed}))
    }

    /// Key and version of every artifact as it is now; none while nothing was ever built.
    fn current(&mut self) -> Result<Vec<(String, String)>, CallFailed> {
        match self.builds.versions(self.build_bucket, "") {
            Ok(listed) => {
                let latest = listed.into_iter().filter(|listed| listed.is_latest);
                Ok(latest.map(|listed| (listed.key, listed.version)).collect())
            }
            Err(failed) if failed.code == "NoSuchBucket" => {
                self.log("nothing to copy", &json!({"bucket": self.build_bucket}));
                Ok(Vec::new())
            }
            Err(failed) => Err(failed),
        }
    }

    /// Leaves an event in the dead-letter queue, as it would be sent to this function again.
    fn dead_letter(
        &mut self,
        key: &str,
        version: &str,
        over_own: bool,
        reason: &CallFailed,
    ) -> Result<(), CallFailed> {
        let message = json!({
            "bucket": self.build_bucket,
            "key": key,
            "version-id": version,
        });
        let mut letter = json!({"Records": [{"Sns": {"Message": message.to_string()}}]});
        if let (true, Some(letter)) = (over_own, letter.as_object_mut()) {
            letter.insert("Released".to_owned(), json!([key]));
        }
        self.log("failed", &json!({"letter": letter, "reason": reason.to_string()}));
        let reason: String = reason.to_string().chars().take(1_000).collect();
        self.own.send(self.dead_letters, &letter.to_string(), &reason)
    }

    fn log(&mut self, event: &str, details: &Value) {
        let mut line = json!({"event": event});
        if let (Some(line), Some(details)) = (line.as_object_mut(), details.as_object()) {
            line.extend(details.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        self.log.push(line.to_string());
    }
}

fn keys(joined: &str) -> BTreeSet<String> {
    let keys = joined.split(',').filter(|key| !key.is_empty());
    keys.map(ToOwned::to_owned).collect()
}
