"""Copies what the build account announces into this developer's account.

Invoked by SNS with one announced version, and by CloudFormation to backfill. Both may happen twice, late
and side by side, so every copy is marked with the version it was made from, and an older version never
replaces a newer one. An object without a mark is the developer's own build: the newest of both wins, unless
the artifact is held, and then upstream stays away altogether.

What the program does not have any more stays away too: a pipeline that is left of it here must not start.
"""

import json
import os
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

BUILD_BUCKET = os.environ["BUILD_BUCKET"]
BUILD_REGION = os.environ["BUILD_REGION"]
OWN_BUCKET = os.environ["OWN_BUCKET"]
OWN_KEY = os.environ["OWN_KEY"]
DEAD_LETTERS = os.environ["DEAD_LETTERS"]
# The artifacts of the program: what is deployed has them on its last line.
KEYS = frozenset()
# What `check` follows through every account begins so.
PROBES = "pipeline-dsl-check/"

RETRIES = Config(retries={"mode": "standard", "max_attempts": 6})
builds = boto3.client("s3", region_name=BUILD_REGION, config=RETRIES)
own = boto3.client("s3", config=RETRIES)
queue = boto3.client("sqs", config=RETRIES)

# S3 copies up to 5 GB in one request; parts also keep each request short.
PARTS = TransferConfig(multipart_threshold=64 * 2**20, multipart_chunksize=64 * 2**20)
MARK, MODIFIED = "source-version", "source-modified"
# A role and its policies take a moment to be known everywhere after they are created.
SETTLE_SECONDS = 30
PAUSE_SECONDS = 5
RESERVE_MILLISECONDS = 60_000
WORKERS = 8


def handler(event, context):
    if "ResponseURL" in event:
        return answer(event, context)
    if "Backfill" in event:
        return backfill(event["Backfill"], context)
    # Only this function says so, of what it left for later: a message of the topic could come from anybody.
    released = event.get("Released", [])
    for record in event["Records"]:
        bucket, key, version = announced(record["Sns"]["Message"])
        if bucket != BUILD_BUCKET:
            log("ignored", bucket=bucket, key=key)
        elif key not in KEYS and not key.startswith(PROBES):
            log("unknown", key=key, version=version)
        elif key in held_keys(os.environ.get("HELD_KEYS")):
            log("held", key=key, version=version)
        else:
            copy(key, version, key in released)


def announced(text):
    """Bucket, key and version of an announcement; nothing, where somebody else wrote it.

    EventBridge does not say for which rule it publishes, so the topic takes messages of rules elsewhere too. They
    are believed no further than this: there may be this version in the build bucket.
    """
    try:
        message = json.loads(text)
        found = message["bucket"], message["key"], message["version-id"]
    except (ValueError, KeyError, TypeError):
        return None, None, None
    return found if all(isinstance(part, str) for part in found) else (None, None, None)


def copy(key, version, over_own=False):
    """Brings one version of an artifact here, unless what is here is as new or newer."""
    try:
        upstream = builds.head_object(Bucket=BUILD_BUCKET, Key=key, VersionId=version)
    except ClientError as error:
        # Expired or deleted since, or never there: there is a newer one, or none is wanted.
        if status(error) in (400, 404, 405):
            return log("gone", key=key, version=version)
        raise
    modified = int(upstream["LastModified"].timestamp())
    before = head(key)
    if before and before["Metadata"].get(MARK) == version:
        return log("unchanged", key=key, version=version)
    if before and outranks(key, before, version, modified, over_own):
        return log("kept", key=key, version=version, here=before["Metadata"].get(MARK, "own build"))
    metadata = {**upstream["Metadata"], MARK: version, MODIFIED: str(modified)}
    put(BUILD_BUCKET, key, version, upstream, metadata, builds)
    log("copied", key=key, version=version, bytes=upstream["ContentLength"])
    return settle(key, before, version, modified, over_own)


def outranks(key, here, version, modified, over_own):
    """Whether what is here is newer than an upstream version."""
    mark = here["Metadata"].get(MARK)
    if mark is None:
        return not over_own and here["LastModified"].timestamp() >= modified
    marked = int(here["Metadata"][MODIFIED])
    if marked != modified:
        return marked > modified
    # S3 tells the time in seconds, but lists versions newest first.
    for listed in versions(builds, BUILD_BUCKET, key):
        if listed["VersionId"] in (mark, version):
            return listed["VersionId"] == mark
    return False


def settle(key, before, version, modified, over_own):
    """Mends a race: puts back what was written between our look and our copy, where it is the newer."""
    for position, listed in enumerate(versions(own, OWN_BUCKET, key)):
        if before and listed["VersionId"] == before["VersionId"]:
            return
        here = head(key, listed["VersionId"])
        if here["Metadata"].get(MARK) == version:
            continue
        if position == 0:
            # Somebody wrote behind us, and settles it with us in view.
            return
        if outranks(key, here, version, modified, over_own):
            put(OWN_BUCKET, key, listed["VersionId"], here, here["Metadata"], own)
            return log("restored", key=key, version=here["Metadata"].get(MARK, "own build"))


def put(bucket, key, version, about, metadata, client):
    """Writes one version of an object as the newest of the own bucket: one request, or parts."""
    own.copy(
        {"Bucket": bucket, "Key": key, "VersionId": version},
        OWN_BUCKET,
        key,
        ExtraArgs={
            "MetadataDirective": "REPLACE",
            "Metadata": metadata,
            "ContentType": about.get("ContentType", "application/octet-stream"),
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": OWN_KEY,
        },
        SourceClient=client,
        Config=PARTS,
    )


def head(key, version=None):
    """What is known of an object here; None where there is none."""
    which = {"VersionId": version} if version else {}
    try:
        return own.head_object(Bucket=OWN_BUCKET, Key=key, **which)
    except ClientError as error:
        if status(error) == 404:
            return None
        raise


def versions(client, bucket, key=None):
    """Versions of an object, newest first; without a key, of every object."""
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key or "")
    for page in pages:
        for listed in page.get("Versions", []):
            if key is None or listed["Key"] == key:
                yield listed
            elif listed["Key"] > key:
                return


def answer(event, context):
    """Answers CloudFormation, whatever happens: it waits for an answer, and undoes the stack without one.

    An artifact that cannot be had now is no reason to undo a developer's account: it is left in the
    dead-letter queue, the alarm says so, and it can be sent again.
    """
    data = {}
    if event["RequestType"] != "Delete":
        now = held_keys(event["ResourceProperties"].get("HeldKeys"))
        then = held_keys(event.get("OldResourceProperties", {}).get("HeldKeys"))
        wanted = {"Held": sorted(now), "Released": sorted(then - now)}
        try:
            data = backfill(wanted, context)
        except Exception as error:  # pylint: disable=broad-except
            data = {"Failed": "all"}
            try:
                dead_letter({"Backfill": wanted}, error)
            except (BotoCoreError, ClientError) as lost:
                log("lost", letter=wanted, reason=str(lost))
    log("answered", request=event["RequestType"], **data)
    body = json.dumps(
        {
            "Status": "SUCCESS",
            "PhysicalResourceId": event.get("PhysicalResourceId", "backfill"),
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
            "Data": data,
        }
    ).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT")
    request.add_header("Content-Type", "")
    urllib.request.urlopen(request, timeout=30).close()


def backfill(wanted, context):
    """Copies the current version of what the program has and is not held; over own builds where a hold ended."""

    def bring(item):
        key, version = item
        over_own = key in wanted["Released"]
        message = {"bucket": BUILD_BUCKET, "key": key, "version-id": version}
        event = {"Records": [{"Sns": {"Message": json.dumps(message)}}]}
        if over_own:
            event["Released"] = [key]
        if context.get_remaining_time_in_millis() < RESERVE_MILLISECONDS:
            return dead_letter(event, "no time left")
        try:
            patiently(lambda: copy(key, version, over_own))
            return True
        except (BotoCoreError, ClientError, OSError) as error:
            return dead_letter(event, error)

    # What was left for later may be older than a hold.
    held = held_keys(os.environ.get("HELD_KEYS")).union(wanted["Held"])
    items = [item for item in patiently(current) if item[0] in KEYS - held]
    with ThreadPoolExecutor(WORKERS) as workers:
        results = list(workers.map(bring, items))
    return {"Brought": results.count(True), "Failed": results.count(False)}


def current():
    """Key and version of every artifact as it is now; none while nothing was ever built."""
    try:
        return [(v["Key"], v["VersionId"]) for v in versions(builds, BUILD_BUCKET) if v["IsLatest"]]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            log("nothing to copy", bucket=BUILD_BUCKET)
            return []
        raise


def patiently(attempt):
    """Tries again while access is denied: permissions made a moment ago may not be known yet."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        try:
            return attempt()
        except ClientError as error:
            if status(error) != 403 or time.monotonic() >= deadline:
                raise
        time.sleep(PAUSE_SECONDS)


def dead_letter(event, reason):
    """Leaves an event in the dead-letter queue, as it would be sent to this function again."""
    log("failed", letter=event, reason=str(reason))
    # As Lambda tells it of events that it keeps.
    told = {"ErrorMessage": {"DataType": "String", "StringValue": str(reason)[:1000]}}
    queue.send_message(QueueUrl=DEAD_LETTERS, MessageBody=json.dumps(event), MessageAttributes=told)
    return False


def held_keys(joined):
    return {key for key in (joined or "").split(",") if key}


def status(error):
    return error.response["ResponseMetadata"]["HTTPStatusCode"]


def log(what, **details):
    print(json.dumps({"event": what, **details}))
