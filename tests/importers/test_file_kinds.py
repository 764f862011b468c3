from __future__ import annotations

import csv
import gzip
import json
import random
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlhf_collect.errors import BadCall, BadSource
from rlhf_collect.importers import open_source
from rlhf_collect.importers.json_rows import split_items
from tests.importers.writing import only, read_all, read_rows, sky, write_lines

TWO = [sky(1), sky(2, prompt="Où est la mer\u2028?")]


def comparisons(path: Path):
    good, bad = read_all(path)
    assert bad == []
    return [each.comparison for each in good]


@pytest.fixture
def plain(tmp_path):
    """The comparisons of a plain JSON Lines file called ``x.jsonl``."""
    return [
        {"id": each.comparison_id, "prompt": each.prompt, "completions": each.completions}
        for each in comparisons(write_lines(tmp_path / "plain.jsonl", TWO))
    ]


def same(path: Path, plain) -> bool:
    return plain == [
        {"id": each.comparison_id, "prompt": each.prompt, "completions": each.completions}
        for each in comparisons(path)
    ]


def test_a_json_array_gives_the_same_comparisons_as_json_lines(tmp_path, plain):
    for name, indent in (("flat.json", None), ("pretty.json", 2)):
        (tmp_path / name).write_text(json.dumps(TWO, indent=indent), encoding="utf-8")
        assert same(tmp_path / name, plain)


def test_pretty_printed_objects_without_a_list_are_read(tmp_path, plain):
    path = tmp_path / "objects.json"
    path.write_text("\n".join(json.dumps(each, indent=1) for each in TWO))
    assert same(path, plain)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_file_with_json_cells_gives_the_same_comparisons(tmp_path, plain, separator):
    path = tmp_path / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(["id", "prompt", "completions", "language"])
        for each in TWO:
            writer.writerow([each["id"], each["prompt"], json.dumps(each["completions"]), ""])
    assert same(path, plain)


def test_a_parquet_file_gives_the_same_comparisons(tmp_path, plain):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.Table.from_pylist(TWO), path)
    assert same(path, plain)


@pytest.mark.parametrize("name", ["rows.jsonl.gz", "rows.json.gz", "rows.parquet.gz", "wrongly-named.jsonl"])
def test_compressed_files_are_read(tmp_path, plain, name):
    if "parquet" in name:
        pq.write_table(pa.Table.from_pylist(TWO), tmp_path / "rows.parquet")
        content = (tmp_path / "rows.parquet").read_bytes()
    else:
        content = "".join(f"{json.dumps(each)}\n" for each in TWO).encode()
    (tmp_path / name).write_bytes(gzip.compress(content))
    assert same(tmp_path / name, plain)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("as_list", [True, False])
def test_every_unicode_encoding_gives_the_same_comparisons(tmp_path, plain, encoding, as_list):
    lines = [json.dumps(each, ensure_ascii=False) for each in TWO]
    text = f"[{','.join(lines)}]" if as_list else "\n".join(lines)
    (tmp_path / "rows.json").write_bytes(text.encode(encoding))
    assert same(tmp_path / "rows.json", plain)


def test_a_crlf_file_gives_the_same_comparisons_as_its_lf_twin(tmp_path, plain):
    path = write_lines(tmp_path / "rows.jsonl", TWO)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert same(path, plain)


def test_a_csv_cell_keeps_its_line_ends(tmp_path):
    (tmp_path / "rows.csv").write_bytes(b'prompt,chosen,rejected\r\n"one\r\ntwo\nthree",a,b\r\n')
    assert only(comparisons(tmp_path / "rows.csv")).prompt[0].content == "one\r\ntwo\nthree"


def test_a_csv_text_may_begin_with_a_bracket(tmp_path):
    (tmp_path / "rows.csv").write_text('prompt,chosen,rejected\n"[1, 2]",{},[INST]\n')
    compared = only(comparisons(tmp_path / "rows.csv"))
    assert compared.prompt[0].content == "[1, 2]"
    assert {each.content[0].content for each in compared.completions} == {"{}", "[INST]"}


def test_bad_csv_records_name_their_line_and_the_others_are_read(tmp_path):
    (tmp_path / "rows.csv").write_text('prompt,chosen,rejected\nq,a,b\n"x\ny",a,b,c\nq2,"a"z,b\nq3,a,b\n')
    good, bad = read_all(tmp_path / "rows.csv")
    assert [each.comparison.prompt[0].content for each in good] == ["q", "q3"]
    assert [each.where for each in bad] == ["rows.csv:3", "rows.csv:5"]
    assert "4 cells" in bad[0].what


@pytest.mark.parametrize("header", ["prompt,chosen,chosen", "prompt,,chosen"])
def test_a_csv_header_must_name_every_column_once(tmp_path, header):
    (tmp_path / "rows.csv").write_text(f"{header}\na,b,c\n")
    with pytest.raises(BadSource) as caught:
        open_source(str(tmp_path / "rows.csv"))
    assert caught.value.problems[0].where == "rows.csv:1"


def test_a_folder_is_read_file_by_file_and_names_the_file(tmp_path):
    folder = tmp_path / "set"
    (folder / "sub").mkdir(parents=True)
    write_lines(folder / "sub" / "b.jsonl", [sky(3), "{"])
    write_lines(folder / "a.jsonl", [sky(1), sky(2)])
    (folder / "README.md").write_text("about")
    (folder / "manifest.json").write_text("{}")
    (folder / ".hidden.json").write_text("{}")
    good, bad = read_all(folder)
    assert [each.comparison.comparison_id for each in good] == ["c1", "c2", "c3"]
    assert only(bad).where == "sub/b.jsonl:2"
    assert good[0].comparison.source == "set"


def test_an_empty_file_among_others_is_a_problem(tmp_path):
    write_lines(tmp_path / "a.jsonl", [sky(1)])
    (tmp_path / "b.jsonl").touch()
    good, bad = read_all(tmp_path)
    assert len(good) == 1
    assert only(bad).where == "b.jsonl"


def test_files_of_different_forms_are_refused(tmp_path):
    write_lines(tmp_path / "a.jsonl", [sky(1)])
    write_lines(tmp_path / "b.jsonl", [{"prompt": "q", "chosen": "a", "rejected": "b"}])
    with pytest.raises(BadSource, match="different forms"):
        open_source(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", b"", "is empty"),
        ("a.jsonl", b"\n \n", "no rows"),
        ("a.json", b"[]", "no rows"),
        ("a.csv", b"prompt,chosen,rejected\n", "no rows"),
        ("a.jsonl", b'{"question": 1}\n', "no known form"),
        ("a.bin", b"\x89PNG\r\n\x1a\n123456", "no line that can be read"),
        ("a.parquet", b"PAR1 but not really", "no line that can be read"),
        ("a.jsonl", b"prompt: what\n" * 100, "no line that can be read"),
    ],
)
@pytest.mark.parametrize("kept", [True, False])
def test_a_file_with_nothing_to_read_says_so(tmp_path, name, content, said, kept):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadSource, match=said):
        open_source(str(tmp_path / name), keep_preferences=kept)


def test_missing_files_empty_folders_and_unknown_formats_are_refused(tmp_path):
    with pytest.raises(BadSource, match="no file or folder"):
        open_source(str(tmp_path / "nothing.jsonl"))
    with pytest.raises(BadSource, match="no data file"):
        open_source(str(tmp_path))
    with pytest.raises(BadCall, match="hh-rlhf"):
        open_source(str(write_lines(tmp_path / "a.jsonl", [sky()])), format="parquet")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "column 2"),
        ('{"prompt": "a" "b"}', "column 16"),
        ("[1]", "a list"),
        ("null", "null"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ('{"a": 1e999}', "too large"),
        ('{"a": 1, "a": 2}', "twice"),
        (
            "{" + "".join(f'"{number}": 1, ' for number in range(200_000)) + '"z": 1, "z": 2}',
            "z It stands twice",
        ),
        ('{"prompt": "half \\ud83d"}', "surrogate"),
        ('{"prompt": "zero \\u0000"}', "NUL"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' + "1" * 5000 + "}", "number that cannot be read"),
    ],
)
def test_a_bad_line_is_named_and_the_next_is_read(tmp_path, line, said):
    good, bad = read_rows(tmp_path, [sky(1), "", line, sky(2)])
    assert [each.comparison.comparison_id for each in good] == ["c1", "c2"]
    assert only(bad).where == "rows.jsonl:3"
    assert said in f"{bad[0].field} {bad[0].what}"
    assert bad[0].mend


def test_a_whole_surrogate_pair_is_a_character(tmp_path):
    good, bad = read_rows(tmp_path, [json.dumps(sky(prompt="🙂?"), ensure_ascii=True)])
    assert bad == []
    assert good[0].comparison.prompt[0].content == "🙂?"


def test_a_bad_item_of_an_array_is_named_and_the_next_is_read(tmp_path):
    items = [json.dumps(sky(1)), '{"prompt": "}]",\n  "x": [1, }', "17", json.dumps(sky(2)), "{\"a\": 'b'}"]
    (tmp_path / "rows.json").write_text("[\n" + ",\n".join(items) + "\n]\n")
    good, bad = read_all(tmp_path / "rows.json")
    assert [each.comparison.comparison_id for each in good] == ["c1", "c2"]
    assert [each.where for each in bad] == ["rows.json:3", "rows.json:5", "rows.json:7"]
    assert "line 4" in bad[0].what


@pytest.mark.parametrize("cut", [1, 30, 100])
def test_a_cut_off_array_gives_what_is_whole_and_says_so(tmp_path, cut):
    text = json.dumps([sky(1), sky(2)])
    (tmp_path / "rows.json").write_text(text[:-cut])
    good, bad = read_all(tmp_path / "rows.json")
    assert good[0].comparison.comparison_id == "c1"
    assert "cut off" in bad[-1].what


def test_text_in_another_encoding_names_the_line_and_the_byte(tmp_path):
    lines = [json.dumps(sky(number, prompt="café?"), ensure_ascii=False) for number in (1, 2)]
    for name, content in (
        ("rows.jsonl", lines[0].encode() + b"\n" + lines[1].encode("latin-1")),
        ("rows.json", b"[" + lines[0].encode() + b",\n" + lines[1].encode("latin-1") + b"]"),
    ):
        (tmp_path / name).write_bytes(content)
        good, bad = read_all(tmp_path / name)
        assert [each.comparison.comparison_id for each in good] == ["c1"]
        assert only(bad).where == f"{name}:2"
        byte = lines[1].encode("latin-1").index(b"\xe9") + 1
        assert f"Byte {byte} of the line (0xE9)" in bad[0].what
        assert "UTF-8" in bad[0].mend


def test_broken_utf16_and_broken_gzip_end_the_file_with_a_problem(tmp_path):
    lines = "".join(f"{json.dumps(sky(number))}\n" for number in range(3000))
    (tmp_path / "wide.jsonl").write_bytes(b"\xff\xfe" + lines.encode("utf-16-le") + b"\x00\xd8\x00")
    (tmp_path / "packed.jsonl.gz").write_bytes(gzip.compress(lines.encode())[:-3000])
    for name in ("wide.jsonl", "packed.jsonl.gz"):
        good, bad = read_all(tmp_path / name)
        assert len(good) > 100
        assert bad[-1].where.startswith(name)
        assert "not read" in bad[-1].mend


@pytest.mark.parametrize("rows", [3, 3000])
@pytest.mark.parametrize("name", ["packed.jsonl.gz", "packed.json.gz"])
def test_a_truncated_file_gives_every_whole_line_before_the_break_and_says_that_it_ends_there(
    tmp_path, name, rows
):
    texts = [json.dumps(sky(number)) for number in range(rows)]
    whole = "\n".join(texts) if "jsonl" in name else f"[{','.join(texts)}]"
    packed = gzip.compress(whole.encode())
    (tmp_path / name).write_bytes(packed[:-12])
    unpacked = zlib.decompressobj(31).decompress(packed[:-12]).decode()
    good, bad = read_all(tmp_path / name)
    assert len(good) >= unpacked.count('"completions"') - 1 >= rows - 2
    assert only(bad).what == "The file ends in the middle (it is truncated?)."


def test_members_one_after_another_are_one_file_and_what_is_no_member_is_damage(tmp_path):
    first, second = (gzip.compress(f"{json.dumps(sky(number))}\n".encode()) for number in range(2))
    (tmp_path / "two.jsonl.gz").write_bytes(first + second + b"\0" * 9000)
    assert [len(each) for each in read_all(tmp_path / "two.jsonl.gz")] == [2, 0]
    (tmp_path / "spoiled.jsonl.gz").write_bytes(first + b"no member")
    good, bad = read_all(tmp_path / "spoiled.jsonl.gz")
    assert len(good) == 1
    assert only(bad).what.startswith("The compressed file is damaged")


def test_a_damaged_parquet_page_ends_the_file_with_a_problem(tmp_path):
    path = tmp_path / "rows.parquet"
    rows = [sky(number, prompt=f"{number} {'why ' * 500}?") for number in range(4000)]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=500, compression="zstd")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4000] = b"\x00" * 4000
    path.write_bytes(content)
    good, bad = read_all(path)
    assert 0 < len(good) < 4000
    assert "Parquet" in bad[-1].what


def test_a_line_over_the_limit_is_a_problem_and_the_next_is_read(tmp_path):
    huge = b'{"prompt": "' + b"a" * (65 * 2**20) + b'"}'
    (tmp_path / "rows.jsonl").write_bytes(
        json.dumps(sky(1)).encode() + b"\n" + huge + b"\n" + json.dumps(sky(2)).encode()
    )
    (tmp_path / "rows.json").write_bytes(
        b"[" + json.dumps(sky(1)).encode() + b",\n" + huge + b",\n" + json.dumps(sky(2)).encode() + b"]"
    )
    for name in ("rows.jsonl", "rows.json"):
        good, bad = read_all(tmp_path / name)
        assert [each.comparison.comparison_id for each in good] == ["c1", "c2"]
        assert only(bad).where == f"{name}:2"
        assert "64 MiB" in bad[0].what


def test_array_items_do_not_depend_on_where_the_pieces_of_a_file_end():
    chance = random.Random(3)
    signs = ["a", '"', "\\", "{", "}", "[", "]", ",", "\n", " ", "é", '"x"', '{"a":1}']
    for turn in range(3000):
        text = "".join(chance.choices(signs, k=chance.randint(0, 30)))
        text = f"[{text}]" if turn % 2 else text
        size = chance.randint(1, 5)
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        whole, parted = (
            [(line, item if isinstance(item, str) else item.what) for line, item in split_items(each)]
            for each in ([text], pieces)
        )
        assert whole == parted, text
