"""Runs Lambda functions for a rehearsal: a request on each line of the input, an answer on each line of the output."""

import contextlib
import io
import json
import os
import sys
import types

import boto3
import botocore.loaders
import botocore.session

LOADER = botocore.loaders.create_loader()
OUTSIDE = dict(os.environ)


class Context:
    def get_remaining_time_in_millis(self):
        return 900_000


def run(asked):
    os.environ.clear()
    os.environ.update(OUTSIDE)
    os.environ.update(asked["environment"])
    # Credentials are a session's; what is known of the services is the same for all.
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    boto3.DEFAULT_SESSION = boto3.Session(botocore_session=session)
    module = types.ModuleType("index")
    log = io.StringIO()
    answer = {"returned": None}
    with contextlib.redirect_stdout(log):
        try:
            exec(compile(asked["source"], "index.py", "exec"), module.__dict__)
            # Time is simulated: what is denied now is denied in half a minute.
            module.SETTLE_SECONDS = 0
            answer["returned"] = module.handler(asked["event"], Context())
        except Exception as error:
            answer["raised"] = f"{type(error).__name__}: {error}"
    answer["log"] = log.getvalue().splitlines()
    return answer


print(json.dumps({"ready": boto3.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
