"""Everything that must be allowed, and whether something is part of it."""

from collections import defaultdict

from . import needed_builds, needed_deployments, needed_fan_out, needed_pipelines, needed_self_update, needed_uploads

MODULES = [needed_pipelines, needed_builds, needed_fan_out, needed_deployments, needed_uploads, needed_self_update]
READS = {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "kms:Decrypt"}


class Needs:
    def __init__(self, make, world, said):
        self.requests = [request for module in MODULES for request in module.needed(make, world, said)]
        self.places = {(request.who, request.action, request.place) for request in self.requests}
        self.families = {(request.who.rsplit("/", 1)[0], request.action, request.place) for request in self.requests}
        # Accounts, and the stores and keys that their actions read.
        self.delivered = {
            (request.who.split(":")[4], request.place) for request in self.requests
            if request.action in READS and request.who.split("/")[-2:-1] == ["action"]
        }  # fmt: skip
        self.asked = defaultdict(set)
        for request in self.requests:
            self.asked[request.who, request.action].add(request.resource)

    def exactly(self, request):
        """Whether the same role needs the same, for whatever object of the bucket."""
        return (request.who, request.action, request.place) in self.places

    def family(self, request):
        """Whether a role of the same account and kind needs the same."""
        return (request.who.rsplit("/", 1)[0], request.action, request.place) in self.families

    def tolerates(self, request):
        """What a role may be let do, though it could do without."""
        if request.action == "s3:ListBucket" and (request.who, "s3:GetObject", request.place) in self.places:
            # S3 says that an object is not there only to whom may list:
            # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
            return True
        # The policies of a store and of its key admit all actions and deployments of the accounts that are delivered to from there:
        # some fetch code from it. Those that do not are kept away by their own policies, as `forbidden_deployments.py` asks.
        account, kind = request.who.split(":")[4], request.who.split("/")[-2]
        if request.identity != "anything" or kind not in ("deployment", "action") or request.action not in READS:
            return False
        if request.action == "kms:Decrypt" and "kms:ViaService" not in request.context:
            return False
        return (account, request.place) in self.delivered

    def resources(self, who, action):
        return self.asked[who, action]
