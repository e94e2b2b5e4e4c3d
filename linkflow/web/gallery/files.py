"""Samples of answering with a file, where the organization takes files: sent, checked, refused, taken."""

from collections.abc import Iterator
from dataclasses import replace

from linkflow.domain.filled import FileProblem
from linkflow.web.aside_views import FileProblems, SheetProblem, StoredUpload, UploadPage
from linkflow.web.gallery.sample import PageSample
from linkflow.web.gallery.scene import BOTH, BY_FILE, COMPANY, ENTITY, HERE, NOW, SPEND, Scene, form, keys

FILE = "Our books 2026.xlsx"
_PROBLEMS = (
    FileProblem(sheet="Bills", row=12, column="Bill date", cell="C12", reason="broken-date"),
    FileProblem(sheet="Bills", column="Currency", reason="column-missing"),
    FileProblem(sheet="Bills", row=14, column="Total", cell="G14", reason="formula"),
    FileProblem(sheet="Suppliers", reason="sheet-missing"),
)


def samples(scene: Scene) -> Iterator[PageSample]:
    """The page of a file in each of its states."""
    if not scene.feel.upload:
        return
    plain = UploadPage(
        form=form(), template_href=HERE, data_types=keys(BOTH), company_name=COMPANY, again_href=HERE, back_href=HERE
    )
    kept = StoredUpload(name=FILE, received_at=NOW, state="received")
    yield _upload(scene, "upload", plain)
    of_entity = replace(plain, entity_name=ENTITY, data_types=keys(SPEND))
    refused = replace(of_entity, form=scene.refused(workbook="wrong-format"))
    yield _upload(scene, "upload-refused", refused, entity=ENTITY)
    yield _upload(scene, "upload-being-checked", replace(plain, checking=FILE))
    again = replace(plain, stored=kept, onward_href=HERE)
    yield _upload(scene, "upload-being-checked-again", replace(again, checking=FILE))
    yield _upload(scene, "upload-with-problems", replace(plain, problems=_problems(scene)))
    yield _upload(scene, "upload-with-problems-again", replace(again, problems=_problems(scene, more=40)))
    yield _upload(scene, "upload-received", again)
    yield _upload(scene, "upload-accepted", replace(again, form=None, stored=replace(kept, state="accepted")))
    to_correct = replace(kept, state="correction", reason="The month of May is missing. Please add it.")
    yield _upload(scene, "upload-to-correct", replace(again, stored=to_correct))


def _problems(scene: Scene, *, more: int = 0) -> FileProblems:
    sheets: dict[str, list[SheetProblem]] = {}
    for one in _PROBLEMS:
        told = SheetProblem(cell=one.cell, row=one.row, column=one.column, sentence=scene.file_problem(one))
        sheets.setdefault(one.sheet, []).append(told)
    shown = tuple((name, tuple(problems)) for name, problems in sheets.items())
    return FileProblems(filename=FILE, count=len(_PROBLEMS) + more, sheets=shown)


def _upload(scene: Scene, name: str, page: UploadPage, *, entity: str | None = None) -> PageSample:
    shell = scene.shell("upload", entity=entity, way=BY_FILE)
    return PageSample(name=name, template="customer/upload.html", shell=shell, page=page)
