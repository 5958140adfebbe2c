"""`plan` and `preview` show which columns of a file are read, and which are not and why."""

CARD = {"status": "ACCEPTED_AT_PICK_UP_POINT"}
TABLE = "Невыкуп за ноябрь;;\nСДЭК;Номер заказа;Трек-номер\n350;m-1;{cdek}\n"


def test_plan_names_columns_header_row_and_what_is_left_out(oint, tmp_path):
    (tmp_path / "orders.csv").write_text(TABLE.format(cdek="1106625424"), "utf-8")
    plan = oint("refusals", "plan", "orders.csv", "--no-cards", OINT_LANG="ru")
    assert plan.out.splitlines()[1:] == [
        "Номер СДЭК: колонка C «Трек-номер», строка заголовка 2",
        "Номер заказа в магазине: колонка B «Номер заказа», строка заголовка 2",
        "Не учтены колонки: «СДЭК» (A) - цены",
    ]
    as_json = oint("refusals", "plan", "orders.csv", "--json").json
    assert as_json["columns"] == {
        "header_row": 2,
        "used": [
            {"column": "cdek_number", "letter": "C", "header": "Трек-номер"},
            {"column": "im_number", "letter": "B", "header": "Номер заказа"},
        ],
        "not_used": [{"letter": "A", "header": "СДЭК", "reason": "prices"}],
    }


def test_preview_of_a_file_names_its_columns(oint, sandbox, tmp_path):
    uuid = sandbox.order(**CARD)
    (tmp_path / "orders.csv").write_text(f"{uuid};x\n", "utf-8")
    preview = oint("refusals", "preview", "orders.csv", "--column", "uuid=A", OINT_LANG="en")
    assert "The order's UUID at CDEK: column A, no header" in preview.out.splitlines()
    as_json = oint("refusals", "preview", "orders.csv", "--column", "uuid=A", "--json").json
    assert as_json["columns"]["used"] == [{"column": "uuid", "letter": "A", "header": None}]
    assert as_json["columns"]["header_row"] is None


def test_question_about_columns_ends_with_the_option_that_decides(oint, tmp_path):
    (tmp_path / "orders.csv").write_text("Трек-номер;Накладная\n1106625424;1106625425\n", "utf-8")
    question = oint("refusals", "plan", "orders.csv", OINT_LANG="ru")
    assert question.code == 2
    assert "--column cdek_number=A или --column cdek_number=B" in question.err
    answer = oint("refusals", "plan", "orders.csv", "--column", "cdek_number=B", "--json")
    assert answer.json["columns"]["used"] == [{"column": "cdek_number", "letter": "B", "header": "Накладная"}]
