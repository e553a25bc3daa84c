"""The subscriber's code against S3, as moto and as the local cloud have it: versions, parts, metadata, late and repeated
events; and the same random histories on both."""

import http.server
import importlib.util
import json
import random
import threading
import uuid

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from conftest import ROOT

SOURCE = ROOT / "pipeline-dsl/src/constructs/subscriber/subscriber.py"
KEY = "orders/orders.zip"
# What the program has.
KEYS = frozenset({KEY, KEY + ".sig", "orders/handler.zip", "gone.zip", "never/built.zip"})


class Context:
    """What Lambda tells a function about its invocation."""

    def __init__(self, milliseconds=900_000):
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self):
        return self.milliseconds


class Account:
    """A developer's account with the subscriber in it, and the build account it copies from."""

    def __init__(self, endpoint, monkeypatch):
        for name, value in {
            "AWS_ENDPOINT_URL": endpoint,
            # The local cloud takes an account for a key.
            "AWS_ACCESS_KEY_ID": "111111111111",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        unique = uuid.uuid4().hex[:12]
        self.s3 = boto3.client("s3")
        self.sqs = boto3.client("sqs")
        self.builds, self.own = f"builds-{unique}", f"own-{unique}"
        for bucket in (self.builds, self.own):
            self.s3.create_bucket(Bucket=bucket)
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self.dead_letters = self.sqs.create_queue(QueueName=f"dead-{unique}")["QueueUrl"]
        monkeypatch.setenv("BUILD_BUCKET", self.builds)
        monkeypatch.setenv("BUILD_REGION", "us-east-1")
        monkeypatch.setenv("OWN_BUCKET", self.own)
        monkeypatch.setenv("OWN_KEY", "arn:aws:kms:us-east-1:555555555555:key/own")
        monkeypatch.setenv("DEAD_LETTERS", self.dead_letters)
        # Another account of the same test must not leave its holds behind.
        monkeypatch.delenv("HELD_KEYS", raising=False)
        self.monkeypatch = monkeypatch
        spec = importlib.util.spec_from_file_location("subscriber", SOURCE)
        self.subscriber = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.subscriber)
        monkeypatch.setattr(self.subscriber, "KEYS", KEYS)
        monkeypatch.setattr(self.subscriber, "PAUSE_SECONDS", 0)
        monkeypatch.setattr(self.subscriber, "SETTLE_SECONDS", 0)

    def build(self, body, key=KEY, **options):
        """A build upstream; the answer is its version."""
        return self.s3.put_object(Bucket=self.builds, Key=key, Body=body, **options)["VersionId"]

    def build_own(self, body, key=KEY):
        return self.s3.put_object(Bucket=self.own, Key=key, Body=body)["VersionId"]

    def announce(self, version, key=KEY):
        message = {"bucket": self.builds, "key": key, "version-id": version, "size": 1, "etag": "e"}
        self.subscriber.handler({"Records": [{"Sns": {"Message": json.dumps(message)}}]}, Context())

    def hold(self, *keys):
        self.monkeypatch.setenv("HELD_KEYS", ",".join(keys))

    def drop(self, *keys):
        """The program is deployed without these artifacts."""
        self.monkeypatch.setattr(self.subscriber, "KEYS", self.subscriber.KEYS.difference(keys))

    def here(self, key=KEY):
        """What the developer has; None while there is nothing."""
        try:
            return self.s3.get_object(Bucket=self.own, Key=key)["Body"].read()
        except ClientError:
            return None

    def versions(self, key=KEY):
        listed = self.s3.list_object_versions(Bucket=self.own, Prefix=key).get("Versions", [])
        return [version["VersionId"] for version in listed]

    def letters(self):
        received = self.sqs.receive_message(QueueUrl=self.dead_letters, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in received.get("Messages", [])]

    def backfill(self, request="Create", held="", before=None, context=None):
        """What CloudFormation asks on deployment; the answer is what it is told."""
        answers = []

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_PUT(self):
                answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        event = {
            "RequestType": request,
            "ResponseURL": f"http://127.0.0.1:{server.server_port}/",
            "StackId": "stack",
            "RequestId": "request",
            "LogicalResourceId": "Backfill",
            "ResourceProperties": {"HeldKeys": held},
        }
        if before is not None:
            event["OldResourceProperties"] = {"HeldKeys": before}
        self.subscriber.handler(event, context or Context())
        server.shutdown()
        (answer,) = answers
        assert answer["Status"] == "SUCCESS"
        return answer["Data"]


@pytest.fixture(params=["moto", "session_local"])
def account(request, monkeypatch):
    return Account(request.getfixturevalue(request.param), monkeypatch)


def test_copies_exactly_the_announced_version(account):
    first = account.build(b"one", Metadata={"commit": "abc"}, ContentType="application/zip")
    account.build(b"two")
    account.announce(first)
    assert account.here() == b"one"
    copied = account.s3.head_object(Bucket=account.own, Key=KEY)
    assert copied["Metadata"]["source-version"] == first
    assert copied["Metadata"]["commit"] == "abc"
    assert copied["ContentType"] == "application/zip"
    assert copied["ServerSideEncryption"] == "aws:kms"
    assert copied["SSEKMSKeyId"] == "arn:aws:kms:us-east-1:555555555555:key/own"


def test_copies_in_parts_above_the_threshold(account):
    assert account.subscriber.PARTS.multipart_threshold < 5 * 10**9
    body = bytes(range(256)) * 4 * 2**10 * 66
    first = account.build(body)
    account.build(b"two")
    account.announce(first)
    copied = account.s3.head_object(Bucket=account.own, Key=KEY)
    assert "-" in copied["ETag"], "an object copied in parts says so in its ETag"
    assert copied["Metadata"]["source-version"] == first
    assert account.here() == body


def test_an_empty_artifact_is_copied_too(account):
    account.announce(account.build(b""))
    assert account.here() == b""


def test_the_same_event_twice_changes_nothing(account):
    version = account.build(b"one")
    account.announce(version)
    before = account.versions()
    account.announce(version)
    assert account.versions() == before


def test_an_older_event_after_a_newer_one_changes_nothing(account):
    first, second = account.build(b"one"), account.build(b"two")
    account.announce(second)
    before = account.versions()
    account.announce(first)
    assert account.here() == b"two"
    assert account.versions() == before


def test_versions_of_one_second_keep_their_order(account):
    versions = [account.build(str(number).encode()) for number in range(5)]
    for position in (2, 0, 4, 1, 3):
        account.announce(versions[position])
    assert account.here() == b"4"


def test_a_key_that_begins_alike_is_another_artifact(account):
    other = account.build(b"other", key=KEY + ".sig")
    first, second = account.build(b"one"), account.build(b"two")
    account.announce(second)
    account.announce(first)
    account.announce(other, key=KEY + ".sig")
    assert account.here() == b"two"
    assert account.here(KEY + ".sig") == b"other"


def test_an_own_build_stays_while_it_is_held(account):
    account.build_own(b"own")
    version = account.build(b"upstream")
    account.hold("other.zip", KEY)
    account.announce(version)
    assert account.here() == b"own"


def test_a_newer_own_build_stays_without_a_hold(account):
    version = account.build(b"upstream")
    account.build_own(b"own")
    account.announce(version)
    assert account.here() == b"own"


def test_a_newer_upstream_build_wins_without_a_hold(account):
    account.build_own(b"own")
    now = account.subscriber.time.time()
    account.subscriber.time.sleep(1.1 - now % 1)
    account.announce(account.build(b"upstream"))
    assert account.here() == b"upstream"


def test_a_version_that_is_gone_is_no_failure(account):
    version = account.build(b"one")
    account.s3.delete_object(Bucket=account.builds, Key=KEY, VersionId=version)
    account.announce(version)
    assert account.here() is None


def test_an_event_of_another_bucket_is_ignored(account):
    message = {"bucket": "somebody-elses", "key": KEY, "version-id": "v"}
    account.subscriber.handler({"Records": [{"Sns": {"Message": json.dumps(message)}}]}, Context())
    assert account.here() is None


@pytest.mark.parametrize(
    "message",
    [
        "",
        "not JSON",
        "[]",
        "{}",
        '{"bucket": 1, "key": null, "version-id": {}}',
        '{"bucket": "BUILDS", "key": "orders/orders.zip"}',
        '{"bucket": "BUILDS", "key": "never/built.zip", "version-id": "null"}',
    ],
)
def test_a_message_that_somebody_else_wrote_is_ignored(account, message):
    """A rule of any account can publish to the topic: EventBridge does not say for which rule it does."""
    account.build(b"one")
    event = {"Records": [{"Sns": {"Message": message.replace("BUILDS", account.builds)}}]}
    account.subscriber.handler(event, Context())
    assert account.here() is None and account.versions() == []
    assert account.letters() == []


def test_no_message_overwrites_an_own_build_or_goes_back(account):
    old = account.build(b"old")
    new = account.build(b"new")
    account.announce(new)
    account.build_own(b"mine")
    for version in (old, new):
        message = {"bucket": account.builds, "key": KEY, "version-id": version, "over-own": True, "Released": [KEY]}
        account.subscriber.handler({"Records": [{"Sns": {"Message": json.dumps(message)}}]}, Context())
        assert account.here() == b"mine"


def test_what_fails_is_raised_so_that_lambda_tries_again_and_then_keeps_the_event(account):
    version = account.build(b"one")
    account.s3.delete_bucket(Bucket=account.own)
    with pytest.raises(Exception):
        account.announce(version)


@pytest.mark.parametrize("intruder", ["upstream", "own"])
def test_a_newer_version_written_between_look_and_copy_is_put_back(account, intruder):
    first = account.build(b"one")
    put = account.subscriber.put

    def slow_put(*arguments):
        account.monkeypatch.setattr(account.subscriber, "put", put)
        if intruder == "upstream":
            account.announce(account.build(b"two"))
        else:
            now = account.subscriber.time.time()
            account.subscriber.time.sleep(1.1 - now % 1)
            account.build_own(b"two")
        put(*arguments)

    account.monkeypatch.setattr(account.subscriber, "put", slow_put)
    account.announce(first)
    assert account.here() == b"two"


def test_backfill_of_an_empty_bucket(account):
    account.build(b"old")
    account.build(b"new")
    account.build(b"code", key="orders/handler.zip")
    assert account.backfill() == {"Brought": 2, "Failed": 0}
    assert account.here() == b"new"
    assert account.here("orders/handler.zip") == b"code"


def test_backfill_of_a_bucket_that_is_half_full(account):
    account.announce(account.build(b"one"))
    account.build(b"two", key="orders/handler.zip")
    before = account.versions()
    account.backfill()
    assert account.versions() == before
    assert account.here("orders/handler.zip") == b"two"


def test_backfill_leaves_out_what_is_held_and_what_is_deleted(account):
    account.build(b"held")
    account.build(b"gone", key="gone.zip")
    account.s3.delete_object(Bucket=account.builds, Key="gone.zip")
    assert account.backfill(held=KEY) == {"Brought": 0, "Failed": 0}
    assert account.here() is None and account.here("gone.zip") is None


def test_the_end_of_a_hold_brings_upstream_back_over_a_newer_own_build(account):
    account.build(b"upstream")
    account.build_own(b"own")
    account.backfill(request="Update", held=KEY, before=KEY)
    assert account.here() == b"own"
    account.backfill(request="Update", held="", before=KEY)
    assert account.here() == b"upstream"


def test_a_hold_that_goes_with_its_artifact_releases_nothing(account):
    account.build(b"upstream")
    account.build(b"code", key="orders/handler.zip")
    account.hold(KEY)
    account.drop(KEY)
    account.hold()
    assert account.backfill(request="Update", held="", before=KEY) == {"Brought": 1, "Failed": 0}
    assert account.here() is None
    assert account.here("orders/handler.zip") == b"code"


def test_a_held_artifact_under_another_key_stays_away_under_both(account):
    account.build(b"upstream")
    account.drop(KEY)
    account.hold("orders/handler.zip")
    account.build(b"renamed", key="orders/handler.zip")
    assert account.backfill(request="Update", held="orders/handler.zip", before=KEY) == {"Brought": 0, "Failed": 0}
    assert account.here() is None and account.here("orders/handler.zip") is None


def test_what_the_program_does_not_have_is_not_copied_when_it_is_announced(account):
    """What it has left is built until it is pruned."""
    kept = account.build(b"one")
    account.announce(kept)
    account.drop(KEY)
    account.announce(account.build(b"two"))
    assert account.here() == b"one"
    account.build_own(b"own")
    # Nor is what was left for later.
    message = {"bucket": account.builds, "key": KEY, "version-id": kept}
    letter = {"Records": [{"Sns": {"Message": json.dumps(message)}}], "Released": [KEY]}
    account.subscriber.handler(letter, Context())
    assert account.here() == b"own"


def test_a_program_without_artifacts_copies_nothing(account):
    account.build(b"one")
    account.drop(*KEYS)
    assert account.backfill() == {"Brought": 0, "Failed": 0}
    assert account.here() is None


def test_the_probe_of_a_check_comes_through_and_is_no_artifact(account):
    key = "pipeline-dsl-check/1-2"
    account.announce(account.build(b"{}", key=key), key=key)
    assert account.here(key) == b"{}"
    account.build(b"{}", key="pipeline-dsl-check/3-4")
    account.backfill()
    assert account.here("pipeline-dsl-check/3-4") is None


def test_a_backfill_that_was_left_for_later_respects_a_hold_made_since(account):
    account.build(b"upstream")
    account.build_own(b"own")
    account.hold(KEY)
    account.subscriber.handler({"Backfill": {"Held": [], "Released": [KEY]}}, Context())
    assert account.here() == b"own"


def test_the_deployed_code_names_its_artifacts_on_its_last_line(assembly):
    manifest = json.loads((assembly / "manifest.json").read_text())
    developer = next(stack for stack in manifest["stacks"] if stack["stackName"] == "acme-developer")
    template = json.loads((assembly / "templates" / f"{developer['template']}.json").read_text())
    (code,) = [
        resource["Properties"]["Code"]["ZipFile"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    ]
    source = SOURCE.read_text()
    assert code.startswith(source)
    named = {}
    exec(code.removeprefix(source), named)
    assert named["KEYS"] == {"billing/billing.zip", "orders/handler.zip", "orders/orders.zip"}


def test_deletion_is_answered_and_copies_nothing(account):
    account.build(b"one")
    account.backfill(request="Delete")
    assert account.here() is None


def test_what_a_backfill_cannot_copy_is_a_dead_letter_that_can_be_sent_again(account):
    account.build(b"one")
    put = account.subscriber.put

    def broken(*_):
        raise ClientError({"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}, "Copy")

    account.monkeypatch.setattr(account.subscriber, "put", broken)
    assert account.backfill() == {"Brought": 0, "Failed": 1}
    account.monkeypatch.setattr(account.subscriber, "put", put)
    (letter,) = account.letters()
    account.subscriber.handler(letter, Context())
    assert account.here() == b"one"


def test_a_backfill_that_cannot_begin_is_a_dead_letter_too(account):
    account.build(b"one")
    current = account.subscriber.current

    def denied():
        raise ClientError({"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "List")

    account.monkeypatch.setattr(account.subscriber, "current", denied)
    assert account.backfill() == {"Failed": "all"}
    account.monkeypatch.setattr(account.subscriber, "current", current)
    (letter,) = account.letters()
    account.subscriber.handler(letter, Context())
    assert account.here() == b"one"


def test_what_there_is_no_time_for_is_a_dead_letter(account):
    account.build(b"one")
    assert account.backfill(context=Context(milliseconds=1_000)) == {"Brought": 0, "Failed": 1}
    assert len(account.letters()) == 1


def test_parts_are_large_enough_for_s3(account):
    assert account.subscriber.PARTS.multipart_chunksize >= 5 * 2**20
    assert isinstance(account.subscriber.PARTS, TransferConfig)


def history(seed):
    """What happens in a random order: builds, own builds, announcements late and repeated, holds, backfills."""
    choose = random.Random(seed)
    keys = ["orders/orders.zip", "orders/handler.zip"]
    built = {key: 0 for key in keys}
    for number in range(choose.randrange(5, 12)):
        key = choose.choice(keys)
        event = choose.choice(["build", "build", "own", "announce", "announce", "announce", "hold", "release", "backfill"])
        if event == "announce" and not built[key]:
            event = "build"
        built[key] += event == "build"
        yield event, key, number, choose.randrange(built[key]) if event == "announce" else None


def play(account, seed):
    """What the developer has at the end: of each artifact all versions, by their content and what they came from."""
    builds = {}
    held = set()
    for event, key, number, which in history(seed):
        # S3 tells the time in seconds: which of an own and an upstream build is the newer must not be chance.
        if event in ("build", "own"):
            now = account.subscriber.time.time()
            account.subscriber.time.sleep(1.02 - now % 1)
        if event == "build":
            builds.setdefault(key, []).append(account.build(f"upstream {number}".encode(), key))
        elif event == "own":
            account.build_own(f"own {number}".encode(), key)
        elif event == "announce":
            account.announce(builds[key][which], key)
        elif event == "backfill":
            account.backfill(held=",".join(sorted(held)))
        else:
            (held.add if event == "hold" else held.discard)(key)
            account.hold(*sorted(held))
    result = {}
    for key in ("orders/orders.zip", "orders/handler.zip"):
        result[key] = []
        for version in account.versions(key):
            found = account.s3.get_object(Bucket=account.own, Key=key, VersionId=version)
            source = found["Metadata"].get("source-version")
            order = builds.get(key, []).index(source) if source else None
            result[key].append((found["Body"].read(), order))
    return result


@pytest.mark.parametrize("seed", range(4))
def test_the_same_history_has_the_same_end_on_both(moto, session_local, monkeypatch, seed):
    assert play(Account(moto, monkeypatch), seed) == play(Account(session_local, monkeypatch), seed)
