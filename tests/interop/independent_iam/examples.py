"""What the programs of the examples say, and their templates do not: read in `examples/*.rs` and the files beside them."""

from dataclasses import dataclass, field
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@dataclass
class Example:
    # The organizational unit that the developers' accounts are in.
    organization: str = None
    # What another CI uploads: the service, its bucket and key, and the tokens that may.
    uploads: list = field(default_factory=list)
    # Project and group of test reports; project and repository of an image that it pushes.
    reports: list = field(default_factory=list)
    pushes: list = field(default_factory=list)
    # The services' own templates.
    templates: dict = field(default_factory=dict)


def templates(example, *services):
    return {service: (EXAMPLES / example / service / "template.yaml").read_text() for service in services}


# https://docs.github.com/en/actions/reference/security/oidc: immutable subjects have the ids of owner and repository.
SEARCH = "repo:globex@123456/search@456789"

SAID = {
    "team": Example(organization="o-abcdefghij/r-h123/ou-h123-3zyxwvut/"),
    "builds": Example(
        uploads=[{
            "service": "search", "bucket": "globex-build-111111111111-us-east-1-an", "key": "search/search.zip",
            "subjects": [f"{SEARCH}:ref:refs/heads/main", f"{SEARCH}:ref:refs/tags/v1.2"],
            "others": [
                f"{SEARCH}:ref:refs/heads/other", f"{SEARCH}:pull_request", f"{SEARCH}:environment:prod",
                "repo:globex/search:ref:refs/heads/main", "repo:globex@123456/web@456788:ref:refs/heads/main",
                "repo:stranger@1/search@456789:ref:refs/heads/main",
            ],
        }],
        reports=[("globex-web", "tests")],
        pushes=[("globex-api", "api")],
    ),
    "serverless": Example(templates=templates("serverless", "orders", "catalog")),
}  # fmt: skip
