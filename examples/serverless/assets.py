"""Packages templates for a pipeline that extracts the files of an archive where templates find them.

    python3 assets.py template.yaml out
    python3 assets.py cdk.out out

It does what `sam package` and `aws cloudformation package` do, and uploads nothing. A property that names a path beside the template
(`CodeUri`, `ContentUri`, `Code`, `Content`, `TemplateURL`) names afterwards what is in `out/assets/`: folders as ZIP archives, files as
they are, each called by the digest of its content, so that what did not change is not deployed again. Nested templates are packaged
first. The two parameters that say where the files will be, `AssetsBucket` and `AssetsPrefix`, are added where they are missing.

Of an application of the CDK, it takes what `cdk synth` has written, with a synthesizer as in docs/assets.md.
"""

import hashlib
import io
import json
import re
import shutil
import sys
import zipfile
from pathlib import Path

PARAMETERS = ("AssetsBucket", "AssetsPrefix")
# https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
BUCKET_AND_KEY = {
    "CodeUri": ("Bucket", "Key"),
    "ContentUri": ("Bucket", "Key"),
    "Code": ("S3Bucket", "S3Key"),
    "Content": ("S3Bucket", "S3Key"),
}
PROPERTY = re.compile(r"^([ -]*)(CodeUri|ContentUri|Code|Content|TemplateURL):[ ]+([\"']?)([^\"'{\[!#&*|>\s]+)\3[ ]*$", re.M)
WHERE = "https://${AssetsBucket}.s3.${AWS::Region}.${AWS::URLSuffix}/"


def zipped(folder):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                # Without the time of the build, and for everybody to read.
                entry = zipfile.ZipInfo(file.relative_to(folder).as_posix())
                entry.external_attr = (0o755 if file.stat().st_mode & 0o100 else 0o644) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                files.writestr(entry, file.read_bytes())
    return archive.getvalue()


def asset(data, suffix, out):
    """Keeps the content under its name, which it returns as templates say it."""
    name = hashlib.sha256(data).hexdigest()[:32] + suffix
    (out / "assets").mkdir(parents=True, exist_ok=True)
    (out / "assets" / name).write_bytes(data)
    return "${AssetsPrefix}/assets/" + name


def packaged(template, out):
    """The text of a YAML template whose paths name assets."""
    text, used = template.read_text(), False
    if text.lstrip().startswith("{"):
        sys.exit(f"{template} is JSON: write it as YAML, or give the folder that `cdk synth` has written")

    def replaced(found):
        nonlocal used
        indent, name, _, written = found.groups()
        path = template.parent / written
        if not path.exists():
            # Properties of other resources are called so too, and say something else.
            if re.match(r"(https?|s3)://", written) or name in ("Code", "Content"):
                return found[0]
            sys.exit(f"{template}: `{name}: {written}` is no file or folder beside the template")
        used = True
        if name == "TemplateURL":
            nested = packaged(path, out)
            if declares(nested) and not all(f"{each}: !Ref {each}" in text for each in PARAMETERS):
                sys.exit(
                    f"{path} has assets, so the stack that names it in {template} must pass them on:\n"
                    "  Parameters: { AssetsBucket: !Ref AssetsBucket, AssetsPrefix: !Ref AssetsPrefix }"
                )
            return f"{indent}{name}: !Sub {WHERE}{asset(nested.encode(), path.suffix, out)}"
        key = asset(zipped(path), ".zip", out) if path.is_dir() else asset(path.read_bytes(), path.suffix, out)
        bucket_name, key_name = BUCKET_AND_KEY[name]
        return f'{indent}{name}: {{ {bucket_name}: !Ref AssetsBucket, {key_name}: !Sub "{key}" }}'

    text = PROPERTY.sub(replaced, text)
    return with_parameters(text) if used else text


def missing(text):
    return [each for each in PARAMETERS if not re.search(rf"^ +{each}:", text, re.M)]


def declares(text):
    return not missing(text)


def with_parameters(text):
    declared = "".join(f"  {each}:\n    Type: String\n" for each in missing(text))
    if not declared:
        return text
    head = re.search(r"^Parameters:[ ]*(#.*)?\n", text, re.M)
    if head:
        return text[: head.end()] + declared + text[head.end() :]
    return re.sub(r"^Resources:", f"Parameters:\n{declared}\nResources:", text, count=1, flags=re.M)


def of_cdk(cloud_assembly, out):
    """What the manifests of assets name, and the templates of the stacks."""
    for manifest in sorted(cloud_assembly.glob("*.assets.json")):
        assets = json.loads(manifest.read_text())
        if assets.get("dockerImages"):
            sys.exit(f"{manifest} has images, which the build has to push itself")
        for file in assets["files"].values():
            path = cloud_assembly / file["source"]["path"]
            if path.name.endswith(".template.json") and not path.name.endswith(".nested.template.json"):
                continue
            for destination in file["destinations"].values():
                name = destination["objectKey"].rsplit("/", 1)[-1]
                data = zipped(path) if file["source"]["packaging"] == "zip" else path.read_bytes()
                (out / "assets").mkdir(parents=True, exist_ok=True)
                (out / "assets" / name).write_bytes(data)
    for template in sorted(cloud_assembly.glob("*.template.json")):
        if not template.name.endswith(".nested.template.json"):
            shutil.copy(template, out / template.name)


def main(source, out):
    source, out = Path(source), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        of_cdk(source, out)
    else:
        (out / source.name).write_text(packaged(source, out))


if len(sys.argv) != 3:
    sys.exit(__doc__)
main(*sys.argv[1:])
