//! A cloud begins with what is kept in a directory, and goes on where the last process was ended.

use std::path::Path;

use super::local_cloud::LocalCloud;
use crate::local::stacks::stack::Stack;
use crate::local::state::State;
use crate::local::store::contents::Contents;
use crate::local::store::directory::{Store, StoreError};
use crate::local::store::holder::{Holder, Lock};
use crate::local::store::writer::Kept;

/// So many deleted stacks are still told of.
const DELETED_STACKS: usize = 100;

impl LocalCloud {
    /// A cloud whose state is kept in a directory, which nobody else has meanwhile.
    ///
    /// What an earlier process was doing when it ended is done first.
    ///
    /// # Errors
    /// When another process has the directory, it cannot be read or written, or holds something that is not such a state.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        Self::open_as(directory, &Holder::this_process("this program"), |_| false)
    }

    /// The same, telling others who has the directory. Where somebody has it already, `wait` is told who, and says
    /// whether to wait until they are done; it is asked again for each who has it next.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_as(
        directory: &Path,
        holder: &Holder,
        wait: impl FnMut(Option<&Holder>) -> bool,
    ) -> Result<Self, StoreError> {
        let lock = Lock::take(directory, holder, wait)?;
        let store = Store::at(directory, lock)?;
        let mut state = State {
            contents: Contents::of(&store),
            ..State::default()
        };
        state.read(&store)?;
        state.forget_deleted_stacks(&store);
        // What refers to them goes before templates do.
        store.kept().wait()?;
        state.templates.retain_those_of(state.stacks.values());
        state.collect_contents()?;
        state.store = Some(store);
        let cloud = Self::with(state);
        cloud.settle()?;
        Ok(cloud)
    }
}

impl State {
    /// Takes the place of what is in memory by what is kept.
    fn read(&mut self, store: &Store) -> Result<(), StoreError> {
        store.restart();
        let mut read = Self::default();
        read.clock.catch_up(store.load_time()?);
        for bucket in store.load_buckets()? {
            read.clock.catch_up(bucket.created);
            read.buckets.all.insert(bucket.name.clone(), bucket);
        }
        for bucket in read.buckets.all.values_mut() {
            bucket.kept = true;
        }
        for kept in store.load_versions()? {
            read.clock.catch_up(kept.version.modified);
            if let Some(bucket) = read.buckets.all.get_mut(&kept.bucket) {
                let versions = bucket.objects.entry(kept.key).or_default();
                versions.push(kept.version);
            }
        }
        for queue in store.load_queues()? {
            read.queues.insert(queue.arn.clone(), queue);
        }
        for pipeline in store.load_pipelines()? {
            read.pipelines.insert(pipeline.arn.clone(), pipeline);
        }
        let mut stacks = store.load_stacks()?;
        // What outlived a stack may be another's by now: whoever is there has the last word.
        stacks.sort_by_key(|stack| !stack.is_deleted());
        for mut stack in stacks {
            read.templates.read_for(store, &mut stack)?;
            read.clock.catch_up(stack.latest());
            stack.settle_what_nobody_works_at(read.clock.now());
            read.index.add_stack(&stack);
            read.stacks.insert(stack.id.clone(), stack);
        }
        self.clock.catch_up(read.clock.now());
        self.buckets = read.buckets;
        self.queues = read.queues;
        self.pipelines = read.pipelines;
        self.index = read.index;
        self.stacks = read.stacks;
        self.templates = read.templates;
        Ok(())
    }

    /// CloudFormation tells of deleted stacks for 90 days, and here time passes with what happens: so the last ones are told
    /// of. One that left resources behind is theirs as long as they are there.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html>
    fn forget_deleted_stacks(&mut self, store: &Store) {
        let stacks = self.stacks.values();
        let mut deleted: Vec<&Stack> = stacks
            .filter(|stack| stack.is_deleted() && stack.resources.is_empty())
            .collect();
        deleted.sort_by_key(|stack| std::cmp::Reverse(stack.latest()));
        let forgotten: Vec<_> = deleted
            .into_iter()
            .skip(DELETED_STACKS)
            .map(|stack| stack.id.clone())
            .collect();
        for id in forgotten {
            store.forget_stack(&id);
            self.stacks.remove(&id);
        }
    }

    /// After something could not be kept, memory is ahead of what is kept: what was refused has not happened.
    pub(in crate::local) fn read_again_after_failure(&mut self) {
        let Some(store) = self.store.take_if(|store| store.has_failed()) else {
            return;
        };
        self.unreadable = self.read(&store).err().map(Into::into);
        self.store = Some(store);
    }

    /// Lets something be kept, where there is where to. Whoever is told of it is told when it [is](Self::kept).
    pub(in crate::local) fn keep(
        &self,
        write: impl FnOnce(&Store) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match &self.store {
            Some(store) => store.keep(self.clock.now(), write),
            None => Ok(()),
        }
    }
}

impl State {
    /// When everything is kept that happened so far.
    pub(in crate::local) fn kept(&self) -> Kept {
        self.store.as_ref().map_or_else(Kept::already, Store::kept)
    }
}

impl Stack {
    /// An operation of which only the status is left will never end by itself.
    fn settle_what_nobody_works_at(&mut self, at: crate::local::clock::Moment) {
        if self.execution.is_some() || self.delayed.is_some() {
            return;
        }
        let failed = match self.status.as_str() {
            "CREATE_IN_PROGRESS" => "CREATE_FAILED",
            "ROLLBACK_IN_PROGRESS" => "ROLLBACK_FAILED",
            "DELETE_IN_PROGRESS" => "DELETE_FAILED",
            "UPDATE_IN_PROGRESS" => "UPDATE_FAILED",
            "UPDATE_ROLLBACK_IN_PROGRESS" => "UPDATE_ROLLBACK_FAILED",
            "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" => "UPDATE_COMPLETE",
            "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS" => "UPDATE_ROLLBACK_COMPLETE",
            _ => return,
        };
        self.turn(
            at,
            failed,
            Some("The process that worked at it ended.".to_owned()),
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{LocalCloud, Stack};
    use crate::local::Answer;

    fn ask(cloud: &LocalCloud, service: &str, method: &str, path: &str, body: &str) -> Answer {
        let credential = format!("Credential=111111111111/20260101/us-east-1/{service}/aws4_request");
        let headers = [("authorization", credential.as_str())];
        cloud.answer(
            method,
            &format!("http://localhost{path}"),
            headers,
            body.as_bytes(),
        )
    }

    fn call(cloud: &LocalCloud, action: &str, more: &str) -> Answer {
        ask(
            cloud,
            "cloudformation",
            "POST",
            "/",
            &format!("Action={action}&StackName=stack&{more}"),
        )
    }

    fn text(answer: &Answer) -> String {
        String::from_utf8_lossy(&answer.body).into_owned()
    }

    fn status(cloud: &LocalCloud) -> String {
        let answer = text(&call(cloud, "DescribeStacks", ""));
        let status = answer.split("<StackStatus>").nth(1).unwrap_or_default();
        status.split('<').next().unwrap_or_default().to_owned()
    }

    /// What is done in the test below, one after the other.
    fn history(step: usize, cloud: &LocalCloud) -> Option<Answer> {
        let template = json!({"Resources": {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}},
        }});
        let change = format!("ChangeSetName=change&ChangeSetType=CREATE&TemplateBody={template}");
        Some(match step {
            0 => ask(cloud, "s3", "PUT", "/bucket", ""),
            1 => ask(cloud, "s3", "PUT", "/bucket/key", "one"),
            2 => ask(cloud, "s3", "PUT", "/bucket/key", "two"),
            3 => call(cloud, "CreateChangeSet", &change),
            4 => call(cloud, "ExecuteChangeSet", "ChangeSetName=change"),
            5..=7 => call(cloud, "DescribeStacks", ""),
            8 => ask(cloud, "s3", "DELETE", "/bucket/key", ""),
            9 => call(cloud, "DeleteStack", ""),
            _ => return None,
        })
    }

    /// What can be seen of the cloud when as many steps were taken.
    fn check(cloud: &LocalCloud, taken: usize) {
        let object = ask(cloud, "s3", "GET", "/bucket/key", "");
        let expected: (u16, &[u8]) = match taken {
            2 => (200, b"one"),
            3..=8 => (200, b"two"),
            _ => (404, b""),
        };
        assert_eq!(
            object.status,
            expected.0,
            "after {taken} steps: {}",
            text(&object)
        );
        if object.status == 200 {
            assert_eq!(object.body, expected.1, "after {taken} steps");
        }
        let status = status(cloud);
        match taken {
            4 => assert_eq!(status, "REVIEW_IN_PROGRESS"),
            5..=9 => assert_eq!(status, "CREATE_COMPLETE", "after {taken} steps"),
            _ => assert_eq!(status, "", "after {taken} steps"),
        }
    }

    /// The disk is full after so many writes: what was acknowledged is there after the process ended, what was refused is not,
    /// neither at once nor afterwards, and the rest can be done.
    #[test]
    fn wherever_it_stops_what_was_acknowledged_is_there_and_what_was_refused_is_not() {
        let mut refusals = 0;
        for room in 0..14 {
            let place = tempfile::tempdir().unwrap();
            let cloud = LocalCloud::open(place.path()).unwrap();
            cloud.lock().store.as_ref().unwrap().writer.limit(room);
            let mut taken = 0;
            while let Some(answer) = history(taken, &cloud) {
                if answer.status >= 300 {
                    refusals += 1;
                    let refused = text(&answer);
                    assert!(
                        refused.contains("LocalStateUnusable"),
                        "step {taken} of room {room}: {refused}"
                    );
                    break;
                }
                taken += 1;
            }
            if taken < 5 {
                check(&cloud, taken);
            }
            drop(cloud);
            let cloud = LocalCloud::open(place.path()).unwrap();
            check(&cloud, taken);
            while let Some(answer) = history(taken, &cloud) {
                assert!(
                    answer.status < 300,
                    "step {taken} of room {room}: {}",
                    text(&answer)
                );
                taken += 1;
            }
            while !status(&cloud).is_empty() {}
            check(&cloud, taken);
        }
        assert!(refusals > 8, "{refusals}");
    }

    /// Calls of many threads are kept together, and refused together where the disk is full.
    #[test]
    fn of_many_calls_at_once_each_is_there_or_refused() {
        const CALLERS: usize = 8;
        const CALLS: usize = 12;
        let mut refusals = 0;
        for room in [5, 30, 60, 90] {
            let place = tempfile::tempdir().unwrap();
            let cloud = LocalCloud::open(place.path()).unwrap();
            assert_eq!(ask(&cloud, "s3", "PUT", "/bucket", "").status, 200);
            cloud.lock().store.as_ref().unwrap().writer.limit(room);
            let taken: Vec<(String, bool)> = std::thread::scope(|scope| {
                let caller = |caller: usize| {
                    let cloud = &cloud;
                    scope.spawn(move || {
                        let calls = (0..CALLS).map(|call| format!("/bucket/{caller}-{call}"));
                        let put = |key: String| {
                            let taken = ask(cloud, "s3", "PUT", &key, &key).status == 200;
                            (key, taken)
                        };
                        calls.map(put).collect::<Vec<_>>()
                    })
                };
                let callers: Vec<_> = (0..CALLERS).map(caller).collect();
                let taken = callers.into_iter().map(|caller| caller.join().unwrap());
                taken.flatten().collect()
            });
            cloud.lock().store.as_ref().unwrap().writer.limit(u32::MAX);
            let check = |cloud: &LocalCloud| {
                for (key, taken) in &taken {
                    let expected = if *taken { 200 } else { 404 };
                    assert_eq!(
                        ask(cloud, "s3", "GET", key, "").status,
                        expected,
                        "{key}, room {room}"
                    );
                }
            };
            check(&cloud);
            drop(cloud);
            check(&LocalCloud::open(place.path()).unwrap());
            refusals += taken.iter().filter(|(_, taken)| !taken).count();
        }
        assert!(refusals > 0 && refusals < 4 * CALLERS * CALLS, "{refusals}");
    }

    #[test]
    fn what_nobody_works_at_is_settled() {
        let cloud = LocalCloud::in_memory();
        let template =
            "TemplateBody=%7B%22Resources%22:%7B%22Q%22:%7B%22Type%22:%22AWS::SQS::Queue%22%7D%7D%7D";
        let change = format!("ChangeSetName=change&ChangeSetType=CREATE&{template}");
        assert_eq!(call(&cloud, "CreateChangeSet", &change).status, 200);
        let mut stack: Stack = cloud.lock().stacks.values().next().unwrap().clone();
        for (left, settled) in [
            ("CREATE_IN_PROGRESS", "CREATE_FAILED"),
            ("DELETE_IN_PROGRESS", "DELETE_FAILED"),
            ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED"),
            ("REVIEW_IN_PROGRESS", "REVIEW_IN_PROGRESS"),
            ("CREATE_COMPLETE", "CREATE_COMPLETE"),
        ] {
            left.clone_into(&mut stack.status);
            stack.settle_what_nobody_works_at(stack.latest());
            assert_eq!(stack.status, settled);
        }
    }
}
