"""What is needed, done in a way that is not: without encryption on the way or at rest, or with a key for something else."""

from dataclasses import replace

OTHER_KEY = "arn:aws:kms:us-east-1:999999999999:key/00000000-1111-2222-3333-444444444444"
OTHER_BUCKET = "arn:aws:s3:::somebody-elses-bucket"


def forbidden(_make, world, needs):
    for request in needs.requests:
        if request.identity != "own" or request.who not in world.roles:
            continue
        if request.action.startswith("s3:") and request.place.removeprefix("arn:aws:s3:::") in world.buckets:
            yield changed(request, "over http", {"aws:SecureTransport": "false"})
        if request.action == "s3:PutObject":
            yield changed(request, "encrypted with S3's own key", {"s3:x-amz-server-side-encryption": "AES256"}, NAMED)
            other = {"s3:x-amz-server-side-encryption": "aws:kms", NAMED[0]: OTHER_KEY}
            yield changed(request, "encrypted with another's key", other)
        if request.action.startswith("kms:") and "kms:EncryptionContext:aws:s3:arn" in request.context:
            yield changed(request, "not through S3", {}, ["kms:ViaService", "aws:ViaAWSService"])
            elsewhere = {"kms:ViaService": "s3.sa-east-1.amazonaws.com"}
            yield changed(request, "through S3 of another region", elsewhere)
            yield changed(request, "for another bucket", {"kms:EncryptionContext:aws:s3:arn": OTHER_BUCKET})
            yield changed(request, "for no bucket", {}, ["kms:EncryptionContext:aws:s3:arn"])


NAMED = ["s3:x-amz-server-side-encryption-aws-kms-key-id"]


def changed(request, how, sent, without=()):
    context = {key: value for key, value in {**request.context, **sent}.items() if key not in without}
    return replace(request, why=f"{request.why}: {how}", context=context)
