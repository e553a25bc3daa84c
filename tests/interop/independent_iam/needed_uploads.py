"""What another CI must be able to do: take a role with its token, and upload.

https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

GITHUB = "token.actions.githubusercontent.com"


def needed(make, world, said):
    for upload in said.uploads:
        role = upload_role(world, upload["service"])
        provider = f"arn:aws:iam::{role.account}:oidc-provider/{GITHUB}"
        for subject in upload["subjects"]:
            yield token(make, provider, role.arn, subject, f"a job of {subject} takes the role of uploads")
        bucket = world.bucket(upload["bucket"])
        yield from make.write(role.arn, bucket, upload["key"], f"a job uploads {upload['key']}", named_key=False)


def token(make, provider, role, subject, why, audience="sts.amazonaws.com"):
    request = make.by_service(provider, "sts:AssumeRoleWithWebIdentity", role, why)
    request.context = {f"{GITHUB}:aud": audience, f"{GITHUB}:sub": subject, "aws:SecureTransport": "true"}
    return request


def upload_role(world, service):
    [found] = [role for role in world.roles.values() if role.kind == "upload" and role.service == service]
    return found
