"""Reading project files: every problem at once, each with its line, its path and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from rlhf_collect.config.dataset import unknown_criteria
from rlhf_collect.config.messages import section_at, sentences
from rlhf_collect.config.overlap import Overlap, default_overlap
from rlhf_collect.config.project import DEFAULT_CRITERIA, Project, name_given_twice, overlap_criterion_problem
from rlhf_collect.config.section import settings_of
from rlhf_collect.config.translation import translation_problems
from rlhf_collect.config.yaml_lines import MAX_CHARACTERS, Lines, Place, dotted, read_lines
from rlhf_collect.errors import BadConfig, Problem

T = TypeVar("T")
Found = tuple[Place, str, str]
"""Where something is wrong, what it is, how to mend it."""
_YES_NO = TypeAdapter(bool)


def load_project(path: Path | str) -> Project:
    """The project of a file in ``configs/``.

    ``guidelines.file`` is read from the file's folder. Errors: ``BadConfig`` with every problem.
    """
    project, problems = _load(Path(path))
    return or_raise(project, problems, str(path))


def read_project(text: str, where: str, *, folder: Path | None = None) -> Project:
    """The project a YAML text describes; ``where`` names it in messages.

    ``folder`` is where ``guidelines.file`` is looked for; without it that setting is refused.
    Errors: ``BadConfig`` with every problem.
    """
    project, problems = _read(text, where, folder)
    return or_raise(project, problems, where)


def check_project(path: Path | str) -> list[Problem]:
    """Every problem of a project file in the order of its lines; an empty list when there is none."""
    return _load(Path(path))[1]


def load_projects(paths: Sequence[Path | str]) -> list[Project]:
    """The projects of several files. Errors: ``BadConfig`` for the first with problems, or a name given twice."""
    projects = [load_project(path) for path in paths]
    or_raise(projects, _names_given_twice(zip(paths, projects, strict=True)), "The files together")
    return projects


def check_projects(paths: Sequence[Path | str]) -> list[Problem]:
    """Every problem of several files, file by file, and names that two of them share."""
    read = [(path, *_load(Path(path))) for path in paths]
    good = ((path, project) for path, project, _ in read if project is not None)
    return [each for _, _, problems in read for each in problems] + _names_given_twice(good)


def _names_given_twice(projects: Iterable[tuple[Path | str, Project]]) -> list[Problem]:
    first: dict[str, Path | str] = {}
    return [
        Problem(
            where=str(path),
            field="name",
            what=f"'{project.name}' is the name of {first[project.name]} too.",
            mend="Give each project a name of its own.",
        )
        for path, project in projects
        if first.setdefault(project.name, path) is not path
    ]


def or_raise(read: T | None, problems: list[Problem], where: str) -> T:
    """What was read. Errors: ``BadConfig`` if there are problems."""
    if read is not None and not problems:
        return read
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    raise BadConfig(f"{where} has {count}; nothing was changed.", problems=problems)


def _load(path: Path) -> tuple[Project | None, list[Problem]]:
    text, problem = text_of(path)
    if problem:
        return None, [Problem(where=str(path), field="", what=problem[0], mend=problem[1])]
    return _read(text, str(path), path.parent)


def text_of(path: Path) -> tuple[str, tuple[str, str] | None]:
    """The text of a file, or what is wrong with it and how to mend it."""
    try:
        size = path.stat().st_size
        if size > 4 * MAX_CHARACTERS:
            return "", (f"has {size:,} bytes.", "It should be a page or two: is it the right file?")
        return path.read_bytes().decode("utf-8-sig"), None
    except FileNotFoundError:
        return "", ("there is no such file.", "Check the path, or write one with: rlhf-collect init FOLDER")
    except IsADirectoryError:
        return "", ("is a folder.", "Name the file itself.")
    except UnicodeDecodeError as error:
        return "", (f"is not UTF-8 text (byte {error.start:,}).", "Save the file as UTF-8.")
    except OSError as error:
        return "", (f"cannot be read: {error.strerror}.", "Check the path and its permissions.")


def _read(text: str, where: str, folder: Path | None) -> tuple[Project | None, list[Problem]]:
    lines = read_lines(text, where)
    if lines.data is None:
        return None, lines.problems or [_not_settings(lines, "the file is empty.")]
    if not isinstance(lines.data, dict):
        return None, [*lines.problems, _not_settings(lines, "the file holds no 'key: value' lines.")]
    _leave_out_blank_sections(lines.data)
    _take_in_guidelines(lines, folder)
    return build_project(lines)


def _not_settings(lines: Lines, what: str) -> Problem:
    return Problem(
        where=f"{lines.where}:1", field="", what=what, mend="Write one with: rlhf-collect init FOLDER"
    )


def _leave_out_blank_sections(data: Any, place: tuple[str, ...] = ()) -> None:
    """An optional heading with every setting under it commented out means its defaults."""
    for name, setting in settings_of(section_at(place, Project)).items():
        inner = (*place, name)
        if not isinstance(data, dict) or name not in data or not section_at(inner, Project):
            continue
        if data[name] is None and not setting.is_required():
            del data[name]
        else:
            _leave_out_blank_sections(data[name], inner)


def _take_in_guidelines(lines: Lines, folder: Path | None) -> None:
    """Put the text of ``guidelines.file`` where ``guidelines.text`` would stand."""
    section = lines.data.get("guidelines")
    if not isinstance(section, dict) or "file" not in section:
        return
    name = section.pop("file")
    place: Place = ("guidelines", "file")
    text, problem = _guideline_files(name, folder)
    if "text" in section:
        problem = ("stands beside text.", "Keep one of the two.")
    if problem:
        lines.problems.append(
            Problem(where=lines.at(place), field=dotted(place), what=problem[0], mend=problem[1])
        )
    # After a problem the general text stands in, so that a missing text is not reported on top.
    section.setdefault("text", "unread" if problem else text)
    lines.numbers[("guidelines", "text")] = lines.numbers[place]


def _guideline_files(name: object, folder: Path | None) -> tuple[Any, tuple[str, str] | None]:
    """The text of the file, or the text of each language's file; and the first problem there is."""
    if not isinstance(name, dict):
        return _guideline_file(name, folder)
    read = {language: _guideline_file(each, folder) for language, each in name.items()}
    found = ((f"{language}: {problem[0]}", problem[1]) for language, (_, problem) in read.items() if problem)
    return {language: text for language, (text, _) in read.items()}, next(found, None)


def _guideline_file(name: object, folder: Path | None) -> tuple[str, tuple[str, str] | None]:
    if not isinstance(name, str) or not name.strip():
        return "", ("is not the name of a file.", "Write for example guidelines.md.")
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts or folder is None:
        return "", (f"'{name}' leads out of the folder.", "Put the file beside the project file or below it.")
    if not (folder / inside).exists():
        return "", (
            f"'{name}': there is no such file.",
            "Put it beside the project file, or write text: instead.",
        )
    text, problem = text_of(folder / inside)
    return text, problem and (f"'{name}': {problem[0]}", problem[1])


def build_project(lines: Lines) -> tuple[Project | None, list[Problem]]:
    """The project, if nothing at all is wrong, and the problems sorted by line."""
    project: Project | None = None
    found: list[Found] = []
    try:
        project = Project.model_validate(lines.data)
    except ValidationError as error:
        found = [
            sentences(each, Project)
            for each in error.errors(include_url=False)
            if each["loc"] and not (each["type"] == "too_short" and each["input"])
        ]
        # Pydantic asks the rules that look at several settings only once each of these is right (and
        # calls a list whose items are wrong too short); here they answer beside other problems too.
        found = [
            *(each for each in found if each[0] != ("criteria",)),
            *criteria_problems(lines.data, found),
            *raters_problem(lines.data),
            *overlap_problem(lines.data),
            *_unfit_translations(lines.data),
        ]
    problems = as_problems(lines, found)
    return (None if problems else project), problems


def as_problems(lines: Lines, found: Sequence[Found]) -> list[Problem]:
    """What could not be read and what was found wrong, in the order of the lines."""
    problems = lines.problems + [
        Problem(where=lines.at(place), field=dotted(place), what=what, mend=mend)
        for place, what, mend in found
    ]
    return sorted(problems, key=_line_number)


def _line_number(problem: Problem) -> int:
    number = problem.where.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0


def raters_problem(data: Mapping[str, Any]) -> list[Found]:
    """More raters wanted for a row than every comparison gets."""
    dataset, overlap = data.get("dataset"), _overlap_of(data)
    wanted = dataset.get("min_raters") if isinstance(dataset, dict) else None
    if overlap is None or not str(wanted).isdecimal() or int(str(wanted)) <= overlap.surely:
        return []
    what = f"is {wanted}, and a comparison gets {overlap.surely} (overlap): no row."
    if overlap.min < overlap.max:
        what = f"is {wanted}, and a comparison may have no more than {overlap.surely} (overlap): no row then."
    mend = f"Write at most {overlap.surely}, or a higher overlap; where imported judgements are more, use a recipe."
    return [(("dataset", "min_raters"), what, mend)]


def _unfit_translations(data: Mapping[str, Any]) -> list[Found]:
    """Translations into the project's own language, or of questions it does not ask."""
    given = data.get("translations")
    if not isinstance(given, dict):
        return []
    questions = {
        str(language): [str(name) for name in each.get("questions") or ()]
        for language, each in given.items()
        if isinstance(each, dict) and isinstance(each.get("questions") or {}, dict)
    }
    own = str(data.get("language") or Project.model_fields["language"].default)
    return list(translation_problems(questions, own, _criteria_by_name(data)))


def _criteria_by_name(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The criteria as far as they can be read."""
    criteria = data.get("criteria")
    listed = criteria if isinstance(criteria, list | tuple) else [vars(each) for each in DEFAULT_CRITERIA]
    return {str(each["name"]): each for each in listed if isinstance(each, dict) and each.get("name")}


def overlap_problem(data: Mapping[str, Any]) -> list[Found]:
    """An overlap that looks at the answers to a criterion that is not there, or asked more than once."""
    overlap = _overlap_of(data)
    if overlap is None:
        return []
    turns = {name: _says_yes(each.get("turns")) for name, each in _criteria_by_name(data).items()}
    problem = overlap_criterion_problem(overlap, turns)
    place = ("overlap",) if overlap.criterion is None else ("overlap", "criterion")
    return [(place, *problem)] if problem else []


def _says_yes(value: object) -> bool:
    try:
        return _YES_NO.validate_python(value)
    except ValidationError:
        return False


def _overlap_of(data: Mapping[str, Any]) -> Overlap | None:
    """The overlap as far as it can be read; what is wrong with it is told elsewhere."""
    try:
        return Overlap.model_validate(data.get("overlap", default_overlap()))
    except ValidationError:
        return None


def criteria_problems(data: Mapping[str, Any], found: list[Found]) -> list[Found]:
    """Criteria that share a name, and ``dataset.criteria`` that do not exist."""
    criteria, dataset = data.get("criteria"), data.get("dataset")
    problems = [each for each in found if each[0] == ("criteria",)]
    names = [each.name for each in DEFAULT_CRITERIA]
    if isinstance(criteria, list | tuple):
        names = [str(each["name"]) for each in criteria if isinstance(each, dict) and each.get("name")]
    if not problems and (twice := name_given_twice(names)):
        problems.append((("criteria",), *twice))
    wanted = dataset.get("criteria") if isinstance(dataset, dict) else None
    for each in unknown_criteria(wanted, names) if isinstance(wanted, list | tuple) else []:
        known = ", ".join(dict.fromkeys(names))
        problems.append(
            (
                ("dataset", "criteria"),
                f"there is no criterion '{each}'.",
                f"Name only criteria of this file: {known}.",
            )
        )
    return problems
