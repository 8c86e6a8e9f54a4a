"""A competition's folder, ``competitions/<slug>/``: read, checked and rendered, every mistake at its line."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Mapping
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from courses.authoring.source.competition_schema import CompetitionSchema
from courses.authoring.source.markdown import render
from courses.authoring.source.parts import anchors_in
from courses.authoring.source.reading import Reading
from courses.authoring.source.tree import Competition, DataFile
from graders.bundle import ExerciseInvalid
from graders.competition import PARAMETERS, parameters_of, scoring_files, scoring_test, split_rows
from graders.exercise import Exercise
from graders.findings import sentence
from graders.problems import Document, did_you_mean
from graders.source import validate
from graders.table import Table, TableRefused, decode, read_table

FOLDER = "competitions"
SPEC = "competition.yaml"
PAGES = ("overview", "rules", "data", "evaluation")
PREVIEW_ROWS, PREVIEW_COLUMNS, PREVIEW_CELL = 8, 12, 60
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BELONGS = re.compile(r"(data|hidden|baselines|figures|tools)/.+|[A-Z][A-Z_-]*(\..*)?")


class CompetitionFolder:
    """One competition's folder: what is in it, found before anything is rendered."""

    def __init__(self, reading: Reading, slug: str) -> None:
        self.reading, self.slug, self.path = reading, slug, f"{FOLDER}/{slug}"
        self.pages = {page: reading.texts(f"{self.path}/{page}", wanted=f"the page “{page}”") for page in PAGES}
        if not _SLUG.fullmatch(slug) or len(slug) > 80:
            message = f"the name `{slug}` in {FOLDER} cannot stand in an address"
            reading.add(f"{self.path}/{SPEC}", 0, message, "small letters, digits and hyphens")

    def announce(self) -> None:
        """Tell the map of places which addresses are here."""
        places = self.reading.places
        for page, files in self.pages.items():
            for file in files.values():
                places.addresses[file] = places.urls.competition(self.slug, page)
                places.anchors[file] = anchors_in(self.reading, file, self.reading.text(file) or "")[0]

    def read(self) -> Competition | None:
        file = f"{self.path}/{SPEC}"
        document = self.reading.yaml(file)
        about = validate(CompetitionSchema, document, self.reading.problems) if document else None
        if document is not None:
            self.reading.check_languages(document)
        texts = {page: self._rendered(files) for page, files in self.pages.items()}
        if about is None or document is None:
            return None
        self._check_names(about)
        labels = self._labels(about, document)
        test = scoring_test(entry=about.entry, metric=about.metric, own=self._own_scoring(about))
        self._check_scoring(about, test, labels)
        return Competition(
            slug=self.slug,
            about=about,
            texts=texts,
            data=tuple(self._data_file(name) for name in self._names("data")),
            labels=labels,
            test=test,
            given={name: self._content("data", name) for name in self._names("data")},
            hidden={name: self._content("hidden", name) for name in self._names("hidden")},
            baselines=self._baselines(about, document, labels),
        )

    def _rendered(self, files: Mapping[str, str]) -> dict[str, str]:
        texts = {}
        for language, file in files.items():
            text = self.reading.text(file) or ""
            if not text.strip():
                self.reading.add(file, 1, "the page is empty", "a text")
            texts[language] = rendered_page(self.reading, file, language, text)
        return texts

    def _check_names(self, about: CompetitionSchema) -> None:
        pages = [f"{page}.{language}.md" for page in PAGES for language in self.reading.languages]
        known = [SPEC, *pages, *([about.scoring.file] if about.scoring else [])]
        for match in self.reading.paths(re.escape(self.path) + "/(.+)", inside=self.path):
            if match[1] not in known and not _BELONGS.fullmatch(match[1]) and not match[1].endswith(".md"):
                self.reading.add(
                    match[0], 0, "no file of this name belongs to a competition", did_you_mean(match[1], known)
                )

    def _names(self, part: str) -> list[str]:
        return [match[1] for match in self.reading.paths(rf"{re.escape(self.path)}/{part}/([^/]+)", inside=self.path)]

    def _content(self, part: str, name: str) -> bytes:
        return self.reading.places.files[f"{self.path}/{part}/{name}"]

    def _labels(self, about: CompetitionSchema, document: Document) -> Table | None:
        """The hidden labels; None where entries are code, or after a problem."""
        if about.table is None or about.split is None:
            return None
        wanted = about.table.labels
        file = f"{self.path}/hidden/{wanted.file}"
        if wanted.file not in self._names("hidden"):
            line = document.line("table", "labels", "file")
            self.reading.add(document.file, line, f"hidden/{wanted.file} is missing", "a CSV file with what is right")
            return None
        columns = wanted.columns or about.table.columns
        try:
            table = read_table(decode(self._content("hidden", wanted.file)), id_column=about.table.id, columns=columns)
        except TableRefused as refused:
            self._refused(file, refused)
            return None
        public = split_rows(table, share=about.split.public, seed=about.split.seed)
        if not 0 < len(public) < len(table.ids):
            line = document.line("split", "public")
            message = f"{len(table.ids)} rows have no public and private part at {about.split.public:g}"
            self.reading.add(document.file, line, message, "a row at least in each")
        return table

    def _refused(self, file: str, refused: TableRefused) -> None:
        for finding in refused.findings:
            row = finding.values.get("row", 0)
            self.reading.add(
                file, row if isinstance(row, int) else 0, sentence(finding), "a table as `table` describes it"
            )

    def _own_scoring(self, about: CompetitionSchema) -> str:
        if about.scoring is None:
            return ""
        text = self.reading.text(f"{self.path}/{about.scoring.file}")
        taken = parameters_of(text) if text else None
        if taken not in PARAMETERS[about.entry]:
            expected = " or ".join(f"def score({', '.join(names)})" for names in PARAMETERS[about.entry])
            message = "there is no function `score`" if taken is None else f"`score` takes ({', '.join(taken)})"
            self.reading.add(f"{self.path}/{about.scoring.file}", 0, message, expected)
        return text or ""

    def _check_scoring(self, about: CompetitionSchema, test: str, labels: Table | None) -> None:
        """Whether a grading machine could use it: the same check as for an exercise, in the words of this folder."""
        hidden = {name: self._content("hidden", name) for name in self._names("hidden")}
        given = {name: self._content("data", name) for name in self._names("data")}
        public = labels.ids[:1] if labels else ()
        files = scoring_files(about.model_dump(mode="json"), test=test, public=public, data=given, hidden=hidden)
        own = about.scoring.file if about.scoring else SPEC
        with tempfile.TemporaryDirectory() as scratch:
            for name, content in files.items():
                target = Path(scratch) / name
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(content)
            try:
                Exercise.load(Path(scratch))
            except ExerciseInvalid as error:
                for problem in error.problems:
                    if labels is None and about.table is not None:
                        continue  # told at its place
                    ours = problem.file.startswith(("data/", "hidden/"))
                    file = problem.file if ours else own
                    line = problem.line if problem.file == "test_hidden.py" else 0
                    self.reading.add(f"{self.path}/{file}", line, problem.message, problem.expected)

    def _baselines(
        self, about: CompetitionSchema, document: Document, labels: Table | None
    ) -> dict[str, dict[str, str]]:
        """{slug: {file: text}} of the baselines, each an entry that anybody could have made."""
        found: dict[str, dict[str, str]] = {}
        for number, baseline in enumerate(about.baselines):
            path, line = f"baselines/{baseline.file}", document.line("baselines", number, "file")
            if baseline.file not in self._names("baselines"):
                self.reading.add(document.file, line, f"{path} is missing", "an entry like those of participants")
                continue
            content = self._content("baselines", baseline.file)
            if about.entry == "code":
                found[baseline.slug] = {about.files[0]: content.decode("utf-8", "replace")}
                continue
            try:
                text = decode(content)
                if about.table is not None and labels is not None:
                    read_table(text, id_column=about.table.id, columns=about.table.columns, ids=labels.ids)
                found[baseline.slug] = {"predictions.csv": text}
            except TableRefused as refused:
                self._refused(f"{self.path}/{path}", refused)
        return found

    def _data_file(self, name: str) -> DataFile:
        content = self._content("data", name)
        preview: list[list[str]] = []
        rows = 0
        if PurePosixPath(name).suffix == ".csv":
            reader = csv.reader(io.StringIO(content.decode("utf-8-sig", "replace"), newline=""))
            try:
                preview = [
                    [cell[:PREVIEW_CELL] for cell in row[:PREVIEW_COLUMNS]] for row in islice(reader, PREVIEW_ROWS + 1)
                ]
                rows = max(0, len(preview) - 1) + sum(1 for _ in reader)
            except csv.Error as error:
                self.reading.add(f"{self.path}/data/{name}", reader.line_num, f"this is no CSV ({error})", "a table")
        return DataFile(name=name, size=len(content), rows=rows, preview=preview)


def rendered_page(reading: Reading, file: str, language: str, text: str) -> str:
    part = reading.part(f"page {file}", [file], text)
    return part.value(lambda: render(text, reading.page(file, language), top_level=2).html)


def competitions_of(reading: Reading) -> list[CompetitionFolder]:
    """The competitions of a course. A folder without ``competition.yaml`` is told of, not left out."""
    slugs = sorted({match[1] for match in reading.paths(rf"{FOLDER}/([^/]+)/.+", inside=FOLDER)})
    for match in reading.paths(rf"{FOLDER}/([^/]+)", inside=FOLDER):
        if not re.fullmatch(r"[A-Z][A-Z_-]*(\..*)?", match[1]):
            reading.add(match[0], 0, "a competition is a folder", f"{FOLDER}/<slug>/{SPEC}")
    return [CompetitionFolder(reading, slug) for slug in slugs]


def facts(competition: Competition) -> dict[str, Any]:
    """What the pages need of the data files, as JSON."""
    return {
        "files": [
            {"name": file.name, "size": file.size, "rows": file.rows, "preview": file.preview}
            for file in competition.data
        ]
    }
