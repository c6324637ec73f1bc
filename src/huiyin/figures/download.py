"""The public download: every published count and figure, and how to make the figures again from the counts.

    README.md          what this is, how figures are made, in both languages
    manifest.json      when, from which version of the lake, digests of the other files
    counts.csv         kind, group, period, measure, count (empty: fewer than ten, or kept back)
    counts.parquet     the same
    figures.csv        kind, group, period, code, version, n, value, low, high, bound_low, bound_high, why
    compared.csv       office, period, beside: above, below or within what chance explains, like compared with like
    definitions.json   every definition in both languages
    sealed.bin         with --sealed: the exact counts, encrypted for an auditor; its digests are in the manifest

`recompute` makes every figure anew from counts.csv alone and says where figures.csv differs. `audit` opens the sealed
counts and checks that counts.csv and compared.csv are exactly what comes of them. Pure: no Django.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from huiyin.figures import publishing
from huiyin.figures.definitions import DEFINITIONS
from huiyin.figures.indicators import INDICATORS, METHODS, UNITS
from huiyin.figures.publishing import Cell, PublicFigure
from huiyin.figures.rollups import Rollup

FORMAT = "huiyin-figures"
COUNTS = ("kind", "group", "period", "measure", "count")
FIGURES = (
    "kind", "group", "period", "code", "version", "n", "value", "low", "high", "bound_low", "bound_high", "why",
)  # fmt: skip
COMPARED = ("office", "period", "beside")
FILES = (
    "counts.csv", "counts.parquet", "figures.csv", "compared.csv", "definitions.json", "README.md", "sealed.bin",
    "manifest.json",
)  # fmt: skip
#: No file of a download is larger, in bytes; a .zip that says otherwise is not opened.
LARGEST = 2**30


class DownloadError(Exception):
    """A download that cannot be read; the text says which file and why."""


@dataclass(slots=True)
class Compared:
    """What a comparison found: how many numbers were looked at, and each that differs, in words."""

    numbers: int = 0
    differences: list[str] = field(default_factory=list)


# --- writing -------------------------------------------------------------------------------------


def write(
    folder: Path, told: Mapping[Cell, int | None], *, as_of: datetime, lake_version: int, names: Mapping[str, str],
    compared: Mapping[tuple[str, str], str], sealed: tuple[bytes, str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> list[str]:  # fmt: skip
    """Write the download; returns the names of its files. `told` keeps the order of the pack, never one of figures.

    `sealed`: the encrypted exact counts and the digest of what was encrypted. DownloadError when the folder holds
    something else.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if folder.exists() and any(folder.iterdir()) and not (folder / "manifest.json").exists():
        raise DownloadError(
            f"{folder} holds something that is not a download. Nothing was written; name another folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(*cell, count) for cell, count in told.items()]
    _csv(folder / "counts.csv", COUNTS, rows)
    table = pa.table(
        {name: pa.array([row[i] for row in rows], pa.int64() if name == "count" else pa.string())
         for i, name in enumerate(COUNTS)}
    )  # fmt: skip
    pq.write_table(table, folder / "counts.parquet", compression="zstd")
    _csv(folder / "figures.csv", FIGURES, _figure_rows(told))
    _csv(folder / "compared.csv", COMPARED, [(*key, word) for key, word in compared.items()])
    (folder / "definitions.json").write_text(_json(definitions()), encoding="utf-8")
    (folder / "README.md").write_text(readme(as_of), encoding="utf-8")
    files = ["counts.csv", "counts.parquet", "figures.csv", "compared.csv", "definitions.json", "README.md"]
    manifest: dict[str, Any] = {
        "format": FORMAT, "method": publishing.METHOD, "as_of": as_of.isoformat(timespec="seconds"),
        "lake_version": lake_version, "periods": {k: list(v) for k, v in publishing.periods(as_of).items()},
        "names": dict(names), "groups": {kind: list(mine) for kind, mine in (groups or {}).items()},
    }  # fmt: skip
    if sealed is not None:
        (folder / "sealed.bin").write_bytes(sealed[0])
        manifest["sealed"] = {"sha256": sealed[1], "file_sha256": hashlib.sha256(sealed[0]).hexdigest()}
    manifest["sha256"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    (folder / "manifest.json").write_text(_json(manifest), encoding="utf-8")
    return [*files, *(["sealed.bin"] if sealed else []), "manifest.json"]


def _figure_rows(told: Mapping[Cell, int | None]) -> Iterable[tuple[Any, ...]]:
    for (kind, group), cells in publishing.by_cell(told).items():
        for period, counts in cells.items():
            for code in publishing.codes():
                yield (kind, group, period, *_fields(publishing.figure(code, counts)))


def _fields(one: PublicFigure) -> tuple[Any, ...]:
    low, high = one.bounds if one.bounds else (None, None)
    return (one.code, one.version, one.n, one.value, one.low, one.high, low, high, one.why)


def _csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([["" if value is None else value for value in row] for row in rows])


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def definitions() -> dict[str, Any]:
    """Every definition in both languages, as plain data."""
    return {
        "counts": [
            {"code": d.code, "version": d.version, "zh": d.zh, "en": d.en, "limits_zh": d.limits_zh,
             "limits_en": d.limits_en}
            for d in DEFINITIONS
        ],
        "indicators": [
            {
                "number": one.number, "code": one.code, "family": one.family, "version": one.version,
                "unit": {"zh": UNITS[one.unit][0], "en": UNITS[one.unit][1]},
                "method": {"zh": METHODS[one.method][0], "en": METHODS[one.method][1]},
                "read_with": list(one.read_with), "published": one.code in publishing.codes(),
                **{
                    name: {"zh": text.zh, "en": text.en}
                    for name, text in (
                        ("title", one.title), ("meaning", one.meaning), ("denominators", one.denominators),
                        ("bias", one.bias), ("gaming", one.gaming), ("missing", one.missing),
                    )
                    if text is not None
                },
            }
            for one in INDICATORS
        ],
    }  # fmt: skip


def readme(as_of: datetime) -> str:
    """How the figures are made, for whoever opens the download."""
    return f"""# 公开数据 · Public figures · {as_of:%Y-%m-%d}

## 中文

`counts.csv` 是公布的全部件数：全部、各单位、各片区、各大类、各渠道，按月，以及最近三个和十二个完整的月
（`3m`、`12m`，月份写在 `manifest.json`）和到最后一个完整的月为止的全部（`all`）。
每个数各自取到最接近的 5 的倍数；不足 10 件的不写；为了不让人用加减法推出不足 10 件的数，另有一些数也不写。
`figures.csv` 里的每个比例只由 `counts.csv` 里的两个件数算出：n 是回答了的（定义见 `definitions.json`），
value 是 hit ÷ n。区间是 Wilson 95% 区间，再放宽到取整可能藏起来的范围；上下限是没回答的人全说否、全说是时的值。
`compared.csv` 写着每个单位放在同类的事里比（大类、急缓相同）是高于、低于还是在偶然能解释的范围之内；它要用准确的
件数才能算，持有密钥的审计人能核对。
自己重算一遍：`huiyin figures recompute 这个文件夹`。

- 不要拿区间重叠的单位排名次。
- 没有来说的人不在里面；没回答的人想法可能不一样；各单位办的事难易不同。

## English

`counts.csv` holds every published count: the whole body, each office, area, top category and channel, by month,
for the last three and twelve complete months (`3m`, `12m`; `manifest.json` names the months), and for everything up
to the last complete month (`all`). Each count is rounded for itself to the nearest multiple of five. Counts under ten
are left empty, and some others too, so that none under ten can be worked out by adding and subtracting.
Each share in `figures.csv` is made of two counts in `counts.csv` alone: n is who answered (`definitions.json`
says what each word means), value is hit ÷ n. The interval is Wilson's, 95 %, widened by what rounding may hide;
the bounds are the value if all the silent said no, and if all said yes.
`compared.csv` says whether an office lies above, below or within what chance explains when like is compared with like
(same top category and urgency); it needs the exact counts, so an auditor with the key can check it.
Make them again yourself: `huiyin figures recompute THIS_FOLDER`.

- Do not rank offices whose intervals overlap.
- Those who never came are not in it; the silent may differ; offices handle matters of different difficulty.
"""


# --- as one file ---------------------------------------------------------------------------------


def zipped(folder: Path, names: Sequence[str], as_of: datetime) -> bytes:
    """The files of a download as one .zip; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, as_of.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (folder / name).read_bytes())
    return buffer.getvalue()


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """The folder of a download, also when it came as one .zip. DownloadError when it is no such file."""
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="huiyin-figures-") as name:
        folder = Path(name)
        try:
            with zipfile.ZipFile(path) as archive:
                for entry in archive.infolist():
                    if entry.filename not in FILES or entry.file_size > LARGEST:
                        raise DownloadError(f"{path.name} holds {entry.filename}, which is no part of a download.")
                    (folder / entry.filename).write_bytes(archive.read(entry))
        except (OSError, zipfile.BadZipFile) as error:
            raise DownloadError(f"{path.name} cannot be read: {error}") from error
        yield folder


# --- reading and comparing -----------------------------------------------------------------------


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DownloadError(f"{folder}/manifest.json cannot be read: {error}") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise DownloadError(f"{folder} is not a download of published figures.")
    if data.get("method") != publishing.METHOD:
        raise DownloadError(
            f"{folder} was made with method {data.get('method')}, this program makes figures with method "
            f"{publishing.METHOD}. Use the program of that time."
        )
    return data


def read_counts(folder: Path) -> dict[Cell, int | None]:
    found: dict[Cell, int | None] = {}
    for number, row in enumerate(_rows(folder / "counts.csv", COUNTS), 2):
        try:
            count = int(row["count"]) if row["count"] else None
        except ValueError as error:
            raise DownloadError(f"counts.csv, line {number}: {row['count']!r} is no count.") from error
        found[row["kind"], row["group"], row["period"], row["measure"]] = count
    return found


def _rows(path: Path, header: Sequence[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            if tuple(reader.fieldnames or ()) != tuple(header):
                raise DownloadError(f"{path.name} has other columns than {', '.join(header)}.")
            return list(reader)
    except (OSError, UnicodeDecodeError) as error:
        raise DownloadError(f"{path.name} cannot be read: {error}") from error


def recompute(folder: Path) -> Compared:
    """Make every figure anew from the counts and compare; also the digests. DownloadError when it cannot be read."""
    found = Compared()
    for name, digest in read_manifest(folder).get("sha256", {}).items():
        path = folder / Path(name).name
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            found.differences.append(f"{name}: not the file the manifest names")
    made = {
        tuple(map(str, row[:4])): ["" if value is None else str(value) for value in row[4:]]
        for row in _figure_rows(read_counts(folder))
    }
    for row in _rows(folder / "figures.csv", FIGURES):
        key = tuple(row[name] for name in FIGURES[:4])
        mine = made.pop(key, None)
        where = " ".join(part for part in key if part)
        if mine is None:
            found.differences.append(f"{where}: published, but there are no counts for it")
            continue
        for name, value in zip(FIGURES[4:], mine, strict=True):
            found.numbers += 1
            if row[name] != value:
                found.differences.append(
                    f"{where}: {name} is published as {row[name] or '–'}, made anew {value or '–'}"
                )
    found.differences += [f"{' '.join(key)}: can be made, but is not published" for key in sorted(made)]
    return found


# --- under seal ----------------------------------------------------------------------------------


def seal(text: str, key: bytes) -> tuple[bytes, str]:
    """Exact counts encrypted with AES-256-GCM (12 bytes of nonce first), and the SHA-256 of the plain text."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    plain = text.encode()
    return nonce + AESGCM(key).encrypt(nonce, plain, FORMAT.encode()), hashlib.sha256(plain).hexdigest()


def unseal(folder: Path, key: bytes) -> Rollup:
    """The exact counts of a download. DownloadError: none there, another key, or not what the manifest names."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    manifest = read_manifest(folder)
    path = folder / "sealed.bin"
    if "sealed" not in manifest or not path.exists():
        raise DownloadError(f"{folder} has no sealed counts; `huiyin figures export --sealed` adds them.")
    data = path.read_bytes()
    try:
        plain = AESGCM(key).decrypt(data[:12], data[12:], FORMAT.encode())
    except (InvalidTag, ValueError) as error:
        raise DownloadError("sealed.bin does not open with this key.") from error
    if hashlib.sha256(plain).hexdigest() != manifest["sealed"]["sha256"]:
        raise DownloadError("sealed.bin opens, but holds other counts than the manifest names.")
    parsed = Rollup.parse(plain.decode())
    if parsed is None:
        raise DownloadError("sealed.bin holds counts of another program's version.")
    return parsed[0]


def audit(folder: Path, key: bytes) -> Compared:
    """Whether the published counts are exactly what protection makes of the sealed ones."""
    manifest = read_manifest(folder)
    rollup = unseal(folder, key)
    told = publishing.public_counts(rollup, datetime.fromisoformat(manifest["as_of"]), manifest["groups"])
    published = read_counts(folder)
    found = Compared(numbers=len(told))
    as_of = datetime.fromisoformat(manifest["as_of"])
    made = {(*key, word) for key, word in publishing.compared(rollup, as_of, told).items()}
    written = {tuple(row[name] for name in COMPARED) for row in _rows(folder / "compared.csv", COMPARED)}
    found.differences += [f"{' '.join(row)}: only from the exact counts" for row in sorted(made - written)]
    found.differences += [f"{' '.join(row)}: only published" for row in sorted(written - made)]
    for cell in [*told, *(cell for cell in published if cell not in told)]:
        if told.get(cell) != published.get(cell):
            where = " ".join(part for part in cell if part)
            found.differences.append(
                f"{where}: published {published.get(cell)}, from the exact counts {told.get(cell)}"
            )
    return found
