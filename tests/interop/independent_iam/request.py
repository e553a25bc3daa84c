"""A request as AWS sees it: who wants what, and which condition keys come with it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from dataclasses import dataclass, field

# Who is none of the team: another organization, and the same one in another organizational unit.
STRANGER, COUSIN = "999999999999", "888888888888"


@dataclass
class Request:
    who: str
    action: str
    resource: str
    owner: str
    why: str
    context: dict = field(default_factory=dict)
    # The identity's policies: its own, or, if somebody in its account may do everything, "anything".
    identity: str = "own"
    boundary: str = None

    @property
    def place(self):
        """The resource, without the name of an object in its bucket."""
        return self.resource.split("/")[0] if self.action.startswith("s3:") else self.resource

    def __str__(self):
        sent = ", ".join(f"{key}={value}" for key, value in sorted(self.context.items()) if key not in ALWAYS)
        much = " (if its account let it do anything)" if self.identity == "anything" else ""
        return f"{self.why}\n    {self.who}{much}\n    {self.action} on {self.resource}\n    with {sent or 'nothing special'}"


# Keys that would only make a message longer.
ALWAYS = {
    "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
    "aws:PrincipalType", "aws:ResourceAccount", "aws:SecureTransport", "aws:ViaAWSService",
}  # fmt: skip


class Requests:
    """Makes requests in a world, with the keys that AWS always sends."""

    def __init__(self, world):
        self.world = world

    def by_role(self, who, action, resource, why, owner=None, identity="own", boundary=None, context=None):
        """A request of a role."""
        account = who.split(":")[4]
        owner = owner or self.owner(resource, account)
        sent = {
            "aws:PrincipalArn": who,
            "aws:PrincipalAccount": account,
            "aws:PrincipalType": "AssumedRole",
            "aws:PrincipalIsAWSService": "false",
            "aws:ResourceAccount": owner,
            "aws:SecureTransport": "true",
            "aws:ViaAWSService": "false",
            **self.organization(account),
            **(context or {}),
        }
        return Request(who, action, resource, owner, why, sent, identity, boundary)

    def by_service(self, service, action, resource, why, context=None):
        """A request of a service, with the keys that say for whom it acts."""
        sent = {"aws:PrincipalIsAWSService": "true", "aws:SecureTransport": "true", **(context or {})}
        return Request(service, action, resource, self.owner(resource, None), why, sent)

    def organization(self, account):
        """`aws:PrincipalOrgPaths` has the path of the unit that the account is in."""
        path = self.world.organization
        if account == STRANGER:
            return {"aws:PrincipalOrgID": "o-stranger00", "aws:PrincipalOrgPaths": ["o-stranger00/r-x999/ou-x999-12345678/"]}
        if not path:
            return {}
        organization, root = path.split("/")[:2]
        unit = path if account in self.world.developers else f"{organization}/{root}/ou-{root[2:]}-elsewhere/"
        return {"aws:PrincipalOrgID": organization, "aws:PrincipalOrgPaths": [unit]}

    def owner(self, resource, otherwise):
        """The account that a resource is in; a bucket's is not in its ARN."""
        if resource.startswith("arn:aws:s3:::"):
            bucket = self.world.buckets.get(resource.removeprefix("arn:aws:s3:::").split("/")[0])
            return bucket.account if bucket else otherwise
        account = resource.split(":")[4] if resource.startswith("arn:") else ""
        return account if account.isdigit() else otherwise

    def through_s3(self, who, action, bucket, name, why, **more):
        """What S3 asks of the key of a bucket for a reader or writer.

        The encryption context is the bucket's ARN with bucket keys, and the object's without:
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html. Objects from before bucket keys keep theirs, so
        both are asked. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
        """
        for encrypted in (bucket.arn, f"{bucket.arn}/{name}"):
            context = {
                "kms:ViaService": f"s3.{bucket.region}.amazonaws.com",
                "kms:CallerAccount": who.split(":")[4],
                "kms:EncryptionContext:aws:s3:arn": encrypted,
                "aws:ViaAWSService": "true",
            }
            yield self.by_role(who, action, bucket.key, why, context={**context, **more.get("context", {})})

    def read(self, who, bucket, name, why, version=True, **more):
        """Reads an object, and has its key decrypt it."""
        yield self.by_role(who, "s3:GetObject", f"{bucket.arn}/{name}", why, **more)
        if version:
            yield self.by_role(who, "s3:GetObjectVersion", f"{bucket.arn}/{name}", why, **more)
        yield from self.through_s3(who, "kms:Decrypt", bucket, name, why, **more)

    def write(self, who, bucket, name, why, named_key=True):
        """Writes an object, whole and in parts; some clients name the key, others leave it to the bucket.

        Parts need `kms:Decrypt` too: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
        """
        headers = {
            "s3:x-amz-server-side-encryption": "aws:kms",
            "s3:x-amz-server-side-encryption-aws-kms-key-id": bucket.key,
        }
        for sent in [headers] if named_key else [headers, {}]:
            yield self.by_role(who, "s3:PutObject", f"{bucket.arn}/{name}", why, context=sent)
        for action in ("kms:GenerateDataKey", "kms:Decrypt"):
            yield from self.through_s3(who, action, bucket, name, why)
