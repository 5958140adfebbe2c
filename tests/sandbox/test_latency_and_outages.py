"""Bad weather: rate limits, latency, brown-outs, drift, slow and stuck background work, and faults by script."""

import json

import pytest

from cdek_sandbox import SandboxError, running_sandbox
from cdek_sandbox.core.random_source import RandomSource
from cdek_sandbox.faults.actions import Delay
from cdek_sandbox.faults.latency import sample_delay
from tests.support.sandbox_api import Api, until

ERROR = {"type": "answer", "status": 503, "body": {}}


def _statuses(api, uuid, count):
    return [api.card(uuid).status for _ in range(count)]


def test_above_the_rate_limit_the_answer_is_429_and_nothing_is_done(sandbox, api):
    uuid = sandbox.order()
    api.login()
    sandbox.settings(rate_limit={"rate": 0, "burst": 2, "retry_after": 7})
    assert _statuses(api, uuid, 2) == [200, 200]
    answer = api.refuse(uuid)
    assert (answer.status, answer.body["error"]) == (429, "Too Many Requests")
    assert answer.headers["retry-after"] == "7"
    assert [row["type"] for row in sandbox.truth(uuid)["requests"]] == ["CREATE"]
    (receipt,) = sandbox.truth(uuid)["refusals"]
    assert (receipt["http_status"], receipt["request_uuid"]) == (429, None)
    assert sandbox.calls()[-1]["fault"] == "rate_limit"


def test_rate_limit_refills_by_real_time(sandbox, api):
    uuid = sandbox.order()
    api.login()
    sandbox.settings(rate_limit={"rate": 20, "burst": 1})
    until(lambda: api.card(uuid).status == 429)
    until(lambda: api.card(uuid).status == 200)


def test_rate_limit_ignores_the_sandbox_clock(sandbox, api):
    uuid = sandbox.order()
    api.login()
    sandbox.settings(rate_limit={"rate": 0.001, "burst": 1})
    assert _statuses(api, uuid, 2) == [200, 429]
    sandbox.pass_time(3000)
    assert api.card(uuid).status == 429


def test_the_limit_is_off_at_first_and_after_a_reset(sandbox, api):
    uuid = sandbox.order()
    assert sandbox.settings()["rate_limit"]["rate"] is None
    assert set(_statuses(api, uuid, 30)) == {200}


@pytest.mark.parametrize("body", ["html", "empty"])
def test_a_429_may_come_without_json(sandbox, api, body):
    api.login()
    sandbox.settings(rate_limit={"rate": 0, "burst": 0, "body": body})
    with pytest.raises(json.JSONDecodeError):
        api.card(sandbox.order())
    assert sandbox.calls()[-1]["status"] == 429


def test_the_control_plane_is_not_limited(sandbox):
    sandbox.settings(rate_limit={"rate": 0, "burst": 0})
    assert sandbox.orders() == []


def test_a_brown_out_begins_and_ends_by_the_sandboxs_clock(sandbox, api):
    uuid = sandbox.order()
    api.login()
    sandbox.fault(ERROR, operation="order_get", starts_in=600, lasts=300)
    seen = [api.card(uuid).status]
    for seconds in (599, 2, 298, 2):
        sandbox.pass_time(seconds)
        seen.append(api.card(uuid).status)
    assert seen == [200, 200, 503, 503, 200]


def test_a_brown_out_may_come_again_and_again(sandbox, api):
    uuid = sandbox.order()
    sandbox.settings(token_life=100_000)
    api.login()
    sandbox.fault(ERROR, operation="order_get", starts_in=100, lasts=50, every=1000)
    seen = []
    for seconds in (110, 60, 940, 60):
        sandbox.pass_time(seconds)
        seen.append(api.card(uuid).status)
    assert seen == [503, 200, 503, 200]


@pytest.mark.parametrize("distribution", ["uniform", "log_normal"])
def test_latencies_are_drawn_with_the_seed_and_stay_in_their_bounds(distribution):
    delay = Delay(seconds=0.2, max_seconds=0.5, distribution=distribution)
    dice = RandomSource(7)
    first = [sample_delay(delay, dice) for _ in range(200)]
    again = RandomSource(7)
    assert [sample_delay(delay, again) for _ in range(200)] == first
    assert all(0 < seconds <= 0.5 for seconds in first)
    assert len(set(first)) > 100
    median = sorted(first)[100]
    assert (0.3 < median < 0.4) if distribution == "uniform" else (0.16 < median < 0.25)


def test_a_delay_of_any_distribution_answers_as_usual(sandbox, api):
    uuid = sandbox.order()
    for distribution in ("constant", "uniform", "log_normal"):
        sandbox.fault({"type": "delay", "seconds": 0.001, "max_seconds": 0.002, "distribution": distribution}, times=1)
        assert api.card(uuid).status == 200


def _drifted(sandbox, api, kind, **fields):
    uuid = sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
    before = api.card(uuid).body
    sandbox.fault({"type": "schema_drift", "kind": kind, **fields})
    after = api.card(uuid).body
    sandbox.clear_faults()
    return before, after


def _leaves(content, path=()):
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _leaves(value, (*path, name))
    elif isinstance(content, list):
        for place, value in enumerate(content):
            yield from _leaves(value, (*path, place))
    else:
        yield path, content


def _different(before, after):
    one, two = dict(_leaves(before)), dict(_leaves(after))
    return {path: (one.get(path), two.get(path)) for path in one | two if one.get(path) != two.get(path)}


def test_drift_sends_an_unknown_code(sandbox, api):
    ((_, (old, new)),) = _different(*_drifted(sandbox, api, "unknown_enum")).items()
    assert old.isupper()
    assert new == "SANDBOX_NEW_VALUE"


def test_drift_takes_a_field_away(sandbox, api):
    before, after = _drifted(sandbox, api, "field_gone", field="cdek_number")
    assert "cdek_number" in before["entity"]
    assert "cdek_number" not in after["entity"]


def test_drift_changes_a_type(sandbox, api):
    ((_, (old, new)),) = _different(*_drifted(sandbox, api, "type_changed")).items()
    assert type(old) is not type(new)
    assert str(old).lower() == str(new).lower()
    _, after = _drifted(sandbox, api, "type_changed", field="cdek_number")
    assert isinstance(after["entity"]["cdek_number"], int)


def test_drift_adds_a_field(sandbox, api):
    (path,) = _different(*_drifted(sandbox, api, "extra_field"))
    assert path[-2:] == ("sandbox_new_field", "value")


def test_drift_rewrites_every_date(sandbox, api):
    before, after = _drifted(sandbox, api, "old_dates")
    changed = _different(before, after)
    assert {path[-1] for path in changed} == {"date_time", "keep_free_until"}
    assert all(old.endswith("+0000") and new.endswith("+0700") for old, new in changed.values())
    assert len(changed) == len(before["entity"]["statuses"]) + len(before["requests"]) + 1, "and keep_free_until"


def test_drift_turns_the_statuses_round(sandbox, api):
    before, after = _drifted(sandbox, api, "oldest_first")
    assert after["entity"]["statuses"] == before["entity"]["statuses"][::-1]
    assert after["requests"] == before["requests"][::-1]


def test_drift_depends_on_the_seed_and_keeps_the_work(sandbox, api):
    def run():
        sandbox.reset(seed=1)
        uuid = sandbox.order()
        api.login()
        sandbox.fault({"type": "schema_drift", "kind": "unknown_enum"}, share=0.5)
        answers = [api.card(uuid).body["requests"][0] for _ in range(20)]
        answer = api.refuse(uuid)
        assert answer.status == 202
        assert not sandbox.truth(uuid)["refusals"][0]["answer_lost"]
        return ["SANDBOX_NEW_VALUE" in (row["type"], row["state"]) for row in answers]

    assert run() == run()


def test_a_drift_without_a_kind_that_exists_is_refused(sandbox):
    with pytest.raises(SandboxError, match="kind"):
        sandbox.fault({"type": "schema_drift", "kind": "weather"})


def test_slow_background_work_takes_30_to_60_seconds(sandbox, api):
    sandbox.settings(create={"slow": 1})
    uuid = api.create()
    sandbox.pass_time(29)
    assert sandbox.truth(uuid)["status"] == "ACCEPTED"
    sandbox.pass_time(31.5)
    assert sandbox.truth(uuid)["status"] == "CREATED"


def test_a_share_of_the_background_work_is_stuck_until_it_is_ended_by_hand(sandbox, api):
    sandbox.settings(create={"stuck": 0.5})
    uuids = [api.create(number=f"s-{place}") for place in range(20)]
    sandbox.pass_time(100_000)
    stuck = [uuid for uuid in uuids if sandbox.truth(uuid)["status"] == "ACCEPTED"]
    assert 0 < len(stuck) < 20
    assert sandbox.finish(stuck[0])["status"] == "CREATED"


def test_faults_by_script_are_in_force_at_the_start_and_after_each_reset(tmp_path):
    script = tmp_path / "faults.json"
    script.write_text(json.dumps([{"operation": "order_get", "times": 1, "action": ERROR}]), "utf-8")
    with running_sandbox(seed=1, faults=script, db=tmp_path / "state.db") as sandbox:
        api = Api(sandbox.url, sandbox.account, sandbox.password)
        for _ in range(2):
            assert _statuses(api, sandbox.order(), 2) == [503, 200]
            sandbox.reset()


@pytest.mark.parametrize(
    "content", ["{", '{"action": 1}', '[{"action": {"type": "flood"}}]', '[{"operation": "x"}]', None]
)
def test_invalid_fault_file_prevents_the_start(tmp_path, content):
    script = tmp_path / "faults.json"
    if content is not None:
        script.write_text(content, "utf-8")
    with pytest.raises(SandboxError, match=r"faults\.json"), running_sandbox(faults=script):
        pass


def test_start_scenario_runs_after_each_reset_but_once_per_file(tmp_path):
    with running_sandbox(seed=1, scenario="happy", db=tmp_path / "state.db") as sandbox:
        assert [row["status"] for row in sandbox.orders()] == ["DELIVERED"]
        sandbox.reset()
        assert len(sandbox.orders()) == 1
    with running_sandbox(seed=1, scenario="happy", db=tmp_path / "state.db") as sandbox:
        assert len(sandbox.orders()) == 1


def test_unknown_start_scenario_is_refused_with_the_list():
    with pytest.raises(SandboxError, match="locker_expired"), running_sandbox(scenario="fairy_tale"):
        pass
