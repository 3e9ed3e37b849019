"""The builder: drafts, the steps of its pages, the preview, the gallery."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from surveys.accounts import new_session_token, token_hash
from surveys.console.design.builder.fields import with_lines
from surveys.console.design.builder.indicators import with_items
from surveys.console.design.builder.lists import with_entries
from surveys.console.design.new_survey import formats_for, free_code
from surveys.console.design.template_gallery import fits
from surveys.console.design.thumbnails import svg
from surveys.definition.conditions import Comparison
from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.survey import Survey
from surveys.definition.templates import all_templates, template
from surveys.definition.text_places import place_words
from surveys.definition.translations import missing, texts
from surveys.editing import Draft, finish_draft, new_draft, problems_of_draft
from surveys.editing.comparisons import Simple, changed_comparison, comparables, simple
from surveys.editing.ratings import add_ratings, assign_to_new, usual_draft
from surveys.localisation.clock import utc_now
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.surveys import DraftChanged
from surveys.web.forms.preview import shown_of
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.support.front_door import add_account, be, visiting

APP = Path(__file__).parents[3] / "app.py"
TEMPLATES = all_templates()
ASPECTS = ["供电可靠性", "抢修服务", "办电接电", "服务态度", "信息告知"]


# Drafts in the store


def test_a_draft_is_kept_as_it_is(store: Store) -> None:
    """Fit or not; its savings are counted, and each leaves a line in the audit trail."""
    unfit = {"code": "half", "title": {"zh-Hans": "半份"}, "sections": []}
    revision = store.drafts.save("half", unfit, "repair", by="maker", step="新建")
    store.drafts.save("half", unfit | {"use": {"zh-Hans": "以后"}}, "repair", by="maker", step="改", revision=revision)
    saved = store.drafts.get("half")
    assert saved is not None and saved.data["use"] == {"zh-Hans": "以后"} and saved.revision == 2
    assert [(line.action, line.detail) for line in store.accounts.audit()][:2] == [
        ("edit draft", "改"), ("edit draft", "新建"),
    ]  # fmt: skip


@pytest.mark.parametrize("revision", [0, 2], ids=["read before there was one", "from the future"])
def test_nobody_overwrites_what_they_never_saw(store: Store, revision: int) -> None:
    """Of two designers the second is told."""
    store.drafts.save("half", {"code": "half"}, by="one", step="新建")
    with pytest.raises(DraftChanged):
        store.drafts.save("half", {"code": "other"}, by="two", step="改", revision=revision)
    assert store.drafts.all()[0].saved_by == "one"


def test_a_discarded_draft_is_gone(store: Store) -> None:
    """And its code can be used anew."""
    store.drafts.save("half", {"code": "half"}, by="one", step="新建")
    store.drafts.discard("half", by="one")
    assert store.drafts.get("half") is None
    assert store.drafts.save("half", {"code": "half"}, by="one", step="新建") == 1


# Larger steps


def test_a_rating_for_each_aspect() -> None:
    """One step: dimensions, ratings assigned to them, words at the ends; undone in one go."""
    draft = add_ratings(new_draft("visit", "回访"), ASPECTS)
    survey = finish_draft(draft)
    assert [str(each.label) for each in survey.dimensions] == ASPECTS
    assert [each.dimension for each in survey.questions()][1:] == [each.code for each in survey.dimensions]
    assert str(draft.done) == "添加 5 个维度的评分"


@pytest.mark.parametrize("aspects", [[], ASPECTS], ids=["overall only", "five aspects"])
@pytest.mark.parametrize("following", [True, False], ids=["with comment", "without"])
def test_a_usual_survey_is_fit_to_publish(aspects: list[str], following: bool) -> None:
    """However little is said about it; weights add up."""
    survey = finish_draft(usual_draft("visit", "回访", aspects, following=following))
    assert sum(1 for _ in survey.questions()) == 1 + len(aspects) + 2 * following
    assert sum(each.weight or 0 for each in survey.dimensions) == pytest.approx(1 if aspects else 0)


def test_a_question_founds_a_dimension() -> None:
    """Typed into the box of dimensions, it is there and the question belongs to it."""
    draft = assign_to_new(new_draft("visit", "回访"), "overall", "总体")
    assert draft.question("overall")["dimension"] == draft.data["dimensions"][0]["code"]


def test_the_items_of_a_dimension_are_set_together() -> None:
    """Those left out belong to none."""
    draft = usual_draft("visit", "回访", ASPECTS[:2])
    changed = with_items(draft, "dimension", ["rating_2", "overall"])
    assert [each.get("dimension") for each in changed.questions()][:3] == ["dimension", None, "dimension"]


def test_many_options_are_pasted() -> None:
    """After those there are, or in their stead."""
    draft = Draft.of(template("branch-service"))
    longer = with_entries(draft, "trips", "options", ["四趟", "五趟"], False)
    assert len(longer.question("trips")["options"]) == 5
    instead = with_entries(draft, "trips", "options", ["一两趟", "很多趟"], True)
    assert [each["label"]["zh-Hans"] for each in instead.question("trips")["options"]] == ["一两趟", "很多趟"]
    assert not problems_of_draft(instead)


@pytest.mark.parametrize(
    ("texts", "written", "language", "expected"),
    [
        ([], "差\n好", "zh-Hans", [{"zh-Hans": "差"}, {"zh-Hans": "好"}]),
        ([{"zh-Hans": "差"}, {"zh-Hans": "好"}], "差", "zh-Hans", [{"zh-Hans": "差"}]),
        ([{"zh-Hans": "差"}], "bad\nextra", "en", [{"zh-Hans": "差", "en": "bad"}]),
        ([{"zh-Hans": "差", "en": "bad"}], "", "en", [{"zh-Hans": "差"}]),
    ],
    ids=["new", "fewer", "a translation adds no point", "a translation taken away"],
)
def test_lines_become_texts(texts: list[object], written: str, language: str, expected: list[object]) -> None:
    """One a line, each language for itself."""
    assert with_lines(texts, written, language) == expected


# Conditions


@pytest.mark.parametrize(
    "condition",
    [None, {"item": "a", "is": "answered"}, {"all": [{"item": "a", "is": "answered"}, {"link": "b", "value": "1"}]},
     {"any": [{"item": "a", "value": 1}, {"item": "b", "value": 2}]}],
    ids=["none", "one", "all", "any"],
)  # fmt: skip
def test_a_simple_condition_comes_back(condition: dict[str, object] | None) -> None:
    """As a list of comparisons and back."""
    parts = simple(condition)
    assert parts is not None and parts.as_condition() == condition


def test_a_nested_condition_is_not_simple() -> None:
    """It is shown in words and not taken apart."""
    assert simple({"all": [{"not": {"item": "a", "is": "answered"}}, {"item": "b", "is": "answered"}]}) is None


def test_comparisons_are_added_and_left_out() -> None:
    """The last one gone, there is no condition."""
    one = Simple().with_part(0, {"item": "a", "is": "answered"})
    two = one.with_part(1, {"item": "b", "is": "answered"})
    assert list(two.as_condition() or {}) == ["all"]
    assert two.with_part(0, None).as_condition() == {"item": "b", "is": "answered"}
    assert one.with_part(0, None).as_condition() is None


@pytest.mark.parametrize(
    ("compare", "expected"),
    [(Comparison.ONE_OF, {"is": "one_of", "value": ["2"]}), (Comparison.ANSWERED, {"is": "answered"}),
     (Comparison.AT_MOST, {"is": "at_most", "value": "2"})],
    ids=["several", "bare", "one"],
)  # fmt: skip
def test_a_comparison_keeps_its_value_where_it_can(compare: Comparison, expected: dict[str, object]) -> None:
    """In the shape the new comparison takes."""
    assert changed_comparison({"item": "a", "is": "equals", "value": "2"}, compare) == {"item": "a"} | expected


def test_only_what_was_asked_before_can_be_compared() -> None:
    """With the values it can have."""
    draft = Draft.of(template("branch-service"))
    before = {each.item: each for each in comparables(draft, 0, 8)}
    assert "explanation" in before and "comment" not in before and "trips" not in before
    assert list(before["csat"].values) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("code", [each.code for each in TEMPLATES])
def test_everything_in_a_template_can_be_compared(code: str) -> None:
    """Every field of every question type is offered under a name."""
    draft = Draft.of(template(code))
    last = len(draft.sections()) - 1
    offered = {each.item for each in comparables(draft, last, len(draft.sections()[last]["questions"]))}
    asked = template(code).questions()
    assert offered == {field for each in asked for field in (*each.fields(), *each.heard_fields())}


@pytest.mark.parametrize("survey", TEMPLATES, ids=lambda survey: survey.code)
def test_every_place_has_its_words(survey: Survey) -> None:
    """No code is shown where there is a Chinese name for it."""
    for place, _ in texts(survey):
        assert re.search("[\u4e00-\u9fff]", str(place_words(survey, place))), place


# Pictures and the gallery


@pytest.mark.parametrize("survey", TEMPLATES, ids=lambda survey: survey.code)
def test_every_template_has_its_picture(survey: Survey) -> None:
    """Small, and with nothing from elsewhere."""
    drawn = svg(survey)
    assert drawn.startswith("<svg") and len(drawn) < 12_000 and drawn.count("http") == 1


@pytest.mark.parametrize(
    ("sought", "audience", "found"),
    [("银行", "", "bank-service"), ("抢修 回访", "", "power-visit"), ("", "staff", "department-review")],
)
def test_templates_are_found_by_words_and_audience(sought: str, audience: str, found: str) -> None:
    """Every word stands somewhere in what the template says."""
    assert found in [each.code for each in TEMPLATES if fits(each, sought, audience)]
    assert not [each for each in TEMPLATES if fits(each, "没有这样的模板", "")]


def test_a_free_code_is_found() -> None:
    """The code itself, else numbered."""
    assert free_code("visit", []) == "visit" and free_code("visit", ["visit", "visit-2"]) == "visit-3"


@pytest.mark.parametrize(
    ("name", "data", "first"),
    [("a.yml", b"", "YAML"), ("a.json", b'{"sections": []}', "JSON"), ("a.json", b'{"pages": []}', "SurveyJS"),
     ("a.lss", b"", "LimeSurvey")],
)  # fmt: skip
def test_the_format_is_guessed_from_the_file(name: str, data: bytes, first: str) -> None:
    """The likeliest comes first."""
    assert formats_for(name, data)[0].label == first


# Preview


def test_the_preview_shows_the_draft_and_sends_nothing(store: Store) -> None:
    """With what was saved last, no way to send it, and in the language asked for."""
    data = usual_draft("visit", "抢修回访", ASPECTS).data
    store.drafts.save("visit", data, by="maker", step="新建")
    maker = add_account(store, "maker", Role.DESIGNER)
    with visiting(store) as browser:
        be(browser, store, maker)
        shown = browser.get("/preview/visit")
    assert shown.status_code == 200 and "抢修服务" in shown.text
    assert re.search(r"<button class=\"go\" disabled", shown.text)
    assert "form-action 'none'" in shown.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("role", "status"), [(None, 303), (Role.MANAGER, 403), (Role.STAFF, 403), (Role.ADMIN, 404)])
def test_only_designers_see_a_preview(store: Store, role: Role | None, status: int) -> None:
    """Others are led to the sign-in or refused; a survey that is not there is not found."""
    account = add_account(store, "someone", role, ("repair",)) if role else None
    with visiting(store) as browser:
        if account:
            be(browser, store, account)
        assert browser.get("/preview/nothing").status_code == status


def test_a_half_written_draft_is_shown_without_what_is_not_fit() -> None:
    """What can't be asked yet is left out and counted; of nothing, nothing is shown."""
    data = json.loads(json.dumps(dict(usual_draft("visit", "回访", ASPECTS).data)))
    del data["sections"][1]["questions"][2]["title"]
    shown = shown_of(Draft(data))
    assert shown.left_out == 1 and shown.survey is not None
    assert sum(1 for _ in shown.survey.questions()) == 7
    assert shown_of(Draft({"code": "x"})).survey is None


def test_every_template_has_a_preview(store: Store) -> None:
    """Whatever types it asks."""
    for survey in TEMPLATES:
        store.drafts.save(survey.code, Draft.of(survey).data, by="maker", step="新建")
    with visiting(store) as browser:
        be(browser, store, add_account(store, "maker", Role.DESIGNER))
        shown = {each.code: browser.get(f"/preview/{each.code}?lang=en").status_code for each in TEMPLATES}
    assert set(shown.values()) == {200}, shown


# The pages

Open = Callable[..., AppTest]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, store: Store) -> Iterator[Open]:
    """Opens the page of surveys, signed in as a designer."""
    store.accounts.add("maker", "王设计", Role.DESIGNER, "no password", (), now=utc_now())
    account, token = store.accounts.named("maker"), new_session_token()
    assert account is not None
    store.accounts.begin_session(account, token_hash(token), utc_now())
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: {SESSION_COOKIE: token}))

    def opened(tab: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=60).run()
        app._page_hash = calc_hash("surveys")
        for name, value in query.items():
            app.query_params[name] = value
        if tab:
            app.query_params["tab"] = tab
        return app.run()

    yield opened


def built(store: Store, aspects: list[str] = ASPECTS) -> Draft:
    """A draft in the store."""
    draft = usual_draft("visit", "抢修回访", aspects)
    store.drafts.save("visit", draft.data, by="maker", step="新建")
    return draft


def draft_of(store: Store, code: str = "visit") -> Draft:
    saved = store.drafts.get(code)
    assert saved is not None
    return Draft(saved.data)


def press(app: AppTest, label: str) -> AppTest:
    assert not app.exception, app.exception
    found = [button for button in app.button if button.label == label]
    assert found, (label, [button.label for button in app.button])
    found[0].click().run()
    assert not app.exception, app.exception
    return app


def shown(app: AppTest) -> str:
    """All words on the page."""
    assert not app.exception, app.exception
    return "\n".join(
        str(getattr(each, name))
        for each in app.main
        for name in ("label", "value", "body")
        if isinstance(getattr(each, name, None), str)
    )


def test_a_survey_begins_with_a_few_words(store: Store, open_page: Open) -> None:
    """A name and its aspects; it opens in the builder and is saved."""
    app = open_page("new")
    app.text_input[0].input("抢修回访")
    app.text_area[0].input("\n".join(ASPECTS))
    press(app, "创建问卷")
    assert app.query_params["edit"] in ("survey", ["survey"])
    assert len(list(draft_of(store, "survey").questions())) == 8
    assert app.title[0].value == "抢修回访"


def test_a_survey_begins_from_a_template(store: Store, open_page: Open) -> None:
    """Under a code of its own."""
    app = open_page("gallery")
    app.button(key="use power-visit").click().run()
    assert not app.exception and draft_of(store, "power-visit").data["title"]["zh-Hans"] == "供电服务回访"
    assert "草稿已自动保存" in shown(app)


def test_questions_are_added_changed_moved_and_deleted(store: Store, open_page: Open) -> None:
    """Every step is saved at once, by who took it."""
    built(store)
    app = open_page(edit="visit")
    app.button(key="building.add often single_choice").click().run()
    assert [each["code"] for each in draft_of(store).questions()][:2] == ["overall", "single_choice"]
    title = next(box for box in app.text_area if box.label == "题目 *")
    title.input("您在哪里办理的？").run()
    assert draft_of(store).question("single_choice")["title"] == {"zh-Hans": "您在哪里办理的？"}
    app.button(key="building.question down").click().run()
    app.button(key="building.question copy").click().run()
    assert "single_choice_2" in [each["code"] for each in draft_of(store).questions()]
    app.button(key="building.question delete").click().run()
    assert not app.exception
    assert "single_choice_2" not in [each["code"] for each in draft_of(store).questions()]
    assert {line.account for line in store.accounts.audit() if line.action == "edit draft"} == {"maker"}


def test_steps_are_undone_and_redone(store: Store, open_page: Open) -> None:
    """The buttons say what they undo."""
    before = built(store)
    app = open_page(edit="visit")
    app.button(key="building.add often nps").click().run()
    press(app, "撤销：添加推荐意愿（NPS）题（第 2 题）")
    assert draft_of(store).data == before.data
    press(app, "重做：添加推荐意愿（NPS）题（第 2 题）")
    assert len(list(draft_of(store).questions())) == 9


@pytest.mark.parametrize("name", QUESTION_TYPES)
def test_every_type_has_its_settings(store: Store, open_page: Open, name: str) -> None:
    """Generated from the type; a question of it can be added, shown and changed."""
    store.drafts.save("visit", new_draft("visit", "回访").data, by="maker", step="新建")
    app = open_page(edit="visit")
    app.button(key=f"building.add all {name}").click().run()
    assert not app.exception
    title = next(box for box in app.text_area if box.label == "题目 *")
    title.input("换一种问法").run()
    assert draft_of(store).question(name)["title"]["zh-Hans"] == "换一种问法" and not app.exception
    assert not problems_of_draft(draft_of(store))


@pytest.mark.parametrize("code", [each.code for each in TEMPLATES][::8])
def test_every_view_of_a_template_can_be_shown(store: Store, open_page: Open, code: str) -> None:
    """Questions, dimensions, settings, languages, checks, files."""
    store.drafts.save(code, Draft.of(template(code)).data, by="maker", step="新建")
    app = open_page(edit=code)
    for view in ("indicators", "survey", "languages", "publish", "files", "questions"):
        app.session_state["building.view"] = view
        app.run()
        assert not app.exception, (view, app.exception)


def test_options_are_edited(store: Store, open_page: Open) -> None:
    """Worded anew, added."""
    built(store, [])
    app = open_page(edit="visit")
    app.button(key="building.add often single_choice").click().run()
    next(box for box in app.text_input if box.value == "营业厅").input("供电所").run()
    press(app, "添加一项")
    labels = [each["label"]["zh-Hans"] for each in draft_of(store).question("single_choice")["options"]]
    assert labels == ["供电所", "客服电话", "线上渠道", "选项 5", "其他"]


def test_a_condition_is_built(store: Store, open_page: Open) -> None:
    """Shown only to those who gave a low score."""
    built(store, [])
    app = open_page(edit="visit")
    app.button(key="building.outline.question long_text").click().run()
    press(app, "添加条件")
    boxes = {box.label: box for box in app.selectbox}
    boxes["比较哪道题"].select("overall").run()
    next(box for box in app.selectbox if box.label == "怎样比较").select(Comparison.AT_MOST).run()
    next(box for box in app.selectbox if box.label == "值").select("2").run()
    assert draft_of(store).question("long_text")["show_if"] == {"item": "overall", "is": "at_most", "value": "2"}
    assert not problems_of_draft(draft_of(store))


def test_a_new_condition_begins_with_the_question_before(store: Store, open_page: Open) -> None:
    """With what was chosen there, not with the text beside its "other"."""
    built(store, [])
    app = open_page(edit="visit")
    app.button(key="building.outline.question nps").click().run()
    app.button(key="building.add often single_choice").click().run()
    app.button(key="building.outline.question long_text").click().run()
    press(app, "添加条件")
    assert next(box for box in app.selectbox if box.label == "比较哪道题").value == "single_choice"


def test_a_new_jump_leaves_a_survey_that_can_be_shown(store: Store, open_page: Open) -> None:
    """It hangs on the question before, and offers later sections by their number."""
    built(store, ["供电可靠性"])
    app = open_page(edit="visit")
    app.button(key="building.outline.section 0").click().run()
    press(app, "添加跳转")
    [jump] = draft_of(store).sections()[0]["jumps"]
    assert jump == {"to": "end", "if": {"item": "overall", "is": "answered"}}
    assert not problems_of_draft(draft_of(store))
    offered = next(box for box in app.selectbox if box.label == "跳到").options
    assert offered[0].startswith("跳到“第 2 节") and offered[-1] == "结束（不是要问的人）"


def test_a_quota_is_set(store: Store, open_page: Open) -> None:
    """So many answers of those who gave a low score."""
    built(store, [])
    app = open_page(edit="visit")
    app.segmented_control(key="building.view").set_value("survey").run()
    press(app, "添加配额")
    next(box for box in app.text_area if box.label == "配额名称 *").input("不满意").run()
    next(box for box in app.number_input if box.label == "收多少份 *").set_value(30).run()
    press(app, "添加条件")
    next(box for box in app.selectbox if box.label == "比较哪道题").select("overall").run()
    next(box for box in app.selectbox if box.label == "怎样比较").select(Comparison.AT_MOST).run()
    next(box for box in app.selectbox if box.label == "值").select("2").run()
    [quota] = finish_draft(draft_of(store)).quotas
    assert (str(quota.label), quota.limit) == ("不满意", 30)
    assert quota.counts({"overall": ["2"]}) and not quota.counts({"overall": ["3"]})
    press(app, "去掉这项配额")
    assert not finish_draft(draft_of(store)).quotas


def test_a_problem_is_named_and_leads_to_its_question(store: Store, open_page: Open) -> None:
    """An unfit draft is kept, can't be published, and says where."""
    built(store)
    app = open_page(edit="visit")
    next(box for box in app.text_area if box.label == "题目 *").input("").run()
    assert "title" not in draft_of(store).question("overall")
    assert any("还没有填写" in error.value for error in app.error)
    press(app, "改正 1 处")
    assert "必须改正" in shown(app) and not [each for each in app.button if each.label == "确认发布"]
    press(app, "去修改")
    assert app.session_state["building.view"] == "questions"


def test_a_leading_question_is_warned_of(store: Store, open_page: Open) -> None:
    """Beside its settings, as it is typed; it may be published all the same."""
    built(store)
    app = open_page(edit="visit")
    next(box for box in app.text_area if box.label == "题目 *").input("您对服务态度和办理速度是否满意？").run()
    assert app.warning
    assert [each for each in app.button if each.label == "发布…"]


def test_weights_are_balanced(store: Store, open_page: Open) -> None:
    """One weight changed, the others follow; the sum is always whole."""
    built(store)
    app = open_page(edit="visit")
    app.session_state["building.view"] = "indicators"
    app.run()
    app.number_input[0].set_value(40.0).run()
    weights = [each["weight"] for each in draft_of(store).data["dimensions"]]
    assert weights[0] == pytest.approx(0.4) and sum(weights) == pytest.approx(1)
    press(app, "改为等权")
    assert not any(each.get("weight") for each in draft_of(store).data["dimensions"])
    press(app, "平衡为 100%")
    assert sum(each["weight"] for each in draft_of(store).data["dimensions"]) == pytest.approx(1)


def test_a_draft_is_published(store: Store, open_page: Open) -> None:
    """After its checks; the draft is done with."""
    built(store)
    app = open_page(edit="visit")
    press(app, "发布…")
    next(box for box in app.selectbox if box.label == "归属部门").select("repair")
    press(app, "确认发布")
    record = store.surveys.get("visit")
    assert record.live and record.department == "repair" and store.drafts.get("visit") is None
    assert any("已发布" in each.value for each in app.success)


def test_a_survey_in_the_field_gets_a_new_version(published: Store, open_page: Open, visit: Survey) -> None:
    """Its differences are said in words before; codes once used stay taken."""
    app = open_page(edit=visit.code)
    next(box for box in app.text_area if box.label == "题目 *").input("总的来说，您对这次服务满意吗？").run()
    press(app, "发布…")
    assert "由“总体来说，您对这次供电服务满意吗？”改为" in shown(app)
    press(app, "发布为新版本")
    record = published.surveys.get(visit.code)
    assert record.version == 2 and record.department == "service" and record.live
    assert "改为" in shown(open_page(versions=visit.code))


def test_only_typing_errors_are_corrected(published: Store, open_page: Open, visit: Survey) -> None:
    """The page of corrections takes a wording that means the same, and refuses another."""
    app = open_page(correct=visit.code)
    assert "更正错别字" in app.title[0].value and not app.exception
    [language] = [each for each in app.segmented_control if each.label == "语言"]
    assert language.options == ["简体中文", "English"]


def test_two_designers_do_not_overwrite_each_other(store: Store, open_page: Open) -> None:
    """The second sees what the first did, and is told; the own step is taken on top of it and can be undone."""
    built(store)
    app = open_page(edit="visit")
    saved = store.drafts.get("visit")
    assert saved is not None
    other = dict(saved.data) | {"title": {"zh-Hans": "别人的标题"}}
    store.drafts.save("visit", other, by="other", step="改名", revision=saved.revision)
    app.button(key="building.add often nps").click().run()
    assert app.title[0].value == "别人的标题" and "刚刚被别人改过" in app.info[0].value and "other" in app.info[0].value
    assert draft_of(store).data["title"] == other["title"]
    assert len(list(draft_of(store).questions())) == len(list(Draft(other).questions())) + 1
    app.button(key="building.undo").click().run()
    assert draft_of(store).data == other


def test_a_designer_without_the_role_changes_nothing(store: Store, open_page: Open) -> None:
    """The role is looked up at the moment of the change."""
    before = built(store)
    app = open_page(edit="visit")
    store.accounts.change("maker", role=Role.STAFF.value)
    app.button(key="building.add often nps").click().run()
    assert draft_of(store).data == before.data


def test_the_traditional_script_is_proposed(store: Store, open_page: Open) -> None:
    """A new language begins with everything converted."""
    built(store)
    app = open_page(edit="visit")
    app.session_state["building.view"] = "languages"
    app.run()
    next(box for box in app.text_input if box.label.startswith("添加语言")).input("zh-hant")
    press(app, "添加语言")
    assert not missing(finish_draft(draft_of(store)), "zh-Hant")
    assert draft_of(store).data["title"] == {"zh-Hans": "抢修回访", "zh-Hant": "搶修回訪"}


def test_a_definition_is_brought_along(store: Store, open_page: Open) -> None:
    """Read, its losses said, opened in the builder; an unfit one is refused with its problems."""
    app = open_page("file")
    app.file_uploader[0].set_value(("x.yaml", b"code: x\ntitle: \n", "application/yaml")).run()
    assert "个问题" in app.error[0].value
    text = (Path(__file__).parents[3] / "survey_templates" / "power-visit.yaml").read_bytes()
    app.file_uploader[0].set_value(("visit.yaml", text, "application/yaml")).run()
    press(app, "打开编辑")
    assert draft_of(store, "power-visit").data["code"] == "power-visit"


def test_a_survey_that_is_not_there_is_said_so(store: Store, open_page: Open) -> None:
    """With a way back."""
    app = open_page(edit="nothing")
    press(app, "返回全部问卷")
    assert "edit" not in app.query_params
