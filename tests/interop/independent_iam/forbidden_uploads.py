"""Jobs of other repositories, branches and audiences take no role; and the role of uploads writes its artifact alone."""

from .needed_uploads import GITHUB, token, upload_role


def forbidden(make, world, said):
    for upload in said.uploads:
        role = upload_role(world, upload["service"])
        provider = f"arn:aws:iam::{role.account}:oidc-provider/{GITHUB}"
        for subject in upload["others"]:
            yield token(make, provider, role.arn, subject, f"a job of {subject} takes the role of uploads")
        yield token(make, provider, role.arn, upload["subjects"][0], "a token for somebody else", audience="https://github.com/globex")
        other = f"arn:aws:iam::{role.account}:oidc-provider/gitlab.com"
        yield token(make, other, role.arn, upload["subjects"][0], "a token of another provider")
        for name in ("web/web.zip", "search/other.zip", "search/search.zip/more"):
            bucket = world.bucket(upload["bucket"])
            yield make.by_role(role.arn, "s3:PutObject", f"{bucket.arn}/{name}", "uploads something else")
        for action in ("s3:GetObject", "s3:DeleteObject"):
            yield make.by_role(role.arn, action, f"{bucket.arn}/{upload['key']}", "does more than to upload")
