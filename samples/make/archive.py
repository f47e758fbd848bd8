"""Zip archives that are the same bytes every time.

Goes in: names and contents. Comes out: the archive's bytes, entries in the given order, all dated 1980-01-01.
"""

import io
import zipfile

DAY_ONE = (1980, 1, 1, 0, 0, 0)


def packed(parts, stored=()):
    """`parts` is a list of (name, bytes or str); names in `stored` are not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, DAY_ONE)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            target.writestr(entry, content.encode() if isinstance(content, str) else content)
    return out.getvalue()


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return [(name, source.read(name)) for name in source.namelist()]
