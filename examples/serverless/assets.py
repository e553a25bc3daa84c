"""Names files by their content, for a pipeline that extracts them where templates find them.

    python3 assets.py template.yaml out nested.yaml functions/*/

Every folder becomes a ZIP archive and every file stays as it is; `out/assets/` gets them by the digest of their content. In
`out/template.yaml`, `${AssetsPrefix}/receive` has become `${AssetsPrefix}/assets/<digest>.zip`, and `${AssetsPrefix}/nested.yaml`
`${AssetsPrefix}/assets/<digest>.yaml`. The same content has the same name: what did not change is not deployed again.
"""

import hashlib
import io
import re
import sys
import zipfile
from pathlib import Path

PREFIX = "${AssetsPrefix}/"


def content(path):
    if path.is_file():
        return path.read_bytes()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in sorted(path.rglob("*")):
            if file.is_file():
                # Without the time of the build, and for everybody to read.
                entry = zipfile.ZipInfo(file.relative_to(path).as_posix())
                entry.external_attr = (0o755 if file.stat().st_mode & 0o100 else 0o644) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                zipped.writestr(entry, file.read_bytes())
    return archive.getvalue()


def main(template, out, *paths):
    out = Path(out)
    (out / "assets").mkdir(parents=True, exist_ok=True)
    text = Path(template).read_text()
    for path in map(Path, paths):
        data = content(path)
        name = hashlib.sha256(data).hexdigest()[:32] + (path.suffix if path.is_file() else ".zip")
        # The whole name: `order` is not the beginning of `orders`.
        used = re.escape(PREFIX + path.name) + r"(?![\w./-])"
        text, times = re.subn(used, PREFIX + "assets/" + name, text)
        if times == 0:
            sys.exit(f"{template} does not use {PREFIX}{path.name}")
        (out / "assets" / name).write_bytes(data)
    (out / "template.yaml").write_text(text)


main(*sys.argv[1:])
