#!/usr/bin/env python3
"""Writes everything under samples/ that is not written by hand.

    python3 -m venv .venv && .venv/bin/pip install -r samples/make/requirements.txt
    .venv/bin/python samples/make.py            write the folders
    .venv/bin/python samples/make.py --check    recompute the sums, and say which files on disk differ
    .venv/bin/python samples/make.py --answers target/release/kvartal
                                                write what the program answers to each pathology, to be read before it is kept

Goes in: samples/make/. Comes out: the folders of samples/, the same bytes each time.
Guaranteed: report.json and README.md are never touched, svar.txt only by --answers.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def everything():
    """Path below samples/ → bytes. Imported here, so that --answers needs no packages."""
    from make import facit, patologier, q3, q4, socialnamnden, varje_regel

    made = {}
    files, placed = q4.files()
    made.update({f"2023-q4/{name}": data for name, data in files.items()})
    made["2023-q4/omgang.toml"] = q4.omgang(placed).encode()
    made["2023-q4/facit.toml"] = facit.toml(placed).encode()
    files, _ = q3.files()
    made.update({f"2023-q3/{name}": data for name, data in files.items()})
    made["2023-q3/omgang.toml"] = q3.omgang().encode()
    made.update({f"socialnamnden-2023-q3/{name}": data for name, data in socialnamnden.files().items()})
    made.update(patologier.folders())
    made.update(varje_regel.folders())
    return made


def answers(program):
    """Runs the program as an utförare would, in each folder, on a fixed day."""
    for note in sorted(HERE.glob("patologier/*/om.md")):
        folder = note.parent
        sent = next(it.name for it in folder.iterdir() if it.name not in ("om.md", "svar.txt"))
        command = [program, "check", "--quarter", "2023-Q4", "--received", "2024-01-08", sent]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        (folder / "svar.txt").write_text(f"{done.stdout}{done.stderr}\nsvarskod {done.returncode}\n", encoding="utf-8")


def main():
    if "--answers" in sys.argv[1:]:
        answers(str(Path(sys.argv[-1]).resolve()))
        return 0
    from make import facit

    wrong = facit.failures()
    made = everything()
    if "--check" in sys.argv[1:]:
        wrong += [f"samples/{name} is not what make.py writes" for name, data in made.items() if not same(HERE / name, data)]
    elif not wrong:
        for name, data in made.items():
            path = HERE / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not same(path, data):
                path.write_bytes(data)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(made)} files, {len(wrong)} faults")
    return 1 if wrong else 0


def same(path, data):
    return path.is_file() and path.read_bytes() == data


if __name__ == "__main__":
    sys.exit(main())
