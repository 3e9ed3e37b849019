"""The console's pages, run without a browser: what each role sees, and what happens when buttons are pressed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from analysis.comments.comment_worker import CommentBacklog
from surveys.accounts import new_session_token, token_hash
from surveys.definition.survey import Survey
from surveys.exchange.answers.delivery import Shape, Values
from surveys.intake.submission import Event
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.departments import Department, Touchpoint
from surveys.permissions import Role
from surveys.sample_organisation import load_sample_organisation
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.conftest import submission
from tests.support.open_review import OPEN_REVIEW
from tests.support.usual_analyser import usual_analyser

APP = Path(__file__).parents[2] / "app.py"
READING = ["results", "improvement", "comments", "answers", "analysis"]
TEACHING = ["teaching"]
COLLECTING = ["distribution", "collection", "reconciliation", "people"]
ADMINISTERING = ["organisation", "accounts", "interfaces", "audit"]
Open = Callable[..., AppTest]


@lru_cache
def analysed_sample(folder: Path) -> Path:
    """A new folder in this one with the sample organisation in a database: made once, and copied for each file."""
    store = Store(folder / "analysed-sample" / "sample.db")
    load_sample_organisation(store, local_day(utc_now()), password="only-for-tests")
    worker = CommentBacklog(store, lambda _: usual_analyser(), batch=2000)
    while worker.analyse_waiting():
        pass
    store.close()
    return store.path.parent


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The sample organisation with its comments analysed; for tests that only look."""
    made = analysed_sample(tmp_path_factory.getbasetemp())
    store = Store(shutil.copytree(made, tmp_path_factory.mktemp("sample") / "copy") / "sample.db")
    yield store
    store.close()


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page of the console over a store, signed in as the account of this name."""

    def opened(store: Store, name: str | None, page: str = "", **query: str) -> AppTest:
        cookies = {SESSION_COOKIE: signed_in(store, name)} if name else {}
        monkeypatch.setenv("XINSHENG_DB", str(store.path))
        monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: cookies))
        app = AppTest.from_file(APP, default_timeout=30)
        if page:
            app._page_hash = calc_hash(page)
        for parameter, value in query.items():
            app.query_params[parameter] = value
        return app.run()

    return opened


def signed_in(store: Store, name: str) -> str:
    """The token of a new session."""
    account, token = store.accounts.named(name), new_session_token()
    assert account is not None
    store.accounts.begin_session(account, token_hash(token), utc_now())
    return token


def add_accounts(store: Store) -> Store:
    roles = {"boss": Role.ADMIN, "maker": Role.DESIGNER, "head": Role.MANAGER, "voice": Role.AGENT, "hand": Role.STAFF}
    for name, role in roles.items():
        departments = ("repair",) if role is Role.MANAGER else ()
        store.accounts.add(name, f"{name} name", role, "no password", departments, now=utc_now())
    return store


def words(app: AppTest) -> str:
    """All that stands on the page."""
    assert not app.exception, app.exception
    return "\n".join(text for block in (app.main, app.sidebar) for element in block for text in texts(element))


def texts(element: object) -> Iterator[str]:
    """Label, value and options of an element, of a table its cells."""
    for name in ("label", "value", "body", "text"):
        for holder in (element, getattr(element, "proto", None)):
            text = getattr(holder, name, None)
            if isinstance(text, str):
                yield text
            elif isinstance(text, pd.DataFrame):
                yield text.to_csv()
    yield from (str(option) for option in getattr(element, "options", []))


# What each role sees


@pytest.mark.parametrize(
    "page", ["", *READING, *COLLECTING, "surveys", "sending", *ADMINISTERING], ids=lambda page: page or "start"
)
def test_every_page_shows_its_heading_to_the_administrator(sample: Store, open_page: Open, page: str) -> None:
    """No page fails on real data, and each says what it is."""
    app = open_page(sample, "admin", page)
    assert not app.exception and len(app.title) == 1


@pytest.mark.parametrize(
    ("name", "page"),
    [("manager", page) for page in ["surveys", "sending", *ADMINISTERING]]
    + [("designer", page) for page in ADMINISTERING]
    + [(name, page) for name in ("agent", "staff-repair") for page in [*READING, *COLLECTING, "surveys"]],
)
def test_a_page_that_is_not_for_the_role_is_not_there(sample: Store, open_page: Open, name: str, page: str) -> None:
    """Asked for without the guard at the door, the console draws the start page instead."""
    app = open_page(sample, name, page)
    assert not app.exception and "您好" in app.title[0].value


def test_without_a_session_nothing_is_shown(sample: Store, open_page: Open) -> None:
    """Only a calm message and the way to sign in."""
    app = open_page(sample, None)
    assert "您还没有登录" in words(app) and not app.title


@pytest.mark.dated
def test_a_manager_sees_the_own_department_only(sample: Store, open_page: Open) -> None:
    """Numbers of the start page count own responses; touchpoints of other departments appear nowhere."""
    for page in ["", *READING, *COLLECTING]:
        shown = words(open_page(sample, "manager", page))
        assert "城东营业厅" not in shown and "城东办电窗口" not in shown, page
    assert "城东抢修队" in words(open_page(sample, "manager", "collection"))


@pytest.mark.dated
def test_the_weak_spot_is_flagged_first(sample: Store, open_page: Open) -> None:
    """The repair crew of the east is on the start page and first among the areas to improve, with quotations."""
    start = words(open_page(sample, "manager"))
    first = start.index("先做什么</h2>") if "先做什么</h2>" in start else start.index("先做什么")
    assert "抢修服务" in start[first : first + 400] and "热点：城东" in start[first : first + 800]
    shown = words(open_page(sample, "admin", "improvement"))
    first = shown.index("1. 抢修服务")
    assert "热点：区域 城东" in shown[first : first + 300]
    assert "<mark" in shown and "n=" in shown


def test_no_page_shows_a_bare_or_missing_number(sample: Store, open_page: Open) -> None:
    """Every figure has its interval and n; nowhere stands NaN, None or inf."""
    for page in READING:
        shown = words(open_page(sample, "admin", page))
        assert page == "answers" or ("95% 区间" in shown and "n=" in shown)
        assert not any(wrong in shown for wrong in ("NaN", "nan%", ">None<", "inf%")), page


@pytest.mark.dated
def test_complaints_are_counted_among_the_same_comments_everywhere(sample: Store, open_page: Open) -> None:
    """The improvement page takes its shares of the comments that the comments page counts."""
    counted = re.search(r"n=(\d+) 份有内容的留言", words(open_page(sample, "admin", "comments")))
    assert counted and f"{counted[1]} 份留言中有" in words(open_page(sample, "admin", "improvement"))


@pytest.mark.parametrize(
    "query",
    [{"period": "7"}, {"period": "all"}, {"district": "城东"}, {"touchpoint": "城东抢修队", "period": "90"},
     {"period": "custom", "from": "2020-01-01"}, {"period": "nonsense", "survey": "<script>", "district": "不存在"}],
    ids=["week", "all", "district", "touchpoint", "custom", "nonsense"],
)  # fmt: skip
def test_a_view_can_be_shared_by_its_address(sample: Store, open_page: Open, query: dict[str, str]) -> None:
    """What the address asks for is what is shown; what it can't mean is ignored."""
    app = open_page(sample, "admin", "results", **query)
    assert not app.exception
    expected = query.get("period", "30")
    assert app.session_state["period"] == (expected if expected != "nonsense" else "30")
    if query.get("district") == "城东":
        assert app.session_state["district"] == "城东" and app.query_params["district"] in ("城东", ["城东"])


def test_only_filters_that_apply_are_named(sample: Store, open_page: Open) -> None:
    """A touchpoint from an address that this account does not see filters nothing, and the page does not claim it."""
    for place, named in (("城东抢修队", True), ("城东营业厅", False)):
        app = open_page(sample, "manager", "results", touchpoint=place)
        assert [place in each.proto.popover.label for each in app.get("popover")][:1] == [named]


@pytest.mark.dated
def test_anonymous_results_by_department_only(sample: Store, open_page: Open) -> None:
    """No period, no touchpoint; the page says why."""
    shown = words(open_page(sample, "admin", "results", survey="department-review"))
    assert "匿名问卷：只按部门查看" in shown and "近 7 天" not in shown and "每周走势" not in shown


def test_anonymous_comments_are_withheld_from_small_groups(published: Store, open_page: Open) -> None:
    """Four answers to an anonymous survey show nothing at all, nine show scores without words."""
    store = add_accounts(published)
    review = OPEN_REVIEW
    store.surveys.save_draft(review, None, by="test")
    store.surveys.publish(review.code, by="test")

    def answer(numbers: range) -> None:
        answers = {"department": "repair", "overall": 4, "response": 4, "comment": "请按时交接"}
        place = {"touchpoint": None, "district": None, "received_at": None, "received_on": date(2026, 11, 2)}
        responses = [
            submission(1000 + n, survey=review.code, answers=answers | {"overall": 3 + n % 3}, **place) for n in numbers
        ]
        store.responses.append(responses)
        store.responses.settle(date.max)  # as if the day on which they came were over

    answer(range(4))
    assert "为保护匿名暂不显示" in words(open_page(store, "boss", "results", survey=review.code))
    answer(range(4, 9))
    CommentBacklog(store, lambda _: usual_analyser()).analyse_waiting()
    assert "95% 区间" in words(open_page(store, "boss", "results", survey=review.code))
    shown = words(open_page(store, "boss", "comments", survey=review.code))
    assert "不足 10 人" in shown and "请按时交接" not in shown


# Little or odd data


@pytest.mark.parametrize("page", ["", *READING, *COLLECTING, "surveys"], ids=lambda page: page or "start")
@pytest.mark.parametrize(
    "answers",
    [[], [{"csat": 4}], [{"csat": 5, "repair": "na"}] * 3, [{"csat": 4, "comment": "很好"}] * 12],
    ids=["none", "one", "missing items", "all the same"],
)
def test_little_data_leaves_calm_pages(
    published: Store, open_page: Open, page: str, answers: list[dict[str, object]]
) -> None:
    """Zero responses, one response, items that no one answered, answers without any spread."""
    store = add_accounts(published)
    now = utc_now()
    rows = [
        submission(n, answers=each, received_on=local_day(now), received_at=now - timedelta(minutes=n))
        for n, each in enumerate(answers)
    ]
    store.responses.append(rows)
    CommentBacklog(store, lambda _: usual_analyser()).analyse_waiting()
    for name in ("boss", "head"):
        if (name, page) != ("head", "surveys"):
            app = open_page(store, name, page)
            assert not app.exception and "nan" not in words(app).replace("nano", "").lower()


def test_hostile_comments_are_shown_as_text(published: Store, open_page: Open) -> None:
    """What a respondent writes can't become markup on a manager's page."""
    store = add_accounts(published)
    attack = "停电两小时没人管<script>alert(1)</script><img src=x onerror=alert(2)> [点我](javascript:alert(3)) $x^2$"
    now = utc_now()
    for n in range(12):
        answers = {"csat": 1 + n % 3, "repair": 1 + n % 2, "comment": attack}
        store.responses.append([submission(n, answers=answers, received_on=local_day(now), received_at=now)])
    CommentBacklog(store, lambda _: usual_analyser()).analyse_waiting()
    for page in ("comments", "improvement"):
        shown = words(open_page(store, "boss", page))
        assert "&lt;script&gt;" in shown and "<script>alert" not in shown and "<img src=x" not in shown


# Changes


@pytest.mark.dated
def test_first_use_offers_steps_and_the_sample(store: Store, open_page: Open) -> None:
    """An administrator on an empty organisation is led, and can load the sample with one press."""
    empty = Store(store.path.with_name("empty.db"))
    add_accounts(empty)
    app = open_page(empty, "boss")
    assert "三步开始" in words(app)
    next(button for button in app.button if button.label == "载入示例组织").click().run(timeout=60)
    assert empty.responses.amount("power-visit") > 2500
    assert empty.accounts.audit()[0].account == "boss"
    empty.close()


def test_a_template_is_published(store: Store, open_page: Open) -> None:
    """Chosen from the gallery, with its owner department; a line in the audit trail tells of it."""
    app = open_page(add_accounts(store), "maker", "surveys", tab="gallery")
    app.session_state["publish power-visit open"] = True
    app.run()
    next(box for box in app.selectbox if box.label == "归属部门").select("repair")
    press(app, "发布")
    record = store.surveys.get("power-visit")
    assert record.live and record.department == "repair"
    assert [line.action for line in store.accounts.audit()][:2] == ["publish", "save draft"]
    assert {line.account for line in store.accounts.audit()} == {"maker"}


def test_a_survey_is_closed_and_opened_again(published: Store, open_page: Open, visit: Survey) -> None:
    """Closed at once; what it collected stays."""
    app = open_page(add_accounts(published), "maker", "surveys")
    app.button(key=f"close {visit.code}").click().run()
    assert published.surveys.get(visit.code).closed
    app.button(key=f"publish {visit.code}").click().run()
    assert published.surveys.get(visit.code).live


def test_the_role_is_checked_again_at_the_change(published: Store, open_page: Open, visit: Survey) -> None:
    """Someone whose role was taken away while the page was open changes nothing."""
    app = open_page(add_accounts(published), "maker", "surveys")
    published.accounts.change("maker", role=Role.STAFF.value)
    app.button(key=f"close {visit.code}").click().run()
    assert "登录已过期" in words(app)
    assert published.surveys.get(visit.code).live


def test_an_account_is_added_and_changed(store: Store, open_page: Open) -> None:
    """With name, role, department and a fit password; a manager without a department is refused."""
    app = open_page(add_accounts(store), "boss", "accounts")
    fill(app, 用户名="newcomer", 姓名="新人", 初始密码="a blue kettle sings")
    press(app, "新增")
    assert "至少要有一个部门" in words_of_errors(app)
    app.multiselect[0].select("repair")
    press(app, "新增")
    account = store.accounts.named("newcomer")
    assert account is not None and account.role is Role.MANAGER and account.departments == ("repair",)
    assert store.accounts.audit()[0].action == "add account"


def test_one_s_own_administrator_role_stays(store: Store, open_page: Open) -> None:
    """No one locks the organisation out of its own console by accident."""
    app = open_page(add_accounts(store), "boss", "accounts")
    next(box for box in app.checkbox if box.label == "可以登录").uncheck()
    press(app, "保存修改")
    assert "不能停用自己的账号" in words_of_errors(app)
    assert store.accounts.named("boss").active  # type: ignore[union-attr]


def test_a_touchpoint_is_added(store: Store, open_page: Open) -> None:
    """A code that links can carry, a name, a department."""
    app = open_page(add_accounts(store), "boss", "organisation")
    codes, names = ([box for box in app.text_input if box.label == label] for label in ("代号", "名称"))
    codes[1].input("Hall West!")
    names[1].input("城西营业厅")
    saves = [button for button in app.button if button.label == "保存"]
    saves[1].click().run()
    assert "代号用小写字母开头" in words_of_errors(app)
    [box for box in app.text_input if box.label == "代号"][1].input("hall-west")
    [button for button in app.button if button.label == "保存"][1].click().run()
    assert store.organisation.touchpoint("hall-west") is not None
    assert store.accounts.audit()[0].action == "save touchpoint"


def test_a_department_is_renamed_and_its_code_stays(store: Store, open_page: Open) -> None:
    """The same form adds and changes: a code in use is refused for a new one, and kept for the one chosen."""
    store.organisation.save(departments=[Department("repair", "抢修部")])
    app = open_page(add_accounts(store), "boss", "organisation")

    def fill(**entries: str) -> None:
        for label, text in entries.items():
            next(box for box in app.text_input if box.label == label).input(text)
        next(button for button in app.button if button.label == "保存").click().run()

    fill(代号="repair", 名称="另一个部门")
    assert "代号“repair”已经在用" in words_of_errors(app)
    next(box for box in app.selectbox if box.label == "要修改的部门").select("repair").run()
    assert next(box for box in app.text_input if box.label == "代号").disabled
    fill(名称="抢修服务中心")
    assert {each.code: each.name for each in store.organisation.departments()}["repair"] == "抢修服务中心"
    assert store.accounts.audit()[0].action == "save department"


def test_a_touchpoint_s_place_is_changed(store: Store, open_page: Open) -> None:
    """What is not touched stays, what is emptied is nothing."""
    app = open_page(add_accounts(store), "boss", "organisation")
    department = store.organisation.departments()[0].code
    store.organisation.save(touchpoints=[Touchpoint("hall-north", "城北营业厅", department, "城北", "受理", "居民")])
    app.run()
    next(box for box in app.selectbox if box.label == "要修改的触点").select("hall-north").run()
    next(box for box in app.text_input if box.label == "区域").input(" 北区 ")
    next(box for box in app.text_input if box.label == "业务类型").input("")
    [button for button in app.button if button.label == "保存"][1].click().run()
    changed = Touchpoint("hall-north", "城北营业厅", department, "北区", "受理", None)
    assert store.organisation.touchpoint("hall-north") == changed


def test_regions_are_imported(store: Store, open_page: Open) -> None:
    """Bad rows are named and nothing is kept; a good file is looked at first; what leaves the list is said."""
    app = open_page(add_accounts(store), "boss", "organisation")

    def bring(rows: str, encoding: str = "utf-8") -> None:
        content = f"编码,省份,城市,区县\n{rows}".encode(encoding)
        app.file_uploader(key="regions file").set_value(("regions.csv", content, "text/csv")).run()

    bring("1,浙江,,上城\n,浙江,,\n")
    assert "有 2 处要改正" in words_of_errors(app) and "有区县，却没有城市" in words(app)
    bring("1,浙江,杭州,上城\n", "gb18030")
    assert store.organisation.places() == () and "文件中有 1 个地区" in words(app)
    press(app, "使用这份清单")
    assert [each.path for each in store.organisation.places()] == [("浙江", "杭州", "上城")]
    assert store.accounts.audit()[0].action == "save regions"
    bring("2,浙江,宁波,\n")
    assert any("现有清单中的 1 个不在新清单里：浙江 杭州 上城" in each.value for each in app.warning)


def test_links_to_no_touchpoint_are_told_to_those_who_see_everything(published: Store, open_page: Open) -> None:
    """What the link said and how often, as text; not to the manager of one department."""
    add_accounts(published)
    assert "不存在的触点" not in words(open_page(published, "boss", "collection"))
    published.responses.count("power-visit", local_day(utc_now()), "<b>repair-west", Event.UNPLACED, 7)
    told = words(open_page(published, "boss", "collection"))
    assert "有 7 次打开" in told and "&lt;b&gt;repair-west" in told and "<b>repair-west" not in told
    assert "repair-west" not in words(open_page(published, "head", "collection"))


def test_an_export_is_chosen(published: Store, open_page: Open) -> None:
    """Format, what a row is, codes or labels; a workbook with formulas in its comments holds none."""
    published.responses.append([submission(answers={"csat": 5, "comment": "=1+1"})])
    app = open_page(add_accounts(published), "maker", "collection")
    app.segmented_control(key="export.kind").set_value("csv").run()
    app.segmented_control(key="export.values csv").set_value(Values.LABELS).run()
    press(app, "生成文件")
    table = app.session_state["export.made"].content.decode("utf-8-sig")
    assert "很满意" in table and ",'=1+1" in table
    app.segmented_control(key="export.shape").set_value(Shape.LONG).run()
    press(app, "生成文件")
    assert app.session_state["export.made"].content.decode("utf-8-sig").startswith("_id,item,part,value,label")
    assert any("-long.csv" in each.label for each in app.get("download_button"))
    app.segmented_control(key="export.kind").set_value("sav").run()
    assert not [each for each in app.segmented_control if each.key in ("export.shape", "export.values sav")]


def test_earlier_answers_are_imported(published: Store, open_page: Open) -> None:
    """Uploaded, mapped by column name, checked, then kept; bad rows are named; a second import adds nothing."""
    app = open_page(add_accounts(published), "maker", "collection")
    table = "csat,您最希望我们改进什么？,来源\n5,很好,电话\n9,太高,电话\n2,来得太慢,电话\n"
    upload = app.file_uploader[0]
    upload.set_value(("answers.csv", table.encode("gb18030"), "text/csv")).run()
    press(app, "先检查，不导入")
    assert published.responses.amount("power-visit") == 0 and "可以导入 2 行" in words(app)
    press(app, "导入")
    assert published.responses.amount("power-visit") == 2 and "1 到 5" in words(app)
    press(app, "导入")
    assert published.responses.amount("power-visit") == 2 and "已有 2 份" in words(app)


def fill(app: AppTest, **values: str) -> None:
    """Type into the first field of each label."""
    for label, value in values.items():
        next(box for box in app.text_input if box.label == label).input(value)


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def words_of_errors(app: AppTest) -> str:
    return "\n".join(error.value for error in app.error)


@pytest.mark.dated
def test_terms_that_stand_out_at_a_place_are_shown(sample: Store, open_page: Open) -> None:
    """For each place its comments against all others, with both counts and a corrected p, or that none stands out."""
    app = open_page(sample, "admin", "comments", period="all")
    place = next(each for each in app.selectbox if (each.key or "").startswith("terms-of"))
    told = set()
    for name in place.options:
        app = next(each for each in app.selectbox if each.key == place.key).select(name).run()
        assert not app.exception
        told |= {f"“{name}”的留言"} & set(re.findall("“[^”]+”的留言", words(app)))
    assert told, "in the sample one district is worse, and its customers say why"
