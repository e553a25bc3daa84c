"""Everything that must be allowed, and whether something is part of it."""

from collections import defaultdict

from . import needed_builds, needed_deployments, needed_fan_out, needed_pipelines, needed_self_update, needed_uploads

MODULES = [needed_pipelines, needed_builds, needed_fan_out, needed_deployments, needed_uploads, needed_self_update]


class Needs:
    def __init__(self, make, world, said):
        self.requests = [request for module in MODULES for request in module.needed(make, world, said)]
        self.places = {(request.who, request.action, request.place) for request in self.requests}
        self.families = {(request.who.rsplit("/", 1)[0], request.action, request.place) for request in self.requests}
        self.asked = defaultdict(set)
        for request in self.requests:
            self.asked[request.who, request.action].add(request.resource)

    def exactly(self, request):
        """Whether the same role needs the same, for whatever object of the bucket."""
        return (request.who, request.action, request.place) in self.places

    def family(self, request):
        """Whether a role of the same account and kind needs the same."""
        return (request.who.rsplit("/", 1)[0], request.action, request.place) in self.families

    def resources(self, who, action):
        return self.asked[who, action]
