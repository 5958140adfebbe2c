"""The page for a person, as a browser without scripts uses it: read it, fill in its forms, follow where they lead."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.sandbox_api import until
from tests.support.webhook_receiver import receiving


class Form(dict):
    """The fields of one form with their first values; `action` is where it goes, `choices` what its lists offer."""

    action = ""
    method = ""
    button = ""


class Seen(HTMLParser):
    """What a page shows: its text, its links and its forms; every element is closed."""

    def __init__(self, markup):
        super().__init__()
        self.text, self.links, self.forms, self.open, self.names = "", {}, [], [], set()
        self.label, self.link = "", None
        self.feed(markup)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.names.add(tag)
        if tag not in {"input", "meta", "br"}:
            self.open.append(tag)
        if tag == "form":
            self.forms.append(Form())
            self.forms[-1].action, self.forms[-1].method = found["action"], found["method"]
            self.forms[-1].choices = {}
        if tag == "a":
            self.link = found["href"]
        if tag == "select":
            self.label = found["name"]
        if tag == "option":
            self.forms[-1].setdefault(self.label, found["value"])
            self.forms[-1].choices.setdefault(self.label, []).append(found["value"])
        if tag == "input":
            self.forms[-1][found["name"]] = found.get("value", "")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.text += data + "\n"
        if self.open[-1:] == ["a"]:
            self.links[data] = self.link
        if self.open[-1:] == ["button"]:
            self.forms[-1].button = data

    def form(self, button, place=0):
        return [form for form in self.forms if form.button == button][place]


class Browser:
    def __init__(self, sandbox):
        self.netloc = urlsplit(sandbox.url).netloc
        self.status, self.headers, self.page = 0, {}, None

    def ask(self, method, path, data=None, **headers):
        connection = HTTPConnection(self.netloc, timeout=30)
        connection.request(method, path, data, {"Accept-Language": "en", **headers})
        response = connection.getresponse()
        markup = response.read().decode()
        connection.close()
        self.status, self.headers = response.status, dict(response.getheaders())
        self.page = Seen(markup) if markup.startswith("<") else None
        return self

    def open(self, path="/", **headers):
        return self.ask("GET", path, **headers)

    def press(self, button, place=0, **fields):
        form = self.page.form(button, place)
        assert set(fields) <= set(form)
        assert all(fields[name] in offered for name, offered in form.choices.items() if name in fields)
        if form.method == "get":
            return self.open(f"{form.action}?{urlencode({**form, **fields})}")
        self.ask("POST", form.action, urlencode({**form, **fields}))
        assert self.status == 303, self.page and self.page.text
        return self.open(self.headers["location"])


@pytest.fixture
def browser(sandbox):
    return Browser(sandbox)


def test_empty_sandbox_shows_address_and_form(browser, sandbox):
    page = browser.open().page
    assert browser.status == 200
    assert f"{sandbox.url}. Account: {sandbox.account}" in page.text
    assert sandbox.password not in page.text
    assert "No orders yet." in page.text
    assert "script" not in page.names
    assert "default-src 'none'" in browser.headers["content-security-policy"]


def test_buttons_create_and_move_an_order(browser, sandbox):
    browser.open().press("Create", destination="door", status="TAKEN_BY_COURIER")
    (order,) = sandbox.orders()
    assert (order["status"], order["delivery_mode"]) == ("TAKEN_BY_COURIER", "1")
    assert order["cdek_number"] in browser.page.links
    browser.press("Next status")
    assert sandbox.truth(order["uuid"])["status"] == "DELIVERED"
    browser.open(browser.page.links[order["cdek_number"]])
    assert "DELIVERED" in browser.page.text
    browser.press("Set the status", status="NOT_DELIVERED", reason_code="11")
    assert "Requests" in browser.page.text  # still the page of the order
    moved = sandbox.truth(order["uuid"])
    assert (moved["status"], moved["reason_code"]) == ("NOT_DELIVERED", "11")


def test_button_ends_background_work(browser, sandbox, api):
    sandbox.settings(create={"mode": "never"})
    uuid = api.create()
    browser.open(f"/_sandbox/ui/orders/{uuid}").press("End the background work")
    assert sandbox.truth(uuid)["status"] == "CREATED"


def test_buttons_add_and_clear_faults(browser, sandbox, api):
    uuid = sandbox.order()
    browser.open(f"/_sandbox/ui/orders/{uuid}").press("Add a fault", operation="refusal", action="close", when="after")
    with pytest.raises(ConnectionError):
        api.refuse(uuid)
    browser.open(f"/_sandbox/ui/orders/{uuid}")
    assert "the response was lost" in browser.page.text
    browser.open().press("Add a fault", operation="*", action="answer", times="")
    assert sandbox.control("GET", "/faults")[0]["times"] is None
    browser.press("Clear all faults")
    assert sandbox.control("GET", "/faults") == []


def test_button_runs_a_scenario(browser, sandbox):
    names = {row["name"] for row in sandbox.control("GET", "/scenarios")}
    browser.open()
    assert set(browser.page.form("Run the scenario").choices["scenario"]) == names
    browser.press("Run the scenario", scenario="refused_at_the_door")
    direct = sandbox.orders()[0]
    assert (direct["status"], direct["reason_code"]) == ("NOT_DELIVERED", "11")
    assert direct["cdek_number"] in browser.page.links


def test_buttons_add_and_remove_schema_drift(browser, sandbox, api):
    uuid = sandbox.order(status="DELIVERED")
    straight = api.card(uuid).body
    browser.open().press("Add a fault", operation="order_get", action="schema_drift:oldest_first", times="")
    browser.press("Add a fault", operation="order_get", action="close", times="1")
    turned = api.card(uuid).body
    assert turned["entity"]["statuses"] == straight["entity"]["statuses"][::-1]
    browser.press("Remove", place=0)
    assert [row["action"]["type"] for row in sandbox.control("GET", "/faults")] == ["close"]
    with pytest.raises(ConnectionError):
        api.card(uuid)
    assert api.card(uuid).body == straight


def test_removing_an_ended_fault_is_refused(browser, sandbox):
    browser.open().press("Add a fault", operation="*", action="close")
    form = browser.page.form("Remove")
    sandbox.clear_faults()
    browser.ask("POST", form.action, urlencode(form))
    assert browser.status == 400
    assert "no longer in force" in browser.page.text


def test_search_finds_orders_by_number_and_status(browser, sandbox):
    sandbox.order_batch(60, im_number="red")
    sandbox.order_batch(3, im_number="blue", status="DELIVERED")
    browser.open().press("Search", q="RED-")
    assert "Found: 60." in browser.page.text
    assert "blue" not in browser.page.text
    browser.open(browser.page.links["Older"])
    assert "red-1\n" in browser.page.text
    browser.press("Next status")  # the button leads back to the same page of the same search
    assert "Found: 60." in browser.page.text
    assert "red-1\n" in browser.page.text
    browser.press("Search", q="delivered")
    assert "Found: 3." in browser.page.text
    number = sandbox.orders()[0]["cdek_number"]
    browser.press("Search", q=number)
    assert "Found: 1." in browser.page.text
    assert number in browser.page.links
    browser.press("Search", q="")
    assert "Found" not in browser.page.text


def test_search_query_is_escaped(browser, sandbox):
    sandbox.order()
    browser.open().press("Search", q=EVIL)
    assert browser.page.names & {"script", "img", "i", "b"} == set()
    assert browser.page.form("Search")["q"] == EVIL
    browser.press("+ an hour")
    assert browser.page.form("Search")["q"] == EVIL


def test_webhooks_page_shows_and_sends_events(browser, api, sandbox):
    with receiving() as receiver:
        for kind in ("ORDER_MODIFIED", "OFFICE_AVAILABILITY"):
            api.call("POST", "/webhooks", {"type": kind, "url": receiver.url})
        browser.open().open(browser.page.links["Webhooks"])
        assert "Subscriptions (2)" in browser.page.text
        assert receiver.url in browser.page.text
        browser.press("Send an event", type="ORDER_MODIFIED", attributes='{"name": "<b>"}', uuid="some-uuid")
        assert "Deliveries (1)" in browser.page.text  # still the page of webhooks
        browser.press("Send an office event", code="NSK1", available="no")
        by_kind = {event["type"]: event for event in receiver.wait_for(2)}
    assert (by_kind["ORDER_MODIFIED"]["uuid"], by_kind["ORDER_MODIFIED"]["attributes"]) == (
        "some-uuid",
        {"name": "<b>"},
    )
    assert by_kind["OFFICE_AVAILABILITY"]["attributes"] == {"type": "UNAVAILABLE_OFFICE", "code": "NSK1"}
    until(lambda: {row["state"] for row in sandbox.webhooks()["events"]} == {"delivered"})
    browser.open("/_sandbox/ui/webhooks")
    assert "delivered" in browser.page.text
    assert "b" not in browser.page.names


def test_event_attributes_must_be_an_object(browser):
    form = browser.open("/_sandbox/ui/webhooks").page.form("Send an event")
    for attributes in ("[1]", "{", "nonsense"):
        browser.ask("POST", form.action, urlencode({**form, "attributes": attributes}))
        assert browser.status == 400
        assert "must be a JSON object" in browser.page.text


def test_buttons_move_an_intake(browser, sandbox, api):
    sandbox.settings(intake_create={"mode": "never"})
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    sender = {"company": "<i>", "name": "Отправитель", "phones": [{"number": "+79589441654"}]}
    hours = {"intake_time_from": "10:00", "intake_time_to": "17:00"}
    place = {"code": 44, "address": "ул. Блюхера, 32"}
    body = {"intake_date": day, **hours, "name": "Груз", "weight": 1000, "sender": sender, "from_location": place}
    uuid = api.call("POST", "/intakes", body).uuid
    status = lambda: sandbox.control("GET", f"/intakes/{uuid}")["status"]  # noqa: E731 - read in four places
    browser.open().open(browser.page.links["Intakes"])
    assert uuid in browser.page.text
    browser.press("Next status")
    assert status() == "READY_FOR_APPOINTMENT"
    browser.press("Next status")
    assert status() == "APPOINTED_COURIER"
    browser.press("Set the status", status="PROBLEM_DETECTED")
    assert status() == "PROBLEM_DETECTED"
    assert "PROBLEM_DETECTED" in browser.page.text  # still the page of intakes
    browser.open("/_sandbox/ui/intakes?lang=ru")
    assert "Выявлена проблема (PROBLEM_DETECTED)" in browser.page.text


def test_every_button_is_translated(browser):
    for path in ("/", "/_sandbox/ui/intakes", "/_sandbox/ui/webhooks"):
        browser.open(f"{path}?lang=ru")
        assert not [form.button for form in browser.page.forms if form.button.isascii()]


def test_buttons_move_the_clock_and_reset(browser, sandbox):
    sandbox.order()
    browser.open().press("+ an hour")
    assert sandbox.control("GET", "/clock")["offset"] == 3600
    browser.press("Reset the sandbox")
    assert sandbox.orders() == []
    assert sandbox.control("GET", "/clock")["offset"] == 0


@pytest.mark.parametrize(
    ("path", "accepted", "words", "language"),
    [
        ("/", "ru-RU,ru;q=0.9,en;q=0.8", "Заказов ещё нет.", "ru"),
        ("/", "de,en;q=0.5", "No orders yet.", "en"),
        ("/", "", "No orders yet.", "en"),
        ("/?lang=ru", "en", "Заказов ещё нет.", "ru"),
        ("/?lang=en", "ru", "No orders yet.", "en"),
        ("/?lang=xx", "ru", "Заказов ещё нет.", "ru"),
    ],
)
def test_page_uses_the_readers_language(browser, path, accepted, words, language):
    page = browser.open(path, **{"Accept-Language": accepted}).page
    assert words in page.text
    assert {"ru": "English", "en": "Русский"}[language] in page.links


def test_chosen_language_survives_an_action(browser):
    browser.open("/?lang=ru").press("Создать")
    assert "Заказы (1)" in browser.page.text
    assert "lang=en" in browser.page.links["English"]


EVIL = "\"><script>alert(1)</script><b a='&lt;"


def test_client_data_is_escaped(browser, sandbox, api):
    uuid = sandbox.order(im_number=EVIL)
    sandbox.move(uuid, "<img src=x>", "<i", allow_unknown=True)
    api.call("GET", f"/orders/{uuid}/{EVIL.replace(' ', '+')}")
    for path in ("/", f"/_sandbox/ui/orders/{uuid}"):
        page = browser.open(path).page
        assert page.names & {"script", "img", "i", "b"} == set()
        assert "<img src=x>" in page.text
        assert EVIL in page.text


def test_orders_are_paginated_newest_first(browser, sandbox):
    sandbox.order_batch(120, im_number="n")
    first = browser.open().page
    assert "Orders (120)" in first.text
    assert "n-120" in first.text
    assert "n-70\n" not in first.text
    assert "Newer" not in first.links
    browser.open(first.links["Older"]).open(browser.page.links["Older"])
    assert "n-1\n" in browser.page.text
    assert "Older" not in browser.page.links
    browser.press("Next status")
    assert "n-1\n" in browser.page.text


@pytest.mark.parametrize("number", ["-1", "x", "9" * 400, "²"])
def test_invalid_page_number_shows_the_first_page(browser, number):
    assert browser.open(f"/?{urlencode({'page': number})}").status == 200


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("orders", {"destination": "moon"}, "moon"),
        ("orders/none/advance", {}, "no order none"),
        ("faults", {"action": "flood"}, "flood"),
        ("faults", {"action": "schema_drift:sideways"}, "sideways"),
        ("scenarios", {"scenario": "moon"}, "moon"),
        ("events", {"type": "ORDER_LOST"}, "ORDER_LOST"),
        ("intakes/none/advance", {}, "no intake none"),
        ("faults", {"action": "close", "times": "many"}, "times"),
        ("clock", {"seconds": "1e400"}, "float"),
    ],
)
def test_failed_action_is_explained_on_a_page(browser, path, fields, words):
    browser.ask("POST", f"/_sandbox/ui/{path}", urlencode(fields))
    assert browser.status == 400
    assert words in browser.page.text
    assert "Back to the orders" in browser.page.links


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "/?q=a&next=//evil.example",
        "/?page=1&q=\r\nX: y",
        "https://evil.example/",
        "/_sandbox/ui/orders/../x",
        "/\r\nX: y",
    ],
)
def test_action_never_redirects_to_another_site(browser, back):
    browser.ask("POST", "/_sandbox/ui/clock", urlencode({"seconds": 60, "back": back}))
    assert (browser.status, browser.headers["location"]) == (303, "/?lang=en")


def test_form_of_another_site_is_refused(browser, sandbox):
    sandbox.order()
    for path in ("/_sandbox/ui/reset", "/_sandbox/reset"):
        browser.ask("POST", path, "", **{"Sec-Fetch-Site": "cross-site"})
        assert browser.status == 403
    assert len(sandbox.orders()) == 1
