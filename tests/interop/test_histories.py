"""The local cloud side by side with two imitations of CloudFormation, on the same histories.

Where they differ, AWS's documentation decides; what each does is in docs/local-cloud.md, which
`UPDATE_LOCAL_CLOUD=1` writes anew.
"""

import os

import boto3

from conftest import ROOT
from histories import HISTORIES, Cloud, page, told

BEGIN = "<!-- told by tests/interop/test_histories.py -->\n"
END = "<!-- end -->\n"


def clients(url):
    def client(service, account):
        return boto3.client(
            service,
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=boto3.session.Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
        )

    return client


def all_told(url):
    """Each history in an account of its own, so that none sees another."""
    client = clients(url)
    return [
        told(history, Cloud(client, f"{900000000000 + number}")) for number, (history, _, _) in enumerate(HISTORIES)
    ]


def test_the_local_cloud_does_what_aws_documents(local):
    expected = [expected for _, expected, _ in HISTORIES]
    assert all_told(local) == expected


def test_what_the_imitations_do_is_written_down(local, moto, plain_ministack):
    columns = [all_told(url) for url in (local, plain_ministack, moto)]
    lines = ["| history | AWS | local cloud | ministack | moto |\n", "|---|---|---|---|---|\n"]
    for (history, expected, source), *found in zip(HISTORIES, *columns, strict=True):
        name = history.__name__.replace("_", " ")
        cells = ["the same" if one == expected else one.replace("|", "\\|")[:120] for one in found]
        lines.append(f"| [{name}]({page(source)}) | {expected} | {' | '.join(cells)} |\n")
    table = "".join(lines)
    path = ROOT / "docs" / "local-cloud.md"
    text = path.read_text()
    before, rest = text.split(BEGIN)
    written, after = rest.split(END)
    if os.environ.get("UPDATE_LOCAL_CLOUD"):
        path.write_text(f"{before}{BEGIN}{table}{END}{after}")
    else:
        assert written == table, "docs/local-cloud.md is not current: UPDATE_LOCAL_CLOUD=1 writes it anew"
