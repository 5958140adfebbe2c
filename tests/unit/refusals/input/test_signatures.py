"""The first bytes decide what a file is: what is neither a text nor a workbook is named and refused."""

import codecs
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.input import InputFileError, open_input
from oint.refusals.input.signatures import detect_foreign_format, detect_utf16

PAGE = (
    '<html><head><meta charset="utf-8"></head>\n<body><table><tr><td>\nНомер заказа\n</td></tr></table></body></html>'
)
TABLE = "<table border=1><tr><th>Номер заказа</th></tr>\n<tr><td>shop-1</td></tr></table>"
SHEET = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">\n<Worksheet>\n<Cell>\n7\n</Cell>'
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
FOREIGN = [
    ("input_page", "HTML", PAGE),
    ("input_page", "HTML", "\ufeff" + PAGE),
    ("input_page", "HTML", PAGE.encode("utf-16")),
    ("input_page", "HTML", PAGE.encode("utf-16-le")),
    ("input_page", "HTML", PAGE.encode("utf-16-be")),
    ("input_page", "HTML", PAGE.encode("cp1251")),
    ("input_page", "HTML", "\n \t\n" + PAGE),
    ("input_page", "HTML", "<!-- saved from url=(0020) -->\n" + PAGE),
    ("input_page", "HTML", '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n' + PAGE),
    ("input_page", "HTML", "<!doctype html>\ntext"),
    ("input_page", "HTML", XML + '<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml"><body>1</body></html>'),
    ("input_page", "HTML", "Notice: Undefined index in /var/www/x.php, line 5\n\n  <HTML>\n<body>\n1\n"),
    ("input_page", "HTML", TABLE),
    ("input_page", "HTML", "Выгрузка за ноябрь\n" + TABLE),
    ("input_page", "HTML", "Выгрузка\n<table>\n<!-- 1 -->\n<thead>\n<tr>\n<td>\n5\n"),
    ("input_page", "HTML", "<td>\nshop-1\n</td>\n<td>\nshop-2\n</td>\n"),
    ("input_page", "HTML", "<b>Номер заказа</b>;<b>Сумма</b>\n<i>shop-1</i>;<i>5</i>\n"),
    ("input_page", "HTML", "Список\n<div>S-1</div>\n<div>S-2</div>\n"),
    (
        "input_page",
        "MHTML",
        "MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related;\n\tboundary=x\n",
    ),
    ("input_page", "MHTML", "MIME-Version: 1.0\n\n7\n"),
    ("input_other_table", "2003", SHEET),
    ("input_other_table", "2003", XML + '<?mso-application progid="Excel.Sheet"?>\n<!-- 1 -->\n' + SHEET),
    ("input_other_table", "2003", (XML + SHEET).encode("utf-16")),
    ("input_other_table", "2003", "<ss:" + SHEET[1:]),
    ("input_other_table", "FODS", XML + '<office:document xmlns:office="x">\n1\n'),
    ("input_other_table", "DBF", b"\x03\x7e\x0b\x1c\x05\0\0\0\x41\0\x20\0" + b"\0" * 20 + b"NOMER\0\0\0\0\0\0C"),
    ("input_xml", "YML", XML + '<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n<yml_catalog date="2026-11-02">\n1\n'),
    ("input_xml", "CommerceML", (XML + "<КоммерческаяИнформация Версия='2'>\n1\n").encode("cp1251")),
    ("input_xml", "XML", "<orders>\n<order>\n1\n</order>\n</orders>"),
    ("input_xml", "XML", XML + "<orders>\n1\n"),
    ("input_xml", "XML", XML + "text"),
    ("input_xml", "XML", '<orders xmlns="urn:x">\n1\n'),
    ("input_xml", "CLIXML", '#< CLIXML\n<Objs Version="1.1">\n1\n'),
    ("input_xml", "CLIXML", '<Objs Version="1.1">\n1\n'),
    ("input_letter", "letter", "Received: from x by y\n\tfor z\nFrom: a@b\nSubject: orders\n\n1106625424\n"),
    ("input_letter", "letter", "From: a@b\nTo: c@d\nMIME-Version: 1.0\nSubject: orders\n\n1106625424\n"),
    ("input_letter", "letter", "From a@b.c Mon Nov 2\nSubject: x\nTo: y\n\n1106625424"),
    ("input_letter", "letter", "От: Иван\nКому: Пётр\nТема: отказы\n\n1106625424\n"),
    ("input_document", "PDF", b"%PDF-1.4\n1\n0\nobj\n"),
    ("input_document", "PDF", b"\xef\xbb\xbf\n \n%PDF-1.7\n1\n"),
    ("input_document", "RTF", b"{\\rtf1\\ansi\n1106625424\n}"),
    ("input_document", "PostScript", b"%!PS-Adobe-3.0\n1\n"),
    ("input_document", "image", b"\x89PNG\r\n\x1a\n1\n"),
    ("input_document", "image", b"\xff\xd8\xff\xe01\n"),
    ("input_document", "image", b"BM\x10\0\0\0\0\0\0\0"),
    ("input_document", "image", b"RIFF\1\2\3\4WEBPVP8"),
    ("input_document", "image", b"\0\0\0\x18ftypheic"),
    ("input_document", "image", "<svg><text>1</text></svg>"),
    ("input_document", "video", b"\0\0\0\x18ftypisom"),
    ("input_document", "video", b"ID3\x04\0"),
    ("input_document", "database", b"SQLite format 3\0"),
    ("input_document", "program", b"#!/bin/sh\n1\n"),
    ("input_archive", "gzip", b"\x1f\x8b\x08\0"),
    ("input_archive", "7-Zip", b"7z\xbc\xaf\x27\x1c\0"),
    ("input_archive", "RAR", b"Rar!\x1a\x07\0"),
    ("input_archive", "tar", b"orders.csv".ljust(257, b"\0") + b"ustar"),
]
TEXTS = [
    'Номер заказа;Описание\nA-1;"<table><tr><td>x</td></tr></table>"\nA-2;<p>текст</p>\n',
    'Номер заказа;Описание\nA-1;"<p>\n<html>\n<table>\n<tr><td>1</td></tr>\n</table>"\nA-2;x\n',
    "Номер заказа;Описание\nA-1;<table><tr><td>x</td></tr></table>\nA-2;x\n",
    "Номер заказа\nA-1\nA-2 <не забрал>\n",
    "BM-1\nMM-2\nGIF8-1\nID3-5\nMZ-1\n7z-1\nBZ-2\nOgg-1\n",
    "<5 заказов\nA-1\nA-2\n",
    "Дата: 02.11.2026;\nОт: ООО Ромашка;\n\nНомер заказа;Сумма\nA-1;1\nA-2;1\n",
    "От;Номер заказа\nИван;A-1\nАнна;A-2\n",
    "From: shop\nНомер заказа;Сумма\nA-1;1\nA-2;1\n",
]


def open_bytes(data):
    return open_input("-", stdin=io.BytesIO(data.encode() if isinstance(data, str) else data))


@pytest.mark.parametrize(("code", "kind", "data"), FOREIGN)
def test_foreign_file_is_named_and_refused(code, kind, data):
    with pytest.raises(InputFileError) as caught:
        open_bytes(data)
    assert caught.value.code == code
    assert kind in caught.value.text.en
    assert caught.value.hint.ru


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_table_with_tags_in_its_cells_is_read(text, encoding):
    data = text.encode(encoding)
    assert detect_foreign_format(data) is None
    with open_bytes(data) as source:
        assert "A-1" in {row.im_number for row in source.rows()} or text.startswith("BM-1")


def make_zip(*entries, mimetype=None):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for entry in entries:
            archive.writestr(entry, "1106625424\n")
    return data.getvalue()


def make_ole(*entries, padding=0):
    names = [name.encode("utf-16-le") + b"\0\0" for name in ("Root Entry", *entries)]
    directory = b"".join((name.ljust(64, b"\0") + bytes([len(name), 0])).ljust(128, b"\1") for name in names)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\1") + b"\1" * padding + directory


@pytest.mark.parametrize(
    ("code", "kind", "data"),
    [
        ("input_document", "DOCX", make_zip("[Content_Types].xml", "word/document.xml")),
        ("input_document", "PPTX", make_zip("[Content_Types].xml", "ppt/presentation.xml")),
        ("input_document", "ODT", make_zip("content.xml", mimetype="application/vnd.oasis.opendocument.text")),
        ("input_document", "EPUB", make_zip("META-INF/container.xml", mimetype="application/epub+zip")),
        ("input_other_table", "Numbers", make_zip("Index/Document.iwa")),
        ("input_archive", "ZIP", make_zip("orders.csv")),
        ("input_archive", "ZIP", make_zip()),
        ("input_document", "DOC", make_ole("WordDocument")),
        ("input_document", "DOC", make_ole("WordDocument", padding=256 * 1024 - 512 - 150)),
        ("input_letter", "MSG", make_ole("__properties_version1.0")),
        ("input_document", "PPT", make_ole("PowerPoint Document")),
        ("input_document", "not a spreadsheet", make_ole("Contents")),
    ],
)
def test_container_without_workbook_is_named_and_refused(code, kind, data):
    with pytest.raises(InputFileError) as caught:
        open_bytes(data)
    assert caught.value.code == code
    assert kind in caught.value.text.en


@pytest.mark.parametrize(
    "data",
    [
        make_zip("[Content_Types].xml", "xl/workbook.xml", "xl/embeddings/word/document.xml"),
        make_zip("[Content_Types].xml", "elsewhere/sheet.xml"),
        make_zip("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"),
        make_zip("[Content_Types].xml", "word/document.xml")[:60],
        make_ole("Workbook", "WordDocument"),
    ],
    ids=["embedded document", "sheet elsewhere", "ODS", "cut archive", "two streams"],
)
def test_what_may_be_a_workbook_is_left_to_its_reader(data):
    with pytest.raises(InputFileError) as caught:
        open_bytes(data)
    assert caught.value.code.startswith("input_workbook")


def test_utf_16_is_detected_by_its_zero_bytes():
    text = "Номер заказа;Сумма\nA-1;100\n"
    assert detect_utf16(text.encode("utf-16-le")) == "utf-16-le"
    assert detect_utf16(text.encode("utf-16-be")) == "utf-16-be"
    assert detect_utf16(text.encode()) is None
    assert detect_utf16(b"\0" * 100) is None
    assert detect_utf16(b"") is None


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<", b"<?xml", b"<!--", b"From: ", b"from a@", codecs.BOM_UTF16_LE])
)
def test_detection_accepts_any_bytes(data, start):
    kind = detect_foreign_format(start + data)
    assert kind is None or kind.code.startswith("input_")
