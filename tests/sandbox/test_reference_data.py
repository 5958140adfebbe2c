"""Data files of the sandbox: an error names the file and the line, and every file holds together with the others."""

import pytest
from msgspec import Struct

from cdek_sandbox.reference_data.cities import CITIES
from cdek_sandbox.reference_data.loader import FOLDER, DataFileError, read_document, read_table
from cdek_sandbox.reference_data.prices import build_route, calculate_price
from cdek_sandbox.reference_data.regions import COUNTRIES, REGIONS
from cdek_sandbox.reference_data.tariffs import LISTS, TARIFFS


class City(Struct, forbid_unknown_fields=True):
    code: int
    name: str
    limit: float | None = None


class Features(Struct, forbid_unknown_fields=True):
    streets: list[str]
    limits: list[float]


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def test_table_is_read_with_defaults_for_empty_cells(write):
    path = write("cities.csv", 'code,name,limit\n44,"Москва, город",\n270,Новосибирск,0.5\n')
    assert read_table(path, City) == [City(44, "Москва, город"), City(270, "Новосибирск", 0.5)]


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ("code,name\n44,Москва\nforty,Казань\n", 3, "code"),
        ("code,name\n44,Москва\n\n,Казань\n", 4, "code"),
        ("code,name\n44,Москва\n45\n", 3, "cells"),
        ("code,name\n44,Москва,1,2\n", 2, "cells"),
        ("code,name,colour\n44,Москва,red\n", 2, "colour"),
        ('code,name\n44,Москва\n45,"Казань\n', 3, "end of data"),
    ],
)
def test_error_in_a_table_names_file_line_and_field(write, lines, line, reason):
    with pytest.raises(DataFileError, match=rf"cities\.csv, line {line}: .*{reason}"):
        read_table(write("cities.csv", lines), City)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('{\n  "streets": ["a"],\n  "limits": [1, "x"]\n}', 3, "limits"),
        ('{\n  "streets": ["a"],\n  "limits": [1],\n  "doors": 1\n}', 4, "doors"),
        ('{\n  "streets": ["a"],\n  "limits": [1,,]\n}', 3, "malformed"),
        ('{"streets": []}', 1, "limits"),
    ],
)
def test_error_in_a_document_names_file_line_and_field(write, text, line, reason):
    with pytest.raises(DataFileError, match=rf"features\.json, line {line}: .*{reason}"):
        read_document(write("features.json", text), Features)


def test_every_data_file_is_in_the_folder_that_is_read():
    assert {path.suffix for path in FOLDER.iterdir() if path.suffix not in {".py", ".pyc", ""}} == {".csv", ".json"}


def test_codes_of_the_files_refer_to_each_other():
    assert {region.country_code for region in REGIONS.values()} <= set(COUNTRIES)
    assert {city.country_code for city in CITIES.values()} <= set(COUNTRIES)
    lists = (LISTS.in_one_city, LISTS.between_cities, LISTS.lockers, LISTS.abroad_only, LISTS.min_declared)
    assert {code for row in lists for code in row} <= set(TARIFFS)
    route = build_route(CITIES[44], CITIES[270])
    assert all(calculate_price(tariff, 1000, route) > 0 for tariff in TARIFFS.values())
